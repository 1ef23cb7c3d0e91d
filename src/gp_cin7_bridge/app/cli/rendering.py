"""How reports, plans and vouchers look: tables for people, JSON for programs."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

from gp_cin7_bridge.plan import Plan, Report, Verb
from gp_cin7_bridge.progress import Progress as Step
from gp_cin7_bridge.progress import Watcher
from gp_cin7_bridge.reasons import Reason
from gp_cin7_bridge.review.explain import ExplainedVoucher
from gp_cin7_bridge.state import Alert, AuditRow, HeldRecord, Run

MOST_HELD = 30
COUNTS = ("created", "updated", "unchanged", "held", "skipped", "failed")
CALLS = ("gp_calls", "cin7_calls")


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
        "held": [{"document": held.document, "reasons": reasons_json(held.reasons)} for held in report.held],
        "skipped": [{"document": each.document, "reasons": reasons_json(each.reasons)} for each in report.skipped],
        "failed": [{"document": failed.document, "error": failed.error} for failed in report.failed],
        "calls": {"gp": report.calls.gp, "cin7": report.calls.cin7},
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
                "reasons": reasons_json(action.reasons),
                "explained": [
                    {"field": each.field, "value": each.value, "rule": each.rule} for each in action.explained
                ],
            }
            for action in plan
        ],
    }


def reasons_json(reasons: Iterable[Reason]) -> list[dict[str, str]]:
    """Give reasons as JSON."""
    return [{"code": each.code, "text": each.text, "cure": each.cure} for each in reasons]


def print_report(report: Report) -> None:
    """Print one table for one flow."""
    out = console()
    table = Table(title=report.flow, title_justify="left", title_style="bold")
    for column in COUNTS:
        table.add_column(column, justify="right")
    table.add_row(*(str(len(getattr(report, column))) for column in COUNTS))
    out.print(table)
    out.print(f"{report.calls.gp} calls to GP, {report.calls.cin7} to Cin7 Core")
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
        for warning in action.reasons if action.summary else ():
            out.print(f"  [yellow]warning[/yellow] {escape(str(warning))}", soft_wrap=True)
    counts = ", ".join(f"{count} {verb}" for verb, count in sorted(plan.counts().items()))
    out.print(f"{plan.flow}: {counts or 'nothing to do'}" + (f" ({unchanged} unchanged)" if unchanged else ""))
    why = Counter(
        code for action in plan if action.verb == Verb.HOLD for code in {each.code for each in action.reasons}
    )
    if why:
        out.print("held for " + ", ".join(f"{code} ({count})" for code, count in why.most_common()), soft_wrap=True)


def print_explained(voucher: ExplainedVoucher) -> None:
    """Print one voucher in full: header and distributions, each figure with the rule that made it."""
    table = Table(title=f"{voucher.document} -> voucher {voucher.voucher_number}", title_justify="left")
    table.add_column("field")
    table.add_column("value", justify="right", overflow="fold")
    table.add_column("rule", overflow="fold")
    for each in voucher.lines:
        table.add_row(escape(each.field), escape(each.value), escape(each.rule))
    console().print(table)


def explained_json(voucher: ExplainedVoucher) -> dict[str, object]:
    """Give a voucher with its rules as JSON."""
    return {
        "voucher_number": voucher.voucher_number,
        "document": voucher.document,
        "lines": [{"field": each.field, "value": each.value, "rule": each.rule} for each in voucher.lines],
    }


def print_runs(name: str, links: Mapping[str, int], unknown: int, runs: Sequence[Run]) -> None:
    """Print how much is carried and the last runs."""
    out = console()
    carried = ", ".join(f"{count} {entity}s" for entity, count in links.items())
    out.print(f"[bold]{escape(name)}[/bold]: {carried} carried; {unknown} with an unknown outcome")
    table = Table(title="last runs", title_justify="left", collapse_padding=True)
    for column in ("flow", "started", "status", *COUNTS, "GP/Cin7"):
        table.add_column(column)
    for run in runs:
        counts = (str(run.counts.get(name, "")) for name in COUNTS)
        calls = "/".join(str(run.counts.get(name, "")) for name in CALLS)
        table.add_row(run.flow, run.started_at[:16].replace("T", " "), run.status, *counts, calls)
    table.caption, table.caption_justify = "GP/Cin7: calls to each", "left"
    out.print(table)


def print_alerts(alerts: Sequence[Alert]) -> None:
    """Print what is wrong, since when, with the cure."""
    for each in alerts:
        told = f"{escape(each.text)} {escape(each.cure)}"
        console().print(f"[bold]{each.code}[/bold] since {each.since[:16]}: {told}")


def print_held(held: Sequence[HeldRecord]) -> None:
    """Print what is held, with reasons and cures."""
    if not held:
        return
    table = Table(title="held", title_justify="left")
    for column in ("flow", "document", "since", "reason and cure"):
        table.add_column(column, overflow="fold")
    for each in held[:MOST_HELD]:
        reasons = "\n".join(f"[bold]{why.code}[/bold] {escape(str(why))}" for why in each.reasons)
        table.add_row(each.flow, escape(each.document), each.first_at[:19], reasons)
    console().print(table)
    if len(held) > MOST_HELD:
        console().print(f"… and {len(held) - MOST_HELD} more; `--json` lists all.")


def print_audit(rows: Sequence[AuditRow]) -> None:
    """Print audit rows, the newest last."""
    table = Table(title="audit", title_justify="left")
    for column in ("seq", "at", "flow", "action", "outcome", "document", "GP key", "what"):
        table.add_column(column, overflow="fold")
    for row in rows:
        detail = json.loads(row.detail) if row.detail else {}
        what = (
            detail.get("summary")
            or detail.get("problem")
            or ", ".join(each["code"] for each in detail.get("reasons", ()))
        )
        table.add_row(
            str(row.seq), row.at[:19], row.flow, row.action, row.outcome, escape(row.document), row.gp_key, escape(what)
        )
    console().print(table)
