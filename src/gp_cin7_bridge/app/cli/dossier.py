"""`gp-cin7 dossier DOCUMENT`: everything that is known of one document, for an auditor."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from gp_cin7_bridge.app.cli.exits import errors_told
from gp_cin7_bridge.app.cli.options import DEFAULT_CONNECTION, AsJson, OneConnection, OnlyFlow
from gp_cin7_bridge.app.cli.rendering import console, print_audit, print_held, print_json
from gp_cin7_bridge.bridge import Bridge
from gp_cin7_bridge.errors import AuditError
from gp_cin7_bridge.review.dossier import Dossier, dossier_json
from gp_cin7_bridge.review.dossier import dossier as gathered
from gp_cin7_bridge.review.dossier_page import dossier_page


def dossier(
    document: Annotated[
        str, typer.Argument(help="Its number, its voucher number, a vendor id, an item number, or an id in Cin7 Core.")
    ],
    connection: OneConnection = DEFAULT_CONNECTION,
    flow: OnlyFlow = None,
    as_json: AsJson = False,
    html: Annotated[
        Path | None, typer.Option("--html", help="Write it to this file, as a page for a browser.", dir_okay=False)
    ] = None,
) -> None:
    """Give everything that is known of one document, its attempts, bodies and audit; asks neither system.

    Exit: 0 given; 1 nothing is known of it, or the audit is not whole; 2 wrong usage or settings.
    """
    with errors_told():
        with Bridge.open(connection) as bridge:
            found = gathered(bridge, document, flow=flow)
        if html:
            _write(html, dossier_page(found))
        if as_json:
            print_json(dossier_json(found))
        elif html:
            typer.echo(f"the dossier of {found.document} is in {html}")
        else:
            _print(found)
        if found.broken:
            raise AuditError(f"the audit is not whole: {found.broken.problem}")


def _write(path: Path, page: str) -> None:
    try:
        path.write_text(page, "utf-8")
    except OSError as error:
        raise AuditError(f"the dossier cannot be written to {path}: {error.strerror}; name another file") from error


def _print(found: Dossier) -> None:
    out = console()
    link = f"{found.link.gp_key} in GP, {found.link.cin7_id} in Cin7 Core" if found.link else "not carried"
    out.print(f"{found.document} ({found.flow}), {link}", markup=False, soft_wrap=True)
    for sending in found.sendings:
        operation = sending.operation
        out.print(f"sent as {operation.token}: {operation.state}", markup=False, soft_wrap=True)
        for attempt in sending.attempts:
            kinds = ", ".join(str(body.kind) for body in sending.bodies if body.attempt == attempt.number)
            told = f"  attempt {attempt.number} of {attempt.started_at[:19]}: {attempt.outcome or 'nobody knows'}"
            out.print(f"{told}{f'; kept: {kinds}' if kinds else ''}", markup=False, soft_wrap=True)
    print_held([found.held] if found.held else [])
    print_audit(found.rows)
