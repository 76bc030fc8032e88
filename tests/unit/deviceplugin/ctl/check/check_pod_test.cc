// SPDX-License-Identifier: Apache-2.0
//
// What a container is told that has no netkit: the kernel need not be one that can lease. Where there are
// leases, tests/system/ctl looks.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstddef>

#include "attachment/record/lease_file.h"
#include "deviceplugin/ctl/check/check_pod.h"
#include "kernel/files.h"
#include "tests/unit/scratch_directory.h"

namespace rxlease::deviceplugin::ctl {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class CheckPod : public testing::Test {
 protected:
  std::string text(const std::vector<std::string>& allocated) const {
    return check_pod(allocated, scratch.path()).to_text();
  }
  void lease(const std::string& interface) const {
    attachment::write_lease_file(scratch / "state", {"nic0-rx7", interface, 1, "eth9", 7, "single", "4f1e"});
    kernel::make_directory(scratch / "nic0-rx7", 0755);
    kernel::replace_file(scratch / "nic0-rx7/lease.json",
                         *kernel::read_file(scratch / "state/devices/nic0-rx7/lease.json"), 0644);
  }

  tests::ScratchDirectory scratch;
};

TEST(AllocatedDevices, AreThoseOfAllPools) {
  const std::array environment{"PATH=/bin", "RXLEASE_DEVICES_A=nic0-rx6,nic0-rx7",
                               "RXLEASE_DEVICES_B=nic1-rx1",
                               "RXLEASE_DEVICES_C=", static_cast<const char*>(nullptr)};
  EXPECT_THAT(allocated_devices(environment.data()), ElementsAre("nic0-rx6", "nic0-rx7", "nic1-rx1"));
  EXPECT_THAT(allocated_devices(&environment.back()), IsEmpty());
}

TEST_F(CheckPod, MissesAnAllocation) {
  EXPECT_THAT(text({}), HasSubstr("missing  queues: none was allocated to this container; ask for some: "));
}

TEST_F(CheckPod, MissesALease) {
  EXPECT_THAT(text({"nic0-rx7"}),
              HasSubstr("missing  queue nic0-rx7: was allocated, but no interface leases it; "
                        "give the pod a network of the type rxlease"));
  kernel::make_directory(scratch / "nic0-rx7", 0755);
  for (const char* content : {"", "[]", "{}", R"({"device": 1})"}) {
    kernel::replace_file(scratch / "nic0-rx7/lease.json", content, 0644);
    EXPECT_THAT(text({"nic0-rx7"}), HasSubstr("no interface leases it"));
  }
}

// The folder of a PCI NIC's queue has no colon in its name; that of a daemon of 0.1 had.
TEST_F(CheckPod, FindsTheLeaseByBothNamesOfTheFolder) {
  const std::string device = "0000:0a:00.0.p0-rx7";
  attachment::write_lease_file(scratch / "state", {device, "none0", 1, "eth9", 7, "single", "4f1e"});
  const auto content = *kernel::read_file(scratch / ("state/devices/" + device + "/lease.json"));
  for (const std::string folder : {"0000_0a_00.0.p0-rx7", "0000:0a:00.0.p0-rx7"}) {
    kernel::make_directory(scratch / folder, 0755);
    kernel::replace_file(scratch / (folder + "/lease.json"), content, 0644);
    EXPECT_THAT(text({device}), HasSubstr("its interface none0 is not here")) << folder;
    kernel::remove_file(scratch / (folder + "/lease.json"));
  }
}

TEST_F(CheckPod, MissesTheInterface) {
  lease("none0");
  EXPECT_THAT(text({"nic0-rx7"}), HasSubstr("missing  queue nic0-rx7: its interface none0 is not here; "));
}

TEST_F(CheckPod, MissesANetkit) {
  lease("lo");
  EXPECT_THAT(text({"nic0-rx7"}), AllOf(HasSubstr("its interface lo is no netkit device; "),
                                        HasSubstr("rights: this process has CAP_NET_RAW, for AF_XDP")));
}

// Runs in a process of its own: filters and limits cannot be lifted again.
template <typename Restrict>
std::string text_with(Restrict restrict) {
  std::array<int, 2> ends{};
  EXPECT_EQ(pipe(ends.data()), 0);
  const auto child = fork();
  if (child == 0) {
    restrict();
    const auto text = check_pod({}, "/none").to_text();
    _exit(write(ends[1], text.data(), text.size()) < 0 ? 1 : 0);
  }
  close(ends[1]);
  std::string text(4096, '\0');
  const auto got = read(ends[0], text.data(), text.size());
  close(ends[0]);
  waitpid(child, nullptr, 0);
  text.resize(got < 0 ? 0 : static_cast<std::size_t>(got));
  return text;
}

// As the default profiles of container runtimes do it.
void forbid(long number) {
  const auto call = static_cast<std::uint32_t>(number);
  std::array<sock_filter, 4> rules{{{BPF_LD | BPF_W | BPF_ABS, 0, 0, offsetof(seccomp_data, nr)},
                                    {BPF_JMP | BPF_JEQ | BPF_K, 0, 1, call},
                                    {BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ERRNO | EPERM},
                                    {BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW}}};
  const sock_fprog program{rules.size(), rules.data()};
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

TEST_F(CheckPod, NamesTheCallsThatTheSeccompProfileForbids) {
  const auto warned = text_with([] {
    forbid(SYS_io_uring_setup);
    forbid(SYS_io_uring_register);
  });
  EXPECT_THAT(warned, HasSubstr("warning  io_uring: the pod's seccomp profile forbids io_uring_setup, "
                                "io_uring_register; use the profile deploy/seccomp/rxlease.json, or "));
}

TEST_F(CheckPod, WarnsOfASmallLimit) {
  const auto warned = text_with([] {
    const rlimit small{64 << 10, 64 << 10};
    setrlimit(RLIMIT_MEMLOCK, &small);
    if (setresuid(65534, 65534, 65534) != 0) _exit(1);  // which gives up CAP_IPC_LOCK
  });
  EXPECT_THAT(warned, HasSubstr("warning  locked memory: the limit is 64 KiB, too little for the buffers"));
}

}  // namespace
}  // namespace rxlease::deviceplugin::ctl
