#pragma once

#include "mood.h"
#include "rust/cxx.h"
#include "side.h"
#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>

namespace SIDE::tutorial {

struct Description;
struct Parts; // of Rust

class Store {
public:
  std::uint64_t keep(Parts &parts);
  void label(std::uint64_t number, rust::Str label);
  Description describe(std::uint64_t number) const;

private:
  struct Kept {
    std::string bytes;
    std::set<std::string> labels;
  };

  const Kept &at(std::uint64_t number) const;

  std::map<std::uint64_t, Kept> kept_;
};

std::unique_ptr<Store> open_store();

} // namespace SIDE::tutorial
