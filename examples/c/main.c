/* Evaluates each argument. A crash of the C++ library is an error for that argument, and the next is still evaluated.
 */
#include <backstop/backstop.h>
#include <calc.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

/* What the library keeps between calls, as far as backstop is concerned: a fault that leaves something undone in it
 * makes further calls be refused until it is reset. */
static backstop_domain library = BACKSTOP_DOMAIN("calc");
static const backstop_site evaluate_site = BACKSTOP_SITE_IN(&library, "calc_evaluate");

static int look_up(void *data, const char *name, int64_t *value) {
  (void)data;
  *value = 42;
  return strcmp(name, "answer");
}

static void print_details(const backstop_error *error) {
  const backstop_recovery *recovery = backstop_error_recovery(error);
  if (recovery != NULL) {
    printf("  %u frames unwound, %u hopped, %u jumped over%s\n", recovery->unwound, recovery->hopped, recovery->jumped,
           recovery->is_torn ? ": something may be leaked, locked or half changed" : "");
  }
  size_t count;
  const uint64_t *registers = backstop_error_registers(error, &count);
  for (size_t index = 0; registers != NULL && index < count; ++index) {
    printf("  %-6s %016llx%s", backstop_register_name(index), (unsigned long long)registers[index],
           index % 4 == 3 || index == count - 1 ? "\n" : "");
  }
}

static int evaluate(const char *expression, int is_verbose) {
  calc_call call = {expression, look_up, NULL, 0};
  backstop_error *error = backstop_call(&evaluate_site, calc_evaluate, &call);
  if (error == NULL) {
    printf("%lld\n", (long long)call.value);
    return 0;
  }
  printf("%s\n", backstop_error_message(error));
  if (is_verbose) {
    print_details(error);
  }
  if (backstop_domain_is_tainted(&library)) {
    backstop_domain_reset(&library); /* we know that it keeps nothing between calls */
  }
  backstop_error_free(error);
  return 1;
}

/* Runs in signal context, where next to nothing is allowed: counting is. */
static backstop_answer count_fault(const backstop_fault *fault, void *info, void *context, void *data) {
  (void)fault, (void)info, (void)context;
  atomic_fetch_add((atomic_uint *)data, 1);
  return BACKSTOP_CONTINUE;
}

int main(int argument_count, char **arguments) {
  /* The first guarded call would do with the defaults. */
  const backstop_options options = {.size = sizeof(options), .traces = BACKSTOP_TRACES_OFF};
  if (backstop_install(&options) == BACKSTOP_REFUSED) {
    fputs("the kernel refused the fault handler: crashes won't be caught\n", stderr);
  }
  static atomic_uint faults;
  backstop_add_handler(count_fault, &faults, 0);

  const int is_verbose = argument_count > 1 && strcmp(arguments[1], "-v") == 0;
  int status = 0;
  for (int index = 1 + is_verbose; index < argument_count; ++index) {
    status |= evaluate(arguments[index], is_verbose);
  }
  printf("faults: %u\n", atomic_load(&faults));
  return status;
}
