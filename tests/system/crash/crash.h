// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <vector>

#include "tests/system/crash/killer.h"
#include "tests/system/fixture/node.h"

namespace rxlease::tests {

// A node where the plugin is killed at one call after the other, and what it had begun has to be undone.
class Crash : public Node {
 protected:
  explicit Crash(SimulatedNic& its_nic = free_nic());

  enum class Undo { del, gc };
  using Round = std::function<void(const Killer&)>;

  // Runs rounds in each of which the killer strikes some calls later (see sampled_rounds.h), until one that
  // it has not struck in. A failure ends them too, and says where the killer struck.
  void strike_at_each_call(Killer::Moment moment, const Round& round);

  // Such rounds: an ADD, or the undoing of one, is killed; undoing it must bring the node back to what it
  // was.
  void kill_each_add(const nlohmann::json& conf, Undo finish, Killer::Moment moment = {});
  void kill_each_undo(Undo killed, nlohmann::json conf, Undo finish, Killer::Moment moment = {});

  // Calls the plugin with the killer at work.
  template <typename Call>
  auto under(const Killer& killer, const Call& call) {
    runtime.before_exec = [&] { killer.take_over(); };
    auto result = call();
    runtime.before_exec = nullptr;
    return result;
  }
  Answer undo(Undo how, const nlohmann::json& conf) const;

  // Another pod gets the configuration's queues, at once unless the configuration has a patience of its own.
  void expect_free(const nlohmann::json& conf);

  // Removes what a kill at this moment leaves that is none of our plugin's business.
  virtual void pass_over(const Killer&) {}

  Pod successor;
};

}  // namespace rxlease::tests
