/**
 * Periodic evolutions of systems by the Fourier pseudo-spectral method and the classical Runge–Kutta method: references that have
 * nothing in common with the solver. The differentiation matrix is Trefethen's (Spectral Methods in MATLAB, chapter 3).
 */
import type { TestSet } from "../../solvers/solution/evaluation.ts";

/** w_t = rate(w, w_xx) for several real functions on one period. */
export interface PeriodicEvolution {
  readonly low: number;
  readonly high: number;
  readonly until: number;
  /** Even number of nodes. */
  readonly nodes: number;
  readonly steps: number;
  /** Intervals between kept moments; divides `steps`. */
  readonly snapshots: number;
  readonly initial: (x: number) => readonly number[];
  /** Rates of the functions at one node from their values and second derivatives. */
  readonly rate: (w: readonly number[], wxx: readonly number[]) => readonly number[];
}

/** The first `unknowns` functions at all nodes and kept moments. */
export function evolve(problem: PeriodicEvolution, unknowns: number): TestSet {
  const { low, high, until, nodes: n, steps, snapshots, initial, rate } = problem;
  const at = Array.from({ length: n }, (_, i) => low + ((high - low) * i) / n);
  const second = secondDerivative(n, (2 * Math.PI) / (high - low));
  let w = at.map(initial);
  const f = (state: readonly (readonly number[])[]) => {
    const m = state[0]!.length;
    return state.map((row, i) => {
      const wxx = new Array<number>(m).fill(0);
      for (let j = 0; j < n; j++) {
        const weight = second[(i - j + n) % n]!;
        for (let c = 0; c < m; c++) wxx[c]! += weight * state[j]![c]!;
      }
      return rate(row, wxx);
    });
  };
  const moved = (state: readonly (readonly number[])[], k: readonly (readonly number[])[], h: number) =>
    state.map((row, i) => row.map((v, c) => v + h * k[i]![c]!));
  const h = until / steps;
  const [points, values]: number[][] = [[], []];
  const keep = (t: number) => {
    at.forEach((x, i) => {
      points!.push(x, t);
      values!.push(...w[i]!.slice(0, unknowns));
    });
  };
  keep(0);
  for (let step = 1; step <= steps; step++) {
    const k1 = f(w);
    const k2 = f(moved(w, k1, h / 2));
    const k3 = f(moved(w, k2, h / 2));
    const k4 = f(moved(w, k3, h));
    w = w.map((row, i) => row.map((v, c) => v + (h / 6) * (k1[i]![c]! + 2 * k2[i]![c]! + 2 * k3[i]![c]! + k4[i]![c]!)));
    if (step % (steps / snapshots) === 0) keep((until * step) / steps);
  }
  return { points: Float64Array.from(points!), values: Float64Array.from(values!), unknowns };
}

/** First column of the circulant matrix of the second derivative on n even nodes. */
function secondDerivative(n: number, scale: number): Float64Array {
  const h = (2 * Math.PI) / n;
  return Float64Array.from({ length: n }, (_, k) => {
    const entry = k === 0 ? -(Math.PI ** 2) / (3 * h * h) - 1 / 6 : (-((-1) ** k) * 0.5) / Math.sin((k * h) / 2) ** 2;
    return entry * scale * scale;
  });
}
