// A shared library with a copy of backstop of its own, and what is to hold when there is another in the process.
#include "../c_abi/check.h"
#include "copy.h"
#include <atomic>
#include <csetjmp>
#include <csignal>
#include <dlfcn.h>
#include <exception>
#include <pthread.h>
#include <stdexcept>
#include <string>
#include <sys/mman.h>

#define EXPORTED __attribute__((visibility("default")))

namespace {

using Body = void (*)(const Copy *one, const Copy *other);

const backstop_site unwound = {"unwound", __FILE__, __LINE__, BACKSTOP_UNWIND, nullptr, 0};
const backstop_site jumped = {"jumped", __FILE__, __LINE__, BACKSTOP_JUMP, nullptr, 0};

// ---- What is called under guards

int scopes_left;

struct Scope {
  ~Scope() { ++scopes_left; }
};

template <typename Function> void call_here(void *function) { (*static_cast<Function *>(function))(); }

// Calls function() under a guard of this copy; what ended it, or 0.
struct End {
  backstop_error_kind_t error;
  backstop_fault_kind fault;
};

template <typename Function> End guard(const Copy *copy, Function function, const backstop_site &site = unwound) {
  backstop_error *error = copy->call(&site, call_here<Function>, &function);
  const backstop_fault *fault = error != nullptr ? copy->error_fault(error) : nullptr;
  const End end = {error != nullptr ? copy->error_kind(error) : 0, fault != nullptr ? fault->kind : 0};
  copy->error_free(error);
  return end;
}

bool operator==(const End &end, backstop_fault_kind kind) { return end.error == BACKSTOP_FAULT && end.fault == kind; }

constexpr End nothing = {0, 0};
bool operator==(const End &one, const End &other) { return one.error == other.error && one.fault == other.fault; }

template <typename Function> void behind_barrier(const Copy *copy, Function function) {
  const uint32_t previous = copy->barrier_enter("callback");
  function();
  copy->barrier_leave(previous);
}

__attribute__((noinline)) void write_to_null() {
  const Scope scope;
  check_null_write(nullptr);
}

void abort_here() { abort(); }

void throw_here() { throw std::runtime_error("nobody"); }
void (*volatile throws)() = throw_here;

void terminate_here() noexcept { throws(); }

volatile int never = 0;

__attribute__((noinline)) int overflow(volatile int *above) {
  volatile int here[64];
  here[0] = above != nullptr ? above[0] : 0;
  return never != 0 ? 0 : overflow(here) + here[0];
}

void overflow_here() { overflow(nullptr); }

struct Kind {
  void (*fault)();
  backstop_fault_kind kind;
};

const Kind kinds[] = {
    {write_to_null, BACKSTOP_FAULT_NULL_DEREFERENCE},
    {abort_here, BACKSTOP_FAULT_ABORT},
    {terminate_here, BACKSTOP_FAULT_TERMINATE},
    {overflow_here, BACKSTOP_FAULT_STACK_OVERFLOW},
};

// ---- Nested guards

void install(const Copy *one, const Copy *other) {
  CHECK(one->install(nullptr) == BACKSTOP_OK);
  CHECK(other->install(nullptr) == BACKSTOP_OK);
  CHECK(one->support() == BACKSTOP_SUPPORT_FAULTS && other->support() == BACKSTOP_SUPPORT_FAULTS);
}

// The inner one catches what strikes in it, and leaves the outer one what strikes after it.
void check_nested(const Copy *outer, const Copy *inner, const Kind &kind, const backstop_site &site) {
  const auto inside = [&] {
    CHECK(guard(inner, kind.fault, site) == kind.kind);
    CHECK(guard(inner, [] {}) == nothing);
  };
  CHECK(guard(outer, inside) == nothing);
  const auto inside_and_after = [&] {
    inside();
    kind.fault();
  };
  CHECK(guard(outer, inside_and_after, site) == kind.kind);
}

// A guard of each, `depth` of them in turn, and a fault at each level on the way out.
void check_alternating(const Copy *outer, const Copy *inner, int depth) {
  const End end = guard(outer, [=] {
    if (depth > 1) {
      check_alternating(inner, outer, depth - 1);
    }
    write_to_null();
  });
  CHECK(end == BACKSTOP_FAULT_NULL_DEREFERENCE);
}

void nested(const Copy *one, const Copy *other) {
  install(one, other);
  for (const Kind &kind : kinds) {
    for (const backstop_site *site : {&unwound, &jumped}) {
      check_nested(one, other, kind, *site);
      check_nested(other, one, kind, *site);
    }
  }
  check_alternating(one, other, 9);
}

// As nested, where nobody has installed anything: the first guarded call does.
void installed_by_calls(const Copy *one, const Copy *other) {
  check_nested(one, other, kinds[0], unwound);
  check_nested(other, one, kinds[0], unwound);
}

void destructors_run(const Copy *one, const Copy *other) {
  install(one, other);
  const auto check_scopes = [](const Copy *outer, const Copy *inner) {
    scopes_left = 0;
    const End end = guard(outer, [=] {
      const Scope scope;
      guard(inner, [] {
        const Scope scope;
        void (*volatile fault)() = write_to_null;
        fault();
      });
      CHECK(scopes_left >= 1);
      scopes_left = 0;
      void (*volatile fault)() = write_to_null;
      fault();
    });
    CHECK(end == BACKSTOP_FAULT_NULL_DEREFERENCE && scopes_left >= 1);
  };
  check_scopes(one, other);
  check_scopes(other, one);
}

// Exceptions go to the innermost guard, too, and leave no entry behind in the chain of the other copy.
void exceptions(const Copy *one, const Copy *other) {
  install(one, other);
  const auto check_thrown = [](const Copy *outer, const Copy *inner) {
    CHECK(guard(outer, [&] { CHECK(guard(inner, throw_here).error == BACKSTOP_EXCEPTION); }) == nothing);
    const End end = guard(outer, [&] {
      guard(inner, [] {});
      throw_here();
    });
    CHECK(end.error == BACKSTOP_EXCEPTION);
    CHECK(guard(inner, write_to_null) == BACKSTOP_FAULT_NULL_DEREFERENCE);
  };
  check_thrown(one, other);
  check_thrown(other, one);
}

void ten_thousand_faults(const Copy *one, const Copy *other) {
  install(one, other);
  for (int round = 0; round < 5000; ++round) {
    const backstop_site &site = round % 4 < 2 ? unwound : jumped;
    const Copy *outer = round % 2 == 0 ? one : other, *inner = round % 2 == 0 ? other : one;
    const End end = guard(
        outer,
        [&] {
          CHECK(guard(inner, write_to_null, site) == BACKSTOP_FAULT_NULL_DEREFERENCE);
          write_to_null();
        },
        site);
    CHECK(end == BACKSTOP_FAULT_NULL_DEREFERENCE);
  }
}

// ---- Threads

struct Pair {
  const Copy *one, *other;
};

void *fault_on_thread(void *data) {
  const Pair pair = *static_cast<const Pair *>(data);
  for (int round = 0; round < 50; ++round) {
    check_nested(pair.one, pair.other, kinds[0], round % 2 == 0 ? unwound : jumped);
  }
  check_nested(pair.one, pair.other, kinds[3], unwound);
  return nullptr;
}

// Also set up in both orders, and given back as the threads end.
void threads(const Copy *one, const Copy *other) {
  install(one, other);
  for (int round = 0; round < 3; ++round) {
    Pair pairs[] = {{one, other}, {other, one}, {one, other}, {other, one}};
    pthread_t threads[4];
    for (int index = 0; index < 4; ++index) {
      CHECK(pthread_create(&threads[index], nullptr, fault_on_thread, &pairs[index]) == 0);
    }
    for (pthread_t thread : threads) {
      CHECK(pthread_join(thread, nullptr) == 0);
    }
  }
}

pthread_key_t key;
Pair at_the_end;

// The first copy has taken down its alternate stack by then, which was in use for both.
void overflow_at_the_end(void *) {
  CHECK(guard(at_the_end.other, overflow_here) == BACKSTOP_FAULT_STACK_OVERFLOW);
  check_nested(at_the_end.one, at_the_end.other, kinds[3], unwound);
}

void thread_that_ends(const Copy *one, const Copy *other) {
  CHECK(one->install(nullptr) == BACKSTOP_OK);
  CHECK(pthread_key_create(&key, overflow_at_the_end) == 0);
  CHECK(other->install(nullptr) == BACKSTOP_OK);
  for (const Pair pair : {Pair{one, other}, Pair{other, one}}) {
    at_the_end = {one, other};
    pthread_t thread;
    const auto run = [](void *data) -> void * {
      const Pair pair = *static_cast<const Pair *>(data);
      check_nested(pair.one, pair.other, kinds[0], unwound);
      pthread_setspecific(key, &at_the_end);
      return nullptr;
    };
    CHECK(pthread_create(&thread, nullptr, run, const_cast<Pair *>(&pair)) == 0);
    CHECK(pthread_join(thread, nullptr) == 0);
  }
}

std::atomic<int> ready;

void *install_on_thread(void *data) {
  ++ready;
  while (ready < 2) {
  }
  CHECK(static_cast<const Copy *>(data)->install(nullptr) == BACKSTOP_OK);
  return nullptr;
}

struct sigaction action_of(int signal) {
  struct sigaction action;
  CHECK(sigaction(signal, nullptr, &action) == 0);
  return action;
}

void installed_at_once(const Copy *one, const Copy *other) {
  pthread_t threads[2];
  const Copy *copies[] = {one, other};
  for (int index = 0; index < 2; ++index) {
    CHECK(pthread_create(&threads[index], nullptr, install_on_thread, const_cast<Copy *>(copies[index])) == 0);
  }
  for (pthread_t thread : threads) {
    CHECK(pthread_join(thread, nullptr) == 0);
  }
  check_nested(one, other, kinds[0], unwound);
  check_nested(other, one, kinds[0], unwound);
}

// ---- Handlers, and what was there before

// What has been installed stays loaded, whoever closes the library.
void closed(const Copy *one, const Copy *other) {
  install(one, other);
  for (const Copy *copy : {one, other}) {
    Dl_info where;
    CHECK(dladdr(reinterpret_cast<void *>(copy->call), &where) != 0);
    if (void *handle = dlopen(where.dli_fname, RTLD_NOW | RTLD_NOLOAD)) { // none for the program itself
      dlclose(handle);
      dlclose(handle);
    }
  }
  check_nested(one, other, kinds[0], unwound);
  check_nested(other, one, kinds[0], unwound);
}

void one_handler(const Copy *one, const Copy *other) {
  CHECK(one->install(nullptr) == BACKSTOP_OK);
  const struct sigaction before = action_of(SIGSEGV);
  const std::terminate_handler terminate = std::get_terminate();
  CHECK(other->install(nullptr) == BACKSTOP_OK);
  CHECK(action_of(SIGSEGV).sa_sigaction == before.sa_sigaction && std::get_terminate() == terminate);
}

// The first copy's signals are those that both handle, and the other says so.
void other_signals(const Copy *one, const Copy *other) {
  const backstop_options options = {sizeof(options), uint64_t(1) << SIGSEGV, 0, BACKSTOP_TRACES_OFF, 0, 0};
  CHECK(one->install(&options) == BACKSTOP_OK);
  CHECK(other->install(nullptr) == BACKSTOP_ALREADY_INSTALLED);
  CHECK(action_of(SIGFPE).sa_handler == SIG_DFL);
  check_nested(one, other, kinds[0], unwound);
  check_nested(other, one, kinds[0], unwound);
}

std::string asked;

backstop_answer note(const backstop_fault *, void *, void *, void *data) {
  asked += *static_cast<const char *>(data);
  return BACKSTOP_CONTINUE;
}

void check_asked(const Copy *outer, const Copy *inner, const char *expected) {
  asked.clear();
  asked.reserve(100);
  CHECK(guard(outer, [=] { guard(inner, write_to_null); }) == nothing && asked == expected);
}

void handlers_in_order(const Copy *one, const Copy *other) {
  static char names[] = "abcde";
  CHECK(other->add_handler(note, names, 0) && one->add_handler(note, names + 1, 5)); // installs both
  CHECK(one->add_handler(note, names + 2, 0) && other->add_handler(note, names + 3, 5));
  CHECK(other->add_handler(note, names + 4, -1));
  check_asked(one, other, "dbcae");
  check_asked(other, one, "dbcae");
  CHECK(one->remove_handler(note, names) && !other->remove_handler(note, names)); // whoever added it
  check_asked(one, other, "dbce");
}

sigjmp_buf escape;
volatile sig_atomic_t arrived;

void leave(int) {
  arrived = arrived + 1;
  siglongjmp(escape, 1);
}

// Whether the handler that was there before both gets the fault, once.
template <typename Function> void check_arrives(Function function) {
  arrived = 0;
  if (sigsetjmp(escape, 1) == 0) {
    function();
  }
  CHECK(arrived == 1);
}

void previous_handler(const Copy *one, const Copy *other) {
  struct sigaction action = {};
  action.sa_handler = leave;
  CHECK(sigaction(SIGSEGV, &action, nullptr) == 0);
  install(one, other);
  for (int round = 0; round < 20; ++round) {
    check_nested(one, other, kinds[0], unwound);
    check_arrives(write_to_null);
    check_nested(other, one, kinds[0], unwound);
    check_arrives(write_to_null);
  }
  asked.reserve(100);
  static char name = 'x';
  CHECK(other->add_handler(note, &name, 0));
  check_arrives(write_to_null);
  CHECK(asked == "x");
}

backstop_answer forward(const backstop_fault *, void *, void *, void *) { return BACKSTOP_FORWARD; }

void forwarded(const Copy *outer, const Copy *inner) {
  CHECK(inner->add_handler(forward, nullptr, 0));
  guard(outer, [=] { guard(inner, write_to_null); });
}

void *page;

backstop_answer mend(const backstop_fault *fault, void *, void *, void *) {
  const bool is_it = fault->address == reinterpret_cast<uintptr_t>(page);
  return is_it && mprotect(page, 4096, PROT_READ | PROT_WRITE) == 0 ? BACKSTOP_RESOLVED : BACKSTOP_CONTINUE;
}

void resolved(const Copy *one, const Copy *other) {
  const auto write = [] { *static_cast<volatile char *>(page) = 1; };
  for (const Pair pair : {Pair{one, other}, Pair{other, one}}) {
    page = mmap(nullptr, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    CHECK(page != MAP_FAILED && pair.one->add_handler(mend, nullptr, 0));
    CHECK(guard(pair.one, [=] { CHECK(guard(pair.other, write) == nothing); }) == nothing);
  }
}

// ---- Barriers

template <typename Function> void refuse(const Copy *outer, const Copy *barrier, Function function) {
  guard(outer, [=] { behind_barrier(barrier, function); });
}

void barrier_of_the_other(const Copy *one, const Copy *other) {
  install(one, other);
  guard(other, [] {});
  refuse(one, other, write_to_null);
}

void barrier_of_the_first(const Copy *one, const Copy *other) {
  install(one, other);
  guard(one, [] {});
  refuse(other, one, write_to_null);
}

// Which has been neither installed nor, on this thread, called.
void barrier_of_one_not_installed(const Copy *one, const Copy *other) {
  CHECK(one->install(nullptr) == BACKSTOP_OK);
  refuse(one, other, write_to_null);
}

void barrier_of_the_first_on_a_new_thread(const Copy *one, const Copy *other) {
  install(one, other);
  refuse(other, one, write_to_null);
}

// Which has looked for others when there was none that had been installed.
void barrier_that_was_early(const Copy *one, const Copy *other) {
  behind_barrier(other, [] {});
  CHECK(one->install(nullptr) == BACKSTOP_OK);
  refuse(one, other, write_to_null);
}

void barrier_and_abort(const Copy *one, const Copy *other) {
  install(one, other);
  refuse(one, other, abort_here);
}

void barrier_and_terminate(const Copy *one, const Copy *other) {
  install(one, other);
  refuse(one, other, terminate_here);
}

// A guard further in than the barrier is not concerned by it.
void guard_behind_barrier(const Copy *one, const Copy *other) {
  install(one, other);
  for (const Pair pair : {Pair{one, other}, Pair{other, one}}) {
    const auto inside = [=] { CHECK(guard(pair.one, write_to_null) == BACKSTOP_FAULT_NULL_DEREFERENCE); };
    const auto around = [=] { behind_barrier(pair.other, inside); };
    CHECK(guard(pair.one, around) == nothing);
    const auto after = [=] {
      around();
      write_to_null();
    };
    CHECK(guard(pair.one, after) == BACKSTOP_FAULT_NULL_DEREFERENCE);
  }
}

// What the other copy was to do if a guard of this one's is left is not done, and that is said: the frame is gone, and
// it must not be done later either.
void deferred_by_the_other(const Copy *one, const Copy *other) {
  install(one, other);
  static int calls;
  const auto count = [](void *) { ++calls; };
  for (const backstop_site *site : {&unwound, &jumped}) {
    calls = 0;
    const auto inside = [&] {
      other->defer(count, nullptr);
      write_to_null();
    };
    auto call = inside;
    backstop_error *error = one->call(site, call_here<decltype(call)>, &call);
    const backstop_recovery *recovery = one->error_recovery(error);
    CHECK(recovery->cleanups_failed == 1 && recovery->is_torn && calls == 0);
    one->error_free(error);
    const auto throwing = [&] {
      other->defer(count, nullptr);
      throw_here();
    };
    CHECK(guard(one, throwing).error == BACKSTOP_EXCEPTION);
    CHECK(guard(other, write_to_null, *site) == BACKSTOP_FAULT_NULL_DEREFERENCE && calls == 0);
  }
}

// The handler before both gets it, and not the other copy's guard around the barrier.
void barrier_and_previous_handler(const Copy *one, const Copy *other) {
  struct sigaction action = {};
  action.sa_handler = leave;
  CHECK(sigaction(SIGSEGV, &action, nullptr) == 0);
  install(one, other);
  check_arrives([=] { refuse(one, other, write_to_null); });
}

// ---- Copies that don't fit

// `other` is of another version.
void other_version(const Copy *one, const Copy *other) {
  CHECK(one->install(nullptr) == BACKSTOP_OK);
  CHECK(other->install(nullptr) == BACKSTOP_REFUSED && other->support() == BACKSTOP_SUPPORT_UNAVAILABLE);
  CHECK(other->install(nullptr) == BACKSTOP_ALREADY_INSTALLED);
  CHECK(!other->add_handler(forward, nullptr, 0));
  for (const backstop_site *site : {&unwound, &jumped}) {
    CHECK(guard(one, [=] { guard(other, write_to_null); }, *site) == BACKSTOP_FAULT_NULL_DEREFERENCE);
    CHECK(guard(other, [=] { CHECK(guard(one, write_to_null, *site) == BACKSTOP_FAULT_NULL_DEREFERENCE); }) == nothing);
  }
  CHECK(guard(other, [] { throw 1; }).error == BACKSTOP_EXCEPTION);
}

// ---- The list

struct Case {
  const char *name;
  Body body;
};

#define CASE(name) {#name, name}
const Case cases[] = {
    CASE(nested),
    CASE(installed_by_calls),
    CASE(destructors_run),
    CASE(exceptions),
    CASE(ten_thousand_faults),
    CASE(threads),
    CASE(thread_that_ends),
    CASE(installed_at_once),
    // trap 26
    CASE(closed),
    CASE(one_handler),
    CASE(other_signals),
    CASE(handlers_in_order),
    CASE(previous_handler),
    CASE(forwarded),
    CASE(resolved),
    CASE(barrier_of_the_other),
    CASE(barrier_of_the_first),
    CASE(barrier_of_one_not_installed),
    CASE(barrier_of_the_first_on_a_new_thread),
    CASE(barrier_that_was_early),
    CASE(barrier_and_abort),
    CASE(barrier_and_terminate),
    CASE(guard_behind_barrier),
    CASE(barrier_and_previous_handler),
    CASE(deferred_by_the_other),
    CASE(other_version),
};

} // namespace

EXPORTED const Copy *library_copy() {
  static const Copy copy = {backstop_install,        backstop_support,        backstop_call,
                            backstop_error_free,     backstop_error_kind,     backstop_error_fault,
                            backstop_error_recovery, backstop_barrier_enter,  backstop_barrier_leave,
                            backstop_add_handler,    backstop_remove_handler, backstop_defer};
  return &copy;
}

EXPORTED void library_run(const char *name, const Copy *one, const Copy *other) {
  for (const Case &known : cases) {
    if (strcmp(known.name, name) == 0) {
      known.body(one, other);
      return;
    }
  }
  fprintf(stderr, "there is no case `%s`\n", name);
  _Exit(1);
}

EXPORTED const char *library_cases() {
  static const std::string names = [] {
    std::string names;
    for (const Case &known : cases) {
      names += std::string(known.name) + "\n";
    }
    return names;
  }();
  return names.c_str();
}
