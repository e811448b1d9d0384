#include "domain.h"
#include "error.h"
#include <cstdlib>
#include <cstring>
#include <pthread.h>
#include <string>
#include <utility>

namespace backstop {
namespace runtime {
namespace {

// Of the texts of all domains: they are written and read where calls have failed already.
pthread_mutex_t texts = PTHREAD_MUTEX_INITIALIZER;

// Nothing is allocated or freed while it lives: a heap in disorder may fault, an outer guard may recover that, and the
// lock would stay held.
struct Lock {
  Lock() noexcept { pthread_mutex_lock(&texts); }
  ~Lock() { pthread_mutex_unlock(&texts); }
};

// Answers the length of the whole text, which is cut to `size` bytes, its NUL among them; 0 if there is no taint.
size_t copy_first_fault(const backstop_domain *domain, char *buffer, size_t size) noexcept {
  const Lock lock;
  const char *first = static_cast<const char *>(domain->state);
  if (!is_tainted(domain)) {
    first = "";
  } else if (first == nullptr || *first == '\0') {
    first = "a fault"; // memory was short
  }
  const size_t length = std::strlen(first);
  if (size > 0) {
    const size_t copied = length < size ? length : size - 1;
    std::memcpy(buffer, first, copied);
    buffer[copied] = '\0';
  }
  return length;
}

std::string first_fault(const backstop_domain *domain) {
  std::string text;
  size_t length;
  while ((length = copy_first_fault(domain, &text[0], text.size() + 1)) > text.size()) {
    text.resize(length);
  }
  text.resize(length); // after a reset it may be another text
  return text;
}

} // namespace

void taint(backstop_domain *domain, const char *message) noexcept {
  char *text = message != nullptr ? strdup(message) : nullptr; // none if memory is short: the taint stands all the same
  {
    const Lock lock;
    if (!is_tainted(domain)) {
      domain->state = std::exchange(text, static_cast<char *>(domain->state));
      __atomic_store_n(&domain->refusing, 1, __ATOMIC_RELEASE);
    }
  }
  std::free(text);
}

backstop_error *refuse(const backstop_site *site) noexcept {
  const backstop_domain *domain = site->domain;
  backstop_error *error = new_error();
  error->kind = BACKSTOP_REFUSAL;
  error->site = site;
  set_text(error->what, [=] { return first_fault(domain); });
  if (!is_tainted(domain)) {
    backstop_error_free(error);
    return nullptr;
  }
  if (error->what.empty()) {
    error->what = "a fault";
  }
  error->compose = [](const backstop_error &refused) {
    return std::string(refused.site->name) + ": not called, since `" + refused.site->domain->name +
           "` is tainted until it is reset: " + refused.what;
  };
  return error;
}

} // namespace runtime
} // namespace backstop

using namespace backstop::runtime;

int backstop_domain_is_tainted(const backstop_domain *domain) noexcept { return is_tainted(domain); }

size_t backstop_domain_first_fault(const backstop_domain *domain, char *buffer, size_t size) noexcept {
  return copy_first_fault(domain, buffer, size);
}

backstop_error *backstop_domain_reset(backstop_domain *domain) noexcept {
  char *text = nullptr;
  {
    const Lock lock;
    __atomic_store_n(&domain->refusing, 0, __ATOMIC_RELEASE);
    text = static_cast<char *>(std::exchange(domain->state, nullptr));
  }
  std::free(text);
  return nullptr;
}
