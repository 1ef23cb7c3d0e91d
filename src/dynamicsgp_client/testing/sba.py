"""The REST door of the simulator: paths, lists, Payload bodies and refusals over GP's tables."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Final
from urllib.parse import parse_qsl, quote, unquote, unquote_plus, urlsplit

import simplejson

from dynamicsgp_client.models.base import columns, written_names
from dynamicsgp_client.testing.company import FakeGP
from dynamicsgp_client.testing.reply import Reply
from dynamicsgp_client.testing.rules.refusal import Refused
from dynamicsgp_client.testing.shelves import COMPANIES, CORE, EXTENSIONS, TYPED_PAYABLES, Shelf, rendered, with_lines

HELP: Final = """<!DOCTYPE html><html><head><title>Discovery</title></head><body><h1>Discovery</h1>
<h2>Dictionaries</h2><ul><li>Dynamics</li></ul><p>This is a simulator, not Microsoft's service.</p></body></html>"""


class SbaDoor:
    """Answers SBA calls for one company. Its error body is a guess: SBA's own is not public."""

    def __init__(self, gp: FakeGP, *, tenant: str = "DefaultTenant") -> None:
        self._gp = gp
        self._tenant = tenant
        shelves = {**CORE, **EXTENSIONS}
        if gp.profile.payables_key == "type;voucher":
            shelves["payables"] = TYPED_PAYABLES
        product = f"{gp.profile.product_segment}/" if gp.profile.product_segment else ""
        self._shelves = {
            f"{product}{path}".lower(): shelf for name, shelf in shelves.items() if (path := gp.profile.path(name))
        }

    def answer(self, method: str, target: str, body: bytes) -> Reply:
        """Answer one call; `target` is the path with its query, as it came."""
        parts = urlsplit(target)
        try:
            with self._gp.transaction() as db:
                return self._routed(db, method, parts.path, dict(parse_qsl(parts.query)), body)
        except Refused as refused:
            return _errors(400, *refused.problems)

    def _routed(self, db: sqlite3.Connection, method: str, path: str, query: Mapping[str, str], body: bytes) -> Reply:
        segments = [each for each in path.replace("%28", "(").replace("%29", ")").split("/") if each]
        names = [_called(segment, self._gp.profile.key_separator) for segment in segments]
        if len(names) < 3 or names[0][0].lower() != "gpservice" or names[1][1] != (self._tenant,):
            return _errors(404, ("", "There is no such service."))
        if names[2][0].lower() == "help":
            return Reply(200, HELP.encode(), "text/html; charset=utf-8")
        if len(names) == 3 and not names[2][1]:
            return self._read(db, COMPANIES, (), query)
        if not self._is_company(segments[2]):
            return _errors(404, ("", "There is no such company."))
        shelf = self._shelves.get("/".join(name for name, _ in names[3:]).lower())
        if shelf is None:
            return _errors(404, ("", "There is no such resource."))
        key = names[-1][1]
        if method == "GET":
            return self._read(db, shelf, key, query)
        write = shelf.writers.get(method)
        if write is None or (method == "POST" and key):
            return _errors(405, ("", f"{method} is not supported here."))
        if method != "POST" and not self._rows(db, shelf, dict(zip(shelf.key, key, strict=False)), {}, top=1, skip=0):
            return _errors(404, ("", "Business object not found."))
        stored = write(db, key if method == "DELETE" else self._payload(body), self._gp.today())
        if method == "DELETE":
            return Reply(204)
        own = dict(zip(reversed(shelf.key), reversed(stored), strict=False))
        return _json(200, self._rows(db, shelf, own, {}, top=1, skip=0)[0])

    def _is_company(self, segment: str) -> bool:
        inner = segment[segment.find("(") + 1 : segment.rfind(")")]
        return self._gp.company in (unquote(inner), unquote_plus(inner))

    def _read(self, db: sqlite3.Connection, shelf: Shelf, key: Sequence[str], query: Mapping[str, str]) -> Reply:
        profile = self._gp.profile
        if key or shelf.single:
            found = self._rows(db, shelf, dict(zip(shelf.key, key, strict=False)), {}, top=1, skip=0)
            if not found or len(key) != len(shelf.key):
                return _errors(404, ("", "Business object not found."))
            return _json(200, found[0])
        top = int(query.get(profile.top_parameter, "1000"))
        skip = int(query.get(profile.skip_parameter, "0"))
        rows = self._rows(db, shelf, {}, _filters(query.get(profile.filter_parameter, "")), top=top, skip=skip)
        return _json(200, {profile.list_key: rows} if profile.list_key else rows)

    def _rows(
        self,
        db: sqlite3.Connection,
        shelf: Shelf,
        key: Mapping[str, str],
        filters: Mapping[tuple[str, str], str],
        *,
        top: int,
        skip: int,
    ) -> list[dict[str, object]]:
        tests, values = [shelf.where], []
        for column, value in key.items():
            tests.append(f"{column} = ?")
            values.append(value)
        written = written_names(shelf.model, self._gp.profile.field_names)
        column_of = {written[name]: column.name for name, column in columns(shelf.model).items()}
        for (name, operator), value in filters.items():
            if name in column_of:
                tests.append(f"{column_of[name]} {operator} ?")
                values.append(value)
        order = ", ".join(shelf.key) or "1"
        rows = db.execute(
            f"SELECT * FROM {shelf.source} WHERE {' AND '.join(tests)} ORDER BY {order} LIMIT ? OFFSET ?",
            (*values, top, skip),
        ).fetchall()
        style = self._gp.profile.field_names
        found = [rendered(shelf.model, row, style) for row in rows]
        return list(with_lines(db, shelf, found, style)) if shelf.lines and found else found

    def _payload(self, body: bytes) -> object:
        wrapper = self._gp.profile.payload_key
        try:
            value = json.loads(body, parse_float=Decimal)
        except ValueError:
            raise Refused(("", "The request body is not JSON.")) from None
        if not wrapper:
            return value
        if not isinstance(value, dict) or wrapper not in value:
            raise Refused(("", f"The request body has no {wrapper}."))
        return value[wrapper]


def _called(segment: str, separator: str) -> tuple[str, tuple[str, ...]]:
    """Take `Name(key;key)` apart; a key part is escaped, so its own separators are none."""
    if "(" not in segment or not segment.endswith(")"):
        return unquote(segment), ()
    name, inner = segment[: segment.find("(")], segment[segment.find("(") + 1 : -1]
    return unquote(name), tuple(unquote(part) for part in inner.split(quote(separator, safe=";")))


def _filters(text: str) -> dict[tuple[str, str], str]:
    """Read `Field ge value and Field eq 'value'`; what cannot be read is ignored, as an unknown server might."""
    found = {}
    pattern = r"(\w[\w ]*?)\s+(ge|gt|le|lt|eq)\s+(?:'((?:[^']|'')*)'|(\S+))"
    operators = {"ge": ">=", "gt": ">", "le": "<=", "lt": "<", "eq": "="}
    for name, operator, quoted, plain in re.findall(pattern, text):
        found[(name, operators[operator])] = quoted.replace("''", "'") if quoted else plain
    return found


def _json(status: int, value: object) -> Reply:
    return Reply(status, simplejson.dumps(value, use_decimal=True, ensure_ascii=False).encode())


def _errors(status: int, *problems: tuple[str, str]) -> Reply:
    return _json(status, {"Errors": [{"Code": code, "Message": text} for code, text in problems]})
