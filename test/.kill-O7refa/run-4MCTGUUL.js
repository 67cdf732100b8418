import {
  downscale
} from "./chunk-3CUCI7F2.js";
import {
  movedRain
} from "./chunk-BBUHPERK.js";
import "./chunk-2A2JZMMH.js";
import {
  csvText,
  fssFigure,
  quantileFigure,
  rankFigure,
  reliabilityFigure,
  rocFigure,
  spectrumFigure,
  writePicture
} from "./chunk-B76RVHYB.js";
import "./chunk-RFNE7LAF.js";
import "./chunk-REA3PM3L.js";
import "./chunk-E4UB2BUP.js";
import "./chunk-M7QUBEK6.js";
import "./chunk-RDQ5FCHV.js";
import {
  baselineDownscaler
} from "./chunk-6HDMKCOB.js";
import "./chunk-U2MKQBF5.js";
import {
  changeRows,
  changeSheet,
  changeSignal,
  rowsOf,
  scoreSheet,
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
  periodNames,
  startStages
} from "./chunk-CUG62DKC.js";
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
  namedFields,
  openFields,
  selectTimes
} from "./chunk-MXIOKUDV.js";
import "./chunk-AWWB6X6Z.js";
import {
  checkFiles,
  prepareOutputs,
  writeAtomically
} from "./chunk-72SAAEYX.js";
import "./chunk-O7EZDEUO.js";
import {
  OptionsError
} from "./chunk-Y46VEHZ7.js";
import {
  emit,
  emitJson,
  say,
  table
} from "./chunk-K2VWOMW7.js";

// cli/verify/run.ts
import { mkdir } from "node:fs/promises";
import { join } from "node:path";

// cli/verify/tables.ts
function coverageLines({ coverage, members, units, wetThreshold }) {
  const { times, truthTimes, cells, share, gaps } = coverage;
  const missing = `${gaps.truth} cells miss in the truth, ${gaps.forecast} more in the forecast`;
  const wet = wetThreshold === null ? "values as they are" : `rain below ${short(wetThreshold)}${units ? ` ${units}` : ""} counts as 0`;
  return [
    `scored    ${times[0]} times, of ${times[1]} in the forecast and ${truthTimes} in the truth`,
    `cells     ${cells[0]} of ${cells[1]} (${(100 * share).toFixed(1)} %); ${missing}`,
    `forecast  ${members === 1 ? "one field" : `${members} members`}, in ${units ?? "no units"}; ${wet}`
  ];
}
var short = (v) => Number.isNaN(v) ? "\u2013" : String(Number(v.toPrecision(4)));
var largerIsBetter = /fss|csi|pod|ets|rocArea|brierResolution|crpsResolution/i;
var isKnown = (v) => v !== void 0 && !Number.isNaN(v);
function scoresTable(rows, against) {
  const ends = rows.some(({ low }) => isKnown(low));
  const header = [
    "score",
    "value",
    ...ends ? ["95 % from", "to"] : [],
    ...against ? [against, "difference", "from", "to", ""] : []
  ];
  const lines = rows.filter(({ value }) => !Number.isNaN(value)).map(({ score, value, low, high, other, difference }) => [
    score,
    short(value),
    ...ends ? [shortOr(low), shortOr(high)] : [],
    ...against ? [
      shortOr(other),
      shortOr(difference?.value),
      shortOr(difference?.low),
      shortOr(difference?.high),
      verdict(score, difference)
    ] : []
  ]);
  return table(header, lines);
}
var shortOr = (v) => isKnown(v) ? short(v) : "\u2013";
function verdict(score, difference) {
  if (!isKnown(difference?.low) || !isKnown(difference?.high)) return "";
  if (difference.low <= 0 && difference.high >= 0) return "";
  return difference.value < 0 !== largerIsBetter.test(score) ? "better" : "worse";
}
var inBrief = /^(crps|mae|bias|rmse|spreadSkill|wetFractionBias|quantiles q99.9 pooledBias)$/;
function partsTable(found) {
  const parts = [
    ...Object.entries(found.events),
    ...Object.entries(found.regions).map(([k, v]) => [`region ${k}`, v])
  ];
  if (parts.length === 0) return void 0;
  const rows = parts.map(([label, part]) => ({
    label,
    rows: rowsOf(label, part).filter(({ score }) => inBrief.test(score))
  }));
  const header = ["part", ...rows[0].rows.map(({ score }) => score), "95 % of crps"];
  return table(
    header,
    rows.map(({ label, rows: own }) => {
      const crps = own.find(({ score }) => score === "crps");
      const ends = isKnown(crps.low) ? `${short(crps.low)} to ${shortOr(crps.high)}` : "\u2013";
      return [label, ...own.map(({ value }) => short(value)), ends];
    })
  );
}
function climateTable({ climate }) {
  if (climate === void 0) return void 0;
  const line = (name, { truth, forecast, bias }) => [
    name,
    short(truth),
    short(forecast),
    percent(bias.value),
    isKnown(bias.low) ? `${percent(bias.low)} to ${percent(bias.high)}` : "\u2013"
  ];
  return table(
    [`${climate.years} years, ${climate.cells} cells`, "truth", "forecast", "bias", "95 %"],
    [
      ...Object.entries(climate.indices).map(([name, value]) => line(name, value)),
      ...climate.returnLevels.map((level) => line(`${level.period}-year rain, mm`, level))
    ]
  );
}
var percent = (v) => Number.isNaN(v) ? "\u2013" : `${v < 0 ? "\u2212" : "+"}${Math.abs(100 * v).toFixed(1)} %`;
function rankLines({ scores, rankFlatness }) {
  if (scores.rankHistogram.length === 0) return [];
  const shares = scores.rankHistogram.map((v) => `${(100 * v).toFixed(1)}`).join(" ");
  if (rankFlatness === void 0 || Number.isNaN(rankFlatness.p)) return [`ranks of the truth, %: ${shares}`];
  const { chiSquare, p, ranks } = rankFlatness;
  const flat = `flat by chance with p = ${p < 1e-4 ? "less than 0.0001" : p.toPrecision(2)}`;
  return [`ranks of the truth, %: ${shares}`, `${flat} (\u03C7\xB2 ${chiSquare.toFixed(1)} of ${ranks} cells, one a map)`];
}
function transportLines({ scores, against }) {
  const line = (who, given) => {
    if (typeof given !== "object" || given === null) return [];
    const { meanDisplacement, movedShare, surplusShare, missingShare, unconverged, intervals } = given;
    const within = (name) => intervals ? ` (${percentOf(intervals[name].low)} to ${percentOf(intervals[name].high)})` : "";
    const way = intervals ? ` (${short(intervals.meanDisplacement.low)} to ${short(intervals.meanDisplacement.high)})` : "";
    const shares = `${percentOf(movedShare)} of the observed rain; surplus ${percentOf(surplusShare)}${within("surplusShare")}, missing ${percentOf(missingShare)}${within("missingShare")}`;
    const note = unconverged === 0 ? "" : ` (${unconverged} transports not to their tolerance)`;
    return [`rain moved, ${who}: ${short(meanDisplacement)} km${way} on average, ${shares}${note}`];
  };
  return [...line("forecast", scores["transport"]), ...line("other", against?.scores["transport"])];
}
var percentOf = (v) => `${(100 * v).toFixed(1)} %`;

// cli/verify/change.ts
async function verifyChange({ forecast, truth }, [from, to], o, names) {
  const { quantiles, wetThreshold, units, interval, draws, seed, block, csv } = o;
  const stages = startStages(() => "maps");
  const found = await changeSignal(forecast, truth, {
    ...{ from, to },
    ...quantiles && { quantiles },
    ...units !== void 0 && { units },
    ...interval !== void 0 && { interval },
    ...wetThreshold !== void 0 && { wetThreshold },
    ...draws > 0 && { bootstrap: { seed, draws, tooFew: "none", ...block !== void 0 && { block } } },
    onProgress: (period, done, total) => stages.update(periodNames[period], done, total)
  }).finally(() => stages.stop());
  if (o.json) emitJson({ command: "verify", ...names, ...found });
  else print(found, draws);
  if (csv) {
    const { header, rows } = changeSheet(found);
    await writeAtomically(csv, csvText(header, rows));
  }
}
function print(found, draws) {
  const { coverage, members, units, wetThreshold, pattern } = found;
  const wet = wetThreshold === null ? "" : `; wet from ${short(wetThreshold)}${units ? ` ${units}` : ""} on`;
  for (const [name, { range, times, cells, share }] of Object.entries(coverage)) {
    emit(
      `${name.padEnd(8)}  ${range[0]} to ${range[1]}: ${times[0]} times, of ${times[1]} and ${times[2]}; ${cells[0]} of ${cells[1]} values (${(100 * share).toFixed(1)} %)`
    );
  }
  emit(`forecast  ${members === 1 ? "one field" : `${members} members`}, in ${units ?? "no units"}${wet}`);
  const rows = changeRows(found);
  emit(`
${changeTable(rows)}`);
  const known = !Number.isNaN(pattern.correlation);
  emit(
    `
changes of ${pattern.cells} cells' means: ${known ? `correlation ${short(pattern.correlation)}, ` : ""}root mean square difference ${percent(pattern.rmsd).slice(1)}`
  );
  if (draws > 0 && rows.every(({ difference }) => Number.isNaN(difference.low))) {
    say("no intervals: the times of a period are too few to redraw");
  }
}
function changeTable(rows) {
  return table(
    ["", "forecast", "to", "change", "driving", "to", "change", "difference", "95 %"],
    rows.map(({ statistic, forecast, driving, difference }) => [
      statistic,
      ...[forecast, driving].flatMap(({ from, to, change }) => [short(from), short(to), percent(change.value)]),
      percent(difference.value),
      isKnown(difference.low) ? `${percent(difference.low)} to ${percent(difference.high)}` : "\u2013"
    ])
  );
}

// cli/verify/inputs.ts
var methods = ["bilinear", "qm", "qdm", "rainfarm"];
var isMethod = (text) => methods.some((method) => method === text);
function namedInputs(forecast, truth, o) {
  const list = [
    ["FORECAST", forecast],
    ["TRUTH", truth],
    ["--against", isMethod(o.against) ? void 0 : o.against],
    ["--coarse", o.coarse],
    ["--fine", o.fine],
    ["--regions", o.regions]
  ];
  return list.flatMap(([role, text]) => text === void 0 ? [] : [[role, text]]);
}
async function openInputs(forecast, truth, o) {
  checkRoles(o);
  const opened = [];
  const close = () => {
    for (const one of opened) one.close();
  };
  try {
    const fields = /* @__PURE__ */ new Map();
    for (const [role, text] of namedInputs(forecast, truth, o)) {
      if (!/[*?{[]/.test(text)) checkFiles(role, [namedFields(text).files]);
      const found = await openFields(text, { allowExternal: o.allowExternal ?? false });
      opened.push(found);
      if (found.fields.length > 1)
        throw new OptionsError(`${role} ${text}: expected one variable; name one`, "source", text);
      fields.set(role, found.fields[0]);
    }
    const whole = fields.get("TRUTH");
    const observed = o.time ? selectTimes(whole, o.time) : whole;
    if (o.change) {
      const own = fields.get("FORECAST");
      return {
        forecast: own,
        truth: (await regridder(own, o))(whole),
        against: void 0,
        regions: void 0,
        paths: opened.flatMap(({ paths }) => paths),
        close
      };
    }
    const onGrid = await regridder(observed, o);
    const other = isMethod(o.against) ? await made(o.against, observed, fields, o) : fields.get("--against");
    return {
      forecast: onGrid(fields.get("FORECAST")),
      truth: observed,
      against: other && ("parts" in other ? onGrid(other) : other),
      regions: await fields.get("--regions")?.load(),
      paths: opened.flatMap(({ paths }) => paths),
      close
    };
  } catch (error) {
    close();
    throw error;
  }
}
function checkRoles({ against, coarse, fine, draws }) {
  if (against !== void 0 && draws === 0) {
    throw new OptionsError(
      "--against gives differences, which need intervals; let --draws be 100 or more",
      "draws",
      draws
    );
  }
  if (!isMethod(against)) {
    const extra = coarse === void 0 ? fine === void 0 ? void 0 : "fine" : "coarse";
    if (extra === void 0) return;
    throw new OptionsError(`--${extra} goes with --against ${methods.join(", ")}; leave it out`, extra);
  }
  if (coarse === void 0) {
    throw new OptionsError(
      `--against ${against} is made of the coarse field that was refined; give --coarse FILE`,
      "coarse"
    );
  }
  const maps = against === "qm" || against === "qdm";
  if (maps && fine === void 0) {
    throw new OptionsError(
      `--against ${against} takes on the law of observations of other times; give --fine FILE`,
      "fine"
    );
  }
  if (!maps && fine !== void 0) throw new OptionsError(`--fine goes with --against qm or qdm; leave it out`, "fine");
}
async function made(method, truth, fields, o) {
  const [coarse, fine] = [fields.get("--coarse"), fields.get("--fine")];
  const baseline = baselineDownscaler({ method, grid: truth, ...fine && { fine, coarse } });
  const members = method === "rainfarm" ? { members: 8 } : {};
  return downscale(baseline, o.time ? selectTimes(coarse, o.time) : coarse, { seed: o.seed, ...members });
}
async function regridder(truth, { regrid }) {
  if (regrid === void 0) return (field) => field;
  const dim = truth.dimOf("time");
  const map = await (dim === void 0 ? truth : truth.isel({ [dim]: [0, 1] })).load();
  const grid = gridOf(map);
  return (field) => regridLazy(field, grid, { method: regrid });
}

// cli/verify/run.ts
var pictures = ["ranks", "reliability", "roc", "quantiles", "spectrum", "fss", "transport"];
async function verifyFiles(forecast, truth, options) {
  if (options.dryRun) return emitJson({ command: "verify", forecast, truth, ...options });
  const inputs = await openInputs(forecast, truth, options);
  try {
    const { csv, figures } = options;
    if (figures) await mkdir(figures, { recursive: true });
    prepareOutputs(
      [
        { path: csv, option: "csv" },
        ...figures ? pictures.map((name) => ({ path: join(figures, `${name}.png`), option: "figures" })) : []
      ],
      inputs.paths,
      options.overwrite
    );
    const names = Object.fromEntries(
      namedInputs(forecast, truth, options).map(([role, text]) => [role.replace("--", "").toLowerCase(), text])
    );
    if (options.change) return await verifyChange(inputs, options.change, options, names);
    const { against, regions } = inputs;
    const stages = startStages((stage) => stage === "redrawing" ? "redraws" : "maps");
    const { transport: reach, draws, block, seed } = options;
    const byTimes = typeof block === "number" ? { block } : {};
    const moved = reach === void 0 ? void 0 : await movedRain(mapsLast(inputs.truth), {
      reach,
      onProgress: (done, total) => stages.update("moving rain", done, total),
      ...draws > 0 && { bootstrap: { seed, draws, tooFew: "none", ...byTimes } }
    });
    const found = await verify(inputs.forecast, inputs.truth, {
      ...scoring(options),
      ...moved && { scores: moved.scores },
      onProgress: stages.update,
      ...against && { against },
      ...regions && { regions }
    }).finally(() => stages.stop());
    if (options.json) emitJson({ command: "verify", ...names, ...found });
    else print2(found, options);
    if (csv) {
      const { header, rows } = scoreSheet(found);
      await writeAtomically(csv, csvText(header, rows));
    }
    if (figures) await draw(figures, found, moved?.picture(found.units)?.svg);
  } finally {
    inputs.close();
  }
}
function scoring(o) {
  const { thresholds, quantiles, windows, wetThreshold, units, interval, block, by, seed, draws } = o;
  const day = (time) => time.slice(0, 10);
  return {
    times: o.pairTimes,
    seed,
    spectrum: true,
    sal: true,
    ...o.climate && { climate: true },
    ...by && { events: by === "day" ? day : by },
    ...thresholds && { thresholds },
    ...quantiles && { quantiles },
    ...units !== void 0 && { units },
    ...interval !== void 0 && { interval },
    ...wetThreshold !== void 0 && { wetThreshold },
    fss: { ...thresholds && { thresholds }, ...windows && { windows } },
    ...draws > 0 && { bootstrap: { seed, draws, tooFew: "none", ...block !== void 0 && { block } } }
  };
}
function print2(found, { against, draws }) {
  emit(coverageLines(found).join("\n"));
  const other = against === void 0 ? void 0 : isMethod(against) ? against : "other";
  const rows = rowsOf("all", found);
  emit(`
${scoresTable(rows, other)}`);
  if (draws > 0 && rows.every(({ low }) => low === void 0 || Number.isNaN(low))) {
    say(`no intervals: ${found.coverage.times[0]} times are too few to redraw`);
  }
  const test = found.against?.dieboldMariano;
  if (test && !Number.isNaN(test.p)) {
    emit(`Diebold\u2013Mariano test of equal CRPS: ${test.statistic.toFixed(2)}, p = ${test.p.toPrecision(2)}`);
  }
  for (const lines of [
    rankLines(found).join("\n"),
    transportLines(found).join("\n"),
    partsTable(found),
    climateTable(found)
  ])
    if (lines) emit(`
${lines}`);
}
async function draw(folder, { scores, diagrams, units }, transport) {
  const drawn = {
    ...scores.rankHistogram.length > 0 && {
      ranks: rankFigure({ counts: scores.rankHistogram, title: "Ranks of the truth" })
    },
    ...diagrams.reliability.length > 0 && {
      reliability: reliabilityFigure(diagrams, units),
      roc: rocFigure(diagrams, units)
    },
    quantiles: quantileFigure(diagrams, units),
    ...diagrams.spectrum.truth.some((p) => p > 0) && { spectrum: spectrumFigure(diagrams) },
    ...scores.fss.length > 0 && { fss: fssFigure(scores.fss, units) },
    ...transport !== void 0 && { transport }
  };
  for (const [name, svg] of Object.entries(drawn))
    await writePicture(join(folder, `${name}.png`), await svg, { scale: 2 });
  say(`${Object.keys(drawn).join(", ")} drawn in ${folder}`);
}
export {
  verifyFiles
};
