"""Both systems simulated: in memory for tests, or served side by side with data sets and what must come of them."""

from gp_cin7_bridge.sandbox.in_memory import Sandbox as Sandbox
