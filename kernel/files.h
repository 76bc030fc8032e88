// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

// Small files that must be complete at every instant, even if the writer is killed. Failures are KernelErrors
// that name the call and the path.

namespace rxlease::kernel {

constexpr std::size_t longest_file = std::size_t{1} << 20U;  // bytes of a file that people or programs write

// The directory that a path's last component is in: "/a" for "/a/b", "/" for "/a", "." for "a".
std::string directory_of(const std::string& path);

// The whole content of a regular file, of /proc and /sys too; nullopt if there is no such file. Never waits.
// FileError EINVAL for a file of another kind (a FIFO, a socket, a directory), EFBIG for one of more bytes
// than `longest`.
std::optional<std::string> read_file(const std::string& path, std::size_t longest = longest_file);

// The same for files that may be anything: nullopt also for what read_file() refuses.
std::optional<std::string> read_usable_file(const std::string& path, std::size_t longest = longest_file);

// The names in a directory, in no order; none if there is no such directory. FileError for one that cannot be
// read, such as for want of a descriptor: who took it for empty would take what is in it for gone.
std::vector<std::string> list_directory(const std::string& path);

// Makes a new file with all its content in one step; the content is on disk before the name appears. Returns
// false and changes nothing if the name is taken.
bool create_file(const std::string& path, std::string_view content, mode_t mode);

// Replaces a file's content in one step, or makes the file. Never waits, whatever is in its place. A kill may
// leave `partial_name(path)` behind; a failure, such as of a full disk, leaves nothing.
void replace_file(const std::string& path, std::string_view content, mode_t mode);

// The same for a file that exists. Returns false and changes nothing if there is none: somebody has removed
// it, and it must not come back. Needs a file system that can exchange two files (RENAME_EXCHANGE).
bool replace_existing_file(const std::string& path, std::string_view content, mode_t mode);
std::string partial_name(const std::string& path);

// Writes into a file that exists and keeps its identity, such as those of /proc and /sys.
void write_in_place(const std::string& path, std::string_view content);

// Removes a file; false if there is none.
bool remove_file(const std::string& path);

// Makes a directory with exactly this mode, and its missing parents with 0755. An existing directory keeps
// its mode.
void make_directory(const std::string& path, mode_t mode);

}  // namespace rxlease::kernel
