// For slow lines: shrinks a chosen picture on the device and shows how far the upload has come.
// A face needs little; where several papers are sent (data-upload="several"), small print has to stay readable.
const FACE = { bytes: 200 * 1024, side: 1280, qualities: [0.9, 0.8, 0.65, 0.5] };
const PAPER = { bytes: 900 * 1024, side: 2000, qualities: [0.9, 0.8, 0.7] };
const sendsSeveral = (form) => form.dataset.upload === "several";

async function shrink(input) {
  const [file] = input.files;
  const aim = sendsSeveral(input.form) ? PAPER : FACE;
  if (!file || file.size <= aim.bytes || file.type === "application/pdf") return;
  try {
    const picture = await createImageBitmap(file);
    const scale = Math.min(1, aim.side / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    for (const quality of aim.qualities) {
      const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", quality));
      if (blob.size > aim.bytes && quality > aim.qualities.at(-1)) continue;
      const transfer = new DataTransfer();
      transfer.items.add(new File([blob], sendsSeveral(input.form) ? `${input.name}.jpg` : "foto-diri.jpg", { type: "image/jpeg" }));
      input.files = transfer.files;
      return;
    }
  } catch {
    // Not a picture this browser can read, such as HEIC: the server decides.
  }
}

// A browser asks for a missing tick in its own language; ours says which.
document.addEventListener("invalid", ({ target }) => target.setCustomValidity(target.dataset.missing ?? ""), true);

document.addEventListener("change", ({ target }) => {
  if (target.dataset.missing) target.setCustomValidity("");
  if (target.type !== "file") return;
  const { form } = target;
  // Of two inputs for one picture only the last chosen counts.
  if (!sendsSeveral(form)) for (const other of target.form.querySelectorAll("input[type=file]")) if (other !== target) other.value = "";
  form.shrinking = Promise.all([form.shrinking, shrink(target)]);
});

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches("[data-upload]") || event.defaultPrevented) return;
  const chosen = [...form.querySelectorAll("input[type=file]")].some((input) => input.files.length);
  if (!chosen || ["previous", "leave"].includes(event.submitter?.value)) return;
  event.preventDefault();
  await form.shrinking;
  send(form, event.submitter);
});

function send(form, submitter) {
  const box = form.querySelector("[data-progress]");
  const words = box.querySelector("[role=status]");
  const bar = box.querySelector("progress");
  const request = new XMLHttpRequest();
  const body = new FormData(form);
  if (submitter?.name) body.append(submitter.name, submitter.value);
  box.hidden = false;
  box.scrollIntoView({ block: "nearest" });
  const what = sendsSeveral(form) ? "berkas" : "foto";
  words.textContent = `Mengunggah ${what}…`;
  request.upload.onprogress = ({ loaded, total }) => {
    bar.value = Math.round((100 * loaded) / total);
    words.textContent = bar.value < 100 ? `Mengunggah ${what}… ${bar.value} %` : `Sudah terkirim, ${what} sedang diperiksa…`;
  };
  request.onload = () => {
    const arrived = new URL(request.responseURL);
    if (request.status === 200 && arrived.pathname !== location.pathname) return location.assign(arrived);
    if (!replace(request.responseText)) request.onerror();
  };
  request.onerror = () => {
    const button = submitter?.textContent.trim() || "Next";
    words.textContent = `Sambungan terputus, ${what} belum terkirim. Periksa jaringan Anda, lalu tekan ${button} sekali lagi.`;
    bar.value = 0;
    form.dispatchEvent(new Event("portal:failed", { bubbles: true }));
  };
  request.open("POST", form.action);
  request.send(body);
}

// The same page came back, with something to mend: put it in place of this one.
function replace(text) {
  const answer = new DOMParser().parseFromString(text, "text/html");
  if (!answer.querySelector("main")) return false;
  // Refused for something else than the picture: it need not be chosen again. One that is kept is not sent twice.
  const again = answer.querySelector(".field-wrong") && !answer.querySelector("details.files .field-wrong");
  for (const input of document.querySelectorAll("input[type=file]")) {
    const next = answer.getElementById(input.id);
    // A paper that the portal has taken is not sent twice; one that it refused is to be another.
    const wanted = sendsSeveral(input.form) ? !next?.closest(".field-wrong") && !next?.hasAttribute("data-kept") : again;
    if (next && wanted) next.files = input.files;
  }
  document.title = answer.title;
  document.querySelector("main").replaceWith(answer.querySelector("main"));
  window.scrollTo(0, 0);
  document.dispatchEvent(new Event("portal:replaced"));
  return true;
}
