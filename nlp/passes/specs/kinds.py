"""How many kinds a list names: 紫 黄 蓝三种采血管各10盒, 红黑两色. The number counts what was just listed and
orders nothing."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

from nlp.catalogue.lexicon import Lexicon
from nlp.catalogue.numbered import having
from nlp.catalogue.resolve import narrow
from nlp.scanning import cues as c
from nlp.scanning.tokens import T, Token

_KINDS = (
    "种",
    "样",
    "款",
    "色",
    "种颜色",
    "个颜色",
    "个色",
    "种规格",
    "个规格",
    "个号",
    "个码",
    "个尺码",
    "个型号",
    "种型号",
    "样东西",
    "个口味",
    "种口味",
    "种味道",
    "个味道",
    "个味",
    "种味",
    "个花色",
    "种花色",
    "个尺寸",
    "种尺寸",
    "个度数",
    "种度数",
    "个香型",
    "种香型",
)
# 三个浓度, 两种包装: kinds told apart by whatever tells goods apart.
_KIND_OF = re.compile(
    r"[个种款样](?:浓度|纯度|含量|目数|粒度|级别|等级|重量|容量|长度|宽度|厚度|大小|材质|包装|牌子|品牌|品种|产地|年份|口径"
    r"|车型|直径|功率|瓦数|电压|克重|密度|硬度|色号|花型|图案|款式|版本|标号|牌号|号数|系列|档次|高度|香味|剂型|门幅|转速)"
)
_GOODS = (T.ITEM, T.SPEC, T.MEASURE, T.NUM, T.CUE)
_LEADS = (c.PRICE, c.QUOTE, c.DELIVER)
_LONGEST = 3
_HOW_MANY = {"两": Decimal(2), "三": Decimal(3), "四": Decimal(4)}
_THAT = ("的", "那个", "这个", "那种", "这种", "那款", "这款")  # 34*76那个毛巾四个颜色各一箱
_MOST = 12
_NEAR = (Decimal("0.45"), Decimal("1.6"))  # of the list price


def fold(tokens: list[Token], lexicon: Lexicon) -> list[Token]:
    """Tokens in which such a number and its word are one filler."""
    result: list[Token] = []
    skip = 0
    for at, token in enumerate(tokens):
        if at < skip:
            continue
        if end := _counts_codes(tokens, at):
            text = "".join(t.text for t in tokens[at:end])
            result.append(Token(T.CUE, token.start, tokens[end - 1].end, text, cues=(c.FILLER,)))
            skip = end
            continue
        if end := _there_are(tokens, at):
            text = "".join(t.text for t in tokens[at:end])  # 核桃仁有两种吧
            result.append(Token(T.CUE, token.start, tokens[end - 1].end, text, cues=(c.FILLER,)))
            skip = end
            continue
        end = _counts_kinds(tokens, at)
        if token.has(c.ALL) and token.text[0] in _HOW_MANY and len(token.text) > 2 and _all_wanted(tokens, at):
            counted = replace(token, value=_HOW_MANY[token.text[0]])  # 三种颜色都要两包
            if every := _every(result, counted, lexicon):
                result += _each_of(every, token, token.end)
                result.append(replace(token, start=token.end, cues=(c.EACH,)))
                continue
        if end and _all_wanted(tokens, end) and (every := _every(result, token, lexicon)):
            result += _each_of(every, token, tokens[end - 1].end)
            result.append(Token(T.CUE, tokens[end].start, tokens[end].end, tokens[end].text, cues=(c.EACH,)))
            skip = end + 1
        elif end and _every_costs(result, tokens, token, end, lexicon):
            text = "".join(t.text for t in tokens[at:end])
            result.append(Token(T.CUE, token.start, tokens[end - 1].end, text, cues=(c.ALL,)))
            skip = end
        elif end and _heads_one_price(tokens, end):
            result.append(Token(T.GAP, token.start, tokens[end - 1].end, " "))  # 四色墨水统一70一瓶
            skip = end
        elif end and result and result[-1].kind is T.ITEM and _asks(tokens, end):
            text = "".join(t.text for t in tokens[at:end])  # 魔芋爽三个味道一样的价不
            result.append(Token(T.CUE, token.start, tokens[end - 1].end, text, cues=(c.FILLER,)))
            skip = end
        elif end and end < len(tokens) and tokens[end].kind is T.COLON:
            text = "".join(t.text for t in tokens[at:end])  # 2个颜色:黑5匹,白3匹
            result.append(Token(T.CUE, token.start, tokens[end - 1].end, text, cues=(c.FILLER,)))
            skip = end
        elif end and end < len(tokens) and tokens[end].has(c.EACH) and (every := _every(result, token, lexicon)):
            result += _each_of(every, token, tokens[end - 1].end)
            skip = end
        elif end and (_listed(result, token) or _all_said(result, tokens, token, end)):
            text = "".join(t.text for t in tokens[at:end])
            result.append(Token(T.CUE, token.start, tokens[end - 1].end, text, cues=(c.FILLER,)))
            skip = end
        else:
            result.append(token)
    return result


def _all_wanted(tokens: list[Token], end: int) -> bool:
    """四种颜色都要一箱: so much of each."""
    after = next((t for t in tokens[end + 1 :] if t.text not in ("要", "来", "拿", "订", " ")), None)
    return end < len(tokens) and tokens[end].has(c.ALL) and after is not None and after.kind is T.QTY


def _each_of(every: list[int], token: Token, stop: int) -> list[Token]:
    """The products themselves, in place of the words that count them."""
    found: list[Token] = []
    for n in every:
        if n != every[0]:
            found.append(Token(T.COMMA, stop, stop, "、"))
        found.append(Token(T.SPEC, token.start, stop, token.text, found=frozenset((n,))))
    return found


def _all_said(before: list[Token], tokens: list[Token], token: Token, end: int) -> bool:
    """…, 两样都含税: every one of the lines said before, which are as many."""
    if end >= len(tokens) or not tokens[end].has(c.ALL, c.TOTAL):
        return False
    here = before[-1] if before else None
    if here is not None and here.kind not in (T.COMMA, T.STOP, T.GAP) and here.text not in ("这", "那", "上面", "以上"):
        return False
    lines = sum(1 for t in before if t.kind is T.QTY)
    return token.value is not None and Decimal(lines) >= token.value


def _every(before: list[Token], token: Token, lexicon: Lexicon) -> list[int]:
    """电解质水两个口味各6件: all the products a name has, when it has as many as are counted."""
    run: list[Token] = []
    numbers: list[Token] = []  # 封边条28的两个色各2卷
    for earlier in reversed(before[-12:]):
        if earlier.kind in (T.ITEM, T.SPEC, T.MEASURE):
            run.insert(0, earlier)
        elif earlier.kind is T.NUM and earlier.value is not None:
            numbers.append(earlier)
        elif earlier.kind is not T.GAP and earlier.text not in _THAT:
            break
    found = narrow(run, lexicon) if run else frozenset()
    for number in numbers:
        found = having(number.value or Decimal(0), found, lexicon)
    names = {lexicon.product(n).name for n in list(found)[:_MOST]}
    return sorted(found) if len(found) == token.value and len(names) == 1 else []


def _counts_kinds(tokens: list[Token], at: int) -> int:
    """Where 三种 that begins here ends; 0 when nothing of the sort does."""
    token = tokens[at]
    if token.kind not in (T.NUM, T.QTY, T.MEASURE) or token.value is None or not 2 <= token.value <= _MOST:
        return 0
    if token.value != int(token.value) or token.approx:
        return 0
    digits = len(token.text) - len(token.text.lstrip("0123456789一二两三四五六七八九十"))
    said = token.text[digits:].strip()
    for end in range(at + 1, min(at + 1 + _LONGEST, len(tokens)) + 1):
        if (said in _KINDS or _KIND_OF.fullmatch(said)) and (end == len(tokens) or _goes_on(tokens[end])):
            return end
        if end == len(tokens) or tokens[end].kind is T.GAP:
            return 0
        said += tokens[end].text
    return 0


_POINTING = ("这", "那", "下面", "以下", "如下", "就这", "要", "就", "共", "一共")
_CODES = re.compile(
    r"[\d一二两三四五六七八九十]{1,3}[ ]?(?:个|种|款|样|项|条)?[ ]?"
    r"(?:条码|条形码|货号|编码|编号|料号|型号|单品|品种|码|品|sku)"
    r"(?:的|[ ]?:|的?(?:货|东西|商品|产品|耗材)[ ]?:?)?"
)


def _counts_codes(tokens: list[Token], at: int) -> int:
    """Where 两个码的货 ends, goods counted in front of their list; 0 when it is none."""
    token = tokens[at]
    if token.kind not in (T.NUM, T.QTY) or token.value is None or not 1 <= token.value <= _MOST or token.approx:
        return 0
    before = next((t for t in reversed(tokens[:at]) if t.kind is not T.GAP), None)
    opens = before is None or before.kind in (T.STOP, T.COMMA, T.PARTY) or before.text in _POINTING
    if not opens:
        return 0
    said = ""
    best = 0
    for end in range(at, min(at + 8, len(tokens))):
        said += tokens[end].text
        if _CODES.fullmatch(said) and (end + 1 >= len(tokens) or tokens[end + 1].kind in (T.GAP, T.STOP, T.ITEM, T.ID)):
            best = end + 1
    listed = best and any(t.kind is T.QTY for t in tokens[best : best + 8])
    return best if listed and (best >= len(tokens) or tokens[best - 1].text not in ("码", "品")) else 0


def _costs(tokens: list[Token], at: int) -> bool:
    """Whether a price with nothing but a day and a word for it is all that follows."""
    while at < len(tokens) and (tokens[at].kind in (T.DATE, T.GAP) or tokens[at].has(*_LEADS)):
        at += 1
    return at < len(tokens) and tokens[at].kind is T.PRICE


def _every_costs(before: list[Token], tokens: list[Token], token: Token, end: int, lexicon: Lexicon) -> bool:
    """吸痰管三个号都六毛五, 金的两种都是…, 封边条两个色今天给到0.6: whether a price for every one of them follows."""
    last = before[-1] if before else None
    if last is None:
        return False
    if last.kind in _GOODS and (
        _costs(tokens, end) or _listed_price(tokens, end, _every(before, token, lexicon), lexicon)
    ):
        return True
    named = before[-2] if last.text == "的" and len(before) > 1 else last
    return named.kind in (T.ITEM, T.SPEC, T.MEASURE) and end < len(tokens) and tokens[end].has(c.ALL)


def _listed_price(tokens: list[Token], at: int, every: list[int], lexicon: Lexicon) -> bool:
    """机滤三款10.5: a bare number that ends the clause and is about what all of them cost."""
    number = tokens[at] if at < len(tokens) else None
    if not every or number is None or number.kind is not T.NUM or not number.value:
        return False
    if at + 1 < len(tokens) and tokens[at + 1].kind not in (T.COMMA, T.STOP, T.GAP):
        return False
    listed = [lexicon.product(n).list_price for n in every]
    return all(price and _NEAR[0] <= number.value / price <= _NEAR[1] for price in listed)


def _heads_one_price(tokens: list[Token], at: int) -> bool:
    """Whether goods and a word that makes the price behind them everybody's follow."""
    end = at
    while end < len(tokens) and tokens[end].kind in (T.ITEM, T.SPEC, T.MEASURE, T.GAP):
        end += 1
    told = at < end < len(tokens) - 1 and tokens[end].has(c.ALL)
    return told and tokens[end + 1].kind in (T.PRICE, T.NUM)


def _there_are(tokens: list[Token], at: int) -> int:
    """Where 两种 of 核桃仁有两种吧 ends; 0 when it is something else."""
    token, before = tokens[at], tokens[at - 1] if at else None
    if token.kind not in (T.NUM, T.QTY) or token.value is None or not 2 <= token.value <= _MOST or before is None:
        return 0
    if before.text not in ("有", "分", "分成", "分为") or token.approx:
        return 0
    said = token.text.lstrip("0123456789一二两三四五六七八九十").strip()
    end = at + 1
    if not said and end < len(tokens) and tokens[end].kind in (T.UNKNOWN, T.CUE):
        said, end = tokens[end].text, end + 1
    return end if said in ("种", "款", "样") or said in _KINDS[5:] else 0


def _asks(tokens: list[Token], at: int) -> bool:
    return at < len(tokens) and tokens[at].has(c.SAME_PRICE, c.ASK_PRICE, c.MUCH)


def _goes_on(token: Token) -> bool:
    """各, 都 or the goods themselves: what a count of kinds leads to."""
    steered = token.has(c.EACH, c.ALL, c.TOTAL, c.SAME_PRICE, c.ASK_PRICE, c.MUCH, *_LEADS) or token.text == "的"
    return steered or token.kind in (T.ITEM, T.GAP, T.COMMA, T.COLON, T.PRICE, T.NUM, T.DATE)


def _listed(before: list[Token], token: Token) -> bool:
    """Whether as many words as it counts stand right before it."""
    words = 0
    for earlier in reversed(before[-40:]):
        if earlier.kind in (T.ITEM, T.SPEC, T.MEASURE, T.NUM):
            words += 1 + earlier.text.count("/")  # 双氧水27.5/35/50三个浓度
        elif not (earlier.kind in (T.GAP, T.COMMA) or earlier.text in ("和", "跟", "与", "的", "/", "、")):
            break
    return token.value is not None and Decimal(words) >= token.value
