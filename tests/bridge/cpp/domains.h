// What C and C++ see of the domains and sites that the macro makes, and what the runtime does to them.
#pragma once

#include "backstop/backstop.h"
#include "rust/cxx.h"
#include <cstdlib>
#include <cstring>
#include <memory>
#include <stdexcept>

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

inline const backstop_domain *domain_at(size_t address) { return reinterpret_cast<const backstop_domain *>(address); }
inline const backstop_site *site_at(size_t address) { return reinterpret_cast<const backstop_site *>(address); }

inline void taint(size_t address) {
  auto *domain = reinterpret_cast<backstop_domain *>(address);
  domain->first_fault = strdup("the first fault");
  domain->tainted = 1;
}
inline rust::String name_of(size_t address) { return domain_at(address)->name; }
inline bool allows(size_t address) { return domain_at(address)->on_torn == BACKSTOP_ALLOW_CALLS; }
inline bool jumps(size_t address) { return site_at(address)->recover == BACKSTOP_JUMP; }
inline size_t domain_of(size_t address) { return reinterpret_cast<size_t>(site_at(address)->domain); }

} // namespace domains
