"""What a message is for. Decided from who speaks, which kinds of words occur and what was read, in the order in which a
clerk would rule things out."""

from __future__ import annotations

import re
from itertools import pairwise

from nlp.catalogue.lexicon import CUSTOMER, SUPPLIER
from nlp.findings import Context, Intent
from nlp.grammar.entries import Entry, Reading
from nlp.intents import asked, conditions
from nlp.intents.notices import hiring, orders_nothing, tells_of_gone
from nlp.intents.smalltalk import small_talk
from nlp.intents.troubles import told_plainly, trouble
from nlp.scanning import cues as c
from nlp.scanning.tokens import T, Token

_ORDERING = c.words("""
    要 来 拿 订 定 下单 订货 要货 发 送 送货 补货 进货 采购 再来 再要 再发 购买 买 需要 叫货 拿货 配货 订购 补
    照送 照发 进 卸 卸到 老地方 送老地方 开单 需 加 再加 再拿 要订 补点 安排
    再补 还要 再给 再订 另要 来点 拿点 要点 来些 弄点 整点 搞点
""")
_LOOK_UP = re.compile(r"(?:请|麻烦|帮我|帮忙|给我|你|再)?(?:查下|查一下|查查|查一查|查)(?!价|单)")
_HAVE = re.compile(r"有[^\n,。]{1,24}(?:吗|没|么|不|嘛)(?:[?。!]*$|[?,。! ]+有(?:的话|就))|有没有")
_KINDS_OF = re.compile(
    r"有(?:哪些|哪几[种个样款]|什么|啥)(?:样的?)?(?:规格|型号|颜色|尺寸|尺码|目数|厚度|长度|牌子|品牌|种类|品种|款式?|口味|包装|货|现货|[\u4e00-\u9fff]{1,4}的?货?(?:[?呀啊呢,。]|$))"
)
_BOOKS = ("账上", "账面", "库里", "仓里", "仓库", "库房")
_PACKING = re.compile(r"(?:一|1|每)(?![共起样下般])[\u4e00-\u9fff][^\n,。]{0,16}(?:多少|几)(?!钱|块|元)[\u4e00-\u9fff]")
_LOW = re.compile(r"(?:库存|现货|存货)(?:都|也|已经?|就|快)?(?:不多|没|不够|不足|少|空|快|见底|低|告急|紧|剩|光|缺)")
# 雾蓝上次还剩好多就不要了: told, not asked.
_STILL_THERE = re.compile(
    r"(?:还|都)?(?:剩|有)(?:下|了|着|得有?|有)?(?:好多|很多|好些|不少|一些|挺多|蛮多|一堆|大半|一半)(?![吗么没?])"
    r"[^\n,。]{0,6}(?:不要|不用|先不|别|没卖|不拿|不进|不补|够)"
)
_HOW_MANY = re.compile(
    r"(?:还有|还剩|剩下?)(?:几|多少)[\u4e00-\u9fff]{0,2}"
    r"(?:可以|能|现在)?(?:发货?|拿货?|出货?|提货?|卖|用|给我)?[?吗呢啊了]*(?:$|[,。?;\n])"
)
# 几块一米, of goods sold by the 块 as well.
_COINS = re.compile(r"几(?:块|毛|元|角)钱?[ ]?(?:[一1每]|/)[ ]?[\u4e00-\u9fff]")
_ASKING = re.compile(r"[?吗]|能|可不可以|可以|行不|多少|什么价|啥价|怎么")
# 价钱一样不, 价格有变化吗, 价格报一下: about the price, without asking how much.
_PRICE_ASKED = re.compile(
    r"(?:一样|同样|一个)的?价(?:格|钱)?[不吗么没嘛]|(?:价|价格|价钱|价位|单价)[^\n,。\d]{0,8}(?:一样不|一样吗|一样么|变化|变没变|变了没|涨没|跌没|动没|调没|对不|准不"
    r"|[报发说给问]一?[下个声]|呢[?]?$|[吗么][?]?(?:$|[,。]))|(?:报|发|给|问)一?[下个份][^\n,。\d]{0,6}价(?:格|钱)?[表单]?"
)
_NO_QUESTION = ("报", "涨价", "落价", "跌价", "掉价", "调价")
_TELLS = re.compile(
    r"(?:那边|那里|厂里?|公司|他们|刚才?|刚刚|业务员?|老板|微信|电话|里)*"
    r"(?:[发报传]来|[发报传]过来|[回来]了|[回来]过?来?|回复|回价|回话|说|讲|给|发|报|传|来信|通知|告知|更新)"
    r"(?:了|的|价格?|信|消息|我|咱|我们|是|单子?|过来|表|报价)*[:, \n]*"
)
_ENDINGS = ("啊", "呀", "呢", "了", "嘛", "哦", "现在", "?")
_FROM_THEM = (
    "要",
    "拿",
    "订",
    "进",
    "叫",
    "采购",
    "订购",
    "补",
    "买",
    "调",
    "再要",
    "再拿",
    "再订",
    "下单",
    "发",
    "送",
)
_EDITS = (c.TIMES, c.DROP, c.KEEP, c.CHANGE, c.SWAP, c.PART, c.ADD, c.LESS)


def has_party(tokens: list[Token], kind: str) -> bool:
    """Whether a party of this kind is named."""
    return any(p.kind == kind for t in tokens for p in t.parties if t.kind is T.PARTY)


def pricing(tokens: list[Token], context: Context) -> bool:
    """Whether bare numbers beside items are prices: a supplier's or a relayed price list."""
    cues = {cue for token in tokens for cue in token.cues}
    counted = any(t.kind is T.QTY and t.value != 1 for t in tokens)
    if context.sender_role == "supplier":
        return c.QUOTE in cues or not counted
    if context.sender_role in ("buyer", "boss", "sales") and not counted and _announced(tokens, context):
        return True
    if context.sender_role in ("buyer", "boss", "sales") and not counted and _they_tell(tokens, context):
        return True
    fractions = any(t.kind is T.NUM and t.value is not None and t.value != int(t.value) for t in tokens)
    fractions = fractions or any(t.kind is T.PRICE for t in tokens)
    if context.sender_role == "buyer" and fractions and not counted and c.BUY not in cues and not _bought_from(tokens):
        return True
    if context.sender_role == "sales" and counted and has_party(tokens, CUSTOMER) and not has_party(tokens, SUPPLIER):
        return False  # 三家一起报: what they want
    if context.sender_role in ("buyer", "boss", "sales"):
        if counted and all(t.text == "报" for t in tokens if t.has(c.QUOTE)):
            return False  # 接龙 报品名+数量
        return c.QUOTE in cues and c.ASK_PRICE not in cues and (c.BUY not in cues or not counted)
    return False


def _of_supplier(tokens: list[Token], context: Context) -> bool:
    """Whether a supplier writes, or somebody of the firm about one and about no customer."""
    if context.sender_role in ("supplier", "customer"):
        return context.sender_role == "supplier"
    named = has_party(tokens, SUPPLIER) or context.chat_supplier is not None
    named = named or (context.sender_role == "buyer" and any(t.has(c.QUOTE) for t in tokens))  # 刚有人给我报…
    return named and not has_party(tokens, CUSTOMER) and context.chat_customer is None


def _they_tell(tokens: list[Token], context: Context) -> bool:
    """海浪发来的:…, 美盆回了 …: a supplier's words, with numbers in them."""
    if has_party(tokens, CUSTOMER) or context.chat_customer or any(t.has(c.BUY, c.ASK_PRICE, c.MUCH) for t in tokens):
        return False
    first = next((t for t in tokens if t.kind in (T.ITEM, T.SPEC, T.MEASURE, T.NUM, T.PRICE)), None)
    party = next((t for t in tokens if t.kind is T.PARTY and any(p.kind == SUPPLIER for p in t.parties)), None)
    if first is None or party is None or first.at < party.at:
        return False
    said = "".join(t.text.strip() for t in tokens[party.at + 1 : first.at] if t.kind is not T.DATE)
    return _TELLS.fullmatch(said) is not None


def _announced(tokens: list[Token], context: Context) -> bool:
    """丰禾今天的价:…, 三羊的价格单:…: a supplier's prices, said to be prices before the first of the goods."""
    if not (has_party(tokens, SUPPLIER) or context.chat_supplier) or has_party(tokens, CUSTOMER):
        return False
    for token in tokens:
        if token.kind in (T.ITEM, T.SPEC, T.MEASURE, T.NUM, T.PRICE):
            return False
        if token.has(c.ASK_PRICE, c.MUCH, c.LAST_PRICE, c.BUY):
            return False
        if token.has(c.PRICE, c.QUOTE) and "价" in token.text:
            return not any(t.has(c.ASK_PRICE, c.MUCH, c.LAST_PRICE, c.BUY) for t in tokens[token.at + 1 :])
    return False


def orderish(tokens: list[Token]) -> bool:
    """Whether the words of somebody who wants goods occur."""
    return any(t.kind is T.CUE and (t.text in _ORDERING or _once_more(tokens, t)) for t in tokens)


def _once_more(tokens: list[Token], token: Token) -> bool:
    """再走20套, 再上5箱: so much more, whatever the verb is."""
    after = [t for t in tokens[token.at + 1 : token.at + 4] if t.kind is not T.GAP]
    return token.text == "再" and any(t.kind is T.QTY for t in after[:2])


_UNNAMED = ("要", "来", "拿", "订", "再来", "再要", "再拿", "给我", "想要", "先来", "先拿", "要订", "订购")


def classify(tokens: list[Token], reading: Reading, context: Context, text: str, *, talked: bool = False) -> Intent:
    """The intent of a message that is no verdict, no command and no edit of the open draft."""
    role = context.sender_role
    lines = reading.entries
    known = [e for e in lines if e.item.words]
    counted = [e for e in lines if e.qty is not None or e.approx]
    priced = [e for e in lines if e.price is not None or e.tiers]
    left = bool(known) and _HOW_MANY.search(text) and all(e.qty is None or e.approx for e in lines)
    if left or (
        not told_plainly(tokens, of_supplier=_of_supplier(tokens, context), priced=bool(priced), counted=bool(counted))
        and trouble(tokens, reading, orderish, text)
    ):
        return Intent.STOCK_QUERY if left else Intent.NONE  # 还有几箱,周一开会要用这个数
    if hiring(text) or (context.draft is None and small_talk(tokens, lines, text)):
        return Intent.NONE
    stating = role == "supplier" and bool(priced)
    places = [e.spans.get("qty", (0, 0))[0] for e in counted]
    if not stating and (context.draft is None or not counted) and orders_nothing(text, places):
        return Intent.NONE
    if role != "customer" and context.draft is None and tells_of_gone(text, of_store=role == "warehouse"):
        return Intent.NONE
    if talked and context.draft is None and context.sender_role in ("sales", "customer", "boss"):
        wanted = [e for e in counted if e.unit is not None and e.item.known]
        if wanted and has_party(tokens, CUSTOMER) and not has_party(tokens, SUPPLIER):
            return Intent.SALES_ORDER  # what was asked on the way has been answered
    return _wanted(tokens, reading, context, text, counted, priced)


def _wanted(
    tokens: list[Token], reading: Reading, context: Context, text: str, counted: list[Entry], priced: list[Entry]
) -> Intent:
    """The intent of a message that wants or tells something of goods."""
    cues, role, lines = reading.cues(), context.sender_role, reading.entries
    known = [e for e in lines if e.item.words]
    stating = role == "supplier" and bool(priced)
    pricey = _asks_price(tokens, text, cues, role, known=bool(known), counted=len(counted), priced=bool(priced))
    if pricey and not (role == "supplier" and priced):
        return Intent.PRICE_INQUIRY if known or "价" in text or not lines else Intent.NONE
    if not stating and _asks_stock(tokens, cues, text, known=bool(known), counted=len(counted)):
        return Intent.STOCK_QUERY
    if _PACKING.search(text) and len(counted) < 2:
        return Intent.NONE
    quoting = bool(priced) and not counted and _of_supplier(tokens, context)  # 3号箱1.9 5号箱0.85 月结
    if (
        c.PAY in cues
        and not quoting
        and not (any(e.unit is not None for e in counted) or len(counted) > 1 or orderish(tokens))
    ):
        return Intent.NONE
    if c.PAY in cues and not known:
        return Intent.NONE
    if asked.elsewhere(text) and len(counted) < 2 and not orderish(tokens):
        return Intent.NONE
    if c.HOLD in cues and not counted:
        return Intent.NONE
    quoted = _quote(role, cues, lines_counted=bool(counted), priced=bool(priced), tokens=tokens, known=bool(known))
    if quoted is not None:
        return quoted
    if c.SAME in cues and role in ("customer", "sales") and not lines:
        return Intent.SALES_ORDER
    if not lines:
        counts = _counts_nothing(tokens, reading, role) or (context.draft is None and _wants_unnamed(tokens, role))
        return _order(role, cues, tokens, context) if counts else Intent.NONE
    if not known and (c.INSTRUCT in cues or role == "warehouse"):
        return Intent.NONE
    if not known and not (counted and (orderish(tokens) or reading.parties or context.chat_customer)):
        return Intent.NONE
    if not counted and not orderish(tokens) and not (c.BUY in cues and has_party(tokens, SUPPLIER)):
        told = bool(reading.parties) and (len(lines) >= 2 or _only_named(tokens, role))
        told = told or (role == "customer" and context.draft is None and _names_goods(tokens, lines))
        told = told or (role == "customer" and context.draft is None and asked.brought(text) and bool(known))
        return _order(role, cues, tokens, context) if told else Intent.NONE
    return _order(role, cues, tokens, context)


def _begs(text: str) -> bool:
    """算便宜点 behind an order asks for nothing that could be answered with a price; 能便宜点吗 does."""
    return _ASKING.search(text) is None


def _asks_price(
    tokens: list[Token], text: str, cues: set[str], role: str, *, known: bool, counted: int, priced: bool
) -> bool:
    if counted and priced and _agreed(tokens):
        return False  # 上次108贵了 / 104给你 / 那120袋吧
    if counted and not priced and (too_dear(tokens) or conditions.unless_dearer(text)):
        return False  # 来5盒,太贵了: an order, and a word about its price
    if not known and role == "customer" and asked.begged(text):
        return True
    each = _asks_for_one(tokens) or _COINS.search(text) is not None
    if each or c.ASK_PRICE in cues or (c.MUCH in cues and any(w in text for w in ("价", "钱", "块"))):
        return True
    if known and not (priced or counted) and role != "supplier" and _PRICE_ASKED.search(text):
        return True
    if known and role != "supplier" and c.ASK_STOCK not in cues and asked.price(text, counted=counted, priced=priced):
        return True
    if c.BARGAIN not in cues or (priced and counted):
        return False  # 便宜点算0.5一支 has said a price
    return not (counted > 1 and (_begs(text) or orderish(tokens)))


def _asks_stock(tokens: list[Token], cues: set[str], text: str, *, known: bool, counted: int) -> bool:
    if known and not counted and (_HAVE.search(text) or (c.MUCH in cues and any(word in text for word in _BOOKS))):
        return True
    if known and (_HOW_MANY.search(text) or (not counted and _KINDS_OF.search(text))):
        return True
    if known and not counted and _LOOK_UP.match(text) and c.ASK_PRICE not in cues:
        return True
    if counted and orderish(tokens) and _LOW.search(text) and "?" not in text and c.MUCH not in cues:
        return False  # 库存不多了,补24T 500片
    if known and asked.stock(text, counted=counted):
        return True
    if counted and _STILL_THERE.search(text) and "?" not in text and c.MUCH not in cues:
        return False
    if counted and _agreed(tokens) and any(t.kind is T.DATE and not t.past for t in tokens):
        return False
    return c.ASK_STOCK in cues and not (counted >= 2 and orderish(tokens))


def too_dear(tokens: list[Token]) -> bool:
    """Whether a price is complained of and none is asked for: 太贵了, 贵了点."""
    asked_for = [t for t in tokens if t.has(c.ASK_PRICE, c.MUCH, c.BARGAIN)]
    if _agreed(tokens):
        return False
    return bool(asked_for) and all("贵" in t.text and "不贵" not in t.text for t in asked_for)


def _agreed(tokens: list[Token]) -> bool:
    """Whether a complaint about the price or a question for stock was answered in a later line, and so much ordered
    behind it."""
    asked_for = [t for t in tokens if t.has(c.ASK_PRICE, c.MUCH, c.BARGAIN, c.ASK_STOCK)]
    if not asked_for:
        return False
    behind = tokens[asked_for[-1].at + 1 :]
    lines = [n for n, t in enumerate(behind) if t.text == "\n"]
    return bool(lines) and any(t.kind is T.QTY and t.value != 1 for t in behind[lines[0] :])


def _asks_for_one(tokens: list[Token]) -> bool:
    """多少一件, 一吨多少: what one costs; 一箱多少瓶 asks how many are in it."""
    spoken = [t for t in tokens if t.kind is not T.GAP]
    for at, (first, second) in enumerate(pairwise(spoken)):
        if first.has(c.MUCH) and second.kind is T.QTY and second.value == 1:
            return True
        ends = at + 2 >= len(spoken) or spoken[at + 2].kind in (T.STOP, T.COMMA) or spoken[at + 2].text in _ENDINGS
        if first.kind is T.QTY and first.value == 1 and second.has(c.MUCH) and ends:
            return True
    return False


def _counts_nothing(tokens: list[Token], reading: Reading, role: str) -> bool:
    """顺风 1956515 四条: a party and a quantity, of what nobody can tell."""
    counted = any(t.kind is T.QTY and not t.used and t.unit is not None for t in tokens)
    if role not in ("sales", "buyer", "boss") or not counted or not reading.parties:
        return False
    paper = any(t.text in ("单子", "下单", "开单", "录单") for t in tokens) and not any(t.has(c.MUCH) for t in tokens)
    return (len(tokens) <= 8 or paper) and not any(t.kind is T.DATE and t.past for t in tokens)


def _wants_unnamed(tokens: list[Token], role: str) -> bool:
    """要十盒 快点发: somebody who buys wants so much, and does not say of what."""
    spoken = [t for t in tokens if t.kind is not T.GAP]
    counted = [n for n, t in enumerate(spoken) if t.kind is T.QTY and t.unit is not None]
    if role != "customer" or len(counted) != 1 or counted[0] > 4 or len(spoken) > 8:
        return False
    before, behind = spoken[: counted[0]], spoken[counted[0] + 1 :]
    if not any(t.text in _UNNAMED for t in before):
        return False
    plain = all(
        (t.kind is T.DATE and not t.past) or t.kind is T.COMMA
        or (t.kind is T.CUE and (t.text in _UNNAMED or t.cues in ((c.FILLER,), (c.DELIVER, c.FILLER))))
        for t in before
    )  # fmt: skip
    return plain and all(t.kind in (T.COMMA, T.STOP, T.DATE, T.CUE) or t.text in ("快", "急") for t in behind)


def _names_goods(tokens: list[Token], lines: list[Entry]) -> bool:
    """消毒液 湿巾: names of goods and not a word more, said by somebody who buys."""
    plain = (T.ITEM, T.MEASURE, T.SPEC, T.GAP, T.COMMA, T.STOP)
    named = sum(len(t.text) for t in tokens if t.kind is T.ITEM)
    return named > 1 and all(e.item.known for e in lines) and all(t.kind in plain for t in tokens)


def _only_named(tokens: list[Token], role: str) -> bool:
    """小李水暖 生料带: a party and goods and not a word more, said by somebody of the firm."""
    named = (T.PARTY, T.ITEM, T.MEASURE, T.SPEC, T.GAP, T.COLON)
    return role not in ("customer", "supplier") and all(
        token.kind in named or token.has(c.APPROX) or token.text in ("的", "那种", "那款") for token in tokens
    )


def _quote(
    role: str, cues: set[str], *, lines_counted: bool, priced: bool, tokens: list[Token], known: bool
) -> Intent | None:
    if not known:
        return None
    if role == "supplier":
        if priced:
            return Intent.SUPPLIER_QUOTE
        return None
    if role == "customer":
        # 各班报材料: a list; 等涨价再说: what may come
        asked = any(t.has(c.QUOTE) and (t.text not in _NO_QUESTION or not lines_counted) for t in tokens)
        return Intent.PRICE_INQUIRY if asked and not priced else None
    if role in ("sales", "boss") and lines_counted and has_party(tokens, CUSTOMER) and not has_party(tokens, SUPPLIER):
        return None  # 涨价了按新价130一袋, of what a customer orders
    if (
        priced
        and (not lines_counted or c.QUOTE in cues)
        and (role == "buyer" or has_party(tokens, SUPPLIER) or c.QUOTE in cues)
    ):
        ours = role in ("sales", "boss") and has_party(tokens, CUSTOMER) and not has_party(tokens, SUPPLIER)
        if (c.BUY in cues or _placed(tokens) or ours) and lines_counted:
            return None  # 复合肥10袋,按新价130一袋
        return Intent.SUPPLIER_QUOTE
    if c.QUOTE in cues and not priced and not lines_counted:
        return Intent.PRICE_INQUIRY
    return None


def _placed(tokens: list[Token]) -> bool:
    """喵汪报的价太高,先订30袋: an order behind talk of prices."""
    spoken = [t for t in tokens if t.kind is not T.GAP]
    verbs = [n for n, t in enumerate(spoken) if t.text in ("订", "下单", "先订", "采购", "先来", "先进", "买")]
    return bool(verbs) and any(t.kind is T.QTY and t.value != 1 for t in spoken[verbs[0] : verbs[0] + 10])


def _order(role: str, cues: set[str], tokens: list[Token], context: Context) -> Intent:
    supplier, customer = has_party(tokens, SUPPLIER), has_party(tokens, CUSTOMER)
    if role == "customer":
        return Intent.SALES_ORDER
    if role == "supplier":
        return Intent.NONE
    if role == "buyer":
        if customer and _bought_from(tokens):
            return Intent.PURCHASE_ORDER  # 向三建采购: a customer as the seller, to be asked about
        return Intent.SALES_ORDER if customer and not supplier else Intent.PURCHASE_ORDER
    if supplier and not customer and c.BUY not in cues and _brought_to(tokens) and not _bought_from(tokens):
        return Intent.SALES_ORDER  # 盾牌劳保要50件,后天送过去: a supplier as the customer, to be asked about
    if (supplier and not customer) and (c.BUY in cues or context.chat_customer is None):
        return Intent.PURCHASE_ORDER
    if c.BUY in cues and context.chat_supplier and not customer and not context.chat_customer:
        return Intent.PURCHASE_ORDER
    return Intent.SALES_ORDER


def _bought_from(tokens: list[Token]) -> bool:
    """向, 从 or 找 in front of a party."""
    spoken = [t for t in tokens if t.kind is not T.GAP]
    if any(a.text in ("向", "从", "找") and b.kind is T.PARTY for a, b in pairwise(spoken)):
        return True
    return any(
        a.text in ("跟", "问", "和", "让", "叫", "喊", "催") and b.kind is T.PARTY and d.text in _FROM_THEM
        for a, b, d in zip(spoken, spoken[1:], spoken[2:], strict=False)
    )  # 跟安洁要200箱


def _brought_to(tokens: list[Token]) -> bool:
    """Words of goods that leave the house: the party wants them, or they are brought there."""
    spoken = [t for t in tokens if t.kind is not T.GAP]
    wants = any(a.kind is T.PARTY and b.text in ("要", "要货", "订", "来", "拿", "想要") for a, b in pairwise(spoken))
    given = any(
        a.text in ("给", "发给", "送给", "卖给") and b.kind is T.PARTY and spoken[n + 2 : n + 3] != []
        and spoken[n + 2].text not in (
            "下单", "下个单", "下一单", "下", "下了", "下个", "下去",
        )  # 给海风制衣下单: they get an order
        for n, (a, b) in enumerate(pairwise(spoken))
    )  # fmt: skip
    brought = any(
        t.text in ("送", "送过去", "送去", "送货", "发过去", "给他送", "送货上门") or (t.text == "前送") for t in spoken
    )
    return wants or given or brought


def edits(tokens: list[Token]) -> bool:
    """Whether the words of somebody changing something occur."""
    return any((t.has(*_EDITS) and t.text != "要") or t.kind is T.ROW for t in tokens)
