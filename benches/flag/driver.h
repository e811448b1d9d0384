// What the programs here share: each does its work so many times and prints what one time took, in nanoseconds of the
// processor, which neighbours on the machine disturb less than the clock on the wall.
#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>

// Numbers that look random, and are the same in each run.
class Numbers {
public:
  std::uint32_t next(std::uint32_t below) {
    state_ = state_ * 6364136223846793005 + 1442695040888963407;
    return static_cast<std::uint32_t>(state_ >> 33) % below;
  }

private:
  std::uint64_t state_ = 1;
};

// Written by each program: the work once, and a number that depends on all that came of it.
std::size_t work();

inline double nanoseconds() {
  timespec now;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e9 + static_cast<double>(now.tv_nsec);
}

int main(int, char **arguments) {
  const long times = std::atol(arguments[1]);
  const std::size_t expected = work(); // also the first time, which finds nothing in the caches
  const double start = nanoseconds();
  for (long time = 0; time < times; ++time) {
    if (work() != expected) {
      std::fputs("the work came to something else than the first time\n", stderr);
      return 1;
    }
  }
  std::printf("%.0f\n", (nanoseconds() - start) / static_cast<double>(times));
}
