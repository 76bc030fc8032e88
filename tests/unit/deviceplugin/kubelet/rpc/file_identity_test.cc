// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/kubelet/rpc/file_identity.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <chrono>
#include <thread>

#include "kernel/process/seqpacket.h"
#include "tests/unit/scratch_directory.h"

namespace rxlease::deviceplugin::kubelet {
namespace {

TEST(FileIdentity, IsThatOfTheSocketAndNotOfItsMode) {
  const tests::ScratchDirectory scratch;
  const auto path = scratch / "kubelet.sock";
  EXPECT_EQ(FileIdentity::of(path), std::nullopt);
  std::optional<kernel::SeqPacketListener> socket{path};
  const auto before = FileIdentity::of(path);
  ASSERT_TRUE(before);
  ASSERT_EQ(chmod(path.c_str(), 0600), 0);
  EXPECT_EQ(FileIdentity::of(path), before);
  socket.reset();
  EXPECT_EQ(FileIdentity::of(path), std::nullopt);
  std::this_thread::sleep_for(
      std::chrono::milliseconds(20));  // file systems tell no two times in a tick apart
  socket.emplace(path);
  EXPECT_NE(FileIdentity::of(path), before);
}

}  // namespace
}  // namespace rxlease::deviceplugin::kubelet
