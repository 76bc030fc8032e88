# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# Waiting. To be sourced.

# shellcheck source=patience.sh
source "$(dirname "${BASH_SOURCE[0]}")/patience.sh"

# scaled SECONDS: prints how many they are on this machine. They are meant for an idle one.
scaled() { printf '%d\n' $(($1 * $(patience))); }

# within SECONDS COMMAND...: as soon as the command succeeds, and quietly until then. The seconds are scaled.
within() {
  local deadline=$((SECONDS + $(scaled "$1")))
  until "${@:2}" 2>/dev/null; do
    ((SECONDS < deadline)) || return
    sleep 0.1
  done
}
