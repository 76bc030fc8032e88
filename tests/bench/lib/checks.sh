# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# Tests for scripts, each named by a sentence. To be sourced.

# shellcheck source=within.sh
source "$(dirname "${BASH_SOURCE[0]}")/within.sh"

passed=0 failed=0 slow_seconds=5

# check SENTENCE COMMAND...: the test passes if the command succeeds. If it took long, the seconds are printed, too.
check() {
  local began=$SECONDS held='' duration=''
  "${@:2}" && held=yes
  ((SECONDS - began < slow_seconds)) || duration=" ($((SECONDS - began)) s)"
  if [[ $held ]]; then
    printf 'ok: %s%s\n' "$1" "$duration"
    passed=$((passed + 1))
  else
    printf 'FAILED: %s%s: %s\n' "$1" "$duration" "${*:2}"
    failed=$((failed + 1))
  fi
}

# same EXPECTED ACTUAL: a command for check; prints both values if they differ.
same() {
  [[ $1 == "$2" ]] || { printf 'expected <%s>, got <%s>\n' "$1" "$2"; false; }
}

# totals: prints the last line, and returns the script's status.
totals() {
  printf '%d passed, %d failed\n' "$passed" "$failed"
  ((passed && !failed))
}
