"""What stands before wechatpy: the documented vector, a table of attacks, and whatever hypothesis thinks of."""

from __future__ import annotations

import base64
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from multidict import MultiDict
from wechatpy.enterprise.crypto import WeChatCrypto

from bot.wecom.guards import OUTER_LIMIT, Guard, TooLarge, Untrusted, key_problem, read_xml
from tests.support import wecom_crypto as wx

GUARD = Guard(token=wx.TOKEN, aes_key=wx.KEY, corp_id=wx.CORP, agent_id=wx.AGENT)

# The example of WeCom's own page about encryption.
VECTOR = (
    "RypEvHKD8QQKFhvQ6QleEB4J58tiPdvo+rtK1I9qca6aM/wvqnLSV5zEPeusUiX5L5X/0lWfrf0QADHHhGd3QczcdCUpj911L3vg3W/sYYvuJTs3"
    "TUUkSUXxaccAS0qhxchrRYt66wiSpGLYL42aM6A8dTT+6k4aSknmPj48kzJs8qLjvd4Xgpue06DOdnLxAUHzM6+kDZ+HMZfJYuR+LtwGc2hgf5gs"
    "ijff0ekUNXZiqATP7PF5mZxZ3Izoun1s4zG4LUMnvw2r+KqCKIw+3IQH03v+BCA9nMELNqbSf6tiWSrXJB3LAVGUcallcrw8V2t9EL4EhzJWrQUa"
    "x5wLVMNS0+rUPA3k22Ncx4XXZS9o0MBH27Bo6BpNelZpS+/uh9KsNlY6bHCmJU9p8g7m3fVKn28H3KDYA5Pl/T8Z1ptDAVe0lXdQ2YoyyH2uyPIG"
    "HBZZIs2pDBS8R07+qN+E7Q=="
)
VECTOR_QUERY = {
    "msg_signature": "477715d11cdb4164915debcba66cb864d751f3e6",
    "timestamp": "1409659813",
    "nonce": "1372623149",
}


def opened(posted: wx.Posted) -> dict[str, Any]:
    return GUARD.message(MultiDict(posted.query), posted.body)


def blame(posted: wx.Posted) -> str:
    with pytest.raises(Untrusted) as refused:
        opened(posted)
    assert wx.TOKEN not in str(refused.value)
    assert wx.KEY not in str(refused.value)
    return refused.value.blame


def test_the_documented_vector() -> None:
    fields = opened(wx.Posted(VECTOR_QUERY, wx.outer(VECTOR)))
    assert (fields["Content"], fields["MsgId"], fields["AgentID"]) == ("hello", "4561255354251345929", "218")


@pytest.mark.parametrize("length", [0, 1, 11, 12, 13, 27, 28, 29, 31, 32, 33, 60, 63, 64])
def test_every_padding_is_read(length: int) -> None:
    said = "库" * length
    assert (opened(wx.posted(wx.message(Content=said)))["Content"] or "") == said


def test_what_wechatpy_encrypts_is_read() -> None:
    crypto = WeChatCrypto(wx.TOKEN, wx.KEY, wx.CORP)
    body = crypto.encrypt_message(wx.message(Content="来5箱😀"), "nonce", "1700000000")
    query = {"msg_signature": read_xml(body.encode())["MsgSignature"], "timestamp": "1700000000", "nonce": "nonce"}
    assert opened(wx.Posted(query, body.encode()))["Content"] == "来5箱😀"


def test_what_we_seal_in_tests_is_read_by_wechatpy() -> None:
    posted = wx.posted(wx.message(Content="来5箱"))
    query = posted.query
    plain = WeChatCrypto(wx.TOKEN, wx.KEY, wx.CORP).decrypt_message(
        posted.body.decode(), query["msg_signature"], query["timestamp"], query["nonce"]
    )
    assert "来5箱" in plain


def test_the_end_of_a_cdata_section_in_a_text_stays_text() -> None:
    said = "a]]></Content><MsgType><![CDATA[image]]></MsgType><Content><![CDATA[b"
    fields = opened(wx.posted(wx.message(Content=said)))
    assert (fields["MsgType"], fields["Content"]) == ("text", said)


def test_a_broken_out_cdata_section_doubles_a_field_and_is_refused() -> None:
    inner = wx.message(Content="X").replace("X", "a]]></Content><MsgType>image</MsgType><Content><![CDATA[b")
    assert blame(wx.posted(inner)) == "form"


# -- attacks -----------------------------------------------------------------------------------------------------------

GOOD = wx.encrypt(wx.message(Content="hi").encode())
OTHER_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"


def sealed(inner: str | bytes) -> wx.Posted:
    return wx.posted(inner)


def outer_of(text: str) -> wx.Posted:
    """A hostile outer document around a good Encrypt, well signed: the reader comes before the signature."""
    return wx.signed(text.replace("GOOD", GOOD).encode(), GOOD)


def padded(plain: bytes) -> wx.Posted:
    text = wx.raw_encrypt(plain)
    return wx.signed(wx.outer(text), text)


def head(inner: bytes, length: int | None = None) -> bytes:
    return b"r" * 16 + (len(inner) if length is None else length).to_bytes(4, "big") + inner + wx.CORP.encode()


def deep(levels: int) -> str:
    return "<xml>" + "<a>" * levels + "</a>" * levels + "</xml>"


MESSAGE = wx.message(Content="hi")
BOMB = (
    '<!DOCTYPE xml [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]>'
)
ATTACKS: dict[str, tuple[Callable[[], wx.Posted], str]] = {
    "another token": (lambda: wx.posted(MESSAGE, token="another"), "token"),
    "another key": (lambda: wx.posted(MESSAGE, key=OTHER_KEY), "key"),
    "foreign corp id": (lambda: wx.posted(MESSAGE, corp="ww0000000000000000"), "corp_id"),
    "corp id cut short": (lambda: wx.posted(MESSAGE, corp=wx.CORP[:-1]), "corp_id"),
    "empty corp id": (lambda: wx.posted(MESSAGE, corp=""), "corp_id"),
    "foreign ToUserName": (lambda: wx.posted(wx.message(ToUserName="ww0", Content="x")), "corp_id"),
    "foreign agent": (lambda: wx.posted(wx.message(AgentID="219", Content="x")), "agent_id"),
    "no agent": (lambda: wx.posted(wx.message(AgentID="", Content="x")), "agent_id"),
    "Encrypt changed": (lambda: wx.signed(wx.outer(GOOD[:-8] + "AAAAAAA="), GOOD), "token"),
    "Encrypt cut": (lambda: wx.signed(wx.outer(GOOD[:40]), GOOD[:40]), "key"),
    "Encrypt no base64": (lambda: wx.signed(wx.outer("@@@@"), "@@@@"), "form"),
    "Encrypt not ascii": (lambda: wx.signed(wx.outer("单据"), "单据"), "form"),
    "Encrypt empty": (lambda: wx.signed(wx.outer(""), ""), "form"),
    "Encrypt of no block": (lambda: wx.signed(wx.outer("QUJD"), "QUJD"), "key"),
    "padding 0": (lambda: padded(wx.pad(head(MESSAGE.encode()))[:-1] + b"\0"), "key"),
    "padding 33": (lambda: padded(wx.pad(head(MESSAGE.encode()))[:-1] + b"\x21"), "key"),
    "padding uneven": (lambda: padded(b"r" * 60 + b"\1\2\3\4"), "key"),
    "padding is everything": (lambda: padded(b"\x20" * 32), "key"),
    "padded to 16 only": (lambda: padded(wx.pad(b"r" * 17, 16) + b"\x10" * 16), "key"),
    "length too large": (lambda: padded(wx.pad(head(MESSAGE.encode(), 2**31))), "key"),
    "length 4 GB": (lambda: padded(wx.pad(head(MESSAGE.encode(), 2**32 - 1))), "key"),
    "length too small": (lambda: padded(wx.pad(head(MESSAGE.encode(), 3))), "corp_id"),
    "no outer XML": (lambda: wx.signed(b"hello", GOOD), "form"),
    "empty body": (lambda: wx.signed(b"", GOOD), "form"),
    "outer cut": (lambda: wx.signed(wx.outer(GOOD)[:-10], GOOD), "form"),
    "outer not UTF-8": (lambda: wx.signed(b"<xml><Encrypt>\xff\xfe</Encrypt></xml>", GOOD), "form"),
    "outer JSON": (lambda: wx.signed(b'{"encrypt":"x"}', GOOD), "form"),
    "outer another root": (lambda: outer_of("<html><Encrypt>GOOD</Encrypt></html>"), "form"),
    "outer DTD": (lambda: outer_of("<!DOCTYPE xml><xml><Encrypt>GOOD</Encrypt></xml>"), "form"),
    "outer bomb": (lambda: outer_of(BOMB + "<xml><Encrypt>GOOD</Encrypt><a>&c;</a></xml>"), "form"),
    "outer file entity": (
        lambda: outer_of('<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><xml><Encrypt>&e;</Encrypt></xml>'),
        "form",
    ),
    "outer unknown entity": (lambda: outer_of("<xml><Encrypt>GOOD</Encrypt><a>&nope;</a></xml>"), "form"),
    "two Encrypt": (lambda: outer_of("<xml><Encrypt>GOOD</Encrypt><Encrypt>GOOD</Encrypt></xml>"), "form"),
    "no Encrypt": (lambda: outer_of("<xml><ToUserName>x</ToUserName></xml>"), "form"),
    "Encrypt one deeper": (lambda: outer_of("<xml><a><Encrypt>GOOD</Encrypt></a></xml>"), "form"),
    "Encrypt with children": (lambda: outer_of("<xml><Encrypt><b>GOOD</b></Encrypt></xml>"), "form"),
    "Encrypt and text": (lambda: outer_of("<xml>GOOD<Encrypt>GOOD</Encrypt></xml>"), "form"),
    "attributes": (lambda: outer_of('<xml><Encrypt a="1">GOOD</Encrypt></xml>'), "form"),
    "processing instruction": (lambda: outer_of("<xml><?php evil?><Encrypt>GOOD</Encrypt></xml>"), "form"),
    "two documents": (lambda: outer_of("<xml><Encrypt>GOOD</Encrypt></xml><xml/>"), "form"),
    "outer deep": (lambda: wx.signed(deep(9000).encode(), GOOD), "form"),
    "many fields": (lambda: wx.signed(("<xml>" + "<a/>" * 9000 + "</xml>").encode(), GOOD), "form"),
    "inner DTD": (lambda: sealed("<!DOCTYPE xml>" + MESSAGE), "form"),
    "inner bomb": (lambda: sealed(BOMB + MESSAGE.replace("<xml>", "<xml><a>&c;</a>")), "form"),
    "inner doubled sender": (
        lambda: sealed(MESSAGE.replace("</xml>", "<FromUserName>boss</FromUserName></xml>")),
        "form",
    ),
    "inner doubled type": (lambda: sealed(MESSAGE.replace("</xml>", "<MsgType>event</MsgType></xml>")), "form"),
    "inner deep": (lambda: sealed(deep(4000)), "form"),
    "inner not XML": (lambda: sealed("hello"), "form"),
    "inner not UTF-8": (lambda: sealed(b"<xml><MsgType>\xff</MsgType></xml>"), "form"),
    "inner empty": (lambda: sealed(""), "form"),
    "inner without type": (lambda: sealed(MESSAGE.replace("MsgType", "Kind")), "form"),
    "inner type with children": (
        lambda: sealed(MESSAGE.replace("<MsgType><![CDATA[text]]>", "<MsgType><a>text</a>")),
        "form",
    ),
}


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_is_refused_and_the_right_thing_blamed(name: str) -> None:
    make, blamed = ATTACKS[name]
    assert blame(make()) == blamed


def test_too_much_is_told_apart() -> None:
    with pytest.raises(TooLarge):
        opened(wx.signed(b"<xml>" + b" " * OUTER_LIMIT, GOOD))


@pytest.mark.parametrize("name", ["msg_signature", "timestamp", "nonce"])
def test_every_parameter_comes_exactly_once(name: str) -> None:
    posted = wx.posted(MESSAGE)
    missing = MultiDict({key: value for key, value in posted.query.items() if key != name})
    empty = MultiDict(posted.query | {name: ""})
    twice = MultiDict(posted.query)
    twice.add(name, posted.query[name])
    for query in (missing, empty, twice):
        with pytest.raises(Untrusted) as refused:
            GUARD.message(query, posted.body)
        assert refused.value.blame == "query"


@pytest.mark.parametrize(
    "change",
    [
        {"msg_signature": "0" * 39},
        {"msg_signature": "g" * 40},
        {"msg_signature": "签" * 40},
        {"timestamp": "-1"},
        {"timestamp": "١٢"},
        {"timestamp": "1e9"},
        {"nonce": "a b"},
        {"nonce": "n" * 129},
    ],
)
def test_parameters_have_their_form(change: dict[str, str]) -> None:
    posted = wx.posted(MESSAGE)
    assert blame(wx.Posted(posted.query | change, posted.body)) == "query"


def test_an_event_of_the_address_book_needs_no_agent() -> None:
    fields = opened(wx.posted(wx.event("change_contact", AgentID="", ChangeType="delete_user", UserID="li")))
    assert fields["UserID"] == "li"
    assert blame(wx.posted(wx.event("click", AgentID="", EventKey="k"))) == "agent_id"


def test_the_echo_is_bare() -> None:
    text = wx.encrypt(b"3938138238971")
    query = {"msg_signature": wx.sign(text, "1", "n"), "timestamp": "1", "nonce": "n"}
    assert GUARD.echo(MultiDict(query | {"echostr": text})) == b"3938138238971"
    assert GUARD.echo(MultiDict(query | {"echostr": text.replace("+", " ")})) == b"3938138238971"


def test_wechatpy_is_not_imported_before_it_is_needed() -> None:
    look = "import sys, bot.wecom.app, bot.wecom.group, bot.channels; sys.exit('wechatpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", look], check=False).returncode == 0


@pytest.mark.parametrize("key", ["", "a" * 42, "a" * 44, "a" * 42 + "=", "a" * 42 + "-", "键" * 43])
def test_a_malformed_key_is_told_without_being_shown(key: str) -> None:
    problem = key_problem(key)
    assert problem is not None
    assert not key or key not in problem
    with pytest.raises(Untrusted):
        Guard(token="t", aes_key=key, corp_id="c", agent_id="1")


def test_a_good_key_has_no_problem() -> None:
    assert key_problem(wx.KEY) is None


# -- whatever comes ----------------------------------------------------------------------------------------------------


@given(st.text(alphabet=st.characters(blacklist_categories=["Cs", "Cc"]), max_size=300))
def test_every_text_comes_through(said: str) -> None:
    # xmltodict strips; who speaks does not mind.
    assert (opened(wx.posted(wx.message(Content=said)))["Content"] or "").strip() == said.strip()


@given(st.binary(max_size=400))
def test_any_outer_body_is_refused_in_one_way(body: bytes) -> None:
    with pytest.raises(Untrusted):
        opened(wx.signed(body, GOOD))


@given(st.binary(max_size=400))
def test_any_decrypted_bytes_are_refused_in_one_way(inner: bytes) -> None:
    with pytest.raises(Untrusted):
        opened(wx.posted(inner))


@given(st.binary(min_size=16, max_size=320))
def test_any_plain_block_is_refused_in_one_way(plain: bytes) -> None:
    with pytest.raises(Untrusted):
        opened(padded(plain[: len(plain) // 16 * 16]))


@given(st.integers(0, len(base64.b64decode(GOOD)) - 1), st.integers(1, 255))
def test_a_changed_byte_never_passes(place: int, change: int) -> None:
    data = bytearray(base64.b64decode(GOOD))
    data[place] ^= change
    text = base64.b64encode(bytes(data)).decode()
    posted = wx.signed(wx.outer(text), GOOD)
    assert blame(posted) == "token"


FRAGMENTS = st.sampled_from(
    [
        "<xml>",
        "</xml>",
        "<a>",
        "</a>",
        "<Encrypt>",
        "</Encrypt>",
        "<![CDATA[",
        "]]>",
        "x",
        "&lt;",
        "&#0;",
        "<a/>",
        "<!--",
        "-->",
    ]
)


@given(st.lists(FRAGMENTS, max_size=20).map("".join))
def test_the_reader_raises_nothing_else(text: str) -> None:
    try:
        read_xml(text.encode())
    except Untrusted:
        pass
