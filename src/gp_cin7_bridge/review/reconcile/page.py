"""A reconciliation as one HTML page: no script, nothing from outside, light and dark."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import Final

from gp_cin7_bridge.review.reconcile.findings import Finding, Reconciliation, Total, shown

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


def page(found: Reconciliation) -> str:
    """Give the whole page; every text of either system is escaped."""
    disagreeing = [each for each in found.findings if each.disagrees]
    told = [each for each in found.findings if not each.disagrees]
    parts = [
        _verdict(found, len(disagreeing)),
        _findings("What does not agree", disagreeing) if disagreeing else "",
        _findings("For information", told) if told else "",
        _totals(found.totals) if found.totals else "",
    ]
    title = escape(f"Reconciliation of {found.connection}")
    return PAGE.format(title=title, style=STYLE, body="\n".join(filter(None, parts)))


def _verdict(found: Reconciliation, count: int) -> str:
    verdict = f'<span class="bad">{count} findings</span>' if count else '<span class="good">Both systems agree</span>'
    compared = ", ".join(f"{number} {kind}" for kind, number in found.compared.items()) or "nothing"
    return (
        f"<p>{verdict}. {escape(compared)} compared.</p>\n"
        f'<p class="quiet"><time datetime="{escape(found.made_at)}">{escape(found.made_at)}</time>;'
        f" {found.calls.cin7} calls to Cin7 Core, {found.calls.gp} to GP.</p>"
    )


def _findings(title: str, findings: Sequence[Finding]) -> str:
    rows = (
        (
            f'<span class="{"bad" if each.disagrees else "quiet"}">{escape(each.kind)}</span>',
            escape(each.flow),
            escape(each.vendor),
            escape(each.period),
            f"{escape(each.text)}{_differences(each)} <em>{escape(each.cure)}</em>",
        )
        for each in findings
    )
    headings = ("Document", "Finding", "Of", "Vendor", "Period", "What, and what to do")
    names = (escape(each.document) for each in findings)
    return _table(title, headings, names, rows)


def _differences(finding: Finding) -> str:
    if not finding.differences:
        return ""
    items = "".join(
        f"<li>{escape(each.field)}: expected <b>{escape(each.expected or 'nothing')}</b>,"
        f" found <b>{escape(each.found or 'nothing')}</b></li>"
        for each in finding.differences
    )
    return f"<ul>{items}</ul>"


def _totals(totals: Sequence[Total]) -> str:
    rows = (
        (
            escape(each.period),
            escape(each.currency),
            str(each.cin7_count),
            shown(each.cin7_amount),
            str(each.gp_count),
            shown(each.gp_amount),
            f'<span class="bad">{shown(each.gap)}</span>' if each.gap else "",
        )
        for each in totals
    )
    headings = ("Vendor", "Period", "Currency", "Cin7 Core", "Amount", "GP", "Amount", "Gap")
    return _table("Totals", headings, (escape(each.vendor) for each in totals), rows, numbers=5)


def _table(
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
