/** One transport problem on a grid, solved: by the separable kernel, or between all pairs of cells on great circles. */
import { DomainError } from "../../engine/errors.ts";
import { type TransportPlan, transportPlan } from "../measure/transport-plan.ts";
import { dualValue } from "../sinkhorn/certificate.ts";
import { sinkhorn } from "../sinkhorn/sinkhorn.ts";
import { axisCosts, axisMoves, greatCircle } from "./axes.ts";
import { type PlacedSide, wholeGrid } from "./box.ts";
import { certifyGrid, type GridCertificate, type GridPotentials, heightsOf } from "./certificate.ts";
import type { PreparedGrid } from "./input.ts";
import { GridKernel } from "./operator.ts";
import { type GridSolution, solveGrid, updateAt } from "./solve.ts";

/** Most pairs of cells: 128 MiB of costs on great circles, twice that of a plan. */
const mostPairs = 2 ** 24;

/** Result of either way of solving. */
export interface Solved extends Omit<GridSolution, "planMass"> {
  /** The entropic objective, as a dual value. */
  readonly value: number;
  /** The costs by axis are undefined on great circles. */
  proof(): Omit<GridCertificate, "costByAxis"> & { readonly costByAxis: Float64Array | undefined };
  /** Potentials of all cells of the grid, from the update where there is no mass. */
  everywhere(): readonly [Float64Array, Float64Array];
  displacement(): GridDisplacement;
  plan(): TransportPlan;
}

/** Transport from x to y, or between a measure and itself. */
export function solveTransport(prepared: PreparedGrid, x: PlacedSide, y: PlacedSide): Solved {
  const { sphere } = prepared.options;
  return sphere?.metric === "great-circle" ? onGreatCircles(prepared, x, y) : separable(prepared, x, y);
}

function separable({ where, shape, axes, p, rho, settings }: PreparedGrid, x: PlacedSide, y: PlacedSide): Solved {
  const problem = { x, y, p, rho };
  const { planMass, ...solution } = solveGrid(problem, settings, x === y);
  const { f, g, epsilon } = solution;
  if (rho === Number.POSITIVE_INFINITY && x !== y) centre(x.weights, f, g);
  const size = shape.reduce((product, n) => product * n, 1);
  const value = dualValue({ a: x.weights, b: y.weights, rho }, solution, planMass);
  let proof: GridCertificate | undefined;
  return {
    ...solution,
    value,
    proof: () => {
      proof ??= certifyGrid(problem, { f, g, epsilon, planMass });
      return proof;
    },
    everywhere: () => {
      const damping = rho === Number.POSITIVE_INFINITY ? 1 : rho / (rho + epsilon);
      const fill = (own: PlacedSide, known: Float64Array, other: PlacedSide, potential: Float64Array) => {
        const whole = wholeGrid(shape, axes);
        const all =
          whole.kept.length === known.length
            ? known.slice()
            : updateAt(whole, other, potential, { p, epsilon, damping });
        for (const [k, cell] of own.cells.entries()) all[cell] = known[k]!;
        return all;
      };
      return [fill(x, f, y, g), fill(y, g, x, f)];
    },
    displacement: () => ({
      x: displacements(x, y, p, g, { epsilon }, size),
      y: displacements(y, x, p, f, { epsilon }, size),
    }),
    plan: () =>
      separablePlan(where, problem, heightsOf(f, x.weights, epsilon), heightsOf(g, y.weights, epsilon), epsilon, size),
  };
}

/**
 * The plan exp(hx + hy − C/ε) between all cells with mass.
 *
 * @param size - cells of the whole grid
 * @throws DomainError above 2²⁴ pairs of cells
 */
export function separablePlan(
  where: string,
  { x, y, p }: { readonly x: PlacedSide; readonly y: PlacedSide; readonly p: number },
  hx: Float64Array,
  hy: Float64Array,
  epsilon: number,
  size: number,
): TransportPlan {
  const costs = x.axes.map((axis, k) => {
    const inner = (side: PlacedSide) => side.shape.slice(k + 1).reduce((product, n) => product * n, 1);
    const at = (side: PlacedSide) => {
      const step = inner(side);
      return side.kept.map((cell) => Math.floor(cell / step) % side.shape[k]!);
    };
    const [rows, columns] = [at(x), at(y)];
    const [cost, width] = [axisCosts(axis, y.axes[k]!, p), y.axes[k]!.at.length];
    return (i: number, j: number) => cost[rows[i]! * width + columns[j]!]!;
  });
  return planBetween(where, x, y, size, (i, j) => {
    let cost = 0;
    for (const along of costs) cost += along(i, j);
    return Math.exp(hx[i]! + hy[j]! - cost / epsilon);
  });
}

function planBetween(
  where: string,
  x: PlacedSide,
  y: PlacedSide,
  size: number,
  mass: (i: number, j: number) => number,
): TransportPlan {
  const [n, m] = [x.cells.length, y.cells.length];
  if (n * m > mostPairs) {
    throw new DomainError(
      `${where}.plan: ${n} × ${m} cells with mass are more pairs than ${mostPairs}; take displacement()`,
      n * m,
    );
  }
  const [rows, columns, masses] = [new Int32Array(n * m), new Int32Array(n * m), new Float64Array(n * m)];
  for (let i = 0, at = 0; i < n; i++) {
    for (let j = 0; j < m; j++, at++) {
      rows[at] = x.cells[i]!;
      columns[at] = y.cells[j]!;
      masses[at] = mass(i, j);
    }
  }
  return transportPlan(rows, columns, masses, [size, size]);
}

/** Σ a·f = 0, the constant going to g. */
function centre(a: Float64Array, f: Float64Array, g: Float64Array): void {
  let [mean, mass] = [0, 0];
  for (let i = 0; i < f.length; i++) {
    mean += a[i]! * f[i]!;
    mass += a[i]!;
  }
  mean /= mass;
  for (let i = 0; i < f.length; i++) f[i]! -= mean;
  for (let j = 0; j < g.length; j++) g[j]! += mean;
}

const radians = Math.PI / 180;

function onGreatCircles(prepared: PreparedGrid, x: PlacedSide, y: PlacedSide): Solved {
  const { where, shape, p, rho, settings, options } = prepared;
  const sphere = options.sphere!;
  const [rows, columns] = [x.cells.length, y.cells.length];
  if (rows * columns > mostPairs) {
    const message = `${where}: ${rows} × ${columns} cells with mass are more pairs than ${mostPairs}`;
    throw new DomainError(`${message}; take sphere.metric "separable"`, rows * columns);
  }
  const width = shape.at(-1)!;
  const height = shape.at(-2)!;
  const place = (cell: number) =>
    [sphere.latitude[Math.floor(cell / width) % height]!, sphere.longitude[cell % width]!] as const;
  const level = (cell: number) => Math.floor(cell / (width * height));
  const between = (i: number, j: number): number => {
    const d = greatCircle(...place(i), ...place(j), sphere.radius);
    const { at, period } = prepared.axes[0]!;
    if (shape.length < 3) return d ** p;
    const up = Math.abs(at[level(i)]! - at[level(j)]!);
    return d ** p + (period === undefined ? up : Math.min(up, period - up)) ** p;
  };
  const cost = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns; j++) cost[i * columns + j] = between(x.cells[i]!, y.cells[j]!);
  const problem = { cost, rows, columns, xWeights: x.weights, yWeights: y.weights };
  const result = sinkhorn(problem, undefined, {
    ...settings,
    ...(rho !== Number.POSITIVE_INFINITY && { reach: Math.sqrt(rho / 2) }),
  });
  const { f, g, epsilon, entropicValue: value, marginalError, iterations, converged } = result;
  const damping = rho === Number.POSITIVE_INFINITY ? 1 : rho / (rho + epsilon);
  const size = shape.reduce((product, n) => product * n, 1);
  const fill = (own: PlacedSide, known: Float64Array, other: PlacedSide, potential: Float64Array) => {
    const all = new Float64Array(size).fill(Number.NaN);
    for (const [k, cell] of own.cells.entries()) all[cell] = known[k]!;
    const heights = potential.map((v, k) => v / epsilon + Math.log(other.weights[k]!));
    return all.map((v, cell) => {
      if (!Number.isNaN(v)) return v;
      const terms = heights.map((h, k) => h - between(cell, other.cells[k]!) / epsilon);
      const top = terms.reduce((most, t) => Math.max(most, t), Number.NEGATIVE_INFINITY);
      return -damping * epsilon * (top + Math.log(terms.reduce((sum, t) => sum + Math.exp(t - top), 0)));
    });
  };
  return {
    value,
    f,
    g,
    epsilon,
    marginalError,
    iterations,
    coarseIterations: 0,
    converged,
    proof: () => {
      const { value: cost, linearCost, bounds, dualityGap } = result;
      const values = result.plan().toDense();
      const [down, across] = [new Float64Array(rows), new Float64Array(columns)];
      for (let i = 0; i < rows; i++) {
        for (let j = 0; j < columns; j++) {
          down[i]! += values[i * columns + j]!;
          across[j]! += values[i * columns + j]!;
        }
      }
      return { cost, linearCost, bounds, dualityGap, costByAxis: undefined, rows: down, columns: across };
    },
    everywhere: () => [fill(x, f, y, g), fill(y, g, x, f)],
    displacement: () => {
      const values = result.plan().toDense();
      const step = (from: number, to: number) => tangent(place(from), place(to), sphere.radius);
      const lift = (from: number, to: number) => prepared.axes[0]!.at[level(to)]! - prepared.axes[0]!.at[level(from)]!;
      const mean = (own: PlacedSide, other: PlacedSide, share: (i: number, j: number) => number) => {
        const out = shape.map(() => new Float64Array(size).fill(Number.NaN));
        for (const [i, cell] of own.cells.entries()) {
          const total = shape.map(() => 0);
          let mass = 0;
          for (const [j, there] of other.cells.entries()) {
            const w = share(i, j);
            const [north, east] = step(cell, there);
            mass += w;
            total[total.length - 2]! += w * north;
            total[total.length - 1]! += w * east;
            if (shape.length === 3) total[0]! += w * lift(cell, there);
          }
          for (const [k, sum] of total.entries()) out[k]![cell] = sum / mass;
        }
        return out;
      };
      return {
        x: mean(x, y, (i, j) => values[i * columns + j]!),
        y: mean(y, x, (j, i) => values[i * columns + j]!),
      };
    },
    plan: () => {
      const values = result.plan().toDense();
      return planBetween(where, x, y, size, (i, j) => values[i * columns + j]!);
    },
  };
}

/** The great circle from one place to another as a vector at the first: northward and eastward length. */
function tangent(
  [lat, lon]: readonly [number, number],
  [lat2, lon2]: readonly [number, number],
  radius?: number,
): readonly [number, number] {
  const length = greatCircle(lat, lon, lat2, lon2, radius);
  const turn = (lon2 - lon) * radians;
  const east = Math.sin(turn) * Math.cos(lat2 * radians);
  const north =
    Math.cos(lat * radians) * Math.sin(lat2 * radians) -
    Math.sin(lat * radians) * Math.cos(lat2 * radians) * Math.cos(turn);
  const norm = Math.hypot(east, north);
  return norm > 0 ? [(length * north) / norm, (length * east) / norm] : [0, 0];
}

/** Mean displacement of the mass of each cell, one array an axis over the whole grid; NaN where there is no mass. */
interface GridDisplacement {
  /** Of the mass of x, to where it lies in y: one array per axis, over the whole grid. */
  readonly x: readonly Float64Array[];
  /** Of the mass of y, to where it came from in x: one array per axis, over the whole grid. */
  readonly y: readonly Float64Array[];
}

/**
 * Σ_j P_ij (y_j − x_i) / Σ_j P_ij along each axis.
 *
 * @param size - cells of the whole grid
 */
export function displacements(
  own: PlacedSide,
  other: PlacedSide,
  p: number,
  potential: Float64Array,
  { epsilon }: Pick<GridPotentials, "epsilon">,
  size: number,
): Float64Array[] {
  const heights = potential.map((v, j) => v / epsilon + Math.log(other.weights[j]!));
  const mass = new Float64Array(own.kept.length);
  const moved = new Float64Array(own.kept.length);
  new GridKernel(own, other, p, epsilon).apply(heights, mass);
  return own.axes.map((axis, k) => {
    // Moves have both signs: they are counted from the farthest one.
    const moves = axisMoves(axis, other.axes[k]!);
    const least = moves.reduce((low, v) => Math.min(low, v), 0);
    const weights = new Array<Float64Array | undefined>(own.axes.length).fill(undefined);
    weights[k] = moves.map((v) => v - least);
    new GridKernel(own, other, p, epsilon, weights).apply(heights, moved);
    const all = new Float64Array(size).fill(Number.NaN);
    for (let i = 0; i < mass.length; i++) all[own.cells[i]!] = Math.exp(moved[i]! - mass[i]!) + least;
    return all;
  });
}
