// To be replaced by the runtime's own.
#include "backstop/backstop.h"
#include <exception>

namespace rust {
inline namespace cxxbridge1 {
template <typename> class impl;
class Error final : public std::exception {
public:
  Error(const Error &);
  Error(Error &&) noexcept;
  ~Error() noexcept override;
  const char *what() const noexcept override;

private:
  Error() noexcept = default;
  template <typename> friend class impl;
  const char *msg;
  std::size_t len;
};
template <> class impl<Error> final {
public:
  static Error error(const char *message, std::size_t length) noexcept {
    Error error;
    error.msg = message;
    error.len = length;
    return error;
  }
};
} // namespace cxxbridge1
} // namespace rust

void backstop_bridge_throw(const char *message, size_t length) {
  throw rust::impl<rust::Error>::error(message, length);
}
