/** Trials of random features: residuals over time, Newton's steps of those that were taken, and positions of points. */
import { curveFigure, type PagePart, type PageSection } from "../report/index.ts";
import { MarchedSolution } from "../solvers/solve/index.ts";
import { type KeptPoints, pointSlides } from "./point-slides.ts";
import { short } from "./short.ts";
import { trialCurves } from "./solution-curves.ts";
import type { AnySolution } from "./solution-maps.ts";

/** Random features of the record. */
interface Trial {
  readonly words: string;
  readonly seconds: number;
  readonly residual: number;
  readonly course: readonly number[];
  readonly windows: number;
  readonly window: number;
  readonly points: number;
  readonly places: readonly number[];
}

/** Most windows of which Newton's steps are drawn. */
const mostCurves = 6;

function isTrial(line: Readonly<Record<string, unknown>>): boolean {
  const { words, course, places, ...rest } = line;
  const numbers = (value: unknown) => Array.isArray(value) && value.every((v) => typeof v === "number");
  return (
    typeof line["trial"] === "number" &&
    typeof words === "string" &&
    ["seconds", "residual", "windows", "window", "points"].every((name) => typeof rest[name] === "number") &&
    numbers(course) &&
    numbers(places)
  );
}

/**
 * Sections of a solve by random features; none where no trial is recorded.
 *
 * @param lines - of the run's metrics
 */
export async function trialSections(
  solution: AnySolution,
  lines: readonly Readonly<Record<string, unknown>>[],
): Promise<PageSection[]> {
  const trials = lines.filter(isTrial) as unknown as readonly Trial[];
  if (trials.length === 0) return [];
  const taken = takenOf(solution, trials);
  const slides = await pointSlides(solution, taken.length > 1 ? "window" : "trial", pointsOf(taken, solution));
  return [
    {
      heading: "Residual",
      parts: [await triedPart(trials), ...(await windowPart(taken, solution)), ...(await newtonPart(taken))],
    },
    ...(slides ? [{ heading: "Where the points were", parts: [slides] }] : []),
  ];
}

/** The trials that the solution was made of, in order of windows: known by their residuals, which no two have in common. */
function takenOf(solution: AnySolution, trials: readonly Trial[]): readonly Trial[] {
  const reports = solution instanceof MarchedSolution ? solution.reports : [solution.report];
  return reports.flatMap(
    ({ residual }, k) =>
      trials.find((t) => t.windows >= reports.length && t.window === k && t.residual === residual) ?? [],
  );
}

async function triedPart(trials: readonly Trial[]): Promise<PagePart> {
  const curves = trialCurves(trials);
  const whole = trials.filter(({ windows }) => windows === 1);
  const least = Math.min(...(whole.length > 0 ? whole : trials).map(({ residual }) => residual));
  return {
    kind: "picture",
    svg: await curveFigure({ curves, x: { name: "seconds" }, y: { name: "residual", log: true } }),
    alt: `Residuals of ${trials.length} trials of random features over seconds, the least ${short(least)}`,
    caption:
      "One trial after the other, on fresh points, root mean square; the residual of each time window is taken on its part of the time.",
  };
}

/** Size of the residual from window to window. */
async function windowPart(taken: readonly Trial[], solution: AnySolution): Promise<PagePart[]> {
  if (taken.length < 2 || !(solution instanceof MarchedSolution)) return [];
  const y = taken.map(({ residual }) => residual);
  const axis = solution.problem.axes[solution.problem.time!]!;
  const curve = { name: "residual", x: taken.map(({ window }) => solution.edges[window + 1]!), y };
  return [
    {
      kind: "picture",
      svg: await curveFigure({ curves: [curve], x: { name: axis }, y: { name: "residual", log: true } }),
      alt: `Residual of ${taken.length} time windows, from ${short(Math.min(...y))} to ${short(Math.max(...y))}`,
      caption: "Of each time window that was taken, at its end.",
    },
  ];
}

/** Newton's steps of what was taken, where there were some. */
async function newtonPart(taken: readonly Trial[]): Promise<PagePart[]> {
  const some = taken.filter(({ course }) => course.length > 1);
  const chosen = some.filter((_, k) => k % Math.ceil(some.length / mostCurves) === 0);
  const [first] = chosen;
  if (first === undefined) return [];
  const curves = chosen.map(({ course, window }) => ({
    name: taken.length > 1 ? `window ${window + 1}` : "residual",
    x: course.map((_, step) => step),
    y: course.map((v) => v || Number.NaN),
  }));
  return [
    {
      kind: "picture",
      svg: await curveFigure({ curves, x: { name: "evaluation" }, y: { name: "residual", log: true } }),
      alt: `Newton's method: residual from ${short(first.course[0]!)} to ${short(first.course.at(-1)!)} in ${first.course.length} evaluations`,
      caption:
        "Newton's method on the coefficients, root mean square on its own points; with many features a part of them begins on a part of the points.",
    },
  ];
}

function pointsOf(taken: readonly Trial[], solution: AnySolution): readonly KeptPoints[] {
  return taken.map(({ places, points, window, words, residual }) => {
    const note = `residual ${short(residual)}`;
    if (!(solution instanceof MarchedSolution)) return { label: words, places, points, note };
    const [from, to] = [solution.edges[window]!, solution.edges[window + 1]!];
    return { label: `window ${window + 1}, ${short(from)} to ${short(to)}`, places, points, note };
  });
}
