// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>

namespace rxlease::deviceplugin::ctl {

// Puts words such as pod-1 and address-2 in the place of names and addresses, always the same word for the
// same name, so that a reader still sees what belongs together.
class Disguise {
 public:
  // From now on `name` is replaced by the next of this kind: "pod", "namespace". A name that is empty, or the
  // same on every cluster ("default"), stays.
  void hide(const std::string& kind, const std::string& name);

  // The text with every hidden name replaced wherever it stands as a word, and every IP and MAC address, but
  // loopback's and the unspecified one.
  std::string apply(const std::string& text);

 private:
  const std::string& word_for(const std::string& kind, const std::string& name);

  std::map<std::string, std::string, std::greater<>>
      words_;  // by name; the longer of two that begin alike first
  std::map<std::string, int> count_;
};

}  // namespace rxlease::deviceplugin::ctl
