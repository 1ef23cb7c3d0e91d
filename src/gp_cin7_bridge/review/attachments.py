"""Keep the files of carried bills, each under its hash, and say in the audit which bill they belong to."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Final

import httpx
from attrs import frozen

from cin7core_client import Attachment, Purchase
from gp_cin7_bridge.bridge import Bridge
from gp_cin7_bridge.errors import BridgeError
from gp_cin7_bridge.flows.changes import cin7_cursor, cin7_since
from gp_cin7_bridge.flows.purchases import bills_of, purchase_of, read_purchase
from gp_cin7_bridge.progress import Progress, Watcher, nobody
from gp_cin7_bridge.settings.attachments import AttachmentSettings
from gp_cin7_bridge.state import Link

STREAM: Final = "cin7.attachments"
# Until when bills were linked whose purchases were read.
BILLS: Final = "bills.attachments"
ENTITY: Final = "attachment"
PATIENCE: Final = 60.0


class NotKeptError(BridgeError):
    """A file cannot be taken or kept."""


@frozen
class Fetched:
    """A file as it was taken: its SHA-256 and its length."""

    sha256: str
    bytes: int


@frozen
class KeptFile:
    """One file of one bill."""

    document: str
    file_name: str
    sha256: str
    bytes: int


@frozen
class KeptFiles:
    """What a run kept, and the files that it could not take, each with why; those are tried again."""

    kept: tuple[KeptFile, ...]
    failed: tuple[str, ...]


Fetch = Callable[[str, Path, AttachmentSettings], Fetched]


def keep_attachments(bridge: Bridge, *, fetch: Fetch | None = None, watch: Watcher = nobody) -> KeptFiles:
    """Keep the files of bills that were carried, where [attachments] is on; neither system is written to.

    It reads each purchase with a carried bill that changed, or whose bill was carried, since the last run. A file is
    kept once, however often it is met, and its row in the audit names bill, file and hash, so that it stands in the
    bill's dossier.

    Args:
        bridge: the open connection.
        fetch: takes a file from an address into a folder; default from the web, without any credentials.
        watch: is told how far it is.

    Raises:
        WriterBusyError: another process writes for this company.
        Cin7Error: Cin7 Core could not be read.
    """
    if not bridge.settings.attachments.on:
        return KeptFiles((), ())
    with bridge.state.writer_lock():
        return _keep(bridge, fetch or download, watch)


def _keep(bridge: Bridge, fetch: Fetch, watch: Watcher) -> KeptFiles:
    state = bridge.state
    cursor = state.cursor(STREAM)
    carried = {link.cin7_id: link for link in state.links("bill")}
    purchases = {purchase_of(source_id) for source_id in carried}
    since = state.cursor(BILLS) or ""
    # A bill that was held at first is carried later, when nothing changes in Cin7 Core any more.
    wanted = {purchase_of(source_id): None for source_id, link in carried.items() if link.linked_at > since}
    seen = []
    for done, row in enumerate(bridge.cin7.purchases.list(updated_since=cin7_since(cursor)), start=1):
        watch(Progress("attachments", "reading Cin7 Core", done))
        seen += [row.last_updated_date] if row.last_updated_date else []
        if row.purchase_id in purchases:
            wanted[row.purchase_id] = None
    known = {link.gp_key for link in state.links(ENTITY)}
    kept: list[KeptFile] = []
    failed: list[str] = []
    for purchase_id in wanted:
        found = read_purchase(bridge, purchase_id)
        for link, document, attachment in _files(found, carried) if isinstance(found, Purchase) else ():
            if _key(link, attachment) in known:
                continue
            try:
                kept.append(_kept(bridge, fetch, link, document, attachment))
            except NotKeptError as error:
                failed.append(f"{document}, {attachment.file_name}: {error}")
    moved = cin7_cursor(cursor, seen)
    if moved and not failed:
        state.move_cursor(STREAM, moved)
    if carried and not failed:
        state.move_cursor(BILLS, max(link.linked_at for link in carried.values()))
    return KeptFiles(tuple(kept), tuple(failed))


def _files(purchase: Purchase, carried: dict[str, Link]) -> Iterator[tuple[Link, str, Attachment]]:
    """Give each file of a purchase for each of its bills that was carried: nothing tells which of them it is of."""
    for bill in bills_of(purchase):
        if link := carried.get(bill.source_id):
            for attachment in purchase.attachments:
                yield link, bill.document, attachment


def _key(link: Link, attachment: Attachment) -> str:
    return f"{link.gp_key}/{attachment.attachment_id}"


def _kept(bridge: Bridge, fetch: Fetch, link: Link, document: str, attachment: Attachment) -> KeptFile:
    settings, name = bridge.settings.attachments, attachment.file_name or ""
    try:
        settings.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        fetched = fetch(attachment.download_url or "", settings.folder, settings)
    except OSError as error:
        raise NotKeptError(f"it cannot be written to {settings.folder}: {error.strerror}") from error
    facts: dict[str, object] = {"file_name": name, "sha256": fetched.sha256, "bytes": fetched.bytes}
    with bridge.state.transaction():
        cin7_id = f"{link.cin7_id}/{attachment.attachment_id}"
        bridge.state.put_link(Link(entity=ENTITY, gp_key=_key(link, attachment), cin7_id=cin7_id, details=facts))
        bridge.state.audit(
            flow="bills",
            action="attach",
            outcome="kept",
            document=document,
            gp_key=link.gp_key,
            cin7_id=link.cin7_id,
            after=facts,
            detail={"summary": f"kept {name!r}, {fetched.bytes} bytes, SHA-256 {fetched.sha256}"},
        )
    return KeptFile(document, name, fetched.sha256, fetched.bytes)


def download(url: str, folder: Path, settings: AttachmentSettings) -> Fetched:
    """Take a file from the web into a folder, under its hash; no credentials are sent.

    Raises:
        NotKeptError: the address is not allowed, nothing usable came, or it is too large.
        OSError: the folder cannot be written.
    """

    def allowed(request: httpx.Request) -> None:
        # Asked before each request, so that no redirect leads elsewhere.
        local = request.url.host in ("127.0.0.1", "localhost")
        if request.url.host not in settings.hosts or not (request.url.scheme == "https" or local):
            raise NotKeptError(
                f"{request.url.scheme}://{request.url.host} is not among hosts of [attachments], or has no TLS; add the"
                " host if it is Cin7 Core's"
            )

    client = httpx.Client(follow_redirects=True, timeout=PATIENCE, event_hooks={"request": [allowed]})
    try:
        with client, client.stream("GET", url) as answer:
            if answer.status_code != httpx.codes.OK:
                raise NotKeptError(f"the address answered {answer.status_code}")
            if answer.headers.get("content-type", "").startswith("text/html"):
                raise NotKeptError("the address answered a page, perhaps because it needs a session; keep it by hand")
            return _stored(answer.iter_bytes(), folder, settings.most_bytes)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise NotKeptError(f"it cannot be taken: {error}") from error


def _stored(chunks: Iterable[bytes], folder: Path, most: int) -> Fetched:
    """Write to a temporary file, and give it its hash for a name once it is whole."""
    hashed, length = hashlib.sha256(), 0
    with tempfile.NamedTemporaryFile(dir=folder, delete=False) as file:
        new = Path(file.name)
        try:
            for chunk in _at_most(chunks, most):
                length += len(chunk)
                hashed.update(chunk)
                file.write(chunk)
        except BaseException:
            new.unlink(missing_ok=True)
            raise
    new.replace(folder / hashed.hexdigest())
    return Fetched(hashed.hexdigest(), length)


def _at_most(chunks: Iterable[bytes], most: int) -> Iterator[bytes]:
    length = 0
    for chunk in chunks:
        length += len(chunk)
        if length > most:
            raise NotKeptError(f"it has more than {most} bytes; raise most_bytes in [attachments]")
        yield chunk
