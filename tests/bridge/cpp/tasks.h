#pragma once

#include "mood.h"
#include "rust/cxx.h"
#include "side.h"
#include <cstdint>
#include <memory>
#include <thread>

namespace SIDE::tasks {

struct Answer; // of Rust

class Task {
public:
  explicit Task(std::thread thread) : thread_(std::move(thread)) {}
  ~Task() { thread_.join(); }

private:
  std::thread thread_;
};

using Done = rust::Fn<void(rust::Box<Answer>, std::int32_t)>;

std::unique_ptr<Task> square(std::int32_t number, Done done, rust::Box<Answer> answer);

} // namespace SIDE::tasks
