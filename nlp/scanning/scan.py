"""Cutting a message into tokens: a lattice over the characters, every known word and every grammar an edge, the
cheapest path wins. Few long pieces beat many short ones; what nobody knows costs most, so it is left over only
when nothing else explains it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from functools import lru_cache

from nlp.catalogue import notation, terms
from nlp.catalogue.firms import firm_at, more_of_name
from nlp.catalogue.lexicon import Lexicon
from nlp.catalogue.terms import MEASURES, SINGLE
from nlp.catalogue.unitwords import names_amount
from nlp.layout import houses, numbering
from nlp.passes.amounts import unitfirst
from nlp.passes.refine import refined
from nlp.scanning import cues as c
from nlp.scanning import measures
from nlp.scanning.cues import CUES, FILLER, REACH
from nlp.scanning.dates import date_at
from nlp.scanning.everyday import everyday_at
from nlp.scanning.grammars import begins_goods, grammars, steps_at
from nlp.scanning.lastprice import last_price_at
from nlp.scanning.numbers import HAN_NUMERALS, number_at, plain
from nlp.scanning.spoken import spoken_at
from nlp.scanning.text import fold_key, is_han
from nlp.scanning.tokens import T, Token

_BULLET = re.compile(r"[ \t]*(?:\(?\d{1,2}[.)、](?!\d)|[-*•#]{1,3}[ \t])[ \t]*")
# A part of a customer's house, said with its name: 仁和手术室, 三院检验科.
_ROOM = re.compile(
    r"(?:(?![打下开做要发补走录建出][\u4e00-\u9fff]?(?:个|张|份|单))[\u4e00-\u9fff]{0,3}(?:手术室|化验室|检验科|门诊|急诊|儿科|内科|外科|药房|仓库|库房|车间|后勤|总务|财务|采购|食堂|厨房|后厨|餐厅|前台|"
    r"工地|宿舍|小卖部|办公室|教务处|医务室|校医室|收货部)|"
    r"[\u4e00-\u9fff]{2}(?:科室|科|室|处|部|车间|工段|班组))(?![\u4e00-\u9fff])|"
    r"[\u4e00-\u9fff]{0,3}(?:部|处|科|室|库|后勤|财务)(?=[要订来发拿补])"
)

_SPLITS = {"\n": T.STOP, "。": T.STOP, ";": T.STOP, "!": T.STOP, "?": T.STOP, ",": T.COMMA, "、": T.COMMA, ":": T.COLON,
           " ": T.GAP, "\t": T.GAP, houses.MARK: T.GAP, numbering.CHAPTER: T.GAP}  # fmt: skip
_SAYS_NOTHING = frozenset("色味款型子儿")  # by itself, whatever ends with it
_PAUSE = re.compile(
    r"~{0,3}(?:[ \n]|$|(?![\d一二两三四五六七八九十百半几])[\u4e00-\u9fff])"
)  # 谢谢~ 再给我两箱, not 3~5箱
_NUMBERED = re.compile(r"\d{1,3}#(?=\d{1,4}[个只支条箱盒包袋桶把件套双台瓶罐卷根张块])")  # 篮球5#20个
_GLUED = re.compile(r"(?:\d{1,4}[a-z]{1,2}){2,4}")
_UNKNOWN_COST = 3.0
_LONGEST_NUMBER = 24
_COUNTS = (T.NUM, T.QTY, T.MEASURE, T.SPEC)


def scan(text: str, lexicon: Lexicon, today: date, draft_ref: str | None = None) -> list[Token]:
    """Tokens of a folded text, left to right, without holes."""
    size = len(text)
    best: list[float] = [0.0] + [float("inf")] * size
    back: list[Token | None] = [None] * (size + 1)
    for at in range(size):
        cost = best[at]
        if cost == float("inf"):
            continue
        for weight, token in _edges(text, at, lexicon, today, draft_ref):
            if cost + weight < best[token.end] - 1e-9:
                best[token.end] = cost + weight
                back[token.end] = token
    tokens: list[Token] = []
    at = size
    while at > 0:
        token_or_none = back[at]
        assert token_or_none is not None
        tokens.append(token_or_none)
        at = token_or_none.start
    tokens.reverse()
    for index, token in enumerate(tokens):
        _settle(tokens, index, token, lexicon)
        if token.has(c.ASK_STOCK) and index > 1 and tokens[index - 1].kind is T.QTY and tokens[index - 2].has(c.ONLY):
            token.cues = (FILLER,)  # 只有6箱现货
        asked = index and tokens[index - 1].has(c.ASK_STOCK, c.ASK_PRICE, c.MUCH)
        alone = index + 1 == len(tokens) or tokens[index + 1].kind not in (T.ITEM, T.SPEC, T.MEASURE, T.QTY)
        if (
            asked
            and token.text in lexicon.unit_words
            and (token.kind is T.UNKNOWN or (token.kind is T.ITEM and len(token.text) == 1 and alone))
        ):
            token.kind, token.cues = T.CUE, (FILLER,)  # 还有多少卷: the unit asked for
    tokens = refined(tokens, text, lexicon, open_draft=draft_ref is not None)
    for index, token in enumerate(tokens):
        token.at = index
    return tokens


def _settle(tokens: list[Token], index: int, token: Token, lexicon: Lexicon) -> None:
    """A steering word of one character beside an item it can describe is part of the item: 前刹车片, but 周五前."""
    everyday = len(token.text) > 1 and lexicon.names_goods(token.text, 0)
    if token.kind is not T.CUE or not ((token.text in SINGLE and lexicon.has_term(token.text)) or everyday):
        return
    if index and tokens[index - 1].kind is T.DATE:
        return
    own = lexicon.postings(token.text)
    for beside in (index - 1, index + 1):
        if not 0 <= beside < len(tokens):
            continue
        if everyday and tokens[beside].kind in _COUNTS:
            token.kind, token.cues, token.term = T.ITEM, (), token.text  # 直接20的10个
            return
        if tokens[beside].kind is T.ITEM:
            other = tokens[beside].term or tokens[beside].text
            if own & (lexicon.postings(other) | lexicon.exact(other)):
                token.kind, token.cues, token.term = T.ITEM, (), token.text
                return


def _edges(text: str, at: int, lexicon: Lexicon, today: date, draft_ref: str | None) -> Iterator[tuple[float, Token]]:
    char = text[at]
    if char in HAN_NUMERALS and (end := _run_end(text, at)) - at > _LONGEST_NUMBER:
        yield 0.5, Token(T.ID, at, end, text[at:end])  # no number anybody says
        return
    if text[at + 1 : at + 2] == "数" and names_amount(text, at, lexicon):
        yield 0.8, Token(T.CUE, at, at + 2, text[at : at + 2], cues=(FILLER,))
    split = _SPLITS.get(char) or _pause(text, at)
    if split is not None:
        yield 0.05, Token(split, at, at + 1, char)
    if (at == 0 or text[at - 1] == "\n") and (match := _BULLET.match(text, at)):
        yield 0.05, Token(T.GAP, at, match.end(), match[0])
    if (said := spoken_at(text, at, lexicon)) is not None:
        yield 0.55, said
    inside = at > 0 and _ascii_word(text[at - 1]) and _ascii_word(char) and not _after_measure(text, at)
    if end := last_price_at(text, at):
        yield 0.6, Token(T.CUE, at, end, text[at:end], cues=(c.LAST_PRICE,))
    if not inside:
        if char in "满超达够":
            yield from steps_at(text, at, lexicon.unit_words)
        elif char in "大中小特加孩成":
            yield from measures.letter_size(text, at, lexicon)
            yield from measures.spoken_kind(text, at, lexicon)
        yield from _known(text, at, lexicon)
        yield from everyday_at(text, at, lexicon)
        yield from grammars(text, at, lexicon, today, draft_ref)
    if lexicon.long_units and not char.isascii() and (pack := unitfirst.pack_at(text, at, lexicon)) is not None:
        yield pack
    if lexicon.category_words and (kind := _category(text, at, lexicon, today)) is not None:
        yield kind
    for length in range(min(REACH.get(char, 0), len(text) - at), 0, -1):
        word = text[at : at + length]
        kinds = CUES.get(word)
        if kinds is not None:
            yield 1.0 if kinds != (FILLER,) or length > 1 else 1.05, Token(T.CUE, at, at + length, word, cues=kinds)
    yield from _unknown(text, at)


def _category(text: str, at: int, lexicon: Lexicon, today: date) -> tuple[float, Token] | None:
    """A word for a kind of goods: spoken of, or 60安电瓶: the goods themselves, when they are called something else."""
    if end := _category_at(text, at, lexicon, today):
        return 0.6, Token(T.CUE, at, end, text[at:end], cues=(FILLER,))
    for length in (5, 4, 3, 2):
        word = text[at : at + length]
        if len(word) == length and word in lexicon.category_words and (found := lexicon.category_goods(word)):
            return 0.97 - 0.01 * length, Token(T.ITEM, at, at + length, word, term=word, found=found)
    return None


def _pause(text: str, at: int) -> T | None:
    return T.COMMA if text[at] == "~" and _PAUSE.match(text, at + 1) else None


def _category_at(text: str, at: int, lexicon: Lexicon, today: date) -> int:
    """Where 五金 or 板材 ends, a kind of goods that heads a list or is spoken of; 0 when goods are named with it."""
    for length in (5, 4, 3, 2):
        end = at + length
        if end > len(text) or text[at:end] not in lexicon.category_words:
            continue
        after = text[end : end + 1]
        if not after or after in "\n,。;:!?、])] " or (_steers(text, end) and not begins_goods(text, end, lexicon)):
            return end
        found = date_at(text, end, today)
        return end if found is not None and text[found.end - 1] != "号" else 0
    return 0


def _steers(text: str, at: int) -> bool:
    """Whether a word that steers begins here."""
    return any(text[at : at + length] in CUES for length in range(REACH.get(text[at], 0), 0, -1))


def _bare(word: str) -> bool:
    """A plain number; it describes goods only beside them (specnumbers), while 0402 is a size by itself."""
    return word[0].isdigit() and word.replace(".", "", 1).isdigit() and (word[0] != "0" or "." in word)


def _after_measure(text: str, at: int) -> bool:
    """25kg10袋: a number may begin where a measure ends."""
    if not text[at].isdigit():
        return False
    start = at
    while start and at - start < 4 and text[start - 1].isascii() and text[start - 1].isalpha():
        start -= 1
    return 0 < start < at and text[start - 1].isdigit() and text[start:at] in MEASURES


def _run_end(text: str, at: int) -> int:
    end = at
    while end < len(text) and text[end] in HAN_NUMERALS:
        end += 1
    return end


def _ascii_word(char: str) -> bool:
    return char.isascii() and (char.isalnum() or char in ".")


def _cut_ok(text: str, at: int, end: int) -> bool:
    """Whether a known word may begin and end here: never inside a run of letters and digits."""
    if _ascii_word(text[end - 1]) and end < len(text) and text[end].isascii():
        after = text[end]
        if after.isalnum():
            # 0.5mm黑 is fine; m8 inside m80 or 10w inside 10w-40 is not.
            return text[end - 1].isalpha() and after.isdigit() and not text[at:end].isalnum()
        if after in "*/-.+" and end + 1 < len(text) and text[end + 1].isascii() and text[end + 1].isalnum():
            return after == "*" and _is_count(text, end + 1)
    return True


def _is_count(text: str, at: int) -> bool:
    end = at
    while end < len(text) and text[end].isdigit():
        end += 1
    return end > at and (end == len(text) or not (text[end].isascii() and (text[end].isalnum() or text[end] in "*/.-")))


def _known(text: str, at: int, lexicon: Lexicon) -> Iterator[tuple[float, Token]]:
    run = lexicon.run_at(text, at)
    measured = _ends_measure(text, at, lexicon)
    known = lexicon.lengths(text[at : at + 2]) | (1 << run + 1) - 1
    for length in _longest_first(known & (1 << len(text) - at + 1) - 1):
        end = at + length
        word = text[at:end]
        parties = lexicon.parties(word)
        item = (length <= run or lexicon.listed(word)) and not (_bare(word) and not lexicon.is_exact(word))
        if item and (measured or _cuts_number(text, at, end, lexicon)) and not lexicon.is_exact(word):
            item = False
        if (item or parties) and not _cut_ok(text, at, end):
            continue
        if parties and (room := _ROOM.match(text, end)) and lexicon.run_at(text, end) < len(room[0]):
            yield (
                0.89 - 0.01 * (room.end() - at),
                Token(T.PARTY, at, room.end(), text[at : room.end()], parties=parties),
            )
        if item:
            exact = lexicon.is_exact(word)
            everyday = 0.1 if word in CUES and not lexicon.listed(word) else 0.0  # 以上 of a spec 220g以上
            yield (
                (0.85 if exact else 0.95) - 0.01 * length + everyday,
                Token(T.ITEM, at, end, word, term=word, exact=exact, parties=parties),
            )
            if (
                terms.ends_emptily(word[-1], text[end : end + 1])
                and is_han(word[-1])
                and not lexicon.run_at(text, end) > 1
            ):
                yield 1.0 - 0.01 * length, Token(T.ITEM, at, end + 1, text[at : end + 1], term=word, exact=exact)
        elif parties:
            yield 0.9 - 0.01 * length, Token(T.PARTY, at, end, word, parties=parties)
        if parties and (longer := more_of_name(text, at, end, parties, lexicon)) > end:
            named = tuple(p for p in parties if text[at:longer] in fold_key(p.name))
            named = named or tuple(p for p in parties if fold_key(p.name).endswith(text[end:longer]))
            yield 0.9 - 0.01 * (longer - at), Token(T.PARTY, at, longer, text[at:longer], parties=named)
    if (joined := notation.joined_at(text, at, lexicon)) is not None:
        yield 0.8, Token(T.ITEM, at, joined[0], text[at : joined[0]], term=joined[1])
    if text[at].isascii() and (parted := notation.parted_at(text, at, lexicon)) is not None:
        yield 0.8, Token(T.ITEM, at, parted[0], text[at : parted[0]], term=parted[1])
    if (firm := firm_at(text, at, lexicon)) is not None:
        yield 0.9 - 0.01 * (firm[0] - at), Token(T.PARTY, at, firm[0], text[at : firm[0]], parties=firm[1])
    char = text[at]
    if not char.isascii() and char not in HAN_NUMERALS and char not in _SAYS_NOTHING and lexicon.has_term(char):
        yield 1.6 if char in SINGLE else 1.8, Token(T.ITEM, at, at + 1, char, term=char)
        if char not in SINGLE and terms.ends_emptily(char, text[at + 1 : at + 2]):
            yield 1.9, Token(T.ITEM, at, at + 2, text[at : at + 2], term=char)  # 帽子 of a 毛线帽, 本子 of a 笔记本


@lru_cache(maxsize=4096)
def _longest_first(lengths: int) -> tuple[int, ...]:
    """The lengths over one whose bits are set, longest first."""
    return tuple(length for length in range(lengths.bit_length() - 1, 1, -1) if lengths >> length & 1)


def _ends_measure(text: str, at: int, lexicon: Lexicon) -> bool:
    """五层4号箱: 号 belongs to the number in front of it when the catalogue has a 4号."""
    if text[at] not in MEASURES or not at or not text[at - 1].isdigit():
        return False
    start = at
    while start and at - start < 5 and (text[start - 1].isdigit() or text[start - 1] == "."):
        start -= 1
    if not text[start].isdigit() or (start and text[start - 1].isascii() and text[start - 1].isalpha()):
        return False  # N95头戴式
    return lexicon.has_term(terms.measure_key(text[start:at], text[at]))


def _cuts_number(text: str, at: int, end: int, lexicon: Lexicon) -> bool:
    """三|段盒装: a piece of an alias that tears a number in words from the measure the catalogue has it with."""
    if at and text[at - 1] in HAN_NUMERALS and lexicon.has_term(text[at - 1 : at + 1]):
        return True  # 一|星黄 of goods of 一星, when others are called 三星黄球
    return any(
        0 < cut < len(text) and text[cut - 1] in HAN_NUMERALS and is_han(text[cut])
        and (number := number_at(text, cut - 1)) is not None and number[0] == cut
        and lexicon.listed(plain(number[1]) + text[cut])
        for cut in (at, end)
    )  # fmt: skip


def _unknown(text: str, at: int) -> Iterator[tuple[float, Token]]:
    char = text[at]
    if (char.isascii() and (char.isalnum() or char in "#")) or char == "φ":
        match = terms.SPECISH.match(text, at)
        if match:
            run = match[0]
            kind = T.SPEC if any(char.isdigit() for char in run) and not run.replace(".", "").isdigit() else T.UNKNOWN
            if numbered := _NUMBERED.match(text, at):
                yield 1.2, Token(T.SPEC, at, numbered.end(), numbered[0], term=numbered[0])
            cost = (2.0 if _GLUED.fullmatch(run) else 1.3) if kind is T.SPEC else 2.0  # 8p10p are two measures
            yield cost, Token(kind, at, match.end(), run, term=run)
        yield _UNKNOWN_COST, Token(T.UNKNOWN, at, at + 1, char)
        return
    if char.isascii() or not char.isalnum():
        yield 0.3, Token(T.SIGN, at, at + 1, char)
        return
    yield _UNKNOWN_COST, Token(T.UNKNOWN, at, at + 1, char)
