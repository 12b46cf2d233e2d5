// Choosing whose phone this is.

import { h, icon } from "/page/dom.js";
import { labelText, roleOf, t } from "/page/texts.js";

// The short lists first: hundreds of workers come last.
const ORDER = ["chair", "cadre", "manager", "upper", "specialist", "operator", "foreman", "worker", "other"];

export function avatar(person) {
  if (person === null) return h("span", { class: "avatar of-bot", "aria-hidden": "true" }, icon("heart"));
  const role = roleOf(person.label);
  return h("span", { class: `avatar of-${role}`, "aria-hidden": "true" }, [...person.name][0] ?? "?");
}

export class People {
  #all = [];
  #query = "";
  #current = null;
  #onchoose;
  #list = h("div", { class: "people-list" });

  constructor(onchoose) {
    this.#onchoose = onchoose;
    this.node = h("nav", { class: "people" });
    this.draw();
  }

  async load() {
    this.#all = await (await fetch("/people")).json();
    this.#drawList();
  }

  mark(user) {
    this.#current = user;
    this.#drawList();
  }

  draw() {
    const search = h("input", {
      type: "search", class: "search", placeholder: t("search"), "aria-label": t("search"),
      oninput: (event) => { this.#query = event.target.value.trim().toLowerCase(); this.#drawList(); },
    });
    search.value = this.#query;
    this.node.setAttribute("aria-label", t("choose"));
    this.node.replaceChildren(
      h("div", { class: "people-head" }, h("h1", {}, t("choose")), h("p", {}, t("chooseHint")),
        h("div", { class: "search-box" }, icon("search"), search)),
      this.#list,
    );
    this.#drawList();
  }

  #drawList() {
    const found = this.#all.filter((person) => this.#matches(person));
    if (!found.length) {
      this.#list.replaceChildren(h("p", { class: "hint" }, t(this.#all.length ? "nobody" : "noPeople")));
      return;
    }
    const groups = ORDER.map((role) => [role, found.filter((person) => roleOf(person.label) === role)]);
    this.#list.replaceChildren(...groups.filter(([, those]) => those.length).map(([role, those]) => this.#group(role, those)));
  }

  #matches(person) {
    const words = `${person.name} ${person.user} ${labelText(person.label)}`.toLowerCase();
    return words.includes(this.#query);
  }

  #group(role, those) {
    return h("section", { class: "people-group" },
      h("h2", {}, t(`role/${role}`), h("span", { class: "count" }, String(those.length))),
      h("ul", {}, ...those.map((person) => h("li", {}, this.#row(person)))));
  }

  #row(person) {
    const here = person.user === this.#current;
    const trade = labelText(person.label).split(" · ")[1] ?? "";
    return h("button", { type: "button", class: "person", "aria-current": here && "true", "data-user": person.user,
      onclick: () => this.#onchoose(person.user) },
      avatar(person),
      h("span", { class: "person-name" }, person.name),
      trade ? h("span", { class: "person-trade" }, trade) : null);
  }
}
