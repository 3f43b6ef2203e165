"""Making a firm: the demo firm with its sample company, or an empty real one. The two never share a database."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from sqlmodel import Session

from bot import sample
from bot.console.channel import PLATFORM as CONSOLE
from bot.store import Store
from inventory_core import firm, people
from inventory_core.errors import Refused
from inventory_core.views import PersonView, Role


def is_empty(session: Session) -> bool:
    """Whether nobody has made a firm here yet."""
    return not firm.firm(session).name and not people.people(session)


async def prepare_demo(store: Store, now: datetime) -> bool:
    """Load the sample company unless it is there, going on where an interrupted load stopped; False when it was there.

    Raises:
        Refused: a real firm lives here.
    """
    view = await store.read(firm.firm)
    if not view.demo and not await store.read(is_empty):
        raise Refused("这个数据目录里是真实公司的数据，不能当演示用。演示请换一个 DANJU_DATA_DIR")
    fresh = not view.name
    if fresh:
        await sample.load(store.write, now)
    await store.write(partial(_bind_everybody, now=now))
    return fresh


def _bind_everybody(session: Session, now: datetime) -> None:
    """Everybody of the demo firm has an account on the console."""
    for person in people.people(session):
        if people.person_of(session, CONSOLE, str(person.id)) is None:
            people.bind(session, person.id, CONSOLE, str(person.id), now)


def create_firm(session: Session, name: str, zone: str, administrator: str, now: datetime) -> PersonView:
    """Make an empty firm with its first administrator; returns that person.

    Raises:
        Refused: there is a firm already, or a value is not usable.
    """
    if not is_empty(session):
        raise Refused("这里已经有一家公司了。要另建一家，请换一个 DANJU_DATA_DIR")
    if not name.strip() or not administrator.strip():
        raise Refused("公司名称和管理员姓名都要填")
    firm.set_setting(session, "zone", zone, None, now)
    firm.set_setting(session, "name", name.strip(), None, now)
    return people.add_person(session, administrator.strip(), frozenset({Role.ADMIN, Role.BOSS}), now)
