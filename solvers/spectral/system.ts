/** Rows in space as a system in time, with solutions by fast diagonalisation and GMRES. */
import type { ImplicitSystem } from "../marching/implicit-system.ts";
import { FastDiagonalisation, type NodeBox } from "./fast-diagonalisation.ts";
import { gmres } from "./gmres.ts";
import type { SpectralRows } from "./rows.ts";

/** Share of a linear system that is left where Newton's method goes on; iterations; and where an approximate solution is exact. */
const [tolerance, mostIterations, exact] = [1e-2, 60, 1e-9];
/** Operations of a point for each derivative: of an evaluation, and of an approximate solution. */
const [ofEvaluation, ofSolution] = [3, 4];

/** Rows as a system that an implicit method marches. */
export function systemInTime(rows: SpectralRows, boxes: readonly NodeBox[]): ImplicitSystem {
  const { form, grid, size } = rows;
  const { inTime, leaves } = form;
  const [orders, kinds] = [new Uint8Array(size), new Int32Array(size)];
  for (const [k, order] of inTime.entries()) {
    orders.fill(order, k * grid.nodes, (k + 1) * grid.nodes);
    kinds.fill(k, k * grid.nodes, (k + 1) * grid.nodes);
  }
  // What lies outside of the domain, or is given on faces, has no derivative in time.
  for (let i = 0; i < size; i++) if (rows.fixed[i] || !grid.active[i % grid.nodes]) orders[i] = 0;
  const levels = 1 + Math.max(...inTime);
  const { isFixed } = rows;
  let solver: FastDiagonalisation | undefined;
  let isExact: boolean | undefined;
  const work = new Float64Array(size);
  /** Adds what rows with (re + i·im)^k make of a direction. */
  const multiply = (re: number, im: number, x: readonly Float64Array[], out: readonly Float64Array[]) => {
    let [a, b] = [1, 0];
    for (const one of out) one.fill(0);
    for (let order = 0; order < levels; order++) {
      if (order > 0) [a, b] = [a * re - b * im, a * im + b * re];
      for (const [k, own] of x.entries()) {
        rows.apply(order, own, work);
        const other = x.length === 1 ? undefined : out[1 - k]!;
        const sign = k === 0 ? b : -b;
        for (let i = 0; i < size; i++) {
          out[k]![i]! += a * work[i]!;
          if (other && sign !== 0) other[i]! += sign * work[i]!;
        }
      }
    }
  };
  /** Values that are given on faces, by their rows; what is left of the right side; and the solution of that. */
  const approximate = (re: number, im: number, right: readonly Float64Array[]): Float64Array[] => {
    const given = right.map((own) => rows.fixedBy(own));
    const rest = right.map((own) => own.slice());
    if (given.some((own) => own.some((v: number) => v !== 0))) {
      const moved = right.map(() => new Float64Array(size));
      multiply(re, im, given, moved);
      rest.forEach((own, k) => {
        for (let i = 0; i < size; i++) own[i]! -= moved[k]![i]!;
      });
    }
    solver!.solve(rest[0]!, re, rest[1], im);
    rest.forEach((own, k) => {
      for (let i = 0; i < size; i++) own[i]! += given[k]![i]!;
    });
    return rest;
  };
  const solved = (re: number, im: number, right: readonly Float64Array[]): Float64Array[] => {
    const first = approximate(re, im, right);
    if (isExact) return first;
    const parts = right.length;
    const split = (x: Float64Array) => right.map((_, k) => x.subarray(k * size, (k + 1) * size));
    const joined = (all: readonly Float64Array[]) => {
      const x = new Float64Array(parts * size);
      for (const [k, own] of all.entries()) x.set(own, k * size);
      return x;
    };
    const x = joined(first);
    const b = joined(right);
    const found = gmres(
      (y, out) => multiply(re, im, split(y), split(out)),
      (r) => r.set(joined(approximate(re, im, split(r)))),
      b,
      x,
      { tolerance, most: mostIterations, isOver: () => false },
    );
    if (isExact === undefined) isExact = isFixed && found.iterations === 0 && found.left <= exact;
    return split(x).map((own) => own.slice());
  };
  const points = grid.count * (leaves.length + 2);
  return {
    ...{ size, orders, kinds, alone: false, isFixed },
    get isSolved() {
      return isExact === true;
    },
    work: { evaluation: ofEvaluation * points, factorisation: 0, solution: 4 * ofSolution * points },
    evaluate: (t, of) => rows.evaluate(t, of).slice(),
    linearise(t, of) {
      rows.evaluate(t, of);
      rows.hold();
      solver = new FastDiagonalisation(rows, boxes, false);
      isExact = undefined;
    },
    factor: (re, im) => ({
      solve: (right) => {
        if (im === 0) return solved(re, 0, [Float64Array.from(right)])[0]!;
        const [a, b] = [new Float64Array(size), new Float64Array(size)];
        for (let i = 0; i < size; i++) [a[i], b[i]] = [right[2 * i]!, right[2 * i + 1]!];
        const [x, y] = solved(re, im, [a, b]) as [Float64Array, Float64Array];
        const out = new Float64Array(2 * size);
        for (let i = 0; i < size; i++) [out[2 * i], out[2 * i + 1]] = [x[i]!, y[i]!];
        return out;
      },
    }),
  };
}
