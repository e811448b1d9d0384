// backstop::defer, lock_guard and holder: what they release is released once, whichever way the scope is left.
#include "backstop/backstop.hpp"
#include "check.h"
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>

namespace {

constexpr backstop_site unwinding = BACKSTOP_SITE("unwinding");
constexpr backstop_site jumping = {"jumping", __FILE__, __LINE__, BACKSTOP_JUMP, nullptr, 0};

std::string released;

struct Item {
  char name;
};

struct Deleter {
  void operator()(Item *item) const {
    released += item->name;
    delete item;
  }
};

using Holder = backstop::holder<Item, Deleter>;

// Fails a second unlock, and one by another than who has locked it.
class Mutex {
public:
  void lock() {
    mutex_.lock();
    is_locked_ = true;
  }
  void unlock() {
    CHECK(is_locked_);
    is_locked_ = false;
    released += 'm';
    mutex_.unlock();
  }
  bool is_free() {
    const bool is_free = !is_locked_ && mutex_.try_lock();
    if (is_free) {
      mutex_.unlock();
    }
    return is_free;
  }

private:
  std::mutex mutex_;
  volatile bool is_locked_ = false;
};

Mutex mutex;

void nothing() {}
void throws() { throw std::runtime_error("thrown"); }
void faults() { check_null_write(nullptr); }
#ifdef __riscv
void aborts() { __builtin_trap(); } // glibc has no unwind table for abort there
#else
void aborts() { std::abort(); }
#endif
void terminates() { std::terminate(); }
void throws_on() noexcept { throws(); }
void throws_where_it_may_not() { throws_on(); }

using End = void (*)();
const End volatile may_throw = aborts; // for all that the compiler knows

template <typename Body> void check_ends(const char *expected, Body body) {
  for (const End end : {nothing, throws, faults, aborts, terminates, throws_where_it_may_not}) {
    for (const backstop_site *site : {&unwinding, &jumping}) {
      released.clear();
      const auto result = backstop::call(*site, [&] { body(end); });
      if (released != expected) {
        std::fprintf(stderr, "released: %s, expected: %s\n", released.c_str(), expected);
      }
      CHECK(released == expected);
      CHECK(static_cast<bool>(result) == (end == nothing));
      CHECK(mutex.is_free());
      const backstop_recovery *recovery = result ? nullptr : backstop_error_recovery(result.error().get());
      CHECK(recovery == nullptr || recovery->cleanups_failed == 0);
    }
  }
}

void check_defer() {
  check_ends("ba", [](End end) {
    const backstop::defer first([] { released += 'a'; });
    const std::string text(100, 'x');
    const backstop::defer second([&] { released += text == std::string(100, 'x') ? 'b' : '?'; });
    end();
  });
}

void check_lock_guard() {
  check_ends("m", [](End end) {
    const backstop::lock_guard lock(mutex);
    end();
  });
}

void check_holder() {
  check_ends("bcda", [](End end) {
    Holder first(new Item{'a'});
    Holder second(new Item{'b'});
    CHECK(second && second->name == 'b' && (*second).name == 'b' && second.get() != nullptr);
    second.reset(new Item{'c'});
    Holder third(new Item{'x'});
    const std::unique_ptr<Item> other(third.release());
    CHECK(!third);
    Holder fourth;
    fourth.reset(new Item{'d'});
    second.reset();
    end();
  });
}

// In turn, also where C++ and C are mixed, and through frames that nothing unwinds.
void inner(End end) {
  const backstop::lock_guard lock(mutex);
  const Holder item(new Item{'c'});
  end();
}

void in_the_middle(End end) noexcept {
  const backstop::defer second([] { released += 'b'; });
  inner(end);
}

void check_frames() {
  const backstop_site *const sites[] = {&unwinding, &jumping};
  for (const backstop_site *site : sites) {
    for (const End end : {nothing, faults, aborts}) {
      released.clear();
      const auto result = backstop::call(*site, [=] {
        const backstop::defer first([] { released += 'a'; });
        in_the_middle(end);
      });
      CHECK(released == "cmba" && static_cast<bool>(result) == (end == nothing));
    }
  }
}

// Frames of C, whose deferred has to run before the destructors of outer frames use the stack.
struct Log {
  volatile char marks[256];
};

void read_log(void *data) {
  const auto *log = static_cast<const Log *>(data);
  for (const volatile char &mark : log->marks) {
    CHECK(mark == 'k');
  }
  released += 'l';
}

__attribute__((noinline)) void as_c_does(End end) {
  Log log;
  for (volatile char &mark : log.marks) {
    mark = 'k';
  }
  const uint32_t deferred = backstop_defer(read_log, &log);
  end();
  backstop_cancel(deferred);
}

__attribute__((noinline)) void use_stack() {
  volatile char bytes[8192];
  for (volatile char &byte : bytes) {
    byte = 'x';
  }
}

struct UsesStack {
  ~UsesStack() {
    use_stack();
    released += 'u';
  }
};

void check_order_with_destructors() {
  for (const backstop_site *site : {&unwinding, &jumping}) {
    released.clear();
    const auto result = backstop::call(*site, [] {
      const backstop::defer first([] { released += 'a'; });
      const UsesStack uses_stack;
      as_c_does(may_throw);
    });
    const backstop_recovery *recovery = backstop_error_recovery(result.error().get());
    CHECK(recovery->cleanups_failed == 0);
    CHECK(released == (recovery->way == BACKSTOP_JUMP ? "la" : "lua"));
    CHECK(recovery->cleaned == (recovery->way == BACKSTOP_JUMP ? 2 : 1));
  }
}

// A destructor on the way that faults: what is left runs at the jump.
struct Faults {
  ~Faults() { check_null_write(nullptr); }
};

void check_second_fault() {
  for (const backstop_site *site : {&unwinding, &jumping}) {
    released.clear();
    const auto result = backstop::call(*site, [] {
      const backstop::defer first([] { released += 'a'; });
      const Holder item(new Item{'b'});
      const Faults destroyed;
      const backstop::lock_guard lock(mutex);
      as_c_does(may_throw);
    });
    CHECK(!result && mutex.is_free());
    CHECK(released == "lmba");
  }
}

// One that fails is not tried again, and those before it run.
void check_failing() {
  for (const backstop_site *site : {&unwinding, &jumping}) {
    released.clear();
    const auto result = backstop::call(*site, [] {
      const backstop::defer first([] { released += 'a'; });
      const backstop::defer second([]() noexcept(false) {
        released += 'b';
        faults();
      });
      const backstop::defer third([] { released += 'c'; });
      faults();
    });
    CHECK(released == "cba");
    CHECK(backstop_error_recovery(result.error().get())->is_torn);
  }
  released.clear();
  const auto threw = backstop::call(jumping, [] {
    const backstop::defer first([] { released += 'a'; });
    const backstop::defer second([] { throws(); });
    faults();
  });
  const backstop_recovery *recovery = backstop_error_recovery(threw.error().get());
  CHECK(released == "a" && recovery->cleaned == 1 && recovery->cleanups_failed == 1 && recovery->is_torn);
}

// A fault in the release at the end of the scope: it doesn't run a second time.
void check_fault_at_end() {
  for (const backstop_site *site : {&unwinding, &jumping}) {
    released.clear();
    const auto result = backstop::call(*site, [] {
      const backstop::defer first([] { released += 'a'; });
      const backstop::defer second([] {
        released += 'b';
        faults();
      });
    });
    CHECK(!result && released == "ba");
  }
}

// Objects on the heap are no scope's; still each is released once.
void check_heap() {
  for (const backstop_site *site : {&unwinding, &jumping}) {
    released.clear();
    const auto result = backstop::call(*site, [] {
      const auto item = std::make_unique<Holder>(new Item{'a'});
      const auto lock = std::make_unique<backstop::lock_guard<Mutex>>(mutex);
      faults();
    });
    CHECK(!result && (released == "ma" || released == "m" || released == "a" || released.empty()));
    if (!mutex.is_free()) {
      mutex.unlock();
    }
  }
}

// What is returned is a variable of the caller's.
Holder make(char name) { return Holder(new Item{name}); }

void check_returned() {
  check_ends("ba", [](End end) {
    const Holder first = make('a');
    const Holder second = make('b');
    end();
  });
}

} // namespace

// L4, L5
int main() {
  check_defer();
  check_lock_guard();
  check_holder();
  check_frames();
  check_order_with_destructors();
  check_second_fault();
  check_failing();
  check_fault_at_end();
  check_heap();
  check_returned();
}
