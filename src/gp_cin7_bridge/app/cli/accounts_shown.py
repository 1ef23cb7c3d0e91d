"""How the account map looks: tables for people, JSON for programs."""

from __future__ import annotations

from collections.abc import Sequence

from rich.markup import escape
from rich.table import Table

from gp_cin7_bridge.app.cli.rendering import console, reasons_json
from gp_cin7_bridge.reasons import Reason
from gp_cin7_bridge.review.accounts import CodeCoverage, CodeExplained, Coverage


def print_problems(name: str, problems: Sequence[Reason], *, lines: int) -> None:
    """Print what is wrong with a map of so many lines."""
    out = console()
    for each in problems:
        out.print(f"[red]{each.code}[/red] {escape(str(each))}", soft_wrap=True)
    if problems:
        return
    if lines:
        out.print(f"{escape(name)}: every GP account of the map exists and takes entries")
    else:
        told = "[accounts.map] is empty; `gp-cin7 accounts coverage` lists the codes that need a line"
        out.print(escape(f"{name}: {told}"), soft_wrap=True)


def print_coverage(covered: Coverage) -> None:
    """Print codes in use with their accounts, then what is stale or shared."""
    out = console()
    table = Table(title=f"codes used in {covered.days} days", title_justify="left")
    for column in ("code", "lines", "amount", "last", "defaults", "GP account", "rule or problem"):
        table.add_column(column, overflow="fold")
    for each in (*covered.unmapped, *covered.mapped):
        wrong = "; ".join(str(problem) for problem in each.problems)
        table.add_row(
            escape(each.use.code),
            str(each.use.lines),
            f"{each.use.amount:f}",
            str(each.use.last or ""),
            str(each.use.defaults or ""),
            escape(each.account_number),
            f"[red]{escape(wrong)}[/red]" if wrong else escape(each.rule),
        )
    out.print(table)
    for line in covered.stale:
        out.print(
            f"[yellow]stale[/yellow] no code in use fits {escape(repr(line))} of \\[accounts.map]", soft_wrap=True
        )
    for number, codes in covered.shared.items():
        others = ", ".join(codes[1:])
        message = f"{number}: products and suppliers get {codes[0]}, the first of its codes; the others are {others}"
        out.print(f"[yellow]shared[/yellow] {escape(message)}", soft_wrap=True)
    for line in covered.one_way:
        message = f"{line!r} depends on a line's attributes and gives products and suppliers no code"
        out.print(f"[yellow]one way[/yellow] {escape(message)}", soft_wrap=True)
    out.print(f"{len(covered.mapped)} mapped, {len(covered.unmapped)} unmapped, {len(covered.stale)} stale")


def coverage_json(covered: Coverage) -> dict[str, object]:
    """Give a coverage as JSON."""
    return {
        "days": covered.days,
        "mapped": [_code(each) for each in covered.mapped],
        "unmapped": [_code(each) for each in covered.unmapped],
        "stale": list(covered.stale),
        "shared": {number: list(codes) for number, codes in covered.shared.items()},
        "one_way": list(covered.one_way),
    }


def _code(each: CodeCoverage) -> dict[str, object]:
    return {
        "code": each.use.code,
        "lines": each.use.lines,
        "amount": f"{each.use.amount:f}",
        "last": each.use.last,
        "defaults": each.use.defaults,
        "account": each.account_number,
        "rule": each.rule,
        "problems": reasons_json(each.problems),
    }


def print_code(explained: CodeExplained) -> None:
    """Print how one code gets its account."""
    out = console()
    for line, won in explained.tried:
        out.print(f"{'[green]fits[/green]' if won else 'no  '} {escape(line)}")
    account = f"{explained.account_number} {explained.description}".strip() or "no account"
    out.print(f"{escape(explained.code)} -> {escape(account)}", soft_wrap=True)
    if explained.rule:
        out.print(escape(explained.rule), soft_wrap=True)
    if explained.back:
        out.print(f"products and suppliers of this GP account get code {escape(explained.back)}", soft_wrap=True)
    for each in explained.problems:
        out.print(f"[red]{each.code}[/red] {escape(str(each))}", soft_wrap=True)


def code_json(explained: CodeExplained) -> dict[str, object]:
    """Give it as JSON."""
    return {
        "code": explained.code,
        "tried": [{"line": line, "fits": won} for line, won in explained.tried],
        "account": explained.account_number,
        "rule": explained.rule,
        "description": explained.description,
        "back": explained.back,
        "problems": reasons_json(explained.problems),
    }
