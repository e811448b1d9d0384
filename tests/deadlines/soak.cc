// Thousands of deadlines at random instants, on two threads.
#include "cases.h"
#include <atomic>
#include <random>
#include <thread>
#include <vector>

namespace {

// On each of the threads. Torn recoveries lose descriptors, and without -fnon-call-exceptions all are torn.
#ifdef BACKSTOP_VOUCHED
constexpr uint64_t deadlines = 5000;
#else
constexpr uint64_t deadlines = 500;
#endif
std::atomic<uint64_t> interrupted, torn, returned;

void check_one(std::mt19937 &random) {
  const Victim *chosen = &victims[random() % victim_count];
  while (!chosen->is_of_many) {
    chosen = &victims[random() % victim_count];
  }
  const Victim &victim = *chosen;
  const uint64_t allowed = 200000 + random() % (3 * millisecond);
  const backstop::error error = call_within(allowed, victim.run);
  const backstop_deadline *deadline = deadline_of(error);
  if (deadline->is_interrupted != 0) {
    ++interrupted;
    torn += is_torn(error) ? 1 : 0;
    check_lock(is_torn(error));
  } else {
    CHECK(deadline->tries > 0 && deadline->obstacle != nullptr);
    ++returned;
  }
  if (random() % 16 == 0) {
    check_aftermath();
  }
}

void check_many(uint32_t seed) {
  std::mt19937 random(seed);
  for (uint64_t number = 0; number < deadlines; ++number) {
    check_one(random);
  }
}

} // namespace

CASE(ten_thousand) {
  prepare_victims();
  std::vector<std::thread> threads;
  for (const uint32_t seed : {1u, 2u}) {
    threads.emplace_back(check_many, seed);
  }
  for (std::thread &thread : threads) {
    thread.join();
  }
  CHECK(shared.try_lock_for(std::chrono::seconds(10)));
  check_aftermath();
  std::printf("%llu interrupted, of them %llu torn; %llu returned\n", static_cast<unsigned long long>(interrupted),
              static_cast<unsigned long long>(torn), static_cast<unsigned long long>(returned));
}
