/**
 * Shapes given by a formula that is positive inside: their outline is traced on a grid and brought onto the formula by
 * Newton's method.
 */
import type { Geometry, Piece } from "./geometry.ts";
import { bringOnto, functionsOf, type LevelFunction } from "./level-function.ts";
import type { Shape } from "./spec.ts";
import { type Facet, facetsOf, gridOf, nodeAt, pointOnFacet, refined, type SignGrid } from "./tracing.ts";

/**
 * The geometry of a formula, without the faces of the box in which it is looked at. Measures come from the traced
 * outline with extrapolation; their errors say how much that changed.
 *
 * @throws DomainError where the formula jumps over zero
 */
export function level(shape: Extract<Shape, { readonly kind: "level" }>): Geometry {
  const { low, high } = shape;
  const d = low.length;
  const f = functionsOf(shape);
  const grid = gridOf(low, high, f.value);
  const facets = facetsOf(grid, f);
  const bounds = facets.length === 0 ? { low, high } : boundsOf(facets, grid, f);
  const farthest = Math.min(...bounds.low.map((l, k) => bounds.high[k]! - l));
  let measured: ReturnType<typeof measuresOf> | undefined;
  const measures = () => {
    measured ??= measuresOf(facets, f, low);
    return measured;
  };
  const [point, slope] = [new Float64Array(d), new Float64Array(d)];
  return {
    dimension: d,
    ...bounds,
    ...(d > 1 && !grid.open && facets.length > 0 && { volume: measures().volume, volumeError: measures().volumeError }),
    distance(points, at, near) {
      for (let k = 0; k < d; k++) point[k] = points[at + k]!;
      const value = f.value(point);
      if (Number.isNaN(value)) return farthest;
      if (near === 0 && value !== 0) return value > 0 ? -farthest : farthest;
      const estimate = -value / f.slopes(point, slope);
      return value === 0 ? 0 : Math.abs(estimate) < farthest ? estimate : value > 0 ? -farthest : farthest;
    },
    get pieces() {
      return d === 1 ? facets.map((facet) => pieceOf([facet], [1], 0, f)) : onePiece();
    },
  };

  function onePiece(): Piece[] {
    const { sizes, sizeError } = measures();
    return facets.length === 0 ? [] : [pieceOf(facets, sizes, sizeError, f)];
  }
}

/** All facets as one piece: the first unit coordinate chooses one of them, and goes on with its remainder. */
function pieceOf(facets: readonly Facet[], sizes: ArrayLike<number>, measureError: number, f: LevelFunction): Piece {
  const sums = new Float64Array(facets.length + 1);
  for (let i = 0; i < facets.length; i++) sums[i + 1] = sums[i]! + sizes[i]!;
  const measure = sums.at(-1)!;
  return {
    measure,
    ...(measureError > 0 && { measureError }),
    place(unit, at, point, normal) {
      const along = unit[at]! * measure;
      let [from, to] = [0, facets.length];
      while (to - from > 1) {
        const middle = (from + to) >> 1;
        if (sums[middle]! <= along) from = middle;
        else to = middle;
      }
      const rest = Math.min(1, Math.max(0, (along - sums[from]!) / sizes[from]!));
      pointOnFacet(facets[from]!, rest, f.dimension > 2 ? unit[at + 1]! : 0, point);
      const size = bringOnto(f, point, normal);
      for (let k = 0; k < f.dimension; k++) normal[k] = size > 0 ? -normal[k]! / size : 0;
    },
  };
}

/** Sizes of all facets, and the volume that they enclose, each with the change that the last refinement made. */
function measuresOf(facets: readonly Facet[], f: LevelFunction, origin: readonly number[]) {
  const sizes = new Float64Array(facets.length);
  let [sizeError, volume, volumeError] = [0, 0, 0];
  for (const [i, facet] of facets.entries()) {
    const found = refined(facet, f, origin);
    sizes[i] = found.size;
    sizeError += found.sizeChange;
    volume += found.volume;
    volumeError += found.volumeChange;
  }
  return { sizes, sizeError: Math.abs(sizeError), volume, volumeError: Math.abs(volumeError) };
}

/**
 * The bounding box of what is inside: of the nodes there, and of the outline, whose extreme corners are moved along it
 * as far as they go.
 */
function boundsOf(facets: readonly Facet[], { low, high, inside, cells }: SignGrid, f: LevelFunction) {
  const d = f.dimension;
  const axes = Array.from({ length: d }, (_, k) => k);
  const nodes = axes.map((axis) => {
    const stride = (cells + 1) ** (d - 1 - axis);
    let [first, last] = [cells, 0];
    for (let i = 0; i < inside.length; i++) {
      if (inside[i] !== 1) continue;
      const node = Math.floor(i / stride) % (cells + 1);
      [first, last] = [Math.min(first, node), Math.max(last, node)];
    }
    return [first, last].map((node) => nodeAt(low[axis]!, high[axis]!, node, cells)) as [number, number];
  });
  const far = (axis: number, sign: 1 | -1): number => {
    let best = facets[0]![0]!;
    for (const facet of facets)
      for (const corner of facet) if (sign * corner[axis]! > sign * best[axis]!) best = corner;
    const slope = new Float64Array(d);
    let step = (high[axis]! - low[axis]!) / cells;
    for (let round = 0; round < 60 && d > 1 && step > 1e-12 * (high[axis]! - low[axis]!); round++) {
      const size = f.slopes(best, slope);
      const next = best.map((x, k) => x + step * sign * (Number(k === axis) - (slope[axis]! * slope[k]!) / size ** 2));
      bringOnto(f, next, new Float64Array(d));
      const within = next.every((x, k) => x >= low[k]! && x <= high[k]!);
      if (within && sign * next[axis]! > sign * best[axis]!) best = next;
      else step /= 2;
    }
    return best[axis]!;
  };
  return {
    low: axes.map((k) => Math.min(nodes[k]![0], far(k, -1))),
    high: axes.map((k) => Math.max(nodes[k]![1], far(k, 1))),
  };
}
