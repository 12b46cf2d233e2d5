// One message as it is seen.

import { h, icon, iconButton } from "/page/dom.js";
import { fileUrl } from "/page/link.js";
import { avatar } from "/page/people.js";
import { labelText, t } from "/page/texts.js";
import { clockTime } from "/page/time.js";

const HOLD = 500;

// phone: { me, bot, press(message, data), act(message, node), jump(id) }
export function bubble(message, phone) {
  const mine = message.by?.user === phone.me.user;
  const body = h("div", { class: "bubble" },
    message.quotes ? quoted(message.quotes, phone) : null,
    ...message.files.map(fileNode),
    message.text ? h("p", { class: "text" }, message.text) : null);
  const node = h("article", { class: `message ${mine ? "mine" : message.by ? "theirs" : "bot"}`, "data-id": message.id },
    mine ? null : avatar(message.by),
    h("div", { class: "column" }, byline(message, mine, phone),
      h("div", { class: "line" }, body,
        iconButton("more", t("actions"), () => phone.act(message, node), { class: "quiet more" })),
      buttons(message, phone)));
  holdable(body, () => phone.act(message, node));
  return node;
}

export function nameOf(by, phone) {
  if (by === null) return phone.bot;
  return by.user === phone.me.user ? t("you") : by.name;
}

function byline(message, mine, phone) {
  const role = message.by ? labelText(message.by.label) : t("role/bot");
  const at = new Date(message.at);
  return h("header", { class: "byline" },
    mine ? null : h("b", { class: "name" }, message.by?.name ?? phone.bot),
    mine ? null : h("span", { class: "role" }, role),
    h("time", { datetime: message.at }, clockTime(at)),
    message.version ? h("span", { class: "note" }, t("edited")) : null,
    message.silent ? h("span", { class: "note" }, t("silent")) : null);
}

function quoted(quote, phone) {
  return h("button", { type: "button", class: "quoted", onclick: () => phone.jump(quote.id) },
    h("b", {}, nameOf(quote.by, phone)), h("span", {}, quote.text));
}

function fileNode(file) {
  if (file.kind === "photo") {
    return h("a", { class: "photo", href: fileUrl(file), target: "_blank", rel: "noopener" },
      h("img", { src: fileUrl(file), alt: t("photoOf", { name: file.name }), loading: "lazy" }));
  }
  if (file.kind === "voice") {
    return h("audio", { controls: true, preload: "metadata", src: fileUrl(file), "aria-label": t("voice") });
  }
  return h("a", { class: "file", href: fileUrl(file), download: file.name }, icon("file"), h("span", {}, file.name));
}

function buttons(message, phone) {
  if (!message.buttons.length) return null;
  return h("div", { class: "buttons" }, ...message.buttons.map(({ label, data }) => {
    const button = h("button", { type: "button", class: "choice", onclick: async () => {
      button.setAttribute("aria-busy", "true");
      await phone.press(message, data);
      button.removeAttribute("aria-busy");
    } }, label);
    return button;
  }));
}

function holdable(node, act) {
  let timer = 0;
  const stop = () => clearTimeout(timer);
  node.addEventListener("touchstart", () => { timer = setTimeout(act, HOLD); }, { passive: true });
  for (const end of ["touchend", "touchmove", "touchcancel"]) node.addEventListener(end, stop, { passive: true });
  node.addEventListener("contextmenu", (event) => {
    if (event.target.closest("a, img, audio")) return;
    event.preventDefault();
    stop();
    act();
  });
}
