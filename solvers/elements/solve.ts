/** Solves on meshes that are refined where most is left. */
import { processorMilliseconds } from "../solve/options.ts";
import { Basis } from "./basis.ts";
import { type Discretisation, discretised } from "./discretisation.ts";
import type { Known, Work } from "./elimination.ts";
import type { Cell, Mesh } from "./mesh.ts";
import { minimised } from "./newton.ts";
import { type Indicator, marked, refine } from "./refinement.ts";
import { integralPoints } from "./rows.ts";
import { type Left, totalLeft } from "./residuals.ts";
import { startMesh } from "./start-mesh.ts";
import type { Problem } from "../problem/problem.ts";

/** One mesh of a solve. */
export interface Course {
  readonly elements: number;
  /** Root of the sum of squares of all rows. */
  readonly left: number;
  /** Relative change of the solution since the mesh before, L². */
  readonly changed: number;
  readonly seconds: number;
  readonly steps: number;
}

export interface RefinementOptions {
  readonly tolerance: number;
  readonly processorSeconds: number;
  readonly meshes: number;
  readonly degree?: number | undefined;
  readonly indicator?: Indicator | undefined;
  readonly onMesh?: ((mesh: Mesh, course: Course) => void) | undefined;
}

export interface Refined {
  readonly layout: Discretisation;
  readonly mesh: Mesh;
  readonly course: readonly Course[];
  readonly estimate: number;
}

/** Degrees that cost least for what they gain: of one unknown, and of several. */
const degreeOf = ({ problem, region, highest }: Discretisation) =>
  region.dimension === 1 ? 12 : region.dimension === 3 ? 5 : problem.unknowns.length > 1 ? 6 : Math.max(...highest) > 2 ? 9 : 8;

export function refined(problem: Problem, options: RefinementOptions): Refined {
  const began = processorMilliseconds();
  const spent = () => (processorMilliseconds() - began) / 1000;
  const layout = discretised(problem);
  const mesh = startMesh(layout, options.degree ?? degreeOf(layout));
  const known: Known | undefined = layout.linear ? new Map() : undefined;
  const work: Work = { products: 0 };
  const course: Course[] = [];
  const indicator = options.indicator ?? byResiduals;
  let estimate = Number.NaN;
  for (let round = 0; ; round++) {
    const cells = mesh.elements();
    const before = new Map(cells.flatMap((cell) => (cell.coefficients ? [[cell, cell.coefficients] as const] : [])));
    const start = spent();
    const { left, steps } = minimised(layout, mesh, known, work, {
      most: round === 0 ? 30 : 8,
      goesOn: () => spent() < options.processorSeconds,
    });
    const took = spent() - start;
    const changed = round === 0 ? Number.NaN : changeOf(layout, cells, before);
    const now: Course = { elements: cells.length, left: Math.sqrt(totalLeft(left)), changed, seconds: spent(), steps };
    course.push(now);
    options.onMesh?.(mesh, now);
    estimate = estimateOf(course);
    if (estimate <= options.tolerance || round + 1 >= options.meshes) break;
    const remaining = options.processorSeconds - spent();
    // What a further mesh costs grows with its elements; those that are old cost little where rows do not change.
    const each = took / (known ? Math.max(1, cells.length - before.size + freshOf(cells, before)) : cells.length);
    const most = Math.floor(remaining / (1.3 * each) / (known ? 6 : 4) - (known ? 0 : cells.length / 4));
    if (most < 1) break;
    const chosen = marked(indicator(mesh, left), Math.max(1, most));
    for (const cell of chosen) refine(layout, mesh, cell, left.get(cell)!);
  }
  return { layout, mesh, course, estimate };
}

const byResiduals: Indicator = (_, left) => new Map([...left].map(([cell, { total }]: [Cell, Left]) => [cell, total]));

const freshOf = (cells: readonly Cell[], before: ReadonlyMap<Cell, unknown>) => cells.filter((cell) => !before.has(cell)).length + cells.length / 4;

function estimateOf(course: readonly Course[]): number {
  const last = course.at(-1)!;
  const previous = course.at(-2);
  if (!previous) return Number.NaN;
  const fall = Math.min(1, last.left / previous.left);
  return last.changed * Math.max(0.1, fall);
}

/** Relative L² change of coefficients on the same elements. */
function changeOf(layout: Discretisation, cells: readonly Cell[], before: ReadonlyMap<Cell, Float64Array>): number {
  const m = layout.problem.unknowns.length;
  const d = layout.region.dimension;
  const none = new Array<number>(d).fill(0);
  const [moved, size] = [new Float64Array(m), new Float64Array(m)];
  for (const cell of cells) {
    const { points, weights } = integralPoints(cell, layout);
    const volume = cell.box.low.reduce((p, l, k) => p * (cell.box.high[k]! - l), 1);
    const basis = new Basis(cell, points, 0);
    const old = before.get(cell)!;
    const difference = cell.coefficients!.map((v, k) => v - old[k]!);
    for (let j = 0; j < m; j++) {
      const values = basis.values(none, cell.coefficients!, j * basis.size);
      const differences = basis.values(none, difference, j * basis.size);
      weights.forEach((w, i) => {
        moved[j]! += volume * w * differences[i]! ** 2;
        size[j]! += volume * w * values[i]! ** 2;
      });
    }
  }
  const sum = (of: Float64Array) => of.reduce((a, b) => a + b, 0);
  return Math.sqrt(sum(moved) / sum(size));
}
