"""The service: one process that owns a data directory, its store, its workers, its channels and its web routes."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import sqlite3
from collections.abc import Callable, Sequence
from functools import partial

import aiohttp
import structlog
from aiohttp import web
from sqlmodel import Session

from bot import channels, heartbeat, links
from bot.attachments import Attachments
from bot.channel import Channel, RunningChannel
from bot.clock import Clock, utc_now
from bot.commands import Operations
from bot.console.api import PREFIX, Console
from bot.console.ports import FirmPeople
from bot.contacts import Contacts
from bot.dispatcher import Dispatcher
from bot.fetcher import Fetcher
from bot.importing import service as importing
from bot.kit import Kit
from bot.metrics import Metrics
from bot.parsing import Parser
from bot.printing import Printer
from bot.records import Books
from bot.sender import MakeLink, Sender
from bot.settings import Settings
from bot.setup import prepare_demo
from bot.store import Store, StoreClosed, StoreError
from bot.store.directory import DirectoryLock
from bot.store.migrate import migrate
from bot.timers import Daily, Sweep, Timers
from bot.turns import Clicks, Turns
from bot.upkeep import Upkeep
from bot.web import control, health, pages
from bot.workbooks import Imports
from handlers import jobs
from inventory_core import firm, people
from inventory_core.errors import Refused

log = structlog.get_logger(__name__)

BODY_LIMIT = 1024 * 1024
HTTP_CONNECTIONS = 512  # pictures that hang must not hold up sends, of which there are 32 at once
BACKUP_AT = (2, 30)


class PortInUse(StoreError):
    """Somebody listens there already."""


ChannelFactory = Callable[["Service"], RunningChannel]


class Service:
    """Built once, started once, stopped once."""

    def __init__(
        self,
        settings: Settings,
        *,
        demo: bool = False,
        extra: Sequence[ChannelFactory] = (),
        clock: Clock = utc_now,
    ) -> None:
        self.settings = settings
        self.clock = clock
        self.metrics = Metrics()
        self.attachments = Attachments(settings.attachments_dir)
        self.channels: dict[str, Channel] = {}
        self._upkeep = Upkeep(settings, clock)
        self._demo = demo
        self._extra = extra
        self._running: list[RunningChannel] = []
        self._http: aiohttp.ClientSession | None = None
        self._lock = DirectoryLock(settings.data_dir)
        self._runner: web.AppRunner | None = None
        self._beating: asyncio.Task[None] | None = None
        self._warming: asyncio.Task[None] | None = None
        self._ready = False
        self.store: Store
        self.parser: Parser
        self.printer: Printer
        self.dispatcher: Dispatcher
        self.sender: Sender
        self.timers: Timers
        self.console: Console | None = None

    @property
    def url(self) -> str:
        return f"http://{self.settings.host}:{self.port}"

    @property
    def port(self) -> int:
        """The port really listened on (settings may say 0)."""
        if self._runner is None or not self._runner.addresses:
            return self.settings.port
        return int(self._runner.addresses[0][1])

    # -- life ----------------------------------------------------------------------------------------------------------

    async def start(self) -> None:
        """Open everything and listen.

        Raises:
            StoreError: the directory is taken, unsuitable or damaged, or the port is in use; says what to do.
        """
        self._lock.acquire()
        try:
            connector = aiohttp.TCPConnector(limit=HTTP_CONNECTIONS, ttl_dns_cache=300)
            self._http = aiohttp.ClientSession(connector=connector)
            self._open()
            await self._set_up_firm()
            await self._tidy_imports()
            view = await self.store.read(firm.firm)
            app = self._application(view.demo)
            self._timers(view)
            await self.store.write(partial(self._upkeep.tell_of_gap, channels=self.channels))
            await self.dispatcher.start()
            await self.sender.start()
            await self._listen(app)
            await self.timers.start()
            for channel in self._running:
                await channel.start()
        except BaseException:  # whatever went wrong, the lock and the file are given back
            await self._close()
            raise
        self._beating = asyncio.create_task(self._beat(), name="heartbeat")
        self._warming = asyncio.create_task(self._warm(), name="warm")
        log.info("started", url=self.url, data=str(self.settings.data_dir), demo=view.demo)

    async def stop(self) -> None:
        """Stop taking events, let running turns and sends finish for a while, close the store."""
        log.info("stopping")
        await self._close()
        log.info("stopped")

    async def ready(self) -> str | None:
        """What is missing before messages can be handled, in a word; None when ready."""
        if not self._ready:
            return "loading the catalogue"
        try:
            async with asyncio.timeout(2):
                await self.store.write(lambda _session: None, urgent=True)
        except (TimeoutError, StoreClosed, sqlite3.Error):
            return "the database does not answer"
        return None

    async def wait_ready(self) -> None:
        """Wait until the first message need not wait."""
        if self._warming is not None:
            await self._warming

    def kit(self) -> Kit:
        """What a channel is given."""
        return Kit(
            settings=self.settings,
            door=self.dispatcher,
            store=self.store,
            attachments=self.attachments,
            clock=self.clock,
            metrics=self.metrics,
            http=self._session,
        )

    def _session(self) -> aiohttp.ClientSession:
        if self._http is None:
            raise StoreError("the service is not running")
        return self._http

    def operations(self) -> Operations:
        """What administrators' commands may use."""
        return Operations(
            settings=self.settings,
            store=self.store,
            attachments=self.attachments,
            clock=self.clock,
            printer=self.printer,
            dispatcher=self.dispatcher,
            sender=self.sender,
        )

    # -- building ------------------------------------------------------------------------------------------------------

    def _open(self) -> None:
        path = self.settings.database_path
        migrate(path, before=partial(self._upkeep.backup_now, path))
        self.store = Store(path)
        self.parser = Parser(self.store, self.settings.parsers)
        self.printer = Printer(self.store, self.attachments)
        imports = Imports(self.store, self.printer.pool, self.attachments, self.clock)
        fetcher = Fetcher(self.store, self.channels, self.attachments)
        self.sender = Sender(
            self.store, self.channels, self.printer.for_outbox, self.metrics, self.clock, self._make_link()
        )
        self.dispatcher = Dispatcher(
            self.store,
            Turns(self.store, self.parser, imports, self.clock, Contacts(self.settings, self.channels)),
            Clicks(self.store, self.clock),
            fetcher,
            self.metrics,
            on_effect=self.sender.wake,
            clock=self.clock,
        )
        stats = self.store.stats
        self.metrics.gauge("danju_writer_slow_units", "Units over 100 ms", lambda: stats.slow_units)
        self.metrics.gauge("danju_writer_slowest_unit_seconds", "Slowest unit", lambda: stats.slowest_unit)
        self.metrics.gauge("danju_writer_commits", "Commits", lambda: stats.commits)
        self.metrics.gauge("danju_writer_waiting", "Units waiting", lambda: self.store.waiting)
        self.metrics.gauge("danju_in_work", "Messages waiting or in work", lambda: self.dispatcher.in_work)
        self.metrics.gauge("danju_sending", "Sends under way or waiting to be taken", lambda: self.sender.busy)
        self.metrics.gauge("danju_worker_deaths", "Workers replaced", lambda: self.parser.pool.deaths)

    def _make_link(self) -> MakeLink | None:
        """Links need an address that people can reach: the public one, or, for the demo on this machine, our own."""
        key = links.load_key(self.settings.data_dir / "link.key")
        if not self.settings.public_url and not self._demo:
            return None
        return lambda document, person: (
            f"{self.settings.public_url or self.url}/d/{links.make(key, document, person, self.clock())}"
        )

    async def _set_up_firm(self) -> None:
        if self._demo and self.settings.has_real_credentials:
            raise StoreError(
                "演示数据不能接真的飞书或企业微信：控制台能替任何人说话。"
                "去掉 DANJU_FEISHU_… 和 DANJU_WECOM_… 的设置，或不用 --demo"
            )
        if self._demo:
            await prepare_demo(self.store, self.clock())

    async def _tidy_imports(self) -> None:
        """An import that a kill interrupted is taken back or finished before the first message is read."""
        try:
            await importing.recover(self.store, self.clock)
        except Refused as error:
            log.warning("import_unfinished", reason=str(error))

    def _application(self, demo: bool) -> web.Application:
        app = web.Application(client_max_size=BODY_LIMIT)
        app.add_routes(health.routes(self.metrics, self.ready))
        key = links.load_key(self.settings.data_dir / "link.key")
        app.add_routes(pages.routes(self.store, self.printer, key, self.clock))
        app.add_routes(control.routes(self._secret, self.operations))
        if demo and self.settings.on_loopback:
            self.console = Console(
                door=self.dispatcher,
                store=self.store,
                attachments=self.attachments,
                directory=_directory,
                records=Books(),
                demo=demo,
                host=self.settings.host,
                clock=self.clock,
            )
            self.channels[self.console.channel.platform] = self.console.channel
            app.add_subapp(PREFIX, self.console.application())
            app.router.add_get("/", _to_console)
        else:
            app.router.add_get("/", _no_console)
        asked_for = [make(self.kit()) for make in channels.configured(self.settings)]
        for channel in (*asked_for, *(factory(self) for factory in self._extra)):
            self.channels[channel.platform] = channel
            self._running.append(channel)
            channel.mount(app)
        return app

    def _timers(self, view: firm.FirmView) -> None:
        self.timers = Timers(
            self.store,
            view.tz,
            [
                Sweep("expire_drafts", 60, jobs.expire_drafts),
                Sweep("low_stock", 30, jobs.low_stock),
                Sweep("remind_approvals", 300, jobs.remind_approvals),
                Sweep("forget_unused", 600, jobs.forget_unused),
                Sweep("low_disk", 600, self._upkeep.low_disk),
            ],
            [Daily("backup", *BACKUP_AT, partial(self._upkeep.nightly_backup, self.store))],
            on_effect=self.sender.wake,
            clock=self.clock,
        )

    async def _listen(self, app: web.Application) -> None:
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=3.0)
        await self._runner.setup()
        site = web.TCPSite(self._runner, self.settings.host, self.settings.port)
        try:
            await site.start()
        except OSError as error:
            raise PortInUse(
                f"端口 {self.settings.port} 用不了（{error.strerror}）。换一个：DANJU_PORT=8766，或停掉占用它的程序"
            ) from None
        self._secret_value = self._lock.announce(self.settings.host, self.port).secret

    def _secret(self) -> str:
        return self._secret_value

    # -- by itself -----------------------------------------------------------------------------------------------------

    async def _warm(self) -> None:
        try:
            await self.parser.warm()
        except Exception:  # boundary: the first message tries again and tells; the service goes on
            log.exception("catalogue_not_loaded")
            return
        # What was loaded so far stays for good: without this every full collection walks through all of it and keeps
        # acknowledgements waiting for tens of milliseconds.
        gc.collect()
        gc.freeze()
        self._ready = True

    async def _beat(self) -> None:
        while True:
            with contextlib.suppress(StoreClosed):
                try:
                    await self.store.write(partial(heartbeat.beat, now=self.clock()))
                except Exception:  # boundary: a sick disk is told elsewhere; the heart goes on
                    log.exception("heartbeat_failed")
            await asyncio.sleep(heartbeat.BEAT_SECONDS)

    async def _close(self) -> None:
        for task in (self._beating, self._warming):
            if task is not None:
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await task
        if hasattr(self, "timers"):
            self.timers.stop()
        for channel in self._running:
            await channel.stop()
        if self._runner is not None:
            await self._runner.cleanup()
        if hasattr(self, "dispatcher"):
            await self.dispatcher.stop()
            await self.sender.stop()
            await self.parser.close()
            await self.printer.close()
        if self._http is not None:
            await self._http.close()
        if hasattr(self, "store"):
            await asyncio.to_thread(self.store.close)
        self._lock.release()


def _directory(session: Session) -> FirmPeople:
    view = firm.firm(session)
    return FirmPeople(view.name, tuple(people.people(session)), view.zone)


async def _to_console(_request: web.Request) -> web.Response:
    raise web.HTTPFound(f"{PREFIX}/")


async def _no_console(_request: web.Request) -> web.Response:
    return web.Response(text="单据在运行。控制台只在演示数据上开放；命令行里用 danju doctor 看它好不好")
