/**
 * Finite volumes in one dimension, to compare solutions with shocks: Godunov's flux (Burgers) and HLLC (Euler) between states reconstructed with
 * minmod slopes, two-stage strongly stable Runge–Kutta steps; and the exact solution of Riemann's problem (Toro, Riemann Solvers and
 * Numerical Methods for Fluid Dynamics, chapters 4, 10 and 14).
 */

/** Density, velocity, pressure. */
export type Gas = readonly [density: number, velocity: number, pressure: number];

/** An interval cut into cells, run to a time. */
export interface VolumeRun {
  readonly low: number;
  readonly high: number;
  readonly cells: number;
  readonly time: number;
  /** Of the shortest step that a wave takes through a cell. @defaultValue 0.45 */
  readonly courant?: number;
}

/** Values in the middle of the cells, [cells, variables]. */
export interface VolumeResult {
  readonly x: Float64Array;
  readonly values: readonly Float64Array[];
}

/** A conservation law: fluxes between two states, and the speed of its fastest wave. */
interface Law {
  readonly variables: number;
  flux(left: Float64Array, right: Float64Array, out: Float64Array): void;
  speed(state: Float64Array): number;
  /** Variables in which states are reconstructed. */
  primitive(state: Float64Array): void;
  conserved(state: Float64Array): void;
}

const minmod = (a: number, b: number): number => (a * b <= 0 ? 0 : Math.abs(a) < Math.abs(b) ? a : b);

/** Conserved variables of the cells at the end; beyond the ends lies what `beyond` makes of the outermost cells. */
function run(
  law: Law,
  start: Float64Array[],
  { low, high, cells, time, courant = 0.45 }: VolumeRun,
  mirror: readonly number[],
) {
  const [n, m] = [cells, law.variables];
  const h = (high - low) / n;
  const state = start.map((v) => v.slice());
  const ghost = 2;
  const full = Array.from({ length: m }, () => new Float64Array(n + 2 * ghost));
  const slopes = Array.from({ length: m }, () => new Float64Array(n + 2 * ghost));
  const [one, left, right, flux] = Array.from({ length: 4 }, () => new Float64Array(m)) as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  const change = Array.from({ length: m }, () => new Float64Array(n));
  const rates = (values: readonly Float64Array[]) => {
    for (let i = 0; i < n; i++) {
      for (let k = 0; k < m; k++) one[k] = values[k]![i]!;
      law.primitive(one);
      for (let k = 0; k < m; k++) full[k]![i + ghost] = one[k]!;
    }
    for (let g = 0; g < ghost; g++)
      for (let k = 0; k < m; k++) {
        full[k]![ghost - 1 - g] = mirror[k]! * full[k]![ghost + g]!;
        full[k]![n + ghost + g] = mirror[k]! * full[k]![n + ghost - 1 - g]!;
      }
    for (let k = 0; k < m; k++) {
      const v = full[k]!;
      for (let i = 1; i < n + 3; i++) slopes[k]![i] = minmod(v[i]! - v[i - 1]!, v[i + 1]! - v[i]!);
      change[k]!.fill(0);
    }
    for (let i = 0; i <= n; i++) {
      for (let k = 0; k < m; k++) {
        left[k] = full[k]![i + 1]! + slopes[k]![i + 1]! / 2;
        right[k] = full[k]![i + 2]! - slopes[k]![i + 2]! / 2;
      }
      law.conserved(left);
      law.conserved(right);
      law.flux(left, right, flux);
      for (let k = 0; k < m; k++) {
        if (i > 0) change[k]![i - 1]! -= flux[k]! / h;
        if (i < n) change[k]![i]! += flux[k]! / h;
      }
    }
  };
  for (let t = 0; t < time; ) {
    let fastest = 1e-12;
    for (let i = 0; i < n; i++) {
      for (let k = 0; k < m; k++) one[k] = state[k]![i]!;
      fastest = Math.max(fastest, law.speed(one));
    }
    const dt = Math.min((courant * h) / fastest, time - t);
    rates(state);
    const first = state.map((v, k) => v.map((u, i) => u + dt * change[k]![i]!));
    rates(first);
    for (let k = 0; k < m; k++)
      for (let i = 0; i < n; i++) state[k]![i] = (state[k]![i]! + first[k]![i]! + dt * change[k]![i]!) / 2;
    t += dt;
  }
  return state;
}

const middles = ({ low, high, cells }: VolumeRun): Float64Array =>
  Float64Array.from({ length: cells }, (_, i) => low + ((high - low) * (i + 0.5)) / cells);

/** Burgers' equation u_t + (u²/2)_x = 0; odd about both ends, where u = 0. */
export function burgersVolumes(start: (x: number) => number, to: VolumeRun): VolumeResult {
  const x = middles(to);
  const law: Law = {
    variables: 1,
    flux([a], [b], out) {
      const [l, r] = [a!, b!];
      // Godunov: the largest flux between falling states, the smallest between rising ones.
      const [fl, fr] = [(l * l) / 2, (r * r) / 2];
      out[0] = l > r ? Math.max(fl, fr) : l < 0 && r > 0 ? 0 : Math.min(fl, fr);
    },
    speed: ([u]) => Math.abs(u!),
    primitive: () => undefined,
    conserved: () => undefined,
  };
  return { x, values: run(law, [x.map(start)], to, [-1]) };
}

/** Euler's equations of a perfect gas; what lies beyond the ends is like what lies before them. @returns density, velocity, pressure */
export function eulerVolumes(start: (x: number) => Gas, gamma: number, to: VolumeRun): VolumeResult {
  const x = middles(to);
  const conserved = (s: Float64Array) => {
    const [r, u, p] = s as unknown as [number, number, number];
    s[1] = r * u;
    s[2] = p / (gamma - 1) + (r * u * u) / 2;
  };
  const primitive = (s: Float64Array) => {
    const [r, m, e] = s as unknown as [number, number, number];
    s[1] = m / r;
    s[2] = (gamma - 1) * (e - (m * m) / r / 2);
  };
  const [a, b] = [new Float64Array(3), new Float64Array(3)];
  const law: Law = {
    variables: 3,
    conserved,
    primitive,
    speed(s) {
      a.set(s);
      primitive(a);
      return Math.abs(a[1]!) + Math.sqrt((gamma * a[2]!) / a[0]!);
    },
    flux(left, right, out) {
      a.set(left);
      b.set(right);
      primitive(a);
      primitive(b);
      hllc(left, right, a, b, gamma, out);
    },
  };
  const columns = [0, 1, 2].map(() => new Float64Array(to.cells));
  x.forEach((at, i) => {
    const s = Float64Array.from(start(at));
    conserved(s);
    for (let k = 0; k < 3; k++) columns[k]![i] = s[k]!;
  });
  const end = run(law, columns, to, [1, 1, 1]);
  for (let i = 0; i < to.cells; i++) {
    const s = Float64Array.from(end, (v) => v[i]!);
    primitive(s);
    for (let k = 0; k < 3; k++) end[k]![i] = s[k]!;
  }
  return { x, values: end };
}

/** The flux of Harten, Lax and van Leer with the contact wave (Toro 10.4), speeds by Davis. */
function hllc(
  ul: Float64Array,
  ur: Float64Array,
  [rl, vl, pl]: Float64Array,
  [rr, vr, pr]: Float64Array,
  gamma: number,
  out: Float64Array,
): void {
  const [cl, cr] = [Math.sqrt((gamma * pl!) / rl!), Math.sqrt((gamma * pr!) / rr!)];
  const sl = Math.min(vl! - cl, vr! - cr);
  const sr = Math.max(vl! + cl, vr! + cr);
  const middle = (pr! - pl! + rl! * vl! * (sl - vl!) - rr! * vr! * (sr - vr!)) / (rl! * (sl - vl!) - rr! * (sr - vr!));
  const [u, r, v, p, s] = middle >= 0 ? [ul, rl!, vl!, pl!, sl] : [ur, rr!, vr!, pr!, sr];
  const flux = [r * v, r * v * v + p, v * (u[2]! + p)];
  const outer = middle >= 0 ? sl >= 0 : sr <= 0;
  const star = (r * (s - v)) / (s - middle);
  const between = [star, star * middle, star * (u[2]! / r + (middle - v) * (middle + p / (r * (s - v))))];
  for (let k = 0; k < 3; k++) out[k] = flux[k]! + (outer ? 0 : s * (between[k]! - u[k]!));
}

/** The state at x/t = speed of Riemann's problem, by Newton's method for the pressure between the outer waves (Toro 4.2 … 4.5). */
export function riemann(left: Gas, right: Gas, gamma: number): (speed: number) => Gas {
  const sound = ([r, , p]: Gas) => Math.sqrt((gamma * p) / r);
  const [g1, g2, g6] = [(gamma - 1) / (2 * gamma), (gamma + 1) / (2 * gamma), (gamma - 1) / (gamma + 1)];
  const wave = (p: number, side: Gas): readonly [value: number, slope: number] => {
    const [r, , ps] = side;
    if (p <= ps) {
      const c = sound(side);
      return [((2 * c) / (gamma - 1)) * ((p / ps) ** g1 - 1), (1 / (r * c)) * (p / ps) ** -g2];
    }
    const [a, b] = [2 / ((gamma + 1) * r), g6 * ps];
    const root = Math.sqrt(a / (p + b));
    return [(p - ps) * root, root * (1 - (p - ps) / (2 * (p + b)))];
  };
  let p = (left[2] + right[2]) / 2;
  for (let step = 0; step < 60; step++) {
    const [[fl, dl], [fr, dr]] = [wave(p, left), wave(p, right)];
    const next = Math.max(1e-12, p - (fl + fr + right[1] - left[1]) / (dl + dr));
    const done = Math.abs(next - p) < 1e-15 * p;
    p = next;
    if (done) break;
  }
  const u = (left[1] + right[1] + wave(p, right)[0] - wave(p, left)[0]) / 2;
  return (speed) => {
    // A right side is a left one seen in a mirror.
    const [side, sign] = speed <= u ? ([left, 1] as const) : ([right, -1] as const);
    const [s, v, us] = [sign * speed, sign * side[1], sign * u];
    const c = sound(side);
    const back = ([r, w, q]: Gas): Gas => [r, sign * w, q];
    if (p > side[2]) {
      const ratio = p / side[2];
      if (s <= v - c * Math.sqrt(g2 * ratio + g1)) return side;
      return back([(side[0] * (ratio + g6)) / (g6 * ratio + 1), us, p]);
    }
    if (s <= v - c) return side;
    if (s >= us - c * (p / side[2]) ** g1) return back([side[0] * (p / side[2]) ** (1 / gamma), us, p]);
    const inFan = 2 / (gamma + 1) + (g6 / c) * (v - s);
    return back([
      side[0] * inFan ** (2 / (gamma - 1)),
      (2 / (gamma + 1)) * (c + ((gamma - 1) / 2) * v + s),
      side[2] * inFan ** ((2 * gamma) / (gamma - 1)),
    ]);
  };
}

/** Burgers' equation from −sin(πx) on [−1, 1] without viscosity: along characteristics up to the shock that stands at x = 0 from t = 1/π on. */
export function burgersExact(x: number, t: number): number {
  if (x === 0) return 0;
  const size = Math.abs(x);
  // From the foot a in (|x|, 1] of the characteristic: a − t sin(πa) = |x|; the outermost one has not met the shock.
  const gap = (a: number) => a - t * Math.sin(Math.PI * a) - size;
  let [low, high] = [Math.PI * t > 1 ? Math.acos(1 / (Math.PI * t)) / Math.PI : 0, 1];
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (gap(middle) > 0) high = middle;
    else low = middle;
  }
  return -Math.sign(x) * Math.sin((Math.PI * (low + high)) / 2);
}
