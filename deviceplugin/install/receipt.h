// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>

namespace rxlease::deviceplugin::install {

// The files that the installer has put on the node, by path and SHA-256 of their content: installed.json in
// the persistent directory. Any other file is somebody else's. Every change is on disk when the call returns.
// Failures are KernelErrors; InstallError if the file is no receipt.
class Receipt {
 public:
  explicit Receipt(const std::string& persistent_directory);

  bool holds(const std::string& path, std::string_view content) const;

  // To be called before a file gets new content, so that the receipt covers both if the installer is killed.
  void expect(const std::string& path, std::string_view content);

  // To be called after that: only the new content is kept.
  void settle(const std::string& path, std::string_view content);

  void forget(const std::string& path);  // the last one removes the receipt itself

  std::map<std::string, std::set<std::string>> files() const { return digests_; }

 private:
  void save() const;

  std::string path_;
  std::map<std::string, std::set<std::string>> digests_;  // by the files' paths
};

}  // namespace rxlease::deviceplugin::install
