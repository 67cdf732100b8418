import {
  mapAxes
} from "./chunk-BBUHPERK.js";
import {
  mapFigure,
  rainScale,
  writePicture
} from "./chunk-B76RVHYB.js";
import {
  boundsIntervals
} from "./chunk-AWWB6X6Z.js";
import {
  textOf,
  timeAxis
} from "./chunk-72SAAEYX.js";
import {
  table
} from "./chunk-K2VWOMW7.js";

// cli/time-axis.ts
function timesOf(field) {
  const units = textOf(timeAxis(field)?.attributes ?? {}, "units") ?? "";
  return /\ssince\s/i.test(units) ? field.times().map(({ iso }) => iso) : [];
}

// cli/pictures.ts
var SLOW = 2;
function drawnDaily(coarse) {
  if (timeAxis(coarse)?.bounds) return boundsIntervals(coarse)[0] >= 43200;
  let largest = 0;
  for (const v of coarse.values.subarray(0, coarse.size(coarse.dims.at(-2)) * coarse.size(coarse.dims.at(-1)))) {
    if (v > largest) largest = v;
  }
  return largest < SLOW;
}
async function drawEnsemble(path, { coarse, fine, grid, truth, title }) {
  const [members, height, width] = fine.shape.slice(1);
  const [rows, columns] = coarse.shape.slice(-2);
  const first = coarse.values.subarray(0, rows * columns);
  const daily = drawnDaily(coarse);
  const factor = daily ? 24 : 1;
  const panel = (name, values, h, w) => ({
    title: name,
    values: Float64Array.from(values, (v) => v * factor),
    height: h,
    width: w
  });
  const size = height * width;
  const member = (m) => fine.values.subarray(m * size, (m + 1) * size);
  const mean = Float64Array.from({ length: size }, (_, i) => {
    let sum = 0;
    for (let m = 0; m < members; m++) sum += fine.values[m * size + i];
    return sum / members;
  });
  const shown = Math.min(members, 3);
  const panels = [
    panel("coarse input", first, rows, columns),
    ...Array.from({ length: shown }, (_, m) => panel(`member ${m}`, member(m), height, width)),
    ...members > 1 ? [panel(`mean of ${members} members`, mean, height, width)] : [],
    ...truth ? [panel("truth", corner(truth, height, width), height, width)] : []
  ];
  const time = timesOf(coarse)[0];
  const svg = mapFigure({
    panels,
    scale: daily ? rainScale({ first: 0.5 }) : rainScale(),
    units: daily ? "mm/day" : "mm/h",
    title: [title ?? "Precipitation", time?.replace("T", " ").replace(/ 00:00:00$/, "")].filter(Boolean).join(", "),
    ...mapAxes(grid)
  });
  await writePicture(path, svg, { scale: 1.5 });
}
function corner(field, height, width) {
  const columns = field.shape.at(-1);
  return Float64Array.from(
    { length: height * width },
    (_, i) => field.values[Math.floor(i / width) * columns + i % width]
  );
}

// cli/shell/score-table.ts
function coverageLine({ times, cells, share, tile }) {
  const parts = tile === null ? "" : `, in tiles of ${tile} x ${tile} without a gap`;
  return `scored: ${times[0]} of ${times[1]} times, ${cells[0]} of ${cells[1]} values (${(100 * share).toFixed(1)} %)${parts}`;
}
function coverageJson({ times, cells, share, tile }) {
  return { timesScored: times[0], times: times[1], cellsScored: cells[0], cells: cells[1], share, tile };
}
var percent = (v) => Number.isNaN(v) ? "\u2013" : `${v >= 0 ? "+" : "\u2212"}${Math.abs(100 * v).toFixed(1)} %`;
function scoreTable(rows) {
  const header = ["", "CRPS mm/h", "MAE mm/h", "q99.9 bias", "wet fraction", "spectrum dB", "spread/skill"];
  const lines = rows.map(({ method, scores: s }) => [
    method,
    s.crps.toFixed(4),
    s.mae.toFixed(4),
    percent(s.quantiles.find(({ q }) => q === 0.999)?.pooledBias ?? Number.NaN),
    percent(s.wetFractionBias),
    s.ralsd.log.toFixed(2),
    Number.isNaN(s.spreadSkill) ? "\u2013" : s.spreadSkill.toFixed(2)
  ]);
  return table(header, lines);
}
function scoresJson({ method, scores: s }) {
  return {
    method,
    tiles: s.tiles,
    members: s.members,
    crps: s.crps,
    mae: s.mae,
    rmse: s.rmse,
    q999Bias: s.quantiles.find(({ q }) => q === 0.999)?.pooledBias ?? null,
    wetFractionBias: s.wetFractionBias,
    spectrumError: s.ralsd.log,
    spreadSkill: s.spreadSkill,
    blockRmse: s.blockRmse
  };
}

export {
  drawEnsemble,
  coverageLine,
  coverageJson,
  scoreTable,
  scoresJson
};
