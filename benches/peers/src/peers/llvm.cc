#include <llvm/Config/llvm-config.h>
#include <llvm/Support/CrashRecoveryContext.h>

extern "C" {

void llvm_install() { llvm::CrashRecoveryContext::Enable(); }

bool llvm_call(void (*victim)(void *)) {
  llvm::CrashRecoveryContext context;
  return context.RunSafely(victim, nullptr);
}

const char *llvm_version() { return LLVM_VERSION_STRING; }

} // extern "C"
