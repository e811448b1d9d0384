// The notes that modules (ELF files) have: the linker's with the build id, under the name "GNU", and those that
// backstop leaves in the section .note.backstop, under the name "backstop".
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <link.h>

namespace backstop {
namespace runtime {

// vouched.h writes the first two, and copies.cc the third.
enum : uint32_t { note_vouches = 1, note_has_other_code = 2, note_has_runtime = 3 };

// Calls visit(type, contents, size) for each that the module has under the name.
template <size_t Size, typename Visit>
void visit_notes(const dl_phdr_info &info, const char (&name)[Size], Visit visit) {
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
      const char *found = at + sizeof(note);
      if (note.n_namesz == Size && std::memcmp(found, name, Size) == 0) {
        visit(note.n_type, found + name_size, size_t(note.n_descsz));
      }
      at += size;
      left -= size;
    }
  }
}

} // namespace runtime
} // namespace backstop
