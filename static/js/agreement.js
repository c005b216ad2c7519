// An agreement that must be opened before it can be accepted: opens the text in place, counts down, and only then lets
// the box be ticked and the form be sent. The server keeps the time itself; here it is shown, and spares a refusal.
const SPOKEN_EVERY = 5;

for (const box of document.querySelectorAll("[data-opens]")) {
  const timer = box.querySelector("[role=timer]");
  const spoken = box.querySelector("[role=status]");
  const opener = box.querySelector("[data-open]");
  const submit = document.querySelector("[data-after-agreement]");
  const tick = submit.form.querySelector("[name=agreement]");
  let ready = false;
  let clock;

  const allow = () => {
    tick.disabled = !ready;
    submit.disabled = !(ready && tick.checked);
  };

  const say = (words) => {
    if (spoken.textContent !== words) spoken.textContent = words;
  };

  const count = (seconds) => {
    const end = Date.now() + seconds * 1000;
    const tell = () => {
      const left = Math.max(0, Math.ceil((end - Date.now()) / 1000));
      ready = left === 0;
      timer.textContent = ready ? "Sekarang Anda dapat menyetujui perjanjian ini." : `Sisa waktu baca: ${left} detik.`;
      // Screen readers would speak over the text each second: they hear it now and then, and at the end.
      if (ready || left % SPOKEN_EVERY === 0) say(timer.textContent);
      if (ready) clearInterval(clock);
      allow();
    };
    clearInterval(clock);
    clock = setInterval(tell, 250);
    tell();
  };

  // The page with the text is the one that people without JavaScript visit; asking for it starts the time.
  const open = async (event) => {
    event.preventDefault();
    opener.setAttribute("aria-disabled", "true");
    try {
      const answer = await fetch(opener.href, { credentials: "same-origin" });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const text = page.querySelector("[data-agreement]");
      if (!answer.ok || !text) throw new Error("no text");
      const place = document.createElement("div");
      place.className = "legal";
      place.tabIndex = 0;
      place.setAttribute("role", "region");
      place.setAttribute("aria-labelledby", "perjanjian");
      place.append(...text.childNodes);
      opener.closest("p").replaceWith(place);
      place.focus();
      count(Number(text.dataset.agreement));
    } catch {
      location.assign(opener.href);
    }
  };

  opener.addEventListener("click", open);
  tick.addEventListener("change", allow);
  if (box.dataset.opens) count(Number(box.dataset.opens));
  allow();
}
