# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# Waiting. To be sourced.

# within SECONDS COMMAND...: as soon as the command succeeds, and quietly until then. Ten times as long where the
# kernel checks itself.
within() {
  local times=${RXLEASE_LINUX_CHECKS:+10}
  local deadline=$((SECONDS + $1 * ${times:-1}))
  until "${@:2}" 2>/dev/null; do
    ((SECONDS < deadline)) || return
    sleep 0.1
  done
}
