"""Values on disk: lists, mappings and groups behave as those in memory do, and none of it stays in memory."""

from __future__ import annotations

import copy
import pickle
import resource
from collections.abc import Iterator

import pytest

from gp_cin7_bridge.errors import StateError
from gp_cin7_bridge.shelves import FEW, Groups, Kept, Shelf, kept


def test_few_values_are_kept_as_a_tuple() -> None:
    assert kept(range(FEW)) == tuple(range(FEW))
    assert isinstance(kept(range(FEW)), tuple)


def test_many_values_are_kept_on_disk_and_read_like_a_tuple() -> None:
    values = tuple(range(FEW + 1))
    found = kept(values)
    assert isinstance(found, Kept)
    assert (len(found), found[0], found[-1], found[2:4]) == (FEW + 1, 0, FEW, (2, 3))
    assert found == values
    assert values == found
    assert found != values[1:]
    assert 7 in found


def test_a_place_behind_the_end_is_an_index_error() -> None:
    with pytest.raises(IndexError):
        Kept("ab")[2]


def test_a_copy_and_a_pickle_of_a_list_on_disk_are_a_tuple() -> None:
    assert pickle.loads(pickle.dumps(Kept("ab"))) == ("a", "b")
    assert copy.deepcopy(Kept("ab")) == ("a", "b")


def test_a_list_that_grows_while_it_is_read_is_read_to_its_new_end() -> None:
    found: Kept[int] = Kept([1])
    read = []
    for value in found:
        read.append(value)
        if value < 3:
            found.append(value + 1)
    assert read == [1, 2, 3]


def test_a_shelf_keeps_its_order_and_the_last_value_of_a_key() -> None:
    shelf = Shelf([("b", 1), ("a", 2), ("b", 3)])
    assert list(shelf.items()) == [("b", 3), ("a", 2)]
    assert (len(shelf), "a" in shelf, "c" in shelf, 1 in shelf, shelf.get("c")) == (2, True, False, False, None)


def test_a_key_that_is_not_on_the_shelf_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        Shelf[int]()["a"]
    with pytest.raises(KeyError):
        Groups[int]()["a"]


def test_groups_give_every_value_of_a_key_in_the_order_in_which_they_came() -> None:
    groups: Groups[int] = Groups()
    for key, value in (("b", 1), ("a", 2), ("b", 3)):
        groups.add(key, value)
    assert dict(groups) == {"b": (1, 3), "a": (2,)}
    assert (len(groups), "a" in groups, "c" in groups) == (2, True, False)


@pytest.fixture
def no_room() -> Iterator[None]:
    """Let no file of this process grow beyond 64 kB."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (65536, hard))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.usefixtures("no_room")
def test_a_disk_without_room_is_told_with_its_cure() -> None:
    values: Kept[bytes] = Kept()
    with pytest.raises(StateError, match="make room there, or name another one"):
        for _ in range(100):
            values.append(bytes(50_000))
