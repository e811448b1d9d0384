// Sessions that want to be closed, and some of which crash as they are.
#pragma once

#include <cstdint>

namespace scopes {

inline void crash() { *static_cast<volatile int32_t *>(nullptr) = 1; }

// On this thread.
inline int32_t &count() {
  thread_local int32_t sessions = 0;
  return sessions;
}

// What a jump leaves out, so that it is torn.
struct Leaving {
  ~Leaving() { left() = true; }
  static bool &left() {
    thread_local bool is_left = false;
    return is_left;
  }
};

inline int32_t open() { return ++count(); }
inline int32_t opened() { return count(); }
inline void work(int32_t) {
  const Leaving leaving;
  crash();
}

inline void close(int32_t session) {
  const Leaving leaving;
  --count();
  if (session == 2) {
    crash();
  }
}

} // namespace scopes
