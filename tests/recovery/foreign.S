// A frame of a language that the runtime doesn't know.
        .text
        .type foreign_personality, @function
foreign_personality:
        mov $8, %eax // _URC_CONTINUE_UNWIND
        ret
        .size foreign_personality, . - foreign_personality

        .globl call_foreign
        .type call_foreign, @function
call_foreign:
        .cfi_startproc
        .cfi_personality 0x1b, foreign_personality
        .cfi_lsda 0x1b, foreign_table
        sub $8, %rsp
        .cfi_adjust_cfa_offset 8
        call *%rdi
        add $8, %rsp
        .cfi_adjust_cfa_offset -8
        ret
        .cfi_endproc
        .size call_foreign, . - call_foreign

        .section .rodata
foreign_table:
        .quad 0

        .section .note.GNU-stack, "", @progbits
