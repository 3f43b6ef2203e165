"""别名, 忘记 老蓝, 记住 李记 老蓝=货号: looking at what was learned, undoing it, saying it outright."""

from __future__ import annotations

import re
from collections.abc import Callable

from sqlmodel import Session

from handlers import talk
from handlers.turn import Outcome, Turn
from inventory_core import aliases, firm, partners, products
from inventory_core.aliases import AliasView
from inventory_core.errors import Refused
from inventory_core.sql import run, value
from inventory_core.views import PartnerView, ProductView
from nlp.catalogue.itemwords import key_of, refusal
from notifications import learning_texts as said

_LIST = re.compile(r"^\s*(?:别名|叫法)(?:列表)?(?:[\s:：]+(?P<who>[^\n]{1,40}?))?\s*[。.!！?？]?\s*$")
_FORGET = re.compile(r"^\s*(?:忘记|忘掉)[\s:：]*(?P<rest>[^\n]{1,60}?)\s*[。.!！]?\s*$")
_KEEP = re.compile(
    r"^\s*记住[\s:：]*(?P<left>[^\n=＝]{1,60}?)\s*(?P<means>=|＝|就是|是)\s*(?P<right>[^\n]{1,60}?)\s*[。!！]?\s*$"
)
# What goes on after 忘记 or 记住 in everyday speech: 忘记说了，再加10盒; 记住，送到东区. Nobody's name for goods.
_SPEECH = re.compile(r"[，,；;。！!？?、]|^(?:了|说|讲|写|加|打|填|报|带|算|备注|告诉|还有|要|下单|发)")
_BARE_KEEP = re.compile(r"^\s*记住\s*$")
_SHOWN = 15

Handle = Callable[[Session, Turn, re.Match[str]], Outcome]


def is_command(session: Session, turn: Turn) -> bool:
    """Whether a message is one of these, said to the bot."""
    if not talk.for_the_bot(turn) or turn.said.kind not in ("text", "mixed"):
        return False
    found = _find(turn.said.text)
    return found is not None and _is_meant(session, *found)


def _is_meant(session: Session, handle: Handle, match: re.Match[str]) -> bool:
    """Whether it is a command and not everyday speech that begins like one."""
    if handle is _forget:
        return _SPEECH.search(match["rest"]) is None or bool(_meant(session, match["rest"])[0])
    if handle is _keep and match["means"] in ("是", "就是"):
        return _SPEECH.search(match["left"]) is None and bool(_products(session, match["right"]))
    return True


def command(session: Session, turn: Turn) -> Outcome:
    """Do it, or say why not.

    Raises:
        Refused: a rule says no; its words are for the person who wrote.
    """
    found = _find(turn.said.text)
    assert found is not None
    handle, match = found
    return handle(session, turn, match)


def _find(text: str) -> tuple[Handle, re.Match[str]] | None:
    for pattern, handle in _COMMANDS:
        match = pattern.match(text)
        if match is not None:
            return handle, match
    return None


def _list(session: Session, turn: Turn, match: re.Match[str]) -> Outcome:
    partner = None
    if match["who"]:
        partner = _partner(session, match["who"])
        if partner is None:
            return talk.answer(session, turn, said.NO_PARTNER.format(name=match["who"]), "asked")
    views, count = aliases.listing(session, partner_id=None if partner is None else partner.id, limit=_SHOWN)
    if not views:
        return talk.answer(session, turn, said.NONE if partner is None else said.NONE_OF.format(who=partner.name))
    return talk.answer(session, turn, said.listing(views, count, firm.firm(session).tz))


def _forget(session: Session, turn: Turn, match: re.Match[str]) -> Outcome:
    views, words = _meant(session, match["rest"])
    if not views:
        return talk.answer(session, turn, said.NO_SUCH.format(words=words), "asked")
    if len(views) > 1:
        choices = "\n".join(f"· 忘记 {said.forget_words(view, alone=False)}（{view.product}）" for view in views[:10])
        text = said.WHICH.format(words=words, count=len(views), list=choices)
        return talk.answer(session, turn, text, "asked")
    gone = aliases.forget(session, views[0].id, turn.person.id, turn.now)
    text = said.FORGOTTEN.format(who=said.who(gone), words=gone.words, product=gone.product)
    shared = next((view for view in aliases.living(session, gone.key) if view.partner_id is None), None)
    if shared is not None:
        text += said.STILL_SHARED.format(words=gone.words, product=shared.product)
    return talk.answer(session, turn, text, "forgotten")


def _meant(session: Session, text: str) -> tuple[list[AliasView], str]:
    """What 忘记 is about: everybody's present meanings of the words or, with a customer before them, that customer's;
    and the words."""
    views = aliases.living(session, key_of(text))
    if views:
        return views, text
    whose, words = _split(session, text)
    return [view for view in aliases.living(session, key_of(words)) if whose is not None and whose(view)], words


def _keep(session: Session, turn: Turn, match: re.Match[str]) -> Outcome:
    left, right = match["left"], match["right"]
    whose, words = _split(session, left)
    partner = None if whose is None else whose.partner
    if (reason := refusal(words)) is not None and reason in said.REFUSED:
        raise Refused(said.REFUSED[reason].format(words=words))
    found = _products(session, right)
    if len(found) != 1:
        names = "、".join(view.label for view in found[:5])
        example = found[0].sku if found else value(session, "SELECT min(sku) FROM product WHERE active = 1") or "货号"
        text = said.MANY_PRODUCTS if found else said.NO_PRODUCT
        return talk.answer(session, turn, text.format(name=right, names=names, left=left, example=example), "asked")
    partner_id = None if partner is None else partner.id
    view = aliases.add(session, words, key_of(words), found[0].id, partner_id, turn.person.id, turn.now)
    text = said.ADDED.format(who=said.who(view), words=view.words, product=view.product)
    return talk.answer(session, turn, text, "learned")


def _how_to_keep(session: Session, turn: Turn, match: re.Match[str]) -> Outcome:
    return talk.answer(session, turn, said.FORM, "asked")


_COMMANDS: tuple[tuple[re.Pattern[str], Handle], ...] = (
    (_LIST, _list),
    (_FORGET, _forget),
    (_KEEP, _keep),
    (_BARE_KEEP, _how_to_keep),
)


# ---------------------------------------------------------------- names


class _Whose:
    """Whose words are meant: one customer's, or everybody's."""

    def __init__(self, partner: PartnerView | None) -> None:
        self.partner = partner

    def __call__(self, view: AliasView) -> bool:
        return view.partner_id == (None if self.partner is None else self.partner.id)


def _split(session: Session, text: str) -> tuple[_Whose | None, str]:
    """李记 老蓝, 所有客户 老蓝 → whose, and the words; None and all of it where no customer stands first."""
    first, _, rest = text.replace("说的", " ").replace("　", " ").strip().partition(" ")
    rest = rest.strip()
    if rest and first == said.EVERYBODY:
        return _Whose(None), rest
    partner = _partner(session, first) if rest else None
    return (None, text.strip()) if partner is None else (_Whose(partner), rest)


def _partner(session: Session, name: str) -> PartnerView | None:
    """The one customer or supplier called so, by name, alias or code; else the only one whose name holds it."""
    name = name.strip()
    exact = run(
        session,
        "SELECT id FROM partner WHERE active = 1 AND (name = :name OR code = :name) UNION SELECT a.partner_id"
        " FROM partner_alias a JOIN partner p ON p.id = a.partner_id WHERE p.active = 1 AND a.alias = :name",
        name=name,
    )
    found = exact or run(
        session, "SELECT id FROM partner WHERE active = 1 AND walk_in = 0 AND instr(name, :name) LIMIT 2", name=name
    )
    return partners.partner(session, found[0][0]) if len(found) == 1 and len(name) >= 2 else None


def _products(session: Session, text: str) -> list[ProductView]:
    """Products meant by a code or a full name; several where it fits several."""
    words = text.strip()
    by_code = products.product_by_sku(session, words) or products.product_by_sku(session, words.upper())
    if by_code is not None and by_code.active:
        return [by_code]
    found = products.search(session, words, limit=20)
    key = key_of(words)
    whole = [view for view in found if key in (key_of(view.label), key_of(view.name))]
    return whole if len(whole) == 1 else found
