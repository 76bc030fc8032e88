// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "cni/plugin.h"
#include "tests/scripted/cni/fake_system.h"
#include "tests/unit/scratch_directory.h"

namespace rxlease::tests {

// One plugin call after another on one machine: a pair with the queues 6 and 7 of nic0, and `extra` members
// of the configuration; one that is null takes a member out.
class Scripted {
 public:
  Scripted() : Scripted(nlohmann::json::object()) {}
  explicit Scripted(const nlohmann::json& extra) {
    conf = {{"cniVersion", "1.1.0"},
            {"name", "net"},
            {"type", "rxlease"},
            {"devices", {"nic0-rx6", "nic0-rx7"}},
            {"stateDirectory", scratch_.path()},
            {"ipam", {{"type", "fake-ipam"}}}};
    conf.merge_patch(extra);
  }

  cni::Outcome call(const std::string& verb) {
    auto all = variables;
    all["CNI_COMMAND"] = verb;
    const auto lookup = [&](std::string_view name) -> std::optional<std::string> {
      const auto found = all.find(name);
      return found == all.end() ? std::nullopt : std::optional(found->second);
    };
    return cni::run_plugin(system, lookup, [&] { return text.value_or(conf.dump()); });
  }

  // No link, record or lease file.
  bool is_clean() const {
    return machine.host_netns.links.empty() && machine.pod_netns.links.empty() &&
           files("attachments").empty() && files("devices").empty();
  }

  std::vector<std::string> files(const std::string& directory) const {
    std::vector<std::string> names;
    std::error_code absent;
    for (const auto& entry :
         std::filesystem::recursive_directory_iterator(scratch_.path() / directory, absent)) {
      if (entry.is_regular_file()) names.push_back(entry.path().filename());
    }
    return names;
  }

  std::string path(const std::string& name) const { return scratch_ / name; }
  const std::vector<std::string>& steps() const { return machine.journal.steps(); }

  FakeMachine machine;
  FakeSystem system{machine};
  nlohmann::json conf;
  std::optional<std::string> text;  // in place of conf
  std::map<std::string, std::string, std::less<>> variables{{"CNI_CONTAINERID", "c1"},
                                                            {"CNI_NETNS", "/run/netns/pod"},
                                                            {"CNI_IFNAME", "eth0"},
                                                            {"CNI_PATH", "/cni"}};

 private:
  ScratchDirectory scratch_;
};

}  // namespace rxlease::tests
