/** Every table of README.md and docs that comes from a record. */

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { runScript } from "../../test/script.ts";
import { type ChoreResult, choresTable } from "../chores/table.ts";
import { type ConservationResult, conservationRows } from "../conservation/rows.ts";
import { type Example, exampleRows, type Reference, type Result, type Theirs } from "../deepxde-examples/page.ts";
import { effectsTable, type FewFieldsRow, scoresTable } from "../few-fields/rows.ts";
import { type JointRow, jointTable } from "../joint-correction/rows.ts";
import { type NarrowRun, narrowMedians, narrowRows } from "../narrow-features/rows.ts";
import { type PinnacleResult, pinnacleRows } from "../pinnacle/rows.ts";
import { calibrationTables } from "../pretrain/calibration.ts";
import type { Recorded } from "../pretrain/judged.ts";
import { leftOutRows, missedGoals, missedRows, priceOfNotSeeing, scoreRows, untrainedRow } from "../pretrain/print.ts";
import type { AlongErrors } from "../previous-field/diagnostics.ts";
import {
  type FilmRow,
  previousCatchments,
  previousEdges,
  previousMotion,
  previousTable,
} from "../previous-field/rows.ts";
import { catchmentsTable, type ReachRow, sumsTable } from "../rain-in-time/rows.ts";
import { type AasResult, aasRows, type CaseRun, caseRows } from "../solver-aas/rows.ts";
import { type Compared, comparedRows, type Reached, reachedRows } from "../solver-elements/rows.ts";
import type { DeepxdeTime } from "../solver-reach/deepxde.ts";
import { atGoalTable, type ClassicalTime, type ReachResult, reachCounts, reachTable } from "../solver-reach/rows.ts";
import { goals } from "../solver-suite/goals.ts";
import { randomProblem } from "../solver-suite/random.ts";
import {
  countRows,
  halfRows,
  isDoubted,
  isWrong,
  kindRows,
  reachRows,
  type SuiteResult,
  worstRows,
} from "../solver-suite/rows.ts";
import { type SpaceResult, spaceRows } from "../space-and-time/rows.ts";
import { type LimitsRow, limitsTable, type TimeFactorRow, timeFactorTable } from "../time-factor/rows.ts";
import { type StagesRow, stagesTable } from "../two-stages/rows.ts";
import { type RecordedTable, type Rows, tablesOf } from "./page.ts";
import { type CutOffRow, rainCutOffTable } from "./rain-cut-off.ts";
import { type GaugeFitsRow, rainGaugeFitsTable } from "./rain-gauge-fits.ts";
import { rainSpectraTable, type SpectraRow } from "./rain-spectra.ts";
import { rainSquaresTable, type SquaresRow } from "./rain-squares.ts";
import { rainSumsTable, type SumsRow } from "./rain-sums.ts";
import { cardRows, shippedScores } from "./shipped-scores.ts";
import { type WorkedCase, workedRows } from "./worked-case.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const read = <T>(path: string): T => JSON.parse(readFileSync(`${root}${path}`, "utf8")) as T;

const reachRecord = () =>
  [
    read<readonly ReachResult[]>("research/solver-reach/results.json"),
    read<readonly ClassicalTime[]>("research/solver-reach/classical.json"),
  ] as const;
const countsOfReach = () => reachCounts(...reachRecord());
/** What was found of a row of the counts, by how the row begins. */
const found = (row: string): string =>
  countsOfReach()
    .find(([name]) => name!.startsWith(row))!
    .at(-1)!;

const suite = "research/solver-suite";
const suiteResults = (name: string) => read<readonly SuiteResult[]>(`${suite}/${name}.json`);

/** The problems of README, by name of the suite. */
const finalNames = {
  "diffusion-reaction": "diffusion–reaction, five modes",
  "klein-gordon": "Klein–Gordon, quadratic",
  "poisson-multiscale": "Poisson, two scales",
  helmholtz: "Helmholtz, k = 4π",
  "beltrami-flow": "Beltrami’s flow, 3 + 1 axes, velocities",
  "wave-speed-10": "wave, speed 10",
  "kovasznay-20": "Kovasznay’s flow, Re = 20",
  "elasticity-plate": "elastic plate, five unknowns",
  "kuramoto-sivashinsky": "Kuramoto–Sivashinsky",
  "advection-50": "advection, speed 50",
  "kdv-zabusky-kruskal": "Korteweg–de Vries",
  schroedinger: "Schrödinger, nonlinear",
  "parabolic-system": "two parabolic equations",
};
const developmentNames = {
  "arc-layer": "arc layer",
  "nagumo-front": "Nagumo’s front",
  "klein-gordon-periodic": "periodic cubic wave",
  "two-unknowns": "two reacting unknowns, 2 + 1 axes",
  annulus: "harmonic function in an annulus",
  "peak-3d": "peak in three dimensions",
  "euler-beam": "Euler’s beam",
  "boundary-layer": "boundary layer",
  "burgers-step": "Burgers, a step",
  burgers: "Burgers, 0.01/π",
  "allen-cahn": "Allen–Cahn, 1e-4",
  "gaussian-10d-off-centre": "bump off the centre in ten dimensions",
  "lid-driven-cavity": "lid-driven cavity, velocities and pressure",
};

const reach = (budget: number, problems: readonly string[], seconds = false): Rows =>
  reachRows([...suiteResults("reach"), ...suiteResults("results")], goals, budget, problems, seconds);
const counted = (marker: string, name: string, rows: readonly string[]): RecordedTable => ({
  ...{ file: "research/solver-results.md", marker, record: `${suite}/${name}.json` },
  render: () => countRows(suiteResults(name), rows),
});
const half = (name: string): RecordedTable => ({
  ...{ file: "research/solver-results.md", marker: `${name}-half`, record: `${suite}/results.json` },
  render: () => halfRows(suiteResults("results"), suiteResults("results-tuned"), name),
});
const aas = (marker: string, problem: string, arms: Readonly<Record<string, string>>): RecordedTable => ({
  ...{ file: "research/solver-results.md", marker, record: "research/solver-aas/results.json" },
  render: () => aasRows(read<readonly AasResult[]>("research/solver-aas/results.json"), problem, arms),
});
const narrow = (marker: string, file: string, rows: (runs: readonly NarrowRun[]) => Rows): RecordedTable => ({
  ...{ file, marker, record: "research/narrow-features/results.jsonl" },
  render: () => rows(linesOf<NarrowRun>("research/narrow-features/results.jsonl")),
});
/** Number of a problem drawn by chance. */
const numberOf = (problem: string) => Number(problem.split("-").at(-1));
const drawnResults = () =>
  suiteResults("results-random").filter(({ problem }) => numberOf(problem) > 500 && numberOf(problem) <= 600);
const trusted = (results: readonly SuiteResult[]): string => {
  const wrong = results.filter(isWrong);
  const doubted = wrong.filter(isDoubted).length;
  if (wrong.length === 0) return `${results.length} results none is wrong by more than 0.1`;
  return `${results.length} results ${wrong.length} are wrong by more than 0.1, ${doubted === wrong.length ? "all" : doubted} called doubtful`;
};
const trust = ["wrong by more than 0.1", "of these not doubted"];

const solver: readonly RecordedTable[] = [
  {
    ...{ file: "research/solver-results.md", marker: "suite-final", record: `${suite}/results-six-seconds.json` },
    render: () =>
      worstRows(suiteResults("results-six-seconds"), "problem (`bench/solver-suite.ts --half final`)", finalNames),
  },
  {
    ...{ file: "research/solver-results.md", marker: "suite-development", record: `${suite}/results-six-seconds.json` },
    render: () =>
      worstRows(
        suiteResults("results-six-seconds"),
        "problem (`bench/solver-suite.ts --half development`)",
        developmentNames,
      ),
  },
  half("final"),
  half("development"),
  {
    ...{ file: "research/solver-results.md", marker: "random-501-600", record: `${suite}/results-random.json` },
    render: () => kindRows(drawnResults(), (problem) => randomProblem(numberOf(problem)).kind),
  },
  counted("growing", "results-growing", [
    "estimates within 5",
    ...trust,
    "below 1e-2, and doubted",
    "longest run of 6 s",
  ]),
  counted("plane", "results-plane", [
    ...["estimates within 5", "estimates of the grid's, all in 1.03", ...trust, "errors, geometric mean"],
  ]),
  counted("layers", "results-layers", [...trust, "estimates within 5", "below 1e-2, and doubted"]),
  counted("inverse", "results-inverse", [
    ...["estimates within 5", "too small by more than 5", "too large by more than 5", ...trust],
    ...["below 1e-2, and doubted", "errors, geometric mean", "longest run of 6 s"],
  ]),
  counted("constants", "results-constants", [
    ...["results", "estimates within 5", "too small by more than 5", "too large by more than 5", ...trust],
    ...["below 1e-2, and doubted", "doubted", "errors, geometric mean", "mean seconds", "longest run of 6 s"],
  ]),
  {
    ...{ file: "docs/explanation/choice-of-method.md", marker: "conservation" },
    record: "research/conservation/results.json",
    render: () => conservationRows(read<readonly ConservationResult[]>("research/conservation/results.json")),
  },
  {
    ...{ file: "research/solver-results.md", marker: "space-and-time", record: "research/space-and-time/results.json" },
    render: () => spaceRows(read<readonly SpaceResult[]>("research/space-and-time/results.json")),
  },
  {
    ...{ file: "research/pinnacle.md", marker: "pinnacle", record: "research/pinnacle/results.json" },
    render: () => pinnacleRows(read<readonly PinnacleResult[]>("research/pinnacle/results.json")),
  },
  {
    ...{ file: "research/solver-results.md", marker: "elements", record: "research/solver-elements/reach.json" },
    render: () => reachedRows(read<readonly Reached[]>("research/solver-elements/reach.json"), 6),
  },
  {
    ...{ file: "research/solver-results.md", marker: "indicators", record: "research/solver-elements/indicators.json" },
    render: () => comparedRows(read<readonly Compared[]>("research/solver-elements/indicators.json")),
  },
  {
    ...{ file: "research/solver-results.md", marker: "reach-at-goal", record: "research/solver-reach/at-goal" },
    render: () => {
      const record = <T>(name: string) => read<readonly T[]>(`research/solver-reach/at-goal/${name}.json`);
      return atGoalTable(record<ReachResult>("results"), record<ClassicalTime>("classical"));
    },
  },
  ...(["reach", "reach-counts"] as const).map(
    (marker): RecordedTable => ({
      ...{ file: "research/solver-results.md", marker, record: "research/solver-reach" },
      render: () =>
        marker === "reach-counts"
          ? countsOfReach()
          : reachTable(...reachRecord(), read<readonly DeepxdeTime[]>("research/solver-reach/deepxde.json")),
    }),
  ),
  {
    ...{ file: "research/solver-results.md", marker: "reach-10d", record: `${suite}/reach.json` },
    render: () => reach(120, ["gaussian-10d-off-centre"], true),
  },
  {
    ...{ file: "research/solver-results.md", marker: "reach-allen-cahn", record: `${suite}/reach.json` },
    render: () => reach(200, ["allen-cahn"], true),
  },
  aas("aas-two-peaks", "two-peaks", { even: "even", RAD: "rad", DAS: "das", AAS: "aas" }),
  aas("aas-10d", "gaussian-10d", {
    ...{ "even, three seeds": "even", "RAD, three seeds": "rad", "DAS, 501, 502": "das", "AAS, three seeds": "aas" },
  }),
  {
    ...{ file: "research/solver-results.md", marker: "aas-cases", record: "research/solver-aas/cases.jsonl" },
    render: () => caseRows(linesOf<CaseRun>("research/solver-aas/cases.jsonl")),
  },
  narrow("narrow-features", "research/optimizer-results.md", narrowRows),
  narrow("narrow-medians", "docs/explanation/which-sampler.md", narrowMedians),
  {
    ...{
      file: "research/deepxde-examples.md",
      marker: "deepxde-examples",
      record: "research/deepxde-examples/results.json",
    },
    render: () =>
      exampleRows(
        ["forward", "inverse"].flatMap((kind) => read<readonly Example[]>(`examples/deepxde/${kind}.json`)),
        {
          results: read<readonly Result[]>("research/deepxde-examples/results.json"),
          references: read<readonly Reference[]>("research/deepxde-examples/references.json"),
          theirs: read<readonly Theirs[]>("research/deepxde-examples/theirs.json"),
        },
      ),
  },
];

const radar = "research/wasserstein-term";

const printed = new Map<string, Promise<readonly Rows[]>>();
/** The tables that a script of `examples/wasserstein-term` prints from the files of results. */
function printedBy(script: string): Promise<readonly Rows[]> {
  const known = printed.get(script) ?? print(`examples/wasserstein-term/${script}.ts`);
  printed.set(script, known);
  return known;
}
async function print(script: string): Promise<readonly Rows[]> {
  const { status, stdout, stderr } = await runScript(script, ["--print"]);
  if (status !== 0) throw new Error(`${script} --print: exit ${status}\n${stderr}`);
  return tablesOf(stdout);
}
const generators = (marker: string, script: string, take: (tables: readonly Rows[]) => Rows): RecordedTable => ({
  ...{ file: "research/generator-results.md", marker, record: radar },
  render: async () => take(await printedBy(script)),
});
const isOfDefault = ([name]: Rows[number]) => name!.startsWith("default, ");
const rowsWhere = ([header, ...rows]: Rows, holds: (row: Rows[number]) => boolean): Rows => [
  header!,
  ...rows.filter(holds),
];

const linesOf = <T>(path: string): readonly T[] =>
  readFileSync(`${root}${path}`, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as T);

/** Tables of research/rain-in-time. */
const inTime: readonly RecordedTable[] = [
  ...(
    [
      ["research/rain-in-time/RULE-time-factor.md", "time-factor"],
      ["research/rain-in-time/RULE-many-events.md", "many-events"],
    ] as const
  ).map(([file, marker]) => {
    const record = `research/rain-in-time/${marker}.jsonl`;
    return { file, marker, record, render: () => timeFactorTable(linesOf<TimeFactorRow>(record)) };
  }),
  {
    ...{
      file: "research/rain-in-time/RULE-many-events.md",
      marker: "limits",
      record: "research/rain-in-time/limits.jsonl",
    },
    render: () => limitsTable(linesOf<LimitsRow>("research/rain-in-time/limits.jsonl")),
  },
  ...([sumsTable, catchmentsTable] as const).map((tableOf, i) => {
    const record = "research/rain-in-time/reach.jsonl";
    const render = () => tableOf(linesOf<ReachRow>(record));
    return {
      file: "research/rain-in-time-results.md",
      marker: ["reach-sums", "reach-catchments"][i]!,
      record,
      render,
    };
  }),
  {
    file: "research/rain-in-time-results.md",
    marker: "two-stages",
    record: "research/rain-in-time/two-stages.jsonl",
    render: () => stagesTable(linesOf<StagesRow>("research/rain-in-time/two-stages.jsonl")),
  },
  {
    file: "research/rain-in-time-results.md",
    marker: "previous-motion",
    record: "research/rain-in-time/previous-motion.jsonl",
    render: () => previousMotion(linesOf<AlongErrors>("research/rain-in-time/previous-motion.jsonl")),
  },
  ...([previousTable, previousCatchments, previousEdges] as const).map((tableOf, i) => {
    const record = "research/rain-in-time/previous-field.jsonl";
    const marker = ["previous-field", "previous-catchments", "previous-edges"][i]!;
    return {
      ...{ file: "research/rain-in-time-results.md", marker, record },
      render: () => tableOf(linesOf<FilmRow>(record)),
    };
  }),
];

const rain: readonly RecordedTable[] = [
  ...inTime,
  {
    file: "research/downscaling-results.md",
    marker: "joint-correction",
    record: "research/joint-correction/results.json",
    render: () => jointTable(read<readonly JointRow[]>("research/joint-correction/results.json")),
  },
  ...([effectsTable, scoresTable] as const).map((tableOf, i) => {
    const record = "research/wasserstein-term/few-fields.jsonl";
    const marker = ["few-fields", "few-fields-scores"][i]!;
    const render = () => tableOf(linesOf<FewFieldsRow>(record));
    return { ...{ file: "research/wasserstein-term.md", marker, record }, render };
  }),
  generators("draws", "remedies", ([, draws]) => rowsWhere(draws!, (row) => !isOfDefault(row))),
  generators("draws-unseen", "remedies", ([, , unseen]) => rowsWhere(unseen!, (row) => !isOfDefault(row))),
  generators("draws-coarser", "remedies", (tables) => tables[5]!),
  generators("fewer-evaluations", "remedies", ([, draws, unseen]) => [
    ...rowsWhere(draws!, isOfDefault),
    ...unseen!.filter(isOfDefault).map(([name, ...scores]) => [name!.replace("default,", "unseen radars,"), ...scores]),
  ]),
  generators("one-step-draws", "remedies", (tables) => tables[3]!),
  generators("one-step-draws-unseen", "remedies", (tables) => tables[4]!),
  generators("one-step-options", "remedies", (tables) => tables[0]!),
  ...["six-archives", "six-archives-paired", "unknown-radars"].map((marker, i) =>
    generators(marker, "one-model", (tables) => tables[i]!),
  ),
  ...[
    ...["long-runs", "long-runs-paired", "long-runs-unseen", "terms-by-the-rule", "default-generator"],
    ...["synthetic", "factorial", "factorial-x8", "factorial-x16"],
  ].map((marker, i) => generators(marker, "run", (tables) => tables[i]!)),
];

/** Scores of the model of the package. */
const pretrained = (["development", "judgement"] as const).map((set) => {
  const record = `research/pretrained/${set}.json`;
  const scores = () => read<Recorded>(record);
  return {
    file: "research/pretrained-results.md",
    marker: `pretrained-${set}`,
    record,
    scores,
    render: () => scoreRows(scores()),
  };
});

const [development, judgement] = pretrained as [(typeof pretrained)[number], (typeof pretrained)[number]];

/** Goals that the model of the package misses on archives that no choice was made on. */
const unseen: RecordedTable = {
  ...{ file: "docs/how-to/pretrained.md", marker: "pretrained-unseen", record: judgement.record },
  render: () => missedRows(judgement.scores()),
};

/** Scores of trainings without a provider: as long as that of the package's model, and of 400 steps. */
const leftOut = (["left-out-full", "left-out"] as const).map((name) => {
  const record = `research/pretrained/${name}.json`;
  const scores = () => read<Recorded>(record);
  const render = () => leftOutRows(scores());
  return { file: "research/pretrained-results.md", record, marker: `pretrained-${name}`, scores, render };
});

/** Calibration of the model of the package on archives that it has not seen. */
const calibration = ["goals", "ways", "warnings", "ways-after", "warnings-after"].map((name): RecordedTable => {
  const record = "research/rain-calibration/scores.json";
  const render = () => calibrationTables(read<Recorded>(record))[name]!;
  return { file: "research/rain-calibration-results.md", record, marker: `calibration-${name}`, render };
});

const calibrated = (marker: string, record: string, render: (path: string) => Rows): RecordedTable => {
  const path = `research/rain-calibration/${record}`;
  return { file: "research/rain-calibration-results.md", marker, record: path, render: () => render(path) };
};

/** Of the model of the package: sums and means of areas, why they are calibrated or not, and what else was tried. */
const rainCalibration: readonly RecordedTable[] = [
  calibrated("rain-sums", "sums.jsonl", (path) => rainSumsTable(linesOf<SumsRow>(path))),
  calibrated("rain-squares", "squares.jsonl", (path) => rainSquaresTable(linesOf<SquaresRow>(path))),
  calibrated("rain-spectra", "spectra.json", (path) => rainSpectraTable(read<readonly SpectraRow[]>(path))),
  calibrated("rain-cut-off", "cut-off.json", (path) => rainCutOffTable(read<readonly CutOffRow[]>(path))),
  calibrated("rain-gauge-fits", "gauge-fits.json", (path) => rainGaugeFitsTable(read<readonly GaugeFitsRow[]>(path))),
];

/** Scores that the package's model ships with, on its card. */
const card: RecordedTable = {
  ...{ file: "models/README.md", marker: "pretrained-card", record: "research/pretrained/judgement.json" },
  render: () => cardRows(shippedScores()),
};

/** A real coarse model refined by several ways. */
const worked: RecordedTable = {
  ...{ file: "research/worked-case-results.md", marker: "worked-case", record: "research/worked-case/scores.json" },
  render: () => workedRows(read<WorkedCase>("research/worked-case/scores.json")),
};

/** All sets run once more on one commit. */
const again: RecordedTable = {
  ...{ file: "research/solver-results.md", marker: "again", record: `${suite}/again.json` },
  render: () => kindRows(read<readonly SuiteResult[]>(`${suite}/again.json`), (problem) => problem.split(": ")[0]!),
};

/** Daily chores beside other programs. */
const daily: RecordedTable = {
  ...{ file: "research/io-results.md", marker: "chores", record: "research/chores.json" },
  render: () => choresTable(read<{ readonly rows: readonly ChoreResult[] }>("research/chores.json").rows),
};

export const recordedTables: readonly RecordedTable[] = [
  daily,
  again,
  ...solver,
  ...rain,
  ...pretrained,
  unseen,
  ...leftOut,
  ...calibration,
  ...rainCalibration,
  card,
  worked,
];

/** A sentence whose numbers are counted in a record; white space does not matter. */
export interface RecordedSentence {
  readonly file: string;
  readonly render: () => string;
}

export const recordedSentences: readonly RecordedSentence[] = [
  ...[[2, 4, 8], [16]].map((factors) => ({
    file: development.file,
    render: () => missedGoals(development.scores(), factors),
  })),
  ...leftOut.flatMap(({ file, scores }) => [
    { file, render: () => missedGoals(scores(), [2, 4, 8], "left out") },
    { file, render: () => priceOfNotSeeing(scores()) },
  ]),
  {
    file: "README.md",
    render: () => untrainedRow(judgement.scores()),
  },
  { file: "research/README.md", render: () => `| ${found("goals reached")} goals |` },
  {
    file: "docs/explanation/error-estimates.md",
    render: () =>
      `${found("estimate within")} estimates are within a factor of 5, and ${found("right to")} results right to 1e-3 are flagged`,
  },
  {
    file: "docs/status.md",
    render: () => {
      const final = suiteResults("results-six-seconds").filter((r) => r.problem in finalNames);
      const isSolved = (name: string) => final.every((r) => r.problem !== name || r.error <= 4e-7);
      const solved = Object.keys(finalNames).filter(isSolved);
      return `Of ${Object.keys(finalNames).length} problems that nobody tuned on, ${solved.length} are solved to 4e-7 or better in 6 CPU seconds (three seeds); of ${trusted(final)}`;
    },
  },
];
