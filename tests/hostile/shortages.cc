// Memory and descriptors that have run out.
#include "../support/cases.h"
#include <exception>
#include <initializer_list>
#include <new>
#include <string>
#include <typeinfo>

namespace {

void limit_memory() {
  const rlimit limit = {64 << 20, 64 << 20};
  CHECK(setrlimit(RLIMIT_AS, &limit) == 0);
}

struct Node {
  Node *next;
  char bytes[88];
};

Node *nodes; // keeps what was allocated

void push_all(Node *(*allocate)()) {
  while (true) {
    Node *node = opaque(allocate());
    node->next = nodes;
    nodes = node;
  }
}

void use_up_memory() {
  while (void *block = opaque(std::malloc(sizeof(Node)))) {
    nodes = new (block) Node{nodes, {}};
  }
}

// Nests std::bad_alloc in so many others. What is thrown last finds no memory.
[[noreturn]] void throw_nested(int depth) {
  if (depth == 0) {
    throw std::bad_alloc();
  }
  try {
    throw_nested(depth - 1);
  } catch (...) {
    if (depth == 1) {
      limit_memory();
      use_up_memory();
    }
    std::throw_with_nested(std::bad_cast());
  }
}

// As guarded, with nothing left in the heap for whatever escapes.
template <typename Body> Result guarded_to_the_end(Body body) {
  try {
    return guarded(body);
  } catch (...) {
    static const char text[] = "an exception escaped from backstop_call\n";
    (void)!write(STDERR_FILENO, text, sizeof(text) - 1);
    _exit(1);
  }
}

} // namespace

// trap 6, trap 13d
CASE(fault_without_memory) {
  guarded([] {});
  limit_memory();
  const Result result =
      guarded_to_the_end([] { push_all([] { return static_cast<Node *>(std::malloc(sizeof(Node))); }); });
  CHECK(result.kind == BACKSTOP_FAULT);
  CHECK(result.signal == SIGSEGV && result.fault == BACKSTOP_FAULT_NULL_DEREFERENCE);
  CHECK(result.message[0] != '\0');
  _exit(0); // the program's own end might want memory
}

CASE(bad_alloc_without_memory) {
  guarded([] {});
  limit_memory();
  const Result result = guarded_to_the_end([] { push_all([] { return new Node(); }); });
  CHECK(result.kind == BACKSTOP_EXCEPTION);
  CHECK(std::strcmp(result.type, "std::bad_alloc") == 0);
  _exit(0);
}

// There is a spare error for the exception, not for each one in it.
CASE(nested_exceptions_without_memory) {
  guarded([] {});
  for (int depth : {1, 30}) {
    if (const pid_t child = fork_child()) {
      CHECK(status_of(child) == 0);
      continue;
    }
    const auto body = [](void *levels) { throw_nested(*static_cast<int *>(levels)); };
    backstop_error *error = backstop_call(&case_site, body, &depth);
    CHECK(backstop_error_kind(error) == BACKSTOP_EXCEPTION);
    CHECK(backstop_error_message(error) != nullptr);
    backstop_error_free(error);
    _exit(0);
  }
}

CASE(questions_without_memory) {
  backstop_error *error = backstop_call(&case_site, [](void *) { throw std::bad_cast(); }, nullptr);
  const std::string name(200, 'x');
  limit_memory();
  use_up_memory();
  CHECK(!backstop_error_is_a(error, name.c_str()));
  CHECK(std::strcmp(backstop_error_standard(error), "std::bad_cast") == 0);
  CHECK(backstop_error_type_name(error) != nullptr && backstop_error_message(error) != nullptr);
  backstop_error_free(error);
  _exit(0);
}

// libc reads the bounds of the main thread's stack from a file.
CASE(no_descriptor_at_the_first_call) {
  rlimit limit;
  CHECK(getrlimit(RLIMIT_NOFILE, &limit) == 0);
  limit.rlim_cur = 16;
  CHECK(setrlimit(RLIMIT_NOFILE, &limit) == 0);
  int last = 0, next;
  while ((next = dup(STDERR_FILENO)) >= 0) {
    last = next;
  }
  CHECK(guarded([] {}).kind == 0);
  CHECK(guarded([] {}).kind == 0); // one warning is enough
  CHECK(close(last) == 0);
  CHECK_RECOVERS();
}
