// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "kernel/fd.h"
#include "tests/system/fixture/child_process.h"
#include "tests/system/fixture/node.h"
#include "tests/unit/scratch_directory.h"

namespace rxlease::tests {

// A node where nothing is missing: a NIC whose queues 6 and 7 are a pool's, kubelet's sockets, plugin and
// network where the configuration has them, and a person who runs rxleasectl.
class Ctl : public Node {
 protected:
  Ctl();

  // The configuration's file, written anew with these members in place of the usual ones.
  void configure(const std::string& pool, const std::string& settings = "") const;
  std::string config() const { return node / "config.yaml"; }

  Finished run(const std::vector<std::string>& arguments,
               const std::function<void()>& before_exec = nullptr) const;
  ChildProcess start(const std::vector<std::string>& arguments,
                     const std::function<void()>& before_exec = nullptr) const;

  // `rxleasectl show ARGUMENTS --config …`, or fails the test.
  std::string show(std::vector<std::string> arguments) const;
  nlohmann::json show_json(const std::vector<std::string>& arguments) const;

  // `rxleasectl check --config …`
  Finished check(const std::function<void()>& before_exec = nullptr) const;

  // The pod as kubelet names it to the plugin.
  Attachment named_pod() const;
  std::string usual_pool() const;

  ScratchDirectory node;
  std::vector<kernel::Fd> listeners;
};

}  // namespace rxlease::tests
