"""Whether a message speaks about the open draft or begins something of its own."""

from __future__ import annotations

import re

from nlp.catalogue.lexicon import Lexicon
from nlp.corrections.dayshifts import moved
from nlp.findings import Context
from nlp.intents.classify import edits, orderish
from nlp.scanning import cues as c
from nlp.scanning.tokens import T, Token

_UNITS = re.compile(
    r"是[\u4e00-\u9fff]{1,2}不是[\u4e00-\u9fff]{1,2}[哦啊吧的]{0,2}$"
    r"|不是[\u4e00-\u9fff]{1,2},?是[\u4e00-\u9fff]{1,2}[哦啊吧的]{0,2}$"
    r"|^把?[\u4e00-\u9fff]{1,2}(?:改|换)[成为][\u4e00-\u9fff]{1,2}[吧啊]?$"
)
_PAPER = re.compile(r"的?[那这]一?(?:[张个]?单|张)")
# 鸭脖上次写的6包改成2箱: what stands in the draft.
_PUT_DOWN = re.compile(r"(?:写|报|说|记|填|定|订|录|开|加|下|要|拿)的(?:那|是)?(?:\d|[一二两三四五六七八九十])")
# 鱼明天能到吗: a question, and no other day.
_CAN_IT_COME = re.compile(
    r"(?:能|可以|可|会|来得及|赶得及|赶得上)(?:不能|不可以)?(?:送|到|发|来|出)(?:得了|到|货|达|过来|出来)?(?:了|货)?"
    r"(?:吗|么|嘛|不|没)[ ?]*$"
    r"|(?:到得了|送得到|送得了|发得出|来得及|赶得上)(?:吗|么|嘛|不)?[ ?]*$"
)
_NEXT_TIME = re.compile(
    r"(?:下次|下回|以后|改天|回头)(?:还|再|还会|一定|继续|也)(?:来|再)?(?:买|订|要|拿|进|找你|找你们|光顾|来|聊)"
)
_IS_THERE = re.compile(r"有[^,。;\n]{1,14}(?:没有|没|的不)[ ?]*$")  # 还有120目的没有
_SAID_THEN = re.compile(r"(?:我|他|客户)?(?:说|讲|报|要|订|定|下|写|记)(?:好|过|了)?的|那[个行条款样]")
_THIS_PAPER = re.compile(r"这[张个]?单|单子?里")
# 不是花艺那家: which firm it is not.
NOT_THEIRS = re.compile(r"不是[\u4e00-\u9fff]{1,8}(?:那|这)(?:家|个|边|个店|个客户|个公司|个单位|头)的?")
_MOVES_TO = ("挂到", "转到", "记到", "算到", "归到", "名下", "改成", "换成", "改给", "转给", "抬头", "改到", "开给")
_SHORT_BY = ("少了", "多了", "还少", "还差", "少发了", "多发了")
WRONG = ("不是", "错了", "搞错了", "写错了", "弄错了", "说错了", "打错了", "搞错", "开错了", "做错了")
_PASSING = c.words(
    "是 给 客户 不是 换 改 送 要 的 发 拿 也 转 归 送到 单位 挂到 转到 记到 算到 归到 名下 抬头 记 头上 账上"
)
# A document of its own beside the open one.
_ANOTHER = c.words("""
    开一张 另开一张 再开一张 单开一张 单独开一张 开一单 另开一单 再开一单 做一张 做一单 写一张 录一张 下一单
    出一张 出一单 打一张 另做一张 再做一张 另外开一张 单独开一单
""")


def _asks(tokens: list[Token], found: set[str], kinds: set[T], role: str) -> bool:
    """Whether a message asks for something or tells of the past."""
    if c.BARGAIN in found and T.PRICE not in kinds:
        return True
    if found & {c.ASK_PRICE, c.ASK_STOCK} and not _haggled(tokens, role):
        return True
    changing = bool(found & {c.CHANGE, c.SWAP, c.TIMES, c.DROP, c.KEEP, c.ADD}) and c.TROUBLE not in found
    past = [t for t in tokens if t.kind is T.DATE and t.past]
    return any(not (_that_paper(tokens, t) or (changing and _as_was_said(tokens, t))) for t in past)


def _asks_when(tokens: list[Token]) -> bool:
    """鱼明天能到吗: a question about what is on its way, and no other day."""
    if edits(tokens) or moved(tokens):
        return False
    told = any(t.kind in (T.QTY, T.PRICE, T.ROW) for t in tokens)
    said = "".join(t.text for t in tokens)
    if not told and (_NEXT_TIME.search(said) or _IS_THERE.search(said)):
        return True
    return _CAN_IT_COME.search("".join(t.text for t in tokens)) is not None


def _as_was_said(tokens: list[Token], day: Token) -> bool:
    """昨天说的水不要了, 昨天那个水改20箱: what was said then is changed now."""
    said = "".join(t.text for t in tokens if day.end <= t.start < day.end + 6)
    return _SAID_THEN.match(said) is not None


def _that_paper(tokens: list[Token], day: Token) -> bool:
    """昨天那张单帮我动一下: which paper, no word about the past."""
    said = "".join(t.text for t in tokens if day.end <= t.start < day.end + 8)
    return _PAPER.match(said) is not None or _PUT_DOWN.match(said) is not None


def _haggled(tokens: list[Token], role: str) -> bool:
    """可乐45一箱贵了,按43: too dear, and what it shall cost; our own people need not say what it cost."""
    asking = [t for t in tokens if t.has(c.ASK_PRICE, c.ASK_STOCK)]
    money = [t for t in tokens if t.kind in (T.PRICE, T.NUM)]
    ours = role in ("sales", "boss", "buyer") and bool(money) and bool(asking) and money[-1].start > asking[-1].start
    dear = all("贵" in t.text and not t.text.endswith("不贵") for t in asking)
    return dear and (len(money) > 1 or ours)


_MOVES = re.compile(r"(?:改|推|拖|延|挪|提前|顺延|推迟|延后|放)(?:到|至|成|在)$")
_CLAUSE = 60  # characters; nobody says more before the day
_WHEN = ("交期", "送货", "到货", "交货", "发货", "日期", "货期", "这单", "这张", "单子")


def _moves_day(tokens: list[Token]) -> bool:
    """这单交期往后挪到下周四, whatever else is told beside it."""
    said, goods = "", False
    for token in tokens:
        if token.kind in (T.COMMA, T.STOP):
            said, goods = "", False
            continue
        dated = token.kind is T.DATE and token.day is not None and not goods and len(said) <= _CLAUSE
        if dated and _MOVES.search(said) and any(word in said for word in _WHEN):
            return True
        said += token.text if len(said) <= _CLAUSE else ""
        goods = goods or token.kind in (T.ITEM, T.QTY, T.PARTY)
    return False


def _whole_off(tokens: list[Token]) -> bool:
    """全场95折: a discount of everything there is in the draft."""
    spoken = [t for t in tokens if t.kind is not T.GAP]
    rates = [t for t in spoken if t.kind is T.RATE and t.text.endswith("折")]
    return len(rates) == 1 and all(
        t is rates[0] or t.text in ("全场", "打", "都", "给", "吧", "按", "算") for t in spoken
    )


def _short_by(tokens: list[Token], context: Context) -> bool:
    """少了2盒: of the order, or of what has come? To be asked."""
    spoken = [t for t in tokens if t.kind is not T.GAP]
    return bool(context.draft) and len(spoken) == 2 and spoken[0].text in _SHORT_BY and spoken[1].kind is T.QTY


def _points(tokens: list[Token], found: set[str], kinds: set[T], *, edit: bool) -> bool:
    """阿城合作五年了,这张单按九五折走: a change of the paper that lies open, whatever is told beside it."""
    changes = T.RATE in kinds or (edit and T.ITEM in kinds)
    if not changes or c.TROUBLE in found or (c.PAY in found and T.RATE not in kinds):
        return False
    return _THIS_PAPER.search("".join(t.text for t in tokens)) is not None


def _moved_to(tokens: list[Token]) -> bool:
    """开错抬头了,这单挂到花时间婚礼: whose the open paper is to be."""
    said = "".join(t.text for t in tokens)
    return _THIS_PAPER.search(said) is not None and any(t.text in _MOVES_TO for t in tokens)


def _without_denied(tokens: list[Token]) -> list[Token]:
    """The tokens outside clauses that say which firm it is not."""
    kept: list[Token] = []
    clause: list[Token] = []
    for token in [*tokens, Token(T.STOP, 0, 0, "")]:
        clause.append(token)
        if token.kind in (T.COMMA, T.STOP):
            said = "".join(t.text for t in clause[:-1] if t.kind is not T.GAP)
            kept += [] if NOT_THEIRS.fullmatch(said) else clause
            clause = []
    return kept


def _denies_party(tokens: list[Token]) -> bool:
    """不是老周的: whose, is to be asked."""
    spoken = [t for t in tokens if t.kind is not T.GAP]
    return 1 < len(spoken) <= 5 and spoken[0].text in WRONG and spoken[1].kind is T.PARTY


def continues(tokens: list[Token], context: Context, lexicon: Lexicon) -> bool:
    """Whether a message speaks about the open draft."""
    assert context.draft is not None
    if context.sender_role == "supplier":
        return False
    found = {cue for token in tokens for cue in token.cues}
    kinds = {token.kind for token in tokens}
    if _asks(tokens, found, kinds, context.sender_role) or _asks_when(tokens):
        return False
    edit = edits(tokens)
    moves = moved(tokens)
    party = context.draft.get("party")
    others = [t for t in tokens if t.kind is T.PARTY and party not in {p.id for p in t.parties}]
    unwanted = {c.GIFT, c.DROP} <= found and not others and c.TROUBLE not in found  # 赠品不要了
    if unwanted or c.INSTRUCT in found or _whole_off(tokens) or _short_by(tokens, context):
        return True
    if not others and (_moves_day(tokens) or _points(tokens, found, kinds, edit=edit)):
        return True
    if found & {c.TROUBLE, c.PAY, c.HOLD} and not (edit or moves):
        return False
    if others and any(t.text in _ANOTHER for t in tokens):
        return False
    counted = T.QTY in kinds
    named = any(t.kind in (T.ITEM, T.MEASURE, T.ROW) for t in _without_denied(tokens))
    stranger = named and any(not t.parties for t in others)
    if others and (any(t.text in WRONG for t in tokens[: others[0].at]) or (not named and _moved_to(tokens))):
        return True  # 客户弄错了,是老万百货的; 这单挂到花时间婚礼
    if others and (counted or stranger) and not any(t.has(c.CHANGE, c.DROP, c.SWAP) and t.text != "要" for t in tokens):
        return False
    numbers = bool(kinds & {T.QTY, T.NUM, T.PRICE, T.RATE}) or c.TIMES in found
    terms_of_sale = bool(found & {c.LAST_PRICE, c.TAX_IN, c.TAX_EX, c.SAME_PRICE})
    dated = T.DATE in kinds
    handed = bool(others) and not named and any(t.text in _PASSING for t in tokens)
    reworked = handed or (edit and bool(T.PARTY in kinds or found & {c.SWAP, c.CHANGE}))
    if _denies_party(tokens):
        return True
    if (edit or "不是" in {t.text for t in tokens}) and _UNITS.search("".join(t.text for t in tokens)):
        return True
    if any(t.text == "数量" for t in tokens) and (edit or c.APPROX in found) and not named:
        return True
    free = c.FREE in found and named and not counted  # 平垫送的,不算钱
    if not (named or numbers or dated or moves or (edit and c.REST in found) or reworked or terms_of_sale):
        return False
    if edit or free or (moves and not others):
        return True
    unknown = sum(len(t.text) for t in tokens if t.kind is T.UNKNOWN)
    return unknown <= 3 or (orderish(tokens) and named and counted)
