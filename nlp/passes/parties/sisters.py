"""Houses of one name, the next said by what it differs in: 东升一店:… / 二店:… where 东升二店 is a party of its own;
东门店2袋,总店5袋 of 麦香坊东门店 and 麦香坊总店; 城东2包 城北3包 of 城东店 and 城北店."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from nlp.catalogue.lexicon import Lexicon, Party
from nlp.scanning.text import fold_key, is_han
from nlp.scanning.tokens import T, Token, idle, lines_of

_ENDS = ("店", "部", "厂", "园", "校区", "分校", "院", "馆", "站", "场", "仓")
_OPENS = (T.STOP, T.COMMA, T.COLON, T.GAP, T.QTY)
_LONGEST = 6
_LEAST = 2
_HOUSES = ("店", "门店", "分店", "家店", "项目", "项目部", "工地", "校区")


def fold(tokens: list[Token], lexicon: Lexicon) -> list[Token]:
    """Tokens in which such a word at the head of a line is the party it stands for."""
    named = any(t.kind is T.PARTY for t in tokens)
    if named:
        tokens = _numbered(tokens, lexicon)
    if not any(t.kind is T.UNKNOWN for t in tokens):
        return tokens
    tokens = _of_shared(tokens) if named else tokens
    return _headed(_without_house(_named_on(tokens, lexicon) if named else tokens, lexicon))


def _of_shared(tokens: list[Token]) -> list[Token]:
    """途安两个店 over 城南:… / 城北:…, or (城南、城北是途安的) under them: rows that begin with what tells the parties
    of one shared name apart."""
    shared = [t for t in tokens if t.kind is T.PARTY and len({p.id for p in t.parties}) > 1]
    lines = lines_of(tokens) if shared else []
    told = [
        line for line in lines
        if any(t in shared for t in line)
        and not any(t.kind in (T.QTY, T.NUM) and t.unit not in ("个", "家", None) for t in line)
        and not any(t.kind is T.ITEM and len(t.text) > 1 for t in line)
    ]  # fmt: skip
    if not told:
        return tokens
    parties = {p.id: p for line in told for t in line if t in shared for p in t.parties}.values()
    found: dict[int, tuple[int, Party]] = {}
    for number, line in enumerate(lines):
        run = _run(line, first := next((n for n, t in enumerate(line) if t.kind is not T.GAP), 0))
        said = "".join(t.text for t in run)
        after = line[first + len(run)] if run and first + len(run) < len(line) else None
        meant = [p for p in parties if said in fold_key(p.name)] if 2 <= len(said) <= 6 else []
        counted = any(t.kind in (T.QTY, T.NUM) for t in line)
        if len(meant) == 1 and counted and line not in told and after is not None and after.kind in (T.COLON, T.GAP):
            found[number] = (first, meant[0])
    if len({party.id for _, party in found.values()}) < _LEAST:
        return tokens
    result: list[Token] = []
    for number, line in enumerate(lines):
        if line in told:
            result += [idle(t) if t.kind not in (T.STOP, T.GAP, T.DATE) else t for t in line]
        elif number in found:
            first, party = found[number]
            run = _run(line, first)
            name = "".join(t.text for t in run)
            result += [*line[:first], Token(T.PARTY, run[0].start, run[-1].end, name, parties=(party,))]
            result += line[first + len(run) :]
        else:
            result += line
    return result


def _numbered(tokens: list[Token], lexicon: Lexicon) -> list[Token]:
    result: list[Token] = []
    last: Token | None = None
    for at, token in enumerate(tokens):
        if token.kind is T.PARTY and token.parties:
            last = token
        opens = at == 0 or tokens[at - 1].kind is T.STOP
        if last is not None and opens and token.kind in (T.ID, T.PARTY) and not token.parties:
            found = next(
                (
                    parties
                    for size in range(len(last.text) - 1, 0, -1)
                    if (parties := lexicon.parties(last.text[:size] + token.text))
                ),
                (),
            )
            if len(found) == 1 and found[0].id not in {p.id for p in last.parties}:
                result.append(replace(token, kind=T.PARTY, parties=found))
                continue
        result.append(token)
    return result


def _named_on(tokens: list[Token], lexicon: Lexicon) -> list[Token]:
    """总店5袋 behind 东门店2袋: the house of the same firm whose full name ends so."""
    result: list[Token] = []
    last: Token | None = None
    at = 0
    while at < len(tokens):
        token = tokens[at]
        if token.kind is T.PARTY and len(token.parties) == 1:
            last = token
        run = _run(tokens, at) if last is not None and _opens(tokens, at) else []
        if last is not None and len(run) > 0:
            said = "".join(t.text for t in run)
            front = fold_key(last.parties[0].name)
            found: Sequence[Party] = ()
            if said.endswith(_ENDS):
                fronts = (front[:size] for size in range(len(front) - 1, 1, -1))
                found = next((p for start in fronts if (p := lexicon.parties(start + said))), ())
            if len(found) == 1 and found[0].id != last.parties[0].id:
                result.append(Token(T.PARTY, run[0].start, run[-1].end, said, parties=tuple(found)))
                at += len(run)
                continue
        result.append(token)
        at += 1
    return result


def _without_house(tokens: list[Token], lexicon: Lexicon) -> list[Token]:
    """城东2包 城北3包 高新1包: houses without 店, when two of them at least are said so."""
    found: dict[int, tuple[int, tuple[Party, ...]]] = {}
    for at in range(len(tokens)):
        if tokens[at].kind is not T.UNKNOWN or not _opens(tokens, at):
            continue
        run = _run(tokens, at)
        said = "".join(t.text for t in run)
        after = tokens[at + len(run)] if at + len(run) < len(tokens) else None
        if not 2 <= len(said) <= 4 or after is None or after.kind not in (T.QTY, T.COLON, T.GAP, T.NUM):
            continue
        for end in _ENDS:
            if len(parties := lexicon.parties(said + end)) == 1:
                found[at] = (len(run), parties)
                break
    if len(found) < 2:
        return tokens
    result: list[Token] = []
    at = 0
    while at < len(tokens):
        size, parties = found.get(at, (0, ()))
        if size:
            run = tokens[at : at + size]
            result.append(Token(T.PARTY, run[0].start, run[-1].end, "".join(t.text for t in run), parties=parties))
            at += size
            continue
        result.append(tokens[at])
        at += 1
    return result


def _headed(tokens: list[Token]) -> list[Token]:
    """安悦装饰三个店 over the lines of its houses: the firm they are of, and how many."""
    named = [fold_key(p.name) for t in tokens if t.kind is T.PARTY for p in t.parties[:1]]
    if len(set(named)) < 2:
        return tokens
    result = list(tokens)
    for at, token in enumerate(tokens):
        if token.kind is T.PARTY and not token.parties and sum(n.startswith(token.text) for n in set(named)) > 1:
            result[at] = idle(token)
        after = tokens[at + 1] if at + 1 < len(tokens) else None
        house = after is not None and after.text in _HOUSES and token.end == after.start
        if house and after is not None and token.kind in (T.QTY, T.NUM) and token.unit in (None, "个", "家"):
            result[at], result[at + 1] = idle(token), idle(after)
    return result


def _opens(tokens: Sequence[Token], at: int) -> bool:
    return at == 0 or tokens[at - 1].kind in _OPENS


def _run(tokens: Sequence[Token], at: int) -> list[Token]:
    """Words of a name that begins here, up to an amount or a break."""
    run: list[Token] = []
    for token in tokens[at : at + _LONGEST]:
        if token.kind not in (T.UNKNOWN, T.CUE, T.ITEM) or not is_han(token.text[0]) or token.exact:
            break
        run.append(token)
    unknown = any(t.kind is T.UNKNOWN for t in run)
    return run if unknown and len("".join(t.text for t in run)) <= _LONGEST else []
