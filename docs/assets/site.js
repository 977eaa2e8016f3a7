// The script of the site: search, light and dark, buttons that copy. It asks nothing of any other host, and without it every page can be read.
"use strict";

// Light, dark, or as the system has it. Set before the page is drawn.
const themes = ["auto", "light", "dark"];
let theme = "auto";
try { theme = localStorage.getItem("theme") || theme; } catch (error) { /* a browser that stores nothing */ }
const root = document.documentElement;
const here = document.currentScript;
root.dataset.theme = theme;

function setUpTheme() {
  const button = document.querySelector(".theme");
  const tell = () => {
    button.textContent = theme[0].toUpperCase() + theme.slice(1);
    button.setAttribute("aria-label", "Theme: " + theme);
  };
  button.addEventListener("click", () => {
    theme = themes[(themes.indexOf(theme) + 1) % themes.length];
    root.dataset.theme = theme;
    try { localStorage.setItem("theme", theme); } catch (error) { /* it lasts for this page */ }
    tell();
  });
  tell();
  button.hidden = false;
}

// A button beside each block of code. Of a session, it copies the commands only.
function setUpCopying() {
  if (!navigator.clipboard) return;
  for (const pre of document.querySelectorAll("article pre")) {
    let box = pre.closest(".code");
    if (!box) {
      box = document.createElement("div");
      box.className = "code";
      pre.before(box);
      box.append(pre);
      pre.tabIndex = 0;
    }
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy";
    button.textContent = "Copy";
    button.addEventListener("click", async () => {
      const lines = pre.textContent.replace(/\n$/, "").split("\n");
      const commands = lines.filter((line) => line.startsWith("$ ")).map((line) => line.slice(2));
      try {
        await navigator.clipboard.writeText((commands.length ? commands : lines).join("\n"));
        button.textContent = "Copied";
      } catch (error) {
        button.textContent = "Not copied";
      }
      setTimeout(() => { button.textContent = "Copy"; }, 2000);
    });
    box.append(button);
  }
}

// The index is a script of this site: address, title, anchor, heading and text of each section. It is loaded when it is first needed.
let searchIndex;
let loading;
function loadIndex(home) {
  loading ||= new Promise((done, failed) => {
    const script = document.createElement("script");
    script.src = new URL(here.dataset.index, home);
    script.onload = done;
    script.onerror = failed;
    document.head.append(script);
  });
  return loading;
}

// Every word must be found; in a title it counts more than in a heading, and there more than in the text.
function search(words) {
  const found = [];
  for (const [address, title, anchor, heading, text] of searchIndex) {
    const parts = [title.toLowerCase(), heading.toLowerCase(), text.toLowerCase()];
    let score = 0;
    const all = words.every((word) => {
      const worth = [anchor ? 3 : 12, 8, 1].map((weight, i) => (parts[i].includes(word) ? weight : 0));
      score += Math.max(...worth) + (parts[2].split(word).length > 3 ? 1 : 0);
      return Math.max(...worth) > 0;
    });
    if (all) found.push({ address, title, anchor, heading, text, score });
  }
  return found.sort((a, b) => b.score - a.score);
}

// The text around the first word that is found, with all words marked.
function excerpt(text, words) {
  const at = Math.max(0, ...words.map((word) => text.toLowerCase().indexOf(word)));
  const start = at < 60 ? 0 : text.lastIndexOf(" ", at - 40) + 1;
  const line = document.createElement("span");
  const pattern = new RegExp("(" + words.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("|") + ")", "gi");
  const piece = (start ? "… " : "") + text.slice(start, start + 160);
  piece.split(pattern).forEach((part, i) => {
    if (i % 2 === 0) return line.append(part);
    const mark = document.createElement("mark");
    mark.textContent = part;
    line.append(mark);
  });
  return line;
}

function setUpSearch() {
  const box = document.querySelector(".search");
  const input = box.querySelector("input");
  const list = box.querySelector(".found");
  const status = list.querySelector("p");
  const results = list.querySelector("ol");
  const home = document.querySelector(".home").href;
  const close = () => { list.hidden = true; };

  const show = async () => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    if (!words.length) return close();
    try { await loadIndex(home); } catch (error) {
      status.textContent = "The index of the search cannot be loaded.";
      list.hidden = false;
      return;
    }
    const found = search(words);
    results.replaceChildren(...found.slice(0, 12).map((section) => {
      const link = document.createElement("a");
      const url = new URL(section.address, home);
      if (section.anchor) url.hash = section.anchor;
      link.href = url;
      link.append(section.heading ? section.title + " › " + section.heading : section.title, excerpt(section.text, words));
      const item = document.createElement("li");
      item.append(link);
      return item;
    }));
    status.textContent = found.length === 0 ? "Nothing is found." : found.length === 1 ? "1 section" : found.length + " sections" + (found.length > 12 ? ", the first 12:" : "");
    list.hidden = false;
  };

  input.addEventListener("input", show);
  input.addEventListener("focus", () => { loadIndex(home).catch(() => {}); if (input.value) show(); });
  document.addEventListener("keydown", (event) => {
    const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement.tagName);
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      input.focus();
    }
  });
  box.addEventListener("keydown", (event) => {
    const links = [...results.querySelectorAll("a")];
    const at = links.indexOf(document.activeElement);
    if (event.key === "Escape") {
      input.focus();
      close();
    } else if (event.key === "ArrowDown" && at + 1 < links.length) {
      event.preventDefault();
      links[at + 1].focus();
    } else if (event.key === "ArrowUp" && at >= 0) {
      event.preventDefault();
      (links[at - 1] || input).focus();
    } else if (event.key === "Enter" && document.activeElement === input && links.length) {
      event.preventDefault();
      links[0].click();
    }
  });
  document.addEventListener("click", (event) => { if (!box.contains(event.target)) close(); });
  box.addEventListener("focusout", (event) => { if (event.relatedTarget && !box.contains(event.relatedTarget)) close(); });
  box.hidden = false;
}

// On a narrow screen the menu is the page until it is closed.
function setUpMenu() {
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && location.hash === "#menu") location.hash = "#top";
  });
}

document.addEventListener("DOMContentLoaded", () => {
  setUpTheme();
  setUpCopying();
  setUpSearch();
  setUpMenu();
});
