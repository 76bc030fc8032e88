// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdexcept>
#include <string>
#include <utility>

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

// A sysctl that could not be set.
class SysctlError : public KernelError {
 public:
  // `name` is the file below /proc/sys.
  SysctlError(std::string name, std::string value, int error)
      : KernelError("set " + name + " to " + value, error),
        name_(std::move(name)),
        value_(std::move(value)) {}

  const std::string& name() const { return name_; }
  const std::string& value() const { return value_; }

 private:
  std::string name_;
  std::string value_;
};

// Throws a KernelError with errno.
[[noreturn]] void throw_errno(std::string operation);

}  // namespace rxlease::kernel
