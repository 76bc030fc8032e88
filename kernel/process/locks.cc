// SPDX-License-Identifier: Apache-2.0
#include "kernel/process/locks.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <fstream>
#include <sstream>
#include <thread>

#include "kernel/files.h"

namespace rxlease::kernel {

namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

[[noreturn]] void throw_lock_error(std::string operation) {
  throw FileError(std::move(operation), errno);
}

std::optional<Fd> open_to_lock(const std::string& path, int flags = 0) {
  Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | flags));
  if (fd) return fd;
  if (errno == ENOENT || errno == ENOTDIR) return std::nullopt;
  throw_lock_error("open " + path);
}

// An administrator, or another umask, may have made the directory.
void take_rights_of_others(const Fd& directory, const std::string& path) {
  struct stat status {};
  if (fstat(directory.get(), &status) != 0) throw_lock_error("stat " + path);
  if ((status.st_mode & 077) == 0) return;
  if (fchmod(directory.get(), status.st_mode & 0700) != 0) throw_lock_error("chmod " + path);
}

// Returns false while somebody else holds the lock.
bool try_flock(const Fd& fd, int operation, const std::string& path) {
  int result = 0;
  do result = flock(fd.get(), operation | LOCK_NB);
  while (result != 0 && errno == EINTR);
  if (result != 0 && errno != EWOULDBLOCK) throw_lock_error("flock " + path);
  return result == 0;
}

// A file as /proc/locks names it: MAJOR:MINOR:INODE.
std::string name_in_proc_locks(const Fd& fd) {
  struct stat status {};
  if (fstat(fd.get(), &status) != 0) return "";
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%02x:%02x:%llu", major(status.st_dev), minor(status.st_dev),
                static_cast<unsigned long long>(status.st_ino));
  return text.data();
}

// The process that took the lock, by /proc/locks, whose lines are "1: FLOCK ADVISORY WRITE 4711 00:19:42 0
// EOF"; those of waiting processes have "->" as their second word. A process of another pid namespace is not
// listed.
std::optional<pid_t> find_holder(const Fd& fd) {
  const auto name = name_in_proc_locks(fd);
  std::ifstream locks("/proc/locks");
  for (std::string line; std::getline(locks, line);) {
    std::istringstream words(line);
    std::string number;
    std::string kind;
    std::string advisory;
    std::string mode;
    std::string file;
    pid_t pid = 0;
    if (words >> number >> kind >> advisory >> mode >> pid >> file && kind == "FLOCK" && file == name)
      return pid;
  }
  return std::nullopt;
}

// The third word of /proc/PID/stat; the second is in parentheses.
bool is_stopped(const std::string& proc) {
  const auto stat = read_file(proc + "/stat").value_or("");
  const auto name_end = stat.rfind(") ");
  return name_end != std::string::npos && (stat[name_end + 2] == 'T' || stat[name_end + 2] == 't');
}

std::string describe_holder(const Fd& fd) {
  const auto pid = find_holder(fd);
  if (!pid) return "a process that /proc/locks does not show";
  const std::string proc = "/proc/" + std::to_string(*pid);
  auto name = read_file(proc + "/comm");
  const auto process = "process " + std::to_string(*pid);
  if (!name) return "a program that " + process + " has left behind";
  std::erase(*name, '\n');
  return process + " (" + *name + (is_stopped(proc) ? ", which is stopped" : "") + ")";
}

void wait_for_lock(const Fd& fd, int operation, const std::string& path, milliseconds timeout) {
  constexpr milliseconds longest_pause{10};
  const auto deadline = steady_clock::now() + timeout;
  for (milliseconds pause{1}; !try_flock(fd, operation, path); pause = std::min(pause * 2, longest_pause)) {
    if (steady_clock::now() >= deadline) throw LockHeld(path, timeout, describe_holder(fd));
    std::this_thread::sleep_for(pause);
  }
}

}  // namespace

LockHeld::LockHeld(const std::string& path, milliseconds waited, const std::string& holder)
    : KernelError("lock " + path, ETIMEDOUT,
                  "for " + std::to_string(waited.count()) + " ms it has been held by " + holder),
      holder_(holder) {}

std::optional<Fd> lock_directory(const std::string& path, milliseconds timeout) {
  auto fd = open_to_lock(path, O_DIRECTORY);
  if (!fd) return std::nullopt;
  take_rights_of_others(*fd, path);
  wait_for_lock(*fd, LOCK_EX, path, timeout);
  return fd;
}

std::optional<Fd> try_lock_directory(const std::string& path) {
  auto fd = open_to_lock(path, O_DIRECTORY);
  if (!fd) throw_lock_error("open " + path);
  take_rights_of_others(*fd, path);
  if (!try_flock(*fd, LOCK_EX, path)) return std::nullopt;
  return fd;
}

std::optional<Fd> mark_in_use(const std::string& path, milliseconds timeout) {
  auto fd = open_to_lock(path);
  if (fd) wait_for_lock(*fd, LOCK_SH, path, timeout);
  return fd;
}

bool is_in_use(const std::string& path) {
  const auto fd = open_to_lock(path);
  return fd && !try_flock(*fd, LOCK_EX, path);
}

}  // namespace rxlease::kernel
