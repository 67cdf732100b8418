/**
 * Other points than its own at which an expression asks for unknowns: their number is what a row costs beside one of a
 * differential equation.
 */
import type { Expression } from "./expression.ts";
import { copiesOf } from "./quadrature.ts";
import { nodesOf } from "./tree.ts";

type Elsewhere = Extract<Expression, { kind: "elsewhere" }>;

/** The unknowns that expressions ask for at other points, and these points, each once. */
export function placesOf(residuals: readonly Expression[]) {
  const places = new Map<string, { readonly index: number; readonly args: readonly Expression[] }>();
  const numbers = new Map<Expression, number>();
  const placeOf = ({ args }: Elsewhere) => {
    const key = args.map((a) => numbered(numbers, a)).join();
    const known = places.get(key);
    if (known) return known.index;
    places.set(key, { index: places.size, args });
    return places.size - 1;
  };
  const isElsewhere = (e: Expression): e is Elsewhere => e.kind === "elsewhere";
  const found = [...nodesOf(residuals)].filter(isElsewhere).map((node) => ({ node, place: placeOf(node) }));
  return { found, places };
}

/**
 * At how many points other than its own a residual asks for unknowns: what a row costs beside one of a differential
 * equation.
 */
export const pointsElsewhere = (residuals: readonly Expression[]): number =>
  [...placesOf(residuals).places.values()].reduce((sum, { args }) => sum + copiesOf(args), 0);

/** So many points, or fewer of those that ask for many others. */
export const fewerPoints = (count: number, residuals: readonly Expression[], least = 64): number =>
  Math.min(count, Math.max(least, Math.floor(count / Math.max(1, pointsElsewhere(residuals)))));

/** A number for each expression that is the same object. */
function numbered(numbers: Map<Expression, number>, e: Expression): number {
  const known = numbers.get(e);
  if (known !== undefined) return known;
  numbers.set(e, numbers.size);
  return numbers.size - 1;
}
