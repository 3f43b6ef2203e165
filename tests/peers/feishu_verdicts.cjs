// @larksuiteoapi/node-sdk's own webhook: one JSON line per request on standard input ({headers, body}), one verdict
// per line on standard output: whether its handler was called, or the challenge echoed.
const readline = require('readline');
const lark = require('@larksuiteoapi/node-sdk');

const silent = { error() {}, warn() {}, info() {}, debug() {}, trace() {} };

async function main() {
  let about = null;
  let called = false;
  let dispatcher = null;
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const asked = JSON.parse(line);
    if (about === null) {
      about = asked;
      const handlers = {};
      for (const type of about.types) handlers[type] = async () => { called = true; return {}; };
      dispatcher = new lark.EventDispatcher({
        encryptKey: about.key, verificationToken: about.token, logger: silent, loggerLevel: lark.LoggerLevel.fatal,
      }).register(handlers);
      continue;
    }
    called = false;
    let echoed = null;
    try {
      const body = JSON.parse(Buffer.from(asked.body, 'base64').toString('utf-8'));
      const data = Object.assign(Object.create({ headers: asked.headers }), body);
      const { isChallenge, challenge } = lark.generateChallenge(data, { encryptKey: about.key });
      if (isChallenge) echoed = challenge.challenge;
      else await dispatcher.invoke(data);
    } catch (error) {
      called = false;
    }
    process.stdout.write(JSON.stringify({ taken: called, echoed }) + '\n');
  }
}

main();
