# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# Finds and downloads packages of a Debian suite that this machine does not use, with an apt configuration of its own,
# from the mirror in the machine's configuration. It installs nothing, and leaves the machine's own sources, lists and
# preferences unchanged. To be sourced, after progress.sh.

# open_suite SUITE DIRECTORY [ARCHITECTURE]: downloads SUITE's current lists into DIRECTORY unless it has them, for
# this machine's architecture or another. suite_apt then uses these lists.
open_suite() {
  local suite=$1 release mirror keyring=/usr/share/keyrings/debian-archive-keyring.gpg
  suite_directory=$2
  require apt-get apt-cache dpkg
  [[ -r $keyring ]] || die "no $keyring: install the package debian-archive-keyring."

  release=$(. /etc/os-release && printf '%s' "${VERSION_CODENAME:-}")
  # shellcheck disable=SC2016 # apt's own variables
  mirror=$(apt-get indextargets --no-release-info --format '$(RELEASE) $(COMPONENT) $(REPO_URI)' 'Created-By: Packages' |
    awk -v release="$release" '$1 == release && $2 == "main" { print $3; exit }')
  [[ $mirror ]] || die "apt names no mirror for $release main: add Debian's own to its sources."

  mkdir -p "$suite_directory"/{lists,archives}/partial
  cat >"$suite_directory/$suite.sources" <<SOURCES
Types: deb deb-src
URIs: $mirror
Suites: $suite
Components: main
Signed-By: $keyring
SOURCES
  suite_options=(
    -o "Dir::Etc::sourcelist=$suite_directory/$suite.sources" -o Dir::Etc::sourceparts=/dev/null
    -o Dir::Etc::preferences=/dev/null -o Dir::Etc::preferencesparts=/dev/null
    -o "Dir::State::lists=$suite_directory/lists" -o "Dir::Cache=$suite_directory"
    -o Acquire::Languages=none -o Acquire::Retries=3 -o APT::Sandbox::User=root
  )
  if [[ ${3:-} ]]; then
    : >"$suite_directory/status" # no package is installed there yet
    suite_options+=(-o "APT::Architecture=$3" -o "APT::Architectures=$3" -o "Dir::State::status=$suite_directory/status")
  fi
  [[ ! -e $suite_directory/$suite.updated ]] || return 0
  step "lists of Debian's $suite${3:+ for $3}" "$suite_directory/update.log" suite_apt apt-get update
  : >"$suite_directory/$suite.updated"
}

# suite_apt apt-get|apt-cache ARGUMENT...
suite_apt() { "$1" "${suite_options[@]}" "${@:2}"; }

# suite_version PACKAGE: prints the package's version in the suite.
suite_version() {
  suite_apt apt-cache show --no-all-versions "$1" 2>/dev/null | sed -n 's/^Version: //p' | grep . ||
    die "the suite has no package $1"
}

# suite_closure PACKAGE...: prints the packages and all their dependencies, in a suite of another architecture.
suite_closure() {
  suite_apt apt-get --simulate --no-install-recommends install "$@" | sed -n 's/^Inst \([^ ]*\) .*/\1/p'
}

# record FILE DIRECTORY: adds the package in FILE to dpkg's database in DIRECTORY, as an installed package.
record() {
  local name
  name=$(dpkg-deb --field "$1" Package)
  mkdir -p "$2/info"
  dpkg-deb --fsys-tarfile "$1" | tar --list | sed -n 's|^\.\(/.*[^/]\)/*$|\1|p' >"$2/info/$name.list"
  { echo 'Status: install ok installed'; dpkg-deb --field "$1"; echo; } >>"$2/status"
}

# suite_unpack DIRECTORY PACKAGE...: downloads the packages, unpacks their files under DIRECTORY, and records them for
# dpkg-query --admindir DIRECTORY/var/lib/dpkg.
suite_unpack() {
  local into=$1 package what
  shift
  what=$*
  (($# < 5)) || what="$# packages"
  mkdir -p "$suite_directory/debs" "$into"
  (cd "$suite_directory/debs" && step "downloading $what" "$suite_directory/download.log" suite_apt apt-get download "$@")
  for package in "$suite_directory"/debs/*.deb; do
    dpkg --extract "$package" "$into"
    record "$package" "$into/var/lib/dpkg"
  done
  rm -r "$suite_directory/debs"
}
