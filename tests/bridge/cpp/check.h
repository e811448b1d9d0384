// For functions that answer the line in which they found something wrong, and 0 if none.
#pragma once

#define CHECK(condition)                                                                                               \
  do {                                                                                                                 \
    if (!(condition)) {                                                                                                \
      return __LINE__;                                                                                                 \
    }                                                                                                                  \
  } while (false)
