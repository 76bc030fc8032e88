# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# Scales timeouts for a machine that may be busy. To be sourced.

# load_in_percent: prints the load per processor in percent; at 100 the machine is fully used.
load_in_percent() {
  local load
  read -r load _ </proc/loadavg
  printf '%d\n' $((10#${load/./} / $(nproc)))
}

# patience: prints by which factor a timeout for an idle machine is multiplied. The bench cannot see the host's load, so
# tests/bench/boot passes the factor as RXLEASE_PATIENCE. A kernel that checks itself is ten times as slow.
patience() {
  local checks=${RXLEASE_LINUX_CHECKS:+10}
  printf '%d\n' "${RXLEASE_PATIENCE:-$(((2 + $(load_in_percent) / 100) * ${checks:-1}))}"
}
