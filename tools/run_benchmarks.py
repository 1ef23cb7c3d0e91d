"""Measure everything that docs/benchmarks.md tells in one run, and write the page's tables.

    .venv/bin/uv sync --inexact --group bench
    .venv/bin/python tools/run_benchmarks.py

Ten minutes on an idle machine. The benches run one after the other; the proof of the limiter, which waits more than it
works, goes on beside them.
"""

from __future__ import annotations

import json
import os
import platform
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
PAGE = REPOSITORY / "docs" / "benchmarks.md"
FOLDER = "tests/benchmarks"
BENCHES = {
    "dynamicsgp_client": ("bench.py",),
    "cin7core_client": ("bench.py",),
    "gp_cin7_bridge": ("bench.py", "memory.py"),
}
LIMITER = "tools/prove_rate_limit.py"
HEAD = "| What | Result | Target |\n| --- | --- | --- |\n"
SECONDS = 300


def started(script: str, *options: str) -> subprocess.Popen[str]:
    """Start a script with this Python."""
    command = [sys.executable, str(REPOSITORY / script), *options]
    return subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True)  # noqa: S603 — our own scripts


def printed(process: subprocess.Popen[str], *, fine: tuple[int, ...] = (0,)) -> list[str]:
    """Show what it prints as it comes, and give it; it must end with one of these codes."""
    lines = []
    for line in process.stdout or ():
        sys.stdout.write(line)
        sys.stdout.flush()
        lines.append(line)
    if process.wait() not in fine:
        raise SystemExit(f"{process.args} ended with {process.returncode}; the page is as it was.")
    return lines


def limiter(lines: list[str]) -> list[str]:
    """Give a row for each colour of the limiter."""
    rows = []
    for line in lines:
        seen = json.loads(line)
        met = seen["refused"] == 0 and seen["most_in_any_window"] <= 60 and seen["share"] >= 0.99
        told = f"{seen['calls']} calls, {seen['refused']} refused, at most {seen['most_in_any_window']} in any 60 s"
        target = f"60 in any 60 s, 99 % of {SECONDS} calls: {'met' if met else '**missed**'}"
        rows.append(f"| {seen['colour']} limiter, 4 workers at full speed for {SECONDS} s | {told} | {target} |\n")
    return sorted(rows)


def measured() -> str:
    """Tell when, where and on what the run was made."""
    command = ["git", "-C", str(REPOSITORY), "describe", "--always", "--dirty", "--exclude", "*"]
    commit = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()  # noqa: S603 — our words
    return (
        f"One run of `tools/run_benchmarks.py`, {datetime.now(UTC):%d %B %Y, %H:%M} UTC, at commit {commit}: "
        f"Python {platform.python_version()}, {platform.system()} {platform.machine()}, {os.cpu_count()} cores; "
        f"load average {os.getloadavg()[0]:.1f} before the run.\n"
    )


def filled(page: str, part: str, text: str) -> str:
    """Put a text between the marks of a part."""
    marks = re.compile(rf"(<!-- {part} -->\n).*?(<!-- end -->)", re.DOTALL)
    page, found = marks.subn(lambda mark: f"{mark[1]}{text}{mark[2]}", page)
    if found != 1:
        raise SystemExit(f"docs/benchmarks.md has {found} places marked <!-- {part} -->, and needs one.")
    return page


def main() -> None:
    """Measure, and write the page when everything was measured."""
    page = PAGE.read_text("utf-8")
    for part in ("run", *BENCHES):
        filled(page, part, "")
    page = filled(page, "run", measured())
    proof = started(LIMITER, "--seconds", str(SECONDS))
    try:
        rows = {
            package: [row for script in scripts for row in printed(started(f"{FOLDER}/{package}/{script}"))]
            for package, scripts in BENCHES.items()
        }
        rows["cin7core_client"] += limiter(printed(proof, fine=(0, 1)))  # 1 is a target missed, which its row tells
    finally:
        proof.kill()
    for package, lines in rows.items():
        page = filled(page, package, HEAD + "".join(lines))
    PAGE.write_text(page, "utf-8")


if __name__ == "__main__":
    main()
