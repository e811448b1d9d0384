// The cases as a table, for C and C++. Its rows are in cases.inc, made of table.rs by tests/descriptions.rs.
#include "../include/backstop/zoo.h"
#include "backstop/backstop.h"
#include "opaque.h"
#include "zoo.h"
#include <csignal>

#if defined(__riscv) // which doesn't say whether a read or a write faulted
#define BACKSTOP_FAULT_WILD_READ BACKSTOP_FAULT_WILD_ACCESS
#define BACKSTOP_FAULT_WILD_WRITE BACKSTOP_FAULT_WILD_ACCESS
#define BACKSTOP_FAULT_FORBIDDEN_READ BACKSTOP_FAULT_FORBIDDEN_ACCESS
#define BACKSTOP_FAULT_FORBIDDEN_WRITE BACKSTOP_FAULT_FORBIDDEN_ACCESS
#endif

namespace {

template <auto function> void call() { static_cast<void>(function()); }

#define CASE(name, about, architectures, native_signal, native_message, ...)                                           \
  {#name, about, architectures, call<zoo::name>, native_signal, native_message, __VA_ARGS__},
#define RETURNS BACKSTOP_ZOO_RETURNS, 0, 0, nullptr, nullptr
#define FAULT(signal, kind, type, message) BACKSTOP_ZOO_FAULT, signal, BACKSTOP_FAULT_##kind, type, message
#define EXCEPTION(type, message) BACKSTOP_ZOO_EXCEPTION, 0, 0, type, message
#define DIES(signal, message) BACKSTOP_ZOO_DIES, signal, 0, nullptr, message

const backstop_zoo_case cases[] = {
#include "cases.inc"
};

} // namespace

const backstop_zoo_case *backstop_zoo_cases(std::size_t *count) noexcept {
  *count = sizeof cases / sizeof *cases;
  return cases;
}

void backstop_zoo_call(void *which) { static_cast<const backstop_zoo_case *>(which)->call(); }

std::uintptr_t backstop_zoo_target() noexcept { return zoo::target; }
