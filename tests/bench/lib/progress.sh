# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# Signs of life on standard error, for whoever waits. To be sourced.

say() { printf 'rxlease: %s\n' "$*" >&2; }

die() {
  say "$*"
  exit 1
}

# require PROGRAM...: all of them, or an end that names what is missing.
require() {
  local program missing=()
  for program; do
    command -v "$program" >/dev/null || missing+=("$program")
  done
  ((!${#missing[@]})) || die "missing: ${missing[*]}. tests/setup installs what rxlease needs."
}

# heartbeat NAME LOG COMMAND...: runs the command with its output in LOG, says every ten seconds how far it is, and
# returns its status.
heartbeat() {
  local name=$1 log=$2 started=$SECONDS status=0 heart
  shift 2
  : >"$log"
  # A sleep would outlive us by seconds, and keep our standard error open for as long.
  while ! read -rt 10 <> <(:); do
    say "$name: $((SECONDS - started)) s, $(wc -l <"$log") lines, now $(tail -n 1 "$log" | tr -s ' ' | cut -c 1-80)"
  done &
  heart=$!
  "$@" >"$log" 2>&1 </dev/null || status=$?
  kill "$heart"
  wait "$heart" 2>/dev/null || true
  return "$status"
}

# step NAME LOG COMMAND...: does so, and if the command fails shows the end of its output and ends the script.
step() {
  say "$1"
  heartbeat "$@" && return
  tail -n 40 "$2" >&2
  die "$1 failed: ${*:3}"
}
