// SPDX-License-Identifier: Apache-2.0
#include "kernel/error.h"

#include <cerrno>
#include <cstring>

namespace rxlease::kernel {

namespace {

std::string describe(const std::string& operation, int error, const std::string& extack) {
  const char* name = strerrorname_np(error);
  const char* description = strerrordesc_np(error);
  std::string text = operation + ": ";
  text += name != nullptr ? std::string(description) + " (" + name + ")" : "errno " + std::to_string(error);
  if (!extack.empty()) text += ": " + extack;
  return text;
}

}  // namespace

KernelError::KernelError(std::string operation, int error, std::string extack)
    : std::runtime_error(describe(operation, error, extack)),
      operation_(std::move(operation)),
      error_(error),
      extack_(std::move(extack)) {}

void throw_errno(std::string operation) {
  throw KernelError(std::move(operation), errno);
}

}  // namespace rxlease::kernel
