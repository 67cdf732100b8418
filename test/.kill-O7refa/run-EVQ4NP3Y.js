import {
  solve as solve2
} from "./chunk-MRI5PAR5.js";
import "./chunk-RLX5QGJA.js";
import {
  withOptimizerOptions,
  withSamplerOptions
} from "./chunk-2V23MHK2.js";
import "./chunk-OMBEO662.js";
import "./chunk-3KIGRSIF.js";
import {
  Solution,
  construct,
  defaultSampler,
  domainOf,
  edgesOf,
  equationList,
  march,
  pde,
  presetOptions,
  printProblem,
  problemFromJson,
  problemToJson,
  recommendedOptions,
  recommendedWindows,
  referenceNames,
  referenceOf,
  referenceProblem,
  resolveOptions,
  solutionCurves,
  solutionPicture,
  solve,
  suggestedScale,
  testSetOf,
  trueValues,
  writeSolution
} from "./chunk-2A2JZMMH.js";
import {
  csvText,
  writePicture
} from "./chunk-B76RVHYB.js";
import "./chunk-RFNE7LAF.js";
import {
  describeNetwork,
  networkKinds,
  networkProgram
} from "./chunk-REA3PM3L.js";
import {
  optimizerKinds
} from "./chunk-E4UB2BUP.js";
import {
  namedSampler,
  namesOnCells,
  samplerName,
  start
} from "./chunk-M7QUBEK6.js";
import "./chunk-RDQ5FCHV.js";
import {
  findUnfinished
} from "./chunk-U2MKQBF5.js";
import {
  readRunOptions
} from "./chunk-HHEHUTHZ.js";
import "./chunk-O6FHBCA2.js";
import "./chunk-IHC7556Q.js";
import "./chunk-6RL6FTP2.js";
import "./chunk-TNAG3B54.js";
import "./chunk-JYSZMQVP.js";
import "./chunk-UT3GBMX3.js";
import {
  onInterrupt
} from "./chunk-MVKM2D2H.js";
import "./chunk-M5E6TLWJ.js";
import {
  startProgress
} from "./chunk-CUG62DKC.js";
import {
  version
} from "./chunk-6KCX3X7U.js";
import "./chunk-MYHAFT5B.js";
import "./chunk-PHUSJ35S.js";
import "./chunk-2JKOHZZA.js";
import "./chunk-JHNL2DBA.js";
import "./chunk-AWWB6X6Z.js";
import {
  Unfinished,
  WrongInput,
  checkFiles,
  checkFolder,
  own,
  prepareOutputs,
  writeAtomically
} from "./chunk-72SAAEYX.js";
import "./chunk-O7EZDEUO.js";
import {
  FormatError,
  OptionsError,
  isMongeError
} from "./chunk-Y46VEHZ7.js";
import {
  emit,
  emitJson,
  say,
  shellWord
} from "./chunk-K2VWOMW7.js";

// cli/solve/run.ts
import { basename } from "node:path";

// cli/solve/plan.ts
import { readFileSync } from "node:fs";
import { extname, join } from "node:path";

// cli/solve/network.ts
function chosenNetwork(problem, o, base) {
  const kind = o.network ?? base?.kind ?? "mlp";
  const own2 = base?.kind === kind ? base : void 0;
  const { make, options } = networkKinds[kind];
  const takes = (name) => options.includes(name);
  const { width, depth, activation, rank, features: inputs } = o;
  const ownScale = own2 !== void 0 && "scale" in own2 ? own2.scale : void 0;
  const scale = o.scale ?? ownScale ?? (takes("scale") ? suggestedScale(problem) : void 0);
  const asked = Object.entries({ width, depth, activation, rank, features: inputs, scale: o.scale });
  for (const [name, value] of asked) {
    if (value === void 0 || takes(name)) continue;
    const others = Object.entries(networkKinds).flatMap(([other, row]) => row.options.includes(name) ? [other] : []);
    throw new OptionsError(`--${name} is for --network ${others.join(" or ")}`, name, value);
  }
  const numbers = Object.entries({ width, depth, activation, rank, scale }).filter(([, value]) => value !== void 0);
  return make({
    ...own2,
    ...Object.fromEntries(numbers),
    ...inputs !== void 0 && features(inputs, problem)
  });
}
function features(text, { axes }) {
  const periodic = {};
  let squares = false;
  for (const part of text.split(",")) {
    const match = /^periodic:(\w+)=([1-9]\d*)$/.exec(part.trim());
    const axis = axes.indexOf(match?.[1] ?? "");
    if (match !== null && axis >= 0) periodic[axis] = Number(match[2]);
    else if (part.trim() === "squares") squares = true;
    else {
      const expected = `expected squares or periodic:AXIS=K with an axis of ${axes.join(", ")}`;
      throw new OptionsError(`--features has "${part}"; ${expected}`, "features", part);
    }
  }
  return { squares, periodic };
}

// cli/solve/sampler.ts
function chosenSampler(o, base) {
  const { sampler: asked, cells } = o;
  const name = asked ?? (base && samplerName(base)) ?? (cells && namesOnCells[0]);
  if (cells !== void 0 && !namesOnCells.some((one) => one === name)) {
    throw new OptionsError(`--cells is for ${namesOnCells.join(" and ")}, not for ${name}`, "cells", cells);
  }
  if (name === void 0 || base && samplerName(base) === name && cells === void 0) return base;
  const { shape } = { ...base, ...cells && { shape: cells } };
  return namedSampler(name, shape === void 0 || !namesOnCells.includes(name) ? {} : { shape });
}

// cli/solve/plan.ts
var prefix = "reference:";
var fixed = [
  ...["sampler", "cells", "optimizer", "network", "depth", "width", "rank", "activation", "scale", "features"],
  ...["points", "boundaryPoints", "stepsPerRound", "starts", "seed", "blas", "out"],
  ...["windows", "carry", "keep"],
  ...["preset", "conditions", "weights", "batch", "precision", "samplerOptions", "optimizerOptions"]
];
async function planSolve(argument, o) {
  checkPlaces(argument, o);
  if (o.resume !== void 0) return resumed(argument, o, o.resume);
  if (argument === void 0) {
    throw new OptionsError("solve: name a problem, FILE.json or reference:NAME (see --list)", "problem", argument);
  }
  const problem = readProblem(argument);
  const reference = referenceOf(problem);
  const base = reference === void 0 ? {} : recommendedOptions(reference.name);
  const windows = reference && recommendedWindows(reference.name);
  const tuned = argument.startsWith(prefix) && (Object.keys(base).length > 0 || windows !== void 0);
  const automatic = leavesOpen(o) && (o.auto === true || !tuned);
  if (o.auto && !automatic) {
    const given = Object.keys(o).find(
      (name) => !open.includes(name) && o[name] !== void 0
    );
    throw new OptionsError(`solve: --auto chooses the method by itself; leave \`${given}\` out`, given, true);
  }
  return {
    problem,
    reference,
    automatic,
    options: resolved(problem, merged(problem, automatic ? {} : base, o)),
    windows: automatic ? void 0 : windowsOf(problem, o, windows),
    resume: void 0,
    grid: gridOf(problem, o)
  };
}
var open = [
  ...[
    "auto",
    "list",
    "seconds",
    "processorSeconds",
    "steps",
    "residual",
    "seed",
    "threads",
    "blas",
    "out",
    "checkpointEvery"
  ],
  ...["grid", "nc", "csv", "figure", "overwrite", "json", "dryRun"]
];
var leavesOpen = (o) => Object.entries(o).every(([name, value]) => value === void 0 || open.includes(name));
function merged(problem, recommended, o) {
  const { preset, conditions, weights, batch, precision } = o;
  const base = preset === void 0 ? recommended : presetOptions(preset, problem.axes.length);
  const { points, boundaryPoints, stepsPerRound, starts, seed, threads, blas, optimizer } = o;
  const known = chosenSampler(o, base.sampler);
  const sampler = o.samplerOptions === void 0 ? known : withSamplerOptions(known ?? defaultSampler(domainOf(problem.domain)), o);
  const kind = optimizer ?? base.optimizer?.kind ?? "gauss-newton";
  const own2 = kind === base.optimizer?.kind ? base.optimizer : optimizerKinds[kind].make({});
  const budget = budgetOf(o) ?? base.budget;
  const counts = { points, boundaryPoints, stepsPerRound, seed, threads, batch };
  const given = Object.entries({ ...counts, blas, conditions, precision });
  return {
    ...base,
    ...Object.fromEntries(given.filter(([, value]) => value !== void 0)),
    network: chosenNetwork(problem, o, base.network),
    ...sampler && { sampler },
    ...starts !== void 0 && { starts: { ...base.starts, count: starts } },
    ...(optimizer ?? o.optimizerOptions) !== void 0 && { optimizer: withOptimizerOptions(own2, o) },
    ...weights && { weights: { ...base.weights, ...weights } },
    ...budget && { budget }
  };
}
function budgetOf({ seconds, processorSeconds, steps, residual }) {
  const limits = { seconds, processorSeconds, steps };
  const unlimited = Object.values(limits).every((limit) => limit === void 0);
  if (unlimited && residual === void 0) return void 0;
  return {
    ...Object.fromEntries(Object.entries(limits).filter(([, limit]) => limit !== void 0)),
    ...unlimited && { seconds: 60 },
    ...residual !== void 0 && { residual }
  };
}
function resolved(problem, options) {
  const domain = domainOf(problem.domain);
  const all = resolveOptions(options, problem, domain);
  start(all.sampler, domain).dispose?.();
  return all;
}
async function resumed(argument, o, place) {
  if (argument !== void 0) {
    throw new OptionsError("solve: --resume has its problem in its record; leave PROBLEM out", "problem", argument);
  }
  const given = fixed.find((name) => o[name] !== void 0);
  if (given !== void 0) {
    throw new OptionsError(`solve: a run goes on with its own \`${given}\`; leave it out`, given, o[given]);
  }
  const folder = await findUnfinished(place);
  const path = join(folder, "options.json");
  const stored = await readRunOptions(folder);
  if (!stored?.problem || !stored.network) {
    throw new FormatError(path, "run", "it is no record of `monge solve`", "name a run that this command began");
  }
  const { problem: written, ...recorded } = stored;
  const problem = problemFromJson(written, path);
  const budget = budgetOf(o) ?? recorded.budget;
  const options = {
    ...recorded,
    blas: recorded.blas ?? "none",
    budget,
    ...o.threads !== void 0 && { threads: o.threads }
  };
  const grid = gridOf(problem, o);
  return {
    problem,
    reference: referenceOf(problem),
    options: resolved(problem, options),
    windows: void 0,
    automatic: false,
    resume: folder,
    grid
  };
}
function windowsOf(problem, o, recommended) {
  const without = ["out", "onnx", "curves"].find((name) => o[name] !== void 0);
  const base = without === void 0 ? recommended : void 0;
  const { windows = base?.windows, carry = base?.carry, keep } = o;
  if (windows === void 0 || windows === 1) {
    const alone = ["carry", "keep"].find((name) => o[name] !== void 0);
    if (alone !== void 0) throw new OptionsError(`--${alone} is for --windows above 1`, alone, o[alone]);
    return void 0;
  }
  if (without !== void 0) {
    const way = without === "out" ? "; --keep DIR keeps finished windows" : "";
    throw new OptionsError(`--${without} is for one network, not for --windows${way}`, without, o[without]);
  }
  edgesOf(windows, problem);
  return { windows, carry: carry === true, ...keep !== void 0 && { folder: keep } };
}
function readProblem(argument) {
  if (argument.startsWith(prefix)) {
    const name = argument.slice(prefix.length);
    if (!referenceNames.includes(name)) {
      throw new OptionsError(
        `solve: there is no reference problem "${name}"; there are ${referenceNames.join(", ")}`,
        "problem",
        name
      );
    }
    return pde(referenceProblem(name).spec);
  }
  checkFiles("PROBLEM", [argument]);
  try {
    return problemFromJson(readFileSync(argument, "utf8"), argument);
  } catch (error) {
    if (!isMongeError(error)) throw error;
    throw new WrongInput(error);
  }
}
function checkPlaces(argument, o) {
  const expect = (option, ...endings) => {
    const path = o[option];
    if (path === void 0) return;
    if (!endings.includes(extname(path).toLowerCase())) {
      throw new OptionsError(`--${option} ${path} must end in ${endings.join(" or ")}`, option, path);
    }
  };
  expect("nc", ".nc");
  expect("csv", ".csv");
  expect("onnx", ".onnx");
  expect("figure", ".svg", ".png");
  expect("curves", ".svg", ".png");
  const inputs = argument === void 0 || argument.startsWith(prefix) ? [] : [argument];
  const places = ["nc", "csv", "onnx", "figure", "curves"].map((option) => ({ option, path: o[option] }));
  prepareOutputs(places, inputs, o.overwrite);
  for (const folder of [o.out, o.keep]) if (folder !== void 0) checkFolder(folder);
  if (o.grid !== void 0 && o.nc === void 0 && o.csv === void 0) {
    throw new OptionsError("--grid says where --nc and --csv have their points; give one too", "grid", o.grid);
  }
}
var mostCells = 2 ** 25;
function gridOf({ axes }, o) {
  const out = o.nc !== void 0 ? "nc" : o.csv !== void 0 ? "csv" : void 0;
  if (out === void 0) return void 0;
  const spelt = axes.map((axis) => `${axis}=\u2026`).join(",");
  if (o.grid === void 0) {
    if (axes.length > 3)
      throw new OptionsError(`--${out} needs --grid ${spelt} above three dimensions`, "grid", void 0);
    return Object.fromEntries(axes.map((axis) => [axis, axes.length === 3 ? 41 : 101]));
  }
  const named = Object.keys(o.grid);
  const wrong = named.find((axis) => !axes.includes(axis)) ?? axes.find((axis) => !named.includes(axis));
  if (wrong !== void 0) {
    const what = axes.includes(wrong) ? `leaves out ${wrong}` : `names ${wrong}`;
    throw new OptionsError(`--grid ${what}; the axes are ${axes.join(", ")}: ${spelt}`, "grid", wrong);
  }
  const count = Object.values(o.grid).reduce((a, b) => a * b, 1);
  if (count > mostCells) throw new OptionsError(`--grid has ${count} points; at most ${mostCells}`, "grid", count);
  return o.grid;
}

// cli/solve/report.ts
var runOf = (solution) => solution instanceof Solution ? solution.run : void 0;
var cutAt = (solution) => solution instanceof Solution || solution.until === solution.edges.at(-1) ? void 0 : solution.until;
function describePlan({ problem, options, windows, resume, automatic }) {
  const domain = domainOf(problem.domain);
  const { held, rows } = construct(problem, domain);
  const { network, sampler, optimizer, points, starts, seed, budget } = options;
  const size = networkProgram(network, domain, problem.unknowns.length).size;
  say(printProblem(problem));
  for (const c of held) say(`  hard, by construction: ${conditionText(c, problem)}`);
  for (const c of rows) say(`  soft, as rows: ${conditionText(c, problem)}`);
  if (automatic) {
    say(`  method chosen by itself, ${budgetText(budget)}, seed ${seed}`);
    return;
  }
  say(
    `  ${describeNetwork(network, size)}, ${samplerName(sampler)}, ${points} points, ${optimizer.kind}, ${budgetText(budget)}, seed ${seed}`
  );
  if (starts.count > 1) say(`  the best of ${starts.count} after ${starts.steps} steps of each goes on`);
  if (windows !== void 0) say(`  ${windowText(windows)}, each with such a network`);
  if (resume !== void 0) say(`  going on in ${resume}`);
}
function windowText({ windows }) {
  return typeof windows === "number" ? `in ${windows} windows of time` : `in windows of time cut at ${windows.join(", ")}`;
}
function conditionText({ kind, text, on }, { axes }) {
  const place = on === "boundary" ? "on the boundary" : "edge" in on ? `on edge ${on.edge}` : "where" in on ? "on a part of the boundary" : "surface" in on ? "inside" : kind === "initial" ? "at the start" : `on ${axes[on.axis]}${on.side === "both" ? ", both sides" : `, ${on.side} side`}`;
  return `${text.replace(/ = exact$/, " = the exact one")}, ${kind} ${place}`;
}
function budgetText({ seconds, processorSeconds, steps, residual }) {
  const parts = [
    ...seconds === void 0 ? [] : [`${seconds} s`],
    ...processorSeconds === void 0 ? [] : [`${processorSeconds} s of the processor`],
    ...steps === void 0 ? [] : [`${steps} steps`],
    ...residual === void 0 ? [] : [`residual ${residual}`]
  ];
  return `until ${parts.join(" or ")}`;
}
function planJson(plan, o) {
  const { problem, reference, options, windows, resume, grid, automatic } = plan;
  const { out = null, nc = null, csv = null, onnx = null, figure = null, curves = null, checkpointEvery } = o;
  return {
    command: "solve",
    problem: problemToJson(problem),
    reference: reference?.name ?? null,
    automatic,
    ...automatic ? { seed: options.seed, budget: options.budget, threads: options.threads } : options,
    ...windows && { windows: windows.windows, carry: windows.carry, keep: windows.folder ?? null },
    ...{ resume: resume ?? null, out, checkpointEvery, nc, csv, grid: grid ?? null, onnx, figure, curves }
  };
}
async function errorsOf(solution, plan) {
  const test = testSetOf(plan);
  return test && solution.errors(test);
}
function outcomeJson(solution, { problem, reference, options, windows, automatic }, errors, o) {
  const { report } = solution;
  const network = solution instanceof Solution ? solution.network : solution.windows[0]?.network ?? null;
  const { status, seconds, steps, rounds, residual, scale, hardConditions, softConditions } = report;
  const constants = Object.entries(report.constants).map(
    ([name, found]) => [name, { ...found, true: own(problem.constants, name) ?? null }]
  );
  return {
    status,
    relativeL2: errors?.relativeL2 ?? null,
    maxError: errors?.maxError ?? null,
    seconds,
    steps,
    residual,
    seed: options.seed,
    constants: Object.fromEntries(constants),
    problem: problem.name,
    reference: reference?.name ?? null,
    perUnknown: errors?.perUnknown ?? null,
    testPoints: errors?.points ?? null,
    ...{ rounds, residualScale: scale, points: options.points, hardConditions, softConditions },
    ...automatic ? { network, estimate: report.estimate ?? null, method: report.method ?? [] } : { network: options.network, sampler: samplerName(options.sampler), optimizer: options.optimizer.kind },
    processorSeconds: report.processorSeconds ?? null,
    run: runOf(solution) ?? null,
    ...windows && { windows: windows.windows, until: cutAt(solution) ?? null },
    files: writtenFiles(o, cutAt(solution) === void 0)
  };
}
function writtenFiles({ nc, csv, onnx, figure, curves }, whole) {
  const named = (path) => whole && path || null;
  return { nc: named(nc), csv: named(csv), onnx: named(onnx), figure: named(figure), curves: named(curves) };
}
function outcomeTable(solution, plan, errors) {
  const { problem, reference } = plan;
  const { status, residual, scale, seconds, steps, rounds, constants, estimate } = solution.report;
  const cut = cutAt(solution);
  const meaning = {
    converged: "the residual asked for is reached, or features came to rest",
    budget: "the budget is used up",
    diverged: "the loss ceased to be finite; this is the best before",
    aborted: "stopped before the budget was used up",
    stalled: "no better step was found",
    doubtful: "it should not be believed"
  }[status];
  const against = reference === void 0 ? "the exact solution" : "the reference";
  const several = problem.unknowns.length > 1;
  const rows = [
    ["status", `${status}: ${meaning}`],
    ...cut === void 0 ? [] : [["until", `t = ${cut}; no errors nor files of what is not solved`]],
    ...errors ? [
      ["relative L2", `${digits(errors.relativeL2)}  (against ${against}, ${errors.points} points)`],
      ...several ? Object.entries(errors.perUnknown).map(([u, v]) => [`  of ${u}`, digits(v)]) : [],
      ["max error", digits(errors.maxError)]
    ] : [],
    ...estimate ? estimateRows(estimate) : [],
    ["residual", `${digits(residual)}  (root mean square of weighted rows, equations divided by ${digits(scale)})`],
    ["seconds", seconds.toFixed(1)],
    ["steps", `${steps} in ${rounds} rounds`],
    ...Object.entries(constants).map(([name, { value, standardDeviation }]) => {
      const truth = own(problem.constants, name);
      const known = truth === void 0 ? "" : `  (truly ${Number(truth.toPrecision(6))})`;
      return [name, `${Number(value.toPrecision(6))} \xB1 ${digits(standardDeviation)}${known}`];
    })
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `${name.padEnd(width)}  ${value}`).join("\n");
}
function estimateRows({ relativeL2, by, advice }) {
  const size = Number.isFinite(relativeL2) ? digits(relativeL2) : "unknown";
  return [
    ["estimated", `${size}  (relative L2, by ${by})`],
    ...advice === void 0 ? [] : [["advice", advice]]
  ];
}
var digits = (value) => value.toExponential(2);
function listReferences(json) {
  const all = referenceNames.map((name) => ({
    reference: referenceProblem(name),
    recommended: { ...recommendedOptions(name), ...recommendedWindows(name) }
  }));
  if (json) {
    emitJson(
      all.map(({ reference: { spec, published }, recommended }) => {
        const { observations, ...rest } = spec;
        const observed = observations?.map(({ points: _, values, ...one }) => ({ ...one, count: values.length }));
        return { ...rest, ...observed && { observations: observed }, published, recommended };
      })
    );
    return;
  }
  const lines = all.flatMap(({ reference: { spec, published } }) => [
    `reference:${spec.name}`,
    ...equationList(spec).map((e) => `  ${typeof e === "string" ? e : e.name}`),
    ...published.map((one) => `  - ${one}`)
  ]);
  emit(lines.join("\n"));
}

// cli/solve/solution-table.ts
function solutionTable({ axes, points, values }, truth) {
  const unknowns = Object.keys(values);
  const [d, n] = [axes.length, unknowns.length];
  const header = [...axes, ...unknowns, ...truth ? unknowns.map((name) => `${name}_true`) : []];
  const rows = Array.from({ length: points.length / d }, (_, i) => {
    const found = unknowns.map((name) => values[name][i]);
    const known = truth ? unknowns.map((_name, k) => Number.isNaN(found[k]) ? void 0 : truth[i * n + k]) : [];
    return [...points.subarray(i * d, (i + 1) * d), ...found, ...known];
  });
  return csvText(header, rows);
}

// cli/solve/run.ts
async function solveCommand(argument, o) {
  if (o.list) return listReferences(o.json === true);
  const plan = await planSolve(argument, o);
  describePlan(plan);
  if (o.dryRun) return emitJson(planJson(plan, o));
  const interrupt = onInterrupt("coming to a stop after this step; again to stop at once");
  const snapshots = [];
  let points;
  try {
    const { budget } = plan.options;
    const { windows, resume } = plan;
    const bar = startProgress("solving", total(budget), { unit: unitOf(budget) });
    const shown = { ...plan.options, signal: interrupt.signal };
    const { seed, threads, blas } = plan.options;
    const began = performance.now();
    const solving = plan.automatic ? solve2(plan.problem, {
      ...{ budget, seed, threads, blas, signal: interrupt.signal, checkpointEvery: o.checkpointEvery },
      ...o.out !== void 0 && { runs: o.out },
      onProgress(progress, round) {
        bar.update(done({ ...progress, seconds: (performance.now() - began) / 1e3 }, budget), noteOf(progress));
        points = round.points;
      }
    }) : windows === void 0 ? solve(plan.problem, {
      ...shown,
      ...resume !== void 0 && { resume },
      ...o.out !== void 0 && { runs: o.out },
      checkpointEvery: o.checkpointEvery,
      onProgress(progress, round) {
        bar.update(done(progress, budget), noteOf(progress));
        points = round.points;
        if (o.curves !== void 0) snapshots.push({ ...progress, theta: round.theta });
      }
    }) : march(plan.problem, { ...shown, ...windows, onProgress: overWindows(bar, budget) });
    const solution = await solving.finally(() => bar.stop());
    try {
      await finish(solution, plan, o, snapshots, points);
    } finally {
      await solution.dispose();
    }
  } finally {
    interrupt.stop();
  }
}
function overWindows(bar, budget) {
  let [window, seconds, steps] = [0, 0, 0];
  let last;
  return (progress, _round, k) => {
    if (k !== window) [window, seconds, steps] = [k, seconds + (last?.seconds ?? 0), steps + (last?.steps ?? 0)];
    last = progress;
    const all = { ...progress, seconds: seconds + progress.seconds, steps: steps + progress.steps };
    bar.update(done(all, budget), `window ${k + 1}, ${noteOf(progress)}`);
  };
}
async function finish(solution, plan, o, snapshots, points) {
  const { problem, windows } = plan;
  const whole = cutAt(solution) === void 0;
  const errors = whole ? await errorsOf(solution, plan) : void 0;
  const { status } = solution.report;
  if (whole) {
    if (plan.grid !== void 0) await writeGrid(solution, plan, o, plan.grid, errors);
    if (o.figure !== void 0) {
      await writePicture(o.figure, await solutionPicture(solution, plan, { points }), { scale: 1.5 });
    }
    if (solution instanceof Solution) {
      if (o.onnx !== void 0) await writeAtomically(o.onnx, await solution.toOnnx());
      if (o.curves !== void 0) {
        const timed = plan.options.budget.seconds !== void 0;
        await writePicture(o.curves, await solutionCurves(solution, plan, snapshots, timed), { scale: 1.5 });
      }
    }
    for (const path of [o.nc, o.csv, o.onnx, o.figure, o.curves]) if (path !== void 0) say(`wrote ${path}`);
  }
  const [run, folder] = [runOf(solution), windows?.folder];
  if (run !== void 0) say(`recorded in ${run}`);
  if (folder !== void 0) say(`windows are kept in ${folder}`);
  if (o.json) emitJson(outcomeJson(solution, plan, errors, o));
  else emit(outcomeTable(solution, plan, errors));
  for (const line of solution.report.method ?? []) say(`  ${line}`);
  if (status === "aborted") {
    const hint = run === void 0 ? "" : `; to go on: monge solve --resume ${shellWord(run)}`;
    const again = folder === void 0 ? "" : "; the same command goes on";
    say(`${basename(problem.name)}: stopped early${hint}${again}`);
  }
  if (status === "aborted" || status === "diverged") throw new Unfinished(status);
}
async function writeGrid(solution, plan, { nc, csv }, grid, errors) {
  const { problem, options } = plan;
  const values = await solution.onGrid(grid);
  if (csv !== void 0) await writeAtomically(csv, solutionTable(values, trueValues(plan, values.points)));
  if (nc === void 0) return;
  const { status, residual } = solution.report;
  const command = ["monge", ...process.argv.slice(2)].map(shellWord).join(" ");
  await writeSolution(nc, values, {
    title: printProblem(problem).replaceAll(/\s*\n\s*/g, "; ").replaceAll(/ {2,}/g, "  "),
    history: `${command} (monge ${version()}, Node ${process.versions.node}, seed ${options.seed})`,
    attributes: { status, residual, ...errors && { relative_l2_error: errors.relativeL2 } }
  });
}
var inSeconds = ({ seconds, processorSeconds }) => seconds !== void 0 || processorSeconds !== void 0;
var total = (budget) => inSeconds(budget) ? Math.ceil(budget.seconds ?? budget.processorSeconds) : budget.steps;
var unitOf = (budget) => inSeconds(budget) ? "s" : "steps";
var done = ({ seconds, steps }, budget) => inSeconds(budget) ? Math.min(total(budget), Math.round(seconds)) : steps;
function noteOf({ freshLoss, steps, points }) {
  return `residual ${Math.sqrt(freshLoss).toExponential(1)}, step ${steps}, ${points} points`;
}
export {
  solveCommand
};
