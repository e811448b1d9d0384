#include "watchdog.h"
#include "interruption.h"
#include "runtime_code.h"
#include "thread.h"
#include <algorithm>
#include <cerrno>
#include <climits>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <fcntl.h>
#include <linux/membarrier.h>
#include <pthread.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace backstop {
namespace runtime {

std::atomic<uint64_t> attentive_to{UINT64_MAX};
std::atomic<bool> needs_fence;

namespace {

constexpr uint64_t microsecond = 1000, millisecond = 1000 * microsecond, second = 1000 * millisecond;
constexpr uint64_t shortest = millisecond; // what is watched for: shorter times are enforced up to a half of it late
constexpr uint64_t longest_sleep = second / 10; // so that a stop of the process is noticed
constexpr uint64_t least_stop = second / 4;     // a sleep that is longer by this was none of ours
constexpr uint64_t taken_after = second;        // a signal that has not come by then was taken by the program
constexpr uint64_t idle_for = second;           // until it is no longer awake by itself

pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER; // of all that follows
pthread_cond_t wanted;                             // somebody wants more attention
Watched *all;
bool runs, has_signal, has_failed;
std::atomic<bool> watching;
std::atomic<uint64_t> stopped;             // how long the process was
std::atomic<uint64_t> planned{UINT64_MAX}; // when the watchdog means to wake, on the clock that doesn't know of stops

std::atomic<int> signal_in_use;
std::atomic<bool> traced;
int chosen_signal;
struct sigaction previous_action;

struct Lock {
  Lock() noexcept { pthread_mutex_lock(&mutex); }
  ~Lock() { pthread_mutex_unlock(&mutex); }
};

uint64_t raw_clock() noexcept {
  timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now); // by the vDSO: no system call
  return static_cast<uint64_t>(now.tv_sec) * second + static_cast<uint64_t>(now.tv_nsec);
}

// Orders what the other threads have done before and what they do after, as if each had made a fence.
void fence_all() noexcept {
  if (!needs_fence.load()) {
    syscall(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0);
  }
  std::atomic_thread_fence(std::memory_order_seq_cst);
}

// The signal's handler goes by this: others may send the same signal.
void *cookie() noexcept { return &signal_in_use; }

} // namespace

// Whoever looks at the clock first after a stop notes it: a call that begins then is not to have that time as well.
uint64_t watch_clock() noexcept {
  const uint64_t now = raw_clock();
  uint64_t expected = planned.load(std::memory_order_relaxed);
  if (now > expected && now - expected > least_stop && planned.compare_exchange_strong(expected, now)) {
    stopped += now - expected;
  }
  return now - stopped.load(std::memory_order_relaxed);
}

uint64_t grace(uint64_t allowed) noexcept {
  return std::clamp<uint64_t>(allowed / 2, 2 * millisecond, 50 * millisecond);
}

BACKSTOP_RUNTIME_CODE bool send_deadline(int32_t thread) noexcept {
  siginfo_t info = {};
  info.si_code = SI_QUEUE;
  info.si_pid = getpid();
  info.si_uid = getuid();
  info.si_value.sival_ptr = cookie();
  return syscall(SYS_rt_tgsigqueueinfo, info.si_pid, thread, signal_in_use.load(), &info) == 0;
}

bool is_deadline(const siginfo_t &info) noexcept {
  return info.si_code == SI_QUEUE && info.si_value.sival_ptr == cookie();
}

const struct sigaction &previous_of_deadline() noexcept { return previous_action; }

namespace {

// The kernel's word for it: "TracerPid:", and the number of a process or 0. Not each time: it takes a descriptor.
void note_tracer(uint64_t now) noexcept {
  static uint64_t noted = 0;
  if (noted != 0 && now < noted + second) {
    return;
  }
  noted = now;
  char text[1024];
  const int file = open("/proc/self/status", O_RDONLY | O_CLOEXEC);
  const ssize_t length = file >= 0 ? read(file, text, sizeof(text) - 1) : 0;
  if (file >= 0) {
    close(file);
  }
  text[std::max<ssize_t>(length, 0)] = '\0';
  const char *tracer = std::strstr(text, "TracerPid:\t");
  traced = tracer != nullptr && tracer[sizeof("TracerPid:\t") - 1] != '0';
}

// A thread that has just ended, or a full queue, is nothing that lasts.
void say_refused(int error) noexcept {
  static bool is_said = false;
  if ((error == EPERM || error == ENOSYS || error == EACCES) && !is_said) {
    is_said = true;
    std::fputs(
        "backstop: the kernel refuses the signal of deadlines: calls that overrun are not interrupted; is there a "
        "sandbox, let it allow rt_tgsigqueueinfo\n",
        stderr);
  }
}

// Unless one is on its way already: to a thread that has it blocked, say.
void interrupt(Watched &watched, uint64_t until, uint64_t now) noexcept {
  note_tracer(now);
  if (watched.sent.exchange(1) != 0 && now < watched.sent_at + taken_after) {
    return;
  }
  watched.sent_at = now;
  fence_all(); // a call that ends now either is seen to have ended, or sees that a signal will come and waits for it
  const bool is_still_due = watched.until.load() == until;
  if (!is_still_due || !send_deadline(watched.thread)) {
    watched.sent.store(0);
    say_refused(is_still_due ? errno : 0);
  }
}

// How long to wait before the next try: little if that may help, and never in step with what the code does; or else
// longer and longer.
uint64_t next_wait(const Watched &watched) noexcept {
  static uint64_t random = 1;
  random = random * 6364136223846793005u + 1442695040888963407u;
  return watched.is_brief.load() ? 50 * microsecond + (random >> 32) % (100 * microsecond) : watched.pause;
}

void try_again(Watched &watched, uint64_t until, uint64_t now) noexcept {
  interrupt(watched, until, now);
  watched.tried = now;
  watched.pause = std::clamp(2 * watched.pause, millisecond, 100 * millisecond);
}

// Interrupts what has to be. Answers when the next one is due; 0: there is none.
uint64_t look(uint64_t now) noexcept {
  uint64_t next = 0;
  for (Watched *watched = all; watched != nullptr; watched = watched->next) {
    const uint64_t until = watched->until.load(std::memory_order_relaxed);
    if (until == 0) {
      continue;
    }
    if (watched->tried_until != until) {
      watched->tried_until = until;
      watched->tried = watched->pause = 0;
      watched->is_brief = true;
    }
    uint64_t due = watched->tried == 0 ? until : watched->tried + next_wait(*watched);
    if (now >= due) {
      try_again(*watched, until, now);
      due = now + 100 * microsecond; // to see what came of it
    }
    next = next == 0 ? due : std::min(next, due);
  }
  return next;
}

void sleep_for(uint64_t duration) noexcept {
  const uint64_t until = raw_clock() + duration;
  timespec end;
  end.tv_sec = static_cast<time_t>(until / second);
  end.tv_nsec = static_cast<long>(until % second);
  planned.store(until);
  pthread_cond_timedwait(&wanted, &mutex, &end);
  watch_clock();
  planned.store(UINT64_MAX);
}

// Until somebody sets a deadline.
void sleep_until_wanted() noexcept {
  attentive_to.store(UINT64_MAX);
  fence_all();
  if (look(watch_clock()) == 0) {
    while (attentive_to.load() == UINT64_MAX) {
      pthread_cond_wait(&wanted, &mutex);
    }
  } else {
    attentive_to.store(shortest); // one was set meanwhile, of which only this much is known
  }
}

void *watch(void *) {
  pthread_setname_np(pthread_self(), "backstop");
  const Lock lock;
  uint64_t last_seen = watch_clock();
  for (;;) {
    const uint64_t now = watch_clock(), next = look(now);
    last_seen = next != 0 ? now : last_seen;
    if (now - last_seen > idle_for) {
      sleep_until_wanted();
      last_seen = watch_clock();
      continue;
    }
    const uint64_t rest = std::min(attentive_to.load() / 2, longest_sleep);
    sleep_for(next != 0 ? std::min(next - std::min(next, now), rest) : rest);
  }
}

void make_condition() noexcept {
  pthread_condattr_t clock;
  pthread_condattr_init(&clock);
  pthread_condattr_setclock(&clock, CLOCK_MONOTONIC);
  pthread_cond_init(&wanted, &clock);
  pthread_condattr_destroy(&clock);
}

// A fork takes only its own thread along.
void leave_others() noexcept {
  pthread_mutex_init(&mutex, nullptr);
  make_condition();
  all = nullptr;
  runs = has_failed = false;
  watching = false;
  attentive_to.store(UINT64_MAX);
  planned.store(UINT64_MAX); // nobody oversleeps here
  if (Watched *own = thread.watched) {
    own->sent.store(0);
    own->is_listed = false;
  }
}

bool is_free(int signal) noexcept {
  struct sigaction present;
  return sigaction(signal, nullptr, &present) == 0 && present.sa_handler == SIG_DFL;
}

bool take_signal() noexcept {
  int signal = chosen_signal;
  for (int last = SIGRTMAX - 2; signal == 0 && last >= SIGRTMIN; --last) { // qemu-user keeps the last two to itself
    signal = is_free(last) ? last : 0;
  }
  struct sigaction action = {};
  action.sa_sigaction = on_deadline;
  sigemptyset(&action.sa_mask);
  action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER; // not SA_RESTART: a system call that blocks is to end
  if (signal == 0 || sigaction(signal, nullptr, &previous_action) != 0) {
    return false;
  }
  signal_in_use = signal; // before the handler may run
  return sigaction(signal, &action, nullptr) == 0;
}

// Once for each process.
bool prepare() noexcept {
  if (!has_signal) {
    make_condition();
    pthread_atfork([] { pthread_mutex_lock(&mutex); }, [] { pthread_mutex_unlock(&mutex); }, leave_others);
    has_signal = take_signal();
  }
  needs_fence = syscall(SYS_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0, 0) != 0;
  return has_signal;
}

bool start_thread() noexcept {
  sigset_t everything, before;
  sigfillset(&everything);
  pthread_sigmask(SIG_SETMASK, &everything, &before); // the program's signals are for its own threads
  pthread_attr_t detached;
  pthread_attr_init(&detached);
  pthread_attr_setdetachstate(&detached, PTHREAD_CREATE_DETACHED);
  pthread_t created;
  const bool has_started = pthread_create(&created, &detached, watch, nullptr) == 0;
  pthread_attr_destroy(&detached);
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return has_started;
}

void start() noexcept {
  if (!runs && !has_failed) {
    runs = prepare() && start_thread();
    has_failed = !runs;
    watching = runs;
    if (has_failed) {
      std::fputs("backstop: there is no free real-time signal or no thread to be had to watch deadlines with: calls "
                 "that overrun are not interrupted\n",
                 stderr);
    }
  }
}

} // namespace

void attend(uint64_t duration) noexcept {
  const uint64_t wanted_attention = std::max(duration, shortest);
  if (wanted_attention < attentive_to.load()) {
    const Lock lock;
    start();
    attentive_to.store(std::min(wanted_attention, attentive_to.load()));
    if (runs) {
      pthread_cond_signal(&wanted);
    }
  }
}

void list_watched(Watched &watched) noexcept {
  if (!watched.is_listed) {
    const Lock lock;
    start();
    sigset_t only;
    sigemptyset(&only);
    sigaddset(&only, signal_in_use);
    pthread_sigmask(SIG_UNBLOCK, &only, nullptr); // a thread may have been made with all of them blocked
    watched.thread = static_cast<int32_t>(syscall(SYS_gettid));
    watched.next = all;
    all = &watched;
    watched.is_listed = true;
  }
}

void unlist_watched(Watched &watched) noexcept {
  if (watched.is_listed) {
    const Lock lock;
    Watched **link = &all;
    while (*link != &watched) {
      link = &(*link)->next;
    }
    *link = watched.next;
    watched.is_listed = false;
  }
}

bool is_traced() noexcept { return traced; }

int deadline_signal() noexcept { return signal_in_use; }

bool is_watching() noexcept { return watching; }

void choose_deadline_signal(int signal) noexcept { chosen_signal = signal; }

} // namespace runtime
} // namespace backstop
