#include "modules.h"
#include "notes.h"
#include <cstddef>
#include <cstring>
#include <dlfcn.h>
#include <exception>
#include <link.h>

namespace backstop {
namespace runtime {
namespace {

struct Range {
  uintptr_t begin, end;
  bool has(uintptr_t pc) const { return pc >= begin && pc < end; }
};

struct Ranges {
  static constexpr size_t most = 64;
  Range ranges[most];
  size_t count;

  bool have(uintptr_t pc) const {
    for (size_t index = 0; index < count; ++index) {
      if (ranges[index].has(pc)) {
        return true;
      }
    }
    return false;
  }

  void add(const dl_phdr_info &info) {
    for (size_t index = 0; index < info.dlpi_phnum; ++index) {
      const ElfW(Phdr) &header = info.dlpi_phdr[index];
      if (header.p_type == PT_LOAD && (header.p_flags & PF_X) != 0 && count < most) {
        const uintptr_t begin = info.dlpi_addr + header.p_vaddr;
        ranges[count++] = {begin, begin + header.p_memsz};
      }
    }
  }
};

Ranges vouched, cxx_runtime;

bool has(const dl_phdr_info &info, uintptr_t pc) {
  Ranges ranges = {};
  ranges.add(info);
  return ranges.have(pc);
}

bool is_vouched(const dl_phdr_info &info) {
  bool vouches = false, has_other_code = false;
  visit_notes(info, "backstop", [&](uint32_t type, const char *, size_t) {
    vouches |= type == note_vouches;
    has_other_code |= type == note_has_other_code;
  });
  return vouches && !has_other_code;
}

// For modules that were loaded after the installation, as those of Python and Java are. glibc can tell since 2.35,
// without a lock.
bool is_vouched_since(uintptr_t pc) {
#ifdef DLFO_STRUCT_HAS_EH_DBASE
  dl_find_object module;
  if (_dl_find_object(reinterpret_cast<void *>(pc), &module) == 0) {
    const char *start = static_cast<const char *>(module.dlfo_map_start);
    ElfW(Ehdr) header;
    std::memcpy(&header, start, sizeof(header));
    const size_t size = static_cast<const char *>(module.dlfo_map_end) - start;
    if (std::memcmp(header.e_ident, ELFMAG, SELFMAG) == 0 && header.e_phoff < size) {
      dl_phdr_info info = {};
      info.dlpi_addr = module.dlfo_link_map->l_addr;
      info.dlpi_phdr = reinterpret_cast<const ElfW(Phdr) *>(start + header.e_phoff);
      info.dlpi_phnum = header.e_phnum;
      return is_vouched(info);
    }
  }
#else
  static_cast<void>(pc);
#endif
  return false;
}

int note_module(dl_phdr_info *info, size_t, void *) {
  if (is_vouched(*info)) {
    vouched.add(*info);
  }
  const auto terminate = reinterpret_cast<uintptr_t>(static_cast<void (*)()>(&std::terminate));
  if (has(*info, terminate) && !has(*info, reinterpret_cast<uintptr_t>(&prepare_modules))) {
    cxx_runtime.add(*info);
  }
  return 0;
}

} // namespace

bool is_vouched(uintptr_t pc) noexcept { return vouched.have(pc) || is_vouched_since(pc); }

bool is_cxx_runtime(uintptr_t pc) noexcept { return cxx_runtime.have(pc); }

void prepare_modules() noexcept { dl_iterate_phdr(note_module, nullptr); }

} // namespace runtime
} // namespace backstop
