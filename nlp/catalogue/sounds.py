"""Slips of the keyboard: words written with other characters of the same sound. Only for head words, never for specs or
numbers. The pronunciation table takes 50 ms to load; building a lexicon loads it, so that no message has to."""

from __future__ import annotations

import os
from functools import lru_cache


def warm() -> None:
    """Load the table of pronunciations (10 MB) if it is not loaded yet."""
    syllables("一")


@lru_cache(maxsize=4096)
def syllables(char: str) -> frozenset[str]:
    """Ways a character is read, without tones and without the pairs that input methods and dialects mix up."""
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")  # single characters are enough, the phrase table is 20 MB
    from pypinyin import Style, pinyin

    return frozenset(map(_blurred, pinyin(char, style=Style.NORMAL, heteronym=True)[0]))


def _blurred(sound: str) -> str:
    for wide in ("zh", "ch", "sh"):
        if sound.startswith(wide):
            return _blurred(wide[0] + sound[2:])
    if sound.startswith("n"):
        return _blurred("l" + sound[1:])  # 尼农 of 尼龙
    sound = sound.replace("v", "u")  # 录 of 氯
    return sound[:-1] if sound.endswith(("ang", "eng", "ing")) else sound


def sounds_like(said: str, name: str) -> bool:
    """Whether ``said`` is a piece of ``name`` with other characters of the same sound (see ``heard``)."""
    return heard(said, name) is not None


def slip(said: str, piece: str) -> bool:
    """Whether two words of one length differ in one or two characters of the same sound, one character being kept."""
    count = len(said)
    if len(piece) != count or said == piece:
        return False
    wrong = [at for at in range(count) if said[at] != piece[at]]
    return len(wrong) <= 2 and len(wrong) < count and all(_alike(said[at], piece[at]) for at in wrong)


# Characters that share the part that is written alike: 丁晴 for 丁腈.
_SHAPES = """
清请情晴腈睛精靖静菁 膜模漠摸莫 泡炮胞饱抱跑刨 轮伦沦抡纶 铃玲龄零岭领 铜桐筒洞桶 珠株蛛殊 板版扳板
钉订盯丁 碗腕婉 漂飘瓢缥 壁臂避璧 把吧爸疤靶 锂理里 锌辛 硅桂挂 磁瓷滋 纱沙砂 绵棉锦 钢岗刚纲 锁琐
塞赛 轴油抽 垫热 栓拴 螺骡 捆困 焊悍 绝绳 罐灌 盖盏 缆揽 管菅 绒戎 橡像象 酯脂 硫琉 氯绿 氧氨
"""
_SHAPED = {char: place for place, row in enumerate(_SHAPES.split()) for char in row}


def _alike(one: str, other: str) -> bool:
    """Whether two characters are taken for one another, by their sound or by their shape."""
    if syllables(one) & syllables(other):
        return True
    return one in _SHAPED and _SHAPED[one] == _SHAPED.get(other)


def heard(said: str, name: str) -> str | None:
    """The piece of ``name`` that ``said`` is with at most two characters replaced by ones of the same sound, at least
    one character kept as it is."""
    count = len(said)
    if not 2 <= count <= len(name) or not any(char in name for char in said):
        return None
    for start in range(len(name) - count + 1):
        piece = name[start : start + count]
        if slip(said, piece):
            return piece
    return None
