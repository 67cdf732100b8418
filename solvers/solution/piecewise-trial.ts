/** Piecewise polynomials, as elements and marches make them, as the functions of a solution. */
import { domainOf, inPeriod } from "../../equations/domain/index.ts";
import { type Algebra, columnsAt, type Expression, evaluate } from "../../equations/expression/index.ts";
import type { Pieces, Problem } from "../../equations/problem/index.ts";
import { sourcesAt } from "../../equations/problem/index.ts";
import type { Trial } from "./trial.ts";

/** Points that are evaluated together, so that tables of many points fit the memory. */
const together = 1 << 14;

/** The functions of a problem by pieces. */
export function piecewiseTrial(problem: Problem, pieces: Pieces): Trial {
  const { kind, words, coefficients, layout } = pieces;
  return {
    ...{ kind, words, coefficients, layout, around: periodicOf(problem) },
    expressions: async (expressions, points, found) =>
      expressionsOfPieces(problem, pieces, expressions, points, { ...problem.constants, ...found }),
  };
}

const periodicOf = ({ conditions }: Problem) => conditions.flatMap((c) => (c.kind === "periodic" ? [c.on] : []));

/** Expressions at points, [n, expressions]. */
export function expressionsOfPieces(
  problem: Problem,
  pieces: Pieces,
  expressions: readonly Expression[],
  points: Float64Array,
  constants = problem.constants,
): Float64Array {
  const d = problem.axes.length;
  const inside = inPeriod(points, domainOf(problem.domain), periodicOf(problem));
  const n = expressions.length;
  const rows = new Float64Array((n * points.length) / d);
  for (let first = 0; first < points.length / d; first += together) {
    const some = inside.subarray(first * d, (first + together) * d);
    for (const [k, column] of columnsOf(problem, pieces, expressions, some, constants).entries())
      for (let i = 0; i < column.length; i++) rows[(first + i) * n + k] = column[i]!;
  }
  return rows;
}

function columnsOf(
  problem: Problem,
  pieces: Pieces,
  expressions: readonly Expression[],
  points: Float64Array,
  constants: Readonly<Record<string, number>>,
): readonly Float64Array[] {
  const d = problem.axes.length;
  const at = pieces.at(points);
  const known = new Map<string, Float64Array>();
  const derivative = (unknown: number, order: readonly number[]) => {
    const key = `${unknown}:${order}`;
    const values = known.get(key) ?? at(unknown, order);
    known.set(key, values);
    return values;
  };
  const algebra: Algebra<Float64Array> = {
    ...columnsAt(points, d, { constants, derivative, data: sourcesAt(problem, points) }),
    elsewhere: (unknown, order, places) =>
      pieces.at(Float64Array.from(points, (_, i) => places[i % d]![Math.floor(i / d)]!))(unknown, order),
  };
  const memo = new Map<Expression, Float64Array>();
  return expressions.map((one) => evaluate(one, algebra, memo));
}
