// The type information of a class leads to that of its bases: the Itanium C++ ABI says how. Where the ABI is another, a
// class is known by itself alone.
#include "exception_type.h"
#include "error.h"
#include "itanium.h"
#include <any>
#include <filesystem>
#include <functional>
#include <future>
#include <ios>
#include <memory>
#include <new>
#include <optional>
#include <regex>
#include <stdexcept>
#include <string>
#include <system_error>
#include <type_traits>
#include <variant>

namespace backstop {
namespace runtime {
namespace {

// The public bases of a class, one step up: calls visit(base) for each until one answers not null.
template <typename Visit> const std::type_info *first_of_bases(const std::type_info &type, Visit visit) {
#ifdef __GLIBCXX__
  if (const auto *single = dynamic_cast<const abi::__si_class_type_info *>(&type)) {
    return visit(*single->__base_type);
  }
  if (const auto *several = dynamic_cast<const abi::__vmi_class_type_info *>(&type)) {
    for (unsigned index = 0; index < several->__base_count; ++index) {
      const abi::__base_class_type_info &base = several->__base_info[index];
      if (base.__is_public_p()) {
        if (const std::type_info *found = visit(*base.__base_type)) {
          return found;
        }
      }
    }
  }
#else
  static_cast<void>(type);
  static_cast<void>(visit);
#endif
  return nullptr;
}

// The type itself or a public base of it for which accepts(type) holds. Breadth first: the most derived one.
template <typename Accept> const std::type_info *most_derived(const std::type_info &type, Accept accepts) {
  if (accepts(type)) {
    return &type;
  }
  const std::type_info *direct =
      first_of_bases(type, [&](const std::type_info &base) { return accepts(base) ? &base : nullptr; });
  return direct != nullptr
             ? direct
             : first_of_bases(type, [&](const std::type_info &base) { return most_derived(base, accepts); });
}

struct Standard {
  const std::type_info &type;
  const char *name;
};

template <typename Exception> constexpr Standard standard(const char *name) { return {typeid(Exception), name}; }

const Standard standards[] = {
    standard<std::exception>("std::exception"),
    standard<std::bad_exception>("std::bad_exception"),
    standard<std::bad_alloc>("std::bad_alloc"),
    standard<std::bad_array_new_length>("std::bad_array_new_length"),
    standard<std::bad_cast>("std::bad_cast"),
    standard<std::bad_any_cast>("std::bad_any_cast"),
    standard<std::bad_typeid>("std::bad_typeid"),
    standard<std::bad_function_call>("std::bad_function_call"),
    standard<std::bad_weak_ptr>("std::bad_weak_ptr"),
    standard<std::bad_optional_access>("std::bad_optional_access"),
    standard<std::bad_variant_access>("std::bad_variant_access"),
    standard<std::logic_error>("std::logic_error"),
    standard<std::domain_error>("std::domain_error"),
    standard<std::invalid_argument>("std::invalid_argument"),
    standard<std::length_error>("std::length_error"),
    standard<std::out_of_range>("std::out_of_range"),
    standard<std::future_error>("std::future_error"),
    standard<std::runtime_error>("std::runtime_error"),
    standard<std::range_error>("std::range_error"),
    standard<std::overflow_error>("std::overflow_error"),
    standard<std::underflow_error>("std::underflow_error"),
    standard<std::regex_error>("std::regex_error"),
    standard<std::system_error>("std::system_error"),
    standard<std::ios_base::failure>("std::ios_base::failure"),
    standard<std::filesystem::filesystem_error>("std::filesystem::filesystem_error"),
};

const Standard *find_standard(const std::type_info &type) {
  for (const Standard &known : standards) {
    if (known.type == type) {
      return &known;
    }
  }
  return nullptr;
}

// As people write it: the library's own inline namespaces are left out.
std::string readable(const std::type_info &type) {
  if (type == typeid(std::string)) {
    return "std::string";
  }
  const Standard *known = find_standard(type);
  return known != nullptr ? known->name : demangled(type.name());
}

void drop_suffix(std::string &name, const std::string &suffix) {
  if (name.size() >= suffix.size() && name.compare(name.size() - suffix.size(), suffix.size(), suffix) == 0) {
    name.resize(name.size() - suffix.size());
  }
  name.resize(name.find_last_not_of(' ') + 1);
}

// As the demangler would write what stands in a catch clause: a reference counts as the type, whether or not it is to
// what is const, and "const char *" is "char const*".
std::string normalized(std::string name) {
  drop_suffix(name, "");
  if (name.rfind("::", 0) == 0) {
    name.erase(0, 2);
  }
  drop_suffix(name, "&");
  const std::string is_const = "const ";
  if (name.rfind(is_const, 0) == 0) {
    name.erase(0, is_const.size());
    const size_t pointer = name.find('*');
    name.insert(pointer != std::string::npos ? name.find_last_not_of(' ', pointer - 1) + 1 : name.size(), " const");
  }
  drop_suffix(name, " const");
  for (size_t at; (at = name.find(" *")) != std::string::npos;) {
    name.erase(at, 1);
  }
  return name;
}

} // namespace

bool catches(const std::type_info &wanted, const std::type_info &type, void **object) noexcept {
#ifdef __GLIBCXX__
  if (*object == nullptr) {
    return most_derived(type, [&](const std::type_info &base) { return base == wanted; }) != nullptr;
  }
  void *found = type.__is_pointer_p() ? *static_cast<void **>(*object) : *object;
  if (!wanted.__do_catch(&type, &found, 1)) {
    return false;
  }
  *object = type.__is_pointer_p() ? *object : found;
  return true;
#else
  static_cast<void>(object);
  return wanted == type;
#endif
}

bool catches(const char *wanted, const std::type_info &type, void *object) {
  const std::string name = normalized(wanted);
  const auto is_wanted = [&](const std::type_info &base) {
    return name == readable(base) || name == demangled(base.name());
  };
  const std::type_info *found = most_derived(type, is_wanted);
  return found != nullptr && catches(*found, type, &object);
}

const char *standard_name(const std::type_info &type) noexcept {
  const std::type_info *found =
      most_derived(type, [](const std::type_info &base) { return find_standard(base) != nullptr; });
  return found != nullptr ? find_standard(*found)->name : nullptr;
}

} // namespace runtime
} // namespace backstop
