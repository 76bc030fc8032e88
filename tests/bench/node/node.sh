# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# The node in the bench: the paths of its parts, and functions that start, await and end them. To be sourced by the
# scripts in this folder.

node_directory=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=../lib/within.sh
source "$node_directory/../lib/within.sh"
# shellcheck source=../lib/progress.sh
source "$node_directory/../lib/progress.sh"

[[ $(uname -r) == *-rxlease-bench ]] || die "this changes the whole machine: run it in the bench, see tests/bench/boot"

state=/run/rxlease-node
logs=${RXLEASE_RESULTS:-$state}
node_address=192.0.2.1
# shellcheck disable=SC2034 # for whoever sources this
manifests=/etc/kubernetes/manifests
kubeconfigs=/etc/kubernetes
runtime_socket=/run/containerd/containerd.sock
kubelet_sockets=(/var/lib/kubelet/device-plugins/kubelet.sock /var/lib/kubelet/pod-resources/kubelet.sock)

# await SECONDS WHAT CONDITION...: waits until the command succeeds. At the timeout it names WHAT and fails.
await() {
  within "$1" "${@:3}" >/dev/null || { say "$2: not within $(scaled "$1") s"; return 1; }
}

# Daemons run in the background, in sessions of their own, with their output in NAME.log.
start_daemon() { # NAME COMMAND...
  setsid "${@:2}" >>"$logs/$1.log" 2>&1 </dev/null &
  echo $! >"$state/$1.pid"
}

stop_daemon() { # NAME [SIGNAL]
  kill -s "${2:-TERM}" "$(<"$state/$1.pid")"
  await 20 "the end of $1" ended "$1"
}

# await_daemon NAME SECONDS CONDITION...: waits until the daemon is ready. If it ends or is not ready in time, prints the
# end of its log and ends the script.
await_daemon() {
  if await "$2" "$1" ended_or "$1" "${@:3}" && ! ended "$1"; then return; fi
  tail -n 20 "$logs/$1.log" >&2
  die "$1 is not ready, see above"
}

ended() { ! kill -0 "$(<"$state/$1.pid")" 2>/dev/null; } # NAME
ended_or() { ended "$1" || "${@:2}"; }                   # NAME CONDITION...

start_containerd() {
  start_daemon containerd containerd --address "$runtime_socket" --config "$node_directory/containerd.toml"
  await_daemon containerd 30 ctr version
}

# In a cluster kubelet registers with the API server. The options make it report and see changes within seconds, instead
# of after ten or sixty.
start_kubelet() {
  local options=()
  [[ ! -e $kubeconfigs/kubelet.conf ]] || options=(--kubeconfig "$kubeconfigs/kubelet.conf" --address 0.0.0.0
    --node-status-update-frequency 1s --sync-frequency 3s)
  start_daemon kubelet kubelet --config "$node_directory/kubelet.yaml" --node-ip "$node_address" \
    --container-runtime remote --container-runtime-endpoint "unix://$runtime_socket" "${options[@]}"
  await_daemon kubelet 60 kubelet_answers
}

kubelet_answers() {
  local socket
  curl --silent --fail http://127.0.0.1:10248/healthz || return
  for socket in "${kubelet_sockets[@]}"; do connects "$socket" || return; done
}

# connects SOCKET: succeeds if a process listens; the file alone may be left over from a kubelet that has ended. curl
# does not speak gRPC, so any other error of curl is ignored.
connects() {
  local status=0
  curl --silent --max-time 1 --unix-socket "$1" http://localhost/ || status=$?
  ((status != 7))
}
