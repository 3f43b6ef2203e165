"""Sentences that name goods and numbers and order nothing: complaints with counts, goods put on a shelf, empty crates
to be fetched, a matter put off. Told by what is said of the goods, never by which goods they are."""

from __future__ import annotations

import re
from collections.abc import Sequence

_SHORTFALL = re.compile(
    r"给个?(?:说法|交代|解释)|(?:米|件|个|斤|支|卷|瓶|包|根|袋|双|套)?(?:数|数量|重量|分量|斤两|净含量|厚度|长度|尺寸|克重)"
    r"(?:不够(?!的?话)|不足|不对|对不上|有出入|短了|差了)|短斤少两|缺斤少两|只有一半|一半是(?:坏|空|碎|破)"
    r"|(?:颜色|色号|型号|规格|款式|尺码|味道|口味|花色|批次|数)(?:对不上|不对(?!称)|不一样|有偏差|有色差|发错|配错)"
    r"|派(?:个?人|师傅|个师傅)(?:过来|来|上门|去)(?!提|拿|拉|取|装|搬|接|运)|(?<=[\d一二两三四五六七八九十几])(?:箱|件|个|盒|袋|桶|瓶|卷|包|批|片|只|条|支)里?(?:头|面|边)?有?[^\n,。]{0,6}(?:是坏|都坏|坏了|是碎|碎了|烂了|是烂|是空|(?<!真)空的|破的|裂的|漏的)"
    r"|(?:装|用|拆|打开|化|洗|煮|试|穿|铺|插)(?:上去|下来|起来|开|出来|了|完|上)[^\n,。]{0,4}有[\d一二两三四五六七八九十几好]{1,3}[\u4e00-\u9fff]"
    r"|(?:什么|啥)时候(?:能|可以)?(?:来|过来|上门|派人)[^\n,。]{0,3}(?:换|修|处理|解决|看看|看一下)|天天(?:打|找|催|骂|投诉)"
    r"|(?:跟|和|与)(?:样品|上次|之前)(?:的)?(?:不一样|不符|对不上)|货不对版|不对版"
)
# 10斤化完只有6斤, 单上写20桶实际18桶: what came short; 10盒的单子取消了吗: about an order that was made.
_SHORT_BY = re.compile(
    r"\d[\u4e00-\u9fff]{1,2}[^\n。\d]{0,8}(?:只有|才有|就剩|实际|实收|称出来|称下来|到手)(?:只有|是)?[ ]?\d"
    r"|(?:的|那|这)(?:单子?|订单)[^\n,。]{0,8}(?:了?[吗没么]|了?没有)[?]?$"
)
_PAPERS = re.compile(
    r"(?:有没?有?|发|要|给)[^\n,。\d]{0,6}(?:检测报告|质检报告|报告|合格证|说明书|资质|营业执照|执照|证书|检验单|图片|视频|链接|样册)"
)
_EMPTIES = re.compile(
    r"(?<![天真])(?:空的?|旧的?|用过的)[^\n,。\d]{0,4}(?:框|筐|篓|瓶|桶|箱|罐|托盘|卡板|周转箱|轴|盘|袋|坛|罐子|壳)子?"
    r"[^\n。]{0,14}(?:收|退|拉走|拉回|拖走|带走|带回|运走|取走|回收|押金|抵)"
)
_FETCHED = re.compile(
    r"(?:啥|什么|几)(?:时候|时|点)(?:能|会|可以|过)?来(?:收|拉|取|拖|搬)(?:走|回)?(?:$|[?。,!吗啊呀呢])"
)
_ARRIVED = re.compile(
    r"(?:已经?|都|全|刚)(?:到(?:货|齐|仓|库)?|入库?|上架|收|卸)(?:了|完|$|[,。!、 ])"
    r"|(?:放|入|上|摆|堆|码)(?:在|进|到|了|入)[a-z\u4e00-\u9fff]{0,3}\d{0,3}(?:号|区)?[a-z]?(?:货?架|库位|库区|货位|垛位|仓位)|到齐了|清点(?:完|过|无误)"
)
# 晴格的货到了,70克120箱80克60箱,都上架了: however much it was.
_CAME = re.compile(r"货?(?:已经?|都|全)?到(?:货|齐|仓)?了")
_PUT_AWAY = re.compile(r"(?:已经?|都|全部?)?(?:上架|入库|卸完|卸好|码好|清点完|点过数|点好)了")
# 泵头压不出来, 拍视频给你了: what does not work, and the proof of it.
_BROKEN = re.compile(
    r"(?:压|喷|按|挤|拧|打|关|拔|插|充|点|吸|转|推|拉|吹|洗|合|抽)不(?:出来?|开|动|上|了|紧|亮|着|进去?|下去?|住|严)"
    r"|(?:外箱|箱子?|包装|纸箱|袋子?)(?:都|有点|全)?(?:湿|破|瘪|烂|压扁|变形)了?|(?:已|都|我)?拍(?:了|过)?(?:个|段|几张)?(?:照片?|视频|图片?)了?(?:给你|给您|发你|发您|发群|了|$)"
)
# The head of a list of goods that have left or come already: 今日已发车清单:, 下面几家已经送到:.
_GONE_LIST = re.compile(
    r"(?:已经?|都|全部?|均|刚)(?:全部?|都)?(?:发车|发货|发出|发走|装车|装完|装好|出库|出车|送达|送到|送完|签收|派送|配送|发完|拉走|提走|交付)"
    r"|(?:发车|发货|装车|出库|送货|配送|派送|入库|收货)(?:完成|完毕|完了|结束|了)(?!吗|没)|(?:签收|出库|入库|发车|派车)(?:回执|记录|台账|日报|通知)"
)
_STORE_LIST = re.compile(
    r"(?:出库|出货|发货|发车|装车|派车|入库|收货|盘点|库存|送货)(?:明细|清单|单|汇总|统计|情况|表|计划|安排)"
)
_HEAD = re.compile(r"[^\n:]{2,60}?(?=[\n:])")
_ASKED = re.compile(r"吗|没有|[?么]|还没|未")
_MORE = re.compile(r"(?:再|另外?|还|顺便|麻烦)[^\n。]{0,6}(?:来|要|拿|发|补|订|送|加)|下单|采购|补货")
_PUT_OFF = re.compile(
    r"先等(?:一)?[等下](?!\d)|(?:先|暂时?)?别(?:录|排车|制单|做单|开单|出单)|先别(?:下单?|发|订|送|动|急|配|做|出|开|打)"
    r"|先不(?:急|订|下单?|发|动|配|做|拿|录|开)"
    r"|(?:先|再|暂时?|都)?(?:放一放|缓一缓|搁一搁|压一压|等一等|缓缓|放放|搁搁|压压|停停)|等等再(?:说|定|看)|(?:先|暂时?)(?:搁着|放着|压着|留着|缓着|挂着|撂着|停一停|停着|按住|打住)"
    r"|(?:还|都|暂时?)没(?:最后)?(?:定|确定|敲定|想好|批|批下来)(?:下来|呢|了|,|。|$)|(?:回头|改天|过[几两]天|年后|月底|下次|下月)再(?:说|定|议|看)"
    r"|(?:下次|下回|改天|以后)(?:一定|肯定|继续)?(?:还|再)(?:来|会)?(?:买|订|拿|找|光顾|照顾|聊|来)(?![\d一二两三])"
    r"|再(?:议|说)(?:吧|了)?(?:$|[,。!])|等我?(?:的)?(?:信儿?|消息|通知|电话|回复)(?:$|[,。!吧])"
)
# 轮胎那单缓缓,…先别录: whatever sizes are talked of behind it, the paper waits.
_HELD_PAPER = re.compile(
    r"(?:那|这)(?:一|个|张)?(?:单子?|批|笔)[^,。\n\d]{0,4}(?:缓|先放|先压|先搁|先等|等等|先别|先不|暂停)[^\n]*(?:先|暂时?)?别(?:录|下|做|开|发|排|动|打)"
)
# 下学期要采购一批,大概200根,先记着: what may come some day.
_NOW = re.compile(r"先(?:来|发|拿|要|送|订)|下单|另外|现在|今天|这次")
_TOLD_BY = re.compile(r"说|聊|听|估计|可能")
_SOME_DAY = re.compile(
    r"(?:下学期|下半年|明年|开春|年后|过完年|下个?季度|下个月|以后|将来|到时候?)[^\n]*"
    r"(?:先记着|先记一?下|有个?数|留意|再(?:说|联系|找|定|看)|先(?:了解|打听|问问|看看))[^\d一二两三四五六七八九十]{0,6}$"
)
# 预存5000送500,名额有限,戳链接: an advertisement, whatever it counts.
_ADVERT = re.compile(
    r"名额有限|戳(?:链接|我|图|下方)|点击(?:链接|查看|了解|下方|领取)"
    r"|(?:预存|充值?|储值)[ ]?\d{2,6}(?:元|块)?[送赠返][ ]?\d|即将开(?:启|抢|售)|火热(?:开启|报名|预售|进行)"
    r"|(?:限时|限量)(?:抢|特惠|优惠|秒)"
    r"|厂家直供|厂家直销|源头工厂|爆款返场|返场|爆款|低至|[\d¥元]起(?=[^\u4e00-\u9fff\d]|爆|抢|限|$)|[加+]?[vV微]信?(?:咨询|详聊|私聊)|扫码咨询|一件代发"
    r"|退订回|回t退订|转发(?:集赞|有礼)|先到先得"
    r"|(?:戳|扫|长按)[^\n,。]{0,6}(?:二维码|链接)|了解详情|欲购从速|抢购"
)
# 招仓管2名,月薪6500,五险一金: who is wanted are people.
_HIRING = re.compile(
    r"招聘|招工|招人|急招|诚聘|[招聘][\u4e00-\u9fff]{2,5}[ ]?[\d一二两三四五六七八九十]+(?:名|人|位)"
    r"|月薪|底薪|薪资|薪水|工资|包吃|包住|吃住|五险|社保|双休|月休|每月休|学历|[\d十]岁|应聘|面试|入职|转介绍|男女不限|年龄|有经验者?|驾照|试用期"
)
# 【通知】检查期间暂停装卸, 敬请谅解: told to everybody, whatever goods it names.
_PUBLIC = re.compile(
    r"通知】|重要通知|通告|公告|温馨提示|各位(?:客户|老板|朋友|亲)|(?:敬请|请)(?:谅解|知悉|周知|见谅|相互转告)|特此(?:通知|告知)|不便之处|带来(?:的)?不便"
    r"|(?:暂停|停止|恢复)(?:装卸|发货|收货|送货|营业|接单|生产|供货|配送)|(?:检查|整改|放假|检修|盘点|管控|封路)期间"
)
_WANTED = re.compile(
    r"(?:先|再|另外?|还|其余|其他|照|就)(?:给我|帮我)?(?:来|要|拿|发|补|订|送|加|上)|下单|采购|给我|帮我|安排|改成?|换成?"
)


def tells_of_gone(text: str, *, of_store: bool) -> bool:
    """Whether the head of a folded text says that the goods below have left or come already. ``of_store``: the
    warehouse writes, whose lists order nothing."""
    head = _HEAD.match(text)
    said = head[0] if head else ""
    told = _GONE_LIST.search(said) or (of_store and _STORE_LIST.search(said))
    return bool(told) and not _MORE.search(said) and not _ASKED.search(said)


def hiring(text: str) -> bool:
    """Whether people are looked for, whatever trade the advertisement names."""
    return len(_HIRING.findall(text)) > 2


def orders_nothing(text: str, places: Sequence[int]) -> bool:
    """Whether a folded text tells of goods instead of wanting them. ``places``: where the quantities of its lines
    stand; a long list is an order whatever stands beside it."""
    counted = len(places)
    if hiring(text) or len(_ADVERT.findall(text)) > 1 or (not counted and len(_PUBLIC.findall(text)) > 2):
        return True
    if counted < 2 and _SOME_DAY.search(text) and _TOLD_BY.search(text) and not _NOW.search(text):
        return True
    if counted > 2 and not (_CAME.search(text) and _PUT_AWAY.search(text)):
        return False
    if (_PAPERS.search(text) and not counted) or (counted < 2 and _SHORT_BY.search(text)):
        return not _MORE.search(text)
    if (_SHORTFALL.search(text) and not _refused_kind(text, places)) or (
        (_EMPTIES.search(text) or _FETCHED.search(text)) and counted < 2
    ):
        return not _MORE.search(text)
    if counted < 3 and _BROKEN.search(text) and not _MORE.search(text):
        return True
    if _CAME.search(text) and _PUT_AWAY.search(text) and not _MORE.search(text) and "?" not in text:
        return True
    if counted < 2 and _ARRIVED.search(text) and not _MORE.search(text) and "?" not in text:
        return True
    if _HELD_PAPER.search(text) and not _MORE.search(text):
        return True
    return all(_put_off(text, place) for place in places or (-1,)) and not _WANTED.search(_PUT_OFF.sub("", text))


def _refused_kind(text: str, places: Sequence[int]) -> bool:
    """府绸藏青300米,米白的不要了颜色不对: what is not wanted, beside what is."""
    word = _SHORTFALL.search(text)
    if word is None:
        return False
    start = max(text.rfind(mark, 0, word.start()) for mark in ",。;!\n") + 1
    apart = bool(places) and all(place < start for place in places)
    return apart and re.match(r"[^,。;!\n\d]{0,10}(?:不要|别要|取消|去掉|先不)", text[start:]) is not None


def _put_off(text: str, place: int) -> bool:
    """Whether the clause of a quantity is put off; without one, whether anything is."""
    if place < 0:
        return _PUT_OFF.search(text) is not None
    start = max(text.rfind(mark, 0, place) for mark in ",。;!\n") + 1
    ends = [end for mark in ",。;!\n" if (end := text.find(mark, place)) >= 0]
    return _PUT_OFF.search(text[start : min(ends, default=len(text))]) is not None
