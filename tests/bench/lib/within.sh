# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# Waits for conditions, with timeouts that allow for a busy machine. To be sourced.

# shellcheck source=patience.sh
source "$(dirname "${BASH_SOURCE[0]}")/patience.sh"

# scaled SECONDS: takes a timeout for an idle machine and prints the timeout for this machine now.
scaled() { printf '%d\n' $(($1 * $(patience))); }

# within SECONDS COMMAND...: repeats the command quietly and returns as soon as it succeeds. Fails after the scaled time.
within() {
  local deadline=$((SECONDS + $(scaled "$1")))
  until "${@:2}" 2>/dev/null; do
    ((SECONDS < deadline)) || return
    sleep 0.1
  done
}
