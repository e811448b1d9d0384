// Code that catches the fault, as catch (...) does while it is unwound.
#include "rows.h"
#include <exception>
#include <stdexcept>

namespace {

FRAME void throw_number() { throw 1; }

template <typename Body> FRAME void swallow(Body body) {
  const Counted outer;
  try {
    const Counted object;
    body();
    went_on();
  } catch (...) {
    const Counted object;
  }
  went_on();
}

template <typename Body> FRAME void pass_on(Body body) {
  const Counted outer;
  try {
    const Counted object;
    body();
    went_on();
  } catch (...) {
    const Counted object;
    throw;
  }
}

} // namespace

ROW(catch_block_faults, "read through null in a catch block") {
  within<2>([] {
    try {
      within<1>(throw_number);
    } catch (int) {
      const Counted object;
      null_read();
      went_on();
    }
    went_on();
  });
}

ROW(typed_catches, "`catch (std::exception &)` and `catch (int)` on the way, which are not entered") {
  within<2>([] {
    try {
      const Counted object;
      within<2>(null_read);
    } catch (const std::exception &) {
      went_on();
    } catch (int) {
      went_on();
    }
    went_on();
  });
}

ROW(rethrown, "`catch (...)` that throws on") {
  within<2>([] { pass_on([] { within<2>(null_read); }); });
}

ROW(swallowed, "`catch (...)` that swallows") {
  within<2>([] { swallow([] { within<2>(null_read); }); });
}

ROW(swallowed_twice, "`catch (...)` that swallows, in frames that swallow as well") {
  within<2>([] { swallow([] { swallow([] { swallow([] { within<1>(null_read); }); }); }); });
}

ROW(swallowed_where_it_faults, "`catch (...)` that swallows, in the frame that faults") {
  within<2>([] { swallow(null_read); });
}

ROW(swallowed_within_catch, "`catch (...)` that swallows, in the catch block of an exception") {
  within<2>([] {
    try {
      throw_number();
    } catch (int) {
      swallow([] { within<1>(null_read); });
    }
    went_on();
  });
}

ROW(retried_for_ever, "a loop that swallows and tries again, for ever") {
  within<2>([] {
    for (;;) {
      try {
        within<2>(null_read);
      } catch (...) {
        const Counted object;
      }
    }
  });
}

ROW(retried_by_calls, "a function that swallows and calls itself, for ever") {
  struct Retrying {
    FRAME static int again(int depth) {
      const Counted object;
      int deeper = 0;
      try {
        within<1>(null_read);
      } catch (...) {
        deeper = again(depth + 1);
      }
      return deeper + 1;
    }
  };
  Retrying::again(0);
  went_on();
}

ROW(replaced, "`catch (...)` that throws another exception") {
  within<2>([] {
    try {
      within<2>(null_read);
    } catch (...) {
      const Counted object;
      throw std::runtime_error("another");
    }
    went_on();
  });
}

ROW(replaced_and_caught, "`catch (...)` that throws another exception, which is caught further out") {
  within<2>([] {
    try {
      try {
        within<2>(null_read);
      } catch (...) {
        throw_number();
      }
    } catch (int) {
      const Counted object;
    }
    went_on();
  });
}

ROW(kept_for_later, "`catch (...)` that keeps `std::current_exception()` and swallows") {
  within<2>([] {
    std::exception_ptr kept;
    try {
      within<2>(null_read);
    } catch (...) {
      kept = std::current_exception();
    }
    if (kept != nullptr) {
      std::rethrow_exception(kept);
    }
    went_on();
  });
}

namespace {

struct Constructed {
  Counted first, second;
  FRAME Constructed() try : first(), second() { within<1>(null_read); } catch (...) {
    const Counted object;
  }
};

} // namespace

ROW(function_try_block, "the function try block of a constructor") {
  within<2>([] {
    const Constructed object;
    went_on();
  });
}

ROW(catch_block_swallows_and_faults, "`catch (...)` that faults") {
  within<2>([] {
    try {
      within<2>(null_read);
    } catch (...) {
      const Counted object;
      null_read();
      went_on();
    }
    went_on();
  });
}
