from __future__ import annotations

import pytest
from colours import Colour, in_async, in_sync


@pytest.fixture(params=[in_sync, in_async], ids=["sync", "async"])
def call(request: pytest.FixtureRequest) -> Colour:
    colour: Colour = request.param
    return colour
