// While long work goes on: moves the bar, and opens the page anew when the work is over.
const EVERY = 1000;

for (const job of document.querySelectorAll("[data-job]")) {
  if (["waiting", "running"].includes(job.dataset.state)) {
    const link = job.querySelector("[data-look-again]");
    if (link) link.hidden = true;
    follow(job);
  }
}

function follow(job) {
  setTimeout(async () => {
    try {
      const answer = await fetch(job.dataset.job, { headers: { Accept: "application/json" } });
      if (answer.ok) {
        const { done, total, percent, over } = await answer.json();
        if (over) return location.reload();
        job.querySelector("progress").value = percent;
        job.querySelector("[data-told]").textContent = `${done} dari ${total} selesai (${percent}%)`;
      }
    } catch {
      // The line is down for a moment: the next look may find it up again.
    }
    follow(job);
  }, EVERY);
}
