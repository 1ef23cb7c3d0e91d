"""A simulated Dynamics GP company: GP's tables in SQLite, its rules, its REST service, and faults on demand.

In your tests use the pytest fixtures `fake_gp` and `gp`, or make one yourself:

    company = FakeGP(seed="empty")
    client = DynamicsGP(url, company=company.company, auth=auth, transport=company.adapter())

Over real sockets: `with served(make_server(company)) as server: server.url`, or the command
`python -m dynamicsgp_client.testing`.
"""

from dynamicsgp_client.testing.certificates import Certificate as Certificate
from dynamicsgp_client.testing.company import FakeGP as FakeGP
from dynamicsgp_client.testing.company import LoggedRequest as LoggedRequest
from dynamicsgp_client.testing.rules.refusal import Refused as Refused
from dynamicsgp_client.testing.server import make_server as make_server
from dynamicsgp_client.testing.server import served as served
