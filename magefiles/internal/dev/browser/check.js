// What is wrong with the page as it is shown now. width is that of the window; a list of sentences is returned.
(width) => {
  const problems = new Set();
  const say = (text) => problems.add(text);
  const where = (e) => e.tagName.toLowerCase() + (e.id ? "#" + e.id : "") + (typeof e.className === "string" && e.className ? "." + e.className.trim().split(/\s+/).join(".") : "");
  const short = (text) => text.trim().replace(/\s+/g, " ").slice(0, 60);
  const seen = (e) => e.checkVisibility({ opacityProperty: true, visibilityProperty: true });
  // Text for the ear alone is clipped to a pixel.
  const away = (e) => { for (let p = e; p; p = p.parentElement) { const s = getComputedStyle(p); if (s.clipPath !== "none" || (s.position === "absolute" && p.getBoundingClientRect().right < 0)) return true; } return false; };

  // Nothing is wider than the window, unless it scrolls by itself.
  if (document.documentElement.scrollWidth > width) {
    const wide = [...document.body.querySelectorAll("*")].filter((e) => seen(e) && e.getBoundingClientRect().right > width + 1);
    say(`the page is ${document.documentElement.scrollWidth} pixels wide, for one: ${wide.slice(-1).map(where)} ${short(wide.slice(-1).map((e) => e.textContent).join(""))}`);
  }
  for (const e of document.body.querySelectorAll("*")) {
    const s = getComputedStyle(e);
    if (!/auto|scroll/.test(s.overflowX + s.overflowY) || !seen(e)) continue;
    if (e.scrollWidth > e.clientWidth + 1 && e.tabIndex < 0 && !e.querySelector("a[href], button, input, select, summary, [tabindex='0']")) say(`${where(e)} scrolls, and not by keyboard`);
  }

  // Contrast of each text, by WCAG 2.
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const known = new Map();
  const rgba = (text) => {
    if (!known.has(text)) {
      canvas.clearRect(0, 0, 1, 1);
      canvas.fillStyle = text;
      canvas.fillRect(0, 0, 1, 1);
      const d = canvas.getImageData(0, 0, 1, 1).data;
      known.set(text, [d[0], d[1], d[2], d[3] / 255]);
    }
    return known.get(text);
  };
  const over = (top, below) => [0, 1, 2].map((i) => top[i] * top[3] + below[i] * (1 - top[3])).concat(1);
  const paper = (e) => {
    const layers = [];
    for (let p = e; p; p = p.parentElement) {
      const c = rgba(getComputedStyle(p).backgroundColor);
      if (c[3] > 0) layers.push(c);
      if (c[3] === 1) break;
    }
    return layers.reduceRight((below, top) => over(top, below), rgba(getComputedStyle(document.documentElement).colorScheme.includes("dark") && matchMedia("(prefers-color-scheme: dark)").matches ? "#121212" : "#ffffff"));
  };
  const luminance = (c) => [0.2126, 0.7152, 0.0722].reduce((sum, w, i) => { const v = c[i] / 255; return sum + w * (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4); }, 0);
  const contrast = (a, b) => { const [x, y] = [luminance(a), luminance(b)]; return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05); };
  let texts = 0;
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const e = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || e.closest("script, style, title, desc, option") || !seen(e) || away(e)) continue;
    texts++;
    const s = getComputedStyle(e), below = paper(e);
    const ink = over(rgba(e instanceof SVGElement ? s.fill : s.color), below);
    const ratio = contrast(ink, below);
    if (ratio < 4.5) say(`the contrast of "${short(walker.currentNode.data)}" in ${where(e)} is ${ratio.toFixed(2)}`);
  }
  if (texts === 0) say("it has no text that can be seen");

  // Landmarks, headings, names.
  for (const name of ["main", "header", "footer", "h1"]) {
    const n = [...document.querySelectorAll(name)].filter((e) => name === "h1" || name === "main" || e.parentElement === document.body).length;
    if (n !== 1) say(`it has ${n} ${name}, not one`);
  }
  if (!document.documentElement.lang) say("it does not say its language");
  if (!document.title.trim()) say("it has no title");
  let level = 0;
  for (const h of document.querySelectorAll("h1, h2, h3, h4, h5, h6")) {
    const now = Number(h.tagName[1]);
    if (now > level + 1) say(`a heading of level ${now} follows one of level ${level}: ${short(h.textContent)}`);
    level = now;
  }
  const name = (e) => (e.getAttribute("aria-label") || (e.getAttribute("aria-labelledby") || "").split(" ").map((id) => document.getElementById(id)?.textContent || "").join("") || [...(e.labels || [])].map((l) => l.textContent).join("") || e.textContent || "").trim();
  const controls = [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex='0']")].filter((e) => e.checkVisibility({ visibilityProperty: true }) && !e.disabled && e.tabIndex >= 0);
  for (const e of controls) if (!name(e)) say(`${where(e)} has no name`);
  for (const e of document.querySelectorAll("img")) if (!e.hasAttribute("alt")) say(`an image without alt: ${e.src}`);
  for (const e of document.querySelectorAll("svg")) if (e.getAttribute("aria-hidden") !== "true" && !(e.getAttribute("role") === "img" && name(e))) say(`a drawing without words: ${where(e)}`);
  for (const e of document.querySelectorAll("nav")) if (!name(e) || !e.getAttribute("aria-label")) say("a nav without aria-label");
  const ids = new Set();
  for (const e of document.querySelectorAll("[id]")) { if (ids.has(e.id)) say(`two parts have the name ${e.id}`); ids.add(e.id); }
  for (const e of document.querySelectorAll("a[href^='#']")) { const id = decodeURIComponent(e.getAttribute("href").slice(1)); if (id && !document.getElementById(id)) say(`a link to #${id}, where nothing has that name`); }

  // The order of the tabulator: of a group of radio buttons it reaches one.
  const reached = controls.filter((e) => e.type !== "radio" || e.checked);
  window.hubopsControls = {
    got: [],
    note: (event) => window.hubopsControls.got.push(event.target),
    begin() { document.addEventListener("focusin", this.note); document.activeElement?.blur(); window.getSelection().removeAllRanges(); document.body.tabIndex = -1; document.body.focus(); document.body.removeAttribute("tabindex"); this.got = []; return reached.length; },
    missed() {
      document.removeEventListener("focusin", this.note);
      const missed = reached.filter((e) => !this.got.includes(e)).map((e) => `the tabulator does not reach ${where(e)} "${short(name(e))}"`);
      if (missed.length === 0 && reached.some((e, i) => this.got[i] !== e)) missed.push("the tabulator does not go in the order of the page");
      return missed.slice(0, 5);
    },
  };
  window.hubopsDetails = (open) => document.querySelectorAll("details").forEach((e) => { e.open = open; });
  return [...problems];
}
