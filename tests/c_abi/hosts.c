/* A program that looks like several hosts, to the status: by what they export, or have noted. */
#include "check.h"

int JNI_GetCreatedJavaVMs(void *machines, int size, int *count);
int JNI_GetCreatedJavaVMs(void *machines, int size, int *count) { return (void)machines, (void)size, *count = 0; }

int Py_IsInitialized(void);
int Py_IsInitialized(void) { return 0; }

__attribute__((section(".note.go.buildid"), used, aligned(4))) static const struct {
  uint32_t name_size, size, type;
  char name[4], id[4];
} note = {4, 4, 4, "Go", "id"};

int main(void) {
  backstop_health health = {0};
  health.size = sizeof(health);
  CHECK(backstop_status(&health));
  CHECK(strcmp(health.host, "Go, Java, Python") == 0);
  return 0;
}
