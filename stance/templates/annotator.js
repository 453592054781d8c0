// Draws the state that Python sends and asks for what the person wants. It keeps nothing: an answer counts when the
// next state arrives, for that is sent after the answer is on disk.

const PATIENCE = 2500; // milliseconds without an answer before the page says that something is wrong
const SILENCE =
  "Not saved yet: the kernel does not answer. If it is busy, wait: this answer is saved when it gets to it. " +
  "If it was restarted, run all cells again (Run, Run All Cells). Whatever was saved stays saved, and you go on from there.";
const ACTIONS = {
  support: ["s", "Support"],
  oppose: ["o", "Oppose"],
  none: ["n", "No position"],
  skip: ["k", "Skip"],
  undo: ["u", "Undo"],
  note: ["c", "Note"],
  speaker: ["w", "Wrong speaker"],
  body: ["f", "Counts for …"],
  words: ["e", "Wrong words"],
  nothing: ["x", "Not a statement"],
  copy: ["d", "Near-copy, skip"],
  article: ["a", "Article"],
  list: ["l", "My answers"],
  codebook: ["?", "Codebook"],
  look: ["", "Show other answers"],
};
const BY_KEY = new Map(Object.entries(ACTIONS).filter(([, [key]]) => key).map(([name, [key]]) => [key, name]));
const SENT = ["support", "oppose", "none", "skip", "undo", "look", "nothing", "copy"];
const ASKED = { // corrections that need words: what is asked for
  speaker: "Who speaks? The full name, or empty for nobody named",
  body: "For whom does it count? Stakeholders with ; between them, or empty for none",
  words: "The words as they stand in the paragraph",
};
const CORRECTING = [...Object.keys(ASKED), "nothing", "copy"];
let widgets = 0; // several may stand on one page, and each needs identifiers of its own

function make(tag, className, text = "", attributes = {}) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.textContent = text;
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}

function pace(state) {
  if (!state.minutes || !state.item) return "";
  return state.minutes < 1 ? "less than a minute left" : `about ${Math.round(state.minutes)} min left`;
}

function build(prefix) {
  const root = make("div", "stance-annotator", "", { role: "group", tabindex: "0" });
  const part = {
    who: make("p", "who"),
    bar: make("progress", "", "", { "aria-label": "Questions answered" }),
    count: make("p", "count"),
    agreement: make("p", "agreement"),
    told: make("ul", "told"),
    naming: make("form", "naming"),
    name: make("input", "", "", { id: `${prefix}-name`, list: `${prefix}-names`, autocomplete: "off" }),
    names: make("datalist", "", "", { id: `${prefix}-names` }),
    filterRow: make("p", "filter"),
    filter: make("select", "", "", { id: `${prefix}-filter` }),
    source: make("p", "source"),
    corrected: make("p", "corrected"),
    targets: make("ol", "targets", "", { "aria-label": "All targets of this statement" }),
    article: make("div", "article", "", { hidden: "", tabindex: "0", role: "group", "aria-label": "The whole article" }),
    wordsRow: make("div", "note"),
    wordsLabel: make("label", "", "", { for: `${prefix}-words` }),
    words: make("input", "", "", { id: `${prefix}-words`, list: `${prefix}-choices`, autocomplete: "off" }),
    choices: make("datalist", "", "", { id: `${prefix}-choices` }),
    list: make("section", "list", "", { hidden: "", "aria-label": "My answers" }),
    search: make("input", "", "", { id: `${prefix}-search`, type: "search" }),
    mine: make("ul", ""),
    speaker: make("p", "speaker"),
    paragraph: make("p", "paragraph", "", { id: `${prefix}-paragraph` }),
    question: make("p", "question", "", { id: `${prefix}-question` }),
    meanings: make("dl", "meanings"),
    others: make("ul", "others", "", { "aria-label": "Other answers" }),
    answers: make("div", "answers", "", { role: "group", "aria-label": "Your answer" }),
    tools: make("div", "tools", "", { role: "group", "aria-label": "More" }),
    fixes: make("div", "tools", "", { role: "group", "aria-label": "What was found is wrong" }),
    noteRow: make("div", "note"),
    note: make("textarea", "", "", { id: `${prefix}-note`, rows: "2", maxlength: "2000" }),
    status: make("p", "status", "", { role: "status" }),
    alarm: make("p", "alarm", "", { role: "alert" }),
    remarks: make("details", "remarks"),
    codebook: make("section", "codebook", "", { "aria-label": "Codebook", tabindex: "0", hidden: "" }),
  };
  const top = make("div", "top");
  part.filterRow.append(make("label", "", "Ask about ", { for: part.filter.id }), part.filter);
  top.append(part.who, part.count, part.bar, part.agreement);
  part.naming.append(make("label", "", "Your name, which every answer carries ", { for: part.name.id }), part.name, part.names,
    make("button", "", "Begin", { type: "submit" }));
  part.wordsRow.append(part.wordsLabel, part.words, part.choices);
  part.wordsRow.hidden = true;
  part.list.append(make("label", "", "Search in my answers ", { for: part.search.id }), part.search, part.mine);
  part.noteRow.append(make("label", "", "Note, saved with the answer (Enter goes back)", { for: part.note.id }), part.note);
  part.buttons = {};
  for (const [name, [key, label]] of Object.entries(ACTIONS)) {
    const button = make("button", "", label, { type: "button", "data-does": name });
    if (key) {
      button.append(make("kbd", "", key, { "aria-hidden": "true" }));
      button.setAttribute("aria-keyshortcuts", key === "?" ? "Shift+?" : key.toUpperCase());
    }
    part.buttons[name] = button;
    (["support", "oppose", "none"].includes(name) ? part.answers : CORRECTING.includes(name) ? part.fixes : part.tools).append(button);
  }
  part.buttons.note.setAttribute("aria-expanded", "false");
  part.buttons.codebook.setAttribute("aria-expanded", "false");
  part.card = make("div", "card");
  part.card.append(part.source, part.speaker, part.corrected, part.paragraph, part.article, part.question, part.meanings,
    part.targets, part.others);
  root.append(top, part.told, part.naming, part.alarm, part.card, part.answers, part.noteRow, part.wordsRow, part.fixes, part.tools,
    part.filterRow, part.status, part.list, part.codebook, part.remarks);
  part.buttons.article.setAttribute("aria-expanded", "false");
  part.buttons.list.setAttribute("aria-expanded", "false");
  part.noteRow.hidden = true;
  return [root, part, top];
}

function drawItem(part, item, others) {
  part.source.textContent = item.source.join(" · ");
  part.speaker.replaceChildren(make("strong", "", item.speaker), item.role ? `, ${item.role}` : "", make("span", "kind", item.kind));
  part.paragraph.replaceChildren(item.before, make("mark", "", item.words), item.after);
  part.corrected.textContent = item.corrected.length ? `Corrected by you: ${item.corrected.join("; ")}` : "";
  part.article.replaceChildren(); // filled when it is opened
  part.targets.hidden = item.targets.length < 2;
  part.targets.replaceChildren(
    ...item.targets.map(([words, stance, id]) => {
      const row = make("li", "", `${words}: `, id === item.id[1] ? { "aria-current": "true" } : {});
      row.append(make("strong", stance, { support: "support", oppose: "oppose", none: "no position" }[stance] || (id === item.id[1] ? "asked now" : "open")));
      return row;
    }),
  );
  const name = make("strong", "", item.target);
  const description = make("span", "description", ` ${item.description}`);
  part.question.replaceChildren("In these words, does the speaker support or oppose: ", name, make("br"), description);
  part.meanings.replaceChildren();
  for (const stance of ["support", "oppose"]) {
    if (item[stance]) part.meanings.append(make("dt", stance, stance), make("dd", "", item[stance]));
  }
  part.others.hidden = !others;
  const rows = others?.length ? others : [{ who: "Nobody", stance: "has answered this", note: "" }];
  part.others.replaceChildren(
    ...(others ? rows : []).map(({ who, stance, note }) => {
      const row = make("li", "");
      row.append(make("span", "", `${who}: `), make("strong", stance, stance), note ? ` (${note})` : "");
      return row;
    }),
  );
}

function render({ model, el }) {
  const [root, part, top] = build(`stance-${(widgets += 1)}`);
  part.codebook.innerHTML = model.get("codebook"); // made by Python, with everything in it escaped
  el.append(root);
  let waiting = 0; // the timer that runs while an answer is on its way to the disk
  let shown = 0; // when the question came into view
  let drawn = ""; // the question on the page

  const alarm = (text) => {
    part.alarm.textContent = text;
    part.alarm.hidden = !text;
  };

  const draw = () => {
    const state = model.get("state");
    const { item } = state;
    clearTimeout(waiting);
    waiting = 0;
    root.removeAttribute("aria-busy");
    root.dataset.serial = state.serial;
    part.told.hidden = !state.told.length;
    part.told.replaceChildren(...state.told.map((line) => make("li", "", line)));
    for (const one of [top, part.card, part.answers, part.fixes, part.tools, part.filterRow, part.status, part.remarks]) one.hidden = !state.who;
    if (!state.who) {
      part.names.replaceChildren(...state.names.map((name) => make("option", "", "", { value: name })));
      root.setAttribute("aria-label", "Annotator");
      alarm(state.error ? state.message : "");
      return;
    }
    root.setAttribute("aria-label", `Annotator for ${state.who}`);
    if (part.naming.contains(document.activeElement)) root.focus({ preventScroll: true });
    part.naming.hidden = true; // after the focus has left it
    part.filterRow.hidden = !state.bodies.length;
    part.filter.replaceChildren(...[["", "all stakeholders"], ...state.bodies].map(([value, words]) => make("option", "", words, { value })));
    part.filter.value = state.only;
    drawMine();
    part.who.textContent = state.who;
    part.bar.max = Math.max(state.total, 1);
    part.bar.value = state.done;
    part.count.textContent = [`${state.done} of ${state.total}`, pace(state)].filter(Boolean).join(" · ");
    part.agreement.textContent = state.agreement && `With others: ${state.agreement}`;
    part.remarks.hidden = !state.remarks.length;
    part.remarks.replaceChildren(make("summary", "", `${state.remarks.length} remarks on the files`));
    for (const remark of state.remarks) part.remarks.append(make("p", "", remark));
    part.card.hidden = part.answers.hidden = !item;
    part.fixes.hidden = !item;
    for (const name of ["skip", "note", "look", "article"]) part.buttons[name].hidden = !item;
    part.buttons.look.hidden = !item || Boolean(state.others);
    alarm(state.error ? state.message : "");
    const end = `All ${state.total} questions are answered. They stand in ${state.path}.`;
    const news = state.error ? "" : state.message;
    part.status.dataset.done = state.done;
    if (!item) {
      part.status.textContent = `${news} ${state.total ? end : "There is nothing to answer."}`.trim();
      drawn = "";
      return;
    }
    drawItem(part, item, state.others);
    const key = JSON.stringify(item.id);
    if (key !== drawn && !state.error) {
      part.note.value = "";
      openNote(false);
      openWords("");
      part.article.hidden = true;
      part.buttons.article.setAttribute("aria-expanded", "false");
      shown = performance.now();
    }
    drawn = key;
    const next = make("span", "unseen", ` ${item.speaker}: ${item.words} Support or oppose: ${item.target}?`);
    part.status.replaceChildren(news || `Answers go to ${state.path}. Press a key to answer.`, next);
  };

  const openNote = (open) => {
    part.noteRow.hidden = !open && !part.note.value;
    part.buttons.note.setAttribute("aria-expanded", String(!part.noteRow.hidden));
    if (open) part.note.focus();
    else if (document.activeElement === part.note) root.focus({ preventScroll: true });
  };

  let correcting = ""; // which correction the line of words is for
  const openWords = (name) => {
    const within = document.activeElement === part.words;
    correcting = name;
    part.wordsRow.hidden = !name;
    if (!name) {
      if (within) root.focus({ preventScroll: true });
      return;
    }
    const { item, bodies } = model.get("state");
    const called = new Map(bodies);
    part.wordsLabel.textContent = `${ASKED[name]} (Enter saves, Escape leaves)`;
    part.words.value = { speaker: item.speaker, body: item.bodies.map((id) => called.get(id) || id).join("; "), words: item.words }[name];
    const choices = { speaker: item.speakers, body: bodies.map(([, words]) => words), words: [] }[name];
    part.choices.replaceChildren(...choices.filter(Boolean).map((value) => make("option", "", "", { value })));
    part.words.focus();
    part.words.select();
  };

  const drawMine = () => {
    const { answers } = model.get("state");
    const sought = part.search.value.toLowerCase();
    const found = answers.filter((one) => `${one.speaker} ${one.words} ${one.target} ${one.stance} ${one.note}`.toLowerCase().includes(sought));
    part.mine.replaceChildren(
      ...found.map((one) => {
        const go = make("button", "", `${one.speaker || "Nobody named"}: ${one.words}`, { type: "button" });
        go.addEventListener("click", () => send("go", { item: one.id }));
        const row = make("li", "");
        row.append(make("strong", one.stance, one.stance === "none" ? "no position" : one.stance), ` on ${one.target}`, go);
        return row;
      }),
    );
    if (!found.length) part.mine.append(make("li", "", answers.length ? "None of your answers has these words." : "You have answered nothing yet."));
  };

  const toggle = (place, button) => {
    place.hidden = !place.hidden;
    button.setAttribute("aria-expanded", String(!place.hidden));
    (place.hidden ? root : place === part.list ? part.search : place).focus({ preventScroll: place.hidden });
  };

  const openCodebook = (open) => {
    part.codebook.hidden = !open;
    part.buttons.codebook.setAttribute("aria-expanded", String(open));
    (open ? part.codebook : root).focus({ preventScroll: !open });
  };

  const send = (action, more = {}) => {
    const { item } = model.get("state");
    if (waiting || (!item && !["undo", "go", "only", "name"].includes(action))) return;
    const seconds = Math.max(0, Math.round((performance.now() - shown) / 10) / 100);
    root.setAttribute("aria-busy", "true");
    waiting = setTimeout(() => alarm(SILENCE), PATIENCE);
    try {
      model.send({ do: action, item: item ? item.id : ["", ""], note: part.note.value, seconds, ...more });
    } catch {
      alarm(SILENCE); // the kernel that made this widget has gone
    }
  };

  const act = (name) => {
    if (name === "note") openNote(true);
    else if (name === "codebook") openCodebook(part.codebook.hidden);
    else if (name === "list") toggle(part.list, part.buttons.list);
    else if (name === "article" && model.get("state").item) {
      const { article, words } = model.get("state").item;
      part.article.replaceChildren(...(part.article.hidden && article.length ? [article[0], make("mark", "", words), article[1]] : []));
      toggle(part.article, part.buttons.article);
    }
    else if (name in ASKED) model.get("state").item && openWords(name);
    else if (SENT.includes(name)) send(name);
  };

  part.naming.addEventListener("submit", (event) => {
    event.preventDefault();
    send("name", { value: part.name.value });
  });
  part.filter.addEventListener("change", () => send("only", { value: part.filter.value }));
  part.search.addEventListener("input", drawMine);
  for (const [name, button] of Object.entries(part.buttons)) button.addEventListener("click", () => act(name));

  // JupyterLab takes keys for itself before they reach an element (x cuts a cell, Enter edits one), so they are taken
  // here first: only while the focus is within, and none that is pressed with Ctrl, Alt or Command.
  const onKey = (event) => {
    if (!root.contains(document.activeElement) || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === "Tab") return;
    event.stopImmediatePropagation();
    const within = document.activeElement;
    if (event.isComposing) return;
    if (event.key === "Escape" && !part.codebook.hidden) openCodebook(false);
    else if (within === part.words) {
      if (event.key === "Escape") openWords("");
      else if (event.key === "Enter") {
        event.preventDefault();
        const value = part.words.value.trim();
        const action = correcting;
        openWords("");
        send(action, { value });
      }
    } else if ([part.name, part.search, part.filter].includes(within)) {
      if (event.key === "Escape" && within === part.search) toggle(part.list, part.buttons.list);
    } else if (within === part.note) {
      if (event.key === "Escape" || (event.key === "Enter" && !event.shiftKey)) {
        event.preventDefault();
        openNote(false);
      }
    } else {
      const action = BY_KEY.get(event.key.toLowerCase());
      if (!action) return;
      event.preventDefault();
      if (!event.repeat) act(action);
    }
  };
  window.addEventListener("keydown", onKey, true);
  model.on("change:state", draw);
  root.addEventListener("focusin", () => (shown = performance.now()), { once: true }); // nobody reads before
  draw();
  return () => {
    clearTimeout(waiting);
    window.removeEventListener("keydown", onKey, true);
    model.off("change:state", draw);
  };
}

export default { render };
