"""A known name at the end of one nobody knows: 强盛体育 is not 刘记体育批发部, 江北二中 not 江源市第二中学. Who begins
as the known party does (东城金岭 of 金岭体育用品商行) is that party, said with its place."""

from __future__ import annotations

from nlp.scanning.text import fold_key, is_han
from nlp.scanning.tokens import T, Token

_LEADS = ("给", "帮", "替", "发给", "送给", "卖给", "开给", "客户", "向", "跟", "找", "从", "问")
_OPENS = (T.STOP, T.COMMA, T.COLON)
_LONGEST = 4  # characters in front


def fold(tokens: list[Token]) -> list[Token]:
    """Tokens in which such a name is one of a party nobody knows."""
    if not any(t.kind is T.UNKNOWN for t in tokens):
        return tokens
    result: list[Token] = []
    for token in tokens:
        size = _front(result, token) if token.kind is T.PARTY and token.parties else 0
        if not size:
            result.append(token)
            continue
        front = result[-size:]
        del result[-size:]
        result.append(Token(T.PARTY, front[0].start, token.end, "".join(t.text for t in (*front, token))))
    return result


def _front(before: list[Token], party: Token) -> int:
    """How many tokens in front of a party make another name of it."""
    names = [fold_key(p.name) for p in party.parties]
    if any(name.startswith(party.text) for name in names):
        return 0
    size, end = 0, party.start
    while size < len(before) and before[-1 - size].kind is T.UNKNOWN and before[-1 - size].end == end:
        end = before[-1 - size].start
        size += 1
    if size and before[-size].text in _LEADS:
        size -= 1  # 向扬州毛绒厂
    said = "".join(t.text for t in before[len(before) - size :])
    if not 2 <= len(said) <= _LONGEST or not all(is_han(char) for char in said):
        return 0
    opens = before[-1 - size] if len(before) > size else None
    if opens is not None and opens.kind not in _OPENS and opens.text not in _LEADS:
        return 0
    return 0 if any(all(char in name for char in said) for name in names) else size
