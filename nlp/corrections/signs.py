"""Signs and turns of phrase that mean something only beside an open draft, put into the words a change is read from:
3->5, 5箱的那个, 全要, 乘2, 是箱不是瓶."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from nlp.catalogue.lexicon import Lexicon
from nlp.corrections.draft import DraftLine
from nlp.scanning import cues as c
from nlp.scanning.numbers import plain
from nlp.scanning.text import fold_key, is_han
from nlp.scanning.tokens import T, Token

_ARROWS = ("→", "➡", "⇒", "⟶")
_THAT = ("那个", "那行", "那条", "那款", "那种", "那样", "那项")
_KINDS = ("个", "行", "条", "款", "种", "样", "项")
_ACTS = (c.CHANGE, c.DROP, c.ADD, c.LESS, c.TIMES)
_POINTS = ("的", "那个", "就", "那行", "那款", "先", "也", "都")
_WRITES = tuple("写报记打开算下要订填录")
_SO_MANY = (
    "就",
    "是",
    "就是",
    "一共",
    "总共",
    "共",
    "还有",
    "还剩",
    "剩",
    "剩下",
    "以后",
    "之后",
    "应该",
    "应该是",
    "到",
    "变成",
)
_AND = ("的", "、", "和", "跟", "与", "码", "号")
_ZEROS = ("多打了个0", "打多了个0", "多写了个0", "写多了个0", "多打个0", "多了个0", "少打了个0", "打少了个0", "少了个0",
          "少写了个0", "多打一个0", "少打一个0", "多打了一个0", "少打了一个0", "多输了个0", "多按了个0")  # fmt: skip


def prepared(tokens: Sequence[Token], lines: Sequence[DraftLine], lexicon: Lexicon) -> list[Token]:
    """The tokens of a message about a draft in plain words."""
    result: list[Token] = []
    at = 0
    while at < len(tokens):
        taken = (
            _kind_of_goods(tokens, at, lines, lexicon)
            or _arrow(tokens, at)
            or _mistyped(tokens, at)
            or _too_many(tokens, at)
            or _comes_to(tokens, at)
            or _let_be(tokens, at)
            or _numbers(tokens, at, lines, lexicon)
            or _each_more(tokens, at)
            or _times(tokens, at)
            or _that(tokens, at, lines, lexicon)
            or _whole(tokens, at)
            or _behind(tokens, at)
            or _no_need(tokens, at)
            or _units(tokens, at, lexicon)
            or _half(tokens, at)
            or _piece(tokens, at)
        )
        end, said = taken or (at + 1, [tokens[at]])
        result += said
        at = end
    return result


def _kind_of_goods(
    tokens: Sequence[Token], at: int, lines: Sequence[DraftLine], lexicon: Lexicon
) -> tuple[int, list[Token]] | None:
    """除了包装纸: the lines whose goods the catalogue puts there."""
    token = tokens[at]
    if token.kind is not T.CUE or token.text not in lexicon.category_words:
        return None
    products = [(n, lexicon.product(n)) for line in lines if (n := lexicon.number(line.sku or "")) is not None]
    found = frozenset(n for n, product in products if token.text in fold_key(product.category).split("/"))
    return (at + 1, [replace(token, kind=T.ITEM, cues=(), term=token.text, found=found)]) if found else None


def _arrow(tokens: Sequence[Token], at: int) -> tuple[int, list[Token]] | None:
    """3包→5包, 10->12, 10=>12."""
    token = tokens[at]
    if token.kind is not T.SIGN or at == 0 or at + 1 >= len(tokens):
        return None
    end = at + 1
    while end < len(tokens) and tokens[end].kind is T.SIGN and tokens[end].text in "->=":
        end += 1
    text = "".join(t.text for t in tokens[at:end])
    if text not in _ARROWS and not (text.endswith(">") and len(text) > 1):
        return None
    return end, [replace(token, kind=T.CUE, text="改成", cues=(c.CHANGE,))]


def _mistyped(tokens: Sequence[Token], at: int) -> tuple[int, list[Token]] | None:
    """多打了个0: something is wrong, what follows says it right."""
    if tokens[at].text[:1] not in ("多", "少", "打", "写"):
        return None
    for length in range(2, 7):
        text = "".join(t.text for t in tokens[at : at + length])
        if text in _ZEROS:
            word = replace(tokens[at], kind=T.CUE, text="打错了", cues=(c.FIX,))
            return at + length, [word, replace(word, kind=T.COMMA, text=",", cues=())]
    return None


def _too_many(tokens: Sequence[Token], at: int) -> tuple[int, list[Token]] | None:
    """气泡袋那个40包写多了,就30吧: the amount is wrong, what follows says it right."""
    if not at or tokens[at - 1].kind is not T.QTY or tokens[at].text[:1] not in _WRITES:
        return None
    text = ""
    for end in range(at, min(at + 4, len(tokens))):
        text += tokens[end].text
        if text[1:] in ("多了", "少了"):
            word = replace(tokens[at], kind=T.CUE, text="打错了", cues=(c.FIX,))
            return end + 1, [word, replace(word, kind=T.COMMA, text=",", cues=())]
    return None


def _comes_to(tokens: Sequence[Token], at: int) -> tuple[int, list[Token]] | None:
    """加完10台, 减完还剩8台: what it comes to, not by how much."""
    end = at + 1
    if not tokens[at].has(c.ADD, c.LESS) or end >= len(tokens) or tokens[end].text not in ("完", "完了", "好", "过"):
        return None
    end += 1
    while end < len(tokens) and (tokens[end].kind is T.GAP or tokens[end].text in _SO_MANY):
        end += 1
    if end >= len(tokens) or tokens[end].kind is not T.QTY:
        return None
    return end, [replace(tokens[at], kind=T.CUE, text="改成", cues=(c.CHANGE,))]


def _let_be(tokens: Sequence[Token], at: int) -> tuple[int, list[Token]] | None:
    """口袋布算了: not wanted any more."""
    end = at + 1 if tokens[at].text == "算了" else at + 2
    if "".join(t.text for t in tokens[at:end]) != "算了" or not at:
        return None
    after = next((t for t in tokens[end:] if t.text not in ("吧", "啊", "哈")), None)
    if after is not None and after.kind not in (T.COMMA, T.STOP, T.GAP):
        return None
    clause: list[Token] = []
    for token in tokens[:at]:
        clause = [] if token.kind in (T.COMMA, T.STOP) else [*clause, token]
    goods = clause and all(t.kind in (T.ITEM, T.SPEC, T.MEASURE, T.ROW) or t.text in _POINTS for t in clause)
    if not goods or not any(t.kind in (T.ITEM, T.ROW) for t in clause):
        return None
    return end, [replace(tokens[at], kind=T.CUE, text="算了", cues=(c.DROP,), end=tokens[end - 1].end)]


def _numbers(
    tokens: Sequence[Token], at: int, lines: Sequence[DraftLine], lexicon: Lexicon
) -> tuple[int, list[Token]] | None:
    """41和42各加一双: lines by the numbers of their goods, when each number is in the spec of one line only."""
    if tokens[at].kind is not T.NUM or (at and tokens[at - 1].kind in (T.ITEM, T.SPEC, T.CUE)):
        return None
    values: list[Decimal] = []
    end = at
    while end < len(tokens) and tokens[end].kind is T.NUM and tokens[end].value is not None:
        values.append(tokens[end].value or Decimal(0))
        end += 1
        while end < len(tokens) and (tokens[end].kind is T.GAP or tokens[end].text in _AND):
            end += 1
    each = end < len(tokens) and tokens[end].has(c.EACH, c.ALL)
    if len(values) < 2 or not each:
        return None
    rows: list[int] = []
    for value in values:
        own = [line for line in lines if line.line_no and not line.gift and _has_number(line, value, lexicon)]
        if len(own) != 1:
            return None
        rows.append(own[0].line_no or 0)
    return end, [replace(tokens[at], kind=T.ROW, value=Decimal(rows[0]), rows=tuple(rows), end=tokens[end - 1].end)]


def _has_number(line: DraftLine, value: Decimal, lexicon: Lexicon) -> bool:
    product = lexicon.by_sku(line.sku)
    said = f"{product.name} {product.spec}" if product is not None else ""
    return re.search(rf"(?<![\d.]){re.escape(plain(value))}(?![\d.])", said) is not None


def _each_more(tokens: Sequence[Token], at: int) -> tuple[int, list[Token]] | None:
    """府绸再各来1匹."""
    if tokens[at].text not in ("再", "还", "另外再") or at + 1 >= len(tokens) or not tokens[at + 1].has(c.EACH):
        return None
    return at + 2, [tokens[at + 1], replace(tokens[at], kind=T.CUE, text="再加", cues=(c.ADD,))]


def _times(tokens: Sequence[Token], at: int) -> tuple[int, list[Token]] | None:
    """数量都乘2, 乘以三."""
    if tokens[at].text not in ("乘", "乘以"):
        return None
    number = at + 2 if at + 1 < len(tokens) and tokens[at + 1].text == "以" else at + 1
    if number >= len(tokens) or tokens[number].kind is not T.NUM:
        return None
    return number + 1, [tokens[number], replace(tokens[at], kind=T.UNKNOWN, text="倍", cues=())]


def _that(
    tokens: Sequence[Token], at: int, lines: Sequence[DraftLine], lexicon: Lexicon
) -> tuple[int, list[Token]] | None:
    """5箱的那个不要, 10盒那个改15盒: a line by its amount, when only one has it."""
    token = tokens[at]
    if token.kind is not T.QTY or token.approx or token.value is None:
        return None
    end = at + 1
    if end < len(tokens) and tokens[end].text == "的":
        end += 1
    if end < len(tokens) and tokens[end].text in _THAT:
        end += 1
    elif end + 1 < len(tokens) and tokens[end].text == "那" and tokens[end + 1].text in _KINDS:
        end += 2
    else:
        return None
    meant = [line for line in lines if line.qty == token.value and counts_in(line, token.unit, lexicon)]
    if len(meant) != 1 or meant[0].line_no is None:
        return None
    return end, [replace(token, kind=T.ROW, rows=(meant[0].line_no,), unit=None)]


def _whole(tokens: Sequence[Token], at: int) -> tuple[int, list[Token]] | None:
    """螺栓全要不锈钢的, 全换黑的."""
    if tokens[at].text not in ("全", "全部", "都", "统统") or at + 1 >= len(tokens):
        return None
    if not tokens[at + 1].has(*_ACTS) or tokens[at].has(c.ALL):
        return None
    return at + 1, [replace(tokens[at], cues=(c.ALL,))]


def _behind(tokens: Sequence[Token], at: int) -> tuple[int, list[Token]] | None:
    """前面两个留着 后面的不要: the others."""
    if tokens[at].text not in ("后面", "下面", "后边", "下边") or at + 1 >= len(tokens) or tokens[at + 1].text != "的":
        return None
    if tokens[at].kind is T.ITEM:
        return None  # 刹车片要后面的
    return at + 2, [replace(tokens[at], kind=T.CUE, text="其余的", cues=(c.REST,))]


def _no_need(tokens: Sequence[Token], at: int) -> tuple[int, list[Token]] | None:
    """2箱够了不用加: no change, and nothing is taken out."""
    if tokens[at].text not in ("不用", "别", "甭", "无需", "不必", "不要") or at + 1 >= len(tokens):
        return None
    if at and tokens[at - 1].has(c.REST):
        return None  # 其他别动
    end = at + 2 if tokens[at + 1].text == "再" and at + 2 < len(tokens) else at + 1
    word = tokens[end]
    moves = word.has(c.ADD, c.LESS, c.SWAP) or word.text in ("改", "换", "动")
    if not moves or (tokens[at].text == "不要" and word.text in ("换", "要")):
        return None
    return end + 1, [replace(tokens[at], kind=T.CUE, text="不用加", cues=(c.FILLER,), end=word.end)]


def _units(tokens: Sequence[Token], at: int, lexicon: Lexicon) -> tuple[int, list[Token]] | None:
    """我说的是箱不是瓶: 瓶 becomes 箱."""
    said = tokens[at : at + 5]
    words = [t.text for t in said if t.kind is not T.COMMA]
    if len(words) < 4 or {words[0], words[2]} != {"是", "不是"} or words[1] == words[3]:
        return None
    spoken = [t for t in said if t.kind is not T.COMMA]
    new, old = (spoken[1], spoken[3]) if words[0] == "是" else (spoken[3], spoken[1])
    if not {new.text, old.text} <= lexicon.unit_words:
        return None
    end = tokens.index(spoken[3]) + 1
    return end, [old, replace(tokens[at], kind=T.CUE, text="改成", cues=(c.CHANGE,)), new]


def _half(tokens: Sequence[Token], at: int) -> tuple[int, list[Token]] | None:
    """可乐一半换雪碧, 可乐换成雪碧的一半."""
    if tokens[at].text != "一" or at + 1 >= len(tokens) or tokens[at + 1].text != "半":
        return None
    after = next((t for t in tokens[at + 2 :] if t.text not in ("吧", "了")), None)
    ends = after is None or after.kind in (T.COMMA, T.STOP, T.GAP)
    changes = any(t.has(c.CHANGE) for t in tokens[max(0, at - 6) : at])
    if not (ends and changes) and not (after is not None and after.has(c.CHANGE)):
        return None
    end = tokens[at + 1].end
    return at + 2, [replace(tokens[at], kind=T.NUM, text="一半", value=Decimal("0.5"), unit=None, end=end)]


def _piece(tokens: Sequence[Token], at: int) -> tuple[int, list[Token]] | None:
    """The 油 of 酱油, when nobody knows 酱油, is no oil."""
    token = tokens[at]
    if token.kind is not T.ITEM or len(token.text) != 1 or at == 0:
        return None
    before = tokens[at - 1]
    if before.kind is not T.UNKNOWN or before.end != token.start or not (before.text and is_han(before.text[-1])):
        return None
    return at + 1, [replace(token, kind=T.SPEC, found=frozenset())]


def counts_in(line: DraftLine, unit: str | None, lexicon: Lexicon) -> bool:
    """Whether a unit is that of the line, by whatever name: 公斤 of kg."""
    product = lexicon.by_sku(line.sku)
    if unit in (None, line.unit) or product is None:
        return unit in (None, line.unit)
    return product.factor(unit or "") == product.factor(line.unit or product.default_unit) is not None
