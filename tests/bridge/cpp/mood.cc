#include "mood.h"

namespace mood {

thread_local Mood next = Mood::well;
volatile int *volatile nowhere = nullptr;

} // namespace mood

extern "C" void backstop_bridge_tests_mood(int mood) { mood::next = static_cast<mood::Mood>(mood); }
