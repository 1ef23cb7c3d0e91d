"""`gp-cin7 serve`: the status page, and what else comes over HTTP."""

from __future__ import annotations

import ipaddress
import logging
import signal
import socket
import sys
from contextlib import ExitStack
from typing import Annotated, Final

import typer

from gp_cin7_bridge.app.cli.exits import ExitCode, errors_told
from gp_cin7_bridge.app.cli.options import DEFAULT_CONNECTIONS, Connections
from gp_cin7_bridge.bridge import Bridge
from gp_cin7_bridge.errors import BridgeError, SettingsError

LINE: Final = "%(asctime)s %(levelname)s %(message)s"
GRACE: Final = 30


def serve(
    connection: Connections = DEFAULT_CONNECTIONS,
    host: Annotated[str, typer.Option("--host", help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="0 takes a free one.")] = 8080,
) -> None:
    """Serve the status page and take webhooks, until SIGTERM or Ctrl-C; prints `ready URL` when it can be asked.

    Exit: 0 stopped as asked; 1 the address cannot be used; 2 wrong settings.
    """
    with errors_told(), ExitStack() as opened:
        try:
            import uvicorn

            from gp_cin7_bridge.app.web import app
        except ImportError as error:
            raise BridgeError(f"this needs the extra: pip install 'gp-cin7-bridge[web]' ({error})") from None
        bridges = [opened.enter_context(Bridge.open(path)) for path in connection]
        _safe(host, bridges)
        listening = opened.enter_context(_listening(host, port))
        logging.basicConfig(stream=sys.stderr, format=LINE, datefmt="%Y-%m-%dT%H:%M:%S%z")
        logging.getLogger("gp_cin7_bridge").setLevel(logging.INFO)
        config = uvicorn.Config(
            app(*bridges), log_config=None, access_log=False, server_header=False, timeout_graceful_shutdown=GRACE
        )
        shown = f"[{host}]" if ":" in host else host
        typer.echo(f"ready http://{shown}:{listening.getsockname()[1]}")
        # uvicorn stops at a signal, then raises it again for whoever listened before.
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: None)
        uvicorn.Server(config).run(sockets=[listening])
        raise typer.Exit(ExitCode.DONE)


def _safe(host: str, bridges: list[Bridge]) -> None:
    """Let no token travel in clear text by mistake."""
    try:
        alone = ipaddress.ip_address(host).is_loopback
    except ValueError:
        alone = host == "localhost"
    if not alone and not all(bridge.settings.web.https for bridge in bridges):
        raise SettingsError(
            f"--host {host} can be reached from other machines, and tokens would travel in clear text; put a proxy"
            " with TLS before it and write https = true into [web], or listen on 127.0.0.1"
        )


def _listening(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as error:
        raise BridgeError(f"{host}:{port} cannot be used: {error.strerror}; choose another --port") from error
