// SPDX-License-Identifier: Apache-2.0
//
// Flow rules as the bytes of linux/ethtool.h.
#include "kernel/ethtool/flow_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/ethtool.h>

#include <cerrno>
#include <cstring>
#include <functional>

#include "kernel/error.h"
#include "kernel/netlink/socket/attributes.h"
#include "tests/flow_match.h"

namespace rxlease::kernel {
namespace {

using testing::ElementsAre;

// A namespace with one NIC, which answers as a function says.
class ScriptedNic final : public Namespace {
 public:
  using Answer = std::function<int(ethtool_rxnfc& command, std::uint32_t* locations)>;
  explicit ScriptedNic(Answer answer) : answer_(std::move(answer)) {}

  Transport& route() override { throw std::logic_error("no netlink here"); }
  Transport& generic() override { throw std::logic_error("no netlink here"); }
  int fd() const override { return -1; }
  std::uint64_t cookie() override { return 0; }
  std::optional<std::string> sysctl(const std::string&) override { return std::nullopt; }
  void set_sysctl(const std::string&, const std::string&) override {}
  void ethtool(const std::string& operation, const std::string& ifname,
               std::span<std::uint8_t> bytes) override {
    calls.push_back(operation + " " + ifname);
    ethtool_rxnfc command{};
    std::memcpy(&command, bytes.data(), sizeof(command));
    std::vector<std::uint32_t> locations((bytes.size() - locations_at) / sizeof(std::uint32_t));
    const int error = answer_(command, locations.data());
    if (error != 0) throw KernelError(operation, error);
    std::memcpy(bytes.data(), &command, sizeof(command));
    std::memcpy(bytes.data() + locations_at, locations.data(), locations.size() * sizeof(std::uint32_t));
  }

  std::vector<std::string> calls;

 private:
  static constexpr std::size_t locations_at = offsetof(ethtool_rxnfc, rule_locs);  // within the last padding
  Answer answer_;
};

Bytes bytes_of(const ethtool_rx_flow_spec& spec) {
  const auto bytes = wire::raw(spec);
  return {bytes.begin(), bytes.end()};
}

Bytes slice(const Bytes& bytes, std::size_t from, std::size_t size) {
  const auto begin = bytes.begin() + static_cast<std::ptrdiff_t>(from);
  return {begin, begin + static_cast<std::ptrdiff_t>(size)};
}

// Where the parts of ethtool_rx_flow_spec are: flow_type, h_u (52 bytes), h_ext (20), m_u, m_ext,
// ring_cookie.
constexpr std::size_t value_at = 4;
constexpr std::size_t mask_at = 4 + 52 + 20;
constexpr std::size_t cookie_at = 152;
static_assert(offsetof(ethtool_rx_flow_spec, m_u) == mask_at);
static_assert(offsetof(ethtool_rx_flow_spec, ring_cookie) == cookie_at);

FlowRule rule(const char* dst, PortBlock ports, FlowTarget target, const char* src = nullptr) {
  return {tests::to_host(Protocol::tcp, dst, ports, src), target};
}

// What an insertion sends to a driver that chooses the location, here 9.
ethtool_rxnfc inserted(const FlowRule& rule) {
  ethtool_rxnfc sent{};
  ScriptedNic nic([&](ethtool_rxnfc& command, std::uint32_t*) {
    if (command.cmd == ETHTOOL_GRXCLSRLCNT) command.data = 48 | RX_CLS_LOC_SPECIAL;
    if (command.cmd != ETHTOOL_SRXCLSRLINS) return 0;
    sent = command;
    command.fs.location = 9;
    return 0;
  });
  EXPECT_EQ(FlowRules(nic, "eth0").insert(rule), 9U);
  EXPECT_THAT(nic.calls, ElementsAre("ETHTOOL_GRXCLSRLCNT eth0", "ETHTOOL_GRXCLSRLALL eth0",
                                     "ETHTOOL_SRXCLSRLINS eth0"));
  EXPECT_EQ(sent.fs.location, RX_CLS_LOC_ANY);
  return sent;
}

TEST(FlowRules, SendAnIPv4RuleInNetworkOrder) {
  const auto sent = inserted(rule("10.22.0.5", {0x1770, 0xfffc}, {7, std::nullopt}, "10.0.0.0/8"));
  EXPECT_EQ(sent.fs.flow_type, std::uint32_t{TCP_V4_FLOW});
  const auto bytes = bytes_of(sent.fs);
  EXPECT_EQ(slice(bytes, value_at, 13), (Bytes{10, 0, 0, 0, 10, 22, 0, 5, 0, 0, 0x17, 0x70, 0}));
  EXPECT_EQ(slice(bytes, mask_at, 13), (Bytes{255, 0, 0, 0, 255, 255, 255, 255, 0, 0, 0xff, 0xfc, 0}));
  EXPECT_EQ(slice(bytes, cookie_at, 8), (Bytes{7, 0, 0, 0, 0, 0, 0, 0}));
}

TEST(FlowRules, SendAnIPv6RuleInNetworkOrder) {
  const auto sent = inserted(rule("fd22::5", {5201, 0xffff}, {7, std::nullopt}));
  EXPECT_EQ(sent.fs.flow_type, std::uint32_t{TCP_V6_FLOW});
  const auto bytes = bytes_of(sent.fs);
  EXPECT_EQ(slice(bytes, value_at, 16), Bytes(16, 0)) << "from anywhere";
  EXPECT_EQ(slice(bytes, value_at + 16, 20),
            (Bytes{0xfd, 0x22, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5, 0, 0, 0x14, 0x51}));
  EXPECT_EQ(slice(bytes, mask_at, 16), Bytes(16, 0));
  EXPECT_EQ(slice(bytes, mask_at + 16, 16), Bytes(16, 255));
  EXPECT_EQ(slice(bytes, mask_at + 32, 4), (Bytes{0, 0, 255, 255}));
}

TEST(FlowRules, NameAnRssContextBesideTheRule) {
  const auto sent = inserted(rule("10.22.0.5", {5201, 0xffff}, {0, 3}));
  EXPECT_EQ(sent.fs.flow_type, TCP_V4_FLOW | std::uint32_t{FLOW_RSS});
  EXPECT_EQ(sent.fs.ring_cookie, 0U);
  EXPECT_EQ(sent.rss_context, 3U);
}

TEST(FlowRules, AreReadBackAsTheyWereSent) {
  for (const auto& written : {rule("10.22.0.5", {6000, 0xfffc}, {7, std::nullopt}, "10.0.0.0/8"),
                              rule("fd22::5", {1, 0xffff}, {0, 2}, "fd00::/61")}) {
    const auto sent = inserted(written);
    ScriptedNic nic([&](ethtool_rxnfc& command, std::uint32_t* locations) {
      command.rule_cnt = 1;
      if (command.cmd == ETHTOOL_GRXCLSRLALL) locations[0] = 47;
      if (command.cmd == ETHTOOL_GRXCLSRULE) command = sent;
      return 0;
    });
    EXPECT_THAT(FlowRules(nic, "eth0").list(), ElementsAre(std::pair(47U, written)));
  }
}

TEST(FlowRules, AreRecognizedWhateverTheDriverKeepsBehindTheMask) {
  const auto written = rule("10.22.0.5", {6000, 0xfffc}, {7, std::nullopt});
  auto sent = inserted(written);
  sent.fs.h_u.tcp_ip4_spec.ip4src = sent.fs.h_u.tcp_ip4_spec.psrc = 0x0101;
  sent.fs.h_u.tcp_ip4_spec.pdst |= htons(3);
  ScriptedNic nic([&](ethtool_rxnfc& command, std::uint32_t*) {
    command.rule_cnt = 1;
    if (command.cmd == ETHTOOL_GRXCLSRULE) command = sent;
    return 0;
  });
  EXPECT_THAT(FlowRules(nic, "eth0").list(), ElementsAre(std::pair(0U, written)));
}

TEST(FlowRules, PassOverARuleThatSaysMore) {
  const auto plain = inserted(rule("10.22.0.5", {5201, 0xffff}, {7, std::nullopt}));
  const std::vector<std::function<void(ethtool_rx_flow_spec&)>> changes{
      [](auto& spec) { spec.flow_type = ETHER_FLOW; },
      [](auto& spec) { spec.flow_type = IP_USER_FLOW; },
      [](auto& spec) { spec.flow_type |= std::uint32_t{FLOW_EXT}; },
      [](auto& spec) { spec.m_u.tcp_ip4_spec.psrc = 0xffff; },
      [](auto& spec) { spec.m_u.tcp_ip4_spec.tos = 0xff; },
      [](auto& spec) { spec.m_u.tcp_ip4_spec.ip4dst = 0xff00ffff; },
      [](auto& spec) { spec.m_u.tcp_ip4_spec.ip4src = 0x01000000; },
      [](auto& spec) { spec.ring_cookie = RX_CLS_FLOW_DISC; },
      [](auto& spec) { spec.ring_cookie |= 1ULL << ETHTOOL_RX_FLOW_SPEC_RING_VF_OFF; }};
  for (const auto& change : changes) {
    ScriptedNic nic([&](ethtool_rxnfc& command, std::uint32_t*) {
      command.rule_cnt = 1;
      if (command.cmd != ETHTOOL_GRXCLSRULE) return 0;
      command = plain;
      change(command.fs);
      return 0;
    });
    EXPECT_TRUE(FlowRules(nic, "eth0").list().empty()) << &change - changes.data();
  }
}

TEST(FlowRules, TakeTheFirstFreeLocationWhereTheDriverDoesNotChoose) {
  std::uint32_t location = 99;
  ScriptedNic nic([&](ethtool_rxnfc& command, std::uint32_t* locations) {
    command.rule_cnt = 3;
    command.data = 4;
    if (command.cmd == ETHTOOL_GRXCLSRLALL) std::copy_n(std::array{3U, 0U, 1U}.begin(), 3, locations);
    if (command.cmd == ETHTOOL_SRXCLSRLINS) location = command.fs.location;
    return 0;
  });
  EXPECT_EQ(FlowRules(nic, "eth0").insert(rule("10.0.0.1", {1, 0xffff}, {1, std::nullopt})), 2U);
  EXPECT_EQ(location, 2U);
}

TEST(FlowRules, SayThatTheTableIsFull) {
  ScriptedNic nic([](ethtool_rxnfc& command, std::uint32_t* locations) {
    command.rule_cnt = 1;
    command.data = 1;
    if (command.cmd == ETHTOOL_GRXCLSRLALL) locations[0] = 0;
    return 0;
  });
  try {
    FlowRules(nic, "eth0").insert(rule("10.0.0.1", {1, 0xffff}, {1, std::nullopt}));
    FAIL();
  } catch (const KernelError& error) {
    EXPECT_EQ(error.error(), ENOSPC);
    EXPECT_THAT(error.what(), testing::HasSubstr("all 1 locations"));
  }
}

TEST(FlowRules, AreListedAgainWhenThereAreMoreMeanwhile) {
  int listings = 0;
  ScriptedNic nic([&](ethtool_rxnfc& command, std::uint32_t* locations) {
    if (command.cmd == ETHTOOL_GRXCLSRLCNT) command.rule_cnt = listings == 0 ? 0 : 1;
    if (command.cmd != ETHTOOL_GRXCLSRLALL) return 0;
    if (++listings == 1) return EMSGSIZE;
    locations[0] = 5;
    return 0;
  });
  EXPECT_THAT(FlowRules(nic, "eth0").table()->locations, ElementsAre(5));
}

TEST(FlowRules, AreNoneWhereTheDriverHasNone) {
  ScriptedNic nic([](ethtool_rxnfc&, std::uint32_t*) { return EOPNOTSUPP; });
  EXPECT_FALSE(FlowRules(nic, "eth0").table());
  EXPECT_TRUE(FlowRules(nic, "eth0").list().empty());
}

TEST(FlowRules, TellOneThatWasNotThereFromOneThatIsRemoved) {
  int answer = 0;
  std::uint32_t location = 0;
  ScriptedNic nic([&](ethtool_rxnfc& command, std::uint32_t*) {
    location = command.fs.location;
    return answer;
  });
  EXPECT_TRUE(FlowRules(nic, "eth0").remove(5));
  EXPECT_EQ(location, 5U);
  answer = ENOENT;
  EXPECT_FALSE(FlowRules(nic, "eth0").remove(5));
}

}  // namespace
}  // namespace rxlease::kernel
