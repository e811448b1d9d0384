// The two ways back from a fault: unwinding with hops, or a jump.
#pragma once

#include "recovery.h"

namespace backstop {
namespace runtime {

// Goes back to recovery.point, with what was stored there of the fault and of the frames. `way` is what the site asks
// for. The signal mask is to be as it was at the fault. The guard calls end_recovery when it has made the error.
[[noreturn]] void recover(Recovery &recovery, backstop_way way);

// A second fault, or whatever else has ended the unwinding: the rest by a jump.
[[noreturn]] void jump(Recovery &recovery);

// Somebody has caught what unwinds, by catch (...). On from the frame that called the C++ runtime, which has called the
// function whose frame lies below `stack_pointer`.
[[noreturn]] void go_on(Recovery &recovery, uintptr_t stack_pointer);

// As go_on, where that frame could not be left as its table said, and called std::terminate.
[[noreturn]] void hop_on(Recovery &recovery, uintptr_t stack_pointer);

// The destructors have used up the stack, in the frame `from`: from a frame on that has more of it, if there is one.
[[noreturn]] void go_on_with_room(Recovery &recovery, const Registers &from);

// The frame that called the function whose frame lies below `stack_pointer`, past std::terminate and its like, which
// make the kind more exact.
Registers caller_above(uintptr_t stack_pointer, backstop_fault_kind &kind) noexcept;

} // namespace runtime
} // namespace backstop
