"""What the bridge remembers: links, intents, held documents, runs and the audit, in one database."""

from gp_cin7_bridge.state.activity import Day as Day
from gp_cin7_bridge.state.alerts import Alert as Alert
from gp_cin7_bridge.state.approvals import Approval as Approval
from gp_cin7_bridge.state.bodies import Body as Body
from gp_cin7_bridge.state.bodies import BodyKind as BodyKind
from gp_cin7_bridge.state.chain import Anchor as Anchor
from gp_cin7_bridge.state.chain import AuditRow as AuditRow
from gp_cin7_bridge.state.chain import Break as Break
from gp_cin7_bridge.state.connection import Connection as Connection
from gp_cin7_bridge.state.connection import Kept as Kept
from gp_cin7_bridge.state.events import StoredEvent as StoredEvent
from gp_cin7_bridge.state.events import Told as Told
from gp_cin7_bridge.state.held import HeldRecord as HeldRecord
from gp_cin7_bridge.state.held import HeldStatus as HeldStatus
from gp_cin7_bridge.state.ledger import Attempt as Attempt
from gp_cin7_bridge.state.ledger import Ledger as Ledger
from gp_cin7_bridge.state.ledger import Operation as Operation
from gp_cin7_bridge.state.ledger import OperationState as OperationState
from gp_cin7_bridge.state.links import Link as Link
from gp_cin7_bridge.state.runs import Run as Run
from gp_cin7_bridge.state.store import Store as Store
