"""The SBA door: URLs, bodies and answers of GP's REST service."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from enum import IntEnum
from typing import Final
from urllib.parse import quote, urlencode

import requests
import simplejson

from dynamicsgp_client.backends.calls import Calls, Exchange
from dynamicsgp_client.backends.profile import SbaProfile
from dynamicsgp_client.backends.refusals import text_of
from dynamicsgp_client.errors import ConfigurationError, DecodeError
from dynamicsgp_client.events import Hook
from dynamicsgp_client.models.base import Document, written_names

READS: Final = ("GET", "HEAD")


class Sba:
    """One company behind one SBA service root."""

    def __init__(
        self,
        base_url: str,
        calls: Calls,
        profile: SbaProfile,
        *,
        tenant: str,
        company: str,
    ) -> None:
        self.profile = profile
        self.hooks: Sequence[Hook] = calls.hooks
        self._calls = calls
        self._tenant = f"{base_url.rstrip('/')}/{self._called('Tenants', (tenant,))}"
        company_segment = profile.company_segment or self._escaped(company)
        self._company = f"{self._tenant}/Companies{self._left}{company_segment}{self._right}"

    @property
    def _left(self) -> str:
        return "%28" if self.profile.encode_parentheses else "("

    @property
    def _right(self) -> str:
        return "%29" if self.profile.encode_parentheses else ")"

    def _escaped(self, text: str) -> str:
        escaped = quote(text, safe="")
        return escaped.replace("%20", "+") if self.profile.space_as_plus else escaped

    def _called(self, name: str, key: Sequence[str]) -> str:
        if not key:
            return self._escaped(name)
        parts = quote(self.profile.key_separator, safe=";").join(self._escaped(part) for part in key)
        return f"{self._escaped(name)}{self._left}{parts}{self._right}"

    def url(self, segments: Sequence[str], key: Sequence[str], *, in_company: bool = True) -> str:
        """Build the address of a resource; every segment and key part is escaped."""
        path = [self._company if in_company else self._tenant]
        if self.profile.product_segment and in_company:
            path.append(self._escaped(self.profile.product_segment))
        path.extend(self._escaped(segment) for segment in segments[:-1])
        path.append(self._called(segments[-1], key))
        return "/".join(path)

    def call(
        self,
        method: str,
        segments: Sequence[str],
        *,
        key: Sequence[str] = (),
        params: Mapping[str, str] | None = None,
        body: object = None,
        headers: Mapping[str, str] | None = None,
        in_company: bool = True,
    ) -> object:
        """Send one call and give the decoded answer; None for an empty one.

        Raises:
            GPError: see its tree; `may_have_happened` tells whether a write needs looking after.
        """
        url = self.url(segments, key, in_company=in_company)
        if params:
            url += "?" + urlencode(params, quote_via=quote)
        write = method not in READS
        sent = {**({"Accept": self.profile.accept} if self.profile.accept else {}), **(headers or {})}
        data = None
        if body is not None:
            sent["Content-Type"] = "application/json; charset=utf-8"
            data = self.encoded({self.profile.payload_key: body} if self.profile.payload_key else body)
        path = "/".join([*segments[:-1], self._called(segments[-1], key)])

        def once(exchange: Exchange) -> object:
            return _decoded(exchange.send(url, sent, data), f"{method} {path}", write=write)

        return self._calls.run(method, path, once, write=write)

    def encoded(self, value: object) -> bytes:
        """Write JSON with exact numbers and the profile's dates."""
        try:
            return simplejson.dumps(self._plain(value), use_decimal=True, ensure_ascii=False, allow_nan=False).encode()
        except (TypeError, ValueError) as error:
            raise ConfigurationError(f"not sent: {error}") from error

    def _plain(self, value: object) -> object:
        if isinstance(value, Document):
            names = written_names(type(value), self.profile.field_names)
            return self._plain({names.get(name, name): getattr(value, name) for name in value.model_fields_set})
        if isinstance(value, dt.date):
            return self.profile.written_date(value)
        if isinstance(value, Decimal):
            return Decimal(f"{value:f}")
        if isinstance(value, IntEnum):
            return int(value)
        if isinstance(value, Mapping):
            return {str(name): self._plain(each) for name, each in value.items() if each is not None}
        if isinstance(value, (list, tuple)):
            return [self._plain(each) for each in value]
        return value


def _decoded(answer: requests.Response, call: str, *, write: bool) -> object:
    text = text_of(answer)
    if not text.strip():
        return None
    try:
        value: object = json.loads(text, parse_float=Decimal)
    except (ValueError, RecursionError) as error:
        kind = answer.headers.get("Content-Type", "no content type")
        raise DecodeError(f"{call}: {answer.status_code} with {kind}, not JSON", body=text, write=write) from error
    return value
