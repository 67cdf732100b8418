/** Kinks and jumps, as of |x − s|, along the variable of an integral, which is cut in two there. */
import { call, isZero, number, one, zero } from "./build.ts";
import type { Expression } from "./expression.ts";
import { lanesOf } from "./quadrature.ts";
import { nodesOf } from "./tree.ts";

/** Most places at which an integral is cut. */
const most = 3;
/** Share of an interval that is no part of it. */
const nothing = 1e-12;

/**
 * The ends of the parts of an integral from a to b in which its integrand has no kink of its own: where the argument of
 * abs, sign, if, min or max is linear in the variable, with a number as slope, and zero. In between they are in order
 * for any point, and equal where the kink lies outside.
 *
 * @param integrand with the abscissa of `depth` in the place of its variable
 */
export function partsBetween(a: Expression, b: Expression, integrand: readonly Expression[], depth: number) {
  const found = new Map<string, Expression>();
  for (const root of integrand)
    for (const node of nodesOf(root)) {
      const turn = turnOf(node);
      const place = turn && lanesOf(turn).has(depth) ? zeroOf(turn, depth) : undefined;
      if (place && !isEnd(place, a, b)) found.set(JSON.stringify(place), place);
    }
  const [low, high] = [call("min", a, b), call("max", a, b)];
  const places = [...found.values()].slice(0, most).map((place) => call("max", low, call("min", high, place)));
  // Sorted by exchange, as expressions.
  for (let end = places.length - 1; end > 0; end--)
    for (let k = 0; k < end; k++) {
      const [p, q] = [places[k]!, places[k + 1]!];
      [places[k], places[k + 1]] = [call("min", p, q), call("max", p, q)];
    }
  const backward = a.kind === "number" && b.kind === "number" && a.value > b.value;
  return [a, ...(backward ? places.reverse() : places), b];
}

/** Orders of a change of variable for roots in a denominator: square roots, others, and no such root. */
const [ofSquareRoot, ofRoot, ofNone] = [2, 3, 1];

/**
 * The order of the change of variable that takes infinite values from the ends of an integral's parts: 2 for 1/√(t − s),
 * which it makes smooth, 3 for other roots and logarithms, and 1 where there are none.
 *
 * @param integrand with the abscissa of `depth` in the place of its variable
 */
export function gradingOf(a: Expression, b: Expression, integrand: readonly Expression[], depth: number): number {
  const isAtEnd = (base: Expression): boolean => {
    const isParted = base.kind === "call" && base.name === "abs";
    const place = zeroOf(isParted ? base.args[0]! : base, depth);
    return place !== undefined && (isParted || isEnd(place, a, b));
  };
  let order: number = ofNone;
  const see = (node: Expression, isBelow: boolean) => {
    if (node.kind !== "call" || !["sqrt", "pow", "log"].includes(node.name)) return;
    const [base, power] = node.args as [Expression, Expression?];
    if (!lanesOf(base).has(depth)) return;
    const exponent = node.name === "sqrt" ? 0.5 : power ? numeric(power) : 0;
    // A constant may be a negative power.
    const isInfinite = node.name === "log" || Number.isNaN(exponent) || (isBelow ? exponent > 0 : exponent < 0);
    if (!isInfinite || (node.name === "pow" && Number.isInteger(exponent)) || !isAtEnd(base)) return;
    order = Math.max(order, Math.abs(exponent) === 0.5 ? ofSquareRoot : ofRoot);
  };
  for (const node of nodesOf(integrand)) {
    see(node, false);
    if (node.kind === "call" && node.name === "div") for (const below of nodesOf([node.args[1]!])) see(below, true);
  }
  return order;
}

/**
 * A place in [0, 1] by another one, and its slope, which is v^(order − 1)·(1 − v)^(order − 1) but for a factor (the
 * integral of a beta density; Davis and Rabinowitz, Methods of Numerical Integration, 1984, section 2.12).
 */
export function graded(v: Expression, order: number): { readonly place: Expression; readonly slope: Expression } {
  const power = (e: Expression, n: number): Expression =>
    Array.from({ length: n }).reduce<Expression>((product) => call("mul", product, e), one);
  const rest = call("sub", one, v);
  let [sum, binomial]: [Expression, number] = [zero, 1];
  for (let k = 0; k < order; k++) {
    sum = call("add", sum, call("mul", number(binomial), power(rest, k)));
    binomial *= (order + k) / (k + 1);
  }
  // After the last step it is (2n − 1)!/(n! (n − 1)!).
  const slope = call("mul", number(binomial * order), call("mul", power(v, order - 1), power(rest, order - 1)));
  return { place: call("mul", power(v, order), sum), slope };
}

/** The expression that changes its sign where a call has a kink or a jump; undefined of smooth calls. */
export function turnOf(e: Expression): Expression | undefined {
  if (e.kind !== "call") return undefined;
  if (e.name === "abs" || e.name === "sign" || e.name === "if") return e.args[0];
  return e.name === "min" || e.name === "max" ? call("sub", e.args[0]!, e.args[1]!) : undefined;
}

/**
 * The root of an expression that is linear in the abscissa, where it is a place: made of coordinates, constants and
 * other variables.
 */
function zeroOf(e: Expression, depth: number): Expression | undefined {
  if (e.kind === "call" && e.name === "neg") return zeroOf(e.args[0]!, depth);
  if (e.kind === "call" && (e.name === "mul" || e.name === "div")) {
    const [p, q] = e.args as [Expression, Expression];
    // A factor that is the same everywhere moves no zero.
    if (isFixed(q)) return zeroOf(p, depth);
    if (e.name === "mul" && isFixed(p)) return zeroOf(q, depth);
  }
  const line = lineOf(e, depth);
  if (!line || line.slope === 0) return undefined;
  const { rest: place } = scaled(line, -1 / line.slope);
  return consistsOf(place, ["number", "coordinate", "constant", "abscissa", "call"]) ? place : undefined;
}

const consistsOf = (e: Expression, kinds: readonly Expression["kind"][]): boolean =>
  [...nodesOf(e)].every(({ kind }) => kinds.includes(kind));

const isFixed = (e: Expression): boolean => consistsOf(e, ["number", "constant", "call"]);

interface Line {
  readonly slope: number;
  readonly rest: Expression;
}

/** An expression as slope·ξ + rest. */
function lineOf(e: Expression, depth: number): Line | undefined {
  if (!lanesOf(e).has(depth)) return { slope: 0, rest: e };
  if (e.kind === "abscissa") return { slope: 1, rest: zero };
  if (e.kind !== "call") return undefined;
  const [p, q] = e.args.map((arg) => lineOf(arg, depth));
  if (!p) return undefined;
  if (e.name === "neg") return scaled(p, -1);
  if (!q) return undefined;
  if (e.name === "add" || e.name === "sub") {
    const other = e.name === "add" ? q : scaled(q, -1);
    return { slope: p.slope + other.slope, rest: call("add", p.rest, other.rest) };
  }
  const isNumber = (line: Line) => line.slope === 0 && line.rest.kind === "number";
  if (e.name === "mul" && isNumber(p)) return scaled(q, numeric(p.rest));
  if (e.name === "mul" && isNumber(q)) return scaled(p, numeric(q.rest));
  if (e.name === "div" && isNumber(q) && !isZero(q.rest)) return scaled(p, 1 / numeric(q.rest));
  return undefined;
}

const numeric = (e: Expression): number => (e.kind === "number" ? e.value : Number.NaN);

const scaled = ({ slope, rest }: Line, by: number): Line => ({
  slope: slope * by,
  rest: call("mul", number(by), rest),
});

/** True for a place that is an end of the integral. */
function isEnd(place: Expression, a: Expression, b: Expression): boolean {
  return [a, b].some((end) => {
    if (JSON.stringify(place) === JSON.stringify(end)) return true;
    const far = Math.abs(numeric(a) - numeric(b));
    return Math.abs(numeric(place) - numeric(end)) <= nothing * far;
  });
}
