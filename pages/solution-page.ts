/** A solve on one page: what was solved, what came out, how it went, with which settings. */
import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import { FormatError } from "../engine/errors.ts";
import { loadCheckpoints } from "../engine/files/checkpoint.ts";
import { readMetrics, readRunOptions } from "../engine/files/run.ts";
import { version } from "../engine/files/version.ts";
import { drawChart, htmlPage, type PagePart, type PageSection, type PageSlides } from "../report/index.ts";
import { printProblem, toMathml } from "../solvers/problem/index.ts";
import { loadMarchedSolution, loadSolution, Solution } from "../solvers/solve/index.ts";
import { type Snapshot, solutionCurves } from "./solution-curves.ts";
import { type AnySolution, solutionPicture } from "./solution-maps.ts";
import { type Known, referenceOf, testSetOf } from "./solution-truth.ts";

/** Most rounds whose points are drawn. */
const mostSlides = 12;

/**
 * Whether a folder holds what `solve` or `march` wrote.
 *
 * @param directory - of a run; need not be there
 */
export const isSolve = (directory: string): boolean =>
  ["solution.json", "march.json"].some((name) => existsSync(join(directory, name)));

/**
 * The report of a run that `solve` wrote.
 *
 * @param directory - the run's folder
 * @returns HTML
 * @throws FormatError where the folder holds no solution, or a damaged one
 */
export async function solutionPage(directory: string): Promise<string> {
  if (!isSolve(directory)) {
    throw new FormatError(directory, "run", "it holds no solution", "give the folder of a finished solve");
  }
  const solution = existsSync(join(directory, "march.json"))
    ? await loadMarchedSolution(directory)
    : await loadSolution(directory);
  try {
    const { problem, report } = solution;
    const known: Known = { problem, reference: referenceOf(problem) };
    const lines = await readMetrics(directory);
    const settings = existsSync(join(directory, "options.json")) ? await readRunOptions(directory) : undefined;
    const sections: PageSection[] = [
      {
        heading: "Problem",
        parts: [{ kind: "mathematics", mathml: toMathml(problem), text: printProblem(problem) }],
      },
      { heading: "Solution", parts: await solutionParts(solution, known) },
      ...(await courseSections(directory, solution, known, lines)),
      { heading: "Settings and time", parts: [{ kind: "facts", facts: settingsOf(settings, solution) }] },
    ];
    return htmlPage({
      title: `Solution of ${problem.name}`,
      lead: `Status ${report.status} after ${short(report.seconds)} s and ${report.steps} steps.`,
      sections,
      provenance: [
        ["run", basename(directory)],
        ["monge", version()],
      ],
    });
  } finally {
    await solution.dispose();
  }
}

const short = (v: number) => String(Number(v.toPrecision(3))).replace("-", "−");

async function solutionParts(solution: AnySolution, known: Known): Promise<PagePart[]> {
  const { problem, report } = solution;
  const test = testSetOf(known);
  const errors = test && (await solution.errors(test));
  const { estimate } = report;
  const facts: (readonly [string, string])[] = [
    ...(errors
      ? ([
          ["relative L2 error", `${short(errors.relativeL2)}, at ${errors.points} points`],
          ["largest error", short(errors.maxError)],
        ] as const)
      : []),
    ...(estimate
      ? [["estimated error", `${short(estimate.relativeL2)} (relative L2, by ${estimate.by})`] as const]
      : []),
    ...(estimate?.advice === undefined ? [] : [["advice", estimate.advice] as const]),
    ["residual", `${short(report.residual)}, of the root mean square ${short(report.scale)} of u = 0`],
    ...Object.entries(report.constants).map(
      ([name, { value, standardDeviation }]) =>
        [name, `${Number(value.toPrecision(6))} ± ${short(standardDeviation)}`] as const,
    ),
  ];
  const dimensions = problem.axes.length;
  const shown = [
    dimensions === 1 ? "Curves" : "Maps",
    `of ${problem.unknowns.join(", ")}`,
    ...(errors ? [`beside the true solution; largest error ${short(errors.maxError)}`] : []),
  ];
  const caption =
    dimensions === 1
      ? "Dashed: the true solution, where it is known."
      : "Error and residual by their size, on logarithmic scales.";
  const svg = await solutionPicture(solution, known, { truth: true, columns: 2 });
  return [
    { kind: "facts", facts },
    { kind: "picture", svg, alt: shown.join(" "), caption },
  ];
}

type Lines = Awaited<ReturnType<typeof readMetrics>>;

/** A round of the record; what was logged twice after a crash is taken from the later line. */
function roundsOf(lines: Lines): readonly Readonly<Record<string, unknown>>[] {
  const byRound = new Map<number, Readonly<Record<string, unknown>>>();
  for (const line of lines) {
    const { round, steps, seconds, freshLoss } = line;
    if ([round, steps, seconds, freshLoss].every((v) => typeof v === "number")) byRound.set(round as number, line);
  }
  return [...byRound].sort(([a], [b]) => a - b).map(([, line]) => line);
}

/** How it went, where that was recorded. */
async function courseSections(
  directory: string,
  solution: AnySolution,
  known: Known,
  lines: Lines,
): Promise<PageSection[]> {
  const rounds = roundsOf(lines);
  if (!(solution instanceof Solution) || rounds.length === 0) return [];
  const parameters = await thetas(directory, solution.theta.length);
  const snapshots = rounds.map((line): Snapshot => {
    const theta = parameters.get((line["round"] as number) + 1);
    const { steps, seconds, freshLoss } = line as {
      readonly steps: number;
      readonly seconds: number;
      readonly freshLoss: number;
    };
    return { steps, seconds, freshLoss, ...(theta && { theta }) };
  });
  const [first, last] = [snapshots[0]!, snapshots.at(-1)!].map(({ freshLoss }) => short(Math.sqrt(freshLoss)));
  const curve: PagePart = {
    kind: "picture",
    svg: await solutionCurves(solution, known, snapshots, true),
    alt: `Residual over seconds, from ${first} to ${last} in ${rounds.length} rounds`,
    caption: "On fresh points, root mean square; the error, where the solution is known, at checkpoints.",
  };
  const slides = await pointSlides(solution, rounds);
  return [
    { heading: "Residual and error", parts: [curve] },
    ...(slides ? [{ heading: "Where the points went", parts: [{ kind: "slides" as const, ...slides }] }] : []),
  ];
}

/** Parameters after a number of rounds, of the checkpoints that are kept. */
async function thetas(directory: string, size: number): Promise<ReadonlyMap<number, Float64Array>> {
  const out = new Map<number, Float64Array>();
  for (const { step, tensors } of await loadCheckpoints(directory)) {
    const data = tensors.get("theta")?.data;
    if (data instanceof Float64Array && data.length === size) out.set(step, data);
  }
  return out;
}

async function pointSlides(
  { problem, domain }: Solution,
  rounds: readonly Readonly<Record<string, unknown>>[],
): Promise<PageSlides | undefined> {
  const kept = rounds.filter(({ places }) => Array.isArray(places));
  if (kept.length === 0) return undefined;
  const chosen = kept.filter((_, i) => i === kept.length - 1 || i % Math.ceil(kept.length / mostSlides) === 0);
  const { axes } = problem;
  const scale = (k: number) => ({ domain: [domain.low[k]!, domain.high[k]!], nice: false, zero: false });
  const slides = [];
  for (const { round, places, points } of chosen) {
    const numbers = places as readonly number[];
    const rows = Array.from({ length: numbers.length / axes.length }, (_, i) => ({
      x: numbers[i * axes.length]!,
      y: axes.length > 1 ? numbers[i * axes.length + 1]! : 0,
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
          x: { field: "x", type: "quantitative", title: axes[0]!, scale: scale(0) },
          y: { field: "y", type: "quantitative", title: axes[1] ?? "", scale: axes.length > 1 ? scale(1) : {} },
        },
      }),
      alt: `Points of ${label}: ${rows.length}${all}, ${spreadOf(rows)}`,
      caption: `${rows.length}${all} collocation points${axes.length > 2 ? `, along ${axes[0]} and ${axes[1]}` : ""}`,
    });
  }
  return { name: "round", slides, start: slides.length - 1 };
}

/** Where the middle half of points lies, in words. */
function spreadOf(rows: readonly { readonly x: number; readonly y: number }[]): string {
  const half = (key: "x" | "y") => {
    const sorted = rows.map((row) => row[key]).sort((a, b) => a - b);
    return [0.25, 0.75].map((q) => short(sorted[Math.floor(q * (sorted.length - 1))]!)).join(" to ");
  };
  return `the middle half from ${half("x")} across and ${half("y")} up`;
}

/** Options as words: `kind mlp, width 12`; what is empty is left out. */
function text(value: unknown): string {
  if (Array.isArray(value)) return value.map(text).join(", ") || "none";
  if (typeof value !== "object" || value === null) return String(value);
  const parts = Object.entries(value).filter(([, v]) => typeof v !== "object" || Object.keys(v ?? {}).length > 0);
  return parts.map(([name, v]) => `${name} ${typeof v === "object" ? `(${text(v)})` : text(v)}`).join(", ") || "none";
}

function settingsOf(settings: unknown, { report, ...solution }: AnySolution): (readonly [string, string])[] {
  const { problem: _, ...rest } = (settings ?? {}) as Readonly<Record<string, unknown>>;
  const network = "network" in solution && !("network" in rest) ? [["network", text(solution.network)] as const] : [];
  return [
    ["seconds", short(report.seconds)],
    ...(report.processorSeconds === undefined
      ? []
      : [["seconds of the processor", short(report.processorSeconds)] as const]),
    ["steps", `${report.steps} in ${report.rounds} rounds`],
    ["hold by construction", report.hardConditions.join("; ") || "none"],
    ["hold as rows", report.softConditions.join("; ") || "none"],
    ...Object.entries(rest).map(([name, value]) => [name, text(value)] as const),
    ...network,
    ...(report.method ?? []).map((line, k) => [`method, ${k + 1}`, line] as const),
  ];
}
