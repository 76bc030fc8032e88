// SPDX-License-Identifier: Apache-2.0
#include "kernel/process/capabilities.h"

#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <string>

#include "kernel/error.h"

namespace rxlease::kernel {

namespace {

constexpr unsigned word_bits = 32;
using Words = std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3>;

std::uint64_t mask_of(std::initializer_list<unsigned> capabilities) {
  std::uint64_t mask = 0;
  for (const auto capability : capabilities) mask |= std::uint64_t{1} << capability;
  return mask;
}

void set_no_new_privs() {
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) throw_errno("prctl PR_SET_NO_NEW_PRIVS");
}

// The kernel knows no capability from the first on that it cannot tell about.
void narrow_bounding_set(std::uint64_t kept) {
  for (unsigned capability = 0; prctl(PR_CAPBSET_READ, capability, 0, 0, 0) >= 0; ++capability) {
    if ((kept >> capability & 1U) != 0) continue;
    if (prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) == 0) continue;
    if (errno == EPERM) return;  // no CAP_SETPCAP
    throw_errno("prctl PR_CAPBSET_DROP " + std::to_string(capability));
  }
}

void clear_ambient_set() {
  if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) != 0) throw_errno("prctl PR_CAP_AMBIENT");
}

void narrow_own_sets(std::uint64_t kept) {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  Words words{};
  if (syscall(SYS_capget, &header, words.data()) != 0) throw_errno("capget");
  for (auto& word : words) {
    const auto of_word = static_cast<std::uint32_t>(kept);
    word.permitted &= of_word;
    word.effective = word.permitted;
    word.inheritable = 0;
    kept >>= word_bits;
  }
  if (syscall(SYS_capset, &header, words.data()) != 0) throw_errno("capset");
}

}  // namespace

void keep_only_capabilities(std::initializer_list<unsigned> kept) {
  const auto mask = mask_of(kept);
  set_no_new_privs();
  clear_ambient_set();
  narrow_bounding_set(mask);  // first: it needs CAP_SETPCAP
  narrow_own_sets(mask);
}

}  // namespace rxlease::kernel
