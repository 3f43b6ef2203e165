'use strict';
// @wecom/crypto, both ways: it plays the platform towards an address (check of the URL, signed posts), and it is the
// receiver that the simulated platform pushes to. Signing, encrypting and decrypting are the library's.

const http = require('node:http');
const { getSignature, encrypt, decrypt } = require('@wecom/crypto');
const { say, serve } = require('./lines.cjs');

const ENCRYPT = /<Encrypt><!\[CDATA\[([^\]]*)\]\]><\/Encrypt>/;
let reply = '';

function signed({ token, timestamp, nonce, sealed }) {
  return { msg_signature: getSignature(token, timestamp, nonce, sealed), timestamp, nonce };
}

/** A query string; `raw` leaves a plus sign as it is, as a careless client would. */
function query(parts, raw = false) {
  return Object.entries(parts)
    .map(([name, value]) => {
      const written = encodeURIComponent(value);
      return `${name}=${raw ? written.replaceAll('%2B', '+') : written}`;
    })
    .join('&');
}

function now() {
  return String(Math.floor(Date.now() / 1000));
}

/** What a receiver does who has nothing but this library. */
function open({ token, key, params, body }) {
  const sealed = params.echostr ?? ENCRYPT.exec(body)?.[1];
  if (!sealed) throw new Error('no Encrypt');
  if (getSignature(token, params.timestamp, params.nonce, sealed) !== params.msg_signature) {
    throw new Error('signature');
  }
  const { message, id } = decrypt(key, sealed);
  return { message, id };
}

async function text(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

serve({
  /** The check of the URL, with a ciphertext that has both awkward characters of base64 in it. */
  async check({ url, token, key, corp, plain, raw, wrong }) {
    let sealed;
    do sealed = encrypt(key, plain, corp);
    while (!(sealed.includes('+') && sealed.includes('/')));
    const parts = { ...signed({ token, timestamp: now(), nonce: '1372623149', sealed }), echostr: sealed };
    if (wrong) parts.msg_signature = parts.msg_signature.replace(/./g, (one) => (one === '0' ? '1' : '0'));
    const answer = await fetch(`${url}?${query(parts, raw)}`);
    return { status: answer.status, body: await answer.text() };
  },
  /** A message or event. `signer`: another token than the app's; `corp`: whose receive id stands in it. */
  async post({ url, token, key, corp, to, agent, xml, nonce = '1372623149', signature }) {
    const sealed = encrypt(key, xml, corp);
    const parts = signed({ token, timestamp: now(), nonce, sealed });
    if (signature) parts.msg_signature = signature;
    const outer = `<xml><ToUserName><![CDATA[${to ?? corp}]]></ToUserName><Encrypt><![CDATA[${sealed}]]></Encrypt>` +
      `<AgentID><![CDATA[${agent}]]></AgentID></xml>`;
    const answer = await fetch(`${url}?${query(parts)}`, { method: 'POST', body: outer });
    return { status: answer.status, body: await answer.text() };
  },
  /** Be the address the platform pushes to. */
  async listen({ token, key }) {
    const server = http.createServer(async (request, response) => {
      const params = Object.fromEntries(new URL(request.url, 'http://localhost').searchParams);
      try {
        const found = open({ token, key, params, body: await text(request) });
        if (request.method === 'GET') {
          response.end(found.message);
          return;
        }
        say({ what: 'event', ...found });
        if (!reply) {
          response.end();
          return;
        }
        const sealed = encrypt(key, reply, found.id);
        const marks = signed({ token, timestamp: now(), nonce: 'n1', sealed });
        response.end(`<xml><Encrypt><![CDATA[${sealed}]]></Encrypt>` +
          `<MsgSignature><![CDATA[${marks.msg_signature}]]></MsgSignature>` +
          `<TimeStamp>${marks.timestamp}</TimeStamp><Nonce><![CDATA[${marks.nonce}]]></Nonce></xml>`);
      } catch (error) {
        say({ what: 'refused', message: error.message });
        response.writeHead(403).end();
      }
    });
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    return { port: server.address().port };
  },
  /** What to answer pushes with: an inner document, or nothing. */
  answer({ xml }) {
    reply = xml;
  },
  /** One verdict: accepted when it opens. */
  judge(asked) {
    try {
      return { accepted: true, ...open(asked) };
    } catch (error) {
      return { accepted: false, reason: error.message };
    }
  },
});
