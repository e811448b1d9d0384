#pragma once

#include "backstop/backstop.hpp"
#include <cstdint>
#include <cstdlib>

namespace stress {

// An object with a destructor: how many of this thread's there are tells whether all of them ran.
class Alive {
public:
  Alive() { ++count; }
  Alive(const Alive &) = delete;
  ~Alive() { --count; }

  static thread_local std::int64_t count;
};

// A block of memory, which is found again if its destructor doesn't run. The list of them takes several stores to
// change, and calls that overrun their deadline are not to be left in between.
class Block {
public:
  explicit Block(std::size_t size) : link_(make_link(size)) {}
  Block(const Block &) = delete;
  ~Block() { free_link(link_); }

  // Frees what there is of this thread's.
  static void free_all() {
    while (newest != nullptr) {
      free_link(newest);
    }
  }

private:
  struct Link {
    Link *next, **before;
  };

  static Link *make_link(std::size_t size) {
    const backstop::hold whole;
    Link *link = static_cast<Link *>(std::malloc(sizeof(Link) + size));
    link->next = newest;
    link->before = &newest;
    if (newest != nullptr) {
      newest->before = &link->next;
    }
    newest = link;
    return link;
  }

  static void free_link(Link *link) {
    const backstop::hold whole;
    *link->before = link->next;
    if (link->next != nullptr) {
      link->next->before = link->before;
    }
    std::free(link);
  }

  Link *link_;
  static thread_local Link *newest;
};

// Gives `value` back and hides what it is.
template <typename T> T opaque(T value) {
  asm volatile("" : "+r"(value) : : "memory");
  return value;
}

} // namespace stress
