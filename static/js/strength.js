// Hints while a passphrase is typed: which rules it meets and how hard it would be to guess. It never blocks, and what
// is typed stays here: the number is an estimate of our own, the server's score comes once the form is sent.
const WORDS = ["sangat lemah", "lemah", "sedang", "kuat", "sangat kuat"];
const EMPTY = "belum diisi";
const COMMON = /(.)\1\1|0123|1234|2345|3456|4567|5678|6789|abcd|qwer|asdf|pass|sandi|rahasia|admin|bsre|(19|20)\d\d/gi;

function score(text) {
  // What everyone tries first, and repeated characters, add next to nothing to the work of guessing.
  const hard = text.replace(COMMON, "");
  const kinds = [/\p{Ll}/u, 26, /\p{Lu}/u, 26, /\d/, 10, /[^\p{L}\d]/u, 33];
  let pool = 0;
  for (let i = 0; i < kinds.length; i += 2) if (kinds[i].test(hard)) pool += kinds[i + 1];
  const length = (hard.length + new Set(hard).size) / 2;
  const bits = length * Math.log2(pool || 1);
  return bits < 24 ? 0 : bits < 40 ? 1 : bits < 58 ? 2 : bits < 80 ? 3 : 4;
}

for (const box of document.querySelectorAll("[data-strength]")) {
  const input = document.getElementById(box.dataset.strength);
  if (!input) continue;
  input.closest(".field").append(box);
  box.hidden = false;
  const meter = box.querySelector(".meter");
  const word = box.querySelector("[role=status]");
  const update = () => {
    const points = score(input.value);
    const scored = box.dataset.scale ? `${points} dari ${box.dataset.scale} (${WORDS[points]})` : WORDS[points];
    const words = input.value ? scored : EMPTY;
    meter.dataset.score = points;
    if (word.textContent !== words) word.textContent = words;
    for (const rule of box.querySelectorAll("[data-pattern]")) {
      const met = new RegExp(rule.dataset.pattern, "su").test(input.value);
      rule.classList.toggle("met", met);
      rule.querySelector(".unseen").textContent = met ? " (terpenuhi)" : " (belum)";
    }
  };
  input.addEventListener("input", update);
  update();
}
