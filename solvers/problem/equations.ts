/** Equations as residuals: texts are parsed, functions become nodes of their own. */
import { OptionsError } from "../../engine/errors.ts";
import { call } from "../expression/build.ts";
import { type Expression, nodesOf, share } from "../expression/expression.ts";
import { parseEquation, parseExpression } from "../expression/parse.ts";
import type { Scope } from "../expression/scope.ts";
import { textError } from "../expression/syntax-error.ts";
import type { EquationSpec, FunctionResidual, ProblemSpec } from "./problem.ts";

/** The equations as a list. */
export function equationList({ equations }: Pick<ProblemSpec, "equations">): readonly EquationSpec[] {
  return Array.isArray(equations) ? (equations as readonly EquationSpec[]) : [equations as EquationSpec];
}

/**
 * Residuals left − right, as written; nothing is collapsed yet.
 *
 * @throws OptionsError where their number is not that of the unknowns, or an unknown appears in none
 * @throws FormatError where a text cannot be read, or speaks of no unknown
 */
export function readEquations(spec: ProblemSpec, scope: Scope): Expression[] {
  const texts = equationList(spec);
  if (texts.length !== scope.unknowns.length) {
    const unknowns = `${scope.unknowns.length} (${scope.unknowns.join(", ")})`;
    const message = `pde: there are ${texts.length} equations for ${unknowns} unknowns; give one for each`;
    throw new OptionsError(message, "equations", texts);
  }
  const manufactured = spec.manufactured !== undefined;
  const equations = texts.map((text, i) => {
    if (typeof text !== "string") return readFunction(text, scope);
    const source = manufactured ? { source: `source${i}` } : {};
    const [left, right] = parseEquation(text, scope, { unknowns: true, ...source });
    const residual = call("sub", left, right);
    if (!unknownAppears(residual))
      throw textError(text, 0, "no unknown appears in this equation", `the unknowns are ${scope.unknowns.join(", ")}`);
    return residual;
  });
  for (const [i, name] of scope.unknowns.entries()) {
    const appears = (n: Expression) => (n.kind === "derivative" || n.kind === "laplacian") && n.unknown === i;
    if (![...nodesOf(equations)].some(appears))
      throw new OptionsError(`pde: ${name} appears in no equation; leave it out of the unknowns`, "unknowns", name);
  }
  return equations;
}

function readFunction({ inputs, residual, name = "residual" }: FunctionResidual, scope: Scope): Expression {
  const args = inputs.map((input) => parseExpression(input, scope, { unknowns: true }));
  if (!args.some(unknownAppears)) {
    const message = `pde: no unknown appears in the inputs of ${name}; the unknowns are ${scope.unknowns.join(", ")}`;
    throw new OptionsError(message, "equations", inputs);
  }
  return { kind: "function", name, args: share(args), apply: residual };
}

const unknownAppears = (e: Expression): boolean =>
  [...nodesOf(e)].some((n) => n.kind === "derivative" || n.kind === "laplacian");
