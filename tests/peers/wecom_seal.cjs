// Plays WeCom's side of a callback with Tencent's own @wecom/crypto. Reads one JSON object {token, key, jobs} from
// stdin and writes one answer per job: {"seal": [message, receive id]} gives {sealed, timestamp, nonce, signature},
// {"open": sealed} gives {message, id}, or {error}.
"use strict";

const { decrypt, encrypt, getSignature } = require("@wecom/crypto");

let text = "";
process.stdin.setEncoding("utf8");
process.stdin.on("data", (part) => (text += part));
process.stdin.on("end", () => {
  const { token, key, jobs } = JSON.parse(text);
  const answers = jobs.map((job, number) => {
    try {
      if (job.open !== undefined) {
        const { message, id } = decrypt(key, job.open);
        return { message, id, signature: getSignature(token, job.timestamp, job.nonce, job.open) };
      }
      const sealed = encrypt(key, job.seal[0], job.seal[1]);
      const timestamp = "1700000000";
      const nonce = `peer${number}`;
      return { sealed, timestamp, nonce, signature: getSignature(token, timestamp, nonce, sealed) };
    } catch (error) {
      return { error: String(error.message) };
    }
  });
  process.stdout.write(JSON.stringify(answers));
});
