// The whole story of an error, in lines, for those who have no symboliser at hand. In ordinary context.
#include "error.h"
#include "printable.h"
#include <algorithm>
#include <cinttypes>
#include <cstdio>
#include <cstring>
#ifdef __linux__
#include "notes.h"
#include <dlfcn.h>
#endif

using namespace backstop::runtime;

namespace {

template <typename... Values> std::string format(const char *form, Values... values) {
  char text[128];
  const int length = std::snprintf(text, sizeof(text), form, values...);
  return std::string(text, length < 0 ? 0 : std::min<size_t>(static_cast<size_t>(length), sizeof(text) - 1));
}

#ifdef __linux__

struct Module {
  uintptr_t address;
  std::string name, build_id;
  uintptr_t base;
};

// Enters the module if the address is in it.
int visit(dl_phdr_info *info, size_t, void *data) {
  auto &module = *static_cast<Module *>(data);
  bool is_it = false;
  for (int index = 0; index < info->dlpi_phnum; ++index) {
    const ElfW(Phdr) &header = info->dlpi_phdr[index];
    is_it |= header.p_type == PT_LOAD && module.address - info->dlpi_addr - header.p_vaddr < header.p_memsz;
  }
  if (!is_it) {
    return 0;
  }
  module.base = info->dlpi_addr;
  module.name = info->dlpi_name != nullptr ? info->dlpi_name : "";
  visit_notes(*info, "GNU", [&](uint32_t type, const char *contents, size_t size) {
    for (size_t byte = 0; type == NT_GNU_BUILD_ID && byte < size; ++byte) {
      module.build_id += format("%02x", static_cast<unsigned char>(contents[byte]));
    }
  });
  return 1;
}

// "f(int) + 0x1c in libdemo.so", or "libdemo.so + 0x11a0, build id 5f3c...": what addr2line wants is the offset.
std::string place(uintptr_t address) {
  Module module = {address, "", "", 0};
  if (dl_iterate_phdr(visit, &module) == 0) {
    return "in no module";
  }
  Dl_info symbol = {};
  const bool has_symbol = dladdr(reinterpret_cast<void *>(address), &symbol) != 0 && symbol.dli_sname != nullptr;
  if (module.name.empty()) { // the program itself
    module.name = symbol.dli_fname != nullptr ? symbol.dli_fname : "the program";
  }
  const size_t slash = module.name.rfind('/');
  const std::string file = printable(slash == std::string::npos ? module.name : module.name.substr(slash + 1));
  if (has_symbol) {
    const uintptr_t offset = address - reinterpret_cast<uintptr_t>(symbol.dli_saddr);
    return printable(readable_symbol(symbol.dli_sname)) + format(" + 0x%" PRIxPTR, offset) + " in " + file;
  }
  const std::string build_id = module.build_id.empty() ? "" : ", build id " + module.build_id;
  return file + format(" + 0x%" PRIxPTR, address - module.base) + build_id;
}

#else

std::string place(uintptr_t) { return ""; }

#endif

const char *mark_of(backstop_frame_state state) {
  switch (state) {
  case BACKSTOP_FRAME_UNVOUCHED:
    return " (unwound, not vouched for)";
  case BACKSTOP_FRAME_HOPPED:
    return " (hopped)";
  case BACKSTOP_FRAME_JUMPED:
    return " (jumped over)";
  default:
    return "";
  }
}

std::string frames_in_lines(const backstop_frame *frames, size_t count, uint32_t left_out, uint32_t left_out_at) {
  std::string text;
  for (size_t index = 0; index < count; ++index) {
    const backstop_frame &frame = frames[index];
    if (left_out > 0 && index == left_out_at) {
      text += format("\n    ... %" PRIu32 " frames", left_out);
    }
    const size_t number = index + (left_out > 0 && index >= left_out_at ? left_out : 0);
    const uintptr_t address = frame.instruction_pointer - (frame.exact ? 0 : 1); // within the call
    text +=
        format("\n    %zu: 0x%" PRIxPTR " ", number, frame.instruction_pointer) + place(address) + mark_of(frame.state);
  }
  return text;
}

std::string registers_in_lines(const backstop_error *error) {
  size_t count = 0;
  const uint64_t *values = backstop_error_registers(error, &count);
  std::string text;
  for (size_t index = 0; values != nullptr && index < count && backstop_register_name(index) != nullptr; ++index) {
    text += index % 4 == 0 ? "\n    " : "  ";
    text += format("%7s %016" PRIx64, backstop_register_name(index), values[index]);
  }
  return text.empty() ? "" : "\n  registers:" + text;
}

std::string thread_in_a_line(const backstop_fault &fault) {
  return format("\n  thread: %" PRId32 " `", fault.thread) + printable(fault.thread_name) +
         format("`, stack 0x%" PRIxPTR "..0x%" PRIxPTR ", stack pointer 0x%" PRIxPTR, fault.stack_low, fault.stack_high,
                fault.stack_pointer);
}

// Of a fault, or of a call that was interrupted.
std::string recovery_in_lines(const backstop_error *error, const backstop_recovery &recovery) {
  std::string text = "\n  recovery: ";
  text += recovery.way == BACKSTOP_JUMP ? "jumped" : "unwound";
  text += recovery.is_torn ? ", torn" : ", clean";
  if (const backstop_fault *fault = backstop_error_fault(error)) {
    text += thread_in_a_line(*fault);
  }
  text += registers_in_lines(error) + "\n  backtrace:";
  return text + frames_in_lines(recovery.frames, recovery.frame_count, recovery.left_out, recovery.left_out_at);
}

std::string report_of(const backstop_error *error) {
  std::string text = backstop_error_message(error);
  for (const backstop_error *nested = backstop_error_nested(error); nested != nullptr;
       nested = backstop_error_nested(nested)) {
    const char *type = backstop_error_type_name(nested), *what = backstop_error_what(nested, nullptr);
    text += std::string("\n  caused by: ") + printable(type) + (what != nullptr ? ": " + printable(what) : "");
  }
  if (const backstop_recovery *recovery = backstop_error_recovery(error)) {
    text += recovery_in_lines(error, *recovery);
  }
  if (const backstop_trace *trace = backstop_error_trace(error)) {
    text += "\n  thrown from:";
    text += frames_in_lines(trace->frames, trace->frame_count, trace->left_out, trace->left_out_at);
  }
  return text + "\n";
}

size_t copy_out(const char *text, size_t length, char *buffer, size_t size) {
  if (size > 0) {
    const size_t copied = std::min(length, size - 1);
    std::memcpy(buffer, text, copied);
    buffer[copied] = '\0';
  }
  return length;
}

} // namespace

size_t backstop_error_report(const backstop_error *error, char *buffer, size_t size) noexcept {
  try {
    const std::string text = report_of(error);
    return copy_out(text.data(), text.size(), buffer, size);
  } catch (const std::bad_alloc &) { // then the line has to do
    const char *message = backstop_error_message(error);
    return copy_out(message, std::strlen(message), buffer, size);
  }
}
