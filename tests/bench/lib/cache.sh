# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# What takes minutes to make is made once a machine, and kept outside the work tree. To be sourced, after progress.sh.

# The directory that may be removed at any time to start afresh.
# shellcheck disable=SC2034 # for whoever sources this
cache="${XDG_CACHE_HOME:-$HOME/.cache}/rxlease"

# lock_cache DIRECTORY: makes it, and lets one process at a time go on, until that process ends.
lock_cache() {
  mkdir -p "$1"
  exec {cache_lock}>"$1/lock"
  until flock --timeout 30 "$cache_lock"; do say "waiting for another process that is at work in $1"; done
}

# scratch_in DIRECTORY: sets $scratch to a new directory there, on the same file system as what will be renamed into
# place; it goes when we end. What killed processes left goes too: the caller has the lock.
scratch_in() {
  rm -rf "$1"/scratch.*
  scratch=$(mktemp -d "$1/scratch.XXXXXX")
  trap 'rm -rf "$scratch"' EXIT
}

# point LINK TARGET: makes the symbolic link, or changes it in one step.
point() {
  ln -sfn "$2" "$1.new"
  mv -T "$1.new" "$1"
}
