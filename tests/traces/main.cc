// Where exceptions were thrown, from all the places that they may come from. The argument is the library to load.
#include "../c_abi/check.h"
#include <dlfcn.h>
#include <stdexcept>
#include <thread>
#include <unwind.h>
#include <vector>

extern "C" void *__libc_malloc(size_t size);

static bool is_memory_short;

extern "C" void *malloc(size_t size) { return is_memory_short ? nullptr : __libc_malloc(size); }

namespace {

const backstop_site site = BACKSTOP_SITE("work");

using Function = void (*)(void *);

// Keeps a call from being the last thing that a function does, which would be a jump.
void after() { __asm__ volatile(""); }

// What the guarded call ended with, and where that was thrown.
struct Failure {
  backstop_error *error;
  const backstop_trace *trace;

  explicit Failure(Function function, void *context = nullptr)
      : error(backstop_call(&site, function, context)),
        trace(error != nullptr ? backstop_error_trace(error) : nullptr) {}
  Failure(const Failure &) = delete;
  ~Failure() { backstop_error_free(error); }

  bool is_at(size_t index, Function function) const {
    void *address = reinterpret_cast<void *>(trace->frames[index].instruction_pointer - 1);
    return _Unwind_FindEnclosingFunction(address) == reinterpret_cast<void *>(function);
  }

  bool is_from(Function function) const { return trace != nullptr && is_at(0, function); }

  bool is_by_way_of(Function function) const {
    for (size_t index = 0; trace != nullptr && index < trace->frame_count; ++index) {
      if (is_at(index, function)) {
        return true;
      }
    }
    return false;
  }
};

__attribute__((noinline)) void throw_here(void *) { throw std::runtime_error("here"); }

__attribute__((noinline)) void throw_there(void *) { throw 42; }

void call_thrower(void *) {
  throw_here(nullptr);
  after();
}

void check_throw() {
  const Failure failure(call_thrower);
  CHECK(failure.is_from(throw_here) && failure.is_at(1, call_thrower));
  CHECK(failure.trace->size == sizeof(backstop_trace));
  CHECK(failure.trace->left_out == 0 && failure.trace->left_out_at == 0 && !failure.trace->truncated);
  for (size_t index = 0; index < failure.trace->frame_count; ++index) {
    CHECK(failure.trace->frames[index].state == BACKSTOP_FRAME_OUTSIDE && !failure.trace->frames[index].exact);
  }
}

void throw_in_standard_library(void *) { static_cast<void>(std::vector<int>().at(1)); }

void check_standard_library() { CHECK(Failure(throw_in_standard_library).is_by_way_of(throw_in_standard_library)); }

void throw_again(void *) {
  try {
    throw_here(nullptr);
  } catch (...) {
    throw;
  }
}

void throw_later(void *) {
  std::exception_ptr exception;
  try {
    throw_here(nullptr);
  } catch (...) {
    exception = std::current_exception();
  }
  std::rethrow_exception(exception);
}

void check_rethrown() {
  CHECK(Failure(throw_again).is_from(throw_again));
  CHECK(Failure(throw_later).is_from(throw_later));
}

void check_library(const char *path) {
  void *library = dlopen(path, RTLD_NOW);
  CHECK(library != nullptr);
  const auto function = reinterpret_cast<Function>(dlsym(library, "throw_in_library"));
  CHECK(Failure(function).is_from(function));
}

void catch_inside(void *) {
  try {
    throw_here(nullptr);
  } catch (const std::runtime_error &) {
  }
}

struct CatchesInside {
  ~CatchesInside() { catch_inside(nullptr); }
};

void throw_past_catcher(void *) {
  const CatchesInside catcher;
  throw_there(nullptr);
}

void check_caught_inside() {
  CHECK(Failure(catch_inside).error == nullptr);
  CHECK(Failure(throw_past_catcher).is_from(throw_there));
}

void guard_inside(void *) {
  CHECK(Failure(throw_here).is_from(throw_here));
  throw_there(nullptr);
}

struct GuardsInside {
  ~GuardsInside() { CHECK(Failure(throw_here).is_from(throw_here)); }
};

void throw_past_guard(void *) {
  const GuardsInside guards;
  throw_there(nullptr);
}

void throw_on(void *) { backstop_error_rethrow(backstop_call(&site, call_thrower, nullptr)); }

void throw_on_and_again(void *) {
  try {
    throw_on(nullptr);
  } catch (...) {
    throw;
  }
}

// What came out of a guard stays what it was.
void check_thrown_on() {
  for (int round = 0; round < 2; ++round) {
    CHECK(Failure(throw_on).is_from(throw_here));
    CHECK(Failure(throw_on_and_again).is_from(throw_on_and_again));
  }
}

struct Crashes {
  ~Crashes() { check_null_write(nullptr); }
};

void throw_past_crash(void *) {
  const Crashes crashes;
  throw_here(nullptr);
}

// Whose exception never arrives.
struct CrashesInside {
  ~CrashesInside() { CHECK(backstop_error_kind(Failure(throw_past_crash).error) == BACKSTOP_FAULT); }
};

void throw_past_guarded_crash(void *) {
  const CrashesInside crashes;
  throw_there(nullptr);
}

// Each has its own, or none.
void check_nested() {
  CHECK(Failure(guard_inside).is_from(throw_there));
  const bool recovers = backstop_support() == BACKSTOP_SUPPORT_FAULTS;
  for (const Function function : {throw_past_guard, recovers ? throw_past_guarded_crash : throw_past_guard}) {
    const Failure failure(function);
    CHECK(backstop_error_kind(failure.error) == BACKSTOP_EXCEPTION);
    CHECK(failure.trace == nullptr || failure.is_from(throw_there));
  }
}

__attribute__((noinline)) void throw_foreign(void *exception) {
  _Unwind_RaiseException(static_cast<_Unwind_Exception *>(exception));
  after();
}

void check_foreign() {
  static _Unwind_Exception exception;
  memcpy(&exception.exception_class, "TESTTEST", sizeof(exception.exception_class));
  CHECK(Failure(throw_foreign, &exception).is_from(throw_foreign));
}

constexpr int depth = 10000;

__attribute__((noinline)) void recurse(void *levels) {
  int left = *static_cast<int *>(levels) - 1;
  (left > 0 ? recurse : throw_here)(&left);
  after();
}

// The two ends are there: who threw, and who called the guard.
void check_deep() {
  int levels = depth;
  const Failure failure(recurse, &levels);
  CHECK(failure.is_from(throw_here) && failure.is_at(1, recurse));
  const backstop_trace &trace = *failure.trace;
  CHECK(trace.frame_count == 64 && trace.left_out_at == 40 && !trace.truncated);
  CHECK(trace.left_out > depth - 64 && trace.left_out < depth);
  CHECK(failure.is_by_way_of(reinterpret_cast<Function>(check_deep)));
  CHECK(failure.is_at(39, recurse) && failure.is_at(40, recurse) && !failure.is_at(63, recurse));
}

#ifdef __x86_64__
// Calls function() in a frame that is described wrongly: what it returns to would stand at address 8.
extern "C" void call_misdescribed(void (*function)());
__asm__(R"(
        .text
        .type call_misdescribed, @function
call_misdescribed:
        .cfi_startproc
        push %rbp
        .cfi_escape 0x0f, 0x01, 0x40
        call *%rdi
        pop %rbp
        ret
        .cfi_endproc
        .size call_misdescribed, . - call_misdescribed
)");

void check_misdescribed() {
  if (backstop_support() == BACKSTOP_SUPPORT_FAULTS) {
    call_misdescribed([] {
      const Failure failure(call_thrower);
      CHECK(failure.is_from(throw_here) && failure.trace->truncated);
      CHECK(failure.is_by_way_of(reinterpret_cast<Function>(call_misdescribed)));
    });
  }
}
#else
void check_misdescribed() {}
#endif

// The exception itself lies in what the C++ library holds back.
void check_without_memory() {
  is_memory_short = true;
  const Failure failure(throw_there);
  is_memory_short = false;
  CHECK(failure.error != nullptr && failure.trace == nullptr);
  CHECK(Failure(throw_there).is_from(throw_there));
}

void throw_often(Function function) {
  for (int round = 0; round < 2000; ++round) {
    CHECK(Failure(function).is_from(function));
  }
}

void check_threads() {
  std::thread here(throw_often, throw_here), there(throw_often, throw_there);
  here.join();
  there.join();
}

} // namespace

int main(int, char **arguments) {
  const backstop_options options = {sizeof(options), 0, 0, BACKSTOP_TRACES_ON, 0, 0};
  CHECK(backstop_install(&options) == BACKSTOP_OK);
  for (int round = 0; round < 2; ++round) {
    check_throw();
    check_standard_library();
    check_rethrown();
    check_library(arguments[1]);
    check_caught_inside();
    check_nested();
    check_thrown_on();
    check_foreign();
    check_deep();
    check_misdescribed();
    check_without_memory();
    check_threads();
  }
  return 0;
}
