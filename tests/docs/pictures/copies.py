# SPDX-License-Identifier: Apache-2.0
"""Zero-copy against copied: bars of what tests/benchmark/run measured, round by round."""
import dataclasses

from benchmark.rounds import quarters, ratio, rows
from docs.pictures.drawing import BOLD, PLAIN, SOFT, Area, Font, Picture
from lib.places import ROOT

FIGURES = ROOT / "tests/benchmark/figures"  # the recorded ones, of which docs/performance.md tells
WIDTH, LEFT, RIGHT, STEP = 960, 330, 880, 34
VALUE = Font(12.5, bold=True)


@dataclasses.dataclass(frozen=True)
class Chart:
    """Contestants of one of the benchmark's files, measured by one column, in parts of what the first one took."""

    file: str
    title: str
    column: int
    better: str
    contestants: tuple  # pairs of the name in the file and what a reader calls it


STREAMS = (("zero-copy", "io_uring zero-copy, leased queue"), ("netkit", "copied, through the same netkit"),
           ("veth", "copied, through a veth of ptp"))
PACKETS = (("lease", "AF_XDP, leased queue"), ("copy", "AF_XDP in copy mode, on a veth"), ("socket", "a UDP socket, through a netkit"))
CHARTS = (Chart("streams", "A stream of 128 MiB into a pod: its rate", 0, "longer is better", STREAMS),
          Chart("streams", "CPU time of the whole machine for each KiB", 1, "shorter is better", STREAMS),
          Chart("packets", "Packets of 64 bytes into a pod: their rate", 0, "longer is better", PACKETS),
          Chart("packets", "CPU time of the whole machine for each packet", 1, "shorter is better", PACKETS))


def bars(chart, figures):
    """Returns for each contestant its label and the quarters of its ratio to the first one."""
    measured = rows(figures / chart.file)
    first = measured[chart.contestants[0][0]]
    return [(label, quarters(measured[name], first, chart.column)) for name, label in chart.contestants]


def ratios(chart, figures=FIGURES):
    """Returns as text what the first contestant took in parts of what each other took."""
    measured = rows(figures / chart.file)
    first, *others = (measured[name] for name, _ in chart.contestants)
    return [ratio(first, other, chart.column) for other in others]


def draw_chart(picture, top, chart, figures):
    """Draws the chart. Its bars share a scale of their own, which ends behind the longest."""
    shown = bars(chart, figures)
    scale = (RIGHT - LEFT) / max(1, *(high for _, (_, _, high) in shown))
    picture.text((24, top), chart.title, BOLD, anchor="start")
    picture.text((WIDTH - 24, top), f"{chart.better}; leased queue = 1", SOFT, anchor="end")
    for index, (label, (low, middle, high)) in enumerate(shown):
        y = top + 20 + index * STEP
        picture.text((LEFT - 12, y + 16), label, PLAIN, anchor="end")
        picture.box(Area(LEFT, y, LEFT + middle * scale, y + 22), "bar" if index else "best", rounded=3)
        end = LEFT + middle * scale
        if index:
            picture.way([(LEFT + low * scale, y + 11), (LEFT + high * scale, y + 11)], "line", head=False)
            for x in (LEFT + low * scale, LEFT + high * scale):
                picture.way([(x, y + 6), (x, y + 16)], "line", head=False)
            end = max(end, LEFT + high * scale)
        picture.text((end + 10, y + 16), f"{middle:.2f}", VALUE, anchor="start")
    return top + 20 + len(shown) * STEP + 32


def draw(figures=FIGURES, files=("streams", "packets")):
    charts = [chart for chart in CHARTS if chart.file in files]
    height = 30 + sum(52 + len(chart.contestants) * STEP for chart in charts) + 34
    told = "; ".join(f"{chart.title}: " + ", ".join(f"{label} {middle:.2f}" for label, (_, middle, _) in bars(chart, figures))
                     for chart in charts)
    picture = Picture(WIDTH, height, "Zero-copy against copied", f"In parts of what the leased queue takes. {told}.")
    top = 36
    for chart in charts:
        top = draw_chart(picture, top, chart, figures)
    picture.lines((24, top - 4), [
        ("Medians of rounds, and the range of their middle half. Measured in the bench, where CPUs play the NIC and copy", SOFT),
        ("each byte once for every receiver: this shows what a lease costs, not what a NIC saves.", SOFT)], anchor="start")
    return picture
