"""What stands before wechatpy: nothing of a callback is believed, or even parsed by others, before it is proven.

Order (facts 1.1): size, our own strict reader for the outer XML, signature in constant time, decryption, layout and
receive id, strict inner XML, ToUserName and AgentID ours; only then wechatpy's parser. wechatpy checks neither padding
nor doubled fields and compares signatures and receive ids with ``!=``; it lends its cipher and its parser.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from bot.wecom import strict_xml
from inventory_core.errors import DanjuError

OUTER_LIMIT = 64 * 1024  # bytes of a whole callback; the longest text message is 2 KB
BLOCK = 32  # WeCom pads to twice the cipher's block
KEY_LENGTH = 43

_KEY = re.compile(r"[A-Za-z0-9]{43}")
_TIMESTAMP = re.compile(r"[0-9]{1,20}")
_NONCE = re.compile(r"[\x21-\x7e]{1,128}")
_SIGNATURE = re.compile(r"[0-9a-f]{40}")
_BASE64 = re.compile(r"[A-Za-z0-9+/]+={0,2}")


class Untrusted(DanjuError):
    """A callback that is not, or not for, this app. ``blame`` says what did not fit: query, form, token, key, corp_id,
    agent_id; ``str(error)`` is a Chinese sentence for ``danju doctor``, without any secret."""

    def __init__(self, blame: str, sentence: str) -> None:
        super().__init__(sentence)
        self.blame = blame


class TooLarge(Untrusted):
    """More than :data:`OUTER_LIMIT` bytes."""

    def __init__(self) -> None:
        super().__init__("form", "企业微信回调的内容超过 64 KB，没有收")


class Query(Protocol):
    """The part of a multidict this module needs."""

    def getall(self, key: str, default: list[str], /) -> list[str]: ...


@dataclass(frozen=True, slots=True)
class Signed:
    """The three parameters every callback carries."""

    signature: str
    timestamp: str
    nonce: str


def key_problem(aes_key: str) -> str | None:
    """What is wrong with an EncodingAESKey, as a sentence for the person who typed it in; None when it is well formed.

    Exactly 43 letters and digits (facts 1.1); it is base64 without its last character.
    """
    if len(aes_key) != KEY_LENGTH:
        return f"EncodingAESKey 应当正好 43 个字符，现在是 {len(aes_key)} 个；请从企业微信后台重新复制"
    if not _KEY.fullmatch(aes_key):
        return "EncodingAESKey 只能有字母和数字；请从企业微信后台重新复制"
    return None


class Guard:
    """Opens the callbacks of one app. Built only when the channel is configured, because wechatpy is imported here.

    Raises:
        Untrusted: the key is malformed (blame ``key``).
    """

    def __init__(self, *, token: str, aes_key: str, corp_id: str, agent_id: str) -> None:
        problem = key_problem(aes_key)
        if problem is not None:
            raise Untrusted("key", problem)
        from wechatpy.enterprise.crypto import PrpCrypto
        from wechatpy.enterprise.parser import parse_message

        self._parse: Callable[[str], Any] = parse_message
        self._token = token
        self._corp_id = corp_id
        self._agent_id = agent_id
        key = base64.b64decode(aes_key + "=")
        self._decipher: Callable[[bytes], bytes] = PrpCrypto(key).cipher.decrypt

    def echo(self, query: Query) -> bytes:
        """What the check of the URL wants to read back, bare.

        Raises:
            Untrusted: the request is not WeCom's.
        """
        signed = parameters(query)
        # A "+" that was not escaped arrives as a blank; base64 knows no blanks.
        echo = _once(query, "echostr").replace(" ", "+")
        self.check(signed, echo)
        return self._open(echo)

    def message(self, query: Query, body: bytes) -> dict[str, Any]:
        """The fields of an encrypted message or event, as wechatpy's parser gives them: a single child is a text or a
        dict, several of one name are a list, an empty element is None.

        Raises:
            TooLarge: over :data:`OUTER_LIMIT`.
            Untrusted: anything else.
        """
        if len(body) > OUTER_LIMIT:
            raise TooLarge
        signed = parameters(query)
        sealed = read_xml(body).get("Encrypt")
        if not isinstance(sealed, str) or not sealed:
            raise _malformed("没有 Encrypt")
        self.check(signed, sealed)
        return self._fields(self._open(sealed))

    def check(self, signed: Signed, sealed: str) -> None:
        """Compare the signature in constant time.

        Raises:
            Untrusted: it is not made with our token.
        """
        if not sealed.isascii():
            raise _malformed("密文里有不是 base64 的字符")
        expected = hashlib.sha1(  # noqa: S324 - the platform's choice
            "".join(sorted([self._token, signed.timestamp, signed.nonce, sealed])).encode()
        ).hexdigest()
        if not hmac.compare_digest(expected.encode(), signed.signature.encode()):
            raise Untrusted("token", "企业微信回调的签名对不上：后台“接收消息”里的 Token 和这里填的不一样")

    def _open(self, sealed: str) -> bytes:
        """Decrypt; check padding, length and receive id.

        Layout (facts 1.1): 16 random bytes, 4 bytes big-endian length, message, receive id, PKCS#7 to 32.
        """
        wrong_key = Untrusted("key", "企业微信回调解不开：后台的 EncodingAESKey 和这里填的不一样")
        if not _BASE64.fullmatch(sealed):
            raise _malformed("密文不是 base64")
        try:
            data = base64.b64decode(sealed, validate=True)
            plain = self._decipher(data) if data and len(data) % 16 == 0 else b""
        except (binascii.Error, ValueError):
            raise wrong_key from None
        if len(plain) < BLOCK or len(plain) % BLOCK:
            raise wrong_key
        padding = plain[-1]
        if not 1 <= padding <= BLOCK or plain[-padding:] != bytes([padding]) * padding:
            raise wrong_key
        content = plain[16:-padding]
        length = int.from_bytes(content[:4], "big")
        if len(content) < 4 or length > len(content) - 4:
            raise wrong_key
        message, receiver = content[4 : 4 + length], content[4 + length :]
        if not hmac.compare_digest(receiver, self._corp_id.encode()):
            raise Untrusted("corp_id", "企业微信回调是发给另一家企业的：请核对企业 ID（后台“我的企业”最下面）")
        return message

    def _fields(self, xml: bytes) -> dict[str, Any]:
        tree = read_xml(xml)
        if not _same(tree.get("ToUserName"), self._corp_id):
            raise Untrusted("corp_id", "企业微信回调里的企业 ID 不是这里填的那个")
        agent = tree.get("AgentID", "")
        # Events of the address book belong to no app and may leave it out; nothing else may.
        of_the_firm = tree.get("Event") == "change_contact" and agent in ("", "0")
        if not of_the_firm and not _same(agent, self._agent_id):
            raise Untrusted("agent_id", "企业微信回调是发给另一个应用的：请核对 AgentId")
        if not isinstance(tree.get("MsgType"), str) or not isinstance(tree.get("Event", ""), str):
            raise _malformed("没有 MsgType")
        try:
            fields = self._parse(xml.decode())._data
        except Exception:  # noqa: BLE001  boundary: wechatpy and what it calls raise six families of errors on odd input
            raise _malformed("wechatpy 读不了") from None
        if not isinstance(fields, dict):
            raise _malformed("wechatpy 读不了")
        return {str(name): value for name, value in fields.items()}


def parameters(query: Query) -> Signed:
    """The three parameters, each exactly once and well formed.

    Raises:
        Untrusted: they are not.
    """
    signed = Signed(_once(query, "msg_signature"), _once(query, "timestamp"), _once(query, "nonce"))
    fits = (
        _SIGNATURE.fullmatch(signed.signature)
        and _TIMESTAMP.fullmatch(signed.timestamp)
        and _NONCE.fullmatch(signed.nonce)
    )
    if not fits:
        raise Untrusted("query", "有请求到了回调地址，但不是企业微信的：msg_signature、timestamp 或 nonce 不成样子")
    return signed


def _once(query: Query, name: str) -> str:
    values = query.getall(name, [])
    if len(values) != 1 or not values[0]:
        raise Untrusted("query", f"有请求到了回调地址，但不是企业微信的：参数 {name} 要有而且只有一个")
    return values[0]


def _same(said: Any, ours: str) -> bool:
    return isinstance(said, str) and hmac.compare_digest(said.encode(), ours.encode())


def _malformed(what: str) -> Untrusted:
    return Untrusted("form", f"企业微信回调的内容不合规矩：{what}")


def read_xml(data: bytes) -> strict_xml.Tree:
    """:func:`bot.wecom.strict_xml.read`, with the one error of this module.

    Raises:
        Untrusted: the document is not as strict as that.
    """
    try:
        return strict_xml.read(data)
    except strict_xml.BadXml as bad:
        raise _malformed(str(bad)) from None
