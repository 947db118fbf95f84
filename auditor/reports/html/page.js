(() => {
  "use strict";
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const form = document.querySelector(".filters");
  const names = JSON.parse(document.getElementById("index").textContent);
  const STEP = 100;
  const NAMES_SHOWN = 1000;
  const SEVERITIES = ["low", "medium", "high", "critical"];

  // A list shows the first of its items; the others lie as text in a noscript element until somebody asks for them.
  const lists = all("[data-list]").map((root) => {
    const body = root.querySelector("[data-items]");
    const list = { root, body, items: [...body.children], rest: null, total: body.children.length, limit: body.children.length, button: null };
    const fold = root.querySelector(":scope > details.more");
    if (fold) {
      list.rest = fold.querySelector("noscript").textContent;
      list.total += Number(fold.querySelector("summary").textContent.replace(/[^0-9]/g, ""));
      list.button = document.createElement("button");
      list.button.type = "button";
      list.button.className = "more";
      list.button.addEventListener("click", () => { list.limit += STEP; unfold(list); draw(list, list.shown || list.items); });
      fold.replaceWith(list.button);
    }
    list.start = list.limit;
    label(list, list.total - list.limit);
    return list;
  });

  function unfold(list) {
    if (list.rest === null) return;
    const holder = document.createElement("template");
    holder.innerHTML = list.rest;
    list.rest = null;
    list.items.push(...all("tbody > tr, ul.items > li", holder.content).map((item) => document.importNode(item, true)));
    for (const item of list.items) if (item.matches("tr[data-in]")) narrowing(item);
  }
  function draw(list, items) {
    list.shown = items;
    list.body.replaceChildren(...items.slice(0, list.limit));
    label(list, items.length - list.limit);
  }
  function label(list, left) {
    if (!list.button) return;
    list.button.hidden = left <= 0;
    list.button.textContent = `Show ${Math.min(left, STEP).toLocaleString("en")} more of ${left.toLocaleString("en")}`;
  }

  const byRoot = new Map(lists.map((list) => [list.root, list]));
  const sheets = all(".sheet").map((el) => ({
    el,
    section: el.dataset.sec,
    severity: SEVERITIES.indexOf(el.dataset.sev),
    frameworks: el.dataset.fw ? el.dataset.fw.split("\n") : [],
    head: el.id.slice(2).toLowerCase() + " " + (el.querySelector("h4, .title").textContent || "").toLowerCase(),
    list: byRoot.get(el.querySelector("[data-list]")) || null,
    names: all("details.names", el).map((fold) => ({ fold, pre: fold.querySelector("pre"), count: fold.querySelector("summary"), lines: null })),
  }));

  // The lines of a list of names, and whose each is: "3x2 5" is two of container 3, one of 5.
  function lines(entry) {
    if (entry.lines) return entry.lines;
    const whose = [];
    for (const run of (entry.pre.dataset.runs || "").split(" ")) {
      const [number, length] = run.split("x");
      for (let n = 0; n < Number(length || 1); n++) whose.push(number);
    }
    entry.text = entry.pre.textContent;
    entry.lines = entry.text.split("\n").map((line, n) => ({ line, lower: line.toLowerCase(), inside: whose[n] }));
    return entry.lines;
  }
  const lower = new WeakMap();
  function words(item) {
    if (!lower.has(item)) lower.set(item, item.textContent.toLowerCase());
    return lower.get(item);
  }

  const wanted = () => ({
    q: form.elements.q.value.trim().toLowerCase(),
    status: all(".chip[aria-pressed=true]", form).map((chip) => chip.dataset.status),
    severity: SEVERITIES.indexOf(form.elements.severity.value),
    section: form.elements.section.value,
    inside: form.elements.in.value,
    framework: form.elements.framework.value,
  });

  function apply() {
    const want = wanted();
    const fine = Boolean(want.q || want.status.length || want.inside);
    const active = Boolean(fine || want.severity >= 0 || want.section || want.framework);
    let results = 0;
    let controls = 0;
    const hidden = new Set();
    for (const sheet of sheets) {
      const asked = sheet.severity >= want.severity && (!want.section || sheet.section === want.section)
        && (!want.framework || sheet.frameworks.some((key) => (want.framework.endsWith("/") ? key.startsWith(want.framework) : key === want.framework)));
      const found = asked ? filter(sheet, want, fine) : 0;
      sheet.el.hidden = active && !found;
      if (sheet.el.hidden) hidden.add(sheet.el.id.slice(2));
      results += found;
      controls += found ? 1 : 0;
    }
    for (const group of all(".group")) group.hidden = active && all(".sheet", group).every((sheet) => sheet.hidden);
    overview(want, active, hidden);
    document.body.classList.toggle("filtered", active);
    document.getElementById("none").hidden = controls > 0;
    form.querySelector("[role=status]").textContent = active
      ? `${results.toLocaleString("en")} ${results === 1 ? "result" : "results"} in ${controls} ${controls === 1 ? "control" : "controls"}` : "";
    form.querySelector("[type=reset]").hidden = !active;
  }

  // How many results of a control match; shows those alone.
  function filter(sheet, want, fine) {
    const whole = !want.q || sheet.head.includes(want.q);
    let found = 0;
    if (sheet.list) {
      if (fine) unfold(sheet.list);
      const items = fine ? sheet.list.items.filter((item) => (!want.status.length || want.status.includes(item.dataset.st))
        && (!want.inside || item.dataset.in === want.inside) && (whole || words(item).includes(want.q))) : sheet.list.items;
      found += fine ? items.length : sheet.list.total;
      if (fine || sheet.list.shown) { sheet.list.limit = sheet.list.start; draw(sheet.list, items); if (!fine) label(sheet.list, sheet.list.total - sheet.list.limit); }
      sheet.list.root.hidden = fine && !items.length;
    }
    for (const entry of sheet.names) {
      const every = lines(entry);
      const status = !want.status.length || want.status.includes(entry.fold.dataset.st);
      const kept = !status ? [] : fine ? every.filter((line) => (!want.inside || line.inside === want.inside) && (whole || line.lower.includes(want.q))) : every;
      found += kept.length;
      entry.fold.hidden = !kept.length;
      if (fine) {
        const more = kept.length - NAMES_SHOWN;
        entry.pre.textContent = kept.slice(0, NAMES_SHOWN).map((line) => line.line).join("\n") + (more > 0 ? `\nand ${more.toLocaleString("en")} more` : "");
        entry.cut = true;
      } else if (entry.cut) { entry.pre.textContent = entry.text; entry.cut = false; }
      const few = fine && kept.length > 0 && kept.length < every.length && kept.length <= 50;
      if (few || entry.opened) entry.fold.open = few;
      entry.opened = few;
    }
    return found;
  }

  function overview(want, active, hidden) {
    for (const row of all("tr[data-row]")) row.hidden = active && (hidden.has(row.dataset.row) || !document.getElementById("c-" + row.dataset.row));
    for (const body of all(".matrix tbody")) {
      const rows = all("tr[data-row]", body);
      if (rows.length) body.hidden = rows.every((row) => row.hidden);
    }
    const list = byRoot.get(document.querySelector("#overview [data-list]"));
    if (!list || (!want.inside && !list.narrowed)) return;
    unfold(list);
    list.narrowed = Boolean(want.inside);
    draw(list, want.inside ? list.items.filter((item) => item.dataset.in === want.inside) : list.items);
  }

  // The state of the filter is the address's fragment, so that a view can be sent to somebody.
  const FIELDS = ["q", "severity", "section", "in", "framework"];
  function write() {
    const state = new URLSearchParams();
    const status = wanted().status;
    if (status.length) state.set("status", status.join(","));
    for (const field of FIELDS) {
      const value = form.elements[field].value.trim();
      if (value) state.set(field, field === "in" ? names[Number(value)] : value);
    }
    history.replaceState(null, "", state.toString() ? "#" + state : location.pathname + location.search);
  }
  function read() {
    const state = new URLSearchParams(location.hash.slice(1));
    const status = (state.get("status") || "").split(",");
    for (const chip of all(".chip", form)) chip.setAttribute("aria-pressed", String(status.includes(chip.dataset.status)));
    for (const field of FIELDS) {
      const value = state.get(field) || "";
      form.elements[field].value = field === "in" && value ? String(names.indexOf(value)) : value;
      if (form.elements[field].selectedIndex === -1) form.elements[field].value = "";
    }
    apply();
  }
  const filtered = () => /^#(q|status|severity|section|in|framework)=/.test(location.hash);
  function changed() { apply(); write(); }

  // Shows what a link names, wherever it lies.
  function reveal(id) {
    let target = document.getElementById(id);
    if (!target) {
      for (const list of lists) {
        if (list.rest === null || !list.rest.includes(`id="${id}"`)) continue;
        unfold(list);
      }
      for (const list of lists) {
        const place = list.items.findIndex((item) => item.id === id);
        if (place < 0) continue;
        list.limit = Math.max(list.limit, place + 1);
        draw(list, list.items);
      }
      target = document.getElementById(id);
    }
    if (!target) return;
    if (target.closest("[hidden]")) { form.reset(); clear(); }
    for (let fold = target.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
    target.scrollIntoView();
    return target;
  }
  function clear() {
    for (const chip of all(".chip", form)) chip.setAttribute("aria-pressed", "false");
    for (const field of FIELDS) form.elements[field].value = "";
    changed();
  }
  function narrowing(row) {
    const head = row.querySelector("th");
    if (head.querySelector("button")) return;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "link";
    button.title = "Show this one alone";
    button.append(...head.childNodes);
    button.addEventListener("click", () => { clear(); form.elements.in.value = row.dataset.in; changed(); form.scrollIntoView(); });
    head.append(button);
  }

  const places = form.elements.in;
  names.forEach((name, number) => places.add(new Option(name, String(number))));
  for (const row of all("tr[data-in]")) narrowing(row);
  form.hidden = false;
  let timer = 0;
  form.addEventListener("input", (event) => { clearTimeout(timer); timer = setTimeout(changed, event.target.name === "q" ? 150 : 0); });
  form.addEventListener("submit", (event) => { event.preventDefault(); changed(); });
  form.addEventListener("reset", (event) => { event.preventDefault(); clear(); form.elements.q.focus(); });
  for (const chip of all(".chip", form)) {
    chip.addEventListener("click", () => { chip.setAttribute("aria-pressed", String(chip.getAttribute("aria-pressed") !== "true")); changed(); });
  }
  document.addEventListener("click", (event) => {
    const link = event.target.closest('a[href^="#"]');
    if (!link) return;
    const id = link.getAttribute("href").slice(1);
    if (!filtered() && document.getElementById(id)) return;
    event.preventDefault();
    const target = reveal(id);
    if (target && !filtered()) history.pushState(null, "", "#" + id);
    if (target) { target.tabIndex = target.tabIndex < 0 ? -1 : target.tabIndex; target.focus({ preventScroll: true }); }
  });
  addEventListener("hashchange", () => (filtered() || !location.hash ? read() : reveal(location.hash.slice(1))));
  addEventListener("beforeprint", () => {
    for (const list of lists) { unfold(list); list.limit = Infinity; draw(list, list.shown && list.shown.length < list.items.length ? list.shown : list.items); }
  });
  if (filtered()) read(); else if (location.hash.length > 1) reveal(location.hash.slice(1));
})();
