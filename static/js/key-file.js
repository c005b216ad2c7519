// The answer is a file, so the page stays: what was typed must not stay with it on somebody's screen.
const AFTER = 1500;

document.querySelector("[data-key-file]")?.addEventListener("submit", ({ target }) => {
  if (![...target.querySelectorAll("input[type=password]")].every((input) => input.value)) return;
  // A refusal comes as a new page before or after this, and has its boxes empty anyway.
  setTimeout(() => {
    for (const input of target.querySelectorAll("input[type=password], input[type=text]")) input.value = "";
    // What was wrong with an earlier try is over.
    document.querySelector(".error-summary")?.remove();
    for (const told of target.querySelectorAll(".error")) told.remove();
    document.title = document.title.replace(/^Kesalahan: /, "");
    const given = target.querySelector("[data-given]");
    given.hidden = false;
    given.scrollIntoView({ block: "center" });
  }, AFTER);
});
