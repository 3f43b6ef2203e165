'use strict';
// @larksuiteoapi/node-sdk as a client of a Feishu that is said to be at some address: REST, the dispatcher behind an
// HTTP server, the long connection.

const http = require('node:http');
const { Readable } = require('node:stream');
const lark = require('@larksuiteoapi/node-sdk');
const { quiet, say, serve } = require('./lines.cjs');

const common = { logger: quiet, loggerLevel: lark.LoggerLevel.error };
const clients = {};
let judging;
let long;

function dispatcher({ encrypt_key, token, answer }) {
  return new lark.EventDispatcher({ encryptKey: encrypt_key, verificationToken: token, ...common }).register({
    'im.message.receive_v1': (data) => {
      say({
        what: 'message',
        id: data.message.message_id,
        who: data.sender.sender_id.open_id,
        kind: data.message.message_type,
        content: JSON.parse(data.message.content),
        names: (data.message.mentions ?? []).map((one) => one.name),
      });
      return {};
    },
    'im.message.recalled_v1': (data) => { say({ what: 'recalled', id: data.message_id }); return {}; },
    'application.bot.menu_v6': (data) => { say({ what: 'menu', key: data.event_key }); return {}; },
    'im.chat.access_event.bot_p2p_chat_entered_v1': () => { say({ what: 'entered' }); return {}; },
    'card.action.trigger': (data) => {
      say({ what: 'click', ref: data.context.open_message_id, value: data.action.value, who: data.operator.open_id });
      return answer;
    },
  });
}

async function bytes(stream) {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString('hex');
}

serve({
  client({ name, app_id, app_secret, url }) {
    const cache = new lark.DefaultCache();
    clients[name] = new lark.Client({ appId: app_id, appSecret: app_secret, domain: url, cache, ...common });
  },
  async create({ name = 'main', to, kind, content, uuid }) {
    return clients[name].im.message.create({
      params: { receive_id_type: 'open_id' },
      data: { receive_id: to, msg_type: kind, content: JSON.stringify(content), uuid },
    });
  },
  async reply({ ref, content }) {
    return clients.main.im.message.reply({
      path: { message_id: ref },
      data: { msg_type: 'text', content: JSON.stringify(content) },
    });
  },
  async patch({ ref, content }) {
    return clients.main.im.message.patch({ path: { message_id: ref }, data: { content: JSON.stringify(content) } });
  },
  async read({ ref }) {
    return clients.main.im.message.get({ path: { message_id: ref } });
  },
  async remove({ ref }) {
    return clients.main.im.message.delete({ path: { message_id: ref } });
  },
  async resource({ ref, key, type }) {
    const found = await clients.main.im.messageResource.get({
      path: { message_id: ref, file_key: key },
      params: { type },
    });
    return { data: await bytes(found.getReadableStream()) };
  },
  async image({ data }) {
    return clients.main.im.image.create({ data: { image_type: 'message', image: Buffer.from(data, 'hex') } });
  },
  async file({ name, type, data }) {
    return clients.main.im.file.create({
      data: { file_type: type, file_name: name, file: Buffer.from(data, 'hex') },
    });
  },
  async user({ who }) {
    return clients.main.contact.user.get({ path: { user_id: who }, params: { user_id_type: 'open_id' } });
  },
  async listen(about) {
    const adapt = lark.adaptDefault('/feishu/events', dispatcher(about), { autoChallenge: true });
    const server = http.createServer((request, response) => {
      response.setHeader('Content-Type', 'application/json');
      adapt(request, response).catch((error) => {
        say({ what: 'threw', message: error.message });
        response.writeHead(500).end();
      });
    });
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    return { port: server.address().port };
  },
  /** Handlers that look at nothing: only what the library itself decides is wanted. */
  register({ encrypt_key, token, types }) {
    const nothing = Object.fromEntries(types.map((type) => [type, () => ({})]));
    const dispatch = new lark.EventDispatcher({ encryptKey: encrypt_key, verificationToken: token, ...common });
    judging = lark.adaptDefault('/feishu/events', dispatch.register(nothing), { autoChallenge: true });
  },
  /** One verdict. It answers 200 with an empty body where the signature is wrong, so: accepted is a body. */
  async judge({ body, headers }) {
    const request = Readable.from([Buffer.from(body, 'base64')]);
    request.url = '/feishu/events';
    request.headers = Object.fromEntries(Object.entries(headers).map(([name, one]) => [name.toLowerCase(), one]));
    let answer;
    try {
      await judging(request, { end: (text) => { answer = text; } });
    } catch (error) {
      return { accepted: false, reason: error.message };
    }
    return { accepted: answer !== undefined, answer };
  },
  connect(about) {
    long = new lark.WSClient({
      appId: about.app_id,
      appSecret: about.app_secret,
      domain: about.url,
      onReady: () => say({ what: 'ready' }),
      onReconnecting: () => say({ what: 'reconnecting' }),
      onReconnected: () => say({ what: 'reconnected' }),
      onError: (error) => say({ what: 'gave_up', message: error.message }),
      wsConfig: { pingTimeout: about.ping_timeout },
      ...common,
    });
    long.start({ eventDispatcher: dispatcher(about) });
  },
});
