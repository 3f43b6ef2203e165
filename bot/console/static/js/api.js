// Talking to the service. Every failure becomes an Error whose message can be shown.

const BASE = "/console/api/";

async function answer(request) {
  let response;
  try {
    response = await request;
  } catch {
    throw new Error("连不上服务，请看看它是不是还在运行");
  }
  let data = {};
  try {
    data = await response.json();
  } catch {
    // A body that is no JSON carries nothing to show.
  }
  if (!response.ok) {
    const error = new Error(data.error || `服务出错（${response.status}），请稍后再试`);
    error.status = response.status;
    throw error;
  }
  return data;
}

export const get = (path) => answer(fetch(BASE + path, { cache: "no-store" }));

export const post = (path, data) =>
  answer(fetch(BASE + path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(data) }));

/** Store files; returns [{sha256, name, kind, size}]. */
export async function upload(files) {
  const form = new FormData();
  for (const file of files) form.append("file", file, file.name || "图片.png");
  return (await answer(fetch(`${BASE}files`, { method: "POST", body: form }))).files;
}

export const fileUrl = (file) => `${BASE}file/${encodeURIComponent(file.sha256)}?name=${encodeURIComponent(file.name ?? "")}`;

/** A key that makes a repeated request the same request. */
export const newKey = () => crypto.randomUUID().replaceAll("-", "");

/**
 * Listen to what is new, from change number `after` on. Comes back by itself after an interruption and resumes where it was.
 * `on` has: message(data), state(connected), reset().
 */
export function listen(after, on) {
  let seen = after;
  let source;
  let wait = 500;
  let quiet;
  // A connection that died without a word is noticed by its missing heartbeats (every 15 s).
  const alive = () => {
    clearTimeout(quiet);
    quiet = setTimeout(again, 40_000);
  };
  const again = () => {
    clearTimeout(quiet);
    source.close();
    on.state(false);
    setTimeout(open, wait);
    wait = Math.min(wait * 2, 8_000);
  };
  function open() {
    source = new EventSource(`${BASE}feed?after=${seen}`);
    alive();
    source.addEventListener("hello", () => {
      wait = 500;
      alive();
      on.state(true);
    });
    source.addEventListener("beat", alive);
    source.addEventListener("message", (event) => {
      alive();
      const message = JSON.parse(event.data);
      seen = Math.max(seen, message.changed);
      on.message(message);
    });
    source.addEventListener("reset", () => on.reset());
    source.onerror = again;
  }
  open();
}
