# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# A daemon with a pool of the NIC's queues 4 to 7, and pods whose streams to TCP port 5201 are steered to theirs. To be
# sourced.

# shellcheck source=nic.sh
source "$RXLEASE_ROOT/tests/simnic/nic.sh"

# A sender whose packets are lost waits twice as long each time, but for this limit; and it must not give up.
ip netns exec client sysctl --quiet --write net.ipv4.tcp_rto_max_ms=1000 net.ipv4.tcp_retries2=100

# shellcheck disable=SC2034 # for whoever sources this
size=$(((2 << 20) / slowness))

# steered_network NAME SUBNET QUEUE...: a network whose pods lease these queues and receive TCP port 5201 on them.
steered_network() {
  network "$1" 1.1.0 "$(plugin rxlease "$(devices "${@:3}")" '{ "mtu": 9000 }' \
    '{ "steering": [ { "protocol": "tcp", "dstPort": 5201 } ] }' "$(host_local "10.22.$2.0/24" "fd22:$2::/64")")"
}
start_daemon() { # MEMBER...: with further members of the pool
  cat >"$scratch/config.yaml" <<YAML
rescanSeconds: 3600
pools:
  - { name: rxq, selectors: { drivers: [$driver] }, queues: { ids: [4-7] }$(printf ', %s' "$@") }
YAML
  rxlease-device-plugin --config "$scratch/config.yaml" 2>"$scratch/daemon.log" &
  # shellcheck disable=SC2034 # for whoever sources this
  daemon=$!
}
folder() { printf '/run/rxlease/devices/%s-rx%s\n' "$port" "$1"; } # QUEUE
has_generation() { [[ $(jq .generation "$(folder "$2")/lease.json" 2>/dev/null) == "$1" ]]; } # GENERATION QUEUE
zero_copy_to() { # POD QUEUE
  arrives "$(address "$1" 4)" "$size" 1 ip netns exec "$1" zerocopy_receive "$(folder "$2")" 5201 &&
    says "zero-copy $size bytes, copied 0 bytes"
}

# begin_stream POD RECEIVER...: starts the receiver in the pod, and an endless stream to it. Its output is in $scratch/POD.
begin_stream() {
  local pod=$1 to
  to=$(address "$pod" 4)
  : >"$scratch/$pod" # what the last receiver said is not to be taken for this one's
  ip netns exec "$pod" "${@:2}" >"$scratch/$pod" 2>&1 &
  receivers[$pod]=$!
  within 10 grep -q listening "$scratch/$pod" || complain "$(<"$scratch/$pod")" || return
  ip netns exec client zerocopy_send "$to" 5201 $((1 << 40)) >"$scratch/sender" 2>&1 &
  senders[$pod]=$!
  within 10 flows_to "$to" || complain "the stream does not begin: $(<"$scratch/sender")" "$(ss -N client -Htni dst "$to")"
}
flows_to() { ss -N client -Htni dst "$1" | grep -q bytes_acked; } # ADDRESS
# end_stream POD: the sender ends, and with it the stream. The receiver must have got every byte as it was sent.
end_stream() {
  local status=0
  kill "${senders[$1]}"
  timeout "$(scaled 30)" tail --pid "${receivers[$1]}" --follow /dev/null || kill "${receivers[$1]}"
  wait "${receivers[$1]}" || status=$?
  received=$(<"$scratch/$1")
  [[ $status == 0 && $received == *"all as sent"* ]] || complain "status $status: $received"
}
declare -A receivers senders
