"""A reconciliation as one HTML page: no script, nothing from outside, light and dark."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from gp_cin7_bridge.review.reconcile.findings import Finding, Reconciliation, Total, shown
from gp_cin7_bridge.review.sheet import sheet, table


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
    return sheet(f"Reconciliation of {found.connection}", parts)


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
    return table(title, headings, names, rows)


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
    return table("Totals", headings, (escape(each.vendor) for each in totals), rows, numbers=5)
