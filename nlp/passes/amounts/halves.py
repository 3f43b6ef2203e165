"""Halves of one amount for two kinds: 指示牌2箱,左右各一半; 白的跟灰的一样一半,一共12套; 白灰各半12套;
12套,一半白一半灰. And two kinds said in one word: 拉篮左右各4套."""

from __future__ import annotations

from dataclasses import replace

from nlp.catalogue.lexicon import Lexicon
from nlp.catalogue.resolve import is_head, meaning
from nlp.scanning import cues as c
from nlp.scanning.tokens import T, Token

_PAIRS = (
    "左右",
    "上下",
    "前后",
    "内外",
    "冷热",
    "软硬",
    "粗细",
    "长短",
    "厚薄",
    "公母",
    "干湿",
    "明暗",
    "甜咸",
    "大小",
)
_SPLIT = frozenset(_PAIRS[:-1])
SAID = frozenset(pair[0] for pair in _PAIRS) | {"半"}  # without one of these there is nothing to do
_JOINTS = ("和", "跟", "与", "、", "的", "同", "还有")
_EACH = ("一样", "一家", "两样", "都", "就", "来", "要", "的")
_HALVES = ("一半", "半", "对半", "对半分", "对半开")
_KINDS = (T.ITEM, T.SPEC, T.MEASURE)
_REACH = 12


def fold(tokens: list[Token], lexicon: Lexicon) -> list[Token]:
    """Tokens in which both kinds have the half they come to."""
    tokens = _pairs(tokens, lexicon)
    if not any(t.text in ("半", "一半", "对半") for t in tokens):
        return tokens
    return _by_turns(tokens) or _each_half(tokens, lexicon)


def _pairs(tokens: list[Token], lexicon: Lexicon) -> list[Token]:
    """左右 in front of 各 as two words, when the catalogue has them."""
    result: list[Token] = []
    for at, token in enumerate(tokens):
        two = token.text in _SPLIT and at + 1 < len(tokens)
        two = two and (tokens[at + 1].has(c.EACH) or bool(_half_at(tokens, at + 1)))
        two = two and (token.kind is T.CUE or _told_apart(tokens, at, lexicon))
        if two and all(lexicon.has_term(char) for char in token.text):
            first, second = token.text[0], token.text[1]
            result.append(Token(T.ITEM, token.start, token.start + 1, first, term=first))
            result.append(Token(T.COMMA, token.start + 1, token.start + 1, "、"))
            result.append(Token(T.ITEM, token.start + 1, token.end, second, term=second))
        else:
            result.append(token)
    return result


def _told_apart(tokens: list[Token], at: int, lexicon: Lexicon) -> bool:
    """角阀冷热各20个: whether the goods in front come in either and none of them is 冷热 itself, as taps are."""
    named = next((t for t in reversed(tokens[max(0, at - 4) : at]) if t.kind is T.ITEM and is_head(t, lexicon)), None)
    if tokens[at].kind is not T.ITEM or named is None:
        return False
    goods = meaning(named, lexicon)
    return not goods & lexicon.postings(tokens[at].text) and all(
        goods & lexicon.postings(char) for char in tokens[at].text
    )


def _half_at(tokens: list[Token], at: int) -> int:
    """Where 一半 that begins here ends; 0 when it does not."""
    said, end = "", at
    best = 0
    while end < min(len(tokens), at + 4):
        said += tokens[end].text
        end += 1
        if said in _HALVES:
            best = end
    return best


def _halved(counted: Token, start: int, end: int) -> Token:
    """Half of an amount; half a piece is no number to rely on."""
    assert counted.value is not None
    half = counted.value / 2
    return replace(counted, value=half, start=start, end=end, approx=half != int(half), used=False)


def _counted(token: Token | None) -> bool:
    return token is not None and token.kind is T.QTY and bool(token.value) and not token.approx


def _each_half(tokens: list[Token], lexicon: Lexicon) -> list[Token]:
    """Both kinds in one breath, the amount before or behind them."""
    for at, token in enumerate(tokens):
        two_halves = token.text in ("对", "对半")
        if not (token.has(c.EACH) or two_halves or token.text in ("一样", "一家")):
            continue
        end = _half_at(tokens, at if two_halves else at + 1)
        kinds, first = _two(tokens, at, lexicon) if end else ([], at)
        if len(kinds) != 2:
            continue
        each = Token(T.CUE, token.start, token.start, "各", cues=(c.EACH,))
        before = _before(tokens, first)
        if before is not None:
            counted = tokens[before[1]]
            half = _halved(counted, token.start, tokens[end - 1].end)
            comma = Token(T.COMMA, kinds[0].end, kinds[0].end, "、")
            gap = Token(T.GAP, tokens[before[0]].start, counted.end, " ")
            return [*tokens[: before[0]], gap, kinds[0], comma, kinds[1], each, half, *tokens[end:]]
        around = _around(tokens, first)
        if around is not None:
            counted = tokens[around[0]]
            half = _halved(counted, token.start, tokens[end - 1].end)
            comma = Token(T.COMMA, kinds[0].end, kinds[0].end, "、")
            gap = Token(T.GAP, counted.start, counted.end, " ")
            goods = tokens[around[0] + 1 : around[1]]
            return [*tokens[: around[0]], gap, *goods, kinds[0], comma, kinds[1], each, half, *tokens[end:]]
        behind = _behind(tokens, end)
        if behind:
            half = _halved(tokens[behind], token.start, tokens[behind].end)
            joint = Token(T.COMMA, kinds[1].start, kinds[1].start, "、")
            row = [t for t in tokens[first:at] if t.kind in _KINDS or t is kinds[1]]
            row.insert(row.index(kinds[1]), joint)
            return [*tokens[:first], *row, each, half, *tokens[behind + 1 :]]
    return tokens


def _two(tokens: list[Token], at: int, lexicon: Lexicon) -> tuple[list[Token], int]:
    """The two words right in front that tell kinds of the same goods apart, and where the words for them begin."""
    kinds: list[Token] = []
    place = at - 1
    while place >= max(0, at - _REACH):
        token = tokens[place]
        grade = (
            token.kind is T.NUM and place + 1 == at and token.text.isdigit() and len(token.text) > 2
        )  # 镀锌304各一半
        if token.kind in _KINDS or grade:
            if len(kinds) == 2:
                break
            if is_head(token, lexicon) and len(meaning(token, lexicon)) > 1 and kinds:
                break
            kinds.insert(0, token)
        elif token.kind is not T.GAP and token.text not in (*_JOINTS, *_EACH):
            break
        place -= 1
    while place + 1 < at and tokens[place + 1].kind not in _KINDS:
        place += 1
    return kinds, place + 1


def _before(tokens: list[Token], at: int) -> tuple[int, int] | None:
    """Where the words for an amount right in front of the kinds begin, and the amount."""
    place = at - 1
    while place >= 0 and (tokens[place].kind in (T.COMMA, T.GAP) or tokens[place].text == "("):
        place -= 1
    if place < 0 or not _counted(tokens[place]):
        return None
    first = place
    while first and (tokens[first - 1].has(c.TOTAL) or tokens[first - 1].kind is T.GAP):
        first -= 1
    return first, place


def _around(tokens: list[Token], at: int) -> tuple[int, int] | None:
    """10扎A级玫瑰,红的白的对半: where the amount in front of the goods stands, and where the goods end."""
    end = at
    while end and tokens[end - 1].kind in (T.COMMA, T.GAP):
        end -= 1
    first = end
    while first and tokens[first - 1].kind in (*_KINDS, T.GAP):
        first -= 1
    if first == end or not first or not _counted(tokens[first - 1]):
        return None
    return first - 1, end


def _behind(tokens: list[Token], at: int) -> int:
    """Where the amount behind the halves stands: ,一共12套; 0 when there is none."""
    place = at
    while place < len(tokens) and (tokens[place].kind in (T.COMMA, T.GAP) or tokens[place].has(c.TOTAL)):
        place += 1
    summed = any(t.has(c.TOTAL) for t in tokens[at:place]) or place == at
    return place if place < len(tokens) and _counted(tokens[place]) and summed else 0


def _by_turns(tokens: list[Token]) -> list[Token]:
    """12套,一半白一半灰: an amount, then each kind behind the word for its half."""
    first = next((at for at in range(len(tokens)) if _half_at(tokens, at)), None)
    if first is None:
        return []
    place = first - 1
    while place >= 0 and (tokens[place].kind in (T.COMMA, T.GAP) or tokens[place].text in ("(", "要", "来")):
        place -= 1
    if place < 0 or not _counted(tokens[place]):
        return []
    parts: list[list[Token]] = []
    at = first
    while len(parts) < 2 and (end := _half_at(tokens, at)):
        while end < len(tokens) and tokens[end].text in ("是", "要", "来", "拿", "的", "配"):
            end += 1
        run: list[Token] = []
        while end < len(tokens) and tokens[end].kind in _KINDS:
            run.append(tokens[end])
            end += 1
        if not run:
            return []
        parts.append(run)
        at = end
        while at < len(tokens) and (tokens[at].kind in (T.COMMA, T.GAP) or tokens[at].text in ("的", "、", "和")):
            at += 1
    if len(parts) != 2:
        return []
    begin = place
    while begin and (tokens[begin - 1].has(c.TOTAL) or tokens[begin - 1].kind is T.GAP):
        begin -= 1
    result = [*tokens[:begin], Token(T.GAP, tokens[begin].start, tokens[place].end, " ")]
    for number, run in enumerate(parts):
        half = _halved(tokens[place], run[-1].end, run[-1].end)
        result += [*run, half, *([Token(T.COMMA, run[-1].end, run[-1].end, "、")] if not number else [])]
    return [*result, *tokens[at:]]
