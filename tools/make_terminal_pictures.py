"""Make the pictures of the command line in docs/images: real commands against two simulators, drawn as SVG by rich."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.text import Text

from gp_cin7_bridge.sandbox.datasets import dataset
from gp_cin7_bridge.sandbox.simulators import Simulators

IMAGES: Final = Path(__file__).resolve().parent.parent / "docs" / "images"
WIDTH: Final = 100
# rich names a font of another host; a reader's own monospaced font does.
FONTS: Final = re.compile(r"\s*@font-face \{.*?\}", re.DOTALL)


def output(folder: Path, command: str) -> list[str]:
    """Run a command in a folder; give what it prints, with its colours."""
    done = subprocess.run(  # noqa: S603 — our own words
        [sys.executable, "-m", "gp_cin7_bridge.app.cli", *command.split()],
        cwd=folder,
        env={**os.environ, "FORCE_COLOR": "1", "COLUMNS": str(WIDTH)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        check=False,
    )
    return done.stdout.rstrip().splitlines()


def draw(name: str, command: str, lines: list[str]) -> None:
    """Draw a terminal with a command and what it printed."""
    console = Console(record=True, width=WIDTH, file=io.StringIO(), force_terminal=True, highlight=False)
    console.print(f"[bold]$ gp-cin7 {command}[/bold]")
    console.print(Text.from_ansi("\n".join(lines)), soft_wrap=True)
    path = IMAGES / f"cli-{name}.svg"
    drawn = FONTS.sub("", console.export_svg(title="", unique_id=f"cli-{name}"))
    path.write_text("\n".join(line.rstrip() for line in drawn.splitlines()) + "\n", "utf-8")
    sys.stderr.write(f"{path.name}: {path.stat().st_size // 1024} KiB\n")


def take(folder: Path, name: str, command: str) -> None:
    """Run and draw one command."""
    draw(name, command, output(folder, command))


def main() -> int:
    """Make every picture."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        demo = output(folder, "demo")
        totals = next(number for number, line in enumerate(demo) if "bills: held" in line)
        draw("demo", "demo", [*demo[:totals], "…", *demo[-3:]])
        with Simulators(folder / "sandbox", dataset("demo"), calls=6000, per=60):
            site = folder / "sandbox"
            take(site, "check", "check")
            for flow in ("vendors", "items"):
                output(site, f"sync {flow}")
            take(site, "plan", "plan bills --full --only INV-1003")
            output(site, "sync bills")
            take(site, "held", "held")
            take(site, "status", "status")
            take(site, "explain", "explain INV-1003")
    return 0


if __name__ == "__main__":
    sys.exit(main())
