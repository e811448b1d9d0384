#include "tasks.h"
#include "tasks.rs.h" // what cxx generates

namespace SIDE::tasks {

std::unique_ptr<Task> square(std::int32_t number, Done done, rust::Box<Answer> answer) {
  mood::act();
  auto work = [=, answer = std::move(answer)]() mutable { (*done)(std::move(answer), number *number); };
  return std::make_unique<Task>(std::thread(std::move(work)));
}

} // namespace SIDE::tasks
