// A shared library, built without knowing of backstop.
namespace {

struct Object {
  void (*count)(int);
  explicit Object(void (*count_)(int)) : count(count_) { count(1); }
  ~Object() { count(-1); }
};

} // namespace

extern "C" void call_prebuilt(void (*body)(), void (*count)(int)) {
  const Object object(count);
  body();
}
