#include "breaker.h"

namespace backstop {
namespace runtime {
namespace {

// Calls on other threads may have looked at the clock before, and come after.
uint64_t elapsed(uint64_t since, uint64_t now) noexcept { return now > since ? now - since : 0; }

} // namespace

bool is_valid(const backstop_breaker &options) noexcept {
  return options.size == sizeof(options) && options.faults <= breaker_faults &&
         (options.faults == 0 || options.window > 0);
}

void Breaker::set(const backstop_breaker &options) noexcept {
  options_ = options;
  close();
}

void Breaker::note_fault(uint64_t now) noexcept {
  if (options_.faults == 0 || state_ != BACKSTOP_HEALTHY) {
    return; // calls that were running when it opened may fail yet
  }
  faults_[noted_++ % breaker_faults] = now;
  if (noted_ >= options_.faults) {
    const uint64_t first = faults_[(noted_ - options_.faults) % breaker_faults];
    if (elapsed(first, now) <= options_.window) {
      open(now);
    }
  }
}

bool Breaker::let_probe(uint64_t now) noexcept {
  if (remaining(now) > 0) {
    return false;
  }
  state_ = BACKSTOP_PROBING;
  since_ = now;
  ++probe_;
  return true;
}

void Breaker::end_probe(uint32_t number, bool well, uint64_t now) noexcept {
  if (state_ != BACKSTOP_PROBING || number != probe_) {
    return; // it was closed meanwhile, or thought lost
  }
  if (well) {
    close();
  } else {
    open(now);
  }
}

uint64_t Breaker::remaining(uint64_t now) const noexcept {
  const uint64_t gone = elapsed(since_, now);
  return gone < options_.cool_down ? options_.cool_down - gone : 0;
}

void Breaker::close() noexcept {
  state_ = BACKSTOP_HEALTHY;
  noted_ = 0;
}

void Breaker::open(uint64_t now) noexcept {
  state_ = BACKSTOP_OPEN;
  since_ = now;
}

} // namespace runtime
} // namespace backstop
