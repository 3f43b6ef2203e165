"""Cases against everything else that listens: console, control, document pages, health."""

from __future__ import annotations

import json
from random import Random
from typing import Any

from bot import links
from bot.clock import utc_now
from bot.commands import COMMANDS
from bot.store.directory import running_service
from bot.web.control import HEADER
from tests.fuzz import mutate
from tests.fuzz.callbacks import WORDS
from tests.fuzz.ground import Ground
from tests.fuzz.wire import request

#: Not asked in vain: they work, and work takes minutes when it is asked for thousands of times.
_HEAVY = ("backup", "export_file", "import_file", "firm")
_QUIET = tuple(name for name in COMMANDS if name not in _HEAVY)
_GETS = (
    *("/", "/console", "/console/", "/console/problems", "/console/api/firm", "/console/api/history?room=1"),
    *("/console/api/problems", "/console/api/trace/1", "/console/api/trace/999999999999999", "/healthz", "/readyz"),
    *("/console/static/app.js", "/console/static/../api.py", "/console/api/file/" + "a" * 64, "/metrics", "/nothing"),
    *("/d/abc.def", "/d/abc.def.pdf?size=A4", "/wecom/", "/feishu/events", "/control/firm"),
)
_POSTS = ("messages", "clicks", "recall", "problems/retry", "files")


class Pages:
    def __init__(self, ground: Ground) -> None:
        running = running_service(ground.service.settings.data_dir)
        assert running is not None
        self._secret = running.secret
        self._host = f"127.0.0.1:{ground.port}"
        self._key = links.load_key(ground.service.settings.data_dir / "link.key")
        ground.watch.secrets += (self._secret, self._key.hex())

    def make(self, chance: Random) -> tuple[bytes, bool, bool]:
        """A request's bytes, whether it may be accepted, and whether the sender hangs up in the middle."""
        headers = {"Host": self._host}
        may = True
        if chance.random() < 0.1:
            may = False
            if chance.random() < 0.5:
                headers["Host"] = chance.choice(("evil.example", "127.0.0.1:1", "[::1", "a@127.0.0.1", ""))
            else:
                headers["Origin"] = chance.choice(("http://evil.example", "null", "http://127.0.0.1:1"))
        kind = chance.randrange(10)
        if kind < 4:
            wire = self._console(chance, headers)
        elif kind < 6:
            wire, may = self._control(chance, headers), False
        elif kind == 6:
            wire, may = request("GET", self._page(chance), headers), False
        else:
            target = chance.choice(_GETS)
            if chance.random() < 0.5:
                odd = mutate.data(chance, target.encode()).translate(None, b"\r\n \0")
                target = "/" + odd.decode("utf-8", "surrogateescape")[:3000]
            if "/api/feed" in target:
                target = "/"
            method = chance.choice(("GET", "GET", "GET", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH", "x", "POST"))
            if method == "HEAD":
                return request(method, target, headers), False, True
            wire, may = request(method, target, headers), False
        return wire, may, False

    def _console(self, chance: Random, headers: dict[str, str]) -> bytes:
        name = chance.choice(_POSTS)
        bodies: dict[str, dict[str, Any]] = {
            "messages": {"as": chance.randrange(12), "room": str(chance.randrange(12)), "text": chance.choice(WORDS)},
            "clicks": {"as": 1, "room": "1", "message": 1, "token": "x", "values": {"a": "b"}},
            "recall": {"as": 1, "room": "1", "message": 1},
            "problems/retry": {"message": 10**9},
            "files": {"as": 1},
        }
        body = bodies[name]
        made = mutate.dumps(chance, mutate.tree(chance, body) if chance.random() < 0.8 else body)
        kind = chance.choice(("application/json",) * 8 + ("text/plain", "multipart/form-data; boundary=x", ""))
        if name == "files" and chance.random() < 0.5:
            kind = "multipart/form-data; boundary=x"
            part = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.xlsx"\r\n\r\nPK\r\n--x--\r\n'
            made = mutate.data(chance, part)
        return request("POST", f"/console/api/{name}", headers | {"Content-Type": kind}, made)

    def _control(self, chance: Random, headers: dict[str, str]) -> bytes:
        name = chance.choice((*_QUIET, *_QUIET, "nothing", "_", "__init__"))
        secret = self._secret if chance.random() < 0.7 else chance.choice(("", "x", self._secret[:-1]))
        body = {chance.choice(("id", "state", "limit", "name", "role", "account")): mutate.odd(chance)}
        made = mutate.dumps(chance, body) if chance.random() < 0.7 else json.dumps(body).encode()
        headers = headers | {HEADER: secret, "Content-Type": "application/json"}
        return request("POST", f"/control/{name}", headers, made)

    def _page(self, chance: Random) -> str:
        token = links.make(self._key, chance.randrange(200), chance.randrange(20), utc_now())
        if chance.random() < 0.6:
            token = mutate.data(chance, token.encode()).decode("latin-1")
            token = "".join(letter for letter in token if letter.isascii() and (letter.isalnum() or letter in "._-"))
        return f"/d/{token}{chance.choice(('', '', '?prices=0', '?size=241&size=A4', '?prices=%00'))}"
