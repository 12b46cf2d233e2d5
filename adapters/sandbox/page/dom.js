// Building elements: text goes in as text, never as markup.

export function h(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "class") node.className = value;
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

const SVG = "http://www.w3.org/2000/svg";

const PATHS = {
  back: ["M15 5l-7 7 7 7"],
  more: ["M6 12h.01", "M12 12h.01", "M18 12h.01"],
  send: ["M12 19V6", "M6 11.5 12 5.5l6 6"],
  plus: ["M12 5v14", "M5 12h14"],
  close: ["M6 6l12 12", "M18 6 6 18"],
  photo: ["M4 7h4l1.5-2h5L16 7h4v12H4z", "M12 16.2a3.4 3.4 0 1 0 0-6.8 3.4 3.4 0 0 0 0 6.8z"],
  voice: ["M12 14.5a3 3 0 0 0 3-3v-5a3 3 0 0 0-6 0v5a3 3 0 0 0 3 3z", "M6 11.5a6 6 0 0 0 12 0", "M12 17.5V21"],
  file: ["M7 3.5h7l4 4v13H7z", "M14 3.5v4h4"],
  quote: ["M9 7 4.5 11.5 9 16", "M4.5 11.5H14a5.5 5.5 0 0 1 5.5 5.5v1.5"],
  edit: ["M5 19h3.5L19 8.5 15.5 5 5 15.5z"],
  copy: ["M9 9h10v11H9z", "M5 15V4h10"],
  phone: ["M8 3h8a1.5 1.5 0 0 1 1.5 1.5v15A1.5 1.5 0 0 1 16 21H8a1.5 1.5 0 0 1-1.5-1.5v-15A1.5 1.5 0 0 1 8 3z", "M11 18h2"],
  search: ["M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13z", "M15.5 15.5 20 20"],
  down: ["M6 9.5l6 6 6-6"],
  stop: ["M7 7h10v10H7z"],
  next: ["M6 5.5 14.5 12 6 18.5z", "M18 5.5v13"],
  heart: ["M12 19.5C7 15.8 4 13 4 9.6 4 7 6 5.3 8.2 5.3c1.7 0 3.1 1 3.8 2.5.7-1.5 2.1-2.5 3.8-2.5C18 5.3 20 7 20 9.6c0 3.4-3 6.2-8 9.9z"],
};

export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("class", "icon");
  for (const d of PATHS[name]) {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", d);
    svg.append(path);
  }
  return svg;
}

export function iconButton(name, label, onclick, more = {}) {
  return h("button", { type: "button", "aria-label": label, title: label, onclick, ...more,
    class: `round ${more.class ?? ""}` }, icon(name));
}

let fading = 0;

export function toast(text) {
  let box = document.querySelector(".toast");
  if (!box) document.body.append((box = h("div", { class: "toast", role: "alert" })));
  box.textContent = text;
  box.classList.add("shown");
  clearTimeout(fading);
  fading = setTimeout(() => box.classList.remove("shown"), 4000);
}
