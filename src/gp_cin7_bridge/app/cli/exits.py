"""Exit codes, and errors as messages with a cure instead of tracebacks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum

import typer

from cin7core_client import Cin7Error
from dynamicsgp_client import GPError
from gp_cin7_bridge.errors import BridgeError, PlanError, SettingsError, UnknownFlowError, WriterBusyError
from gp_cin7_bridge.references import SecretUnavailableError


class ExitCode(IntEnum):
    """What the shell is told."""

    DONE = 0
    NOT_FINISHED = 1
    USAGE = 2
    HELD = 3
    OTHER_WRITER = 4


@contextmanager
def errors_told() -> Iterator[None]:
    """Turn what the bridge and the clients raise into one message and an exit code."""
    try:
        yield
    except (SettingsError, UnknownFlowError, PlanError, SecretUnavailableError) as error:
        raise _told(error, ExitCode.USAGE) from error
    except WriterBusyError as error:
        raise _told(error, ExitCode.OTHER_WRITER) from error
    except (BridgeError, GPError, Cin7Error) as error:
        raise _told(error, ExitCode.NOT_FINISHED) from error
    except KeyboardInterrupt:
        typer.echo("Stopped. What was finished stays finished; run the same command again to go on.", err=True)
        raise typer.Exit(ExitCode.NOT_FINISHED) from None


def _told(error: Exception, code: ExitCode) -> typer.Exit:
    typer.echo(f"gp-cin7: {error}", err=True)
    return typer.Exit(code)
