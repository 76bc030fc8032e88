// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdexcept>
#include <string>

namespace rxlease::kernel {

// A request that Linux refused, or an answer from it that cannot be decoded.
class KernelError : public std::runtime_error {
 public:
  // `operation` is the name in the kernel's YAML ("queue-create") or the system call with its arguments
  // ("open /run/netns/blue"). `error` is the raw, positive errno. `extack` is the kernel's own explanation.
  KernelError(std::string operation, int error, std::string extack = {});

  const std::string& operation() const { return operation_; }
  int error() const { return error_; }
  const std::string& extack() const { return extack_; }

 private:
  std::string operation_;
  int error_;
  std::string extack_;
};

// A system call on a file failed; the operation names call and path.
class FileError : public KernelError {
 public:
  using KernelError::KernelError;
};

// Throws a KernelError with errno.
[[noreturn]] void throw_errno(std::string operation);

}  // namespace rxlease::kernel
