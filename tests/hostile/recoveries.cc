// Recoveries that could go wrong on their way back to the guard.
#include "../support/cases.h"
#include <alloca.h>
#include <csetjmp>
#include <exception>
#include <initializer_list>
#include <mutex>
#include <pthread.h>
#include <stdexcept>
#include <thread>

namespace {

volatile int alive; // how many there are of Counted

struct Counted {
  Counted() { alive = alive + 1; }
  ~Counted() { alive = alive - 1; }
};

// What a compiler sees may throw gets its destructors into the tables, without any flag.
template <typename Function, typename... Arguments>
__attribute__((always_inline)) inline auto call(Function *function, Arguments... arguments) {
  return opaque(function)(arguments...);
}

void nothing() {}

// A destructor of the middle one runs between those of the others.
template <typename Member> __attribute__((noinline)) void fault_past() {
  const Counted outer;
  call(+[] {
    const Member member = Member();
    const Counted inner;
    call(null_write);
  });
  call(nothing);
}

__attribute__((noinline)) void trap() { __builtin_trap(); }

// Nothing of an earlier recovery is left.
#define CHECK_REPORTS_ITSELF() CHECK_FAULT(guarded(trap), BACKSTOP_FAULT_BUILTIN_TRAP)

// Below it there is room enough for the destructors after an overflow.
void on_small_stack(void (*body)()) {
  pthread_attr_t attributes;
  CHECK(pthread_attr_init(&attributes) == 0 && pthread_attr_setstacksize(&attributes, size_t(128) << 10) == 0 &&
        pthread_attr_setguardsize(&attributes, size_t(16) << 10) == 0);
  on_thread(body, &attributes);
}

// Calls it with the stack moved, so that it ends elsewhere in a frame.
__attribute__((noinline)) int shifted(int bytes, int (*body)(int)) {
  volatile char *room = static_cast<volatile char *>(alloca(opaque(bytes) + 16));
  room[0] = 0;
  return call(body, 1) + room[0];
}

} // namespace

#ifdef __x86_64__
namespace {

void *beyond; // the frame pointer of a caller of the guard

enum class Pointer { itself, beyond };

// Overwrites the caller's frame pointer. Taking the address of a frame makes the compiler have one.
template <Pointer to> __attribute__((noinline)) void misguide() {
  void *volatile *frame = static_cast<void *volatile *>(__builtin_frame_address(0));
  *frame = to == Pointer::itself ? const_cast<void **>(frame) : beyond;
  check_null_write(nullptr);
}

struct Placed {
  const Placed *volatile place = this;
  Placed() { call(nothing); }
  ~Placed() { CHECK(place == this); }
};

template <Pointer to> __attribute__((noinline)) void misguided() {
  Placed placed;
  volatile char *room = static_cast<volatile char *>(alloca(opaque(64))); // makes it go by its frame pointer
  room[0] = 0;
  call(misguide<to>);
  room[1] = room[0];
}

} // namespace

// trap 14
CASE(frame_pointer_to_itself) {
  const Result result = guarded(misguided<Pointer::itself>);
  CHECK(result.fault == BACKSTOP_FAULT_NULL_DEREFERENCE);
  CHECK(result.recovery.is_torn && result.recovery.truncated);
  CHECK_REPORTS_ITSELF();
}

CASE(frame_pointer_beyond_the_guard) {
  beyond = __builtin_frame_address(0);
  const Result result = guarded(misguided<Pointer::beyond>);
  CHECK(result.fault == BACKSTOP_FAULT_NULL_DEREFERENCE);
  CHECK(result.recovery.is_torn);
  CHECK_REPORTS_ITSELF();
}

namespace {

// Leaves frames that are done with below.
__attribute__((noinline)) int leave_remains(int depth) {
  const Counted counted;
  call(nothing);
  volatile char room[40];
  room[0] = static_cast<char>(depth);
  return depth < 40 ? call(leave_remains, depth + 1) + room[0] : 0;
}

__attribute__((noinline)) void return_astray() {
  static_cast<void *volatile *>(__builtin_frame_address(0))[1] = opaque(reinterpret_cast<void *>(0x10000));
}

__attribute__((noinline)) int return_astray_above(int) {
  volatile char buffer[1024];
  opaque(&buffer[0])[512] = 0; // not where the remains of a return address may be
  call(return_astray);
  return buffer[512];
}

} // namespace

// What is found of frames that are done with is not unwound once more.
CASE(wild_return) {
  for (int shift = 0; shift < 64 * 16; shift += 16) {
    const Result result = guarded([=] {
      leave_remains(0);
      shifted(shift, return_astray_above);
    });
    CHECK(result.kind == BACKSTOP_FAULT && result.fault == BACKSTOP_FAULT_WILD_JUMP);
    CHECK(result.recovery.is_torn && alive == 0);
  }
}
#else
#define CASE_ELSEWHERE(name)                                                                                           \
  CASE(name) {                                                                                                         \
    std::fputs("only for x86-64\n", stderr);                                                                           \
    std::_Exit(skipped);                                                                                               \
  }
CASE_ELSEWHERE(frame_pointer_to_itself)
CASE_ELSEWHERE(frame_pointer_beyond_the_guard)
CASE_ELSEWHERE(wild_return)
#endif

// The compiler may merge the entries of the calls around it: the one of strlen then looks as if it held nothing.
CASE(lock_amid_other_calls) {
  static std::mutex mutex;
  const auto body = [] {
    const Counted counted;
    call(nothing);
    {
      const std::lock_guard<std::mutex> lock(mutex);
      opaque(std::strlen(opaque(reinterpret_cast<const char *>(8))));
    }
    call(nothing);
  };
  const Result result = guarded(body);
  CHECK(result.fault == BACKSTOP_FAULT_NULL_DEREFERENCE);
  const bool is_free = mutex.try_lock();
  CHECK((is_free && alive == 0) || result.recovery.is_torn);
}

namespace {

// Before its first call, which is where its table begins, it pushes several registers.
__attribute__((noinline)) int recurse(int depth, int sum) {
  const Counted first;
  call(nothing);
  const Counted second;
  const int deeper = call(recurse, depth + 1, sum + depth);
  return deeper + depth + sum;
}

} // namespace

CASE(overflow_on_entry) {
  on_small_stack([] {
    for (int shift = 0; shift < 16 * 16; shift += 16) {
      const Result result = guarded([=] { shifted(shift, [](int depth) { return recurse(depth, 1); }); });
      CHECK(result.fault == BACKSTOP_FAULT_STACK_OVERFLOW && result.recovery.way == BACKSTOP_UNWIND);
      CHECK(alive == 0 || result.recovery.hopped > 0);
      alive = 0;
      CHECK_REPORTS_ITSELF();
    }
  });
}

namespace {

struct Faulty {
  Counted counted;
  ~Faulty() { CHECK_RECOVERS(); }
};

__attribute__((noinline)) int recurse_among_faults(int depth) {
  const Faulty faulty = {};
  return call(recurse_among_faults, depth + 1) + depth;
}

} // namespace

CASE(guarded_faults_in_destructors_after_an_overflow) {
  on_small_stack([] {
    for (int shift = 0; shift < 6 * 112; shift += 112) {
      const Result result = guarded([=] { shifted(shift, recurse_among_faults); });
      CHECK(result.fault == BACKSTOP_FAULT_STACK_OVERFLOW);
      CHECK(result.recovery.is_torn || alive == 0);
      alive = 0;
    }
  });
}

namespace {

struct Terminates {
  std::thread joinable = std::thread(nothing);
};

struct Throws {
  ~Throws() noexcept(false) { throw std::runtime_error("destructor"); }
};

// One frame is hopped, and the unwinding goes on.
void check_hops(void (*body)()) {
  for (int round = 0; round < 6; ++round) {
    const Result result = guarded(body);
    CHECK(result.fault == BACKSTOP_FAULT_NULL_DEREFERENCE);
    CHECK(result.recovery.way == BACKSTOP_UNWIND && result.recovery.is_torn && result.recovery.hopped > 0);
    CHECK(alive == 0);
    CHECK_REPORTS_ITSELF();
    CHECK(std::uncaught_exceptions() == 0 && std::current_exception() == nullptr);
  }
}

} // namespace

CASE(destructor_terminates) { check_hops(fault_past<Terminates>); }
CASE(destructor_throws) { check_hops(fault_past<Throws>); }

namespace {

volatile int uncaught;

struct Transaction {
  ~Transaction() { uncaught = std::uncaught_exceptions(); }
};

} // namespace

// By which a transaction's destructor tells that it is to roll back.
CASE(destructors_see_an_uncaught_exception) {
  CHECK_FAULT(guarded(fault_past<Transaction>), BACKSTOP_FAULT_NULL_DEREFERENCE);
  CHECK(uncaught > 0 && std::uncaught_exceptions() == 0);
}

namespace {

__attribute__((noinline)) int allocate_endlessly(int depth) {
  void *volatile memory = std::malloc(3000 + depth % 1000);
  memory = std::malloc(2000);
  return call(allocate_endlessly, depth + 1) + (memory != nullptr);
}

volatile int shift_in_destructor;

struct Overflows {
  ~Overflows() { shifted(shift_in_destructor, allocate_endlessly); }
};

} // namespace

CASE(destructor_overflows_in_malloc) {
  on_small_stack([] {
    for (int shift = 0; shift < 40 * 16; shift += 16) {
      shift_in_destructor = shift;
      CHECK_FAULT(guarded(fault_past<Overflows>), BACKSTOP_FAULT_NULL_DEREFERENCE);
      CHECK_REPORTS_ITSELF();
    }
  });
}

namespace {

std::jmp_buf before;

struct Jumps {
  ~Jumps() { std::longjmp(before, 1); }
};

} // namespace

// It must not, but then the recovery it left is over.
CASE(destructor_jumps_out) {
  for (int round = 0; round < 12; ++round) {
    const Result result = guarded([] {
      if (setjmp(before) == 0) {
        fault_past<Jumps>();
      }
    });
    CHECK(result.kind == 0);
    if (round % 2 == 0) {
      CHECK_REPORTS_ITSELF();
    }
  }
  CHECK_REPORTS_ITSELF();
}

// A stream that a jump has left half written is not left locked.
CASE(callback_of_a_stream_jumped_out_of) {
  static constexpr backstop_site site = {"case", __FILE__, __LINE__, BACKSTOP_JUMP, nullptr, 0};
  static volatile bool faults = true;
  static std::FILE *stream;
  cookie_io_functions_t functions = {};
  functions.write = [](void *, const char *, size_t size) {
    if (faults) {
      null_write();
    }
    return static_cast<ssize_t>(size);
  };
  stream = fopencookie(nullptr, "w", functions);
  CHECK(stream != nullptr);
  CHECK_RECOVERS();
  const Result result = guarded(
      [] {
        static const char bytes[9000] = {}; // more than is buffered
        std::fwrite(bytes, 1, sizeof(bytes), stream);
      },
      &site);
  CHECK(result.fault == BACKSTOP_FAULT_NULL_DEREFERENCE);
  faults = false;
  std::thread([] {
    CHECK(ftrylockfile(stream) == 0);
    funlockfile(stream);
  }).join();
}
