// SPDX-License-Identifier: Apache-2.0
#include "tests/simnic/xdp/steering.h"

#include <linux/bpf.h>
#include <sys/syscall.h>

#include <array>
#include <cstddef>
#include <string>

#include "kernel/error.h"

namespace rxlease::tests {

namespace {

constexpr std::uint32_t queues = 64;

std::uint64_t address_of(const void* memory) {
  return reinterpret_cast<std::uint64_t>(memory);
}

int bpf(bpf_cmd command, bpf_attr& attributes, const char* what) {
  const auto result = static_cast<int>(syscall(SYS_bpf, command, &attributes, sizeof(attributes)));
  if (result < 0) kernel::throw_errno(what);
  return result;
}

kernel::Fd make_map() {
  bpf_attr attributes{};
  attributes.map_type = BPF_MAP_TYPE_XSKMAP;
  attributes.key_size = sizeof(std::uint32_t);
  attributes.value_size = sizeof(int);
  attributes.max_entries = queues;
  return kernel::Fd(bpf(BPF_MAP_CREATE, attributes, "bpf: map of AF_XDP sockets"));
}

bpf_insn instruction(unsigned code, unsigned to, unsigned from, int offset, int value) {
  bpf_insn made{};
  made.code = static_cast<std::uint8_t>(code);
  made.dst_reg = to & 15;
  made.src_reg = from & 15;
  made.off = static_cast<std::int16_t>(offset);
  made.imm = value;
  return made;
}

// return bpf_redirect_map(&map, ctx->rx_queue_index, XDP_PASS);
kernel::Fd load_program(const kernel::Fd& map) {
  const std::array program{
      instruction(BPF_LDX | BPF_MEM | BPF_W, BPF_REG_2, BPF_REG_1, offsetof(xdp_md, rx_queue_index), 0),
      instruction(BPF_LD | BPF_IMM | BPF_DW, BPF_REG_1, BPF_PSEUDO_MAP_FD, 0, map.get()),
      instruction(0, 0, 0, 0, 0),
      instruction(BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_3, 0, 0, XDP_PASS),
      instruction(BPF_JMP | BPF_CALL, 0, 0, 0, BPF_FUNC_redirect_map),
      instruction(BPF_JMP | BPF_EXIT, 0, 0, 0, 0),
  };
  bpf_attr attributes{};
  attributes.prog_type = BPF_PROG_TYPE_XDP;
  attributes.insns = address_of(program.data());
  attributes.insn_cnt = program.size();
  attributes.license = address_of("GPL");
  return kernel::Fd(bpf(BPF_PROG_LOAD, attributes, "bpf: XDP program"));
}

kernel::Fd attach(const kernel::Fd& program, std::uint32_t ifindex) {
  bpf_attr attributes{};
  attributes.link_create.prog_fd = static_cast<std::uint32_t>(program.get());
  attributes.link_create.target_ifindex = ifindex;
  attributes.link_create.attach_type = BPF_XDP;
  return kernel::Fd(bpf(BPF_LINK_CREATE, attributes, "bpf: attaching the XDP program"));
}

}  // namespace

XdpSteering::XdpSteering(std::uint32_t ifindex)
    : map_(make_map()), program_(load_program(map_)), link_(attach(program_, ifindex)) {}

void XdpSteering::hand_over(std::uint32_t queue, const kernel::Fd& socket) {
  const int value = socket.get();
  bpf_attr attributes{};
  attributes.map_fd = static_cast<std::uint32_t>(map_.get());
  attributes.key = address_of(&queue);
  attributes.value = address_of(&value);
  bpf(BPF_MAP_UPDATE_ELEM, attributes, "bpf: handing the queue over to the AF_XDP socket");
}

}  // namespace rxlease::tests
