'use strict';
// A second author's platform side of Feishu's webhook, on nothing but node's own crypto: seals and signs envelopes as
// the open platform documents it, and posts them.

const crypto = require('node:crypto');
const { serve } = require('./lines.cjs');

function seal(key, plain) {
  const secret = crypto.createHash('sha256').update(key, 'utf8').digest();
  const iv = crypto.randomBytes(16);
  const cipher = crypto.createCipheriv('aes-256-cbc', secret, iv);
  return Buffer.concat([iv, cipher.update(plain, 'utf8'), cipher.final()]).toString('base64');
}

function sign(key, timestamp, nonce, body) {
  return crypto.createHash('sha256').update(timestamp + nonce + key, 'utf8').update(body).digest('hex');
}

const tampered = {
  body: (one) => { one.body[one.body.length - 20] ^= 1; },
  truncated: (one) => { one.body = one.body.subarray(0, one.body.length - 24); },
  longer: (one) => { one.body = Buffer.concat([one.body, Buffer.from(' ')]); },
  signature: (one) => { one.headers['X-Lark-Signature'] = '0'.repeat(64); },
  upper: (one) => { one.headers['X-Lark-Signature'] = one.headers['X-Lark-Signature'].toUpperCase(); },
  timestamp: (one) => { one.headers['X-Lark-Request-Timestamp'] += '0'; },
  nonce: (one) => { one.headers['X-Lark-Request-Nonce'] += 'x'; },
  unsigned: (one) => { delete one.headers['X-Lark-Signature']; },
};

serve({
  /** Post one envelope. `how`: what is done to it after it was signed; `signer`: the key it is signed with. */
  async push({ url, key, signer = key, envelope, how, plain = false, signed = true }) {
    const text = JSON.stringify(envelope);
    const one = { body: Buffer.from(plain ? text : JSON.stringify({ encrypt: seal(key, text) })), headers: {} };
    const [timestamp, nonce] = [String(Math.floor(Date.now() / 1000)), crypto.randomBytes(8).toString('hex')];
    if (signed) {
      one.headers = {
        'X-Lark-Request-Timestamp': timestamp,
        'X-Lark-Request-Nonce': nonce,
        'X-Lark-Signature': sign(signer, timestamp, nonce, one.body),
      };
    }
    if (how) tampered[how](one);
    const headers = { 'Content-Type': 'application/json; charset=utf-8', ...one.headers };
    const answer = await fetch(url, { method: 'POST', body: one.body, headers });
    return { status: answer.status, body: await answer.text() };
  },
  ways: () => ({ ways: Object.keys(tampered) }),
});
