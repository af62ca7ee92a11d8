// What the pages do beyond links and forms: the theme switch, "/" to the search box, arrow keys in suggestions, choosers that
// send their form, drop zones. Every page works without it.
"use strict";

const $ = (selector, root = document) => root.querySelector(selector);
const dark = () => {
  const chosen = document.documentElement.dataset.theme;
  return chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
};

function nameSwitch(button) {
  button.textContent = dark() ? "Light" : "Dark";
  button.setAttribute("aria-label", dark() ? "Light theme" : "Dark theme");
}

document.addEventListener("DOMContentLoaded", () => {
  const theme = $("#theme");
  if (theme) {
    theme.hidden = false;
    nameSwitch(theme);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => nameSwitch(theme));
    theme.addEventListener("click", () => {
      const next = dark() ? "light" : "dark";
      document.documentElement.dataset.theme = next;
      try { localStorage.setItem("theme", next); } catch { /* holds for this page */ }
      nameSwitch(theme);
    });
  }
  for (const box of document.querySelectorAll(".search")) suggest(box);
  for (const form of document.querySelectorAll("form[data-send-on-change]")) {
    form.addEventListener("change", () => form.requestSubmit());
    for (const button of form.querySelectorAll("[data-without-script]")) button.hidden = true;
  }
  for (const zone of document.querySelectorAll(".drop")) dropZone(zone);
  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => print());
  }
});

document.addEventListener("keydown", (event) => {
  const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName) || event.target.isContentEditable;
  if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
    const box = $(".search input[type=search]");
    if (box) { event.preventDefault(); box.focus(); box.select(); }
  }
});

function suggest(box) {
  const input = $("input[type=search]", box), list = $(".suggestions", box);
  if (!input || !list) return;
  let timer, asked = "";
  const close = () => { list.replaceChildren(); };
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(async () => {
      asked = input.value.trim();
      if (!asked) return close();
      const words = asked;
      const reply = await fetch("/suggest", {
        method: "POST",
        headers: { "X-Modwise-Token": $("meta[name=modwise-token]").content },
        body: new URLSearchParams({ q: words }),
      });
      if (reply.ok && words === asked) list.innerHTML = await reply.text();
    }, 120);
  });
  box.addEventListener("keydown", (event) => {
    const links = [...list.querySelectorAll("a")];
    if (event.key === "Escape") { close(); input.focus(); }
    if (!links.length || !["ArrowDown", "ArrowUp"].includes(event.key)) return;
    event.preventDefault();
    const stops = [input, ...links];
    const at = stops.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1);
    stops[(at + stops.length) % stops.length].focus();
  });
  box.addEventListener("focusout", (event) => { if (!box.contains(event.relatedTarget)) close(); });
}

function dropZone(zone) {
  const input = $("input[type=file]", zone);
  if (!input) return;
  const say = () => {
    const told = $("[data-chosen]", zone);
    if (told) told.textContent = [...input.files].map((file) => file.name).join(", ");
  };
  for (const kind of ["dragover", "dragenter"]) {
    zone.addEventListener(kind, (event) => { event.preventDefault(); zone.classList.add("over"); });
  }
  for (const kind of ["dragleave", "drop"]) zone.addEventListener(kind, () => zone.classList.remove("over"));
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    if (event.dataTransfer.files.length) {
      input.files = event.dataTransfer.files;
      input.dispatchEvent(new Event("change", { bubbles: true }));
    }
  });
  input.addEventListener("change", say);
}
