// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "attachment/attachment.h"
#include "kernel/fd.h"

namespace rxlease::attachment {

// The records below <state directory>/attachments: a file an attachment, mode 0600 in a directory of mode
// 0700, named after the container and the pod's interface, which together belong to one attachment only.
// Every operation costs the same however many records there are, but for list(). Failures are KernelErrors.
class AttachmentStore {
 public:
  explicit AttachmentStore(const std::string& state_directory);

  // Waits for the store's lock and holds it until the result goes. It keeps out only those who take it too:
  // who decides by what list() holds takes it before, and lets go after create(). A kill lets go as well.
  kernel::Fd lock() const;

  // Writes a first record. False, changing nothing, when the container has one for this interface.
  bool create(const Attachment& attachment) const;

  // Replaces the record by a later state of the same attachment.
  void update(const Attachment& attachment) const;

  // Removes the record and whatever a killed update left. No record is no error.
  void remove(const Attachment& attachment) const;

  // For a program that works on the attachment and may outlive us: is_at_work() is true as long as the
  // result, or a copy of it that the program inherits, is open; but only until the record's next update. An
  // empty descriptor when there is no record.
  kernel::Fd mark_at_work(const Attachment& attachment) const;
  bool is_at_work(const Attachment& attachment) const;

  // nullopt when there is none, or when what is there cannot be read as a record.
  std::optional<Attachment> find(const std::string& container_id, const std::string& interface) const;

  struct Listing {
    std::vector<Attachment> attachments;
    std::vector<std::string> unreadable;  // paths of files that are no records
  };
  Listing list() const;

 private:
  std::string path_of(const std::string& container_id, const std::string& interface) const;

  std::string directory_;
};

}  // namespace rxlease::attachment
