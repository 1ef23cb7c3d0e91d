"""Generate cin7core_client/_sync from _async; `--check` only tells whether they match."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Final

PACKAGE: Final = Path(__file__).resolve().parent.parent / "src" / "cin7core_client"
SOURCE: Final = PACKAGE / "_async"
TARGET: Final = PACKAGE / "_sync"

RULES: Final = [
    (r"cin7core_client\._async", "cin7core_client._sync"),
    (r"\bAsyncRetrying\b", "Retrying"),
    (r"\bhttpx\.AsyncClient\b", "httpx.Client"),
    (r"\bhttpx\.AsyncBaseTransport\b", "httpx.BaseTransport"),
    (r"\bAsyncIterator\b", "Iterator"),
    (r"\bAwaitable\[(tuple\[[^\]]*\[[^\]]*\][^\]]*\]|\w+)\]", r"\1"),
    (r"\bAwaitable, ", ""),
    (r"\bAsync(?=[A-Z])", ""),
    (r"\basync (def|for|with)\b", r"\1"),
    (r"\bawait ", ""),
    (r"__aiter__", "__iter__"),
    (r"__aenter__", "__enter__"),
    (r"__aexit__", "__exit__"),
    (r"\.aclose\(", ".close("),
    (r"with async verbs, written by hand; `_sync` is generated from it", "with sync verbs, generated from `_async`"),
]


def generated(text: str) -> str:
    """Turn one async module into its sync twin."""
    for pattern, replacement in RULES:
        text = re.sub(pattern, replacement, text)
    return formatted(text)


def formatted(text: str) -> str:
    """Sort imports and lay the text out."""
    for arguments in (["check", "--select", "I", "--fix", "--quiet"], ["format", "--quiet"]):
        command = [sys.executable, "-m", "ruff", *arguments, "--stdin-filename", str(TARGET / "module.py"), "-"]
        text = subprocess.run(command, input=text, capture_output=True, text=True, check=True).stdout  # noqa: S603
    return text


def main() -> int:
    """Write, or check, every module."""
    check = "--check" in sys.argv[1:]
    wanted = {path.relative_to(SOURCE): generated(path.read_text("utf-8")) for path in sorted(SOURCE.rglob("*.py"))}
    there = {path.relative_to(TARGET): path.read_text("utf-8") for path in sorted(TARGET.rglob("*.py"))}
    if wanted == there:
        return 0
    if check:
        different = sorted(str(name) for name in wanted.keys() | there.keys() if wanted.get(name) != there.get(name))
        sys.stderr.write(f"_sync is not what _async gives: {', '.join(different)}; run {Path(__file__).name}\n")
        return 1
    for name in there.keys() - wanted.keys():
        (TARGET / name).unlink()
    for name, text in wanted.items():
        (TARGET / name).parent.mkdir(parents=True, exist_ok=True)
        (TARGET / name).write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
