/** The functions of a network with its parameters, by compiled programs. */

import { domainOf } from "../../equations/domain/index.ts";
import type { Expression } from "../../equations/expression/index.ts";
import type { Problem } from "../../equations/problem/index.ts";
import { type AnyNetwork, describeNetwork } from "../network/kinds.ts";
import { dataOf } from "../own-kind.ts";
import { type Evaluator, evaluator } from "../residual/evaluator.ts";
import { parameterCount } from "../residual/model.ts";
import { unknownsOf } from "../solution/evaluation.ts";
import type { Enforcement } from "../solution/options.ts";
import { type NetworkTrial, networkKind } from "../solution/trial.ts";
import { assemble } from "./assemble.ts";

/**
 * A network's functions.
 *
 * @param coefficients - the network's parameters, then constants to be found
 * @param conditions - how the problem's conditions are met
 */
export function networkTrial(
  problem: Problem,
  network: AnyNetwork,
  coefficients: Float64Array,
  conditions: Enforcement,
): NetworkTrial {
  const { model, withData } = assemble(problem, domainOf(problem.domain), network, conditions);
  const parameters = parameterCount(model);
  const evaluators = new Map<
    readonly Expression[],
    Evaluator & { readonly at: (points: Float64Array) => Float64Array }
  >();
  const of = (expressions: readonly Expression[]) => {
    const known = evaluators.get(expressions);
    if (known) return known;
    const { residuals, names, at } = withData(expressions);
    const made = { ...evaluator(model, residuals, names), at };
    evaluators.set(expressions, made);
    return made;
  };
  const valuesOf = (expressions: readonly Expression[], points: Float64Array) =>
    of(expressions).evaluate(coefficients, points, of(expressions).at(points));
  return {
    ...{ kind: networkKind, network, coefficients, around: model.around ?? [] },
    get layout() {
      return dataOf(network);
    },
    ...{ parameters, words: describeNetwork(network, parameters) },
    async expressions(expressions, points) {
      return expressions.length === 0 ? new Float64Array(0) : valuesOf(expressions, points);
    },
    residual: (points) => valuesOf(problem.equations, points),
    toOnnx: () => of(unknownsOf(problem)).toOnnx(coefficients),
    async dispose() {
      const open = [...evaluators.values()];
      evaluators.clear();
      for (const one of open) await one.dispose();
    },
  };
}
