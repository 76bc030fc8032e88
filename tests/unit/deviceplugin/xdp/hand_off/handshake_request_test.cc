// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/xdp/hand_off/handshake_request.h"

#include <gtest/gtest.h>

namespace rxlease::deviceplugin::xdp {
namespace {

using Request = HandshakeRequest;

TEST(HandshakeRequest, IsAVerbAndItsArguments) {
  EXPECT_EQ(parse_handshake_request("/version"), (Request{"/version", {}}));
  EXPECT_EQ(parse_handshake_request("/xsk_map_fd,rxq0"), (Request{"/xsk_map_fd", {"rxq0"}}));
  EXPECT_EQ(parse_handshake_request("/config_busy_poll,20,64"), (Request{"/config_busy_poll", {"20", "64"}}));
}

TEST(HandshakeRequest, TakesBlanksForNothing) {
  EXPECT_EQ(parse_handshake_request(" /connect , web 0\n"), (Request{"/connect", {"web0"}}));
}

TEST(HandshakeRequest, EndsWithTheString) {
  EXPECT_EQ(parse_handshake_request(std::string_view("/fin\0,x", 7)), (Request{"/fin", {}}));
}

TEST(HandshakeRequest, KeepsWhatIsEmpty) {
  EXPECT_EQ(parse_handshake_request(""), (Request{"", {}}));
  EXPECT_EQ(parse_handshake_request(",,"), (Request{"", {"", ""}}));
}

}  // namespace
}  // namespace rxlease::deviceplugin::xdp
