// Talking to the simulator. Every failure becomes an Error whose message can be shown.

const BASE = "/api/";

async function answer(request) {
  let response;
  try {
    response = await request;
  } catch {
    throw new Error("连不上模拟器，请看看 danju simulate 是不是还在运行");
  }
  const data = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(data.error || `模拟器出错（${response.status}）`);
  return data;
}

export const get = (path) => answer(fetch(BASE + path, { cache: "no-store" }));

export const post = (path, data) =>
  answer(fetch(BASE + path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(data) }));

/** Send one file as a person. `place`: {who, platform, room}. */
export const sendFile = (place, file) =>
  answer(fetch(`${BASE}send-file?${new URLSearchParams({ ...place, name: file.name || "图片.png" })}`, { method: "POST", body: file }));

export const fileUrl = (platform, ref) => `${BASE}file?${new URLSearchParams({ platform, ref })}`;
export const imageUrl = (key) => `${BASE}image/${encodeURIComponent(key)}`;

/** Listen to everything new; resumes where it was. `on`: message, wire, state(connected), again(). */
export function listen(run, on) {
  let seen = 0;
  let wait = 500;
  let quiet;
  let source;
  const again = () => {
    clearTimeout(quiet);
    source.close();
    on.state(false);
    setTimeout(open, wait);
    wait = Math.min(wait * 2, 8000);
  };
  const alive = () => {
    clearTimeout(quiet);
    quiet = setTimeout(again, 40_000);
  };
  const take = (name) => (event) => {
    alive();
    seen = Math.max(seen, Number(event.lastEventId));
    on[name](JSON.parse(event.data));
  };
  function open() {
    source = new EventSource(`${BASE}feed?after=${seen}`);
    alive();
    source.addEventListener("hello", (event) => {
      if (JSON.parse(event.data).run !== run) return on.again();
      wait = 500;
      on.state(true);
    });
    source.addEventListener("beat", alive);
    source.addEventListener("message", take("message"));
    source.addEventListener("wire", take("wire"));
    source.onerror = again;
  }
  open();
}
