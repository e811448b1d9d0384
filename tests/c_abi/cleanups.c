/* What is deferred runs once, newest first, on every recovery from a fault, and on nothing else. */
#include "check.h"
#include <pthread.h>
#include <signal.h>

static const backstop_site unwinding = BACKSTOP_SITE("unwinding");
static const backstop_site jumping = {"jumping", __FILE__, __LINE__, BACKSTOP_JUMP, NULL, 0};
static const backstop_site *site; /* either */

/* What has run, in turn. */
static char ran[16];

static void note(void *name) {
  const size_t length = strlen(ran);
  CHECK(length < sizeof(ran) - 1);
  ran[length] = *(const char *)name;
  ran[length + 1] = '\0';
}

static char letters[] = "abcdefgh";

static uint32_t defer_note(char letter) __attribute__((always_inline));
static inline uint32_t defer_note(char letter) { return backstop_defer(note, strchr(letters, letter)); }

/* How the call went; the frames are not kept. */
static backstop_recovery recovery;

static int call(void (*function)(void *), void *context) {
  ran[0] = '\0';
  backstop_error *error = backstop_call(site, function, context);
  if (error == NULL) {
    return 0;
  }
  if (backstop_error_recovery(error) != NULL) {
    recovery = *backstop_error_recovery(error);
  }
  backstop_error_free(error);
  return 1;
}

static void check_ran(void (*function)(void *), const char *expected, uint32_t cleaned) {
  CHECK(call(function, NULL));
  if (strcmp(ran, expected) != 0) {
    fprintf(stderr, "ran: %s, expected: %s\n", ran, expected);
  }
  CHECK(strcmp(ran, expected) == 0);
  CHECK(recovery.cleaned == cleaned && recovery.cleanups_failed == 0);
  CHECK(call(check_null_write, NULL) && ran[0] == '\0' && recovery.cleaned == 0); /* none is left */
}

__attribute__((noinline)) static void inner(void *context) {
  const uint32_t third = defer_note('c');
  check_null_write(context);
  backstop_cancel(third);
}

static void in_order(void *context) {
  const uint32_t first = defer_note('a');
  const uint32_t second = defer_note('b');
  inner(context);
  backstop_cancel(second);
  backstop_cancel(first);
}

static void cancelled(void *context) {
  const uint32_t first = defer_note('a');
  const uint32_t second = defer_note('b');
  defer_note('c');
  backstop_cancel(second); /* and with it the third */
  check_null_write(context);
  backstop_cancel(first);
}

static void returns(void *context) {
  (void)context;
  const uint32_t first = defer_note('a');
  backstop_cancel(first);
}

/* ---- Those that fail ---- */

static void faults(void *name) {
  note(name);
  check_null_write(NULL);
}

static volatile int for_ever = 1;

static int recurse(int depth) {
  volatile char frame[1024];
  frame[0] = (char)depth;
  return for_ever ? recurse(depth + 1) + frame[0] : 0;
}

static void overflows(void *data) {
  (void)data;
  recurse(0);
}

/* One that is guarded itself, and recovers what it has deferred. */
static void recovers(void *name) {
  backstop_error *error = backstop_call(site, inner, NULL);
  CHECK(error != NULL && backstop_error_recovery(error)->cleaned == 1);
  backstop_error_free(error);
  note(name);
}

static void some_fail(void *context) {
  const uint32_t first = defer_note('a');
  backstop_defer(faults, letters + 1);
  defer_note('c');
  backstop_defer(overflows, letters + 3);
  defer_note('e');
  check_null_write(context);
  backstop_cancel(first);
}

static void recovers_in_turn(void *context) {
  const uint32_t first = defer_note('a');
  backstop_defer(recovers, letters + 1);
  check_null_write(context);
  backstop_cancel(first);
}

/* ---- Guards in guards ---- */

static void guarded_inside(void *context) {
  (void)context;
  const uint32_t first = defer_note('a');
  backstop_error *error = backstop_call(site, inner, NULL);
  CHECK(error != NULL && strcmp(ran, "c") == 0 && backstop_error_recovery(error)->cleaned == 1);
  backstop_error_free(error);
  backstop_cancel(first);
}

static void guarded_inside_and_faults(void *context) {
  const uint32_t first = defer_note('a');
  guarded_inside(context);
  CHECK(strcmp(ran, "c") == 0);
  check_null_write(context);
  backstop_cancel(first);
}

/* ---- What they find ---- */

struct Owner {
  pthread_mutex_t mutex;
  int values[64];
};

/* Its data lies in the frame that faults, which is to be as it was. */
static void unlock(void *data) {
  struct Owner *owner = (struct Owner *)data;
  volatile char stack[2048]; /* what it writes is none of its */
  memset((void *)stack, 0x55, sizeof(stack));
  for (int index = 0; index < 64; ++index) {
    CHECK(owner->values[index] == index);
  }
  sigset_t mask;
  CHECK(pthread_sigmask(SIG_SETMASK, NULL, &mask) == 0);
  CHECK(!sigismember(&mask, SIGSEGV) && sigismember(&mask, SIGUSR1));
  volatile double one = 1, three = 3;
  CHECK(one / three * three == 1);
  free(malloc(100));
  CHECK(pthread_mutex_unlock(&owner->mutex) == 0);
  CHECK(pthread_mutex_trylock(&owner->mutex) == 0 && pthread_mutex_unlock(&owner->mutex) == 0);
  note(letters);
}

static void with_frame(void *context) {
  struct Owner owner;
  pthread_mutex_init(&owner.mutex, NULL);
  for (int index = 0; index < 64; ++index) {
    owner.values[index] = index;
  }
  pthread_mutex_lock(&owner.mutex);
  const uint32_t unlocking = backstop_defer(unlock, &owner);
  check_null_write(context);
  backstop_cancel(unlocking);
  pthread_mutex_unlock(&owner.mutex);
}

static void check_frames(void) {
  sigset_t users, before;
  sigemptyset(&users);
  sigaddset(&users, SIGUSR1);
  pthread_sigmask(SIG_BLOCK, &users, &before);
  check_ran(with_frame, "a", 1);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
}

/* ---- Those that nobody has cancelled ---- */

__attribute__((noinline)) static void forgets(void) {
  volatile char frame[512]; /* so that it lies below the frames that come */
  frame[0] = 0;
  defer_note('h');
  frame[1] = frame[0];
}

static void left_behind(void *context) {
  forgets();
  check_null_write(context);
}

static void left_behind_below(void *context) {
  forgets();
  const uint32_t first = defer_note('a');
  CHECK(first == 0);
  check_null_write(context);
  backstop_cancel(first);
}

/* ---- For others ---- */

__attribute__((noinline)) static uint32_t defer_for(const void *scope, char *letter) {
  volatile char frame[512];
  frame[0] = *letter;
  const uint32_t deferred = backstop_defer_in(scope, note, letter);
  frame[1] = frame[0];
  return deferred;
}

static void by_helper(void *context) {
  int scope = 0;
  const uint32_t first = defer_for(&scope, letters);
  defer_for(&scope, letters + 1);
  check_null_write(context);
  backstop_cancel(first);
}

/* ---- Too many, and too little stack ---- */

static uint32_t count;
static void count_one(void *data) {
  (void)data;
  ++count;
}

static void too_many(void *context) {
  const uint32_t first = backstop_defer(count_one, NULL);
  for (int index = 1; index < 1003; ++index) {
    backstop_defer(count_one, NULL);
  }
  check_null_write(context);
  backstop_cancel(first);
}

static void many(void *context) {
  const uint32_t first = backstop_defer(count_one, NULL);
  for (int index = 1; index < 1003; ++index) {
    backstop_defer(count_one, NULL);
  }
  backstop_cancel(first + 1000);
  check_null_write(context);
  backstop_cancel(first);
}

static void check_number(void) {
  count = 0;
  CHECK(call(too_many, NULL));
  CHECK(count == 1000 && recovery.cleaned == 1000 && recovery.cleanups_failed == 3 && recovery.is_torn);
  count = 0;
  CHECK(call(many, NULL));
  CHECK(count == 1000 && recovery.cleaned == 1000 && recovery.cleanups_failed == 0);
}

static void runs_out_of_stack(void *context) {
  (void)context;
  const uint32_t first = defer_note('a');
  recurse(0);
  backstop_cancel(first);
}

/* There may be room or not; it is said which, and either way all is well afterwards. */
static void check_overflow(void) {
  for (int round = 0; round < 3; ++round) {
    CHECK(call(runs_out_of_stack, NULL));
    CHECK(recovery.cleaned == strlen(ran) && recovery.cleaned + recovery.cleanups_failed == 1);
    CHECK(recovery.cleanups_failed == 0 || recovery.is_torn);
  }
  check_ran(in_order, "cba", 3);
}

static void *check_all(void *unused) {
  (void)unused;
  for (int round = 0; round < 10; ++round) {
    check_ran(in_order, "cba", 3);
    check_ran(cancelled, "a", 1);
    CHECK(!call(returns, NULL) && ran[0] == '\0');
    check_ran(recovers_in_turn, "cba", 2);
    CHECK(!call(guarded_inside, NULL));
    check_ran(guarded_inside_and_faults, "ca", 1);
    check_ran(by_helper, "ba", 2);
    check_ran(left_behind, "", 0);
    check_ran(left_behind_below, "a", 1);
  }
  check_frames();
  check_number();
  CHECK(call(some_fail, NULL) && strcmp(ran, "ecba") == 0);
  CHECK(recovery.cleaned == 3 && recovery.cleanups_failed == 2 && recovery.is_torn);
  check_overflow();
  return NULL;
}

/* Where nothing is recovered there is nothing to run. */
static void outside(void) {
  const uint32_t first = defer_note('a');
  const uint32_t second = defer_note('b');
  backstop_cancel(second);
  backstop_cancel(first);
}

int main(void) {
  outside();
  const backstop_site *const sites[] = {&jumping, &unwinding};
  for (int index = 0; index < 2; ++index) {
    site = sites[index];
    check_all(NULL);
    pthread_t thread;
    CHECK(pthread_create(&thread, NULL, check_all, NULL) == 0);
    CHECK(pthread_join(thread, NULL) == 0);
    outside();
  }
  return 0;
}
