#![doc = include_str!("../README.md")]

pub mod callbacks;
pub mod measured;
mod table;
pub mod thrown;

pub use self::ffi::*;
pub use self::table::{Address, CASES, Case, Expected, Fault, Native};

#[backstop::bridge(namespace = "zoo", on_torn = "allow")]
mod ffi {
    #[guard]
    unsafe extern "C++" {
        include!("backstop-zoo/src/controls.h");
        include!("backstop-zoo/src/zoo.h");

        /// Behaves.
        fn add(left: i32, right: i32) -> Result<i32>;
        /// Behaves, and allocates on both sides.
        fn greet(name: &str) -> Result<String>;
        /// Throws a `std::runtime_error` that says `text`.
        fn complain(text: &str) -> Result<()>;
        /// Hands a null pointer to the kernel, which answers `EFAULT`: no fault.
        fn null_to_kernel() -> Result<()>;

        /// Calls the case of this name; a fault is left by a jump.
        #[guard(recover = "jump")]
        fn jumped(name: &str) -> Result<()>;

        /// Reads address 0.
        fn null_read() -> Result<i32>;
        /// Writes address 0.
        fn null_write() -> Result<()>;
        /// Writes a field 16 bytes into an object at address 0.
        fn null_member_write() -> Result<()>;
        /// Calls a virtual function of an object at address 0.
        fn null_virtual_call() -> Result<i32>;
        /// Reads where nothing is mapped.
        fn wild_read() -> Result<i32>;
        /// Writes where nothing is mapped.
        fn wild_write() -> Result<()>;
        /// Reads an address that isn't canonical (x86-64).
        fn noncanonical_read() -> Result<i32>;
        /// Writes there (x86-64).
        fn noncanonical_write() -> Result<()>;
        /// Copies there, by the instruction that copies (x86-64).
        fn noncanonical_copy() -> Result<()>;
        /// Calls a function there (x86-64).
        fn noncanonical_call() -> Result<()>;
        /// Returns to there (x86-64).
        fn noncanonical_return() -> Result<()>;
        /// Writes to a string literal.
        fn literal_write() -> Result<()>;
        /// Writes to a page that may only be read.
        fn protected_write() -> Result<()>;
        /// Writes to a page that could be written a while ago.
        fn mprotected_write() -> Result<()>;
        /// Reads a page that is mapped no more.
        fn unmapped_read() -> Result<i32>;
        /// Reads a page that may not be.
        fn forbidden_read() -> Result<i32>;
        /// Reads a mapped file past its end.
        fn truncated_mapping_read() -> Result<i32>;
        /// Writes to a mapped file past its end.
        fn truncated_mapping_write() -> Result<()>;
        /// Loads a vector from an address that isn't aligned for it (x86-64).
        fn misaligned_vector_load() -> Result<()>;
        /// Stores one to such an address (x86-64).
        fn misaligned_vector_store() -> Result<()>;
        /// Loads one of 32 bytes, aligned for 16, where the machine has such (x86-64).
        fn misaligned_wide_vector_load() -> Result<()>;
        /// Exchanges 16 bytes, aligned for 8 (x86-64).
        fn misaligned_exchange() -> Result<()>;
        /// Reads a misaligned word where that isn't allowed.
        fn misaligned_read() -> Result<i32>;
        /// Calls a function at address 0.
        fn null_call() -> Result<()>;
        /// Calls a function where nothing is mapped.
        fn wild_call() -> Result<()>;
        /// Calls a function in data.
        fn data_call() -> Result<()>;

        /// 1 / 0
        fn divide_by_zero() -> Result<i32>;
        /// `INT_MIN` / -1
        fn divide_overflow() -> Result<i32>;
        /// 1 / 0 in 64 bits.
        fn wide_divide_by_zero() -> Result<i64>;
        /// `INT64_MIN` / -1
        fn wide_divide_overflow() -> Result<i64>;
        /// 1 / 0 with the divisor in an array (x86-64).
        fn divide_by_zero_in_memory() -> Result<()>;
        /// `INT_MIN` / -1 with the divisor in an array (x86-64).
        fn divide_overflow_in_memory() -> Result<()>;
        /// 1 / 0 in bytes (x86-64).
        fn byte_divide_by_zero() -> Result<()>;
        /// A quotient that doesn't fit a byte (x86-64).
        fn byte_divide_overflow() -> Result<()>;
        /// 1.0 / 0.0, trapped.
        fn float_divide() -> Result<()>;
        /// The square of the largest `double`, trapped.
        fn float_overflow() -> Result<()>;
        /// The square of the smallest normal `double`, trapped.
        fn float_underflow() -> Result<()>;
        /// 0.0 / 0.0, trapped.
        fn float_invalid() -> Result<()>;
        /// 1.0 / 3.0, trapped.
        fn float_inexact() -> Result<()>;
        /// 1.0 / 0.0 on the x87, trapped.
        fn x87_divide() -> Result<()>;

        /// `__builtin_trap`
        fn builtin_trap() -> Result<()>;
        /// A breakpoint that no debugger set.
        fn breakpoint() -> Result<()>;
        /// An instruction that doesn't exist.
        fn illegal_instruction() -> Result<()>;
        /// Stops the processor, which only the kernel may (x86-64).
        fn halt() -> Result<()>;
        /// Asks a device, which only the kernel may (x86-64).
        fn read_port() -> Result<()>;
        /// Reads a register of the kernel's (x86-64).
        fn read_control_register() -> Result<()>;
        /// Switches interrupts off, which only the kernel may (x86-64).
        fn block_interrupts() -> Result<()>;
        /// A system call that seccomp forbids to this thread from now on.
        fn bad_system_call() -> Result<()>;

        /// `std::vector::operator[]` past the end, where that is checked.
        fn failed_library_assertion() -> Result<i32>;

        /// `abort`
        fn call_abort() -> Result<()>;
        /// An assertion that doesn't hold.
        fn failed_assert() -> Result<()>;
        /// An assertion that doesn't hold, in a function with a very long name.
        fn failed_long_assert() -> Result<()>;
        /// `std::terminate`
        fn call_terminate() -> Result<()>;
        /// `throw;` where nothing is being handled.
        fn rethrow_nothing() -> Result<()>;
        /// Throws out of a `noexcept` function.
        fn throw_through_noexcept() -> Result<()>;
        /// Throws out of a destructor while another exception is on its way.
        fn throw_from_destructor() -> Result<()>;
        /// Destroys a `std::thread` that was not joined.
        fn drop_joinable_thread() -> Result<()>;
        /// Calls a virtual function before its class has one.
        fn pure_virtual_call() -> Result<()>;
        /// Writes address 0 on a thread of its own, which no guard covers.
        fn fault_on_thread_of_its_own() -> Result<()>;
        /// Throws on a thread of its own, which no guard covers.
        fn throw_on_thread_of_its_own() -> Result<()>;

        /// Throws a `std::runtime_error`.
        fn throw_runtime_error() -> Result<()>;
        /// `std::vector::at` past the end.
        fn throw_out_of_range() -> Result<()>;
        /// `new` of more than there is.
        fn throw_bad_alloc() -> Result<()>;
        /// `dynamic_cast` to what it isn't.
        fn throw_bad_cast() -> Result<()>;
        /// Calls an empty `std::function`.
        fn throw_bad_function_call() -> Result<()>;
        /// The value of an empty `std::optional`.
        fn throw_bad_optional_access() -> Result<()>;
        /// Throws a `std::system_error` with `ENOENT`.
        fn throw_system_error() -> Result<()>;
        /// `typeid` of an object at address 0.
        fn throw_bad_typeid() -> Result<()>;
        /// The value of a `std::any`, as one of another type.
        fn throw_bad_any_cast() -> Result<()>;
        /// An alternative that a `std::variant` doesn't hold.
        fn throw_bad_variant_access() -> Result<()>;
        /// A `std::shared_ptr` to what is gone.
        fn throw_bad_weak_ptr() -> Result<()>;
        /// `std::stoi` of what is no number.
        fn throw_invalid_argument() -> Result<()>;
        /// Throws an exception with another nested in it.
        fn throw_nested() -> Result<()>;
        /// Throws an `int`.
        fn throw_int() -> Result<()>;
        /// Throws a `const char *`.
        fn throw_text() -> Result<()>;
        /// Throws a `std::string`.
        fn throw_string() -> Result<()>;
        /// Throws a struct that is no `std::exception`.
        fn throw_struct() -> Result<()>;
        /// `what()` is not UTF-8.
        fn throw_not_utf8() -> Result<()>;
        /// `what()` has two lines.
        fn throw_many_lines() -> Result<()>;
        /// `what()` is a null pointer.
        fn throw_null_what() -> Result<()>;
        /// `what()` reads address 0.
        fn throw_crashing_what() -> Result<()>;
        /// The exception's destructor reads address 0.
        fn throw_crashing_destructor() -> Result<()>;
        /// Reads address 0 while it handles an exception.
        fn crash_in_catch() -> Result<()>;
        /// A destructor reads address 0 while an exception is on its way.
        fn crash_while_unwinding() -> Result<()>;

        /// Infinite recursion with small frames.
        fn small_frames() -> Result<i32>;
        /// Infinite recursion with frames of 100 KiB.
        fn large_frames() -> Result<i32>;
        /// Uses the far end of a frame of 64 MiB, with nothing between here and there touched. Only where nothing is
        /// mapped there: below the main thread's stack.
        fn step_beyond_guard() -> Result<()>;
        /// Touches the page past the stack's end with some stack left.
        fn probe_ahead() -> Result<()>;
        /// Writes past a buffer, over its frame's canary.
        fn smash_stack() -> Result<()>;
        /// A `memset` past its buffer, as `_FORTIFY_SOURCE` checks it.
        fn overflow_checked_buffer() -> Result<()>;
        /// `%n` in a format that could have been written to, as `_FORTIFY_SOURCE` checks it.
        fn count_in_writable_format() -> Result<()>;

        /// Frees what was never allocated.
        fn free_invalid() -> Result<()>;
        /// Frees a block whose size was overwritten.
        fn free_invalid_size() -> Result<()>;
        /// Frees a block that, as its overwritten size has it, is a mapping of its own.
        fn free_invalid_mapping() -> Result<()>;
        /// Frees a small block twice.
        fn double_free() -> Result<()>;
        /// Frees a large block twice, in a process with threads.
        fn double_free_locked() -> Result<()>;
        /// Writes past the last block of the heap, in a process with threads, and allocates.
        fn overwrite_top_chunk() -> Result<()>;

        /// Runs for ever.
        fn spin() -> Result<()>;
        /// Sends its own thread a signal: no fault, unless it is SIGABRT.
        fn send_itself(signal: i32) -> Result<()>;
        /// Has `open` fail, which sets `errno` to `ENOENT`, and writes address 0.
        fn crash_after_failed_open() -> Result<()>;
    }

    unsafe extern "C++" {
        /// Calls the case of this name without a guard, from where no exception gets out.
        fn unguarded(name: &str);
        /// `add` without a guard.
        #[rust_name = "add_unguarded"]
        fn add(left: i32, right: i32) -> Result<i32>;
        /// `add` without a guard, and not declared to fail.
        #[rust_name = "add_plain"]
        fn add(left: i32, right: i32) -> i32;
        /// `complain` without a guard.
        #[rust_name = "complain_unguarded"]
        fn complain(text: &str) -> Result<()>;
        /// `null_write` without a guard.
        #[rust_name = "null_write_unguarded"]
        fn null_write();
        /// `truncated_mapping_read` without a guard.
        #[rust_name = "truncated_mapping_read_unguarded"]
        fn truncated_mapping_read() -> i32;
        /// `divide_by_zero` without a guard.
        #[rust_name = "divide_by_zero_unguarded"]
        fn divide_by_zero() -> i32;
        /// `builtin_trap` without a guard.
        #[rust_name = "builtin_trap_unguarded"]
        fn builtin_trap();
        /// `breakpoint` without a guard.
        #[rust_name = "breakpoint_unguarded"]
        fn breakpoint();
        /// `bad_system_call` without a guard.
        #[rust_name = "bad_system_call_unguarded"]
        fn bad_system_call();
        /// `failed_assert` without a guard.
        #[rust_name = "failed_assert_unguarded"]
        fn failed_assert();
        /// `throw_runtime_error` without a guard, and not declared to fail.
        #[rust_name = "throw_runtime_error_unguarded"]
        fn throw_runtime_error();

        /// The address that this thread's last function was to fault at, if it had one in mind.
        fn last_target() -> usize;
        /// This thread's floating-point modes: rounding, and what traps. For comparison only.
        fn float_control() -> u64;
        /// Has this thread round upward from now on.
        fn round_upward();
        /// Whether the C++ runtime believes that this thread is throwing or handling an exception.
        fn exceptions_in_flight() -> bool;

        /// Installs a SIGSEGV handler that leaves by `siglongjmp`, for `null_write_jumped_out_of`.
        fn install_jumping_handler() -> Result<()>;
        /// Writes address 0, without a guard. True if the handler came back here.
        fn null_write_jumped_out_of() -> bool;
        /// Whether some thread is in `spin`.
        fn is_spinning() -> bool;
    }
}
