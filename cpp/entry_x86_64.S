// The entry for x86-64: see entry.h. `struct Point` and `struct Thread` say where what lies, and chain.h checks it.

#define REGISTERS 0 // of Point.registers: rbx, rbp, r12 to r15, the return address, the shadow stack's pointer
#define RETURN_ADDRESS 48
#define SHADOW_STACK 56
#define STACK_POINTER 64

#define DEPTH 12 // of Thread
#define CANARY 16

#define HIDDEN_FUNCTION(name) \
        .globl name;          \
        .hidden name;         \
        .type name, @function

        .text

// int backstop_v0_enter(void *context, void (*function)(void *), Point *, Thread *)
//
// What the callee preserves is stored, and on the way that returns never loaded again.
        HIDDEN_FUNCTION(backstop_v0_enter)
        .balign 16
backstop_v0_enter:
        .cfi_startproc
        .cfi_personality 0x1b, backstop_v0_personality // pcrel | sdata4: see throw_site.h
        mov %rbx, REGISTERS(%rdx)
        mov %rbp, REGISTERS + 8(%rdx)
        mov %r12, REGISTERS + 16(%rdx)
        mov %r13, REGISTERS + 24(%rdx)
        mov %r14, REGISTERS + 32(%rdx)
        mov %r15, REGISTERS + 40(%rdx)
        mov (%rsp), %rax
        mov %rax, RETURN_ADDRESS(%rdx)
        xor %eax, %eax
        rdsspq %rax // stays 0 where there is no shadow stack
        mov %rax, SHADOW_STACK(%rdx)
        push CANARY(%rcx) // the canary: an overflow in the callee that gets to our callers goes through it
        .cfi_adjust_cfa_offset 8
        mov %rsp, STACK_POINTER(%rdx)
        incl DEPTH(%rcx) // published: what comes before is complete by now, for a signal handler on this thread
        call *%rsi // with the context where it is
        add $8, %rsp
        .cfi_adjust_cfa_offset -8
        xor %eax, %eax
        ret
        .cfi_endproc
        .size backstop_v0_enter, . - backstop_v0_enter

// void backstop_v0_return_to(const Point *, int end): as if the enter of that point returned `end`.
        HIDDEN_FUNCTION(backstop_v0_return_to)
        .balign 16
backstop_v0_return_to:
        .cfi_startproc
        .cfi_undefined %rip
        // The shadow stack drops what lies above the entry's caller, at most 255 frames by one instruction.
        xor %eax, %eax
        rdsspq %rax
        test %rax, %rax
        jz 2f
        mov SHADOW_STACK(%rdi), %rdx
        sub %rax, %rdx
        jbe 2f
        shr $3, %rdx
        inc %rdx // and the entry's own return address
1:      mov $255, %ecx
        cmp %rcx, %rdx
        cmovb %rdx, %rcx
        incsspq %rcx
        sub %rcx, %rdx
        jnz 1b
2:      mov REGISTERS(%rdi), %rbx
        mov REGISTERS + 8(%rdi), %rbp
        mov REGISTERS + 16(%rdi), %r12
        mov REGISTERS + 24(%rdi), %r13
        mov REGISTERS + 32(%rdi), %r14
        mov REGISTERS + 40(%rdi), %r15
        mov RETURN_ADDRESS(%rdi), %rdx
        mov STACK_POINTER(%rdi), %rsp
        add $16, %rsp // the canary and the return address
        mov %esi, %eax
        cld
        jmp *%rdx
        .cfi_endproc
        .size backstop_v0_return_to, . - backstop_v0_return_to

        .section .note.GNU-stack, "", @progbits
