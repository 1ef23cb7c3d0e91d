"""Running unattended: when something is due, and doing it until told to stop."""

from gp_cin7_bridge.app.schedule.runner import Runner as Runner
from gp_cin7_bridge.app.schedule.runner import Stop as Stop
