/** Trials of random features: residuals over time, Newton's steps of those that were taken, and positions of points. */
import { printedNumber } from "../engine/text/number.ts";
import { curveFigure, type PagePart, type PageSection } from "../report/index.ts";
import type { Solution } from "../solvers/solution/index.ts";
import { type KeptPoints, pointSlides } from "./point-slides.ts";
import { trialCurve } from "./solution-curves.ts";

/** Random features of the record. */
interface Trial {
  readonly words: string;
  readonly seconds: number;
  readonly residual: number;
  readonly course: readonly number[];
  readonly points: number;
  readonly places: readonly number[];
}

function isTrial(line: Readonly<Record<string, unknown>>): boolean {
  const { words, course, places, ...rest } = line;
  const numbers = (value: unknown) => Array.isArray(value) && value.every((v) => typeof v === "number");
  return (
    typeof line["trial"] === "number" &&
    typeof words === "string" &&
    ["seconds", "residual", "points"].every((name) => typeof rest[name] === "number") &&
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
  solution: Solution,
  lines: readonly Readonly<Record<string, unknown>>[],
): Promise<PageSection[]> {
  const trials = lines.filter(isTrial) as unknown as readonly Trial[];
  if (trials.length === 0) return [];
  // The one that was taken is known by its residual, which no two have in common.
  const taken = trials.find(({ residual }) => residual === solution.report.residual);
  const slides = taken && (await pointSlides(solution, "trial", [pointsOf(taken)]));
  return [
    { heading: "Residual", parts: [await triedPart(trials), ...(taken ? await newtonPart(taken) : [])] },
    ...(slides ? [{ heading: "Where the points were", parts: [slides] }] : []),
  ];
}

async function triedPart(trials: readonly Trial[]): Promise<PagePart> {
  const curves = [trialCurve(trials)];
  const least = Math.min(...trials.map(({ residual }) => residual));
  return {
    kind: "picture",
    svg: await curveFigure({ curves, x: { name: "seconds" }, y: { name: "residual", log: true } }),
    alt: `Residuals of ${trials.length} trials of random features over seconds, the least ${printedNumber(least, 3)}`,
    caption: "One trial after the other, on fresh points, root mean square.",
  };
}

/** Newton's steps of the trial that was taken, where there were some. */
async function newtonPart({ course }: Trial): Promise<PagePart[]> {
  if (course.length < 2) return [];
  const curve = { name: "residual", x: course.map((_, step) => step), y: course.map((v) => v || Number.NaN) };
  return [
    {
      kind: "picture",
      svg: await curveFigure({ curves: [curve], x: { name: "evaluation" }, y: { name: "residual", log: true } }),
      alt: `Newton's method: residual from ${printedNumber(course[0]!, 3)} to ${printedNumber(course.at(-1)!, 3)} in ${course.length} evaluations`,
      caption:
        "Newton's method on the coefficients, root mean square on its own points; with many features a part of them begins on a part of the points.",
    },
  ];
}

const pointsOf = ({ places, points, words, residual }: Trial): KeptPoints => ({
  ...{ label: words, places, points, note: `residual ${printedNumber(residual, 3)}` },
});
