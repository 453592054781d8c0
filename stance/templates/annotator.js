// Draws the state that Python sends and asks for what the person wants. It keeps nothing: an answer counts when the
// next state arrives, for that is sent after the answer is on disk.

const PATIENCE = 2500; // milliseconds without an answer before the page says that something is wrong
const SILENCE =
  "Not saved yet: the kernel does not answer. If it is busy, wait: this answer is saved when it gets to it. " +
  "If it was restarted, run this cell again. Whatever was saved stays saved, and you go on from there.";
const ACTIONS = {
  support: ["s", "Support"],
  oppose: ["o", "Oppose"],
  none: ["n", "No position"],
  skip: ["k", "Skip"],
  undo: ["u", "Undo"],
  note: ["c", "Note"],
  codebook: ["?", "Codebook"],
  look: ["", "Show other answers"],
};
const BY_KEY = new Map(Object.entries(ACTIONS).filter(([, [key]]) => key).map(([name, [key]]) => [key, name]));
const SENT = ["support", "oppose", "none", "skip", "undo", "look"];
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
    source: make("p", "source"),
    speaker: make("p", "speaker"),
    paragraph: make("p", "paragraph", "", { id: `${prefix}-paragraph` }),
    question: make("p", "question", "", { id: `${prefix}-question` }),
    meanings: make("dl", "meanings"),
    others: make("ul", "others", "", { "aria-label": "Other answers" }),
    answers: make("div", "answers", "", { role: "group", "aria-label": "Your answer" }),
    tools: make("div", "tools", "", { role: "group", "aria-label": "More" }),
    noteRow: make("div", "note"),
    note: make("textarea", "", "", { id: `${prefix}-note`, rows: "2", maxlength: "2000" }),
    status: make("p", "status", "", { role: "status" }),
    alarm: make("p", "alarm", "", { role: "alert" }),
    remarks: make("details", "remarks"),
    codebook: make("section", "codebook", "", { "aria-label": "Codebook", tabindex: "0", hidden: "" }),
  };
  const top = make("div", "top");
  top.append(part.who, part.count, part.bar, part.agreement);
  part.noteRow.append(make("label", "", "Note, saved with the answer (Enter goes back)", { for: part.note.id }), part.note);
  part.buttons = {};
  for (const [name, [key, label]] of Object.entries(ACTIONS)) {
    const button = make("button", "", label, { type: "button", "data-does": name });
    if (key) {
      button.append(make("kbd", "", key, { "aria-hidden": "true" }));
      button.setAttribute("aria-keyshortcuts", key === "?" ? "Shift+?" : key.toUpperCase());
    }
    part.buttons[name] = button;
    (["support", "oppose", "none"].includes(name) ? part.answers : part.tools).append(button);
  }
  part.buttons.note.setAttribute("aria-expanded", "false");
  part.buttons.codebook.setAttribute("aria-expanded", "false");
  part.card = make("div", "card");
  part.card.append(part.source, part.speaker, part.paragraph, part.question, part.meanings, part.others);
  root.append(top, part.alarm, part.card, part.answers, part.noteRow, part.tools, part.status, part.codebook, part.remarks);
  part.noteRow.hidden = true;
  return [root, part];
}

function drawItem(part, item, others) {
  part.source.textContent = item.source.join(" · ");
  part.speaker.replaceChildren(make("strong", "", item.speaker), item.role ? `, ${item.role}` : "", make("span", "kind", item.kind));
  part.paragraph.replaceChildren(item.before, make("mark", "", item.words), item.after);
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
  const [root, part] = build(`stance-${(widgets += 1)}`);
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
    root.setAttribute("aria-label", `Annotator for ${state.who}`);
    part.who.textContent = state.who;
    part.bar.max = Math.max(state.total, 1);
    part.bar.value = state.done;
    part.count.textContent = [`${state.done} of ${state.total}`, pace(state)].filter(Boolean).join(" · ");
    part.agreement.textContent = state.agreement && `With others: ${state.agreement}`;
    part.remarks.hidden = !state.remarks.length;
    part.remarks.replaceChildren(make("summary", "", `${state.remarks.length} remarks on the files`));
    for (const remark of state.remarks) part.remarks.append(make("p", "", remark));
    part.card.hidden = part.answers.hidden = !item;
    for (const name of ["skip", "note", "look"]) part.buttons[name].hidden = !item;
    part.buttons.look.hidden = !item || Boolean(state.others);
    alarm(state.error ? state.message : "");
    const end = `All ${state.total} questions are answered. They stand in ${state.path}.`;
    const news = state.error ? "" : state.message;
    part.status.dataset.done = state.done;
    root.dataset.serial = state.serial;
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

  const openCodebook = (open) => {
    part.codebook.hidden = !open;
    part.buttons.codebook.setAttribute("aria-expanded", String(open));
    (open ? part.codebook : root).focus({ preventScroll: !open });
  };

  const send = (action) => {
    const { item } = model.get("state");
    if (waiting || (!item && action !== "undo")) return;
    const seconds = Math.max(0, Math.round((performance.now() - shown) / 10) / 100);
    root.setAttribute("aria-busy", "true");
    waiting = setTimeout(() => alarm(SILENCE), PATIENCE);
    try {
      model.send({ do: action, item: item ? item.id : ["", ""], note: part.note.value, seconds });
    } catch {
      alarm(SILENCE); // the kernel that made this widget has gone
    }
  };

  const act = (name) => {
    if (name === "note") openNote(true);
    else if (name === "codebook") openCodebook(part.codebook.hidden);
    else if (SENT.includes(name)) send(name);
  };

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
    else if (within === part.note) {
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
