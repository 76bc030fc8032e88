// SPDX-License-Identifier: Apache-2.0
//
// Nobody's lock, and no IPAM plugin, holds a call up for ever.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <sys/wait.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>

#include "kernel/files.h"
#include "kernel/process/locks.h"
#include "tests/lock_holder.h"
#include "tests/system/fixture/eventually.h"
#include "tests/system/fixture/node.h"
#include "tests/system/fixture/plugin/scripted_ipam.h"

namespace rxlease::tests {
namespace {

using nlohmann::json;
using std::chrono::steady_clock;
using namespace std::chrono_literals;

constexpr auto one_address =
    R"({"cniVersion":"1.1.0","ips":[{"address":"10.22.0.2/24","gateway":"10.22.0.1"}]})";

// As a user without rights: a shared lock on all that this user can open.
void lock_everything_below(const std::string& directory) {
  constexpr uid_t nobody = 65534;
  if (setgid(nobody) != 0 || setuid(nobody) != 0) _exit(2);
  std::vector<std::string> paths{directory};
  const auto options = std::filesystem::directory_options::skip_permission_denied;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(directory, options, ignored)) {
    paths.push_back(entry.path());
  }
  for (const auto& path : paths) flock(open(path.c_str(), O_RDONLY | O_NONBLOCK), LOCK_SH | LOCK_NB);
}

class Limits : public Node {
 protected:
  json with_ipam(const ScriptedIpam& ipam, const json& members = json::object()) const {
    auto conf = leasing({7}, members);
    conf["ipam"] = {{"type", ipam.name()}};
    return conf;
  }
};

TEST_F(Limits, NobodysLocksHoldNoCallUp) {
  std::filesystem::permissions(std::filesystem::path(runtime.state_directory()).parent_path(),
                               std::filesystem::perms(0755));
  attached(leasing({7}));
  const LockHolder nobody([&] { lock_everything_below(runtime.state_directory()); });
  const auto begin = steady_clock::now();
  Pod other;
  EXPECT_TRUE(succeeded(runtime.add(other.attachment(), leasing({6}))));
  EXPECT_TRUE(succeeded(runtime.del(other.attachment(), leasing({6}))));
  EXPECT_TRUE(succeeded(runtime.del(pod.attachment(), leasing({7}))));
  EXPECT_LT(steady_clock::now() - begin, kernel::lock_timeout) << "none of them has waited for a lock";
}

TEST_F(Limits, AStoppedHolderOfTheStoresLockIsNamed) {
  attached(leasing({7}));
  Pod other;
  const auto before = snapshot({&other});
  {
    const LockHolder holder(
        [&] { static const auto lock = attachment::AttachmentStore(runtime.state_directory()).lock(); });
    holder.stop();
    const auto begin = steady_clock::now();
    EXPECT_TRUE(
        failed(runtime.add(other.attachment(), leasing({6})), 11,
               {"lock " + runtime.state_directory() + "/attachments", holder.name(), "which is stopped"},
               {"kill -CONT"}));
    EXPECT_GE(steady_clock::now() - begin, kernel::lock_timeout);
    EXPECT_TRUE(failed(runtime.del(pod.attachment(), leasing({7})), 11, {holder.name()}));
  }
  EXPECT_EQ(snapshot({&other}), before);
  EXPECT_TRUE(succeeded(runtime.del(pod.attachment(), leasing({7}))));
}

TEST_F(Limits, AnIpamPluginMayLeaveAServerRunningThatHasItsOutput) {
  const ScriptedIpam ipam(
      runtime, "[ $CNI_COMMAND = DEL ] && exit 0; sleep 600 & echo '" + std::string(one_address) + "'");
  const auto conf = with_ipam(ipam);
  const auto before = snapshot();
  const auto begin = steady_clock::now();
  attached(conf);
  EXPECT_TRUE(succeeded(runtime.del(pod.attachment(), conf)));
  EXPECT_LT(steady_clock::now() - begin, 60s * patience_factor());
  EXPECT_EQ(snapshot(), before);
}

TEST_F(Limits, AnIpamPluginThatNeverEndsIsKilled) {
  const ScriptedIpam ipam(runtime, "[ $CNI_COMMAND = DEL ] && exit 0; exec sleep 600");
  const auto before = snapshot();
  EXPECT_TRUE(failed(runtime.add(pod.attachment(), with_ipam(ipam, {{"ipamTimeoutMs", 500}})), 11,
                     {"IPAM plugin scripted, ADD", "500 ms", "killed"}, {"ipamTimeoutMs"}));
  EXPECT_EQ(snapshot(), before);
}

TEST_F(Limits, AnIpamPluginThatNeverEndsItsDelLeavesTheRecord) {
  const ScriptedIpam ipam(
      runtime, "[ $CNI_COMMAND = DEL ] && exec sleep 600; echo '" + std::string(one_address) + "'");
  const auto conf = with_ipam(ipam, {{"ipamTimeoutMs", 500}});
  attached(conf);
  EXPECT_TRUE(failed(runtime.del(pod.attachment(), conf), 11, {"IPAM plugin scripted, DEL", "500 ms"}));
  EXPECT_EQ(runtime.records().size(), 1U);
  const ScriptedIpam mended(runtime, "");
  EXPECT_TRUE(succeeded(runtime.del(pod.attachment(), conf)));
  EXPECT_TRUE(runtime.records().empty());
}

TEST_F(Limits, AnIpamPluginThatPrintsForEverIsKilled) {
  const ScriptedIpam ipam(runtime, "[ $CNI_COMMAND = DEL ] && exit 0; exec yes");
  const auto before = snapshot();
  EXPECT_TRUE(failed(runtime.add(pod.attachment(), with_ipam(ipam)), 6,
                     {"IPAM plugin scripted, ADD", "more than 1048576 bytes", "killed"}));
  EXPECT_EQ(snapshot(), before);
}

}  // namespace
}  // namespace rxlease::tests
