// The class of an exception, asked as catch clauses ask: by what it is derived from.
#pragma once

#include <typeinfo>

namespace backstop {
namespace runtime {

// Whether a catch clause for `wanted` takes an object of this type; then *object, which may be null if there is none
// any more, is made to point to the base that is of the wanted type.
bool catches(const std::type_info &wanted, const std::type_info &type, void **object) noexcept;

// Whether a catch clause for the type of this demangled name does. `object` may be null.
bool catches(const char *wanted, const std::type_info &type, void *object);

// The name of the most derived standard exception that a catch clause would take it as; null: none.
const char *standard_name(const std::type_info &type) noexcept;

} // namespace runtime
} // namespace backstop
