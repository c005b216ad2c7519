// Sending a public form costs the browser a second of arithmetic, so that it costs a bot far more than a person.
// Without this module, or where the browser has no hashing, the question in words stays in its place.
const CHUNK = 500;
const solved = new Map();
const wait = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

async function search(challenge, bits) {
  const text = new TextEncoder();
  for (let first = 0; ; first += CHUNK) {
    const tries = Array.from({ length: CHUNK }, (_, step) => crypto.subtle.digest("SHA-256", text.encode(`${challenge}:${first + step}`)));
    const found = (await Promise.all(tries)).findIndex((digest) => new DataView(digest).getUint32(0) >>> (32 - bits) === 0);
    if (found >= 0) return String(first + found);
    // Typing comes first.
    await wait(0);
  }
}

function start() {
  const form = document.querySelector("[data-challenge]");
  if (!form || !globalThis.crypto?.subtle) return;
  const { challenge, bits, least } = form.dataset;
  const question = document.getElementById("field-answer");
  if (question) question.hidden = true;
  if (!solved.has(challenge)) solved.set(challenge, Promise.all([search(challenge, Number(bits)), wait(1000 * least)]).then(([proof]) => proof));
  solved.get(challenge).then(
    (proof) => { form.elements.proof.value = proof; },
    () => { if (question) question.hidden = false; },
  );
}

// Before the other modules see it: a form sent too early waits until its proof is there.
window.addEventListener("submit", async (event) => {
  const form = event.target;
  const search = solved.get(form.dataset.challenge);
  if (!search || form.elements.proof.value || form.hasAttribute("data-unproven")) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const button = event.submitter;
  try {
    form.elements.proof.value = await search;
  } catch {
    form.setAttribute("data-unproven", "");
  }
  form.requestSubmit(button);
}, true);

document.addEventListener("portal:replaced", start);
start();
