# SPDX-License-Identifier: Apache-2.0
"""Draws pictures of boxes, arrows and text as SVG, light or dark as the reader's browser asks.

A picture knows where its texts are: it fails if one overlaps another or a line, or sticks out of its box. The widths are
those of DejaVu Sans, which is wider than most fonts, so that text fits in other fonts too."""
import dataclasses
from xml.sax.saxutils import escape

# The width of a character, in parts of the font's size.
WIDTHS = {**dict.fromkeys("ijl.,:;'|!()[] ", 0.36), **dict.fromkeys("ftr-/*I", 0.42), **dict.fromkeys("mwMW—", 0.98),
          **dict.fromkeys("ABCDEFGHKNOPQRSTUVXYZ", 0.73)}
OTHER_WIDTH = 0.635
MONOSPACE_WIDTH = 0.61

# What each class of shapes looks like: for light, and where dark differs.
LIGHT = {
    "paper": "fill:#ffffff", "frame": "fill:#f5f7fa;stroke:#c3cbd6", "box": "fill:#ffffff;stroke:#8592a3",
    "ours": "fill:#e2efff;stroke:#1f6feb", "queue": "fill:#eceff3;stroke:#8592a3", "leased": "fill:#ffe2b8;stroke:#c2710c",
    "memory": "fill:#dcf5e3;stroke:#2a8a4a", "line": "stroke:#57606a", "call": "stroke:#1f6feb", "lease": "stroke:#c2710c",
    "data": "stroke:#2a8a4a", "ink": "fill:#1c2128", "soft": "fill:#57606a", "called": "fill:#1556b8",
    "leasing": "fill:#96530a", "flowing": "fill:#1e6b38", "bar": "fill:#8592a3;stroke:none", "best": "fill:#2a8a4a;stroke:none"}
DARK = {
    "paper": "fill:#0d1117", "frame": "fill:#161b22;stroke:#3d4652", "box": "fill:#0d1117;stroke:#8b949e",
    "ours": "fill:#10294d;stroke:#58a6ff", "queue": "fill:#21262d;stroke:#8b949e", "leased": "fill:#4a2f08;stroke:#f0a23b",
    "memory": "fill:#10361d;stroke:#4cc474", "line": "stroke:#9aa5b1", "call": "stroke:#58a6ff", "lease": "stroke:#f0a23b",
    "data": "stroke:#4cc474", "ink": "fill:#e6edf3", "soft": "fill:#9aa5b1", "called": "fill:#79b8ff",
    "leasing": "fill:#f3b562", "flowing": "fill:#6fd693", "bar": "fill:#6b7684;stroke:none", "best": "fill:#4cc474;stroke:none"}
SHAPES = ".shape{stroke-width:1.5}.way{fill:none;stroke-width:2}.wide{stroke-width:4}.dashed{stroke-dasharray:6 4}"
FONTS = ("text{font-family:'DejaVu Sans',Verdana,system-ui,sans-serif}"
         ".code{font-family:'DejaVu Sans Mono',ui-monospace,monospace}.bold{font-weight:600}")
HEADS = ("line", "call", "lease", "data")  # classes of ways, each with an arrow head of its colour


class Overlap(Exception):
    """Text where it cannot be read."""


@dataclasses.dataclass(frozen=True)
class Area:
    """A rectangle: left, top, right and bottom in pixels."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other):
        return (self.left < other.right and other.left < self.right
                and self.top < other.bottom and other.top < self.bottom)

    def holds(self, other):
        return (self.left <= other.left and other.right <= self.right
                and self.top <= other.top and other.bottom <= self.bottom)

    def is_crossed(self, begin, end):
        """Returns whether a horizontal or vertical line meets the rectangle."""
        (x1, x2), (y1, y2) = sorted((begin[0], end[0])), sorted((begin[1], end[1]))
        return x1 < self.right and self.left < x2 + 0.1 and y1 < self.bottom and self.top < y2 + 0.1

    @property
    def centre(self):
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2


@dataclasses.dataclass(frozen=True)
class Font:
    """How a text looks: its size in pixels, its class of colour, and whether it is code or bold."""

    size: float = 13
    colour: str = "ink"
    code: bool = False
    bold: bool = False

    def width(self, text):
        if self.code:
            return len(text) * MONOSPACE_WIDTH * self.size
        plain = sum(WIDTHS.get(character, OTHER_WIDTH) for character in text) * self.size
        return plain * (1.1 if self.bold else 1)


PLAIN, SOFT, BOLD, CODE = Font(), Font(12, "soft"), Font(14, bold=True), Font(12.5, code=True)
TITLE = Font(17, bold=True)


class Picture:
    """A picture of a size in pixels. `told` says for readers who do not see it what it shows."""

    def __init__(self, width, height, title, told):
        self.area = Area(0, 0, width, height)
        self.title, self.told = title, told
        self.shapes, self.texts, self.segments = [], [], []

    def box(self, area, kind, rounded=8):
        """Draws a rectangle of a class."""
        self.shapes.append(f'<rect class="shape {kind}" x="{number(area.left)}" y="{number(area.top)}" '
                           f'width="{number(area.right - area.left)}" height="{number(area.bottom - area.top)}" '
                           f'rx="{rounded}"/>')
        return area

    def text(self, place, words, font=PLAIN, anchor="middle", inside=None):
        """Writes a line of text, its middle or its start or end at the place, (x, y of the base line)."""
        x, y = place
        width = font.width(words)
        left = {"start": x, "middle": x - width / 2, "end": x - width}[anchor]
        area = Area(left, y - 0.78 * font.size, left + width, y + 0.24 * font.size)
        for other, area_of_other in self.texts:
            if area.meets(area_of_other):
                raise Overlap(f"{self.title}: '{words}' is over '{other}'")
        if not (inside or self.area).holds(area):
            raise Overlap(f"{self.title}: '{words}' sticks out of {inside or self.area}: {area}")
        self.texts.append((words, area))
        looks = " ".join([font.colour, *(["code"] if font.code else []), *(["bold"] if font.bold else [])])
        self.shapes.append(f'<text class="{looks}" x="{number(x)}" y="{number(y)}" font-size="{number(font.size)}" '
                           f'text-anchor="{anchor}">{escape(words)}</text>')

    def lines(self, place, texts, anchor="middle", inside=None, spacing=1.45):
        """Writes lines below each other, each a pair of words and font; the first base line is at the place."""
        x, y = place
        for index, (words, font) in enumerate(texts):
            y += font.size * spacing if index else 0
            self.text((x, y), words, font, anchor, inside)

    def labelled(self, area, kind, *texts):
        """Draws a box with lines of text, each a pair of words and font, in its middle."""
        self.box(area, kind)
        height = sum(font.size * 1.45 for _, font in texts[1:]) + texts[0][1].size * 0.78
        x, y = area.centre
        self.lines((x, y - height / 2 + texts[0][1].size * 0.74), texts, inside=area)

    def way(self, points, kind, head=True, wide=False, dashed=False):
        """Draws a line through the points, with an arrow head at its end."""
        self.segments += zip(points, points[1:])
        looks = " ".join(["way", kind, *(["wide"] if wide else []), *(["dashed"] if dashed else [])])
        path = " ".join(f"{'L' if index else 'M'}{number(x)} {number(y)}" for index, (x, y) in enumerate(points))
        arrow = f' marker-end="url(#{kind}{"-wide" if wide else ""})"' if head else ""
        self.shapes.append(f'<path class="{looks}" d="{path}"{arrow}/>')

    def finish(self, dark=None):
        """Returns the SVG. `dark` decides for the reader: True or False, instead of their browser."""
        for words, area in self.texts:
            if any(area.is_crossed(*segment) for segment in self.segments):
                raise Overlap(f"{self.title}: a line goes through '{words}'")
        width, height = number(self.area.right), number(self.area.bottom)
        return "\n".join([
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
            f'role="img" aria-labelledby="title told">',
            "<!-- SPDX-License-Identifier: Apache-2.0. Made by tests/docs/pictures/make; do not edit. -->",
            f'<title id="title">{escape(self.title)}</title>', f'<desc id="told">{escape(self.told)}</desc>',
            f"<style>{SHAPES}{FONTS}{styles(dark)}</style>", f"<defs>{''.join(map(heads, HEADS))}</defs>",
            f'<rect class="paper" width="{width}" height="{height}" rx="10"/>', *self.shapes, "</svg>", ""])


def styles(dark):
    """Returns the colours: both, or those for dark or light alone."""
    if dark is not None:
        return rules(DARK if dark else LIGHT)
    return f"{rules(LIGHT)}@media (prefers-color-scheme:dark){{{rules(DARK)}}}"


def rules(looks):
    shapes = "".join(f".{kind}{{{look}}}" for kind, look in looks.items())
    return shapes + "".join(f".{kind}-head{{{looks[kind].replace('stroke', 'fill')}}}" for kind in HEADS)


def heads(kind):
    """Returns the markers of an arrow head, for a narrow and for a wide way."""
    return "".join(f'<marker id="{kind}{suffix}" viewBox="0 0 10 10" refX="8.5" refY="5" markerWidth="{size}" '
                   f'markerHeight="{size}" orient="auto-start-reverse"><path class="{kind}-head" d="M0 0L10 5L0 10z"/></marker>'
                   for suffix, size in (("", 5.5), ("-wide", 3.6)))


def number(value):
    """Returns the number as text, as short as it can be."""
    return f"{value:.1f}".rstrip("0").rstrip(".")
