#include "interpreter.h"
#include "json.h"
#include <algorithm>
#include <cstring>
#include <lua.hpp>
#include <memory_resource>
#include <new>
#include <stdexcept>
#include <utility>

namespace service {
namespace {

// At the start of the block, and never destroyed.
struct Memory {
  Memory(std::byte *low, std::byte *high)
      : rest(low, static_cast<size_t>(high - low), std::pmr::null_memory_resource()), pools({0, 1 << 20}, &rest) {}

  std::pmr::monotonic_buffer_resource rest;
  std::pmr::unsynchronized_pool_resource pools;
};

// As lua_Alloc wants it.
void *allocate(void *memory, void *old, size_t old_size, size_t size) {
  auto &pools = static_cast<Memory *>(memory)->pools;
  void *fresh = nullptr;
  if (size > 0) {
    try {
      fresh = pools.allocate(size);
    } catch (const std::bad_alloc &) {
      return nullptr; // Lua makes an error of it
    }
  }
  if (old != nullptr) {
    if (fresh != nullptr) {
      std::memcpy(fresh, old, std::min(old_size, size));
    }
    pools.deallocate(old, old_size);
  }
  return fresh;
}

// Answers a function that makes the global variables of a script: copies, for scripts may change what they have.
constexpr char prelude[] = R"(
  local names = {"assert", "error", "ipairs", "load", "next", "pairs", "pcall", "select", "tonumber", "tostring", "type"}
  local libraries = {string = string, table = table, math = math}
  local globals = _G
  getmetatable("").__metatable = false -- all strings share it
  return function()
    local fresh = {}
    for _, name in ipairs(names) do
      fresh[name] = globals[name]
    end
    for name, library in pairs(libraries) do
      fresh[name] = {}
      for key, value in pairs(library) do
        fresh[name][key] = value
      end
    end
    return fresh
  end
)";

// The registry's entry for the function that the prelude answers.
constexpr char new_globals[] = "new globals";

int prepare(lua_State *lua) {
  luaL_requiref(lua, "_G", luaopen_base, 1);
  luaL_requiref(lua, "string", luaopen_string, 1);
  luaL_requiref(lua, "table", luaopen_table, 1);
  luaL_requiref(lua, "math", luaopen_math, 1);
  if (luaL_loadstring(lua, prelude) != LUA_OK) {
    lua_error(lua);
  }
  lua_call(lua, 0, 1);
  lua_setfield(lua, LUA_REGISTRYINDEX, new_globals);
  return 0;
}

struct Task {
  std::string_view script;
  std::string answer;
};

int run_task(lua_State *lua) {
  auto &task = *static_cast<Task *>(lua_touserdata(lua, 1));
  lua_getfield(lua, LUA_REGISTRYINDEX, new_globals);
  lua_call(lua, 0, 1);
  lua_rawseti(lua, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS);
  if (luaL_loadbufferx(lua, task.script.data(), task.script.size(), "=script", "t") != LUA_OK) {
    lua_error(lua);
  }
  lua_call(lua, 0, 1);
  append_json(lua, task.answer);
  return 0;
}

// Calls function(data), in which errors of Lua may be raised, and answers how it ended.
int call(lua_State *lua, lua_CFunction function, void *data) {
  lua_settop(lua, 0);
  lua_pushcfunction(lua, function);
  lua_pushlightuserdata(lua, data);
  return lua_pcall(lua, 1, 0, 0);
}

std::runtime_error last_error(lua_State *lua) {
  const char *message = lua_tostring(lua, -1);
  return std::runtime_error(message != nullptr ? message : "an error that is no text");
}

} // namespace

void Interpreter::build() {
  std::byte *block = block_.get();
  lua_ = lua_newstate(allocate, new (block) Memory(block + sizeof(Memory), block + size));
  if (call(lua_, prepare, nullptr) != LUA_OK) {
    throw last_error(lua_);
  }
}

std::string Interpreter::run(std::string_view script, unsigned generation) {
  // It is of no generation until the script has come to its end: if it doesn't, nobody uses what is left here.
  const bool is_new = std::exchange(generation_, 0) != generation;
  if (is_new) {
    build();
  }
  Task task{script, {}};
  const int end = call(lua_, run_task, &task);
  if (end == LUA_ERRMEM && !is_new) {
    return run(script, generation); // what others have left of the block is too little
  }
  generation_ = end == LUA_ERRMEM ? 0 : generation;
  if (end != LUA_OK) {
    throw last_error(lua_);
  }
  return task.answer;
}

} // namespace service
