"""Who of a firm calls: 鼎盛建筑张工, 三院王护士. A surname and what one is, right behind a party."""

from __future__ import annotations

import re
from dataclasses import replace

from nlp.scanning import cues as c
from nlp.scanning.tokens import T, Token

_PERSON = re.compile(
    r"[\u4e00-\u9fff](?:工|总|经理|师傅|老板|主任|姐|哥|叔|阿姨|护士长?|医生|老师|会计|采购|厂长|店长|老板娘|队长|班长"
    r"|科长|院长|校长|主管|部长|组长|大厨|厨师长?)"
)
_LONGEST = 4


def fold(tokens: list[Token]) -> list[Token]:
    """Tokens in which such a name says nothing."""
    if not any(t.kind is T.PARTY for t in tokens):
        return tokens
    result = list(tokens)
    for at, token in enumerate(tokens):
        if token.kind is not T.PARTY:
            continue
        start = at + 1
        while start < len(tokens) and tokens[start].kind is T.GAP:
            start += 1
        said = ""
        for end in range(start, min(len(tokens), start + _LONGEST)):
            word = tokens[end]
            if (
                word.kind not in (T.UNKNOWN, T.CUE, T.ITEM)
                or word.exact
                or (said and word.start != tokens[end - 1].end)
            ):
                break
            said += word.text
            if _PERSON.fullmatch(said) and any(t.kind is T.UNKNOWN for t in tokens[start : end + 1]):
                for place in range(start, end + 1):
                    result[place] = replace(tokens[place], kind=T.CUE, cues=(c.FILLER,), term=None)
                break
    return result
