// An XML document: parsed, asked by XPath, written.
#include "pugixml.hpp"
#include "driver.h"
#include <sstream>
#include <string>

static std::string document() {
  Numbers numbers;
  std::string text = "<orders>";
  for (int i = 0; i < 1000; ++i) {
    text += "<order id='" + std::to_string(i) + "'><name>some &amp; other</name><amount currency='EUR'>" +
            std::to_string(numbers.next(1000)) + "</amount><!-- a note --></order>\n";
  }
  return text + "</orders>";
}

std::size_t work() {
  static const std::string text = document();
  pugi::xml_document parsed;
  if (!parsed.load_string(text.c_str()))
    std::abort();
  std::size_t sum = parsed.select_nodes("//order[amount > 500]/name").size();
  sum += parsed.select_nodes("/orders/order[@id mod 7 = 3]").size();
  std::ostringstream out;
  parsed.save(out);
  return sum + out.str().size();
}
