"""`gp-cin7 explain VOUCHER`: for each figure on a voucher, which line, rule and setting made it."""

from __future__ import annotations

from typing import Annotated

import typer

from gp_cin7_bridge.app.cli.exits import ExitCode, errors_told
from gp_cin7_bridge.app.cli.options import DEFAULT_CONNECTIONS, AsJson, Connections
from gp_cin7_bridge.app.cli.rendering import explained_json, print_explained, print_json
from gp_cin7_bridge.bridge import Bridge
from gp_cin7_bridge.errors import BridgeError
from gp_cin7_bridge.review.explain import ExplainedVoucher, explained_vouchers


def explain(
    voucher: Annotated[str, typer.Argument(help="A voucher number, or the number of an invoice or credit note.")],
    connection: Connections = DEFAULT_CONNECTIONS,
    as_json: AsJson = False,
) -> None:
    """Explain a voucher by what was written down when it was sent; asks neither system.

    Exit: 0 explained; 1 no such voucher was sent; 2 wrong usage or settings.
    """
    with errors_told():
        found: list[ExplainedVoucher] = []
        for path in connection:
            with Bridge.open(path) as bridge:
                found += explained_vouchers(bridge, voucher)
        if not found:
            raise BridgeError(
                f"nothing was sent as {voucher!r}; `gp-cin7 audit` lists what was, and `gp-cin7 plan bills --full`"
                " explains what would be"
            )
        if as_json:
            shown = [explained_json(each) for each in found]
            print_json(shown[0] if len(shown) == 1 else shown)
        else:
            for each in found:
                print_explained(each)
        raise typer.Exit(ExitCode.DONE)
