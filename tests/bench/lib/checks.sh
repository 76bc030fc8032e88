# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# Tests as sentences, for scripts. To be sourced.

# shellcheck source=within.sh
source "$(dirname "${BASH_SOURCE[0]}")/within.sh"

passed=0 failed=0

# check SENTENCE COMMAND...: the sentence holds when the command succeeds.
check() {
  if "${@:2}"; then
    printf 'ok: %s\n' "$1"
    passed=$((passed + 1))
  else
    printf 'FAILED: %s: %s\n' "$1" "${*:2}"
    failed=$((failed + 1))
  fi
}

# same EXPECTED ACTUAL: for check, and shows both when they differ.
same() {
  [[ $1 == "$2" ]] || { printf 'expected <%s>, got <%s>\n' "$1" "$2"; false; }
}

# totals: the last words, and the script's status.
totals() {
  printf '%d passed, %d failed\n' "$passed" "$failed"
  ((passed && !failed))
}
