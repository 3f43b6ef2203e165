"""Lines over a list that only say what the list is: 送货信息 over a form, 各园区美工材料统计 over what several
customers want. Words of goods in them are no line."""

from __future__ import annotations

import re

from nlp.catalogue.lexicon import Lexicon
from nlp.catalogue.resolve import narrow
from nlp.grammar.entries import Entry, Reading
from nlp.scanning import cues as c
from nlp.scanning.tokens import T, Token

_FORM = re.compile(
    r"(?m)^[ \t\[(*=-]{0,6}(?:送货|收货|收件|发货|配送|提货|客户|商品|货物|产品|订单|订货|订购|下单)"
    r"(?:信息|资料|明细|详情|内容|信息表|登记表?)[ \t\])*=:-]{0,6}(?=\n)"
)
# 例 某某店 XX 几盒: how a row of the list is to be written.
_SAMPLE = re.compile(
    r"(?m)^[ \t]{0,6}[\[(]?(?:例子?|例如|示例|样例|举例|范例|格式|填写示例|接龙格式|参考格式)[\])]?"
    r"(?:[ \t]*:|[ \t]+)[^\n]{1,60}(?=\n)"
)
_BRACKETED = re.compile(r"[ ]*\[[^\[\]]{1,12}\][: ]*")
# 不要的写0, 没有的填0: what an empty row looks like.
_FILL_IN = re.compile(
    r"(?:不要|不需要|没有|不用|不订|无需|不补|用不着)的(?:话|品种|行|项)?(?:就|请|都|可以)?(?:写|填|打|标|记|留|输|画)(?:上|个|为|成)?"
    r"(?:0|零|空白?|无|叉|x|/|-|斜杠|横线)"
)
# 接龙 新枣到了 若羌灰枣 13块: news beside the goods of a list.
_NEWS = re.compile(
    r"(?<=[ \t,!~])(?:新|刚|今年的?)[\u4e00-\u9fff]{1,4}?"
    r"(?:到货?|上市|上架|来|下来|开园|开售)(?:了|啦|咯|喽)[!~]*(?=[ \t,!\n])"
)
_BOOK = re.compile(r"《[^》\n]{1,40}》")
_COUNTS = re.compile(r"统计|汇总|登记|接龙|报名|申领|申购|申报|报单|报数|集中采购|团购|一览|清单|明细")


# 品名:高温热熔胶 / 数量:半吨 over 申请部门:封边车间 and 用途:新线试机.
_GOODS_FIELD = re.compile(r"(?m)^[ \t]{0,6}(?:品名|商品|产品|货品|名称|物料|物品|商品名称|产品名称|物料名称)[ \t]*:")
_COUNT_FIELD = re.compile(r"(?m)^[ \t]{0,6}(?:数量|件数|订购数量|需求数量|采购数量|申请数量|申购数量)[ \t]*:")
_ANY_FIELD = re.compile(r"(?m)^[ \t]{0,6}([\u4e00-\u9fff]{2,6})[ \t]*:([^\n\d:]{1,40})$")
_SAYS_WHICH = re.compile(
    r"品名|商品|产品|货品|名称|物料|物品|规格|型号|颜色|尺[寸码]|材质|口味|牌|厂|款|等级|色号|包装|单位|数量|件数|价|税|票|客户|单位"
    r"|公司|门店|店名|供应商|供货|日期|时间|交期|货期|[到送交]货|收|地址|联系|电话|备注|抬头|编码|编号|货号|条码|赠|送"
)


_ATTRIBUTE = re.compile(
    r"\n[ \t]{0,6}(?:产品|商品|货品|具体)?"
    r"(?:规格型号|型号规格|规格|型号|颜色|尺寸|尺码|材质|口味|等级|品牌|单位|计量单位|厚度|长度|花色)"
    r"[ \t]*:[ \t]*(?=[^\s\n])"
)
_UNIT_FIRST = re.compile(
    r"\n[ \t]{0,6}(?:计量)?单位[ \t]*:[ \t]*([\u4e00-\u9fff]{1,2}|kg)[ \t]*\n[ \t]{0,6}"
    r"((?:订购|需求|采购|申请|申购|订货|下单)?(?:数量|件数)[ \t]*:[ \t]*\d{1,6}(?:\.\d{1,3})?)(?=[ \t]*(?:\n|$))"
)
_AMOUNT = re.compile(r"\n(?=[ \t]{0,6}(?:订购|需求|采购|申请|申购|订货|下单)?(?:数量|件数|单价|价格)[ \t]*:)")


def joined(text: str) -> str:
    """A folded form with one field in a line as one line of goods each: 品名:颗粒板 / 规格:18mm / 数量:20."""
    if not (_GOODS_FIELD.search(text) and _COUNT_FIELD.search(text) and _ATTRIBUTE.search(text)):
        return text
    text = _UNIT_FIRST.sub(lambda match: f"{match[2]}{match[1]}".rjust(len(match[0])), text)
    text = _ATTRIBUTE.sub(lambda match: " " * len(match[0]), text)
    return _AMOUNT.sub(" ", text)


def asides_blanked(text: str, lexicon: Lexicon | None) -> str:
    """A folded form without the fields that say neither goods nor how many, to whom or when: who asks for it, what it
    is for. A field whose name or value is a firm's stays, and so does one named like goods."""
    if not (_GOODS_FIELD.search(text) and _COUNT_FIELD.search(text)):
        return text

    def aside(match: re.Match[str]) -> str:
        named = lexicon is not None and (lexicon.parties(match[2].strip()) or lexicon.names_goods(match[1], 0))
        return match[0] if named or _SAYS_WHICH.search(match[1]) else " " * len(match[0])

    return _ANY_FIELD.sub(aside, text)


# 细胞组 T75 6包 / 质检组 T75 2包: who in the house each line is for.
_GROUP = re.compile(
    r"(?m)^[ \t]{0,6}(?:[(#]?\d{1,2}[.、):][ ]?)?([\u4e00-\u9fff]{1,5}(?:组|课题组|科|科室|班|课|工段|车间|病区|诊室"
    r"|年级|窗口|教研室|实验室))"
    r"(?=[ \t]{1,4}(?!\d|[一二两三四五六七八九十百半]{1,3}[个箱盒件包袋瓶桶卷支根条米吨台只套双张斤份提扎捆板])\S"
    r"|[ \t]*:[ \t]*[^\s])"
)
_NOTHING = re.compile(
    r"(?m)^([ \t]{0,24})(?:[(#]?\d{1,2}[.、):][ ]?)?[ \t]*:?[ \t]*(?:无|没有|不要|不需要|暂无|暂时不要|/|-)[ \t。]*$"
)


def groups_blanked(text: str, lexicon: Lexicon | None) -> str:
    """A folded list without the groups of one house its lines begin with, and without the lines of those who want
    nothing; names of firms and goods stay."""
    if lexicon is None or text.count("\n") < 2:
        return text
    found = [
        match
        for match in _GROUP.finditer(text)
        if not lexicon.parties(match[1]) and not lexicon.is_exact(match[1]) and not lexicon.has_term(match[1][-2:])
    ]
    if len({match[1] for match in found}) < 2:
        return text
    for match in found:
        text = text[: match.start(1)] + " " * len(match[1]) + text[match.end(1) :]
    return _NOTHING.sub(lambda match: " " * len(match[0]), text)


_SHELF = re.compile(r"(?m)^[ \t]{0,6}\[([\u4e00-\u9fff]{1,5})\](?=[^\n:]*[\u4e00-\u9fffa-z][^\n]*\d)")


def shelves_blanked(text: str, lexicon: Lexicon | None) -> str:
    """A folded list without kinds of goods in brackets at the heads of its rows ([水产] 小龙虾尾 10盒), where they name
    nothing the row would need: no party, no goods, no word that steers."""
    if lexicon is None or text.count("[") < 2:
        return text
    for match in list(_SHELF.finditer(text)):
        word, row = match[1], text[match.end() : (text + "\n").index("\n", match.end())]
        named = any(lexicon.names_goods(row, at) for at in range(len(row)))
        means = lexicon.is_head(word) if len(word) > 1 and lexicon.has_term(word) else lexicon.is_exact(word)
        firm = any(lexicon.parties(word[:size]) for size in range(2, len(word) + 1))
        if named and not means and not firm and word not in c.CUES:
            text = text[: match.start()] + " " * len(match[0]) + text[match.end() :]
    return text


def blanked(text: str) -> str:
    """A folded text without the titles of forms, the sample row of a list, the words on how to fill it in and the
    titles of books and talks; every offset stays."""
    listed = "接龙" in text or "团购" in text
    for pattern in (_FORM, _SAMPLE, _FILL_IN, _BOOK, *([_NEWS] if listed else [])):
        text = pattern.sub(lambda match: " " * len(match[0]), text)
    return text


def without(entries: list[Entry], nobodys: set[int], tokens: list[Token], out: Reading) -> list[Entry]:
    """Entries without goods that only the title of a list of several customers names. ``nobodys``: sections without
    a party."""
    _close(out, entries)
    if _over_rows(entries):
        return entries[1:]
    named = [e for e in entries if e.section not in nobodys]
    if len({e.section for e in named}) < 2:
        return entries
    segments = _titled(tokens)
    first = min(e.segment for e in named)

    def title(entry: Entry) -> bool:
        bare = entry.qty is None and entry.price is None and not entry.approx and not entry.tiers
        over = entry.section in nobodys and entry.segment < first and entry.segment in segments
        return bare and over

    kept = [e for e in entries if not title(e)]
    if len(kept) < len(entries):
        _close(out, kept)
    return kept


def told_of_all(entries: list[Entry], tokens: list[Token], lexicon: Lexicon) -> list[Entry]:
    """尿裤都绵贝儿的, 牌子都要晴格的 over or under the lines: which make all of them are, no line of its own."""
    for entry in (entries[:1] + entries[-1:]) if len(entries) > 2 else []:
        bare = entry.qty is None and entry.price is None and not entry.approx and not entry.tiers
        lines = [e for e in entries if e is not entry and e.segment != entry.segment]
        if not bare or entry.item.strange or len(lines) < len(entries) - 1:
            continue
        first = entry.item.start
        if pack_told(entry, lines, tokens, lexicon):
            return [e for e in entries if e is not entry]
        said = next((t for t in tokens if t.has(c.ALL) and t.end >= first - 1 and t.start < entry.item.end), None)
        words = [w for w in entry.item.words if said is not None and w.start >= said.end]
        made = narrow(words, lexicon) if words else frozenset()
        open_ones = [e for e in lines if len(e.item.found) > 1 and e.qty is not None]
        if not made or not open_ones or not all(e.item.found & made for e in open_ones):
            continue
        for line in open_ones:
            line.item.found &= made
        return [e for e in entries if e is not entry]
    return entries


def pack_told(entry: Entry, lines: list[Entry], tokens: list[Token], lexicon: Lexicon) -> bool:
    """均50米, 一卷都是50米 under prices of goods of which 50米 make a 卷: how long all of them are."""
    words = entry.item.words
    if len(words) != 1 or words[0].kind is not T.MEASURE or words[0].value is None or words[0].unit is None:
        return False
    line = [t for t in tokens if t.kind is not T.GAP and t.start < words[0].start]
    if not any(t.has(c.ALL, c.EACH) or t.text[:1] in ("每", "一") for t in line[-4:]):
        return False
    for other in lines:
        products = [lexicon.product(n) for n in list(other.item.found)[:20]]
        if not products or not all(
            (one := p.factor(words[0].unit)) and any(f == words[0].value * one for f in p.units.values())
            for p in products
        ):
            return False
    return True


def _over_rows(entries: list[Entry]) -> bool:
    """奶瓶专柜首批 over rows that all name bottles themselves: the first line says only what the list is of."""
    first, rows = entries[0] if entries else None, entries[1:]
    if first is None or len(rows) < 2 or first.qty is not None or first.approx or first.price is not None:
        return False
    if first.tiers or not first.item.found or first.gone:
        return False
    return all(
        e.segment > first.segment and e.qty is not None and e.item.known and e.item.found < first.item.found
        for e in rows
    )  # fmt: skip


def headed(entries: list[Entry], tokens: list[Token]) -> list[Entry]:
    """Entries without those that only a heading in brackets names, a line of its own over lines that say themselves
    what they are: [胶]."""
    segments = {number for number, words in enumerate(_said(tokens)) if _BRACKETED.fullmatch(words)}
    lent = {id(word) for e in entries for word in e.item.lent}

    def heading(entry: Entry, behind: list[Entry]) -> bool:
        bare = entry.qty is None and entry.price is None and not entry.approx and not entry.tiers
        over = bare and entry.segment in segments and any(e.qty is not None for e in behind)
        return over and not any(id(word) in lent for word in entry.item.words)

    return [e for at, e in enumerate(entries) if not heading(e, entries[at + 1 :])] if segments else entries


def _close(out: Reading, entries: list[Entry]) -> None:
    """Without its goods a title opens no section: the first customer's part begins with it, and so its day is
    everybody's."""
    if len(out.sections) < 2 or out.sections[0].party is not None or any(e.section == 0 for e in entries):
        return
    out.sections[1].start = out.sections[0].start
    del out.sections[0]
    for entry in {id(e): e for e in (*entries, *out.dropped)}.values():
        entry.section = max(0, entry.section - 1)


def _titled(tokens: list[Token]) -> set[int]:
    """The numbers of the sentences that say they are a title."""
    return {number for number, words in enumerate(_said(tokens)) if _COUNTS.search(words)}


def _said(tokens: list[Token]) -> list[str]:
    """The sentences one by one, as the reader counts them."""
    said = [""]
    for token in tokens:
        if token.kind is T.STOP:
            said.append("")
        else:
            said[-1] += token.text
    return said
