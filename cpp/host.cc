#include "host.h"
#include "notes.h"
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>

// Of the sanitizers' runtimes. Weak: null where there is none.
extern "C" {
__attribute__((weak)) void __asan_init();
__attribute__((weak)) void __hwasan_init();
__attribute__((weak)) void __msan_init();
__attribute__((weak)) void __tsan_init();
// By a name of our own: when gcc builds for any sanitizer it knows this one itself, and with its arguments.
__attribute__((weak)) void backstop_ubsan_handle() __asm__("__ubsan_handle_add_overflow");
}

namespace backstop {
namespace runtime {
namespace {

using Function = void (*)();

// The linker finds what is in the program without being exported, and the loader what was preloaded.
bool is_there(Function function, const char *name) noexcept {
  return function != nullptr || dlsym(RTLD_DEFAULT, name) != nullptr;
}

class List {
public:
  List(char *text, size_t size) noexcept : text_(text), size_(size) { text_[0] = '\0'; }

  void add(const char *name) noexcept {
    const size_t length = std::strlen(text_);
    std::snprintf(text_ + length, size_ - length, "%s%s", length > 0 ? ", " : "", name);
  }

private:
  char *text_;
  size_t size_;
};

struct Host {
  const char *symbol, *name;
};

constexpr Host hosts[] = {
    {"JNI_GetCreatedJavaVMs", "Java"},
    {"Py_IsInitialized", "Python"},
    {"_ZN4node5StartEiPPc", "Node"}, // node::Start(int, char **)
};

// Go's linker notes its build id in every module.
int look_for_go(dl_phdr_info *info, size_t, void *found) {
  visit_notes(*info, "Go\0", [=](uint32_t, const char *, size_t) { *static_cast<bool *>(found) = true; });
  return *static_cast<bool *>(found);
}

} // namespace

int32_t debugger() noexcept {
  std::FILE *status = std::fopen("/proc/self/status", "re");
  if (status == nullptr) {
    return 0;
  }
  int32_t tracer = 0;
  char line[256];
  while (std::fgets(line, sizeof(line), status) != nullptr) {
    if (std::strncmp(line, "TracerPid:", 10) == 0) {
      tracer = static_cast<int32_t>(std::strtol(line + 10, nullptr, 10));
      break;
    }
  }
  std::fclose(status);
  return tracer;
}

void list_sanitizers(char *names, size_t size) noexcept {
  List list(names, size);
  const auto add_if = [&](Function function, const char *symbol, const char *name) {
    const bool found = is_there(function, symbol);
    if (found) {
      list.add(name);
    }
    return found;
  };
  bool has_all = add_if(__asan_init, "__asan_init", "address");
  has_all |= add_if(__hwasan_init, "__hwasan_init", "hwaddress");
  has_all |= add_if(__msan_init, "__msan_init", "memory");
  has_all |= add_if(__tsan_init, "__tsan_init", "thread");
  if (!has_all) { // in clang's runtimes of the others it is contained, whether or not it is used
    add_if(backstop_ubsan_handle, "__ubsan_handle_add_overflow", "undefined");
  }
}

void list_hosts(char *names, size_t size) noexcept {
  List list(names, size);
  bool has_go = false;
  dl_iterate_phdr(look_for_go, &has_go);
  if (has_go) {
    list.add("Go");
  }
  for (const Host &host : hosts) {
    if (dlsym(RTLD_DEFAULT, host.symbol) != nullptr) {
      list.add(host.name);
    }
  }
}

} // namespace runtime
} // namespace backstop
