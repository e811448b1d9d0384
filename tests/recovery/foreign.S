// A frame of a language that the runtime doesn't know.
        .text
        .type foreign_personality, %function
foreign_personality:
#if defined(__x86_64__)
        mov $8, %eax // _URC_CONTINUE_UNWIND
#else
        mov w0, 8
#endif
        ret
        .size foreign_personality, . - foreign_personality

        .globl call_foreign
        .type call_foreign, %function
call_foreign:
        .cfi_startproc
        .cfi_personality 0x1b, foreign_personality
        .cfi_lsda 0x1b, foreign_table
#if defined(__x86_64__)
        sub $8, %rsp
        .cfi_adjust_cfa_offset 8
        call *%rdi
        add $8, %rsp
        .cfi_adjust_cfa_offset -8
#else
        str x30, [sp, -16]!
        .cfi_adjust_cfa_offset 16
        .cfi_rel_offset x30, 0
        blr x0
        ldr x30, [sp], 16
        .cfi_adjust_cfa_offset -16
        .cfi_restore x30
#endif
        ret
        .cfi_endproc
        .size call_foreign, . - call_foreign

        .section .rodata
foreign_table:
        .quad 0

        .section .note.GNU-stack, "", %progbits
