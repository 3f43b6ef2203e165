"""Logs: one JSON object a line into rotated files, readable lines to a terminal.

The message's inbox id is bound to everything said while it is handled. Values under names that sound secret are
blanked.
"""

from __future__ import annotations

import logging
import logging.handlers
import sys
from pathlib import Path
from typing import Any

import structlog
from structlog.typing import EventDict, Processor

SECRET_NAMES = ("secret", "token", "password", "aes_key", "encrypt_key", "authorization")
FILE_BYTES = 10 * 1024 * 1024
FILES = 10


def configure(level: str = "INFO", directory: Path | None = None, *, terminal: bool = True) -> None:
    """Set up logging for this process. ``directory`` None: no files."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        blank_secrets,
    ]
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    root = logging.getLogger()
    for handler in list(root.handlers):
        root.removeHandler(handler)
        handler.close()
    root.setLevel(level.upper())
    for noisy in ("alembic", "apscheduler", "aiohttp.access", "asyncio"):
        logging.getLogger(noisy).setLevel(max(root.level, logging.WARNING))
    logging.getLogger("aiohttp.server").addFilter(without_the_request)
    if directory is not None:
        directory.mkdir(parents=True, exist_ok=True)
        files = logging.handlers.RotatingFileHandler(
            directory / "danju.log", maxBytes=FILE_BYTES, backupCount=FILES, encoding="utf-8", delay=True
        )
        files.setFormatter(_formatter(shared, structlog.processors.JSONRenderer(ensure_ascii=False)))
        root.addHandler(files)
    if terminal:
        lines = logging.StreamHandler(sys.stderr)
        renderer: Processor = (
            structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
            if sys.stderr.isatty()
            else structlog.processors.LogfmtRenderer(key_order=["timestamp", "level", "event"])
        )
        lines.setFormatter(_formatter(shared, renderer))
        root.addHandler(lines)


def _formatter(shared: list[Processor], renderer: Processor) -> logging.Formatter:
    chain: list[Processor] = [structlog.stdlib.ProcessorFormatter.remove_processors_meta]
    if not isinstance(renderer, structlog.dev.ConsoleRenderer):
        chain.append(structlog.processors.format_exc_info)  # plain text: local variables may hold secrets
    return structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=[*chain, renderer])


def without_the_request(record: logging.LogRecord) -> bool:
    """A request that is no HTTP is answered 400; its trace would quote it, with whatever secret it carries."""
    error = record.exc_info[1] if record.exc_info else None
    if error is not None and type(error).__module__.startswith("aiohttp.http"):
        record.exc_info = None
        record.levelno, record.levelname = logging.WARNING, "WARNING"
        record.msg, record.args = f"not HTTP: {type(error).__name__}", ()
    return True


def blank_secrets(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """Replace values whose name says they are secret."""
    for name in event:
        if any(word in name.lower() for word in SECRET_NAMES):
            event[name] = "***"
    return event
