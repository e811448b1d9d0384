// What functions of libc, of the loader and of the unwinder hold while they run, by name.
#pragma once

namespace backstop {
namespace runtime {
namespace {

// Functions that take no lock, but for those inside malloc, which has a frame of its own. Not in it, because they hold
// a lock while they read or write what the caller passed: the time functions, random, setenv, setlocale, gettext,
// strerror, syslog, regexec, readdir, getpwnam and the like, atexit, exit.
const char *const lockless[] = {
    // memory and strings
    "memcpy", "memmove", "memset", "memcmp", "memchr", "memrchr", "rawmemchr", "memmem", "memccpy", "mempcpy",
    "memfrob", "bcopy", "bzero", "bcmp", "explicit_bzero", "swab", "__memcmpeq", "strcpy", "strncpy", "strcat",
    "strncat", "strcmp", "strncmp", "strcasecmp", "strncasecmp", "strcasecmp_l", "strncasecmp_l", "strcoll",
    "strcoll_l", "strxfrm", "strxfrm_l", "strlen", "strnlen", "strchr", "strrchr", "strchrnul", "index", "rindex",
    "strstr", "strcasestr", "strpbrk", "strspn", "strcspn", "strtok", "strtok_r", "strsep", "stpcpy", "stpncpy",
    "strlcpy", "strlcat", "strdup", "strndup", "strverscmp", "basename", "__xpg_basename", "dirname", "strerrorname_np",
    "strerrordesc_np", "sigabbrev_np", "sigdescr_np", "argz_add", "argz_append", "argz_count", "argz_create",
    "argz_insert", "argz_next", "argz_stringify", "__memcpy_chk", "__memmove_chk", "__mempcpy_chk", "__memset_chk",
    "__explicit_bzero_chk", "__strcpy_chk", "__strncpy_chk", "__stpcpy_chk", "__stpncpy_chk", "__strcat_chk",
    "__strncat_chk", "__strlcpy_chk", "__strlcat_chk", "__rawmemchr", "__stpcpy", "__strdup", "__strndup", "__mempcpy",
    "__strtok_r", "__bzero", "__stpncpy",
    // wide and multibyte strings
    "wcslen", "wcsnlen", "wcscpy", "wcsncpy", "wcscat", "wcsncat", "wcscmp", "wcsncmp", "wcscasecmp", "wcsncasecmp",
    "wcscoll", "wcsxfrm", "wcschr", "wcsrchr", "wcschrnul", "wcsstr", "wcspbrk", "wcsspn", "wcscspn", "wcstok",
    "wcpcpy", "wcpncpy", "wcsdup", "wcswidth", "wcwidth", "wcslcpy", "wcslcat", "wmemcpy", "wmemmove", "wmempcpy",
    "wmemset", "wmemcmp", "wmemchr", "mblen", "mbrlen", "mbtowc", "mbrtowc", "mbstowcs", "mbsrtowcs", "mbsnrtowcs",
    "wctomb", "wcrtomb", "wcstombs", "wcsrtombs", "wcsnrtombs", "mbrtoc16", "mbrtoc32", "mbrtoc8", "c16rtomb",
    "c32rtomb", "c8rtomb", "btowc", "wctob", "mbsinit", "iconv", "__wmemcpy_chk", "__wmemmove_chk", "__wmemset_chk",
    "__wcscpy_chk", "__wcsncpy_chk", "__wcscat_chk", "__mbstowcs_chk", "__wcstombs_chk", "__wcrtomb_chk",
    // characters
    "isalnum", "isalpha", "isblank", "iscntrl", "isdigit", "isgraph", "islower", "isprint", "ispunct", "isspace",
    "isupper", "isxdigit", "tolower", "toupper", "isalnum_l", "isalpha_l", "isdigit_l", "isspace_l", "isxdigit_l",
    "tolower_l", "toupper_l", "iswalnum", "iswalpha", "iswblank", "iswcntrl", "iswdigit", "iswgraph", "iswlower",
    "iswprint", "iswpunct", "iswspace", "iswupper", "iswxdigit", "iswctype", "wctype", "wctrans", "towctrans",
    "towlower", "towupper", "__ctype_b_loc", "__ctype_tolower_loc", "__ctype_toupper_loc",
    // numbers
    "strtol", "strtoll", "strtoul", "strtoull", "strtoimax", "strtoumax", "strtoq", "strtouq", "strtod", "strtof",
    "strtold", "strtol_l", "strtoll_l", "strtoul_l", "strtoull_l", "strtod_l", "strtof_l", "strtold_l", "wcstol",
    "wcstoll", "wcstoul", "wcstoull", "wcstod", "wcstof", "wcstold", "wcstoimax", "wcstoumax", "__isoc23_strtol",
    "__isoc23_strtoll", "__isoc23_strtoul", "__isoc23_strtoull", "__isoc23_strtoimax", "__isoc23_strtoumax",
    "__strtol_internal", "__strtoul_internal", "__strtoll_internal", "__strtoull_internal", "__strtod_internal",
    "__strtof_internal", "__strtold_internal", "strfromd", "strfromf", "strfroml", "atoi", "atol", "atoll", "atof",
    "a64l", "l64a", "ecvt", "fcvt", "gcvt", "ecvt_r", "fcvt_r", "div", "ldiv", "lldiv", "imaxdiv", "abs", "labs",
    "llabs", "frexp", "frexpf", "frexpl", "ldexp", "ldexpf", "ldexpl", "modf", "modff", "modfl", "scalbn", "scalbnf",
    "rand_r", "drand48", "erand48", "lrand48", "nrand48", "mrand48", "jrand48", "drand48_r", "erand48_r", "lrand48_r",
    "nrand48_r", "mrand48_r", "jrand48_r", "srand48_r", "random_r", "srandom_r", "initstate_r", "setstate_r",
    "inet_addr", "inet_aton", "inet_ntoa", "inet_ntop", "inet_pton", "inet_network", "ether_aton_r", "ether_ntoa_r",
    "htonl", "htons", "ntohl", "ntohs",
    // formatting into memory
    "sprintf", "snprintf", "vsprintf", "vsnprintf", "asprintf", "vasprintf", "sscanf", "vsscanf", "swprintf",
    "vswprintf", "swscanf", "vswscanf", "__sprintf_chk", "__snprintf_chk", "__vsprintf_chk", "__vsnprintf_chk",
    "__asprintf_chk", "__vasprintf_chk", "__swprintf_chk", "__vswprintf_chk", "__isoc99_sscanf", "__isoc99_vsscanf",
    "__isoc99_swscanf", "__isoc23_sscanf", "__isoc23_vsscanf", "__isoc23_swscanf", "asctime_r", "difftime",
    // streams of which the caller keeps the lock
    "fputs_unlocked", "fwrite_unlocked", "fread_unlocked", "fgets_unlocked", "fgetc_unlocked", "getc_unlocked",
    "getchar_unlocked", "fputc_unlocked", "putc_unlocked", "putchar_unlocked", "fflush_unlocked", "feof_unlocked",
    "ferror_unlocked", "clearerr_unlocked", "fileno_unlocked", "__overflow", "__uflow", "__underflow",
    // calling back
    "qsort", "qsort_r", "bsearch", "lfind", "lsearch", "tsearch", "tfind", "tdelete", "twalk", "twalk_r", "tdestroy",
    "hcreate_r", "hsearch_r", "hdestroy_r", "insque", "remque", "ftw", "ftw64", "nftw", "nftw64", "scandir",
    "scandir64", "alphasort", "alphasort64", "versionsort", "fnmatch", "regcomp", "regfree",
    // surroundings
    "getenv", "secure_getenv", "getsubopt", "getauxval", "nl_langinfo", "nl_langinfo_l", "localeconv", "uselocale",
    "__errno_location", "gnu_get_libc_version", "getcwd", "realpath", "__realpath_chk", "canonicalize_file_name",
    "freeaddrinfo", "freeifaddrs", "confstr", "sysconf", "getpagesize", "gethostname", "getdomainname", "uname",
    // ends
    "abort", "raise", "gsignal", "__assert", "__assert_fail", "__assert_perror_fail", "__stack_chk_fail", "__chk_fail",
    "__fortify_fail", "__libc_fatal", "__fdelt_chk", "_exit", "_Exit", "setjmp", "_setjmp", "__sigsetjmp", "longjmp",
    "_longjmp", "siglongjmp", "__longjmp_chk", "getcontext", "setcontext", "makecontext", "swapcontext",
    // locks of the caller's own
    "pthread_mutex_init", "pthread_mutex_destroy", "pthread_mutex_lock", "pthread_mutex_trylock",
    "pthread_mutex_timedlock", "pthread_mutex_clocklock", "pthread_mutex_unlock", "pthread_mutexattr_init",
    "pthread_mutexattr_destroy", "pthread_mutexattr_settype", "pthread_mutexattr_gettype", "pthread_rwlock_init",
    "pthread_rwlock_destroy", "pthread_rwlock_rdlock", "pthread_rwlock_wrlock", "pthread_rwlock_tryrdlock",
    "pthread_rwlock_trywrlock", "pthread_rwlock_timedrdlock", "pthread_rwlock_timedwrlock", "pthread_rwlock_unlock",
    "pthread_cond_init", "pthread_cond_signal", "pthread_cond_broadcast", "pthread_condattr_init",
    "pthread_condattr_setclock", "pthread_barrier_init", "pthread_spin_init", "pthread_spin_lock",
    "pthread_spin_trylock", "pthread_spin_unlock", "pthread_spin_destroy", "sem_init", "sem_destroy", "sem_wait",
    "sem_trywait", "sem_timedwait", "sem_clockwait", "sem_post", "sem_getvalue", "mtx_init", "mtx_destroy", "mtx_lock",
    "mtx_trylock", "mtx_timedlock", "mtx_unlock", "cnd_init", "cnd_signal", "cnd_broadcast", "flockfile",
    "ftrylockfile", "funlockfile",
    // threads
    "pthread_self", "pthread_equal", "pthread_getspecific", "pthread_setspecific", "pthread_attr_init",
    "pthread_attr_destroy", "pthread_attr_setdetachstate", "pthread_attr_getdetachstate", "pthread_attr_setstacksize",
    "pthread_attr_getstacksize", "pthread_attr_setstack", "pthread_attr_getstack", "pthread_attr_setguardsize",
    "pthread_attr_getguardsize", "pthread_sigmask", "pthread_setcancelstate", "pthread_setcanceltype",
    "pthread_testcancel", "sched_yield", "sched_getcpu", "tss_get", "tss_set",
    // signals
    "sigprocmask", "sigemptyset", "sigfillset", "sigaddset", "sigdelset", "sigismember", "sigaltstack", "sigpending",
    "sigsuspend", "sigwait", "sigwaitinfo", "sigtimedwait", "sigqueue", "kill", "killpg", "tgkill", "pause", "alarm",
    // system calls, which a filter of theirs may answer with SIGSYS
    "syscall", "read", "write", "pread", "pread64", "pwrite", "pwrite64", "readv", "writev", "preadv", "pwritev",
    "__read_chk", "__pread_chk", "__read", "__write", "open", "open64", "openat", "openat64", "creat", "creat64",
    "__open", "__open64", "__open_2", "__open64_2", "__openat_2", "__openat64_2", "close", "__close", "lseek",
    "lseek64", "dup", "dup2", "dup3", "pipe", "pipe2", "fcntl", "fcntl64", "ioctl", "flock", "fsync", "fdatasync",
    "sync", "truncate", "truncate64", "ftruncate", "ftruncate64", "fallocate", "fallocate64", "posix_fallocate",
    "posix_fadvise", "stat", "stat64", "fstat", "fstat64", "lstat", "lstat64", "fstatat", "fstatat64", "statx",
    "__xstat", "__fxstat", "__lxstat", "statfs", "statfs64", "fstatfs", "fstatfs64", "access", "faccessat", "chdir",
    "fchdir", "chmod", "fchmod", "fchmodat", "chown", "fchown", "lchown", "fchownat", "link", "linkat", "symlink",
    "symlinkat", "readlink", "readlinkat", "__readlink_chk", "unlink", "unlinkat", "remove", "rename", "renameat",
    "renameat2", "mkdir", "mkdirat", "rmdir", "mknod", "mkfifo", "umask", "utimensat", "futimens", "chroot", "mount",
    "umount", "umount2", "getxattr", "setxattr", "sendfile", "sendfile64", "splice", "tee", "copy_file_range", "mmap",
    "mmap64", "munmap", "mprotect", "mremap", "madvise", "msync", "mlock", "mlock2", "munlock", "mlockall",
    "munlockall", "mincore", "memfd_create", "pkey_alloc", "pkey_free", "pkey_mprotect", "shmget", "shmat", "shmdt",
    "shmctl", "socket", "socketpair", "bind", "listen", "accept", "accept4", "connect", "shutdown", "send", "sendto",
    "sendmsg", "sendmmsg", "recv", "recvfrom", "recvmsg", "recvmmsg", "__recv_chk", "__recvfrom_chk", "getsockname",
    "getpeername", "getsockopt", "setsockopt", "poll", "ppoll", "__poll_chk", "__ppoll_chk", "select", "pselect",
    "epoll_create", "epoll_create1", "epoll_ctl", "epoll_wait", "epoll_pwait", "eventfd", "eventfd_read",
    "eventfd_write", "inotify_init", "inotify_init1", "inotify_add_watch", "inotify_rm_watch", "signalfd",
    "timerfd_create", "timerfd_settime", "timerfd_gettime", "getpid", "getppid", "gettid", "getuid", "geteuid",
    "getgid", "getegid", "getpgid", "getpgrp", "setpgid", "setsid", "getsid", "getgroups", "wait", "wait3", "wait4",
    "waitid", "waitpid", "execve", "execv", "execvp", "fexecve", "getrlimit", "getrlimit64", "setrlimit", "setrlimit64",
    "prlimit", "prlimit64", "getrusage", "getpriority", "setpriority", "nice", "sysinfo", "prctl", "arch_prctl",
    "ptrace", "personality", "reboot", "setns", "unshare", "getrandom", "getentropy", "clock_gettime", "clock_getres",
    "clock_settime", "clock_nanosleep", "nanosleep", "usleep", "sleep", "gettimeofday", "settimeofday", "time", "times",
    "clock", "timespec_get", "getitimer", "setitimer", "sched_getaffinity", "sched_setaffinity", "sched_getparam",
    "sched_setparam", "sched_getscheduler", "sched_setscheduler", "process_vm_readv", "process_vm_writev", "quotactl",
    "swapon", "swapoff", "init_module", "delete_module", "iopl", "ioperm"};

// Tried on glibc 2.36: a fault within the function or its callback, then another thread that uses the same stream or
// control within two seconds.
//
//                                                     siglongjmp   unwinding after   unwinding   a jump after
//                                                                  the handlers      alone       the handlers
//   *printf, *scanf, fflush(NULL)                     released     released          held        released
//   pthread_once, call_once                           released     released          released    released
//   puts, fputs, fwrite, fread, fgets, putc, getc,    held         released          held or     held
//   fflush, fseek, setvbuf, freopen, ungetc, ...                                     released
//   getline, fsetpos at their own instructions,       held         held              held        held
//   getwc, error, warn, localtime_r, random
//
// The handlers are those of libc's old-style list, which siglongjmp runs. dprintf and vdprintf are in neither list:
// they leave a stream on the abandoned stack in the list of all streams.

// Functions of which a handler in that list unlocks what they locked, however they are left.
const char *const releasing[] = {
    "printf",         "fprintf",         "vprintf",         "vfprintf",         "__printf_chk",    "__fprintf_chk",
    "__vprintf_chk",  "__vfprintf_chk",  "wprintf",         "fwprintf",         "vwprintf",        "vfwprintf",
    "__wprintf_chk",  "__fwprintf_chk",  "__vwprintf_chk",  "__vfwprintf_chk",  "scanf",           "fscanf",
    "vscanf",         "vfscanf",         "wscanf",          "fwscanf",          "vwscanf",         "vfwscanf",
    "__isoc99_scanf", "__isoc99_fscanf", "__isoc99_vscanf", "__isoc99_vfscanf", "__isoc99_wscanf", "__isoc99_fwscanf",
    "__isoc23_scanf", "__isoc23_fscanf", "__isoc23_vscanf", "__isoc23_vfscanf", "fopen",           "fopen64",
    "fdopen",         "perror",          "pthread_once",    "__pthread_once",   "call_once"};

// Functions of which a cleanup in the unwind table unlocks what they locked. The table covers the calls that they make,
// and not their own loads and stores: libc isn't built with -fnon-call-exceptions.
const char *const releasing_by_unwinding[] = {
    "puts",    "fputs",    "fwrite",    "fread",      "__fread_chk", "fgets",    "__fgets_chk", "putc",
    "putchar", "fputc",    "getc",      "getchar",    "fgetc",       "_IO_putc", "_IO_getc",    "putw",
    "getw",    "ungetc",   "fputws",    "fgetws",     "fflush",      "fclose",   "freopen",     "freopen64",
    "setvbuf", "setbuf",   "setbuffer", "setlinebuf", "fseek",       "fseeko",   "fseeko64",    "ftell",
    "ftello",  "ftello64", "rewind",    "fgetpos",    "fgetpos64"};

// What POSIX lets a thread be cancelled in: declared without __THROW, so that C++ counts on an exception.
const char *const cancellation_points[] = {
    "accept", "accept4", "clock_nanosleep", "close", "connect", "copy_file_range", "creat", "creat64", "epoll_pwait",
    "epoll_wait", "fallocate", "fcntl", "fcntl64", "fdatasync", "fsync", "getrandom", "ioctl", "lockf", "msync",
    "nanosleep", "open", "open64", "openat", "openat64", "pause", "poll", "posix_fallocate", "ppoll", "pread",
    "pread64", "preadv", "pselect", "pthread_clockjoin_np", "pthread_cond_clockwait", "pthread_cond_timedwait",
    "pthread_cond_wait", "pthread_join", "pthread_timedjoin_np", "pwrite", "pwrite64", "pwritev", "read", "readv",
    "recv", "recvfrom", "recvmmsg", "recvmsg", "select", "sem_clockwait", "sem_timedwait", "sem_wait", "send",
    "sendfile", "sendmmsg", "sendmsg", "sendto", "sigsuspend", "sigtimedwait", "sigwait", "sigwaitinfo", "sleep",
    "splice", "sync_file_range", "system", "tcdrain", "tee", "usleep", "vmsplice", "wait", "wait3", "wait4", "waitid",
    "waitpid", "write", "writev", "__read_chk", "__pread_chk", "__recv_chk", "__recvfrom_chk", "__poll_chk",
    "__ppoll_chk", "__open_2", "__open64_2", "__openat_2", "__openat64_2",
    // streams
    "fclose", "fflush", "fgetc", "fgetpos", "fgets", "fgetwc", "fgetws", "fopen", "fopen64", "fprintf", "fputc",
    "fputs", "fputwc", "fputws", "fread", "freopen", "fscanf", "fseek", "fseeko", "fsetpos", "ftell", "fwprintf",
    "fwrite", "fwscanf", "getc", "getchar", "getdelim", "getline", "getwc", "printf", "putc", "putchar", "puts",
    "rewind", "scanf", "ungetc", "vfprintf", "vprintf", "wprintf", "wscanf", "__printf_chk", "__fprintf_chk",
    "__vprintf_chk", "__vfprintf_chk", "__fgets_chk", "__fread_chk", "__isoc99_scanf", "__isoc99_fscanf",
    "__isoc23_scanf", "__isoc23_fscanf"};

// Functions that wait, of which the cleanups leave all as it is to be: tried on glibc 2.36.
const char *const waiting[] = {
    "pthread_cond_wait", "pthread_cond_timedwait", "pthread_cond_clockwait", "cnd_wait",       "cnd_timedwait",
    "pthread_join",      "pthread_timedjoin_np",   "pthread_clockjoin_np",   "thrd_join",      "sem_wait",
    "sem_timedwait",     "sem_clockwait",          "pthread_once",           "__pthread_once", "call_once"};

// Functions that have entered themselves in what they wait for, and nothing takes them out.
const char *const never_left[] = {"pthread_rwlock_rdlock",      "pthread_rwlock_wrlock",
                                  "pthread_rwlock_timedrdlock", "pthread_rwlock_timedwrlock",
                                  "pthread_rwlock_clockrdlock", "pthread_rwlock_clockwrlock",
                                  "pthread_barrier_wait"};

// Functions of streams that return what has to be closed.
const char *const opening[] = {"fopen", "fopen64", "fdopen", "freopen", "freopen64"};

// Functions that are not to be left halfway, unless they wait for the kernel: after fork another process returns as
// well, and what takes or gives back a lock has done so or not.
const char *const indivisible[] = {"fork",
                                   "vfork",
                                   "_Fork",
                                   "__libc_fork",
                                   "__fork",
                                   "__vfork",
                                   "clone",
                                   "daemon",
                                   "forkpty",
                                   "exit",
                                   "quick_exit",
                                   "pthread_exit",
                                   "thrd_exit",
                                   "getcontext",
                                   "swapcontext",
                                   "execve",
                                   "pthread_mutex_lock",
                                   "pthread_mutex_trylock",
                                   "pthread_mutex_timedlock",
                                   "pthread_mutex_clocklock",
                                   "pthread_mutex_unlock",
                                   "pthread_rwlock_rdlock",
                                   "pthread_rwlock_wrlock",
                                   "pthread_rwlock_tryrdlock",
                                   "pthread_rwlock_trywrlock",
                                   "pthread_rwlock_timedrdlock",
                                   "pthread_rwlock_timedwrlock",
                                   "pthread_rwlock_unlock",
                                   "pthread_spin_lock",
                                   "pthread_spin_trylock",
                                   "pthread_spin_unlock",
                                   "pthread_cond_signal",
                                   "pthread_cond_broadcast",
                                   "pthread_barrier_wait",
                                   "sem_post",
                                   "sem_trywait",
                                   "mtx_lock",
                                   "mtx_trylock",
                                   "mtx_timedlock",
                                   "mtx_unlock",
                                   "cnd_signal",
                                   "cnd_broadcast",
                                   "flockfile",
                                   "ftrylockfile",
                                   "funlockfile"};

const char *const allocating[] = {
    "malloc",        "free",           "calloc",   "realloc",   "reallocarray", "memalign",
    "aligned_alloc", "posix_memalign", "valloc",   "pvalloc",   "cfree",        "malloc_usable_size",
    "malloc_trim",   "mallopt",        "mallinfo", "mallinfo2", "malloc_stats", "malloc_info"};

// libc's own, by the names that nobody replaces: what a replaced allocator falls back on.
const char *const allocating_in_libc[] = {"__libc_malloc",   "__libc_free",   "__libc_calloc",  "__libc_realloc",
                                          "__libc_memalign", "__libc_valloc", "__libc_pvalloc", "__libc_reallocarray"};

const char *const loading[] = {"dlopen", "dlmopen", "dlclose", "dlsym",   "dlvsym",
                               "dladdr", "dladdr1", "dlinfo",  "dlerror", "dl_iterate_phdr"};

const char *const unwinding[] = {"_Unwind_RaiseException",        "_Unwind_Resume",        "_Unwind_Resume_or_Rethrow",
                                 "_Unwind_ForcedUnwind",          "_Unwind_Backtrace",     "_Unwind_Find_FDE",
                                 "_Unwind_FindEnclosingFunction", "__register_frame_info", "__deregister_frame_info"};

} // namespace
} // namespace runtime
} // namespace backstop
