"""The price of last time, however it is put: 价格都走上次的, 按之前的价给, 单价还是老的, 上回多少还多少."""

from __future__ import annotations

import re

_WHEN = r"(?:上一?次|上一?回|上一?单|上批|上一批|上个月|上月|上周|之前|以前|从前|原来|原先|先前|过去|往常|平时|老)"
_PRICE = r"(?:单价|价格|价钱|价位|价钿|价儿|价)"
_HOW = (
    r"(?:全部|统统|一律|统一|还是|仍然|仍|全|都|均|也|就|还)?"
    r"(?:参照|按照|沿用|维持|保持|依照|按|照|走|用|跟|同|和|依|是|随)?(?:的)?"
)
_AFTER = r"(?:的那个|的那种|那个|那单|那批|的)?"
_RUN = r"(?:走|来|算|给|执行|不变|就行|一样|就好)?"
_FORMS = re.compile(
    rf"{_PRICE}{_HOW}{_WHEN}{_AFTER}{_PRICE}?{_RUN}(?![\d一二两三四五六七八九十])"
    rf"|(?:还是|仍|就|都|全)?(?:参照|按照|沿用|按|照|走|用){_WHEN}{_AFTER}{_PRICE}{_RUN}"
    r"|(?:上次|上回|之前|以前)(?:是)?(?:多少钱?|啥价|什么价)(?:这次)?(?:还是?|就)(?:多少钱?|啥价|什么价|那价)"
)
_FIRST = frozenset("老原单价还仍就都全参按沿照走用上之以")


def last_price_at(text: str, at: int) -> int:
    """Where words for the last price that begin at ``at`` end; 0 when there are none."""
    if text[at] not in _FIRST:
        return 0
    if text.startswith(("老价", "原价"), at) and text[at + 2 : at + 3] in ("", " ", ",", "。", ";", "\n"):
        return at + 2
    match = _FORMS.match(text, at)
    if match is None or match.end() - at < 4:
        return 0
    return match.end()
