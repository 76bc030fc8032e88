// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cni/spec/error.h"
#include "tests/scripted/cni/scripted.h"

namespace rxlease::tests {
namespace {

TEST(Verbs, OneThatIsUnknownRunsNothingNotEvenStatus) {
  Scripted scripted;
  cni::Environment environment;
  environment.verb = static_cast<cni::Verb>(99);
  try {
    cni::execute(scripted.system, environment, scripted.conf.dump());
    ADD_FAILURE() << "something ran";
  } catch (const cni::Error& error) {
    EXPECT_EQ(error.code(), 4U);
    EXPECT_THAT(error.details(), testing::HasSubstr("STATUS"));
  }
  EXPECT_THAT(scripted.steps(), testing::IsEmpty());
}

}  // namespace
}  // namespace rxlease::tests
