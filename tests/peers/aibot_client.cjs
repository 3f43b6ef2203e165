'use strict';
// @wecom/aibot-node-sdk as an intelligent bot: says what it hears, and does what it is asked.

const { WSClient } = require('@wecom/aibot-node-sdk');
const { quiet, say, serve, trouble } = require('./lines.cjs');

let client;

/** The vendor's client wants the frame it answers; all it takes from it is the req_id. */
function frame(req_id) {
  return { headers: { req_id } };
}

/** An acknowledgement as facts; a refused one is rejected by the client with the frame itself. */
async function acknowledged(promise) {
  const ack = await promise;
  return { errcode: ack.errcode, errmsg: ack.errmsg };
}

serve({
  connect({ bot_id, secret, url, heartbeat = 30000, tries = 2 }) {
    client = new WSClient({
      botId: bot_id,
      secret,
      wsUrl: url,
      heartbeatInterval: heartbeat,
      reconnectInterval: 50,
      maxReconnectAttempts: 20,
      maxAuthFailureAttempts: tries,
      logger: quiet,
    });
    client.on('authenticated', () => say({ what: 'authenticated' }));
    client.on('disconnected', (reason) => say({ what: 'disconnected', reason }));
    client.on('reconnecting', (attempt) => say({ what: 'reconnecting', attempt }));
    client.on('error', (error) => say({ what: 'error', ...trouble(error) }));
    client.on('message', ({ headers, body }) => {
      say({ what: 'message', kind: body.msgtype, msgid: body.msgid, req_id: headers.req_id, body });
    });
    client.on('event', ({ headers, body }) => {
      say({ what: 'event', kind: body.event.eventtype, req_id: headers.req_id, body });
    });
    client.connect();
  },
  disconnect() {
    client.disconnect();
  },
  status: () => ({ connected: client.isConnected }),
  markdown: ({ req_id, text }) =>
    acknowledged(client.reply(frame(req_id), { msgtype: 'markdown', markdown: { content: text } })),
  stream: ({ req_id, stream, text, finish }) => acknowledged(client.replyStream(frame(req_id), stream, text, finish)),
  card: ({ req_id, card }) => acknowledged(client.replyTemplateCard(frame(req_id), card)),
  stream_card: ({ req_id, stream, text, card }) =>
    acknowledged(client.replyStreamWithCard(frame(req_id), stream, text, true, { templateCard: card })),
  welcome: ({ req_id, text }) => acknowledged(client.replyWelcome(frame(req_id), { msgtype: 'text', text: { content: text } })),
  update: ({ req_id, card, users }) => acknowledged(client.updateTemplateCard(frame(req_id), card, users)),
  send: ({ chat, body }) => acknowledged(client.sendMessage(chat, body)),
  upload: ({ size, fill, type, name }) => client.uploadMedia(Buffer.alloc(size, fill), { type, filename: name }),
  media: ({ chat, type, media_id }) => acknowledged(client.sendMediaMessage(chat, type, media_id)),
  reply_media: ({ req_id, type, media_id }) => acknowledged(client.replyMedia(frame(req_id), type, media_id)),
  async download({ url, aeskey }) {
    const { buffer, filename } = await client.downloadFile(url, aeskey);
    return { data: buffer.toString('hex'), filename };
  },
});
