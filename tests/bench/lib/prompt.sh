# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# Prepares the bench for the prompt of tests/bench/shell, which starts with this file: the programs and the plugins are on
# PATH and where a node has them, with a pool and a network that lease the NIC's last queues.

PS1='bench:\w\$ '
PATH=$RXLEASE_BUILD/bin:$RXLEASE_REFERENCES:$PATH
export CNI_PATH=/opt/cni/bin NETCONFPATH=/etc/cni/net.d

mkdir -p /opt/cni/bin /etc/cni/net.d /etc/rxlease
ln -sf "$RXLEASE_REFERENCES"/* "$RXLEASE_BUILD/bin/rxlease" /opt/cni/bin/
cat >/etc/rxlease/config.yaml <<'YAML'
pools:
  - name: rxq
    selectors: { drivers: [netdevsim] }
    queues: { ids: [4-7] }
    headerSplit: false # netdevsim has neither this
    rss: keep          # nor this
YAML
cat >/etc/cni/net.d/10-zerocopy.conflist <<'JSON'
{ "cniVersion": "1.1.0", "name": "zerocopy", "plugins": [
  { "type": "rxlease",
    "devices": ["netdevsim1.p1-rx6", "netdevsim1.p1-rx7"],
    "ipam": { "type": "host-local", "ranges": [[{ "subnet": "10.22.0.0/24" }]], "routes": [{ "dst": "0.0.0.0/0" }] } } ] }
JSON
ip link set eth0 up
