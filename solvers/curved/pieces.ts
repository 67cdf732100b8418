/** A solution on curved blocks: evaluated, laid down as plain data, and made of it again. */
import { record, whole } from "../../engine/checks.ts";
import { damaged, type Pieces, type Problem } from "../../equations/problem/index.ts";
import { solveSmall } from "../spectral/index.ts";
import { CurvedGrid } from "./grid.ts";
import { blocksOfProblem } from "./solve.ts";

/** Name of the kind. */
export const curvedKind = "curved elements";

/** Reach of a block's polynomials beyond its faces, beside its half; and steps and accuracy of Newton's method. */
const [beyond, mostSteps, accuracy] = [0.02, 16, 1e-12];
/** A longer last step of it finds no place. */
const atRest = 1e-6;
/** Numbers along an axis of the points of a block that are looked at. */
const looksOf = (degree: number): readonly number[] => [0, degree >> 2, degree >> 1, degree - (degree >> 2), degree];
/** A point so far beyond a face belongs to the block. */
const inside = 1e-9;
/** Part of a block's extent by which the box about it is wider. */
const wider = 0.05;

/** Derivatives of values [unknowns, nodes] at the points of a grid, found once. */
export function fieldsOf(grid: CurvedGrid, values: Float64Array) {
  const known = new Map<string, Float64Array>();
  const fieldOf = (unknown: number, order: readonly number[]): Float64Array => {
    const key = `${unknown}:${order}`;
    const axis = order.findIndex((n) => n > 0);
    const found =
      known.get(key) ??
      (axis < 0
        ? grid.spread(values, unknown * grid.nodes)
        : grid.derive(fieldOf(unknown, order.with(axis, order[axis]! - 1)))[axis]!);
    known.set(key, found);
    return found;
  };
  return fieldOf;
}

/** The functions of values [unknowns, nodes] on a grid. */
export function curvedPieces(grid: CurvedGrid, values: Float64Array, space: readonly number[]): Pieces {
  const { blocks, degree, nodes } = grid;
  let hulls: readonly Hull[] | undefined;
  const fieldOf = fieldsOf(grid, values);
  return {
    kind: curvedKind,
    words: `${blocks.length} curved blocks, polynomials of degree ${degree}, ${nodes} nodes`,
    coefficients: values,
    layout: { degree } satisfies Layout,
    at(points) {
      hulls ??= hullsOf(grid);
      const places = placesOf(grid, hulls, points, space);
      return (unknown, order) => {
        const field = fieldOf(
          unknown,
          space.map((axis) => order[axis]!),
        );
        return Float64Array.from(places, (place) => (place ? interpolated(grid, field, place) : Number.NaN));
      };
    },
  };
}

/** A block with its polynomials along each of its own axes at a point. */
export interface Place {
  readonly block: number;
  readonly rows: readonly Float64Array[];
}

export function interpolated({ each, degree }: CurvedGrid, field: Float64Array, { block, rows }: Place): number {
  const n = degree + 1;
  // In a plane the middle axis is missing.
  const one = new Float64Array([1]);
  const [a, b, c] = (rows.length === 2 ? [rows[0], one, rows[1]] : rows) as [Float64Array, Float64Array, Float64Array];
  let sum = 0;
  for (let i = 0, at = block * each; i < n; i++) {
    let line = 0;
    for (let j = 0; j < b.length; j++, at += n) {
      let own = 0;
      for (let l = 0; l < n; l++) own += c[l]! * field[at + l]!;
      line += b[j]! * own;
    }
    sum += a[i]! * line;
  }
  return sum;
}

/** The two surfaces between which a block's points lie on straight lines, and the box about them. */
export interface Hull {
  /** Coordinates, and their derivatives by the coordinates of the surfaces: [points, low and high, these, axes]. */
  readonly table: Float64Array;
  readonly box: readonly (readonly [number, number])[];
  /** Some of its points, [n, axes]. */
  readonly some: Float64Array;
}

export function hullsOf(grid: CurvedGrid): Hull[] {
  const { each, columns, degree } = grid;
  const d = grid.dimension;
  const [face, width] = [(degree + 1) ** (d - 1), 2 * d * d];
  const slopes = columns.slice(1).map((_, other) =>
    columns.map((column) => {
      const out = new Float64Array(grid.count);
      grid.deriveOwn(column, other + 1, out);
      return out;
    }),
  );
  const all = [columns, ...slopes].flat();
  return grid.blocks.map((_, b) => {
    const ends = [b * each, (b + 1) * each - face].flatMap((from) => all.map((column) => column.subarray(from)));
    const table = Float64Array.from({ length: face * width }, (__, i) => ends[i % width]![Math.floor(i / width)]!);
    const box = columns.map((column) => {
      const own = column.subarray(b * each, (b + 1) * each);
      const [low, high] = [own.reduce((x, y) => Math.min(x, y)), own.reduce((x, y) => Math.max(x, y))];
      return [low - wider * (high - low), high + wider * (high - low)] as const;
    });
    const looks = looksOf(degree);
    const some = columns
      .reduce<number[]>((all) => all.flatMap((at) => looks.map((i) => at * (degree + 1) + i)), [0])
      .flatMap((at) => columns.map((column) => column[b * each + at]!));
    return { table, box, some: Float64Array.from(some) };
  });
}

/** Places of points, undefined outside of the domain. */
export function placesOf(
  grid: CurvedGrid,
  hulls: readonly Hull[],
  points: Float64Array,
  space: readonly number[],
  axes = space.length,
) {
  const { functions } = grid;
  return Array.from({ length: points.length / axes }, (_, i): Place | undefined => {
    const point = space.map((axis) => points[i * axes + axis]!);
    const near = hulls
      .flatMap(({ box, some }, block) =>
        box.every(([low, high], k) => point[k]! >= low && point[k]! <= high)
          ? [{ block, ...nearestOf(some, point) }]
          : [],
      )
      .sort((a, b) => a.far - b.far);
    let [best, excess]: [Place | undefined, number] = [undefined, beyond];
    for (const { block, nearest } of near) {
      const own = ownCoordinates(grid, hulls[block]!, point, nearest);
      const out = Math.max(...own.map(Math.abs)) - 1;
      if (!(out < excess)) continue;
      const rows = own.map((x) => {
        const row = new Float64Array(grid.degree + 1);
        functions.cardinals(x, row);
        return row;
      });
      [best, excess] = [{ block, rows }, out];
      if (out <= inside) break;
    }
    return best;
  });
}

/** The nearest of some points, and its squared distance. */
function nearestOf(some: Float64Array, point: readonly number[]): { readonly nearest: number; readonly far: number } {
  let [nearest, least] = [0, Number.POSITIVE_INFINITY];
  for (let i = 0; i < some.length; i += point.length) {
    const far = point.reduce((sum, x, k) => sum + (some[i + k]! - x) ** 2, 0);
    if (far < least) [nearest, least] = [i / point.length, far];
  }
  return { nearest, far: least };
}

/** Own coordinates of a point in a block, by Newton's method from the nearest of its points that are looked at; infinite where it finds none. */
function ownCoordinates(
  { degree, functions }: CurvedGrid,
  { table }: Hull,
  point: readonly number[],
  nearest: number,
): readonly number[] {
  const d = point.length;
  const looks = looksOf(degree);
  const own = point.map(
    (_, a) => functions.nodes[looks[Math.floor(nearest / looks.length ** (d - 1 - a)) % looks.length]!]!,
  );
  let left = Number.POSITIVE_INFINITY;
  const [n, width] = [degree + 1, 2 * d * d];
  const [b, c, sums] = [new Float64Array(d === 2 ? 1 : n).fill(1), new Float64Array(n), new Float64Array(width)];
  for (let step = 0; step < mostSteps; step++) {
    if (d === 3) functions.cardinals(own[1]!, b);
    functions.cardinals(own[d - 1]!, c);
    sums.fill(0);
    for (let j = 0, at = 0; j < b.length; j++) {
      for (let l = 0; l < n; l++) {
        const weight = b[j]! * c[l]!;
        for (let i = 0; i < width; i++, at++) sums[i]! += weight * table[at]!;
      }
    }
    const share = (1 + own[0]!) / 2;
    const between = (i: number) => (1 - share) * sums[i]! + share * sums[d * d + i]!;
    const matrix = new Float64Array(d * d);
    for (let k = 0; k < d; k++) {
      matrix[k * d] = (sums[d * d + k]! - sums[k]!) / 2;
      for (let a = 1; a < d; a++) matrix[k * d + a] = between(a * d + k);
    }
    const right = new Float64Array(d * d);
    for (const [k, x] of point.entries()) right[k * d] = x - between(k);
    solveSmall(matrix, right, d);
    const moves = point.map((_, a) => right[a * d]!);
    for (const [a, move] of moves.entries()) own[a] = Math.max(-1.2, Math.min(1.2, own[a]! + move));
    left = Math.hypot(...moves);
    if (left <= accuracy) break;
  }
  return left <= atRest ? own : own.fill(Number.POSITIVE_INFINITY);
}

/** The plain data of which, with its numbers, a field is made again. */
interface Layout {
  readonly degree: number;
}

const layoutCheck = record({ degree: whole(1) });

/**
 * The functions that {@link curvedPieces} stored.
 *
 * @throws FormatError where they do not belong to the problem, or numbers lack
 */
export function readCurvedPieces(path: string, problem: Problem, layout: unknown, coefficients: Float64Array): Pieces {
  const fail = damaged(path);
  const complaint = layoutCheck(layout, "the blocks");
  if (complaint !== undefined) return fail(complaint);
  const blocks = blocksOfProblem(problem);
  if (typeof blocks === "string") return fail(`its problem has no curved blocks: ${blocks}`);
  const grid = new CurvedGrid(blocks, (layout as Layout).degree);
  const size = problem.unknowns.length * grid.nodes;
  if (coefficients.length !== size) return fail(`${coefficients.length} values for blocks that have ${size}`);
  return curvedPieces(grid, coefficients, [...problem.axes.keys()]);
}
