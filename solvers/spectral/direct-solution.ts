/**
 * The solution of linearised rows in a plane by elimination, element by element: where convection or coefficients that
 * vary leave fast diagonalisation far from it.
 */
import { type AssembledFactors, type AssembledPlan, assembledFronts } from "../../engine/numerics/assembled-fronts.ts";
import type { Grid } from "./grid.ts";
import type { SpectralRows } from "./rows.ts";

/** The most multiplications of a factorisation. */
const mostOperations = 4e9;

/** Factors of the rows of a grid in a plane. */
export class DirectSolution {
  /** Multiplications of one factorisation. */
  readonly operations: number;
  readonly #rows: SpectralRows;
  readonly #elements: Elements;
  readonly #plan: AssembledPlan;
  #factors: AssembledFactors | undefined;

  private constructor(rows: SpectralRows, elements: Elements, plan: AssembledPlan) {
    [this.#rows, this.#elements, this.#plan, this.operations] = [rows, elements, plan, plan.operations];
  }

  /** Lays it out; undefined outside of planes, where a value is free, and where it is dear. */
  static of(rows: SpectralRows): DirectSolution | undefined {
    const { form, grid, size } = rows;
    if (grid.axes.length !== 2 || form.floating.length > 0) return undefined;
    const elements = elementsOf(grid);
    const unknowns = elements.points.map((own) =>
      Int32Array.from(form.inside.flatMap((_, k) => Array.from(own, (i) => k * grid.nodes + grid.nodeOf[i]!))),
    );
    const plan = assembledFronts(unknowns, size, elements.centres);
    return plan.operations <= mostOperations ? new DirectSolution(rows, elements, plan) : undefined;
  }

  /** Factors the rows as they are linearised now. */
  factor(): void {
    const matrices = matricesOf(this.#rows, this.#elements);
    this.#factors = this.#plan.factor((element) => matrices[element]!);
  }

  /** The solution in the place of the right side. */
  solve(right: Float64Array): void {
    right.set(this.#factors!.solve(right));
  }
}

/** The elements of a plane. */
interface Elements {
  /** Points of each, the last axis fastest. */
  readonly points: readonly Int32Array[];
  /** Number of the element of each pair of intervals; −1 where it is empty. */
  readonly numbers: Int32Array;
  /** [elements, 2] */
  readonly centres: Float64Array;
}

function elementsOf({ axes, weights }: Grid): Elements {
  const [x, y] = axes as [Grid["axes"][0], Grid["axes"][0]];
  const points: Int32Array[] = [];
  const centres: number[] = [];
  const numbers = Int32Array.from({ length: x.intervals.length * y.intervals.length }, (_, cell) => {
    const [a, b] = [x.intervals[Math.floor(cell / y.intervals.length)]!, y.intervals[cell % y.intervals.length]!];
    const n = b.degree + 1;
    const own = Int32Array.from({ length: (a.degree + 1) * n }, (__, i) => {
      return (a.first + Math.floor(i / n)) * y.places.length + b.first + (i % n);
    });
    if (weights[own[0]!] === 0) return -1;
    centres.push((a.low + a.high) / 2, (b.low + b.high) / 2);
    return points.push(own) - 1;
  });
  return { points, numbers, centres: Float64Array.from(centres) };
}

/** The matrix of each element, [unknowns · points, unknowns · points]. */
function matricesOf(rows: SpectralRows, { points, numbers }: Elements): Float64Array[] {
  const { form, grid } = rows;
  const [x, y] = grid.axes as [Grid["axes"][0], Grid["axes"][0]];
  const matrices = points.map(({ length }) => new Float64Array((form.inside.length * length) ** 2));
  const each = form.inside.length;
  rows.forTerms((equation, point, factor, unknown, orders) => {
    const at = Math.floor(point / y.places.length);
    const beside = point % y.places.length;
    const p = x.intervalOf[at]!;
    const q = y.intervalOf[beside]!;
    const a = x.intervals[p]!;
    const b = y.intervals[q]!;
    const i = at - a.first;
    const j = beside - b.first;
    const m = a.degree + 1;
    const n = b.degree + 1;
    const own = matrices[numbers[p * y.intervals.length + q]!]!;
    const first = (((equation * m + i) * n + j) * each + unknown) * m * n;
    const ofX = orders[0]! > 0 ? a.derivatives[orders[0]! - 1]! : undefined;
    const ofY = orders[1]! > 0 ? b.derivatives[orders[1]! - 1]! : undefined;
    for (let k = ofX ? 0 : i; k < (ofX ? m : i + 1); k++) {
      const share = ofX ? factor * ofX[i * m + k]! : factor;
      const line = first + k * n;
      if (ofY) for (let l = 0; l < n; l++) own[line + l]! += share * ofY[j * n + l]!;
      else own[line + j]! += share;
    }
  });
  return matrices;
}
