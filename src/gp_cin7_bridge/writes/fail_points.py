"""Named moments before and after each effect, at which a test may kill this process."""

from __future__ import annotations

import os
import signal
from collections import Counter
from collections.abc import Callable
from typing import Final

Step = Callable[[str], None]

VARIABLE: Final = "GP_CIN7_FAIL_POINT"
_seen: Counter[str] = Counter()


def fail_point(name: str) -> None:
    """Kill this process when the environment says so: GP_CIN7_FAIL_POINT=after:create:3 at the third time."""
    wanted = os.environ.get(VARIABLE)
    if wanted:
        _seen[name] += 1
        if wanted in (name, f"{name}:{_seen[name]}"):
            os.kill(os.getpid(), signal.SIGKILL)
