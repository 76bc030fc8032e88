// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "attachment/record/attachment.h"
#include "kernel/fd.h"

namespace rxlease::attachment {

// The records in <state directory>/attachments: one file for each attachment, mode 0600 in a directory of
// mode 0700. Container and interface, which name the file, belong to one attachment only. Every operation but
// list() costs about the same however many records there are. A file of another kind than a regular one, or
// of more than 4 MiB, is no record, and is not waited for. Failures are KernelErrors.
class AttachmentStore {
 public:
  explicit AttachmentStore(const std::string& state_directory);

  // Waits for the store's lock; the result holds it. It keeps out only those who take it too: whoever decides
  // by list() takes the lock before, and releases it after create(); lease files are written and removed
  // under it. A kill releases it as well. kernel::LockHeld names who holds it for too long.
  kernel::Fd lock() const;

  // Writes the first record. False, changing nothing, when the container has one for this interface.
  bool create(const Attachment& attachment) const;

  // Replaces the record by a later state of the same attachment. FileError ENOENT if it was removed
  // meanwhile, by whoever undid the attachment: it does not come back.
  void update(const Attachment& attachment) const;

  // Removes the record and whatever a killed update left. No record is no error.
  void remove(const Attachment& attachment) const;

  // The right to heal the attachment, or to begin its DEL: one program has it at a time, and a kill releases
  // it. Waits; kernel::LockHeld names who has it for too long. A few attachments share one right.
  kernel::Fd claim(const Attachment& attachment) const;

  // Marks that a program works on the attachment, which may outlive us: is_at_work() is true as long as the
  // result, or a copy that the program inherits, is open, and until the record's next update. An empty
  // descriptor when there is no record.
  kernel::Fd mark_at_work(const Attachment& attachment) const;
  bool is_at_work(const Attachment& attachment) const;

  // nullopt when there is none, or the file is no record of these two.
  std::optional<Attachment> find(const std::string& container_id, const std::string& interface) const;

  // The path of the file, if there is one and it is no record of these two.
  std::optional<std::string> find_unreadable(const std::string& container_id,
                                             const std::string& interface) const;

  // All records of the container. Reads no others.
  std::vector<Attachment> list_of(const std::string& container_id) const;

  struct Listing {
    std::vector<Attachment> attachments;  // of this boot
    std::vector<Attachment>
        of_earlier_boots;                 // only a reboot can have left them, and nothing of the kernel's
    std::vector<std::string> unreadable;  // paths of files that are no records
  };
  Listing list() const;

 private:
  std::string path_of(const std::string& container_id, const std::string& interface) const;
  std::optional<Attachment> read(const std::string& path) const;

  std::string directory_;
};

}  // namespace rxlease::attachment
