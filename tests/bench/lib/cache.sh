# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# Results that take minutes are made once per machine and kept outside the work tree. To be sourced, after progress.sh.

# This directory may be removed at any time to start afresh.
# shellcheck disable=SC2034 # for whoever sources this
cache="${XDG_CACHE_HOME:-$HOME/.cache}/rxlease"

# lock_cache DIRECTORY: makes the directory, waits for its lock, and holds the lock until this process ends.
lock_cache() {
  mkdir -p "$1"
  exec {cache_lock}>"$1/lock"
  until flock --timeout 30 "$cache_lock"; do say "waiting for another process that is at work in $1"; done
}

# scratch_in DIRECTORY: sets $scratch to a new directory there, on the file system on which results are renamed into
# place, and removes it at exit. Also removes leftovers of killed processes: the caller has the lock.
scratch_in() {
  rm -rf "$1"/scratch.*
  scratch=$(mktemp -d "$1/scratch.XXXXXX")
  trap 'rm -rf "$scratch"' EXIT
}

# point LINK TARGET: makes or replaces the symbolic link in one step.
point() {
  ln -sfn "$2" "$1.new"
  mv -T "$1.new" "$1"
}
