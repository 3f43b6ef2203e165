"""The vendor's own client for Node does on our small gateway what ours does: the frames are the same, and it can read
what we take for the platform's files."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.wecom.gateway import Gateway
from bot.wecom.upload import upload
from tests.support import peers
from tests.support.aibot_gateway import FILE_KEY, AibotGateway, encrypted
from tests.support.console import PNG

pytestmark = pytest.mark.node

SECONDS = 60.0
KEY64 = base64.b64encode(FILE_KEY).decode()
CARD = {
    "card_type": "button_interaction",
    "task_id": "dj1",
    "main_title": {"title": "销售单"},
    "button_list": [{"text": "好", "key": "ok"}],
}
SCRIPT = """
const { WSClient } = require('@wecom/aibot-node-sdk');
const [url, size, file, key, card] = process.argv.slice(2);
const quiet = { debug() {}, info() {}, warn() {}, error() {} };
const client = new WSClient({ botId: 'bot-1', secret: 's3cret', wsUrl: url, heartbeatInterval: 300, logger: quiet });
client.on('error', (error) => { console.error(error); process.exit(1); });
client.on('authenticated', async () => {
  await client.sendMessage('zhangwei', { msgtype: 'markdown', markdown: { content: '你好' } });
  const media = await client.uploadMedia(Buffer.alloc(Number(size), 7), { type: 'file', filename: '单据.pdf' });
  await client.sendMediaMessage('zhangwei', 'file', media.media_id);
  const { buffer, filename } = await client.downloadFile(file, key);
  console.log(JSON.stringify({ length: buffer.length, head: buffer.subarray(0, 8).toString('hex'), filename }));
});
client.on('message.text', (frame) => console.log(JSON.stringify({ text: frame.body.text.content })));
client.on('event.template_card_event', async (frame) => {
  await client.updateTemplateCard(frame, JSON.parse(card));
  console.log(JSON.stringify({ updated: true }));
  client.disconnect();
  setTimeout(() => process.exit(0), 100);
});
client.connect();
"""


@pytest.fixture
async def platform() -> AsyncIterator[AibotGateway]:
    gateway = AibotGateway()
    gateway.chat_type_needed = False
    await gateway.start()
    yield gateway
    await gateway.stop()


def bare(frame: dict[str, Any]) -> dict[str, Any]:
    """A frame without what differs from run to run."""
    body = {name: value for name, value in (frame.get("body") or {}).items() if name not in ("upload_id", "chat_type")}
    if "file" in body:
        body["file"] = sorted(body["file"])
    return {"cmd": frame["cmd"], "body": body, "keys": sorted(frame)}


async def theirs(platform: AibotGateway, size: int, script: Path) -> list[dict[str, Any]]:
    """Run the SDK through everything; returns what it printed."""
    file = platform.serve("a", encrypted(PNG), **{"Content-Disposition": 'attachment; filename="a.png"'})
    node = peers.command("")[0]
    arguments = (str(script), platform.url, str(size), file, KEY64, json.dumps(CARD))
    environment = peers.environment() | {"NODE_PATH": str(peers.folder() / "node_modules")}
    process = await asyncio.create_subprocess_exec(
        node, *arguments, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE, env=environment
    )
    try:
        await platform.until(lambda: len(platform.shown) == 2, SECONDS)
        await platform.say("zhangwei", "来10箱")
        await platform.until(lambda: len(platform.of("ping")) > 0, SECONDS)
        await platform.click("zhangwei", "dj1", "ok")
        output, errors = await asyncio.wait_for(process.communicate(), SECONDS)
    finally:
        if process.returncode is None:
            process.kill()
    assert process.returncode == 0, errors.decode()
    return [json.loads(line) for line in output.decode().splitlines()]


async def ours(platform: AibotGateway, size: int) -> None:
    """The same with our gateway."""
    done = asyncio.Event()

    async def on_event(frame: dict[str, Any]) -> None:
        body = {"response_type": "update_template_card", "template_card": CARD}
        await gateway.ask("aibot_respond_update_msg", body, req_id=frame["headers"]["req_id"])
        done.set()

    async def nothing(*_: Any) -> None:
        return None

    async with aiohttp.ClientSession() as http:
        gateway = Gateway(platform.url, "bot-1", "s3cret", lambda: http, nothing, on_event, nothing)
        await gateway.start()
        try:
            said = {"chatid": "zhangwei", "chat_type": 1}
            await gateway.wait_live(SECONDS)
            await gateway.ask("aibot_send_msg", said | {"msgtype": "markdown", "markdown": {"content": "你好"}})
            media_id = await upload(gateway, "单据.pdf", b"\x07" * size, "file")
            await gateway.ask("aibot_send_msg", said | {"msgtype": "file", "file": {"media_id": media_id}})
            await platform.click("zhangwei", "dj1", "ok")
            await asyncio.wait_for(done.wait(), SECONDS)
        finally:
            await gateway.stop()


async def test_both_clients_send_the_same_frames(platform: AibotGateway, tmp_path: Path) -> None:
    size = 512 * 1024 + 99
    script = tmp_path / "sdk.cjs"
    await asyncio.to_thread(script.write_text, SCRIPT, encoding="utf-8")
    printed = await theirs(platform, size, script)
    assert {"length": len(PNG), "head": PNG[:8].hex(), "filename": "a.png"} in printed
    assert {"text": "来10箱"} in printed
    assert {"updated": True} in printed
    peer = [bare(frame) for frame in platform.requests if frame["cmd"] != "ping"]
    assert len(platform.updates) == 1
    assert {name for frame in platform.of("ping") for name in frame} == {"cmd", "headers"}
    platform.requests.clear()
    await ours(platform, size)
    own = [bare(frame) for frame in platform.requests if frame["cmd"] != "ping"]
    assert [frame["cmd"] for frame in own] == [frame["cmd"] for frame in peer]
    assert own == peer
