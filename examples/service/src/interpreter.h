#pragma once
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

struct lua_State;

namespace service {

// One thread's Lua, kept from script to script. Each script gets global variables of its own.
class Interpreter {
public:
  // The value that the script returns, as JSON. Throws std::runtime_error if the script fails. An interpreter of
  // another generation, or one whose last script didn't come to its end, is built anew before.
  std::string run(std::string_view script, unsigned generation);

private:
  void build();

  // All that Lua allocates lies in here. An interpreter that was left in the middle of something can't be closed, but
  // it can be forgotten: whatever it had allocated, locked or broken in here goes with it, and nothing leaks.
  static constexpr size_t size = size_t{64} << 20;          // the most that a script can use
  std::unique_ptr<std::byte[]> block_{new std::byte[size]}; // untouched, and so takes no memory yet
  lua_State *lua_ = nullptr;
  unsigned generation_ = 0;
};

} // namespace service
