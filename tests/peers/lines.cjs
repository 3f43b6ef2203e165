'use strict';
// Lines of JSON in and out: {"n", "do", …} is answered by {"n", …} or {"n", "error"}; what happens by itself is
// said as {"what", …}. The process ends when nobody talks to it any more.

const readline = require('node:readline');

const quiet = { error() {}, warn() {}, info() {}, debug() {}, trace() {} };

function say(facts) {
  process.stdout.write(`${JSON.stringify(facts)}\n`);
}

/** A failed call as facts: HTTP status and the platform's own code where there are any. */
function trouble(error) {
  const data = error?.response?.data;
  return {
    message: String(error?.message ?? error?.errmsg ?? error),
    status: error?.response?.status ?? 0,
    code: data?.code ?? error?.errcode ?? error?.code ?? 0,
  };
}

function serve(handlers) {
  handlers.pause = () => {}; // its answer comes after everything that was said before
  const input = readline.createInterface({ input: process.stdin, crlfDelay: Infinity });
  input.on('line', async (line) => {
    const { n, do: what, ...asked } = JSON.parse(line);
    try {
      say({ n, ...((await handlers[what](asked)) ?? {}) });
    } catch (error) {
      say({ n, error: trouble(error) });
    }
  });
  input.on('close', () => process.exit(0));
  say({ what: 'started' });
}

module.exports = { quiet, say, serve, trouble };
