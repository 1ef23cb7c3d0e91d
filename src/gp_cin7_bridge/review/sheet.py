"""A page of HTML that stands alone: no script, nothing from outside, light and dark."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import Final

STYLE: Final = """
:root { color-scheme: light dark; --ink: #1b1f24; --paper: #fff; --line: #c9d1d9; --quiet: #57606a;
  --bad: #a40e26; --good: #116329; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6edf3; --paper: #0d1117; --line: #3d444d; --quiet: #9198a1; --bad: #ff7b72; --good: #3fb950; }
}
body { font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper);
  margin: 2rem auto; max-width: 72rem; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; margin: 1rem 0 2rem; }
caption { text-align: left; font-weight: 600; font-size: 1.2rem; padding: .5rem 0; }
th, td { text-align: left; vertical-align: top; padding: .4rem .6rem; border-bottom: 1px solid var(--line);
  overflow-wrap: anywhere; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.bad { color: var(--bad); font-weight: 600; } .good { color: var(--good); font-weight: 600; }
.quiet { color: var(--quiet); } ul { margin: .3rem 0; padding-left: 1.2rem; }
"""
PAGE: Final = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<main>
<h1>{title}</h1>
{body}
</main>
</body>
</html>
"""


def sheet(title: str, parts: Iterable[str]) -> str:
    """Give a whole page.

    Args:
        title: plain text.
        parts: HTML, in which every text from elsewhere is escaped already.
    """
    return PAGE.format(title=escape(title), style=STYLE, body="\n".join(filter(None, parts)))


def table(
    title: str,
    headings: Sequence[str],
    names: Iterable[str],
    rows: Iterable[Sequence[str]],
    *,
    numbers: int = 0,
) -> str:
    """Give a table whose rows are headed by names; its last `numbers` columns are figures."""
    first = len(headings) - numbers

    def marked(column: int) -> str:
        return ' class="number"' if column >= first else ""

    head = "".join(f'<th scope="col"{marked(at)}>{escape(each)}</th>' for at, each in enumerate(headings))
    body = "\n".join(
        f'<tr><th scope="row">{name}</th>'
        + "".join(f"<td{marked(at)}>{cell}</td>" for at, cell in enumerate(row, start=1))
        + "</tr>"
        for name, row in zip(names, rows, strict=True)
    )
    caption = f"<caption>{escape(title)}</caption>"
    return f"<table>\n{caption}\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody>\n</table>"
