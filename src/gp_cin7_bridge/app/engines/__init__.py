"""Engines that run the jobs of many companies; that of DBOS is imported by its own name, as it needs an extra."""

from gp_cin7_bridge.app.engines.fleet import Fleet as Fleet
from gp_cin7_bridge.app.engines.inline import InlineEngine as InlineEngine
from gp_cin7_bridge.app.engines.port import Due as Due
from gp_cin7_bridge.app.engines.port import Engine as Engine
from gp_cin7_bridge.app.engines.port import Job as Job
from gp_cin7_bridge.app.engines.port import Work as Work
