"""What a sync of masters holds does not grow with the records."""

from __future__ import annotations

import tracemalloc

from gp_cin7_bridge import plan
from gp_cin7_bridge.sandbox import Sandbox


def _peak(items: int) -> int:
    """Give the most bytes that a plan of so many new items held."""
    with Sandbox() as sandbox:
        with sandbox.gp.loading():
            for number in range(items):
                sandbox.gp.add_item(f"A-{number}", f"Item {number}", unit_schedule_id="EACH")
        tracemalloc.start()
        try:
            made = plan(sandbox.bridge, "items")
            held = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        assert made.counts() == {"create": items}
        return held


def test_a_plan_of_three_times_as_many_items_holds_about_as_much_memory() -> None:
    _peak(1)  # what the first of all plans loads is no matter of the records
    assert _peak(900) < 1.5 * _peak(300)
