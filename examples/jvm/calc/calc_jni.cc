// The guard is around the C++ library alone: JNI's own functions may fault as the JVM means them to, so they are called
// outside of it, or behind a barrier.
#include "../../calc/calc.h"
#include "../backstop/backstop_jni.h"

namespace {

const backstop_site site = BACKSTOP_SITE("calc_evaluate");

jmethodID apply; // ToLongFunction.applyAsLong

struct Lookup {
  JNIEnv *env;
  jobject function;
};

// Java that C++ calls back. What it throws stays pending: it must not pass through C++, and waits until that returns.
int look_up(void *data, const char *name, int64_t *value) {
  const auto *lookup = static_cast<Lookup *>(data);
  const backstop::barrier barrier("lookup");
  JNIEnv *env = lookup->env;
  const jstring argument = env->NewStringUTF(name);
  if (argument == nullptr) {
    return 1;
  }
  *value = env->CallLongMethod(lookup->function, apply, argument);
  const bool has_failed = env->ExceptionCheck();
  env->DeleteLocalRef(argument);
  return has_failed;
}

} // namespace

extern "C" JNIEXPORT jint JNICALL JNI_OnLoad(JavaVM *jvm, void *) {
  JNIEnv *env = nullptr;
  if (jvm->GetEnv(reinterpret_cast<void **>(&env), JNI_VERSION_1_8) != JNI_OK || !backstop_jni::prepare(env)) {
    return JNI_ERR;
  }
  const jclass type = env->FindClass("java/util/function/ToLongFunction");
  apply = type != nullptr ? env->GetMethodID(type, "applyAsLong", "(Ljava/lang/Object;)J") : nullptr;
  return apply != nullptr ? JNI_VERSION_1_8 : JNI_ERR;
}

extern "C" JNIEXPORT jlong JNICALL Java_calc_Calc_evaluate(JNIEnv *env, jclass, jstring expression, jobject function) {
  const char *text = env->GetStringUTFChars(expression, nullptr);
  if (text == nullptr) {
    return 0;
  }
  Lookup lookup = {env, function};
  calc_call call = {text, function != nullptr ? look_up : nullptr, &lookup, 0};
  const backstop::error failed(backstop_call(&site, calc_evaluate, &call));
  env->ReleaseStringUTFChars(expression, text);
  if (failed) {
    backstop_jni::raise(env, *failed);
  }
  return call.value;
}
