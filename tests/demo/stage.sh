# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# The demo's output: headings, commands as a user types them, their answers, and sentences that must hold. To be sourced.
# DEMO_COLOUR turns colours on.

stage=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=../bench/lib/within.sh
source "$stage/../bench/lib/within.sh"
bold='' dim='' good='' bad='' plain=''
if [[ ${DEMO_COLOUR:-} ]]; then
  bold=$'\e[1m' dim=$'\e[2m' good=$'\e[32m' bad=$'\e[31m' plain=$'\e[0m'
fi
chapters=0 held=0 failed=0

# chapter HEADING LINE...: prints a heading that names the benefit for the user, then a line or two about it.
chapter() {
  chapters=$((chapters + 1))
  printf '\n\n%s%2d  %s%s\n' "$bold" "$chapters" "$1" "$plain"
  shift
  ((!$#)) || printf '    %s\n' "$@"
}

# note LINE...: prints lines between two commands.
note() {
  echo
  printf '    %s\n' "$@"
}

# show COMMAND: prints the command behind a prompt, runs exactly this, and prints its output. Sets $output to the output
# and $status to the exit status.
show() {
  local line prompt='$' errors
  echo
  while IFS= read -r line; do
    printf '    %s%s %s%s\n' "$dim" "$prompt" "$line" "$plain"
    prompt=' '
  done <<<"$1"
  errors=$(mktemp)
  status=0
  output=$(eval "$1" 2>"$errors") || status=$?
  [[ ! $output ]] || "$stage/pretty" <<<"$output" | sed 's/^/    /'
  [[ ! -s $errors ]] || fold -s -w 74 "$errors" | sed 's/^/    /; s/ *$//'
  rm "$errors"
}

# expect SENTENCE COMMAND...: counts and prints the sentence as held if the command succeeds.
expect() {
  local sentence=$1
  shift
  if "$@" >/dev/null 2>&1; then
    held=$((held + 1))
    printf '    %s✓ %s%s\n' "$good" "$sentence" "$plain"
  else
    failed=$((failed + 1))
    printf '    %s✗ %s%s\n      (%s)\n' "$bad" "$sentence" "$plain" "$*"
  fi
}

# Conditions on the last command that was shown.
succeeded() { ((status == 0)); }
refused() { ((status != 0)); }

# in_output JQ_FILTER: true if the command printed JSON for which the filter is true.
in_output() { jq --exit-status --null-input "input | $1" <<<"$output"; }

# Prints the last line; returns 1 unless every sentence held.
finish() {
  printf '\n\n%s%d steps held, %d failed%s\n' "$bold" "$held" "$failed" "$plain"
  ((!failed))
}
