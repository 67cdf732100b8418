/** The two ways in which elements solve stages: by least squares of their rows, and by fluxes between them. */
import type { Discretisation } from "../elements/discretisation.ts";
import type { Cell, Mesh } from "../elements/mesh.ts";
import { residualsOn } from "../elements/residuals.ts";
import type { ElementMemory } from "./hybrid-rows.ts";
import { HybridSystem } from "./hybrid-system.ts";
import type { MarchedSystem } from "./march.ts";
import { rateOfStage, type StageProblem, timeOfStage } from "./stage-problem.ts";
import { type Stage, StageSystem, stageLayout } from "./stage-system.ts";
import { startOn } from "./start.ts";
import type { WeakForm } from "./weak-form.ts";

/** Squares that are missed on an element, and where in its box from −1 to 1 they lie in the mean. */
type Missed = { readonly total: number; readonly middle: ArrayLike<number> };

/** A system with its start. */
export interface Laid {
  readonly system: MarchedSystem & {
    readonly factorisations: number;
    /** Coefficients of all elements. */
    field(vector: Float64Array): Float64Array;
    /** Gives each cell its coefficients. */
    put(vector: Float64Array): void;
  };
  /** Derivatives in time, order by order. */
  readonly state: readonly Float64Array[];
  /** True where conditions ask for another start at once. */
  readonly isContradicted: boolean;
  /** Squares of what a first stage and the start miss on each element, and of the whole; cells have its coefficients. */
  missed(begun: Stage): { readonly residuals: ReadonlyMap<Cell, Missed>; readonly whole: number };
}

/** A way to solve stages. */
export interface StageSpace {
  readonly layout: Discretisation;
  readonly inTime: readonly number[];
  /** Share of the start and of a first step that meshes may leave, beside the tolerance of steps. */
  readonly ofMesh: number;
  /** Largest tolerance beside that of the march before that is worth it, and power of the cost with which it falls. */
  readonly coarsest: number;
  readonly powerOfCost: number;
  /** @param usualRate - of a step for which rows are weighted */
  on(mesh: Mesh, usualRate: number): Laid;
}

/** By least squares: whatever elements can solve. */
export function spaceOfRows(stage: StageProblem, begin: number, blas: boolean): StageSpace {
  const layout = stageLayout(stage, blas);
  Object.assign(layout.constants, { [timeOfStage!]: begin, [rateOfStage!]: 1 });
  return {
    ...{ layout, inTime: stage.inTime, ofMesh: 3, coarsest: 0.6, powerOfCost: 1.2 },
    on(mesh, usualRate) {
      const system = new StageSystem(layout, mesh, usualRate);
      const { missed, ...start } = startOn(stage, layout, system, begin);
      return {
        ...{ system, ...start },
        missed(begun) {
          const { ofZero } = system.residuals(begun);
          system.putStage(begun, begun.guess);
          const own = residualsOn(layout, mesh);
          const residuals = new Map(
            [...own].map(([cell, one]) => [cell, { ...one, total: one.total + (missed.get(cell)?.total ?? 0) }]),
          );
          return { residuals, whole: ofZero || 1 };
        },
      };
    },
  };
}

/** By fluxes: problems with a weak form. */
export function spaceOfFluxes(form: WeakForm, layout: Discretisation): StageSpace {
  const known: ElementMemory = { insides: new Map(), elements: new Map() };
  return {
    ...{ layout, inTime: form.inTime, ofMesh: 6, coarsest: 0.25, powerOfCost: 2 },
    on(mesh) {
      const system = new HybridSystem(form, mesh, known);
      const { missed, ...start } = system.start();
      return {
        ...{ system, ...start },
        missed(begun) {
          const { squares } = system.residuals(begun);
          system.put(begun.guess);
          const middle = [0, 0];
          const found = system.cells.map((cell, c) => [cell, { total: squares[c]! + missed[c]!, middle }] as const);
          return { residuals: new Map(found), whole: 1 };
        },
      };
    },
  };
}
