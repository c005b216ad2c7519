// Single keys at the desks: take, decide and leave a case without a mouse. Never while something is typed, and not at
// all where the officer has switched them off (kept on this computer).
const KEPT = "tte-shortcuts";
const byId = (id) => document.getElementById(id);
const help = byId("help");
const LETTERS = "abcdefghijklmnopqrstuvwxyz";
const PRESSED = { n: "next", a: "take", l: "release", u: "change" };
const PICTURE = { z: "in", x: "out", 0: "whole", r: "turn", g: "other" };
const TYPED = "textarea, select, input:not([type=radio], [type=checkbox], [type=submit], [type=button])";

let on = localStorage.getItem(KEPT) !== "0";
let open = null; // the part of the decision that is being filled in: #correct or #reject
let field = null; // in a correction, the field whose reason comes next

const tell = (text) => { byId("told").textContent = text; };
const fields = () => [...document.querySelectorAll("#correct [data-reasons]")];

// What the keys are is written beside what they do, as long as they work.
function mark() {
  document.querySelectorAll(".key").forEach((each) => each.remove());
  if (!on) return;
  fields().forEach((each, place) => each.querySelector("summary").prepend(key(LETTERS[place])));
  document.querySelectorAll("#reject .choices label").forEach((each, place) => each.prepend(key(place + 1)));
}

function key(name) {
  const made = document.createElement("kbd");
  made.className = "key";
  made.textContent = String(name).toUpperCase();
  return made;
}

function begin(part) {
  leave();
  open = part;
  part.open = true;
  const form = part.querySelector("form");
  form.tabIndex = -1;
  form.focus({ preventScroll: true });
  part.scrollIntoView({ block: "start" });
  tell(part.id === "correct" ? "Pilih isian dengan hurufnya." : "Pilih alasan dengan nomornya.");
}

function leave() {
  unlist();
  open?.querySelector("form")?.blur();
  open = null;
}

// The reasons of one field, numbered, until one is chosen.
function list(fieldset) {
  unlist();
  field = fieldset;
  fieldset.open = true;
  const select = fieldset.querySelector("select");
  const shown = document.createElement("ol");
  shown.className = "numbered";
  for (const option of [...select.options].slice(1)) {
    const line = document.createElement("li");
    line.textContent = option.text;
    shown.append(line);
  }
  fieldset.append(shown);
  fieldset.classList.add("asked");
  fieldset.scrollIntoView({ block: "nearest" });
  tell(shown.textContent ? "Pilih alasan dengan nomornya." : "Isian ini tidak punya alasan siap pakai; tulis sendiri.");
  if (!shown.textContent) fieldset.querySelector("textarea").focus();
}

function unlist() {
  field?.classList.remove("asked");
  field?.querySelector(".numbered")?.remove();
  field = null;
}

function choose(number) {
  if (field) {
    const select = field.querySelector("select");
    if (number >= select.options.length) return;
    select.selectedIndex = number;
    field.classList.toggle("chosen", number > 0);
    tell(select.options[number].text);
    unlist();
  } else if (open?.id === "reject") {
    const radio = open.querySelectorAll("input[type=radio]")[number - 1];
    if (!radio) return;
    radio.checked = true;
    tell(radio.labels[0].textContent);
    if (!radio.value) open.querySelector("textarea").focus();
  }
}

function inPart(name) {
  if (name === "Enter") open.querySelector("form").requestSubmit();
  else if (name === "Escape") leave();
  else if (/^[0-9]$/.test(name)) choose(Number(name));
  else if (open.id === "correct" && fields()[LETTERS.indexOf(name)]) list(fields()[LETTERS.indexOf(name)]);
  else return false;
  return true;
}

function anywhere(name) {
  if (name === "?") help.showModal();
  else if (name === "s" && byId("approve")) {
    // Focus alone: the approval itself still takes Enter, so a slip of one key sends nothing.
    byId("approve").focus();
    tell("Tekan Enter untuk menyetujui.");
  } else if (name === "p" && byId("correct")) begin(byId("correct"));
  else if (name === "t" && byId("reject")) begin(byId("reject"));
  else if (PRESSED[name] && byId(PRESSED[name])) byId(PRESSED[name]).click();
  else if (PICTURE[name]) document.dispatchEvent(new CustomEvent("picture", { detail: PICTURE[name] }));
  else return false;
  return true;
}

// Words that were not sent go along with whatever leaves the case: the server asks before they are lost.
function takeAlong(event) {
  const form = event.target;
  form.querySelectorAll("[data-typed]").forEach((each) => each.remove());
  for (const control of document.querySelectorAll("#correct [name], #reject [name]")) {
    if (!/^(correct|reject)-/.test(control.name) || !control.value.trim()) continue;
    if (control.type === "radio" && !control.checked) continue;
    const kept = document.createElement("input");
    kept.type = "hidden";
    kept.name = control.name;
    kept.value = control.value;
    kept.dataset.typed = "";
    form.append(kept);
  }
}

document.querySelectorAll(".standing-buttons, #hand-over form").forEach((form) => {
  form.addEventListener("submit", takeAlong);
});

document.addEventListener("keydown", (event) => {
  // Held down, Enter would press the button of the next page too.
  if (event.repeat && event.key === "Enter") event.preventDefault();
  if (!on || event.repeat || event.ctrlKey || event.altKey || event.metaKey || event.isComposing || help.open) return;
  const typing = event.target.closest(TYPED);
  if (typing && event.key === "Escape") typing.blur();
  if (typing || (event.key === "Enter" && event.target.closest("a, button, summary, input"))) return;
  const name = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if ((open && inPart(name)) || (!open && anywhere(name))) event.preventDefault();
});

if (help) {
  const box = byId("shortcuts");
  box.checked = on;
  box.addEventListener("change", () => {
    on = box.checked;
    localStorage.setItem(KEPT, on ? "1" : "0");
    leave();
    mark();
  });
  document.querySelectorAll("[data-help]").forEach((button) => {
    button.parentElement.hidden = false;
    button.addEventListener("click", () => help.showModal());
  });
  mark();
}
if (on) byId("send")?.focus();
byId("masalah")?.focus();
