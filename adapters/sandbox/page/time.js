// Days and times as the group's zone has them, whatever the phone's zone is.

import { locale, t } from "/page/texts.js";

let zone = "Asia/Shanghai";

export function useZone(name) {
  zone = name;
}

function format(at, options) {
  return new Intl.DateTimeFormat(locale(), { timeZone: zone, ...options }).format(at);
}

export function clockTime(at) {
  return format(at, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
}

export function dayKey(at) {
  return format(at, { year: "numeric", month: "2-digit", day: "2-digit" });
}

export function dayText(at, now) {
  const day = format(at, { month: "long", day: "numeric", weekday: "long" });
  return dayKey(at) === dayKey(now) ? `${t("today")} · ${day}` : day;
}

export function shortDay(at) {
  return format(at, { month: "short", day: "numeric", weekday: "short" });
}
