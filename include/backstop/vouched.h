// Says in the module (the program or shared library) that includes this whether its code is *vouched* for: built by a
// compiler and with flags (gcc, -fnon-call-exceptions -fasynchronous-unwind-tables) by which the unwind tables cover
// faulting instructions. In a module that is not, destructors may be missing from the tables, so a fault recovered
// through its frames is torn, whatever the tables say.
//
// backstop_build includes this in the C++ of each bridge. In a build without it, include it in any one source file, and
// define BACKSTOP_VOUCHED there if *all* the code of the module is built so.
//
// It is a note in the section .note.backstop, which linkers keep: name "backstop", type 1 if vouched for, type 2 if
// not, no contents. A module counts as vouched for if it has notes of type 1 and none of type 2. Each translation unit
// adds 24 bytes. (Not in one COMDAT group: linkers drop notes in groups when they collect garbage.)
#pragma once

#ifdef __ELF__
#ifdef BACKSTOP_VOUCHED
#define BACKSTOP_NOTE_TYPE "1"
#else
#define BACKSTOP_NOTE_TYPE "2"
#endif

__asm__(".pushsection .note.backstop, \"a\", %note\n"
        ".balign 4\n"
        ".4byte 9, 0, " BACKSTOP_NOTE_TYPE "\n" // the length of the name with its NUL, that of the contents, the type
        ".asciz \"backstop\"\n"
        ".balign 4\n"
        ".popsection\n");

#undef BACKSTOP_NOTE_TYPE
#endif // __ELF__
