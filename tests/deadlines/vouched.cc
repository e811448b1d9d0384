// Says of the whole program how it was built.
#include <backstop/vouched.h>
