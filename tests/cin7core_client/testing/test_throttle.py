"""The limit: four forms of refusal, three ways of counting, one account a key."""

from __future__ import annotations

import datetime as dt

import httpx
import pytest
from over_http import START, Api

from cin7core_client.testing import FakeCin7

SENTENCE = "You have reached 3 calls per 60 seconds API limit."


def limited(style: str = "429_text", window: str = "sliding") -> Api:
    return Api(FakeCin7(seed="empty", calls=3, per=60, style=style, window=window, clock=lambda: START))  # type: ignore[arg-type]


def statuses(api: Api, times: int) -> list[int]:
    return [api.call("GET", "me").status_code for _ in range(times)]


def test_a_429_is_plain_text_with_the_four_headers() -> None:
    api = limited()
    assert statuses(api, 3) == [200] * 3
    answer = api.call("GET", "me")
    assert (answer.status_code, answer.text) == (429, SENTENCE)
    assert answer.headers["Content-Type"].startswith("text/plain")
    shown = {name: answer.headers[name] for name in ("x-ratelimit-limit", "x-ratelimit-remaining", "Retry-After")}
    assert shown == {"x-ratelimit-limit": "3", "x-ratelimit-remaining": "0", "Retry-After": "60 Seconds"}


@pytest.mark.parametrize(("style", "status"), [("503_json", 503), ("400_json", 400)])
def test_other_refusals_are_error_arrays_with_the_same_sentence(style: str, status: int) -> None:
    api = limited(style)
    statuses(api, 3)
    answer = api.call("GET", "me")
    assert (answer.status_code, answer.json()) == (status, [{"ErrorCode": status, "Exception": SENTENCE}])


def test_a_burst_meets_one_403_and_then_429() -> None:
    assert statuses(limited("403_burst"), 6) == [200, 200, 200, 403, 429, 429]


def test_refused_calls_do_not_count() -> None:
    api = limited()
    statuses(api, 10)
    api.account.advance(60)
    assert statuses(api, 4) == [200, 200, 200, 429]


def test_a_sliding_window_gives_calls_back_one_by_one() -> None:
    api = limited()
    for _ in range(3):
        statuses(api, 1)
        api.account.advance(10)
    assert statuses(api, 1) == [429]
    api.account.advance(30)
    assert statuses(api, 2) == [200, 429]


def test_a_fixed_window_gives_all_back_at_its_border() -> None:
    api = limited(window="fixed")
    api.account.advance(55)
    assert statuses(api, 4) == [200, 200, 200, 429]
    api.account.advance(5)
    assert statuses(api, 4) == [200, 200, 200, 429]


def test_a_token_bucket_fills_at_an_even_rate() -> None:
    api = limited(window="token_bucket")
    assert statuses(api, 4) == [200, 200, 200, 429]
    api.account.advance(20)
    assert statuses(api, 2) == [200, 429]
    api.account.advance(6000)
    assert statuses(api, 4) == [200, 200, 200, 429]


def test_each_key_of_an_account_has_its_own_limit() -> None:
    api = limited()
    statuses(api, 4)
    api.account.application_keys.add("second")
    assert api.http.get("me", headers={"api-auth-applicationkey": "second"}).status_code == 200


def test_there_is_no_limit_header_on_a_good_answer() -> None:
    answer: httpx.Response = limited().call("GET", "me")
    assert not [name for name in answer.headers if "ratelimit" in name.lower()]


def test_time_only_goes_forward() -> None:
    account = FakeCin7(seed="empty", clock=lambda: START)
    with pytest.raises(ValueError, match="forward"):
        account.advance(-1)
    account.advance(90)
    assert account.clock() == START + dt.timedelta(seconds=90)
