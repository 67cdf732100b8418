/**
 * Cells of a domain's bounding box in one to three dimensions, and densities constant on them: normalised over Ω,
 * evaluated, and drawn from by inverse distribution functions.
 */
import { DomainError, OptionsError } from "../../engine/errors.ts";
import type { Rng } from "../../engine/random/rng.ts";
import { sobolSequence } from "../../engine/random/sobol.ts";
import { accepted, quasiUniformPoints } from "./domain-points.ts";
import type { SamplingDomain } from "./sampler.ts";

/** Points that are looked at to find the share of each cell inside Ω. */
const PROBES = 2 ** 20;

/** A grid of equal cells over the bounding box, row-major, first coordinate slowest. */
export interface Cells {
  readonly domain: SamplingDomain;
  readonly shape: readonly number[];
  readonly spacing: readonly number[];
  readonly count: number;
  /** Volume of a whole cell. */
  readonly volume: number;
  /** Share of each cell inside Ω; absent where all are 1. The inside volumes add up to |Ω|. */
  readonly shares?: Float64Array;
  /** A point inside Ω for each cell with a positive share; absent where Ω is a box. */
  readonly anchors?: Float64Array;
}

/** Cells along each axis where nothing is asked for: 512, 128², 32³. */
export function defaultShape(dimension: number): readonly number[] {
  return new Array<number>(dimension).fill([512, 128, 32][dimension - 1] ?? 32);
}

/** Lays cells over a domain. @throws OptionsError where the shape does not fit it */
export function layCells(sampler: string, domain: SamplingDomain, asked?: readonly number[]): Cells {
  const d = domain.dimension;
  const shape = asked ?? defaultShape(d);
  if (shape.length !== d || !shape.every((n) => Number.isInteger(n) && n >= 1)) {
    throw new OptionsError(`${sampler}: shape is [${shape}], expected ${d} positive whole numbers`, "shape", shape);
  }
  const spacing = shape.map((n, k) => (domain.high[k]! - domain.low[k]!) / n);
  const count = shape.reduce((product, n) => product * n, 1);
  const volume = spacing.reduce((product, h) => product * h, 1);
  const whole = { domain, shape, spacing, count, volume };
  return domain.isBox ? whole : { ...whole, ...measured(sampler, whole) };
}

/** Shares by counting a lattice of points in every cell; those of cut cells are scaled so that |Ω| comes out. */
function measured(sampler: string, cells: Cells): { shares: Float64Array; anchors: Float64Array } {
  const { domain, count, volume } = cells;
  const d = domain.dimension;
  const side = Math.max(2, Math.floor((PROBES / count) ** (1 / d)));
  const probes = side ** d;
  const shares = new Float64Array(count);
  const anchors = new Float64Array(count * d);
  const at = new Float64Array(count * d);
  for (let probe = 0; probe < probes; probe++) {
    let rest = probe;
    const offset = Array.from({ length: d }, () => {
      const step = rest % side;
      rest = Math.floor(rest / side);
      return (step + 0.5) / side;
    });
    placeInCells(cells, at, (k) => offset[k]!);
    const inside = domain.contains(at);
    for (let cell = 0; cell < count; cell++) {
      if (inside[cell] !== 1) continue;
      if (shares[cell] === 0) anchors.set(at.subarray(cell * d, (cell + 1) * d), cell * d);
      shares[cell]! += 1 / probes;
    }
  }
  let [full, cut] = [0, 0];
  const isFull = (share: number) => share > 1 - 0.5 / probes;
  for (const share of shares) {
    if (isFull(share)) full += volume;
    else cut += share * volume;
  }
  const factor = cut > 0 ? (domain.volume - full) / cut : 1;
  if (!(factor > 0) || full + cut === 0) {
    const way = "give more cells, or correct the volume";
    throw new DomainError(
      `${sampler}: the cells inside the domain have the volume ${full + cut}, the domain ${domain.volume}; ${way}`,
      domain.volume,
    );
  }
  return { shares: shares.map((share) => (isFull(share) ? 1 : share * factor)), anchors };
}

/** Writes one point into each cell: at `offset(axis, cell)` in units of the cell from its lower corner. */
function placeInCells(cells: Cells, out: Float64Array, offset: (axis: number, cell: number) => number): void {
  const { shape, spacing, domain, count } = cells;
  const d = shape.length;
  const index = new Array<number>(d).fill(0);
  for (let cell = 0; cell < count; cell++) {
    for (let k = 0; k < d; k++) {
      out[cell * d + k] = domain.low[k]! + (index[k]! + offset(k, cell)) * spacing[k]!;
    }
    for (let k = d - 1; k >= 0; k--) {
      index[k]!++;
      if (index[k]! < shape[k]!) break;
      index[k] = 0;
    }
  }
}

/** The points at which cells are looked at, and which cells they are; cells outside Ω are left out. */
export interface CellPoints {
  readonly points: Float64Array;
  readonly cells: Uint32Array;
}

/** One point in each cell inside Ω: random with `rng`, else the centre; an inner point where that one lies outside. */
export function cellPoints(cells: Cells, rng?: Rng): CellPoints {
  const { domain, count, shares, anchors } = cells;
  const d = domain.dimension;
  const all = new Float64Array(count * d);
  const jitter = rng?.uniform(count * d);
  placeInCells(cells, all, (k, cell) => (jitter ? jitter[cell * d + k]! : 0.5));
  if (!shares || !anchors) return { points: all, cells: Uint32Array.from({ length: count }, (_, i) => i) };
  const inside = domain.contains(all);
  const kept = Uint32Array.from([...shares.keys()].filter((cell) => shares[cell]! > 0));
  const points = new Float64Array(kept.length * d);
  for (let i = 0; i < kept.length; i++) {
    const cell = kept[i]!;
    points.set((inside[cell] === 1 ? all : anchors).subarray(cell * d, (cell + 1) * d), i * d);
  }
  return { points, cells: kept };
}

/** Values ≥ 0 on cells as a density on Ω of mass 1, 0 on cells outside; uniform where all are 0. */
export function cellDensity(cells: Cells, values: Float64Array): Float64Array {
  const { shares, volume, domain } = cells;
  const masked = shares ? values.map((value, i) => (shares[i]! > 0 ? value : 0)) : values;
  let mass = 0;
  for (let i = 0; i < masked.length; i++) mass += masked[i]! * (shares ? shares[i]! : 1) * volume;
  if (mass > 0) return masked.map((value) => value / mass);
  return masked.map((_, i) => (shares && shares[i] === 0 ? 0 : 1 / domain.volume));
}

/** Value of the cell of each point of Ω, 0 outside. */
export function valuesAt(cells: Cells, values: Float64Array, points: Float64Array): Float64Array {
  const { domain, shape, spacing } = cells;
  const d = shape.length;
  const inside = domain.contains(points);
  return Float64Array.from({ length: points.length / d }, (_, i) => {
    if (inside[i] !== 1) return 0;
    let cell = 0;
    for (let k = 0; k < d; k++) {
      const step = Math.floor((points[i * d + k]! - domain.low[k]!) / spacing[k]!);
      cell = cell * shape[k]! + Math.min(Math.max(step, 0), shape[k]! - 1);
    }
    return values[cell]!;
  });
}

/**
 * Points of Ω from a density on cells: scrambled Sobol points through the inverse distribution function of the first
 * coordinate, then of each next one given those before, which keeps their evenness within the cells.
 */
function drawFromCells(cells: Cells, density: Float64Array, count: number, rng: Rng): Float64Array {
  const { domain, shape, spacing } = cells;
  const d = shape.length;
  const sums = distributions(density, shape);
  const sequence = sobolSequence(d, rng);
  return accepted(domain, count, (n) => {
    const points = sequence.next(n);
    for (let i = 0; i < n; i++) {
      let before = 0;
      for (let k = 0; k < d; k++) {
        const size = shape[k]!;
        const sum = sums[k]!;
        const from = before * size;
        const target = points[i * d + k]! * sum[from + size - 1]!;
        // The first cell whose running sum exceeds the target; it has a positive value.
        let [low, high] = [0, size - 1];
        while (low < high) {
          const middle = (low + high) >> 1;
          if (sum[from + middle]! > target) high = middle;
          else low = middle + 1;
        }
        const base = low > 0 ? sum[from + low - 1]! : 0;
        const within = Math.min((target - base) / (sum[from + low]! - base), 1 - 2 ** -33);
        points[i * d + k] = domain.low[k]! + (low + within) * spacing[k]!;
        before = from + low;
      }
    }
    return points;
  });
}

/** For each axis the running sums along it, given the cells of the axes before, summed over those after. */
function distributions(density: Float64Array, shape: readonly number[]): Float64Array[] {
  const sums = new Array<Float64Array>(shape.length);
  let totals = density;
  for (let k = shape.length - 1; k >= 0; k--) {
    const size = shape[k]!;
    const running = totals.slice();
    const next = new Float64Array(totals.length / size);
    for (let row = 0; row < next.length; row++) {
      for (let i = 1; i < size; i++) running[row * size + i]! += running[row * size + i - 1]!;
      next[row] = running[(row + 1) * size - 1]!;
    }
    sums[k] = running;
    totals = next;
  }
  return sums;
}

/** Points of a mixture and the share of uniform ones among them. */
export interface MixedPoints {
  readonly points: Float64Array;
  readonly uniformShare: number;
}

/** About `share` of the points uniform, at least one; after them the others, from the density on cells. */
export function drawMixed(cells: Cells, density: Float64Array, count: number, share: number, rng: Rng): MixedPoints {
  const spread = Math.min(count, Math.max(1, Math.round(share * count)));
  const d = cells.domain.dimension;
  const points = new Float64Array(count * d);
  points.set(quasiUniformPoints(cells.domain, spread, rng.split("spread")));
  points.set(drawFromCells(cells, density, count - spread, rng.split("cells")), spread * d);
  return { points, uniformShare: spread / count };
}
