#define BOOST_TEST_DYN_LINK
#include <boost/test/execution_monitor.hpp>
#include <boost/version.hpp>

extern "C" {

bool boost_call(void (*victim)(void *)) {
  thread_local boost::execution_monitor monitor; // it keeps its alternate stack
  try {
    monitor.vexecute([victim] { victim(nullptr); });
    return true;
  } catch (const boost::execution_exception &) {
    return false;
  }
}

const char *boost_version() { return BOOST_LIB_VERSION; }

} // extern "C"
