// Runs one system call of the disk seam: asks the tests' hook, takes interrupted calls up again,
// and words failures. For the sources of base alone.
#pragma once

#include <cerrno>
#include <cstdint>
#include <string>

#include "base/disk.h"

namespace roost::disk {

/// What the tests' hook wants of the call; nothing without one.
Fault AskHook(Call call, const std::string& path);

/// The IOError for `error`: what, where, the system's reason, what to do.
Status Failed(const char* verb, const std::string& path, int error);

/// Runs `function`, which returns a negative number and sets errno on failure, and gives its result
/// or minus errno.
template <class Function>
int64_t CallSystem(Call call, const std::string& path, Function function) {
  const Fault fault = AskHook(call, path);
  if (fault.error != 0 && !fault.after) return -fault.error;
  int64_t result;
  do {
    result = function();
  } while (result < 0 && errno == EINTR);
  if (result < 0) return -errno;
  return fault.error != 0 ? -fault.error : result;
}

/// CallSystem, whose failures are all errors.
template <class Function>
Result<int64_t> Try(Call call, const char* verb, const std::string& path, Function function) {
  const int64_t result = CallSystem(call, path, function);
  if (result < 0) return Failed(verb, path, static_cast<int>(-result));
  return result;
}

}  // namespace roost::disk
