# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# Lists the kernel objects and files that attachments own while they exist, and must not leave behind. To be sourced.

# inventory NETNS...: prints one line for each item, "KIND: ITEM". The namespaces belong to pods.
inventory() {
  local netns
  demo_queues eth0 | sed -n '/of ifindex/s/^/leased queues: /p'
  ip -brief link show | awk '!/^(lo|eth0) / { print "host devices: " $1 }'
  for netns; do
    ip -n "$netns" -brief link show | awk '!/^lo / { print "pod devices: " $1 }'
  done
  ip -oneline address show scope global | awk '$2 != "eth0" { print "addresses: " $2, $4 }'
  { ip -oneline route show; ip -oneline -6 route show; } | awk '!/ dev (lo|eth0) / { print "routes: " $0 }'
  files reservations /var/lib/cni/networks '*[.:]*[.:]*'
  files records /run/rxlease/attachments '*'
  files 'lease files' /run/rxlease/devices lease.json
}

files() { # KIND DIRECTORY PATTERN
  [[ ! -d $2 ]] || find "$2" -type f -name "$3" ! -name 'last_reserved_ip*' -printf "$1: %p\n"
}

# show_inventories BEFORE AFTER: prints how many items of each kind two inventories list.
show_inventories() {
  local kind
  printf '\n    %-17s%-12s%s\n' '' before now
  for kind in 'leased queues' 'host devices' 'pod devices' addresses routes reservations records 'lease files'; do
    printf '    %-17s%-12s%s\n' "$kind" "$(count "$kind" "$1")" "$(count "$kind" "$2")"
  done
}

count() { grep -c "^$1: " "$2" || true; }
