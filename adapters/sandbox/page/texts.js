// Every sentence of the page, in Chinese and English.

const ZH = {
  brand: "连心",
  tagline: "工会就在您身边",
  choose: "您是谁?",
  chooseHint: "选一个人,看他手机上的群和私聊。",
  search: "搜名字或工种",
  nobody: "没有找到这个人。",
  noPeople: "这里还没有人。先导入花名册,再回来看看。",
  group: "群聊",
  private: "私聊",
  privateWith: "和{name}私聊",
  members: "{n}人",
  noGroup: "您还不在任何群里。",
  notOpened: "您和{name}还没有聊过",
  notOpenedHint: "这里说的话,群里看不到。",
  open: "打开私聊",
  emptyChat: "还没有人说话。",
  write: "说点什么…",
  send: "发送",
  more: "照片、语音、文件",
  photo: "照片",
  voice: "语音",
  stop: "说完了",
  file: "文件",
  quote: "引用",
  edit: "修改",
  copy: "复制文字",
  cancel: "取消",
  actions: "这条消息",
  quoting: "引用 {name}",
  editing: "修改这条消息",
  edited: "改过",
  silent: "不响铃",
  you: "您",
  unread: "有新消息",
  newBelow: "新消息",
  back: "换人",
  anotherPhone: "再开一部手机",
  language: "English",
  languageLabel: "Switch to English",
  offline: "连不上,正在重新连接…",
  stranger: "没有这个人,请重新选。",
  photoOf: "照片 {name}",
  demo: "演示时间",
  nextPrompt: "下一个话题",
  plusHour: "+1 小时",
  plusDay: "+1 天",
  moving: "时间正在往前走…",
  today: "今天",
  recording: "正在录音…",
  noMicrophone: "用不了麦克风,请选一个语音文件。",
  role: {
    chair: "主席", cadre: "干部", manager: "项目管理", foreman: "班组长", worker: "工人",
    upper: "上级工会", specialist: "专家", operator: "运维", other: "其他", bot: "工会助手",
  },
  error: {
    "sandbox.empty": "还没写字呢。",
    "sandbox.too_long": "太长了,最多4000个字,分两次发吧。",
    "sandbox.too_big": "文件太大了,最多10 MB。",
    "sandbox.not_member": "您不在这个群里了。",
    "sandbox.no_message": "这条消息已经不在了。",
    "sandbox.no_button": "这个按钮已经不能按了。",
    "sandbox.not_yours": "只能修改自己的消息。",
    "sandbox.no_file": "文件没有传上来,请再选一次。",
    "sandbox.disk": "存不下了,请看看磁盘还有没有空间。",
    offline: "还没连上,过一会儿再试。",
    other: "没办成,请再试一次。",
  },
};

const EN = {
  brand: "Lianxin",
  tagline: "Your union, close by",
  choose: "Who are you?",
  chooseHint: "Pick a person to see the group and the private chat on their phone.",
  search: "Name or trade",
  nobody: "Nobody by that name.",
  noPeople: "Nobody is here yet. Import a roster, then come back.",
  group: "Group",
  private: "Private",
  privateWith: "Private with {name}",
  members: "{n} people",
  noGroup: "You are in no group yet.",
  notOpened: "You and {name} have not talked yet",
  notOpenedHint: "What you say here does not show in the group.",
  open: "Open private chat",
  emptyChat: "Nobody has said anything yet.",
  write: "Write something…",
  send: "Send",
  more: "Photo, voice, file",
  photo: "Photo",
  voice: "Voice",
  stop: "Done",
  file: "File",
  quote: "Quote",
  edit: "Edit",
  copy: "Copy text",
  cancel: "Cancel",
  actions: "This message",
  quoting: "Quoting {name}",
  editing: "Editing this message",
  edited: "edited",
  silent: "silent",
  you: "you",
  unread: "new messages",
  newBelow: "New messages",
  back: "Change person",
  anotherPhone: "Open another phone",
  language: "中文",
  languageLabel: "切换到中文",
  offline: "No connection, trying again…",
  stranger: "Nobody of that name. Please choose again.",
  photoOf: "Photo {name}",
  demo: "Demo time",
  nextPrompt: "Next prompt",
  plusHour: "+1 h",
  plusDay: "+1 d",
  moving: "Time is moving on…",
  today: "Today",
  recording: "Recording…",
  noMicrophone: "The microphone cannot be used: choose a voice file.",
  role: {
    chair: "Chair", cadre: "Cadre", manager: "Site manager", foreman: "Foreman", worker: "Worker",
    upper: "Upper union", specialist: "Specialist", operator: "Operator", other: "Others",
    bot: "Union helper",
  },
  error: {
    "sandbox.empty": "There is nothing written yet.",
    "sandbox.too_long": "Too long: 4000 characters at most. Send it in two parts.",
    "sandbox.too_big": "The file is too big: 10 MB at most.",
    "sandbox.not_member": "You are no longer in this group.",
    "sandbox.no_message": "This message is no longer there.",
    "sandbox.no_button": "This button can no longer be pressed.",
    "sandbox.not_yours": "Only your own messages can be edited.",
    "sandbox.no_file": "The file did not arrive. Please choose it again.",
    "sandbox.disk": "It could not be saved: is there room on the disk?",
    offline: "Not connected yet. Try again in a moment.",
    other: "That did not work. Please try again.",
  },
};

const KEY = "lianxin.language";
let chosen = localStorage.getItem(KEY) === "en" ? "en" : "zh";

export function language() {
  return chosen;
}

export function switchLanguage() {
  chosen = chosen === "zh" ? "en" : "zh";
  localStorage.setItem(KEY, chosen);
  document.documentElement.lang = locale();
}

export function locale() {
  return chosen === "zh" ? "zh-CN" : "en";
}

export function t(key, values = {}) {
  const table = chosen === "zh" ? ZH : EN;
  const text = key.split("/").reduce((found, part) => found?.[part], table);
  return (text ?? key).replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}

export function errorText(key) {
  const table = chosen === "zh" ? ZH : EN;
  return table.error[key] ?? table.error.other;
}

// A label is a role and perhaps a trade: "worker 水暖工".
export function roleOf(label) {
  const role = label.split(" ", 1)[0];
  return role in ZH.role && role !== "bot" ? role : "other";
}

export function labelText(label) {
  const role = roleOf(label);
  if (role === "other") return label;
  const trade = label.slice(role.length).trim();
  return trade ? `${t(`role/${role}`)} · ${trade}` : t(`role/${role}`);
}
