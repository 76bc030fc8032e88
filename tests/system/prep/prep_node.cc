// SPDX-License-Identifier: Apache-2.0
#include "tests/system/prep/prep_node.h"

#include "deviceplugin/prepare/plan/settings.h"

namespace rxlease::tests {

PrepNode::PrepNode() {
  simnic.ethtool("-N", "flow-type tcp4 dst-port 99 action 1");
  simnic.ethtool("-X", "context new");
  simnic.ethtool("-X", "context 1 equal 2");
  before = simnic.state();
  configure_pool();
}

PrepNode::~PrepNode() {
  watch.reset();
  daemon.reset();
}

void PrepNode::configure_pool(const std::string& members, const std::string& others) {
  std::vector<std::string> pools;
  if (!members.empty()) {
    pools.push_back("{ name: rxq, selectors: { parents: [" + simnic.parent() + "], interfaces: [" +
                    simnic.ifname() + "] }, " + members + " }");
  }
  if (!others.empty()) pools.push_back(others);
  configure(pools, "rescanSeconds: 3600\n" + further);
}

std::string PrepNode::settings() const {
  const auto ethtool = kernel::Ethtool::open(host().generic());
  return describe(deviceplugin::prepare::read_settings(*ethtool, simnic.ifindex(), 0).settings);
}

testing::AssertionResult PrepNode::is_prepared() const {
  const std::string wanted = "tcp-data-split enabled, hds-thresh 0, rss over [0-3]";
  const bool found = eventually(
      [&] {
        const auto now = settings();
        return now.starts_with("channels 6, ") && now.ends_with(wanted);
      },
      patience);
  return testing::AssertionResult(found) << "it is: " << settings();
}

testing::AssertionResult PrepNode::comes_back() const {
  const bool found = eventually([&] { return simnic.state() == before; }, patience);
  return testing::AssertionResult(found) << "it is: " << settings();
}

std::vector<std::string> PrepNode::journals() const {
  std::vector<std::string> names;
  for (const auto& [name, journal] : deviceplugin::prepare::NicJournals(journals_directory()).list().journals)
    names.push_back(name);
  return names;
}

PrepNode::Leased::Leased(std::uint32_t ifindex, std::uint32_t queue)
    : netkit_(kernel::Links(host().route()).newlink(netkit_single("by-hand", 1)).ifindex()) {
  netdev_of(host()).queue_create(netkit_, {ifindex, {queue}, std::nullopt});
}

PrepNode::Leased::~Leased() {
  kernel::Links(host().route()).dellink(netkit_);
}

}  // namespace rxlease::tests
