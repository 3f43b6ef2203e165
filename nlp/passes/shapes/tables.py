"""Tables pasted from spreadsheets: the headings say what a column holds, so that a bare number under 数量 is a quantity
and one under 单价 a price, wherever the columns stand."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

from nlp.catalogue.lexicon import Lexicon
from nlp.catalogue.numbered import having
from nlp.catalogue.resolve import meaning, narrow
from nlp.scanning import cues as c
from nlp.scanning.cues import words
from nlp.scanning.tokens import T, Token

SEPARATOR = "\x1f"
_HEADINGS: dict[str, frozenset[str]] = {
    "name": words("""
        品名 商品 名称 货品 产品 商品名称 货品名称 产品名称 品种 货名 物料名称 物料 项目 品项 物品 物品名称 货物
        货物名称 货品名 品目 款式 品类 材料 材料名称 食材 酒水
    """),
    "spec": words("规格 型号 规格型号 规格/型号 型号规格 颜色 材质 尺寸 牌号 口味"),
    "qty": words("数量 件数 订量 订货数量 订货量 要货数 要货数量 订购数量 采购数量 需求数量 数目 本次数量"),
    "unit": words("单位 计量单位"),
    "price": words("单价 价格 含税单价 未税单价 不含税单价 价钱 单价(元) 价格(元) 含税价 单价/元"),
    "amount": words("金额 小计 总价 合计金额 总金额 金额(元) 货款 合计"),
    "code": words("货号 编码 条码 商品编码 sku 物料编码 料号 产品编码"),
    "number": words("序号 编号 行号 no no. 项次 #"),
    "note": words("备注 说明 要求 附注"),
}
_HEADING = {word: kind for kind, table in _HEADINGS.items() for word in table}
_ENDS = (("价", "price"), ("数量", "qty"), ("数", "qty"), ("金额", "amount"))
_BRACKETS = re.compile(r"\([^()]{0,6}\)|/?(?:元|rmb)$|/[\u4e00-\u9fff]{1,2}$")
# What all prices are for: 单价/箱, 单价(元/米), 单价(床).
_PER = re.compile(r"[价元]\(?(?:元)?/([\u4e00-\u9fff]{1,2}|kg)|价\((?![元税含未不])([\u4e00-\u9fff]{1,2}|kg)\)")
_PER_EACH = re.compile(r"每([\u4e00-\u9fff])(?:单价|价格?|多少钱)")  # 每件单价
_COUNTS = re.compile(
    r"(?:^|["
    + SEPARATOR
    + r" \t|订要进采总])(?:(?:数量?|货?量)[ ]?[(/]([\u4e00-\u9fff]{1,2}|kg)\)?|([\u4e00-\u9fff])数量?)(?=$|["
    + SEPARATOR
    + r" \t|])"
)
_SUM = re.compile(r"(?:合计|总计?|共计?)[\u4e00-\u9fff]?数量?")
_GAPS = re.compile(r"\t| {2,}|[ ]*\|[ ]*")
_WORDS = re.compile(r"[ \t|]+")
_WIDE = re.compile(SEPARATOR + " *")  # a gap of several spaces is one separator
# From how much on the prices of a column hold: ≥50只, 满300箱, 200件以上.
_STEP = re.compile(
    r"(?:≥|≧|>=?|满|超过?|达到?|一次)?(\d{1,6})([\u4e00-\u9fff]{1,2}?|kg|[gml])?(?:及?以上|起订?|\+|单?价)?(?:\(元\))?"
)
_NAMES = re.compile(r"^[\u4e00-\u9fff]{2,6}$")
MAX_COLUMNS = 16


def _kind(cell: str) -> str:
    """What a column holds by its heading: 出厂价(元) is a price as 单价 is."""
    known = _HEADING.get(cell)
    if (
        known is None
        and (match := _STEP.fullmatch(cell))
        and match[0] != match[1]
        and match[2] not in ("个月", "天", "月")
    ):
        return "step"
    if known is None and len(cell) <= 10:
        bare = _BRACKETS.sub("", cell)
        known = _HEADING.get(bare) or next((kind for end, kind in _ENDS if bare.endswith(end) and bare != end), None)
    return known or ""


def headings(line: str) -> list[str] | None:
    """What the columns under a line of headings hold; None when it is no such line."""
    for pattern in (_GAPS, _WORDS):
        cells = [cell.strip() for cell in pattern.split(line.strip(" |"))]
        kinds = [_kind(cell) for cell in cells]
        strange = [at for at, kind in enumerate(kinds) if not kind]
        if len(strange) == 1 and strange[0] == (kinds[0] == "number") and _NAMES.search(cells[strange[0]]):
            kinds[strange[0]] = "name"  # 品项, 要的东西: what the first column is called does not matter
        if "name" in kinds and "spec" not in kinds:  # 色号, 香型: what tells the goods apart, whatever it is called
            tells = [at for at, kind in enumerate(kinds) if not kind and at == kinds.index("name") + 1]
            kinds = ["spec" if at in tells and _NAMES.search(cells[at]) else kind for at, kind in enumerate(kinds)]
        known = [kind for kind in kinds if kind]
        if (
            2 <= len(known) <= MAX_COLUMNS
            and len(known) >= len(cells) - 1
            and ("qty" in known or "price" in known)
            and ("name" in known or "code" in known or ("spec" in known and "price" in known))
        ):
            return kinds
    return None


def mark(text: str) -> str:
    """Put a separator, one character for one, between the cells of a table; the text is returned as it is when no line
    of it is a line of headings."""
    if not any(word in text for word in ("数", "价", "量")):
        return text
    lines = text.split("\n")
    found = next((at for at, line in enumerate(lines[:-1]) if headings(line)), None)  # rows follow it
    if found is None:
        return text
    pattern = _GAPS if _GAPS.search(lines[found].strip()) else _WORDS
    for at in range(found, len(lines)):
        if at == found or pattern.search(lines[at].strip(" ")):
            start = len(lines[at]) - len(lines[at].lstrip(" |"))
            body = pattern.sub(lambda gap: SEPARATOR + " " * (len(gap[0]) - 1), lines[at][start:])
            lines[at] = " " * start + body
    return "\n".join(lines)


def arrange(tokens: list[Token], text: str, lexicon: Lexicon) -> list[Token]:
    """Tokens with the cells of every row in the order in which they are said: code, name, spec, quantity with its unit,
    price. Numbers of rows and sums of rows are taken out, a sum that disagrees stays and becomes a question."""
    if SEPARATOR not in text:
        return tokens
    result: list[Token] = []
    columns: list[str] | None = None
    taxed: Token | None = None
    steps: list[re.Match[str]] = []
    per: str | None = None  # what all the prices are for
    counted: str | None = None  # what all the amounts are counted in
    row: list[Token] = []
    for token in [*tokens, Token(T.STOP, len(text), len(text), "")]:
        if token.kind is not T.STOP or token.text not in ("\n", ""):
            row.append(token)
            continue
        cells = _cells(row)
        if columns is None or len(cells) < 2 or any(t.kind is T.COLON for t in row):
            line = text[row[0].start : row[-1].end] if row else ""
            known = headings(_WIDE.sub("\t", line)) if len(cells) > 1 else None
            if known is not None:
                columns, taxed = known, _taxed(line)
                steps = [match for cell in _WIDE.split(line) if (match := _STEP.fullmatch(cell.strip()))]
                per = match[match.lastindex or 1] if (match := _PER.search(line) or _PER_EACH.search(line)) else None
                counted = next((m[1] or m[2] for m in _COUNTS.finditer(line)), None)
                counted = counted if counted in lexicon.unit_words or counted == "件" else None
                steps = steps if len(steps) == known.count("step") else []
            else:
                result += [t for t in row if t.text != SEPARATOR]
        else:
            written = _row(cells, columns, lexicon, steps, per, counted)
            result += [*written, replace(taxed)] if taxed is not None and written else written
        row = []
        if token.text:
            result.append(token)
    return result


def _taxed(headings_line: str) -> Token | None:
    """含税单价 over a column: what a row would say behind its price; None when neither or both occur."""
    without = any(word in headings_line for word in ("未税", "不含税"))
    included = "含税" in headings_line.replace("不含税", "")
    if without == included:
        return None
    text, kind = ("含税", c.TAX_IN) if included else ("未税", c.TAX_EX)
    return Token(T.CUE, 0, 0, text, cues=(kind,))


def _cells(row: list[Token]) -> list[list[Token]]:
    cells: list[list[Token]] = [[]]
    for token in row:
        if token.text == SEPARATOR:
            cells.append([])
        elif token.kind is not T.GAP or cells[-1]:
            cells[-1].append(token)
    return cells


def _row(
    cells: list[list[Token]], columns: list[str], lexicon: Lexicon, steps: list[re.Match[str]], per: str | None = None,
    counted_in: str | None = None,
) -> list[Token]:  # fmt: skip
    held: dict[str, list[Token]] = {}
    for kind, cell in zip(columns, cells, strict=False):
        held.setdefault(kind, []).extend(cell)
    rest = [token for cell in cells[len(columns) :] for token in cell]
    if any(token.has(c.TOTAL) for cell in cells[:2] for token in cell):
        sums = held.get("amount") or ([t for cell in cells[1:] for t in cell] if len(cells) < len(columns) else [])
        total = next(token for cell in cells[:2] for token in cell if token.has(c.TOTAL))
        if not held.get("amount"):
            return [total, *(t for t in sums if t.value is not None and t is not total)]  # 合计 2510
        return [total, *(_money(t, None) for t in sums if t.value is not None and t is not total)]
    if _SUM.fullmatch("".join(t.text for t in cells[0]).strip()):
        return []  # 总件数: of how many nobody is charged
    unit = next((token.text for token in held.get("unit", ()) if token.kind is not T.GAP), None)
    if unit is None and counted_in is not None:
        goods = narrow([t for t in (*held.get("name", ()), *held.get("spec", ())) if meaning(t, lexicon)], lexicon)
        unit = counted_in if any(lexicon.product(n).factor(counted_in) for n in list(goods)[:40]) else None
    quantity = [_counted(token, unit) for token in held.get("qty", ()) if token.kind is not T.GAP]
    if "qty" in columns and all(token.value == 0 or token.kind is T.SIGN for token in quantity):
        return []  # a row of a template that was left open
    price = [_money(token, per or unit) for token in held.get("price", ()) if token.kind is not T.GAP]
    gap = [Token(T.GAP, 0, 0, " ")]
    _numbered(held.get("spec", []), [t for t in held.get("name", ()) if t.kind is T.ITEM], lexicon)
    _numbered(held.get("name", []), [t for t in held.get("name", ()) if t.kind is T.ITEM], lexicon)  # 天然水550
    named = [*held.get("name", ()), *gap, *held.get("spec", ())]
    if not any(token.kind is not T.GAP for token in named):
        named = held.get("code", [])
    amount = [token for token in held.get("amount", ()) if token.value is not None]
    counted = any(token.value is not None for token in quantity)
    if not counted:
        amount = [_money(token, None) for token in amount]  # never taken for the count that is missing
    amount = [] if _agrees(quantity, price, amount) else amount
    stepped = _stepped([t for t in held.get("step", ()) if t.value is not None], steps, unit)
    price += stepped
    return [*named, *gap, *quantity, *gap, *price, *gap, *amount, *held.get("note", ()), *held.get("", ()), *rest]


def _stepped(prices: list[Token], steps: list[re.Match[str]], unit: str | None) -> list[Token]:
    """The prices of a row under ≥50只 and ≥200只, each behind its step; the prices alone when a cell is open."""
    if len(prices) != len(steps):
        return prices
    found: list[Token] = []
    for price, step in zip(prices, steps, strict=True):
        per = step[2] or unit
        found.append(Token(T.TIER, price.start, price.start, step[0], value=Decimal(step[1]), unit=per))
        found.append(_money(price, None))
    return found


def _numbered(cell: list[Token], name: list[Token], lexicon: Lexicon) -> None:
    """A bare number under 规格 says which, when the goods of the row come in it."""
    for token in cell:
        if token.kind is T.NUM and token.value is not None and name:
            found = having(token.value, narrow([*name, *(t for t in cell if t.kind is T.ITEM)], lexicon), lexicon)
            if found:
                token.kind, token.found = T.SPEC, found


def _counted(token: Token, unit: str | None) -> Token:
    if token.kind is T.ITEM and token.text.isdigit():
        token.value = Decimal(token.text)
    if token.kind in (T.NUM, T.MEASURE, T.ITEM) and token.value is not None:
        token.kind, token.unit, token.term = T.QTY, token.unit or unit, None
    return token


def _money(token: Token, unit: str | None) -> Token:
    if token.kind in (T.NUM, T.PRICE) and token.value is not None:
        token.kind, token.unit = T.PRICE, token.unit or unit
    return token


def _agrees(quantity: list[Token], price: list[Token], amount: list[Token]) -> bool:
    if len(amount) != 1 or not price or not quantity or price[0].value is None or quantity[0].value is None:
        return len(amount) <= 1 and not price
    assert amount[0].value is not None
    return abs(quantity[0].value * price[0].value - amount[0].value) <= Decimal("0.05")
