#include "backstop-stress/src/operations/deadlines.h"
#include "backstop-stress/src/operations/alive.h"
#include "backstop-stress/src/operations/deadlines.rs.h"
#include "backstop/backstop.hpp"
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <poll.h>
#include <string>
#include <thread>
#include <vector>

namespace stress {
namespace {

using Clock = std::chrono::steady_clock;

void spin_until(Clock::time_point end) {
  volatile std::uint64_t rounds = 0;
  while (Clock::now() < end) {
    for (int round = 0; round < 1000; ++round) {
      rounds = rounds + 1;
    }
  }
}

void wait_until(Clock::time_point end) {
  std::mutex mutex;
  std::condition_variable never;
  std::unique_lock<std::mutex> lock(mutex);
  while (never.wait_until(lock, end) != std::cv_status::timeout) {
  }
}

void poll_until(Clock::time_point end) {
  while (Clock::now() < end) {
    poll(nullptr, 0, 100);
  }
}

void allocate_until(Clock::time_point end) {
  std::vector<std::string> texts;
  for (std::size_t round = 0; Clock::now() < end; ++round) {
    texts.emplace_back(round % 3000, 'x');
    if (texts.size() == 50) {
      texts.clear();
    }
  }
}

} // namespace

std::uint64_t pass_time(Pastime pastime, std::uint32_t milliseconds, std::uint64_t token) {
  const Alive object;
  const Clock::time_point end = Clock::now() + std::chrono::milliseconds(milliseconds);
  switch (pastime) {
  case Pastime::Spin:
    spin_until(end);
    break;
  case Pastime::Sleep:
    std::this_thread::sleep_until(end);
    break;
  case Pastime::Wait:
    wait_until(end);
    break;
  case Pastime::Poll:
    poll_until(end);
    break;
  case Pastime::Allocate:
    allocate_until(end);
    break;
  case Pastime::Hold: {
    const backstop::hold whole;
    spin_until(end);
  }
  }
  return token;
}

std::uint64_t pass_time_in_bounds(Pastime pastime, std::uint32_t milliseconds, std::uint64_t token) {
  return pass_time(pastime, milliseconds, token);
}

void spin_and_strike(std::uint32_t microseconds, std::uint64_t address) {
  const Alive object;
  spin_until(Clock::now() + std::chrono::microseconds(microseconds));
  opaque(*reinterpret_cast<volatile char *>(address));
}

} // namespace stress
