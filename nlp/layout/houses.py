"""Places of one customer that the rows of a list begin with: 1. 万象校区 5号篮球 20个 / 2. 城北校区 …, 东站 / 西站.

They order nothing and are no customers of their own. Their characters become spaces (offsets stay), and each line of
the order can tell which place it is for.
"""

from __future__ import annotations

import re

from nlp.catalogue.lexicon import Lexicon
from nlp.scanning.cues import CUES, words
from nlp.scanning.text import fold_key

# What a place of a larger house ends in.
_ENDS = (
    r"(?:总?站|站点|网点|服务[区站]|校区|分校|[总分门]?店|店铺|旗舰店|项目[部点]?|工地|标段|[分总支]部|[分总]?厂|厂区|院区|分院|[分小]?园|园区|[总分]?馆"
    r"|[总分前中大]?仓|仓库|库房|库|[一二三四五六七八九大中小车船]队|片区|小区|[东南西北中一二三四五六七八九a-h\d]区|分公司|办事处|中心|分场|[东南西北一二三四五六七八九]场"
    r"|基地|[一二三四五六七八九十\d]+号?(?:楼|栋|幢|院|车间|食堂|餐厅)|食堂|餐厅|宿舍楼?|车间|营业[部厅]|经营部|[东南西北]门|[东南西北]院|村|工区|段|库区|档口|专柜"
    r"|[客工销餐采安财行品生市技]\w部|大堂|前台|后厨|厨房|吧台|包[厢间]|会议室|办公室|接待室|教室|机房|[大门前]厅|餐厅|病房|客房|泳池|健身房"
    r"|客厅|[主次]?卧室?|书房|卫生间|洗手间|阳台|玄关|走廊|过道|楼梯间?|[地车]库|地下室|储藏室|衣帽间|儿童房|杂物间|屋顶|露台|院子"
    r"|[\u4e00-\u9fff]{1,3}[间档]|柜台)"
)
_ROW = re.compile(
    r"(?m)^[ \t]{0,6}(?:[(#\[]?\d{1,2}(?:[.、):\]][ \t]?|[ \t]{1,3}))?"
    r"[\[(]?((?:[\u4e00-\u9fff]|\d{1,2}[号#楼栋幢f]|[bl]\d|[a-z]{1,4}[区栋座馆部])[\u4e00-\u9fff\da-z#]{0,7})[\])]?"
    r"(?P<cut>[ \t]*:[ \t]*|[ \t]{1,6}|[ \t]?-{1,2}[ \t]?)(?=[^\s:-])"
)
_NAMED = re.compile(rf"[\u4e00-\u9fff\da-z#]{{0,6}}{_ENDS}|\d{{1,2}}f|[bl]\d|\d{{1,2}}#[\u4e00-\u9fff]{{1,3}}")
# 星火各校区, 各门店要货: a title that says the rows begin with places.
_TITLE = re.compile(
    r"(?:各个?|[\d一二三四五六七八九十两]{1,2}[家个])(?:直营|加盟|连锁|分|下属)?"
    r"(?:校区|分校|门店|分店|店|站点?|网点|项目[部点]?|工地|分公司|车间|园区?|分园|院区|食堂|片区|服务区|仓库?|社区|小区|村组?"
    r"|营业[部厅]|厂区?|分厂|基地|馆|连锁店|分场|工区|餐厅|档口|专柜|办事处|柜台|楼层|楼栋|点位?)"
)
_FIRMS = words("""
    酒店 饭店 商店 超市 小学 中学 大学 学校 医院 公司 宾馆 便利店 幼儿园 诊所 小吃店 面馆 酒楼 商行 合作社
    五金店 花店 书店 药店 茶店 布店 蛋糕店 文具店 水果店 渔具店 车店 鞋店 粮油店 奶茶店 火锅店 烧烤店 快修店 维修店
    用品店 批发部 经营部 门市部
""")
_AMOUNT = re.compile(r"[ \t]*(?:\d|[一二两三四五六七八九十半]{1,3}[\u4e00-\u9fff])")
_NOTHING = re.compile(r"[ \t:]*(?:无|没有|不要|不需要|暂无|暂时不要|不用|这次不要|/|-|0)[ \t。]*$")
_NOT_PLACES = frozenset("要来拿订给送发再还加补的了不共")
_LABELS = words(
    "合计 总计 共计 备注 地址 电话 时间 日期 联系人 收货人 品名 名称 商品 数量 单价 规格 单位 客户 姓名 说明 注意"
    " 另外 还有 其中 以上 型号"
)
_TAIL = re.compile(r"[\])]?[ \t]*(?::|-{1,2}(?!\d))?")
_LINE = re.compile(r"(?m)^[^\n]+$")
_COUNTED = re.compile(r"\d(?![\d月日号点])|[一二两三四五六七八九十半][ ]?[箱件盒袋包瓶桶个条支卷张套吨双只台把筒罐]")
_WANTS = re.compile(r"[\d一二两三四五六七八九十半][ ]?(?![月日号年点周季批期])[\u4e00-\u9fff]")
_ABOVE = ("上", "上面", "前面", "上一行", "上行", "上面那家", "前面的", "上面的")
_AS = re.compile(
    r"[\])]?[ \t]*:?-{0,2}[ \t]*(?:也?(?:同|和|跟|与|照|按|参照))(?P<who>[\u4e00-\u9fff\da-z#]{1,8}?)"
    r"(?:的)?(?:一样|相同|一致|数量|要|来|即可|就行)?[ 。,]*"
)
_NUMBERED = re.compile(
    r"(?:^|(?<=[,;。:、 ]))((?:[一二三四五六七八九十]|\d{1,2})号?"
    r"(?:分店|门店|店|校区|分厂|厂|食堂|楼|仓|库|工地|站|车间|园区?|标段?))"
)
_SERIES = re.compile(
    r"(?<![\d.])((?:[一二三四五六七八九十]|\d{1,2})号?(?:分店|门店|店|校区|分厂|厂|食堂|楼|库|工地|站|车间))"
    r"[ :]?(?=\d{1,6}[ ]?[\u4e00-\u9fff])"
)
_AFTER = re.compile(
    r"(?:(?<=[:、,;])|(?<=[:、,;][ ]))([\u4e00-\u9fff]{1,5}(?:店|校区|食堂|项目部|工地|站|仓|馆|厂|园))[ :]?"
    r"(?=\d{1,6}[ ]?[\u4e00-\u9fff])"
)
_NUMBERED_PLACE = re.compile(
    rf"[\d一二三四五六七八九十]{{1,3}}[号#]?(?:{_ENDS}|[楼层栋幢院店仓区队厂线门库桥井棚]|分?场|标段?|地块|大棚)"
    r"|\d{1,2}#[\u4e00-\u9fff]{1,3}|\d{1,2}f|[bl]\d"
)
# 金色家园5-2-301: / 碧桂园12栋902: at the head of a row.
_ADDRESSED = re.compile(
    r"(?m)^[ \t]{0,6}(?:[(#\[]?\d{1,2}[.、):\]][ \t]?)?"
    r"([\u4e00-\u9fff]{2,10}(?:\d{1,3}(?:-\d{1,4}){1,3}"
    r"|\d{1,3}(?:栋|幢|号楼|#|座|期)(?:\d{1,2}(?:单元|-))?\d{0,4}室?))[ ]?(?=:)"
)
_REST = re.compile(r"[^\n]*")
_CLAUSE = re.compile(r"[,;。]")
_LEAST = 2
MARK = "\x1e"  # stands where the place stood


def named(text: str, lexicon: Lexicon | None) -> list[tuple[int, int]]:
    """Where such places stand in a folded list, in their order; none when its rows begin with customers or goods."""
    if lexicon is None:
        return []
    if text.count("\n") < _LEAST - 1:
        return _in_line(text, lexicon)
    sisters = _sisters(text, lexicon)
    titled = _TITLE.search(text.lstrip().split("\n", 1)[0]) is not None
    found: list[re.Match[str]] = []
    told = sum(_NAMED.fullmatch(match[1]) is not None for match in _ROW.finditer(text))
    titled = titled or _answers(text)
    free = titled or told >= _LEAST  # any name may be a place when all the rows begin with one
    for line in _LINE.finditer(text) if free else ():
        head = _ROW.match(text, line.start())
        if _COUNTED.search(line[0]) and (head is None or not _is_place(head[1], lexicon, titled=titled)):
            free = free and line.start() == 0
    for match in _ROW.finditer(text):
        name = match[1]
        if match.start() == 0 and not _WANTS.search(text, match.end(), text.find("\n")):
            continue  # 鼎盛建筑 石膏板9.5 over the rows
        if _of_customer(name, lexicon) or any(name in full for full in sisters):
            return []
        if (free or _NAMED.fullmatch(name)) and _is_place(name, lexicon, titled=titled):
            found.append(match)
    addressed = [
        match.span(1) for match in _ADDRESSED.finditer(text)
        if not _of_customer(match[1], lexicon)
        and not any(lexicon.run_at(match[1], at) > 1 for at in range(len(match[1]) - 1))
    ]  # fmt: skip
    if addressed:
        return sorted({*addressed, *(match.span(1) for match in found)})
    if len({match[1] for match in found}) >= _LEAST:
        goods = any(lexicon.names_goods(text, at) for at in range(len(text)) if text[at] > "z")
        return [match.span(1) for match in found] if goods else []
    return _behind_goods(text, lexicon)


def _answers(text: str) -> bool:
    """Whether a row wants what another one wants (翠庭:同锦绣苑), so that rows begin with places."""
    heads = [(match[1], match) for match in _ROW.finditer(text)]
    names = {name for name, _ in heads}
    for _, match in heads:
        stop = text.find("\n", match.end(1))
        said = _AS.fullmatch(text, match.end(1), stop if stop >= 0 else len(text))
        if said is not None and said["who"] in names:
            return True
    return False


def _behind_goods(text: str, lexicon: Lexicon) -> list[tuple[int, int]]:
    """安芽1段大罐:龙溪店6罐、爱山店12罐: the places that want of the goods said in front of them."""
    found = list(_AFTER.finditer(text))
    if not any(text[: match.start()].rstrip(" ")[-1:] == ":" for match in found):
        return []
    if len({match[1] for match in found}) < _LEAST or any(_of_customer(match[1], lexicon) for match in found):
        return []
    return [match.span(1) for match in found] if all(_is_place(m[1], lexicon, titled=False) for m in found) else []


def _in_line(text: str, lexicon: Lexicon) -> list[tuple[int, int]]:
    """一店大虾滑10袋,二店8袋,三店不要: numbered places in one line, each with what it wants; 1号店10包2号店15包."""
    series = [match for match in _SERIES.finditer(text) if not lexicon.parties(match[1])]
    if len({match[1] for match in series}) >= _LEAST:
        return [match.span(1) for match in series]
    found = list(_NUMBERED.finditer(text))
    if len({match[1] for match in found}) < _LEAST or any(lexicon.parties(match[1]) for match in found):
        return []
    ends = [*(match.start() for match in found[1:]), len(text)]
    for match, end in zip(found, ends, strict=True):
        rest = text[match.end() : end]
        if not _WANTS.search(rest) and not _NOTHING.match(_CLAUSE.split(rest, maxsplit=1)[0]):
            return []
    return [match.span(1) for match in found]


def blanked(text: str, places: list[tuple[int, int]]) -> str:
    """The text with a mark for each of these places, and without the rows of those that want nothing."""
    for first, last in places:
        start, end = first, last
        rest = _REST.match(text, end)[0]  # type: ignore[index]  # it matches anything
        if "\n" not in text:
            rest = _CLAUSE.split(rest, maxsplit=1)[0]
        if (none := _NOTHING.fullmatch(rest)) is not None:
            start = text.rfind("\n", 0, start) + 1 if "\n" in text else start
            text = text[:start] + " " * (end + none.end() - start) + text[end + none.end() :]
            continue
        tail = _TAIL.match(rest)
        end += tail.end() if tail is not None else 0
        start -= text[start - 1 : start] in ("[", "(") and start > 0
        text = text[:start] + MARK + " " * (end - start - 1) + text[end:]
    return text


def alike(text: str, places: list[tuple[int, int]]) -> tuple[str, tuple[tuple[int, int], ...]]:
    """The text without rows that want what another place wants (3号楼:同1号楼, 西站 同上), and which place wants the
    goods of which: numbers of places."""
    pairs: list[tuple[int, int]] = []
    names = [text[start:end] for start, end in places]
    for number, (_, end) in enumerate(places):
        stop = text.find("\n", end)
        stop = stop if stop >= 0 else len(text)
        match = _AS.fullmatch(text, end, stop)
        if match is None:
            continue
        model = _model(match["who"], number, names, text[: places[0][0]])
        if model != number:
            pairs.append((number, model))
            text = text[:end] + " " * (stop - end) + text[stop:]
    return text, tuple(pairs)


def _model(who: str, number: int, names: list[str], before: str) -> int:
    """Which place is meant, -1 for one in front of all rows; the asking place itself when nobody can tell."""
    if who in _ABOVE:
        return number - 1
    if who in names:
        return names.index(who)
    return -1 if who in before else number


def _sisters(text: str, lexicon: Lexicon) -> set[str]:
    """Full names of parties that share a name said in the first or the last line: rows begin with what tells them
    apart."""
    lines = text.strip().split("\n")
    found: set[str] = set()
    for line in (lines[0], lines[-1]):
        for at in range(min(len(line), 40)):
            for size in range(2, 7):
                parties = lexicon.parties(line[at : at + size])
                if len({party.id for party in parties}) > 1:
                    found.update(fold_key(party.name) for party in parties)
    return found


def _of_customer(name: str, lexicon: Lexicon) -> bool:
    return any(lexicon.parties(name[:size]) for size in range(len(name), 1, -1))


def _is_place(name: str, lexicon: Lexicon, *, titled: bool) -> bool:
    if name in _LABELS or name[0] in _NOT_PLACES or name in CUES:
        return False
    if any(name.endswith(word) for word in _FIRMS) and not titled:
        return False
    goods = lexicon.is_exact(name) or lexicon.has_term(name) or lexicon.has_term(name[-2:])
    if goods or _AMOUNT.match(name):
        return not goods and _NUMBERED_PLACE.fullmatch(name) is not None
    if _NAMED.fullmatch(name):  # 洗碗间, although 洗碗机 is sold
        return not any(at + lexicon.run_at(name, at) >= len(name) for at in range(len(name) - 1))
    return not any(lexicon.names_goods(name, at) for at in range(len(name) - 1))
