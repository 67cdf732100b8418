/** Transport plans, and the certificate that potentials give them. */
import { DomainError } from "../../engine/errors.ts";
import { printing } from "../../engine/text/inspect.ts";

/** A plan as a list of routes, in any order; everything else is zero. */
export interface TransportPlan {
  /** [n, m], places on either side. */
  readonly shape: readonly [number, number];
  /** Place that each route begins at, from 0. */
  readonly rows: Int32Array;
  /** Place that each route ends at, from 0. */
  readonly columns: Int32Array;
  /** Positive mass of each route; where all mass moves they sum to one. */
  readonly masses: Float64Array;
  /**
   * The [n, m] matrix, row after row.
   *
   * @throws DomainError above 2²⁷ entries
   */
  toDense(): Float64Array;
}

/** Above this many entries (1 GiB) a plan is not written out. */
export const mostEntries = 2 ** 27;

/** The plan of those routes whose mass is not 0. */
export function transportPlan(
  rows: Int32Array,
  columns: Int32Array,
  masses: Float64Array,
  shape: readonly [number, number],
): TransportPlan {
  const used = (_: number, k: number) => masses[k]! !== 0;
  const [i, j, mass] = [rows.filter(used), columns.filter(used), masses.filter((q) => q !== 0)];
  const plan: TransportPlan = {
    shape,
    rows: i,
    columns: j,
    masses: mass,
    toDense() {
      const [n, m] = shape;
      if (n * m > mostEntries) {
        const hint = "read its rows, columns and masses";
        throw new DomainError(`plan.toDense: ${n} × ${m} entries are more than ${mostEntries}; ${hint}`, n * m);
      }
      const dense = new Float64Array(n * m);
      for (let k = 0; k < mass.length; k++) dense[i[k]! * m + j[k]!]! += mass[k]!;
      return dense;
    },
  };
  return printing(plan, () => `${mass.length} routes between ${shape[0]} and ${shape[1]} points`);
}

/** The plan of a matrix [n, m] that is written out; its routes are listed on first use. */
export function densePlan(values: Float64Array, shape: readonly [number, number]): TransportPlan {
  let listed: TransportPlan | undefined;
  const routes = () => {
    if (listed !== undefined) return listed;
    const at = Int32Array.from(values.keys()).filter((k) => values[k]! !== 0);
    const m = shape[1];
    listed = transportPlan(
      at.map((k) => Math.floor(k / m)),
      at.map((k) => k % m),
      Float64Array.from(at, (k) => values[k]!),
      shape,
    );
    return listed;
  };
  const plan: TransportPlan = {
    shape,
    get rows() {
      return routes().rows;
    },
    get columns() {
      return routes().columns;
    },
    get masses() {
      return routes().masses;
    },
    toDense: () => values,
  };
  return printing(plan, () => `a plan between ${shape[0]} and ${shape[1]} points`);
}

/**
 * Cost of a plan against the dual value of potentials for the weights a and b. `u` holds NaN for rows without mass and
 * is completed and centred in place; v is its c-transform min_i (cost − u), so that u + v ≤ cost holds by construction
 * and the dual value is a lower bound on the optimum to rounding.
 */
export function certify(
  cost: Float64Array,
  plan: TransportPlan,
  u: Float64Array,
  a: Float64Array,
  b: Float64Array,
): { readonly value: number; readonly v: Float64Array; readonly dualityGap: number } {
  const [n, m] = plan.shape;
  const v = new Float64Array(m).fill(Number.POSITIVE_INFINITY);
  const spent = new Sum();
  for (let k = 0; k < plan.masses.length; k++) {
    const [i, j, mass] = [plan.rows[k]!, plan.columns[k]!, plan.masses[k]!];
    spent.add(mass * cost[i * m + j]!);
  }
  const known = u.map((f) => (Number.isNaN(f) ? 0 : f));
  u.set(
    centred(known, a).map((f, i) => (Number.isNaN(u[i]!) ? Number.NaN : f)), // keeps the marks
  );
  for (let i = 0; i < n; i++) {
    const own = u[i]!;
    if (Number.isNaN(own)) continue;
    for (let j = 0, at = i * m; j < m; j++, at++) {
      const rest = cost[at]! - own;
      if (rest < v[j]!) v[j] = rest;
    }
  }
  for (let i = 0; i < n; i++) {
    if (!Number.isNaN(u[i]!)) continue;
    let least = Number.POSITIVE_INFINITY;
    for (let j = 0; j < m; j++) least = Math.min(least, cost[i * m + j]! - v[j]!);
    u[i] = least;
  }
  const earned = new Sum();
  let size = 0;
  for (const [potential, weights] of [
    [u, a],
    [v, b],
  ] as const) {
    for (let k = 0; k < weights.length; k++) {
      earned.add(potential[k]! * weights[k]!);
      size += Math.abs(potential[k]! * weights[k]!);
    }
  }
  const value = spent.total();
  const gap = Math.abs(value - earned.total());
  const scale = Math.max(Math.abs(value), size / 1000);
  return { value, v, dualityGap: Math.max(gap === 0 ? 0 : gap / scale, notMoved(plan, a, b)) };
}

/** Rounding leaves less than this of marginals of sum one. */
const roundedMarginals = 1e-9;

/** L1 error of a plan's marginals relative to the mass, where it is not rounding: the values of such a plan prove nothing. */
function notMoved({ rows, columns, masses }: TransportPlan, a: Float64Array, b: Float64Array): number {
  const [left, right] = [a.slice(), b.slice()];
  for (let k = 0; k < masses.length; k++) {
    left[rows[k]!]! -= masses[k]!;
    right[columns[k]!]! -= masses[k]!;
  }
  let [error, total] = [0, 0];
  for (const rest of [left, right]) for (const d of rest) error += Math.abs(d);
  for (const weights of [a, b]) for (const w of weights) total += w;
  return error <= roundedMarginals * total ? 0 : error / total;
}

/** A potential minus its mean under the weights. */
export function centred(potential: Float64Array, weights: Float64Array): Float64Array {
  const [moment, mass] = [new Sum(), new Sum()];
  for (let i = 0; i < weights.length; i++) {
    moment.add(potential[i]! * weights[i]!);
    mass.add(weights[i]!);
  }
  const mean = moment.total() / mass.total();
  return potential.map((f) => f - mean);
}

/** Sum with compensation (Neumaier 1974): the error does not grow with the number of terms. */
class Sum {
  #sum = 0;
  #lost = 0;
  add(term: number): void {
    const next = this.#sum + term;
    this.#lost += Math.abs(this.#sum) >= Math.abs(term) ? this.#sum - next + term : term - next + this.#sum;
    this.#sum = next;
  }
  total(): number {
    return this.#sum + this.#lost;
  }
}
