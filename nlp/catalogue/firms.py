"""Firms nobody has registered: words at the place of a party that are built like a firm's name.

``城东五金`` is a customer to be created, not goods and not a quantity of five; ``永固建筑`` is not the supplier
``永固``. A longer name is a known party only when it is a shorter way to write that party's own full name.
"""

from __future__ import annotations

from datetime import date

from nlp.catalogue.lexicon import Lexicon, Party
from nlp.scanning.cues import CUES, words
from nlp.scanning.dates import date_at
from nlp.scanning.text import fold_key, is_han

# What stands at the end of a firm's name and of no goods.
_FRAMES = words("""
    公司 集团 厂 店 商行 商贸 商店 商城 超市 门市部 门市 经营部 批发部 销售部 供应站 工程部 项目部 工程队 安装队
    施工队 工作室 学校 小学 中学 大学 学院 幼儿园 医院 诊所 卫生院 酒店 宾馆 饭店 酒楼 餐厅 餐馆 食堂 面馆 火锅店
    民宿 物业 合作社 养殖场 农场 村委会 社区 居委会 药房 汽修 汽配 车行 维修部 修理厂 修理铺 便利店 小卖部 小吃店
    建材城 五金城 家具城 灯饰城 灯具城 汽配城 水暖城 电器城
    茶楼 会所 农资站 劳务 贸易 实业 制品厂 管理处 后勤处 总务科 采购部 装修队 车队 驾校 加油站 建筑队 面包房 蛋糕房
""")
# Trades: part of a firm's name unless the catalogue sells goods of that name.
_TRADES = words("""
    五金 建材 装饰 装潢 装修 水暖 水电 机电 机械 电器 电气 建筑 建设 建工 钢构 门窗 家具 家居 园林 制冷 消防 广告
    文具 日杂 百货 科技 物流 粮油 副食 食品 轮胎 轮业 管业 模具 包装 印刷 服饰 布艺 灯饰 照明 卫浴 陶瓷 涂料 劳保
    农资 饲料 水产 果蔬 生鲜 调味 冻品 烟酒 酒业 茶业 餐饮 安装 幕墙 暖通 空调 防水 市政 路桥 置业 地产
""")
_ENDS = _FRAMES | _TRADES
_LAST = frozenset(word[-1] for word in _ENDS)
_LONGEST = max(map(len, _ENDS))
# Words in front of a party. Longest first.
_LEADS = words("""
    以上 上面 上述 给 帮 替 为 向 是 客户 新客户 供应商 单位 发给 送给 卖给 开给 客户是 客户叫 公司是 今天 明天 后天
    单位是 改成 换成 到 改 让 叫 跟 找 从 问
""")
_BEFORE = words(
    "发 送 归 记 卖 装 找 转 开 配 寄 供 走 去 还发 都发 也发 再发 发往 送往 直发 直送 全发 照发 挂到 转到 记到 算到"
)
_LONG_LEADS = frozenset(word for word in _LEADS if len(word) > 1)
_NOT_IN_NAMES = frozenset("错税价要订拿买给帮的了吗我你他您请不没把这那各每价款谁哪啥些几,、个和跟")
_NOT_FIRST = frozenset("改给帮替是送都均已走用刚")
MAX_NAME = 18
_LONGEST_LEAD = 7
_TOWARDS = "向跟找从问让叫"
_ANY_DAY = date(2026, 1, 5)
_HOUSES = ("酒店", "饭店", "商店", "便利店", "小吃店", "火锅店")  # what a firm is, by itself
_PLACES = ("分店", "门店", "店")
_BRANCH = ("分店", "门店", "总店", "店", "食堂", "项目部")


def firm_at(text: str, at: int, lexicon: Lexicon) -> tuple[int, tuple[Party, ...]] | None:
    """The firm whose name begins at ``at``: where it ends, and the known parties whose full name it shortens (none: a
    stranger). None when no unregistered firm name stands here."""
    if not is_han(text[at]) or text[at] in _NOT_FIRST or not _may_begin(text, at):
        return None
    if text[at : at + 2] in _LONG_LEADS or text[at : at + 3] in _LONG_LEADS:
        return None
    if lexicon.names_goods(text, at) and not lexicon.parties(text[at : at + 2]):
        return None  # goods, not a name
    found = 0
    end = at
    limit = min(len(text), at + MAX_NAME)
    while end < limit and is_han(text[end]) and text[end] not in _NOT_IN_NAMES:
        end += 1
        if (
            end - at >= 3
            and text[end - 1] in _LAST
            and _ends_name(text, at, end, lexicon)
            and _may_end(text, end, lexicon)
        ):
            found = end
    if not found or lexicon.parties(text[at:found]) or date_at(text, at, _ANY_DAY) is not None:
        return None  # 礼拜一上午到店
    if _does(text, at, found, lexicon):
        return None
    if text[at] in _TOWARDS and lexicon.parties(text[at + 1 : found]):
        return None  # 向扬州毛绒厂下单, 让清源茶业备货
    if any(_only_verbs(text[at : at + n]) and lexicon.parties(text[at + n : found]) for n in range(1, _LONGEST_LEAD)):
        return None  # 发丰收合作社, 麻烦送欣然百货: verbs in front of a known party
    name = text[at:found]
    return found, known_as(name, lexicon) or _place_of(name, lexicon)


def _place_of(name: str, lexicon: Lexicon) -> tuple[Party, ...]:
    """食之味海澄店: a place of the one party a name begins with, unless other places of it are parties themselves."""
    ending = next((end for end in _PLACES if name.endswith(end) and not name.endswith(_HOUSES)), None)
    for length in range(len(name) - len(ending or "") - 1, 1, -1) if ending else ():
        parties = lexicon.parties(name[:length])
        where = name[length : len(name) - len(ending or "")]
        if len(parties) != 1 or len(where) > 4:
            continue
        if any(word in where for word in _ENDS) or any(char in _NOT_IN_NAMES for char in where):
            return ()
        own = parties[0]
        others = (said for said, owner in lexicon.called(own.kind) if owner != own.id)
        return () if any(said.startswith(name[:length]) or name[:length] in said for said in others) else parties
    return ()


def _does(text: str, at: int, end: int, lexicon: Lexicon) -> bool:
    """恒洁报酒店毛巾: a known party, what it does, and goods whose name begins like the end of a firm's."""
    for place in range(at + 2, end - 1):
        if text[place] in "报说来发拿订补给供出涨降" and lexicon.parties(text[at:place]):
            return lexicon.run_at(text, place + 1) > end - place - 1
    return False


def _only_verbs(front: str) -> bool:
    """Whether words in front of a name are verbs and words of asking."""
    reached = {0}
    for at in range(len(front)):
        if at in reached:
            words_here = (front[at:end] for end in range(at + 1, min(len(front), at + 4) + 1))
            reached.update(at + len(word) for word in words_here if word in CUES or word in _BEFORE or word in _LEADS)
    return len(front) in reached and (len(front) > 2 or front in _BEFORE)


def _ends_name(text: str, at: int, end: int, lexicon: Lexicon) -> bool:
    for length in range(1, min(_LONGEST, end - at - 1) + 1):
        word = text[end - length : end]
        if word in _FRAMES and end - at - length >= 2 - (length > 1):
            return text[end - 2 : end] != "出厂"  # 碧源出厂价
        if word in _TRADES and not lexicon.has_term(word):
            return end - at - length >= 2
    return False


def _may_begin(text: str, at: int) -> bool:
    if at == 0:
        return True
    before = text[at - 1]
    if not is_han(before):
        return not (before.isascii() and (before.isalnum() or before in ".*/-"))
    return before in _LEADS or text[max(0, at - 2) : at] in _LEADS or text[max(0, at - 3) : at] in _LEADS


def _may_end(text: str, end: int, lexicon: Lexicon) -> bool:
    """A name ends where something else begins: no Chinese character, a steering word, or goods."""
    if end == len(text) or not is_han(text[end]) or text[end] in "一二两三四五六七八九十半几":
        return True
    if lexicon.names_goods(text, end):
        return True
    return text[end] in CUES or text[end : end + 2] in CUES


def known_as(name: str, lexicon: Lexicon) -> tuple[Party, ...]:
    """Known parties that begin with a name or alias in ``name`` and whose full name holds all its characters in order:
    恒达公司 for 余姚市恒达机电设备有限公司."""
    found: list[Party] = []
    for start in range(min(4, len(name) - 1)):
        for length in range(len(name) - start, 1, -1):
            for party in lexicon.parties(name[start : start + length]):
                if party not in found and _shortens(name, fold_key(party.name)):
                    found.append(party)
    return tuple(found)


def _shortens(short: str, full: str) -> bool:
    rest = iter(full)
    return all(char in rest for char in short)


def is_branch(name: str) -> bool:
    """Whether a name may be one of a customer's own places (城东店) rather than a firm."""
    return len(name) <= 5 and name.endswith(_BRANCH) and not name.endswith(_HOUSES)


def more_of_name(text: str, at: int, end: int, parties: tuple[Party, ...], lexicon: Lexicon) -> int:
    """畅行养护 of 畅行养护连锁有限公司, when only 畅行 is an alias: where the words of the full name end."""
    longest = end
    for party in parties:
        full = fold_key(party.name)
        stop = end
        while stop < len(text) and text[at : stop + 1] in full:
            stop += 1
        longest = max(longest, stop)
        tail = end  # 椒江职院实训中心 of 台州椒江职业学院实训中心: an alias and the end of the name
        while tail < len(text) and is_han(text[tail]) and text[end : tail + 1] in full:
            tail += 1
        if tail - end > 1 and full.endswith(text[end:tail]) and lexicon.run_at(text, end) < 2:
            longest = max(longest, tail)
    return longest
