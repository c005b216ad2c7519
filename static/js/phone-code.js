// Counts down until another code may be asked for; the server counts as well.
const button = document.querySelector("button[value=send-code]");
const wait = Number(button?.form.dataset.wait ?? 0);

// The browser has gone to the field; a reload or a bookmark need not go there again.
if (location.hash === "#field-phone") history.replaceState(history.state, "", location.pathname);

if (button && wait) {
  const words = button.textContent;
  const end = Date.now() + 1000 * wait;
  const tell = () => {
    const seconds = Math.max(0, Math.ceil((end - Date.now()) / 1000));
    button.textContent = seconds ? `${words} (${seconds} detik lagi)` : words;
    if (seconds) return button.setAttribute("aria-disabled", "true");
    clearInterval(timer);
    button.removeAttribute("aria-disabled");
  };
  const timer = setInterval(tell, 1000);
  button.addEventListener("click", (event) => {
    if (Date.now() < end) event.preventDefault();
  });
  tell();
}
// A wrong code is told in the error summary, which has the focus then.
if (!document.querySelector(".error-summary")) document.querySelector("[name=code]")?.focus();
