/** By how much splines miss the start between the points at which they have its values. */
import { evaluateAt } from "../../equations/expression/index.ts";
import type { Problem } from "../../equations/problem/index.ts";
import type { Mesh, UnknownSpace } from "./collocation.ts";
import type { EvolutionForm } from "./evolution-form.ts";
import { derivativesAt } from "./marched-field.ts";

/**
 * Places of each cell along an axis at which starts are looked at, at least: on a line, in a plane; of cells with one
 * point.
 */
const [inCell, inSmooth] = [[0, 12, 5], 2] as const;
/** The same of all cells. */
const inAll = [0, 2048, 96] as const;

/** Distance of splines from the start. */
export interface MissedStart {
  /** Relative L², over all unknowns, of values or of derivatives in time, whichever is larger. */
  readonly share: number;
  /** Along each axis, the largest distance in each cell over the root mean square of its unknown. */
  readonly along: readonly Float64Array[];
}

/** The distance of a state from the start. @param state - coefficients, as `startState` finds them */
export function missedStart(
  problem: Problem,
  form: EvolutionForm,
  { edges, gauss }: Mesh,
  spaces: readonly UnknownSpace[],
  state: readonly Float64Array[],
): MissedStart {
  const { space, starts } = form;
  const along = edges.map((own) => new Float64Array(own.length - 1));
  if (space.length === 0) return { share: 0, along };
  const { points, cells, volumes } = placesOf(problem, form, { edges, gauss });
  const d = problem.axes.length;
  const still = problem.axes.map(() => 0);
  const shares = state.map((level, order) => {
    const at = levelAt(form, spaces, level, points);
    let [missed, size] = [0, 0];
    starts.forEach((list, k) => {
      const text = list[order];
      if (text === undefined) return;
      const truth = evaluateAt(text, points, d, problem.constants);
      const far = at(k, still).map((v, i) => Math.abs(v - truth[i]!));
      const own = weighed(truth, volumes);
      for (const [a, most] of along.entries()) {
        for (let i = 0; i < far.length; i++) {
          const cell = cells[a]![i]!;
          if (Number.isFinite(far[i]) && own > 0) most[cell] = Math.max(most[cell]!, far[i]! / own);
        }
      }
      missed += weighed(far, volumes) ** 2;
      size += own ** 2;
    });
    return size > 0 ? Math.sqrt(missed / size) : 0;
  });
  return { share: Math.max(...shares), along };
}

/**
 * Relative L² distance of two states from one another at the first moment, of values or of derivatives in time,
 * whichever is larger, at places of every cell of a mesh.
 */
export function distanceOfStates(
  problem: Problem,
  form: EvolutionForm,
  mesh: Mesh,
  [one, other]: readonly (readonly [spaces: readonly UnknownSpace[], state: readonly Float64Array[]])[],
): number {
  const { points, volumes } = placesOf(problem, form, mesh);
  const still = problem.axes.map(() => 0);
  const [a, b] = [one!, other!].map(([spaces, state]) =>
    state.map((level) => {
      const at = levelAt(form, spaces, level, points);
      return spaces.map((_, k) => at(k, still));
    }),
  );
  const size = (level: readonly Float64Array[]) => Math.hypot(...level.map((own) => weighed(own, volumes)));
  return Math.max(
    ...a!.map((level, j) => {
      const difference = level.map((own, k) => own.map((v, i) => v - b![j]![k]![i]!));
      return size(level) > 0 ? size(difference) / size(level) : 0;
    }),
  );
}

/** Derivatives at points of a state that does not change. */
function levelAt(
  { space, time }: EvolutionForm,
  spaces: readonly UnknownSpace[],
  level: Float64Array,
  points: Float64Array,
) {
  const nothing = new Float64Array(level.length);
  const steps = [{ t: 0, h: 1, start: [level], coefficients: [[nothing, nothing, nothing]] }];
  return derivativesAt({ spaces, space, time, steps, until: Number.POSITIVE_INFINITY }, points);
}

/** Root mean square of what is finite, by volumes that add up to 1. */
function weighed(values: Float64Array, volumes: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) if (Number.isFinite(values[i])) sum += volumes[i]! * values[i]! * values[i]!;
  return Math.sqrt(sum);
}

/** Places of all cells at the first moment, with the cell along each axis and the share of the volume of each. */
function placesOf(problem: Problem, { space, time }: EvolutionForm, { edges, gauss }: Mesh) {
  const d = problem.axes.length;
  const each = edges.map(({ length }) =>
    Math.max(gauss === 1 ? inSmooth : inCell[space.length]!, Math.ceil(inAll[space.length]! / (length - 1))),
  );
  const count = edges.reduce((product, { length }, a) => product * (length - 1) * each[a]!, 1);
  const [points, volumes] = [new Float64Array(count * d), new Float64Array(count).fill(1)];
  for (let i = 0; i < count; i++) points[i * d + time] = problem.bounds[time]![0];
  let stride = count;
  const cells = edges.map((own, a) => {
    const found = new Int32Array(count);
    const [per, last] = [each[a]!, own.length - 1];
    stride /= per * last;
    for (let i = 0; i < count; i++) {
      const place = Math.floor(i / stride) % (per * last);
      const cell = Math.floor(place / per);
      const width = own[cell + 1]! - own[cell]!;
      found[i] = cell;
      points[i * d + space[a]!] = own[cell]! + (((place % per) + 0.5) / per) * width;
      volumes[i]! *= width / per / (own[last]! - own[0]!);
    }
    return found;
  });
  return { points, cells, volumes };
}
