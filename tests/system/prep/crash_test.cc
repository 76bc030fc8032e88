// SPDX-License-Identifier: Apache-2.0
//
// SIGKILL before and after each change of the NIC, while it is prepared, while that is undone, and while it
// is given back. What is between two changes is covered too: a journal is replaced in one step.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <sstream>

#include "deviceplugin/prepare/restore.h"
#include "deviceplugin/prepare/settle.h"
#include "kernel/boot_id.h"
#include "tests/system/fixture/sampled_rounds.h"
#include "tests/system/prep/prep_node.h"

namespace rxlease::tests {
namespace {

using testing::IsEmpty;

// Kills its own process at one of the requests that change something, counted from 1, before the kernel gets
// it or after it was carried out.
class Mortal final : public kernel::Transport {
 public:
  struct Moment {
    int change = 0;  // 0: never
    bool after = false;
  };

  Mortal(kernel::Transport& real, Moment moment) : real_(real), moment_(moment) {}

  std::vector<kernel::Message> exchange(const kernel::Request& request) override {
    const bool here = request.operation.ends_with("-set") && ++changes_ == moment_.change;
    if (here && !moment_.after) raise(SIGKILL);
    auto answer = real_.exchange(request);
    if (here) raise(SIGKILL);
    return answer;
  }

 private:
  kernel::Transport& real_;
  Moment moment_;
  int changes_ = 0;
};

// A NIC of one sort, with a step that fails or none.
struct Case {
  std::string name;
  std::vector<std::pair<std::string, std::string>> switches;
};

class KilledAtEachChange : public PrepNode, public testing::WithParamInterface<Case> {
 protected:
  KilledAtEachChange() {
    for (const auto& [name, value] : GetParam().switches) simnic.set(name, value);
    before = simnic.state();
  }

  // Settles the NIC for this demand in a process of its own. False: it was killed.
  bool settle(const deviceplugin::prepare::NicDemand& demand, Mortal::Moment moment = {}) const {
    const pid_t child = fork();
    if (child == 0) {
      try {
        kernel::LinuxNamespace here(kernel::NetNs::current());
        Mortal transport(here.generic(), moment);
        const auto ethtool = kernel::Ethtool::open(transport);
        const deviceplugin::prepare::NicJournals files(journals_directory());
        const auto known = files.list().journals;
        const auto found = known.find(simnic.name());
        const deviceplugin::prepare::NicJournal fresh{{kernel::boot_id(), simnic.ifindex()}, {}, {}, {}};
        kernel::NicDetails details;
        details.nic = {simnic.name(), simnic.ifname(), simnic.ifindex()};
        details.rx_queues = 8;
        deviceplugin::prepare::NicPreparation(*ethtool, files, details,
                                              found == known.end() ? fresh : found->second)
            .settle(demand, [] { return true; });
      } catch (const deviceplugin::prepare::PreparationError&) {  // a case of a step that fails
      } catch (const std::exception& error) {
        _exit(1);
      }
      _exit(0);
    }
    int status = 0;
    waitpid(child, &status, 0);
    EXPECT_TRUE(WIFSIGNALED(status) || WEXITSTATUS(status) == 0);
    return !WIFSIGNALED(status);
  }

  void expect_restored() {
    deviceplugin::config::Config config;
    config.persistent_directory = node / "kept";
    config.state_directory = runtime.state_directory();
    std::ostringstream said;
    EXPECT_TRUE(deviceplugin::prepare::restore_nics(host(), "/sys", config, said)) << said.str();
    expect_as_it_was();
    EXPECT_THAT(journals(), IsEmpty());
  }

  // A round for each moment, before and after each change; `killed` returns whether the process came to an
  // end by itself.
  void each_moment(const std::function<bool(Mortal::Moment)>& killed) {
    const auto [first, step] = one_round_in(3);
    for (unsigned moment = first; moment < 60; moment += step) {
      const bool after = moment % 2 == 0;
      const int change = static_cast<int>(moment + 1) / 2;
      SCOPED_TRACE(std::to_string(change) + (after ? ", after it" : ", before it"));
      if (killed({change, after})) return;
      if (HasFailure()) return;
    }
    FAIL() << "it never came to an end";
  }

  const deviceplugin::prepare::NicDemand wanted{6, true, {4, 5}, false};
};

TEST_P(KilledAtEachChange, PreparationIsUndoneByRestore) {
  each_moment([&](Mortal::Moment moment) {
    const bool ended = settle(wanted, moment);
    expect_restored();
    return ended;
  });
}

TEST_P(KilledAtEachChange, PreparationIsTakenUpByTheNextStart) {
  std::string finished;
  each_moment([&](Mortal::Moment moment) {
    const bool ended = settle(wanted, moment);
    settle(wanted);
    if (finished.empty()) finished = settings();
    EXPECT_EQ(settings(), finished);
    expect_restored();
    return ended;
  });
}

TEST_P(KilledAtEachChange, GivingBackIsTakenUpByRestore) {
  each_moment([&](Mortal::Moment moment) {
    settle(wanted);
    const bool ended = settle({}, moment);
    expect_restored();
    return ended;
  });
}

TEST_P(KilledAtEachChange, GivingBackIsRevokedByTheNextStart) {
  settle(wanted);
  const auto prepared = settings();
  each_moment([&](Mortal::Moment moment) {
    const bool ended = settle({}, moment);
    settle(wanted);
    EXPECT_EQ(settings(), prepared);
    return ended;
  });
  expect_restored();
}

TEST_P(KilledAtEachChange, ANewWishIsUndoneByRestore) {
  each_moment([&](Mortal::Moment moment) {
    settle(wanted);
    const bool ended = settle({7, false, {5}, false}, moment);
    expect_restored();
    return ended;
  });
}

INSTANTIATE_TEST_SUITE_P(Simnic, KilledAtEachChange,
                         testing::Values(Case{"Usual", {}}, Case{"WithoutRss", {{"lacks/rss", "Y"}}},
                                         Case{"WithoutRules", {{"lacks/rules", "Y"}}},
                                         Case{"WithoutContexts", {{"lacks/contexts", "Y"}}},
                                         Case{"WithoutSplit", {{"lacks/split", "Y"}}},
                                         Case{"ThatSplitsWithGroHwOnly", {{"split_needs_gro_hw", "Y"}}},
                                         Case{"WhoseFeaturesFail",
                                              {{"split_needs_gro_hw", "Y"}, {"fail/features", "5"}}},
                                         Case{"WhoseChannelsFail", {{"fail/channels", "5"}}}),
                         [](const auto& instance) { return instance.param.name; });

class KilledDaemon : public PrepNode, public testing::WithParamInterface<std::string> {};

// The kernel goes on with what it had begun.
TEST_P(KilledDaemon, InTheMiddleOfAStepLeavesANoteThatTellsTheOriginal) {
  simnic.set("split_needs_gro_hw", "Y");
  simnic.set("slow/" + GetParam(), "300");
  before = simnic.state();
  for (const bool next_start : {false, true}) {
    daemon.emplace(node / "config.yaml", node / "log");
    ASSERT_TRUE(eventually([&] {
      const auto known = deviceplugin::prepare::NicJournals(journals_directory()).list().journals;
      const auto journal = known.find(simnic.name());
      if (journal == known.end()) return false;
      const auto& pending = journal->second.pending;
      return GetParam() == "channels" ? pending.channels.has_value()
             : GetParam() == "rings"  ? pending.tcp_data_split.has_value()
             : GetParam() == "rss"    ? pending.rss.has_value()
                                      : pending.rx_gro_hw.has_value();
    }));
    daemon->end(SIGKILL);
    if (next_start) {
      start();
      EXPECT_TRUE(watch->shows(devices("Healthy")));
      EXPECT_TRUE(is_prepared());
      end();
    }
    EXPECT_EQ(restore().status, 0);
    expect_as_it_was();
    EXPECT_THAT(journals(), IsEmpty());
  }
}

INSTANTIATE_TEST_SUITE_P(Step, KilledDaemon, testing::Values("channels", "rings", "features", "rss"),
                         [](const auto& instance) { return instance.param; });

}  // namespace
}  // namespace rxlease::tests
