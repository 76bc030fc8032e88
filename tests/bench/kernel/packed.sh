# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# The bench's kernel as one file, that one machine compiles and others unpack. To be sourced by build and pack, after
# progress.sh and cache.sh, which set $fingerprint and $scratch.

# What build/ has of the directory in which it was made.
kernel_place=@RXLEASE_KERNEL@

# pack_kernel DIRECTORY FILE: writes what the bench, modules and the kernel's own tests need of a finished kernel. The file
# depends on nothing but that.
pack_kernel() {
  local top code=() directory owner=(--owner=0 --group=0 --numeric-owner --mtime=@0 --format=gnu --mode=go=u-w)
  for directory in block certs crypto drivers fs init io_uring ipc kernel lib mm net rust samples security sound usr virt; do
    code+=(--exclude="./source/$directory/*")
  done
  for directory in arch/{alpha,arc,arm,arm64,csky,hexagon,loongarch,m68k,microblaze,mips,nios2,openrisc,parisc,powerpc,riscv} \
    arch/{s390,sh,sparc,xtensa} tools/{perf,power,arch,virtio,testing/selftests/{bpf,kvm,mm,powerpc,tc-testing}}; do
    code+=(--exclude="./source/$directory")
  done
  top=$(cd "$1" && pwd -P)
  mkdir -p "$scratch/pack/build"
  sed "s|$top|$kernel_place|g" "$top/build/Makefile" >"$scratch/pack/build/Makefile"
  printf '%s\n' "$fingerprint" >"$scratch/pack/fingerprint"
  cat >"$scratch/pack/README" <<README
Linux for the bench of rxlease, GPL-2.0: compiled by its tests/bench/kernel/build from ${3:-the sources of Debian},
with the configuration in the file config, as User-Mode Linux. To use it:

  RXLEASE_BENCH_KERNEL=THIS_ARCHIVE tests/bench/kernel/build
README
  tar --create --directory "$top" --sort=name "${owner[@]}" \
    --exclude='./build/Makefile' --exclude='./build/*.s' --exclude='*.cmd' --exclude='./build/scripts/kconfig' --exclude='./build/*.o' --exclude='./source/arch/*.[cS]' \
    --exclude='./source/Documentation/[!n]*' --exclude='./source/Documentation/networking' "${code[@]}" \
    --file "$scratch/kernel.tar" . || return
  tar --append --directory "$scratch/pack" "${owner[@]}" --file "$scratch/kernel.tar" \
    ./build/Makefile ./fingerprint ./README || return
  if grep --quiet --text --fixed-strings -e "$top" -e "$cache" "$scratch/kernel.tar"; then
    echo "$top: a file of the kernel names this directory of this machine"
    return 1
  fi
  # One thread: the number of threads changes the file.
  xz --threads=1 -6 --stdout "$scratch/kernel.tar" >"$2"
}

# checked_digest FILE: prints the first digits of its digest, after a comparison with what SHA256SUMS beside it or
# RXLEASE_BENCH_KERNEL_SHA256 says.
checked_digest() {
  local digest expected=${RXLEASE_BENCH_KERNEL_SHA256:-} sums
  sums=$(dirname "$1")/SHA256SUMS
  [[ -r $1 ]] || die "RXLEASE_BENCH_KERNEL: there is no file '$1'"
  if [[ ! $expected ]]; then
    [[ -r $sums ]] || die "RXLEASE_BENCH_KERNEL: no digest to check '$1' with: put the release's SHA256SUMS beside it, or set RXLEASE_BENCH_KERNEL_SHA256"
    expected=$(awk -v name="${1##*/}" '$2 == name || $2 == "*" name { print $1 }' "$sums")
    [[ $expected ]] || die "RXLEASE_BENCH_KERNEL: $sums has no digest of '${1##*/}'"
  fi
  read -r digest _ < <(sha256sum "$1")
  [[ $digest == "$expected" ]] ||
    die "RXLEASE_BENCH_KERNEL: '$1' has the digest $digest, not $expected: it is damaged or another file; download it again"
  printf '%s\n' "${digest:0:12}"
}

# unpack_kernel FILE DIRECTORY: the opposite of pack_kernel, into a directory that is complete once it is there.
unpack_kernel() {
  local made=$scratch/unpacked
  mkdir "$made"
  step "unpacking ${1##*/}" "$scratch/log" tar --extract --xz --file "$1" --directory "$made"
  [[ -x $made/linux && -r $made/fingerprint ]] || die "RXLEASE_BENCH_KERNEL: '$1' holds no kernel of the bench; take the file of a release"
  [[ $(<"$made/fingerprint") == "$fingerprint" ]] ||
    die "RXLEASE_BENCH_KERNEL: '$1' has another configuration than tests/bench/kernel/config; take the file of this version, or leave the variable out, to compile the kernel"
  sed -i "s|$kernel_place|$2|g" "$made/build/Makefile"
  rm -rf "$2"
  mv "$made" "$2"
}
