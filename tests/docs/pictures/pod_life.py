# SPDX-License-Identifier: Apache-2.0
"""A pod's life, as calls between those who take part: drawn from pod_life.txt, which says how it is written."""
import pathlib
import re

from docs.pictures.drawing import BOLD, SOFT, Area, Font, Picture

TEXT = pathlib.Path(__file__).with_name("pod_life.txt")
CALL = Font(12.5)
PART = Font(13, "called", bold=True)
STEP, HEAD, MARGIN, WIDTH = 32, 84, 100, 960


def parsed(text):
    """Returns the participants, pairs of name and note, and the events: tuples of kind and words."""
    participants, events = [], []
    for line in text.splitlines():
        if not line.strip() or line.startswith("# "):
            continue
        if line.startswith("= "):
            name, _, note = line[2:].partition(" | ")
            participants.append((name, note))
        elif line.startswith("-- "):
            events.append(("part", line[3:]))
        elif call := re.fullmatch(r"(\S+) > (\S+) \| (.+)", line):
            events.append(("call", *call.groups()))
        elif act := re.fullmatch(r"(\S+) \| (.+)", line):
            events.append(("act", *act.groups()))
        else:
            raise ValueError(f"{TEXT.name}: no participant, part, call or act: {line}")
    return participants, events


def draw():
    participants, events = parsed(TEXT.read_text(encoding="utf-8"))
    height = HEAD + sum(STEP + (14 if event[0] == "part" else 0) for event in events) + 20
    told = "; ".join(" ".join(event[1:]) for event in events)
    picture = Picture(WIDTH, height, "A pod's life", f"Who calls whom, from top to bottom: {told}.")
    distance = (WIDTH - 2 * MARGIN) / (len(participants) - 1)
    at = {name: MARGIN + index * distance for index, (name, _) in enumerate(participants)}
    rows = []
    y = HEAD
    for event in events:
        y += STEP + (14 if event[0] == "part" else 0)
        rows.append((y - 8, event))
    for x in at.values():
        begins = HEAD - 16
        for row, event in rows:  # a life line leaves out the texts over it
            if is_over(event, at, x):
                picture.way([(x, begins), (x, row - 21)], "line", head=False, dashed=True)
                begins = row + {"call": -2, "act": 9, "part": 6}[event[0]]
        picture.way([(x, begins), (x, height - 18)], "line", head=False, dashed=True)
    for name, note in participants:
        area = Area(at[name] - 82, 16, at[name] + 82, 66)
        kind = "ours" if name in ("plugin", "daemon") else "box"
        picture.labelled(area, kind, (name, BOLD), *([(note, SOFT)] if note else []))
    for row, event in rows:
        draw_event(picture, at, row, event)
    return picture


def span(event, at):
    """Returns where the words of a call or an act are: their middle."""
    if event[0] == "call":
        return (at[event[1]] + at[event[2]]) / 2
    half = CALL.width(event[2]) / 2 + 22  # so that it stays in the picture
    return min(max(at[event[1]], half), WIDTH - half)


def is_over(event, at, x):
    """Returns whether the event's words are over the life line at x."""
    if event[0] == "part":
        return x < 18 + PART.width(event[1]) + 6
    middle = span(event, at)
    width = CALL.width(event[-1]) / 2 + 6
    return middle - width < x < middle + width


def draw_event(picture, at, row, event):
    if event[0] == "part":
        picture.text((18, row + 1), event[1], PART, anchor="start")
        return
    if event[0] == "call":
        picture.way([(at[event[1]], row), (at[event[2]] + (-5 if at[event[2]] > at[event[1]] else 5), row)], "call")
        picture.text((span(event, at), row - 7), event[3], CALL)
        return
    half = CALL.width(event[2]) / 2 + 10
    area = Area(span(event, at) - half, row - 18, span(event, at) + half, row + 8)
    picture.labelled(area, "memory", (event[2], CALL))
