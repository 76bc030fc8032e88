# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# What tests/simnic/nic.sh has to know about a NIC of the driver gve. To be sourced.

# shellcheck disable=SC2034 # for whoever sources this
driver=gve port=0000:01:00.0 # the beginning of its queues' device ids
split_on=('"tcp-data-split": "enabled"')
channels=rx # as ethtool -L names them
# Neither a threshold for header split, nor RSS contexts, nor quiet departures: when it goes while a devmem binding has a queue
# of it, Linux 7.3 warns, since the driver's answer is EAGAIN where ENETDOWN is expected (__netif_mp_close_rxq).
has() { false; }

pci=/sys/bus/pci/devices/0000:01
switches=/sys/kernel/debug/gvnic/$port
gve_modules=$("$RXLEASE_ROOT/tests/gve/build")

is_plugged_in() { [[ -e $pci:00.0 ]]; }
plug_in() {
  [[ -e /sys/module/gve ]] || insmod "$gve_modules/gve.ko"
  if [[ -e /sys/module/gvnic ]]; then
    is_plugged_in || echo 1 >/sys/bus/pci/rescan
  else
    insmod "$gve_modules/gvnic.ko" queues=8 peer_queues=4 max_mtu="${gve_max_mtu:-9000}"
  fi
  [[ -e /sys/class/net/eth0 && -e /sys/class/net/eth1 ]]
}
unplug() {
  echo 1 >"$pci:00.0/remove"
  echo 1 >"$pci:01.0/remove"
}

# How the NIC may go and come back, with its other end.
take_away() { unplug; }
bring_back() { plug_in; }
reload_driver() {
  local step end
  for step in unbind bind; do
    for end in 0000:01:00.0 0000:01:01.0; do echo "$end" >"/sys/bus/pci/drivers/gve/$step" || return; done
  done
}
reload_module() { rmmod gve && plug_in; }

# The driver's own counters of a queue begin at 0 whenever its memory changes hands.
packets() {
  local queue counts=()
  for queue; do counts+=("$(<"$switches/received/$queue")"); done
  printf '%s\n' "${counts[*]}"
}
