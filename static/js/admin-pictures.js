// Pictures of a case, magnified and turned in their place: by buttons, and by keys through the event "picture".
const SIZES = 4; // of the stylesheet: [data-size="0"] to [data-size="4"]
const BUTTONS = [["in", "Perbesar"], ["out", "Perkecil"], ["turn", "Putar"], ["whole", "Utuh"]];
const pictures = [...document.querySelectorAll("[data-picture]")];
let current = 0;

function act(picture, what) {
  const size = Number(picture.dataset.size ?? 0);
  const turned = Number(picture.dataset.turned ?? 0);
  if (what === "turn") picture.dataset.turned = String((turned + 1) % 4);
  if (what === "whole") picture.dataset.turned = "0";
  resize(picture, { in: Math.min(size + 1, SIZES), out: Math.max(size - 1, 0), whole: 0 }[what] ?? size);
}

// What was in the middle stays there.
function resize(picture, size) {
  const view = picture.querySelector(".view");
  const middle = ["Width", "Height"].map((way) => {
    const gone = way === "Width" ? view.scrollLeft : view.scrollTop;
    return (gone + view[`client${way}`] / 2) / view[`scroll${way}`];
  });
  picture.dataset.size = String(size);
  view.scrollLeft = middle[0] * view.scrollWidth - view.clientWidth / 2;
  view.scrollTop = middle[1] * view.scrollHeight - view.clientHeight / 2;
}

function tools(picture) {
  const bar = document.createElement("div");
  bar.className = "tools";
  for (const [what, name] of BUTTONS) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "plain";
    button.textContent = name;
    button.setAttribute("aria-label", `${name}: ${picture.dataset.picture}`);
    button.addEventListener("click", () => act(picture, what));
    bar.append(button);
  }
  return bar;
}

for (const picture of pictures) {
  const view = picture.querySelector(".view");
  // Once magnified it scrolls, so the arrow keys must reach it.
  view.tabIndex = 0;
  view.setAttribute("role", "group");
  view.setAttribute("aria-label", picture.dataset.picture);
  view.addEventListener("focus", () => { current = pictures.indexOf(picture); });
  view.after(tools(picture));
}

document.addEventListener("picture", (event) => {
  if (!pictures.length) return;
  if (event.detail === "other") current = (current + 1) % pictures.length;
  else act(pictures[current], event.detail);
  pictures[current].querySelector(".view").focus();
});
