// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "kernel/error.h"
#include "kernel/fd.h"

// Locks, held as long as a descriptor is open: a kill releases them. Whoever can open a file or directory can
// hold its lock, so a lock belongs on what only root can open.

namespace rxlease::kernel {

// Somebody else holds a lock for longer than it was waited for.
class LockHeld : public KernelError {
 public:
  LockHeld(const std::string& path, std::chrono::milliseconds waited, const std::string& holder);

  // "process 4711 (rxlease)", as far as /proc tells.
  const std::string& holder() const { return holder_; }

 private:
  std::string holder_;
};

constexpr std::chrono::seconds lock_timeout{10};

// Waits for the lock of a directory, whose mode loses the rights of group and others. LockHeld after the
// timeout. nullopt if there is no such directory.
std::optional<Fd> lock_directory(const std::string& path, std::chrono::milliseconds timeout = lock_timeout);

// The same without waiting: nullopt while somebody else holds the lock. FileError if there is no such
// directory.
std::optional<Fd> try_lock_directory(const std::string& path);

// Marks a file as in use as long as the descriptor is open, here or in a program that inherited it. nullopt
// if there is no such file. LockHeld if somebody holds the file's lock.
std::optional<Fd> mark_in_use(const std::string& path, std::chrono::milliseconds timeout = lock_timeout);
bool is_in_use(const std::string& path);

}  // namespace rxlease::kernel
