"""Record what a real site answers: its help pages, its WSDL and one read of each known resource, redacted."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final
from urllib.parse import quote, urlencode, urljoin, urlsplit

import requests
from attrs import evolve, field, frozen
from lxml import etree

from dynamicsgp_client.auth import BasicAuth, Credentials, NegotiateAuth, NTLMAuth
from dynamicsgp_client.backends.calls import Calls
from dynamicsgp_client.backends.profile import SbaProfile
from dynamicsgp_client.backends.sba import Sba
from dynamicsgp_client.backends.sba_source import BESIDE_COMPANIES
from dynamicsgp_client.backends.sessions import Logon, Sessions
from dynamicsgp_client.contract import load
from dynamicsgp_client.errors import AuthenticationError, GPError
from dynamicsgp_client.models import PayablesDocument, VendorAddress
from dynamicsgp_client.models.base import Document, spellings
from dynamicsgp_client.retry import Retry
from dynamicsgp_client.site import redact
from dynamicsgp_client.site.observations import Observations, dates_of, rows_of, spelling_of

# All but 401: a rejected password must raise, so that it is never sent again.
ANY_STATUS: Final = tuple(status for status in range(300, 600) if status != requests.codes.unauthorized)
MOST_PAGES: Final = 200
SEGMENTS: Final = ("", "Dynamics")
_LINK: Final = re.compile(r"""href\s*=\s*["']([^"'#]+)""", re.IGNORECASE)
_OPERATION: Final = "{http://schemas.xmlsoap.org/wsdl/}portType/{http://schemas.xmlsoap.org/wsdl/}operation"


@frozen
class Site:
    """Where a site is, and who calls."""

    company: str
    auth: NTLMAuth | NegotiateAuth | BasicAuth
    sba_url: str | None = None
    soap_url: str | None = None
    tenant: str = "DefaultTenant"
    verify: bool | str = True
    profile: SbaProfile = field(factory=SbaProfile)


class Recording:
    """A folder of redacted answers, numbered in the order in which they came."""

    def __init__(self, folder: Path, names: Mapping[str, str]) -> None:
        self._folder = folder
        self._names = names
        self._count = 0
        folder.mkdir(parents=True, exist_ok=True)

    def add(self, name: str, url: str, answer: requests.Response | GPError) -> None:
        """Write one answer."""
        self._count += 1
        path = self._folder / f"{self._count:03}-{re.sub(r'[^A-Za-z0-9]+', '-', name).strip('-')}.txt"
        head = redact.without(f"GET {url}", self._names)
        if isinstance(answer, GPError):
            path.write_text(f"{head}\n\n{redact.without(str(answer), self._names)}\n", encoding="utf-8")
            return
        kept = "\n".join(f"{key}: {value}" for key, value in redact.headers(answer.headers).items())
        text = redact.body(answer.content, answer.headers.get("Content-Type", ""), self._names)
        path.write_text(f"{head}\n{answer.status_code}\n{kept}\n\n{text}\n", encoding="utf-8")

    def finish(self, seen: Observations) -> None:
        """Write what follows from them."""
        (self._folder / "observations.json").write_text(seen.as_json(), encoding="utf-8")


def capture(site: Site, folder: Path) -> Iterator[str]:
    """Record a site into a folder, reading only; gives a line for each step."""
    names = {
        site.company: "COMPANY",
        quote(site.company, safe=""): "COMPANY",
        str(getattr(site.auth, "username", None) or ""): "USER",
        **{urlsplit(url).hostname or "": "HOST" for url in (site.sba_url, site.soap_url) if url},
    }
    recording = Recording(folder, names)
    seen = Observations()
    logon = Logon()
    if site.sba_url:
        with _Reader(site, site.sba_url, logon, recording) as reader:
            yield from _help(site, reader)
            seen = _observed(site, reader, seen)
            yield f"SBA: product segment {seen.product_segment!r}, list key {seen.list_key!r}"
    if site.soap_url:
        with _Reader(site, site.soap_url, logon, recording) as reader:
            seen = _wsdl(site.soap_url, reader, seen)
            yield f"SOAP: {seen.soap_operations} operations"
    recording.finish(seen)
    yield f"wrote {folder}"


class _Reader:
    """Reads one service and records everything that it answers."""

    def __init__(self, site: Site, url: str, logon: Logon, recording: Recording) -> None:
        credentials: Credentials = site.auth
        self._sessions = Sessions(
            url,
            credentials,
            verify=site.verify,
            connect_timeout=10,
            read_timeout=600,
            concurrency=1,
            transport=None,
            limiter=None,
            logon=logon,
        )
        self.calls = Calls(self._sessions, Retry.never(), ())
        self._recording = recording

    def __enter__(self) -> _Reader:
        return self

    def __exit__(self, *_: object) -> None:
        self._sessions.close()

    def get(self, name: str, url: str) -> requests.Response | None:
        try:
            answer = self.calls.run(
                "GET", name, lambda exchange: exchange.send(url, {}, None, understood=ANY_STATUS), write=False
            )
        except AuthenticationError as error:
            self._recording.add(name, url, error)
            raise
        except GPError as error:
            self._recording.add(name, url, error)
            return None
        self._recording.add(name, url, answer)
        return answer

    def rows(
        self, name: str, url: str, params: Mapping[str, str] | None = None
    ) -> tuple[str, Sequence[Mapping[str, object]]] | None:
        answer = self.get(name, f"{url}?{urlencode(params)}" if params else url)
        if answer is None or not answer.ok:
            return None
        try:
            return rows_of(json.loads(answer.content))
        except (ValueError, RecursionError):
            return None


def _help(site: Site, reader: _Reader) -> Iterator[str]:
    """Read the discovery page and what it links to, on the same host."""
    first = f"{(site.sba_url or '').rstrip('/')}/Tenants({site.tenant})/help"
    left, done = [first], set[str]()
    while left and len(done) < MOST_PAGES:
        url = left.pop(0)
        if url in done:
            continue
        done.add(url)
        answer = reader.get("help", url)
        if answer is not None and answer.ok and "html" in answer.headers.get("Content-Type", ""):
            links = (urljoin(url, link) for link in _LINK.findall(answer.text))
            left += [link for link in links if urlsplit(link).netloc == urlsplit(first).netloc]
    yield f"SBA: {len(done)} help pages"


def _observed(site: Site, reader: _Reader, seen: Observations) -> Observations:
    for segment in SEGMENTS:
        profile = evolve(site.profile, product_segment=segment)
        sba = Sba(site.sba_url or "", reader.calls, profile, tenant=site.tenant, company=site.company)
        found = reader.rows(f"vendors {segment}", _url(sba, "vendors"))
        if found is not None:
            seen = evolve(seen, product_segment=segment, list_key=found[0])
            seen = _paging(reader, sba, found[1], seen)
            seen = _resources(reader, sba, seen)
            reader.get("missing vendor", _url(sba, "vendors", "NO SUCH VENDOR"))
            break
    return seen


def _paging(reader: _Reader, sba: Sba, rows: Sequence[Mapping[str, object]], seen: Observations) -> Observations:
    profile = sba.profile
    url = _url(sba, "vendors")
    if rows:
        seen = evolve(seen, spelling=spelling_of(rows[0]), dates=dates_of(rows[0]))
    two = reader.rows("top", url, {profile.top_parameter: "2"})
    if len(rows) > 2 and two is not None:
        seen = evolve(seen, top_parameter=len(two[1]) == 2)
        skipped = reader.rows("skip", url, {profile.top_parameter: "2", profile.skip_parameter: "2"})
        if skipped is not None:
            seen = evolve(seen, skip_parameter=bool(skipped[1]) and skipped[1][0] != two[1][0])
    page = reader.rows("page", url, {profile.top_parameter: str(profile.page_size)})
    if page is not None and page[1]:
        after = {profile.top_parameter: "1", profile.skip_parameter: str(len(page[1]))}
        more = reader.rows("after the page", url, after)
        if len(page[1]) == profile.page_size:
            seen = evolve(seen, page_size=True)
        elif more is not None and more[1] and more[1][0] not in page[1]:
            seen = evolve(seen, page_size=False)
    none = reader.rows("filter", url, {profile.filter_parameter: "ModifiedDate ge 2999-01-01"})
    if rows and none is not None:
        seen = evolve(seen, filter_parameter=not none[1])
    return seen


def _resources(reader: _Reader, sba: Sba, seen: Observations) -> Observations:
    """Read one row of each resource, and one record by each kind of key."""
    missing, offered = [], []
    for name, path in {**sba.profile.paths, **sba.profile.extension_paths}.items():
        if name == "vendors" or not path:
            continue
        if name in sba.profile.extension_paths:
            offered += [name] if _found(reader, sba, name) else []
            continue
        found = reader.rows(name, _url(sba, name), {sba.profile.top_parameter: "1"})
        if found is None:
            missing.append(name)
        if found and found[1] and name == "vendor_addresses":
            key = _values(found[1][0], VendorAddress, "vendor_id", "address_id")
            seen = evolve(seen, key_separator=_found(reader, sba, name, *key))
        if found and found[1] and name == "payables":
            seen = evolve(seen, payables_key=_payables_key(reader, sba, found[1][0]))
    return evolve(seen, missing_paths=tuple(missing), offered_extensions=tuple(offered))


def _payables_key(reader: _Reader, sba: Sba, row: Mapping[str, object]) -> str | None:
    voucher, type_ = _values(row, PayablesDocument, "voucher_number", "document_type")
    if _found(reader, sba, "payables", voucher):
        return "voucher"
    return "type;voucher" if _found(reader, sba, "payables", type_, voucher) else None


def _found(reader: _Reader, sba: Sba, resource: str, *key: str) -> bool:
    few = "" if key else f"?{sba.profile.top_parameter}=1"
    answer = reader.get(f"one of {resource}", f"{_url(sba, resource, *key)}{few}")
    return answer is not None and answer.ok


def _values(row: Mapping[str, object], model: type[Document], *fields: str) -> tuple[str, ...]:
    by_field = {spellings(model).get(name, name): str(value).rstrip() for name, value in row.items()}
    return tuple(by_field.get(field, "") for field in fields)


def _url(sba: Sba, resource: str, *key: str) -> str:
    return sba.url(sba.profile.path(resource).split("/"), key, in_company=resource not in BESIDE_COMPANIES)


def _wsdl(url: str, reader: _Reader, seen: Observations) -> Observations:
    answer = reader.get("WSDL", f"{url}?wsdl")
    if answer is None or not answer.ok:
        return seen
    try:
        root = etree.fromstring(answer.content, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError:
        return seen
    offered = {str(each.get("name")) for each in root.iterfind(_OPERATION)}
    missing = tuple(sorted(set(load().operations) - offered))
    return evolve(seen, soap_operations=len(offered), soap_missing=missing)
