// C++ that shares the process with a guard: with signal handlers of its own, and busy while signals come in.
#include "zoo.h"
#include <atomic>
#include <cerrno>
#include <csetjmp>
#include <csignal>
#include <fcntl.h>
#include <system_error>

namespace zoo {
namespace {

thread_local sigjmp_buf way_out;

std::atomic<bool> spinning;

} // namespace

void install_jumping_handler() {
  struct sigaction action = {};
  action.sa_handler = [](int) { siglongjmp(way_out, 1); };
  action.sa_flags = SA_ONSTACK;
  if (sigaction(SIGSEGV, &action, nullptr) != 0)
    throw std::system_error(errno, std::generic_category(), "sigaction");
}

bool null_write_jumped_out_of() {
  if (sigsetjmp(way_out, 1) != 0)
    return true;
  null_write();
  return false;
}

void spin() {
  spinning = true;
  while (spinning) {
  }
}

bool is_spinning() { return spinning; }

void send_itself(std::int32_t signal) { std::raise(signal); }

void crash_after_failed_open() {
  if (open("/no/such/file", O_RDONLY) == -1)
    null_write();
}

} // namespace zoo
