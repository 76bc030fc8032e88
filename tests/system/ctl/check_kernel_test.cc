// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "kernel/files.h"
#include "tests/system/ctl/ctl.h"

namespace rxlease::tests {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

// Another value for as long as the object lives.
class Sysctl {
 public:
  Sysctl(const std::string& name, const std::string& value)
      : path_("/proc/sys/" + name), before_(kernel::read_file(path_).value_or("")) {
    kernel::write_in_place(path_, value);
  }
  Sysctl(const Sysctl&) = delete;
  Sysctl& operator=(const Sysctl&) = delete;
  ~Sysctl() { kernel::write_in_place(path_, before_); }

 private:
  std::string path_, before_;
};

class Check : public Ctl {};

TEST_F(Check, FindsNothingMissingOnANodeThatHasItAll) {
  const auto finished = check();
  EXPECT_EQ(finished.status, 0) << finished.output;
  EXPECT_THAT(finished.output, HasSubstr(" 0 missing\n"));
  EXPECT_THAT(finished.output, Not(HasSubstr("missing  ")));
}

TEST_F(Check, TellsAsJsonWhatItTellsAsText) {
  const auto finished = run({"check", "-o", "json", "--config", config()});
  EXPECT_EQ(finished.status, 0);
  const auto object = nlohmann::json::parse(finished.output);
  EXPECT_EQ(object.at("missing"), 0);
  const auto& findings = object.at("findings");
  EXPECT_EQ(findings.size(), object.at("ok").get<std::size_t>() + object.at("warning").get<std::size_t>());
  for (const auto& finding : findings) EXPECT_EQ(finding.at("remedy").is_null(), finding.at("level") == "ok");
}

TEST_F(Check, LeavesNoTrace) {
  const auto before = snapshot();
  check();
  EXPECT_EQ(snapshot(), before);
}

TEST_F(Check, FindsTheKernelsOperations) {
  EXPECT_THAT(check().output, AllOf(HasSubstr("ok       kernel: Linux "), HasSubstr("can lease queues"),
                                    HasSubstr("ok       netkit: ")));
}

TEST_F(Check, MissesEachRight) {
  for (const auto& [right, name] :
       {std::pair{CAP_NET_ADMIN, "CAP_NET_ADMIN"}, {CAP_SYS_ADMIN, "CAP_SYS_ADMIN"}}) {
    const auto finished = check([capability = right] { prctl(PR_CAPBSET_DROP, capability, 0, 0, 0); });
    EXPECT_EQ(finished.status, 1);
    EXPECT_THAT(finished.output, HasSubstr(std::string("missing  rights: this process lacks ") + name));
    EXPECT_THAT(finished.output, HasSubstr("CNI plugin"));  // the rest is told all the same
  }
}

TEST_F(Check, WarnsOfForwardingThatIsOff) {
  for (const auto& [name, dotted] : {std::pair{"net/ipv4/ip_forward", "net.ipv4.ip_forward"},
                                     {"net/ipv6/conf/all/forwarding", "net.ipv6.conf.all.forwarding"}}) {
    {
      const Sysctl off(name, "0");
      const auto finished = check();
      EXPECT_EQ(finished.status, 0);
      EXPECT_THAT(finished.output, AllOf(HasSubstr(std::string("warning  ") + dotted),
                                         HasSubstr(std::string("sysctl -w ") + dotted + "=1")));
    }
    const Sysctl on(name, "1");
    EXPECT_THAT(check().output, HasSubstr(std::string("ok       ") + dotted));
  }
}

TEST_F(Check, TellsWhoMayUseIoUring) {
  EXPECT_THAT(check().output, HasSubstr("ok       kernel.io_uring_disabled"));
  {
    const Sysctl some("kernel/io_uring_disabled", "1");
    EXPECT_THAT(check().output, HasSubstr("warning  kernel.io_uring_disabled"));
  }
  const Sysctl nobody("kernel/io_uring_disabled", "2");
  const auto finished = check();
  EXPECT_EQ(finished.status, 1);
  EXPECT_THAT(finished.output, HasSubstr("missing  kernel.io_uring_disabled: nobody may use io_uring"));
}

TEST_F(Check, WarnsOfALowMemlockLimit) {
  const auto limited_to = [&](rlim_t bytes) {
    return check([bytes] {
      const rlimit limit{bytes, bytes};
      setrlimit(RLIMIT_MEMLOCK, &limit);
    });
  };
  EXPECT_THAT(limited_to(65536).output,
              HasSubstr("warning  locked memory: the limit of this shell is 64 KiB"));
  EXPECT_THAT(limited_to(128U << 20).output, HasSubstr("ok       locked memory: "));
  EXPECT_THAT(limited_to(RLIM_INFINITY).output, HasSubstr("is infinite"));
}

}  // namespace
}  // namespace rxlease::tests
