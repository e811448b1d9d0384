// One of the copies of backstop that are in a process, as the others reach it.
#pragma once

#include "backstop/backstop.h"

struct Copy {
  decltype(&backstop_install) install;
  decltype(&backstop_support) support;
  decltype(&backstop_call) call;
  decltype(&backstop_error_free) error_free;
  decltype(&backstop_error_kind) error_kind;
  decltype(&backstop_error_fault) error_fault;
  decltype(&backstop_error_recovery) error_recovery;
  decltype(&backstop_barrier_enter) barrier_enter;
  decltype(&backstop_barrier_leave) barrier_leave;
  decltype(&backstop_add_handler) add_handler;
  decltype(&backstop_remove_handler) remove_handler;
};

extern "C" {
// The library's own copy.
const Copy *library_copy();

// Runs a case. The copy `one` is the first to be installed, unless the case is about that. Returns if all of its checks
// held, and ends the process by exit code 1 otherwise.
void library_run(const char *name, const Copy *one, const Copy *other);

// The names of the cases, each in a line.
const char *library_cases();
}
