#pragma once

#include "mood.h"
#include "side.h"
#include <cstdint>
#include <stdexcept>
#include <string>

namespace SIDE::own_trycatch {

struct Refusal { // of which cxx knows nothing
  std::int32_t number;
};

struct Silence {};

inline void answer() {
  mood::act();
  throw Silence();
}

inline std::int32_t accept(std::int32_t number) {
  mood::act();
  return number < 0 ? throw Refusal{number} : number;
}

} // namespace SIDE::own_trycatch

#define BACKSTOP_OWN_TRYCATCH
#include "backstop/bridge.h"

namespace rust::behavior {

template <typename Try, typename Fail> static void trycatch(Try &&call, Fail &&fail) noexcept {
  const auto translated = [&] {
    try {
      call();
    } catch (const SIDE::own_trycatch::Refusal &refusal) {
      throw std::runtime_error("refused: " + std::to_string(refusal.number));
    } catch (const SIDE::own_trycatch::Silence &) {
      fail("silence"); // as it would without backstop
    }
  };
  backstop::trycatch(translated, fail);
}

} // namespace rust::behavior
