"""What stands over and beside the rows of a list and counts nothing: the season a list is for (2026冬季, 冬季),
stages and plots of a site (滨江二期), how many orders are to be noted (录两单), the number of a lorry (2606车刚回),
dots that lead to an amount (全合成 4L ——6箱). Spaces stand for them, offsets stay.
"""

from __future__ import annotations

import re

from nlp.catalogue.lexicon import Lexicon
from nlp.catalogue.terms import SINGLE

_N = r"(?:\d{1,2}|[一二三四五六七八九十]{1,2})"
# Stages, plots and parts of a site, behind its name or at the head of a row.
_STAGE = re.compile(
    rf"(?:(?<=[\u4e00-\u9fff])(?<![第分共])|(?<=[\s(])|^){_N}(?:期|标段|标(?!准|志|签|记|识|牌)|号?地块|工区)(?:项目部?|工地|那边|这边|现场|门口)?"
    rf"(?=$|[\s,。;:()!]|[前之]|[\u4e00-\u9fff])"
)
_TIMES = re.compile(
    r"(?<!\d)20\d\d[-~至到]20\d\d(?:学年|年度?)?|第?[一二12上下]学期|"
    r"(?<!\d)20\d\d(?=年货|年礼|新款|新品|春节|元旦|国庆|中秋|端午|双十)|(?<!\d)(?:20\d\d年?度?)?"
    r"(?:[春夏秋冬]季|年终|年末|岁末|新春|月度|季度|第[一二三四1-4]季度?|[上下]半年|春秋季?|秋冬季?|春夏季?)"
)
_IN_ALL = re.compile(
    r"(?:录|开|下|做|打|记|报|整理|汇总|处理)(?:一下)?(?:\d{1,2}|[一二两三四五六七八九十]{1,2})(?:张|个|份)?"
    r"(?:单子|订单|草稿|单)(?![价位号包层根双人只])"
)
_LORRY = re.compile(
    r"(?<![\da-z.])\d{3,5}(?:的?车|号车)(?=刚|已|到|回|来|去|在|等|装|拉|走|过|出|,|。|\n|$|今|明|下|上)"
)
_LEADERS = re.compile(
    r"(?<=[^\s\d.*/+-])[ \t]*(?:-{2,8}|\.{3,12}|~{2,9}|={2,9}|>)[ \t]*"
    r"(?=(?:\d{1,6}|[一二两三四五六七八九十半]{1,3})[ ]?[\u4e00-\u9fff]|\d{1,6}(?:\.\d{1,2})?[ \t]*(?:$|\n))"
    r"|(?<=\d)[ \t]{0,2}(?:-{2,8}|\.{3,12}|~{2,9})[ \t]*(?=\d{1,6}[ ]?[\u4e00-\u9fff])"
    r"|(?<=\d[a-z])[ \t]*-{2,8}[ \t]*(?=\d)"
)
# 配一车: 拼个车: what the list below fills.
_LOAD = re.compile(r"(?:配|拼|凑|装|走)(?:了|个|上)?[1一](?:整|满|小|大)?车(?:货|的?货)?(?=[ ]*[:\n])")

# 到货前一天联系: when somebody is called.
_BEFORE = re.compile(
    r"(?:提前|前|头|早)(?:[一二两三1-3半])天(?=先?(?:给|跟|和|联系|打|来?电话|电联|通知|说|告|约|讲|报))"
)

# 1-3幢大堂, 12号楼: which house of a site.
_BLOCK = re.compile(
    r"(?<![\d.a-z*])\d{1,2}(?:[-~至到、]\d{1,2})?(?:[幢栋]|号楼|号院|单元|号门|号(?:宴会|包|大)厅|号包[厢间]|号会议室|号窗口|号宿舍)"
)
# 三期(未来科技城)大红掌: a place in brackets in front of goods.
_IN_BRACKETS = re.compile(
    r"(?<!\d)(?<!\d[\u4e00-\u9fff])(?<!\d[ ][\u4e00-\u9fff])\([\u4e00-\u9fff]{1,8}"
    r"(?:城|广场|大厦|中心|小区|花园|店|校区|园区|路|工地|项目部?|大楼|分?院|馆|站|基地|酒店|医院|学校|小学|中学)\)"
    r"(?=[ ]?[\u4e00-\u9fffa-z])"
)

# 奶粉类 over rows, 辅料 番茄牛肉米粉10盒: which shelf the goods are of.
_CLASS = re.compile(r"(?m)(?<=[\u4e00-\u9fff])(?:类|系列|专区|部分)(?=[ ]*(?::|$))")
_SHELF = re.compile(
    r"(?m)(?:^|(?<=[,;。: ]))(?:辅料|主料|原料|耗材|配件|杂项|洗护|清洁|日用|日化|食品|饮料|酒水|调料|干货|冻品|生鲜"
    r"|蔬菜|水果|厨具|工具|五金|电料|水电|水暖|劳保|办公|文具|包材|辅材|主材|零食|小件|大件|常温|冷藏|冷冻|干杂)"
    r"(?:类|部分|用品)?(?=[ ]*:|[ ]+[^\s\d])"
)
# 满10箱发车, 限高3米: on what terms goods are brought, where a lorry can pass.
_FROM = re.compile(
    r"满\d{1,5}[\u4e00-\u9fff]{1,2}(?:就|即|才|可)?"
    r"(?:发车|成团|开团|包邮|起送|起发|免运费|发货|送货|送货上门|免费送货?|配送)"
)
_PASSES = re.compile(
    r"\d{1,2}(?:\.\d)?米(?:的)?(?:长)?(?:厢式?|高栏|平板|挂|冷藏|货|板|飞翼|大|小)车|"
    r"(?:限(?:高|重|宽|载|长)|[层净门车]高|门宽|车长|[路巷]宽|电梯)(?:只有|最多|是|不超过|约)?"
    r"\d{1,3}(?:\.\d{1,2})?(?:米|m|吨|t|厘米|公分|cm)"
)
# (收现金86), (已付200): money that was handed over, in brackets behind a row.
_HANDED = re.compile(
    r"\((?:代?收|已?付|欠|找零|补差|实收|收了|付了)(?:现金|现|款|货款|微信|支付宝|定金|订金|全款)?:?\d{1,6}(?:\.\d{1,2})?(?:元|块)?(?:了)?\)"
)
# 20桶(A区12桶 B区8桶): which part of an amount is for which place.
_PARTED = re.compile(r"(?<![\d.])(\d{1,5})[ ]?([\u4e00-\u9fff]{1,2})\(([^()\n]{5,60})\)")
_SAYS_HOW = re.compile(r"[要的换不没改加送赠]")
# 一件代发, 三处分开装, 分两个箱: how the goods are sent and packed.
_PACKED_SO = re.compile(
    r"一件代发的?|(?:[两二三四五六七八]|\d)处(?:分开|分别|地方)?(?=[装打送放卸发,。)]|$)"
    r"|分(?:成|开|别)?(?:[两二三四五六]|\d{1,2})个?(?:纸?箱|包裹?|袋|托盘)(?:子)?(?:装|放|打包|打|发|寄)?(?=[:,。;\n)]|$)"
)
# 单1 馋嘴 … / 单2 悦享 …: which order it is.
_ORDER_NO = re.compile(
    r"(?<![\u4e00-\u9fff])(?:订?单|第)[ ]?\d{1,2}[ ]?单?(?=[ :]|和|、|跟|,|一起|都)|(?<=[和跟、及])单\d{1,2}(?!\d)"
)
_OF_LISTS = (_CLASS, _SHELF, _FROM, _PASSES, _HANDED, _PACKED_SO)


def blanked(text: str, lexicon: Lexicon | None) -> str:
    """The text without such words; those that some goods are told by stay."""
    rows = text.count("\n") > 1
    text = _without_parts(text, lexicon)
    if len(re.findall(r"(?m)^[ \t]{0,4}(?:订?单)[ ]?\d{1,2}[ :]", text)) > 1:
        text = _ORDER_NO.sub(lambda match: " " * len(match[0]), text)
    for pattern in (_STAGE, _TIMES, _IN_ALL, _LORRY, _LEADERS, _LOAD, _BEFORE, _BLOCK, _IN_BRACKETS, *_OF_LISTS):
        if (pattern is _TIMES or pattern is _CLASS) and not rows:
            continue
        for match in list(pattern.finditer(text)):
            if pattern is _IN_BRACKETS and _behind_firm(text, match.start(), lexicon):
                continue
            if not _of_goods(match[0], lexicon):
                text = text[: match.start()] + " " * len(match[0]) + text[match.end() :]
    return text


def _without_parts(text: str, lexicon: Lexicon | None) -> str:
    """The text without brackets that only say for which places the parts of an amount are."""
    for match in list(_PARTED.finditer(text)):
        part = re.compile(rf"(\d{{1,5}})[ ]?{match[2]}")
        numbers = [int(number) for number in part.findall(match[3])]
        words = part.sub(" ", match[3])
        if len(numbers) < 2 or sum(numbers) != int(match[1]) or _SAYS_HOW.search(words):
            continue
        telling = lexicon is not None and any(
            lexicon.names_goods(words, at) or lexicon.has_term(words[at]) or words[at] in SINGLE
            for at in range(len(words))
            if words[at] > "z"
        )
        if not telling:
            text = text[: match.start(3) - 1] + " " * (len(match[3]) + 2) + text[match.end(3) + 1 :]
    return text


def _behind_firm(text: str, at: int, lexicon: Lexicon | None) -> bool:
    """徐老板(油漆店): which of several firms of a name is meant."""
    return lexicon is not None and any(lexicon.parties(text[max(0, at - size) : at]) for size in range(2, 9))


def _of_goods(said: str, lexicon: Lexicon | None) -> bool:
    if lexicon is None:
        return False
    said = said.strip()
    return any(lexicon.run_at(said, at) > 1 or lexicon.has_term(said[at:]) for at in range(len(said) - 1)) or any(
        lexicon.parties(said[:size]) for size in range(2, len(said) + 1)
    )
