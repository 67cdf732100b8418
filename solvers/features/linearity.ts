/** Is an expression linear in the unknowns? */

import type { FunctionName } from "../../equations/expression/index.ts";
import { type Algebra, type Expression, evaluate } from "../../equations/expression/index.ts";

/** Degree in the unknowns: 0, 1, or 2 for everything that is not linear. */
type Degree = 0 | 1 | 2;

const degreeOf: Algebra<Degree> = {
  number: () => 0,
  coordinate: () => 0,
  constant: () => 0,
  data: () => 0,
  derivative: () => 1,
  laplacian: () => 1,
  elsewhere: () => 1,
  abscissa: () => 0,
  quadrature: (_size, _depth, body) => body,
  call: (name, args) => ofCall(name, args),
  table: () => 0,
  apply: () => 2,
};

function ofCall(name: FunctionName, args: readonly Degree[]): Degree {
  const [a, b = 0] = args as readonly [Degree, Degree?];
  if (args.every((one) => one === 0)) return 0;
  switch (name) {
    case "add":
    case "sub":
    case "neg":
      return Math.max(a, b) as Degree;
    case "mul":
      return a + b > 1 ? 2 : 1;
    case "div":
      return b === 0 ? a : 2;
    case "if":
      return a === 0 ? (Math.max(b, args[2] ?? 0) as Degree) : 2;
    default:
      return 2;
  }
}

/**
 * True where the expression is an affine function of the unknowns and their derivatives, with coefficients of the
 * coordinates.
 */
export const isLinear = (expression: Expression): boolean => evaluate(expression, degreeOf) < 2;
