// SPDX-License-Identifier: Apache-2.0
//
// Whether a container's CPUs and memory are near its NIC.
#include "deviceplugin/ctl/check/locality.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kernel/files.h"
#include "tests/unit/scratch_directory.h"

namespace rxlease::deviceplugin::ctl {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// A machine of two nodes with four CPUs each, and a NIC at node 1.
class Locality : public testing::Test {
 protected:
  Locality() {
    write("devices/system/node/node0/cpulist", "0-3\n");
    write("devices/system/node/node1/cpulist", "4-5,6-7\n");
    write("devices/system/node/possible", "0-1\n");
    write("bus/pci/devices/0000:0a:00.0/numa_node", "1\n");
  }

  void write(const std::string& path, const std::string& text) const {
    kernel::make_directory(kernel::directory_of(sysfs / path), 0755);
    kernel::replace_file(sysfs / path, text, 0644);
  }

  Placement placement(const std::string& cpus, const std::string& memory) const {
    return placement_of("Name:\tcheck\nCpus_allowed:\tff\nCpus_allowed_list:\t" + cpus +
                            "\nMems_allowed_list:\t" + memory + "\n",
                        sysfs.path());
  }

  std::vector<Finding> found(const std::string& cpus, const std::string& memory,
                             const std::string& nic = "0000:0a:00.0.p0") const {
    Findings findings;
    check_locality(nic, placement(cpus, memory), sysfs.path(), findings);
    return findings.list();
  }

  tests::ScratchDirectory sysfs;
};

TEST_F(Locality, IsByTheNodesOfCpusAndMemory) {
  EXPECT_THAT(placement("4", "0-1").cpus, ElementsAre(1));
  EXPECT_THAT(placement("0,7", "0-1").cpus, ElementsAre(0, 1));
  EXPECT_THAT(placement("0", "0-1").memory, ElementsAre(0, 1));
  EXPECT_THAT(placement("0", "1").memory, ElementsAre(1));
  EXPECT_THAT(placement("none", "").cpus, IsEmpty());
}

TEST_F(Locality, IsGoodWhereTheCpusAreThoseOfTheNicsNode) {
  const auto findings = found("4-7", "0-1");
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].level, Level::ok);
  EXPECT_EQ(findings[0].what,
            "NIC 0000:0a:00.0.p0 is at NUMA node 1, and this container may use CPUs of node 1 and memory of "
            "nodes 0 and 1");
}

TEST_F(Locality, IsWarnedOfWhereCpusOrMemoryAreOfAnotherNode) {
  for (const auto& [cpus, memory] :
       {std::pair{"0-3", "0-1"}, std::pair{"0-7", "0-1"}, std::pair{"4-7", "0"}}) {
    const auto findings = found(cpus, memory);
    ASSERT_EQ(findings.size(), 1U) << cpus;
    EXPECT_EQ(findings[0].level, Level::warning) << cpus;
    EXPECT_THAT(findings[0].what, HasSubstr("may lie on another node"));
    EXPECT_THAT(findings[0].remedy, HasSubstr("bind the program to node 1"));
  }
}

TEST_F(Locality, IsNothingToSpeakOfWithoutNodes) {
  EXPECT_THAT(found("0-3", "0-1", "netdevsim1"), IsEmpty()) << "the NIC has none";
  write("bus/pci/devices/0000:0b:00.0/numa_node", "-1\n");
  EXPECT_THAT(found("0-3", "0-1", "0000:0b:00.0"), IsEmpty());
  EXPECT_THAT(found("", ""), IsEmpty()) << "the kernel does not tell";
}

TEST_F(Locality, IsNothingToSpeakOfOnAMachineOfOneNode) {
  const tests::ScratchDirectory small;
  kernel::make_directory(small / "devices/system/node/node0", 0755);
  kernel::replace_file(small / "devices/system/node/node0/cpulist", "0-7\n", 0644);
  kernel::make_directory(small / "bus/pci/devices/0000:0a:00.0", 0755);
  kernel::replace_file(small / "bus/pci/devices/0000:0a:00.0/numa_node", "0\n", 0644);
  Findings findings;
  check_locality("0000:0a:00.0", {{0}, {0}}, small.path(), findings);
  EXPECT_THAT(findings.list(), IsEmpty());
}

}  // namespace
}  // namespace rxlease::deviceplugin::ctl
