/** Checks of functions on grids: they are known in the whole domain, and what is differentiated has no jumps from cell to cell. */
import { DomainError, OptionsError } from "../../engine/errors.ts";
import { numberText } from "../../engine/text/number.ts";
import type { Expression } from "../expression/expression.ts";
import { nodesOf } from "../expression/tree.ts";
import type { DifferentiatedText } from "./equations.ts";
import type { Probe } from "./probe.ts";
import type { Problem } from "./problem.ts";

type Node = Extract<Expression, { kind: "table" }>;

/** The functions on grids in a list of expressions. */
export const gridsIn = (expressions: readonly Expression[]): Node[] =>
  [...nodesOf(expressions)].filter((node): node is Node => node.kind === "table");

/** All expressions of a problem. */
export const expressionsOf = ({
  equations,
  conditions,
  integrals,
  quantities,
  observations,
  source,
  guesses,
}: Problem) => [
  ...equations,
  ...conditions.flatMap((c) => (c.kind === "periodic" ? c.matched : [c.residual])),
  ...[
    ...integrals.map(({ integrand }) => integrand),
    ...[...quantities, ...observations].map(({ quantity }) => quantity),
  ],
  ...[...(source ?? []), ...Object.values(guesses ?? {})],
];

/** @throws OptionsError where a grid does not cover the places at which its function is asked for */
export function checkCovered(problem: Problem, probe: Probe): void {
  const { axes, bounds } = problem;
  for (const { table, args } of gridsIn(expressionsOf(problem)))
    for (const [k, arg] of args.entries()) {
      const known = table.ranges[k]!;
      const asked = arg.kind === "coordinate" ? bounds[arg.axis]! : rangeOf(arg, problem, probe);
      const slack = 1e-9 * (known[1] - known[0]);
      if (!asked || (asked[0] >= known[0] - slack && asked[1] <= known[1] + slack)) continue;
      const text = ([low, high]: readonly [number, number]) => `${numberText(low, 6)} to ${numberText(high, 6)}`;
      const name = arg.kind === "coordinate" ? axes[arg.axis] : `its argument ${k + 1}`;
      throw new OptionsError(
        `pde: the function "${table.name}" is known for ${name} from ${text(known)}, and is asked for from ${text(asked)}; give a domain inside of the grid, or a grid that covers it`,
        "functions",
        table.name,
      );
    }
}

/** The smallest and the largest value of a formula at the points of checks; undefined where it has none. */
function rangeOf(e: Expression, problem: Problem, probe: Probe): readonly [number, number] | undefined {
  if ([...nodesOf(e)].some(({ kind }) => kind === "abscissa" || kind === "quadrature")) return undefined;
  const places = problem.conditions.flatMap((c) => (c.kind === "periodic" ? [] : [probe.on(c.on).points]));
  const values = [probe.interior, ...places].flatMap((points) => [...probe.values(e, points)]);
  return [Math.min(...values), Math.max(...values)];
}

/** @throws DomainError where a text differentiates a function that is the same in a whole cell */
export function checkFlat({ text: { allow } }: Problem, texts: readonly DifferentiatedText[]): void {
  if (allow?.includes("lost-flux")) return;
  for (const { text, differentiated } of texts)
    for (const { of, axis } of differentiated)
      for (const { table, args } of gridsIn([of]))
        for (const [k, arg] of args.entries()) {
          const along = [...nodesOf(arg)].some((node) => node.kind === "coordinate" && node.axis === axis);
          if (!along || table.axes[k]!.degree > 0) continue;
          const isSlope = table.order.some((n) => n > 0);
          const what = isSlope ? `the slope of ${table.name}, which is linear between its places` : table.name;
          throw new DomainError(
            `pde: "${text}" differentiates ${what}: it jumps from cell to cell, and its derivative would be lost; write "interpolation": "${isSlope ? "cubic" : "linear"}" for it`,
            table.name,
          );
        }
}
