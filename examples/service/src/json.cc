#include "json.h"
#include <cstdio>
#include <lua.hpp>
#include <string_view>

namespace service {
namespace {

void append_string(std::string_view text, std::string &json) {
  json += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      json += '\\';
      json += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      char escape[7];
      std::snprintf(escape, sizeof(escape), "\\u%04x", static_cast<unsigned>(c));
      json += escape;
    } else {
      json += c;
    }
  }
  json += '"';
}

std::string_view text(lua_State *lua, int index) {
  size_t length;
  const char *text = lua_tolstring(lua, index, &length);
  return {text, length};
}

void append_array(lua_State *lua, lua_Integer length, std::string &json) {
  json += '[';
  for (lua_Integer i = 1; i <= length; ++i) {
    json += i > 1 ? "," : "";
    lua_rawgeti(lua, -1, i);
    append_json(lua, json);
    lua_pop(lua, 1);
  }
  json += ']';
}

void append_object(lua_State *lua, std::string &json) {
  const char *separator = "";
  json += '{';
  for (lua_pushnil(lua); lua_next(lua, -2) != 0; lua_pop(lua, 1)) {
    if (lua_type(lua, -2) != LUA_TSTRING) {
      luaL_error(lua, "a table has keys that are neither 1, 2, 3... nor strings");
    }
    json += separator;
    append_string(text(lua, -2), json);
    json += ':';
    append_json(lua, json);
    separator = ",";
  }
  json += '}';
}

} // namespace

// Recurses for tables in tables. What holds itself is a mistake that is easily made, here and in the script.
void append_json(lua_State *lua, std::string &json) {
  luaL_checkstack(lua, 3, "tables in tables");
  switch (lua_type(lua, -1)) {
  case LUA_TNIL:
    json += "null";
    break;
  case LUA_TBOOLEAN:
    json += lua_toboolean(lua, -1) ? "true" : "false";
    break;
  case LUA_TNUMBER:
    lua_pushvalue(lua, -1); // lua_tolstring changes what it converts
    json += text(lua, -1);
    lua_pop(lua, 1);
    break;
  case LUA_TSTRING:
    append_string(text(lua, -1), json);
    break;
  case LUA_TTABLE:
    if (const auto length = static_cast<lua_Integer>(lua_rawlen(lua, -1)); length > 0) {
      append_array(lua, length, json);
    } else {
      append_object(lua, json);
    }
    break;
  default:
    luaL_error(lua, "JSON has no %s", luaL_typename(lua, -1));
  }
}

} // namespace service
