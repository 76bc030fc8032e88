// SPDX-License-Identifier: Apache-2.0
#include "kernel/files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <system_error>

#include "kernel/error.h"
#include "kernel/fd.h"

namespace rxlease::kernel {

namespace {

[[noreturn]] void throw_file_error(std::string operation) {
  throw FileError(std::move(operation), errno);
}

void write_all(const Fd& fd, std::string_view content, const std::string& path) {
  while (!content.empty()) {
    const ssize_t written = ::write(fd.get(), content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) throw_file_error("write " + path);
    content.remove_prefix(static_cast<std::size_t>(written));
  }
}

void write_durably(const Fd& fd, std::string_view content, mode_t mode, const std::string& path) {
  if (fchmod(fd.get(), mode) != 0) throw_file_error("chmod " + path);  // whatever the umask took away
  write_all(fd, content, path);
  if (fsync(fd.get()) != 0) throw_file_error("fsync " + path);
}

std::optional<Fd> open_if_there(const std::string& path, int flags) {
  // O_NONBLOCK: what is there may be a FIFO, and opening it would block.
  Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | flags));
  if (fd) return fd;
  if (errno == ENOENT || errno == ENOTDIR) return std::nullopt;
  throw_file_error("open " + path);
}

void require_regular(const Fd& fd, const std::string& path) {
  struct stat status {};
  if (fstat(fd.get(), &status) != 0) throw_file_error("fstat " + path);
  if (!S_ISREG(status.st_mode)) throw FileError("read " + path, EINVAL, "it is no regular file");
}

}  // namespace

std::string directory_of(const std::string& path) {
  const auto slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

std::optional<std::string> read_file(const std::string& path, std::size_t longest) {
  const auto fd = open_if_there(path, 0);
  if (!fd) return std::nullopt;
  require_regular(*fd, path);
  std::string content;
  std::array<char, 4096> block{};
  for (;;) {
    const ssize_t got = ::read(fd->get(), block.data(), block.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw_file_error("read " + path);
    if (got == 0) return content;
    content.append(block.data(), static_cast<std::size_t>(got));
    if (content.size() > longest) {
      throw FileError("read " + path, EFBIG, "it has more than " + std::to_string(longest) + " bytes");
    }
  }
}

std::optional<std::string> read_usable_file(const std::string& path, std::size_t longest) {
  try {
    return read_file(path, longest);
  } catch (const FileError& error) {
    constexpr std::array lacking{EMFILE, ENFILE, ENOMEM};  // says nothing of the file
    if (std::ranges::find(lacking, error.error()) != lacking.end()) throw;
    return std::nullopt;
  }
}

std::vector<std::string> list_directory(const std::string& path) {
  namespace fs = std::filesystem;
  std::vector<std::string> names;
  std::error_code error;
  for (fs::directory_iterator entry(path, error); !error && entry != fs::directory_iterator();
       entry.increment(error)) {
    names.push_back(entry->path().filename().string());
  }
  if (!error || error.value() == ENOENT || error.value() == ENOTDIR) return names;
  throw FileError("read directory " + path, error.value());
}

bool create_file(const std::string& path, std::string_view content, mode_t mode) {
  const Fd fd(::open(directory_of(path).c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC, mode));
  if (!fd) throw_file_error("open O_TMPFILE in " + directory_of(path));
  write_durably(fd, content, mode, path);
  const std::string nameless = "/proc/self/fd/" + std::to_string(fd.get());
  if (linkat(AT_FDCWD, nameless.c_str(), AT_FDCWD, path.c_str(), AT_SYMLINK_FOLLOW) == 0) return true;
  if (errno == EEXIST) return false;
  throw_file_error("link " + path);
}

std::string partial_name(const std::string& path) {
  const auto directory = directory_of(path);
  return directory + "/." + path.substr(path.rfind('/') + 1) + ".new";
}

namespace {

// Writes the content into the path's partial file, then lets `place` put that in the path's place. A failure
// removes it.
template <typename Place>
auto replace_by(const std::string& path, std::string_view content, mode_t mode, Place place) {
  const auto partial = partial_name(path);
  remove_file(partial);  // what a kill left, or anything else: it is not opened
  const Fd fd(::open(partial.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode));
  if (!fd) throw_file_error("open " + partial);
  try {
    write_durably(fd, content, mode, partial);
    return place(partial);
  } catch (const FileError&) {
    unlink(partial.c_str());  // of a full disk it would take the last space
    throw;
  }
}

}  // namespace

void replace_file(const std::string& path, std::string_view content, mode_t mode) {
  replace_by(path, content, mode, [&](const std::string& partial) {
    if (rename(partial.c_str(), path.c_str()) != 0) throw_file_error("rename " + partial + " to " + path);
  });
}

bool replace_existing_file(const std::string& path, std::string_view content, mode_t mode) {
  return replace_by(path, content, mode, [&](const std::string& partial) {
    const int result = renameat2(AT_FDCWD, partial.c_str(), AT_FDCWD, path.c_str(), RENAME_EXCHANGE);
    if (result != 0 && errno != ENOENT) throw_file_error("exchange " + partial + " and " + path);
    unlink(partial.c_str());
    return result == 0;
  });
}

void write_in_place(const std::string& path, std::string_view content) {
  const Fd fd(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  if (!fd) throw_file_error("open " + path);
  write_all(fd, content, path);
}

bool remove_file(const std::string& path) {
  if (unlink(path.c_str()) == 0) return true;
  if (errno == ENOENT || errno == ENOTDIR) return false;
  throw_file_error("unlink " + path);
}

void make_directory(const std::string& path, mode_t mode) {
  int result = mkdir(path.c_str(), mode);
  if (result != 0 && errno == ENOENT) {
    make_directory(directory_of(path), 0755);
    result = mkdir(path.c_str(), mode);  // may fail with ENOENT again: /proc takes no directories
  }
  if (result == 0) {
    if (chmod(path.c_str(), mode) != 0) throw_file_error("chmod " + path);
  } else if (errno != EEXIST) {
    throw_file_error("mkdir " + path);
  }
}

}  // namespace rxlease::kernel
