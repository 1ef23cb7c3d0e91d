"""Generate the drawings of docs/images from the tables below; `--check` only tells whether they match."""

from __future__ import annotations

import sys
from html import escape
from pathlib import Path
from typing import Final

from attrs import frozen

IMAGES: Final = Path(__file__).resolve().parent.parent / "docs" / "images"
WIDTH: Final = 920
LINE: Final = 17
BARE: Final = ("life", "cross")
# One card of its own colours is legible on a light and on a dark page.
HEAD: Final = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}"
role="img" aria-labelledby="title">
<title id="title">{title}</title>
<style>
text {{ font: 13px system-ui, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; fill: #1d2733; }}
.name {{ font-weight: 600; font-size: 15px; }} .said {{ font-size: 12.5px; fill: #3c4857; }}
.card {{ fill: #fdfdfb; stroke: #c9ced6; }} .halo {{ fill: #fdfdfb; }}
.plain {{ fill: #eef1f5; stroke: #8a95a3; }} .good {{ fill: #dff1e4; stroke: #3f8a58; }}
.wait {{ fill: #fdf0d5; stroke: #b98a2c; }} .open {{ fill: #e4ecfb; stroke: #4a6fb5; }}
path {{ fill: none; stroke: #46525f; stroke-width: 1.5; }} .dashed {{ stroke-dasharray: 5 4; }}
.life {{ stroke: #b3bbc5; stroke-dasharray: 3 4; }}
</style>
<defs><marker id="tip" markerWidth="9" markerHeight="9" refX="8" refY="4" orient="auto">
<polygon points="0,0 9,4 0,8" fill="#46525f"/></marker></defs>
<rect class="card" x="1" y="1" width="{inner_width}" height="{inner_height}" rx="10"/>
"""


@frozen
class Box:
    """A rectangle with a name and lines below it; `kind` is its colour."""

    x: int
    y: int
    width: int
    height: int
    name: str
    lines: tuple[str, ...] = ()
    kind: str = "plain"

    def svg(self) -> str:
        """Draw it."""
        middle = self.x + self.width // 2
        top = self.y + (self.height - LINE * len(self.lines)) // 2 + 5
        words = [f'<text class="name" x="{middle}" y="{top}" text-anchor="middle">{escape(self.name)}</text>']
        words += [
            f'<text class="said" x="{middle}" y="{top + LINE * number + 1}" text-anchor="middle">{escape(line)}</text>'
            for number, line in enumerate(self.lines, start=1)
        ]
        rect = f'x="{self.x}" y="{self.y}" width="{self.width}" height="{self.height}"'
        return "\n".join([f'<rect class="{self.kind}" {rect} rx="8"/>', *words]) + "\n"


@frozen
class Arrow:
    """A line through points, with a tip at its end and words at a place of their own."""

    points: tuple[tuple[int, int], ...]
    words: str = ""
    at: tuple[int, int] = (0, 0)
    style: str = ""
    anchor: str = "middle"

    def svg(self) -> str:
        """Draw it."""
        path = "M" + " L".join(f"{x} {y}" for x, y in self.points)
        tip = "" if self.style in BARE else ' marker-end="url(#tip)"'
        line = f'<path class="{self.style}" d="{path}"{tip}/>\n' if self.style else f'<path d="{path}"{tip}/>\n'
        if not self.words:
            return line
        x, y = self.at
        return line + f'<text class="said" x="{x}" y="{y}" text-anchor="{self.anchor}">{escape(self.words)}</text>\n'


@frozen
class Drawing:
    """A picture: what is drawn later lies on top."""

    title: str
    height: int
    parts: tuple[Box | Arrow, ...]

    def svg(self) -> str:
        """Draw all of it."""
        head = HEAD.format(
            width=WIDTH,
            height=self.height,
            inner_width=WIDTH - 2,
            inner_height=self.height - 2,
            title=escape(self.title),
        )
        return head + "".join(part.svg() for part in self.parts) + "</svg>\n"


def lane(y: int, left: str, right: str, *, to_gp: bool, style: str = "") -> tuple[Arrow, Arrow]:
    """Draw one kind of document on its way between Cin7 Core (left), the bridge and GP (right)."""
    ends = ((190, 366), (554, 730)) if to_gp else ((366, 190), (730, 554))
    return (
        Arrow(((ends[0][0], y), (ends[0][1], y)), left, (278, y - 7), style),
        Arrow(((ends[1][0], y), (ends[1][1], y)), right, (642, y - 7), style),
    )


def told(y: int, start: int, end: int, words: str, style: str = "") -> Arrow:
    """Draw a message between two lines of life."""
    return Arrow(((start, y), (end, y)), words, ((start + end) // 2, y - 7), style)


BIG_PICTURE: Final = Drawing(
    "What moves between Cin7 Core, the bridge and Dynamics GP",
    420,
    (
        Box(20, 30, 170, 290, "Cin7 Core", ("in the cloud", "purchases, stock"), "open"),
        Box(370, 30, 180, 290, "gp-cin7-bridge", ("maps, checks, writes", "each bill exactly once"), "good"),
        Box(730, 30, 170, 290, "Dynamics GP", ("on premises", "payables, ledger"), "open"),
        *lane(75, "suppliers", "vendors", to_gp=False),
        *lane(120, "products", "items", to_gp=False),
        *lane(175, "invoices, credit notes", "unposted vouchers", to_gp=True),
        *lane(230, "goods received", "journals or shipments", to_gp=True, style="dashed"),
        *lane(285, "payments recorded", "what GP has paid", to_gp=False, style="dashed"),
        Box(20, 350, 170, 46, "people authorise", ("bills and receipts",)),
        Box(370, 350, 180, 46, "people decide", ("what is held, and why",), "wait"),
        Box(730, 350, 170, 46, "people post, pay", ("void and apply",)),
        Arrow(((105, 350), (105, 324))),
        Arrow(((460, 350), (460, 324))),
        Arrow(((815, 350), (815, 324))),
        Arrow(((205, 378), (245, 378)), "off unless set", (252, 382), "dashed", "start"),
    ),
)

LIFE_OF_A_BILL: Final = Drawing(
    "The life of a bill",
    440,
    (
        Box(30, 50, 165, 62, "new", ("authorised in Cin7 Core",)),
        Box(275, 50, 140, 62, "intent", ("written down first",), "open"),
        Box(500, 50, 140, 62, "sent", ("under way to GP",), "open"),
        Box(730, 50, 140, 62, "confirmed", ("unposted, in a batch",), "good"),
        Box(30, 210, 320, 66, "held", ("reasons and cures; a person corrects,", "approves or skips it"), "wait"),
        Box(500, 210, 140, 62, "unknown", ("the answer was lost",), "open"),
        Box(730, 210, 140, 62, "posted", ("by a person in GP",), "good"),
        Box(730, 350, 140, 62, "edited", ("on either side",), "wait"),
        Arrow(((195, 81), (271, 81)), "mapped", (232, 74)),
        Arrow(((415, 81), (496, 81)), "committed", (454, 74)),
        Arrow(((640, 81), (726, 81)), "stored", (682, 74)),
        Arrow(((60, 112), (60, 206)), "a cause against it", (66, 196), anchor="start"),
        Arrow(((210, 210), (210, 150), (140, 150), (140, 116)), "cause gone", (216, 176), anchor="start"),
        Arrow(((525, 112), (354, 222)), "refused", (420, 160), anchor="end"),
        Arrow(((555, 112), (555, 206)), "no answer", (549, 190), anchor="end"),
        Arrow(((610, 210), (610, 116)), "looked: absent", (616, 146), anchor="start"),
        Arrow(
            ((640, 235), (685, 235), (685, 165), (755, 165), (755, 116)), "looked: there", (691, 184), anchor="start"
        ),
        Arrow(((500, 255), (354, 255)), "there, but different", (428, 272)),
        Arrow(((800, 112), (800, 206)), "people post", (806, 150), anchor="start"),
        Arrow(((800, 272), (800, 346)), "changed", (806, 314), anchor="start"),
        Arrow(((870, 95), (900, 95), (900, 381), (874, 381))),
        Arrow(((730, 381), (190, 381), (190, 280)), "held with the difference, field by field", (465, 374)),
    ),
)

STATE, BRIDGE, GP = 130, 440, 790
EXACTLY_ONCE: Final = Drawing(
    "How one voucher is written",
    640,
    (
        Box(30, 256, 860, 112, "", (), "good"),
        Box(30, 384, 860, 222, "", (), "wait"),
        Arrow(((STATE, 70), (STATE, 615)), style="life"),
        Arrow(((BRIDGE, 70), (BRIDGE, 615)), style="life"),
        Arrow(((GP, 70), (GP, 615)), style="life"),
        Box(STATE - 90, 24, 180, 46, "state", ("SQLite or PostgreSQL",)),
        Box(BRIDGE - 90, 24, 180, 46, "bridge", ("one writer a company",), "good"),
        Box(GP - 90, 24, 180, 46, "Dynamics GP", ("takes a number once",), "open"),
        told(110, BRIDGE, GP, "look: has the vendor this number already?"),
        told(150, BRIDGE, STATE, "commit: number C7… and all that will be sent"),
        told(190, BRIDGE, STATE, "commit: sending"),
        told(230, BRIDGE, GP, "create voucher C7…"),
        told(290, GP, BRIDGE, "stored; the first one is read back and compared"),
        told(335, BRIDGE, STATE, "commit: confirmed, with link and audit row"),
        told(422, GP, 600, "", "dashed"),
        Arrow(((590, 412), (606, 432)), style="cross"),
        Arrow(
            ((606, 412), (590, 432)), "the answer is lost, or the process killed", (BRIDGE + 130, 408), "cross", "start"
        ),
        told(450, BRIDGE, STATE, "unknown"),
        told(485, BRIDGE, GP, "look: is C7… there?"),
        told(520, GP, BRIDGE, "yes: compare it field by field, then confirm"),
        told(555, GP, BRIDGE, "no: send the same again; GP refuses a second C7…"),
        told(590, BRIDGE, STATE, "commit: confirmed, or held when it differs"),
    ),
)

DRAWINGS: Final = {"big-picture": BIG_PICTURE, "life-of-a-bill": LIFE_OF_A_BILL, "exactly-once": EXACTLY_ONCE}


def main() -> int:
    """Write, or check, every drawing."""
    for name, drawing in DRAWINGS.items():
        path, made = IMAGES / f"{name}.svg", drawing.svg()
        if "--check" not in sys.argv[1:]:
            path.write_text(made, "utf-8")
        elif not path.exists() or path.read_text("utf-8") != made:
            sys.stderr.write(f"{path.name} is not what its table draws; run {Path(__file__).name}\n")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
