# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# Tests for scripts, each named by a sentence. To be sourced.

# shellcheck source=within.sh
source "$(dirname "${BASH_SOURCE[0]}")/within.sh"

passed=0 failed=0

# check SENTENCE COMMAND...: the test passes if the command succeeds.
check() {
  if "${@:2}"; then
    printf 'ok: %s\n' "$1"
    passed=$((passed + 1))
  else
    printf 'FAILED: %s: %s\n' "$1" "${*:2}"
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
