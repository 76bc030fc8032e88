// SPDX-License-Identifier: Apache-2.0
#include "kernel/netlink/socket/attributes.h"

#include <gtest/gtest.h>

namespace rxlease::kernel {
namespace {

struct Inner {
  std::uint32_t id = 0;
  static constexpr auto attributes() { return std::tuple{Attribute{1, &Inner::id}}; }
};

struct Outer {
  std::uint8_t small = 0;
  std::optional<std::string> name;
  bool flag = false;
  Bytes binary;
  std::optional<Inner> inner;
  std::uint64_t wide = 0;
  std::vector<Inner> list;

  static constexpr auto attributes() {
    return std::tuple{Attribute{1, &Outer::small},  Attribute{2, &Outer::name},  Attribute{3, &Outer::flag},
                      Attribute{4, &Outer::binary}, Attribute{5, &Outer::inner}, Attribute{6, &Outer::wide},
                      Attribute{7, &Outer::list}};
  }
};

struct Scalar {
  std::uint32_t value = 0;
  static constexpr auto attributes() { return std::tuple{Attribute{9, &Scalar::value}}; }
};

struct Headed {
  std::uint16_t header_word = 0;
  std::uint32_t value = 0;
  static constexpr auto header() { return &Headed::header_word; }
  static constexpr auto attributes() { return std::tuple{Attribute{1, &Headed::value}}; }
};

TEST(Attributes, AnIntegerIsItsLengthItsNumberAndItsBytes) {
  EXPECT_EQ(encode(Scalar{0x01020304}), (Bytes{8, 0, 9, 0, 4, 3, 2, 1}));
}

TEST(Attributes, AStringEndsWithNulAndIsPaddedToFourBytes) {
  struct Named {
    std::string name = "ab";
    static constexpr auto attributes() { return std::tuple{Attribute{3, &Named::name}}; }
  };
  EXPECT_EQ(encode(Named{}), (Bytes{7, 0, 3, 0, 'a', 'b', 0, 0}));
}

TEST(Attributes, ANestCarriesTheNestedFlagEvenWhenItIsEmpty) {
  struct Empty {
    std::vector<Inner> list;
    static constexpr auto attributes() { return std::tuple{Attribute{2, &Empty::list}}; }
  };
  EXPECT_EQ(encode(Empty{}), (Bytes{4, 0, 2, 0x80}));
}

TEST(Attributes, AbsentMembersAreNotSent) {
  struct Optional {
    std::optional<std::uint32_t> value;
    bool flag = false;
    static constexpr auto attributes() {
      return std::tuple{Attribute{1, &Optional::value}, Attribute{2, &Optional::flag}};
    }
  };
  EXPECT_TRUE(encode(Optional{}).empty());
}

TEST(Attributes, WhatIsEncodedDecodesToTheSame) {
  Outer out;
  out.small = 200;
  out.name = "rxq0";
  out.flag = true;
  out.binary = {1, 2, 3};
  out.inner = Inner{7};
  out.wide = 1ULL << 40;
  out.list = {{1}, {2}};
  const auto in = decode<Outer>(encode(out));
  EXPECT_EQ(in.small, 200);
  EXPECT_EQ(in.name, "rxq0");
  EXPECT_TRUE(in.flag);
  EXPECT_EQ(in.binary, (Bytes{1, 2, 3}));
  ASSERT_TRUE(in.inner);
  EXPECT_EQ(in.inner->id, 7U);
  EXPECT_EQ(in.wide, 1ULL << 40);
  ASSERT_EQ(in.list.size(), 2U);
  EXPECT_EQ(in.list[1].id, 2U);
}

TEST(Attributes, AStringOfSeveralIsAnAttributeEach) {
  struct Names {
    std::vector<std::string> names;
    static constexpr auto attributes() { return std::tuple{Attribute{3, &Names::names}}; }
  };
  const Names names{{"a", "bc"}};
  EXPECT_EQ(encode(names), (Bytes{6, 0, 3, 0, 'a', 0, 0, 0, 7, 0, 3, 0, 'b', 'c', 0, 0}));
  EXPECT_EQ(decode<Names>(encode(names)).names, names.names);
  EXPECT_TRUE(decode<Names>({}).names.empty());
}

TEST(Attributes, UnknownNumbersArePassedOver) {
  const Bytes bytes{8, 0, 77, 0, 1, 2, 3, 4, 8, 0, 9, 0, 5, 0, 0, 0};
  EXPECT_EQ(decode<Scalar>(bytes).value, 5U);
}

TEST(Attributes, FlagBitsOfTheTypeAreNoPartOfItsNumber) {
  EXPECT_EQ(decode<Scalar>(Bytes{8, 0, 9, 0xc0, 5, 0, 0, 0}).value, 5U);
}

TEST(Attributes, AWideIntegerAlsoReadsItsShortForm) {
  struct Wide {
    std::uint64_t value = 0;
    static constexpr auto attributes() { return std::tuple{Attribute{1, &Wide::value}}; }
  };
  EXPECT_EQ(decode<Wide>(Bytes{8, 0, 1, 0, 5, 0, 0, 0}).value, 5U);
}

TEST(Attributes, AHeaderIsPaddedBeforeTheFirstAttribute) {
  EXPECT_EQ(encode(Headed{0x0201, 5}), (Bytes{1, 2, 0, 0, 8, 0, 1, 0, 5, 0, 0, 0}));
  EXPECT_EQ(decode<Headed>(encode(Headed{0x0201, 5})).value, 5U);
}

TEST(Attributes, EveryTruncationIsRefusedOrEndsBetweenAttributes) {
  Outer out;
  out.name = "truncated";
  out.inner = Inner{1};
  const auto whole = encode(out);
  std::size_t refused = 0;
  for (std::size_t size = 0; size < whole.size(); ++size) {
    try {
      decode<Outer>(std::span(whole).first(size));
    } catch (const KernelError& error) {
      EXPECT_EQ(error.error(), EBADMSG);
      ++refused;
    }
  }
  EXPECT_GT(refused, whole.size() / 2);
}

TEST(Attributes, ALengthBelowItsOwnHeaderIsRefused) {
  EXPECT_THROW(decode<Scalar>(Bytes{3, 0, 9, 0, 1, 2, 3, 4}), KernelError);
}

TEST(Attributes, AnIntegerOfTheWrongSizeIsRefused) {
  EXPECT_THROW(decode<Scalar>(Bytes{6, 0, 9, 0, 1, 2, 0, 0}), KernelError);
}

TEST(Attributes, AValueTooLongForItsLengthFieldIsRefused) {
  struct Named {
    std::string name = std::string(70000, 'x');
    static constexpr auto attributes() { return std::tuple{Attribute{3, &Named::name}}; }
  };
  EXPECT_THROW(encode(Named{}), KernelError);
}

}  // namespace
}  // namespace rxlease::kernel
