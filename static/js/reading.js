// Least reading times: counts down what the server counts as well, and wakes the button when the time is over.
const SPOKEN_EVERY = 15;

function start() {
  for (const box of document.querySelectorAll("[data-reading]")) if (!box.dataset.on) count(box);
}

function count(box) {
  box.dataset.on = "1";
  const form = document.getElementById(box.dataset.form);
  const button = form.querySelector("button[data-waits]");
  const end = Date.now() + 1000 * Number(box.dataset.reading);
  const [shown, spoken] = box.querySelectorAll("span");
  const left = () => Math.max(0, Math.ceil((end - Date.now()) / 1000));
  const tell = () => {
    const seconds = left();
    shown.textContent = seconds ? `Sisa waktu baca: ${seconds} detik` : `Terima kasih sudah membaca. Tombol “${button.textContent.trim()}” dapat ditekan.`;
    // Screen readers would speak over the text each second: they hear it now and then, and at the end.
    if (seconds % SPOKEN_EVERY === 0 || !spoken.textContent) spoken.textContent = shown.textContent;
    if (seconds) return button.setAttribute("aria-disabled", "true");
    clearInterval(timer);
    button.removeAttribute("aria-disabled");
    box.classList.add("good");
  };
  const timer = setInterval(tell, 1000);
  form.addEventListener("submit", (event) => {
    if (!left() || event.submitter !== button) return;
    event.preventDefault();
    event.stopPropagation();
    shown.textContent = spoken.textContent = `Belum dapat ditekan. Baca dahulu, ${left()} detik lagi.`;
    box.scrollIntoView({ block: "nearest" });
  });
  tell();
}

document.addEventListener("portal:replaced", start);
start();
