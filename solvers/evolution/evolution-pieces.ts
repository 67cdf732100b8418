/** An evolution on elements: evaluated, laid down as plain data, and made of it again. Cubic in time between moments. */

import { anything, list, record, whole } from "../../engine/checks.ts";
import type { DomainSpec } from "../../equations/domain/index.ts";
import { damaged, type Pieces, type Problem } from "../../equations/problem/index.ts";
import { Basis } from "../elements/basis.ts";
import { layoutOf, readMesh } from "../elements/element-pieces.ts";
import type { Cell, Mesh } from "../elements/mesh.ts";
import { numbersOfMoments, storedMoments } from "./stored-moments.ts";

/** Name of the kind. */
export const evolutionKind = "evolution on elements";

/** States at moments on one mesh: values and derivatives in time, element by element [unknowns, polynomials]. */
export interface EvolutionField {
  readonly mesh: Mesh;
  readonly times: readonly number[];
  readonly values: readonly Float64Array[];
  readonly rates: readonly Float64Array[];
}

/** The functions of an evolution. */
export function evolutionPieces(problem: Problem, field: EvolutionField): Pieces {
  const { mesh, times, values, rates } = field;
  const cells = mesh.elements();
  const length = coefficientsOn(problem, cells);
  const degrees = [...new Set(cells.map(({ degree }) => degree))].sort((a, b) => a - b).join(", ");
  return {
    kind: evolutionKind,
    words: `${times.length - 1} steps in time on ${cells.length} elements, polynomials of degree ${degrees}`,
    get coefficients() {
      return numbersOfMoments(times, [...values, ...rates], length);
    },
    layout: { mesh: layoutOf(mesh), moments: times.length },
    at: (points) => derivativesAt(problem, field, points),
  };
}

const coefficientsOn = ({ unknowns, time }: Problem, cells: readonly Cell[]) =>
  cells.reduce((sum, { degree }) => sum + unknowns.length * (degree + 1) ** time!, 0);

/** Partial derivatives at points [n, axes]; NaN outside of all elements, and later than the march came. */
function derivativesAt(
  problem: Problem,
  { mesh, times, values, rates }: EvolutionField,
  points: Float64Array,
): (unknown: number, order: readonly number[]) => Float64Array {
  const d = problem.time!;
  const count = points.length / (d + 1);
  const starts = new Map<Cell, number>();
  let length = 0;
  for (const cell of mesh.elements()) {
    starts.set(cell, length);
    length += coefficientsOn(problem, [cell]);
  }
  const groups = new Map<Cell, Map<number, number[]>>();
  const moments = new Int32Array(count);
  const end = times.at(-1)!;
  for (let i = 0; i < count; i++) {
    const t = points[i * (d + 1) + d]!;
    const cell = t <= end ? mesh.elementAt(points, i * (d + 1)) : undefined;
    if (!cell) continue;
    let [low, high] = [0, Math.max(0, times.length - 2)];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (times[middle]! <= t) low = middle;
      else high = middle - 1;
    }
    moments[i] = low;
    const own = groups.get(cell) ?? new Map<number, number[]>();
    groups.set(cell, own);
    const some = own.get(low);
    if (some) some.push(i);
    else own.set(low, [i]);
  }
  let most = -1;
  let bases = new Map<readonly number[], Basis>();
  return (unknown, order) => {
    const [inSpace, inTime] = [order.slice(0, d), order[d]!];
    if (Math.max(...inSpace) > most) {
      most = Math.max(...inSpace);
      bases = new Map();
    }
    const out = new Float64Array(count).fill(Number.NaN);
    for (const [cell, own] of groups) {
      for (const [moment, some] of own) {
        let basis = bases.get(some);
        if (!basis) {
          const places = Float64Array.from(some.flatMap((i) => [...points.subarray(i * (d + 1), i * (d + 1) + d)]));
          basis = new Basis(cell, { points: places, along: undefined }, most);
          bases.set(some, basis);
        }
        const step = times.length > 1 ? times[moment + 1]! - times[moment]! : 1;
        const next = Math.min(times.length - 1, moment + 1);
        const from = starts.get(cell)! + unknown * basis.size;
        const [a, b, c, e] = [values[moment]!, rates[moment]!, values[next]!, rates[next]!].map((vector) =>
          basis.values(inSpace, vector, from),
        ) as [Float64Array, Float64Array, Float64Array, Float64Array];
        for (const [k, i] of some.entries()) {
          const [p, q, r, s] = cubic((points[i * (d + 1) + d]! - times[moment]!) / step, inTime, step);
          out[i] = p * a[k]! + q * b[k]! + r * c[k]! + s * e[k]!;
        }
      }
    }
    return out;
  };
}

/** Factors of the value and slope at either end in a derivative of a cubic, s from 0 to 1 over a step. */
export function cubic(s: number, order: number, step: number): readonly [number, number, number, number] {
  const values: readonly (readonly [number, number, number, number])[] = [
    [1 - s * s * (3 - 2 * s), step * s * (1 - s) ** 2, s * s * (3 - 2 * s), step * s * s * (s - 1)],
    [-6 * s * (1 - s), step * (1 - s) * (1 - 3 * s), 6 * s * (1 - s), step * s * (3 * s - 2)],
    [12 * s - 6, step * (6 * s - 4), 6 - 12 * s, step * (6 * s - 2)],
    [12, 6 * step, -12, 6 * step],
  ];
  const [a, b, c, e] = values[order] ?? [0, 0, 0, 0];
  return [a / step ** order, b / step ** order, c / step ** order, e / step ** order];
}

const layoutCheck = record({ mesh: list(anything), moments: whole(1) });

/**
 * The pieces that {@link evolutionPieces} stored.
 *
 * @throws FormatError where they are none of the problem, or numbers are missing
 */
export function readEvolutionPieces(path: string, problem: Problem, layout: unknown, numbers: Float64Array): Pieces {
  const fail = damaged(path);
  const complaint = layoutCheck(layout, "the evolution");
  if (complaint !== undefined || problem.time === undefined) return fail(complaint ?? "its problem has no time");
  const { mesh: tree, moments } = layout as { mesh: unknown; moments: number };
  const mesh = readMesh(path, domainInSpace(problem.domain), tree);
  const length = coefficientsOn(problem, mesh.elements());
  if (numbers.length !== moments * (1 + 2 * length)) fail("it has another number of values than its mesh and moments");
  const { times, vectors } = storedMoments(numbers, moments, length);
  return evolutionPieces(problem, { mesh, times, values: vectors.slice(0, moments), rates: vectors.slice(moments) });
}

/** A domain without its time. */
export function domainInSpace(domain: DomainSpec): DomainSpec {
  const { t: _, ...space } = domain as { readonly t?: unknown };
  return space as DomainSpec;
}
