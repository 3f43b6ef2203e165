"""Every sentence Danju says in chat, in one place. Each carries its next step; none is longer than a phone's screen."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from inventory_core.views import DocumentView, Kind, LineView, State

# ---------------------------------------------------------------- numbers and dates as people write them


def number(value: Decimal) -> str:
    """A decimal without trailing zeros and never in exponent form: 2.50 → 2.5, 1E+2 → 100."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def money(fen: int) -> str:
    """Fen as yuan with two decimals: 124050 → 1240.50."""
    sign = "-" if fen < 0 else ""
    return f"{sign}{abs(fen) // 100}.{abs(fen) % 100:02d}"


def day(value: date, today: date | None = None) -> str:
    """A date the short way: 11月24日(周二), with the year only when it is another one."""
    text = f"{value.month}月{value.day}日(周{'一二三四五六日'[value.weekday()]})"
    return text if today is None or today.year == value.year else f"{value.year}年{text}"


def clock(value: datetime) -> str:
    """The time of day of a moment already in the firm's zone."""
    return value.strftime("%H:%M")


def brief(text: str, size: int = 20) -> str:
    """The first words of a message on one line, for quoting it back."""
    flat = " ".join(text.split())
    return flat if len(flat) <= size else flat[: size - 1] + "…"


def partner_word(kind: Kind) -> str:
    """Who stands opposite on this kind of document."""
    return "供应商" if kind in (Kind.GOODS_RECEIPT, Kind.PURCHASE_ORDER, Kind.SUPPLIER_QUOTE) else "客户"


def in_unit(base: Decimal, line: LineView) -> str:
    """A base quantity in the line's own unit when it divides exactly to at most one decimal, else in the unit people
    order in when it is a whole number of those, else in base units."""
    product = line.product
    if product is None:
        return number(base)
    ratio = product.units.get(line.unit or "")
    if ratio is not None and line.unit is not None:
        tenfold = base * ratio[1] * 10 / ratio[0]
        if tenfold == tenfold.to_integral_value():
            return f"{number(tenfold / 10)}{line.unit}"
    num, den = product.units.get(product.default_unit, (1, 1))
    usual = base * den / num
    if usual == usual.to_integral_value():
        return f"{number(usual)}{product.default_unit}"
    return f"{number(base)}{product.base_unit}"


def line_brief(line: LineView) -> str:
    """外六角螺栓 M8*30 5盒, or what was said while it is not clear which product is meant."""
    name = line.product.label if line.product else f"“{brief(line.said)}”"
    amount = "" if line.qty is None else f" {number(line.qty)}{line.unit or ''}"
    return name + amount


def document_brief(view: DocumentView) -> str:
    """One line by which a person recognises a document: 草稿3 永固五金 螺栓 M8*30 5盒 等3行."""
    partner = view.partner.name if view.partner else (view.partner_said or f"未定{partner_word(view.kind)}")
    words = [view.label, partner]
    if view.lines:
        more = f" 等{len(view.lines)}行" if len(view.lines) > 1 else ""
        words.append(line_brief(view.lines[0]) + more)
    return " ".join(words)


# ---------------------------------------------------------------- the document card

HINT_DRAFT = "直接回复修改，如：{example}"
HINT_SHORTAGE = "也可以回复：只发现有 / 欠货，或改数量，如：{example}"
HINT_PRICE = "回复单价就行，如：9元"
HINT_QTY = "回复数量就行，如：{example}"
HINT_NEW_PARTY = "回复“新建{who}”就按这个名字建，后面可以带电话、地址；或直接回复正确的名称"
HINT_PRICES = "回复单价就行，如：第{line}行单价9元"
HINT_NO_GOODS = "换个叫法再说一次；新建商品要采购、主管或老板，请转给他们"
HINT_ACCEPT = "再说一句讲清楚，或点“就这样”照上面的算"
HINT_ORDER = "也可以说：{example} / 撤销 {label}"
HINT_SHIP = "也可以说：发货 {label}，只发一部分：发货 {label} 第{line}行 {qty}"
HINT_WAITS = "等主管或老板同意。要改直接回复，如：{example}，改了重新审批"
HINT_PENDING = "也可以回复：同意 {label} / 驳回 {label} 原因"
HINT_REJECTED = "直接回复修改，如：{example}，改好再确认"
HINT_PAPER = "针式纸回复：打印 {label} 241；不印价格：打印 {label} 不带价"
HINT_EXPIRED = "回复“继续 {label}”也能接着做"
HINT_EDIT = "直接发一句话就能改，如：第2行改成5箱、不要第3行、明天送"
REPLACED = "最新内容看下面那张卡片"
MORE_QUESTIONS = "答完这个，还有{count}处要问"
ASK = {
    "party_missing": "这是哪家{who}的？回复{who}名称就行",
    "qty_missing": "{what}要多少？",
    "qty_approximate": "{what}数量要个准数，到底要多少？",
    "price_missing": "{what}单价多少？",
}
ASK_EVERY = "都是{value}"
ASK_SPEC = "{what}有{count}种，说一下规格就行，如：{example}"
_ASK_KIND = {
    "材质": "要什么材质",
    "颜色": "要什么颜色",
    "规格": "要哪个规格",
    "尺码": "要什么码",
    "长度": "要多长的",
    "厚度": "要多厚的",
    "重量": "要多重的",
    "功率": "要多少瓦的",
    "等级": "要哪个等级",
    "截面": "要几平方的",
    "容量": "要多大容量的",
    "电流": "要多少安的",
    "目数": "要多少目的",
    "寸数": "要几寸的",
    "型号": "要哪个型号",
    "品名": "是哪一种",
}
HINT_PICK = "点一下，或直接回复，如：{example}"
CHANGED = "本次修改：{changes}"


def draft_state(view: DocumentView) -> str:
    """待确认, or how many things are still open."""
    open_count = len(view.blocking)
    return f"还有{open_count}处要定" if open_count else "待确认"


def title(view: DocumentView) -> str:
    """The card's head: kind, number, state."""
    state = draft_state(view) if view.state is State.DRAFT else view.state_label
    return f"{view.kind.label} {view.label} · {state}"


def ask_which(what: str, kind: str, values: Sequence[str]) -> str:
    """Which of these it shall be: by name when they are few, else by what they differ in."""
    if len(values) <= 3:
        verb = "是" if kind == "品名" else "要"
        return f"{what}{verb}{'、'.join(values[:-1])}还是{values[-1]}？"
    return f"{what}{_ASK_KIND.get(kind, '要哪一种')}？"


# ---------------------------------------------------------------- answers

NOT_UNDERSTOOD_BUT = "这句没全看懂，什么都没动。这是 {label} 现在的样子，要做什么请点卡片上的按钮"
NOT_UNDERSTOOD_DRAFT = "这句没看懂，{label} 没有动。要改请说清楚哪一行，如：{example}；要另开一张请写“客户 货品 数量”"
NOT_UNDERSTOOD = "这句我没看懂，先记下了。{how}，回复“帮助”看例子"
HOW_TO_SELL = "要下单请写“客户 货品 数量”"
HOW_TO_BUY = "到货请写“供应商到货 货品 数量 单价”，采购请写“向供应商采购 货品 数量”"
HOW_TO_KEEP = "到货请写“供应商到货 货品 数量”，发货请写“发货 单号”"
HOW_TO_ASK = "查库存请写“库存 货品”"
NOT_YET_RETURN = "退货我还不会开。整张送货单退回来，可以回复“撤销 SH-0012”冲掉；只退一部分，请先自己记一下"
NOT_YET_MONEY = "收款、欠款、对账我还不会，现在只管开单和库存。要看哪张单，回复它的单号"
NOT_YET_REPORT = "统计和报表我还不会。要看哪张单回复单号；“草稿”看手上的，“待发货”看还没发的"
KEPT_PICTURE = "图片收到了，已存好。识别图片还在做，急的话请直接打字：客户 货品 数量"
KEPT_FILE = "文件收到了，已存好。现在还不会读文件，急的话请直接打字：客户 货品 数量"
KEPT_OTHER = "这种消息我看不懂（语音、视频、位置、名片都算）。请打字说，比如：客户 货品 数量"
QUOTE_FORM = "报的什么价？请这样说：供应商报价 货品 单价，如：永固报价 M8*30螺栓 12一盒 100盒起11.5"
PURCHASE_FORM = "要采购什么？请这样说：向供应商采购 货品 数量，如：向永固采购 M8*30螺栓 20盒"
OPEN_FOR = "还有{count}处没定，等{author}来定"
PAPER_NOT_ALLOWED = "{kind}要{who}来开，请把这条转过去"
PAPER_APART = "记成{labels}了。进价不在群里显示，卡片单独发您了，在那边核对、确认"
PAPER_ALONE = "进价不在群里说，请单独发给我，我来开{kind}"
QUOTE_KEPT = "报价已存档 {label}，只留底备查，不改售价和库存"
PURCHASE_KEPT = "采购单已存档 {label}，不算库存。货到了说“{supplier}到货 货品 数量 单价”来入库"
NO_DRAFTS = "您手上没有草稿。{how}"
DRAFTS_HEAD = "您有{count}张草稿，回复“继续 {example}”接着做："
NOTHING_TO_CHANGE = "没找到要改的单。请引用那张卡片再说，或带上单号，如：草稿3 第2行改成5箱"
NO_LAST_ORDER = "{customer}还没有确认过的单，没有“上次”可照。请写货品和数量"
SAME_AS_WHOSE = "照哪家的上次？请带上客户再说一次，如：东风机电 照上次，螺母多10盒"
SAME_ONE_AT_A_TIME = "“上次”一次照一家，请分开发，如：{customer} 老样子"
WHENCE_HEAD = "{label} 是这样看出来的："
WHENCE_LIKE = "货品和数量照 {label}"
WHENCE_NONE = "{label} 不是从聊天里读出来的，没有原话可看"
WHENCE_MORE = "…还有{count}处，要看哪行就说：{label} 第1行怎么看出来的"
NOTHING_TO_CONFIRM = "没有等您确认的草稿。{how}"
NOTHING_TO_APPROVE = "现在没有等您审批的单"
NOTHING_TO_CANCEL = "没找到要取消的单。请带上单号，如：取消 草稿3"
NOTHING_TO_UNDO = "没找到要撤销的单。请带上单号，如：撤销 XS-0012"
NOTHING_TO_SHIP = "没有等发货的单"
WHICH_SHIP = "发哪张？\n{list}\n请带上单号，如：发货 {example}"
WHICH_HEAD = "要动哪张？"
WHICH_HEAD_ONE = "是要动这张吗？"
WHICH_HEAD_NEW = "加到哪张，还是另开一张？"
WHICH_NEW = "另开一张"
WHICH_HINT = "点一下，或回复“{example}”"
CHOSEN = "选了：{label}"
LATE_HEAD = "这句到晚了，要算进去吗？"
LATE_NOTE = "“{text}”比您后面那句先发、后到，我没敢直接改"
LATE_YES = "加进去"
LATE_NO = "不要"
LATE_HINT = "点一下，或回复“加进去”/“不要”"
DROPPED = "好，这句不算"
CORRECTION_UNCLEAR = "没把握您要改哪里，先没动。请说行号，如：第2行改成5箱"
NOT_YET_ASKED = "{label} 还不能确认：先答卡片上问的，答完再确认"
NOT_YET_SHORT = "{label} 还不能确认：货不够。回复“只发现有”或“欠货”，或者改数量"
NOT_YET_DOUBTED = "{label} 还不能确认：有话没看懂。没问题就回复“就这样”，有问题再说清楚些"
NOT_YET_WRONG = "{label} 还不能确认：卡片上标红的要先改好"
CANNOT_CHANGE = "{label} {state}，不能直接改。{how}"
HOW_QUOTE = "要改先回复“撤销 {label}”，再把新报价发一遍"
HOW_PURCHASE = "要改先回复“撤销 {label}”，再把采购单重新发一遍"
HOW_RECEIPT = "要改先回复“撤销 {label}”，再重新入库"
HOW_SHIPPED = "少了就另开一张；发错了先回复“撤销 {shipment}”冲掉送货单"
HOW_EXPIRED = "回复“继续 {label}”，打开了再改"
HOW_ENDED = "请重新开一张"
SHORT_NO_CHANGE = "{label} 没有改：少要一些，缺的另开一张选“欠货”"
NO_CHANGE = "{label} 已经是这样了，没有要改的"
STRANGER = "您还没登记，点了不算。请先和我单聊发一句，把收到的码告诉管理员"
NOT_YOUR_DRAFT = "{label} 是{author}开的单，要改请{author}来，或请主管处理"
RECALLED = "您撤回了那条消息，{label} 已取消。撤错了就把那条再发一次"
RECALLED_PART = "您撤回了那条消息，{label} 去掉了它带来的{count}行"
RECALL_ASK = "您撤回了一条改过 {label} 的消息。单子我没动，请看一眼，要改直接说"
RECALL_TOO_LATE = "您撤回了那条消息，但 {label} 已确认，没有跟着撤。要撤请回复“撤销 {label}”"
SHIPPED = "{order} 已发货，送货单 {shipment}"
SHIPPED_TELL = "{customer}的 {order} 已由{keeper}发货（{shipment}）：{goods}"
OWED_ARRIVED = "{receipt} 到货了，{customer}的 {order} 欠的货可以补：{goods}。仓管回复“发货 {order}”就发"
OWED_GOODS = "{product} 欠{owed}，现有{free}可发"
SHIPPED_PART = "，还有{left}没发"
SHIP_UNCLEAR = "没对上要发哪几行，先没发。请说行号和数量，如：发货 {label} 第1行 5箱"
APPROVAL_NOBODY = "{label} 要审批，可还没有能审批的人。请管理员加一位主管"
APPROVED_TELL = "{who}同意了 {label}，可以发货了"
VOIDED_TELL = "{who}{done}了 {label}{reason}"
CHANGED_TELL = "{who}改了 {label}：{changes}"
REJECTED_TELL = "{who}驳回了 {label}：{reason}。直接回复修改，改好再确认"
APPROVAL_REMIND = "{label}（{customer} {total}元）还在等您审批。回复“同意 {label}”或“驳回 {label} 原因”"
SECOND_TAP = "这是您自己的单。再点一次“同意”就算您自己审批，会记在日报里"
EXPIRED = "{labels} 放了一天没确认，先收起来了，没有占库存。要接着做回复“继续 {first}”"
LOW_HEAD = "库存到最低线了，请看要不要补："
LOW_LINE = "· {product} 可用{available}，最低{minimum}"
LOW_MORE = "…还有{count}种"
LOW_ASKED = "到最低线的有{count}种："
LOW_NONE = "没有到最低线的货。查某一种请说：库存 货品"
LOW_FOOT = "到货后说“供应商到货 货品 数量 单价”，我来入库"
NEW_PARTNER_DONE = "已新建{who}：{name}（{code}）"
NEW_PRODUCT_DONE = "已新建商品：{name}（{sku}，单位{unit}）"
NEW_PARTNER_FORM = "请这样写：新建{who} 名称（电话、地址可不写），如：新建{who} 城东五金 13800000000"
NEW_PRODUCT_FORM = "请这样写：新建商品 名称 规格 单位 单价，如：新建商品 内六角螺栓 M8*30 个 0.5"
PRINTING = "{label} 的{paper}马上发给您"
PLAIN_TEXT_SENT = "{label} 的文字发在下面了，复制给{who}就行"
NO_LONGER_VALID = "{label} {state}，不能再打印或发出去"
NOT_CONFIRMED_YET = "{label} 还没确认，确认后才能打印"

NO_SUCH = "没有 {ref} 这张单，请核对单号，或回复“草稿”看手上的单"
ONE_AT_A_TIME = "一次说一张单就好，请分开发"
ONE_BY_ONE = "一次确认一张，看过再确认。请回复“确认 {label}”：\n{list}"
WHICH_NUMBER = "请带上单号，如：{word} XS-0012"
WHICH_APPROVAL = "有几张在等审批：\n{list}\n请带上单号或客户，如：{word} {label}"
WAITING_APPROVAL = "等审批的有{count}张：\n{list}\n回复“同意 {label}”或“驳回 {label} 原因”"
APPROVE_NOT_ALLOWED = "审批要主管或老板，请等他们处理"
WAITING_SHIP = "等发货的有{count}张：\n{list}\n要发哪张回复：发货 {label}"
WHY_REJECT = "驳回要有原因，请回复：驳回 {label} 原因"
RECEIVE_FORM = "到了什么货？请这样说：供应商到货 货品 数量 单价，如：永固到货 M8*30螺栓 20盒 单价12"
RECEIVE_NOT_ALLOWED = "开入库单要采购、仓管或老板，请转给他们"

# toasts
TOAST_UNKNOWN = "这个按钮已经失效，回复“草稿”看最新的卡片"
TOAST_STALE = "单子刚更新过，请看最新的卡片"
TOAST_DONE_BEFORE = "{label} 已经是“{state}”了"
TOAST_CONFIRMED = "已确认：{label}"
TOAST_PENDING = "已确认：{label}，等审批"
TOAST_CANCELLED = "{label} 已取消"
TOAST_VOIDED = "{label} 已撤销"
TOAST_APPROVED = "已同意 {label}"
TOAST_REJECTED = "已驳回 {label}"
TOAST_REOPENED = "{label} 打开了"
TOAST_PICKED = "选好了：{what}"
TOAST_REASON = "请先写驳回原因，再点驳回"
TOAST_LATE_ADDED = "好，这就办"
TOAST_WHICH = "好，改{label}"
TOAST_ACCEPTED = "好，就按这样"
NO_TEXT = "{kind}不发给客户，要看请回复单号"
NO_COST_TEXT = "{kind}里有进价，这里不能发。请采购、主管、财务或老板单独找我要"
BAD_PRICE = "“{price}”不像价格，请只写数字，如：0.5"
TOAST_PICK = "请先从列表里选一个"
TOAST_ANSWERED = "这个已经答过了"
TOAST_ASKED_ANOTHER = "这是问{who}的，请本人来答"
TOAST_NAME = "请先填名称"

GREETINGS = frozenset(["你好", "您好", "在吗", "在不在", "有人吗", "hi", "hello", "Hi", "Hello", "怎么用", "怎么开单"])
# Said one after another and with the particles of speech behind them: 好的谢谢啦.
_COURTESIES = (
    "早上好", "不客气", "辛苦了", "知道了", "没问题", "好的", "好滴", "好嘞", "好哒", "收到", "谢谢", "多谢", "谢了",
    "感谢", "辛苦", "明白", "了解", "晚安", "没事", "哈哈", "好", "嗯", "行", "早", "ok", "👌", "👍", "🙏", "🌹", "😊",
)  # fmt: skip
_COURTESY = re.compile(rf"(?:(?:{'|'.join(_COURTESIES)})[啦啊呀哈哦喔噢呢了的嘛哒吧您你]{{0,2}}){{1,4}}", re.IGNORECASE)


def is_courtesy(words: str) -> bool:
    """Whether words (without blanks and punctuation) are nothing but a courtesy, which needs no answer."""
    return len(words) <= 16 and _COURTESY.fullmatch(words) is not None


def stock_answer(name: str, available: str, reserved: str, on_hand: str, price: str | None) -> str:
    """One product's stock in one line. Selling price only; cost is nowhere near."""
    taken = f"（在库{on_hand}，已订{reserved}）" if reserved else ""
    tail = f"，{price}" if price else ""
    return f"{name}：可发{available}{taken}{tail}"


def price_answer(name: str, price: str, available: str) -> str:
    """One product's selling price in one line."""
    return f"{name}：{price}，可发{available}"


PRICE_OPEN = "还定不下来，价格没定"
TOTAL_OF = "{label} {party}合计{total}"
STATE_DRAFT = "{label} 还没确认，确认了才会发货"
STATE_OF = "{label} 现在是“{state}”"
STOCK_MORE = "…共{count}种，说规格能查得准些，如：库存 {example}"
STOCK_WHICH = "要查哪个货品？请这样说：{word} {example}"
STOCK_NONE = "没找到这个货品。请带规格再说一次，如：库存 {example}"
PRICE_NONE = "没设价目"
PRICE_LIST = "价目{price}"
PRICE_LAST = "上次成交{price}"
COST_ELSEWHERE = "我这里只报卖价。进价请回复入库单或报价单的单号，有权限的人能看："


HELP_EMPTY = "还没有商品资料，现在开不了单。请{who}先导入资料或新建商品"


def help_text(firm: str, examples: Sequence[str], keeper: bool) -> str:
    """Three things to try, each made of this firm's own goods and customers."""
    head = f"我是{firm}的开单助手。直接说话就行，比如："
    lines = [f"· {example}" for example in examples]
    tail = "开单后点“确认”，或回复：确认 / 草稿 / 取消"
    if keeper:
        tail += " / 发货 单号"
    return "\n".join([head, *lines, tail])


# A send whose first try may or may not have arrived, past the time for which the platform would recognise it.
SENT_AGAIN = "补发：{text}"
SENT_AGAIN_TITLE = "{title}（补发）"


# ---------------------------------------------------------------- people who are not known yet, and who leave

STRANGER_CODE = "您好，我是开单助手，还不认识您。请把 {code} 告诉管理员，登记好我马上办您刚才说的"
STRANGER_GROUP = "还不认识您。请先和我单聊发一句话，我告诉您怎么登记"
CONTACT_HEAD = "有人要登记"
CONTACT_WHO = "是谁？"
CONTACT_NAME = "新同事姓名"
CONTACT_ROLE = "角色"
CONTACT_ROLES = "销售、采购、仓管、主管、财务、老板、管理员"
CONTACT_BIND = "绑定"
CONTACT_REFUSE = "不是我们的人"
CONTACT_REFUSE_SURE = "以后这个账号发什么我都不理，对吗？"
CONTACT_HINT = "也可以回复：绑定 {code} 姓名 角色，如：绑定 {code} {name} 销售"
CONTACT_BOUND = "已绑定：{who}（{by}办的）"
CONTACT_REFUSED = "不是我们的人（{by}办的），以后不理。要改回复：绑定 {code} 姓名 角色"
CONTACT_WHICH = "{code} 是谁？老同事回复：绑定 {code} 姓名；新同事带上角色：绑定 {code} 姓名 销售"
CONTACT_ADMINS_ONLY = "登记人员要管理员或老板来办，请找他们"
CONTACT_NO_CODE = "没有 {code} 这个码，请让对方看一下收到的是几"
CONTACT_DONE_BEFORE = "这个账号已经登记给{who}了"
CONTACT_NEW_NEEDS_ROLE = "还没有“{name}”这个人。要新建请带上角色，如：绑定 {code} {name} 销售（可选：{roles}）"
CONTACT_BAD_ROLE = "没有“{word}”这个角色，可选：{roles}"
CONTACT_TOLD = "已绑定：{who}。已经告诉对方，发来的话我接着办"
WELCOME = "登记好了，您是{who}。{next}"
WELCOME_AGAIN = "刚才发的我这就办"
WELCOME_TRY = "直接发“客户 货品 数量”就能开单，回复“帮助”看例子"
WELCOME_ADMIN = "直接说话就能开单；同事第一次发消息时，我会发卡片请您登记"
WELCOME_EMPTY = "还没有商品资料：在电脑上运行 danju template 资料.xlsx，填好发给我就导入"
WELCOME_RESEND = "刚才的图片和文件请再发一次"
CODE_WRONG = "这个码不对，或已经过期、用过。请管理员在电脑上运行 danju people code 姓名，给您一个新的"
LEAVE_HEAD = "{name}离职？"
LEAVE_NOTE = "办了以后，{name}的账号马上不能用，开过的单都留着"
LEAVE_SURE = "确认离职"
LEAVE_HINT = "点一下，或回复：确认"
LEFT_DONE = "{name}已办离职，账号马上失效。以后回来，在电脑上运行 danju people code {name}"
LEFT_BEFORE = "{name}已经是离职的了"
LEFT_NOBODY = "没有“{name}”这个人，请核对姓名"
LEFT_LAST_ADMIN = "{name}是最后一个管理员，先指定另一个：danju people role 姓名 管理员"
LEFT_TOLD = "{platform}通知：{name}离开了公司，{account}已失效"
LEFT_ALARM = "{platform}通知：{name}离开了公司，可这是最后一个管理员。请尽快在电脑上运行：danju people role 姓名 管理员"
LEFT_ACCOUNT_ONLY = "这个平台的账号"
LEFT_ALL = "所有权限"

PLATFORMS = {
    "feishu": "飞书",
    "wecom": "企业微信",
    "wecombot": "企业微信机器人",
    "wecomgroup": "企业微信群",
    "console": "演示台",
}
