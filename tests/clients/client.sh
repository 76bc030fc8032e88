# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# Short names for the calls of a container runtime: libcni, through cnitool. To be sourced, in the bench.

clients=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=../bench/lib/checks.sh
source "$clients/../bench/lib/checks.sh"
# shellcheck source=../demo/leftovers.sh
source "$clients/../demo/leftovers.sh"

references=$("$clients/../references/build")
scratch=$(mktemp -d)
export CNI_PATH=$references:$RXLEASE_BUILD/bin NETCONFPATH=$scratch
export PATH=$references:$RXLEASE_BUILD/bin:$clients/../demo:$PATH
ip link set eth0 up # the NIC: while it is down, the kernel does not report its leases

# network NAME VERSION PLUGIN...: writes a network list of these plugins, which are JSON objects.
network() {
  jq --slurp --arg name "$1" --arg version "$2" \
    '{ cniVersion: $version, name: $name, plugins: . }' <<<"${*:3}" >"$NETCONFPATH/$1.conflist"
}

# plugin TYPE OBJECT...: prints a plugin's configuration with the members of all these objects.
plugin() { jq --slurp --compact-output --arg type "$1" '{ type: $type } + add' <<<"${*:2}"; }

# devices QUEUE...: prints a member that names queues of the NIC.
devices() { jq --null-input '{ devices: $ARGS.positional | map("netdevsim1.p1-rx" + .) }' --args "$@"; }

# host_local SUBNET...: prints a member that asks for an address in each subnet, and for default routes.
host_local() {
  jq --null-input '{ ipam: {
    type: "host-local",
    ranges: [$ARGS.positional[] | [{ subnet: . }]],
    routes: [$ARGS.positional[] | { dst: (if contains(":") then "::/0" else "0.0.0.0/0" end) }] } }' --args "$@"
}

# call VERB NETWORK POD: sets $output and $errors to the client's output, and $status to its exit status.
call() {
  status=0
  output=$(cnitool "$1" "$2" "/run/netns/$3" 2>"$scratch/errors") || status=$?
  errors=$(<"$scratch/errors")
}

# Conditions for check follow.

complain() { # WHAT...
  printf '%s\n' "$@"
  false
}
succeeds() { # VERB NETWORK POD
  call "$@"
  ((!status)) || complain "$errors"
}
fails() { # TEXT VERB NETWORK POD: the call fails, and its error contains the text.
  call "${@:2}"
  [[ $status != 0 && $errors == *"$1"* ]] || complain "status $status: $errors"
}
result() { jq --exit-status "$1" <<<"$output" >/dev/null || complain "$output"; } # JQ_FILTER
leased() { # QUEUE POD INTERFACE
  demo_queues eth0 | grep -Eq "^rx$1 +rx[0-9]+ of ifindex $(in_pod "$2" cat "/sys/class/net/$3/ifindex"),"
}
all_free() { demo_queues eth0 | grep -Eq '^rx0-rx7 +- '; }
in_pod() { ip netns exec "$@"; }                                                   # POD COMMAND...
is_a() { ip -n "$2" -oneline link show type "$1" dev "$3" up | grep -q .; }        # KIND POD INTERFACE
lacks() { [[ ! -e $(in_pod "$1" find /sys/class/net -name "$2") ]]; }              # POD INTERFACE
nothing_left() { [[ ! $(inventory "$@") ]] || complain "$(inventory "$@")"; }      # POD...
no() { ! "$@"; }

# chapter TITLE: prints the title and starts afresh with two pods, web and db, without a network.
chapter() {
  local pod
  printf '\n%s\n' "$1"
  for pod in web db; do
    [[ ! -e /run/netns/$pod ]] || ip netns delete "$pod"
    ip netns add "$pod"
    ip -n "$pod" link set lo up
  done
}
