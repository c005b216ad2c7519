// Warns before the idle limit ends the sign-in, and keeps what was typed when it has: the page stays as it is.
const box = document.querySelector(".idle");
const WARN_BEFORE = 2 * 60 * 1000;
const SEEN = "tte-petugas-terakhir";

if (box) {
  const limit = Number(box.dataset.minutes) * 60 * 1000;
  const told = box.querySelector("[data-told]");
  const button = box.querySelector("[data-stay-in]");
  const again = box.querySelector("[data-sign-in-again]");
  let over = false;
  let before = null;

  // Every page that opens is a request: other tabs of this browser hear of it here.
  const seen = () => Number(localStorage.getItem(SEEN)) || loaded;
  const loaded = Date.now();
  localStorage.setItem(SEEN, loaded);

  setInterval(look, Math.min(5000, limit / 20));
  button.addEventListener("click", stay);

  function look() {
    const left = seen() + limit - Date.now();
    const early = Math.min(WARN_BEFORE, limit / 3);
    if (left > early) return over || hide();
    if (left > 0) {
      const minutes = Math.ceil(left / 60000);
      say(`Anda dikeluarkan kira-kira ${minutes} menit lagi karena tidak ada kegiatan.`, "Tetap masuk");
    } else {
      over = true;
      again.hidden = false;
      say("Anda mungkin sudah dikeluarkan. Isian di halaman ini masih ada: masuk lagi di tab baru, lalu kembali ke sini.", "Saya sudah masuk lagi");
    }
  }

  function say(text, word) {
    if (told.textContent !== text) told.textContent = text;
    button.textContent = word;
    if (!box.hidden) return;
    before = document.activeElement;
    box.hidden = false;
    box.focus();
  }

  function hide() {
    if (box.hidden) return;
    box.hidden = true;
    if (before) before.focus();
  }

  async function stay() {
    const token = document.querySelector("[name=csrfmiddlewaretoken]");
    const fresh = over ? await freshToken() : token && token.value;
    try {
      const answer = await fetch(box.dataset.stay, {
        method: "POST",
        headers: { Accept: "application/json", "X-CSRFToken": fresh || "" },
      });
      if (!answer.ok) throw new Error();
      const { csrf } = await answer.json();
      for (const field of document.querySelectorAll("[name=csrfmiddlewaretoken]")) field.value = csrf;
      localStorage.setItem(SEEN, Date.now());
      over = false;
      again.hidden = true;
      hide();
    } catch {
      over = true;
      again.hidden = false;
      told.textContent = "Belum berhasil. Masuk lagi di tab baru, lalu tekan tombol ini sekali lagi.";
    }
  }

  // After signing in anew the old page's token fits no longer; the sign-in page of this same address carries one.
  async function freshToken() {
    const page = await fetch(box.dataset.signIn, { headers: { Accept: "text/html" } });
    const found = new DOMParser().parseFromString(await page.text(), "text/html").querySelector("[name=csrfmiddlewaretoken]");
    return found ? found.value : "";
  }
}
