// One chat: its messages by day, and where one writes.

import { bubble, nameOf } from "/page/bubble.js";
import { Composer } from "/page/composer.js";
import { h, icon, toast } from "/page/dom.js";
import { showSheet } from "/page/sheet.js";
import { errorText, t } from "/page/texts.js";
import { dayKey, dayText } from "/page/time.js";

const NEAR = 120;

export class Chat {
  #chat;
  #phone;
  #messages = new Map();
  #log = h("div", { class: "log", role: "log", tabindex: "0" });
  #below;

  // phone: { me, bot, link, now() }
  constructor(chat, phone) {
    this.#chat = chat;
    this.#phone = phone;
    this.#below = h("button", { type: "button", class: "below", hidden: true, onclick: () => this.toEnd() });
    this.composer = new Composer((words) => this.#send(words));
    this.node = h("div", { class: "chat" }, h("div", { class: "scroll" }, this.#log, this.#below), this.composer.node);
    this.#log.addEventListener("scroll", () => { if (this.#atEnd()) this.#below.hidden = true; }, { passive: true });
    for (const message of chat.messages) this.#messages.set(message.id, message);
    this.draw();
  }

  get id() {
    return this.#chat.id;
  }

  draw() {
    this.#log.setAttribute("aria-label", this.#chat.title || t("private"));
    this.#below.replaceChildren(icon("down"), t("newBelow"));
    this.composer.draw();
    const nodes = [];
    let day = "";
    for (const message of this.#messages.values()) {
      if (message.gone) continue;
      const at = new Date(message.at);
      if (dayKey(at) !== day) nodes.push(this.#separator(at));
      day = dayKey(at);
      nodes.push(this.#bubble(message));
    }
    if (!nodes.length) nodes.push(h("p", { class: "hint empty" }, t("emptyChat")));
    this.#log.replaceChildren(...nodes);
    this.toEnd();
  }

  // Says anew which day is today.
  redate() {
    for (const day of this.#log.querySelectorAll(".day")) {
      day.firstElementChild.textContent = dayText(new Date(day.dataset.at), this.#phone.now());
    }
  }

  toEnd() {
    this.#log.scrollTop = this.#log.scrollHeight;
    this.#below.hidden = true;
  }

  // Returns whether it is a new message of somebody else.
  put(message) {
    const known = this.#messages.get(message.id);
    const follow = this.#atEnd() || message.by?.user === this.#phone.me.user;
    if (known) this.#replace(message);
    else this.#append(message);
    if (follow) requestAnimationFrame(() => this.toEnd());
    else if (!known) this.#below.hidden = false;
    return !known && message.by?.user !== this.#phone.me.user;
  }

  #append(message) {
    const last = [...this.#messages.values()].filter((other) => !other.gone).at(-1);
    this.#messages.set(message.id, message);
    if (message.gone) return;
    if (!last) this.#log.replaceChildren();
    const at = new Date(message.at);
    if (!last || dayKey(new Date(last.at)) !== dayKey(at)) this.#log.append(this.#separator(at));
    const node = this.#bubble(message);
    node.classList.add("fresh");
    this.#log.append(node);
  }

  #replace(message) {
    this.#messages.set(message.id, message);
    const old = this.#node(message.id);
    if (message.gone) {
      if (old?.previousElementSibling?.matches(".day") && !old.nextElementSibling?.matches(".message")) {
        old.previousElementSibling.remove();
      }
      old?.remove();
      return;
    }
    const node = this.#bubble(message);
    const held = old?.contains(document.activeElement);
    old?.replaceWith(node);
    this.#flash(node);
    if (held) node.querySelector("button")?.focus();
  }

  #flash(node) {
    node.classList.remove("changed");
    void node.offsetWidth;
    node.classList.add("changed");
  }

  #node(id) {
    return this.#log.querySelector(`[data-id="${CSS.escape(id)}"]`);
  }

  #separator(at) {
    return h("div", { class: "day", role: "separator", "data-at": at.toISOString() },
      h("span", {}, dayText(at, this.#phone.now())));
  }

  #atEnd() {
    return this.#log.scrollHeight - this.#log.scrollTop - this.#log.clientHeight < NEAR;
  }

  #bubble(message) {
    return bubble(message, {
      me: this.#phone.me,
      bot: this.#phone.bot,
      press: (pressed, data) => this.#try({ do: "press", chat: this.id, message: pressed.id, data }),
      act: (about) => this.#act(about),
      jump: (id) => this.#jump(id),
    });
  }

  #act(message) {
    const mine = message.by?.user === this.#phone.me.user;
    const choices = [["quote", "quote", () => this.composer.quote(message, nameOf(message.by, this.#phone))]];
    if (mine && message.text) choices.push(["edit", "edit", () => this.composer.edit(message)]);
    if (message.text) choices.push(["copy", "copy", () => navigator.clipboard?.writeText(message.text)]);
    showSheet(choices);
  }

  #jump(id) {
    const node = this.#node(id);
    if (!node) return;
    node.scrollIntoView({ block: "center" });
    this.#flash(node);
  }

  #send({ text, files, quotes, edits }) {
    if (edits) return this.#phone.link.do({ do: "edit", message: edits, text });
    return this.#phone.link.do({ do: "say", chat: this.id, text, files, quotes });
  }

  async #try(deed) {
    try {
      await this.#phone.link.do(deed);
    } catch (error) {
      toast(errorText(error.message));
    }
  }
}
