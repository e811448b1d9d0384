// Destructors that fault, throw, or make guarded calls, as the first fault or on the way back from it.
#include "rows.h"

namespace {

template <bool Noexcept> struct Faulting {
  ~Faulting() noexcept(Noexcept) {
    const Counted object;
    null_read();
    went_on();
  }
};

FRAME void throw_number() { throw 1; }

template <bool Noexcept> struct Throwing {
  ~Throwing() noexcept(Noexcept) {
    const Counted object;
    throw_number();
    went_on();
  }
};

// A frame with this object around `body`.
template <typename Object, typename Body> FRAME void with(Body body) {
  const Counted before;
  const Object object{};
  const Counted after;
  body();
}

} // namespace

ROW(destructor_faults_at_exit, "fault in a destructor (`noexcept`, as they are), at the end of the scope") {
  within<2>([] { with<Faulting<true>>([] {}); });
}

ROW(throwing_destructor_faults_at_exit, "fault in a `noexcept(false)` destructor, at the end of the scope") {
  within<2>([] { with<Faulting<false>>([] {}); });
}

ROW(destructor_faults_under_exception, "fault in a destructor while an exception unwinds") {
  within<2>([] {
    try {
      with<Faulting<true>>(throw_number);
    } catch (int) {
      went_on();
    }
  });
}

ROW(throwing_destructor_faults_under_exception, "fault in a `noexcept(false)` destructor while an exception unwinds") {
  within<2>([] {
    try {
      with<Faulting<false>>(throw_number);
    } catch (int) {
      went_on();
    }
  });
}

ROW(destructor_throws_under_exception, "throw out of a destructor while an exception unwinds") {
  within<2>([] {
    try {
      with<Throwing<false>>(throw_number);
    } catch (int) {
      went_on();
    }
  });
}

ROW(second_fault, "read through null, and on the way back a destructor that faults") {
  within<2>([] { with<Faulting<true>>([] { within<2>(null_read); }); });
}

ROW(second_fault_may_throw, "read through null, and on the way back a `noexcept(false)` destructor that faults") {
  within<2>([] { with<Faulting<false>>([] { within<2>(null_read); }); });
}

ROW(destructor_throws_on_the_way, "read through null, and on the way back a destructor that throws") {
  within<2>([] { with<Throwing<true>>([] { within<2>(null_read); }); });
}

ROW(throwing_destructor_throws_on_the_way,
    "read through null, and on the way back a `noexcept(false)` destructor that throws") {
  within<2>([] { with<Throwing<false>>([] { within<2>(null_read); }); });
}

namespace {

struct Catching {
  ~Catching() {
    try {
      const Counted object;
      throw_number();
      check_failed("the throw in a destructor");
    } catch (int) {
      const Counted object;
    }
  }
};

} // namespace

ROW(destructor_catches_on_the_way, "read through null, and on the way back a destructor that throws and catches") {
  within<2>([] { with<Catching>([] { within<2>(null_read); }); });
}

namespace {

// Its destructor makes a guarded call that faults, and so on.
template <int Levels> struct Recovering {
  ~Recovering() {
    if constexpr (Levels > 0) {
      recovers([](void *) { with<Recovering<Levels - 1>>([] { within<1>(null_read); }); });
    }
  }
};

} // namespace

ROW(destructor_recovers, "read through null, and on the way back a guarded call that faults") {
  within<2>([] { with<Recovering<1>>([] { within<2>(null_read); }); });
}

ROW(destructor_recovers_twice, "the same, and on the way back in that call another") {
  within<2>([] { with<Recovering<2>>([] { within<2>(null_read); }); });
}

ROW(destructors_recover_too_deep, "the same, five deep") {
  within<2>([] { with<Recovering<4>>([] { within<2>(null_read); }); });
}
