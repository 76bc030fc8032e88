# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# Progress messages on standard error. To be sourced.

say() { printf 'rxlease: %s\n' "$*" >&2; }

die() {
  say "$*"
  exit 1
}

# require PROGRAM...: ends the script with the names of missing programs, if any are missing.
require() {
  local program missing=()
  for program; do
    command -v "$program" >/dev/null || missing+=("$program")
  done
  ((!${#missing[@]})) || die "missing: ${missing[*]}. tests/setup installs what rxlease needs."
}

# heartbeat NAME LOG COMMAND...: runs the command with its output in LOG, reports its progress every ten seconds, and
# returns its status.
heartbeat() {
  local name=$1 log=$2 started=$SECONDS status=0 heart
  shift 2
  : >"$log"
  # `read -t` waits, because a `sleep` would outlive the script by seconds and keep its standard error open.
  while ! read -rt 10 <> <(:); do
    say "$name: $((SECONDS - started)) s, $(wc -l <"$log") lines, now $(tail -n 1 "$log" | tr -s ' ' | cut -c 1-80)"
  done &
  heart=$!
  "$@" >"$log" 2>&1 </dev/null || status=$?
  kill "$heart"
  wait "$heart" 2>/dev/null || true
  return "$status"
}

# step NAME LOG COMMAND...: like heartbeat; if the command fails, prints the end of its output and ends the script.
step() {
  say "$1"
  heartbeat "$@" && return
  tail -n 40 "$2" >&2
  die "$1 failed: ${*:3}"
}
