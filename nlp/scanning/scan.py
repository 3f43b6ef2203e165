"""Cutting a message into tokens: a lattice over the characters, every known word and every grammar an edge, the
cheapest path wins. Few long pieces beat many short ones; what nobody knows costs most, so it is left over only
when nothing else explains it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from nlp.catalogue import notation, terms
from nlp.catalogue.firms import firm_at, more_of_name
from nlp.catalogue.lexicon import Lexicon
from nlp.catalogue.terms import MEASURES, SINGLE
from nlp.catalogue.unitwords import names_amount, names_size
from nlp.corrections.rownames import row_at, row_token
from nlp.passes.amounts import unitfirst
from nlp.passes.refine import refined
from nlp.scanning import cues as c
from nlp.scanning import measures
from nlp.scanning.amounts import Price, price_at, quantities_at, unit_at
from nlp.scanning.codes import is_code, is_watts, one_of_code
from nlp.scanning.cues import CUES, FILLER, REACH
from nlp.scanning.dates import date_at
from nlp.scanning.everyday import everyday_at
from nlp.scanning.jin import half_at, jin_at, jin_liang_at
from nlp.scanning.labels import LABELLED, LABELS
from nlp.scanning.lastprice import last_price_at
from nlp.scanning.numbers import HAN_NUMERALS, number_at, plain
from nlp.scanning.spoken import spoken_at
from nlp.scanning.text import fold_key, is_han
from nlp.scanning.tokens import T, Token

_PHONE = re.compile(r"(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d)|0\d{2,3}-\d{7,8}(?!\d)")
_REF = re.compile(r"(?:xs|sh|rk|cg|bj|qc|cx|so|po|dd)[- ]?(\d{1,10})(?![\d.*a-z]|-\d)|草稿[ ]?\d{1,6}")
# The number of another system's document: letters, then groups of digits, SO-260226-003. Goods of that code come first.
_OTHER_REF = re.compile(r"[a-z]{1,4}[- ]?\d{2,10}(?:-\d{1,8}){1,3}(?![\d.*a-z-])")
_RATE = re.compile(
    r"([\d.]{1,5}|[一二三四五六七八九]{1,2})折|([\d.]{1,5}|十[一二三四五六七八九]?|[一二三四五六七八九])个?(?:点|%)(?!半|钟|[零一二三四五六七八九])"
)
_VESSEL_FIRST = re.compile(r"[瓶罐听桶袋]\d{1,5}[箱件提扎]")
_TAXED = re.compile(r"(?:13|[369])(?=税|[,、。;\n ]|$)(?![ ]?\d)")  # 含13税, 税点13
_TAX_WORD = re.compile(r"(?:含|税点|税率)[:是为 ]?$")
_LONG = re.compile(
    r"9[123]\d{6}[0-9a-z]{10}(?![0-9a-z])|\d{8,30}|[a-z]{1,4}\d{8,20}|[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][a-hj-np-z]"
    r"(?:[a-z0-9]{5}|[df][a-z0-9]{5}|\d{5}[df])(?![a-z0-9])"
)
_BULLET = re.compile(r"[ \t]*(?:\(?\d{1,2}[.)、](?!\d)|[-*•#]{1,3}[ \t])[ \t]*")
_PLACE = re.compile(
    r"(?:\d{1,4}|[一二三四五六七八九十]{1,3})(?:号楼|楼|栋|单元|幢|号门|号库|号仓|号店|号院|弄|号线|号?车间|号?房间|病房|号房|号?包间|号?包厢|号包房|号桌)(?!盘)"
)
# A part of a site or house at the head of a line: 一标段:, 三车间:, 二食堂:.
_PART = re.compile(
    r"第?[一二三四五六七八九十\d]{1,3}(?:标段|标|期|工区|分部|车间|分店|店|门店|食堂|班组|班|队|组|科|区|部|楼|厂|号线)"
    r"(?=[ ]{0,2}:)"
)
# 别跟冻货混一块: together, no money.
_TOGETHER = re.compile(r"[混放装堆摆捆绑搁塞搭叠挤粘](?:在|到)?一(?:块儿?|起|堆)(?![\d一二两三四五六七八九毛半])")
# A part of a house, numbered, at the end of what is said of it: 研发二部), 三车间.
_DEPARTMENT = re.compile(r"第?[一二三四五六七八九十]{1,2}(?:部|科|室|课|分部|事业部|实验室|病区)(?=[)\],;。:\n]|$)")
_TOGETHER_FIRST = frozenset("混放装堆摆捆绑搁塞搭叠挤粘")
_PLACE_FIRST = frozenset("第份上下一二三四五六七八九十")
_HALF_MONTH = re.compile(r"(?:(?:1[0-2]|[1-9]|十[一二]?|[一二三四五六七八九])月)?份?[上下]半[月年]")
_LINK = re.compile(r"https?://[^\s\u4e00-\u9fff]{1,300}|www\.[^\s\u4e00-\u9fff]{1,200}")
_ABOVE = re.compile(r"[ \t]*(?:及以上|以上|起批|起订|起步|起)")
# The least that is sold, said behind the prices: no step of a price.
_LEAST = re.compile(r"[ \t]*起(?:发货?|订|批|送|售|卖|做|配)(?![,、 ]*[\d¥])")
_DIGITS = re.compile(r"\d+")
# A part of a customer's house, said with its name: 仁和手术室, 三院检验科.
_ROOM = re.compile(
    r"(?:(?![打下开做要发补走录建出][\u4e00-\u9fff]?(?:个|张|份|单))[\u4e00-\u9fff]{0,3}(?:手术室|化验室|检验科|门诊|急诊|儿科|内科|外科|药房|仓库|库房|车间|后勤|总务|财务|采购|食堂|厨房|后厨|餐厅|前台|"
    r"工地|宿舍|小卖部|办公室|教务处|医务室|校医室|收货部)|"
    r"[\u4e00-\u9fff]{2}(?:科室|科|室|处|部|车间|工段|班组))(?![\u4e00-\u9fff])|"
    r"[\u4e00-\u9fff]{0,3}(?:部|处|科|室|库|后勤|财务)(?=[要订来发拿补])"
)
_MONTH = re.compile(r"(?:1[0-2]|[1-9])月份?(?=[\u4e00-\u9fff,:\s)\]】]|$)(?![初底中末上下一二三十里内之前后]|旬)")
_SIZE_PRICED = re.compile(r"[ ]?的[ ]?\d")
_FROM = re.compile(r"[拿订进凑]?满|[拿订进要凑]?够|超过|超|达到")
_STEP_PRICED = re.compile(
    r"[ ]?(?:以上|起)?[ ]?(?:(?:的话|就|给你|给|算|按|是|可以|做到|价|都)[ ]?){0,3}(?:\d|[¥一二三四五六七八九十])"
)
_MOVED = re.compile(
    r"(?:最晚|最迟|不晚于|赶在|截止)(?:到|在)?[ ]?$"
    r"|(?:改|推|拖|延|挪|提前|推迟|延后|顺延|放|定|约)(?:到|至)$"
    r"|(?:送货|到货|交货|发货|日期|时间|交期|货期)(?:改到?|是|定|为|:)?$"
)
_ON_A_DAY = re.compile(
    r"[ ]?(?:送|到|之?前|以前|交|下午|上午|早|晚|中午|[来去自]?[拉提取](?:货|走|$|[,。;!\n ])|来[拉提取拿]|自提|过来"
    r"|装车|发[货车走]|出货|走货|[要用](?!(?:大概|大约)?[一二两三四五六七八九十\d半]))"
)

_SPLITS = {"\n": T.STOP, "。": T.STOP, ";": T.STOP, "!": T.STOP, "?": T.STOP, ",": T.COMMA, "、": T.COMMA, ":": T.COLON,
           " ": T.GAP, "\t": T.GAP}  # fmt: skip
_SAYS_NOTHING = frozenset("色味款型子儿")  # by itself, whatever ends with it
_UNKNOWN_COST = 3.0
_GRAMMAR_SIGNS = LABELS | frozenset("+¥@")  # the only signs with which anything but goods begins
_LONGEST_NUMBER = 24
_BEFORE_HALF = frozenset("一各两对")
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
    split = _SPLITS.get(char)
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
            yield from _step(text, at, lexicon.unit_words)
        elif char in "大中小特加孩成":
            yield from measures.letter_size(text, at, lexicon)
            yield from measures.spoken_kind(text, at, lexicon)
        yield from _known(text, at, lexicon)
        yield from everyday_at(text, at, lexicon)
        if char.isalnum() or char in _GRAMMAR_SIGNS or (draft_ref and char == draft_ref[0]):
            yield from _grammar(text, at, lexicon, today, draft_ref)
    if lexicon.long_units and not char.isascii() and (pack := unitfirst.pack_at(text, at, lexicon)) is not None:
        yield pack
    if lexicon.category_words and (end := _category_at(text, at, lexicon, today)):
        yield 0.6, Token(T.CUE, at, end, text[at:end], cues=(FILLER,))
    for length in range(min(REACH.get(char, 0), len(text) - at), 0, -1):
        word = text[at : at + length]
        kinds = CUES.get(word)
        if kinds is not None:
            yield 1.0 if kinds != (FILLER,) or length > 1 else 1.05, Token(T.CUE, at, at + length, word, cues=kinds)
    yield from _unknown(text, at)


def _category_at(text: str, at: int, lexicon: Lexicon, today: date) -> int:
    """Where 五金 or 板材 ends, a kind of goods that heads a list or is spoken of; 0 when goods are named with it."""
    for length in (5, 4, 3, 2):
        end = at + length
        if end > len(text) or text[at:end] not in lexicon.category_words:
            continue
        after = text[end : end + 1]
        if not after or after in "\n,。;:!?、])] " or (_steers(text, end) and not _begins_goods(text, end, lexicon)):
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
    reach = min(max(run, lexicon.reach(text[at : at + 2])), len(text) - at)
    for length in range(reach, 1, -1):
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
    return any(
        0 < cut < len(text) and text[cut - 1] in HAN_NUMERALS and is_han(text[cut])
        and (number := number_at(text, cut - 1)) is not None and number[0] == cut
        and lexicon.listed(plain(number[1]) + text[cut])
        for cut in (at, end)
    )  # fmt: skip


def _grammar(text: str, at: int, lexicon: Lexicon, today: date, draft_ref: str | None) -> Iterator[tuple[float, Token]]:
    char = text[at]
    if draft_ref and text.startswith(draft_ref, at):
        yield 0.5, Token(T.REF, at, at + len(draft_ref), draft_ref)
    if char in "xsrcbqdp草" and (match := _REF.match(text, at)) and not lexicon.is_exact(match[0]):
        yield 0.6, Token(T.REF, at, match.end(), match[0])
    if char.isascii() and char.isalpha() and (match := _OTHER_REF.match(text, at)) and not lexicon.has_term(match[0]):
        yield 0.55, Token(T.REF, at, match.end(), match[0])
    if (named := row_at(text, at, open_draft=draft_ref is not None)) is not None:
        yield 0.7, row_token(at, text, *named)
    link = (char in LABELS and LABELLED.match(text, at)) or (char in "hw" and _LINK.match(text, at))
    if match := link or None:
        yield 0.5, Token(T.ID, at, match.end(), match[0])
    if char in "01+8" and (match := _PHONE.match(text, at)):
        yield 0.6, Token(T.PHONE, at, match.end(), match[0])
    if (match := _place_at(text, at)) and not lexicon.has_term(match[0]):
        yield 0.55, Token(T.ID, at, match.end(), match[0])
    if (match := _LONG.match(text, at)) and not lexicon.exact(match[0]):
        yield 0.7, Token(T.ID, at, match.end(), match[0])
    found_date = date_at(text, at, today)
    if found_date is not None and not _names_spec(text, at, found_date.end, lexicon):
        yield (
            0.8,
            Token(T.DATE, at, found_date.end, text[at : found_date.end], day=found_date.day, past=found_date.past),
        )
    words = lexicon.unit_words
    if char.isdigit() or char in HAN_NUMERALS or char in "好若数几上成":
        yield from _numbers(text, at, lexicon, words)
    if char in _TOGETHER_FIRST and (match := _TOGETHER.match(text, at)):
        yield 0.5, Token(T.CUE, at, match.end(), match[0], cues=(FILLER,))
    price = _price_at(text, at, words)
    coded = price is not None and (is_code(text, at, price.end, lexicon) or one_of_code(text, at, lexicon))
    if price is not None and not coded and not is_watts(text, at, lexicon):
        yield 0.85, Token(T.PRICE, at, price.end, text[at : price.end], value=price.value, unit=price.unit)


def _price_at(text: str, at: int, words: frozenset[str]) -> Price | None:
    """价:50的8.4, 75的14 tells the price of the 50."""
    price = price_at(text, at, words)
    return None if price is not None and price.unit is None and _SIZE_PRICED.match(text, price.end) else price


def _step(text: str, at: int, words: frozenset[str]) -> Iterator[tuple[float, Token]]:
    """满50箱9块4: from so many on it costs so much."""
    match = _FROM.match(text, at)
    if match is None or match.end() >= len(text):
        return
    step = next((q for q in quantities_at(text, match.end(), words) if q.unit and not q.approx), None)
    if step is not None and _STEP_PRICED.match(text, step.end):
        yield 0.6, Token(T.TIER, at, step.end, text[at : step.end], value=step.value, unit=step.unit)


def _place_at(text: str, at: int) -> re.Match[str] | None:
    """A numbered place: 3号楼, or 二食堂: at the head of a line."""
    if text[at] not in _PLACE_FIRST and not text[at].isdigit():
        return None
    opens = at == 0 or text[at - 1] in "\n;。"
    if opens and (part := _PART.match(text, at)):
        return part
    if part := _DEPARTMENT.match(text, at):
        return part
    if half := _HALF_MONTH.match(text, at):
        return half
    if text[at] in "一二三四五六七八九十":
        return _PLACE.match(text, at)
    return (_MONTH.match(text, at) or _PLACE.match(text, at)) if text[at].isdigit() else None


def _names_spec(text: str, at: int, end: int, lexicon: Lexicon) -> bool:
    """5号 of a battery is no date, unless somebody delivers or wants something on it."""
    said = text[at:end]
    if "月" in said or _MOVED.search(text, max(0, at - 8), at):
        return False  # 12月6号, and 送货改到6号
    if said[-1].isdigit() and lexicon.has_term(said):
        return not _ON_A_DAY.match(text, end)  # 28-6-6 of a fertiliser
    number = number_at(text, at)
    spoken = f"{plain(number[1])}号" if number is not None else text[at:end]  # 七号电池 is a 7号 one
    alone = number is not None and number[0] == end - 1  # 2月2号 is a day
    return (
        alone
        and text[end - 1] == "号"
        and (lexicon.has_term(text[at:end]) or lexicon.has_term(spoken))
        and not _ON_A_DAY.match(text, end)
    )


def _numbers(text: str, at: int, lexicon: Lexicon, words: frozenset[str]) -> Iterator[tuple[float, Token]]:
    char = text[at]
    if match := _MONTH.match(text, at):
        yield 0.8, Token(T.CUE, at, match.end(), match[0], cues=(FILLER,))  # 12月执行价
    if text[at] in "13469" and (match := _TAXED.match(text, at)) and _TAX_WORD.search(text, max(0, at - 4), at):
        yield 0.8, Token(T.RATE, at, match.end(), match[0])
    if match := _RATE.match(text, at):
        yield 0.8, Token(T.RATE, at, match.end(), match[0])
    if (packed := half_at(text, at, lexicon) or jin_at(text, at, lexicon) or jin_liang_at(text, at, words)) is not None:
        yield 0.75, packed
    if char.isdigit():
        yield from measures.bounded(text, at, lexicon)
        yield from measures.written(text, at, lexicon, words)
        yield from measures.between(text, at, lexicon, words)
    else:
        yield from measures.spoken(text, at, lexicon, words)
        if text.startswith("零下", at):
            yield from measures.below_zero(text, at, lexicon)
    if (digits := _DIGITS.match(text, at)) and len(digits[0]) > 7:
        return
    yield from _quantities(text, at, lexicon, words)
    number = number_at(text, at)
    if number is not None:
        end, value = number
        if text[end : end + 1] == "项" and text[at - 1 : at] in ("共", "计", "有"):
            yield 0.9, Token(T.QTY, at, end + 1, text[at : end + 1], value=value, unit="项")
        counted = not text.startswith(("行情", "项目", "行不", "行吗", "行么", "行吧", "行伐"), end)  # 水泥42.5行情
        if end < len(text) and text[end] in "行项" and counted and value < 100 and not unit_at(text, end, words):
            return
        if (match := _ABOVE.match(text, end)) and text[at : match.end()] != "一起":
            yield 0.8, Token(T.TIER, at, match.end(), text[at : match.end()], value=value)
        tail = text[end : end + 1]
        if char == "半" and end == at + 1 and is_han(tail or "0") and text[at - 1 : at] not in _BEFORE_HALF:
            return  # 半开, 半熟: half of nothing counted
        if not (tail.isascii() and tail.isalpha()) or not char.isascii():
            sized = tail in words and char.isdigit() and names_size(text, end, value, lexicon)
            yield 0.8 if sized else 1.0, Token(T.NUM, at, end, text[at:end], value=value)


def _quantities(text: str, at: int, lexicon: Lexicon, words: frozenset[str]) -> Iterator[tuple[float, Token]]:
    for quantity in quantities_at(text, at, words):
        if text[quantity.end : quantity.end + 1] == "装" and text[quantity.end - 2 : quantity.end - 1] == " ":
            continue  # 瓶装 55 罐装 54: the word behind the price is what the next goods come in
        if (
            text[at].isdigit()
            and text[quantity.end : quantity.end + 1] == "子"
            and lexicon.run_at(text, quantity.end) < 2
        ):
            continue  # 316杯子: cups, not 316 of them
        spoken = not text[at].isdigit() and text[quantity.end : quantity.end + 1] in HAN_NUMERALS
        if spoken and text[quantity.end : quantity.end + 1] and lexicon.run_at(text, at) > quantity.end - at:
            continue  # 三合 of 三合一
        if at > 1 and text[at] in HAN_NUMERALS and text[at - 2] in HAN_NUMERALS and lexicon.run_at(text, at - 2) > 2:
            continue  # 一盒 of 三合一盒
        if text[quantity.end - 2 : quantity.end - 1] == " " and _VESSEL_FIRST.match(text, quantity.end - 1):
            continue  # 100箱52 罐50箱: what the next goods come in
        token = Token(T.QTY, at, quantity.end, text[at : quantity.end], value=quantity.value, unit=quantity.unit,
                      approx=quantity.approx)  # fmt: skip
        if (match := _LEAST.match(text, quantity.end)) and not _begins_goods(text, quantity.end, lexicon):
            yield 0.6, Token(T.CUE, at, match.end(), text[at : match.end()], cues=(FILLER,))
        elif (match := _ABOVE.match(text, quantity.end)) and not _begins_goods(text, match.end() - 1, lexicon):
            yield 0.7, Token(T.TIER, at, match.end(), text[at : match.end()], value=quantity.value, unit=quantity.unit)
        yield 0.9, token


def _begins_goods(text: str, at: int, lexicon: Lexicon) -> bool:
    """12箱 起泡酒: the word behind a quantity begins the next goods."""
    while text[at : at + 1] in (" ", "\t"):
        at += 1
    return lexicon.run_at(text, at) >= 2


def _unknown(text: str, at: int) -> Iterator[tuple[float, Token]]:
    char = text[at]
    if (char.isascii() and (char.isalnum() or char in "#")) or char == "φ":
        match = terms.SPECISH.match(text, at)
        if match:
            run = match[0]
            kind = T.SPEC if any(char.isdigit() for char in run) and not run.replace(".", "").isdigit() else T.UNKNOWN
            yield (1.3 if kind is T.SPEC else 2.0), Token(kind, at, match.end(), run, term=run)
        yield _UNKNOWN_COST, Token(T.UNKNOWN, at, at + 1, char)
        return
    if char.isascii() or not char.isalnum():
        yield 0.3, Token(T.SIGN, at, at + 1, char)
        return
    yield _UNKNOWN_COST, Token(T.UNKNOWN, at, at + 1, char)
