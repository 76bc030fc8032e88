# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# The commands that the documentation tells people to run. To be sourced. What kinds of blocks there are, tests/docs/run says.

# blocks FILE KIND: the fenced blocks of that kind, with a NUL behind each.
blocks() { awk -v fence="^\`\`\`$2\$" '/^```/ && inside { inside = 0; printf "%c", 0; next } inside; $0 ~ fence { inside = 1 }' "$1"; }
first_words() { head -n 1 <<<"$1" | cut -c 1-70; } # BLOCK
