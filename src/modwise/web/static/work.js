// What the work pages do beyond links and forms: progress of a job. Every page works without it.
"use strict";

for (const box of document.querySelectorAll("[data-job]")) follow(box);

async function follow(box) {
  const bar = box.querySelector("progress"), text = box.querySelector("[data-progress-text]");
  let misses = 0;
  for (;;) {
    await new Promise((done) => setTimeout(done, 400));
    let job;
    try {
      const reply = await fetch(box.dataset.job, { headers: { accept: "application/json" } });
      if (!reply.ok) throw new Error();
      job = await reply.json();
      misses = 0;
    } catch {
      misses += 1;
      if (misses === 5) text.textContent = "The server does not answer. Is it still running?";
      continue;
    }
    if (!["waiting", "running"].includes(job.state)) return location.reload();
    bar.value = job.percent;
    if (job.state === "running") text.textContent = job.percent < 100 ? `${job.percent} % read.` : "All read; deciding.";
  }
}

// ---- the letter: what is typed is checked a moment later
for (const form of document.querySelectorAll("form[data-preview]")) {
  let timer, last;
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(async () => {
      const asked = last = new URLSearchParams(new FormData(form));
      const target = document.querySelector("#preview");
      target.classList.add("busy");
      try {
        const reply = await fetch(form.dataset.preview, { method: "POST", body: asked });
        if (reply.ok && asked === last) target.innerHTML = await reply.text();
      } catch { /* the next key tries again */ }
      target.classList.remove("busy");
    }, 400);
  });
  let changed = false;
  form.addEventListener("input", () => { changed = true; });
  form.addEventListener("submit", () => { changed = false; });
  addEventListener("beforeunload", (event) => { if (changed) event.preventDefault(); });
}
