# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# Plugs in and wires a NIC: a simulated one, or that of tests/$RXLEASE_TEST_NIC. Its port eth0 belongs to the host. The
# other end, eth1, is in the namespace "client", which sends traffic to the host and its pods. To be sourced in the bench,
# instead of tests/clients/client.sh, which it includes.
#
#   client 10.0.0.2, fd00::2  --  10.0.0.1, fd00::1 host  --  pods 10.22.0.0/16, fd22::/64

# A kernel that checks itself is many times slower, so it gets less work.
slowness=${RXLEASE_LINUX_CHECKS:+200}
slowness=${slowness:-1}

# shellcheck source=plug.sh
source "$RXLEASE_ROOT/tests/${RXLEASE_TEST_NIC:-simnic}/plug.sh"
! is_plugged_in || unplug
plug_in
# shellcheck source=../clients/client.sh
source "$RXLEASE_ROOT/tests/clients/client.sh"

devices() { jq --null-input '{ devices: $ARGS.positional | map($port + "-rx" + .) }' --arg port "$port" --args "$@"; } # QUEUE...

kernel=$(dirname "$("$RXLEASE_ROOT/tests/bench/kernel/build")")
export PATH=$RXLEASE_ROOT/tests/clients:$PATH # ping

wire() {
  [[ -e /run/netns/client ]] || ip netns add client
  ip link set eth1 netns client
  ip addr add 10.0.0.1/24 dev eth0
  ip addr add fd00::1/64 dev eth0 nodad
  ip -n client addr add 10.0.0.2/24 dev eth1
  ip -n client addr add fd00::2/64 dev eth1 nodad
  ip link set eth0 mtu "${mtu:-9000}" up
  ip -n client link set eth1 mtu "${mtu:-9000}" up
  ip -n client route add default via 10.0.0.1
  ip -n client route add default via fd00::1
  ethtool -K eth0 ntuple on # some drivers begin without
}
echo 1 >/proc/sys/net/ipv4/ip_forward
echo 1 >/proc/sys/net/ipv6/conf/all/forwarding
wire

# ynl FAMILY ARGUMENT...: runs the kernel's own netlink client, with JSON output.
ynl() {
  python3 "$kernel/source/tools/net/ynl/pyynl/cli.py" --no-schema --output-json \
    --spec "$kernel/source/Documentation/netlink/specs/$1.yaml" "${@:2}"
}

# rings MEMBER...: sets ring parameters, for example: rings '"tcp-data-split": "enabled"'.
rings() {
  local IFS=, answer
  answer=$(ynl ethtool --do rings-set --json "{ \"header\": { \"dev-name\": \"eth0\" }, $* }" 2>&1) || complain "$answer"
}

# pools: prints the page pools, of NICs that are there and of such as went.
pools() { ynl netdev --dump page-pool-get --json '{}'; }
# Packets that a program has read wait on the CPU that received them until this CPU receives another: see
# skb_attempt_defer_free in Linux.
no_pools() {
  local cpu
  for cpu in $(seq 0 $(($(nproc) - 1))); do taskset --cpu-list "$cpu" bash -c 'echo >/dev/udp/127.0.0.1/9'; done
  [[ $(pools) == '[]' ]]
}

# packets QUEUE...: prints how many packets came through each of these queues, separated by blanks. A driver's plug.sh
# may know better.
[[ $(type -t packets) == function ]] || packets() {
  ynl netdev --dump qstats-get --json "{ \"ifindex\": $(</sys/class/net/eth0/ifindex), \"scope\": \"queue\" }" |
    jq --raw-output --args '[.[] | select(."queue-type" == "rx")] as $queues | [$ARGS.positional[] | tonumber as $id |
      $queues[] | select(."queue-id" == $id) | ."rx-packets"] | join(" ")' "$@"
}

# rule ARGUMENT...: makes a flow rule; if the driver chose its location, sets $location to it.
# shellcheck disable=SC2034 # for whoever sources this
rule() {
  local answer
  answer=$(ethtool -N eth0 flow-type "$@" 2>&1) # succeeds even if the kernel refuses the rule
  location=${answer##* }
  [[ $answer != *Cannot* ]] || complain "$answer"
}
no_rule() { ethtool -N eth0 delete "$1"; } # LOCATION

# receive RECEIVER...: starts the receiver in the background, with its process id in $receiver and its output in
# $scratch/received, and waits for its first output. Fails unless it reports that it listens. The file is emptied first, so
# that the output of the last receiver is not taken for that of this one.
receive() {
  : >"$scratch/received"
  "$@" >"$scratch/received" 2>&1 &
  receiver=$!
  within 10 grep -q . "$scratch/received"
  grep -q listening "$scratch/received" || complain "$(<"$scratch/received")"
}

# transfer ADDRESS BYTES STREAMS RECEIVER...: starts the receiver, which listens on port $stream_port, or 5201, and sends
# STREAMS streams of BYTES bytes to it. Sets $received to the receiver's output.
transfer() {
  local address=$1 bytes=$2 streams=$3 receiver sender senders=() status=0
  if receive timeout "$(scaled 60)" "${@:4}"; then
    for ((; streams; streams--)); do
      timeout "$(scaled 50)" ip netns exec client zerocopy_send "$address" "${stream_port:-5201}" "$bytes" 2>>"$scratch/received" &
      senders+=($!)
    done
    for sender in "${senders[@]}"; do wait "$sender" || status=$?; done
  else
    kill "$receiver" 2>/dev/null || true # it may have ended already
    status=1
  fi
  wait "$receiver" || status=$?
  received=$(<"$scratch/received")
  return "$status"
}

# zero_copy_network NAME QUEUE...: a network whose pods lease these queues and are reachable from the client.
zero_copy_network() {
  network "$1" 1.1.0 "$(plugin rxlease "$(devices "${@:2}")" '{ "mtu": 9000 }' "$(host_local 10.22.0.0/16 fd22::/64)")"
}
address() { ip -n "$1" -json "-$2" address show dev eth0 scope global | jq --raw-output '.[0].addr_info[0].local'; } # POD 4|6

# Conditions for check follow.
arrives() { transfer "$@" || complain "$received"; }                                           # arguments of transfer
receiver_fails() { # POD TEXT QUEUE
  local errors
  if errors=$(timeout 10 ip netns exec "$1" zerocopy_receive eth0 "$3" 5201 2>&1); then return 1; fi
  [[ $errors == *"$2"* ]] || complain "$errors"
}
rss_over() { # FIRST LAST: the table names exactly these queues.
  same "$(seq -s ' ' "$1" "$2")" "$(ynl ethtool --do rss-get --json '{ "header": { "dev-name": "eth0" } }' |
    jq --raw-output '.indir | unique | join(" ")')"
}
used_by_io_uring() { demo_queues eth0 | grep -Eq "^rx$1 .*io_uring"; } # QUEUE
# healthy NUMBER: so many queues are, according to the configuration in $scratch/config.yaml.
healthy() { same "$1" "$(rxleasectl show queues --config "$scratch/config.yaml" -o json | jq '[.queues[] | select(.healthy)] | length')"; }
unused() { no grep -q io_uring <(demo_queues eth0); }
# Linux does not count what it copies from a packet's linear part, at most a few hundred bytes of a stream.
every_byte_copied() { says 'zero-copy [0-9]{1,3} bytes, copied [0-9]+ bytes'; }
says() { grep -qxE "$1" <<<"$received" || complain "$received"; }                              # REGULAR_EXPRESSION
# The kernel's log, but for what a kernel that checks itself says of io_uring and gve: io_uring maps a pod's memory in longer
# pieces than gve's NIC claims to take, and a reset of gve changes the number of tx queues without the lock of rtnl.
said_by_kernel() {
  dmesg | sed -e '/WARNING: .*debug_dma_map_sg/ { N; /gve .*mapping sg segment longer/d }' \
    -e '/WARNING: suspicious RCU usage/ { N; N; N; /sch_generic.c/d }'
}
quiet() { no grep -E '(WARNING|BUG): |waiting for .* to become free|leaked|[^n]stalled' <(said_by_kernel); }
