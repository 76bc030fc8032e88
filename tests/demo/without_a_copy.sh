# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# The chapter with zero-copy traffic: a NIC of the kernel's own driver gve, over a device of the tests, and a pod of the
# node that leases its queues. To be sourced by the node's chapters, while the daemon runs.

modules=$("$here/../gve/build")

# The NIC's other end stands for another machine, which sends the streams.
wire() {
  insmod "$modules/gve.ko"
  insmod "$modules/gvnic.ko" queues=8 peer_queues=4 max_mtu=9000
  ip netns add client
  ip link set eth2 netns client
  ip address add 10.0.0.1/24 dev eth1
  ip -n client address add 10.0.0.2/24 dev eth2
  ip link set eth1 mtu 9000 up
  ip -n client link set eth2 mtu 9000 up
  ip -n client route add default via 10.0.0.1
}

kubelet_knows() { [[ $("$node/device-plugin" devices | paste -sd' ') == "$1" ]]; } # DEVICES
listens() { pod log "$1" | grep -c listening; }                                    # POD
address() { pod show "$1" | jq --raw-output .status.podIP; }                       # POD
through_queues() { # QUEUE...: the last command printed enough packets for the four streams, in lines QUEUE:PACKETS
  local queue packets=0
  for queue; do packets=$((packets + $(sed -n "s/^$queue://p" <<<"$output"))); done
  ((packets > 268435456 / 9000))
}
logged() { pod log "$1" | grep "$2"; }                                             # POD PATTERN
send() { # POD: four streams at once
  local stream senders=()
  for stream in 1 2 3 4; do
    ip netns exec client "$RXLEASE_BUILD/bin/zerocopy_send" "$(address "$1")" 5201 $((64 << 20)) &
    senders[stream]=$!
  done
  wait "${senders[@]}"
}

chapter 'Bytes arrive without a copy' \
  'Until here the NIC was simulated, driver and all. This is the kernel'"'"'s own driver of' \
  'Google'"'"'s virtual NIC, gve, unmodified; only its device is one of the tests. The daemon is' \
  'told to take it, and prepares it: headers are split off, other flows stay off its queues.'
expect 'the NIC is plugged in' wire
show 'ethtool -i eth1 | grep driver'
expect 'its driver is gve' grep -qx 'driver: gve' <<<"$output"
cat >/etc/rxlease/config.yaml <<'YAML'
pools:
  - name: rxq
    selectors: { drivers: [gve] }
    queues: { count: 2 }
YAML
show 'cat /etc/rxlease/config.yaml'
expect 'kubelet has its queues' within 20 kubelet_knows '0000:01:00.0-rx6 0000:01:00.0-rx7'
show 'ethtool -K eth1 ntuple on' # the driver begins without flow rules
show 'rxleasectl check | grep 0000:01:00.0'
expect 'it is prepared' grep -q '^ok .*header split is on' <<<"$output"
note 'The network says which flow of a pod is meant for its queues.'
steer='.plugins[0] += { mtu: 9000, steering: [{ protocol: "tcp", dstPort: 5201 }] }'
jq "$steer" "$node/rxlease.conflist" >/etc/cni/net.d/rxlease.conflist
show "jq -c '.plugins[0].steering' /etc/cni/net.d/rxlease.conflist"

cat >receive.yaml <<YAML
apiVersion: v1
kind: Pod
metadata: { name: receive, namespace: default }
spec:
  restartPolicy: Never
  containers:
    - name: main
      image: localhost/busybox:1
      imagePullPolicy: Never
      command: [/examples/zerocopy_receive, eth0, "1,2", "5201", "4"]
      securityContext: { capabilities: { add: [NET_ADMIN, IPC_LOCK] } }
      volumeMounts: [{ name: examples, mountPath: /examples }]
      resources: { limits: { rxlease.dev/rxq: 2 } }
  volumes: [{ name: examples, hostPath: { path: $RXLEASE_BUILD/bin } }]
YAML
show 'sed -n "/command/p; /resources/p" receive.yaml'
show 'cp receive.yaml /etc/kubernetes/manifests'
expect 'the pod listens' within 20 listens receive
expect 'four streams of 64 MiB are sent to it' send receive
expect 'the pod has received them' pod wait receive Succeeded
show 'pod log receive'
expect 'no byte was copied' logged receive 'zero-copy 268435456 bytes, copied 0 bytes'
note "The device's own count of packets, queue by queue:"
show 'cd /sys/kernel/debug/gvnic/0000:01:00.0/received && grep . *'
expect "they came through the pod's queues" through_queues 6 7
pod delete receive

chapter 'The same without the flow rule'
show "sed 's/name: receive/name: copied/' receive.yaml >/etc/kubernetes/manifests/copied.yaml"
expect 'the pod listens' within 20 listens copied
kill -STOP "$(pidof rxlease-device-plugin)" # the daemon would put the rules back
for location in $(ethtool -n eth1 | awk '/^Filter:/ { print $2 }'); do show "ethtool -N eth1 delete $location"; done
expect 'the same streams are sent to it' send copied
expect 'the pod has received them' pod wait copied Succeeded
show 'pod log copied'
expect 'every byte was copied' logged copied 'zero-copy [0-9]\{1,3\} bytes, copied'
kill -CONT "$(pidof rxlease-device-plugin)"
pod delete copied
ip netns delete client
for end in 0 1; do echo 1 >"/sys/bus/pci/devices/0000:01:0$end.0/remove"; done
rmmod gve
