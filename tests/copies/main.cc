// Two shared libraries with a copy each, in a program that has none: `program first.so second.so [case]`.
#include "../c_abi/check.h"
#include "copy.h"
#include <dlfcn.h>

namespace {

// Each with its own symbols only. Closed at once: what has been installed stays all the same.
struct Library {
  explicit Library(const char *path) : handle(dlopen(path, RTLD_NOW | RTLD_LOCAL)) {
    if (handle == nullptr) {
      fprintf(stderr, "%s\n", dlerror());
      _Exit(1);
    }
  }

  template <typename Function> Function *get(const char *name) const {
    void *symbol = dlsym(handle, name);
    CHECK(symbol != nullptr);
    return reinterpret_cast<Function *>(symbol);
  }

  void *handle;
};

} // namespace

int main(int count, char **arguments) {
  CHECK(count >= 3);
  const Library first(arguments[1]), second(arguments[2]);
  if (count == 3) {
    fputs(first.get<decltype(library_cases)>("library_cases")(), stdout);
    return 0;
  }
  const struct rlimit no_core = {0, 0};
  setrlimit(RLIMIT_CORE, &no_core);
  const auto copy = "library_copy";
  const Copy *one = first.get<decltype(library_copy)>(copy)(), *other = second.get<decltype(library_copy)>(copy)();
  CHECK(one != other);
  puts("about to fault"); // if the case is of one that dies
  fflush(stdout);
  first.get<decltype(library_run)>("library_run")(arguments[3], one, other);
  return 0;
}
