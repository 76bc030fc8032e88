# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# A pod with two networks, as Multus makes it: the main one, and the example deploy/examples/networks/zerocopy.yaml as
# net1. To be sourced in the bench. Multus itself is in no package of Debian's; what it does with the example is done here:
# it writes the device that kubelet allocated into each plugin of the list, and calls libcni, the interface's name being
# net1. Thin Multus hands its environment on. Thick Multus is a daemon in a container of its own, which has the host's root
# directory at a mount point, and runs the plugins there by chroot(2).

# shellcheck source=../simnic/nic.sh
source "$RXLEASE_ROOT/tests/simnic/nic.sh"

size=$(((16 << 20) / slowness))

# attachment_definition NAME QUEUE: writes the example's network, under this name, with a device.
attachment_definition() {
  python3 -c 'import sys, yaml; print(yaml.safe_load(sys.stdin)["spec"]["config"])' \
    <"$RXLEASE_ROOT/deploy/examples/networks/zerocopy.yaml" |
    jq --arg name "$1" --arg device "$port-rx$2" '.name = $name | .plugins[] += { deviceID: $device, pciBusID: $device }' \
      >"$NETCONFPATH/$1.conflist"
}

# multus KIND VERB NETWORK POD: as Multus calls for net1; KIND is thin or thick. Sets what `call` sets.
multus() {
  local -x CNI_IFNAME=net1 CNI_ARGS="IgnoreUnknown=true;K8S_POD_NAMESPACE=default;K8S_POD_NAME=$4;K8S_POD_INFRA_CONTAINER_ID=c;K8S_POD_UID=u-$4"
  case $1 in
    thin) call "${@:2}" ;;
    thick)
      status=0
      # shellcheck disable=SC2016 # for the other shell
      output=$(unshare --mount "$BASH" -euc '
        mount --make-rslave /
        mkdir -p "$1"
        mount --rbind / "$1"
        mount -t tmpfs nothing /run # what the daemon itself sees is not the host'"'"'s
        exec chroot "$@"' sh "$scratch/hostroot" cnitool "$2" "$3" "/run/netns/$4" 2>"$scratch/errors") || status=$?
      errors=$(<"$scratch/errors")
      ;;
  esac
}
ended_well() { ((!status)) || complain "$errors"; }
attaches() { multus "$1" add "${@:2}" && ended_well; }   # KIND NETWORK POD
agrees() { multus "$1" check "${@:2}" && ended_well; }   # KIND NETWORK POD
detaches() { multus "$1" del "${@:2}" && ended_well; }   # KIND NETWORK POD
refused() { # TEXT KIND VERB NETWORK POD
  multus "${@:2}"
  [[ $status != 0 && $errors == *"$1"* ]] || complain "status $status: $errors"
}

net1_address() { ip -n "$1" -json "-$2" address show dev net1 scope global | jq --raw-output '.[0].addr_info[0].local'; } # POD 4|6
sent() { in_pod "$1" cat "/sys/class/net/$2/statistics/tx_packets"; }              # POD INTERFACE
defaults() { ip -n "$1" route show default; ip -n "$1" -6 route show default; }    # POD
proxies() { ip neighbor show proxy dev eth0 | awk '{ print $1 }' | sort | paste -sd ' '; }
rules_of_nic() { ethtool -n eth0 | grep -c '^Filter:' || true; }
# What a pod and its node have outside the main network.
traces() { # POD
  printf '%s\n' "proxies: $(proxies)" "flow rules: $(rules_of_nic)"
  ip -n "$1" rule
  ip -n "$1" -6 rule
  ip -n "$1" route show table all | grep net1 || true
  inventory "$1" | grep -v 'records: .*eth0$' || true
}
# receives POD ADDRESS: a stream to this address arrives there, every byte as sent, through net1's queue.
receives() { arrives "$2" "$size" 1 ip netns exec "$1" zerocopy_receive net1 1 5201; }
uncopied() { says "zero-copy $size bytes, copied 0 bytes"; }
# receives_by_net1 POD ADDRESS: the same, uncopied, and all answers leave by net1.
receives_by_net1() {
  local main net1
  main=$(sent "$1" eth0) net1=$(sent "$1" net1)
  receives "$1" "$2" && uncopied || return 1
  main=$(($(sent "$1" eth0) - main)) net1=$(($(sent "$1" net1) - net1))
  ((main < 10 && net1 > 50)) || complain "$main packets left by eth0, $net1 by net1" # IPv6 sends a few by itself
}

# The sender has no route to the pods, nor any other than that of its own network.
ip -n client route delete default
ip -n client -6 route delete default
rings '"tcp-data-split": "enabled"' '"hds-thresh": 0'
ethtool -X eth0 equal 4
