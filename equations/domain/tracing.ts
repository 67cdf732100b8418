/** Changes of a formula's sign on a grid: points, chords or triangles that together approach its outline. */
import { DomainError } from "../../engine/errors.ts";
import { numberText } from "../../engine/text/number.ts";
import { bringOnto, type LevelFunction } from "./level-function.ts";

/**
 * A point in one dimension, a chord in two, a triangle in three: its corners, turned so that the outside is on its
 * right.
 */
export type Facet = readonly Float64Array[];

/** Cells along an axis by dimension. */
const cellsBy = [0, 4000, 180, 36] as const;

/** The box cut into cells, with the sign at their corners. */
export interface SignGrid {
  readonly low: readonly number[];
  readonly high: readonly number[];
  readonly cells: number;
  /** 1 where the formula is positive, [cells + 1]^d, the last axis running fastest. */
  readonly inside: Uint8Array;
  /** True where it is positive somewhere on a face of the box. */
  readonly open: boolean;
  /** True where it is positive anywhere. */
  readonly some: boolean;
}

/** Looks at a formula at the nodes of a grid. */
export function gridOf(
  low: readonly number[],
  high: readonly number[],
  value: (point: ArrayLike<number>) => number,
): SignGrid {
  const d = low.length;
  const cells = cellsBy[d]!;
  const side = cells + 1;
  const inside = new Uint8Array(side ** d);
  const point = new Float64Array(d);
  let [open, some] = [false, false];
  for (let i = 0; i < inside.length; i++) {
    let onFace = false;
    for (let k = d - 1, rest = i; k >= 0; k--) {
      const node = rest % side;
      rest = (rest - node) / side;
      onFace ||= node === 0 || node === cells;
      point[k] = nodeAt(low[k]!, high[k]!, node, cells);
    }
    if (!(value(point) > 0)) continue;
    inside[i] = 1;
    some = true;
    open ||= onFace;
  }
  return { low, high, cells, inside, open, some };
}

/** Position of a node along an axis. */
export const nodeAt = (low: number, high: number, node: number, cells: number): number =>
  node === cells ? high : low + ((high - low) * node) / cells;

/** Orders of the axes, each of them a simplex of the unit cube from its lowest to its highest corner (Kuhn). */
const orders: readonly (readonly (readonly number[])[])[] = [
  [],
  [[0]],
  [
    [0, 1],
    [1, 0],
  ],
  [
    [0, 1, 2],
    [0, 2, 1],
    [1, 0, 2],
    [1, 2, 0],
    [2, 0, 1],
    [2, 1, 0],
  ],
];

/** The outline between the nodes. @throws DomainError where the formula jumps over zero, or is not finite beside it */
export function facetsOf(grid: SignGrid, f: LevelFunction): Facet[] {
  const { low, high, cells, inside } = grid;
  const d = low.length;
  const side = cells + 1;
  const strides = low.map((_, k) => side ** (d - 1 - k));
  const facets: Facet[] = [];
  const crossings = new Map<number, Float64Array>();
  const position = (index: number): Float64Array => {
    const point = new Float64Array(d);
    for (let k = d - 1, rest = index; k >= 0; k--) {
      point[k] = nodeAt(low[k]!, high[k]!, rest % side, cells);
      rest = Math.floor(rest / side);
    }
    return point;
  };
  const crossing = (a: number, b: number): Float64Array => {
    const key = Math.min(a, b) * inside.length + Math.max(a, b);
    const known =
      crossings.get(key) ?? (inside[a] ? between(position(a), position(b), f) : between(position(b), position(a), f));
    crossings.set(key, known);
    return known;
  };
  const offsets = [0];
  for (const stride of strides) offsets.push(...offsets.map((o) => o + stride));
  for (let i = 0; i < inside.length; i++) {
    if (!offsets.some((o) => inside[i + o] !== inside[i])) continue;
    if (strides.some((stride) => Math.floor(i / stride) % side === cells)) continue;
    for (const order of orders[d]!) {
      const corners = [i];
      for (const axis of order) corners.push(corners.at(-1)! + strides[axis]!);
      const [ins, outs] = [corners.filter((c) => inside[c]), corners.filter((c) => !inside[c])];
      if (ins.length === 0 || outs.length === 0) continue;
      const cut = ins.flatMap((a) => outs.map((b) => crossing(a, b)));
      const parts = cut.length === 4 && d === 3 ? [cut.slice(0, 3), cut.slice(1)] : [cut];
      for (const part of parts) if (hasSize(part)) facets.push(turned(part, f));
    }
  }
  return facets;
}

const hasSize = (facet: Facet): boolean => facet.length === 1 || sizeOf(facet) > 0;

/** The point on the way from inside to outside where the sign changes, by bisection and Newton's method. */
function between(from: Float64Array, to: Float64Array, f: LevelFunction): Float64Array {
  const at = (s: number) => from.map((x, k) => x + s * (to[k]! - x));
  let [low, high] = [0, 1];
  for (let step = 0; step < 40; step++) {
    const middle = (low + high) / 2;
    if (f.value(at(middle)) > 0) low = middle;
    else high = middle;
  }
  const point = at(high);
  const slope = new Float64Array(point.length);
  const size = f.slopes(point, slope);
  const [value, gap] = [f.value(point), Math.hypot(...from.map((x, k) => x - to[k]!))];
  if (value !== 0 && !(Math.abs(value) <= 1e-6 * gap * size)) {
    const where = `[${Array.from(point, (x) => numberText(x, 4)).join(", ")}]`;
    const way = "write it so that both sides of the comparison are equal, and have slopes, on the boundary";
    throw new DomainError(
      `domainOf: inside "${f.text}" ends without a boundary at ${where}: it jumps there; ${way}`,
      f.text,
    );
  }
  return point;
}

/** With corners in such an order that the outside is on the right of a chord, and in front of a triangle. */
function turned(facet: Facet, f: LevelFunction): Facet {
  if (facet.length === 1) return facet;
  const d = facet.length;
  const middle = facet[0]!.map((_, k) => facet.reduce((sum, c) => sum + c[k]! / d, 0));
  const slope = new Float64Array(d);
  f.slopes(middle, slope);
  const normal = normalOf(facet);
  const outwards = -normal.reduce((sum, n, k) => sum + n * slope[k]!, 0);
  return outwards >= 0 ? facet : [facet[1]!, facet[0]!, ...facet.slice(2)];
}

/** Normal with the length of the chord, or twice the area of the triangle. */
function normalOf(facet: Facet): number[] {
  const [a, b, c] = facet as [Float64Array, Float64Array, Float64Array];
  if (facet.length === 2) return [b[1]! - a[1]!, a[0]! - b[0]!];
  const u = b.map((x, k) => x - a[k]!);
  const v = c.map((x, k) => x - a[k]!);
  return [0, 1, 2].map((k) => {
    const [i, j] = [(k + 1) % 3, (k + 2) % 3];
    return u[i]! * v[j]! - u[j]! * v[i]!;
  });
}

const sizeOf = (facet: Facet): number => Math.hypot(...normalOf(facet)) / (facet.length === 3 ? 2 : 1);

/** Volume between the facet and a point. */
const coneOf = (facet: Facet, origin: readonly number[]): number =>
  normalOf(facet).reduce((sum, n, k) => sum + n * (facet[0]![k]! - origin[k]!), 0) / (facet.length === 3 ? 6 : 2);

/** A point of a facet, evenly from one or two unit coordinates; written to `out`. */
export function pointOnFacet(facet: Facet, r: number, s: number, out: Float64Array): void {
  const [a, b, c] = facet;
  const far = facet.length === 3 ? Math.sqrt(r) : r;
  for (let k = 0; k < a!.length; k++) {
    const end = b === undefined ? a![k]! : c === undefined ? b[k]! : b[k]! + s * (c[k]! - b[k]!);
    out[k] = a![k]! + far * (end - a![k]!);
  }
}

/**
 * Size and cone of the curved facet: halved twice (a triangle once) with new corners on the outline, and extrapolated.
 */
export function refined(facet: Facet, f: LevelFunction, origin: readonly number[]) {
  const once = halves(facet, f);
  const twice = facet.length === 2 ? once.flatMap((part) => halves(part, f)) : once;
  const all = facet.length === 2 ? [[facet], once, twice] : [[facet], once];
  const sizes = all.map((parts) => parts.reduce((sum, p) => sum + sizeOf(p), 0));
  const cones = all.map((parts) => parts.reduce((sum, p) => sum + coneOf(p, origin), 0));
  const [size, volume] = [extrapolated(sizes), extrapolated(cones)];
  return { size: size.value, sizeChange: size.change, volume: volume.value, volumeChange: volume.change };
}

/** Of values with an error ∝ h², h halved from each to the next. */
function extrapolated(values: readonly number[]) {
  const last = (k: number) => values[k]! + (values[k]! - values[k - 1]!) / 3;
  const value = last(values.length - 1);
  return { value, change: value - (values.length > 2 ? last(values.length - 2) : values.at(-1)!) };
}

function halves(facet: Facet, f: LevelFunction): Facet[] {
  const middle = (i: number, j: number): Float64Array => {
    const point = facet[i]!.map((x, k) => (x + facet[j]![k]!) / 2);
    bringOnto(f, point, new Float64Array(point.length));
    return point;
  };
  const [a, b, c] = facet as [Float64Array, Float64Array, Float64Array];
  if (facet.length === 2) {
    const ab = middle(0, 1);
    return [
      [a, ab],
      [ab, b],
    ];
  }
  const [ab, bc, ca] = [middle(0, 1), middle(1, 2), middle(2, 0)];
  return [
    [a, ab, ca],
    [ab, b, bc],
    [ca, bc, c],
    [ab, bc, ca],
  ];
}
