"""A worker kind for tests: does what a child should not."""

from __future__ import annotations

import os
import sys
import time
from typing import Any


def echo(job: dict[str, Any]) -> dict[str, Any]:
    sys.stdout.write("noise on standard output\n")
    return {"value": job["value"], "pid": os.getpid()}


def hang(job: dict[str, Any]) -> dict[str, Any]:
    time.sleep(float(job.get("seconds", 60)))
    return {"pid": os.getpid()}


def fail(job: dict[str, Any]) -> dict[str, Any]:
    raise ValueError(str(job.get("reason", "no")))


def swallow(job: dict[str, Any]) -> dict[str, Any]:
    held = bytearray(int(job["megabytes"]) * 1024 * 1024)
    return {"size": len(held)}


def die(_job: dict[str, Any]) -> dict[str, Any]:
    os._exit(3)


HANDLERS = {"echo": echo, "hang": hang, "fail": fail, "swallow": swallow, "die": die}
