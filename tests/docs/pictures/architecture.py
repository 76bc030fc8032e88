# SPDX-License-Identifier: Apache-2.0
"""The parts of a node with rxlease, and what they ask of each other."""
from docs.pictures.drawing import BOLD, CODE, PLAIN, SOFT, Area, Font, Picture

CALLED, LEASING, FLOWING = Font(12, "called"), Font(12, "leasing"), Font(12, "flowing")
CELL = 44


def cells(picture, left, top, labels, leased):
    """Draws a row of queues. Returns the centres of the leased ones."""
    centres = []
    for index, label in enumerate(labels):
        area = Area(left + index * CELL, top, left + (index + 1) * CELL, top + 30)
        if label:
            picture.box(area, "leased" if label in leased else "queue", rounded=0)
        picture.text((area.centre[0], top + 20), label or "…", CODE, inside=area)
        if label in leased:
            centres.append(area.centre[0])
    return centres


def draw():
    picture = Picture(960, 660, "rxlease on a node", (
        "A pod's specification asks for two queues. kubelet calls the device plugin's Allocate; the container runtime calls "
        "the CNI plugin's ADD, which asks the device plugin which queues the pod has, makes the pod's netkit device and "
        "leases queues 62 and 63 of the NIC as queues 1 and 2 of eth0. The NIC writes payload into the pod's memory."))
    spec = Area(40, 24, 400, 78)
    picture.labelled(spec, "box", ("limits: { rxlease.dev/rxq: 2 }", CODE), ("in a pod's specification", SOFT))
    picture.labelled(Area(560, 24, 920, 78), "box", ("scheduler", BOLD), ("finds a node that has two queues free", SOFT))
    picture.way([(400, 51), (556, 51)], "line")

    picture.box(Area(20, 112, 940, 640), "frame", rounded=12)
    picture.text((40, 136), "a node", BOLD, anchor="start")
    picture.way([(740, 78), (740, 96), (135, 96), (135, 148)], "line")

    picture.labelled(Area(40, 152, 230, 212), "box", ("kubelet", BOLD))
    picture.labelled(Area(40, 284, 230, 344), "box", ("container runtime", BOLD))
    picture.labelled(Area(390, 152, 640, 212), "ours", ("rxlease-device-plugin", BOLD), ("the node daemon", SOFT))
    picture.labelled(Area(390, 284, 640, 344), "ours", ("rxlease", BOLD), ("the CNI plugin", SOFT))
    picture.labelled(Area(760, 152, 920, 212), "ours", ("rxleasectl", BOLD), ("shows and checks", SOFT))
    picture.labelled(Area(760, 284, 920, 344), "box", ("/run/rxlease", CODE), ("records, lease.json", SOFT))

    picture.way([(230, 172), (386, 172)], "call")
    picture.text((308, 163), "Allocate", CALLED)
    picture.way([(135, 212), (135, 280)], "line")
    picture.text((145, 250), "sandbox", SOFT, anchor="start")
    picture.way([(230, 314), (386, 314)], "call")
    picture.text((270, 304), "ADD, DEL", CALLED)
    picture.way([(480, 284), (480, 216)], "call")
    picture.text((490, 254), "which queues has the pod?", CALLED, anchor="start")
    picture.way([(640, 314), (756, 314)], "line")
    picture.text((698, 304), "writes", SOFT)
    picture.way([(840, 212), (840, 280)], "line")
    picture.text((850, 250), "reads", SOFT, anchor="start")

    nic, pod = Area(40, 440, 390, 620), Area(570, 440, 920, 620)
    picture.box(nic, "box")
    picture.text((60, 466), "the NIC", BOLD, anchor="start")
    picture.text((125, 466), "enp10s0f0np0", CODE, anchor="start")
    picture.box(pod, "box")
    picture.text((590, 466), "the pod", BOLD, anchor="start")
    picture.text((658, 466), "eth0, a netkit device", PLAIN, anchor="start")
    physical = cells(picture, 84, 490, ["rx0", "rx1", "", "rx61", "rx62", "rx63"], ("rx62", "rx63"))
    virtual = cells(picture, 590, 490, ["rx0", "rx1", "rx2"], ("rx1", "rx2"))

    # The daemon's settings, and the plugin's rules and leases.
    picture.way([(390, 196), (310, 196), (310, 436)], "call")
    picture.lines((300, 380), [("prepares: channels,", CALLED), ("header split, RSS", CALLED)], anchor="end")
    picture.way([(410, 344), (410, 396), (360, 396), (360, 436)], "call")
    picture.text((420, 388), "flow rules", CALLED, anchor="start")
    picture.way([(610, 344), (610, 436)], "call")
    picture.text((620, 388), "netkit, leases", CALLED, anchor="start")
    for number, (a, b) in enumerate(zip(physical, virtual)):
        below = 548 if number else 536
        picture.way([(a, 520), (a, below), (b, below), (b, 520)], "lease", head=False)
    picture.text((480, 528), "two leases", LEASING)
    picture.labelled(Area(750, 490, 900, 520), "memory", ("the pod's memory", Font(12.5)))
    middle = (physical[0] + physical[1]) / 2
    picture.way([(middle, 520), (middle, 584), (825, 584), (825, 524)], "data", wide=True)
    picture.text((480, 576), "payload,", FLOWING)
    picture.text((480, 602), "without a copy", FLOWING)
    return picture
