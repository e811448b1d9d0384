// See unwind_from.h. While the function runs, rbx points to the registers, and the unwind tables here say that each
// register of the caller is to be found there: at 8 * its DWARF number, with the instruction pointer as number 16. The
// caller's stack pointer is the canonical frame address.

#define HIDDEN_FUNCTION(name) \
        .globl name;          \
        .hidden name;         \
        .type name, @function

// DW_CFA_def_cfa_expression, 3 bytes: DW_OP_breg3 56, DW_OP_deref
#define CFA_IN_REGISTERS .cfi_escape 0x0f, 3, 0x73, 56, 0x06
// DW_CFA_expression `number`, 2 bytes (3 if the offset takes two): DW_OP_breg3 8 * number
#define IN_REGISTERS(number) .cfi_escape 0x10, number, 2, 0x73, 8 * number
#define IN_REGISTERS_FAR(number) .cfi_escape 0x10, number, 3, 0x73, 0x80 | ((8 * number) & 0x7f), (8 * number) >> 7

#define BODY                       \
        push %rbx;                 \
        .cfi_adjust_cfa_offset 8;  \
        .cfi_rel_offset %rbx, 0;   \
        .cfi_remember_state;       \
        mov %rdi, %rbx;            \
        mov %rdx, %rdi;            \
        CFA_IN_REGISTERS;          \
        IN_REGISTERS(0);           \
        IN_REGISTERS(1);           \
        IN_REGISTERS(2);           \
        IN_REGISTERS(3);           \
        IN_REGISTERS(4);           \
        IN_REGISTERS(5);           \
        IN_REGISTERS(6);           \
        IN_REGISTERS_FAR(8);       \
        IN_REGISTERS_FAR(9);       \
        IN_REGISTERS_FAR(10);      \
        IN_REGISTERS_FAR(11);      \
        IN_REGISTERS_FAR(12);      \
        IN_REGISTERS_FAR(13);      \
        IN_REGISTERS_FAR(14);      \
        IN_REGISTERS_FAR(15);      \
        IN_REGISTERS_FAR(16);      \
        call *%rsi;                \
        .cfi_restore_state;        \
        pop %rbx;                  \
        .cfi_adjust_cfa_offset -8; \
        .cfi_restore %rbx;         \
        ret

        .text
        HIDDEN_FUNCTION(backstop_v0_unwind_after)
backstop_v0_unwind_after:
        .cfi_startproc
        BODY
        .cfi_endproc
        .size backstop_v0_unwind_after, . - backstop_v0_unwind_after

        HIDDEN_FUNCTION(backstop_v0_unwind_at)
backstop_v0_unwind_at:
        .cfi_startproc
        .cfi_signal_frame // what comes next is looked up by its instruction itself, not by the one before
        BODY
        .cfi_endproc
        .size backstop_v0_unwind_at, . - backstop_v0_unwind_at

// See loan.h. A function whose return address was replaced has returned to here. There may be no stack left to do
// anything on, but in the handler.
        HIDDEN_FUNCTION(backstop_v0_returned)
backstop_v0_returned:
        .cfi_startproc
        .cfi_undefined %rip
        cmpb $0, 0
        ud2
        .cfi_endproc
        .size backstop_v0_returned, . - backstop_v0_returned

        .section .note.GNU-stack, "", @progbits
