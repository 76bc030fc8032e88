# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# How long to wait on a machine that may be busy. To be sourced.

# load_in_percent: prints the load of one processor, in percent: 100 is all that the machine has.
load_in_percent() {
  local load
  read -r load _ </proc/loadavg
  printf '%d\n' $((10#${load/./} / $(nproc)))
}

# patience: prints how many times as long as on an idle machine a wait may take. In the bench the host's load cannot be
# seen, and tests/bench/boot tells it as RXLEASE_PATIENCE. A kernel that checks itself is ten times as slow.
patience() {
  local checks=${RXLEASE_LINUX_CHECKS:+10}
  printf '%d\n' "${RXLEASE_PATIENCE:-$(((2 + $(load_in_percent) / 100) * ${checks:-1}))}"
}
