// A file that is handed out once: when it has left, the page that offered it is opened anew and says so.
const EVERY = 1000;
// A browser that refuses the file, or a server that is down, leaves the page as it was after so many looks.
const LOOKS = 60;

for (const form of document.querySelectorAll("form[data-once]")) {
  form.addEventListener("submit", () => {
    const button = form.querySelector("button");
    // Later, or the browser would not send the form.
    setTimeout(() => (button.disabled = true), 0);
    follow(form, button, 0);
  });
}

function follow(form, button, looks) {
  setTimeout(async () => {
    if (looks >= LOOKS) return (button.disabled = false);
    try {
      const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
      if (answer.ok && !(await answer.text()).includes(`data-once="${form.dataset.once}"`)) return location.reload();
    } catch {
      // The line is down for a moment: the next look may find it up again.
    }
    follow(form, button, looks + 1);
  }, EVERY);
}
