/** Progress of a solve: residual and error over time and positions of points, for networks and random features. */

import { loadCheckpoints } from "../engine/files/checkpoint.ts";
import type { readMetrics } from "../engine/files/run.ts";
import { printedNumber } from "../engine/text/number.ts";
import type { PagePart, PageSection } from "../report/index.ts";
import { isByNetwork, type Solution } from "../solvers/solution/index.ts";
import { type KeptPoints, pointSlides } from "./point-slides.ts";
import { type Snapshot, solutionCurves } from "./solution-curves.ts";
import { trialSections } from "./trial-sections.ts";

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

/**
 * Progress of the solve, as far as it was recorded.
 *
 * @param directory - of the run
 * @param lines - of its metrics
 */
export async function courseSections(directory: string, solution: Solution, lines: Lines): Promise<PageSection[]> {
  const tried = await trialSections(solution, lines);
  if (tried.length > 0) return tried;
  if (!isByNetwork(solution)) return [];
  const rounds = roundsOf(lines);
  if (rounds.length === 0) return [];
  const parameters = await thetas(directory, solution.coefficients.length);
  const snapshots = rounds.map((line): Snapshot => {
    const theta = parameters.get((line["round"] as number) + 1);
    const { steps, seconds, freshLoss } = line as {
      readonly steps: number;
      readonly seconds: number;
      readonly freshLoss: number;
    };
    return { steps, seconds, freshLoss, ...(theta && { theta }) };
  });
  const [first, last] = [snapshots[0]!, snapshots.at(-1)!].map(({ freshLoss }) =>
    printedNumber(Math.sqrt(freshLoss), 3),
  );
  const curve: PagePart = {
    kind: "picture",
    svg: await solutionCurves(solution, snapshots, true),
    alt: `Residual over seconds, from ${first} to ${last} in ${rounds.length} rounds`,
    caption: "On fresh points, root mean square; the error, where the solution is known, at checkpoints.",
  };
  const kept = rounds.flatMap(({ round, places, points }): KeptPoints[] =>
    Array.isArray(places) ? [{ label: `round ${round}`, places, ...(typeof points === "number" && { points }) }] : [],
  );
  const slides = await pointSlides(solution, "round", kept);
  return [
    { heading: "Residual and error", parts: [curve] },
    ...(slides ? [{ heading: "Where the points went", parts: [slides] }] : []),
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
