/** A flow on quadrilaterals: evaluated, laid down as plain data, and made of it again. */
import { list, real, record, whole } from "../../engine/checks.ts";
import { damaged, type Pieces, type Problem } from "../../equations/problem/index.ts";
import { planeBlocks } from "./blocks.ts";
import { type Place, PlaneGrid } from "./grid.ts";

/** Name of the kind. */
export const flowKind = "mixed elements";

/** Reach of polynomials beyond their sides, beside the half of a quadrilateral; steps and accuracy of Newton's method. */
const [beyond, mostSteps, accuracy] = [0.05, 12, 1e-13];
/** A point so far beyond a side belongs to the quadrilateral; and part of its extent by which the box about it is wider. */
const [inside, wider] = [1e-9, 0.05];

/** The functions of values at all points of a grid, [unknowns, points]. */
export function flowPieces(grid: PlaneGrid, places: readonly Place[], coefficients: Float64Array): Pieces {
  const known = new Map<string, Float64Array>();
  const fieldOf = (unknown: number, order: readonly number[]): Float64Array => {
    const key = `${unknown}:${order}`;
    const axis = order.findIndex((n) => n > 0);
    const found =
      known.get(key) ??
      (axis < 0
        ? coefficients.subarray(unknown * grid.count, (unknown + 1) * grid.count)
        : grid.derive(fieldOf(unknown, order.with(axis, order[axis]! - 1)))[axis]!);
    known.set(key, found);
    return found;
  };
  let finder: Finder | undefined;
  return {
    kind: flowKind,
    words: `${places.length} quadrilaterals, velocities of degree ${grid.degree}, pressure of ${grid.degree - 2}`,
    coefficients,
    layout: { degree: grid.degree, places: places.map(({ block, u, v }) => [block, ...u, ...v]) } satisfies Layout,
    at(points) {
      finder ??= new Finder(grid);
      const found = Array.from({ length: points.length / 2 }, (_, i) => finder!.at(points[2 * i]!, points[2 * i + 1]!));
      return (unknown, order) => {
        const field = fieldOf(unknown, order);
        return Float64Array.from(found, (one) => (one ? interpolated(field, one) : Number.NaN));
      };
    },
  };
}

/** A point in a quadrilateral that begins at a point of the grid, with the polynomials along both coordinates. */
export interface LocalPoint {
  readonly start: number;
  readonly u: Float64Array;
  readonly v: Float64Array;
}

export function interpolated(field: Float64Array, { start, u, v }: LocalPoint): number {
  let sum = 0;
  for (let i = 0, at = start; i < u.length; i++) {
    let line = 0;
    for (let j = 0; j < v.length; j++, at++) line += v[j]! * field[at]!;
    sum += u[i]! * line;
  }
  return sum;
}

/** Places of points in quadrilaterals. */
export class Finder {
  readonly #grid: PlaneGrid;
  readonly #slopes: readonly Float64Array[];
  readonly #boxes: readonly (readonly number[])[];

  constructor(grid: PlaneGrid) {
    this.#grid = grid;
    this.#slopes = grid.columns.flatMap((column) =>
      [0, 1].map((axis) => {
        const out = new Float64Array(column.length);
        grid.deriveOwn(column, axis, out);
        return out;
      }),
    );
    this.#boxes = Array.from({ length: grid.count / grid.each }, (_, q) =>
      grid.columns.flatMap((column) => {
        const own = column.subarray(q * grid.each, (q + 1) * grid.each);
        const [low, high] = [own.reduce((a, b) => Math.min(a, b)), own.reduce((a, b) => Math.max(a, b))];
        return [low - wider * (high - low), high + wider * (high - low)];
      }),
    );
  }

  /** Undefined outside of all. */
  at(x: number, y: number): LocalPoint | undefined {
    let [best, excess]: [LocalPoint | undefined, number] = [undefined, beyond];
    for (const [q, [a, b, c, d]] of this.#boxes.entries()) {
      if (!(x >= a! && x <= b! && y >= c! && y <= d!)) continue;
      const own = this.#own(q, x, y);
      const out = Math.max(Math.abs(own[0]), Math.abs(own[1])) - 1;
      if (!(out < excess)) continue;
      const [u, v] = own.map((w) => this.#row(w)) as [Float64Array, Float64Array];
      [best, excess] = [{ start: q * this.#grid.each, u, v }, out];
      if (out <= inside) break;
    }
    return best;
  }

  #row(w: number): Float64Array {
    const out = new Float64Array(this.#grid.degree + 1);
    this.#grid.functions.cardinals(w, out);
    return out;
  }

  /** Own coordinates of a point, by Newton's method from the middle. */
  #own(q: number, x: number, y: number): readonly [number, number] {
    const { columns, each } = this.#grid;
    let [u, v] = [0, 0];
    for (let step = 0; step < mostSteps; step++) {
      const at = { start: q * each, u: this.#row(u), v: this.#row(v) };
      const [p, r] = [x - interpolated(columns[0]!, at), y - interpolated(columns[1]!, at)];
      const [xu, xv, yu, yv] = this.#slopes.map((field) => interpolated(field, at)) as [number, number, number, number];
      const area = xu * yv - xv * yu;
      const [du, dv] = [(yv * p - xv * r) / area, (xu * r - yu * p) / area];
      [u, v] = [Math.max(-1.3, Math.min(1.3, u + du)), Math.max(-1.3, Math.min(1.3, v + dv))];
      if (Math.hypot(du, dv) <= accuracy) break;
    }
    return [u, v];
  }
}

/** The plain data of which, with its numbers, a flow is made again: places as block, u from and to, v from and to. */
interface Layout {
  readonly degree: number;
  readonly places: readonly (readonly number[])[];
}

const layoutCheck = record({ degree: whole(2), places: list(list(real())) });

/**
 * The functions that {@link flowPieces} stored.
 *
 * @throws FormatError where they do not belong to the problem, or numbers lack
 */
export function readFlowPieces(path: string, problem: Problem, layout: unknown, coefficients: Float64Array): Pieces {
  const fail = damaged(path);
  const complaint = layoutCheck(layout, "the quadrilaterals");
  if (complaint !== undefined) return fail(complaint);
  const blocks = planeBlocks(problem);
  if (typeof blocks === "string") return fail(`its problem has no quadrilaterals: ${blocks}`);
  const { degree, places } = layout as Layout;
  const size = problem.unknowns.length * places.length * (degree + 1) ** 2;
  if (coefficients.length !== size) return fail(`${coefficients.length} values for quadrilaterals that have ${size}`);
  if (!places.every((place) => place.length === 5 && isPlace(place, blocks)))
    return fail("its quadrilaterals lie in no block");
  const all = places.map(([block, a, b, c, d]): Place => ({ block: block!, u: [a!, b!], v: [c!, d!] }));
  return flowPieces(new PlaneGrid(blocks, all, degree), all, coefficients);
}

const isWithin = (low: number, high: number) => low >= 0 && low < high && high <= 1;

/** True for the number of a block, and u and v in it from and to. */
export const isPlace = ([block, a, b, c, d]: readonly number[], blocks: readonly unknown[]): boolean =>
  Number.isInteger(block) && block! >= 0 && block! < blocks.length && isWithin(a!, b!) && isWithin(c!, d!);
