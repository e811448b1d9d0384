// A library that crashes as it is loaded.
namespace {

int *volatile nowhere;

__attribute__((constructor)) void crash() { *nowhere = 1; }

} // namespace
