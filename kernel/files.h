// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <string_view>

#include "kernel/fd.h"

// Small files that must be whole at every instant, whoever is killed. Failures are KernelErrors that name the
// call and the path.

namespace rxlease::kernel {

// The whole content; nullopt when there is no such file.
std::optional<std::string> read_file(const std::string& path);

// Makes a new file with its whole content in one step, on disk before its name is seen. Returns false,
// changing nothing, when the name is taken.
bool create_file(const std::string& path, std::string_view content, mode_t mode);

// Gives a file new content in one step; makes it when it is missing. A kill may leave `partial_name(path)`
// behind.
void replace_file(const std::string& path, std::string_view content, mode_t mode);
std::string partial_name(const std::string& path);

// Writes into a file that exists and keeps its identity, such as those of /proc and /sys.
void write_in_place(const std::string& path, std::string_view content);

// Removes a file; false when it was gone.
bool remove_file(const std::string& path);

// Makes a directory with exactly this mode, and its missing parents with 0755. An existing one stays as it
// is.
void make_directory(const std::string& path, mode_t mode);

// Waits for a directory's lock, and holds it as long as the descriptor is open: a kill lets go of it. nullopt
// when there is no such directory.
std::optional<Fd> lock_directory(const std::string& path);

// The same without waiting: nullopt while somebody else holds the lock. KernelError when there is no such
// directory.
std::optional<Fd> try_lock_directory(const std::string& path);

// Marks a file as in use, as long as the descriptor is open, here or in a program that inherited it: its end,
// however it comes, ends the mark. nullopt when there is no such file.
std::optional<Fd> mark_in_use(const std::string& path);
bool is_in_use(const std::string& path);

}  // namespace rxlease::kernel
