"""The same again for somebody else: 三分场同一分场, 二店跟一店一样, 三店也一样."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from nlp.grammar.entries import Entry, Reading, Section
from nlp.scanning import cues as c
from nlp.scanning.tokens import T, Token

LIKE = ("同", "照", "按", "跟", "和", "与", "像", "依")
PER_FIRM = ("一家", "每家", "各家", "每个店", "每店", "两家")  # of each of the parties, not of each of the goods
_JOINTS = ("和", "跟", "与", "及", "、", "还有", "+", "/")
_BOTH = ("都要", "都", "都是", "均", "都来", "都送", "都发", "都拿")
_ALL_OF_THEM = (
    "两家",
    "两个店",
    "两边",
    "那边",
    ":",
    "的",
    "三家",
    "四家",
    "三个店",
    "几家",
    "这几家",
    "这两家",
    "这三家",
)
_ALONE = ("同", "照", "按", "依")  # says enough without 一样
_SAME = ("一样", "同样", "也一样", "相同", "一致", "同上", "一样的", "也是一样", "跟上面一样", "也是这样")


def named_behind(out: Reading, party_kind: str) -> None:
    """牛奶5箱给晨光,黄油2箱给半夏; 牛奶5箱(晨光) 黄油2箱(半夏): each customer behind what is for him."""
    parties = [t for t in out.parties if _is_party(t, party_kind)]
    ids = [tuple(p.id for p in t.parties) for t in parties]
    entries = sorted((e for e in out.entries if not e.dropped), key=_start)
    if len(parties) < 2 or len(set(ids)) < len(ids) or not entries or _start(entries[-1]) > parties[-1].start:
        return
    tokens = out.tokens
    if not all(_given(tokens, party) for party in parties):
        return
    cuts = [-1, *(party.start for party in parties)]
    shares = [[e for e in entries if a < _start(e) < b] for a, b in pairwise(cuts)]
    if not all(shares) or any(e.qty is None for e in entries):
        return
    out.sections = [Section(party, _start(own[0])) for party, own in zip(parties, shares, strict=True)]
    for number, own in enumerate(shares):
        for entry in own:
            entry.section = number


def _given(tokens: list[Token], party: Token) -> bool:
    """Whether a party stands at the end of a breath, behind 给 or in brackets."""
    before = next((t for t in reversed(tokens[: party.at]) if t.kind is not T.GAP), None)
    after = next((t for t in tokens[party.at + 1 :] if t.kind is not T.GAP), None)
    if after is not None and after.text in ("的", "那边"):
        after = next((t for t in tokens[after.at + 1 :] if t.kind is not T.GAP), None)
    led = before is not None and before.text in ("给", "是", "归", "发给", "送给", "(", "送", "送到", "发到", "-")
    return led and (after is None or after.kind in (T.COMMA, T.STOP) or after.text == ")")


def copied(out: Reading, party_kind: str) -> None:
    """Give each party of which only that is said the lines of the other; a doubt when those are not clear."""
    tokens = [t for t in out.tokens if t.kind is not T.GAP]
    for at, token in enumerate(tokens):
        if not _is_party(token, party_kind) or _served(out, token):
            continue
        if is_model(out.tokens, token):
            out.doubts.append("party_ambiguous")  # like somebody of whom nothing was said
            continue
        behind = tokens[at + 1 : at + 6]
        while behind and behind[0].text in ("也", "要", "的", "就", "都", "是", ":"):
            behind = behind[1:]
        if not behind:
            continue
        if behind[0].text in _SAME or "".join(t.text for t in behind[:2]) in _SAME:
            sections = [e.section for e in out.entries if not e.dropped and _start(e) < token.start]
            _copy(out, token, max(sections, key=lambda n: out.sections[n].start, default=None))
        elif behind[0].text in LIKE and len(behind) > 1 and _is_party(behind[1], party_kind):
            alike = len(behind) > 2 and behind[2].text in _SAME
            if alike or behind[0].text in _ALONE:
                _copy(out, token, _section_of(out, behind[1]))


def in_one_breath(tokens: list[Token], first: Token, second: Token) -> bool:
    """甲店和乙店, 甲店、乙店、丙店; 甲店 乙店 丙店 only where it is said what each of them gets."""
    if first.at >= second.at:
        return False
    between = [t for t in tokens[first.at + 1 : second.at] if t.kind is not T.GAP]
    if not all(t.text in _JOINTS or (t.kind is T.PARTY and t.parties) for t in between):
        return False
    return bool(between and between[-1].text in _JOINTS) or _each_behind(tokens, second)


def _each_behind(tokens: list[Token], party: Token) -> bool:
    behind = _after_parties([t for t in tokens[party.at + 1 : party.at + 40] if t.kind is not T.GAP])
    return bool(behind) and (behind[0].has(c.EACH) or behind[0].text in _BOTH or behind[0].text in PER_FIRM)


def _after_parties(behind: list[Token]) -> list[Token]:
    """What follows the last of the parties, and how many they are (三家)."""
    while behind and (
        behind[0].text in _JOINTS or behind[0].kind in (T.PARTY, T.COMMA, T.COLON) or behind[0].text in _ALL_OF_THEM
    ):
        behind = behind[1:]
    if len(behind) > 1 and behind[0].kind is T.NUM and behind[1].text in ("家", "店", "家店", "个店", "户"):
        if behind[0].value != 1:
            behind[0].used = True
            behind = behind[2:]
    elif behind and behind[0].kind is T.QTY and behind[0].unit in ("家", "店", "户") and behind[0].value != 1:
        behind[0].used = True
        behind = behind[1:]
    return behind


def shared(out: Reading, first: Token, second: Token) -> bool:
    """晨光和丰禾都要手套各3箱, 东门店跟学府店一家10袋: two parties in one breath and so much for each of them. Gives
    the second one the lines of the first; False when it is not clear that each gets all of it."""
    section = next((n for n, s in enumerate(out.sections) if s.party in (first, second)), None)
    lines = [e for e in out.entries if e.section == section and not e.dropped]
    if section is None or not lines or any(_start(e) < second.end for e in lines):
        return False
    spoken = [t for t in out.tokens if t.kind is not T.GAP]
    behind = spoken[spoken.index(second) + 1 :]
    behind = _after_parties(behind)
    each = [t for t in behind if t.has(c.EACH)] or [t for t in behind[:1] if t.text in _BOTH]
    if not each or any(t.has(c.PARALLEL) for t in behind):
        return False
    both = behind[0].text in _BOTH or behind[0] is each[0]
    if not both and len(lines) > 1:
        return False  # 甲和乙要绿茶、红茶各3箱: each of the two teas
    copied_from = out.sections[section].party
    _copy(out, second if copied_from is first else first, section)
    return True


def is_model(tokens: list[Token], party: Token) -> bool:
    """Whether a party is named as the one whose order another's is like: 同一分场, 跟一分场一样."""
    before = next((t for t in reversed(tokens[max(0, party.at - 2) : party.at]) if t.kind is not T.GAP), None)
    after = next((t for t in tokens[party.at + 1 : party.at + 3] if t.kind is not T.GAP), None)
    if before is None or before.text not in LIKE:
        return False
    return before.text in _ALONE or (after is not None and after.text in _SAME)


def refers(tokens: list[Token], party: Token) -> bool:
    """Whether right behind a party is said that it wants the same as another."""
    behind = [t for t in tokens[party.at + 1 : party.at + 6] if t.kind is not T.GAP]
    while behind and behind[0].text in ("也", "要", "的", "就", "都", "是", ":"):
        behind = behind[1:]
    if not behind or behind[0].text in _SAME:
        return bool(behind)
    return behind[0].text in LIKE and len(behind) > 1 and is_model(tokens, behind[1])


def _is_party(token: Token, kind: str) -> bool:
    return token.kind is T.PARTY and any(p.kind == kind for p in token.parties)


def _start(entry: Entry) -> int:
    return entry.spans.get("qty", (entry.item.start, 0))[0]


def _section_of(out: Reading, token: Token) -> int | None:
    ids = {p.id for p in token.parties}
    for number in dict.fromkeys(e.section for e in out.entries if not e.dropped):
        party = out.sections[number].party
        if party is not None and ids & {p.id for p in party.parties}:
            return number
    return None


def _served(out: Reading, token: Token) -> bool:
    return _section_of(out, token) is not None


def _copy(out: Reading, token: Token, section: int | None) -> None:
    lines = [e for e in out.entries if e.section == section and not e.dropped]
    if section is None or not lines:
        out.doubts.append("party_ambiguous")
        return
    out.sections.append(Section(token, token.start))
    number = len(out.sections) - 1
    out.entries += [replace(e, section=number, spans=dict(e.spans), tiers=list(e.tiers), doubts=[]) for e in lines]
