import {
  Solution,
  loadMarchedSolution,
  loadSolution,
  printProblem,
  referenceOf,
  solutionCurves,
  solutionPicture,
  testSetOf,
  toMathml
} from "./chunk-2A2JZMMH.js";
import {
  csvText,
  curveFigure,
  drawChart,
  fssFigure,
  htmlPage,
  mapFigure,
  quantileFigure,
  rainScale,
  rankFigure,
  reliabilityFigure,
  rocFigure,
  smoothScale,
  spectrumFigure
} from "./chunk-B76RVHYB.js";
import {
  changeRows,
  changeSheet,
  rowsOf,
  saysRain,
  scoreSheet,
  spacingOf,
  transportCases,
  transportScore,
  wholeMap
} from "./chunk-HNA2YWTQ.js";
import {
  loadCheckpoints,
  readMetrics,
  readRunOptions
} from "./chunk-HHEHUTHZ.js";
import {
  version
} from "./chunk-6KCX3X7U.js";
import {
  LazyField,
  lazyField,
  mapsLast
} from "./chunk-MXIOKUDV.js";
import {
  precipitationFactor,
  precipitationUnits
} from "./chunk-AWWB6X6Z.js";
import {
  instantsOf,
  isoOf,
  textOf,
  timeAxis,
  timeUnitsOf,
  writeAtomically
} from "./chunk-72SAAEYX.js";
import {
  DomainError,
  FormatError,
  OptionsError
} from "./chunk-Y46VEHZ7.js";

// pages/change-section.ts
function changeSection(found) {
  const { coverage, members, units, wetThreshold, pattern } = found;
  const [rows, sheet] = [changeRows(found), changeSheet(found)];
  return {
    heading: "The change between two periods",
    parts: [
      {
        kind: "facts",
        facts: [
          ...Object.entries(coverage).map(
            ([name, { range, times, share }]) => [
              name === "from" ? "earlier period" : "later period",
              `${range[0]} to ${range[1]}: ${times[0]} common times, ${(100 * share).toFixed(1)} % of the values`
            ]
          ),
          ["forecast", members === 1 ? "one field" : `${members} members`],
          ["wet", wetThreshold === null ? "not told apart" : `from ${short(wetThreshold)} ${units ?? ""} on`],
          [
            "changes of the cells' means",
            `${pattern.cells} cells, correlation ${short(pattern.correlation)}, root mean square difference ${(100 * pattern.rmsd).toFixed(1)} %`
          ]
        ]
      },
      {
        kind: "table",
        caption: `Of the forecast and of the model that drives it${units === void 0 ? "" : `, in ${units} where they have units`}`,
        header: ["", "forecast", "to", "change", "driving", "to", "change", "difference", "95 % from", "to"],
        rows: rows.map(({ statistic, forecast, driving, difference }) => [
          statistic,
          ...[forecast, driving].flatMap(({ from, to, change }) => [short(from), short(to), percent(change.value)]),
          ...[difference.value, difference.low, difference.high].map(percent)
        ]),
        csv: { name: "change.csv", text: csvText(sheet.header, sheet.rows) }
      }
    ]
  };
}
var minus = (text2) => text2.replace("-", "\u2212");
var short = (v) => Number.isNaN(v) ? "\u2013" : minus(String(Number(v.toPrecision(4))));
var percent = (v) => Number.isNaN(v) ? "\u2013" : `${v > 0 ? "+" : ""}${minus((100 * v).toFixed(1))} %`;

// pages/map-axes.ts
function mapAxes(field) {
  const [y, x] = field.dims.slice(-2).map((dim) => axisOf(field, dim));
  const up = y !== void 0 && y.range[0] < y.range[1];
  const [low, high] = y?.range ?? [0, 1];
  return {
    firstRow: up ? "bottom" : "top",
    ...x?.name.endsWith("(\xB0E)") && y?.name.endsWith("(\xB0N)") && { coast: true },
    ...x && y && { axes: { x, y: up ? y : { ...y, range: [high, low] } } }
  };
}
function axisOf(field, dim) {
  const coordinate = field.coordinate(dim);
  if (coordinate === void 0 || coordinate.values.length < 2) return void 0;
  const { values, attributes } = coordinate;
  const [first, last] = [values[0], values.at(-1)];
  const half = (last - first) / (values.length - 1) / 2;
  const standard = textOf(attributes, "standard_name") ?? dim;
  const name = { projection_x_coordinate: "x", projection_y_coordinate: "y" }[standard] ?? standard;
  const units = (textOf(attributes, "units") ?? "").replace(
    /^degrees?_?(e|n)\w*$/i,
    (_, way) => `\xB0${way.toUpperCase()}`
  );
  const far = units === "m" && Math.max(Math.abs(first), Math.abs(last)) >= 1e4;
  const scale = far ? 1e-3 : 1;
  const said = far ? "km" : units;
  return { name: said ? `${name} (${said})` : name, range: [(first - half) * scale, (last + half) * scale] };
}

// pages/field-maps.ts
function fieldMaps(field) {
  const time = field.dimOf("time");
  const count = time === void 0 ? 1 : field.size(time);
  const known = labelsOf(field);
  const labels = Array.from({ length: count }, (_, k) => known[k] ?? (count === 1 ? "the only time" : `time ${k}`));
  const shown = shownAs(field);
  const cells = field.shape.slice(-2).reduce((a, b) => a * b, 1);
  return {
    labels,
    members: Math.max(1, field.shape.reduce((a, b) => a * b, 1) / (cells * count)),
    async draw(k, { members, truth, columns = 3 }) {
      const map = await mapAt(field, k);
      return {
        sum: sumOf(map.values),
        ...drawn(map, { members, columns, label: labels[k], shown, ...truth && { truth } })
      };
    }
  };
}
function sumOf(values) {
  let sum = 0;
  for (let i = 0; i < values.length; i++) if (!Number.isNaN(values[i])) sum += values[i];
  return sum;
}
function labelsOf(field) {
  const axis = timeAxis(field);
  if (axis === void 0) return [];
  if (!/\ssince\s/i.test(textOf(axis.attributes, "units") ?? "")) return Array.from(axis.values, (_, k) => `time ${k}`);
  const unitsOf = timeUnitsOf(axis);
  return Array.from(
    instantsOf(axis),
    (instant) => isoOf(instant, unitsOf).replace("T", " ").replace(/ 00:00:00$/, "")
  );
}
async function mapAt(field, k) {
  const dim = field.dimOf("time");
  return (dim === void 0 ? field : field.isel({ [dim]: [k, k + 1] })).load();
}
function drawn(map, { members, columns, label, shown, truth }) {
  const [height, width] = map.shape.slice(-2);
  const cells = height * width;
  const count = map.values.length / cells;
  const panel = (title, values) => ({ title, values, height, width });
  const member = (m) => map.values.subarray(m * cells, (m + 1) * cells);
  const over = (of) => Float64Array.from(
    { length: cells },
    (_, i) => of(Array.from({ length: count }, (_2, m) => map.values[m * cells + i]))
  );
  const mean = over((v) => v.reduce((a, b) => a + b, 0) / count);
  const spread = over((v) => {
    const middle = v.reduce((a, b) => a + b, 0) / count;
    return Math.sqrt(v.reduce((sum, x) => sum + (x - middle) ** 2, 0) / (count - 1));
  });
  const largest = (values) => Array.from(values).reduce((top, v) => Number.isNaN(v) ? top : Math.max(top, v), 0);
  const scaled = (values) => shown.factor === 1 ? values : Float64Array.from(values, (v) => v * shown.factor);
  const panels = [
    ...Array.from(
      { length: Math.min(members, count) },
      (_, m) => panel(count > 1 ? `member ${m}` : "field", scaled(member(m)))
    ),
    ...count > 1 ? [panel(`mean of ${count}`, scaled(mean)), panel("spread", scaled(spread))] : [],
    ...truth && truth.values.length === cells ? [panel("truth", scaled(truth.values))] : []
  ];
  const [low, high] = extent(panels);
  const svg = mapFigure({
    panels,
    scale: shown.rain ? rainScale(shown.units === "mm/h" ? {} : { first: 0.5 }) : smoothScale(low, high > low ? high : low + 1),
    units: shown.units,
    columns: Math.min(columns, panels.length),
    panelSize: 300,
    ...mapAxes(map)
  });
  const most = `largest value ${Number((shown.factor * largest(map.values)).toPrecision(3))} ${shown.units}`;
  const true_ = truth ? `, in the truth ${Number((shown.factor * largest(truth.values)).toPrecision(3))}` : "";
  return { svg, alt: `Maps of ${label}: ${panels.map(({ title }) => title).join(", ")}; ${most}${true_}` };
}
function shownAs(field) {
  const { units } = field;
  if (units === void 0 || saysRain(field) !== true) return { units: units ?? "", factor: 1, rain: false };
  const hourly = /h-1|\/h/.test(units);
  const to = precipitationUnits(units).kind === "amount" ? "mm" : hourly ? "mm h-1" : "mm day-1";
  const said = { mm: "mm", "mm h-1": "mm/h", "mm day-1": "mm/day" }[to];
  return { units: said, factor: precipitationFactor(units, to), rain: true };
}
function extent(panels) {
  let [low, high] = [Infinity, -Infinity];
  for (const { values } of panels) {
    for (let i = 0; i < values.length; i++) {
      if (values[i] < low) low = values[i];
      if (values[i] > high) high = values[i];
    }
  }
  return low <= high ? [low, high] : [0, 1];
}

// pages/verification-sections.ts
async function verificationSections(found) {
  const { coverage, wetThreshold, units } = found;
  const { times, cells, share, gaps } = coverage;
  const compared = {
    kind: "facts",
    facts: [
      ["times", `${times[0]}, of ${times[1]} in the forecast and ${coverage.truthTimes} in the truth`],
      ["cells", `${cells[0]} of ${cells[1]} (${(100 * share).toFixed(1)} %)`],
      ["missing", `${gaps.truth} cells in the truth, ${gaps.forecast} more in the forecast`],
      ["taken as 0", wetThreshold === null ? "nothing" : `rain below ${short2(wetThreshold)} ${units ?? ""}`]
    ]
  };
  return [
    { heading: "How good it is", parts: [compared, scoresTable(found), ...partTables(found)] },
    { heading: "Diagrams", parts: [{ kind: "pictures", pictures: await pictures(found) }] }
  ];
}
var short2 = (v) => v === void 0 || Number.isNaN(v) ? "\u2013" : String(Number(v.toPrecision(4))).replace("-", "\u2212");
function scoresTable(found) {
  const rows = rowsOf("all", found).filter(({ value }) => !Number.isNaN(value));
  const ends = rows.some(({ low }) => low !== void 0 && !Number.isNaN(low));
  const against = found.against !== void 0;
  const sheet = scoreSheet(found);
  return {
    kind: "table",
    caption: `Scores${found.units === void 0 ? "" : `, in ${found.units} where they have units`}`,
    header: [
      "score",
      "value",
      ...ends ? ["95 % from", "to"] : [],
      ...against ? ["other", "difference", "from", "to"] : []
    ],
    rows: rows.map(({ score, value, low, high, other, difference: d }) => [
      score,
      short2(value),
      ...ends ? [short2(low), short2(high)] : [],
      ...against ? [short2(other), short2(d?.value), short2(d?.low), short2(d?.high)] : []
    ]),
    csv: { name: "scores.csv", text: csvText(sheet.header, sheet.rows) }
  };
}
function partTables(found) {
  const of = (caption, parts) => {
    const labels = Object.keys(parts);
    if (labels.length === 0) return [];
    return [
      {
        kind: "table",
        caption,
        header: ["part", "CRPS", "bias", "RMSE", "spread/skill", "wet share bias"],
        rows: labels.map((label) => {
          const { crps, bias, rmse, spreadSkill, wetFractionBias } = parts[label].scores;
          return [label, short2(crps), short2(bias), short2(rmse), short2(spreadSkill), short2(wetFractionBias)];
        })
      }
    ];
  };
  return [...of("By part of time", found.events), ...of("By region", found.regions)];
}
async function pictures({ scores, diagrams, units, rankFlatness }) {
  const flat = rankFlatness && !Number.isNaN(rankFlatness.p) ? ` Flat by chance with p ${rankFlatness.p < 1e-4 ? "< 0.0001" : `= ${rankFlatness.p.toPrecision(2)}`}.` : "";
  const { forecast, truth } = diagrams.quantiles;
  const out = [];
  if (scores.rankHistogram.length > 0) {
    const [first, last] = [scores.rankHistogram[0], scores.rankHistogram.at(-1)].map(
      (v) => `${(100 * v).toFixed(1)} %`
    );
    out.push({
      svg: await rankFigure({ counts: scores.rankHistogram, title: "Ranks of the truth" }),
      alt: `Rank histogram: ${first} of the truth lie below all members, ${last} above all`,
      caption: `A calibrated ensemble is flat; a U has too little spread.${flat}`
    });
  }
  if (diagrams.reliability.length > 0) {
    const events = scores.events.map(({ threshold, brier, rocArea }) => ({ threshold, brier, rocArea }));
    out.push({
      svg: await reliabilityFigure(diagrams, units),
      alt: `Reliability diagram; Brier scores ${events.map((e) => `${short2(e.brier)} at ${e.threshold}`).join(", ")}`
    });
    out.push({
      svg: await rocFigure(diagrams, units),
      alt: `ROC curves; areas ${events.map((e) => `${short2(e.rocArea)} at ${e.threshold}`).join(", ")}`
    });
  }
  out.push({
    svg: await quantileFigure(diagrams, units),
    alt: `Quantiles: the largest drawn is ${short2(forecast.at(-1))} in the forecast and ${short2(truth.at(-1))} in the truth`
  });
  if (diagrams.spectrum.truth.some((p) => p > 0)) {
    out.push({
      svg: await spectrumFigure(diagrams),
      alt: `Spectra of forecast and truth, ${short2(scores.ralsd)} dB apart`
    });
  }
  if (scores.fss.length > 0) {
    const told = scores.fss.map(({ threshold, window, fss }) => `${short2(fss)} (\u2265 ${threshold}, ${window} cells)`);
    out.push({ svg: await fssFigure(scores.fss, units), alt: `Fractions skill score: ${told.join(", ")}` });
  }
  return out;
}

// pages/ensemble-page.ts
async function ensemblePage(field, options = {}) {
  const { times = 8, members = 3, truth, verification } = options;
  for (const [name2, value, most] of [
    ["times", times, 50],
    ["members", members, 8]
  ]) {
    if (Number.isInteger(value) && value >= 1 && value <= most) continue;
    throw new OptionsError(`ensemblePage: ${name2} is ${value}, expected a whole number from 1 to ${most}`, name2, value);
  }
  const given = mapsLast(field instanceof LazyField ? field : lazyField(field));
  const observed = truth && mapsLast(truth instanceof LazyField ? truth : lazyField(truth));
  const { name, units = "", attributes } = given;
  const time = given.dimOf("time");
  const count = time === void 0 ? 1 : given.size(time);
  const chosen = [
    ...new Set(
      Array.from(
        { length: Math.min(times, count) },
        (_, k) => Math.floor((k + 0.5) * count / Math.min(times, count))
      )
    )
  ];
  const maps = fieldMaps(given);
  const { labels } = maps;
  const known = new Map((observed && fieldMaps(observed).labels.map((label, k) => [label, k])) ?? []);
  const slides = [];
  const sums = [];
  for (const k of chosen) {
    const label = labels[k];
    const at = known.get(label);
    const same = observed && at !== void 0 ? await mapAt(observed, at) : void 0;
    const { sum, ...drawn2 } = await maps.draw(k, { members, ...same && { truth: same } });
    sums.push(sum);
    slides.push({ label, ...drawn2 });
    options.onProgress?.(slides.length, chosen.length);
  }
  const shape = given.dims.map((dim, k) => `${dim} ${given.shape[k]}`).join(", ");
  const sections = [
    {
      heading: "Maps",
      parts: [
        {
          kind: "text",
          text: `${chosen.length} of ${count} times, evenly chosen; the one with the largest sum comes first.`
        },
        { kind: "slides", name: "time", slides, start: sums.indexOf(Math.max(...sums)) }
      ]
    },
    ...verification ? await verificationSections(verification) : [],
    ...options.sections ?? []
  ];
  const history = textOf(attributes, "history");
  return htmlPage({
    title: options.title ?? textOf(attributes, "long_name") ?? name,
    lead: `Variable ${name} (${shape})${units ? ` in ${units}` : ""}${given.source ? `, from ${given.source}` : ""}.`,
    sections,
    provenance: [
      ["file", given.source ?? "in memory"],
      ...observed ? [["truth", observed.source ?? "in memory"]] : [],
      ...history ? [["history", history]] : [],
      ["monge", version()]
    ]
  });
}

// pages/solution-page.ts
import { existsSync } from "node:fs";
import { basename, join } from "node:path";
var mostSlides = 12;
var isSolve = (directory) => ["solution.json", "march.json"].some((name) => existsSync(join(directory, name)));
async function solutionPage(directory) {
  if (!isSolve(directory)) {
    throw new FormatError(directory, "run", "it holds no solution", "give the folder of a finished solve");
  }
  const solution = existsSync(join(directory, "march.json")) ? await loadMarchedSolution(directory) : await loadSolution(directory);
  try {
    const { problem, report } = solution;
    const known = { problem, reference: referenceOf(problem) };
    const lines = await readMetrics(directory);
    const settings = existsSync(join(directory, "options.json")) ? await readRunOptions(directory) : void 0;
    const sections = [
      {
        heading: "Problem",
        parts: [{ kind: "mathematics", mathml: toMathml(problem), text: printProblem(problem) }]
      },
      { heading: "Solution", parts: await solutionParts(solution, known) },
      ...await courseSections(directory, solution, known, lines),
      { heading: "Settings and time", parts: [{ kind: "facts", facts: settingsOf(settings, solution) }] }
    ];
    return htmlPage({
      title: `Solution of ${problem.name}`,
      lead: `Status ${report.status} after ${short3(report.seconds)} s and ${report.steps} steps.`,
      sections,
      provenance: [
        ["run", basename(directory)],
        ["monge", version()]
      ]
    });
  } finally {
    await solution.dispose();
  }
}
var short3 = (v) => String(Number(v.toPrecision(3))).replace("-", "\u2212");
async function solutionParts(solution, known) {
  const { problem, report } = solution;
  const test = testSetOf(known);
  const errors = test && await solution.errors(test);
  const { estimate } = report;
  const facts2 = [
    ...errors ? [
      ["relative L2 error", `${short3(errors.relativeL2)}, at ${errors.points} points`],
      ["largest error", short3(errors.maxError)]
    ] : [],
    ...estimate ? [["estimated error", `${short3(estimate.relativeL2)} (relative L2, by ${estimate.by})`]] : [],
    ...estimate?.advice === void 0 ? [] : [["advice", estimate.advice]],
    ["residual", `${short3(report.residual)}, of the root mean square ${short3(report.scale)} of u = 0`],
    ...Object.entries(report.constants).map(
      ([name, { value, standardDeviation }]) => [name, `${Number(value.toPrecision(6))} \xB1 ${short3(standardDeviation)}`]
    )
  ];
  const dimensions = problem.axes.length;
  const shown = [
    dimensions === 1 ? "Curves" : "Maps",
    `of ${problem.unknowns.join(", ")}`,
    ...errors ? [`beside the true solution; largest error ${short3(errors.maxError)}`] : []
  ];
  const caption = dimensions === 1 ? "Dashed: the true solution, where it is known." : "Error and residual by their size, on logarithmic scales.";
  const svg = await solutionPicture(solution, known, { truth: true, columns: 2 });
  return [
    { kind: "facts", facts: facts2 },
    { kind: "picture", svg, alt: shown.join(" "), caption }
  ];
}
function roundsOf(lines) {
  const byRound = /* @__PURE__ */ new Map();
  for (const line of lines) {
    const { round, steps, seconds, freshLoss } = line;
    if ([round, steps, seconds, freshLoss].every((v) => typeof v === "number")) byRound.set(round, line);
  }
  return [...byRound].sort(([a], [b]) => a - b).map(([, line]) => line);
}
async function courseSections(directory, solution, known, lines) {
  const rounds = roundsOf(lines);
  if (!(solution instanceof Solution) || rounds.length === 0) return [];
  const parameters = await thetas(directory, solution.theta.length);
  const snapshots = rounds.map((line) => {
    const theta = parameters.get(line["round"] + 1);
    const { steps, seconds, freshLoss } = line;
    return { steps, seconds, freshLoss, ...theta && { theta } };
  });
  const [first, last] = [snapshots[0], snapshots.at(-1)].map(({ freshLoss }) => short3(Math.sqrt(freshLoss)));
  const curve = {
    kind: "picture",
    svg: await solutionCurves(solution, known, snapshots, true),
    alt: `Residual over seconds, from ${first} to ${last} in ${rounds.length} rounds`,
    caption: "On fresh points, root mean square; the error, where the solution is known, at checkpoints."
  };
  const slides = await pointSlides(solution, rounds);
  return [
    { heading: "Residual and error", parts: [curve] },
    ...slides ? [{ heading: "Where the points went", parts: [{ kind: "slides", ...slides }] }] : []
  ];
}
async function thetas(directory, size) {
  const out = /* @__PURE__ */ new Map();
  for (const { step, tensors } of await loadCheckpoints(directory)) {
    const data = tensors.get("theta")?.data;
    if (data instanceof Float64Array && data.length === size) out.set(step, data);
  }
  return out;
}
async function pointSlides({ problem, domain }, rounds) {
  const kept = rounds.filter(({ places }) => Array.isArray(places));
  if (kept.length === 0) return void 0;
  const chosen = kept.filter((_, i) => i === kept.length - 1 || i % Math.ceil(kept.length / mostSlides) === 0);
  const { axes } = problem;
  const scale = (k) => ({ domain: [domain.low[k], domain.high[k]], nice: false, zero: false });
  const slides = [];
  for (const { round, places, points } of chosen) {
    const numbers = places;
    const rows = Array.from({ length: numbers.length / axes.length }, (_, i) => ({
      x: numbers[i * axes.length],
      y: axes.length > 1 ? numbers[i * axes.length + 1] : 0
    }));
    const label = `round ${round}`;
    const all = typeof points === "number" && points > rows.length ? ` of ${points}` : "";
    slides.push({
      label,
      svg: await drawChart({
        $schema: "https://vega.github.io/schema/vega-lite/v6.json",
        ...{ width: 380, height: axes.length > 1 ? 380 : 60 },
        data: { values: rows },
        mark: { type: "circle", size: 9, opacity: 0.8, clip: true },
        encoding: {
          x: { field: "x", type: "quantitative", title: axes[0], scale: scale(0) },
          y: { field: "y", type: "quantitative", title: axes[1] ?? "", scale: axes.length > 1 ? scale(1) : {} }
        }
      }),
      alt: `Points of ${label}: ${rows.length}${all}, ${spreadOf(rows)}`,
      caption: `${rows.length}${all} collocation points${axes.length > 2 ? `, along ${axes[0]} and ${axes[1]}` : ""}`
    });
  }
  return { name: "round", slides, start: slides.length - 1 };
}
function spreadOf(rows) {
  const half = (key) => {
    const sorted = rows.map((row) => row[key]).sort((a, b) => a - b);
    return [0.25, 0.75].map((q) => short3(sorted[Math.floor(q * (sorted.length - 1))])).join(" to ");
  };
  return `the middle half from ${half("x")} across and ${half("y")} up`;
}
function text(value) {
  if (Array.isArray(value)) return value.map(text).join(", ") || "none";
  if (typeof value !== "object" || value === null) return String(value);
  const parts = Object.entries(value).filter(([, v]) => typeof v !== "object" || Object.keys(v ?? {}).length > 0);
  return parts.map(([name, v]) => `${name} ${typeof v === "object" ? `(${text(v)})` : text(v)}`).join(", ") || "none";
}
function settingsOf(settings, { report, ...solution }) {
  const { problem: _, ...rest } = settings ?? {};
  const network = "network" in solution && !("network" in rest) ? [["network", text(solution.network)]] : [];
  return [
    ["seconds", short3(report.seconds)],
    ...report.processorSeconds === void 0 ? [] : [["seconds of the processor", short3(report.processorSeconds)]],
    ["steps", `${report.steps} in ${report.rounds} rounds`],
    ["hold by construction", report.hardConditions.join("; ") || "none"],
    ["hold as rows", report.softConditions.join("; ") || "none"],
    ...Object.entries(rest).map(([name, value]) => [name, text(value)]),
    ...network,
    ...(report.method ?? []).map((line, k) => [`method, ${k + 1}`, line])
  ];
}

// pages/training-page.ts
import { basename as basename2 } from "node:path";
function series(lines, key) {
  const byStep = /* @__PURE__ */ new Map();
  for (const line of lines) {
    const value = line[key];
    if (typeof value === "number" && Number.isFinite(value)) byStep.set(Number(line["step"]), value);
  }
  if (byStep.size < 2) return void 0;
  const points = [...byStep].sort(([a], [b]) => a - b);
  return { name: key, x: points.map(([step]) => step), y: points.map(([, value]) => value) };
}
async function picture(curves, y, caption) {
  const svg = await curveFigure({ curves, x: { name: "step" }, y: { name: y } });
  const told = curves.map(
    ({ name, y: values }) => `${name} from ${short4(values[0])} to ${short4(values[values.length - 1])}`
  );
  return { svg, alt: `Curves over steps: ${told.join("; ")}`, caption };
}
var short4 = (v) => String(Number(v.toPrecision(3)));
async function trainingPage(directory) {
  const options = await readRunOptions(directory);
  const lines = await readMetrics(directory);
  const keys = [...new Set(lines.flatMap((line) => Object.keys(line)))].filter(
    (key) => key !== "step" && key !== "loss"
  );
  const loss = series(lines, "loss");
  if (loss === void 0) {
    throw new DomainError(`${directory}: its metrics hold fewer than two steps with a loss; train longer first`, 0);
  }
  const of = (pattern) => keys.filter((key) => pattern.test(key)).flatMap((key) => series(lines, key) ?? []);
  const [byLevel, validation] = [of(/^(loss|level|quartile)\W?\w+/i), of(/valid|crps|spread/i)];
  const rest = keys.filter((key) => ![...byLevel, ...validation].some(({ name }) => name === key)).flatMap((key) => series(lines, key) ?? []);
  const sections = [
    {
      heading: "Loss",
      parts: [
        {
          kind: "pictures",
          pictures: [
            await picture([loss], "loss", "Loss of the training batches"),
            ...byLevel.length > 0 ? [await picture(byLevel, "loss", "Loss by noise level")] : []
          ]
        }
      ]
    },
    ...validation.length > 0 ? [
      {
        heading: "Held-out times",
        parts: [
          {
            kind: "pictures",
            pictures: await Promise.all(validation.map((curve) => picture([curve], curve.name, curve.name)))
          }
        ]
      }
    ] : [],
    ...rest.length > 0 ? [
      {
        heading: "Other metrics",
        parts: [
          {
            kind: "pictures",
            pictures: await Promise.all(rest.map((curve) => picture([curve], curve.name, curve.name)))
          }
        ]
      }
    ] : [],
    { heading: "Options", parts: [{ kind: "facts", facts: facts(options) }] }
  ];
  const steps = loss.x[loss.x.length - 1];
  return htmlPage({
    title: `Training ${basename2(directory)}`,
    lead: `${steps} steps; the loss went from ${short4(loss.y[0])} to ${short4(loss.y[loss.y.length - 1])}.`,
    sections,
    provenance: [
      ["run", directory],
      ["monge", version()]
    ]
  });
}
function facts(options) {
  if (typeof options !== "object" || options === null) return [];
  return Object.entries(options).map(
    ([name, value]) => [name, typeof value === "string" ? value : JSON.stringify(value)]
  );
}

// pages/transport-figure.ts
function transportExample(options) {
  let kept;
  return {
    found: () => kept,
    score: {
      name: "transportExample",
      of({ maps, shape }) {
        const [height, width] = shape;
        const sum = ({ truth: truth2 }) => {
          let total = 0;
          for (const v of truth2) total += v;
          return total;
        };
        const map = maps.reduce((a, b) => a && sum(a) >= sum(b) ? a : b, void 0);
        if (kept || map === void 0 || shape.length !== 2) return kept?.time ?? null;
        const whole = (values) => wholeMap(values, map.positions, height * width, Number.NaN);
        const [forecast, truth] = [whole(map.forecast.subarray(0, map.truth.length)), whole(map.truth)];
        kept = { time: map.time, forecast, truth, score: transportScore(forecast, truth, height, width, options) };
        return kept.time ?? null;
      }
    }
  };
}
async function movedRain(truth, { reach, bootstrap, onProgress }) {
  const spacing = spacingOf(truth);
  const time = truth.dimOf("time");
  const field = await (time === void 0 ? truth : truth.isel({ [time]: [0, 1] })).load();
  const example = transportExample({ reach, spacing });
  const cases = transportCases({ reach, spacing, ...bootstrap && { bootstrap }, ...onProgress && { onProgress } });
  return {
    scores: [cases, example.score],
    picture(units) {
      const found = example.found();
      return found && transportFigure(found, field, spacing, units ?? "");
    }
  };
}
var along = 14;
function transportFigure({ time, forecast, truth, score }, field, spacing, units) {
  const [height, width] = field.shape.slice(-2);
  const { firstRow, axes = indexAxes(height, width), coast = false } = mapAxes(field);
  const [x0, x1] = axes.x.range;
  const [y0, y1] = axes.y.range;
  const [dx, dy] = [(x1 - x0) / width, (firstRow === "top" ? -1 : 1) * ((y1 - y0) / height)];
  const top = firstRow === "top" ? y1 : y0;
  const arrows = [];
  const side = Math.max(1, Math.ceil(Math.max(height, width) / along));
  const [down, across] = score.arrows;
  for (let row = 0; row < height; row += side) {
    for (let column = 0; column < width; column += side) {
      const sums = { mass: 0, y: 0, x: 0, down: 0, across: 0 };
      for (let r = row; r < Math.min(height, row + side); r++) {
        for (let c = column; c < Math.min(width, column + side); c++) {
          const i = r * width + c;
          const mass = forecast[i] - score.surplusMap[i];
          if (!(mass > 0) || Number.isNaN(down[i])) continue;
          sums.mass += mass;
          sums.y += mass * (r + 0.5);
          sums.x += mass * (c + 0.5);
          sums.down += mass * down[i];
          sums.across += mass * across[i];
        }
      }
      if (sums.mass === 0) continue;
      const [x, y] = [x0 + dx * sums.x / sums.mass, top + dy * sums.y / sums.mass];
      const toX = x + dx * sums.across / sums.mass / spacing[1];
      arrows.push(x, y, toX, y + dy * sums.down / sums.mass / spacing[0]);
    }
  }
  const panel = (title, values) => ({ title, values, height, width });
  const svg = mapFigure({
    title: `Rain moved by transport${time === void 0 ? "" : `, ${time.replace("T", " ")}`}`,
    panels: [
      { ...panel("forecast, and where it belongs", forecast), arrows },
      panel("truth", truth),
      panel("surplus", score.surplusMap),
      panel("missing", score.missingMap)
    ],
    scale: rainScale(/h-1|\/h/.test(units) ? {} : { first: 0.5 }),
    units,
    columns: 2,
    firstRow,
    axes,
    coast
  });
  const observed = score.moved + score.missing;
  const share = (v) => `${Math.round(100 * v / observed)} %`;
  const way = Number.isNaN(score.meanDisplacement) ? "nothing is moved" : `moved ${Number(score.meanDisplacement.toPrecision(3))} km on average`;
  return {
    svg,
    alt: `Arrows from forecast rain to observed rain${time === void 0 ? "" : ` of ${time}`}: ${way}, surplus ${share(score.surplus)} of the observed rain, missing ${share(score.missing)}`
  };
}
var indexAxes = (height, width) => ({
  x: { name: "column", range: [0, width] },
  y: { name: "row", range: [0, height] }
});

// pages/write-page.ts
import { mkdir } from "node:fs/promises";
import { dirname, extname } from "node:path";
async function writePage(path, html) {
  if (extname(path).toLowerCase() !== ".html") {
    throw new OptionsError(`writePage: "${path}" must end in .html`, "path", path);
  }
  await mkdir(dirname(path), { recursive: true });
  await writeAtomically(path, html);
}

export {
  changeSection,
  mapAxes,
  fieldMaps,
  ensemblePage,
  isSolve,
  solutionPage,
  trainingPage,
  movedRain,
  writePage
};
