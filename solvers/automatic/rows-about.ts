/** The rows of a problem at a solution, on points of their own, with their Jacobian. */
import type { Rng } from "../../engine/random/rng.ts";
import type { Problem } from "../problem/problem.ts";
import { pointsElsewhere } from "../residual/elsewhere.ts";
import { leastSquaresProgram } from "../residual/program.ts";
import { rowCount } from "../residual/rows.ts";
import { assemble, type GroupWeights } from "../solve/assemble.ts";
import { blasOf } from "../solve/blas.ts";
import type { Solution } from "../solve/solution.ts";

/** Points of the equations and of each condition. */
const [interior, boundary] = [1024, 200];

/** Other points that a row may ask for: more, as for fractional derivatives, take longer than the solve. */
const mostElsewhere = 32;

/** True where there is time to look at the rows of a problem. */
export const areCheap = ({ equations }: Pick<Problem, "equations">): boolean =>
  pointsElsewhere(equations) <= mostElsewhere;

/** Options of the rows. */
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
