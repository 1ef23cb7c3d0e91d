"""A run that ends because a system refuses the bridge's credentials is written down as such."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Final

import cin7core_client
import dynamicsgp_client
from cin7core_client import Cin7Error
from dynamicsgp_client import GPError
from gp_cin7_bridge.bridge import Bridge
from gp_cin7_bridge.plan import Flow

REFUSED: Final = "refused"
GP: Final = (dynamicsgp_client.AuthenticationError, dynamicsgp_client.PermissionDeniedError)
CIN7: Final = (cin7core_client.AuthenticationError, cin7core_client.PermissionDeniedError)


def refused_by(error: BaseException) -> Mapping[str, int]:
    """Give the count of a run's that names the system which refused, `gp_refused` or `cin7_refused`; else nothing."""
    cause = error.__cause__ or error
    if isinstance(cause, GP):
        return {"gp_refused": 1}
    return {"cin7_refused": 1} if isinstance(cause, CIN7) else {}


@contextmanager
def refusals_noted(bridge: Bridge, flow: Flow) -> Iterator[None]:
    """Write down a run that planning could not begin, because a system refused the credentials."""
    try:
        yield
    except (GPError, Cin7Error) as error:
        if counts := refused_by(error):
            with bridge.state.transaction():
                bridge.state.end_run(bridge.state.start_run(flow), REFUSED, counts)
        raise
