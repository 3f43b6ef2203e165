"""Words by which people answer a question or point at a document, apart from any draft: whether a short answer can be a
firm's name, whether the order just finished is meant, which document numbers are written.

Plain tables and patterns without anything that could backtrack; nothing here knows a document.
"""

from __future__ import annotations

import re

from nlp.scanning.cues import words
from nlp.scanning.text import fold_key

# A sentence has words that names of firms lack; who ends like a firm is one all the same (好又多超市, 我爱我家建材).
_TALK_END = frozenset("吗呢吧啊嘛么好")
_TALK_BEGIN = frozenset("等稍先急快")
_TALK_WORDS = words("知道 确认 取消 时候 发票 老板 师傅 随便 都行 没有 下单")
_TALK_CHARS = frozenset("改加要给价什怎谁哪几谢请问了的在是没不能把帮我你您他她今昨明催")
_FIRM_END = tuple(
    words("""
    公司 厂 店 行 部 队 社 站 铺 场 户 中心 超市 商场 五金 建材 机电 装饰 水暖 门窗 钢构 工程
    酒楼 饭馆 学校 医院 食堂 合作社
    """)
)
_NAME = re.compile(r"[\u4e00-\u9fffa-z()& ]{2,20}")
_LEAD = re.compile(r"(?:客户|供应商)?(?:名称|名字)?(?:就?是|叫|为|:)[ ]*")
_JUST_NOW = tuple(words("刚才 刚刚 上一单 上单 前面那 那单 那张单 那个单"))
_ROW = re.compile(r"这[张个]?单|第[0-9一二三四五六七八九十两]{1,3}行")
_THIS = re.compile(r"这[张个]?单(?!价|位|独|纯|人|层|面|品)")
_REF = re.compile(r"草稿\s{0,4}\d{1,6}|(?<![A-Za-z0-9])(?:XS|SH|RK|CG|BJ|QC|CX)-?\s{0,4}\d{1,10}", re.IGNORECASE)


def name_in(text: str) -> str | None:
    """The name of a firm or person that a short answer to "which customer?" gives, without 客户是 and the like; None
    when the answer is talk and no name."""
    folded = fold_key(text.strip().rstrip("。.!！~ "))
    match = _LEAD.match(folded)
    name = folded[match.end() :].strip() if match else folded
    if not _NAME.fullmatch(name) or not any("\u4e00" <= char <= "\u9fff" for char in name):
        return None
    at = fold_key(text).find(name)
    said = text[at : at + len(name)] if at >= 0 and len(fold_key(text)) == len(text) else name
    return said if name.endswith(_FIRM_END) or not _talks(name) else None


def _talks(name: str) -> bool:
    return (
        name[-1] in _TALK_END
        or name[0] in _TALK_BEGIN
        or any(char in _TALK_CHARS for char in name)
        or any(word in name for word in _TALK_WORDS)
    )


def means_last_order(text: str) -> bool:
    """Whether a message points at the order its author has just finished (刚才那单), rather than at a new one."""
    return any(word in text for word in _JUST_NOW)


def points_at_rows(text: str) -> bool:
    """Whether a message speaks of an order as standing before everybody's eyes: 这单, 第2行."""
    return _ROW.search(text) is not None


def points_at_this(text: str) -> bool:
    """Whether a message speaks of the one order that stands before everybody's eyes: 这单, 这张单."""
    return _THIS.search(text) is not None


def refs_in(text: str) -> list[str]:
    """Document numbers and draft names as written, without blanks, each once: ["XS-0012", "草稿3"]."""
    return list(dict.fromkeys("".join(match.group().split()).upper() for match in _REF.finditer(text)))


_WHENCE = re.compile(
    r"(?P<about>.{0,12}?)(?:是?(?:怎么|从?哪里?|咋)(?:看|读|认|得)出?来?的?|怎么得出来的?|(?:有什么|什么)?依据(?:是什么|呢)?|原话(?:是什么|呢)?)"
)


def asks_whence(text: str) -> str | None:
    """What a message wants the original words of (怎么看出来的, 第2行怎么看出来的, 交期原话): the words before the
    question, "" for the whole document; None for any other message. Document numbers are no part of it."""
    words = fold_key(_REF.sub(" ", text[: 2 * _SHORT]))
    words = "".join(words.split()).strip(",.。!！~?？:").removesuffix("呢").removesuffix("啊")
    match = _WHENCE.fullmatch(words)
    return None if match is None else match["about"].removesuffix("这").removesuffix("是").removesuffix("的")


_SHORT = 30  # characters; a longer message says more than any of these
_OF = r"(?:的|那[张个]?单?|这[张个]?单?|的那[张个]?单?)?"
_CONFIRM_OF = re.compile(
    rf"(?:确认|确定)一?下?(?P<after>[^\d]{{2,14}}?){_OF}|(?P<before>[^\d]{{2,14}}?){_OF}(?:确认|确定)了?"
)
_FOLLOWS = tuple(
    words("要下单 下个单 下单 要货 订货 开单 开个单 开一单 报单 补货 拿货 的订单 的单子 的单 的货 订单 要的 要 :")
)
_TAKE_DOWN = words("""
    开单 下单 录单 做单 开个单 下个单 录一下 录下 开一下 记一下 记下 录入 照这个开 照这个下 按这个开 按这个下
    按这个下单 照这个下单 就这个单
""")
_LONG_FIRST = sorted(_TAKE_DOWN, key=len, reverse=True)
_POLITE = re.compile(
    r"^(?:麻烦|请|帮我|帮忙|把|给|这个|这条|这些|就按|@\S{1,12}\s)+|(?:吧|谢谢|谢了|啊|哈|呀|了|一下|这个|这条)+$"
)
_AT_QUOTE = re.compile(
    r"(?:把)?(?:这[个条行种些款]?|它|那[个条])|(?:改成?|换成?|不要|去掉|删|加|多|少|减|只要|再加|取消)"
)
_ROW_SAID = re.compile(r"第[0-9一二三四五六七八九十两]{1,3}行")
_THATS_ALL = words(
    "就这些 就这些了 就这么多 就这么多了 没了 没有了 没别的了 先这些 先这样 暂时就这些 齐了 完了 好了就这些"
)


def confirms_of(text: str) -> str | None:
    """Whose order a sentence confirms: 确认东风的, 东风机电的确认; None for any other message."""
    match = _CONFIRM_OF.fullmatch(fold_key(text).strip(" ,.。!！~")) if len(text) <= _SHORT else None
    return None if match is None else match["after"] or match["before"]


_CALLS_ONE = re.compile(
    r"(?:就?是|看看?|打开|先弄|先开|要)?(?P<name>[\u4e00-\u9fff]{2,12}?)的?[那这](?:[张个一]?单子?|[张个])"
)


def calls_one(text: str) -> str | None:
    """Whose draft a few words point at (东风的那张, 机电那单) without saying what to do with it; None for any other
    message."""
    match = _CALLS_ONE.fullmatch(fold_key(text).strip(" ,.。!！~?？")) if len(text) <= _SHORT else None
    return None if match is None else match["name"]


_OWN_HEAD = ("接龙", "聊天记录", "采购单", "订货单", "订购单", "要货单", "报货单", "转发")


def has_own_head(text: str) -> bool:
    """Whether a message of several lines has a head that makes it something by itself: #接龙, 采购单, 聊天记录."""
    head, _, rest = text.strip().partition("\n")
    return bool(rest) and any(word in head for word in _OWN_HEAD)


_TOTAL = re.compile(
    r"(?:(?:这|那|刚才那?|上)一?[张个]?单子?|一共|总共|合计|加起来|总价|总额|拢共)(?:是|要|得|的)?"
    r"(?:多少钱?|几块钱?|什么价|合计多少|总价多少)(?:钱|啊|呢|了)*|(?:总价|总额|总金额|合计金额)(?:呢)?"
)
_SHIPPED = re.compile(
    r"(?:货|东西)?(?:发货?|出货|送|出库|配好|寄)(?:了|出去了?|走了?|掉了?|完了?)?(?:吗|没有?|么|了没)|(?:货|东西)?到哪儿?里?了"
)


def asks_total(text: str) -> bool:
    """Whether a message only asks what a whole order comes to: 这单多少钱, 一共多少."""
    said = fold_key(_REF.sub("", text)).strip(" ,.。!！~?？") if len(text) <= _SHORT else ""
    return bool(said) and _TOTAL.fullmatch(said) is not None


def asks_shipped(text: str) -> bool:
    """Whether a message only asks how far an order is: 发货了吗, XS-0012发了没."""
    said = fold_key(_REF.sub("", text)).strip(" ,.。!！~?？的") if len(text) <= _SHORT else ""
    return bool(said) and _SHIPPED.fullmatch(said) is not None


_ALL_OF_THEM = re.compile(
    r"(?:[两二三四五几]张|[两二三四五几]单|全部|所有的?(?:单子?)?|草稿)?(?:都|全部?|一起)(?:给我)?(?:确认|确定)(?:了|吧|掉|一下)*"
)


def confirms_all(text: str) -> bool:
    """Whether a message wants several drafts confirmed at once: 两张都确认."""
    return len(text) <= _SHORT and _ALL_OF_THEM.fullmatch(fold_key(text).strip(" ,.。!！~")) is not None


def heads_order(text: str) -> str | None:
    """The name at the head of an order that is still to be written: 东风机电, 东风机电下单:, 客户是东风; None for what
    is no name and nothing more."""
    said = text.strip().rstrip("。.!！~：:，, ")
    for word in _FOLLOWS:
        if said.endswith(word) and len(said) - len(word) >= 2:
            said = said.removesuffix(word).rstrip("，, ")
            break
    return name_in(said)


def takes_down(text: str) -> str | None:
    """What remains of a message that only says to make an order of what it quotes (麻烦开单, 东风机电 录一下): a
    name perhaps, or ""; None when it says anything else."""
    said = fold_key(text).strip(" ,.。!！~?？") if len(text) <= _SHORT else ""
    word = None
    for _ in range(4):
        word = next((w for w in _LONG_FIRST if said.startswith(w) or said.endswith(w)), None)
        shorter = _POLITE.sub("", said, count=1).strip(" ,")
        if word is not None or shorter == said:
            break
        said = shorter
    if word is None:
        return None
    rest = said.removeprefix(word).removesuffix(word)
    for _ in range(3):
        rest = _POLITE.sub("", rest).strip(" ,的")
    return rest if not rest or name_in(rest) is not None else None


def points_at_quote(text: str) -> bool:
    """Whether a message speaks of what it quotes and names nothing itself: 这个改成9卷, 不要了."""
    key = fold_key(text).strip()
    return len(key) <= 14 and _AT_QUOTE.match(key) is not None and _ROW_SAID.search(key) is None


def is_all(text: str) -> bool:
    """Whether somebody has finished saying an order: 就这些, 没了."""
    return fold_key(text).strip(" ,.。!！~啊哈吧") in _THATS_ALL


_DECIDE = r"(?:同意|批|审|通过|驳回|退回)"
_NO_VERDICT = re.compile(
    r"(?:为什么|为啥|为何|谁|什么时候|是不是|要不要|能不能|可不可以|等等|等一下|稍等|过会|晚点|先别|别|不用|不要|再)"
    rf"[^,，。;；:：\n]{{0,6}}?{_DECIDE}"
    r"|不(?:驳回|退回)|客户(?:那边|那里|方面)?(?:也|都|已经|已|说)?同意"
    rf"|{_DECIDE}[准核批]?[过了]{{0,2}}(?:吗|没有?|么)[?？。!！\s]*$"
    r"|(?:行不行|可不可以|能不能批?)[?？。!！\s]*$"
)
_ONLY_ASKS = re.compile(
    r"(?:吗|没有?|么|呢|[?？])[?？。!！\s]*$|什么时候|啥时候|为什么|为啥|谁|怎么|哪天|几点|能不能|可不可以"
)


def no_verdict(text: str) -> bool:
    """Whether words about an approval decide nothing: they ask (为什么要审批, 同意了吗), put off (等等再批, 先别驳回)
    or tell of somebody else (客户同意了)."""
    return _NO_VERDICT.search(text[:200]) is not None


def only_asks(text: str) -> bool:
    """Whether a short message asks about a deed instead of wanting it: XS-0012发货了吗."""
    return len(text) <= _SHORT and _ONLY_ASKS.search(text) is not None
