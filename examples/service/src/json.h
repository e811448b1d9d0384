#pragma once
#include <string>

struct lua_State;

namespace service {

// Appends the value on top of Lua's stack, which stays there. Raises an error of Lua's if JSON has no such value.
void append_json(lua_State *lua, std::string &json);

} // namespace service
