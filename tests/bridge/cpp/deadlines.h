// Functions that take their time, and one that Rust calls back in.
#pragma once

#include "check.h"
#include "rust/cxx.h"
#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <thread>

namespace deadlines {

inline std::atomic<int32_t> living{0};

// What must be destroyed, or there will be more and more of them.
class Tray {
public:
  Tray() { ++living; }
  ~Tray() { --living; }
  Tray(const Tray &) = delete;
  Tray &operator=(const Tray &) = delete;
};

inline int32_t living_trays() { return living; }
inline void forget_trays() { living = 0; }

inline void sleep_for(uint64_t milliseconds) {
  const Tray tray;
  std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds));
}

inline void sleep_with(std::unique_ptr<Tray>, uint64_t milliseconds) { sleep_for(milliseconds); }

inline std::unique_ptr<Tray> new_tray() { return std::make_unique<Tray>(); }

// Can't be interrupted while Rust runs, and returns as soon as it doesn't any more.
template <typename Callback> std::unique_ptr<Tray> tray_after(const Callback &callback) {
  callback.sleep();
  return std::make_unique<Tray>();
}

} // namespace deadlines
