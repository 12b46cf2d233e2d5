// The socket of one phone: reconnects by itself, answers each deed with a promise.

const WAITS = [500, 1000, 2000, 4000];

export class Link {
  #user;
  #on;
  #socket = null;
  #pending = new Map();
  #next = 1;
  #failures = 0;
  #timer = 0;
  #closed = false;

  // on: { hello, message, chat, left, stranger, connected(boolean) }
  constructor(user, on) {
    this.#user = user;
    this.#on = on;
    this.#connect();
  }

  do(deed) {
    if (this.#socket?.readyState !== WebSocket.OPEN) return Promise.reject(new Error("offline"));
    const ref = this.#next++;
    this.#socket.send(JSON.stringify({ ...deed, ref }));
    return new Promise((resolve, reject) => this.#pending.set(ref, { resolve, reject }));
  }

  close() {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#socket?.close();
  }

  #connect() {
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const socket = new WebSocket(`${scheme}://${location.host}/ws?user=${encodeURIComponent(this.#user)}`);
    this.#socket = socket;
    socket.onmessage = (event) => this.#receive(JSON.parse(event.data));
    socket.onclose = () => this.#lost();
  }

  #receive(news) {
    if (this.#closed) return;
    if (news.t === "done" || news.t === "error") {
      this.#settle(news);
      return;
    }
    if (news.t === "hello") {
      this.#failures = 0;
      this.#on.connected(true);
    }
    if (news.t === "stranger") this.close();
    this.#on[news.t]?.(news);
  }

  #settle(news) {
    const waiting = this.#pending.get(news.ref);
    this.#pending.delete(news.ref);
    if (news.t === "done") waiting?.resolve(news.id);
    else waiting?.reject(new Error(news.error));
  }

  #lost() {
    for (const { reject } of this.#pending.values()) reject(new Error("offline"));
    this.#pending.clear();
    if (this.#closed) return;
    this.#on.connected(false);
    const wait = WAITS[Math.min(this.#failures++, WAITS.length - 1)];
    this.#timer = setTimeout(() => this.#connect(), wait);
  }
}

export async function upload(kind, blob, name) {
  const query = new URLSearchParams({ kind, name });
  const reply = await fetch(`/files?${query}`, { method: "POST", body: blob });
  if (reply.status === 413) throw new Error("sandbox.too_big");
  const value = await reply.json();
  if (!reply.ok) throw new Error(value.error);
  return value.ref;
}

export function fileUrl(file) {
  return `/file?${new URLSearchParams({ ref: file.ref, name: file.name })}`;
}
