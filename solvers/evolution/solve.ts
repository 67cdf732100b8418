/** Evolutions on finer and finer meshes and by shorter and shorter steps, while the time lasts. */
import type { Pieces, Problem } from "../../equations/problem/index.ts";
import type { Discretisation } from "../elements/discretisation.ts";
import type { Cell, Mesh } from "../elements/mesh.ts";
import { marked, refine } from "../elements/refinement.ts";
import { startMesh } from "../elements/start-mesh.ts";
import { evolutionPieces } from "./evolution-pieces.ts";
import { type MeshMarch, marchOn } from "./march.ts";
import type { Laid, StageSpace } from "./space.ts";

/** Options of an evolution. */
export interface EvolutionOptions {
  /** Seconds of the processor; Infinity for no limit. */
  readonly seconds: number;
  /** Milliseconds of the processor. */
  readonly clock: () => number;
  readonly isAborted: () => boolean;
  /** Meshes at most, where there is no clock. */
  readonly meshes: number;
}

/** One march of the ladder. */
export interface Rung {
  readonly pieces: Pieces;
  /** The moment to which it came. */
  readonly until: number;
  readonly ended: MeshMarch["ended"];
  readonly elements: number;
  readonly steps: number;
  readonly factorisations: number;
  /** Share of the rows that is left, over all steps and of the step for which the mesh was made. */
  readonly left: number;
  /** Largest error of a step by two orders. */
  readonly error: number;
  readonly tolerance: number;
  readonly seconds: number;
}

/** Share of the time that the step is with which meshes are adapted to begin with. */
const adaptedStep = 0.1;
/** Tolerance of steps of the first march, and the least of each beside the one before. */
const [firstTolerance, finest] = [1e-2, 0.1];
/** Longest step of the first march beside the whole time, and of each beside that of the one before. */
const [longest, shorter] = [0.25, 0.65];
/** Share of the time that is left for a march, and the least share of its cost for which a second one begins. */
const [ofRest, leastOfSecond] = [0.8, 0.45];
/** Middle of an element. */
const evenly = [0, 0];
/** Share that an element may leave of the square of the goal, beside the others. */
const ofEach = 0.5;
/** Meshes of one adaptation at most. */
const mostAdaptations = 12;

/**
 * Marches a problem on one mesh after the other.
 *
 * @param isEnough - asked after each march but the first, with the last two
 * @returns marches, coarse ones first
 */
export async function solveEvolution(
  problem: Problem,
  space: StageSpace,
  { seconds, clock, isAborted, meshes }: EvolutionOptions,
  isEnough: (coarse: Rung, fine: Rung) => Promise<boolean>,
): Promise<readonly Rung[]> {
  const began = clock();
  const spent = () => (clock() - began) / 1000;
  const { layout } = space;
  const interval = problem.bounds[problem.time!]!;
  const { problem: inSpace, constants } = layout;
  let mesh: Mesh = startMesh({ ...layout, problem: { ...inSpace, constants } }, degreeFor(layout));
  let tolerance = firstTolerance;
  const rungs: Rung[] = [];
  for (;;) {
    const start = spent();
    const begun = adapted(space, mesh, interval, space.ofMesh * tolerance, () => spent() < 0.6 * seconds);
    const { system, state, isContradicted } = begun.laid;
    const march = marchOn(system, {
      ...{ inTime: space.inTime, interval, start: state, tolerance, sizes: begun.sizes },
      firstStep:
        (interval[1] - interval[0]) *
        (isContradicted ? 0.02 * (tolerance / 1e-2) ** 0.5 : Math.min(0.05, 0.02 * (tolerance / 1e-3) ** 0.25)),
      longestStep: longest * (interval[1] - interval[0]) * shorter ** rungs.length,
      isContradicted,
      isOver: () => isAborted() || spent() > seconds,
    });
    const { times, values, rates, left, share, error, ended } = march;
    rungs.push({
      pieces: evolutionPieces(problem, {
        ...{ mesh, times },
        values: values.map((v) => system.field(v)),
        rates: rates.map((v) => system.field(v)),
      }),
      until: times.at(-1)!,
      ended,
      elements: system.cells.length,
      steps: times.length - 1,
      factorisations: system.factorisations,
      left: Math.max(share, begun.left),
      error,
      tolerance,
      seconds: spent() - start,
    });
    if (ended !== undefined || isAborted()) break;
    const [coarse, fine] = rungs.slice(-2);
    if (fine && (await isEnough(coarse!, fine))) break;
    const affordable = (ofRest * (seconds - spent())) / (spent() - start);
    if (rungs.length >= meshes || affordable < (rungs.length === 1 ? leastOfSecond : 1)) break;
    const next = Math.min(space.coarsest, Math.max(finest, affordable ** -space.powerOfCost));
    const indicator = new Map(system.cells.map((cell, c) => [cell, left[c]!]));
    const chosen = new Set(marked(indicator, Number.POSITIVE_INFINITY));
    system.put(values.at(-1)!);
    const copies = new Map<Cell, Cell>();
    mesh = mesh.copy(mesh.root.degree, (from, to) => copies.set(from, to));
    for (const cell of system.cells) {
      const to = copies.get(cell)!;
      to.coefficients = cell.coefficients!.slice();
      if (chosen.has(cell)) refine(layout, mesh, to, evenly);
    }
    tolerance *= next;
  }
  return rungs;
}

/** Cuts elements until a first step leaves little. @returns sizes of the unknowns after it, and what is left */
function adapted(
  space: StageSpace,
  mesh: Mesh,
  [begin, end]: readonly [number, number],
  goal: number,
  hasTime: () => boolean,
): { readonly laid: Laid; readonly sizes: Float64Array; readonly left: number } {
  const step = adaptedStep * (end - begin);
  for (let round = 1; ; round++) {
    const laid = space.on(mesh, 1 / step);
    const { system, state } = laid;
    const guess = state[0]!.slice();
    const begun = { time: begin + step, rate: 1 / step, known: state, guess };
    const sizes = system.sizes(state[0]!);
    const isSolved = system.solve(begun, { most: 0.1 * goal, sizes });
    if (!isSolved) guess.set(state[0]!);
    const found = system.sizes(guess).map((size, k) => Math.max(size, sizes[k]!));
    const { residuals, whole } = laid.missed(begun);
    const left = Math.sqrt([...residuals.values()].reduce((sum, { total }) => sum + total, 0) / whole);
    if (left <= goal || round >= mostAdaptations || !hasTime()) return { laid, sizes: found, left };
    const most = (ofEach * goal ** 2 * whole) / residuals.size;
    for (const [cell, { total, middle }] of residuals) if (total > most) refine(space.layout, mesh, cell, middle);
  }
}

/** Degrees that cost least for what they gain. */
function degreeFor({ problem, highest, region }: Discretisation): number {
  if (region.dimension === 1) return 10;
  return problem.unknowns.length > 1 ? 5 : Math.max(...highest) > 2 ? 8 : 6;
}
