/** Equations that are singular inside of the domain, which may have no solution or many. */
import { rng } from "../../engine/random/rng.ts";
import { domainOf } from "../domain/domain.ts";
import type { Expression } from "../expression/expression.ts";
import { toText } from "../expression/print.ts";
import { cut } from "../expression/syntax-error.ts";
import { nodesOf } from "../expression/tree.ts";
import { highestOrders } from "./derivatives.ts";
import { descended } from "./descent.ts";
import type { Probe } from "./probe.ts";
import type { Problem, ProblemWarning } from "./problem.ts";
import { crossings, pointsOfStates, unknownKinds, valuesWith } from "./states.ts";

/** Size of a coefficient at a zero, beside its largest, and distance of a zero from the ends, over the width. */
const [zero, inside] = [1e-9, 1e-6];

/** Warnings of divisors of the coordinates that change their sign inside of the domain, and of a zero of the leading coefficient of an ordinary equation. */
export function checkSingular(problem: Problem, probe: Probe): ProblemWarning[] {
  for (const [i, equation] of problem.equations.entries()) {
    const found = zeroOfDivisor(equation, problem, probe) ?? zeroOfLeading(equation, problem, probe);
    if (!found) continue;
    const place = probe.show(
      found.point.map((v) => Number(v.toFixed(9)) + 0),
      0,
    );
    const text = `equation ${i + 1} is singular at ${place}, inside of the domain, where ${found.what} is 0; solve on either side, or leave a neighbourhood out of the domain`;
    // A start says nothing beyond a moment at which its equation is singular, however smooth one continuation is.
    return [{ kind: found.isMoment ? "undetermined" : "singular", text }];
  }
  return [];
}

interface Zero {
  readonly point: Float64Array;
  readonly what: string;
  readonly isMoment: boolean;
}

function zeroOfDivisor(equation: Expression, problem: Problem, probe: Probe): Zero | undefined {
  const d = problem.axes.length;
  const domain = domainOf(problem.domain);
  const values = valuesWith(problem, probe);
  const divisors = [...nodesOf(equation)].flatMap((e) => (e.kind === "call" && e.name === "div" ? [e.args[1]!] : []));
  for (const divisor of new Set(divisors)) {
    const kinds = new Set([...nodesOf(divisor)].map(({ kind }) => kind));
    if (!kinds.has("coordinate") || unknownKinds.some((kind) => kinds.has(kind))) continue;
    const points = domain.interior(pointsOfStates, rng(0).split("jumps"));
    const states = Array.from({ length: pointsOfStates }, (_, k) => [...points.subarray(k * d, (k + 1) * d), 0]);
    const [found] = crossings((state) => values(divisor, state), states);
    if (!found || !(Math.abs(values(divisor, found[0])) < 1e-6)) continue;
    const isMoment = [...nodesOf(divisor)].every((node) => node.kind !== "coordinate" || node.axis === problem.time);
    return { point: Float64Array.from(found[0].slice(0, d)), what: cut(toText(divisor, problem)), isMoment };
  }
  return undefined;
}

/** A zero of the coefficient of the highest derivative, where there is one axis and one unknown and the coefficient depends on the place alone. */
function zeroOfLeading(equation: Expression, problem: Problem, probe: Probe): Zero | undefined {
  if (problem.axes.length > 1 || problem.unknowns.length > 1) return undefined;
  if ([...nodesOf(equation)].some(({ kind }) => kind === "function" || kind === "elsewhere")) return undefined;
  const domain = domainOf(problem.domain);
  const order = highestOrders(problem.equations, problem)[0]![0]!;
  const values = valuesWith(problem, probe);
  /** The coefficient at a point, for one state of the unknown or another. */
  const coefficient = (x: number, state = 0.5) => {
    const at = (leading: number) => values(equation, [x, state], { order, value: leading });
    return at(1) - at(0);
  };
  const points = domain.interior(pointsOfStates, rng(0).split("singular"));
  const sizes = points.map((x) => Math.abs(coefficient(x)));
  const largest = sizes.reduce((a, b) => Math.max(a, b));
  const least = sizes.indexOf(sizes.reduce((a, b) => Math.min(a, b)));
  const isOfPlace = [...points.subarray(0, 16)].every(
    (x) => Math.abs(coefficient(x, 7.5) - coefficient(x)) <= zero * largest,
  );
  if (!(isOfPlace && largest > 0 && order > 0)) return undefined;
  const point = descended((at) => at.map((x) => coefficient(x)), points.slice(least, least + 1), domain);
  const margin = inside * (domain.high[0]! - domain.low[0]!);
  const isInside = point[0]! > domain.low[0]! + margin && point[0]! < domain.high[0]! - margin;
  if (!(isInside && Math.abs(coefficient(point[0]!)) <= zero * largest)) return undefined;
  return { point, what: "the coefficient of its highest derivative", isMoment: problem.time === 0 };
}
