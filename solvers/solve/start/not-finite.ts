/**
 * Why the residual of a network that is zero is not finite: which term of an equation has no value, or which prescribed
 * value no slope.
 */
import { ConvergenceError } from "../../../engine/errors.ts";
import { rng } from "../../../engine/random/rng.ts";
import { numberText } from "../../../engine/text/number.ts";
import type { Domain } from "../../../equations/domain/index.ts";
import {
  columnsAt,
  cut,
  derivativesOfExpression,
  type Expression,
  evaluate,
  evaluateAt,
  movedTo,
  nodesOf,
  number,
  toText,
  unit,
  unrolled,
  zero,
} from "../../../equations/expression/index.ts";
import type { Problem } from "../../../equations/problem/index.ts";
import { boundaryPart, sourcesAt } from "../../../equations/problem/index.ts";
import type { Model } from "../../residual/model.ts";
import type { Enforcement } from "../../solution/options.ts";
import type { Assembly } from "../assemble.ts";
import { construct } from "../lift.ts";
import { facesOf } from "../prescribed.ts";

/** A problem with what its conditions became. */
type Built = Pick<Assembly, "problem" | "domain" | "held" | "rows"> & { readonly model: Pick<Model, "ansatz"> };

/**
 * Points in the domain, and of each condition, that are looked at; axes above which derivatives of lifts are too long
 * to be.
 */
const [inside, onPlace, mostAxes] = [256, 64, 4];

/** @throws ConvergenceError where the residual of u = 0, or what is prescribed where it is asked for, is not finite */
export function checkNothing(problem: Problem, domain: Domain, enforcement: Enforcement): void {
  if (enforcement === "penalty") return;
  const { ansatz, ...conditions } = construct(problem, domain);
  const guessed = ansatz.map((a, i) => {
    const lift = problem.guesses?.[i];
    return lift ? { ...a, lift } : a;
  });
  const built = { problem, domain, model: { ansatz: guessed }, ...conditions };
  const points = domain.interior(inside, rng(0).split("nothing"));
  const found = whyNotFinite(built, points) ?? whyRowsAreNotFinite(built);
  if (found !== undefined) throw notFinite(found);
}

/** The error for it. */
export const notFinite = (why: string, caller = "solve"): ConvergenceError =>
  new ConvergenceError(`${caller}: ${why}`, "diverged");

/**
 * The first value of the equations that is not finite for the zero function, with the way out; undefined where all are
 * finite.
 */
export function whyNotFinite(built: Built, points: Float64Array): string | undefined {
  const { problem, domain, model } = built;
  const d = domain.dimension;
  if (d > mostAxes) return undefined;
  const lifts = liftsOf(built);
  const constants = { ...problem.constants, ...problem.trainable };
  const data = sourcesAt(problem, points);
  for (const [i, equation] of problem.equations.entries()) {
    const e = unrolled(equation);
    if ([...nodesOf(e)].some(({ kind }) => kind === "elsewhere" || kind === "function")) continue;
    const memo = new Map<Expression, Float64Array>();
    const derivative = (unknown: number, order: readonly number[]) =>
      evaluateAt(lifts[unknown]!(order), points, d, constants);
    const values = evaluate(e, columnsAt(points, d, { constants, data, derivative }), memo);
    const at = values.findIndex((v) => !Number.isFinite(v));
    if (at < 0) continue;
    const point = points.subarray(at * d, (at + 1) * d);
    const place = `(${Array.from(point, (v) => numberText(v, 6)).join(", ")})`;
    const culprit = culpritOf(e, (node) => memo.get(node)![at]!);
    if (culprit.kind === "derivative") return ofLift(built, culprit.unknown, culprit.order, point);
    if (culprit.kind === "laplacian") {
      const orders = culprit.axes.map((k) => unit(d, k, 2));
      const bad = orders.find((order) => !Number.isFinite(derivative(culprit.unknown, order)[at]));
      return ofLift(built, culprit.unknown, bad!, point);
    }
    const what = model.ansatz.some(({ lift }) => lift) ? "what the conditions prescribe" : "u = 0";
    const term = termOf(culprit, problem, (node) => memo.get(node)![at]!);
    return `the residual of ${what} is ${values[at]} at ${place}: in equation ${i + 1} ${term}`;
  }
  return undefined;
}

/**
 * Of conditions that are rows only what is prescribed elsewhere is looked at: their own terms may be finite for other
 * functions than u = 0.
 */
export function whyRowsAreNotFinite(built: Built): string | undefined {
  const { problem, domain, rows } = built;
  const d = domain.dimension;
  if (d > mostAxes) return undefined;
  const lifts = liftsOf(built);
  for (const c of rows) {
    if (c.kind === "periodic") continue;
    const { points } = domain.boundary(onPlace, rng(0).split("nothing"), boundaryPart(c.on, problem));
    for (const node of nodesOf(c.residual)) {
      if (node.kind !== "derivative") continue;
      const values = evaluateAt(lifts[node.unknown]!(node.order), points, d, problem.constants);
      const at = values.findIndex((v) => !Number.isFinite(v));
      if (at >= 0) return ofLift(built, node.unknown, node.order, points.subarray(at * d, (at + 1) * d));
    }
  }
  return undefined;
}

const liftsOf = ({ model, domain }: Built) =>
  model.ansatz.map(({ lift }) => derivativesOfExpression(lift ?? zero, domain.dimension));

/** The node at which what is not finite begins; of a choice the branch that is taken. */
function culpritOf(e: Expression, value: (node: Expression) => number): Expression {
  if (!("args" in e)) return e;
  const looked = e.kind === "call" && e.name === "if" ? [e.args[0]!, e.args[value(e.args[0]!) > 0 ? 1 : 2]!] : e.args;
  const next = looked.find((a) => !Number.isFinite(value(a)));
  return next ? culpritOf(next, value) : e;
}

/** The fault of a term, and the way out. */
function termOf(e: Expression, names: Problem, value: (node: Expression) => number): string {
  const text = (node: Expression) => cut(toText(node, names));
  const numbers = e.kind === "call" && e.name === "div" ? e.args.map(value).join("/") : String(value(e));
  const said = `${text(e)} is ${numbers}`;
  const roots = [...nodesOf(e)].filter(
    (node) => node.kind === "call" && (node.name === "sqrt" || isRoot(node)) && value(node.args[0]!) === 0,
  );
  const [root] = roots as Extract<Expression, { kind: "call" }>[];
  if (!root) return `${said}; write it such that it has a value there`;
  const under = text(root.args[0]!);
  const isWritten = root.name === "sqrt" ? `sqrt(${under})` : `(${under}) to a power`;
  const way = root.name === "sqrt" ? `sqrt(${under} + 1e-6)` : `(${under} + 1e-6)^…`;
  return `${said}, since ${isWritten} has no derivative where ${under} is 0; add a small number to it, as in ${way}`;
}

const isRoot = (node: Extract<Expression, { kind: "call" }>): boolean =>
  node.name === "pow" &&
  node.args[1]!.kind === "number" &&
  !(node.args[1]!.value > 0 && Number.isInteger(node.args[1]!.value));

/** The prescribed value that has no derivative where the lift needs it. */
function ofLift(
  { problem, domain, held }: Built,
  unknown: number,
  order: readonly number[],
  point: Float64Array,
): string {
  const d = domain.dimension;
  const { axes, unknowns } = problem;
  for (const c of held) {
    if (c.kind === "periodic" || c.prescribes?.unknown !== unknown) continue;
    for (const { axis, side } of facesOf(problem, c) ?? []) {
      const at = point.slice();
      at[axis] = (side === "low" ? domain.low : domain.high)[axis]!;
      const along = order.map((n, k) => (k === axis ? 0 : n));
      const onFace = movedTo(c.prescribes.value, { [axis]: number(at[axis]!) });
      const [value] = evaluateAt(derivativesOfExpression(onFace, d)(along), at, d, problem.constants);
      if (Number.isFinite(value)) continue;
      const place = axes.map((name, k) => `${name} = ${numberText(at[k]!, 6)}`).join(", ");
      const what = along.every((n) => n === 0)
        ? "value"
        : `derivative along ${along.flatMap((n, k) => Array<string>(n).fill(axes[k]!)).join(", ")}`;
      const why = "a root has none where what is under it is 0, so add a small number to that or write it otherwise";
      return `what "${c.text}" prescribes has no finite ${what} at ${place}; ${why}, or make rows of the conditions: \`conditions: "penalty"\``;
    }
  }
  return `what is prescribed for ${unknowns[unknown]} has no finite derivative at (${point.join(", ")}); write it otherwise, or make rows of the conditions: \`conditions: "penalty"\``;
}
