#include "backstop_jni.h"
#include <vector>

namespace backstop_jni {
namespace {

struct Class {
  jclass type;
  jmethodID constructor;
};

Class fault, cxx_exception;

// False, with an exception pending, if there is none. The class is not unloaded as long as the library isn't.
bool find(JNIEnv *env, const char *name, const char *signature, Class &found) {
  const jclass type = env->FindClass(name);
  if (type == nullptr) {
    return false;
  }
  found.type = static_cast<jclass>(env->NewGlobalRef(type));
  env->DeleteLocalRef(type);
  found.constructor = env->GetMethodID(found.type, "<init>", signature);
  return found.constructor != nullptr;
}

// Java wants its own UTF-8, and an exception may say anything at all: what isn't ASCII is replaced.
jstring string_of(JNIEnv *env, const char *text) {
  std::vector<jchar> characters;
  for (; text != nullptr && *text != '\0'; ++text) {
    characters.push_back(static_cast<signed char>(*text) < 0 ? 0xfffd : static_cast<jchar>(*text));
  }
  return text != nullptr ? env->NewString(characters.data(), static_cast<jsize>(characters.size())) : nullptr;
}

jlongArray frames_of(JNIEnv *env, const backstop_recovery &recovery) {
  std::vector<jlong> frames;
  for (size_t index = 0; index < recovery.frame_count; ++index) {
    frames.push_back(static_cast<jlong>(recovery.frames[index].instruction_pointer));
  }
  const jlongArray array = env->NewLongArray(static_cast<jsize>(frames.size()));
  if (array != nullptr) {
    env->SetLongArrayRegion(array, 0, static_cast<jsize>(frames.size()), frames.data());
  }
  return array;
}

// Null, with an exception pending, if Java has no memory.
jobject exception_of(JNIEnv *env, const backstop_error &error) {
  const jstring message = string_of(env, backstop_error_message(&error));
  if (message == nullptr) {
    return nullptr;
  }
  const backstop_fault *what = backstop_error_fault(&error);
  if (what == nullptr) {
    const jstring type = string_of(env, backstop_error_type_name(&error));
    const jstring says = env->ExceptionCheck() ? nullptr : string_of(env, backstop_error_what(&error, nullptr));
    return env->ExceptionCheck() ? nullptr
                                 : env->NewObject(cxx_exception.type, cxx_exception.constructor, message, type, says);
  }
  const backstop_recovery &recovery = *backstop_error_recovery(&error);
  const jlongArray frames = frames_of(env, recovery);
  return frames == nullptr
             ? nullptr
             : env->NewObject(fault.type, fault.constructor, message, jint{what->kind}, jint{what->signal},
                              static_cast<jboolean>(what->has_address != 0), static_cast<jlong>(what->address), frames,
                              static_cast<jboolean>(recovery.is_torn != 0));
}

} // namespace

bool prepare(JNIEnv *env) {
  backstop_install(nullptr);
  return find(env, "backstop/Fault", "(Ljava/lang/String;IIZJ[JZ)V", fault) &&
         find(env, "backstop/CxxException", "(Ljava/lang/String;Ljava/lang/String;Ljava/lang/String;)V", cxx_exception);
}

void raise(JNIEnv *env, const backstop_error &error) {
  if (env->ExceptionCheck()) {
    return;
  }
  if (const auto exception = static_cast<jthrowable>(exception_of(env, error))) {
    env->Throw(exception);
  }
}

} // namespace backstop_jni
