// SPDX-License-Identifier: Apache-2.0
//
// Runs on a NIC for every packet that it receives: what comes through a queue that an AF_XDP socket waits at
// goes there, everything else goes up the host's stack. It looks at no packet, so NICs may split them
// (xdp.frags). Every queue has a map of its own: who holds that can reach this one queue, and no other.
#include <linux/bpf.h>
#include <linux/types.h>

#include <bpf/bpf_helpers.h>

#include "deviceplugin/xdp/most_queues.h"

// One queue's socket. A pod's program, or the daemon for it, puts it where the pod's own number of the queue
// is.
struct sockets {
  __uint(type, BPF_MAP_TYPE_XSKMAP);
  __uint(max_entries, RXLEASE_MOST_QUEUES);
  __type(key, __u32);
  __type(value, __u32);
};

// By the NIC's number of the queue.
struct {
  __uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
  __uint(max_entries, RXLEASE_MOST_QUEUES);
  __type(key, __u32);
  __array(values, struct sockets);
} queues SEC(".maps");

// By the same: the pod's number of the queue.
struct {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(max_entries, RXLEASE_MOST_QUEUES);
  __type(key, __u32);
  __type(value, __u32);
} keys SEC(".maps");

SEC("xdp.frags")
int rxlease(struct xdp_md* context) {
  __u32 queue = context->rx_queue_index;
  void* sockets = bpf_map_lookup_elem(&queues, &queue);
  __u32* key = bpf_map_lookup_elem(&keys, &queue);
  if (!sockets || !key) return XDP_PASS;
  return (int)bpf_redirect_map(sockets, *key, XDP_PASS);
}

// Neither the program nor a helper that it calls asks for more.
char terms[] SEC("license") = "Apache-2.0";
