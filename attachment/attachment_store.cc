// SPDX-License-Identifier: Apache-2.0
#include "attachment/attachment_store.h"

#include <cerrno>
#include <filesystem>

#include "kernel/error.h"
#include "kernel/files.h"
#include "kernel/locks.h"

namespace rxlease::attachment {

namespace {

constexpr mode_t store_directory_mode = 0700;
constexpr mode_t record_mode = 0600;

}  // namespace

AttachmentStore::AttachmentStore(const std::string& state_directory)
    : directory_(state_directory + "/attachments") {}

// '@' occurs in no container id, so no two attachments share a name.
std::string AttachmentStore::path_of(const std::string& container_id, const std::string& interface) const {
  return directory_ + "/" + container_id + "@" + interface;
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
  kernel::replace_file(path, to_json_text(attachment), record_mode);
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
  const auto text = kernel::read_file(path_of(container_id, interface));
  return text ? attachment_from_json_text(*text) : std::nullopt;
}

AttachmentStore::Listing AttachmentStore::list() const {
  Listing listing;
  std::error_code no_directory_yet;
  for (const auto& entry : std::filesystem::directory_iterator(directory_, no_directory_yet)) {
    const auto& path = entry.path();
    if (path.filename().string().starts_with('.')) continue;  // written by an update just now
    const auto text = kernel::read_file(path.string());
    if (!text) continue;  // removed since
    if (auto attachment = attachment_from_json_text(*text)) {
      listing.attachments.push_back(std::move(*attachment));
    } else {
      listing.unreadable.push_back(path.string());
    }
  }
  return listing;
}

}  // namespace rxlease::attachment
