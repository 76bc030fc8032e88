# SPDX-License-Identifier: Apache-2.0
"""The kernel's lists of queues and namespaces are read right."""
import unittest

from lib.conditions import Failed
from system.kubernetes.node import leased_by, netns_id

QUEUES = """queue    leased by                      used by
rx0-rx3  -                              -
rx4      rx1 of ifindex 2, netns-id 1   -
rx5-rx6  rx2 of ifindex 2, netns-id 11  io_uring
rx7      rx3 of ifindex 2, netns-id 1   AF_XDP
"""
NAMESPACES = """nsid 0 (iproute2 netns name: cni-1)
nsid 12 (iproute2 netns name: cni-12)
nsid 3 current-nsid 4 (iproute2 netns name: cni-3)
nsid 7
"""


class Lists(unittest.TestCase):
    def test_tell_who_leases_which_queue(self):
        self.assertEqual(leased_by(QUEUES, 2, 1), [4, 7])
        self.assertEqual(leased_by(QUEUES, 2, 11), [5, 6])
        self.assertEqual(leased_by(QUEUES, 22, 1), [])

    def test_tell_the_ids_of_namespaces(self):
        self.assertEqual([netns_id(NAMESPACES, name) for name in ("cni-1", "cni-12", "cni-3")], [0, 12, 3])
        with self.assertRaises(Failed):
            netns_id(NAMESPACES, "cni-2")


if __name__ == "__main__":
    unittest.main()
