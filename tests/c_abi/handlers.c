/* Handlers of the program's own: asked newest first, and able to mend a fault or to have it forwarded. */
#include "check.h"
#include <signal.h>
#include <sys/mman.h>

static const backstop_site site = BACKSTOP_SITE("work");

/* G1: a page that may only be read, until somebody writes to it. */
struct Page {
  char *start;
  size_t size;
  int calls;
  uintptr_t address;
};

static backstop_answer make_writable(const backstop_fault *fault, void *info, void *context, void *data) {
  struct Page *const page = (struct Page *)data;
  const uintptr_t start = (uintptr_t)page->start;
  if (!fault->has_address || fault->address < start || fault->address >= start + page->size) {
    return BACKSTOP_CONTINUE;
  }
  ++page->calls;
  page->address = fault->address;
  if (context == NULL || (uintptr_t)((siginfo_t *)info)->si_addr != fault->address || fault->size != sizeof(*fault) ||
      mprotect(page->start, page->size, PROT_READ | PROT_WRITE) != 0) {
    _Exit(2);
  }
  return BACKSTOP_RESOLVED;
}

static void write_page(void *context) { ((volatile struct Page *)context)->start[0x678] = 1; }

static void check_resolved(int guarded) {
  struct Page page = {NULL, (size_t)sysconf(_SC_PAGESIZE), 0, 0};
  page.start = (char *)mmap(NULL, page.size, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  CHECK(page.start != (char *)MAP_FAILED);
  CHECK(backstop_add_handler(make_writable, &page, 0));
  for (int round = 0; round < 2; ++round) { /* the second write faults no more */
    if (guarded) {
      CHECK(backstop_call(&site, write_page, &page) == NULL);
    } else {
      write_page(&page);
    }
  }
  CHECK(page.calls == 1 && page.address == (uintptr_t)page.start + 0x678 && page.start[0x678] == 1);
  CHECK(backstop_remove_handler(make_writable, &page));
  CHECK(!backstop_remove_handler(make_writable, &page));
  munmap(page.start, page.size);
}

/* Who was asked, in turn. */
static char asked[8];

static backstop_answer note(const backstop_fault *fault, void *info, void *context, void *data) {
  (void)fault, (void)info, (void)context;
  strncat(asked, (const char *)data, 1);
  return BACKSTOP_CONTINUE;
}

static void check_asked(const char *expected) {
  asked[0] = '\0';
  backstop_error *error = backstop_call(&site, check_null_write, NULL);
  CHECK(error != NULL);
  backstop_error_free(error);
  CHECK(strcmp(asked, expected) == 0);
}

static void check_order(void) {
  static char names[] = "abc";
  for (int index = 0; index < 3; ++index) {
    CHECK(backstop_add_handler(note, names + index, 0));
  }
  check_asked("cba");
  CHECK(backstop_remove_handler(note, names + 1));
  check_asked("ca");
  CHECK(backstop_add_handler(note, names + 1, 0));
  check_asked("bca");
  for (int index = 0; index < 3; ++index) {
    CHECK(backstop_remove_handler(note, names + index));
  }
  check_asked("");
  CHECK(backstop_add_handler(note, names, 5));
  CHECK(backstop_add_handler(note, names + 1, -5));
  CHECK(backstop_add_handler(note, names + 2, 0));
  check_asked("acb");
  for (int index = 0; index < 3; ++index) {
    CHECK(backstop_remove_handler(note, names + index));
  }
  check_asked("");
}

static backstop_answer forward(const backstop_fault *fault, void *info, void *context, void *data) {
  (void)fault, (void)info, (void)context, (void)data;
  return BACKSTOP_FORWARD;
}

static void fault_that_is_forwarded(void) {
  CHECK(backstop_add_handler(forward, NULL, 0));
  backstop_error_free(backstop_call(&site, check_null_write, NULL));
}

/* A handler that faults itself. */
static backstop_answer crash(const backstop_fault *fault, void *info, void *context, void *data) {
  (void)fault, (void)info, (void)context;
  check_null_write(data);
  return BACKSTOP_CONTINUE;
}

static void fault_that_crashes_a_handler(void) {
  CHECK(backstop_add_handler(crash, NULL, 0));
  backstop_error_free(backstop_call(&site, check_null_write, NULL));
}

int main(void) {
  check_resolved(0); /* before the first guarded call: adding it has installed the fault handler */
  check_resolved(1);
  check_order();
  check_dies(SIGSEGV, "a fault handler of this program asked for that", fault_that_is_forwarded);
  check_dies(SIGSEGV, "", fault_that_crashes_a_handler);
  check_asked("");
  return 0;
}
