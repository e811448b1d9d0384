#include "cases.h"
#include <sys/prctl.h>

Case *Case::first;

pid_t fork_child() {
  const pid_t child = fork();
  CHECK(child >= 0);
  if (child == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    alarm(60);
  }
  return child;
}

int status_of(pid_t child) {
  int status = 0;
  CHECK(waitpid(child, &status, 0) == child);
  return status;
}

// Without an argument: the names of all cases.
int main(int count, char **arguments) {
  const rlimit no_core = {0, 0};
  setrlimit(RLIMIT_CORE, &no_core);
  for (const Case *candidate = Case::first; candidate != nullptr; candidate = candidate->next) {
    if (count == 1) {
      std::puts(candidate->name);
    } else if (std::strcmp(candidate->name, arguments[1]) == 0) {
      candidate->body();
      return 0;
    }
  }
  CHECK(count == 1);
}
