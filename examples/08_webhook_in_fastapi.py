"""Mount the intake of Cin7 Core's webhooks in a FastAPI application of your own, and work what came.

With your own:  uvicorn your_module:api      (with Bridge.open("bridge.toml") in place of the sandbox)
Without any:    python examples/08_webhook_in_fastapi.py --sandbox
"""

from __future__ import annotations

import asyncio
import os
import sys

import httpx
from fastapi import FastAPI

from gp_cin7_bridge import Bridge
from gp_cin7_bridge.app.web import app
from gp_cin7_bridge.app.webhooks.drain import work_events

TOKEN = "example-token-of-24-chars"


def api(bridge: Bridge) -> FastAPI:
    """Make the application; Cin7 Core delivers to /bridge/webhooks/NAME."""
    made = FastAPI()
    made.mount("/bridge", app(bridge))

    @made.get("/health")
    def health() -> dict[str, int]:
        return {"events waiting": len(bridge.state.events.waiting())}

    return made


async def deliver(application: FastAPI) -> None:
    """Send one event twice, as a stranger and as Cin7 Core does."""
    event = {"EventType": "Purchase/InvoiceAuthorised", "PurchaseOrderNumber": "PO-INV-1"}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(application), base_url="http://here") as client:
        for sender, token in (("a stranger", "forged"), ("Cin7 Core", TOKEN)):
            headers = {"Authorization": f"Bearer {token}"}
            answer = await client.post("/bridge/webhooks/sandbox", json=event, headers=headers)
            print(f"{sender} is answered {answer.status_code} {answer.reason_phrase}")
        print("health:", (await client.get("/health")).json())


def main() -> None:
    """Deliver an event and work it."""
    if sys.argv[1:] != ["--sandbox"]:
        sys.exit(__doc__)
    from bills import two_bills

    os.environ["WEBHOOK_TOKEN"] = TOKEN
    settings = {"webhooks": {"url": "https://bridge.example/bridge/webhooks/sandbox", "token": "env:WEBHOOK_TOKEN"}}
    with two_bills(settings) as sandbox:
        asyncio.run(deliver(api(sandbox.bridge)))
        sandbox.advance(minutes=5)  # several events of one purchase are one reading
        for report in work_events(sandbox.bridge):
            print(report.flow, "created", list(report.created))


if __name__ == "__main__":
    main()
