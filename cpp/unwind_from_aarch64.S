// See unwind_from.h. While the function runs, x19 points to the registers, and the unwind tables here say that each
// register of the caller is to be found there. The caller's stack pointer is the canonical frame address.
//
// The link register and the instruction pointer are one column of the tables as a rule. Of a frame that was interrupted
// both are needed; its instruction pointer is column 96 then, as libgcc has it for signal frames.
#include "assembly_aarch64.inc"

#define INSTRUCTION_POINTER 96
#define AT(index) 0x80 | ((8 * (index)) & 0x7f), (8 * (index)) >> 7 // as a signed LEB128 of two bytes

// DW_CFA_def_cfa_expression, 4 bytes: DW_OP_breg19 8 * 31, DW_OP_deref
#define CFA_IN_REGISTERS .cfi_escape 0x0f, 4, 0x83, AT(31), 0x06
// DW_CFA_expression `number`, 3 bytes: DW_OP_breg19 8 * index
#define IN_REGISTERS(number, index) .cfi_escape 0x10, number, 3, 0x83, AT(index)

        .macro preserved_in_registers
        .irp number, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29
        IN_REGISTERS(\number, \number)
        .endr
        .irp number, 72, 73, 74, 75, 76, 77, 78, 79 // d8 to d15
        IN_REGISTERS(\number, \number - 72 + 33)
        .endr
        .endm

        .macro others_in_registers
        .irp number, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 30
        IN_REGISTERS(\number, \number)
        .endr
        .endm

        .text
        HIDDEN_FUNCTION(backstop_v0_unwind_after)
        .balign 16
backstop_v0_unwind_after:
        .cfi_startproc
        hint 34 // bti c
        stp x19, x30, [sp, -16]!
        .cfi_adjust_cfa_offset 16
        .cfi_rel_offset x19, 0
        .cfi_rel_offset x30, 8
        .cfi_remember_state
        mov x19, x0
        mov x0, x2
        CFA_IN_REGISTERS
        preserved_in_registers
        IN_REGISTERS(30, 32)
        blr x1
        .cfi_restore_state
        ldp x19, x30, [sp], 16
        .cfi_adjust_cfa_offset -16
        .cfi_restore x19
        .cfi_restore x30
        ret
        .cfi_endproc
        .size backstop_v0_unwind_after, . - backstop_v0_unwind_after

        HIDDEN_FUNCTION(backstop_v0_unwind_at)
        .balign 16
backstop_v0_unwind_at:
        .cfi_startproc
        .cfi_signal_frame // what comes next is looked up by its instruction itself, not by the one before
        .cfi_return_column INSTRUCTION_POINTER
        .cfi_register INSTRUCTION_POINTER, x30
        hint 34 // bti c
        stp x19, x30, [sp, -16]!
        .cfi_adjust_cfa_offset 16
        .cfi_rel_offset x19, 0
        .cfi_rel_offset x30, 8
        .cfi_rel_offset INSTRUCTION_POINTER, 8
        .cfi_remember_state
        mov x19, x0
        mov x0, x2
        CFA_IN_REGISTERS
        preserved_in_registers
        others_in_registers
        IN_REGISTERS(INSTRUCTION_POINTER, 32)
        blr x1
        .cfi_restore_state
        ldp x19, x30, [sp], 16
        .cfi_adjust_cfa_offset -16
        .cfi_restore x19
        .cfi_restore x30
        .cfi_register INSTRUCTION_POINTER, x30
        ret
        .cfi_endproc
        .size backstop_v0_unwind_at, . - backstop_v0_unwind_at
