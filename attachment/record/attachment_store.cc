// SPDX-License-Identifier: Apache-2.0
#include "attachment/record/attachment_store.h"

#include <cerrno>
#include <filesystem>

#include "kernel/error.h"
#include "kernel/files.h"
#include "kernel/process/locks.h"
#include "text/hash.h"

namespace rxlease::attachment {

namespace {

constexpr mode_t store_directory_mode = 0700;
constexpr mode_t record_mode = 0600;
constexpr std::size_t largest_record = std::size_t{4} << 20U;  // a configuration of 1 MiB fits in

// What the names of the container's files begin with. '@' and '~' occur in no container id, so no two
// attachments share a name. A long id has a hash in its place: a file's name has 255 bytes at most, and the
// interface's and those of partial_name() have to fit in.
std::string prefix_of(const std::string& container_id) {
  constexpr std::size_t longest = 230;
  constexpr std::size_t shortened = 200;
  if (container_id.size() <= longest) return container_id + "@";
  return container_id.substr(0, shortened) + "~" + text::hash_digits(container_id) + "@";
}

// Calls `visit` with name and path of each file that is complete.
template <typename Visit>
void for_each_file(const std::string& directory, Visit visit) {
  for (const auto& name : kernel::list_directory(directory)) {
    if (!name.starts_with('.')) visit(name, directory + "/" + name);  // else written by an update just now
  }
}

// Whether there is a file of the name, whatever its kind.
bool exists(const std::string& path) {
  std::error_code unknown;
  return std::filesystem::symlink_status(path, unknown).type() != std::filesystem::file_type::not_found;
}

}  // namespace

AttachmentStore::AttachmentStore(const std::string& state_directory)
    : directory_(state_directory + "/attachments") {}

std::string AttachmentStore::path_of(const std::string& container_id, const std::string& interface) const {
  return directory_ + "/" + prefix_of(container_id) + interface;
}

// What is in a file counts only if the file has the name that it would be found by.
std::optional<Attachment> AttachmentStore::read(const std::string& path) const {
  const auto text = kernel::read_usable_file(path, largest_record);
  auto record = text ? attachment_from_json_text(*text) : std::nullopt;
  const bool in_place = record && path_of(record->container_id, record->interface) == path;
  return in_place ? std::move(record) : std::nullopt;
}

kernel::Fd AttachmentStore::lock() const {
  kernel::make_directory(directory_, store_directory_mode);
  auto lock = kernel::lock_directory(directory_);
  if (!lock) throw kernel::FileError("lock " + directory_, ENOENT);
  return std::move(*lock);
}

bool AttachmentStore::create(const Attachment& attachment) const {
  kernel::make_directory(directory_, store_directory_mode);
  const auto path = path_of(attachment.container_id, attachment.interface);
  return kernel::create_file(path, to_json_text(attachment), record_mode);
}

void AttachmentStore::update(const Attachment& attachment) const {
  const auto path = path_of(attachment.container_id, attachment.interface);
  if (!kernel::replace_existing_file(path, to_json_text(attachment), record_mode)) {
    throw kernel::FileError("replace " + path, ENOENT);
  }
}

// Directories, since a lock file that somebody removes could be held twice. Their number is fixed: they stay.
kernel::Fd AttachmentStore::claim(const Attachment& attachment) const {
  const auto name = attachment.container_id + "@" + attachment.interface;
  const auto directory = directory_ + "/.claims/" + text::hash_digits(name).substr(0, 2);
  kernel::make_directory(directory_ + "/.claims", store_directory_mode);
  kernel::make_directory(directory, store_directory_mode);
  auto lock = kernel::lock_directory(directory);
  if (!lock) throw kernel::FileError("lock " + directory, ENOENT);
  return std::move(*lock);
}

void AttachmentStore::remove(const Attachment& attachment) const {
  const auto path = path_of(attachment.container_id, attachment.interface);
  kernel::remove_file(kernel::partial_name(path));
  kernel::remove_file(path);
}

kernel::Fd AttachmentStore::mark_at_work(const Attachment& attachment) const {
  return kernel::mark_in_use(path_of(attachment.container_id, attachment.interface)).value_or(kernel::Fd());
}

bool AttachmentStore::is_at_work(const Attachment& attachment) const {
  return kernel::is_in_use(path_of(attachment.container_id, attachment.interface));
}

std::optional<Attachment> AttachmentStore::find(const std::string& container_id,
                                                const std::string& interface) const {
  return read(path_of(container_id, interface));
}

std::optional<std::string> AttachmentStore::find_unreadable(const std::string& container_id,
                                                            const std::string& interface) const {
  auto path = path_of(container_id, interface);
  return exists(path) && !read(path) ? std::optional(std::move(path)) : std::nullopt;
}

std::vector<Attachment> AttachmentStore::list_of(const std::string& container_id) const {
  std::vector<Attachment> records;
  for_each_file(directory_, [&](const std::string& name, const std::string& path) {
    if (!name.starts_with(prefix_of(container_id))) return;
    if (auto record = read(path)) records.push_back(std::move(*record));
  });
  return records;
}

AttachmentStore::Listing AttachmentStore::list() const {
  Listing listing;
  for_each_file(directory_, [&](const std::string&, const std::string& path) {
    if (auto record = read(path)) {
      (record->is_of_this_boot() ? listing.attachments : listing.of_earlier_boots)
          .push_back(std::move(*record));
    } else if (exists(path)) {  // not removed since
      listing.unreadable.push_back(path);
    }
  });
  return listing;
}

}  // namespace rxlease::attachment
