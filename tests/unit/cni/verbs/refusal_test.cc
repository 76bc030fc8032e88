// SPDX-License-Identifier: Apache-2.0
#include "cni/verbs/refusal.h"

#include <gtest/gtest.h>

#include <map>

namespace rxlease::cni {
namespace {

using attachment::Fault;
using attachment::Part;

Error refused(Fault fault, Part part) {
  return refusal(attachment::Error(fault, part, "x is wrong", "give y"));
}

TEST(Refusal, HasACodeForEachFault) {
  const std::map<Fault, unsigned> code_of{{Fault::invalid, 7},
                                          {Fault::not_found, 7},
                                          {Fault::busy, 11},
                                          {Fault::unsupported, 100},
                                          {Fault::kernel, 100}};
  for (const auto& [fault, code] : code_of) EXPECT_EQ(refused(fault, Part::devices).code(), code);
}

TEST(Refusal, NamesTheFieldThatHasThePart) {
  const std::map<Part, std::string> message_of{{Part::netkit, "x is wrong"},
                                               {Part::devices, "x is wrong"},
                                               {Part::addresses, "\"ips\": x is wrong"},
                                               {Part::routes, "\"routes\": x is wrong"},
                                               {Part::steering, "\"steering\": x is wrong"},
                                               {Part::proxy_neighbors, "\"proxyNeighbors\": x is wrong"}};
  for (const auto& [part, message] : message_of) EXPECT_EQ(refused(Fault::invalid, part).what(), message);
}

TEST(Refusal, TellsWhoGivesAddresses) {
  EXPECT_EQ(refused(Fault::invalid, Part::addresses).details(), "have the IPAM plugin give y");
  EXPECT_EQ(refused(Fault::invalid, Part::routes).details(), "give y");
}

TEST(Refusal, TakesTheCodeThatAVerbHasForIt) {
  const attachment::Error error(Fault::busy, Part::steering, "x is wrong", "give y");
  const auto status = refusal(error, Code::plugin_not_available);
  EXPECT_EQ(status.code(), 50U);
  EXPECT_STREQ(status.what(), "\"steering\": x is wrong");
}

}  // namespace
}  // namespace rxlease::cni
