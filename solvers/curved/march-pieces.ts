/** An evolution on curved blocks: evaluated, laid down as plain data, and made of it again. Cubic in time between moments. */

import { record, whole } from "../../engine/checks.ts";
import { damaged, type Pieces, type Problem } from "../../equations/problem/index.ts";
import { cubic } from "../evolution/evolution-pieces.ts";
import { numbersOfMoments, storedMoments } from "../evolution/stored-moments.ts";
import { CurvedGrid } from "./grid.ts";
import { fieldsOf, type Hull, hullsOf, interpolated, placesOf } from "./pieces.ts";
import { blocksOfProblem } from "./solve.ts";

/** Name of the kind. */
export const curvedMarchKind = "evolution on curved elements";

/** States at moments on one grid: values and derivatives in time, each [unknowns, nodes]. */
export interface CurvedStates {
  readonly times: readonly number[];
  readonly values: readonly Float64Array[];
  readonly rates: readonly Float64Array[];
}

/** The functions of states. */
export function curvedMarchPieces(problem: Problem, grid: CurvedGrid, states: CurvedStates): Pieces {
  const { times, values, rates } = states;
  let hulls: readonly Hull[] | undefined;
  const [d, time] = [problem.axes.length, problem.time!];
  const space = [...problem.axes.keys()].filter((axis) => axis !== time);
  const length = problem.unknowns.length * grid.nodes;
  const fields = [...values, ...rates].map((vector) => fieldsOf(grid, vector));
  return {
    kind: curvedMarchKind,
    words: `${times.length - 1} steps in time on ${grid.blocks.length} curved blocks, polynomials of degree ${grid.degree}`,
    get coefficients() {
      return numbersOfMoments(times, [...values, ...rates], length);
    },
    layout: { degree: grid.degree, moments: times.length } satisfies Layout,
    at(points) {
      hulls ??= hullsOf(grid);
      const places = placesOf(grid, hulls, points, space, d);
      return (unknown, order) => {
        const inSpace = space.map((axis) => order[axis]!);
        return Float64Array.from(places, (place, i) => {
          const t = points[i * d + time]!;
          if (!place || !(t <= times.at(-1)!)) return Number.NaN;
          const after = times.findIndex((moment, k) => k > 0 && t <= moment);
          const next = after < 0 ? times.length - 1 : after;
          const before = Math.max(0, next - 1);
          const step = times.length > 1 ? times[next]! - times[before]! : 1;
          const factors = cubic((t - times[before]!) / step, order[time]!, step);
          const of = [before, times.length + before, next, times.length + next];
          return of.reduce(
            (sum, k, j) =>
              factors[j] === 0 ? sum : sum + factors[j]! * interpolated(grid, fields[k]!(unknown, inSpace), place),
            0,
          );
        });
      };
    },
  };
}

/** The plain data of which, with its numbers, an evolution is made again. */
interface Layout {
  readonly degree: number;
  readonly moments: number;
}

const layoutCheck = record({ degree: whole(1), moments: whole(1) });

/**
 * The functions that {@link curvedMarchPieces} stored.
 *
 * @throws FormatError where they do not belong to the problem, or numbers lack
 */
export function readCurvedMarchPieces(path: string, problem: Problem, layout: unknown, numbers: Float64Array): Pieces {
  const fail = damaged(path);
  const complaint = layoutCheck(layout, "the evolution");
  if (complaint !== undefined || problem.time === undefined) return fail(complaint ?? "its problem has no time");
  const { degree, moments } = layout as Layout;
  const blocks = blocksOfProblem(problem);
  if (typeof blocks === "string") return fail(`its problem has no curved blocks: ${blocks}`);
  const grid = new CurvedGrid(blocks, degree);
  const length = problem.unknowns.length * grid.nodes;
  if (numbers.length !== moments * (1 + 2 * length)) return fail("it has another number of values than its moments");
  const { times, vectors } = storedMoments(numbers, moments, length);
  return curvedMarchPieces(problem, grid, { times, values: vectors.slice(0, moments), rates: vectors.slice(moments) });
}
