#include "domain.h"
#include "error.h"
#include <cstdlib>
#include <cstring>
#include <pthread.h>
#include <string>

namespace backstop {
namespace runtime {
namespace {

// Of the texts of all domains: they are written and read where calls have failed already.
pthread_mutex_t texts = PTHREAD_MUTEX_INITIALIZER;

struct Lock {
  Lock() noexcept { pthread_mutex_lock(&texts); }
  ~Lock() { pthread_mutex_unlock(&texts); }
};

} // namespace

void taint(backstop_domain *domain, const char *message) noexcept {
  const Lock lock;
  if (!is_tainted(domain)) {
    domain->first_fault = strdup(message); // none if memory is short: the taint stands all the same
    __atomic_store_n(&domain->tainted, 1, __ATOMIC_RELEASE);
  }
}

backstop_error *refuse(const backstop_site *site) noexcept {
  const backstop_domain *domain = site->domain;
  backstop_error *error = new_error();
  error->kind = BACKSTOP_REFUSAL;
  error->site = site;
  {
    const Lock lock;
    if (!is_tainted(domain)) {
      backstop_error_free(error);
      return nullptr;
    }
    const char *first = domain->first_fault;
    set_text(error->what, [=] { return std::string(first != nullptr ? first : "a fault"); });
  }
  set_text(error->message, [=] {
    return std::string(site->name) + ": not called, since `" + domain->name +
           "` is tainted until it is reset: " + error->what;
  });
  return error;
}

} // namespace runtime
} // namespace backstop

using namespace backstop::runtime;

int backstop_domain_is_tainted(const backstop_domain *domain) noexcept { return is_tainted(domain); }

size_t backstop_domain_first_fault(const backstop_domain *domain, char *buffer, size_t size) noexcept {
  const Lock lock;
  const char *first = is_tainted(domain) && domain->first_fault != nullptr ? domain->first_fault : "";
  const size_t length = std::strlen(first);
  if (size > 0) {
    const size_t copied = length < size ? length : size - 1;
    std::memcpy(buffer, first, copied);
    buffer[copied] = '\0';
  }
  return length;
}

void backstop_domain_reset(backstop_domain *domain) noexcept {
  const Lock lock;
  __atomic_store_n(&domain->tainted, 0, __ATOMIC_RELEASE);
  std::free(domain->first_fault);
  domain->first_fault = nullptr;
}
