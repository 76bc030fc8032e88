// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/system/crash/crash.h"

namespace rxlease::tests {
namespace {

// The two forms of attachment, without IPAM: a program that starts no other, so that every one of its calls
// is tried.
class Killed : public Crash, public testing::WithParamInterface<std::string> {
 protected:
  nlohmann::json conf() const { return leasing({6, 7}, {{"pairing", GetParam()}}); }
};

TEST_P(Killed, AddAtAnyCallIsUndoneByDel) {
  kill_each_add(conf(), Undo::del);
}

TEST_P(Killed, AddAtAnyChangeIsUndoneByGc) {
  kill_each_add(conf(), Undo::gc, any_change);
}

TEST_P(Killed, DelAtAnyCallIsFinishedByTheNextDel) {
  kill_each_undo(Undo::del, conf(), Undo::del);
}

TEST_P(Killed, DelAtAnyChangeIsFinishedByGc) {
  kill_each_undo(Undo::del, conf(), Undo::gc, any_change);
}

TEST_P(Killed, GcAtAnyChangeIsFinishedByTheNextGc) {
  kill_each_undo(Undo::gc, conf(), Undo::gc, any_change);
}

INSTANTIATE_TEST_SUITE_P(Netkit, Killed, testing::Values("pair", "single"),
                         [](const auto& instance) { return instance.param; });

class KilledInAChain : public Crash {
 protected:
  nlohmann::json conf() const {
    return leasing({7}, {{"pairing", "single"},
                         {"prevResult",
                          {{"cniVersion", "1.1.0"},
                           {"interfaces", {{{"name", "eth0"}, {"sandbox", pod.path()}}}},
                           {"ips", {{{"address", "10.22.0.2/24"}, {"interface", 0}}}}}}});
  }
};

TEST_F(KilledInAChain, AddIsUndoneByADelThatHasNoResult) {
  kill_each_add(conf(), Undo::del, any_change);
}

TEST_F(KilledInAChain, AddIsUndoneByGc) {
  kill_each_add(conf(), Undo::gc, any_change);
}

}  // namespace
}  // namespace rxlease::tests
