/** The state at the first moment as polynomials on a mesh. */
import { call, type Expression, isZero, number, partial, rewritten, zero } from "../../equations/expression/index.ts";
import { type Discretisation, discretised } from "../elements/discretisation.ts";
import { solvedOn } from "../elements/elimination.ts";
import type { Cell } from "../elements/mesh.ts";
import { type CellResidual, residualsOn } from "../elements/residuals.ts";
import type { StageProblem } from "./stage-problem.ts";
import type { StageSystem } from "./stage-system.ts";

/** The start. */
export interface Start {
  /** Vectors of derivatives in time, order by order. */
  readonly state: readonly Float64Array[];
  /** True where conditions ask for other values at once. */
  readonly isContradicted: boolean;
  /** Misfit of the polynomials on each element, as rows. */
  readonly missed: ReadonlyMap<Cell, CellResidual>;
}

/** The start of an evolution, by least squares. @param time - the first moment */
export function startOn(stage: StageProblem, layout: Discretisation, system: StageSystem, time: number): Start {
  const { starts, problem, inTime } = stage;
  const d = problem.axes.length;
  const none = problem.axes.map(() => 0);
  const atStart = (e: Expression) =>
    rewritten(e, (node) => (node.kind === "coordinate" && node.axis === d ? number(time) : undefined));
  const missed = new Map<Cell, CellResidual>();
  const state = Array.from({ length: Math.max(...inTime) }, (_, m) => {
    if (starts.every((own) => own[m] === undefined || isZero(own[m]))) return new Float64Array(system.length);
    const equations = starts.map((own, k) => call("sub", partial(k, none), own[m] ? atStart(own[m]) : zero));
    const { matched, blas } = layout;
    const own = { ...discretised({ ...problem, equations, conditions: [] }, { blas }), matched };
    for (const cell of system.cells) cell.coefficients = undefined;
    const found = solvedOn(own, system.mesh)!;
    for (const [cell, c] of found.coefficients) cell.coefficients = c;
    for (const [cell, residual] of residualsOn(own, system.mesh))
      if (!((missed.get(cell)?.total ?? -1) >= residual.total)) missed.set(cell, residual);
    return system.vector(found);
  });
  return { state, missed, isContradicted: system.missedOnBoundary(state, time) > contradicted };
}

/** Share of the terms of conditions that a start may miss without a layer of its own. */
const contradicted = 0.02;
