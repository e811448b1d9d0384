// Numbers to text and back.
#include "double-conversion/double-conversion.h"
#include "driver.h"

using namespace double_conversion;

std::size_t work() {
  const auto &to_text = DoubleToStringConverter::EcmaScriptConverter();
  const StringToDoubleConverter to_number(0, 0, 0, nullptr, nullptr);
  Numbers numbers;
  std::size_t sum = 0;
  for (int i = 0; i < 4000; ++i) {
    const double number = numbers.next(1u << 30) / (numbers.next(1000) + 0.3);
    char buffer[64];
    StringBuilder builder(buffer, sizeof(buffer));
    to_text.ToShortest(number, &builder);
    const int length = builder.position();
    int used;
    sum += to_number.StringToDouble(builder.Finalize(), length, &used) == number;
    builder.Reset();
    to_text.ToPrecision(number, 9, &builder);
    sum += static_cast<std::size_t>(builder.position());
    builder.Finalize();
  }
  return sum;
}
