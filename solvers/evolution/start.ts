/** The state at the first moment as polynomials on a mesh. */
import { gaussLegendre } from "../../engine/numerics/gauss-legendre.ts";
import {
  call,
  type Expression,
  evaluateAt,
  isZero,
  number,
  partial,
  rewritten,
  unit,
  zero,
} from "../../equations/expression/index.ts";
import { Basis, productPoints } from "../elements/basis.ts";
import { type Discretisation, discretised } from "../elements/discretisation.ts";
import { solvedOn, type Values } from "../elements/elimination.ts";
import type { Cell, Face } from "../elements/mesh.ts";
import { type CellResidual, residualsOn } from "../elements/residuals.ts";
import { acrossFace, sizeOfFace, tracesOf } from "../elements/rows.ts";
import { faceSite } from "../elements/site.ts";
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
    const values = starts.map((own) => (own[m] ? atStart(own[m]) : zero));
    const equations = values.map((value, k) => call("sub", partial(k, none), value));
    const { matched, blas } = layout;
    const own = { ...discretised({ ...problem, equations, conditions: [] }, { blas }), matched };
    const found = onBoxes(own, values, system) ?? byRows(own, system);
    for (const [cell, c] of found.coefficients) cell.coefficients = c;
    for (const [cell, residual] of residualsOn(own, system.mesh))
      if (!((missed.get(cell)?.total ?? -1) >= residual.total)) missed.set(cell, residual);
    return system.vector(found);
  });
  return { state, missed, isContradicted: system.missedOnBoundary(state, time) > contradicted };
}

/** Polynomials and values on faces. */
type Projection = Pick<Values, "coefficients" | "faces">;

/** By least squares inside of the region. */
function byRows(layout: Discretisation, { cells, mesh }: StageSystem): Projection {
  for (const cell of cells) cell.coefficients = undefined;
  return solvedOn(layout, mesh)!;
}

/**
 * By Gauss's rule on the boxes of elements, which polynomials follow beyond the region too; undefined where formulas
 * have no values there.
 */
function onBoxes(
  layout: Discretisation,
  starts: readonly Expression[],
  { cells, mesh }: StageSystem,
): Projection | undefined {
  const { region, problem, matched } = layout;
  const d = region.dimension;
  const none = region.low.map(() => 0);
  const coefficients = new Map<Cell, Float64Array>();
  for (const cell of cells) {
    const at = productPoints(cell.box.low, cell.box.high, gaussLegendre(cell.degree + 2));
    const basis = new Basis(cell, at, 0);
    const own = new Float64Array(problem.unknowns.length * basis.size);
    for (const [k, start] of starts.entries()) {
      const values = evaluateAt(start, at.points, d, problem.constants);
      if (!values.every(Number.isFinite)) return undefined;
      for (const [i, v] of values.entries()) basis.add(i, none, at.weights[i]! * v, own, k * basis.size);
    }
    coefficients.set(cell, own);
  }
  const faces = new Map<Face, Float64Array>();
  for (const face of [...mesh.faces(layout.periodic).values()].flat()) {
    const traces = tracesOf(layout, face);
    const out = new Float64Array(sizeOfFace(layout, face));
    const { weights } = productPoints(face.low, face.high, gaussLegendre(d === 1 ? 1 : traces.count));
    let at = 0;
    for (const k of problem.unknowns.keys()) {
      for (let r = 0; r < matched[k]![face.axis]!; r++, at += traces.size) {
        for (const side of [0, 1] as const) {
          const site = faceSite(layout, face, side, traces.count);
          const own = coefficients.get(site.cell)!;
          const values = site.basis.values(unit(d, face.axis, r), own, k * site.basis.size);
          for (const [i, v] of values.entries())
            traces.add(i, none.slice(1), (weights[i]! / 2) * acrossFace(face) ** r * v, out, at);
        }
      }
    }
    faces.set(face, out);
  }
  return { coefficients, faces };
}

/** Share of the terms of conditions that a start may miss without a layer of its own. */
const contradicted = 0.02;
