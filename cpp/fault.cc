#include "fault.h"
#include "error.h"
#include "names.h"
#include "printable.h"
#include "registers.h"
#include <cinttypes>
#include <cstdio>
#include <cstring>
#include <memory>
#include <pthread.h>

namespace backstop {
namespace runtime {
namespace {

std::string hexadecimal(uintptr_t value) {
  char text[2 + 2 * sizeof(value) + 1];
  std::snprintf(text, sizeof(text), "0x%" PRIxPTR, value);
  return text;
}

std::string signal_and_code(const backstop_fault &fault) {
  const char *code = code_name(fault.signal, fault.code);
  return std::string(signal_name(fault.signal)) + ", " +
         (code != nullptr ? code : "code " + std::to_string(fault.code));
}

// name: null dereference (read) at 0x8 (SIGSEGV, SEGV_MAPERR), instruction 0x55d0c3a1
std::string message_of(const backstop_error &error) {
  const backstop_fault &fault = error.fault->fault;
  std::string text =
      std::string(error.site->name) + ": " + kind_name(fault.kind) + access_note(fault.kind, fault.access);
  if (fault.kind == BACKSTOP_FAULT_TERMINATE || fault.kind == BACKSTOP_FAULT_PURE_VIRTUAL_CALL) {
    if (error.thrown.type != nullptr) {
      text += " over " + printable(demangled(error.thrown.type->name()));
      text += error.has_what ? ": " + printable(error.what) : "";
    }
    return text;
  }
  if (fault.has_address && (fault.signal == SIGSEGV || fault.signal == SIGBUS)) {
    text += " at " + hexadecimal(fault.address);
  }
  if (fault.kind == BACKSTOP_FAULT_BAD_SYSTEM_CALL) {
    text += ": number " + std::to_string(fault.system_call);
  }
  if (!error.fault->message.empty()) {
    text += ": " + printable(error.fault->message);
  }
  return text + " (" + signal_and_code(fault) + "), instruction " + hexadecimal(fault.instruction_pointer);
}

std::string message_of_interruption(const backstop_error &error) {
  const backstop_deadline &deadline = error.deadline;
  return std::string(error.site->name) + ": interrupted after " + duration_text(deadline.ran) + " (deadline " +
         duration_text(deadline.allowed) + "), instruction " + hexadecimal(deadline.instruction_pointer);
}

void fill_in(backstop_error &error, const Recovery &recovery, const backstop_site *site) noexcept {
  error.kind = recovery.is_interruption ? BACKSTOP_DEADLINE : BACKSTOP_FAULT;
  error.site = site;
  error.compose = recovery.is_interruption ? message_of_interruption : message_of;
  error.deadline = recovery.is_interruption ? recovery.overrun : backstop_deadline{};
  FaultRecord &record = *error.fault;
  record.fault = recovery.snapshot.fault;
  record.fault.message = nullptr;
  pthread_getname_np(pthread_self(), record.fault.thread_name, sizeof(record.fault.thread_name));
  record.recovery = summary_of(recovery, record.frames);
  record.recovery.frames = record.frames;
  std::memcpy(record.registers, recovery.registers, sizeof(record.registers));
}

} // namespace

backstop_error *error_from(const Recovery &recovery, const backstop_site *site) {
  const Snapshot &snapshot = recovery.snapshot;
  std::unique_ptr<backstop_error> error(new backstop_error());
  error->fault = new FaultRecord();
  fill_in(*error, recovery, site);
  if (snapshot.message.length > 0) {
    error->fault->message = snapshot.message.bytes;
    error->fault->message.erase(error->fault->message.find_last_not_of("\r\n") + 1); // libc ends it as a line
    error->fault->fault.message = error->fault->message.c_str();
  }
  error->thrown.type = snapshot.exception;
  error->has_what = snapshot.has_what;
  if (snapshot.has_what) {
    error->what.assign(snapshot.what.bytes, snapshot.what.length);
  }
  return error.release();
}

backstop_error *bare_error_from(const Recovery &recovery, const backstop_site *site) noexcept {
  backstop_error *error = spare_error();
  fill_in(*error, recovery, site);
  return error;
}

} // namespace runtime
} // namespace backstop

using namespace backstop::runtime;

const uint64_t *backstop_error_registers(const backstop_error *error, size_t *count) noexcept {
  const bool has_registers = was_left(*error);
  if (count != nullptr) {
    *count = has_registers ? register_count : 0;
  }
  return has_registers ? error->fault->registers : nullptr;
}

const char *backstop_register_name(size_t index) noexcept {
  return index < register_count ? register_names[index] : nullptr;
}
