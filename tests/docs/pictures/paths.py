# SPDX-License-Identifier: Apache-2.0
"""The way of a packet from the wire to a program in a pod: three ways, beside each other."""
from docs.pictures.drawing import BOLD, CODE, SOFT, TITLE, Area, Font, Picture

SMALL = Font(12)
LEASING, FLOWING = Font(12, "leasing"), Font(12, "flowing")
WIDTH, GAP, LEFT = 290, 25, 20
TOPS = {"nic": 108, "queue": 186, "kernel": 272, "memory": 372, "program": 472}


def step(picture, lane, row, kind, *texts, height=52, left=14, right=14):
    area = Area(lane.left + left, TOPS[row], lane.right - right, TOPS[row] + height)
    picture.labelled(area, kind, *texts)
    return area


def down(picture, x, begin, end, kind, words=None):
    """Draws an arrow downwards, with words at its right."""
    picture.way([(x, begin.bottom), (x, end.top - 4)], kind, wide=kind == "data")
    if words:
        picture.text((x + 12, (begin.bottom + end.top) / 2 + 3), words, FLOWING if kind == "data" else SOFT, anchor="start")


def lane(picture, index, title, *lines):
    """Draws the frame of a way, and returns its area."""
    left = LEFT + index * (WIDTH + GAP)
    area = picture.box(Area(left, 20, left + WIDTH, 546), "frame", rounded=12)
    picture.lines((area.centre[0], 46), [(title, TITLE), *((line, SOFT) for line in lines)], inside=area)
    return area


def zero_copy(picture):
    area = lane(picture, 0, "io_uring, devmem", "a pair: the pod's main link", "payload without a copy")
    rule = step(picture, area, "nic", "box", ("a flow rule of the NIC", BOLD), ("names the pod's flow", SOFT))
    queue = step(picture, area, "queue", "leased", ("queue 63, leased", BOLD), ("splits headers from payload", SOFT))
    stack = step(picture, area, "kernel", "box", ("host's IP, netkit,", SMALL), ("pod's socket", SMALL), right=150)
    memory = step(picture, area, "memory", "memory", ("the pod's", BOLD), ("memory", BOLD), left=170)
    program = step(picture, area, "program", "box", ("the program", BOLD), ("is told where its bytes lie", SOFT))
    centre = area.centre[0]
    down(picture, centre, rule, queue, "line")
    down(picture, stack.centre[0], queue, stack, "line", "headers")
    picture.way([(memory.centre[0], queue.bottom), (memory.centre[0], memory.top - 5)], "data", wide=True)
    picture.text((memory.centre[0] + 10, 302), "payload", FLOWING, anchor="start")
    picture.way([(stack.centre[0], stack.bottom), (stack.centre[0], program.top - 4)], "line")
    picture.way([(memory.centre[0], memory.bottom), (memory.centre[0], program.top - 4)], "line")


def af_xdp(picture):
    area = lane(picture, 1, "AF_XDP", "a single: beside the main link", "whole packets without a copy")
    rule = step(picture, area, "nic", "box", ("a flow rule of the NIC", BOLD), ("names the pod's flow", SOFT))
    queue = step(picture, area, "queue", "leased", ("queue 62, leased", BOLD), ("writes whole packets", SOFT))
    program_of_nic = step(picture, area, "kernel", "ours", ("rxlease's XDP program", SMALL), ("finds the pod's socket", SMALL),
                          right=112)
    memory = step(picture, area, "memory", "memory", ("the pod's", BOLD), ("memory", BOLD), left=170)
    program = step(picture, area, "program", "box", ("the program", BOLD), ("reads them from its ring", SOFT))
    down(picture, area.centre[0], rule, queue, "line")
    down(picture, program_of_nic.centre[0], queue, program_of_nic, "line")
    x = memory.right - 40
    picture.way([(x, queue.bottom), (x, memory.top - 5)], "data", wide=True)
    picture.text((x - 10, 262), "packets", FLOWING, anchor="end")
    picture.way([(program_of_nic.centre[0], program_of_nic.bottom), (program_of_nic.centre[0], program.top - 4)], "line")
    picture.text((program_of_nic.centre[0] - 8, 404), "descriptors", SOFT, anchor="end")
    picture.way([(memory.centre[0], memory.bottom), (memory.centre[0], program.top - 4)], "line")


def ordinary(picture):
    area = lane(picture, 2, "everything else", "any pod, and the pod's other flows", "copied, as always")
    rss = step(picture, area, "nic", "box", ("RSS", BOLD), ("spreads flows that no rule names", SOFT))
    queue = step(picture, area, "queue", "queue", ("queues 0 to 55, the host's", BOLD), ("write whole packets", SOFT))
    stack = step(picture, area, "kernel", "box", ("the kernel's memory", SMALL), ("host's IP, netkit", SMALL))
    socket = step(picture, area, "memory", "box", ("the pod's socket", BOLD), ("plain recv()", CODE))
    program = step(picture, area, "program", "box", ("the program", BOLD), ("has a copy", SOFT))
    for begin, end in ((rss, queue), (queue, stack), (stack, socket), (socket, program)):
        down(picture, area.centre[0], begin, end, "line")


def draw():
    picture = Picture(960, 566, "The way of a packet by mode", (
        "Three ways. io_uring and devmem, on a pair: a flow rule brings the flow to the leased queue, which writes headers "
        "through the kernel's stack to the pod's socket and payload straight into the pod's memory. AF_XDP, on a single: "
        "whole packets are written into the pod's memory, and an XDP program hands them to the pod's socket. Everything "
        "else: RSS, the host's queues, the kernel's memory, the pod's socket, and a copy."))
    zero_copy(picture)
    af_xdp(picture)
    ordinary(picture)
    return picture
