#include "slices.h"
#include "slices.rs.h" // what cxx generates

namespace SIDE::slices {

std::int32_t rightmost(rust::Slice<const Point> points) {
  mood::act();
  return std::max_element(points.begin(), points.end(),
                          [](const Point &left, const Point &right) { return left.x < right.x; })
      ->x;
}

void mirror(rust::Slice<Point> points) {
  mood::act();
  for (Point &point : points) {
    point.x = -point.x;
  }
}

} // namespace SIDE::slices
