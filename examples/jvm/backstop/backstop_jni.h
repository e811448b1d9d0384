// backstop for Java: what ends a guarded call becomes a Java exception. Take it along as it is.
#pragma once

#include "backstop/backstop.hpp"
#include <jni.h>

namespace backstop_jni {

// For JNI_OnLoad: the JVM has set its signal handlers by then. False, with a Java exception pending, if the classes of
// this package are missing.
bool prepare(JNIEnv *env);

// Makes the exception of this error pending: a backstop.Fault or a backstop.CxxException. One that is pending already,
// thrown by Java that C++ has called, stays.
void raise(JNIEnv *env, const backstop_error &error);

} // namespace backstop_jni
