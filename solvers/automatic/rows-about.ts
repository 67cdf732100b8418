/** The rows of a problem at a solution, on points of their own: what its parameters do to them. */
import type { Rng } from "../../engine/random/rng.ts";
import type { Problem } from "../problem/problem.ts";
import { pointsElsewhere } from "../residual/elsewhere.ts";
import { leastSquaresProgram } from "../residual/program.ts";
import { rowCount } from "../residual/rows.ts";
import { assemble, type GroupWeights } from "../solve/assemble.ts";
import { blasOf } from "../solve/blas.ts";
import { Solution } from "../solve/solution.ts";
import type { Solved } from "./feature-solve.ts";

/** Points of the equations and of each condition. */
const [interior, boundary] = [1024, 200];

/** Parameters of all kinds up to which JᵀJ is made. */
const mostParameters = 2500;

/** Whether there is time for JᵀJ of a solution. */
export const isSmall = (solution: Solved): solution is Solution =>
  solution instanceof Solution && solution.theta.length <= mostParameters;

/** Other points that a row may ask for: more, as for fractional derivatives, take longer than the solve. */
const mostElsewhere = 32;

/** Whether there is time to look at the rows of a problem. */
export const areCheap = ({ equations }: Pick<Problem, "equations">): boolean =>
  pointsElsewhere(equations) <= mostElsewhere;

/** What is said of the rows. */
export interface RowsOptions {
  /** Parameters at the end of θ that were found; the others are as they were drawn. @defaultValue all */
  readonly found?: number | undefined;
  readonly weights?: Partial<GroupWeights> | undefined;
  readonly threads: number;
  readonly blas?: string | undefined;
}

/** The rows of a solution: those of the equations, of conditions and integrals, and of observations, in this order. */
export function rowsAbout({ problem, domain, network, report }: Solution, options: RowsOptions, random: Rng) {
  const assembly = assemble(problem, domain, network, report.conditions);
  const weights: GroupWeights = { equations: 1, conditions: 1e4, observations: 0.01, ...options.weights };
  const others = assembly.others({ interior, boundary }, weights);
  const points = domain.interior(interior, random);
  const even = new Float64Array(interior).fill(1 / interior);
  const machine = { threads: options.threads, blas: blasOf(options.blas ?? "auto") };
  const groups = [assembly.interior(interior, report.scale), ...others.map(({ group }) => group)];
  const program = leastSquaresProgram(assembly.model, groups, machine);
  const sets = [
    assembly.interiorPoints({ points, weights: even, density: even }, weights.equations),
    ...others.map(({ draw }, k) => draw(random.split(`rows ${k}`))),
  ];
  program.setPoints(sets);
  return { program, sets, counts: groups.map(rowCount), assembly, machine, points, weights };
}

/** The last rows and columns of a symmetric matrix. */
export function tail(matrix: Float64Array, n: number): Float64Array {
  const all = Math.sqrt(matrix.length);
  const first = all - n;
  const last = new Float64Array(n * n);
  for (let i = 0; i < n; i++) last.set(matrix.subarray((first + i) * all + first, (first + i + 1) * all), i * n);
  return last;
}
