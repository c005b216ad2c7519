// Single-key shortcuts on the review page: off until the officer turns them on, and never while something is typed.
const box = document.getElementById("shortcuts");
const KEPT = "tte-review-shortcuts";

if (box) {
  box.closest("[hidden]").hidden = false;
  box.checked = localStorage.getItem(KEPT) === "1";
  box.addEventListener("change", () => localStorage.setItem(KEPT, box.checked ? "1" : "0"));
  document.addEventListener("keydown", (event) => {
    if (!box.checked || event.repeat || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.target.closest("input, select, textarea, button")) return;
    const wanted = { s: "approve", p: "correct", t: "reject" }[event.key.toLowerCase()];
    const target = wanted && document.getElementById(wanted);
    if (!target) return;
    event.preventDefault();
    if (target.tagName === "DETAILS") {
      target.open = true;
      target.querySelector("select, input[type=radio]").focus();
    } else {
      // Focus alone: the approval itself still takes Enter, so a slip of one key sends nothing.
      target.focus();
      target.scrollIntoView({ block: "center" });
    }
  });
}
document.getElementById("masalah")?.focus();
