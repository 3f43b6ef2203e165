// What the page knows: people, groups, and what every chat of every platform shows.

class State extends EventTarget {
  bot = "单据";
  people = [];
  groups = [];
  platforms = [];
  wires = [];
  #chats = new Map(); // "platform/chat" -> Map(ref -> message)

  take(data) {
    this.bot = data.bot;
    this.platforms = data.platforms;
    this.people = data.people.map((person, index) => ({ ...person, index }));
    this.groups = data.groups;
    this.dispatchEvent(new Event("firm"));
  }

  person(name) {
    return this.people.find((person) => person.name === name);
  }

  /** The rooms of a person on a platform; the direct one has no name. */
  rooms(person, platform) {
    const groups = this.groups.filter((group) => group.members.includes(person.name));
    return [
      { name: "", label: this.bot, chat: person.chats[platform] },
      ...groups.map((group) => ({ name: group.name, label: group.name, chat: group.chats[platform] ?? null, members: group.members })),
    ];
  }

  put(message) {
    const key = `${message.platform}/${message.chat}`;
    if (!this.#chats.has(key)) this.#chats.set(key, new Map());
    const chat = this.#chats.get(key);
    const fresh = !chat.has(message.ref);
    chat.set(message.ref, message);
    this.dispatchEvent(new CustomEvent("message", { detail: { message, fresh } }));
  }

  messages(platform, chat) {
    return [...(this.#chats.get(`${platform}/${chat}`)?.values() ?? [])].sort((one, other) => one.order - other.order);
  }

  message(platform, chat, ref) {
    return this.#chats.get(`${platform}/${chat}`)?.get(ref);
  }

  addWire(wire) {
    this.wires.push(wire);
    if (this.wires.length > 400) this.wires.shift();
    this.dispatchEvent(new CustomEvent("wire", { detail: wire }));
  }

  /** One line that says what a message was. */
  brief(message) {
    if (!message) return "较早的消息";
    const who = message.from ?? this.bot;
    if (message.recalled) return `${who}：已撤回的消息`;
    const body = message.body;
    let words = typeof body === "string" ? body : "";
    if (message.kind === "card") words = `[卡片] ${body.header?.title?.content ?? body.main_title?.title ?? ""}`;
    else if (message.kind === "image") words = "[图片]";
    else if (typeof body !== "string") words = `[文件] ${body.name ?? ""}`;
    return `${who}：${words.replaceAll("\n", " ").slice(0, 80)}`;
  }
}

export const state = new State();
