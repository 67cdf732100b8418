/** The past of unknowns as a condition, `u = 0.5 for t < 0`: it is written into every place that asks for it. */
import { OptionsError } from "../../engine/errors.ts";
import { call, elsewhere, number, partial, unit } from "../expression/build.ts";
import { ofUnknowns } from "../expression/calls.ts";
import { derivativesOfExpression } from "../expression/differentiate.ts";
import { type Expression, evaluate, numbers } from "../expression/expression.ts";
import { parseEquations, parseExpression } from "../expression/parse.ts";
import { toText } from "../expression/print.ts";
import { movedTo, rewritten } from "../expression/quadrature.ts";
import { spaceAxes } from "../expression/scope.ts";
import { textError } from "../expression/syntax-error.ts";
import { nodesOf } from "../expression/tree.ts";
import type { Condition, ConditionSpec, History, ValueCondition } from "./problem.ts";
import type { ConditionContext } from "./read-conditions.ts";

/** The pasts that conditions say, and the other conditions. */
export function readHistories<C extends ConditionSpec | string>(
  written: readonly C[],
  context: ConditionContext,
): { readonly histories: readonly History[]; readonly others: readonly C[] } {
  const read = written.map((one) => (typeof one === "string" ? historiesOf(one, context) : undefined));
  return { histories: read.flatMap((one) => one ?? []), others: written.filter((_, k) => read[k] === undefined) };
}

/** `u = 0.5 for t < 0`, `u(t) = cos(t), t <= 0`; undefined for other conditions. */
function historiesOf(text: string, { scope, bounds, constants }: ConditionContext): History[] | undefined {
  const { axes, time } = scope;
  if (time === undefined) return undefined;
  const last = [...text.matchAll(/\s(?:at|on|where|when|for|if)\s|,/g)].at(-1);
  const parts = last && text.slice(last.index + last[0].length).split(/<=|<|≤/);
  if (!parts || parts.length < 2 || parts.at(-2)!.trim() !== axes[time]) return undefined;
  const end = evaluate(parseExpression(parts.at(-1)!, scope, { unknowns: false }), numbers({ constants }));
  const [begin, finish] = bounds[time]!;
  if (!(Math.abs(end - begin) <= 1e-12 * Math.max(1, finish - begin))) {
    // A part of the boundary, for some of the time.
    if (spaceAxes(scope).length > 0) return undefined;
    const message = `pde: "${text}" says what was before ${axes[time]} = ${end}, and time begins at ${begin}`;
    throw new OptionsError(`${message}; write "… for ${axes[time]} < ${begin}"`, "conditions", text);
  }
  const hasStart = /<=|≤/.test(text.slice(last.index).slice(-parts.at(-1)!.length - 2));
  return parseEquations(text.slice(0, last.index), scope, { unknowns: true }).map(([left, value]) => {
    const isHere =
      left.kind === "derivative" ||
      (left.kind === "elsewhere" && left.args.every((at, k) => at.kind === "coordinate" && at.axis === k));
    if (!isHere || left.order.some((n) => n > 0) || [...nodesOf(value)].some(({ kind }) => ofUnknowns.includes(kind)))
      throw textError(
        text,
        0,
        "this is no past of an unknown",
        `write "u = f(${axes[time]}) for ${axes[time]} < ${begin}"`,
      );
    return { unknown: left.unknown, value, hasStart };
  });
}

/** Equations in which unknowns before time begins are what their pasts say. */
export function withHistories(
  equations: readonly Expression[],
  histories: readonly History[],
  { scope: { axes, time }, bounds }: ConditionContext,
): readonly Expression[] {
  if (histories.length === 0) return equations;
  const formulas = new Map(
    histories.map(({ unknown, value }) => [unknown, derivativesOfExpression(value, axes.length)]),
  );
  const memo = new Map<Expression, Expression>();
  return equations.map((equation) =>
    rewritten(
      equation,
      (node, at) => {
        const formula = node.kind === "elsewhere" && formulas.get(node.unknown);
        if (!formula) return undefined;
        const isBefore = call("sub", number(bounds[time!]![0]), at[time!]!);
        return call("if", isBefore, movedTo(formula(node.order), at), elsewhere(node.unknown, node.order, at));
      },
      memo,
    ),
  );
}

/** Starts that pasts lead to, where no other condition says them. */
export function startsOfHistories(
  histories: readonly History[],
  conditions: readonly Condition[],
  { scope, orders }: ConditionContext,
): ValueCondition[] {
  const { axes, time } = scope;
  return histories.flatMap(({ unknown, value, hasStart }) =>
    Array.from({ length: Math.max(orders[unknown]![time!]!, hasStart ? 1 : 0) }, (_, j) => j).flatMap((j) => {
      const order = unit(axes.length, time!, j);
      const isSaid = conditions.some(
        (c) => c.kind === "initial" && c.prescribes?.unknown === unknown && c.prescribes.order.join() === order.join(),
      );
      if (isSaid && !(hasStart && j === 0)) return [];
      const start = derivativesOfExpression(value, axes.length)(order);
      return [
        {
          ...({ kind: "initial", on: { axis: time!, side: "low" }, weight: 1 } as const),
          text: `${toText(partial(unknown, order), scope)} = ${toText(start, scope)}`,
          residual: call("sub", partial(unknown, order), start),
          prescribes: { unknown, order, value: start },
        },
      ];
    }),
  );
}
