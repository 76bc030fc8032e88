// SPDX-License-Identifier: Apache-2.0
#include "kernel/process/capabilities.h"

#include <gtest/gtest.h>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <string>

#include "kernel/files.h"

namespace rxlease::kernel {
namespace {

// What stands behind a label of this process's /proc/self/status.
std::string status(const std::string& label) {
  const auto text = read_file("/proc/self/status").value_or("");
  const auto at = text.find("\n" + label + ":\t");
  if (at == std::string::npos) return "";
  const auto begin = at + label.size() + 3;
  return text.substr(begin, text.find('\n', begin) - begin);
}

// In processes of their own, since nothing comes back.
template <typename Body>
void in_child(Body body) {
  if (geteuid() != 0) GTEST_FAIL() << "this test must run as root";
  EXPECT_EXIT(_exit(body() ? 0 : 1), testing::ExitedWithCode(0), "");
}

TEST(Capabilities, AreGivenUpButForThoseThatAreKept) {
  in_child([] {
    const std::string kept = "0000000000001000";  // 1 << CAP_NET_ADMIN
    keep_only_capabilities({CAP_NET_ADMIN});
    return status("CapPrm") == kept && status("CapEff") == kept && status("CapBnd") == kept;
  });
}

TEST(Capabilities, AreNotInheritedAndNotGainedByAnotherProgram) {
  in_child([] {
    keep_only_capabilities({CAP_NET_ADMIN});
    return status("CapInh") == "0000000000000000" && status("CapAmb") == "0000000000000000" &&
           status("NoNewPrivs") == "1";
  });
}

TEST(Capabilities, ThatTheThreadHasNotItDoesNotGet) {
  in_child([] {
    keep_only_capabilities({CAP_NET_ADMIN});
    keep_only_capabilities({CAP_NET_ADMIN, CAP_SYS_ADMIN});
    return status("CapEff") == "0000000000001000" && status("CapPrm") == "0000000000001000";
  });
}

TEST(Capabilities, AreGivenUpWithoutTheRightToNarrowTheBoundingSet) {
  in_child([] {
    if (prctl(PR_CAPBSET_DROP, CAP_SETPCAP, 0, 0, 0) != 0) return false;
    keep_only_capabilities({CAP_SYS_ADMIN, CAP_SETPCAP});
    keep_only_capabilities({CAP_SYS_ADMIN});
    const auto bounding = status("CapBnd");  // as it was
    keep_only_capabilities({});
    return status("CapBnd") == bounding && status("CapPrm") == "0000000000000000" &&
           status("NoNewPrivs") == "1";
  });
}

}  // namespace
}  // namespace rxlease::kernel
