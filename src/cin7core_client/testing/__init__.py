"""A simulated Cin7 Core account: records in SQLite, the API v2 with its quirks, its limit, webhooks, faults on demand.

In your tests use the pytest fixtures `fake_cin7` and `cin7`, or make one yourself:

    account = FakeCin7(seed="empty")
    client = Cin7Core(ApiKey(account.account_id, account.application_key), transport=account.transport())

Over real sockets: `with served(account) as server: server.url`, or the command `python -m cin7core_client.testing`.

Where things are: `account` is the whole, `door` one call from outside, `routes` says which path does what; each of
`references`, `suppliers`, `products`, `product_suppliers`, `attachments`, `purchases`, `stock`, `webhooks` and `other`
holds its records' rules and paths; `events` and `deliveries` tell the world, `people` act in the windows; `throttle`,
`faults`, `noise`, `clock` and `switches` are what tests turn.
"""

from cin7core_client.testing.account import FakeCin7 as FakeCin7
from cin7core_client.testing.account import LoggedRequest as LoggedRequest
from cin7core_client.testing.deliveries import Delivery as Delivery
from cin7core_client.testing.people import People as People
from cin7core_client.testing.refusal import Refused as Refused
from cin7core_client.testing.server import served as served
from cin7core_client.testing.switches import Switches as Switches
