// An object that crashes half-way through a change, and then in its destructor as well.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <set>
#include <stdexcept>

namespace handles {

inline void crash() { *static_cast<volatile int32_t *>(nullptr) = 1; }

// What a jump leaves out, so that it is torn.
struct Scope {
  int32_t &closed;
  ~Scope() { ++closed; }
};

class Document {
public:
  Document() {
    ++alive();
    note(true);
  }
  ~Document() {
    if (half_changed_) {
      crash();
    }
    --alive();
    note(false);
  }

  // On this thread.
  static int32_t &alive() {
    thread_local int32_t count = 0;
    return count;
  }

  void change(int32_t value) {
    const Scope scope{closed_};
    half_changed_ = true;
    if (value < 0) {
      crash();
    }
    value_ = value;
    half_changed_ = false;
  }

  int32_t value() const {
    if (half_changed_) {
      crash();
    }
    return value_;
  }

  void fail() const {
    int32_t closed = 0;
    const Scope scope{closed};
    crash();
  }

  void spin() const {
    int32_t closed = 0;
    const Scope scope{closed};
    for (volatile bool on = true; on;) {
    }
  }

  void check() const {
    if (value_ > 100) {
      throw std::out_of_range("more than a hundred");
    }
  }

  void repair() { half_changed_ = false; }

private:
  // Those that are leaked on purpose can be reached from here, which who looks for leaks wants to know.
  void note(bool is_there) {
    static std::mutex mutex;
    static auto &all = *new std::set<Document *>();
    const std::lock_guard<std::mutex> lock(mutex);
    is_there ? void(all.insert(this)) : void(all.erase(this));
  }

  int32_t value_ = 0, closed_ = 0;
  bool half_changed_ = false;
};

inline std::unique_ptr<Document> make() { return std::unique_ptr<Document>(new Document()); }
inline std::shared_ptr<Document> make_shared() { return std::make_shared<Document>(); }
inline void fail_in(const Document &document) { document.fail(); }
inline int32_t value_of(const Document &document) { return document.value(); }
inline int32_t alive() { return Document::alive(); }

} // namespace handles
