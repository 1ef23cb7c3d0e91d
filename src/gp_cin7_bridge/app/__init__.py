"""What people start: the command line."""

import sys


def main() -> None:
    """Run `gp-cin7`, or tell what it needs."""
    try:
        from gp_cin7_bridge.app.cli import app
    except ModuleNotFoundError as error:
        if error.name not in ("rich", "typer"):
            raise
        sys.exit(f"gp-cin7: this needs the extra: pip install 'gp-cin7-bridge[cli]' ({error})")
    app()
