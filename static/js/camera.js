// Selfie and KTP: live picture with a frame and plain hints, shrunk on the device, handed to the ordinary file input.
const LARGEST = 200 * 1024;
// A face upright from the front camera; a card lying, with enough points for its numbers, from the one behind.
const SHAPES = {
  face: { facing: "user", ideal: 1280, ratio: 3 / 4, file: "foto-diri.jpg", sizes: [[900, 0.9], [900, 0.8], [720, 0.8], [600, 0.7], [480, 0.6]] },
  card: { facing: "environment", ideal: 1920, ratio: 8 / 5, file: "foto-ktp.jpg", sizes: [[1600, 0.85], [1280, 0.85], [1280, 0.75], [1120, 0.7], [960, 0.6]] },
};
const TROUBLE = {
  NotAllowedError: "Kamera tidak diizinkan. Tekan gambar gembok di samping alamat halaman, izinkan kamera, lalu coba lagi. Atau pilih foto dari berkas di bawah.",
  NotFoundError: "Kamera tidak ditemukan di perangkat ini. Pilih foto dari berkas di bawah, atau buka tautan yang sama di ponsel Anda.",
  NotReadableError: "Kamera sedang dipakai aplikasi lain. Tutup aplikasi itu lalu coba lagi, atau pilih foto dari berkas di bawah.",
};
const OTHER = "Kamera tidak dapat dipakai di sini. Pilih foto dari berkas di bawah, atau buka tautan yang sama di ponsel Anda.";

function start() {
  const box = document.querySelector("[data-camera]");
  if (!box || box.dataset.on) return;
  box.dataset.on = "1";
  const form = box.closest("form");
  const files = form.querySelector("details.files");
  const video = box.querySelector("video");
  const live = box.querySelector(".live-hint");
  const shape = SHAPES[box.dataset.camera] ?? SHAPES.face;
  const shutter = box.querySelector("[data-do=shot]").textContent;
  let stream, timer, picture;
  box.hidden = false;

  const stop = () => {
    clearInterval(timer);
    for (const track of stream?.getTracks() ?? []) track.stop();
    stream = null;
  };
  const show = (stage) => {
    for (const part of box.querySelectorAll("[data-stage]")) part.hidden = part.dataset.stage !== stage;
    const part = box.querySelector(`[data-stage=${stage}]`);
    part.scrollIntoView({ block: "nearest" });
    (part.querySelector("[tabindex]") ?? part.querySelector("button:last-of-type")).focus();
  };
  const complain = (words) => {
    const note = box.querySelector("[data-trouble]");
    note.firstElementChild.textContent = words;
    note.hidden = !words;
    if (!words) return;
    show("start");
    files.open = true;
    note.focus();
  };

  const actions = {
    guide: () => show("guide"),
    async live() {
      complain("");
      stop();
      try {
        stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: shape.facing, width: { ideal: shape.ideal }, height: { ideal: shape.ideal * 3 / 4 } } });
        video.srcObject = stream;
        await video.play();
      } catch (error) {
        stop();
        return complain(TROUBLE[error.name] ?? OTHER);
      }
      show("live");
      timer = setInterval(() => hint(video, live, shape, shutter), 500);
    },
    async shot() {
      picture = await photograph(video, shape);
      stop();
      if (!picture) return complain(OTHER);
      const address = URL.createObjectURL(picture);
      for (const image of box.querySelectorAll("[data-preview]")) image.src = address;
      show("shot");
    },
    chosen() {
      const transfer = new DataTransfer();
      transfer.items.add(new File([picture], shape.file, { type: "image/jpeg" }));
      for (const input of files.querySelectorAll("input[type=file]")) input.value = "";
      files.querySelector("[name=photo]").files = transfer.files;
      show("chosen");
    },
  };
  box.addEventListener("click", ({ target }) => actions[target.dataset.do]?.());
  window.addEventListener("pagehide", stop);
  if (!navigator.mediaDevices?.getUserMedia) return complainQuietly();
  // Whoever comes back with an error at a file, or with a file, should see it.
  const chosen = [...files.querySelectorAll("input")].some((input) => input.files.length);
  files.open = chosen || Boolean(files.querySelector(".field-wrong"));

  function complainQuietly() {
    box.querySelector("[data-stage=start]").hidden = true;
    const note = box.querySelector("[data-trouble]");
    note.firstElementChild.textContent = OTHER;
    note.hidden = false;
  }
}

// The part of the picture inside the frame on the screen.
function draw(video, width, shape) {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = Math.round(width / shape.ratio);
  const w = Math.min(video.videoWidth, video.videoHeight * shape.ratio);
  const h = w / shape.ratio;
  const context = canvas.getContext("2d", { willReadFrequently: width < 200 });
  context.drawImage(video, (video.videoWidth - w) / 2, (video.videoHeight - h) / 2, w, h, 0, 0, canvas.width, canvas.height);
  return canvas;
}

async function photograph(video, shape) {
  for (const [width, quality] of shape.sizes) {
    const blob = await new Promise((done) => draw(video, width, shape).toBlob(done, "image/jpeg", quality));
    if (blob && blob.size <= LARGEST) return blob;
  }
}

function hint(video, place, shape, shutter) {
  // Light and sharpness are all that is judged here: of what is in the picture nothing is said.
  const fault = judge(draw(video, 120, shape));
  const words = fault || (shape === SHAPES.card ? `Pastikan seluruh KTP terlihat dan terbaca, lalu tekan ${shutter}` : `Bagus. Tahan sebentar, lalu tekan ${shutter}`);
  if (place.textContent !== words) place.textContent = words;
  place.parentElement.classList.toggle("ready", !fault);
}

// Mean light, and the variance of the Laplacian as sharpness, over the middle of the picture.
function judge(canvas) {
  const { width, height } = canvas;
  const data = canvas.getContext("2d").getImageData(0, 0, width, height).data;
  const grey = (x, y) => data[4 * (y * width + x) + 1];
  let count = 0, light = 0, sum = 0, squares = 0;
  for (let y = height >> 2; y < (height * 3) >> 2; y++) {
    for (let x = width >> 2; x < (width * 3) >> 2; x++) {
      const edge = 4 * grey(x, y) - grey(x - 1, y) - grey(x + 1, y) - grey(x, y - 1) - grey(x, y + 1);
      count++; light += grey(x, y); sum += edge; squares += edge * edge;
    }
  }
  light /= count;
  if (light < 60) return "Terlalu gelap";
  if (light > 210) return "Terlalu terang";
  if (squares / count - (sum / count) ** 2 < 40) return "Kurang tajam";
  return "";
}

document.addEventListener("portal:replaced", start);
start();
