// SPDX-License-Identifier: Apache-2.0
//
// What starting a static program costs. As an IPAM plugin it costs no more than that: it answers with what
// its caller's environment says.

#include <cstdio>
#include <cstdlib>

int main() {
  if (const char* answer = std::getenv("CNI_NOOP_ANSWER")) std::fputs(answer, stdout);
}
