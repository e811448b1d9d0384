// The C++ library's own checks.
#define _GLIBCXX_ASSERTIONS
#include "opaque.h"
#include "zoo.h"
#include <cstddef>
#include <vector>

namespace zoo {
namespace {

// A type of its own, for which no other file instantiates a vector without the checks.
struct Cage {
  int animals;
};

} // namespace

std::int32_t failed_library_assertion() {
  std::vector<Cage> cages(3);
  return cages[opaque(std::size_t{3})].animals;
}

} // namespace zoo
