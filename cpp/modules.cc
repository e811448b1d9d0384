#include "modules.h"
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

// As vouched.h writes them.
constexpr char note_name[] = "backstop";
constexpr uint32_t vouches = 1, also_has_other_code = 2;

struct Notes {
  bool vouches, has_other_code;
};

void read_notes(const char *at, const char *end, Notes &notes) {
  const auto padded = [](size_t size) { return (size + 3) & ~size_t(3); };
  while (at + sizeof(ElfW(Nhdr)) <= end) {
    ElfW(Nhdr) note;
    std::memcpy(&note, at, sizeof(note));
    const char *name = at + sizeof(note);
    if (note.n_namesz == sizeof(note_name) && std::memcmp(name, note_name, sizeof(note_name)) == 0) {
      notes.vouches |= note.n_type == vouches;
      notes.has_other_code |= note.n_type == also_has_other_code;
    }
    at = name + padded(note.n_namesz) + padded(note.n_descsz);
  }
}

bool has(const dl_phdr_info &info, uintptr_t pc) {
  Ranges ranges = {};
  ranges.add(info);
  return ranges.have(pc);
}

bool is_vouched(const dl_phdr_info &info) {
  Notes notes = {};
  for (size_t index = 0; index < info.dlpi_phnum; ++index) {
    const ElfW(Phdr) &header = info.dlpi_phdr[index];
    if (header.p_type == PT_NOTE) {
      const char *begin = reinterpret_cast<const char *>(info.dlpi_addr + header.p_vaddr);
      read_notes(begin, begin + header.p_memsz, notes);
    }
  }
  return notes.vouches && !notes.has_other_code;
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
