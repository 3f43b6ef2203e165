"""Bad input on every public route and frame; see tests/fuzz. The long run is ``python -m tests.bench.fuzz``."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.attachments import Attachments
from bot.channel import SendFailed
from bot.inbound import Inbound, InboundFile, InboundKind
from bot.wecom import outgoing
from tests.support.processes import ROOT

CASES = 20_000
SEED = 3


def test_twenty_thousand_odd_requests_frames_and_answers() -> None:
    """In a process of its own: it imports lark-oapi, and watches the log and the memory of a whole process."""
    words = ["--part", "wire", "--processes", "1", "--seed", str(SEED), "--count", str(CASES)]
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.fuzz", *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    sys.stdout.write(done.stdout)
    assert done.returncode == 0, (done.stdout + done.stderr)[-6000:]
    assert f"{CASES} in" in done.stdout
    assert "0 faults" in done.stdout


# -- what it found -----------------------------------------------------------------------------------------------------

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=20)  # half surrogate pairs and NUL among them


@given(ref=ANY_TEXT, name=ANY_TEXT, text=ANY_TEXT, values=st.dictionaries(ANY_TEXT, ANY_TEXT, max_size=3))
def test_whatever_strangers_write_can_be_stored(ref: str, name: str, text: str, values: dict[str, str]) -> None:
    inbound = Inbound(
        platform="feishu",
        event_key="k",
        kind=InboundKind.MIXED,
        chat="c",
        sender="s",
        sent_at=datetime(2026, 11, 24, tzinfo=UTC),
        text=text,
        files=(InboundFile(ref, name),),
        values=values,
    )
    body = inbound.to_json()
    body.encode("utf-8")
    assert "\\u0000" not in body
    assert Inbound.from_json(body) == inbound


def test_a_file_that_is_gone_is_no_failure_of_the_machine(tmp_path: Path) -> None:
    with pytest.raises(SendFailed) as failure:
        outgoing.stored(Attachments(tmp_path), "0" * 64)
    assert failure.value.permanent
