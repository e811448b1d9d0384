// Loaded when it is needed. The program knows nothing of what it throws.
namespace {

struct Private {};

} // namespace

extern "C" __attribute__((noinline)) void throw_in_library(void *) { throw Private(); }
