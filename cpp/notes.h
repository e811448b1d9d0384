// The notes that backstop leaves in modules (ELF files): in the section .note.backstop, under the name "backstop", by
// types.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <link.h>

namespace backstop {
namespace runtime {

// vouched.h writes the first two, and copies.cc the third.
enum : uint32_t { note_vouches = 1, note_has_other_code = 2, note_has_runtime = 3 };

// Calls visit(type, contents, size) for each that the module has.
template <typename Visit> void visit_notes(const dl_phdr_info &info, Visit visit) {
  constexpr char ours[] = "backstop";
  const auto padded = [](size_t size) { return (size + 3) & ~size_t(3); };
  for (size_t index = 0; index < info.dlpi_phnum; ++index) {
    const ElfW(Phdr) &header = info.dlpi_phdr[index];
    const char *at = reinterpret_cast<const char *>(info.dlpi_addr + header.p_vaddr);
    size_t left = header.p_type == PT_NOTE ? header.p_memsz : 0;
    ElfW(Nhdr) note;
    while (left >= sizeof(note)) {
      std::memcpy(&note, at, sizeof(note));
      const size_t name_size = padded(note.n_namesz);
      const size_t size = sizeof(note) + name_size + padded(note.n_descsz);
      if (size > left) {
        break; // padded otherwise, so none of ours
      }
      const char *name = at + sizeof(note);
      if (note.n_namesz == sizeof(ours) && std::memcmp(name, ours, sizeof(ours)) == 0) {
        visit(note.n_type, name + name_size, size_t(note.n_descsz));
      }
      at += size;
      left -= size;
    }
  }
}

} // namespace runtime
} // namespace backstop
