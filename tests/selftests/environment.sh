# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# What the kernel's own tests of drivers need around them. To be sourced in the bench.

kernel=$(dirname "$("$RXLEASE_ROOT/tests/bench/kernel/build")")
selftests=$kernel/source/tools/testing/selftests
# shellcheck disable=SC2034 # for whoever sources this
hardware=$selftests/drivers/net/hw
made=$("$RXLEASE_ROOT/tests/selftests/build")
cp -r "$made"/{drivers,net} "$selftests" # over the host's files; the copies end with the bench

tools=$(mktemp -d)
ln -s /bin/true "$tools/udevadm" # the tests wait for udev after they make a device; the bench has and needs none
export PATH=$tools:$made/bin:$PATH

# User-Mode Linux has no huge pages. The devmem tests reserve some first, and then do without, but for those of large
# buffers, which find out by themselves.
pretend_huge_pages() {
  mount -t tmpfs none /proc/sys/vm
  echo 64 >/proc/sys/vm/nr_hugepages
}

# connect: gives the host's eth0 and the other end of its wire, eth1 in the namespace "remote", the addresses that the tests
# are told of.
connect() {
  ip netns add remote
  ip link set eth1 netns remote
  sysctl --quiet --write net.ipv6.conf.eth0.keep_addr_on_down=1 # tests set it down and up
  ip link set eth0 mtu 9000 up
  ip -n remote link set eth1 mtu 9000 up
  ip addr add 192.0.2.1/24 dev eth0
  ip addr add 2001:db8:1::1/64 dev eth0 nodad
  ip -n remote addr add 192.0.2.2/24 dev eth1
  ip -n remote addr add 2001:db8:1::2/64 dev eth1 nodad
  ip -n remote route add default via 2001:db8:1::1
  export NETIF=eth0 LOCAL_V4=192.0.2.1 REMOTE_V4=192.0.2.2
  export LOCAL_V6=2001:db8:1::1 REMOTE_V6=2001:db8:1::2 LOCAL_PREFIX_V6=2001:db8:2::/64
  export REMOTE_TYPE=netns REMOTE_ARGS=remote
}

# play FILE OUTPUT: runs a test of the kernel. Its output, in the Test Anything Protocol, says what failed.
play() { (cd "${1%/*}" && timeout "$(scaled 240)" "$1") >"$2" 2>&1 || true; }
