// The C++ half of the interpreter: see src/program.rs.
#pragma once

#include "rust/cxx.h"
#include <cstdint>

struct Program;

void run(const Program &program, std::uint32_t block);
void run_jump(const Program &program, std::uint32_t block);

void forget_events();
rust::Slice<const std::uint32_t> events();
void note(std::uint32_t event);
bool is_clean();
