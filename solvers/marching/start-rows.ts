/** Rows of a problem at the first moment: residuals and their slopes where the start is as conditions say. */
import { rng } from "../../engine/random/rng.ts";
import { sobolSequence } from "../../engine/random/sobol.ts";
import { columnsAt, differentiate, type Expression, evaluate, evaluateAt } from "../../equations/expression/index.ts";
import type { Problem } from "../../equations/problem/index.ts";
import type { EvolutionForm } from "./evolution-form.ts";

/** An equation at points. */
export interface RowValues {
  readonly residual: Float64Array;
  readonly slopes: readonly { readonly leaf: number; readonly values: Float64Array }[];
}

/** The equations at points where leaves have given values, one column for each. */
export function rowsAt(
  { axes, constants }: Problem,
  { leaves, inside, past, switches }: EvolutionForm,
  points: Float64Array,
  columns: readonly Float64Array[],
): RowValues[] {
  // At the start the past is there, or its formula says what was before.
  const named = [...leaves.map(({ name }, k) => ({ name, leaf: k })), ...past];
  const data = Object.fromEntries(named.map(({ name, leaf }) => [name, columns[leaf]!]));
  const algebra = columnsAt(points, axes.length, { constants, data });
  const memo = new Map<Expression, Float64Array>();
  for (const { of, side, steepness } of switches) {
    data[side] = evaluate(of, algebra, memo).map((v) => (v > 0 ? 1 : -1));
    data[steepness] = new Float64Array(data[side].length);
  }
  return inside.map(({ residual, slopes }) => ({
    residual: evaluate(residual, algebra, memo),
    slopes: slopes.map(({ leaf, slope }) => ({ leaf, values: evaluate(slope, algebra, memo) })),
  }));
}

/** Places of space that are looked at. */
const places = 64;

/** The start at quasi-uniform points of space, or at the one moment where there is none. */
export class StartPoints {
  /** By leaf: true where conditions say its value. */
  readonly isGiven: readonly boolean[];
  /** By leaf: what conditions say, or 1.5 with a little chance. */
  readonly columns: readonly Float64Array[];
  readonly #problem: Problem;
  readonly #form: EvolutionForm;

  constructor(problem: Problem, form: EvolutionForm) {
    this.#problem = problem;
    this.#form = form;
    const { axes, constants } = problem;
    const { leaves, starts, stated, inTime, space } = form;
    const formulas = leaves.map(({ unknown: k, inTime: j }) =>
      j < inTime[k]!
        ? starts[k]![j]
        : stated.find(({ unknown, order }) => inTime[k] === 0 && unknown === k && order === j)?.value,
    );
    this.isGiven = formulas.map((formula) => formula !== undefined);
    const points = this.#points(0);
    const random = rng(0).split("highest derivatives");
    this.columns = leaves.map(({ inSpace }, k) => {
      const formula = formulas[k];
      if (formula === undefined)
        return random
          .split(k)
          .normal(points.length / axes.length)
          .map((v) => 1.5 + 0.3 * v);
      const derivative = inSpace
        .flatMap((order, a) => Array.from({ length: order }, () => space[a]!))
        .reduce((own, axis) => differentiate(own, { axis }, axes.length), formula);
      return evaluateAt(derivative, points, axes.length, constants);
    });
  }

  /** The equations with the state of the start, a share of the time after it. @param columns - by leaf */
  rows(share = 0, columns = this.columns): RowValues[] {
    return rowsAt(this.#problem, this.#form, this.#points(share), columns);
  }

  #points(share: number): Float64Array {
    const { axes, bounds } = this.#problem;
    const { space, time } = this.#form;
    const [begin, end] = bounds[time]!;
    const inSpace = space.length === 0 ? new Float64Array(0) : sobolSequence(space.length).next(places);
    const count = space.length === 0 ? 1 : places;
    return Float64Array.from({ length: count * axes.length }, (_, i) => {
      const axis = i % axes.length;
      if (axis === time) return begin + share * (end - begin);
      const [low, high] = bounds[axis]!;
      return low + inSpace[Math.floor(i / axes.length) * space.length + space.indexOf(axis)]! * (high - low);
    });
  }
}
