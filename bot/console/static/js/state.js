// What the page knows: people, rooms and messages. Panes listen to its events.

import { get } from "./api.js";

class State extends EventTarget {
  firm = "";
  bot = "单据";
  people = [];
  rooms = new Map();
  messages = new Map(); // seq -> message
  order = new Map(); // room -> sorted seqs
  more = new Map(); // room -> whether older messages exist; absent: not loaded yet
  #loading = new Map();
  #read = new Map(); // "person:room" -> last seq seen

  async load() {
    const firm = await get("firm");
    this.firm = firm.firm;
    this.bot = firm.bot;
    this.people = firm.people.map((person, index) => ({ ...person, index }));
    for (const room of firm.rooms) this.rooms.set(room.id, room);
    return firm.seq;
  }

  person(id) {
    return this.people.find((person) => person.id === id);
  }

  roomsOf(person) {
    return [...this.rooms.values()].filter((room) => room.members.includes(person.id));
  }

  /** Take a new or changed message; an older state of it than the one known is dropped. */
  put(message, live = true) {
    const known = this.messages.get(message.seq);
    if (known && known.changed >= message.changed) return;
    this.messages.set(message.seq, message);
    const seqs = this.order.get(message.room) ?? [];
    if (!known) {
      let place = seqs.length;
      while (place > 0 && seqs[place - 1] > message.seq) place -= 1;
      seqs.splice(place, 0, message.seq);
      this.order.set(message.room, seqs);
    }
    this.dispatchEvent(new CustomEvent("message", { detail: { message, fresh: !known, live } }));
    if (!known && live) this.dispatchEvent(new Event("unread"));
  }

  /** Read a room's past: the newest page first, then older ones. */
  loadRoom(room, older = false) {
    if (!older && this.more.has(room)) return Promise.resolve();
    const running = this.#loading.get(room);
    if (running) return running;
    const first = this.order.get(room)?.[0];
    const before = older && first ? `&before=${first}` : "";
    const work = get(`history?room=${encodeURIComponent(room)}${before}`)
      .then((page) => {
        for (const message of page.messages) this.put(message, false);
        this.more.set(room, page.more);
        this.dispatchEvent(new CustomEvent("room", { detail: room }));
      })
      .finally(() => this.#loading.delete(room));
    this.#loading.set(room, work);
    return work;
  }

  /** A person has seen everything in a room. */
  markRead(person, room) {
    const last = this.order.get(room)?.at(-1) ?? 0;
    const key = `${person.id}:${room}`;
    if ((this.#read.get(key) ?? 0) >= last && this.#read.has(key)) return;
    this.#read.set(key, last);
    this.dispatchEvent(new Event("unread"));
  }

  /** What is there when the page opens counts as read; later messages of others do not. */
  startReading(seq) {
    for (const room of this.rooms.values()) for (const id of room.members) this.#read.set(`${id}:${room.id}`, seq);
  }

  unread(person, room) {
    const read = this.#read.get(`${person.id}:${room}`) ?? 0;
    const seqs = this.order.get(room) ?? [];
    let count = 0;
    for (let place = seqs.length - 1; place >= 0 && seqs[place] > read; place -= 1) {
      const message = this.messages.get(seqs[place]);
      if (message.from !== person.id && !message.recalled) count += 1;
    }
    return count;
  }

  unreadOf(person) {
    return this.roomsOf(person).reduce((sum, room) => sum + this.unread(person, room.id), 0);
  }

  nameOf(id) {
    return id === null ? this.bot : (this.person(id)?.name ?? "已离开的人");
  }

  /** One line that says what a message was. */
  brief(seq) {
    const message = this.messages.get(seq);
    if (!message) return "较早的消息";
    if (message.recalled) return "已撤回的消息";
    const files = (message.files ?? []).map((file) => (file.kind === "picture" ? "[图片]" : `[文件] ${file.name}`));
    const words = message.kind === "card" ? `[卡片] ${message.card.title}` : [message.text, ...files].filter(Boolean).join(" ");
    return `${this.nameOf(message.from)}：${words.replaceAll("\n", " ").slice(0, 120)}`;
  }
}

export const state = new State();
