// What every page gains with JavaScript: focus on errors, one submit per click, visible passphrases, dependent fields.
const page = document;

function start() {
  page.querySelector(".error-summary")?.focus();
  for (const button of page.querySelectorAll("[data-reveal], [data-print]")) button.hidden = false;
  for (const field of page.querySelectorAll("[data-shown-when]")) showOrHide(field);
}

function showOrHide(field) {
  const [name, value] = field.dataset.shownWhen.split("=");
  const chosen = field.closest("form").querySelector(`[name="${name}"]:checked`);
  field.hidden = Boolean(chosen) && chosen.value !== value;
}

function setBusy(form, busy) {
  form.toggleAttribute("data-sent", busy);
  for (const button of form.querySelectorAll("button:not([type=button])")) {
    if (busy) button.setAttribute("aria-disabled", "true");
    else button.removeAttribute("aria-disabled");
  }
}

page.addEventListener("change", ({ target }) => {
  if (target.type !== "radio") return;
  for (const field of page.querySelectorAll("[data-shown-when]")) showOrHide(field);
});

page.addEventListener("click", ({ target }) => {
  const button = target.closest?.("[data-reveal], [data-print], .error-summary a");
  if (!button) return;
  if ("print" in button.dataset) return window.print();
  if ("reveal" in button.dataset) return reveal(button);
  // A link to a field hidden by a choice would lead nowhere.
  page.querySelector(button.hash)?.closest("[data-shown-when]")?.removeAttribute("hidden");
});

function reveal(button) {
  const input = page.getElementById(button.dataset.reveal);
  const show = input.type === "password";
  input.type = show ? "text" : "password";
  button.firstChild.data = show ? "Sembunyikan" : "Tampilkan";
}

// The form is marked instead of its buttons disabled: a disabled button's own name and value would not be sent.
page.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.hasAttribute("data-sent")) return event.preventDefault();
  for (const button of form.querySelectorAll("[data-reveal]")) {
    // Browsers offer to remember what stands in a plain text field.
    if (page.getElementById(button.dataset.reveal).type === "text") reveal(button);
  }
  if (form.method === "post") setBusy(form, true);
});

// Coming back with the browser's own Back shows the page as it was left: frozen, unless woken up here.
window.addEventListener("pageshow", () => {
  for (const form of page.querySelectorAll("[data-sent]")) setBusy(form, false);
});
page.addEventListener("portal:failed", ({ target }) => setBusy(target, false));
page.addEventListener("portal:replaced", start);
start();
