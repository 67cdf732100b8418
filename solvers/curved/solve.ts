/** Steady problems on curved blocks with polynomials of higher and higher degree, while the time lasts. */
import { norm } from "../../engine/numerics/vectors.ts";
import { type DomainSpec, domainOf } from "../../equations/domain/index.ts";
import { functionOfPoint } from "../../equations/expression/index.ts";
import type { Problem } from "../../equations/problem/index.ts";
import { domainInSpace } from "../evolution/evolution-pieces.ts";
import { errorShare, gauge, Mismatch, type RowsForm, type SpectralOptions } from "../spectral/index.ts";
import { CurvedGrid } from "./grid.ts";
import { CurvedRows } from "./rows.ts";
import { type Block, blocksOf, type Surface, surfacesOf } from "./shape.ts";

/** A solution with polynomials of one degree. */
export interface CurvedSolve {
  readonly rows: CurvedRows;
  readonly grid: CurvedGrid;
  /** [unknowns, nodes] */
  readonly values: Float64Array;
  readonly steps: number;
  readonly converged: boolean;
  /** Difference from the degree before, relative to the values: of all unknowns together, and of each. */
  readonly change: { readonly unknowns: number; readonly each: readonly number[] } | undefined;
}

/** First degree, and how much higher the next one is. */
const [firstDegree, higher] = [4, 2];
/** The most entries of all rows, by memory. */
export const mostEntries = 4e7;
/** Multiplications of a nominal second, in the elimination and for each entry; and growth of the work with the points of an edge. */
const [rate, ofEntry, growth] = [4e9, 100, 8 / 3];
/** Steps of Newton's method; the shortest part of one; size of a step at rest. */
const [mostSteps, shortest, atRest] = [25, 1 / 64, 1e-10];
/** Degree of the check of blocks; what a volume may be off, beside itself and beside its own error; and a point, beside the extent. */
const [ofCheck, volumeOff, volumeErrors, pointOff] = [6, 1e-3, 5, 1e-6];

/** Blocks that fill a problem's domain and end where its fluxes jump, and if they can at other jumps; or why there are none. */
export function blocksOfProblem(problem: Problem): readonly Block[] | string {
  const { jumps, kinks } = surfacesOf(problem);
  const domain = domainInSpace(problem.domain);
  if (jumps.length === 0) return checkedBlocks(domain);
  const all = kinks.length > 0 ? checkedBlocks(domain, [...jumps, ...kinks]) : "";
  return typeof all === "string" ? checkedBlocks(domain, jumps) : all;
}

/** Blocks that fill a domain and end at surfaces, or why there are none, in words. */
export function checkedBlocks(spec: DomainSpec, surfaces: readonly Surface[] = []): readonly Block[] | string {
  try {
    return filling(spec, surfaces);
  } catch (error) {
    if (error instanceof Mismatch) return error.message;
    throw error;
  }
}

function filling(spec: DomainSpec, surfaces: readonly Surface[]): readonly Block[] | string {
  const blocks = blocksOf(spec, surfaces);
  const domain = domainOf(spec);
  if (blocks.length === 0) return "its shape has no blocks";
  const grid = new CurvedGrid(blocks, ofCheck);
  const d = grid.dimension;
  const points = Float64Array.from({ length: d * grid.count }, (_, i) => grid.columns[i % d]![Math.floor(i / d)]!);
  const far = domain.signedDistance(points);
  const extent = Math.hypot(...domain.low.map((l, k) => domain.high[k]! - l));
  const volume = grid.weights.reduce((a, b) => a + b, 0);
  const isFilled =
    grid.isRegular &&
    Math.abs(volume - domain.volume) <= volumeOff * volume + volumeErrors * domain.volumeError &&
    far.every((distance) => distance <= pointOff * extent) &&
    grid.sides.every(({ outer, points: own }) => !outer || own.every((i) => Math.abs(far[i]!) <= pointOff * extent));
  if (!isFilled) return "its shape is not that of the blocks about its round parts";
  return surfaces.every((surface) => areOnSides(grid, surface))
    ? blocks
    : "a surface at which coefficients jump goes through blocks";
}

/** True where each block lies on one side of a surface. */
function areOnSides({ blocks, each, within }: CurvedGrid, { formula, constants }: Surface): boolean {
  const value = functionOfPoint(formula, constants);
  return blocks.every((_, b) => {
    const isAbove = (i: number) => value(within.map((column) => column[b * each + i]!)) > 0;
    const first = isAbove(0);
    return Array.from({ length: each }, (__, i) => i).every((i) => isAbove(i) === first);
  });
}

/** Solves with higher degrees until the error is small enough or time is short; low ones come first. */
export function solveOnBlocks(
  form: RowsForm,
  blocks: readonly Block[],
  { goal, work, isOver, onGrid }: Omit<SpectralOptions, "narrow">,
): CurvedSolve[] {
  const unknowns = form.inside.length;
  const d = blocks[0]!.low(0, 0).length;
  const entriesOf = (degree: number) => blocks.length * (unknowns * (degree + 1) ** d) ** 2;
  const solves: CurvedSolve[] = [];
  let [used, error] = [0, 1];
  for (let degree = firstDegree; entriesOf(degree) <= mostEntries; degree += higher) {
    const grid = new CurvedGrid(blocks, degree);
    const rows = new CurvedRows(form, grid);
    const last = solves.at(-1);
    const start = last ? broughtOn(last.grid, last.values, unknowns, grid) : new Float64Array(rows.size);
    const found = newton(rows, start, () => solves.length > 1 && isOver(error));
    const own = (found.steps * (rows.operations + ofEntry * entriesOf(degree))) / rate;
    used += own;
    const solve = { rows, grid, ...found, change: last && changeBetween(start, found.values, grid, unknowns) };
    solves.push(solve);
    error = errorShare(solves) * (solve.change?.unknowns ?? 1);
    onGrid(`${blocks.length} curved blocks of degree ${degree}`, error, found.converged);
    const next = own * ((degree + 1 + higher) / (degree + 1)) ** (growth * d);
    if (error <= goal || isOver(error) || (solves.length > 2 && used + next > work(error))) break;
  }
  return solves;
}

/** Newton's method, each step by elimination. */
function newton(rows: CurvedRows, start: Float64Array, isOver: () => boolean) {
  const { form, grid } = rows;
  const values = start.slice();
  let right = rows.evaluate(values);
  for (let step = 1; step <= mostSteps; step++) {
    if (!right.every(Number.isFinite)) return { values, steps: step, converged: false };
    const moves = rows.linearise().solve(right.map((v) => -v));
    const before = norm(rows.assembled(right));
    for (let part = 1; ; part /= 2) {
      const next = values.map((v, i) => v + part * moves[i]!);
      right = rows.evaluate(next);
      if (form.isLinear || norm(rows.assembled(right)) < (1 - part / 4) * before || part <= shortest) {
        values.set(next);
        break;
      }
    }
    gauge(form, grid, values);
    if (form.isLinear) return { values, steps: step, converged: values.every(Number.isFinite) };
    if (norm(moves) <= atRest * norm(values) || norm(moves) === 0) return { values, steps: step, converged: true };
    if (isOver()) break;
  }
  return { values, steps: mostSteps, converged: false };
}

/** Values at the nodes of a higher degree. */
function broughtOn(coarse: CurvedGrid, values: Float64Array, unknowns: number, fine: CurvedGrid): Float64Array {
  const [n, m, d] = [coarse.degree + 1, fine.degree + 1, fine.dimension];
  const rows = Array.from(fine.functions.nodes, (x) => {
    const row = new Float64Array(n);
    coarse.functions.cardinals(x, row);
    return row;
  });
  const out = new Float64Array(unknowns * fine.nodes);
  for (let k = 0; k < unknowns; k++) {
    let own = coarse.spread(values, k * coarse.nodes);
    for (let axis = 0; axis < d; axis++) {
      const inner = n ** (d - 1 - axis);
      const outer = own.length / (n * inner);
      const next = new Float64Array(outer * m * inner);
      for (let o = 0; o < outer; o++)
        for (let i = 0; i < m; i++)
          for (let j = 0; j < n; j++)
            for (let l = 0; l < inner; l++)
              next[(o * m + i) * inner + l]! += rows[i]![j]! * own[(o * n + j) * inner + l]!;
      own = next;
    }
    for (let i = 0; i < fine.count; i++) out[k * fine.nodes + fine.nodeOf[i]!] = own[i]!;
  }
  return out;
}

/** Difference of values, relative to the later ones. */
function changeBetween(before: Float64Array, after: Float64Array, grid: CurvedGrid, unknowns: number) {
  const moved = new Float64Array(unknowns);
  const sizes = new Float64Array(unknowns);
  for (let k = 0; k < unknowns; k++) {
    for (let i = 0; i < grid.count; i++) {
      const at = k * grid.nodes + grid.nodeOf[i]!;
      moved[k]! += grid.weights[i]! * (after[at]! - before[at]!) ** 2;
      sizes[k]! += grid.weights[i]! * after[at]! ** 2;
    }
  }
  const total = (values: Float64Array) => values.reduce((a, b) => a + b, 0);
  const share = (a: number, b: number) => (b > 0 ? Math.sqrt(a / b) : Math.sqrt(a));
  return { unknowns: share(total(moved), total(sizes)), each: [...moved].map((v, k) => share(v, sizes[k]!)) };
}
