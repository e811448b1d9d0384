#include "../backstop/backstop_jni.h"
#include <atomic>

namespace {

const backstop_site site = BACKSTOP_SITE("hostile");

std::atomic<jlong> signals;

backstop_answer count(const backstop_fault *, void *, void *, void *) {
  ++signals;
  return BACKSTOP_CONTINUE;
}

int *volatile address_8 = reinterpret_cast<int *>(8);

void write_to_null(void *) { *static_cast<volatile int *>(address_8) = 1; }

volatile bool never = false;

__attribute__((noinline)) int recurse(volatile int *above) {
  volatile int here[64];
  here[0] = above != nullptr ? above[0] : 0;
  return never ? 0 : recurse(here) + here[0];
}

void overflow(void *) { recurse(nullptr); }

struct Callback {
  JNIEnv *env;
  jobject function;
  jmethodID run;
};

void call_back(void *context) {
  const auto *callback = static_cast<Callback *>(context);
  const backstop::barrier barrier("run");
  callback->env->CallVoidMethod(callback->function, callback->run);
}

void guard(JNIEnv *env, void (*function)(void *), void *context) {
  if (const backstop::error failed{backstop_call(&site, function, context)}) {
    backstop_jni::raise(env, *failed);
  }
}

} // namespace

extern "C" {

JNIEXPORT jint JNICALL JNI_OnLoad(JavaVM *jvm, void *) {
  JNIEnv *env = nullptr;
  if (jvm->GetEnv(reinterpret_cast<void **>(&env), JNI_VERSION_1_8) != JNI_OK || !backstop_jni::prepare(env)) {
    return JNI_ERR;
  }
  backstop_add_handler(count, nullptr, 0); // 0 where backstop is disabled, which the tests want as well
  return JNI_VERSION_1_8;
}

JNIEXPORT void JNICALL Java_test_Hostile_writeToNull(JNIEnv *env, jclass) { guard(env, write_to_null, nullptr); }

JNIEXPORT void JNICALL Java_test_Hostile_overflow(JNIEnv *env, jclass) { guard(env, overflow, nullptr); }

JNIEXPORT void JNICALL Java_test_Hostile_callBack(JNIEnv *env, jclass, jobject function) {
  const jclass type = env->GetObjectClass(function);
  const jmethodID run = env->GetMethodID(type, "run", "()V");
  if (run != nullptr) {
    Callback callback = {env, function, run};
    guard(env, call_back, &callback);
  }
}

JNIEXPORT void JNICALL Java_test_Hostile_crash(JNIEnv *, jclass) { write_to_null(nullptr); }

JNIEXPORT jlong JNICALL Java_test_Hostile_signals(JNIEnv *, jclass) { return signals; }
}
