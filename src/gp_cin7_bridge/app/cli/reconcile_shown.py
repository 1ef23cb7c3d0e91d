"""How a reconciliation looks: text for people, JSON for programs."""

from __future__ import annotations

from rich.markup import escape
from rich.table import Table

from gp_cin7_bridge.app.cli.rendering import console
from gp_cin7_bridge.review.reconcile import Finding, GapDocument, Reconciliation, TieOut, TieOutLine, Total, shown


def reconciliation_json(found: Reconciliation) -> dict[str, object]:
    """Give a reconciliation as the JSON contract has it; amounts are texts."""
    return {
        "connection": found.connection,
        "made_at": found.made_at,
        "kinds": list(found.kinds),
        "agrees": found.agrees,
        "compared": dict(found.compared),
        "calls": {"gp": found.calls.gp, "cin7": found.calls.cin7},
        "findings": [_finding(each) for each in found.findings],
        "totals": [_total(each) for each in found.totals],
    }


def _finding(each: Finding) -> dict[str, object]:
    return {
        "flow": each.flow,
        "kind": str(each.kind),
        "document": each.document,
        "key": each.key,
        "vendor": each.vendor,
        "period": each.period,
        "text": each.text,
        "cure": each.cure,
        "disagrees": each.disagrees,
        "differences": [{"field": one.field, "expected": one.expected, "found": one.found} for one in each.differences],
    }


def _total(each: Total) -> dict[str, object]:
    return {
        "flow": each.flow,
        "vendor": each.vendor,
        "period": each.period,
        "currency": each.currency,
        "cin7": {"count": each.cin7_count, "amount": shown(each.cin7_amount)},
        "gp": {"count": each.gp_count, "amount": shown(each.gp_amount)},
        "gap": shown(each.gap),
    }


def print_reconciliation(found: Reconciliation) -> None:
    """Print findings, then the totals that do not agree, then the verdict."""
    out = console()
    for each in found.findings:
        colour = "red" if each.disagrees else "green"
        out.print(
            f"[{colour}]{each.kind}[/{colour}] {escape(each.document)}: {escape(each.text)} {escape(each.cure)}",
            soft_wrap=True,
        )
        for one in each.differences:
            out.print(f"  {escape(str(one))}", soft_wrap=True)
    if any(each.gap or each.cin7_count != each.gp_count for each in found.totals):
        out.print(_totals(found))
    compared = ", ".join(f"{count} {kind}" for kind, count in found.compared.items())
    calls = f"{found.calls.cin7} calls to Cin7 Core, {found.calls.gp} to GP"
    differing = sum(each.disagrees for each in found.findings)
    verdict = f"[red]{differing} findings[/red]" if differing else "[green]both systems agree[/green]"
    out.print(f"{escape(found.connection)}: {compared or 'nothing'} compared; {verdict} ({calls})")


def _totals(found: Reconciliation) -> Table:
    table = Table(title="totals that do not agree; `--json` gives all", title_justify="left")
    for column in ("vendor", "period", "currency"):
        table.add_column(column, overflow="fold")
    for column in ("Cin7 Core", "amount", "GP", "amount", "gap"):
        table.add_column(column, justify="right")
    for each in found.totals:
        if not each.gap and each.cin7_count == each.gp_count:
            continue
        cells = (str(each.cin7_count), shown(each.cin7_amount), str(each.gp_count), shown(each.gp_amount))
        table.add_row(escape(each.vendor), each.period, each.currency, *cells, f"[red]{shown(each.gap)}[/red]")
    return table


def tie_out_json(found: TieOut) -> dict[str, object]:
    """Give a tie-out as JSON; amounts are texts. `findings` are the documents that explain a gap."""
    return {
        "connection": found.connection,
        "made_at": found.made_at,
        "agrees": found.agrees,
        "calls": {"gp": found.calls.gp, "cin7": found.calls.cin7},
        "findings": [_gap(line, each) for line in found.lines for each in line.documents],
        "lines": [
            {
                "control": each.control,
                "accounts": each.accounts,
                "period": each.period,
                "cin7": shown(each.cin7),
                "gp": shown(each.gp),
                "gap": shown(each.gap),
                "agrees": each.agrees,
            }
            for each in found.lines
        ],
    }


def _gap(line: TieOutLine, each: GapDocument) -> dict[str, object]:
    return {
        "control": line.control,
        "period": line.period,
        "document": each.document,
        "key": each.key,
        "cin7": shown(each.cin7),
        "gp": shown(each.gp),
        "gap": shown(each.gap),
        "text": each.text,
    }


def print_tie_out(found: TieOut) -> None:
    """Print each control account by period, and under it what explains its gap."""
    out = console()
    for line in found.lines:
        colour = "green" if line.agrees else "red"
        gap = f", gap {shown(line.gap)}" if line.gap else ""
        out.print(
            f"[{colour}]{line.control}[/{colour}] {line.period} ({escape(line.accounts)}):"
            f" Cin7 Core {shown(line.cin7)}, GP {shown(line.gp)}{gap}",
            soft_wrap=True,
        )
        for each in line.documents:
            key = f" ({escape(each.key)})" if each.key else ""
            amounts = f"Cin7 Core {shown(each.cin7)}, GP {shown(each.gp)}, gap {shown(each.gap)}"
            out.print(f"  {escape(each.document)}{key}: {amounts}. {each.text}", soft_wrap=True)
    verdict = "[green]every account ties out[/green]" if found.agrees else "[red]not every account ties out[/red]"
    out.print(f"{escape(found.connection)}: {verdict}")
