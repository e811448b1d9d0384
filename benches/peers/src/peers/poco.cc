#include <Poco/Environment.h>
#include <Poco/SignalHandler.h>

extern "C" {

void poco_install() { Poco::SignalHandler::install(); }

// As the class's documentation has it; since there is a `try`, it catches the victim's own exceptions as well.
bool poco_call(void (*victim)(void *)) {
  try {
    poco_throw_on_signal;
    victim(nullptr);
    return true;
  } catch (...) {
    return false;
  }
}

unsigned poco_version() { return Poco::Environment::libraryVersion(); }

} // extern "C"
