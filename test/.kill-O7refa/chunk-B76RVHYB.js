import {
  encode,
  writeAtomically
} from "./chunk-72SAAEYX.js";
import {
  DomainError,
  OptionsError,
  ShapeError
} from "./chunk-Y46VEHZ7.js";

// report/csv.ts
function csvText(header, rows) {
  const line = (cells) => cells.map(cellText).join(",");
  return `${[header, ...rows].map(line).join("\r\n")}\r
`;
}
function cellText(cell) {
  if (cell === null || cell === void 0 || typeof cell === "number" && !Number.isFinite(cell)) return "";
  const text2 = String(cell);
  return /[",\r\n]/.test(text2) ? `"${text2.replaceAll('"', '""')}"` : text2;
}

// report/style.ts
var fontFamily = "DejaVu Sans, Verdana, sans-serif";
var ink = "#222222";
var missingGrey = "#b4b4b4";
var curveColors = [
  "#0072b2",
  "#d55e00",
  "#009e73",
  "#cc79a7",
  "#e69f00",
  "#56b4e9",
  "#000000"
];
function escapeXml(text2) {
  return text2.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
function shortNumber(value) {
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size >= 1e5 || size < 1e-3)
    return value.toExponential(3).replace(/\.?0+e/, "e").replace("e+", "e").replaceAll("-", "\u2212");
  return String(Number(value.toPrecision(4))).replaceAll("-", "\u2212");
}

// report/vega.ts
var config = {
  font: fontFamily,
  background: "white",
  padding: 12,
  view: { stroke: null },
  axis: {
    labelFontSize: 12,
    titleFontSize: 13,
    titleFontWeight: "normal",
    titlePadding: 8,
    labelColor: ink,
    titleColor: ink,
    domainColor: "#888888",
    tickColor: "#888888",
    gridColor: "#e4e4e4"
  },
  legend: { labelFontSize: 12, titleFontSize: 12, labelColor: ink, labelLimit: 320, symbolStrokeWidth: 2.5 },
  title: { fontSize: 15, fontWeight: "bold", color: ink, anchor: "start", offset: 10 }
};
var strictLogger = {
  level: (() => strictLogger),
  error: refuse,
  warn: refuse,
  info: () => strictLogger,
  debug: () => strictLogger
};
function refuse(...words) {
  throw new DomainError(`drawChart: ${words.join(" ")}; correct the chart's specification`);
}
async function drawChart(spec) {
  const [{ Error: errorLevel, parse, View }, { compile }] = await Promise.all([import("vega"), import("vega-lite")]);
  const compiled = compile(spec, { config, logger: strictLogger });
  const view = new View(parse(compiled.spec), { renderer: "none", logLevel: errorLevel });
  try {
    return await view.toSVG();
  } finally {
    view.finalize();
  }
}

// report/rank-figure.ts
async function rankFigure(options) {
  const { title, width = 420, height = 260 } = options;
  const counts = Array.from(options.counts);
  if (counts.length < 2)
    throw new OptionsError(
      `rankFigure: expected members + 1 counts, at least 2, got ${counts.length}`,
      "counts",
      counts
    );
  const bad = counts.findIndex((count) => !(count >= 0 && Number.isFinite(count)));
  if (bad >= 0)
    throw new DomainError(`rankFigure: count of rank ${bad} is ${counts[bad]}, expected 0 or more`, counts[bad]);
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total === 0) throw new DomainError("rankFigure: all counts are 0; nothing was ranked", counts);
  const even = 1 / counts.length;
  const half = 1.96 * Math.sqrt(even * (1 - even) / total);
  const value = (datum) => ({ datum, type: "quantitative" });
  return drawChart({
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    width,
    height,
    ...title !== void 0 && { title },
    layer: [
      {
        data: { values: counts.map((count, rank) => ({ rank, frequency: count / total })) },
        mark: { type: "bar", color: curveColors[5], binSpacing: 0, stroke: "white", width: { band: 0.92 } },
        encoding: {
          x: {
            field: "rank",
            type: "ordinal",
            title: "rank of the observation among the members",
            axis: { labelAngle: 0, labelOverlap: true, grid: false }
          },
          y: { field: "frequency", type: "quantitative", title: "relative frequency", scale: { zero: true } }
        }
      },
      {
        data: { values: [{ low: Math.max(0, even - half), high: even + half }] },
        mark: { type: "rect", color: "#000000", opacity: 0.12 },
        encoding: { y: { field: "low", type: "quantitative" }, y2: { field: "high" } }
      },
      {
        data: { values: [{}] },
        mark: { type: "rule", color: "#000000", strokeDash: [6, 4], strokeWidth: 1.5 },
        encoding: { y: value(even) }
      }
    ]
  });
}

// report/ticks.ts
function niceTicks(low, high, most) {
  const rough = (high - low) / most;
  const decade = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10, 20].map((digit) => digit * decade).find((size) => countWithin(low, high, size) <= most);
  const first = Math.ceil(low / step - 1e-9);
  return Array.from({ length: countWithin(low, high, step) }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}
function countWithin(low, high, step) {
  return Math.floor(high / step + 1e-9) - Math.ceil(low / step - 1e-9) + 1;
}
function logTicks(low, high, most) {
  const [first, last] = [Math.floor(Math.log10(low)), Math.ceil(Math.log10(high))];
  const inside = (value) => value >= low * (1 - 1e-9) && value <= high * (1 + 1e-9);
  const decades = Array.from({ length: last - first + 1 }, (_, i) => first + i);
  const powers = decades.filter((decade) => inside(Number(`1e${decade}`)));
  if (powers.length < 3)
    return decades.flatMap((decade) => [1, 2, 5].map((digit) => Number(`${digit}e${decade}`)).filter(inside));
  const every = Math.ceil(powers.length / most);
  return powers.filter((decade) => decade % every === 0).map((decade) => Number(`1e${decade}`));
}

// report/chart-axis.ts
function axisSpec(axis, extent, rounded) {
  const { name: title, log = false, reversed: reverse = false } = axis;
  const common = { type: "quantitative", title };
  if (!log)
    return {
      ...common,
      scale: { type: "linear", zero: false, nice: rounded, reverse },
      axis: { tickCount: 6 }
    };
  const domain = logDomain(extent, rounded);
  return {
    ...common,
    scale: { type: "log", nice: false, domain, reverse },
    axis: {
      values: logTicks(domain[0], domain[1], 8),
      labelExpr: "datum.value >= 1e5 || datum.value < 1e-3 ? replace(format(datum.value, '~e'), '+', '') : format(datum.value, '~f')",
      labelOverlap: true
    }
  };
}
function extentOf(columns) {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const column of columns)
    for (let i = 0; i < column.length; i += 1) {
      const value = column[i];
      if (value < low) low = value;
      if (value > high) high = value;
    }
  return low <= high ? [low, high] : [1, 10];
}
function logDomain([low, high], rounded) {
  const ends = rounded ? [oneTwoFive(low).at(0), oneTwoFive(high).at(1)] : [low, high];
  return ends[0] < ends[1] ? ends : [low / 2, high * 2];
}
function oneTwoFive(value) {
  const decade = Math.floor(Math.log10(value));
  const steps2 = [decade - 1, decade, decade + 1].flatMap((ten) => [1, 2, 5].map((digit) => Number(`${digit}e${ten}`)));
  return [steps2.findLast((step) => step <= value * (1 + 1e-9)), steps2.find((step) => step >= value * (1 - 1e-9))];
}

// report/curve-figure.ts
async function curveFigure(options) {
  const { curves, x, y, title, width = 560, height = 340 } = options;
  check(options);
  const heights = curves.flatMap((curve) => [curve.y, ...curve.band ? [curve.band.low, curve.band.high] : []]);
  const xAxis = { field: "x", ...axisSpec(x, extentOf(curves.map((curve) => curve.x)), false) };
  const yAxis = axisSpec(y, extentOf(heights), true);
  const names = curves.map((curve) => curve.name);
  const rows = curves.flatMap(
    (curve) => Array.from(curve.x, (at2, i) => ({ curve: curve.name, x: at2, y: orGap(curve.y[i]) }))
  );
  const lone = rows.filter((row, i) => {
    const joins = (other) => other?.curve === row.curve && other.y !== null;
    return row.y !== null && !joins(rows[i - 1]) && !joins(rows[i + 1]);
  });
  const bands = curves.flatMap(
    ({ name, x: xs, band }) => band ? Array.from(xs, (at2, i) => ({ curve: name, x: at2, low: orGap(band.low[i]), high: orGap(band.high[i]) })) : []
  );
  const legend = curves.length === 1 ? null : {
    title: null,
    orient: "top",
    columns: Math.min(4, names.length),
    symbolType: "stroke",
    symbolSize: 500,
    symbolOpacity: 1
  };
  const byCurve = { field: "curve", type: "nominal", legend };
  const color = {
    ...byCurve,
    scale: { domain: names, range: names.map((_, i) => curveColors[i % curveColors.length]) }
  };
  const dash = { ...byCurve, scale: { domain: names, range: curves.map((curve) => curve.dashed ? [6, 4] : [1, 0]) } };
  const bandLayer = {
    data: { values: bands },
    mark: { type: "area", opacity: 0.18 },
    encoding: { x: xAxis, y: { field: "low", ...yAxis }, y2: { field: "high" }, color }
  };
  const lineLayer = {
    data: { values: rows },
    mark: { type: "line", strokeWidth: 2, invalid: "break-paths-show-domains" },
    encoding: { x: xAxis, y: { field: "y", ...yAxis }, color, strokeDash: dash }
  };
  const loneLayer = {
    data: { values: lone },
    mark: { type: "circle", size: 18, opacity: 1 },
    encoding: { x: xAxis, y: { field: "y", ...yAxis }, color }
  };
  return drawChart({
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    width,
    height,
    ...title !== void 0 && { title },
    layer: [bandLayer, lineLayer, loneLayer].filter((layer) => layer.data.values.length > 0)
  });
}
function orGap(value) {
  return Number.isNaN(value) ? null : value;
}
function check({ curves, x, y }) {
  if (curves.length === 0)
    throw new OptionsError("curveFigure: expected at least one curve, got none", "curves", curves);
  const seen = /* @__PURE__ */ new Set();
  for (const curve of curves) {
    if (seen.has(curve.name))
      throw new OptionsError(
        `curveFigure: two curves are called "${curve.name}"; name them apart`,
        "curves",
        curve.name
      );
    seen.add(curve.name);
    const columns = [curve.y, ...curve.band ? [curve.band.low, curve.band.high] : []];
    for (const column of columns) {
      if (column.length !== curve.x.length)
        throw new ShapeError(`curveFigure: "${curve.name}"`, [curve.x.length], [column.length], "as many y as x");
      checkValues(`y of "${curve.name}"`, column, y, true);
    }
    checkValues(`x of "${curve.name}"`, curve.x, x, false);
  }
}
function checkValues(what, values, axis, gaps) {
  for (let i = 0; i < values.length; i += 1) {
    const value = values[i];
    if (gaps && Number.isNaN(value)) continue;
    if (!Number.isFinite(value))
      throw new DomainError(
        `curveFigure: ${what} is ${value} at ${i}; expected finite numbers${gaps ? " or NaN" : ""}`,
        value
      );
    if (axis.log && value <= 0)
      throw new DomainError(
        `curveFigure: ${what} is ${value} at ${i}, on a logarithmic axis; drop the point or set log to false`,
        value
      );
  }
}

// report/verification-figures.ts
var at = (threshold, units) => `\u2265 ${shortNumber(threshold)}${units ? ` ${units}` : ""}`;
var diagonal = (name, to = 1) => ({ name, x: [0, to], y: [0, to], dashed: true });
function reliabilityFigure({ reliability }, units) {
  const curves = reliability.map(({ threshold, dots }) => ({
    name: at(threshold, units),
    x: dots.map(({ probability }) => probability),
    y: dots.map(({ frequency }) => frequency)
  }));
  return curveFigure({
    curves: [...curves, diagonal("reliable")],
    x: { name: "share of members with the event" },
    y: { name: "share of cells with the event" },
    title: "Reliability",
    width: 380,
    height: 380
  });
}
function rocFigure({ roc }, units) {
  const curves = roc.map(({ threshold, curve }) => ({
    name: at(threshold, units),
    x: curve.map(({ pofd }) => Number.isNaN(pofd) ? 0 : pofd),
    y: curve.map(({ pod }) => pod)
  }));
  return curveFigure({
    curves: [...curves, diagonal("no skill")],
    x: { name: "probability of false detection" },
    y: { name: "probability of detection" },
    title: "Relative operating characteristic",
    width: 380,
    height: 380
  });
}
function quantileFigure({ quantiles }, units) {
  const { forecast, truth } = quantiles;
  const of = units === void 0 ? "" : `, ${units}`;
  return curveFigure({
    curves: [{ name: "forecast", x: truth, y: forecast }, diagonal("equal", Math.max(...truth, 0))],
    x: { name: `quantiles of the truth${of}` },
    y: { name: `quantiles of the forecast${of}` },
    title: "Quantiles from 5 % to 99.99 %",
    width: 380,
    height: 380
  });
}
function spectrumFigure({ spectrum }) {
  const curve = (name, power, dashed = false) => {
    const kept = power.flatMap((p, k) => p > 0 ? [[k + 1, p]] : []);
    return { name, x: kept.map(([k]) => k), y: kept.map(([, p]) => p), dashed };
  };
  return curveFigure({
    curves: [curve("forecast, mean of members", spectrum.forecast), curve("truth", spectrum.truth, true)],
    x: { name: "wavenumber, cycles over the longer side", log: true },
    y: { name: "power", log: true },
    title: "Radially averaged spectra"
  });
}
function fssFigure(fss, units) {
  const thresholds = [...new Set(fss.map(({ threshold }) => threshold))];
  const curves = thresholds.map((threshold) => {
    const own = fss.filter((each) => each.threshold === threshold);
    return { name: at(threshold, units), x: own.map(({ window }) => window), y: own.map((each) => each.fss) };
  });
  return curveFigure({
    curves,
    x: { name: "side of the window, cells", log: true },
    y: { name: "fractions skill score" },
    title: "Fractions skill score"
  });
}

// report/write-picture.ts
import { mkdir } from "node:fs/promises";
import { dirname, extname } from "node:path";

// report/png.ts
import { createRequire } from "node:module";
import { Resvg } from "@resvg/resvg-js";
var require2 = createRequire(import.meta.url);
var fontFiles = ["DejaVuSans.ttf", "DejaVuSans-Bold.ttf"].map(
  (name) => require2.resolve(`dejavu-fonts-ttf/ttf/${name}`)
);
function svgToPng(svg, scale = 1) {
  if (!(scale >= 0.1 && scale <= 10))
    throw new DomainError(`svgToPng: scale must lie in 0.1 \u2026 10, got ${scale}`, scale);
  try {
    const resvg = new Resvg(svg, {
      fitTo: { mode: "zoom", value: scale },
      background: "white",
      font: { loadSystemFonts: false, fontFiles, defaultFontFamily: "DejaVu Sans", sansSerifFamily: "DejaVu Sans" }
    });
    return new Uint8Array(resvg.render().asPng());
  } catch (cause) {
    throw new DomainError(`svgToPng: not an SVG that can be drawn, it begins "${svg.slice(0, 40)}"`, svg, { cause });
  }
}

// report/write-picture.ts
async function writePicture(path, svg, options = {}) {
  const ending = extname(path).toLowerCase();
  if (ending !== ".svg" && ending !== ".png")
    throw new OptionsError(`writePicture: "${path}" must end in .svg or .png`, "path", path);
  const bytes = ending === ".svg" ? svg : svgToPng(svg, options.scale);
  await mkdir(dirname(path), { recursive: true });
  await writeAtomically(path, bytes);
}

// report/chart.ts
function drawChart2(spec) {
  return drawChart(spec);
}

// report/color-scale.ts
var rainColors = [
  "#ffffff",
  "#e0f0fa",
  "#b8dcf0",
  "#86c1e4",
  "#4f9fd2",
  "#2477b8",
  "#154f94",
  "#3f2f8c",
  "#7a2a95",
  "#b81e82",
  "#e0314f",
  "#f5822e"
];
var viridis = [
  "#440154",
  "#482878",
  "#3e4989",
  "#31688e",
  "#26828e",
  "#1f9e89",
  "#35b779",
  "#6ece58",
  "#b5de2b",
  "#fde725"
];
var blueWhiteRed = ["#2166ac", "#67a9cf", "#d1e5f0", "#f7f7f7", "#fddbc7", "#ef8a62", "#b2182b"];
function rainScale(options = {}) {
  const { first = 0.1, steps: steps2 = 11 } = options;
  if (!Number.isInteger(steps2) || steps2 < 2 || steps2 > 11)
    throw new DomainError(`rainScale: steps must be a whole number from 2 to 11, got ${steps2}`, steps2);
  const digits = [1, 2, 5];
  const decade = Math.floor(Math.log10(first) + 1e-9);
  const start = digits.findIndex((digit) => Math.abs(first / 10 ** decade - digit) < 1e-6);
  if (start < 0)
    throw new DomainError(
      `rainScale: first must be 1, 2 or 5 times a power of ten, got ${first}; use 0.1, 0.2 or 0.5`,
      first
    );
  const edges = Array.from({ length: steps2 }, (_, i) => {
    const place = start + i;
    return Number(`${digits[place % 3]}e${decade + Math.floor(place / 3)}`);
  });
  const colors = steps2 === 11 ? rainColors : [rainColors[0], ...edges.map((_, i) => mix(rainColors.slice(1), i / (steps2 - 1)))];
  return { kind: "steps", edges, colors };
}
function smoothScale(low, high) {
  checkRange("smoothScale", low, high);
  return { kind: "smooth", range: [low, high], colors: viridis };
}
function differenceScale(limit) {
  checkRange("differenceScale", -limit, limit);
  return { kind: "smooth", range: [-limit, limit], colors: blueWhiteRed };
}
function checkRange(who, low, high) {
  if (!(low < high) || !Number.isFinite(low) || !Number.isFinite(high))
    throw new DomainError(`${who}: expected finite low < high, got ${low} and ${high}`, [low, high]);
}
function checkScale(scale) {
  if (scale.kind === "smooth") {
    checkRange("colour scale", scale.range[0], scale.range[1]);
    if (scale.colors.length < 2) throw new ShapeError("colour scale", "at least two colours", `${scale.colors.length}`);
    return;
  }
  if (scale.colors.length !== scale.edges.length + 1)
    throw new ShapeError(
      "colour scale: colours",
      [scale.edges.length + 1],
      [scale.colors.length],
      "one more than edges"
    );
  scale.edges.forEach((edge, i) => {
    if (!(i === 0 ? Number.isFinite(edge) : edge > scale.edges[i - 1]))
      throw new DomainError(`colour scale: edges must increase, got ${scale.edges.join(", ")}`, scale.edges);
  });
}
function painter(scale) {
  if (scale.kind === "steps") {
    const colors = scale.colors.map(toRgb);
    return (value) => {
      let step = 0;
      while (step < scale.edges.length && value >= scale.edges[step]) step += 1;
      return colors[step];
    };
  }
  const table = Array.from({ length: 256 }, (_, i) => toRgb(mix(scale.colors, i / 255)));
  const [low, high] = scale.range;
  return (value) => table[Math.round(Math.min(1, Math.max(0, (value - low) / (high - low))) * 255)];
}
function toRgb(color) {
  const number = Number.parseInt(color.slice(1), 16);
  if (!/^#[0-9a-f]{6}$/i.test(color))
    throw new DomainError(`toRgb: expected a colour like "#1f9e89", got "${color}"`, color);
  return [number >> 16, number >> 8 & 255, number & 255];
}
function mix(colors, place) {
  const position = place * (colors.length - 1);
  const left = Math.min(colors.length - 2, Math.floor(position));
  const [a, b] = [toRgb(colors[left]), toRgb(colors[left + 1])];
  const channels = a.map((channel, i) => Math.round(channel + (b[i] - channel) * (position - left)));
  return `#${channels.map((channel) => channel.toString(16).padStart(2, "0")).join("")}`;
}

// report/coast-outline.ts
var outline = `-596 -800 -3 -5 -3 -5 -21 1 -22 0 -12 3 0 1 -6 2 23 0 21 -1 8 4 5 4 10 -4
-1592 -795 -19 -1 -13 3 -6 4 -1 0 -6 3 6 4 19 -2 10 -3 7 -3 3 -5
-452 -780 13 -5 4 -6 1 -4 1 -5 -16 -3 -16 -3 -19 -2 -21 -2 -24 0 -13 4 2 4 21 3 9 3 6 4 5 4 6 3 6 5 5 0 15 2 15 -2
-1212 -735 13 -2 12 2 -6 -3 -9 -3 -14 1 -10 3 2 4 12 -2
-1256 -735 16 -4 -6 1 -13 1 -14 2 7 3 10 -3
-990 -719 11 -2 11 1 6 -5 -8 1 -12 -1 -12 1 -14 -1 -10 2 -5 4 6 2 13 -2 14 0
-685 -710 2 -4 -2 -4 -3 -4 -12 -1 -11 -2 -13 0 5 4 -12 -1 -11 -2 -8 3 0 4 11 4 7 1 11 0 3 5 1 4 0 8 5 5 9 1 6 -4 2 -3 4 -5 4 -4 2 -5
-1799 -847 8 6 18 -4 2 1 2 1 4 1 3 1 1 0 2 0 1 0 14 -4 13 4 2 0 29 2 10 -2 5 -1 15 -4 28 -2 23 -3 38 -3 29 3 43 -2 24 -3 26 3 28 3 2 4 -39 1 -33 2 -8 4 -27 2 2 5 4 4 3 3 -2 5 -16 2 -8 4 -15 3 24 -1 23 2 15 -3 17 3 17 3 8 4 -4 4 -13 2 -14 3 -21 1 -18 1 -19 1 -7 4 -13 3 -8 4 -3 11 5 -1 9 -3 17 1 16 1 8 -4 16 1 13 2 13 3 11 3 15 1 0 4 -4 4 3 3 13 2 6 -3 15 2 12 2 14 0 13 1 14 3 11 2 12 2 8 -1 7 0 14 1 14 -2 13 0 14 2 13 -1 15 -1 14 0 14 0 15 0 14 0 10 3 12 2 13 -2 12 1 11 4 6 -3 4 -4 6 -3 10 3 12 -4 14 -1 11 -3 15 1 12 2 15 -1 14 -1 14 -2 5 4 -7 4 -5 3 -12 1 -6 4 -2 3 -4 8 8 -2 13 0 13 0 12 -1 10 -3 4 -4 14 0 13 1 13 2 13 1 10 -2 13 1 9 7 8 -4 11 -2 13 1 8 -4 13 0 12 -1 12 -3 8 4 4 4 10 -4 14 1 10 -2 7 -4 13 1 10 2 11 3 12 1 14 2 13 1 9 2 6 3 3 5 -2 4 -3 4 -3 3 -3 4 -3 4 0 4 1 4 4 3 4 5 2 3 -2 5 -1 4 4 4 6 3 6 4 7 3 8 3 4 4 6 3 6 3 10 0 6 3 7 2 8 1 7 3 6 3 8 1 6 -2 -4 -4 -10 -3 -4 -2 -8 2 -8 -1 -7 -2 -7 -3 -5 -3 -1 -4 0 -4 5 -3 -7 -2 -9 -1 -6 -3 -6 -3 -6 -5 -2 -4 4 -4 5 -3 8 -2 8 -3 4 -4 2 -4 3 -4 5 -3 3 -4 1 -9 3 -4 1 -4 3 -4 -1 -5 -6 -4 -6 -3 -13 -2 -4 -3 -7 -4 -15 -3 -13 -2 -12 -2 -14 -2 -8 -4 -16 -1 -18 1 -16 -1 -16 0 3 -4 15 -2 11 -3 6 -3 -11 -3 -17 1 -14 -3 -1 -4 0 -4 12 -3 2 -4 12 -4 22 -1 18 -3 14 -3 18 -3 25 -2 24 -2 17 -3 19 -4 10 -4 5 -4 12 3 16 3 18 3 21 3 17 3 25 0 25 -1 20 -3 6 4 14 3 26 1 19 2 19 2 21 1 22 2 15 3 -7 3 -4 4 0 3 -19 0 -21 -2 -19 0 -3 4 1 8 5 2 14 2 17 2 12 3 12 3 9 4 14 2 13 1 7 1 16 1 14 1 13 2 12 2 11 3 14 3 9 3 9 3 3 4 -11 2 4 4 7 4 10 1 11 3 10 3 8 4 5 5 7 2 12 0 5 -4 12 0 0 4 5 4 11 -1 3 -4 12 -1 13 2 12 1 11 0 5 -4 11 3 10 2 11 1 11 1 11 3 11 1 8 3 6 3 8 -2 10 1 8 -5 5 -3 12 2 4 4 10 2 13 0 4 -4 8 4 11 1 12 0 11 0 11 -1 11 -1 4 -3 7 -3 11 2 11 0 12 0 11 0 10 2 11 1 8 3 10 1 10 1 8 3 5 6 6 3 10 -2 4 -3 9 -2 10 0 7 -3 7 -3 11 3 3 4 9 2 11 3 9 1 12 2 8 2 8 3 8 2 9 -1 9 3 7 3 9 0 9 2 1 4 9 3 8 1 10 2 9 1 9 -1 10 -1 8 -2 1 -5 8 -3 6 -3 12 -1 7 -3 8 -3 10 0 8 2 9 4 9 -2 10 -1 9 -2 10 0 10 0 8 -11 0 -2 -1 -5 -10 -2 -8 -4 1 -4 12 0 -2 -4 -5 -3 -5 -5 8 -3 12 -1 11 2 6 4 3 4 6 3 6 3 2 3 6 5 6 1 11 1 10 1 10 1 5 4 3 4 7 4 10 2 8 2 6 4 6 1 7 2 10 -1 9 1 10 1 11 0 7 2 5 7 4 -3 4 -5 9 -1 9 -1 10 1 10 -1 9 0 7 1 8 -1 8 -2 9 2 11 0 9 1 10 -1 7 3 5 3 7 3 12 7 7 -1 7 -3 7 -3 13 -6 10 -1 9 0 11 2 10 1 9 3 6 3 12 0 7 2 8 -2 5 -3 7 -3 11 0 7 -2 12 -3 12 -1 11 1 8 3 6 3 9 1 9 -1 11 -1 9 1 9 0 9 -1 9 -1 9 2 11 2 10 0 11 0 10 1 9 1 2 5 1 4 6 -3 2 -4 3 -4 4 -4 9 -2 11 1 13 0 9 1 13 0 10 0 13 0 11 -1 7 -3 -2 -4 6 -3 11 -2 11 -3 13 -2 14 -1 10 -2 11 0 7 3 9 -2 7 -3 9 -3 12 -1 12 -1 5 -4 11 -2 8 -4 11 -1 11 0 11 -1 12 0 12 0 11 -2 11 -2 10 -2 7 -3 -1 -4 -5 -3 -5 -5 -3 -3 -5 -5 -13 -1 -6 -4 -13 -2 -5 -4 -6 -3 -8 -4 -4 -4 -2 -3 -1 -5 0 -4 6 -4 2 -3 4 -4 19 -1 4 -5 -18 -1 -15 -2 -19 -1 -9 -5 -2 -5 -4 -4 -5 -3 13 -4 5 -4 9 -4 12 -3 14 -3 15 -3 23 -3 5 -5 29 -2 2 -1 7 -3 28 2 23 -3 -3583 -2
-678 -538 13 -7 14 -2 -4 -5 -10 0 -5 3 -3 -4 -8 -3 -11 1 -8 3 -10 1 -13 6 -10 5 -14 12 9 -2 14 -7 13 -4 5 5 3 7 10 4 7 -1 3 -5 5 -7
-585 -511 8 -4 -3 -4 -14 -3 -4 4 -9 -5 -5 5 12 5 8 -2 7 4
703 -497 -16 -1 0 6 2 4 0 2 7 -3 9 -2 1 -2 -3 -4
1454 -408 10 -3 5 1 8 2 6 -1 1 -12 -4 -3 -1 -8 -3 3 -7 -7 -2 0 -7 1 -6 8 -1 7 -6 8 0 5 7 -1
1730 -409 2 -4 8 4 2 -4 0 -5 -3 -4 -7 -8 -5 -4 4 -5 -8 0 -8 -3 -3 -7 -6 -10 -8 -5 -5 -2 -9 0 -6 3 -11 1 -2 3 5 8 13 10 6 2 8 3 8 6 6 5 5 7 4 3 1 5 7 5 2 -4
1746 -362 7 -10 1 7 4 -3 2 -8 8 -3 6 -1 6 4 5 -1 -2 -9 -3 -6 -8 1 -3 -3 1 -5 -1 -2 -4 -5 -5 -7 -8 -4 -1 3 -4 1 5 8 -3 6 -11 4 1 4 7 3 1 8 0 6 -4 7 0 2 -5 4 -7 9 -5 7 4 0 6 -5 7 -3 3 -9
1671 -222 -4 -2 -5 3 -7 4 -7 6 -6 7 -2 3 5 0 5 -4 5 -3 3 -3 8 -6 5 -5
1784 -173 3 -3 -1 -6 -7 -1 -5 1 -1 5 4 3 4 -1 3 2
-1800 -166 3594 -2 -7 -2 -1 4 5 2 3 0 -3594 3
-1800 -161 2 1 -1 -5
1678 -165 -3 -1 -3 4 0 3 6 -6
1671 -149 2 -8 -3 1 -2 -1 -1 3 -1 8 5 -3
501 -136 1 -12 3 -4 -1 -5 -2 -3 -3 6 -2 -3 2 -8 -1 -4 -3 -2 -1 -9 -4 -11 -5 -14 -6 -19 -4 -14 -4 -11 -8 -3 -9 -4 -6 3 -8 3 -2 5 -1 9 -4 8 0 7 1 8 5 1 0 4 5 7 1 7 -3 4 -2 7 0 9 3 5 1 7 5 0 6 2 4 2 4 0 6 6 8 6 3 5 -1 4 4 -1 5 7 1 6 3 5 3 -5 3 -4 3 -7
1436 -138 3 -7 7 3 3 -4 5 -4 -1 -4 2 -9 1 -5 3 -1 3 -9 -1 -5 3 -7 11 -5 7 -5 6 -4 -1 -2 6 -7 4 -10 4 2 4 -5 2 2 2 -11 7 -6 5 -4 8 -8 2 -8 1 -5 -1 -7 5 -8 -1 -9 -2 -5 -2 -9 0 -5 -2 -7 -5 -10 -7 -4 -4 -8 -3 -5 -3 -9 -4 -5 -2 -7 -2 -7 1 -3 -6 -4 -11 0 -9 -4 -5 -4 -6 -4 -8 4 -6 2 1 5 -5 -2 -9 -7 -9 3 -5 1 -6 1 -10 3 -6 6 -2 8 -2 5 -5 4 -10 1 3 5 -2 7 -5 -7 -9 -2 6 6 1 6 4 5 -1 7 -8 -9 -6 -3 -4 -8 -8 4 0 6 -6 7 -5 4 2 2 -13 6 -7 0 -10 5 -18 -1 -13 -3 -11 -4 -10 1 -10 -5 -9 -3 -2 -5 -3 -4 -9 0 -6 -1 -9 2 -7 -1 -7 -1 -6 -5 -3 0 -5 -2 -5 -4 -7 1 -7 0 -10 6 -6 2 0 6 5 1 2 2 0 4 1 7 -1 6 -5 10 -2 6 0 5 -4 7 0 3 -4 4 -2 8 -5 8 -2 4 5 -4 -4 9 5 -3 3 -4 0 5 -5 8 -1 3 -2 3 1 6 2 2 1 5 -1 6 4 7 1 -7 4 7 9 3 4 4 8 4 5 1 2 -1 8 3 6 1 2 3 3 0 5 0 11 3 5 5 3 5 5 5 1 4 0 5 7 9 4 -9 5 2 -4 5 3 5 5 -2 1 7 5 5 3 4 5 2 0 3 4 -1 0 2 5 1 5 2 7 -5 6 -6 6 0 6 -1 -2 6 5 8 4 2 -1 3 4 6 6 3 5 -1 9 2 0 5 -8 3 6 2 6 -3 6 -4 8 -2 3 1 6 -3 6 2 4 0 2 1 5 -5 -3 -5 -4 -4 -3 0 1 -4 -3 -5 -4 -5 1 -3 8 -6 8 -3 5 -3 7 -6 3 0 5 -3 2 -3 9 -3 7 3 2 6 2 4 1 6 3 8 -1 4 0 3 -1 6 2 8 1 2 -1 3 2 5 2 6 0 3 4 3 3 -5 1 -6 2 -1 1 -4 3 -5 1 -6 0 -4
1621 -105 3 -3 -7 0 -4 6 6 -2 2 -1
1207 -102 -4 -1 -13 7 9 2 5 -3 4 -3 -1 -2
1609 -99 -4 0 -6 1 -3 2 1 4 7 -2 3 -2 2 -3
1617 -96 -2 -2 -7 9 -2 6 3 0 4 -8 4 -5
1244 -101 -8 -3 -1 2 1 3 4 6 10 4 1 2 8 3 7 0 4 1 3 -1 -3 -3 -11 -4 -8 -3 -7 -7
1179 -81 4 -3 6 1 2 -4 -11 -2 -7 -1 -6 0 4 5 5 1 3 3
1229 -81 -1 -6 -15 -2 -14 1 0 4 8 2 6 -3 7 0 9 4
1599 -83 0 -2 -8 4 -5 3 -4 4 2 1 4 -3 8 -4 3 -3
1575 -73 -2 -1 -4 2 -4 4 0 2 6 -4 4 -3
1086 -68 19 -1 3 4 18 -4 4 -7 15 -2 12 -6 -11 -4 -11 5 -9 -1 -11 1 -9 2 -12 4 -7 1 -4 -2 -18 4 -2 5 -9 0 7 10 12 -1 8 -3 4 -1 1 -4
1347 -62 -5 -7 -1 8 2 3 2 4 2 -3 0 -5
1559 -68 -3 -1 -4 4 -5 6 -2 8 2 1 1 -3 3 -3 4 -6 5 -3 -1 -3
1520 -55 -5 -1 -2 -2 -5 -3 -6 -2 -5 0 -8 3 -6 3 1 3 9 -2 5 1 2 5 1 0 1 -5 6 0 3 4 5 3 -1 6 6 1 2 -2 0 -6 -3 -6
1272 -35 -3 -3 -7 2 -2 4 10 1 2 -4
1305 -31 3 -8 -8 5 -8 0 -6 0 -7 0 2 6 13 0 11 -3
1531 -45 -3 -3 -2 6 -2 4 -4 3 -6 5 -7 3 2 2 6 -3 3 -2 4 -2 4 -5 4 -3 1 -5
1341 -12 3 -16 11 -6 8 11 11 6 9 0 9 -4 7 -3 11 -2 17 -7 19 -6 7 -5 5 -5 2 -6 16 -6 3 -5 -9 -1 2 -7 9 -6 6 -11 6 0 0 -4 7 -2 -3 -2 11 -4 -1 -3 -7 -1 -2 3 -9 1 -10 2 -8 6 -5 6 -6 8 -13 5 -8 -3 -6 -3 1 -8 -8 -3 -5 1 -11 1 -9 8 -10 2 -2 -3 -13 0 4 8 7 3 -3 11 -5 8 -19 9 -8 0 -15 10 -3 -5 -4 -1 -2 4 0 4 -8 5 11 3 7 0 -1 3 -15 0 -4 6 -9 2 -4 5 14 2 5 3 16 -4 1 -4
1252 14 -8 -10 -7 -2 -10 2 -16 0 -9 -2 -2 -7 9 -9 6 4 18 4 0 -5 -5 2 -4 -6 -9 -4 10 -13 -2 -3 9 -12 0 -6 -6 -3 -4 3 5 8 -10 -4 -2 3 1 4 -7 6 1 10 -7 -3 1 -12 0 -14 -6 -2 -4 3 3 9 -2 10 -4 0 -3 7 4 7 1 7 5 16 2 4 9 7 8 -3 12 -1 12 0 10 7 1 -2
1287 11 -1 -8 -5 1 -1 -7 4 -5 -3 -1 -4 6 -3 13 2 8 3 4 1 -6 6 -1 1 -4
1058 -59 -11 0 -8 9 -13 8 -4 6 -8 8 -5 7 -8 14 -8 9 -3 8 -4 8 -9 7 -5 8 -8 6 -10 11 -1 5 6 -1 16 -2 9 -9 7 -7 6 -4 9 -11 11 0 8 -7 6 -8 7 -5 -4 -8 6 -4 4 0 1 -7 4 -5 7 -1 5 -7 -2 -12 -1 -16
1179 18 11 -9 -12 -1 -3 -7 0 -9 -9 -7 -1 -10 -4 -15 -1 3 -11 -4 -4 6 -7 1 -5 3 -12 -4 -4 5 -7 0 -8 1 -1 13 -5 3 -5 8 -1 9 1 9 6 7 7 -3 8 2 2 8 4 2 12 2 7 8 5 6 4 4 9 5 7 7 5 8 4 0 5 -5 1 -4 6 -3 9 -3 -1 -4 -7 0 2 -5 -7 -4 -6 -9 7 -9 -1 -5
1264 84 1 -6 0 -6 -3 -9 -4 10 -4 -5 3 -8 -3 -4 -12 6 -3 7 3 5 -6 4 -3 -4 -5 1 -7 -6 -2 3 4 8 6 3 6 4 3 -5 8 3 2 5 7 0 -1 8 8 -5 1 -5 1 -4
812 62 -9 -2 -4 8 -2 14 4 16 7 -5 5 -7 5 -11 -2 -10 -4 -3
-609 101 -9 -1 -2 1 3 3 0 4 6 1 2 0 0 -8
1240 103 -4 -4 -3 -6 -3 -3 -6 7 2 3 2 3 1 6 6 0 -2 -6 8 9 -1 -9
1185 93 -13 -9 5 7 7 6 6 7 5 10 2 -8 -7 -6 -5 -7
1219 119 6 -3 6 0 0 -4 -5 -5 -6 -3 0 5 0 5 -1 5
1255 122 3 -12 -8 3 0 -3 3 -6 -5 -3 0 7 -3 1 -2 6 6 -1 0 4 -6 8 9 -1 3 -3
1215 131 -2 -9 -5 5 -5 8 9 -1 3 -3
1213 185 6 -3 3 3 1 -3 -1 -4 3 -7 -2 -8 -6 -4 -2 -8 2 -8 6 -1 4 1 13 -5 -1 -6 3 -2 -1 -5 -8 5 -4 6 -2 -4 -7 6 -9 -2 -5 3 1 4 3 2 -3 3 -1 -4 -5 6 -2 4 0 10 4 -4 1 16 3 9 6 0
-656 182 -2 -2 -8 0 -6 -1 0 5 1 1 8 0 5 -1 2 -2
-769 179 -3 -2 -6 2 -5 3 1 3 4 0 2 0 7 -1 5 -2 2 -3 -7 0
-726 199 9 -2 1 2 8 0 6 -3 2 0 2 -3 6 0 -1 -3 5 0 5 -4 -4 -4 -5 2 -4 0 -4 0 -1 -2 -4 0 -2 2 -3 -1 -4 -7 -3 2 0 2 -7 2 -4 -1 -7 1 -4 -2 -6 3 1 4 10 -2 7 -1 4 3 -5 4 0 4 -6 1 2 3 6 0
1103 187 -8 -5 -8 3 -1 9 5 4 11 3 6 0 2 -4 -4 -4 -3 -6
-1555 191 -2 -2 -2 2 0 2 -2 4 1 1 1 2 0 2 0 1 1 -1 4 -1 2 -1 1 -1 3 -4 -4 -3 -3 -1
-1561 206 -3 0 -2 2 -1 1 1 1 3 -1 3 -1 -1 -2
-1568 212 0 -1 -5 0 0 1 5 0
-1577 213 -1 0 -3 0 -2 2 0 1 3 1 1 0 2 -4
-1593 220 -2 -1 -3 2 1 0 1 1 2 0 1 -2
-797 228 4 -4 10 1 3 -2 9 -6 6 -5 3 0 6 -2 -1 -3 8 0 7 -4 -1 -2 -7 -2 -6 0 -7 1 -15 -1 7 5 -4 3 -6 0 -4 3 -2 6 -6 0 -9 2 -3 2 -13 2 -4 2 4 2 -10 1 -7 -5 -4 0 -2 -3 -4 -1 -5 1 6 3 2 4 4 2 5 2 8 1 2 1 9 -1 8 0 9 -3
-775 238 -3 -1 -2 6 -4 3 2 6 3 0 4 -9 0 -5
1212 228 -5 -8 -5 8 -1 8 6 9 8 8 5 -3 -2 -6 -6 -16
-778 266 -11 -2 -1 4 5 1 7 -1 0 -2
-770 266 -2 -7 -2 1 1 5 -5 4 0 1 8 -4
1346 341 2 -3 -6 -6 -4 3 -5 -2 -3 -6 -6 3 0 5 5 6 6 -2 4 5 7 -3
346 357 -7 -5 1 -1 0 -1 -10 -4 -5 1 -2 4 4 0 1 0 1 3 8 0 9 3
237 357 5 -3 8 0 8 0 -1 -2 6 1 -1 -3 -15 -1 0 2 -12 2 2 4
155 382 -3 -8 1 -3 -2 -5 -8 4 -5 1 -14 5 2 5 11 -1 11 1 7 1
92 412 6 -7 -1 -13 -5 0 -4 -3 -4 3 0 12 -2 6 5 -1 5 3
1410 371 -4 -8 2 -5 -5 -7 -13 -4 -18 -1 -14 -11 -7 3 0 8 -18 -2 -11 -5 -12 0 10 -8 -7 -16 -6 -5 -5 4 2 9 -6 3 -4 7 10 3 5 6 10 6 7 6 20 3 11 -2 10 18 7 -5 15 10 5 4 7 12 -2 12 4 6 11 2 5 -14 0 -8 -9 -10 0 -11
96 422 -4 -8 -4 2 -3 7 2 3 7 4 2 -8
1439 442 7 -2 7 4 2 -11 -14 -3 -9 -10 -16 7 -5 -11 -11 0 -2 10 5 7 11 1 3 14 3 8 11 -11 8 -3
-637 465 8 -1 9 0 -5 -4 -4 0 -12 4 -3 3 4 3 3 -5
-618 491 -5 0 -13 3 -9 5 3 1 13 -3 11 -4 0 -2
-1235 485 -5 -1 -17 4 -3 4 -8 3 -2 3 -11 2 -3 5 0 3 11 -2 6 -2 9 -1 4 -4 5 -4 10 -4 4 -6
-561 507 -7 -9 7 3 6 -2 -3 -3 9 -3 4 3 10 -4 -3 -7 7 2 1 -5 4 -7 -5 -8 -4 -1 -7 2 2 8 -2 2 -12 -9 -6 0 7 5 -10 2 -10 0 -20 0 -1 3 6 4 -4 2 8 6 10 16 7 6 8 3 5 0 -2 -3 -5 -6
-1327 540 10 1 -4 -11 9 -8 -4 0 -6 4 -4 5 -5 3 -1 5 0 3 5 -2
1436 507 11 -17 -15 3 -6 -14 9 -11 0 -7 -8 6 -6 -7 -2 8 1 10 -1 11 2 7 1 14 -6 9 1 14 9 5 -4 4 5 2 2 -7 4 -10 -1 -9 4 -11
-68 523 -18 -6 -14 1 8 11 -5 10 14 8 7 4 9 1 10 -6 -5 -7 2 -7 -8 -9
127 556 -6 -8 -11 6 -1 4 15 3 3 -5
-1530 571 -10 -4 -5 3 -2 5 9 3 6 2 6 -1 5 -3 -9 -5
-30 586 -11 -10 10 1 11 0 -2 -8 -9 -9 10 -1 10 -13 7 -1 6 -12 3 -4 12 -2 -1 -6 -6 -3 4 -5 -9 -5 -13 0 -17 -3 -5 2 -6 -5 -9 1 -7 -3 -6 2 15 10 9 2 -16 2 -3 4 11 3 -6 5 2 7 15 -1 2 6 -7 6 -12 2 -3 3 4 4 -3 3 -6 -5 0 10 -6 5 4 10 8 8 8 0 12 0
-1656 599 -6 -1 -6 1 -7 3 10 2 8 -1 1 -4
-793 622 -4 -6 -4 1 -3 3 1 1 4 3 4 0 2 -2
-819 627 -12 -5 -7 0 -2 3 8 4 13 0 0 -2
-1717 638 6 -2 6 1 8 -3 10 -1 -1 -1 -7 -2 -8 2 -4 2 -9 -1 -2 1 1 4
-852 657 2 -5 5 2 6 -3 11 -3 12 -3 0 -5 8 1 7 -4 -9 -3 -15 3 -6 4 -10 -5 -14 -5 -4 5 -13 -1 8 5 2 8 3 9 7 0
-145 665 -2 -7 11 -7 -13 -7 -29 -7 -9 -2 -13 1 -28 4 10 4 -22 5 18 2 0 3 -21 2 6 7 16 1 15 -7 15 6 13 -3 16 5 17 0
-759 671 -11 0 -2 5 4 5 9 2 8 -3 0 -4 -1 -2 -7 -3
-1800 690 25 -8 26 -10 -1 -6 7 -3 -3 8 27 -2 20 -9 -10 -5 -16 -1 -1 -9 -4 -2 -9 0 -8 3 -13 3 -2 5 -10 1 -12 -1 -5 3 2 4 -12 -2 5 -5 -6 -4
-956 691 -7 -3 -13 3 -8 -1 -14 4 9 3 7 4 10 -2 6 -2 3 -2 7 -4
1800 708 -11 0 -2 3 -3587 4
-1799 716 9 0 14 -3 -1 -2 -10 -2 -13 -1
-905 695 0 -10 13 8 12 -7 -3 -7 10 -7 10 7 7 9 1 11 14 -1 15 -1 13 -5 1 -5 -8 -6 7 -5 -1 -5 -19 -7 -14 -1 -11 3 -3 -5 -9 -9 -3 -4 -12 -7 -14 -1 -8 -4 -1 -6 -11 -2 -13 -8 -10 -11 -4 -8 -1 -12 15 -1 4 -10 5 -7 14 2 19 -4 10 -4 7 -5 12 -3 11 -4 16 -1 11 -1 -1 -8 3 -10 7 -11 15 -10 8 3 5 11 -5 15 -7 6 16 4 11 7 6 7 -1 7 -7 9 -12 7 12 11 -5 9 -3 15 7 3 17 -3 10 -1 9 2 9 -3 12 -6 3 -4 18 0 0 -9 3 -12 9 -2 7 -6 15 6 10 11 6 4 8 -9 13 -12 11 -12 -4 -7 13 -5 9 -6 16 -3 7 -3 4 -8 7 -2 4 -3 1 -12 -7 -3 -7 -4 -17 -3 -12 -9 -17 -1 -22 2 -15 0 -10 -1 -8 -7 -13 -4 -15 -14 -11 -9 8 2 16 13 21 8 15 1 9 -5 -9 -6 3 -11 3 -8 13 -5 17 2 10 11 0 -7 7 -4 -12 -6 -23 -6 -9 -4 -12 -8 -7 1 -1 9 18 8 -16 0 -11 -2 1 -3 -10 -5 -11 -3 -10 -3 -6 -7 -1 -1 0 -6 3 -5 4 0 -1 3 3 -2 -1 -3 -6 -1 -5 0 -8 -2 -4 0 -6 -1 -8 -3 15 2 3 -2 -14 -3 -7 0 0 2 -3 -3 3 -1 -2 -7 -7 -8 -1 3 -2 0 -3 3 2 -5 2 -2 0 -4 -3 -4 -5 -8 -1 1 3 6 -5 4 -2 8 -1 -4 2 -6 -7 1 7 -3 0 -9 3 -1 1 -3 2 -10 -7 -8 -10 -3 -7 -6 -5 0 -5 -4 -1 -3 -11 -7 -6 -5 -4 -6 -2 -7 2 -7 3 -8 5 -7 0 -5 4 -11 0 -7 0 -4 -3 -6 -3 -1 -5 1 -1 4 -4 3 -5 8 -5 8 -2 4 2 7 -2 5 -8 8 -4 2 -10 -5 -2 1 -5 5 -6 2 -11 -1 -9 1 -8 -1 -4 -1 2 -3 0 -4 2 -2 -2 -1 -4 1 -4 -2 -7 0 -7 6 -9 -1 -7 2 -6 -1 -9 -2 -9 -8 -10 -4 -5 -5 -3 -4 0 -7 1 -5 2 -3 -4 -9 -2 -7 -1 -14 -1 -5 2 -5 3 -5 2 -8 7 -7 2 -6 4 -5 11 -2 4 -5 9 3 7 1 8 2 6 2 6 4 3 6 0 8 2 3 7 3 11 2 8 0 6 0 3 -2 0 -5 -6 -5 -2 -7 2 -1 -2 -5 -2 -7 -3 2 -2 0 0 -1 2 -1 0 -2 -2 -5 1 -1 -1 -4 1 -1 -2 -5 -2 -2 -1 -1 -2 -3 3 -2 1 2 3 -2 1 0 2 2 3 0 1 -1 1 0 5 0 5 0 3 1 1 1 3 0 3 -1 2 0 2 1 5 -1 1 -1 3 -2 3 -2 4 -1 3 -3 -1 -1 -1 -2 1 -4 -2 -3 -1 -4 -1 -5 1 -2 0 -5 -1 -1 -1 -4 0 -3 -2 -2 1 -3 1 -2 3 -5 4 -4 5 -4 3 -4 0 -2 4 0 1 0 3 -2 5 1 4 2 6 2 3 3 6 0 -1 -1 6 -1 4 -2 4 -3 3 -2 6 -1 7 7 4 1 0 4 2 8 6 5 6 0 1 2 8 -1 8 5 4 3 4 4 4 0 3 -3 -2 -3 -1 -3 -5 -1 3 -4 0 -6 -5 -5 4 -8 4 0 3 8 -4 3 0 8 12 4 -1 4 4 4 3 -7 7 -1 7 -5 0 -3 9 -1 11 1 5 -4 8 -1 6 3 0 2 12 1 12 0 -8 -3 3 -5 8 0 8 -5 1 -8 5 0 4 -2 7 -4 6 -7 0 -5 4 0 6 -5 4 -3 12 -2 1 2 8 0 10 -2 4 -2 7 -2 11 -8 1 -4 4 0 2 -6 6 -17 5 -2 1 -7 -8 -8 3 -3 18 -1 0 -10 8 6 12 -3 17 -7 5 -5 -2 -6 12 3 19 -5 15 0 15 -8 13 -11 7 -3 9 0 4 -4 3 -12 2 -6 -4 -17 -5 -6 -14 -14 -7 -12 -7 -8 -3 -1 -3 -7 1 -19 -3 -15 -1 -7 -3 -4 -2 -13 -10 -13 -1 -10 -9 -5 -2 -6 -11 0 -15 -4 -8 -4 -11 -3 -11 -8 -9 -10 -1 -7 1 -6 -2 -10 -2 -5 -7 -5 -11 -18 -9 -8 -7 -4 -4 -10 -7 -6 -4 -6 -11 -6 -8 2 -5 -1 -9 5 -7 -1 -6 6 -1 -5 13 -9 -2 -7 7 -4 -1 -5 -9 -13 -15 -5 -20 -2 -11 1 2 -6 -2 -8 2 -5 -6 -3 -11 -2 -9 4 -4 -3 1 -10 7 -3 5 4 3 -6 -9 -3 -8 -6 -1 -10 -3 -5 -9 0 -8 -6 -3 -7 10 -7 10 -2 -4 -9 -12 -6 -6 -12 -9 -4 -4 -4 3 -11 6 -6 -4 1 -9 0 -4 -2 -9 -4 -2 -9 -4 -1 -12 4 -11 7 -12 5 -4 7 3 6 -5 6 -1 17 4 10 11 8 -15 3 9 8 3 17 12 -4 5 21 -7 3 -3 -13 -6 2 3 14 3 19 5 6 -3 10 -1 11 4 1 6 16 7 16 5 15 -3 15 3 8 -1 12 6 13 2 19 3 21 3 22 -1 16 -2 15 -10 5 -1 4 -19 10 -18 11 -8 7 -4 8 1 3 -8 13 -10 18 -9 20 -4 5 -4 7 -7 7 -8 4 4 4 -5 10 3 7 8 6 5 7 -2 5 -4 -5 -6 5 2 2 -1 9 3 2 2 6 4 7 -1 4 6 2 6 4 -1 3 4 1 -1 5 3 3 5 1 4 6 4 5 -4 3 2 6 -2 9 2 2 -2 9 -4 5 -3 3 -2 6 2 2 -2 1 -2 3 -5 3 -5 -1 -2 -3 -4 -3 -2 0 -1 -2 5 -6 -3 -1 -1 -1 -5 -1 -2 6 -1 -2 -3 1 -2 4 -4 1 -3 1 -4 0 0 -2 -2 1 -5 2 -2 3 1 1 0 3 -3 2 -4 2 -3 1 -1 3 -3 2 1 -3 -2 -2 -2 2 -4 1 -1 2 0 3 1 4 -2 1 2 2 -4 3 -4 4 -2 3 -5 4 -5 4 1 2 2 -2 1 1 -2 3 -3 1 -1 -3 -6 1 -3 1 -5 2 -5 0 -3 2 -5 2 -6 0 -5 2 -5 4 -12 11 -5 3 -8 3 -6 -1 -8 -3 -5 -1 -7 2 -7 2 -9 5 -8 1 -11 5 -9 4 -2 3 -6 1 -10 3 -4 4 -11 6 -5 6 -2 5 3 1 -1 3 2 3 0 3 -3 5 -1 4 -3 5 -9 10 -10 7 -5 7 -9 4 -1 2 1 6 -5 3 -6 5 -2 7 -6 0 -6 6 -4 5 -1 3 -5 7 -4 8 1 4 -8 4 -3 -1 -6 3 -1 -4 1 -5 1 -7 4 -4 7 -7 2 -3 1 0 2 -4 1 0 2 -6 3 -3 3 -3 6 -5 3 -10 3 -4 3 -5 0 -5 5 0 4 -5 4 -4 0 -2 -5 -4 -1 0 -3 6 -7 6 -7 5 -5 2 0 8 -1 5 -5 3 -7 5 -1 -2 -2 3 -7 2 -6 6 1 1 4 -1 4 4 0 5 -7 7 -6 3 -4 6 -4 6 -4 8 -4 9 -2 5 -6 6 -5 1 -1 3 -6 1 -3 2 -10 1 -2 2 -1 6 -10 10 -8 14 0 2 -5 3 -7 9 -2 8 -5 5 2 8 0 9 -3 8 4 9 2 18 -2 14 -3 8 -3 5 1 2 15 -4 5 -9 3 3 -2 8 -3 8 -2 0 -19 10 -7 4 -18 4 -6 9 2 6 -13 5 -2 8 -12 7 0 5 -6 4 -9 3 -2 9 -13 8 -6 9 -9 1 -16 0 -12 3 -21 10 -9 2 -18 4 -14 -1 -19 5 -12 4 -11 -2 2 -7 -6 -1 -11 -2 -9 -3 -11 -2 -2 5 5 10 11 3 -3 3 -13 -6 -7 -6 -14 -7 7 -5 -9 -8 -11 -4 -10 -3 -3 -4 -15 -5 -3 -5 -12 -4 -7 0 -9 -2 -10 -4 -9 -3 -17 -3 -1 2 11 4 9 3 11 6 12 1 5 4 14 6 2 2 8 4 1 7 6 6 -12 -3 -3 2 -6 -4 -6 5 -3 -3 -4 5 -10 -4 -6 0 -1 6 2 3 -6 4 -13 -2 -9 5 -6 2 -1 6 -7 4 4 6 8 5 3 5 8 1 7 -1 8 4 8 0 7 3 -2 4 -5 2 7 4 -6 0 -11 -2 -3 -3 -7 3 -15 -2 -14 3 -4 4 -13 6 14 4 22 5 8 0 -1 -5 21 0 -8 6 -12 4 -7 5 -10 4 -14 4 6 5 18 0 12 5 3 5 10 4 10 1 19 5 9 -1 15 6 15 -3 8 -4 4 2 17 -1 -1 -2 16 -2 10 1 21 -3 19 -1 8 -1 13 2 15 -3 11 -2 19 -2 16 -5 10 -1 9 4 12 3 15 -1 15 4 16 3 7 -4 7 2 3 5 7 -1 16 -9 14 7 1 -8 12 2 4 3 12 -1 16 -4 23 -4 14 -2 10 1 13 -5 -14 -5 18 -2 27 1 9 2 10 -6 11 5 -10 4 6 4 12 0 9 1 8 -2 10 -6 11 1 17 -5 16 2 15 0 -2 6 9 2 16 -4 0 -9 6 8 8 0 5 10 -11 6 -12 4 1 11 12 7 13 -1 10 -5 14 -11 -9 -5 19 -2
-1142 731 -5 -4 23 3 13 -5 12 5 9 -4 8 -9 5 4 -7 10 9 1 10 -1 11 -4 6 -10 3 -7 17 -5 18 -5 -1 -4 -16 -1 6 -4 -3 -3 -18 1 -18 3 -11 -1 -19 -3 -30 -2 -13 -1 -6 5 -13 3 -9 -1 -12 8 6 1 16 1 14 0 13 2 -19 2 -22 -1 -14 0 -5 4 23 4 -16 0 -17 3 8 7 7 4 27 6 10 -2
-1045 734 -9 -6 -15 7 3 1 13 0 8 -2
-763 731 0 -3 -10 1 -11 0 -11 -2 -3 1 -11 5 1 4 4 1 23 -1 18 -6
-866 732 8 -7 9 8 26 5 17 -11 -2 -6 20 3 10 4 22 -6 14 -4 1 -5 19 3 10 -7 24 -4 9 -4 9 -9 -18 -5 23 -6 16 -3 15 -9 15 0 -3 -7 -17 -12 -12 4 -16 10 -13 -1 -1 -6 10 -6 14 -5 4 -2 6 -10 -3 -7 -13 2 -25 8 14 -8 11 -6 1 -4 -27 4 -21 6 -12 5 3 3 -15 5 -14 5 0 -3 -29 -2 -9 4 7 7 19 0 20 2 -3 3 4 5 12 10 -2 4 -4 4 -15 5 -21 3 7 2 -11 7 -9 0 -8 4 -5 -3 -18 -2 -36 3 -22 3 -16 1 -8 4 10 4 -14 0 -3 10 8 9 10 4 26 3 -8 -6
-1004 738 12 -2 18 2 3 -3 -10 -5 16 -4 -2 -9 -17 -4 -9 1 -7 3 -25 8 0 3 21 -1 -11 7 11 4
1436 732 -15 0 -21 1 -1 1 9 4 13 1 14 -4 1 -3
-932 728 -11 -8 -11 1 -6 8 0 5 5 5 10 2 21 0 19 -2 -15 -9 -12 -2
-1205 714 -26 -5 -5 4 -23 6 3 3 8 8 9 7 -10 6 34 1 14 -2 25 0 10 -3 11 -4 -13 -3 -24 -7 -13 -7 0 -4
1507 751 -11 -4 -16 1 -19 4 3 3 18 -2 25 -2
-936 750 -6 -4 -14 1 -12 2 5 5 14 2 9 -3 4 -3
1451 756 -8 -8 -37 0 -16 -2 -20 7 5 6 13 2 27 0 36 -5
-985 767 8 -4 0 -6 -5 -7 -16 -1 -11 2 0 5 -16 0 -1 7 11 0 15 3 14 0 1 1
-1082 762 4 -4 9 2 10 0 2 -5 -6 -5 -34 -1 -25 -5 -15 0 -2 3 21 5 -45 -2 -14 2 14 10 9 3 28 -4 18 -6 17 0 -14 9 9 4 10 -1 4 -5
575 707 -6 -1 -32 2 -3 4 -18 3 -1 5 10 2 -1 6 20 8 -9 2 24 8 -3 5 23 5 33 7 33 1 17 4 20 1 7 -4 -7 -3 -36 -5 -30 -4 -31 -10 -15 -10 -16 -9 2 -9 19 -8
-947 771 11 -3 20 0 9 -3 -3 -4 12 -3 6 -2 14 0 14 -1 16 2 20 1 17 -1 10 -4 3 -4 -7 -2 -14 -3 -13 2 -29 -2 -20 0 -17 1 -26 3 -4 6 -1 5 -10 4 -21 1 -11 4 4 4 20 -1
-1162 776 -1 -7 -8 -4 -9 0 -19 -4 -16 -2 -14 2 17 8 21 6 15 0 14 1
491 413 5 -7 5 -1 3 -2 -8 -1 -2 -8 -2 -4 -3 -2 0 -5 3 -7 9 -2 7 -5 15 -2 15 3 1 2 -2 7 2 11 -8 3 3 7 -7 0 2 9 10 -3 8 4 -7 6 -3 5 -8 -2 -1 -8 -3 7 -1 2 3 4 -2 4 -12 3 -4 9 -6 3 0 3 10 -1 0 7 9 2 8 -1 2 9 -2 7 -10 -1 -8 2 -12 -4 -9 -2 -5 -6 -9 -2 -10 -10 9 -9 -1 -7 11 -12 5 -5
1800 650 -13 -5 -13 1 9 -5 6 -8 5 -3 1 -4 -3 -3 -18 2 -28 -7 -9 -1 -16 -8 -14 -6 -4 -4 -14 7 -26 -8 -5 4 -9 -5 -14 2 -3 -7 -12 -10 1 -4 11 -2 -1 -14 -10 -1 -4 -8 4 -4 -17 -6 -4 -11 -15 -2 -3 -11 -14 -9 -4 7 -4 15 -6 22 5 14 9 6 0 4 16 3 17 12 18 10 18 8 8 15 -12 -1 -6 -9 -26 -11 -8 13 -26 -4 -25 -16 8 -7 -22 -2 -15 -1 0 7 -15 2 -13 -5 -30 1 -33 -3 -32 -19 -39 -24 16 -1 5 -6 10 -2 6 5 11 -1 14 -11 1 -9 -8 -10 -1 -12 -4 -16 -15 -14 -4 -7 -13 -12 -14 -11 -6 -6 -14 -6 -6 0 -6 5 -14 -7 -1 -4 -4 1 -4 -4 -3 -3 0 -7 -5 -2 -2 -2 -4 -3 -6 -2 -5 -2 0 -5 -1 -1 4 -1 6 -5 8 -12 3 -6 0 -12 -4 -5 -9 -2 -8 -4 -9 -1 -1 5 2 8 -5 10 8 2 -7 8 -5 2 -1 -1 -3 -1 -1 2 -2 0 -3 2 3 4 2 2 -1 1 3 6 -1 2 -6 1 -4 2 -14 -3 -8 -4 -10 -3 5 5 -2 4 8 6 -6 5 -8 -3 -12 -7 -6 -6 -10 -1 -5 -5 6 -6 8 -2 0 -5 8 -2 11 7 9 -4 7 0 1 -6 -14 -2 -5 -6 -9 -5 -5 -7 10 -5 4 -10 6 -9 7 -8 0 -8 -6 -2 2 -6 6 -3 -2 -8 -2 -8 -6 -1 -7 -10 -8 -14 -9 -12 -14 -9 -14 -8 -11 -1 -6 -5 -4 3 -6 -4 -14 -5 -10 -2 -4 -11 -5 0 -3 7 3 4 -14 3 -5 -1 -13 -9 -8 -9 -2 -7 7 -11 10 -13 9 -6 6 -8 4 -19 -1 -17 -8 -7 -12 -6 -8 -9 -12 -9 -4 6 3 7 -8 6 -8 1 -4 6 -5 10 -9 4 -9 0 2 8 -9 0 -1 -11 -5 -15 -3 -8 0 -8 7 0 4 -9 2 -9 5 -5 6 -2 5 -5 3 -1 6 -6 4 -6 0 -7 -1 -5 1 -3 1 -6 4 -3 3 -9 0 -3 -7 -1 -9 8 -12 8 -1 5 -6 6 -1 9 -4 5 1 7 -2 5 -4 3 -2 5 -5 6 -5 5 -2 -6 -2 5 2 7 3 9 -1 8 3 7 -4 6 1 11 -4 5 -3 12 -2 13 -4 8 -7 -5 -11 -7 -6 1 -6 2 3 13 -2 9 -8 12 2 3 -6 2 -7 8 -3 5 -1 5 -2 5 -4 6 -9 0 1 -4 -3 -6 -5 2 -1 -1 -3 1 -4 1 -1 -4 -7 0 -12 -2 0 -8 -5 -5 -14 -7 -12 -12 -7 -6 -10 -7 0 -4 -5 -3 -9 -3 -5 -1 -3 -8 2 -13 1 -8 -4 -9 0 -17 -6 -1 -4 -8 3 -3 -9 -3 -4 -6 -4 -3 -9 9 -5 14 -4 10 -3 5 -5 9 -3 13 -2 6 -9 14 -4 19 -3 13 0 12 -2 10 -14 -6 -7 1 -13 12 4 4 -3 3 -11 9 -8 2 -3 8 -7 7 -19 -2 -16 0 -14 -1 -19 3 -11 2 -11 1 -4 13 -5 1 -8 -1 -10 -5 -12 3 -10 8 -10 3 -6 9 -8 13 -5 -1 -7 3 -3 -4 -6 1 2 -5 -1 -2 3 -7 4 -9 5 -2 2 -4 7 -4 0 -4 -1 -4 1 -3 3 -3 2 -3 1 -2 -1 7 3 5 3 1 3 -3 0 -6 -2 -6 2 -4 2 1 0 -3 8 2 8 0 6 -1 7 7 7 6 7 7 3 3 1 -1 -1 -4 -1 -2 1 -8 4 -7 6 -3 7 -2 6 -1 5 -6 2 -3 4 -2 0 -2 -4 -6 -1 -3 -4 -3 -4 -7 -5 1 -2 -3 -1 -5 1 -6 -1 -2 -5 0 -6 -3 -1 -5 -2 -2 -6 0 -4 -3 0 -4 -5 -3 -6 1 -6 -3 -5 0 -7 -3 -2 -5 0 -3 -10 -4 -16 -5 -9 -7 -5 -1 -3 1 -5 -4 -7 -2 -8 -1 -3 0 -2 -3 -3 0 -1 -3 -5 0 -3 -1 -7 0 -3 6 1 6 -2 3 -2 7 -3 4 2 1 -1 4 1 2 0 4 -1 5 -4 3 0 4 -5 3 -6 9 -3 8 -7 7 -4 1 -7 10 -1 7 1 6 -6 11 -5 4 -5 2 -3 6 0 2 -3 5 -3 2 -3 8 -7 8 -5 7 -5 0 2 5 0 4 2 4 -1 1 -3 -4 -2 -8 -2 -5 -3 -2 -3 4 -5 4 -7 15 -1 -1 4 -11 6 -10 8 -16 4 -5 3 -6 9 -11 -2 -1 0 -7 12 -9 2 -2 3 -10 -2 -2 1 -10 4 -12 4 -2 5 -4 6 -12 3 -9 5 -5 14 -9 5 -6 6 -6 3 -3 5 -3 2 -3 0 -4 -6 -3 4 -2 4 -2 2 -4 4 -5 5 0 10 3 10 1 9 3 5 1 4 2 5 0 4 0 4 2 6 1 4 3 4 0 0 -3 -1 -5 0 -6 -2 -3 -2 -11 -5 -11 -6 -13 -9 -15 -9 -11 -11 -13 -10 -9 -15 -9 -10 -8 -11 -12 -2 -5 -2 -3 -7 -4 -3 -4 -3 -1 -2 -7 -3 -4 -2 -6 -4 -4 -5 -12 1 -6 6 -3 1 -3 -3 -6 1 -3 -1 -5 3 -6 5 -10 3 -2 2 -5 -1 -10 2 -8 0 -16 2 -5 -3 -7 -4 -7 -6 -6 -10 -4 -11 -5 -11 -11 -4 -1 -7 -8 -4 -2 -1 -7 5 -8 2 -5 0 -3 2 0 -1 -10 -1 -4 2 -2 -1 -4 -5 -4 -8 -3 -12 -6 -4 -3 1 -4 2 -1 -1 -5 -2 -8 -1 -8 -3 -5 -7 -5 -2 -1 -4 -5 -3 -5 -5 -7 -12 -11 -7 -6 -7 -4 -11 -4 -5 -1 -1 -2 -6 1 -5 -2 -11 2 -6 -1 -4 0 -11 -4 -8 -1 -6 -4 -5 0 -4 3 -3 1 -5 4 0 -1 -2 2 1 6 -4 7 3 2 0 7 -6 10 -5 8 -8 13 -7 8 -4 7 -2 10 -3 7 -3 15 0 12 -1 6 -4 4 -5 8 -6 12 -2 7 -8 9 -1 8 -1 6 2 9 3 9 1 5 3 9 2 4 6 6 3 5 1 7 0 6 -3 3 -3 6 -2 6 0 2 3 4 -3 10 -2 7 -5 6 1 2 -1 3 -3 8 -8 10 -10 10 -7 9 -6 10 0 3 2 3 3 8 2 7 -2 2 3 11 2 8 -4 6 -5 2 -2 5 -2 1 0 3 -10 -4 -4 1 -4 -3 -8 1 -5 6 -4 7 -7 7 -7 0 -9 0 -8 -2 -8 -2 -16 -6 -6 -3 -9 -3 -9 3 -4 0 -7 2 -6 0 -12 -2 -7 -3 -10 -4 -2 1 -3 0 -10 4 -9 8 -9 5 -6 7 -3 1 -7 4 -5 5 -2 4 -1 7 -5 6 -4 4 -2 1 -3 2 -1 5 -1 2 -3 1 -6 5 -4 0 -2 3 0 2 -3 2 -1 2 -1 8 1 4 -4 8 -5 3 4 2 5 7 2 5 -1 6 3 5 2 9 -2 10 -1 5 1 5 -2 5 -6 4 1 4 0 5 4 3 3 5 0 3 3 7 6 7 3 1 3 6 0 5 4 7 6 3 7 10 5 4 9 1 8 7 5 3 8 8 -2 13 4 8 1 6 6 6 10 5 8 4 7 10 3 7 7 0 6 -5 10 1 10 -2 4 0 10 5 11 2 6 4 10 3 17 2 16 1 5 -2 10 4 10 0 4 -2 7 0 11 5 7 -2 0 -5 8 4 1 -2 -5 -5 0 -5 3 -2 -1 -9 -6 -5 1 -5 6 0 2 -5 4 -2 12 -3 4 1 8 -2 13 -4 5 -9 9 -2 14 -4 11 -5 5 2 5 5 -3 8 3 4 8 5 6 1 14 -2 3 -4 4 0 3 -2 10 -1 3 -3 13 0 10 -3 9 -3 5 -1 8 3 4 3 9 1 7 -2 3 -5 2 4 8 -3 8 0 5 2 3 3 -1 1 3 5 2 7 1 3 4 8 5 7 -1 8 2 4 -3 5 4 4 -6 -1 -9 2 -7 -6 -15 -1 -8 5 -11 1 -2 -4 -7 -2 -10 6 -11 0 -6 10 -7 5 5 8 -6 5 11 9 15 1 4 7 19 -1 12 6 12 3 17 0 17 -7 14 -4 12 2 9 -1 12 5 1 5 -2 6 -6 4 -6 1 -3 3 -13 9 -12 4 -8 5 7 2 8 8 -5 4 14 4 0 3 -9 -2 -8 -1 -6 -3 -10 -1 -8 -3 0 -6 5 -3 10 1 -2 -4 -11 -2 -13 -5 -6 2 2 4 -10 3 1 2 10 4 -3 2 -16 2 0 4 -10 -1 -3 -6 -8 -7 0 -3 -5 -2 -3 1 -2 -12 -6 -4 -3 -7 3 -6 1 -4 9 -3 -2 -2 -12 -1 -4 -3 -8 -5 -4 4 1 2 -7 1 -5 0 -12 -2 7 -6 -5 -1 -6 0 -5 5 -2 -2 3 -6 5 -5 -4 -2 5 -5 5 -3 0 -5 -9 2 3 -5 -6 -1 4 -9 -7 0 -8 4 -4 8 -2 7 -4 5 -5 5 0 3 -2 1 0 2 -6 4 -1 4 1 7 1 3 -1 2 -2 1 -3 3 -5 2 -9 3 -6 4 -9 3 -8 7 2 1 -5 4 0 4 -6 1 -3 -4 -3 3 0 4 2 1 -8 1 -8 -3 1 -5 -1 -3 3 -5 9 -5 5 -8 11 -8 8 0 3 -3 -3 -2 9 -3 7 -3 9 -5 1 -2 -2 -4 -6 5 -8 1 -4 -6 7 -4 -1 -5 -5 -1 -5 -8 -4 -1 0 3 2 6 2 2 -4 5 -3 5 -4 2 -3 4 -6 2 -5 4 -7 1 -8 4 -9 7 -7 5 -3 10 -5 1 -8 4 -5 -2 -6 -4 -4 -1 -9 -6 -19 3 -15 -3 -1 -6 0 -6 -9 -7 -13 -2 -1 -3 -6 -6 -4 -8 4 -6 -6 -4 -2 -7 -7 -2 -7 -7 -13 0 -10 0 -6 -4 -4 -4 -5 1 -3 4 -3 5 -10 2 -4 -3 -5 2 -5 -1 2 8 -1 6 -5 1 -2 3 1 7 4 4 0 4 2 6 0 4 -2 3 0 4 0 7 -4 4 14 7 12 -1 14 0 11 -2 8 1 16 -1 5 6 2 20 -10 11 -8 5 -15 4 -1 7 13 2 17 -3 -3 12 9 -5 23 8 3 8 9 2 8 2 5 3 9 15 14 4 8 0 2 2 8 0 2 -2 7 5 -2 4 -1 6 -4 5 0 10 2 3 2 3 9 1 4 2 8 3 -1 -5 -2 -3 1 -3 5 -1 -2 -4 -3 1 -8 -7 3 -5 0 -4 10 -2 0 -4 11 2 5 3 11 -4 5 -3 7 3 16 4 12 4 10 -2 1 -3 10 0 2 5 14 3 -2 8 0 8 5 6 9 4 8 -8 8 0 2 8 1 6 -3 -1 -7 3 -1 6 13 3 13 1 10 -2 11 1 11 5 -10 5 -18 -1 -18 -3 -16 -3 -6 6 -10 3 2 10 -4 9 4 6 9 6 23 11 7 2 -1 4 -14 5 -17 -3 -10 -7 2 -6 -16 -8 -20 -9 -7 -14 7 -7 10 -5 -9 -11 -11 -3 -4 -17 -5 -9 -12 1 -6 -8 -12 0 -3 9 -8 11 -8 15 -6 6 -20 -12 -13 -2 -14 5 -4 11 -3 23 9 6 27 9 19 10 19 14 24 19 16 8 28 12 22 5 16 -1 15 8 19 0 18 2 31 -7 -13 -3 11 -6 10 3 17 -6 27 -2 38 -12 8 -4 0 -7 -11 -5 -16 -3 -45 8 -7 -2 16 -7 1 -15 13 -3 8 -2 1 4 -6 5 7 3 24 -6 8 3 -6 7 23 10 9 -1 10 -3 5 7 -8 6 5 6 -7 6 28 -4 5 -5 -12 -1 0 -6 7 -3 16 2 2 6 21 5 35 9 8 -1 -10 -6 12 -1 7 3 19 1 15 4 11 -6 12 6 -11 6 6 4 29 -4 14 -3 36 -11 7 5 -10 5 -1 3 -12 1 4 4 -6 8 0 3 18 9 7 9 7 2 27 -2 2 -6 -10 -8 7 -3 3 -7 -2 -14 11 -6 -5 -7 -19 -14 11 -1 4 3 11 3 3 5 9 5 -6 5 4 7 -11 1 -2 5 8 10 -13 8 18 7 -2 7 5 1 5 -6 -4 -10 11 -1 -5 7 17 4 21 0 18 -6 -9 9 -1 10 18 3 24 -1 21 1 -8 6 12 6 11 0 20 5 26 2 3 2 27 1 8 -2 22 5 19 0 2 5 10 4 24 4 17 -3 -14 -3 23 -1 2 -5 10 2 29 0 22 -5 8 -4 -2 -5 -11 -3 -26 -5 -8 -3 12 -2 15 -2 9 2 5 -7 5 3 16 2 32 -2 2 -5 42 -1 1 7 21 -1 16 0 16 -6 5 -6 -6 -4 12 -8 16 -4 10 10 16 -4 17 3 19 -4 7 3 17 -1 -8 9 14 4 90 -6 9 -6 26 -8 40 2 20 -1 8 -4 -1 -8 12 -3 14 2 18 1 18 -2 19 1 18 -9 12 3 -8 7 5 4 31 -3 21 1 29 -5 -3586 -4
-938 775 -5 0 -19 1 -2 2 20 0 7 -2 -1 -1
-1102 777 -19 -3 -14 3 8 4 14 1 14 -2 -3 -3
247 779 -22 -5 -18 3 7 2 -6 4 21 2 4 -4 14 -2
-1097 786 -12 -2 -16 0 0 2 10 3 5 -1 13 -2
-958 781 -15 -3 -8 3 -5 4 0 4 13 -1 5 0 12 -4 -2 -3
-1001 783 4 -4 -16 1 -16 3 -23 1 10 3 -12 2 -1 4 20 -1 27 -4 7 -5
1051 783 -57 -4 19 13 8 1 7 0 26 -6 -3 -4
183 797 32 -7 -25 -4 -5 -8 -9 -2 -5 -8 -12 0 -21 6 9 3 -15 3 -20 9 -8 8 28 3 5 -3 14 0 4 3 15 1 13 -4
254 804 20 -3 -15 -6 -29 -1 -29 2 -2 2 -14 1 -11 4 31 3 14 -2 10 3 25 -3
511 805 -13 -1 -9 -1 -1 -1 -12 -2 -11 2 6 4 -23 0 20 2 15 0 2 -3 6 3 9 1 15 -2 -4 -2
999 789 -21 -1 -28 2 -17 4 -8 7 -13 2 26 7 21 3 20 -6 23 -9 -3 -9
-870 797 12 -4 -14 -3 -18 -7 -18 -1 -21 1 -11 5 1 3 8 3 -19 0 -11 3 -6 5 7 4 7 3 10 1 -4 2 23 1 13 -6 17 -2 16 -2 8 -6
-685 831 27 -1 21 -1 18 -3 0 -2 -24 -5 -25 -2 -9 -2 22 0 -23 -6 -17 -3 -17 -8 -20 -2 -7 -2 -30 -1 14 -1 -7 -2 8 -5 -9 -3 -16 -3 -5 -4 -14 -3 2 -2 17 0 0 -2 -27 -6 -26 3 -29 -2 -15 1 -19 1 -1 5 18 2 -5 7 7 1 26 -5 -13 7 -17 2 8 4 18 2 3 3 -14 4 -4 6 27 -1 8 -1 16 4 -23 1 -35 -1 -18 4 -8 4 -12 3 -2 3 15 2 12 0 19 2 15 4 12 -1 11 -3 8 6 13 1 18 1 30 1 6 -1 29 1 21 0 22 -1
-271 835 63 -8 -19 -4 -38 0 -54 -1 5 -2 35 1 31 -3 19 3 8 -4 -11 -5 26 3 48 4 30 -2 6 -4 -41 -7 -5 -3 -32 -1 23 -1 -12 -7 -8 -6 0 -12 12 -6 -15 -1 -17 -3 19 -5 2 -9 -11 0 13 -9 -22 -1 12 -4 -4 -3 -14 -2 -14 0 13 -7 0 -4 -20 4 -5 -3 14 -2 13 -6 3 -8 -17 -2 -8 4 -12 5 3 -6 -12 -6 27 0 14 -1 -27 -8 -27 -8 -30 -4 -11 0 -10 -4 -14 -10 -22 -7 -6 -1 -14 -2 -14 -2 -9 -7 0 -7 -5 -6 -16 -8 4 -8 -5 -8 -5 -10 -14 -1 -15 9 -20 0 -9 5 -7 10 -17 12 -5 7 -2 9 -14 9 4 7 -7 4 10 12 15 3 4 4 2 8 -11 -3 -6 -2 -9 -1 -12 3 -1 7 4 5 10 0 20 -2 -17 6 -9 3 -10 -1 -8 3 11 9 -6 4 -8 7 -12 10 -13 4 0 4 -27 6 -21 1 -27 -1 -24 0 -12 3 -17 6 26 3 20 1 -42 2 -23 4 1 4 38 5 37 5 4 4 -27 3 9 4 34 7 15 1 -4 5 23 2 31 2 31 0 11 -3 26 5 24 -3 14 -1 21 -3 -24 5 1 4 34 6 35 0 13 3 35 1 80 -1`;

// report/coastlines.ts
var known;
function coastlines() {
  known ??= outline.split("\n").map((text2) => {
    const steps2 = text2.split(" ").map(Number);
    let [x, y] = [0, 0];
    const line = [];
    for (let i = 0; i < steps2.length; i += 2) {
      [x, y] = [x + steps2[i], y + steps2[i + 1]];
      line.push(x / 10, y / 10);
    }
    return line;
  });
  return known;
}
function coastPath(range, place) {
  const [[x0, x1], [y0, y1]] = [range.x, range.y];
  const [kx, ky] = [place.width / (x1 - x0), place.height / (y1 - y0)];
  let path = "";
  for (const turn of [-360, 0, 360]) {
    for (const line of coastlines()) {
      let pen = false;
      for (let i = 2; i < line.length; i += 2) {
        const [ax, ay, bx, by] = [line[i - 2] + turn, line[i - 1], line[i] + turn, line[i + 1]];
        const isNear = Math.max(ax, bx) >= x0 && Math.min(ax, bx) <= x1 && Math.max(ay, by) >= y0 && Math.min(ay, by) <= y1;
        if (!isNear) {
          pen = false;
          continue;
        }
        const at2 = (x, y) => `${(place.x + (x - x0) * kx).toFixed(1)} ${(place.y + (y1 - y) * ky).toFixed(1)}`;
        path += pen ? `L${at2(bx, by)}` : `M${at2(ax, ay)}L${at2(bx, by)}`;
        pen = true;
      }
    }
  }
  return path;
}

// report/color-bar.ts
var barHeight = 34;
var thickness = 13;
function colorBar(scale, place, units, missing) {
  const { x, y, width } = place;
  const legend = missing ? width - 86 : width;
  const unitsWidth = units === "" ? 0 : 7 * units.length + 12;
  const length = legend - unitsWidth;
  const bar = scale.kind === "steps" ? steps(scale, x, y, length) : gradient(scale, x, y, length);
  const name = units === "" ? "" : label(x + length + 8, y + thickness - 2, units, "start");
  const swatch = missing ? `<rect x="${x + width - 76}" y="${y}" width="${thickness}" height="${thickness}" fill="${missingGrey}"/>${label(x + width - 58, y + thickness - 2, "missing", "start")}` : "";
  return bar + name + swatch;
}
function label(x, y, text2, anchor) {
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" font-size="11.5" text-anchor="${anchor}" fill="${ink}">${escapeXml(text2)}</text>`;
}
function steps(scale, x, y, length) {
  const count = scale.colors.length;
  const box = length / count;
  const shapes = scale.colors.map((color, i) => {
    const left = x + i * box;
    if (i < count - 1)
      return `<rect x="${left.toFixed(2)}" y="${y}" width="${(box + 0.3).toFixed(2)}" height="${thickness}" fill="${color}"/>`;
    const neck = left + box - thickness;
    return `<path d="M${left.toFixed(2)} ${y}H${neck.toFixed(2)}L${(x + length).toFixed(2)} ${y + thickness / 2}L${neck.toFixed(2)} ${y + thickness}H${left.toFixed(2)}Z" fill="${color}"/>`;
  });
  const end = x + length;
  const outline2 = `<path d="M${x} ${y}H${(end - thickness).toFixed(2)}L${end.toFixed(2)} ${y + thickness / 2}L${(end - thickness).toFixed(2)} ${y + thickness}H${x}Z" fill="none" stroke="#888888" stroke-width="0.8"/>`;
  const every = box >= 26 ? 1 : Math.ceil(26 / box);
  const numbers = scale.edges.map(
    (edge, i) => i % every === 0 ? label(x + (i + 1) * box, y + thickness + 14, shortNumber(edge), "middle") : ""
  );
  return shapes.join("") + outline2 + numbers.join("");
}
function gradient(scale, x, y, length) {
  const [low, high] = scale.range;
  const id = `bar-${Math.round(x * 10)}-${Math.round(y * 10)}`;
  const stops = scale.colors.map(
    (color, i) => `<stop offset="${(i / (scale.colors.length - 1)).toFixed(4)}" stop-color="${color}"/>`
  );
  const ticks = niceTicks(low, high, Math.max(2, Math.floor(length / 60)));
  const at2 = (value) => x + length * (value - low) / (high - low);
  const marks = ticks.map(
    (tick) => `<path d="M${at2(tick).toFixed(2)} ${y + thickness}v4" stroke="#888888" stroke-width="0.8"/>${label(at2(tick), y + thickness + 15, shortNumber(tick), "middle")}`
  );
  return `<defs><linearGradient id="${id}">${stops.join("")}</linearGradient></defs><rect x="${x}" y="${y}" width="${length.toFixed(2)}" height="${thickness}" fill="url(#${id})" stroke="#888888" stroke-width="0.8"/>${marks.join("")}`;
}

// report/raster.ts
function rasterPng(raster, scale, firstRow = "top") {
  const { values, height, width } = raster;
  if (!(height >= 1 && width >= 1) || values.length !== height * width)
    throw new ShapeError("rasterPng: values", [height, width], [values.length], "pass them row by row");
  const paint = painter(scale);
  const missing = toRgb(missingGrey);
  const data = new Uint8Array(3 * height * width);
  for (let row = 0; row < height; row += 1) {
    const source = (firstRow === "top" ? row : height - 1 - row) * width;
    for (let column = 0; column < width; column += 1) {
      const value = values[source + column];
      data.set(Number.isNaN(value) ? missing : paint(value), 3 * (row * width + column));
    }
  }
  return encode({ width, height, data, channels: 3, depth: 8 });
}
function countMissing(values) {
  let count = 0;
  for (let i = 0; i < values.length; i += 1) if (Number.isNaN(values[i])) count += 1;
  return count;
}

// report/map-figure.ts
var gap = 18;
var margin = 16;
function mapFigure(options) {
  const { panels, scale, units, title = "", panelSize = 256, firstRow = "top", axes } = options;
  const columns = options.columns ?? defaultColumns(panels.length);
  check2(options, columns, panelSize);
  const finest = panels.reduce((best, panel) => panel.width > best.width ? panel : best);
  const cell = Math.max(1, Math.round(panelSize / Math.max(finest.width, finest.height)));
  const [width, height] = [finest.width * cell, finest.height * cell];
  const head = panels.some((panel) => panel.note !== void 0) ? 42 : 26;
  const left = axes ? 58 : 0;
  const bottom = axes ? 44 : 0;
  const ownBars = panels.some((panel) => panel.scale !== void 0) ? barHeight + 8 : 0;
  const sharedBar = panels.some((panel) => panel.scale === void 0) ? barHeight + gap : 0;
  const top = margin + (title === "" ? 0 : 30);
  const [stepX, stepY] = [left + width + gap, head + height + bottom + ownBars + gap];
  const rows = Math.ceil(panels.length / columns);
  const used = Math.min(columns, panels.length);
  const least = Math.max(sharedBar > 0 ? 340 : 0, 2 * margin + textWidth(title, 16));
  const whole = {
    width: Math.max(Math.ceil(least), 2 * margin + used * stepX - gap),
    height: top + rows * stepY - gap + sharedBar + margin
  };
  const drawn = panels.map((panel, i) => {
    const x = margin + left + i % columns * stepX;
    const y = top + head + Math.floor(i / columns) * stepY;
    const image = Buffer.from(rasterPng(panel, panel.scale ?? scale, firstRow)).toString("base64");
    const bar = panel.scale === void 0 ? "" : colorBar(
      panel.scale,
      { x: x + 8, y: y + height + bottom + 8, width: width - 16 },
      panel.units ?? units,
      countMissing(panel.values) > 0
    );
    return [
      text(x, y - head + 16, panel.title, fitting(panel.title, 13.5, width), "start", true),
      panel.note === void 0 ? "" : text(x, y - 9, panel.note, fitting(panel.note, 11.5, width), "start"),
      `<image x="${x}" y="${y}" width="${width}" height="${height}" preserveAspectRatio="none" image-rendering="optimizeSpeed" href="data:image/png;base64,${image}"/>`,
      `<rect x="${x}" y="${y}" width="${width}" height="${height}" fill="none" stroke="#666666" stroke-width="1"/>`,
      axes && options.coast ? drawCoast(axes, { x, y, width, height }, i) : "",
      axes && panel.dots ? drawDots(panel.dots, axes, { x, y, width, height }) : "",
      axes && panel.arrows ? drawArrows(panel.arrows, axes, { x, y, width, height }) : "",
      axes ? drawAxes(axes, x, y, width, height) : "",
      bar
    ].join("");
  });
  const missing = panels.some((panel) => panel.scale === void 0 && countMissing(panel.values) > 0);
  const barWidth = Math.min(whole.width - 2 * margin, 720);
  const barPlace = { x: (whole.width - barWidth) / 2, y: whole.height - margin - barHeight + 4, width: barWidth };
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${whole.width}" height="${whole.height}" viewBox="0 0 ${whole.width} ${whole.height}" font-family="${fontFamily}">`,
    // resvg reads the attribute of the images and skips the media rule; browsers follow the rule.
    "<style>@media all{image{image-rendering:pixelated}}</style>",
    `<rect width="100%" height="100%" fill="white"/>`,
    title === "" ? "" : text(margin, margin + 15, title, 16, "start", true),
    ...drawn,
    sharedBar > 0 ? colorBar(scale, barPlace, units, missing) : "",
    "</svg>"
  ].join("\n");
}
function check2(options, columns, panelSize) {
  const { panels, scale } = options;
  const [first] = panels;
  if (first === void 0) throw new OptionsError("mapFigure: expected at least one panel, got none", "panels", panels);
  if (!Number.isInteger(columns) || columns < 1 || columns > 12)
    throw new OptionsError(
      `mapFigure: columns must be a whole number from 1 to 12, got ${columns}`,
      "columns",
      columns
    );
  if (!(panelSize >= 32 && panelSize <= 2048))
    throw new OptionsError(`mapFigure: panelSize must lie in 32 \u2026 2048, got ${panelSize}`, "panelSize", panelSize);
  checkScale(scale);
  for (const panel of panels) {
    if (panel.values.length !== panel.height * panel.width)
      throw new ShapeError(`mapFigure: values of "${panel.title}"`, [panel.height, panel.width], [panel.values.length]);
    if (panel.scale) checkScale(panel.scale);
    if (panel.dots && (!options.axes || panel.dots.length % 2 !== 0))
      throw new OptionsError(
        `mapFigure: dots of "${panel.title}" need pairs of coordinates, and axes to measure them along`,
        "dots",
        panel.dots.length
      );
    if (panel.arrows && (!options.axes || panel.arrows.length % 4 !== 0))
      throw new OptionsError(
        `mapFigure: arrows of "${panel.title}" need four coordinates each, and axes to measure them along`,
        "arrows",
        panel.arrows.length
      );
    if (panel.height * first.width !== first.height * panel.width)
      throw new ShapeError(
        `mapFigure: aspect ratio of "${panel.title}"`,
        `that of [${first.height}, ${first.width}]`,
        [panel.height, panel.width],
        "draw fields of another region in another figure"
      );
  }
  for (const axis of options.axes ? [options.axes.x, options.axes.y] : [])
    if (!(axis.range[0] < axis.range[1]))
      throw new DomainError(
        `mapFigure: range of axis "${axis.name}" must increase, got ${axis.range.join(", ")}; flip the field with firstRow`,
        axis.range
      );
}
function defaultColumns(count) {
  if (count <= 4) return Math.max(1, count);
  return count === 5 || count === 6 || count === 9 ? 3 : 4;
}
function textWidth(words, size) {
  return 0.66 * size * words.length;
}
function fitting(words, size, width) {
  return Math.max(7, Math.min(size, size * width / Math.max(1, textWidth(words, size))));
}
function text(x, y, words, size, anchor, bold = false) {
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" font-size="${Number(size.toFixed(2))}" text-anchor="${anchor}"${bold ? ' font-weight="bold"' : ""} fill="${ink}">${escapeXml(words)}</text>`;
}
function drawCoast(axes, place, panel) {
  const path = coastPath({ x: axes.x.range, y: axes.y.range }, place);
  if (path === "") return "";
  const { x, y, width, height } = place;
  const stroke = (color, size) => `<path d="${path}" fill="none" stroke="${color}" stroke-width="${size}" stroke-linejoin="round"/>`;
  return `<clipPath id="coast${panel}"><rect x="${x}" y="${y}" width="${width}" height="${height}"/></clipPath><g clip-path="url(#coast${panel})">${stroke("#ffffff", 2)}${stroke("#333333", 0.9)}</g>`;
}
function drawDots(dots, axes, place) {
  const [x0, x1] = axes.x.range;
  const [y0, y1] = axes.y.range;
  let path = "";
  for (let i = 0; i < dots.length; i += 2) {
    const [u, v] = [(dots[i] - x0) / (x1 - x0), (dots[i + 1] - y0) / (y1 - y0)];
    if (!(u >= 0 && u <= 1 && v >= 0 && v <= 1)) continue;
    path += `M${(place.x + u * place.width).toFixed(1)} ${(place.y + (1 - v) * place.height).toFixed(1)}h0`;
  }
  const stroke = (color, width) => `<path d="${path}" fill="none" stroke="${color}" stroke-width="${width}" stroke-linecap="round"/>`;
  return path === "" ? "" : stroke("#1a1a2e", 2.4) + stroke("#ffffff", 1.5);
}
function drawArrows(arrows, axes, place) {
  const [x0, x1] = axes.x.range;
  const [y0, y1] = axes.y.range;
  let path = "";
  for (let i = 0; i < arrows.length; i += 4) {
    const at2 = (k) => [(arrows[i + k] - x0) / (x1 - x0), (arrows[i + k + 1] - y0) / (y1 - y0)];
    const [[u, v], [u2, v2]] = [at2(0), at2(2)];
    if (!(u >= 0 && u <= 1 && v >= 0 && v <= 1 && Number.isFinite(u2 + v2))) continue;
    const [x, y] = [place.x + u * place.width, place.y + (1 - v) * place.height];
    const [dx, dy] = [(u2 - u) * place.width, (v - v2) * place.height];
    const head = Math.min(4, Math.hypot(dx, dy) / 2) / (Math.hypot(dx, dy) || 1);
    const barb = (side) => [-head * (dx + side * 0.6 * dy), -head * (dy - side * 0.6 * dx)];
    const line = (vector) => `l${vector[0].toFixed(1)} ${vector[1].toFixed(1)}`;
    const tip = `M${(x + dx).toFixed(1)} ${(y + dy).toFixed(1)}`;
    path += `M${x.toFixed(1)} ${y.toFixed(1)}${line([dx, dy])}${tip}${line(barb(1))}${tip}${line(barb(-1))}`;
  }
  const stroke = (color, width) => `<path d="${path}" fill="none" stroke="${color}" stroke-width="${width}" stroke-linecap="round"/>`;
  return path === "" ? "" : stroke("#ffffff", 2.8) + stroke("#1a1a2e", 1.2);
}
function drawAxes(axes, x, y, width, height) {
  const [x0, x1] = axes.x.range;
  const [y0, y1] = axes.y.range;
  const below = niceTicks(x0, x1, Math.max(2, Math.floor(width / 55))).map((tick) => {
    const place = x + width * (tick - x0) / (x1 - x0);
    return `<path d="M${place.toFixed(2)} ${y + height}v5" stroke="#666666"/>${text(place, y + height + 17, shortNumber(tick), 11, "middle")}`;
  });
  const beside = niceTicks(y0, y1, Math.max(2, Math.floor(height / 45))).map((tick) => {
    const place = y + height - height * (tick - y0) / (y1 - y0);
    return `<path d="M${x} ${place.toFixed(2)}h-5" stroke="#666666"/>${text(x - 8, place + 4, shortNumber(tick), 11, "end")}`;
  });
  const middle = y + height / 2;
  const names = text(x + width / 2, y + height + 34, axes.x.name, 12, "middle") + `<g transform="rotate(-90 ${x - 44} ${middle})">${text(x - 44, middle + 4, axes.y.name, 12, "middle")}</g>`;
  return below.join("") + beside.join("") + names;
}

// report/page/script.ts
var script = `document.documentElement.classList.add("js");
for (const box of document.querySelectorAll(".slides")) {
  const figures = [...box.querySelectorAll("figure")], input = box.querySelector("input"), output = box.querySelector("output");
  const show = (k) => {
    figures.forEach((figure, i) => { figure.hidden = i !== k; });
    if (output) { output.textContent = figures[k].dataset.label; input.setAttribute("aria-valuetext", figures[k].dataset.label); }
  };
  show(input ? Number(input.value) : 0);
  if (input) input.addEventListener("input", () => show(Number(input.value)));
}`;

// report/page/style-sheet.ts
var style = `:root{--ink:#1c1c1c;--paper:#fff;--soft:#f2f4f6;--line:#d5d9de;--accent:#0060a0}
@media(prefers-color-scheme:dark){:root{--ink:#e6e6e6;--paper:#16181b;--soft:#22262b;--line:#3a4048;--accent:#7cc0f5}}
*{box-sizing:border-box}body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,"DejaVu Sans",sans-serif}
header,main,footer{max-width:1180px;margin:0 auto;padding:0 1rem}h1{font-size:1.6rem;margin:1.2rem 0 .3rem}h2{font-size:1.2rem;margin:2rem 0 .6rem;border-bottom:1px solid var(--line)}
a{color:var(--accent)}nav ul{display:flex;flex-wrap:wrap;gap:.3rem 1.2rem;padding:0;list-style:none}
.skip{position:absolute;left:-99rem}.skip:focus{left:1rem;top:1rem;background:var(--paper);padding:.4rem}
figure{margin:0 0 1rem}figure img{display:block;max-width:100%;height:auto;background:#fff;border:1px solid var(--line);border-radius:4px}figcaption{font-size:.9rem;margin-top:.3rem}
.pictures{display:grid;gap:1rem;grid-template-columns:repeat(auto-fit,minmax(min(100%,340px),1fr))}.pictures img{width:100%}
.scroll{overflow-x:auto;padding-bottom:.4rem}table{border-collapse:collapse;font-size:.9rem}caption{text-align:left;font-weight:600;padding:.3rem 0}
th,td{padding:.25rem .7rem;border-bottom:1px solid var(--line);text-align:left;white-space:nowrap}thead th{background:var(--soft)}tbody th{font-weight:400}.number{text-align:right;font-variant-numeric:tabular-nums}
dl{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,250px),1fr));gap:.4rem 1.2rem;margin:.6rem 0}dl div{background:var(--soft);border-radius:4px;padding:.35rem .6rem}dt{font-size:.8rem;opacity:.85}dd{margin:0;overflow-wrap:anywhere}
math{font-size:1.15rem}mtd{text-align:left}details{font-size:.9rem}pre{overflow-x:auto;background:var(--soft);padding:.6rem;border-radius:4px}
.control{display:flex;gap:.7rem;align-items:center;flex-wrap:wrap}.control input{flex:1 1 12rem;max-width:30rem}html:not(.js) .control{display:none}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px}@media print{.control,nav{display:none}.slides figure{display:block!important}}`;

// report/page/page.ts
function htmlPage({ title, lead, sections, provenance = [] }) {
  if (sections.length === 0)
    throw new OptionsError("htmlPage: expected at least one section, got none", "sections", []);
  const ids = idsOf(sections);
  const contents = sections.map(({ heading }, k) => `<li><a href="#${ids[k]}">${escapeXml(heading)}</a></li>`);
  return [
    '<!doctype html><html lang="en"><head><meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    `<title>${escapeXml(title)}</title><style>${style}</style></head><body>`,
    '<a class="skip" href="#main">Skip to the content</a>',
    `<header><h1>${escapeXml(title)}</h1>${lead ? `<p>${escapeXml(lead)}</p>` : ""}`,
    `<nav aria-label="Contents"><ul>${contents.join("")}</ul></nav></header><main id="main">`,
    ...sections.map((section, k) => sectionHtml(section, ids[k])),
    "</main>",
    provenance.length > 0 ? `<footer><h2>How this was made</h2>${factsHtml(provenance)}</footer>` : "",
    `<script>${script}</script></body></html>`,
    ""
  ].join("\n");
}
function idsOf(sections) {
  const seen = /* @__PURE__ */ new Map();
  return sections.map(({ heading }) => {
    const plain = heading.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "") || "section";
    const count = (seen.get(plain) ?? 0) + 1;
    seen.set(plain, count);
    return count === 1 ? plain : `${plain}-${count}`;
  });
}
function sectionHtml({ heading, parts }, id) {
  return `<section aria-labelledby="${id}"><h2 id="${id}">${escapeXml(heading)}</h2>${parts.map((part, k) => partHtml(part, `${id}-${k}`)).join("\n")}</section>`;
}
function partHtml(part, id) {
  switch (part.kind) {
    case "text":
      return `<p>${escapeXml(part.text)}</p>`;
    case "facts":
      return factsHtml(part.facts);
    case "mathematics":
      return mathematicsHtml(part);
    case "picture":
      return pictureHtml(part);
    case "pictures":
      return `<div class="pictures">${part.pictures.map(pictureHtml).join("")}</div>`;
    case "table":
      return tableHtml(part);
    case "slides":
      return slidesHtml(part, id);
  }
}
function mathematicsHtml({ mathml, text: text2 }) {
  if (!/^<math[\s>]/.test(mathml) || /<(?!\/?(?:math|m[a-z]+)\b)/.test(mathml)) {
    throw new DomainError("htmlPage: mathematics are no MathML", mathml.slice(0, 20));
  }
  return `<div class="scroll" role="region" tabindex="0" aria-label="Equations">${mathml}</div><details><summary>As text</summary><pre>${escapeXml(text2)}</pre></details>`;
}
var factsHtml = (facts) => `<dl>${facts.map(([name, value]) => `<div><dt>${escapeXml(name)}</dt><dd>${escapeXml(value)}</dd></div>`).join("")}</dl>`;
function imageHtml({ svg, alt }) {
  if (alt.trim() === "") throw new OptionsError("htmlPage: a picture has no alt text; say what it shows", "alt", alt);
  if (!/^\s*<svg[\s>]/.test(svg)) throw new DomainError("htmlPage: a picture is no SVG text", svg.slice(0, 20));
  const data = Buffer.from(svg, "utf8").toString("base64");
  return `<img alt="${escapeXml(alt)}" src="data:image/svg+xml;base64,${data}">`;
}
function pictureHtml(picture) {
  const caption = picture.caption ? `<figcaption>${escapeXml(picture.caption)}</figcaption>` : "";
  return `<figure>${imageHtml(picture)}${caption}</figure>`;
}
function tableHtml({ header, rows, caption, csv }) {
  const cell = (value) => typeof value === "number" ? `<td class="number">${Number.isNaN(value) ? "\u2013" : Number(value.toPrecision(4))}</td>` : `<td${/^[−+-]?[\d.,]+( %)?$|^–$/.test(value) ? ' class="number"' : ""}>${escapeXml(value)}</td>`;
  const head = header.map((name, k) => `<th scope="col"${k > 0 ? ' class="number"' : ""}>${escapeXml(name)}</th>`).join("");
  const body = rows.map(
    ([first, ...rest]) => `<tr><th scope="row">${escapeXml(String(first))}</th>${rest.map(cell).join("")}</tr>`
  );
  const save = csv === void 0 ? "" : `<p><a download="${escapeXml(csv.name)}" href="data:text/csv;charset=utf-8;base64,${Buffer.from(csv.text, "utf8").toString("base64")}">All numbers as CSV</a></p>`;
  return `<div class="scroll" role="region" tabindex="0" aria-label="${escapeXml(caption ?? "Table")}"><table>${caption ? `<caption>${escapeXml(caption)}</caption>` : ""}<thead><tr>${head}</tr></thead><tbody>${body.join("")}</tbody></table></div>${save}`;
}
function slidesHtml({ name, slides, start = 0 }, id) {
  if (slides.length === 0) throw new OptionsError(`htmlPage: there are no slides along ${name}`, "slides", []);
  const figures = slides.map((slide) => {
    const caption = [slide.label, slide.caption].filter(Boolean).join(": ");
    return `<figure data-label="${escapeXml(slide.label)}">${imageHtml(slide)}<figcaption>${escapeXml(caption)}</figcaption></figure>`;
  });
  const control = slides.length === 1 ? "" : `<p class="control"><label for="${id}">${escapeXml(name)}</label> <input id="${id}" type="range" min="0" max="${slides.length - 1}" value="${start}"> <output for="${id}">${escapeXml(slides[start].label)}</output></p>`;
  return `<div class="slides">${control}${figures.join("")}</div>`;
}

export {
  drawChart2 as drawChart,
  rainScale,
  smoothScale,
  differenceScale,
  csvText,
  curveFigure,
  mapFigure,
  style,
  htmlPage,
  rankFigure,
  reliabilityFigure,
  rocFigure,
  quantileFigure,
  spectrumFigure,
  fssFigure,
  writePicture
};
