// The page: who I am, the group and the private chat beside each other, the demo's clock.

import { Chat } from "/page/chat.js";
import { Demo } from "/page/demo.js";
import { h, icon, iconButton, toast } from "/page/dom.js";
import { Link } from "/page/link.js";
import { avatar, People } from "/page/people.js";
import { errorText, labelText, locale, switchLanguage, t } from "/page/texts.js";
import { useZone } from "/page/time.js";

class App {
  #demo = new Demo(() => this.#redate());
  #people = new People((user) => this.#choose(user));
  #link = null;
  #phone = null;
  #chats = new Map();
  #shown = { group: null, private: null };
  #tab = "group";
  #unread = new Set();
  #offline = h("div", { class: "offline", role: "status", hidden: true });
  #top = h("header", { class: "top" });
  #stage = h("main", { class: "stage" });

  constructor(root) {
    document.documentElement.lang = locale();
    root.append(this.#top, this.#offline, h("div", { class: "desk" }, this.#people.node, this.#stage));
    window.addEventListener("popstate", () => this.#open(userInAddress()));
  }

  async start() {
    this.#open(userInAddress());
    await Promise.all([this.#people.load(), this.#demo.start()]);
    if (this.#phone) this.#drawStage();
  }

  #choose(user) {
    history.pushState(null, "", user ? `?user=${encodeURIComponent(user)}` : "/");
    this.#open(user);
    if (!user) this.#people.load();
  }

  #open(user) {
    this.#link?.close();
    this.#link = this.#phone = null;
    this.#chats.clear();
    this.#unread.clear();
    this.#tab = "group";
    this.#shown = { group: null, private: null };
    this.#offline.hidden = true;
    this.#people.mark(user);
    document.body.classList.toggle("choosing", !user);
    if (user) this.#link = new Link(user, this.#handlers());
    this.#draw();
  }

  #handlers() {
    return {
      connected: (is) => { this.#offline.hidden = is; this.#offline.textContent = t("offline"); },
      stranger: () => { toast(t("stranger")); this.#choose(null); },
      hello: (news) => this.#hello(news),
      chat: ({ chat }) => this.#putChat(chat),
      left: ({ chat }) => this.#removeChat(chat),
      message: ({ message }) => this.#putMessage(message),
    };
  }

  #hello(news) {
    useZone(news.zone);
    this.#phone = { me: news.me, bot: news.bot, link: this.#link, now: () => this.#demo.now() };
    this.#chats.clear();
    for (const chat of news.chats) this.#chats.set(chat.id, { info: chat, view: new Chat(chat, this.#phone) });
    this.#settle();
    this.#draw();
  }

  // Keeps the group that is open, if it is still there.
  #settle() {
    const all = [...this.#chats.values()];
    const groups = all.filter(({ info }) => !info.private).map(({ info }) => info.id);
    if (!groups.includes(this.#shown.group)) this.#shown.group = groups[0] ?? null;
    this.#shown.private = all.find(({ info }) => info.private)?.info.id ?? null;
  }

  #putChat(info) {
    const known = this.#chats.get(info.id);
    if (known) known.info = info;
    else this.#chats.set(info.id, { info, view: new Chat(info, this.#phone) });
    this.#settle();
    this.#drawStage();
  }

  #removeChat(id) {
    if (!this.#chats.delete(id)) return;
    this.#settle();
    this.#drawStage();
  }

  #putMessage(message) {
    const chat = this.#chats.get(message.chat);
    if (!chat?.view.put(message)) return;
    if (!this.#visible(message.chat)) {
      this.#unread.add(message.chat);
      this.#drawMarks();
    }
  }

  #visible(id) {
    const side = id === this.#shown.group ? "group" : id === this.#shown.private ? "private" : null;
    return side !== null && (side === this.#tab || !matchMedia("(max-width: 759px)").matches);
  }

  #draw() {
    document.title = this.#phone ? `${this.#phone.me.name} · ${t("brand")}` : t("brand");
    const language = h("button", { type: "button", class: "pill language", "aria-label": t("languageLabel"),
      onclick: () => this.#switchLanguage() }, t("language"));
    this.#top.replaceChildren(
      h("div", { class: "brand" }, h("span", { class: "seal" }, icon("heart")),
        h("span", { class: "brand-name" }, t("brand")), h("span", { class: "tagline" }, t("tagline"))),
      this.#demo.node, language);
    this.#drawStage();
  }

  #switchLanguage() {
    switchLanguage();
    this.#demo.draw();
    this.#people.draw();
    for (const { view } of this.#chats.values()) view.draw();
    this.#draw();
    this.#top.querySelector(".language").focus();
  }

  #redate() {
    for (const { view } of this.#chats.values()) view.redate();
  }

  #drawStage() {
    if (!this.#phone) {
      this.#stage.replaceChildren(h("div", { class: "welcome" }, h("span", { class: "seal large" }, icon("heart")),
        h("p", {}, t("chooseHint"))));
      return;
    }
    const held = document.activeElement;
    this.#stage.replaceChildren(this.#meBar(), this.#tabs(),
      h("div", { class: "panes", "data-tab": this.#tab }, this.#groupPane(), this.#privatePane()));
    if (held?.isConnected) held.focus();
    for (const id of Object.values(this.#shown)) this.#chats.get(id)?.view.toEnd();
    this.#drawMarks();
  }

  #meBar() {
    const { me } = this.#phone;
    return h("div", { class: "me" },
      iconButton("back", t("back"), () => this.#choose(null), { class: "quiet back" }),
      avatar(me),
      h("div", { class: "me-name" }, h("b", {}, me.name), h("span", {}, labelText(me.label))),
      h("a", { class: "round quiet", href: "/", target: "_blank", rel: "noopener", "aria-label": t("anotherPhone"),
        title: t("anotherPhone") }, icon("phone")));
  }

  #tabs() {
    const tab = (name) => h("button", { type: "button", role: "tab", class: "tab", "data-tab": name,
      id: `tab-${name}`, "aria-controls": `pane-${name}`, "aria-selected": String(this.#tab === name),
      onclick: () => this.#show(name) }, t(name), h("span", { class: "dot", hidden: true, "aria-label": t("unread") }));
    return h("div", { class: "tabs", role: "tablist" }, tab("group"), tab("private"));
  }

  #show(name) {
    this.#tab = name;
    this.#drawStage();
    this.#stage.querySelector(`#tab-${name}`).focus();
  }

  #drawMarks() {
    for (const id of Object.values(this.#shown)) if (this.#visible(id)) this.#unread.delete(id);
    for (const name of ["group", "private"]) {
      const dot = this.#stage.querySelector(`.tab[data-tab="${name}"] .dot`);
      if (dot) dot.hidden = ![...this.#unread].some((id) => this.#chats.get(id)?.info.private === (name === "private"));
    }
    for (const option of this.#stage.querySelectorAll(".groups option")) {
      const { title } = this.#chats.get(option.value).info;
      option.textContent = this.#unread.has(option.value) ? `● ${title}` : title;
    }
  }

  #pane(name, head, ...content) {
    return h("section", { class: `pane ${name}`, id: `pane-${name}`, "aria-labelledby": `tab-${name}` },
      h("div", { class: "pane-head" }, ...head), ...content);
  }

  #groupPane() {
    const chat = this.#chats.get(this.#shown.group);
    if (!chat) return this.#pane("group", [h("h2", {}, t("group"))], h("p", { class: "hint empty" }, t("noGroup")));
    return this.#pane("group",
      [this.#groupTitle(chat.info), h("span", { class: "count" }, t("members", { n: chat.info.members }))], chat.view.node);
  }

  #groupTitle(info) {
    const groups = [...this.#chats.values()].map((chat) => chat.info).filter((other) => !other.private);
    if (groups.length === 1) return h("h2", {}, info.title);
    const select = h("select", { class: "groups", "aria-label": t("group"), onchange: () => {
      this.#shown.group = select.value;
      this.#drawStage();
    } }, ...groups.map(({ id, title }) => h("option", { value: id, selected: id === info.id }, title)));
    return select;
  }

  #privatePane() {
    const { bot } = this.#phone;
    const chat = this.#chats.get(this.#shown.private);
    const head = [h("h2", {}, t("privateWith", { name: bot }))];
    if (chat) return this.#pane("private", head, chat.view.node);
    return this.#pane("private", head, h("div", { class: "unopened" }, avatar(null),
      h("p", { class: "strong" }, t("notOpened", { name: bot })), h("p", {}, t("notOpenedHint")),
      h("button", { type: "button", class: "primary", onclick: () => this.#openPrivate() }, t("open"))));
  }

  async #openPrivate() {
    try {
      await this.#link.do({ do: "open" });
    } catch (error) {
      toast(errorText(error.message));
    }
  }
}

function userInAddress() {
  return new URLSearchParams(location.search).get("user");
}

new App(document.getElementById("app")).start();
