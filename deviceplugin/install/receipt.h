// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>

namespace rxlease::deviceplugin::install {

// What the installer has put on the node: installed.json in the persistent directory, each file by its path
// and the SHA-256 of its content. What it does not hold is somebody else's. Every change is on disk when the
// call returns. Failures are KernelErrors; InstallError when the file is no receipt.
class Receipt {
 public:
  explicit Receipt(const std::string& persistent_directory);

  bool holds(const std::string& path, std::string_view content) const;

  // Before a file gets new content, so that a kill at any moment leaves a receipt for what is there.
  void expect(const std::string& path, std::string_view content);

  // After that: what was there before is forgotten.
  void settle(const std::string& path, std::string_view content);

  void forget(const std::string& path);  // the last one takes the receipt with it

  std::map<std::string, std::set<std::string>> files() const { return digests_; }

 private:
  void save() const;

  std::string path_;
  std::map<std::string, std::set<std::string>> digests_;  // by the files' paths
};

}  // namespace rxlease::deviceplugin::install
