"""People who use the status page, each with a browser without JavaScript in this process."""

from __future__ import annotations

import re

from starlette.testclient import TestClient

TOKENS = {role: f"{role}-token-0123456789abcdef" for role in ("view", "operate", "approve")}
WEB = {
    "tokens": {
        name: {"token": f"env:WEB_{role.upper()}", "role": role}
        for name, role in (("vic", "view"), ("olga", "operate"), ("ann", "approve"))
    }
}


class Visitor:
    """Somebody with a browser."""

    def __init__(self, client: TestClient) -> None:
        self.client = client

    def get(self, path: str) -> str:
        answer = self.client.get(path)
        assert answer.status_code == 200, answer.text
        return answer.text

    def post(self, path: str, *, page: str = "/", **form: str) -> str:
        """Fill in a form that stands on a page."""
        answer = self.client.post(path, data={"csrf": csrf(self.get(page)), **form})
        assert answer.status_code == 200, answer.text
        return answer.text


def csrf(page: str) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', page)
    assert found, page
    return found[1]
