// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <string_view>

#include "kernel/fd.h"

// Small files that must be complete at every instant, even if the writer is killed. Failures are KernelErrors
// that name the call and the path.

namespace rxlease::kernel {

// The whole content; nullopt if there is no such file.
std::optional<std::string> read_file(const std::string& path);

// Makes a new file with all its content in one step; the content is on disk before the name appears. Returns
// false and changes nothing if the name is taken.
bool create_file(const std::string& path, std::string_view content, mode_t mode);

// Replaces a file's content in one step, or makes the file. A kill may leave `partial_name(path)` behind; a
// failure, such as of a full disk, leaves nothing.
void replace_file(const std::string& path, std::string_view content, mode_t mode);
std::string partial_name(const std::string& path);

// Writes into a file that exists and keeps its identity, such as those of /proc and /sys.
void write_in_place(const std::string& path, std::string_view content);

// Removes a file; false if there is none.
bool remove_file(const std::string& path);

// Makes a directory with exactly this mode, and its missing parents with 0755. An existing directory keeps
// its mode.
void make_directory(const std::string& path, mode_t mode);

// Waits for a directory's lock and holds it as long as the descriptor is open, so a kill releases it. nullopt
// if there is no such directory.
std::optional<Fd> lock_directory(const std::string& path);

// The same without waiting: nullopt while somebody else holds the lock. KernelError if there is no such
// directory.
std::optional<Fd> try_lock_directory(const std::string& path);

// Marks a file as in use as long as the descriptor is open, here or in a program that inherited it; even a
// kill ends the mark. nullopt if there is no such file.
std::optional<Fd> mark_in_use(const std::string& path);
bool is_in_use(const std::string& path);

}  // namespace rxlease::kernel
