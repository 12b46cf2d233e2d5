// The small menu of one message.

import { h, icon } from "/page/dom.js";
import { t } from "/page/texts.js";

// choices: [[icon, text key, deed]]
export function showSheet(choices) {
  if (document.querySelector("dialog.sheet")) return;
  const dialog = h("dialog", { class: "sheet", "aria-label": t("actions") });
  const choose = (deed) => () => { dialog.close(); deed?.(); };
  dialog.append(
    ...choices.map(([name, key, deed]) =>
      h("button", { type: "button", class: "sheet-choice", onclick: choose(deed) }, icon(name), t(key))),
    h("button", { type: "button", class: "sheet-choice cancel", onclick: choose() }, t("cancel")));
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
