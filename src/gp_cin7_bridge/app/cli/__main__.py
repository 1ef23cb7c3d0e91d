"""`python -m gp_cin7_bridge.app.cli` is `gp-cin7`."""

from gp_cin7_bridge.app import main

main()
