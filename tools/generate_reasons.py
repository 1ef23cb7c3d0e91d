"""Generate docs/reasons.md from the catalogue; `--check` only tells whether they match."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

from gp_cin7_bridge.reasons import CATALOGUE, SKIPPED, WARNINGS

PAGE: Final = Path(__file__).resolve().parent.parent / "docs" / "reasons.md"
HEAD: Final = """# Why a document is held or passed over

Each reason has a code for programs, a sentence for people and a cure. A document shows all its reasons at once, and is
carried by the next run after the last of them is gone. Documents with only the codes marked *passed over* need nobody;
a *warning* does not stop its document.

| Code | What it says | Cure |
| --- | --- | --- |
"""


def page() -> str:
    """Write the page."""
    marks = {**dict.fromkeys(SKIPPED, " (passed over)"), **dict.fromkeys(WARNINGS, " (warning)")}
    rows = [
        f"| `{code}`{marks.get(code, '')} | {template.text} | {template.cure} |\n"
        for code, template in CATALOGUE.items()
    ]
    return HEAD + "".join(rows)


def main() -> int:
    """Write, or check, the page."""
    if "--check" in sys.argv[1:]:
        if PAGE.read_text("utf-8") == page():
            return 0
        sys.stderr.write(f"{PAGE.name} is not what the catalogue gives; run {Path(__file__).name}\n")
        return 1
    PAGE.write_text(page(), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
