// SPDX-License-Identifier: Apache-2.0
//
// The XDP program by itself: what it decides (BPF_PROG_TEST_RUN), how it comes onto a NIC and off it.
#include "deviceplugin/xdp/nic_program.h"

#include <bpf/bpf.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <filesystem>
#include <optional>

#include "deviceplugin/xdp/bpf.h"
#include "tests/system/fixture/nic/simulated_nic.h"
#include "tests/system/fixture/refused.h"
#include "tests/system/fixture/sockets/xdp_socket.h"

namespace rxlease::tests {
namespace {

using deviceplugin::xdp::NicProgram;

class XdpProgram : public testing::Test {
 protected:
  ~XdpProgram() override { std::filesystem::remove_all(root); }

  void load() { program.emplace(directory, nic.ifindex()); }

  kernel::Fd pinned(const std::string& name) const {
    auto object = deviceplugin::xdp::open_pinned(directory + "/" + name);
    if (!object) throw std::runtime_error("no " + name + " is pinned");
    return std::move(*object);
  }

  // What the program says of a packet that came through the queue.
  std::uint32_t verdict(std::uint32_t queue) const {
    std::array<char, 64> packet{};
    xdp_md context{};
    context.data_end = packet.size();
    context.ingress_ifindex = nic.ifindex();
    context.rx_queue_index = queue;
    bpf_test_run_opts options{};
    options.sz = sizeof(options);
    options.data_in = packet.data();
    options.data_size_in = packet.size();
    options.ctx_in = &context;
    options.ctx_size_in = sizeof(context);
    if (bpf_prog_test_run_opts(pinned("program").get(), &options) != 0)
      kernel::throw_errno("BPF_PROG_TEST_RUN");
    return options.retval;
  }

  void put(const kernel::Fd& map, std::uint32_t key, const XdpSocket& socket) {
    deviceplugin::xdp::map_update(map, key, static_cast<std::uint32_t>(socket.fd().get()));
  }

  SimulatedNic nic{8};
  const std::string root = "/sys/fs/bpf/rxlease-test";
  const std::string directory = root + "/nic";
  std::optional<NicProgram> program;
};

TEST_F(XdpProgram, PassesWhateverComesThroughAQueueThatNobodyHas) {
  load();
  for (const std::uint32_t queue : {0U, 3U, 7U}) EXPECT_EQ(verdict(queue), XDP_PASS) << queue;
  program->provide(7);
  EXPECT_EQ(verdict(7), XDP_PASS) << "the queue has a map, but no socket is in it";
}

TEST_F(XdpProgram, RedirectsTheQueueOfASocketAndNoOther) {
  load();
  program->provide(6);
  program->provide(7);
  const XdpSocket socket(nic.ifindex(), 7);
  put(program->map(7), 1, socket);
  EXPECT_EQ(verdict(7), XDP_REDIRECT);
  EXPECT_EQ(verdict(6), XDP_PASS);
  EXPECT_EQ(verdict(0), XDP_PASS);
}

TEST_F(XdpProgram, PassesAgainOnceTheSocketIsClosed) {
  load();
  program->provide(7);
  {
    const XdpSocket socket(nic.ifindex(), 7);
    put(program->map(7), 1, socket);
    ASSERT_EQ(verdict(7), XDP_REDIRECT);
  }
  EXPECT_EQ(verdict(7), XDP_PASS);
}

TEST_F(XdpProgram, LooksForTheSocketWhereThePodNumbersItsQueue) {
  load();
  program->provide(7);
  const XdpSocket socket(nic.ifindex(), 7);
  put(program->map(7), 3, socket);
  EXPECT_EQ(verdict(7), XDP_PASS);
  program->set_key(7, 3);
  EXPECT_EQ(verdict(7), XDP_REDIRECT);
}

TEST_F(XdpProgram, ForgetsWhatTheLastHolderOfAQueueHas) {
  load();
  program->provide(7);
  const auto kept = program->map(7);
  program->set_key(7, 2);
  program->renew(7);
  const XdpSocket socket(nic.ifindex(), 7);
  put(kept, 1, socket);
  put(kept, 2, socket);
  EXPECT_EQ(verdict(7), XDP_PASS) << "by the map that an earlier pod kept";
  put(program->map(7), 1, socket);
  EXPECT_EQ(verdict(7), XDP_REDIRECT);
}

TEST_F(XdpProgram, LetsEveryUserOpenAMapButNobodyReachIt) {
  load();
  program->provide(7);
  struct stat status {};
  ASSERT_EQ(stat(program->map_path(7).c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0666U);
  ASSERT_EQ(stat(directory.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0700U);
}

TEST_F(XdpProgram, IsTakenOverByTheNextProcessWithoutAChange) {
  load();
  program->provide(7);
  const XdpSocket socket(nic.ifindex(), 7);
  put(program->map(7), 1, socket);
  const auto before = deviceplugin::xdp::program_id(pinned("program"));
  program.reset();
  EXPECT_EQ(verdict(7), XDP_REDIRECT) << "while there is no process";
  load();
  program->provide(7);
  EXPECT_EQ(deviceplugin::xdp::program_id(pinned("program")), before);
  EXPECT_EQ(deviceplugin::xdp::xdp_link(pinned("link")).value().program_id, before);
  EXPECT_EQ(verdict(7), XDP_REDIRECT);
}

// A kill between two steps: the map is pinned, but the program has the one before.
TEST_F(XdpProgram, GetsTheMapThatIsPinned) {
  load();
  program->provide(7);
  const XdpSocket socket(nic.ifindex(), 7);
  deviceplugin::xdp::pin(deviceplugin::xdp::make_xsk_map(1024), program->map_path(7), 0666);
  put(program->map(7), 1, socket);
  ASSERT_EQ(verdict(7), XDP_PASS);
  load();
  program->provide(7);
  EXPECT_EQ(verdict(7), XDP_REDIRECT);
}

TEST_F(XdpProgram, TakesThePlaceOfAnotherVersionOfItself) {
  load();
  // Any other program will do: as if an older rxlease had left it.
  const std::array<bpf_insn, 2> pass{bpf_insn{BPF_ALU64 | BPF_MOV | BPF_K, 0, 0, 0, XDP_PASS},
                                     bpf_insn{BPF_JMP | BPF_EXIT, 0, 0, 0, 0}};
  bpf_prog_load_opts options{};
  options.sz = sizeof(options);
  options.expected_attach_type = BPF_XDP;
  options.prog_flags = BPF_F_XDP_HAS_FRAGS;
  const kernel::Fd other(
      bpf_prog_load(BPF_PROG_TYPE_XDP, "other", "GPL", pass.data(), pass.size(), &options));
  ASSERT_TRUE(other);
  deviceplugin::xdp::replace_xdp(pinned("link"), other);
  deviceplugin::xdp::pin(other, directory + "/program", 0600);
  load();
  EXPECT_NE(deviceplugin::xdp::program_id(pinned("program")), deviceplugin::xdp::program_id(other));
  EXPECT_EQ(deviceplugin::xdp::xdp_link(pinned("link")).value().program_id,
            deviceplugin::xdp::program_id(pinned("program")));
}

TEST_F(XdpProgram, BeginsAnewWhereMapsOfAnotherKindAreLeft) {
  std::filesystem::create_directories(directory);
  deviceplugin::xdp::pin(deviceplugin::xdp::make_xsk_map(4), directory + "/queues", 0600);
  load();
  EXPECT_TRUE(program->is_attached(nic.ifindex()));
  program->provide(7);
  EXPECT_EQ(verdict(7), XDP_PASS);
}

TEST_F(XdpProgram, ComesBackOntoANicThatWasPluggedInAgain) {
  SimulatedNic other(8);
  const auto gone = other.ifindex();
  program.emplace(directory, gone);
  other.unplug();
  EXPECT_FALSE(program->is_attached(gone));
  load();
  EXPECT_TRUE(program->is_attached(nic.ifindex()));
}

TEST_F(XdpProgram, DoesNotPushAnotherProgramAside) {
  NicProgram first(root + "/first", nic.ifindex());
  EXPECT_TRUE(refused([&] { load(); }, EBUSY));
  EXPECT_TRUE(first.is_attached(nic.ifindex()));
}

TEST_F(XdpProgram, LeavesNothingOnceItIsRemoved) {
  load();
  program->provide(7);
  program.reset();
  ASSERT_TRUE(deviceplugin::xdp::has_xdp(nic.ifindex()));
  NicProgram::remove(directory);
  EXPECT_FALSE(std::filesystem::exists(directory));
  EXPECT_FALSE(deviceplugin::xdp::has_xdp(nic.ifindex()));
}

TEST_F(XdpProgram, NeedsABpffs) {
  EXPECT_TRUE(refused([&] { program.emplace("/run/rxlease-test", nic.ifindex()); }, EINVAL));
  std::filesystem::remove_all("/run/rxlease-test");
}

}  // namespace
}  // namespace rxlease::tests
