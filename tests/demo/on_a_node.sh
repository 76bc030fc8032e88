# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# The chapters with Kubernetes: a node starts, kubelet allocates queues, a pod runs with them and ends. To be sourced by
# the story, with RXLEASE_BUILD set.

node=$here/../bench/node
ln -sf "$node/pod" "$RXLEASE_BUILD/bin/rxleasectl" /usr/local/bin
mkdir -p /etc/rxlease
ip link set eth0 up

cat >/etc/rxlease/config.yaml <<'YAML'
pools:
  - name: rxq
    selectors: { drivers: [netdevsim] }
    queues: { count: 4 }
    headerSplit: false
    rss: keep
YAML

cat >web.yaml <<'YAML'
apiVersion: v1
kind: Pod
metadata: { name: web, namespace: shop }
spec:
  terminationGracePeriodSeconds: 2
  containers:
    - name: main
      image: localhost/busybox:1
      imagePullPolicy: Never
      command: [sh, -c, trap exit TERM; sleep 1000 & wait]
      resources: { limits: { rxlease.dev/rxq: 2 } }
YAML
sed 's/name: web/name: greedy/; s/rxq: 2/rxq: 3/' web.yaml >greedy.yaml

# pool FREE LEASED: true if the last rxleasectl printed these numbers for the pool.
pool() { grep -Eq "^rxq +rxlease.dev/rxq +4 +$1 +$2 " <<<"$output"; }
leases_of_web() { [[ $(grep -Ec '^netdevsim1.p1-rx[0-9]+ +leased +shop/web-' <<<"$output") == "$1" ]]; }

chapter 'In Kubernetes nobody names queues' \
  'A node with a real kubelet and containerd. The daemon is told which NICs it may' \
  'use, finds the queues, and offers them to kubelet as rxlease.dev/rxq.'
expect 'kubelet and containerd run' "$node/start"
inventory >before
show 'cat /etc/rxlease/config.yaml'
expect 'rxlease-device-plugin runs, and kubelet has its queues' "$node/device-plugin" start /etc/rxlease/config.yaml
show 'rxleasectl show'
expect 'the pool has four queues, all free' pool 4 0

chapter 'A pod asks for two'
show 'cat web.yaml'
show 'cp web.yaml /etc/kubernetes/manifests'
expect 'the pod runs' pod wait web Running
show 'rxleasectl show'
expect 'two queues are leased to it' leases_of_web 2
expect 'and two are free' pool 2 2
show 'pod exec web sh -c "env | grep RXLEASE; ls /run/rxlease"'
expect 'the container knows its queues' grep -q '^RXLEASE_DEVICES_RXQ=netdevsim1.p1-rx[0-9],netdevsim1.p1-rx[0-9]$' <<<"$output"

chapter 'There are not enough for another' \
  'In a cluster it would stay Pending until there are; a node by itself refuses it.'
show 'cp greedy.yaml /etc/kubernetes/manifests'
expect 'a pod that asks for three fails' pod wait greedy Failed
show 'pod status greedy'
expect 'kubelet has refused it' grep -q UnexpectedAdmissionError <<<"$output"
pod delete greedy

chapter 'The pod ends'
show 'rm /etc/kubernetes/manifests/web.yaml'
expect 'it is gone, and its network with it' pod end web
show 'rxleasectl show'
expect 'its queues are free again' pool 4 0

# shellcheck source=without_a_copy.sh
source "$here/without_a_copy.sh"

expect 'the daemon stops' "$node/device-plugin" stop
expect 'kubelet and containerd stop' "$node/stop"
inventory >now
expect 'of the pod nothing is left' cmp before now
