// backstop from C and C++.
#include <backstop/backstop.h>

namespace {

bool trace = false; // whether backtraces have the guard's callers, and are read

bool succeeded(backstop_error *error) {
  if (error == nullptr) {
    return true;
  }
  const backstop_recovery *recovery = trace ? backstop_error_recovery(error) : nullptr;
  for (size_t i = 0; recovery != nullptr && i < recovery->frame_count; i++) {
    asm volatile("" : : "r"(recovery->frames[i].instruction_pointer));
  }
  backstop_error_free(error);
  return false;
}

} // namespace

extern "C" {

void c_abi_trace() { trace = true; }

void c_abi_install() {
  const backstop_options options = {sizeof(options), 0, 0, BACKSTOP_TRACES_BY_ENVIRONMENT, !trace, 0};
  backstop_install(&options);
}

bool c_abi_unwound(void (*victim)(void *)) {
  static const backstop_site site = BACKSTOP_SITE("victim");
  return succeeded(backstop_call(&site, victim, nullptr));
}

bool c_abi_jumped(void (*victim)(void *)) {
  static const backstop_site site = {"victim", __FILE__, __LINE__, BACKSTOP_JUMP, nullptr, 0};
  return succeeded(backstop_call(&site, victim, nullptr));
}

} // extern "C"
