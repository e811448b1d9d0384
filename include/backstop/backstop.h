/* backstop: call C or C++ that may crash, and get the crash back as an error.
 *
 *   static void work(void *context) { ... }           // may fault, abort, throw
 *
 *   static const backstop_site site = BACKSTOP_SITE("work");
 *   backstop_error *error = backstop_call(&site, work, &input);
 *   if (error != NULL) {
 *     fprintf(stderr, "%s\n", backstop_error_message(error));
 *     backstop_error_free(error);
 *   }
 *
 * A fault (SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGSYS, or the thread's own abort) raised between the call and
 * its return is recovered: destructors of the frames in between run where they can (backstop_recovery says which did
 * not), and what the code had done so far stays done. A fault outside a guard goes to the handler that was installed
 * before this one.
 *
 * Unless a function says otherwise it may be called from any thread at any time, but not from a signal handler.
 */
#ifndef BACKSTOP_H
#define BACKSTOP_H

#include <stddef.h>
#include <stdint.h>

#ifndef BACKSTOP_API
#ifdef BACKSTOP_SHARED /* defined where the shared library is built, which hides all else */
#define BACKSTOP_API __attribute__((visibility("default")))
#else
#define BACKSTOP_API
#endif
#endif

#ifdef __cplusplus
#define BACKSTOP_NOEXCEPT noexcept
extern "C" {
#else
#define BACKSTOP_NOEXCEPT
#endif

#define BACKSTOP_VERSION_MAJOR 0
#define BACKSTOP_VERSION_MINOR 1
#define BACKSTOP_VERSION_PATCH 0

/* Every symbol carries the ABI version, so a header and a library that don't fit fail at link, not at run time. */
#define backstop_version backstop_v0_version
#define backstop_support backstop_v0_support
#define backstop_install backstop_v0_install
#define backstop_call backstop_v0_call
#define backstop_error_free backstop_v0_error_free
#define backstop_error_kind backstop_v0_error_kind
#define backstop_error_site backstop_v0_error_site
#define backstop_error_message backstop_v0_error_message
#define backstop_error_type_name backstop_v0_error_type_name
#define backstop_error_what backstop_v0_error_what
#define backstop_error_fault backstop_v0_error_fault
#define backstop_error_is_a backstop_v0_error_is_a
#define backstop_error_standard backstop_v0_error_standard
#define backstop_error_nested backstop_v0_error_nested
#define backstop_error_code backstop_v0_error_code
#define backstop_error_path backstop_v0_error_path
#define backstop_error_trace backstop_v0_error_trace
#define backstop_error_rethrow backstop_v0_error_rethrow
#define backstop_add_handler backstop_v0_add_handler
#define backstop_remove_handler backstop_v0_remove_handler
#define backstop_add_listener backstop_v0_add_listener
#define backstop_remove_listener backstop_v0_remove_listener
#define backstop_defer backstop_v0_defer
#define backstop_defer_in backstop_v0_defer_in
#define backstop_cancel backstop_v0_cancel
#define backstop_attach_thread backstop_v0_attach_thread
#define backstop_detach_thread backstop_v0_detach_thread
#define backstop_status backstop_v0_status
#define backstop_error_report backstop_v0_error_report
#define backstop_barrier_enter backstop_v0_barrier_enter
#define backstop_barrier_leave backstop_v0_barrier_leave
#define backstop_error_refusal backstop_v0_error_refusal
#define backstop_error_refused_by backstop_v0_error_refused_by
#define backstop_error_registers backstop_v0_error_registers
#define backstop_error_recovery backstop_v0_error_recovery
#define backstop_register_name backstop_v0_register_name
#define backstop_domain_is_tainted backstop_v0_domain_is_tainted
#define backstop_domain_first_fault backstop_v0_domain_first_fault
#define backstop_domain_state backstop_v0_domain_state
#define backstop_domain_counters backstop_v0_domain_counters
#define backstop_domain_budget backstop_v0_domain_budget
#define backstop_domain_set_breaker backstop_v0_domain_set_breaker
#define backstop_domain_on_reset backstop_v0_domain_on_reset
#define backstop_domain_reset backstop_v0_domain_reset
#define backstop_next_domain backstop_v0_next_domain
#define backstop_add_domain_listener backstop_v0_add_domain_listener
#define backstop_remove_domain_listener backstop_v0_remove_domain_listener
#define backstop_deadline_enter backstop_v0_deadline_enter
#define backstop_deadline_leave backstop_v0_deadline_leave
#define backstop_hold backstop_v0_hold
#define backstop_release backstop_v0_release
#define backstop_error_deadline backstop_v0_error_deadline
#define backstop_bridge_hook backstop_v0_bridge_hook
#define backstop_bridge_refuse backstop_v0_bridge_refuse
#define backstop_bridge_refuse_object backstop_v0_bridge_refuse_object
#define backstop_bridge_enter backstop_v0_bridge_enter
#define backstop_bridge_site backstop_v0_bridge_site
#define backstop_bridge_call backstop_v0_bridge_call
#define backstop_bridge_caught backstop_v0_bridge_caught
#define backstop_bridge_error backstop_v0_bridge_error
#define backstop_bridge_is_guarded backstop_v0_bridge_is_guarded
#define backstop_bridge_may_panic backstop_v0_bridge_may_panic
#define backstop_bridge_raise_again backstop_v0_bridge_raise_again
#define backstop_bridge_raise_rust backstop_v0_bridge_raise_rust
#define backstop_bridge_throw backstop_v0_bridge_throw
#define backstop_bridge_carried backstop_v0_bridge_carried
#define backstop_bridge_cast backstop_v0_bridge_cast
#define backstop_bridge_panic backstop_v0_bridge_panic
#define backstop_bridge_copy backstop_v0_bridge_copy
#define backstop_bridge_nested backstop_v0_bridge_nested
#define backstop_bridge_exception backstop_v0_bridge_exception

typedef struct backstop_error backstop_error;

/* The version of the library, as 10000 * major + 100 * minor + patch. */
BACKSTOP_API uint32_t backstop_version(void) BACKSTOP_NOEXCEPT;

/* ---- What guards can do here ------------------------------------------------------------------------------------ */

typedef int32_t backstop_support_t;
enum {
  BACKSTOP_SUPPORT_FAULTS = 0,      /* exceptions and faults are caught */
  BACKSTOP_SUPPORT_DISABLED = 1,    /* exceptions only: BACKSTOP_DISABLE=1 is set in the environment */
  BACKSTOP_SUPPORT_UNAVAILABLE = 2, /* exceptions only: this target has no fault support, or backstop_install refused */
};

BACKSTOP_API backstop_support_t backstop_support(void) BACKSTOP_NOEXCEPT;

/* ---- Installing ------------------------------------------------------------------------------------------------- */

typedef int32_t backstop_traces;
enum {
  BACKSTOP_TRACES_BY_ENVIRONMENT = 0, /* if RUST_LIB_BACKTRACE or else RUST_BACKTRACE is set, and not to 0 */
  BACKSTOP_TRACES_ON = 1,             /* each exception that comes out of a guard costs some microseconds more */
  BACKSTOP_TRACES_OFF = 2,
};

typedef struct backstop_options {
  size_t size;                 /* sizeof(backstop_options), so that the struct can grow */
  uint64_t signals;            /* bit 1 << signal for each signal to handle; 0: all seven. Others are left alone:
                                  what they would have reported kills the process as if we were not there */
  size_t alternate_stack_size; /* bytes, for each thread that runs guarded calls; 0: the default of 64 KiB, or more
                                  where the machine's signal frames are larger. A smaller value is raised to that */
  backstop_traces traces;      /* whether exceptions say where they were thrown */
  int32_t inner_frames_only;   /* not 0: faults record no frames beyond the guard, and take a third less */
  int32_t deadline_signal;     /* the real-time signal that interrupts calls which overrun; 0: one of the last that
                                  nobody handles */
} backstop_options;

typedef int32_t backstop_outcome;
enum {
  BACKSTOP_OK = 0,
  BACKSTOP_ALREADY_INSTALLED = 1, /* by an earlier call or by the first guarded call; its options stay in force. Or
                                     by another copy of this library, which handles other signals: those do */
  BACKSTOP_INVALID_OPTIONS = 2,   /* a size not this struct's, a signal none of the seven, a stack over 1 GiB, traces
                                     that are none of the three, a deadline signal that is no real-time one */
  BACKSTOP_REFUSED = 3,           /* the kernel refused a handler; those set before it were put back. Or another copy
                                     has handlers, and is of another version. A line on stderr says which */
};

/* Installs the fault handler, once per process: further copies of this library (linked statically into two shared
 * objects, say) share the handler and the list of backstop_add_handler, and the innermost guard or barrier decides,
 * whichever copy's it is. The first guarded call does it with the defaults, so call this only
 * to choose otherwise, or to choose the moment. `options` may be NULL and is not kept. Where faults are not supported
 * or are disabled no handler is installed, and of the options only `traces` counts; see backstop_support. */
BACKSTOP_API backstop_outcome backstop_install(const backstop_options *options) BACKSTOP_NOEXCEPT;

/* Sets up what this thread needs for its guarded calls (its alternate stack, its chain of guards) before the first of
 * them does. `low` and `high` are the bounds of the stack that it runs on, for hosts that make stacks of their own; 0
 * and 0: the C library knows. False (0) if there is no memory, or faults aren't handled here: guards then catch
 * exceptions only. Not while a guarded call is running on this thread. */
BACKSTOP_API int backstop_attach_thread(uintptr_t low, uintptr_t high) BACKSTOP_NOEXCEPT;

/* Gives it back, for hosts whose threads live longer than their use for guards, or go to another stack. A thread's end
 * does it by itself. The next guarded call sets it up again. Not while a guarded call is running on this thread. */
BACKSTOP_API void backstop_detach_thread(void) BACKSTOP_NOEXCEPT;

/* One of the seven signals, as it stands in this process. */
typedef struct backstop_signal_status {
  int32_t signal;
  int32_t is_handled;    /* backstop has installed its handler for it */
  int32_t is_on_top;     /* and that is the one in force: a fault comes to it first */
  int32_t is_blocked;    /* on this thread: a fault would kill the process */
  uintptr_t handler;     /* in force now; 0: the default action, 1: ignored */
  uintptr_t previous;    /* what was there before backstop, to which it forwards; 0 and 1 as above */
  char handler_name[96]; /* the symbol and the module that `handler` is in, as far as they are known; or "" */
  char previous_name[96];
} backstop_signal_status;

typedef struct backstop_health {
  size_t size; /* sizeof(backstop_health) of the caller: fill it in */
  backstop_support_t support;
  int32_t is_installed;
  int32_t is_portable_entry; /* guards are entered by sigsetjmp */
  int32_t can_unwind;        /* faults can be unwound here; 0: they are recovered by jumps */
  backstop_traces traces;    /* on or off */
  int32_t thread_is_prepared;
  uint32_t thread_depth;              /* guards and barriers that are running on this thread */
  size_t alternate_stack_size;        /* of this thread, in bytes; 0: it has none */
  size_t alternate_stack_needed;      /* by the machine's signal frames and the handler */
  int32_t alternate_stack_is_ours;    /* not the host's */
  uintptr_t stack_low, stack_high;    /* of this thread; 0 and 0: unknown */
  int32_t deadline_signal;            /* 0: no deadline was set yet */
  int32_t deadline_signal_is_blocked; /* on this thread: its calls can't be interrupted */
  int32_t is_watching;                /* the thread that watches deadlines runs */
  int32_t debugger;                   /* the process that traces this one; 0: none */
  char sanitizers[32];                /* those in this process, as in "address, undefined"; or "" */
  char host[32];                      /* a runtime with handlers of its own: "Go", "Java", "Python", "Node"; or "" */
  size_t signal_count;                /* 7; 0 where faults are not supported at all */
  backstop_signal_status signals[7];
} backstop_health;

/* How things stand, for this thread and the process. False (0) if `health->size` is not this struct's. It looks through
 * the list of modules, so don't ask in a child that one of several threads has forked: the list may be locked there. */
BACKSTOP_API int backstop_status(backstop_health *health) BACKSTOP_NOEXCEPT;

/* ---- Domains ---------------------------------------------------------------------------------------------------- */

typedef int32_t backstop_on_torn;
enum {
  BACKSTOP_REFUSE_CALLS = 0, /* once a fault was recovered torn, calls are refused until the reset */
  BACKSTOP_ALLOW_CALLS = 1,  /* calls go on; the errors still say what was torn */
};

/* A group of sites that share what one library keeps between calls. A fault that was recovered torn (see
 * backstop_recovery) taints it, for what the library keeps may be half changed or locked. Make it static: from the
 * first guarded call on, which allocates a few KiB for it, the library knows of it for ever. */
typedef struct backstop_domain {
  const char *name;
  backstop_on_torn on_torn;
  uint32_t refusing; /* the library's, with what follows: not 0 while calls may be refused */
  uint32_t index;
  void *state;
} backstop_domain;

#define BACKSTOP_DOMAIN(name) {name, BACKSTOP_REFUSE_CALLS, 0, 0, NULL}

typedef int32_t backstop_domain_state_t;
enum {
  BACKSTOP_HEALTHY = 0,
  BACKSTOP_TAINTED = 1, /* a fault was recovered torn: calls are refused until the reset */
  BACKSTOP_OPEN = 2,    /* the breaker has opened: calls are refused until the cool-down is over */
  BACKSTOP_PROBING = 3, /* it is over, and one call is let through: how it ends decides */
};

BACKSTOP_API backstop_domain_state_t backstop_domain_state(const backstop_domain *domain) BACKSTOP_NOEXCEPT;

/* Whether it is tainted. */
BACKSTOP_API int backstop_domain_is_tainted(const backstop_domain *domain) BACKSTOP_NOEXCEPT;

/* Copies the message of the first fault or deadline since the start or the last reset, torn or not, of which up to 1
 * KiB is kept, NUL-terminated and cut to `size` bytes, into `buffer`. Answers its whole length without the NUL; 0 if
 * there was none. */
BACKSTOP_API size_t backstop_domain_first_fault(const backstop_domain *domain, char *buffer,
                                                size_t size) BACKSTOP_NOEXCEPT;

#define BACKSTOP_FAULT_KINDS 32

/* What became of the guarded calls of a domain since the process started. */
typedef struct backstop_counters {
  size_t size;                                   /* sizeof(backstop_counters) of the caller: fill it in */
  uint64_t calls;                                /* that were made, those that are running included */
  uint64_t exceptions;                           /* panics of Rust that was called back among them */
  uint64_t faults;                               /* in all, ... */
  uint64_t faults_by_kind[BACKSTOP_FAULT_KINDS]; /* ... and by backstop_fault_kind */
  uint64_t deadlines;                            /* calls that overran, interrupted or not */
  uint64_t torn;                                 /* of the faults and deadlines */
  uint64_t refused;                              /* calls that were not made */
  uint64_t resets;                               /* by backstop_domain_reset */
} backstop_counters;

/* Adds up the counters of all threads, without stopping any: each is exact, and one may be ahead of another by a call
 * that has just been made. False (0) if `counters->size` is not this struct's. */
BACKSTOP_API int backstop_domain_counters(const backstop_domain *domain, backstop_counters *counters) BACKSTOP_NOEXCEPT;

/* How the calls of the last while went. */
typedef struct backstop_budget {
  size_t size;     /* sizeof(backstop_budget) of the caller: fill it in */
  uint64_t span;   /* nanoseconds that it covers */
  uint64_t calls;  /* made in that time, ... */
  uint64_t faults; /* ... and those that ended by a fault or a deadline */
} backstop_budget;

/* Of the last `window` nanoseconds, or somewhat more: the library notes how things stand whenever it is asked, and at
 * each fault, and answers since the newest of these notes that is as old as the window; or since the domain's first
 * call, or its last backstop_domain_set_breaker, if there is none. It keeps 64 of them, the closer together the newer
 * they are. By the breaker's clock, if it has one. False (0) if `budget->size` is not this struct's, or the window is
 * 0. */
BACKSTOP_API int backstop_domain_budget(backstop_domain *domain, uint64_t window,
                                        backstop_budget *budget) BACKSTOP_NOEXCEPT;

/* When to refuse calls for a while: `faults` faults or deadlines within `window` open the domain; after `cool_down` one
 * call is let through, which closes it if it returns or throws, and opens it anew if it ends by a fault or deadline.
 * One from which nothing is heard for as long as the cool-down is followed by another. */
typedef struct backstop_breaker {
  size_t size;                   /* sizeof(backstop_breaker) */
  uint32_t faults;               /* 1 to 64; 0: no breaker */
  uint64_t window;               /* nanoseconds; not 0 */
  uint64_t cool_down;            /* nanoseconds */
  uint64_t (*clock)(void *data); /* nanoseconds, never going back; asked by any thread. NULL: CLOCK_MONOTONIC */
  void *data;                    /* for clock */
} backstop_breaker;

/* Sets it, or takes it away (NULL does, too). Closes an open domain; a taint stays. False (0) if the options are not
 * valid. */
BACKSTOP_API int backstop_domain_set_breaker(backstop_domain *domain,
                                             const backstop_breaker *breaker) BACKSTOP_NOEXCEPT;

/* Sets what puts the library in order again: backstop_domain_reset calls it, under a guard, and lets the guarded calls
 * through that it makes itself. NULL: nothing does. */
BACKSTOP_API void backstop_domain_on_reset(backstop_domain *domain, void (*reset)(void *data),
                                           void *data) BACKSTOP_NOEXCEPT;

/* Takes the taint away, or closes the breaker if there is none: the library is in order again, or the caller takes the
 * risk. The faults that tainted still count for the breaker, which so opens for a library, too, that is reset after
 * each of them. If there is something to be called for a reset, it is called first, under a guard; if it fails, the
 * domain stays as it is and the error is the caller's. NULL: it is done. */
BACKSTOP_API backstop_error *backstop_domain_reset(backstop_domain *domain) BACKSTOP_NOEXCEPT;

/* The domains that have had a guarded call, or any of the above done to them, one after the other; NULL for the first,
 * and after the last. */
BACKSTOP_API backstop_domain *backstop_next_domain(const backstop_domain *domain) BACKSTOP_NOEXCEPT;

/* Told when the state of a domain has changed, with the new one, in ordinary context, on the thread whose call it was.
 * By the time the state may be another one. */
typedef void (*backstop_domain_listener)(backstop_domain *domain, backstop_domain_state_t state, void *data);

/* Adds and removes them, as backstop_add_handler and backstop_remove_handler do: of all domains. */
BACKSTOP_API int backstop_add_domain_listener(backstop_domain_listener listener, void *data,
                                              int32_t priority) BACKSTOP_NOEXCEPT;
BACKSTOP_API int backstop_remove_domain_listener(backstop_domain_listener listener, void *data) BACKSTOP_NOEXCEPT;

/* ---- Guarded calls ---------------------------------------------------------------------------------------------- */

typedef int32_t backstop_way;
enum {
  BACKSTOP_UNWIND = 0, /* destructors run, where they can */
  BACKSTOP_JUMP = 1,   /* straight back to the guard; nothing of the code that faulted runs any more */
};

/* What is being guarded. Must outlive every error that names it: make it static. */
typedef struct backstop_site {
  const char *name; /* of the function, as it shall stand in messages */
  const char *file;
  uint32_t line;
  backstop_way recover;
  backstop_domain *domain; /* or NULL */
  uint64_t deadline;       /* nanoseconds that a call may take: see below; 0: no limit */
} backstop_site;

#define BACKSTOP_SITE(name) {name, __FILE__, __LINE__, BACKSTOP_UNWIND, NULL, 0}
#define BACKSTOP_SITE_IN(domain, name) {name, __FILE__, __LINE__, BACKSTOP_UNWIND, domain, 0}

/* Calls function(context) under a guard. NULL: it returned. Otherwise what ended it, owned by the caller, who frees it
 * with backstop_error_free, on any thread. Guards nest; the innermost catches. Costs no system call and no
 * allocation, but for the first call on a thread, which sets up its alternate stack. The function must not leave by a
 * longjmp past the guard. On a stack other than the thread's own (a fiber's) it catches exceptions only. */
BACKSTOP_API backstop_error *backstop_call(const backstop_site *site, void (*function)(void *context), void *context);

/* Says that code of another language runs now, which no jump may cross: until the matching leave, a fault on this
 * thread is not recovered by the guards around it (by those inside it is). `name` appears in the message that ends the
 * process and must live until the leave, which gets what the enter answered. */
BACKSTOP_API uint32_t backstop_barrier_enter(const char *name) BACKSTOP_NOEXCEPT;
BACKSTOP_API void backstop_barrier_leave(uint32_t previous) BACKSTOP_NOEXCEPT;

/* Has function(data) called if a fault is recovered to a guard around this, before the guarded call returns: newest
 * first, on this thread, each under a guard of its own, and while its own frame and those further out are still in
 * place: as an unwinding passes the frame, or all in turn before a jump. What fails in it is left at that, and counts
 * as torn; so does what can't be called, since the stack is used up. The scope is that of the function that calls this.
 * Answers what backstop_cancel wants, on every other way out of the scope: it forgets this one, and those deferred
 * since. C code that exceptions pass has to see to that by __attribute__((cleanup)); C++ has backstop::defer. No system
 * call and no allocation; at most 1,000 wait on a thread, those beyond are not called, nor are those that another copy
 * of this library deferred, and a recovery that finds them missing is torn.
 *
 *   pthread_mutex_lock(&mutex);
 *   const uint32_t unlocking = backstop_defer(unlock, &mutex);
 *   change(table); // may fault
 *   backstop_cancel(unlocking);
 *   pthread_mutex_unlock(&mutex);
 */
BACKSTOP_API uint32_t backstop_defer(void (*function)(void *data), void *data) BACKSTOP_NOEXCEPT;
BACKSTOP_API void backstop_cancel(uint32_t deferred) BACKSTOP_NOEXCEPT;

/* The same for functions that do it for their callers: `scope` is the address of a variable in the frame of the one
 * whose scope it is. (On the heap it tells nothing, and the scope is that of the function that calls this.) */
BACKSTOP_API uint32_t backstop_defer_in(const void *scope, void (*function)(void *data), void *data) BACKSTOP_NOEXCEPT;

/* ---- Deadlines -------------------------------------------------------------------------------------------------- */
/* A guarded call that overruns its deadline is interrupted, wherever it is, and comes back as an error of the kind
 * BACKSTOP_DEADLINE, whose recovery says where it was and whether it was torn. It is judged as a fault is: what would
 * leave a lock of libc's, of the loader's or of the unwinder's, or jump over a callback of another language, has to
 * wait: until that function returns, or for the next try, a moment later. For the first half as long again as the
 * deadline (2 to 50 ms) a moment is also waited for at which all destructors can run; then it is interrupted where it
 * is, by a jump, and torn. A blocking system call is interrupted like any instruction. A call that could not be
 * interrupted before it returned says so when it does. Some never can: functions of libc that go on waiting whatever
 * signal comes (getaddrinfo, system), waits for read-write locks and barriers, spins on a spin lock. Nor are listeners,
 * nor what C++ does while it calls back.
 *
 * The signal (see backstop_options) is unblocked on each thread at its first deadline; code that blocks it, waits for
 * it or sets another handler is not interrupted.
 *
 * The clock is CLOCK_MONOTONIC, which stands still while the machine is suspended; time in which the whole process was
 * stopped, by a debugger say, does not count, from a quarter of a second on. One thread of the library's watches, from
 * the first deadline on; a child process after fork starts its own (not after _Fork or a raw system call). A call
 * within another has the earlier deadline of both, and where that is the outer one's, the outer call is interrupted as
 * well when the inner one has come back. */

/* Sets a deadline for all guarded calls that this thread makes until the matching leave, in nanoseconds from now,
 * besides those that their sites have. Answers what the leave wants. */
BACKSTOP_API uint64_t backstop_deadline_enter(uint64_t nanoseconds) BACKSTOP_NOEXCEPT;
BACKSTOP_API void backstop_deadline_leave(uint64_t previous) BACKSTOP_NOEXCEPT;

/* Between the two, calls are not interrupted on this thread, so that what is being changed is changed as a whole.
 * Regions nest. The outermost release is where an interruption that was due meanwhile happens, and so need not return:
 * it is like a function that throws. C++ has backstop::hold. */
BACKSTOP_API void backstop_hold(void) BACKSTOP_NOEXCEPT;
BACKSTOP_API void backstop_release(void);

/* ---- Errors ----------------------------------------------------------------------------------------------------- */
/* Everything an accessor points to belongs to the error and goes with it. An error may be read by several threads. */

BACKSTOP_API void backstop_error_free(backstop_error *error) BACKSTOP_NOEXCEPT; /* NULL is fine */

typedef int32_t backstop_error_kind_t;
enum {
  BACKSTOP_EXCEPTION = 1, /* type_name, what, and all that follows them */
  BACKSTOP_FAULT = 2,     /* fault; type_name and what if it is std::terminate over an exception */
  BACKSTOP_REFUSAL = 3,   /* the call was not made, since its domain is tainted or open */
  BACKSTOP_PANIC = 4,     /* Rust that was called back panicked: what is its message */
  BACKSTOP_DEADLINE = 5,  /* it overran its deadline: deadline, and recovery if it was interrupted */
};

BACKSTOP_API backstop_error_kind_t backstop_error_kind(const backstop_error *error) BACKSTOP_NOEXCEPT;
BACKSTOP_API const backstop_site *backstop_error_site(const backstop_error *error) BACKSTOP_NOEXCEPT;

/* One line without a newline that names site and cause. What others have said in it (texts of exceptions and of aborts,
 * names of types) can't break the line or drive a terminal: control characters are spelt out, as are bytes that aren't
 * UTF-8, and of each text beyond 4 KiB the middle is left out. */
BACKSTOP_API const char *backstop_error_message(const backstop_error *error) BACKSTOP_NOEXCEPT;

/* The whole story, in lines that are as careful: the message, what the exceptions nested in it say, registers, and the
 * frames with the names that the dynamic symbol tables have, as module, offset and build id where there is none. Copied
 * into `buffer`, NUL-terminated and cut to `size` bytes. Answers its whole length without the NUL. */
BACKSTOP_API size_t backstop_error_report(const backstop_error *error, char *buffer, size_t size) BACKSTOP_NOEXCEPT;

/* The demangled dynamic type of the exception; NULL where there was none. */
BACKSTOP_API const char *backstop_error_type_name(const backstop_error *error) BACKSTOP_NOEXCEPT;

/* What the exception's what() answered, as it stood (under std::terminate up to 8 KiB of it), and NUL-terminated; NULL
 * where the type has none. The length in bytes goes to *length unless that is NULL. */
BACKSTOP_API const char *backstop_error_what(const backstop_error *error, size_t *length) BACKSTOP_NOEXCEPT;

/* Whether a catch clause for `type`, such as "std::out_of_range" or "lib::Error", would have caught the exception: it
 * is of that type or has it as a public base that is not ambiguous. Types are told by their demangled names; where
 * there is no memory to compare these, the answer is no. */
BACKSTOP_API int backstop_error_is_a(const backstop_error *error, const char *type) BACKSTOP_NOEXCEPT;

/* The standard exception that it is, or is derived from: the most derived one, as in "std::out_of_range" of a class
 * derived from that. NULL if it is none. The text lives for ever. */
BACKSTOP_API const char *backstop_error_standard(const backstop_error *error) BACKSTOP_NOEXCEPT;

/* The exception nested in it (std::nested_exception); NULL if there is none. */
BACKSTOP_API const backstop_error *backstop_error_nested(const backstop_error *error) BACKSTOP_NOEXCEPT;

/* The std::error_code of a std::system_error, or one that was thrown by itself: the name of its category, and its value
 * in *value. NULL if it has none. */
BACKSTOP_API const char *backstop_error_code(const backstop_error *error, int32_t *value) BACKSTOP_NOEXCEPT;

/* The paths of a std::filesystem::filesystem_error, numbers 0 and 1; NULL if it is none. */
BACKSTOP_API const char *backstop_error_path(const backstop_error *error, size_t number) BACKSTOP_NOEXCEPT;

#ifdef __cplusplus
/* Throws the exception on, the very object, and frees the error. Anything that is not an exception, or is one of
 * another language, is thrown as a std::runtime_error with its message. */
[[noreturn]] BACKSTOP_API void backstop_error_rethrow(backstop_error *error);
#endif

typedef int32_t backstop_fault_kind;
enum {
  BACKSTOP_FAULT_OTHER = 0,                    /* none of the below: see signal and code */
  BACKSTOP_FAULT_NULL_DEREFERENCE = 1,         /* an access within the first page, or a call into it */
  BACKSTOP_FAULT_WILD_READ = 2,                /* no memory there (any more) */
  BACKSTOP_FAULT_WILD_WRITE = 3,               /* no memory there (any more) */
  BACKSTOP_FAULT_WILD_ACCESS = 4,              /* the same, where the machine doesn't say which */
  BACKSTOP_FAULT_FORBIDDEN_READ = 5,           /* memory that may not be read */
  BACKSTOP_FAULT_FORBIDDEN_WRITE = 6,          /* memory that may not be written */
  BACKSTOP_FAULT_FORBIDDEN_ACCESS = 7,         /* the same, where the machine doesn't say which */
  BACKSTOP_FAULT_WILD_JUMP = 8,                /* execution of what is not code */
  BACKSTOP_FAULT_NON_CANONICAL = 9,            /* an address that no memory can have */
  BACKSTOP_FAULT_MISALIGNED = 10,              /* an address not aligned as the instruction asks */
  BACKSTOP_FAULT_BAD_ADDRESS = 11,             /* the processor refused the access, and it isn't clear why */
  BACKSTOP_FAULT_STACK_OVERFLOW = 12,          /* this thread's stack is used up */
  BACKSTOP_FAULT_PROBABLE_STACK_OVERFLOW = 13, /* so it seems: far past the stack's end, or ahead of its use */
  BACKSTOP_FAULT_TRUNCATED_MAPPING = 14,       /* a page of a mapped file that lies past the file's end */
  BACKSTOP_FAULT_HARDWARE = 15,                /* another SIGBUS: the machine's memory or device failed */
  BACKSTOP_FAULT_DIVIDE_BY_ZERO = 16,          /* of integers */
  BACKSTOP_FAULT_DIVIDE_OVERFLOW = 17,         /* of integers: the quotient doesn't fit (INT_MIN / -1) */
  BACKSTOP_FAULT_FLOATING_POINT = 18,          /* a trapped floating-point exception: code says which */
  BACKSTOP_FAULT_ILLEGAL_INSTRUCTION = 19,     /* one that this processor doesn't have */
  BACKSTOP_FAULT_PRIVILEGED_INSTRUCTION = 20,  /* one for the kernel alone */
  BACKSTOP_FAULT_BUILTIN_TRAP = 21,            /* __builtin_trap, or another trap of the compiler's */
  BACKSTOP_FAULT_BREAKPOINT = 22,              /* that no debugger took */
  BACKSTOP_FAULT_BAD_SYSTEM_CALL = 23,         /* refused by seccomp: system_call says which */
  BACKSTOP_FAULT_ABORT = 24,                   /* abort() */
  BACKSTOP_FAULT_ASSERTION = 25,               /* assert(); expression, file and line are in message */
  BACKSTOP_FAULT_LIBRARY_ASSERTION = 26,       /* a check of the C++ library's (_GLIBCXX_ASSERTIONS) */
  BACKSTOP_FAULT_HEAP_CORRUPTION = 27,         /* the allocator's own checks: message says which */
  BACKSTOP_FAULT_STACK_SMASHING = 28,          /* the check of a frame (-fstack-protector) */
  BACKSTOP_FAULT_FORTIFY = 29,                 /* a check of _FORTIFY_SOURCE: message says which */
  BACKSTOP_FAULT_PURE_VIRTUAL_CALL = 30,       /* a call of a pure virtual function, or a deleted one */
  BACKSTOP_FAULT_TERMINATE = 31,               /* std::terminate */
};

typedef int32_t backstop_access;
enum {
  BACKSTOP_ACCESS_UNKNOWN = 0, /* the machine doesn't say, or it was no access to memory that faulted */
  BACKSTOP_ACCESS_READ = 1,
  BACKSTOP_ACCESS_WRITE = 2,
  BACKSTOP_ACCESS_EXECUTE = 3,
};

typedef struct backstop_fault {
  size_t size;    /* sizeof(backstop_fault) of the library */
  int32_t signal; /* SIGSEGV, ... */
  int32_t code;   /* si_code: SEGV_MAPERR, ... */
  backstop_fault_kind kind;
  int32_t error_number;          /* errno as it stood */
  int32_t thread;                /* the kernel's id of the thread */
  int32_t has_address;           /* whether the machine gave an address, or the instruction tells it */
  uintptr_t address;             /* what was accessed */
  uintptr_t instruction_pointer; /* the faulting instruction; for an abort, where it was raised */
  uintptr_t stack_pointer;
  uintptr_t stack_low, stack_high; /* where the thread's stack is */
  backstop_access access;
  int32_t system_call;  /* that seccomp refused; -1 otherwise */
  char thread_name[16]; /* NUL-terminated */
  const char *message;  /* what assert, the allocator or the library had to say, as it was, up to 8 KiB; or NULL */
} backstop_fault;

/* NULL if the error is an exception. */
BACKSTOP_API const backstop_fault *backstop_error_fault(const backstop_error *error) BACKSTOP_NOEXCEPT;

/* The general registers at the fault, as many as *count says, in the order of backstop_register_name. NULL if the
 * error is no fault. Zeros under std::terminate, which is a call like any other. */
BACKSTOP_API const uint64_t *backstop_error_registers(const backstop_error *error, size_t *count) BACKSTOP_NOEXCEPT;
BACKSTOP_API const char *backstop_register_name(size_t index) BACKSTOP_NOEXCEPT; /* NULL past the last */

typedef int32_t backstop_frame_state;
enum {
  BACKSTOP_FRAME_OUTSIDE = 0,   /* the guard and its callers: nothing happened to it */
  BACKSTOP_FRAME_UNWOUND = 1,   /* its destructors ran, as far as its table knows of any */
  BACKSTOP_FRAME_UNVOUCHED = 2, /* unwound as well, but built so that destructors may be missing from its table */
  BACKSTOP_FRAME_HOPPED = 3,    /* left without its destructors: its table doesn't allow for leaving it there */
  BACKSTOP_FRAME_JUMPED = 4,    /* jumped over, together with all frames up to the guard */
};

typedef struct backstop_frame {
  uintptr_t instruction_pointer; /* a return address, unless `exact` */
  backstop_frame_state state;
  int32_t exact; /* the instruction itself: of the fault, or interrupted by a signal */
} backstop_frame;

/* Where an exception was thrown. */
typedef struct backstop_trace {
  size_t size;                  /* sizeof(backstop_trace) of the library */
  uint32_t left_out;            /* frames that `frames` leaves out, ... */
  uint32_t left_out_at;         /* ... before the one with this index */
  int32_t truncated;            /* the stack was not read to its end */
  size_t frame_count;           /* up to 64 */
  const backstop_frame *frames; /* from the function that threw, through the guard to its callers */
} backstop_trace;

/* NULL if the error is no exception, or traces are not switched on (see backstop_options). An exception that C++ caught
 * and threw again has that of the last time. */
BACKSTOP_API const backstop_trace *backstop_error_trace(const backstop_error *error) BACKSTOP_NOEXCEPT;

/* How a fault was recovered. Torn: some frame was not UNWOUND, or something deferred failed, so something may be
 * leaked, locked or half changed. */
typedef struct backstop_recovery {
  size_t size;      /* sizeof(backstop_recovery) of the library */
  backstop_way way; /* BACKSTOP_JUMP also if the unwinding failed on its way */
  int32_t is_torn;
  int32_t second_signal;                       /* of a fault on the way, in a destructor say; 0: none */
  uint32_t unwound, unvouched, hopped, jumped; /* how many frames, those that aren't in `frames` included */
  uint32_t left_out;                           /* frames that `frames` leaves out, ... */
  uint32_t left_out_at;                        /* ... before the one with this index */
  int32_t truncated;                           /* the stack could not be read to its end */
  uint32_t cleaned;                            /* how many deferred functions ran to their end, ... */
  uint32_t cleanups_failed;                    /* ... and how many failed, or could not be called */
  size_t frame_count;                          /* up to 64 */
  const backstop_frame *frames;                /* from the fault outwards, through the guard to its callers */
} backstop_recovery;

/* NULL if the error is no fault, and no call that was interrupted at its deadline. */
BACKSTOP_API const backstop_recovery *backstop_error_recovery(const backstop_error *error) BACKSTOP_NOEXCEPT;

/* How long a call took that overran. */
typedef struct backstop_deadline {
  size_t size;                   /* sizeof(backstop_deadline) of the library */
  uint64_t allowed;              /* nanoseconds that it had */
  uint64_t ran;                  /* nanoseconds until it was interrupted, or returned */
  int32_t is_interrupted;        /* 0: it came to its end by itself, for it could not be interrupted before */
  uint32_t tries;                /* to interrupt it, that one included which succeeded */
  const char *obstacle;          /* why the last one that did not succeed didn't; NULL: there was none */
  uintptr_t instruction_pointer; /* where it was interrupted; 0: it was not */
} backstop_deadline;

/* NULL if the error is of another kind. */
BACKSTOP_API const backstop_deadline *backstop_error_deadline(const backstop_error *error) BACKSTOP_NOEXCEPT;

/* Why the call was not made: the message of the first fault of a domain that is tainted, of the last one of a domain
 * that is open, or of the one in a suspect object (of Rust's); NULL if the error is no refusal. */
BACKSTOP_API const char *backstop_error_refusal(const backstop_error *error) BACKSTOP_NOEXCEPT;

/* How the domain stood that refused the call: tainted, open or probing; healthy if it was none. The rest of
 * the cool-down goes to *remaining, in nanoseconds, unless that is NULL. */
BACKSTOP_API backstop_domain_state_t backstop_error_refused_by(const backstop_error *error,
                                                               uint64_t *remaining) BACKSTOP_NOEXCEPT;

/* ---- Being told of faults --------------------------------------------------------------------------------------- */

typedef int32_t backstop_answer;
enum {
  BACKSTOP_CONTINUE = 0, /* go on as without this handler */
  BACKSTOP_RESOLVED = 1, /* the cause is mended (a page was mapped, say): try the instruction again */
  BACKSTOP_FORWARD = 2,  /* don't recover: hand it to the handler that was there before backstop */
};

/* Told of every fault signal that arrives, guarded or not, before anything is done about it. (Not of a std::terminate
 * under a guard, which is recovered before it gets as far as a signal.) Runs in signal context on
 * the faulting thread's alternate stack (64 KiB): it may call what is async-signal-safe, and nothing else; no malloc,
 * no locks, no stdio. `info` and `context` are the kernel's siginfo_t and ucontext_t. It must not jump out. */
typedef backstop_answer (*backstop_handler)(const backstop_fault *fault, void *info, void *context, void *data);

/* Adds a handler. Those of higher priority are asked first, of equal ones the newest; the first answer other than
 * BACKSTOP_CONTINUE counts. `data` is handed to it as it is. False (0) if there is no memory, or faults aren't handled
 * here (see backstop_support). Installs the fault handler if nobody has yet. Meant for a program's start: the few bytes
 * that an entry takes are never given back. */
BACKSTOP_API int backstop_add_handler(backstop_handler handler, void *data, int32_t priority) BACKSTOP_NOEXCEPT;

/* Removes the newest such pair. False (0) if there is none. It may still be running on another thread for a fault
 * that arrived before, so don't free `data` unless that can't be. */
BACKSTOP_API int backstop_remove_handler(backstop_handler handler, void *data) BACKSTOP_NOEXCEPT;

/* Told of every fault that was recovered, and every call that was interrupted at its deadline, when the guard has made
 * its error and before the guarded call returns it: in ordinary context, on the thread that faulted, under a guard of
 * its own, whose error is dropped. It may do what any code may. The error is the guarded call's. (Of another copy of
 * this library, those are told that were added there.)
 */
typedef void (*backstop_listener)(const backstop_error *error, void *data);

/* Adds and removes them, as handlers are. Those of higher priority are told first, of equal ones the newest. */
BACKSTOP_API int backstop_add_listener(backstop_listener listener, void *data, int32_t priority) BACKSTOP_NOEXCEPT;
BACKSTOP_API int backstop_remove_listener(backstop_listener listener, void *data) BACKSTOP_NOEXCEPT;

/* ---- For bridge.h and the Rust crate; of no use to others ------------------------------------------------------- */

/* A function of Rust's that is called by C. `run` answers false (0) if it leaves something for backstop_bridge_throw; a
 * text for that, NUL-terminated, goes to `text`. */
typedef struct backstop_hook {
  int32_t (*run)(const struct backstop_hook *hook, char *text, size_t size);
} backstop_hook;
/* Calls it, for backstop_domain_on_reset. `hook` is one. */
BACKSTOP_API void backstop_bridge_hook(void *hook);
/* The refusal of a call whose site's domain may refuse it; the caller owns it. NULL if it is to be made. */
BACKSTOP_API backstop_error *backstop_bridge_refuse(const backstop_site *site) BACKSTOP_NOEXCEPT;
/* That of a call which is not made since it is on an object in which this site crashed before, with this message. */
BACKSTOP_API backstop_error *backstop_bridge_refuse_object(const backstop_site *site, const char *message,
                                                           size_t length) BACKSTOP_NOEXCEPT;
/* Hands over the site of the guarded call that this thread makes next. */
BACKSTOP_API void backstop_bridge_enter(const backstop_site *site) BACKSTOP_NOEXCEPT;
/* Takes it: NULL if the call is not a guarded one. The Rust half asks again afterwards: nobody may have taken it. */
BACKSTOP_API const backstop_site *backstop_bridge_site(void) BACKSTOP_NOEXCEPT;
/* As backstop_call, of a site that has a domain, but keeps the error for backstop_bridge_error on this thread. False
 * (0) if there was one. `catching` does the same as `function`, but catches what is a std::exception and hands it to
 * backstop_bridge_caught. The guard calls the one or the other: exceptions that need not come up to it cost less. */
BACKSTOP_API int backstop_bridge_call(void *context, void (*catching)(void *), void (*function)(void *),
                                      const backstop_site *site);
#ifdef __cplusplus
/* Makes the error of the std::exception whose catch block this is in, and ends the guarded call. */
[[noreturn]] BACKSTOP_API void backstop_bridge_caught(const void *exception);
#endif
/* Takes the error of the guarded call that has just failed on this thread; the caller owns it. NULL if none has. */
BACKSTOP_API backstop_error *backstop_bridge_error(void) BACKSTOP_NOEXCEPT;

/* What Rust gives to C++ to carry: an error that was returned, or the payload of a panic. C++ holds it in the exception
 * that it throws, and calls `drop` when the last such object goes. */
typedef struct backstop_carried {
  void (*drop)(struct backstop_carried *carried);
} backstop_carried;

/* For Rust that is being called back: whether the C++ that called it is under a guard. */
BACKSTOP_API int backstop_bridge_is_guarded(void) BACKSTOP_NOEXCEPT;
/* For Rust that panicked while it was called back: whether the C++ that called it is under a guard, to which the panic
 * may be thrown. If it isn't, says so on stderr: the caller aborts. */
BACKSTOP_API int backstop_bridge_may_panic(void) BACKSTOP_NOEXCEPT;
/* Says what the backstop_bridge_throw that comes next on this thread throws: the exception of this error, which is
 * taken; or a backstop::rust_error, or rust_panic, with what it carries, which is taken. False (0) if the error is of
 * no exception, and left to the caller. */
BACKSTOP_API int backstop_bridge_raise_again(backstop_error *error) BACKSTOP_NOEXCEPT;
BACKSTOP_API void backstop_bridge_raise_rust(backstop_carried *carried, int is_panic) BACKSTOP_NOEXCEPT;
#ifdef __cplusplus
/* Throws it, or a rust_error that carries nothing. `message` is cxx's: a new char[] of this length, taken. */
[[noreturn]] BACKSTOP_API void backstop_bridge_throw(const char *message, size_t length);
#endif
/* What the exception carries; the error's. NULL if it is none of Rust's. */
BACKSTOP_API backstop_carried *backstop_bridge_carried(const backstop_error *error) BACKSTOP_NOEXCEPT;
/* Takes the panic out of an error, if it came as Rust unwinds (through a function that is extern "C-unwind"): Rust is
 * to raise it and catch it. NULL if there is none. */
BACKSTOP_API struct _Unwind_Exception *backstop_bridge_panic(backstop_error *error) BACKSTOP_NOEXCEPT;
/* Another error of the same exception, to be thrown again; the caller's. NULL if the error keeps none. */
BACKSTOP_API backstop_error *backstop_bridge_copy(const backstop_error *error) BACKSTOP_NOEXCEPT;
/* Takes the nested exception out of an error; the caller owns it. NULL if there is none. */
BACKSTOP_API backstop_error *backstop_bridge_nested(backstop_error *error) BACKSTOP_NOEXCEPT;
/* The error of a std::exception that is not there any more, and of which only the what() is known; the caller's. */
BACKSTOP_API backstop_error *backstop_bridge_exception(const backstop_site *site, const char *what,
                                                       size_t length) BACKSTOP_NOEXCEPT;
/* Of `count` C++ classes (std::type_info), the index of the most derived one that a catch clause would have caught the
 * exception as, and in *object the exception as that; the first of several that are not related. -1 if there is none.
 */
BACKSTOP_API ptrdiff_t backstop_bridge_cast(const backstop_error *error, const void *const *types, size_t count,
                                            const void **object) BACKSTOP_NOEXCEPT;

#ifdef __cplusplus
}
#endif
#endif /* BACKSTOP_H */
