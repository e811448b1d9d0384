#include "extern_types.h"
#include "extern_types.rs.h" // what cxx generates

namespace SIDE::extern_types {

Spans halves(Span span) {
  mood::act();
  const std::int32_t middle = span.from + (span.to - span.from) / 2;
  return {span, {Span{span.from, middle}, Span{middle, span.to}}};
}

} // namespace SIDE::extern_types
