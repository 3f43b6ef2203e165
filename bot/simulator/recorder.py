"""Writes down a session: each thing a person does, and what anybody sees because of it."""

from __future__ import annotations

from typing import Any

from bot.simulator.cast import PLATFORMS
from bot.simulator.parts import Message
from bot.simulator.scenario import Names, dump
from bot.simulator.seen import CHOSEN, Option, Seen, read
from bot.simulator.session import Act, Session

Step = dict[str, Any]


class Recorder:
    """Listens to a session from its beginning. ``steps`` holds what was done and seen so far, the last one once
    ``collect`` was called."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.names = Names()
        self.steps: list[Step] = []
        self._act: Act | None = None
        self._step: Step = {}
        self._number = session.board.number
        session.listeners.append(self._done)

    # ---------------------------------------------------------------- what is done

    def _done(self, act: Act) -> None:
        self.collect()
        self._act = act
        self._number = self._session.board.number
        step: Step = {"who": act.who, "at": act.platform}
        if act.room:
            step["in"] = act.room
        match act.kind:
            case "say":
                step["says"] = self.names.hide(act.text)
                if act.quote:
                    step["quoting"] = self._title(act.platform, act.quote)
            case "file":
                step["sends"] = act.text
            case "recall":
                step["recalls"] = self._title(act.platform, act.ref)
            case "click":
                self._clicked(act, step)
        self._step = step

    def _title(self, platform: str, ref: str) -> str:
        """How a message is named in a step: a card by its title, a text by its words."""
        message = self._session.platforms[platform].shown.messages[ref]
        seen = read(platform, message)
        return self.names.hide(seen.title or seen.text)

    def _clicked(self, act: Act, step: Step) -> None:
        message = self._session.platforms[act.platform].shown.messages[act.ref]
        for stale, body in enumerate(reversed(message.versions)):
            seen = read(act.platform, message, body)
            option = _option(seen, act)
            label = next((label for label, token in seen.buttons if token == act.token), "")
            if option is not None:
                step["chooses"] = self.names.hide(option.label)
            elif label:
                step["clicks"] = self.names.hide(label)
            else:
                continue
            step["of"] = self.names.hide(seen.title)
            if stale:
                step["not refreshed"] = True  # the person still looks at an older version
            filled = {label: act.values[name] for label, name in seen.fills if act.values.get(name)}
            if filled:
                step["filling in"] = filled
            return

    # ---------------------------------------------------------------- what is seen

    def collect(self) -> None:
        """Close the step under way with what was shown since."""
        act, self._act = self._act, None
        if act is None:
            return
        news = [
            (platform, message)
            for _number, platform, message in self._session.board.messages_after(self._number)
            if message.sender == "bot" or message.recalled
        ]
        places = {place: at for at, place in enumerate(self._readers())}
        news.sort(key=lambda one: (*self._order(one[0], one[1], act, places), one[1].seq))
        for platform, message in news:
            for text in _texts(read(platform, message)):
                self.names.learn(text)  # codes are named wherever they stand, also before the sentence that tells them
        sees = [self._entry(platform, message, act) for platform, message in news]
        if act.answer is not None:
            if act.answer.error:
                sees.insert(0, {"error": act.answer.error})
            if act.answer.toast:
                sees.insert(0, {"toast": self.names.hide(act.answer.toast)})
        self._step["sees"] = sees
        self.steps.append(self._step)

    def _readers(self) -> list[tuple[str, str]]:
        session = self._session
        own = [(platform, session.chat(who, platform)) for who in session.members for platform in PLATFORMS]
        return own + [place for group in session.groups.values() for place in group.chats.items()]

    def _order(
        self, platform: str, message: Message, act: Act, places: dict[tuple[str, str], int]
    ) -> tuple[bool, int, int]:
        here = self._session.chat(act.who, act.platform, act.room)
        mine = (platform, message.chat) == (act.platform, here)
        return not mine, list(PLATFORMS).index(platform), places.get((platform, message.chat), 0)

    def _entry(self, platform: str, message: Message, act: Act) -> Step:
        entry: Step = {}
        who, room = self._place(platform, message.chat)
        if room and room != act.room:
            entry["in"] = room
        elif not room and (who != act.who or act.room):
            entry["who"] = who
        if platform != act.platform:
            entry["at"] = platform
        if message.recalled:
            return {**entry, "recalled": True}
        body = message.body
        if platform == "wecombot" and message.kind == "card":
            body = self._session.bot.replies.seen(message.ref, self._session.members[act.who].accounts["wecombot"])
        entry |= self._told(read(platform, message, body))
        if len(message.versions) > 1 and message.kind == "card":
            entry["updated"] = True
        return entry

    def _place(self, platform: str, chat: str) -> tuple[str, str]:
        for group in self._session.groups.values():
            if group.chats.get(platform) == chat:
                return "", group.name
        for who in self._session.members:
            if self._session.chat(who, platform) == chat:
                return who, ""
        return chat, ""

    def _told(self, seen: Seen) -> Step:
        hide = self.names.hide
        if seen.kind != "card":
            return {seen.kind: hide(seen.text)}
        told: Step = {
            "card": hide(seen.title),
            "fields": {label: hide(value) for label, value in seen.fields.items()},
            "lines": [hide(line) for line in seen.lines],
            "notes": [hide(note) for note in seen.notes],
            "choose": [hide(option.label) for option in seen.options],
            "fill in": [label for label, _name in seen.fills],
            "buttons": [hide(label) for label, _token in seen.buttons if label != CHOSEN],
            "greyed": hide(seen.grey),
        }
        return {name: value for name, value in told.items() if value}

    def finish(self, title: str = "") -> str:
        """The whole session as YAML. What was seen stands under the platform where it was recorded."""
        self.collect()
        steps = []
        for step in self.steps:
            sees = step["sees"]
            done = {name: value for name, value in step.items() if name != "sees"}
            steps.append({**done, step["at"]: sees} if sees else done)
        return dump({"title": title or "记录", "steps": steps})


def _option(seen: Seen, act: Act) -> Option | None:
    return next((one for one in seen.options if one.token == act.token and one.values == act.values), None)


def _texts(seen: Seen) -> list[str]:
    return [seen.text, seen.title, *seen.fields.values(), *seen.lines, *seen.notes]
