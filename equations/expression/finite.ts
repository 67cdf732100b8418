/** Calls as they are written in a formula: what is no finite number is refused, or kept for the check of values. */
import { call, plainCall } from "./build.ts";
import type { Expression } from "./expression.ts";
import { type FunctionName, scalarFunctions } from "./functions.ts";
import { toText } from "./print.ts";
import type { Scope } from "./scope.ts";
import { nodesOf } from "./tree.ts";

/** Functions that are not finite for all finite arguments. */
const risky: ReadonlySet<string> = new Set([
  "div",
  "pow",
  "log",
  "sqrt",
  "tan",
  "exp",
  "sinh",
  "cosh",
  "square",
  "mul",
] satisfies FunctionName[]);

/**
 * A call, simplified. Where a number comes out although an argument may turn out to be infinite (`0*log(k)`, `0/k`),
 * the call stays as it is written, so that its value is looked at when the constants are known.
 *
 * @param fail makes the error for a call on numbers that is no finite number
 */
export function finiteCall(
  name: FunctionName,
  args: readonly Expression[],
  scope: Scope,
  fail: (what: string) => Error,
): Expression {
  const result = call(name, ...args);
  const numbers = args.flatMap((a) => (a.kind === "number" ? [a.value] : []));
  if (numbers.length === args.length) {
    if (result.kind === "number") return result;
    const value = scalarFunctions[name](numbers[0]!, numbers[1] ?? Number.NaN, numbers[2] ?? Number.NaN);
    throw fail(`${toText(result, scope)} is ${value}`);
  }
  const divisor = name === "div" ? args[1]! : undefined;
  if (divisor?.kind === "number" && divisor.value === 0)
    throw fail(`${toText(plainCall(name, args), scope)} is a division by 0`);
  if (result.kind !== "number") return result;
  const divides = name === "div" && args[1]!.kind !== "derivative";
  return divides || args.some(mayBeInfinite) ? plainCall(name, args) : result;
}

/** True for a formula without unknowns that has functions which are not finite for all finite arguments. */
function mayBeInfinite(e: Expression): boolean {
  let found = false;
  for (const node of nodesOf(e)) {
    if (node.kind === "derivative" || node.kind === "laplacian" || node.kind === "data") return false;
    found ||= node.kind === "call" && risky.has(node.name);
  }
  return found;
}
