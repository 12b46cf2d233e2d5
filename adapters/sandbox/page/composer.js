// Where one writes: text, a photo, a voice message, a file; with a quote, or as an edit.

import { h, icon, iconButton, toast } from "/page/dom.js";
import { upload } from "/page/link.js";
import { errorText, t } from "/page/texts.js";

const ACCEPT = { photo: "image/*", voice: "audio/*", file: "" };

export class Composer {
  #send;
  #quotes = null;
  #edits = null;
  #recorder = null;
  #about = h("div", { class: "about", hidden: true });
  #extras = h("div", { class: "extras", hidden: true });

  // send({text, files, quotes}) or send({text, edits}); a promise.
  constructor(send) {
    this.#send = send;
    this.#text = h("textarea", { rows: 1, class: "write", enterkeyhint: "send",
      oninput: () => this.#grow(), onkeydown: (event) => this.#key(event) });
    this.#submit = h("button", { type: "submit", class: "send" }, icon("send"));
    this.#plus = iconButton("plus", "", () => this.#toggle(), { class: "quiet", "aria-expanded": "false" });
    this.node = h("form", { class: "composer", onsubmit: (event) => { event.preventDefault(); this.#say(); } },
      this.#about, h("div", { class: "write-row" }, this.#plus, this.#text, this.#submit), this.#extras);
    this.draw();
    this.#grow();
  }

  #text;
  #submit;
  #plus;

  draw() {
    this.#text.placeholder = t("write");
    this.#text.setAttribute("aria-label", t("write"));
    this.#submit.setAttribute("aria-label", t("send"));
    this.#plus.setAttribute("aria-label", t("more"));
    this.#plus.title = t("more");
    this.#drawExtras();
  }

  quote(message, name) {
    this.#edits = null;
    this.#quotes = message.id;
    this.#tell("quote", t("quoting", { name }), message.text || message.files.map((file) => file.name).join(" "));
  }

  edit(message) {
    this.#quotes = null;
    this.#edits = message.id;
    this.#text.value = message.text;
    this.#grow();
    this.#tell("edit", t("editing"), message.text);
  }

  #tell(name, title, text) {
    this.#about.replaceChildren(icon(name), h("span", {}, h("b", {}, title), text),
      iconButton("close", t("cancel"), () => this.#forget(), { class: "quiet" }));
    this.#about.hidden = false;
    this.#text.focus();
  }

  #forget() {
    if (this.#edits) this.#text.value = "";
    this.#quotes = this.#edits = null;
    this.#about.hidden = true;
    this.#grow();
    this.#text.focus();
  }

  #key(event) {
    // While a Chinese keyboard composes, Enter picks a word.
    if (event.key === "Escape" && !this.#about.hidden) this.#forget();
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    this.#say();
  }

  async #say(files = []) {
    const text = this.#text.value.trim();
    if (!text && !files.length) return;
    try {
      await this.#send(this.#edits ? { text, edits: this.#edits } : { text, files, quotes: this.#quotes });
    } catch (error) {
      toast(errorText(error.message));
      return;
    }
    this.#edits = this.#quotes = null;
    this.#about.hidden = true;
    this.#text.value = "";
    this.#grow();
  }

  #grow() {
    this.#text.style.height = "auto";
    this.#text.style.height = `${Math.min(this.#text.scrollHeight, 144)}px`;
    this.#submit.classList.toggle("ready", this.#text.value.trim() !== "");
  }

  #toggle(open = this.#extras.hidden) {
    this.#extras.hidden = !open;
    this.#plus.setAttribute("aria-expanded", String(open));
  }

  #drawExtras() {
    if (this.#recorder) {
      this.#extras.replaceChildren(h("span", { class: "recording", role: "status" }, t("recording")),
        this.#extra("stop", "stop", () => this.#recorder.stop()));
      return;
    }
    this.#extras.replaceChildren(
      this.#extra("photo", "photo", () => this.#pick("photo")),
      this.#extra("voice", "voice", () => this.#record()),
      this.#extra("file", "file", () => this.#pick("file")));
  }

  #extra(name, key, onclick) {
    return h("button", { type: "button", class: "extra", onclick }, icon(name), t(key));
  }

  #pick(kind) {
    const input = h("input", { type: "file", accept: ACCEPT[kind] || null });
    input.addEventListener("change", () => { if (input.files[0]) this.#sendFile(kind, input.files[0], input.files[0].name); });
    input.click();
  }

  async #sendFile(kind, blob, name) {
    try {
      const ref = await upload(kind, blob, name);
      this.#toggle(false);
      await this.#say([ref]);
    } catch (error) {
      toast(errorText(error.message));
    }
  }

  async #record() {
    if (!window.MediaRecorder || !navigator.mediaDevices) return this.#pick("voice");
    let stream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    } catch {
      toast(t("noMicrophone"));
      return this.#pick("voice");
    }
    const parts = [];
    this.#recorder = new MediaRecorder(stream);
    this.#recorder.addEventListener("dataavailable", (event) => parts.push(event.data));
    this.#recorder.addEventListener("stop", () => {
      for (const track of stream.getTracks()) track.stop();
      const type = this.#recorder.mimeType;
      this.#recorder = null;
      this.#drawExtras();
      const ending = type.includes("mp4") ? "m4a" : type.includes("ogg") ? "ogg" : "weba";
      this.#sendFile("voice", new Blob(parts, { type }), `voice.${ending}`);
    });
    this.#recorder.start();
    this.#drawExtras();
  }
}
