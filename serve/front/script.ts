/** Script of the page: no package, nothing from elsewhere. Texts of files become text nodes, never HTML. */
export const script = String.raw`"use strict";
const $ = (id) => document.getElementById(id);
const make = (tag, text) => { const e = document.createElement(tag); e.textContent = text; return e; };
const short = (v) => v === null || v === undefined || !Number.isFinite(v) ? "–" : String(Number(v.toPrecision(4)));

function complain(text) { $("problem").textContent = text; $("problem").hidden = text === ""; if (text) $("problem").scrollIntoView({ block: "nearest" }); }

async function ask(path, options) {
  complain("");
  const response = await fetch(path, options).catch(() => { throw new Error("monge serve does not answer: is it still running?"); });
  const value = await response.json();
  if (!response.ok) throw new Error(value.message);
  return value;
}
const post = (path, value) => ask(path, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(value) });
const guarded = (f) => async (...args) => { try { return await f(...args); } catch (error) { complain(error.message); } };
const on = (id, event, f) => $(id).addEventListener(event, guarded(f));

// Tabs, with the arrow keys.
const tabs = [...document.querySelectorAll("[role=tab]")];
function select(tab) {
  for (const one of tabs) {
    const is = one === tab;
    one.setAttribute("aria-selected", String(is)); one.tabIndex = is ? 0 : -1;
    $(one.getAttribute("aria-controls")).hidden = !is;
  }
}
tabs.forEach((tab, k) => {
  tab.addEventListener("click", () => select(tab));
  tab.addEventListener("keydown", (e) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[e.key];
    if (!step) return;
    const next = tabs[(k + step + tabs.length) % tabs.length]; select(next); next.focus();
  });
});

// Files.
const state = { file: null, truth: null, fine: null, others: [] };
const upload = (file) => ask("files?name=" + encodeURIComponent(file.name), { method: "POST", headers: { "content-type": "application/octet-stream" }, body: file });
function dropZone(id, take) {
  const box = $(id + "-drop");
  const taken = guarded(async (files) => { for (const file of files) { box.setAttribute("aria-busy", "true"); try { await take(await upload(file)); } finally { box.removeAttribute("aria-busy"); } } });
  $(id).addEventListener("change", () => taken($(id).files));
  box.addEventListener("dragover", (e) => { e.preventDefault(); box.classList.add("over"); });
  box.addEventListener("dragleave", () => box.classList.remove("over"));
  box.addEventListener("drop", (e) => { e.preventDefault(); box.classList.remove("over"); taken(e.dataTransfer.files); });
}
const fill = (id, names) => $(id).replaceChildren(...names.map(([value, text]) => { const o = make("option", text); o.value = value; return o; }));
const variables = (about) => about.variables.map(({ name, text }) => [name, text]);
const chosen = (about, name) => about.variables.find((one) => one.name === name);

// Maps: the last one asked for is shown.
function mapper(image, text, label, query) {
  let last = 0;
  return guarded(async () => {
    const own = ++last, { file, ...rest } = query();
    const found = await ask("files/" + file + "/map?" + new URLSearchParams({ ...rest, columns: innerWidth < 500 ? "1" : innerWidth < 700 ? "2" : "3" }));
    if (own !== last) return;
    $(image).src = "data:image/svg+xml;charset=utf-8," + encodeURIComponent(found.svg);
    $(image).alt = found.alt; $(text).textContent = found.alt; $(label).textContent = found.label;
  });
}
const showMap = mapper("map", "map-text", "time-label", () => ({ file: state.file.id, variable: $("variable").value, time: $("time").value, members: "4" }));
const showFine = mapper("fine-map", "fine-text", "fine-time-label", () => ({ file: state.fine.id, variable: state.fine.variables[0].name, time: $("fine-time").value, members: $("fine-members").value }));

function pickVariable() {
  const { times } = chosen(state.file, $("variable").value);
  const most = times.length - 1;
  $("time").max = most; $("time").value = 0;
  for (const id of ["from", "to"]) $(id).max = most;
  $("from").value = 0; $("to").value = Math.min(most, 3);
  return showMap();
}
const about = (id) => ask("files/" + id + "/about");
async function takeFile(about) {
  state.file = about; state.fine = null;
  fill("variable", variables(about)); $("description").textContent = about.text;
  $("file-shown").hidden = false; $("downscale").hidden = false; $("verify").hidden = false; $("fine-shown").hidden = true;
  await pickVariable();
  const models = await ask("models");
  fill("model", models.map(({ id, text }) => [id, text]));
  state.models = models; pickModel();
}
async function takeOther(about) {
  for (const { name, text } of about.variables) {
    const box = document.createElement("input"); box.type = "checkbox"; box.checked = true;
    const line = document.createElement("label"); line.append(box, " " + about.name + ": " + text);
    const row = document.createElement("div"); row.append(line); $("others").append(row);
    state.others.push({ box, file: about.id, variable: name });
  }
}
async function takeTruth(about) { state.truth = about; fill("truth-variable", variables(about)); $("verify-start").disabled = false; }
dropZone("file", takeFile); dropZone("other", takeOther); dropZone("truth", takeTruth);
on("variable", "change", pickVariable); on("time", "input", showMap);
on("fine-time", "input", showFine); on("fine-members", "change", showFine);
function pickModel() {
  const { isTrained } = state.models.find(({ id }) => id === $("model").value);
  $("evaluations-row").hidden = !isTrained; $("others-row").hidden = !isTrained;
}
on("model", "change", async () => pickModel());

// Work: begun, watched by events of the server, cancelled.
function watch(name, path, what, onState) {
  const follow = async (id) => {
    $(name + "-cancel").hidden = false;
    const button = $(name + "-start"); button.disabled = true; $(name + "-work").hidden = false;
    $(name + "-cancel").onclick = guarded(() => ask("jobs/" + id, { method: "DELETE" }));
    const ended = await new Promise((resolve) => {
      const events = new EventSource("jobs/" + id + "/events");
      let began;
      events.onmessage = ({ data }) => {
        const now = JSON.parse(data);
        const { status, stage, done, total, seconds } = now;
        $(name + "-progress").value = status === "done" ? 1 : total > 0 ? done / total : 0;
        $(name + "-cancel").hidden = status !== "running";
        if (began === undefined || began.stage !== stage) began = { stage, done, seconds };
        const rate = (done - began.done) / (seconds - began.seconds);
        const left = rate > 0 && done < total ? ", " + Math.ceil((total - done) / rate) + " s left" : "";
        $(name + "-note").textContent = status === "running" ? stage + " " + Math.round(done) + "/" + Math.round(total) + left : status + " after " + seconds.toFixed(1) + " s";
        onState?.(now);
        if (status !== "running") { events.close(); resolve({ ...now, id }); }
      };
      events.onerror = () => { events.close(); resolve({ status: "failed", error: "monge serve does not answer: is it still running?" }); };
    });
    button.disabled = false; $(name + "-work").dataset.status = ended.status;
    if (ended.status === "failed") throw new Error(ended.error);
    return ended;
  };
  return { begin: async () => follow((await post(path, what())).id), follow };
}
const drawing = watch("downscale", "jobs/downscale", () => ({
  file: state.file.id, variable: $("variable").value, model: $("model").value, members: $("members").value, seed: $("seed").value,
  evaluations: $("evaluations").value, from: $("from").value, to: $("to").value,
  others: state.others.filter(({ box }) => box.checked).map(({ file, variable }) => ({ file, variable })),
}));
async function showDrawn(ended) {
  if (ended.status !== "done") return;
  const { file } = ended.result;
  state.fine = await about(file);
  $("fine-time").max = state.fine.variables[0].times.length - 1; $("fine-time").value = 0;
  $("fine-download").href = "files/" + file; $("fine-shown").hidden = false;
  await showFine();
}
on("downscale-start", "click", async () => showDrawn(await drawing.begin()));
const verifying = watch("verify", "jobs/verify", () => ({
  forecast: state.fine ? { file: state.fine.id, variable: state.fine.variables[0].name } : { file: state.file.id, variable: $("variable").value },
  truth: { file: state.truth.id, variable: $("truth-variable").value }, thresholds: $("thresholds").value, regrid: $("regrid").checked,
  rain: $("truth-rain").value, interval: $("interval").value,
}));
function showScores(ended) {
  if (ended.status !== "done") return;
  const { coverage, rows, units, wetThreshold, notices } = ended.result;
  $("coverage").textContent = coverage.times[0] + " times, " + coverage.cells[0] + " of " + coverage.cells[1] + " cells; in " + (units || "no units") +
    (wetThreshold === null ? "; values as they are" : "; below " + short(wetThreshold) + " counts as 0") + notices.map((line) => "; " + line).join("");
  $("scores").replaceChildren(...rows.map(({ score, value, low, high }) => {
    const row = document.createElement("tr"), name = make("th", score); name.scope = "row";
    row.append(name, ...[value, low, high].map((v) => { const cell = make("td", short(v)); cell.className = "number"; return cell; }));
    return row;
  }));
  $("verify-page").href = "jobs/" + ended.id + "/page"; $("scores-shown").hidden = false;
}
on("verify-start", "click", async () => showScores(await verifying.begin()));

// Equations.
const parts = ["equations", "domain", "conditions", "constants", "unknowns", "manufactured"];
const examples = {
  "a bump": { equations: "-lap(u) = source", domain: "x: -1, 1\ny: -1, 1", conditions: "exact", manufactured: "exp(-20*((x-0.3)^2+(y-0.2)^2))" },
  "heat": { equations: "u_t = u_xx", domain: "x: 0, 1\nt: 0, 0.2", conditions: "u = sin(pi*x) at t = 0\nu = 0 on x" },
  "Burgers": { equations: "u_t + u*u_x = nu*u_xx", domain: "x: -1, 1\nt: 0, 1", conditions: "u = -sin(pi*x) at t = 0\nu = 0 on x", constants: "nu = 0.05" },
  "a wave": { equations: "u_tt = u_xx", domain: "x: 0, 1\nt: 0, 1", conditions: "u = sin(pi*x) at t = 0\nu_t = 0 at t = 0\nu = 0 on x" },
};
for (const name of Object.keys(examples)) $("example").append(make("option", name));
const show = (name) => { for (const part of parts) $(part).value = examples[name]?.[part] ?? ""; };
$("example").value = "heat"; show("heat");
on("example", "change", async () => show($("example").value));
const typed = () => Object.fromEntries(parts.map((part) => [part, $(part).value]));
async function understand() {
  const { mathml, text } = await post("problem", { problem: typed() });
  // MathML that the server made of its own tree of the formula.
  $("understood").innerHTML = mathml; $("understood").setAttribute("aria-label", text);
}
on("understand", "click", understand);

function axesOf(trail) {
  const y = trail.map(([, v]) => Math.log10(v)).filter(Number.isFinite), x = trail.map(([v]) => v);
  return { x: [0, Math.max(...x, 1e-9)], y: [Math.floor(Math.min(...y, 0)), Math.ceil(Math.max(...y, 0) + 1e-9)] };
}
function drawPoints(points) {
  const canvas = $("points"), c = canvas.getContext("2d"), size = canvas.width, xs = [], ys = [];
  for (let i = 0; i < points.length; i += 2) { xs.push(points[i]); ys.push(points[i + 1]); }
  const box = watchBox ??= [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const at = (v, low, high) => 12 + (size - 24) * (high > low ? (v - low) / (high - low) : 0.5);
  c.clearRect(0, 0, size, size); c.fillStyle = "#0060a0";
  xs.forEach((x, i) => { c.beginPath(); c.arc(at(x, box[0], box[1]), size - at(ys[i], box[2], box[3]), 2, 0, 7); c.fill(); });
  $("points-text").textContent = xs.length + " of the points of this round";
}
function drawResidual(trail) {
  const canvas = $("residual"), c = canvas.getContext("2d"), size = canvas.width, { x, y } = axesOf(trail);
  const px = (v) => 40 + (size - 52) * (v / x[1]), py = (v) => size - 24 - (size - 40) * ((Math.log10(v) - y[0]) / (y[1] - y[0]));
  c.clearRect(0, 0, size, size); c.font = "12px sans-serif"; c.fillStyle = "#444"; c.strokeStyle = "#ddd";
  for (let k = y[0]; k <= y[1]; k++) { const at = py(10 ** k); c.beginPath(); c.moveTo(40, at); c.lineTo(size - 12, at); c.stroke(); c.fillText("1e" + k, 6, at + 4); }
  c.fillText("0", 38, size - 6); c.fillText(short(x[1]) + " s", size - 50, size - 6);
  c.strokeStyle = "#0060a0"; c.lineWidth = 2; c.beginPath(); trail.forEach(([t, v], i) => c[i ? "lineTo" : "moveTo"](px(t), py(v))); c.stroke(); c.lineWidth = 1;
  c.fillStyle = "#0060a0"; c.beginPath(); c.arc(px(trail.at(-1)[0]), py(trail.at(-1)[1]), 3, 0, 7); c.fill();
  $("residual-text").textContent = "residual " + short(trail.at(-1)[1]) + " after " + trail.length + " rounds or trials";
}
let watchBox, trail = [];
const solving = watch("solve", "jobs/solve", () => ({ problem: typed(), seconds: $("seconds").value, seed: $("solve-seed").value, network: $("method").value === "network" }), (now) => {
  trail.push(...now.trail);
  $("live").hidden = trail.length === 0;
  if (now.points.length > 0) drawPoints(now.points);
  if (trail.length > 0) drawResidual(trail);
});
async function clearSolve() {
  await understand();
  watchBox = undefined; trail = []; $("watch").hidden = false; $("live").hidden = true; $("solution-shown").hidden = true;
  for (const id of ["points", "residual"]) { $(id).getContext("2d").clearRect(0, 0, 440, 440); $(id + "-text").textContent = ""; }
}
function showSolution(ended) {
  if (ended.status !== "done") return;
  const { status, residual, estimate, advice, file, svg, method } = ended.result;
  $("tried").replaceChildren(...method.map((line) => make("li", line)));
  $("solution-text").textContent = "status " + status + ", residual " + short(residual);
  $("advice").textContent = advice && (status === "doubtful" ? "Do not believe it: " : "") + advice; $("advice").hidden = !advice;
  $("estimate").replaceChildren(...estimate.map(([name, value]) => { const fact = document.createElement("div"); fact.append(make("dt", name), make("dd", value)); return fact; }));
  $("solution-map").src = svg ? "data:image/svg+xml;charset=utf-8," + encodeURIComponent(svg) : "";
  $("solution-map").alt = "Solution, with error where it is known, and residual";
  $("solution-download").hidden = !file; if (file) $("solution-download").href = "files/" + file;
  $("solution-page").href = "jobs/" + ended.id + "/page"; $("solution-shown").hidden = false;
}
on("solve-start", "click", async () => { await clearSolve(); showSolution(await solving.begin()); });

// What runs already when the page is loaded is shown with what it was asked, followed, and can be cancelled.
const set = (values) => { for (const [id, value] of Object.entries(values)) if (value !== undefined && value !== null) $(id).value = value; };
const again = {
  async downscale(id, { file, variable, model, members, seed, evaluations, from, to, others = [] }) {
    $("downscale").hidden = false;
    const ended = drawing.follow(id); ended.catch(() => {});
    await takeFile(await about(file)); set({ variable }); await pickVariable();
    for (const one of new Set(others.map(({ file }) => file))) await takeOther(await about(one));
    for (const one of state.others) one.box.checked = others.some(({ file, variable }) => file === one.file && variable === one.variable);
    set({ model, members, seed, evaluations, from, to }); pickModel();
    await showDrawn(await ended);
  },
  async verify(id, { forecast, truth, thresholds, regrid }) {
    $("verify").hidden = false;
    const ended = verifying.follow(id); ended.catch(() => {});
    await takeFile(await about(forecast.file)); set({ variable: forecast.variable }); await pickVariable();
    await takeTruth(await about(truth.file)); set({ "truth-variable": truth.variable, thresholds }); $("regrid").checked = regrid === true;
    showScores(await ended);
  },
  async solve(id, { problem, seconds, seed, network }) {
    select($("tab-equation")); $("example").value = "";
    set({ ...problem, seconds, "solve-seed": seed, method: network === true ? "network" : "auto" });
    await clearSolve();
    showSolution(await solving.follow(id));
  },
};
guarded(async () => {
  const running = await ask("jobs");
  if (running) await again[running.kind](running.id, running.asked);
})();
`;
