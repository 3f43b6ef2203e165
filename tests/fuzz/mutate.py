"""Valid things made odd. Everything is drawn from the given ``random.Random``, so a case's seed gives the same case."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from random import Random
from typing import Any

ODD_TEXTS: tuple[str, ...] = (
    *("", " ", "\0", "a\0b", "\ud800", "\udfff\ud800", "\u202e永兴", "\ufeff", "\x1b[31m", "\r\nX-Injected: 1"),
    *("]]>", "<![CDATA[", "]]]]><![CDATA[>", "<xml/>", "&amp;", "&lol;", "<!DOCTYPE x>", "-->", "<?xml?>"),
    *("../../etc/passwd", "a/b/c", "/", "//", "%00", "%2e%2e%2f", "{0}%s%n${x}", "'; DROP TABLE inbox; --"),
    *("@all", "a|b", "@_user_1", "@_all", "@_user_" + "9" * 40, "|", "http://127.0.0.1:1/x", "file:///etc/passwd"),
    *("0", "-1", "1e999", "NaN", "9" * 30, "٣", "1760000000123", "99999999999999999999", "true", "null", "{}", "[]"),
    *('{"a":', "[" * 200, '{"token":{"token":1}}', '{"text":1}', "t1_", "t1_x", "永" * 90, "a" * 300, "😀" * 70),
    *("x" * 3_000, "永兴 M8*30镀锌螺丝 5盒", "2026-11-24 +0800", "10:32 -9999", "ou_", "oc_", "om_", "content"),
)
ODD_VALUES: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 1, 1.5, -0.0, 1e308, 2**31, 2**53, 2**63, 2**64, 10**30, 10**300, [], {}, [[]], [{}]),
    *([None], [1, "a"], {"": ""}, {"token": []}, {"a": {"b": {"c": []}}}, [["x"] * 50], [{"tag": "at"}] * 60),
)


def text(chance: Random, base: str = "") -> str:
    """A text that is not what was meant."""
    kind = chance.randrange(6)
    if kind < 3:
        return chance.choice(ODD_TEXTS) if chance.random() > 0.005 else "永" * 70_000
    if kind == 3:
        return base + chance.choice(ODD_TEXTS)
    if kind == 4 and base:
        at = chance.randrange(len(base))
        return base[:at] + chr(chance.randrange(0x110000)) + base[at + chance.randrange(3) :]
    return base * chance.randrange(4)


def data(chance: Random, base: bytes) -> bytes:
    """Bytes with something wrong about them."""
    found = bytearray(base)
    for _ in range(chance.randrange(1, 4)):
        kind = chance.randrange(8)
        at = chance.randrange(len(found) + 1)
        if kind < 2 and at < len(found):
            found[at] ^= 1 << chance.randrange(8)
        elif kind == 2:
            del found[at:]
        elif kind == 3:
            del found[at : at + chance.randrange(1, 40)]
        elif kind == 4:
            found[at:at] = chance.randbytes(chance.randrange(1, 40))
        elif kind == 5:
            found[at:at] = found[at : at + chance.randrange(1, 200)]
        elif kind == 6:
            found += found[: 100_000 - len(found)]
        elif at < len(found):
            found[at] = chance.choice(b"\0\xff\"'<>&{}[]=\r\n \x80")
    return bytes(found)


def _times(chance: Random) -> int:
    return chance.choice((1, 1, 1, 2, 3))


# -- JSON --------------------------------------------------------------------------------------------------------------


def _places(value: Any, found: list[tuple[Any, Any]], left: int = 400) -> None:
    """Every (container, key or index) of a tree."""
    items: Any = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        if len(found) >= left:
            return
        found.append((value, key))
        if isinstance(inner, (dict, list)):
            _places(inner, found, left)


def _copy(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _copy(inner) for key, inner in value.items()}
    return [_copy(inner) for inner in value] if isinstance(value, list) else value


def tree(chance: Random, value: Any) -> Any:
    """A JSON tree with one to three things of the wrong type, name, number or place."""
    value = _copy(value)
    for _ in range(_times(chance)):
        places: list[tuple[Any, Any]] = []
        _places(value, places)
        if not places:
            return odd(chance)
        holder, key = chance.choice(places)
        kind = chance.randrange(10)
        if kind < 3:
            holder[key] = odd(chance)
        elif kind < 5:
            was = holder[key]
            holder[key] = text(chance, was if isinstance(was, str) else "")
        elif kind == 5:
            del holder[key]
        elif kind == 6 and isinstance(holder, dict):
            holder[text(chance, str(key))] = holder.pop(key)
        elif kind == 7:
            holder[key] = [holder[key]] * chance.randrange(1, 4) if chance.random() < 0.5 else {key: holder[key]}
        elif kind == 8:
            other, name = chance.choice(places)
            if name in other if isinstance(other, dict) else name < len(other):
                holder[key] = _copy(other[name])
        else:
            was = holder[key]
            holder[key] = str(was) if isinstance(was, (int, float)) else len(str(was)[:50])
    return value


def odd(chance: Random) -> Any:
    """Any JSON value."""
    return _copy(chance.choice(ODD_VALUES)) if chance.random() < 0.6 else chance.choice(ODD_TEXTS)


def dumps(chance: Random, value: Any) -> bytes:
    """The tree as JSON text, now and then with something that is no JSON, or JSON nobody writes."""
    try:
        plain = json.dumps(value, ensure_ascii=chance.random() < 0.5, separators=(",", ":"))
    except (ValueError, RecursionError):
        plain = "{}"
    made = plain.encode("utf-8", "surrogatepass")
    kind = chance.randrange(50)
    if kind == 0:
        return data(chance, made)
    if kind == 1:
        return made[:-1] + b',"schema":1,"header":{},"encrypt":"","challenge":1,"cmd":null}'
    if kind == 2:
        return b"\xef\xbb\xbf" + made
    if kind == 3:
        return made.replace(b'"', b"'", chance.randrange(1, 9))
    if kind == 4:
        return b'{"a":' * chance.choice((5, 64, 65, 2000)) + made + b"}" * 5
    if kind == 5:
        return b"[" * chance.choice((63, 900, 30_000))
    if kind == 6:
        return made[:-1] + b',"n":' + chance.choice((b"NaN", b"-Infinity", b"1e999", b"9" * 5000)) + b"}"
    if kind == 7:
        return made.decode("utf-8", "replace").encode(chance.choice(("utf-16", "utf-32", "gb18030")))
    return made


# -- XML ---------------------------------------------------------------------------------------------------------------

Fields = Sequence[tuple[str, str]]  # name → markup inside the element


def cdata(words: str) -> str:
    return "<![CDATA[" + words.replace("]]>", "]]]]><![CDATA[>") + "]]>"


def element(name: str, markup: str) -> str:
    return f"<{name}>{markup}</{name}>"


def document(fields: Fields) -> str:
    return element("xml", "".join(element(*field) for field in fields))


_LOL = '<!DOCTYPE xml [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
_HEADS = (
    _LOL,
    '<!DOCTYPE xml SYSTEM "file:///etc/passwd">',
    '<!DOCTYPE xml [<!ENTITY x SYSTEM "http://127.0.0.1:1/x">]>',
    '<?xml version="1.0" encoding="utf-16"?>',
    '<?xml version="1.1"?>',
    '<?xml version="1.0" encoding="utf-8"?>',
    '<?xml-stylesheet href="x"?>',
    "<!-- -->",
    "\ufeff",
    " \n",
    "x",
)
_MARKUPS = (
    *("&b;", "&x;", "&#0;", "&#x1F600;", "&#xD800;", "&lt;b&gt;", "]]>", "<![CDATA[", "<a/>", "<a><a/></a>", "x<a/>y"),
    *("<?php ?>", "<!-- a -- b -->", "\0", "\x08", "<a b='c'/>", "<a:b/>", "<item>1</item>" * 2500, "<a>" * 40),
    *("<SelectedItem/>", "<OptionIds><OptionId/></OptionIds>", "<QuestionKey>q</QuestionKey>" * 2),
)


def xml(chance: Random, fields: Fields) -> bytes:
    """A document with one to three things wrong."""
    found = list(fields)
    head = tail = ""
    for _ in range(_times(chance)):
        at = chance.randrange(len(found)) if found else -1
        kind = chance.randrange(10)
        if kind == 0:
            head = chance.choice(_HEADS)
        elif kind == 1:
            tail = chance.choice(("<xml/>", "x", "<!-- -->", "\0", "&b;", "<?x?>"))
        elif at < 0:
            break
        elif kind == 2:
            del found[at]
        elif kind == 3:
            found.insert(chance.randrange(len(found) + 1), found[at])
        elif kind == 4:
            found.append((found[at][0], cdata(text(chance, found[at][1]))))
            del found[at]
        elif kind == 5:
            found[at] = (found[at][0], chance.choice(_MARKUPS))
        elif kind == 6:
            name = chance.choice(("xml", "Encrypt", "MsgType", "x y", "a" * 300, "ToUserName", "_"))
            found[at] = (name, found[at][1])
        elif kind == 7:
            found[at] = (found[at][0], element(found[at][0], found[at][1]))
        else:
            found[at] = (found[at][0], cdata(text(chance)))
    made = (head + document(found) + tail).encode("utf-8", "surrogatepass")
    return data(chance, made) if chance.random() < 0.1 else made


def pick(chance: Random, ways: Sequence[tuple[int, Callable[..., Any]]]) -> Callable[..., Any]:
    """One of the weighted ways."""
    at = chance.randrange(sum(weight for weight, _ in ways))
    for weight, way in ways:
        at -= weight
        if at < 0:
            return way
    raise AssertionError("unreachable")
