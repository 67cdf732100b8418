/** Flows in time on finer and finer meshes and by shorter and shorter steps, while the time lasts. */
import { evaluateAt } from "../../equations/expression/index.ts";
import type { Pieces } from "../../equations/problem/index.ts";
import type { Block } from "./blocks.ts";
import { flowMarchPieces } from "./moment-pieces.ts";
import type { Quads } from "./quads.ts";
import { mostQuads, refined, startMesh } from "./refinement.ts";
import { FlowRows } from "./rows.ts";
import type { FlowForm } from "./sides.ts";
import { degree } from "./solve.ts";
import { type FlowMarch, marchSteps } from "./steps.ts";
import { FlowSystem } from "./system.ts";

/** Limits of all marches. */
export interface FlowMarchLimits {
  /** Seconds of the processor; Infinity for no limit. */
  readonly seconds: number;
  /** Milliseconds of the processor. */
  readonly clock: () => number;
  readonly isAborted: () => boolean;
  readonly meshes: number;
}

/** One march. */
export interface FlowRung extends Pick<FlowMarch, "ended" | "steps" | "left" | "error"> {
  readonly pieces: Pieces;
  readonly until: number;
  readonly elements: number;
  readonly factorisations: number;
  readonly tolerance: number;
}

/** Quadrilaterals to begin with. */
const fewest = 6;
/** Tolerance of steps of the first march. */
const firstTolerance = 1e-2;
/** Longest step of the first march beside the whole time, and of each beside that of the one before. */
const [longest, shorter] = [0.25, 0.65];
/** Share of the time that is left for a march, and the least share of its cost for which another one begins. */
const [ofRest, leastCost] = [0.8, 1.3];
/** Growth of the cost that is usual, and up to which the next march is the last. */
const [usualCost, lastCost] = [4, 14];
/** Growth of quadrilaterals that resolve too little for a march to its end. */
const coarser = 2;
/** Powers of the growth of the cost with which quadrilaterals grow, and tolerances fall; and that of quadrilaterals alone. */
const [powerOfQuads, powerOfTolerance, powerAlone] = [0.48, -1.6, 0.8];
/** Errors of steps, summed, beside what a mesh leaves, below which steps stay as they are. */
const few = 10;

/** Marches a flow on one mesh after the other. @returns marches, coarse ones first */
export async function marchFlow(
  form: FlowForm,
  blocks: readonly Block[],
  { seconds, clock, isAborted, meshes }: FlowMarchLimits,
  isEnough: (coarse: FlowRung, fine: FlowRung) => Promise<boolean>,
): Promise<readonly FlowRung[]> {
  const began = clock();
  const spent = () => (clock() - began) / 1000;
  const interval = form.problem.bounds[form.time!]!;
  const whole = interval[1] - interval[0];
  let mesh: Quads = startMesh(blocks, fewest);
  let tolerance = firstTolerance;
  const rungs: FlowRung[] = [];
  for (;;) {
    const start = spent();
    const rows = new FlowRows(form, mesh, degree);
    const system = new FlowSystem(rows);
    const march = marchSteps(system, {
      ...{ interval, start: startOf(rows), tolerance, longestStep: longest * whole * shorter ** rungs.length },
      isOver: () => isAborted() || spent() > seconds,
    });
    const marched = spent();
    const { ended, worth, steps, left, error, summed, moments } = march;
    const { times, values, smooth } = moments;
    rungs.push({
      ...{
        ended: ended && "time",
        steps,
        left,
        error,
        tolerance,
        until: times.at(-1)!,
        factorisations: system.factorisations,
      },
      elements: mesh.all.length,
      pieces: flowMarchPieces(form.problem, {
        ...{ mesh, grid: rows.grid, pressure: form.pressure, times, smooth, values },
      }),
    });
    if (ended === "time" || isAborted()) return rungs;
    const [coarse, fine] = rungs.slice(-2);
    if (fine && ended === undefined && (await isEnough(coarse!, fine))) return rungs;
    const affordable = (ofRest * (seconds - spent())) / (marched - start);
    const isUnresolved = ended === "collapse";
    if (rungs.length >= meshes || !(affordable >= leastCost || isUnresolved) || mesh.all.length >= mostQuads)
      return rungs;
    const cost = affordable <= lastCost ? affordable : usualCost;
    const isOfMesh = isUnresolved || summed < few * left;
    const growth = isUnresolved ? coarser : cost ** (isOfMesh ? powerAlone : powerOfQuads);
    const count = Math.min(mostQuads, Math.max(mesh.all.length + 1, growth * mesh.all.length));
    mesh = refined(mesh, worth, rows.areas(), count, isUnresolved ? 1 : undefined);
    if (!isOfMesh) tolerance *= cost ** powerOfTolerance;
  }
}

/** The state at the first moment. */
function startOf(rows: FlowRows): Float64Array {
  const { form, grid } = rows;
  const { problem, space, time } = form;
  const d = problem.axes.length;
  const points = new Float64Array(grid.count * d).fill(problem.bounds[time!]![0]);
  for (const [k, column] of grid.columns.entries())
    for (let i = 0; i < grid.count; i++) points[i * d + space[k]!] = column[i]!;
  return rows.unknownsFrom(
    form.starts.map(([start]) =>
      start ? evaluateAt(start, points, d, problem.constants) : new Float64Array(grid.count),
    ),
  );
}
