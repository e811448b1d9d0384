// The entry for aarch64: see entry.h. `struct Point` and `struct Thread` say where what lies, and
// chain.h checks it.
//
// Return addresses are signed (paciasp, autiasp) wherever they lie in memory, in the point as well, so that who writes
// there can't say where recovery goes. The stack pointer that they are signed with is the one that both ways out
// have at the end. Processors and kernels without pointer authentication take the instructions for no-ops.
//
// Guarded control stacks aren't corrected. assembly_aarch64.inc doesn't claim it, and so the loader leaves them off.
#include "assembly_aarch64.inc"

#define REGISTERS 0 // of Point.registers: x19 to x30, d8 to d15
#define FLOATING_POINT 96
#define STACK_POINTER 160

#define DEPTH 12 // of Thread
#define CANARY 16

#define FRAME 32 // the canary; and, 16 above, what the caller's frame record is linked by
#define RECORD 16

        .text

// int backstop_v0_enter(void *context, void (*function)(void *), Point *, Thread *)
//
// What the callee preserves is stored, and on the way that returns never loaded again.
        HIDDEN_FUNCTION(backstop_v0_enter)
        .balign 16
backstop_v0_enter:
        .cfi_startproc
        .cfi_personality 0x1b, backstop_v0_personality // pcrel | sdata4: see throw_site.h
        paciasp // is where an indirect call may land, too, as bti c is
        .cfi_negate_ra_state
        stp x19, x20, [x2, REGISTERS]
        stp x21, x22, [x2, REGISTERS + 16]
        stp x23, x24, [x2, REGISTERS + 32]
        stp x25, x26, [x2, REGISTERS + 48]
        stp x27, x28, [x2, REGISTERS + 64]
        stp x29, x30, [x2, REGISTERS + 80]
        stp d8, d9, [x2, FLOATING_POINT]
        stp d10, d11, [x2, FLOATING_POINT + 16]
        stp d12, d13, [x2, FLOATING_POINT + 32]
        stp d14, d15, [x2, FLOATING_POINT + 48]
        sub sp, sp, FRAME
        .cfi_adjust_cfa_offset FRAME
        stp x29, x30, [sp, RECORD]
        .cfi_rel_offset x29, RECORD
        .cfi_rel_offset x30, RECORD + 8
        add x29, sp, RECORD
        ldr x9, [x3, CANARY]
        str x9, [sp] // the canary: an overflow in the callee that gets to our callers goes through it
        mov x9, sp
        str x9, [x2, STACK_POINTER]
        ldr w9, [x3, DEPTH]
        add w9, w9, 1
        str w9, [x3, DEPTH] // published: what comes before is complete by now, for a signal handler on this thread
        blr x1 // with the context where it is
        ldp x29, x30, [sp, RECORD]
        .cfi_restore x29
        .cfi_restore x30
        add sp, sp, FRAME
        .cfi_adjust_cfa_offset -FRAME
        mov w0, 0
        autiasp
        .cfi_negate_ra_state
        ret
        .cfi_endproc
        .size backstop_v0_enter, . - backstop_v0_enter

// void backstop_v0_return_to(const Point *, int end): as if the enter of that point returned `end`.
        HIDDEN_FUNCTION(backstop_v0_return_to)
        .balign 16
backstop_v0_return_to:
        .cfi_startproc
        .cfi_undefined x30
        hint 34 // bti c
        ldp x19, x20, [x0, REGISTERS]
        ldp x21, x22, [x0, REGISTERS + 16]
        ldp x23, x24, [x0, REGISTERS + 32]
        ldp x25, x26, [x0, REGISTERS + 48]
        ldp x27, x28, [x0, REGISTERS + 64]
        ldp x29, x30, [x0, REGISTERS + 80]
        ldp d8, d9, [x0, FLOATING_POINT]
        ldp d10, d11, [x0, FLOATING_POINT + 16]
        ldp d12, d13, [x0, FLOATING_POINT + 32]
        ldp d14, d15, [x0, FLOATING_POINT + 48]
        ldr x9, [x0, STACK_POINTER]
        add sp, x9, FRAME
        mov w0, w1
        autiasp
        ret
        .cfi_endproc
        .size backstop_v0_return_to, . - backstop_v0_return_to
