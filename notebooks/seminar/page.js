// The exercises in the browser alone: each answer is asked for, checked, and followed by the next step.
"use strict";
const known = JSON.parse(document.getElementById("known").textContent);
const first = {}; // the labels as they were before the first check: blind, and so those that are kept

function made(tag, properties, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

function choice(name, options, label) {
  const select = made("select", { id: name });
  for (const option of ["", ...options]) select.append(made("option", { value: option, textContent: option || "choose" }));
  select.setAttribute("aria-label", label);
  return select;
}

const filled = (text, values) => text.replace(/\{(\w+)(?::\.0%|!r)?\}/g, (whole, name) => (name in values ? values[name] : whole));

// Each kind of question: what is drawn, what was answered, and the verdict, [is it right, sentence].
const KINDS = {
  labels: {
    draw(box, name, one) {
      const list = made("ol", {});
      one.items.forEach((item, place) => {
        const select = choice(`${name}-${place}`, one.options, item);
        list.append(made("li", {}, made("span", { className: "item", textContent: item }), select));
      });
      box.append(list);
    },
    answer: (box) => [...box.querySelectorAll("select")].map((select) => select.value),
    verdict(one, given) {
      const open = given.filter((word) => !word).length;
      if (open) return [false, `${open} of ${given.length} have no answer yet.`];
      const wrong = given.map((word, place) => (word === one.wanted[place] ? -1 : place)).filter((place) => place >= 0);
      const tally = { same: given.length - wrong.length, all: given.length };
      const why = wrong.map((place) => one.why[place]);
      if (wrong.length > one.allowed) return [false, [filled(one.wrong, tally), ...why].join("\n")];
      return [true, [filled(one.right, tally), ...why.map((words) => `Where you differ, be ready to argue. ${words}`)].join("\n")];
    },
  },
  figure: {
    draw(box, name) {
      const label = made("label", { htmlFor: name, textContent: "Your figure" });
      box.append(label, made("input", { id: name, inputMode: "decimal", autocomplete: "off" }));
    },
    answer: (box) => box.querySelector("input").value.trim().replace(",", "."),
    verdict(one, given) {
      const value = Number(given);
      if (!given || Number.isNaN(value)) return [false, "There is no figure yet: write one, such as 0.25."];
      const close = 0.5001 * 10 ** -one.digits;
      const right = one.wanted.find((figure) => Math.abs(value - figure) <= close);
      if (right !== undefined) return [true, filled(one.right, { right: right.toFixed(one.digits) })];
      const mistake = one.mistakes.find(([figure]) => Math.abs(value - figure) <= close);
      if (mistake) return [false, mistake[1]];
      const outside = value < one.least || value > one.most;
      return [false, (outside ? `${value} is outside of what is possible, ${one.least} to ${one.most}. ` : "") + one.wrong];
    },
  },
  words: {
    draw(box, name) {
      const text = made("textarea", { id: name, rows: 3 });
      const label = made("label", { htmlFor: name, textContent: "Your statement" });
      const list = made("ol", {});
      for (const who of ["Your own reading", "Your neighbour's reading"]) {
        list.append(made("li", {}, made("span", { className: "item", textContent: who }), choice(`${name}-${who}`, ["support", "oppose", "none"], who)));
      }
      box.append(label, text, list);
    },
    answer: (box) => [box.querySelector("textarea").value, ...[...box.querySelectorAll("select")].map((select) => select.value)],
    verdict(one, [text, reading, neighbour]) {
      const bare = (words) => words.toLowerCase().replace(/[^\p{L}\p{N}_]+/gu, " ").trim();
      if (bare(text).split(" ").length < 5) return [false, one.short];
      if (one.taken.map(bare).includes(bare(text))) return [false, one.copied];
      if (!["support", "oppose"].includes(reading)) return [false, one.side];
      if (neighbour !== reading) return [false, filled(one.neighbour, { reading, neighbour: neighbour || "nothing yet" })];
      const [answer, probability] = classified(text);
      const told = { reading, answer, probability: `${Math.round(100 * probability)}%` };
      if (answer === reading) return [false, filled(one.same, told)];
      return answer === "none" ? [false, filled(one.silent, told)] : [true, filled(one.right, told)];
    },
  },
};

// The classifier's answer and its probability: words counted, weighted by TF-IDF, brought to length 1, and summed up.
function probabilities(text) {
  const { classes, start, words } = known.classifier;
  const counts = new Map();
  for (const word of text.toLowerCase().match(/[a-z]+(?:['’][a-z]+)?/g) || []) {
    if (Object.hasOwn(words, word)) counts.set(word, (counts.get(word) || 0) + 1);
  }
  const weighted = [...counts].map(([word, count]) => [word, count * words[word][0]]);
  const length = Math.hypot(...weighted.map(([, weight]) => weight)) || 1;
  const scores = classes.map((_, place) =>
    weighted.reduce((sum, [word, weight]) => sum + (weight / length) * words[word][place + 1], start[place]));
  const powers = scores.map((score) => Math.exp(score - Math.max(...scores)));
  const whole = powers.reduce((sum, power) => sum + power, 0);
  return Object.fromEntries(classes.map((label, place) => [label, powers[place] / whole]));
}

function classified(text) {
  return Object.entries(probabilities(text)).reduce((best, one) => (one[1] > best[1] ? one : best));
}

function reveal(box) {
  for (let step = box.nextElementSibling; step; step = step.nextElementSibling) {
    step.classList.add("open");
    if (step.dataset.question) break;
  }
}

function question(box) {
  const name = box.dataset.question;
  const one = known.questions[name];
  const kind = KINDS[one.kind];
  const said = made("p", {});
  said.setAttribute("role", "status");
  const check = made("button", { type: "button", textContent: "Check" });
  const show = made("button", { type: "button", textContent: "Show the worked answer", className: "second" });
  box.append(made("h3", { textContent: `Answer ${name}` }));
  kind.draw(box, name, one);
  box.append(check, show, said);
  check.addEventListener("click", () => {
    const given = kind.answer(box);
    const [right, sentence] = kind.verdict(one, given);
    if (one.kind === "labels" && given.every(Boolean)) first[name] ??= given;
    said.textContent = right ? sentence : `Not yet. ${sentence}`;
    said.className = right ? "right" : "wrong";
    if (right) reveal(box);
  });
  show.addEventListener("click", () => {
    const labels = one.kind === "labels" ? `${one.wanted.join(", ")}. ` : "";
    said.textContent = `Worked answer: ${labels}${one.worked}`;
    said.className = "";
    reveal(box);
  });
}

// The labels of exercise 1 as a file of annotations, which the lecturer's notebook puts together with the others.
function records(name) {
  const at = new Date().toISOString();
  return Object.entries({ targets: first["1a"], integration: first["1b"] }).flatMap(([target, stances]) =>
    known.statements.map((statement, place) => ({
      statement, target, stance: stances[place], annotator: name, at, seconds: 0, note: "", sampling_probability: 1,
      codebook: known.codebook,
    })));
}

function keeper(box) {
  const name = made("input", { id: "name", autocomplete: "off" });
  const keep = made("button", { type: "button", textContent: "Keep my labels in a file" });
  const said = made("p", {});
  said.setAttribute("role", "status");
  box.append(made("label", { htmlFor: "name", textContent: "Your name" }), name, keep, said);
  keep.addEventListener("click", () => {
    const who = name.value.trim();
    said.className = "wrong";
    if (!/^[\p{L}\p{N}_][\p{L}\p{N}_ .@-]{0,99}$/u.test(who) || who.toLowerCase() === "statements") {
      said.textContent = "Not yet. Write a name of letters and digits: it becomes the name of the file.";
    } else if (!first["1a"] || !first["1b"]) {
      said.textContent = "Not yet. Give all ten labels for both targets, and check them: they are kept as they were before the first check.";
    } else {
      const lines = records(who).map((record) => JSON.stringify(record) + "\n");
      const link = made("a", { download: `${who}.jsonl`, href: URL.createObjectURL(new Blob(lines)) });
      link.click();
      said.className = "right";
      said.textContent = `20 labels of ${who} are in ${who}.jsonl, among your downloads. Give the file to the lecturer.`;
    }
  });
}

for (const section of document.querySelectorAll(".exercise")) {
  let answered = true;
  for (const step of section.querySelectorAll(":scope > .step")) {
    if (!answered) step.classList.add("later");
    if (step.dataset.question) answered = false;
    if (step.dataset.question) question(step);
    if ("save" in step.dataset) keeper(step);
  }
}
