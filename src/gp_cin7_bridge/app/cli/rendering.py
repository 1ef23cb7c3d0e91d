"""How reports, plans and vouchers look: tables for people, JSON for programs."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

from gp_cin7_bridge.plan import Action, Plan, Report
from gp_cin7_bridge.progress import Progress as Step
from gp_cin7_bridge.progress import Watcher
from gp_cin7_bridge.reasons import Reason

MOST_HELD = 30


def console() -> Console:
    """Give the console of standard output."""
    return Console(soft_wrap=False, highlight=False)


def print_json(value: object) -> None:
    """Print one JSON document."""
    sys.stdout.write(json.dumps(value, indent=2, default=str, ensure_ascii=False) + "\n")


@contextmanager
def progress_bars() -> Iterator[Watcher]:
    """Show a bar for each stage on standard error while work goes on."""
    columns = (
        SpinnerColumn(finished_text="✓"),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True)) as bars:
        tasks: dict[tuple[str, str], TaskID] = {}

        def watch(step: Step) -> None:
            key = (step.flow, step.stage)
            if key not in tasks:
                tasks[key] = bars.add_task(f"{step.flow}: {step.stage}", total=step.total)
            bars.update(tasks[key], completed=step.done, total=step.total)

        yield watch
        for task in bars.tasks:
            if task.total is None:
                bars.update(task.id, total=task.completed)


def report_json(report: Report) -> dict[str, object]:
    """Give a report as the JSON contract has it."""
    return {
        "flow": report.flow,
        "created": len(report.created),
        "updated": len(report.updated),
        "unchanged": len(report.unchanged),
        "held": [{"document": held.document, "reasons": _reasons(held.reasons)} for held in report.held],
        "failed": [{"document": failed.document, "error": failed.error} for failed in report.failed],
        **({"stopped": report.stopped} if report.stopped else {}),
    }


def plan_json(plan: Plan) -> dict[str, object]:
    """Give a plan as the JSON contract has it."""
    return {
        "flow": plan.flow,
        "actions": [
            {
                "verb": str(action.verb),
                "document": action.document,
                "key": action.key,
                "before": action.before,
                "after": action.after,
                "reasons": _reasons(action.reasons),
                "explained": [
                    {"field": each.field, "value": each.value, "rule": each.rule} for each in action.explained
                ],
            }
            for action in plan
        ],
    }


def _reasons(reasons: Iterable[Reason]) -> list[dict[str, str]]:
    return [{"code": each.code, "text": each.text, "cure": each.cure} for each in reasons]


def print_report(report: Report) -> None:
    """Print one table for one flow."""
    out = console()
    table = Table(title=report.flow, title_justify="left", title_style="bold")
    for column in ("created", "updated", "unchanged", "held", "failed"):
        table.add_column(column, justify="right")
    table.add_row(
        *(str(len(each)) for each in (report.created, report.updated, report.unchanged, report.held, report.failed))
    )
    out.print(table)
    if report.held:
        held = Table(title=f"{report.flow}: held", title_justify="left")
        held.add_column("document", overflow="fold")
        held.add_column("reason and cure", overflow="fold")
        for document in report.held[:MOST_HELD]:
            lines = "\n".join(f"[bold]{each.code}[/bold] {escape(str(each))}" for each in document.reasons)
            held.add_row(escape(document.document), lines)
        out.print(held)
        if len(report.held) > MOST_HELD:
            out.print(f"… and {len(report.held) - MOST_HELD} more; `--json` lists all.")
    for failed in report.failed:
        out.print(f"[red]failed[/red] {escape(failed.document)}: {escape(failed.error)}")
    if report.stopped:
        out.print(f"[red]stopped[/red] {escape(report.stopped)}")


def print_plan(plan: Plan) -> None:
    """Print a plan, one line an action, what is unchanged only as a count."""
    out = console()
    unchanged = 0
    for action in plan:
        if any(each.code == "unchanged" for each in action.reasons):
            unchanged += 1
            continue
        out.print(escape(str(action)), soft_wrap=True)
    counts = ", ".join(f"{count} {verb}" for verb, count in sorted(plan.counts().items()))
    out.print(f"{plan.flow}: {counts or 'nothing to do'}" + (f" ({unchanged} unchanged)" if unchanged else ""))


def print_voucher(action: Action) -> None:
    """Print one voucher in full: header and distributions, each figure with the rule that made it."""
    out = console()
    table = Table(title=f"{action.document} -> voucher {action.key}", title_justify="left")
    table.add_column("field")
    table.add_column("value", justify="right", overflow="fold")
    table.add_column("rule", overflow="fold")
    for each in action.explained:
        table.add_row(escape(each.field), escape(each.value), escape(each.rule))
    out.print(table)


def print_facts(title: str, facts: Mapping[str, object]) -> None:
    """Print names and values."""
    table = Table(title=title, title_justify="left", show_header=False)
    for name, value in facts.items():
        table.add_row(escape(name), escape(str(value)))
    console().print(table)
