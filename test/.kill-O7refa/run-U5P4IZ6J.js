import {
  solve
} from "./chunk-MRI5PAR5.js";
import "./chunk-RLX5QGJA.js";
import {
  describeModel,
  downscaleTo,
  loadDownscaler
} from "./chunk-3CUCI7F2.js";
import {
  ensemblePage,
  fieldMaps,
  solutionPage
} from "./chunk-BBUHPERK.js";
import {
  Solution,
  printProblem,
  problemFromJson,
  referenceOf,
  solutionPicture,
  someRows,
  toMathml,
  writeSolution
} from "./chunk-2A2JZMMH.js";
import {
  style
} from "./chunk-B76RVHYB.js";
import "./chunk-RFNE7LAF.js";
import {
  mlp
} from "./chunk-REA3PM3L.js";
import "./chunk-E4UB2BUP.js";
import "./chunk-M7QUBEK6.js";
import "./chunk-RDQ5FCHV.js";
import {
  baselineDownscaler,
  findModel
} from "./chunk-6HDMKCOB.js";
import "./chunk-U2MKQBF5.js";
import {
  rowsOf,
  verify
} from "./chunk-HNA2YWTQ.js";
import "./chunk-HHEHUTHZ.js";
import "./chunk-O6FHBCA2.js";
import "./chunk-IHC7556Q.js";
import "./chunk-6RL6FTP2.js";
import "./chunk-TNAG3B54.js";
import "./chunk-JYSZMQVP.js";
import "./chunk-UT3GBMX3.js";
import {
  onInterrupt
} from "./chunk-MVKM2D2H.js";
import {
  gridOf,
  regridLazy
} from "./chunk-MHZ2235X.js";
import "./chunk-6KCX3X7U.js";
import "./chunk-AOR7BF42.js";
import "./chunk-GP5RCY2J.js";
import "./chunk-MYHAFT5B.js";
import "./chunk-PHUSJ35S.js";
import "./chunk-2JKOHZZA.js";
import "./chunk-JHNL2DBA.js";
import {
  mapsLast,
  openDataset,
  ungrouped
} from "./chunk-MXIOKUDV.js";
import "./chunk-AWWB6X6Z.js";
import {
  checkFiles
} from "./chunk-72SAAEYX.js";
import {
  inspect
} from "./chunk-O7EZDEUO.js";
import {
  OptionsError,
  isMongeError
} from "./chunk-Y46VEHZ7.js";
import {
  emit,
  emitJson,
  say
} from "./chunk-K2VWOMW7.js";

// cli/serve/run.ts
import { existsSync } from "node:fs";

// serve/server.ts
import { randomBytes as randomBytes3 } from "node:crypto";
import { createReadStream, statSync as statSync2 } from "node:fs";
import { createServer } from "node:http";

// serve/equations.ts
import { join } from "node:path";
var lines = (text2) => text2.split(/[\n;]/).map((line) => line.trim()).filter((line) => line !== "");
var wrong = (what, line, way) => new OptionsError(`${what}: "${line}"; ${way}`, what, line);
function typedProblem(typed) {
  const domain = lines(typed.domain).map((line) => {
    const match = /^([A-Za-z]\w*)\s*(?::|=|\bin\b)\s*\[?\s*([^,[\]]+)\s*,\s*([^,[\]]+?)\s*\]?$/.exec(line);
    const ends = [Number(match?.[2]), Number(match?.[3])];
    if (match === null || !ends.every(Number.isFinite))
      throw wrong("domain", line, "write a line for each axis, such as x: -1, 1");
    return [match[1], ends];
  });
  const constants = lines(typed.constants).map((line) => {
    const match = /^([A-Za-z]\w*)\s*=\s*(.+)$/.exec(line);
    if (match === null) throw wrong("constants", line, "write name = number, such as nu = 0.01");
    return [match[1], match[2]];
  });
  const unknowns = typed.unknowns.split(/[\s,]+/).filter((name) => name !== "");
  const conditions = lines(typed.conditions);
  const manufactured = typed.manufactured.trim();
  return problemFromJson({
    name: "typed",
    domain: Object.fromEntries(domain),
    ...unknowns.length > 0 && { unknowns },
    ...constants.length > 0 && { constants: Object.fromEntries(constants) },
    equations: lines(typed.equations),
    ...conditions.length === 1 && conditions[0] === "exact" ? { conditions: "exact" } : { conditions: conditions.map((line) => condition(line, unknowns)) },
    ...manufactured !== "" && { manufactured }
  });
}
function condition(line, unknowns) {
  const periodic = /^periodic\s+(?:in|on|along)\s+(\w+)$/.exec(line);
  if (periodic) return { type: "periodic", on: periodic[1] };
  const initial = /^(.*\S)\s+at\s+t\s*=\s*\S+$/.exec(line) ?? /^(.*\S)\s+(?:at the start|initially)$/.exec(line);
  if (initial) return { type: "initial", equation: initial[1] };
  const [, equation, place] = /^(.*\S)\s+on\s+(?:the\s+)?(\S.*)$/.exec(line) ?? [];
  if (equation === void 0 || !equation.includes("=")) {
    throw wrong(
      "conditions",
      line,
      "write for instance u = 0 on x, u = sin(pi*x) at t = 0, u_n = 0 on x = 1, periodic in x"
    );
  }
  const names = unknowns.length > 0 ? unknowns : ["u"];
  const left = equation.split("=")[0];
  const isNormal = names.some((name) => new RegExp(`\\b${name}_n\\b`).test(left));
  const isMixed = isNormal && names.some((name) => new RegExp(`\\b${name}\\b(?!_)`).test(left.replaceAll(`${name}_n`, "")));
  return { type: isMixed ? "robin" : isNormal ? "neumann" : "dirichlet", equation, on: place };
}
var understood = (problem) => ({ mathml: toMathml(problem), text: printProblem(problem) });
var mostPoints = 400;
async function solveJob(store, problem, { seconds, seed, network }, { signal, progress, round, page }) {
  const d = problem.axes.length;
  const began = performance.now();
  const told = () => progress("solving", Math.min((performance.now() - began) / 1e3, seconds), seconds);
  told();
  const ticking = setInterval(told, 500);
  const solution = await solve(problem, {
    ...network && { network: mlp() },
    ...{ budget: { seconds }, seed, signal, runs: join(store.folder, "runs"), checkpointEvery: 5 },
    onProgress(at, { points }) {
      const shown = someRows(points.length / d, mostPoints).flatMap((i) => [
        points[i * d],
        d > 1 ? points[i * d + 1] : 0
      ]);
      round(
        [at.seconds, Math.sqrt(at.freshLoss)],
        shown.map((v) => Number(v.toPrecision(4)))
      );
    }
  }).finally(() => clearInterval(ticking));
  try {
    const { report } = solution;
    const isWhole = solution instanceof Solution || solution.until === solution.edges.at(-1);
    if (!isWhole) {
      const { status: status2, residual: residual2, method: method2 = [] } = report;
      return { status: status2, residual: residual2, method: method2, estimate: null, file: null, svg: null };
    }
    const known = { problem, reference: referenceOf(problem) };
    const svg = await solutionPicture(solution, known, { columns: 2, truth: true });
    const path = store.place(".nc");
    if (d <= 3) {
      const grid = Object.fromEntries(problem.axes.map((axis) => [axis, d === 3 ? 41 : 101]));
      await writeSolution(path, await solution.onGrid(grid), {
        title: printProblem(problem).replaceAll(/\s*\n\s*/g, "; "),
        history: `monge serve, ${seconds} s, seed ${seed}`,
        attributes: { status: report.status, residual: report.residual }
      });
    }
    const run = await savedIn(store, solution);
    page(await solutionPage(run));
    const { status, residual, estimate, method = [] } = report;
    return {
      ...{ status, residual, method, svg },
      estimate: estimate ? { relativeL2: estimate.relativeL2, advice: estimate.advice ?? "" } : null,
      file: d <= 3 ? store.adopt(path, "solution.nc").id : null
    };
  } finally {
    await solution.dispose();
  }
}
async function savedIn(store, solution) {
  if (solution instanceof Solution && solution.run !== void 0) return solution.run;
  const folder = store.place("");
  await solution.save(folder);
  return folder;
}

// serve/http-error.ts
var HttpError = class extends Error {
  status;
  constructor(status, message) {
    super(message);
    this.name = new.target.name;
    this.status = status;
  }
};

// serve/fields.ts
var mostTimes = 5e3;
async function opened({ path }, use) {
  const data = await openDataset([path]);
  try {
    return await use(data);
  } finally {
    data.close();
  }
}
async function variableOf(data, name) {
  if (!data.candidates.includes(name)) throw new HttpError(404, `there is no variable ${name}`);
  return mapsLast(ungrouped(await data.variable(name)));
}
async function describe(kept) {
  try {
    return await opened(kept, async (data) => {
      const variables = [];
      for (const name of data.candidates) {
        const field2 = await variableOf(data, name);
        const { labels, members } = fieldMaps(field2);
        const sizes = field2.dims.map((dim, k) => `${dim} ${field2.shape[k]}`).join(", ");
        const units = field2.units ? `, ${field2.units}` : "";
        variables.push({ name, text: `${name} (${sizes})${units}`, times: labels.slice(0, mostTimes), members });
      }
      if (variables.length === 0) throw new HttpError(415, `${kept.name} holds no variable on a grid`);
      return { id: kept.id, name: kept.name, variables, text: data[inspect]() };
    });
  } catch (error) {
    if (!isMongeError(error)) throw error;
    throw new HttpError(415, error.message.replaceAll(kept.path, kept.name));
  }
}
function drawMap(kept, { variable, time, members, columns }) {
  return opened(kept, async (data) => {
    const maps = fieldMaps(await variableOf(data, variable));
    if (time >= maps.labels.length) throw new HttpError(404, `there are ${maps.labels.length} times`);
    return { label: maps.labels[time], ...await maps.draw(time, { members, columns }) };
  });
}

// serve/front/page.ts
var field = (label, control) => `<label>${label} ${control}</label>`;
var number = (id2, value, least, most) => `<input id="${id2}" type="number" value="${value}" min="${least}" max="${most}">`;
var area = (id2, rows) => `<textarea id="${id2}" rows="${rows}" spellcheck="false"></textarea>`;
var drop = (id2, words) => `<div class="drop" id="${id2}-drop"><label for="${id2}">${words}</label> <input id="${id2}" type="file"></div>`;
var work = (id2) => `<div class="work" id="${id2}-work" hidden><progress id="${id2}-progress" max="1" value="0" aria-label="Progress"></progress> <span id="${id2}-note" role="status"></span> <button type="button" id="${id2}-cancel">Cancel</button></div>`;
var pageHtml = `<!doctype html><html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">
<title>monge</title><link rel="icon" href="data:,"><link rel="stylesheet" href="app.css"></head><body>
<header><h1>monge</h1><div role="tablist" aria-label="What to do">
<button type="button" role="tab" id="tab-rain" aria-controls="rain" aria-selected="true">Rain</button>
<button type="button" role="tab" id="tab-equation" aria-controls="equation" aria-selected="false" tabindex="-1">Equation</button></div></header>
<p id="problem" role="alert" hidden></p>
<main id="rain" role="tabpanel" aria-labelledby="tab-rain">
<section aria-labelledby="h-file"><h2 id="h-file">File</h2>
${drop("file", "Drop a NetCDF or GeoTIFF file here, or choose one:")}
<div id="file-shown" hidden>
<div class="row">${field("Variable", `<select id="variable"></select>`)} ${field("Time", `<input id="time" type="range" min="0" max="0" value="0">`)} <output id="time-label" for="time"></output></div>
<figure><img id="map" alt=""><figcaption id="map-text"></figcaption></figure>
<details><summary>All it holds</summary><pre id="description"></pre></details></div></section>
<section aria-labelledby="h-downscale" id="downscale" hidden><h2 id="h-downscale">Downscale</h2>
<div class="row">${field("Model", `<select id="model"></select>`)} ${field("Members", number("members", 4, 1, 64))} ${field("Seed", number("seed", 0, 0, 2147483648))}
<span id="evaluations-row">${field("Evaluations", `<input id="evaluations" type="number" min="1" max="1000" placeholder="the model's">`)}</span>
${field("From time", number("from", 0, 0, 0))} ${field("to", number("to", 0, 0, 0))}</div>
<details id="others-row"><summary>Other variables that the model was trained with</summary>
<p>Drop further files; what is ticked is handed to the model.</p>${drop("other", "A further file:")}<div id="others"></div></details>
<p><button type="button" id="downscale-start" class="main">Downscale</button></p>${work("downscale")}
<div id="fine-shown" hidden><div class="row">${field("Time", `<input id="fine-time" type="range" min="0" max="0" value="0">`)} <output id="fine-time-label" for="fine-time"></output>
${field("Members shown", number("fine-members", 4, 1, 8))}</div>
<figure><img id="fine-map" alt=""><figcaption id="fine-text"></figcaption></figure>
<p><a id="fine-download" download>Download the ensemble</a></p></div></section>
<section aria-labelledby="h-verify" id="verify" hidden><h2 id="h-verify">Verify</h2>
<p>The ensemble, or the file above where nothing was drawn, against what was.</p>
${drop("truth", "Drop the truth here, or choose it:")}
<div class="row">${field("Variable", `<select id="truth-variable"></select>`)} ${field("Thresholds", `<input id="thresholds" placeholder="1,10">`)}
<label><input id="regrid" type="checkbox"> bring the forecast to the truth's grid</label></div>
<p><button type="button" id="verify-start" class="main" disabled>Verify</button></p>${work("verify")}
<div id="scores-shown" hidden><p id="coverage"></p><div class="scroll" tabindex="0" role="region" aria-label="Scores"><table><thead><tr><th scope="col">score</th><th scope="col">value</th><th scope="col">95 % from</th><th scope="col">to</th></tr></thead><tbody id="scores"></tbody></table></div>
<p><a id="verify-page" target="_blank" rel="noopener">Open the page with maps and diagrams</a></p></div></section></main>
<main id="equation" role="tabpanel" aria-labelledby="tab-equation" hidden>
<section aria-labelledby="h-problem"><h2 id="h-problem">Problem</h2>
<div class="row">${field("Example", `<select id="example"><option value="">\u2014</option></select>`)}</div>
<div class="form">${field("Equations, one a line", area("equations", 2))} ${field("Domain, one axis a line", area("domain", 2))}
${field("Conditions, one a line", area("conditions", 3))} ${field("Constants, one a line", area("constants", 1))}
${field("Unknowns", `<input id="unknowns" placeholder="u">`)} ${field("Made-up solution (its source is derived)", `<input id="manufactured">`)}</div>
<p class="row">${field("Method", `<select id="method"><option value="auto">chosen by itself</option><option value="network">a network, its points moved to where the residual is</option></select>`)}</p>
<p class="row"><button type="button" id="understand">How it is understood</button> ${field("Seconds", number("seconds", 20, 1, 3600))} ${field("Seed", number("solve-seed", 0, 0, 2147483648))} <button type="button" id="solve-start" class="main">Solve</button></p>
<div id="understood" class="scroll" tabindex="0" role="region" aria-label="The problem as it is understood"></div></section>
<section aria-labelledby="h-watch" id="watch" hidden><h2 id="h-watch">Solving</h2>${work("solve")}
<div class="pair" id="live" hidden><figure><canvas id="points" width="440" height="440" role="img" aria-label="Collocation points"></canvas><figcaption id="points-text"></figcaption></figure>
<figure><canvas id="residual" width="440" height="440" role="img" aria-label="Residual over time"></canvas><figcaption id="residual-text"></figcaption></figure></div>
<div id="solution-shown" hidden><p id="solution-text"></p><ul id="tried"></ul><figure><img id="solution-map" alt=""></figure>
<p class="row"><a id="solution-download" download>Download the solution (NetCDF)</a> <a id="solution-page" target="_blank" rel="noopener">Open the page of the solve</a></p></div></section></main>
<script src="app.js" defer></script></body></html>`;

// serve/front/script.ts
var script = String.raw`"use strict";
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
    const found = await ask("files/" + file + "/map?" + new URLSearchParams({ ...rest, columns: innerWidth < 700 ? "2" : "3" }));
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
dropZone("file", async (about) => {
  state.file = about; state.fine = null;
  fill("variable", variables(about)); $("description").textContent = about.text;
  $("file-shown").hidden = false; $("downscale").hidden = false; $("verify").hidden = false; $("fine-shown").hidden = true;
  await pickVariable();
  const models = await ask("models");
  fill("model", models.map(({ id, text }) => [id, text]));
  state.models = models; pickModel();
});
dropZone("other", async (about) => {
  for (const { name, text } of about.variables) {
    const box = document.createElement("input"); box.type = "checkbox"; box.checked = true;
    const line = document.createElement("label"); line.append(box, " " + about.name + ": " + text);
    const row = document.createElement("div"); row.append(line); $("others").append(row);
    state.others.push({ box, file: about.id, variable: name });
  }
});
dropZone("truth", async (about) => { state.truth = about; fill("truth-variable", variables(about)); $("verify-start").disabled = false; });
on("variable", "change", pickVariable); on("time", "input", showMap);
on("fine-time", "input", showFine); on("fine-members", "change", showFine);
function pickModel() {
  const { isTrained } = state.models.find(({ id }) => id === $("model").value);
  $("evaluations-row").hidden = !isTrained; $("others-row").hidden = !isTrained;
}
on("model", "change", async () => pickModel());

// Work: begun, watched by events of the server, cancelled.
function watch(name, path, what, onState) {
  return guarded(async () => {
    const { id } = await post(path, what());
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
  });
}
const drawing = watch("downscale", "jobs/downscale", () => ({
  file: state.file.id, variable: $("variable").value, model: $("model").value, members: $("members").value, seed: $("seed").value,
  evaluations: $("evaluations").value, from: $("from").value, to: $("to").value,
  others: state.others.filter(({ box }) => box.checked).map(({ file, variable }) => ({ file, variable })),
}));
on("downscale-start", "click", async () => {
  const ended = await drawing();
  if (ended?.status !== "done") return;
  const { file } = ended.result;
  state.fine = await ask("files/" + file + "/about");
  $("fine-time").max = state.fine.variables[0].times.length - 1; $("fine-time").value = 0;
  $("fine-download").href = "files/" + file; $("fine-shown").hidden = false;
  await showFine();
});
const judging = watch("verify", "jobs/verify", () => ({
  forecast: state.fine ? { file: state.fine.id, variable: state.fine.variables[0].name } : { file: state.file.id, variable: $("variable").value },
  truth: { file: state.truth.id, variable: $("truth-variable").value }, thresholds: $("thresholds").value, regrid: $("regrid").checked,
}));
on("verify-start", "click", async () => {
  const ended = await judging();
  if (ended?.status !== "done") return;
  const { coverage, rows, units } = ended.result;
  $("coverage").textContent = coverage.times[0] + " times, " + coverage.cells[0] + " of " + coverage.cells[1] + " cells; in " + (units || "no units");
  $("scores").replaceChildren(...rows.map(({ score, value, low, high }) => {
    const row = document.createElement("tr"), name = make("th", score); name.scope = "row";
    row.append(name, ...[value, low, high].map((v) => { const cell = make("td", short(v)); cell.className = "number"; return cell; }));
    return row;
  }));
  $("verify-page").href = "jobs/" + ended.id + "/page"; $("scores-shown").hidden = false;
});

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
  $("residual-text").textContent = "residual " + short(trail.at(-1)[1]) + " after " + trail.length + " rounds";
}
let watchBox, trail = [];
const solving = watch("solve", "jobs/solve", () => ({ problem: typed(), seconds: $("seconds").value, seed: $("solve-seed").value, network: $("method").value === "network" }), (now) => {
  trail.push(...now.trail);
  $("live").hidden = trail.length === 0;
  if (now.points.length > 0) drawPoints(now.points);
  if (trail.length > 0) drawResidual(trail);
});
on("solve-start", "click", async () => {
  await understand();
  watchBox = undefined; trail = []; $("watch").hidden = false; $("live").hidden = true; $("solution-shown").hidden = true;
  for (const id of ["points", "residual"]) { $(id).getContext("2d").clearRect(0, 0, 440, 440); $(id + "-text").textContent = ""; }
  const ended = await solving();
  if (ended?.status !== "done") return;
  const { status, residual, estimate, file, svg, method } = ended.result;
  $("tried").replaceChildren(...method.map((line) => make("li", line)));
  $("solution-text").textContent = "status " + status + ", residual " + short(residual) + (estimate ? ", estimated relative L2 error " + short(estimate.relativeL2) + (estimate.advice ? ": " + estimate.advice : "") : "");
  $("solution-map").src = svg ? "data:image/svg+xml;charset=utf-8," + encodeURIComponent(svg) : "";
  $("solution-map").alt = "Solution, with error where it is known, and residual";
  $("solution-download").hidden = !file; if (file) $("solution-download").href = "files/" + file;
  $("solution-page").href = "jobs/" + ended.id + "/page"; $("solution-shown").hidden = false;
});
`;

// serve/front/style-sheet.ts
var style2 = `${style}
header{display:flex;gap:1.5rem;align-items:baseline;flex-wrap:wrap}[role=tab]{font:inherit;background:none;border:0;border-bottom:3px solid transparent;padding:.4rem .6rem;color:inherit;cursor:pointer}
[role=tab][aria-selected=true]{border-color:var(--accent)}[hidden]{display:none!important}
.row label{max-width:100%}.row select{max-width:min(100%,34rem)}.row{display:flex;flex-wrap:wrap;gap:.5rem 1.2rem;align-items:center;margin:.5rem 0}.form{display:grid;gap:.6rem 1.2rem;grid-template-columns:repeat(auto-fit,minmax(min(100%,320px),1fr))}
.form label{display:block}.form textarea,.form input{display:block;width:100%}textarea,input,select,button{font:inherit;color:inherit;background:var(--soft);border:1px solid var(--line);border-radius:4px;padding:.25rem .5rem;max-width:100%}
textarea{font-family:ui-monospace,"DejaVu Sans Mono",monospace;font-size:.95rem}input[type=number]{width:6.5rem}input[type=range]{padding:0;width:min(22rem,60vw)}
button{cursor:pointer}button.main{background:var(--accent);border-color:var(--accent);color:var(--paper)}button:disabled{opacity:.5;cursor:default}
.drop{border:2px dashed var(--line);border-radius:6px;padding:1rem;margin:.5rem 0}.drop.over{border-color:var(--accent);background:var(--soft)}
.work{display:flex;gap:.8rem;align-items:center;flex-wrap:wrap}.pair{display:grid;gap:1rem;grid-template-columns:repeat(auto-fit,minmax(min(100%,340px),1fr))}canvas{width:100%;max-width:440px;height:auto;background:#fff;border:1px solid var(--line);border-radius:4px}
#problem{max-width:1180px;margin:.6rem auto;padding:.5rem 1rem;border-left:4px solid #c0392b;background:var(--soft);white-space:pre-wrap}`;

// serve/rain.ts
import { readdirSync, statSync } from "node:fs";
import { basename, join as join2 } from "node:path";
var baselines = [2, 4, 8].map((factor) => ({
  id: `rainfarm-${factor}`,
  text: `RainFARM, ${factor} times finer (no training)`,
  isTrained: false
}));
var Models = class {
  #paths = /* @__PURE__ */ new Map();
  #root;
  constructor(root) {
    this.#root = root;
  }
  async list() {
    const found = [];
    for (const path of this.#root === void 0 ? [] : candidates(this.#root)) {
      try {
        const file = findModel(path);
        const { kind, generator, configuration } = await describeModel(file);
        const id2 = `model-${this.#paths.size}`;
        const known = [...this.#paths].find(([, one]) => one === file)?.[0];
        if (found.some((one) => one.id === known)) continue;
        this.#paths.set(known ?? id2, file);
        const finer = "normalization" in configuration && "factor" in configuration.normalization ? `, ${configuration.normalization.factor} times finer` : "";
        const what = kind === "blocks" ? `block means${finer}` : "two data sets";
        found.push({ id: known ?? id2, text: `${basename(path)}: ${generator}, trained on ${what}`, isTrained: true });
      } catch (error) {
        if (!isMongeError(error)) throw error;
      }
    }
    return [...found, ...baselines];
  }
  /** @throws HttpError 404 for what was not listed */
  async open(id2, threads) {
    const factor = /^rainfarm-([248])$/.exec(id2)?.[1];
    if (factor !== void 0) return baselineDownscaler({ method: "rainfarm", factor: Number(factor) });
    const path = this.#paths.get(id2);
    if (path === void 0) throw new HttpError(404, "there is no such model; load the page again");
    return loadDownscaler(path, { threads });
  }
};
function candidates(root) {
  if (statSync(root).isFile()) return [root];
  const inside = readdirSync(root, { withFileTypes: true }).filter((entry) => entry.isDirectory() || entry.name.endsWith(".safetensors")).map(({ name }) => join2(root, name));
  return [...inside.sort().reverse(), root];
}
async function downscaleJob(store, models, asked2, threads, { signal, progress }) {
  const input = store.get(asked2.file);
  const model = await models.open(asked2.model, threads);
  try {
    return await opened(
      input,
      (data) => withFields(store, asked2.others, async (others) => {
        const whole = await variableOf(data, asked2.variable);
        const time = whole.dimOf("time");
        const [from, to] = asked2.times;
        const field2 = time === void 0 ? whole : whole.isel({ [time]: [from, to + 1] });
        const path = store.place(".nc");
        const timed = others.filter((one) => one.dimOf("time") !== void 0);
        const still = others.filter((one) => one.dimOf("time") === void 0);
        await downscaleTo(path, model, field2, {
          whole,
          inputs: [input.path],
          attributes: data.attributes,
          history: `monge serve: ${input.name} by ${asked2.model}, seed ${asked2.seed}`,
          members: asked2.members,
          seed: asked2.seed,
          ...asked2.evaluations !== void 0 && { evaluations: asked2.evaluations },
          missing: "propagate",
          ...timed.length > 0 && { with: timed },
          ...still.length > 0 && { static: still },
          signal,
          onProgress: (done, total) => progress("downscaling", done, total)
        });
        return { file: store.adopt(path, `fine-${input.name.replace(/\.\w+$/, "")}.nc`).id };
      })
    );
  } finally {
    if ("dispose" in model) await model.dispose();
  }
}
async function withFields(store, [first, ...rest], use) {
  if (first === void 0) return use([]);
  return opened(store.get(first.file), async (data) => {
    const field2 = await variableOf(data, first.variable);
    return withFields(store, rest, (fields) => use([field2, ...fields]));
  });
}
function verifyJob(store, asked2, { progress, page, signal }) {
  return withFields(store, [asked2.forecast, asked2.truth], async ([given, truth]) => {
    const forecast = asked2.regrid ? regridLazy(given, await gridOfFirst(truth), { method: "conservative" }) : given;
    const { thresholds } = asked2;
    const stop = (stage, done, total) => {
      signal.throwIfAborted();
      progress(stage, done, total);
    };
    const found = await verify(forecast, truth, {
      ...{ seed: 0, spectrum: true, sal: true, bootstrap: { seed: 0, tooFew: "none" } },
      ...thresholds.length > 0 && { thresholds, fss: { thresholds } },
      onProgress: stop
    });
    page(
      await ensemblePage(forecast, {
        truth,
        verification: found,
        title: `${store.get(asked2.forecast.file).name} against ${store.get(asked2.truth.file).name}`,
        onProgress: (done, total) => stop("drawing", done, total)
      })
    );
    const rows = rowsOf("all", found).filter(({ value }) => Number.isFinite(value));
    return {
      coverage: found.coverage,
      units: found.units ?? "",
      rows: rows.map(({ score, value, low, high }) => ({ score, value, low: low ?? null, high: high ?? null }))
    };
  });
}
async function gridOfFirst(truth) {
  const time = truth.dimOf("time");
  return gridOf(await (time === void 0 ? truth : truth.isel({ [time]: [0, 1] })).load());
}

// serve/wanted.ts
var Wanted = class _Wanted {
  #values;
  constructor(value) {
    if (typeof value !== "object" || value === null || Array.isArray(value))
      throw new HttpError(400, "expected an object");
    this.#values = value;
  }
  has(name) {
    return Object.hasOwn(this.#values, name) && this.#values[name] !== null && this.#values[name] !== "";
  }
  text(name) {
    const value = this.has(name) ? this.#values[name] : void 0;
    if (typeof value === "string") return value;
    throw new HttpError(400, `${name} is missing`);
  }
  number(name, least, most, otherwise) {
    const value = this.has(name) ? Number(this.#values[name]) : otherwise;
    if (value >= least && value <= most) return value;
    throw new HttpError(400, `${name} is ${String(this.#values[name])}; expected a number from ${least} to ${most}`);
  }
  whole(name, least, most, otherwise) {
    const value = this.number(name, least, most, otherwise);
    if (Number.isInteger(value)) return value;
    throw new HttpError(400, `${name} is ${value}; expected a whole number`);
  }
  flag(name) {
    return this.has(name) && this.#values[name] === true;
  }
  /** `1,5,10` */
  numbers(name) {
    if (!this.has(name)) return [];
    const values = this.text(name).split(",").map(Number);
    if (values.every(Number.isFinite)) return values;
    throw new HttpError(400, `${name}: expected numbers such as 1,5,10`);
  }
  named(name) {
    const inside = new _Wanted(this.has(name) ? this.#values[name] : void 0);
    return { file: inside.text("file"), variable: inside.text("variable") };
  }
  list(name) {
    const value = this.has(name) ? this.#values[name] : [];
    if (!Array.isArray(value) || value.length > 50) throw new HttpError(400, `${name}: expected a list`);
    return value.map((_, k) => new _Wanted({ one: value[k] }).named("one"));
  }
  problem() {
    const inside = new _Wanted(this.#values["problem"]);
    const text2 = (name) => inside.has(name) ? inside.text(name) : "";
    return {
      equations: inside.text("equations"),
      domain: inside.text("domain"),
      conditions: text2("conditions"),
      constants: text2("constants"),
      unknowns: text2("unknowns"),
      manufactured: text2("manufactured")
    };
  }
};

// serve/answers.ts
var mostAsked = 64 << 10;
var id = "([0-9a-f]{16})";
var text = (type, content) => () => ({ kind: "text", type, text: content });
var json = (value) => ({ kind: "json", value });
function answersOf({ store, jobs, models, threads }) {
  return [
    ["GET", /^\/$/, text("text/html", pageHtml)],
    ["GET", /^\/app\.js$/, text("text/javascript", script)],
    ["GET", /^\/app\.css$/, text("text/css", style2)],
    ["GET", /^\/models$/, async () => json(await models.list())],
    [
      "POST",
      /^\/files$/,
      async ({ query, request }) => {
        needs(request, "application/octet-stream");
        const length = Number(request.headers["content-length"] ?? 0);
        const kept = await store.receive(query.get("name") ?? "", length, request);
        try {
          return json(await describe(kept));
        } catch (error) {
          await store.drop(kept);
          throw error;
        }
      }
    ],
    ["GET", new RegExp(`^/files/${id}$`), (asked2) => ({ kind: "file", ...store.get(asked2.id) })],
    ["GET", new RegExp(`^/files/${id}/about$`), async (asked2) => json(await describe(store.get(asked2.id)))],
    [
      "GET",
      new RegExp(`^/files/${id}/map$`),
      async ({ id: file, query }) => {
        const wanted = new Wanted(Object.fromEntries(query));
        return json(
          await drawMap(store.get(file), {
            variable: wanted.text("variable"),
            time: wanted.whole("time", 0, 1e9, 0),
            members: wanted.whole("members", 1, 8, 4),
            columns: wanted.whole("columns", 1, 8, 3)
          })
        );
      }
    ],
    ["POST", /^\/problem$/, async ({ request }) => json(understood(typedProblem((await asked(request)).problem())))],
    [
      "POST",
      /^\/jobs\/(downscale|verify|solve)$/,
      async ({ id: kind, request }) => {
        const wanted = await asked(request);
        if (kind === "solve") {
          const problem = typedProblem(wanted.problem());
          const budget = {
            seconds: wanted.number("seconds", 1, 3600, 20),
            seed: wanted.whole("seed", 0, 2 ** 31, 0),
            network: wanted.flag("network")
          };
          return json({ id: jobs.start((telling) => solveJob(store, problem, budget, telling)).id });
        }
        if (kind === "verify") {
          const judged = {
            ...{ forecast: wanted.named("forecast"), truth: wanted.named("truth") },
            ...{ thresholds: wanted.numbers("thresholds"), regrid: wanted.flag("regrid") }
          };
          return json({ id: jobs.start((telling) => verifyJob(store, judged, telling)).id });
        }
        const first = wanted.whole("from", 0, 1e9, 0);
        const drawn = {
          ...{ file: wanted.text("file"), variable: wanted.text("variable"), model: wanted.text("model") },
          ...{ members: wanted.whole("members", 1, 64, 4), seed: wanted.whole("seed", 0, 2 ** 31, 0) },
          evaluations: wanted.has("evaluations") ? wanted.whole("evaluations", 1, 1e3, 16) : void 0,
          times: [first, wanted.whole("to", first, 1e9, first)],
          others: wanted.list("others")
        };
        return json({ id: jobs.start((telling) => downscaleJob(store, models, drawn, threads, telling)).id });
      }
    ],
    [
      "GET",
      new RegExp(`^/jobs/${id}/events$`),
      (asked_) => {
        const job = jobs.get(asked_.id);
        return { kind: "events", listen: (tell) => job.listen(tell) };
      }
    ],
    [
      "GET",
      new RegExp(`^/jobs/${id}/page$`),
      (asked_) => {
        const { page } = jobs.get(asked_.id);
        if (page === void 0) throw new HttpError(404, "there is no page of this work");
        return { kind: "page", html: page };
      }
    ],
    [
      "DELETE",
      new RegExp(`^/jobs/${id}$`),
      (asked_) => {
        jobs.get(asked_.id).cancel();
        return json({});
      }
    ]
  ];
}
function needs(request, type) {
  const given = request.headers["content-type"]?.split(";")[0];
  if (given !== type) throw new HttpError(415, `expected ${type}, got ${given ?? "nothing"}`);
}
async function asked(request) {
  needs(request, "application/json");
  const parts = [];
  let bytes = 0;
  for await (const part of request) {
    bytes += part.length;
    if (bytes > mostAsked) throw new HttpError(413, `what is asked is longer than ${mostAsked} bytes`);
    parts.push(part);
  }
  let value;
  try {
    value = JSON.parse(Buffer.concat(parts).toString("utf8"));
  } catch {
    throw new HttpError(400, "what is asked is no JSON");
  }
  return new Wanted(value);
}

// serve/file-store.ts
import { randomBytes } from "node:crypto";
import { createWriteStream, rmSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename as basename2, extname, join as join3 } from "node:path";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
var endings = [
  ".nc",
  ".nc3",
  ".nc4",
  ".cdf",
  ".h5",
  ".hdf5",
  ".hdf",
  ".tif",
  ".tiff",
  ".grib",
  ".grib2",
  ".grb",
  ".grb2"
];
var mostFiles = 100;
var FileStore = class _FileStore {
  folder;
  #limit;
  #files = /* @__PURE__ */ new Map();
  constructor(folder, limit) {
    this.folder = folder;
    this.#limit = limit;
  }
  /** @param limit - most bytes of a file that is dropped */
  static async open(limit) {
    return new _FileStore(await mkdtemp(join3(tmpdir(), "monge-serve-")), limit);
  }
  /**
   * Takes a file in.
   *
   * @param given - its name; nothing but its ending becomes part of a path
   * @param length - as announced; what comes is counted as well
   * @throws HttpError 413 above the limit, 415 for an ending that is no grid's
   */
  async receive(given, length, body) {
    const name = basename2(given.replaceAll("\\", "/")).slice(0, 200);
    const ending = extname(name).toLowerCase();
    if (!endings.includes(ending)) {
      throw new HttpError(
        415,
        `${name || "this file"} ends in none of ${endings.join(", ")}: drop a NetCDF or GeoTIFF file`
      );
    }
    const most = `${Math.floor(this.#limit / 1e6)} MB`;
    if (length > this.#limit) throw new HttpError(413, `${name} is larger than ${most}; start with a larger --limit`);
    if (this.#files.size >= mostFiles) throw new HttpError(429, `${mostFiles} files are kept; start monge serve anew`);
    const id2 = randomBytes(8).toString("hex");
    const path = join3(this.folder, `${id2}${ending}`);
    let bytes = 0;
    const limit = this.#limit;
    const counted = new Transform({
      transform(chunk, _, done) {
        bytes += chunk.length;
        done(bytes > limit ? new HttpError(413, `${name} is larger than ${most}`) : null, chunk);
      }
    });
    try {
      await pipeline(body, counted, createWriteStream(path));
    } catch (error) {
      await rm(path, { force: true });
      throw error;
    }
    return this.#keep({ id: id2, name, path });
  }
  /** Takes a file in that the server made, in its own folder. */
  adopt(path, name) {
    return this.#keep({ id: randomBytes(8).toString("hex"), name, path });
  }
  /** A path for something new. */
  place(ending) {
    return join3(this.folder, `${randomBytes(8).toString("hex")}${ending}`);
  }
  /** @throws HttpError 404 */
  get(id2) {
    const found = this.#files.get(id2);
    if (found === void 0) throw new HttpError(404, "there is no such file; drop it again");
    return found;
  }
  /** Forgets a file that turned out to be none. */
  async drop({ id: id2, path }) {
    this.#files.delete(id2);
    await rm(path, { force: true });
  }
  /** Removes everything. */
  close() {
    rmSync(this.folder, { recursive: true, force: true });
  }
  #keep(kept) {
    this.#files.set(kept.id, kept);
    return kept;
  }
};

// serve/guard.ts
import { timingSafeEqual } from "node:crypto";
var methods = ["GET", "POST", "DELETE"];
function admitted({ method, url, headers }, { port, token }) {
  const hosts = [`127.0.0.1:${port}`, `localhost:${port}`];
  if (!hosts.includes(headers.host ?? "")) return { status: 403, why: "another host" };
  const { origin } = headers;
  if (origin !== void 0 && !hosts.some((host) => origin === `http://${host}`)) {
    return { status: 403, why: "another origin" };
  }
  const site = headers["sec-fetch-site"];
  if (site !== void 0 && site !== "same-origin" && site !== "none") return { status: 403, why: "another site" };
  if (!methods.includes(method)) return { status: 405, why: "another method" };
  const [raw, query = ""] = url.split("?", 2);
  const [, given = "", ...rest] = raw.split("/");
  if (!isSame(given, token))
    return { status: 403, why: "no token, or another one: open the address that monge serve printed" };
  const path = `/${rest.join("/")}`;
  if (!/^\/[\w./-]*$/.test(path) || path.split("/").includes("..")) return { status: 404, why: "no such page" };
  return { path, query: new URLSearchParams(query) };
}
function isSame(given, token) {
  const [a, b] = [Buffer.from(given), Buffer.from(token)];
  return a.length === b.length && timingSafeEqual(a, b);
}

// serve/jobs.ts
import { randomBytes as randomBytes2 } from "node:crypto";
var Job = class {
  id = randomBytes2(8).toString("hex");
  page;
  #controller = new AbortController();
  #began = performance.now();
  #listeners = /* @__PURE__ */ new Set();
  ended;
  #trail = [];
  #state = {
    ...{ status: "running", stage: "starting", done: 0, total: 1, points: [], result: null, error: "" }
  };
  constructor(work2) {
    const { signal } = this.#controller;
    const telling = {
      signal,
      progress: (stage, done, total) => this.#tell({ stage, done, total }, []),
      round: (at, points) => this.#tell({ points }, [at]),
      page: (html) => {
        this.page = html;
      }
    };
    this.ended = Promise.resolve().then(() => work2(telling)).then(
      (result) => this.#tell({ status: "done", result }, []),
      (error) => {
        const status = signal.aborted ? "cancelled" : "failed";
        const known = isMongeError(error) || error instanceof HttpError;
        const text2 = error instanceof Error ? error.message : String(error);
        this.#tell({ status, error: signal.aborted ? "" : known ? text2 : `unexpected error: ${text2}` }, []);
      }
    );
  }
  get isRunning() {
    return this.#state.status === "running";
  }
  cancel() {
    this.#controller.abort(new Error("cancelled"));
  }
  /** Tells all there is, then what is new. @returns stops it */
  listen(listener) {
    listener(this.#told(this.#trail));
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
  #told(trail) {
    return { ...this.#state, trail, seconds: (performance.now() - this.#began) / 1e3 };
  }
  #tell(change, more) {
    this.#state = { ...this.#state, ...change };
    this.#trail = [...this.#trail, ...more];
    for (const listener of this.#listeners) listener(this.#told(more));
  }
};
var mostJobs = 50;
var Jobs = class {
  #jobs = /* @__PURE__ */ new Map();
  /** @throws HttpError 409 while another one runs */
  start(work2) {
    const jobs = [...this.#jobs.values()];
    if (jobs.some(({ isRunning }) => isRunning)) {
      throw new HttpError(409, "something is being computed; wait for it, or cancel it");
    }
    const job = new Job(work2);
    if (jobs.length >= mostJobs) this.#jobs.delete(jobs[0].id);
    this.#jobs.set(job.id, job);
    return job;
  }
  /** @throws HttpError 404 */
  get(id2) {
    const found = this.#jobs.get(id2);
    if (found === void 0) throw new HttpError(404, "there is no such work");
    return found;
  }
  /** Ends what runs, and waits for it. */
  async close() {
    for (const job of this.#jobs.values()) if (job.isRunning) job.cancel();
    await Promise.all([...this.#jobs.values()].map(({ ended }) => ended));
  }
};

// serve/server.ts
var secured = {
  "cache-control": "no-store",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "cross-origin-resource-policy": "same-origin",
  "cross-origin-opener-policy": "same-origin"
};
var policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
var pagePolicy = "sandbox allow-scripts allow-downloads; default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
async function startServer(options = {}) {
  const { runs, port = 0, limit = 512e6, threads = 1 } = options;
  const token = randomBytes3(18).toString("base64url");
  const [store, jobs] = [await FileStore.open(limit), new Jobs()];
  const site = { store, jobs, models: new Models(runs), threads };
  const answers = answersOf(site);
  const server = createServer((request, response) => {
    answer(request, response).catch((error) => fail(request, response, error));
  });
  const answer = async (request, response) => {
    const { method = "", url = "", headers } = request;
    const asked2 = admitted({ method, url, headers }, { port: server.address().port, token });
    if ("status" in asked2) throw new HttpError(asked2.status, asked2.why);
    for (const [verb, pattern, handler] of answers) {
      const match = verb === method ? pattern.exec(asked2.path) : null;
      if (match === null) continue;
      return send(response, await handler({ id: match[1] ?? "", query: asked2.query, request }));
    }
    throw new HttpError(404, "no such page");
  };
  server.requestTimeout = 6e5;
  try {
    await new Promise((resolve, reject) => {
      server.once("error", reject);
      server.listen(port, "127.0.0.1", resolve);
    });
  } catch (error) {
    store.close();
    throw error;
  }
  return {
    url: `http://127.0.0.1:${server.address().port}/${token}/`,
    folder: store.folder,
    async close() {
      server.close();
      server.closeAllConnections();
      await jobs.close();
      store.close();
    }
  };
}
function send(response, answer) {
  const head = (type, more = {}) => response.writeHead(200, { ...secured, "content-security-policy": policy, "content-type": type, ...more });
  switch (answer.kind) {
    case "text":
      head(`${answer.type}; charset=utf-8`).end(answer.text);
      return;
    case "json":
      head("application/json").end(JSON.stringify(answer.value));
      return;
    case "page":
      head("text/html; charset=utf-8", { "content-security-policy": pagePolicy }).end(answer.html);
      return;
    case "file": {
      const name = answer.name.replaceAll(/[^\w.-]/g, "_");
      head("application/octet-stream", {
        "content-length": statSync2(answer.path).size,
        "content-disposition": `attachment; filename="${name}"`
      });
      createReadStream(answer.path).pipe(response);
      return;
    }
    case "events": {
      head("text/event-stream");
      const stop = answer.listen((state) => {
        response.write(`data: ${JSON.stringify(state)}

`);
        if (state.status !== "running") response.end();
      });
      response.on("close", stop);
    }
  }
}
function fail(request, response, error) {
  const known = error instanceof HttpError;
  const status = known ? error.status : isMongeError(error) ? 422 : 500;
  const message = error instanceof Error ? error.message : String(error);
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response.writeHead(status, { ...secured, "content-type": "application/json", connection: "close" });
  response.end(JSON.stringify({ message }));
  response.on("finish", () => request.destroy());
}

// cli/serve/run.ts
async function serve({ runs, port, limit, threads, json: json2, dryRun }) {
  const root = runs ?? (existsSync("runs") ? "runs" : void 0);
  if (dryRun) return emitJson({ command: "serve", runs: root ?? null, port, limit, threads });
  if (root !== void 0) checkFiles("--runs", [root]);
  if (port > 65535) throw new OptionsError(`--port is ${port}; expected 0 to 65535`, "port", port);
  const interrupt = onInterrupt("closing");
  try {
    const served = await startServer({ port, limit: limit * 1e6, threads, ...root !== void 0 && { runs: root } });
    if (json2) emitJson({ url: served.url });
    else emit(served.url);
    say("open this address in a browser on this machine; Ctrl-C ends it");
    await new Promise((resolve) => interrupt.signal.addEventListener("abort", () => resolve()));
    await served.close();
  } finally {
    interrupt.stop();
  }
}
export {
  serve
};
