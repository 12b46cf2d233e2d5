// The demo's clock: shown only where the server has one.

import { h, icon } from "/page/dom.js";
import { t } from "/page/texts.js";
import { clockTime, dayKey, shortDay, useZone } from "/page/time.js";

const HOUR = 3600;
const DAY = 86400;
const TICK = 5000;
const ASK = 30000;

export class Demo {
  #ahead = 0;
  #state = null;
  #day = "";
  #newDay;
  #time = h("output", { class: "demo-time" });

  // newDay is called whenever another day has come, by the clock that counts.
  constructor(newDay) {
    this.#newDay = newDay;
    this.node = h("div", { class: "demo", role: "group", hidden: true });
    setInterval(() => this.#tick(), TICK);
    setInterval(() => { if (this.#state) this.#ask("/demo"); }, ASK);
  }

  now() {
    return new Date(Date.now() + this.#ahead);
  }

  async start() {
    await this.#ask("/demo");
    this.draw();
  }

  draw() {
    this.node.hidden = this.#state === null;
    this.node.setAttribute("aria-label", t("demo"));
    const move = (key, body, name) =>
      h("button", { type: "button", class: `pill ${name}`, onclick: () => this.#advance(body) },
        name === "strong" ? icon("next") : null, t(key));
    this.node.replaceChildren(this.#time,
      move("nextPrompt", { to: "next" }, "strong"), move("plusHour", { by: HOUR }, ""), move("plusDay", { by: DAY }, ""));
    this.node.firstElementChild.setAttribute("aria-label", t("demo"));
    this.node.querySelector(".strong").disabled = this.#state?.next === null;
    this.#tick();
  }

  async #advance(body) {
    this.node.setAttribute("aria-busy", "true");
    this.#time.textContent = t("moving");
    await this.#ask("/demo/advance", { method: "POST", body: JSON.stringify(body),
      headers: { "Content-Type": "application/json" } });
    this.node.removeAttribute("aria-busy");
    this.draw();
  }

  async #ask(path, options) {
    try {
      const reply = await fetch(path, options);
      if (!reply.ok) return;
      this.#state = await reply.json();
      this.#ahead = new Date(this.#state.now).getTime() - Date.now();
      useZone(this.#state.zone);
    } catch {
      // The socket's banner already says that the server is away.
    }
  }

  #tick() {
    if (this.node.hasAttribute("aria-busy")) return;
    const day = dayKey(this.now());
    if (day !== this.#day) {
      this.#day = day;
      this.#newDay();
    }
    if (!this.#state) return;
    this.#time.replaceChildren(h("span", {}, shortDay(this.now())), h("b", {}, clockTime(this.now())));
  }
}
