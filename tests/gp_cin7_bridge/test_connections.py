"""Several connections in one state: what one remembers, another does not see."""

from __future__ import annotations

from gp_cin7_bridge import Bridge, sync_bills, sync_vendors
from gp_cin7_bridge.sandbox.simulators import Simulators


def test_connections_of_one_state_do_not_see_each_other(simulators: Simulators) -> None:
    other = simulators.folder / "other.toml"
    other.write_text(simulators.settings.read_text("utf-8").replace('name = "small"', 'name = "other"'), "utf-8")
    with Bridge.open(simulators.settings) as first, Bridge.open(other) as second:
        assert first.settings.state.url == second.settings.state.url
        simulators.gp.do("close_period", year=2026, period=3)
        sync_vendors(first)
        assert sync_bills(first).held
        assert len(first.state.links("vendor")) == 2 and first.state.held() and first.state.audit_rows()
        assert not second.state.links("vendor") and not second.state.held()
        assert not second.state.audit_rows() and not second.state.runs()
        with first.state.writer_lock():
            assert sync_vendors(second).finished
        assert first.state.audit_broken_at() is None and second.state.audit_broken_at() is None
