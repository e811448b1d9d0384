// What C and C++ see of the domains and sites that the macro makes, and what the runtime does to them.
#pragma once

#include "backstop/backstop.h"
#include "rust/cxx.h"
#include <atomic>
#include <cstdlib>
#include <memory>
#include <stdexcept>
#include <string>

namespace domains {

inline int32_t double_of(int32_t number) { return 2 * number; }
inline void complain() { throw std::runtime_error("complained"); }

struct Counted {
  static int32_t &alive() {
    static int32_t count = 0;
    return count;
  }
  Counted() { ++alive(); }
  ~Counted() { --alive(); }
};
inline std::unique_ptr<Counted> make() { return std::unique_ptr<Counted>(new Counted()); }
inline void consume(std::unique_ptr<Counted>) {}
inline int32_t alive() { return Counted::alive(); }

// How a call ends.
enum : int32_t { returns = 0, throws = 1, faults = 2 };

// How many calls with this number came as far as here.
inline std::atomic<uint64_t> &runs(int32_t number) {
  static std::atomic<uint64_t> counts[1000];
  return counts[number];
}
inline uint64_t runs_of(int32_t number) { return runs(number); }

// A fault is recovered torn, for this module is not vouched for. It is one that no watch on memory reports.
inline int32_t end_by(int32_t how, int32_t number) {
  ++runs(number);
  if (how == throws) {
    throw std::runtime_error("number " + std::to_string(number));
  } else if (how == faults) {
    std::abort();
  }
  return number;
}

// Whether that taints it from now on.
inline void set_on_torn(size_t domain, bool taints) {
  reinterpret_cast<backstop_domain *>(domain)->on_torn = taints ? BACKSTOP_REFUSE_CALLS : BACKSTOP_ALLOW_CALLS;
}

inline void call_back(rust::Fn<void()> callback) { callback(); }

// Says that a call may be made, and makes none.
inline bool is_let_through(size_t site) {
  backstop_error *refusal = backstop_bridge_refuse(reinterpret_cast<const backstop_site *>(site));
  if (refusal == nullptr) {
    return true;
  }
  backstop_error_free(refusal);
  return false;
}

inline const backstop_domain *domain_at(size_t address) { return reinterpret_cast<const backstop_domain *>(address); }
inline const backstop_site *site_at(size_t address) { return reinterpret_cast<const backstop_site *>(address); }

inline rust::String name_of(size_t address) { return domain_at(address)->name; }
inline bool allows(size_t address) { return domain_at(address)->on_torn == BACKSTOP_ALLOW_CALLS; }
inline bool jumps(size_t address) { return site_at(address)->recover == BACKSTOP_JUMP; }
inline size_t domain_of(size_t address) { return reinterpret_cast<size_t>(site_at(address)->domain); }

} // namespace domains
