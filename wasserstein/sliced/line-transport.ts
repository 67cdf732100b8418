/**
 * The inner loop of sliced distances: transport on the line between two samples whose sizes and weights stay while
 * their positions change with the direction. Buffers are made once; nothing is checked here.
 */
import { FloatSorter } from "../../engine/numerics/float-sort.ts";

/** Transport cost |u − v|^p between two samples on the line, with preallocated buffers. */
export interface LineTransport {
  /** W_p^p(u, v). */
  value(u: Float64Array, v: Float64Array): number;
  /** The same; afterwards `du`, `dv` hold its gradient in the positions, and `f`, `g` (if kept) potentials. */
  gradient(u: Float64Array, v: Float64Array): number;
  readonly du: Float64Array;
  readonly dv: Float64Array;
  /** Kantorovich potentials, f_i + g_j ≤ |u_i − v_j|^p with equality on the plan: the gradient in the weights. */
  readonly f: Float64Array | undefined;
  readonly g: Float64Array | undefined;
}

/** Weights are normalised (sum 1) or undefined for equal ones. `potentials`: keep f and g. */
export function lineTransport(
  n: number,
  m: number,
  p: number,
  a: Float64Array | undefined,
  b: Float64Array | undefined,
  potentials = false,
): LineTransport {
  const left = new FloatSorter(n);
  const right = new FloatSorter(m);
  const [du, dv] = [new Float64Array(n), new Float64Array(m)];
  const f = potentials ? new Float64Array(n) : undefined;
  const g = potentials ? new Float64Array(m) : undefined;
  const [levelsU, levelsV] = [new Float64Array(n), new Float64Array(m)];
  const paired = a === undefined && b === undefined && n === m;

  function pairValue(u: Float64Array, v: Float64Array): number {
    const x = left.values(u);
    const y = right.values(v);
    let sum = 0;
    if (p === 1) for (let k = 0; k < n; k++) sum += Math.abs(x[k]! - y[k]!);
    else if (p === 2) for (let k = 0; k < n; k++) sum += (x[k]! - y[k]!) * (x[k]! - y[k]!);
    else for (let k = 0; k < n; k++) sum += Math.abs(x[k]! - y[k]!) ** p;
    return sum / n;
  }

  function pairGradient(u: Float64Array, v: Float64Array): number {
    const { order } = left.rank(u);
    const { order: other } = right.rank(v);
    let sum = 0;
    for (let k = 0; k < n; k++) {
      const i = order[k]!;
      const j = other[k]!;
      const gap = u[i]! - v[j]!;
      const slope = slopeOf(gap, p);
      // |gap|^p = gap·slope/p, the same to rounding and never 0·∞.
      sum += gap * slope;
      du[i] = slope / n;
      dv[j] = -slope / n;
    }
    return sum / (n * p);
  }

  function walk(u: Float64Array, v: Float64Array): number {
    const { order } = left.rank(u);
    const { order: other } = right.rank(v);
    cumulate(levelsU, order, a);
    cumulate(levelsV, other, b);
    du.fill(0);
    dv.fill(0);
    if (f) f[order[0]!] = 0;
    if (g) g[other[0]!] = costOf(u[order[0]!]! - v[other[0]!]!, p);
    let sum = 0;
    let level = 0;
    for (let i = 0, j = 0; ; ) {
      const at = order[i]!;
      const against = other[j]!;
      const next = Math.min(levelsU[i]!, levelsV[j]!);
      const mass = next - level;
      if (mass > 0) {
        const gap = u[at]! - v[against]!;
        const slope = mass * slopeOf(gap, p);
        sum += gap * slope;
        du[at]! += slope;
        dv[against]! -= slope;
        level = next;
      }
      if (i === n - 1 && j === m - 1) break;
      const stepU = i < n - 1 && levelsU[i]! <= levelsV[j]!;
      const stepV = j < m - 1 && levelsV[j]! <= levelsU[i]!;
      if (stepU) i++;
      if (stepV) j++;
      if (f && g) extend(f, g, u, v, at, against, order[i]!, other[j]!, p);
    }
    return sum / p;
  }

  return {
    value: (u, v) => (paired ? pairValue(u, v) : walk(u, v)),
    gradient: (u, v) => (paired && !potentials ? pairGradient(u, v) : walk(u, v)),
    du,
    dv,
    f,
    g,
  };
}

/**
 * Potentials one step further along the staircase. Where both sides step at once the plan is degenerate and two
 * staircases are optimal; their mean is taken, which is what central differences in the weights see.
 */
function extend(
  f: Float64Array,
  g: Float64Array,
  u: Float64Array,
  v: Float64Array,
  i: number,
  j: number,
  nextI: number,
  nextJ: number,
  p: number,
): void {
  const cost = (s: number, t: number) => costOf(u[s]! - v[t]!, p);
  if (nextJ === j) f[nextI] = cost(nextI, j) - g[j]!;
  else if (nextI === i) g[nextJ] = cost(i, nextJ) - f[i]!;
  else {
    const viaU = cost(nextI, j) - g[j]!;
    const viaV = cost(nextI, nextJ) - (cost(i, nextJ) - f[i]!);
    f[nextI] = (viaU + viaV) / 2;
    g[nextJ] = cost(nextI, nextJ) - f[nextI]!;
  }
}

/** Mass up to each rank, the last exactly 1; equal weights as exact fractions, so that equal levels compare equal. */
function cumulate(levels: Float64Array, order: Uint32Array, weights: Float64Array | undefined): void {
  const n = levels.length;
  if (weights === undefined) {
    for (let k = 0; k < n; k++) levels[k] = (k + 1) / n;
    return;
  }
  let total = 0;
  for (let k = 0; k < n; k++) {
    total += weights[order[k]!]!;
    levels[k] = total;
  }
  // Divided only by rounding: the weights are normalised. What follows the last mass gets level 1 as well.
  for (let k = 0; k < n; k++) levels[k] = levels[k]! === total ? 1 : levels[k]! / total;
}

function costOf(gap: number, p: number): number {
  return p === 2 ? gap * gap : p === 1 ? Math.abs(gap) : Math.abs(gap) ** p;
}

/** d|gap|^p / dgap, with 0 at 0. */
function slopeOf(gap: number, p: number): number {
  if (p === 2) return 2 * gap;
  return p === 1 ? Math.sign(gap) : p * Math.abs(gap) ** (p - 1) * Math.sign(gap);
}
