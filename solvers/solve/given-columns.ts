/** Functions on grids, which tensors do not know: columns that are given beside points, as sources and normals are. */
import { OptionsError } from "../../engine/errors.ts";
import { data, type Expression, evaluateAt, nodesOf, rewritten } from "../../equations/expression/index.ts";
import type { Problem } from "../../equations/problem/index.ts";

const prefix = "grid ";

/** The expressions with data leaves in the place of functions on grids, by which `given` names these. */
export class GivenColumns {
  readonly #problem: Problem;
  readonly #given: Expression[] = [];
  readonly #memo = new Map<Expression, Expression>();

  constructor(problem: Problem) {
    this.#problem = problem;
  }

  /** An expression for tensors. @throws OptionsError where a function on a grid stands in an integral */
  put = (expression: Expression): Expression => {
    const inside = [...nodesOf(expression)].find(
      (e) => e.kind === "table" && [...nodesOf(e)].some(({ kind }) => kind === "abscissa"),
    );
    if (inside?.kind === "table") {
      const what = `${inside.table.name} is a function on a grid and stands in an integral, which networks cannot have`;
      throw new OptionsError(`solve: ${what}; write it as a formula`, "functions", inside.table.name);
    }
    return rewritten(
      expression,
      (e, args) => {
        if (e.kind !== "table") return undefined;
        const own: Expression = { ...e, args };
        return data(`${prefix}${this.#given.push(own) - 1}`);
      },
      this.#memo,
    );
  };

  /** Values of a column at points [n, axes]; undefined for other data. */
  at(name: string, points: Float64Array): Float64Array | undefined {
    if (!name.startsWith(prefix)) return undefined;
    const { axes, constants } = this.#problem;
    return evaluateAt(this.#given[Number(name.slice(prefix.length))]!, points, axes.length, constants);
  }
}
