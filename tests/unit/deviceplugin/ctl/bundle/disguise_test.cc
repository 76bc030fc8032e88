// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/ctl/bundle/disguise.h"

#include <gtest/gtest.h>

namespace rxlease::deviceplugin::ctl {
namespace {

TEST(Disguise, PutsTheSameWordForTheSameName) {
  Disguise disguise;
  disguise.hide("pod", "web-0");
  disguise.hide("pod", "web-1");
  disguise.hide("pod", "web-0");
  disguise.hide("namespace", "shop");
  EXPECT_EQ(disguise.apply("shop/web-0 and shop/web-1; web-0"),
            "namespace-1/pod-1 and namespace-1/pod-2; pod-1");
}

TEST(Disguise, FindsNamesAsWordsOnly) {
  Disguise disguise;
  disguise.hide("pod", "web");
  disguise.hide("pod", "web-frontend");
  EXPECT_EQ(disguise.apply("web webs cobweb web_x web-frontend \"web\" web.shop"),
            "pod-1 webs cobweb web_x pod-2 \"pod-1\" pod-1.shop");
}

TEST(Disguise, HidesAddressesButNotWhatOnlyLooksLikeOne) {
  Disguise disguise;
  EXPECT_EQ(disguise.apply("dst-ip 10.22.0.5 and 10.22.0.5/16, fd22::5. 02:00:00:00:00:07"),
            "dst-ip address-1 and address-1/16, address-2. address-3");
  for (const auto* text :
       {"0000:0a:00.0.p0-rx15", "Linux 7.3.4-rxlease-bench", "cniVersion 1.1.0", "12:30:45", "127.0.0.1:9808",
        "0.0.0.0", "[::1]", "std::vector", "a 1 b", "4f1e:", "x10.0.0.1"}) {
    EXPECT_EQ(disguise.apply(text), text);
  }
}

TEST(Disguise, LeavesNamesThatTellNothing) {
  Disguise disguise;
  disguise.hide("namespace", "default");
  disguise.hide("pod", "");
  EXPECT_EQ(disguise.apply("default -"), "default -");
}

}  // namespace
}  // namespace rxlease::deviceplugin::ctl
