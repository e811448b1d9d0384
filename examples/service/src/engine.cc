#include "service/src/engine.h"
#include "interpreter.h"
#include <atomic>
#include <stdexcept>

namespace service {
namespace {

std::atomic<unsigned> generation{1};

std::string run_here(std::string_view script) {
  thread_local Interpreter interpreter;
  return interpreter.run(script, generation);
}

} // namespace

rust::String run(rust::Slice<const uint8_t> script) {
  return run_here({reinterpret_cast<const char *>(script.data()), script.size()});
}

void start_anew() {
  ++generation;
  if (run_here("return 6 * 7") != "42") {
    throw std::runtime_error("a new interpreter doesn't work either");
  }
}

} // namespace service
