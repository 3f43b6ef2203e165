"""What the shape of a message says before its words are read: form fields, headings of chat records, quoted notices.

Fields are taken out of the text (their characters become spaces, offsets stay), so that a house number in an address is
never read as a quantity.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from nlp.catalogue.lexicon import Lexicon
from nlp.layout import besiderows, dialogue, houses, numbering, titles, turns
from nlp.layout.places import places
from nlp.layout.turns import party_in
from nlp.passes.shapes import tables

_FIELD = re.compile(
    r"(?m)(?:^|(?<=[\n,; ]))[ \t]{0,8}(收货人|联系人|收件人|收货地址|送货地址|详细地址|地址|收货电话|联系电话|电话"
    r"|手机号|手机|备注|抬头|税号|开户行|账号|车牌号|车牌)[ \t]*[:=][ \t]*([^\n]{0,120})"
)
_INLINE_ADDRESS = re.compile(
    r"(?:送到|送去|送至|发到|地址是?|拉到|运到|送)[ \t]*((?:[一二三四五六七八九十]{1,2}|\d{1,2})楼[^\n,;。]{0,12})"
    r"|(?:送到|送去|送至|发到|地址是?|拉到|运到)[ \t]*([^\n,;。]{2,40}?"
    r"(?:号|室|楼|栋|门口|工地|仓库|路口|大厦|广场|小区|村|店里|园区|市场|学校|菜场|厂区|车间|宿舍|码头|车站|医院|食堂)[^\n,;。]{0,10})"
)
_SPEAKER = re.compile(
    r"(?m)^[ \t]{0,8}([^\s:\d](?:[^\n:\d]{0,14}[^\s:\d])?)[ \t]{1,8}"
    r"(?:(?:20\d\d[-/年.])?\d{1,2}[-/月.]\d{1,2}日?[ \t]+)?\d{1,2}:\d{2}(?::\d{2})?[ \t]*:?[ \t]*$"
)
_STAMP = re.compile(r"(?m)^[ \t]*\[?20\d\d[-/年.]\d{1,2}[-/月.]\d{1,2}日?[ \t]+\d{1,2}:\d{2}(?::\d{2})?\]?")
_HOUR = re.compile(
    r"(?m)^[ \t]*\d{1,2}:\d{2}(?::\d{2})?[ \t]+(?=[^\s\d:,][^\n:,]{0,14}:)|(?<=[^\s\d:])[ \t]\d{1,2}:\d{2}(?=:[^\d])"
)
# In brackets the year may be left out: 老周(11-23 18:30):, [11-24 08:12] 老周:
_SHORT_STAMP = re.compile(r"[\[(]\d{1,2}[-/月.]\d{1,2}日?[ \t]+\d{1,2}:\d{2}(?::\d{2})?[\])]")
_MEDIA = re.compile(r"\[(?:图片|语音|视频|文件|表情|链接|动画表情|位置|红包|转账|小程序|名片)[^\]\n]{0,40}\]")


# Whose car brings or fetches the goods: a passing remark, no logistics.
_PLATE = re.compile(
    r"(?:(?:送货|提货|自提|来)?的?(?:车牌号?码?|车号)[ \t]*(?:是|为|[:=])?[ \t]*)"
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][ ]?[a-z][ ·.-]?[a-z0-9]{4,6}(?![a-z0-9])"
)


# A plate by itself, as it is printed: 浙H·6B382.
_PRINTED_PLATE = re.compile(
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][a-z] (?=[a-z0-9]{0,5}\d)[a-z0-9]{5,6}"
    r"(?![a-z0-9])(?:的?车(?![间位]))?"
)
# How many days a payment may take.
_CREDIT = re.compile(
    r"(?<=月结|账期|付款|结算|票到|货到)[ ]{0,2}\d{1,3}[ ]?天|\d{1,3}[ ]?天(?=账期|月结|付款|结算|回款)"
)


_COUNTED = re.compile(r"(?:\d|[一二两三四五六七八九十半])[\u4e00-\u9fff]{1,2}$")
_STEERING = re.compile(
    r"价|元|块|税|票|[送赠换改]|不要|取消|(?:[二两三四五六七八九十]|一(?![点些起定样律批下致直]))[\u4e00-\u9fff]"
)


@dataclass(frozen=True, slots=True)
class Layout:
    """The text left to read, and the fields that were taken out (folded offsets)."""

    text: str
    fields: dict[str, tuple[int, int]]
    houses: tuple[tuple[int, int], ...] = ()  # places of one customer that the rows begin with
    alike: tuple[tuple[int, int], ...] = ()  # of these, which wants what another one wants
    talk: bool = False  # a record of a talk that does not end with a question of the customer


_NAMES = {
    "收货人": "contact", "联系人": "contact", "收件人": "contact", "收货地址": "address", "送货地址": "address",
    "详细地址": "address", "地址": "address", "收货电话": "phone", "联系电话": "phone", "电话": "phone",
    "手机": "phone", "手机号": "phone", "备注": "note",
}  # fmt: skip


# __6__箱: the number somebody put into a template row.
_FILLED_IN = re.compile(
    r"_{1,12}[ ]{0,3}(?=\d|[一二两三四五六七八九十半]{1,4}[ ]?_)|(?<=[\d半一二两三四五六七八九十])[ ]{0,3}_{1,12}"
)
_N = r"(?:\d{1,3}|[一二两三四五六七八九十几半]{1,3})"
# How long something takes or has lasted, how many firms were called on: no amount and no day.
# 工地在滨江二期: a part of a place.
_PHASE = re.compile(
    r"(?<=[\u4e00-\u9fff])第?[一二三四五六七八九十\d]{1,2}(?:期|标段)(?=$|[,。;\n!? ]|工地|项目|那边|的?工程)"
)
_LASTING = re.compile(
    rf"(?:提前|提早|过|早|晚|迟)?{_N}(?:来|多)?(?:分钟|刻钟)(?:左右|前|后|内|之内|以内)?"
    rf"|(?<![\d一二三四五六七八九十]){_N}(?:到|至|-|~){_N}个?(?:工作日|天)(?!内|之内|以内|里)"
    rf"|(?<![\d一二三四五六七八九十]){_N}(?:来|多)?年(?:了|多了?|来|的?老客户|的?交情|的?合作)"
    rf"|(?<=[跑走谈访问见][了过]){_N}家|{_N}(?:个|位|口)人(?![份用]|一)"
    r"|(?:单独|分开|另外|另|都|各自|一起)(?:打|装|包|捆|放)(?:成|在)?(?:一|1)[包箱袋捆件个](?:里|别混|不要混)?"
    r"|打(?:成)?(?:一|1)?个?大?包(?=别|不要|好|发|$|[,。\n])"
)
# 挂车那几台一起换, 2606车刚回: which ones, no amount
_THOSE = re.compile(
    r"(?<![\d一二三四五六七八九十])[那这哪]几(?:台|辆|个|家|天|位|次|处|条线|间|样|种|款)(?!颜?色|规格|型号|尺码|口味)"
    r"|(?<![\d.a-z-])\d{3,5}(?:号)?车(?=[ ]?(?:刚|已|回|出|到|发|装|拉|送|司机|师傅|今|昨|明|,|。|$))"
    r"|连?[一半1](?![起共])[\u4e00-\u9fff][都也](?:没得|没有|没|不剩|不够)(?:了|剩)?"
    rf"|零下{_N}多度(?:了|呢)?"
)
# 2026年第12批, 2026年春季新款: which list it is.
_YEAR_OF = re.compile(r"(?<!\d)20\d\d年度?(?=第|[上下]半年|[一二三四1-4]季度|[春夏秋冬]|新款|[新老]?价)")
# 以上一车发, 单独一车送: how the goods are brought.
_BY_LORRY = re.compile(
    r"(?:(?:以上|单独|分开|拼|凑成?|都|全部?|一起|这些|上面)(?:的|货)*(?:[\d一二两三四五六]{1,2})"
    r"|(?:^|(?<=[,。;\n ]))[1一])[车趟]"
    r"(?:就)?(?:[发送拉装走带运](?:走|完|齐|过来|过去|来|下|得下|不下|到位)?)(?=$|[,。;\n !])"
)
# 红玫瑰10扎——要半开的: how it should be, behind a dash and an amount.
_DASHED = re.compile(r"(?m)(?<=[^\s\d-])[ ]?-{2,4}[ ]?(?![^\n]{0,30}\d)([^\n-]{2,30})$")
# 送货单夹两份, 复印三份: papers to go with the goods.
_COPIES = re.compile(
    r"(?:夹|打印?|复印|附上?|开|写|签|盖)[ ]?(?:\d{1,2}|[一两二三四五])份(?![\u4e00-\u9fff]{0,1}(?:饭|餐|菜|套))"
    r"(?:送货单|货单|单子|清单|回单|收据)?"
)
# What somebody means to spend: no total of these lines.
_BUDGET = re.compile(
    r"预算[ ]{0,2}(?:大概|大约|差不多|控制在|不超过|最多|就|是|在)?[ ]{0,2}\d{1,7}(?:\.\d{1,2})?[ ]?"
    r"(?:万|千|百|元|块)?(?:以内|之内|以下|左右|上下|封顶|内)?"
)


# 最小起订30吨, MOQ 5吨; 单位元/吨 of a list whose prices say it themselves; 其他两家后天: how many are the others.
_LEAST_SOLD = re.compile(
    r"(?:(?:最[小低少])起?订?货?量?|起订量?|起批量?|起送量?|起发量?|moq)[:为是]?[ ]?(?:的)?(?:起订量?)?"
    r"[:为是]?[ ]?\d{1,5}[ ]?(?:吨|公斤|kg|千克|[箱件袋包桶盒个卷支条米套只])(?![\d])"
)
_PER_UNIT = re.compile(r"[(]?(?:价格|报价|计价)?单位[:为是]{0,2}[ ]?(?:人民币)?元[/每](?:吨|公斤|kg|千克|斤)[)]?")
_OTHERS = re.compile(r"(?<=其他|其余|另外|剩下|其它)[\d一二两三四五六七八九]{1,2}(?=家)")


# 这张采购单改三处: over what is to be changed; 客户选成印染厂了,应该是…: whose it is not.
_CHANGES_COUNTED = re.compile(
    r"(?:要|需要?|有|得|帮忙?)?(?:修?改|更正|调整|变动|变更)(?:一下)?"
    r"[\d一二两三四五六七八]{1,2}(?:处|个?地方|点|个点)(?=[ ]*:?[ ]*\n)"
)
_TAKEN_FOR = re.compile(
    r"(?:(?<=客户)|(?<=抬头)|(?<=单位)|(?<=供应商)|(?<=户头)|(?<=名字))(?:选|开|做|写|录|打|记|弄|搞|下|填|挂)成(?:了|的)?"
    r"[\u4e00-\u9fff]{2,12}?了?(?=,[ ]*(?:应该|应当|其实|实际|要|改|是))"
)


# 卸到软水房那边: a place, though goods are called 软水盐.
_SET_DOWN = re.compile(
    r"(?:卸|送|放|拉|搬|停|堆|码)(?:到|在|去)([\u4e00-\u9fff]{1,6}?(?:房|间|棚|院|区|口)?"
    r"(?:那边|这边|那里|里面|门口|旁边|边上|后面|前面|楼下))"
    r"(?![\u4e00-\u9fff]?\d)"
)


def _blank(text: str, start: int, end: int) -> str:
    return text[:start] + " " * (end - start) + text[end:]


def _names_firm(words: str, lexicon: Lexicon | None) -> bool:
    if lexicon is None:
        return False
    size = len(words)
    return any(lexicon.parties(words[a:b]) for a in range(size) for b in range(a + 2, min(a + 13, size + 1)))


def _without_dashed(text: str, lexicon: Lexicon | None) -> str:
    """The text without remarks behind a dash, on lines that say how many in front of it."""
    for match in list(_DASHED.finditer(text)):
        head = text[text.rfind("\n", 0, match.start()) + 1 : match.start()]
        if _COUNTED.search(head) and not _STEERING.search(match[1]) and not _names_firm(match[1], lexicon):
            text = _blank(text, match.start(), match.end())
    return text


def _without_set_down(text: str, lexicon: Lexicon | None) -> str:
    """The text without places goods are set down at, unless a firm is named by them."""
    for match in list(_SET_DOWN.finditer(text)):
        if not _names_firm(match[1], lexicon):
            text = _blank(text, *match.span(1))
    return text


def _in_spec(said: str, lexicon: Lexicon | None) -> bool:
    """Whether goods are told apart by such a time: an emergency lamp of 90 minutes."""
    return lexicon is not None and any(lexicon.run_at(said, at) > 2 for at in range(min(4, len(said))))


def recognise(text: str, lexicon: Lexicon | None = None) -> Layout:
    """Take form fields, addresses and record headings out of a folded text. A speaker whom the ``lexicon`` knows as a
    party stays: the words below are that party's."""
    fields: dict[str, tuple[int, int]] = {}
    if len(hours := list(_HOUR.finditer(text))) > 1:
        for match in hours:
            text = _blank(text, match.start(), match.end())
    places_of_rows = houses.named(text, lexicon)
    text, like_others = houses.alike(text, places_of_rows)
    text = titles.groups_blanked(houses.blanked(text, places_of_rows), lexicon)
    text = titles.shelves_blanked(text, lexicon)
    talk = lexicon is not None and turns.ends_settled(text, _SPEAKER, lexicon)
    text = dialogue.settle(titles.joined(titles.asides_blanked(titles.blanked(text), lexicon)), _SPEAKER, lexicon)
    for match in list(_FIELD.finditer(text)):
        name = _NAMES.get(match[1], "other")
        start, end = match.span(2)
        inner = text[start:end]
        cut = min((i for i in (inner.find(","), inner.find(";"), inner.find("  ")) if i >= 0 and name != "address"),
                  default=len(inner))  # fmt: skip
        end = start + cut
        if name in ("phone", "note"):
            continue  # a phone is found by its own grammar, a remark is read like any sentence
        fields.setdefault(name, (start, end))
        text = _blank(text, match.start(1), end)
    for match in list(_INLINE_ADDRESS.finditer(text)):
        start, end = match.span(1) if match[1] else match.span(2)
        fields.setdefault("address", (start, end))
        text = _blank(text, start, end)
    text = _without_dashed(text, lexicon)
    for pattern in (
        _FILLED_IN,
        _BUDGET,
        _COPIES,
        _LEAST_SOLD,
        _PER_UNIT,
        _OTHERS,
        _THOSE,
        _CHANGES_COUNTED,
        _TAKEN_FOR,
        _LASTING,
        _BY_LORRY,
        _YEAR_OF,
        _PHASE,
    ):
        for match in list(pattern.finditer(text)):
            if pattern is not _LASTING or not _in_spec(match[0], lexicon):
                text = _blank(text, match.start(), match.end())
    text = _without_set_down(text, lexicon)
    for start, end in places(text):
        fields.setdefault("address", (start, end))
        text = _blank(text, start, end)
    text = besiderows.blanked(text, lexicon)
    for pattern in (_SPEAKER, _STAMP, _SHORT_STAMP, _MEDIA, _PLATE, _PRINTED_PLATE, _CREDIT):
        for match in list(pattern.finditer(text)):
            named = 0
            if pattern is _SPEAKER and lexicon is not None:
                named = party_in(match[1], lexicon)
            text = _blank(text, match.start(1) + named if named else match.start(), match.end())
    return Layout(numbering.blank(tables.mark(text), lexicon), fields, tuple(places_of_rows), like_others, talk)
