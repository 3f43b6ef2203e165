"""A link opens one document for one person for a few days, and cannot be made by guessing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import links
from inventory_core.errors import Refused

KEY = bytes(range(32))
NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)


def test_a_link_says_which_document_and_who() -> None:
    token = links.make(KEY, 12, 3, NOW)
    assert links.read(KEY, token, NOW + timedelta(days=2)) == links.Link(12, 3)


def test_the_same_day_gives_the_same_link() -> None:
    assert links.make(KEY, 12, 3, NOW) == links.make(KEY, 12, 3, NOW + timedelta(hours=5))


def test_a_link_ends() -> None:
    with pytest.raises(Refused, match="过期"):
        links.read(KEY, links.make(KEY, 12, 3, NOW), NOW + timedelta(days=5))


@given(st.data())
def test_a_changed_link_is_refused(data: st.DataObject) -> None:
    token = links.make(KEY, 12, 3, NOW)
    at = data.draw(st.integers(0, len(token) - 1))
    letter = data.draw(st.sampled_from("ABCabc019-_.").filter(lambda c: c != token[at]))
    changed = token[:at] + letter + token[at + 1 :]
    try:
        found = links.read(KEY, changed, NOW)
    except Refused:
        return
    # Unused low bits of the last base64 letter may differ without changing what was signed.
    assert found == links.Link(12, 3)


@given(st.text(max_size=80))
def test_nonsense_is_refused(token: str) -> None:
    with pytest.raises(Refused):
        links.read(KEY, token, NOW)


def test_the_key_is_made_once(tmp_path: Path) -> None:
    key = links.load_key(tmp_path / "link.key")
    assert len(key) == 32
    assert links.load_key(tmp_path / "link.key") == key


@pytest.mark.parametrize("left", ["", "00ff", "zz"])
def test_a_key_file_that_a_kill_left_short_is_made_anew(tmp_path: Path, left: str) -> None:
    path = tmp_path / "link.key"
    path.write_text(left, encoding="ascii")
    key = links.load_key(path)
    assert len(key) == 32
    assert links.load_key(path) == key
