/** Equations as residuals: texts are parsed, functions become nodes of their own. */
import { OptionsError } from "../../engine/errors.ts";
import { call, number, partial, unit } from "../expression/build.ts";
import type { Expression } from "../expression/expression.ts";
import { type Differentiated, parseEquations, parseExpression } from "../expression/parse.ts";
import type { Scope } from "../expression/scope.ts";
import { suggest, textError } from "../expression/syntax-error.ts";
import { nodesOf, share } from "../expression/tree.ts";
import { fieldsOf, writtenUnknowns } from "./names.ts";
import type { EquationSpec, FunctionResidual, ProblemSpec } from "./problem.ts";

/** The equations as a list. */
export function equationList({ equations }: Pick<ProblemSpec, "equations">): readonly EquationSpec[] {
  return Array.isArray(equations) ? (equations as readonly EquationSpec[]) : [equations as EquationSpec];
}

/**
 * Residuals left − right, as written; nothing is collapsed yet.
 *
 * @throws OptionsError where their number is not that of the unknowns, or an unknown appears in none
 * @throws FormatError where a text cannot be read, or has no unknown
 */
export function readEquations(spec: ProblemSpec, scope: Scope, listed: Differentiating = notListed): Expression[] {
  const texts = equationList(spec);
  const written = writtenUnknowns(spec);
  const wrongNumber = () => {
    const count = texts.length === 1 ? "is 1 equation" : `are ${texts.length} equations`;
    const noun = written.length === 1 ? "unknown" : "unknowns";
    const message = `pde: there ${count} for ${written.length} ${noun} (${written.join(", ")}); give one for each`;
    return new OptionsError(message, "equations", texts);
  };
  if (texts.length !== written.length) throw wrongNumber();
  const manufactured = spec.manufactured !== undefined;
  if (manufactured && scope.complex) {
    const way = 'write the source out, and the solution as "exact"';
    throw new OptionsError(`pde: sources of complex equations cannot be derived; ${way}`, "manufactured");
  }
  const equations = texts.flatMap((text, i) => {
    const differentiated = listed("equation", typeof text === "string" ? text : (text.name ?? "residual"));
    if (typeof text !== "string") return readFunction(text, scope, differentiated);
    const source = manufactured ? { source: `source${i}` } : {};
    return parseEquations(text, scope, { unknowns: true, differentiated, ...source }).map(([left, right]) => {
      const residual = call("sub", left, right);
      if (unknownAppears(residual)) return residual;
      throw textError(text, 0, "no unknown appears in this equation", `the unknowns are ${scope.unknowns.join(", ")}`);
    });
  });
  const fields = Object.keys(fieldsOf(spec));
  if (equations.length !== scope.unknowns.length - fields.length) throw wrongNumber();
  for (const [i, name] of scope.unknowns.entries()) {
    const appears = (n: Expression) => "unknown" in n && n.unknown === i;
    if (![...nodesOf(equations)].some(appears))
      throw new OptionsError(`pde: ${name} appears in no equation; leave it out of the unknowns`, "unknowns", name);
  }
  return equations;
}

/** Weighted slopes of the fields along every axis: they stay smooth where equations and data do not determine them. */
export function slopesOfFields(spec: ProblemSpec, { axes, unknowns }: Scope): Expression[] {
  return Object.entries(fieldsOf(spec)).flatMap(([name, { smooth, over = axes }]) => {
    const stranger = over.find((axis) => !axes.includes(axis));
    if (stranger !== undefined)
      throw new OptionsError(
        `pde: the field ${name} is over "${stranger}"; ${suggest(stranger, axes)}`,
        "fields",
        name,
      );
    return axes.map((axis, k) => {
      const weight = number(over.includes(axis) ? smooth : 1);
      return call("mul", weight, partial(unknowns.indexOf(name), unit(axes.length, k)));
    });
  });
}

/** First guesses of the fields, by unknown. */
export function guessesOfFields(spec: ProblemSpec, scope: Scope): Record<number, Expression> {
  return Object.fromEntries(
    Object.entries(fieldsOf(spec)).flatMap(([name, { guess }]) =>
      guess === undefined
        ? []
        : [[scope.unknowns.indexOf(name), parseExpression(`${guess}`, scope, { unknowns: false })] as const],
    ),
  );
}

function readFunction(
  { inputs, residual, name = "residual" }: FunctionResidual,
  scope: Scope,
  differentiated: Differentiated[],
): Expression {
  const args = inputs.map((input) => parseExpression(input, scope, { unknowns: true, differentiated }));
  if (!args.some(unknownAppears)) {
    const message = `pde: no unknown appears in the inputs of ${name}; the unknowns are ${scope.unknowns.join(", ")}`;
    throw new OptionsError(message, "equations", inputs);
  }
  return { kind: "function", name, args: share(args), apply: residual };
}

const unknownAppears = (e: Expression): boolean => [...nodesOf(e)].some((n) => "unknown" in n);

/** Those of one text. */
export interface DifferentiatedText {
  readonly of: "equation" | "condition" | "integral";
  readonly text: string;
  readonly differentiated: readonly Differentiated[];
}

/** Opens the list of a text. */
export type Differentiating = (of: DifferentiatedText["of"], text: string) => Differentiated[];

/** For texts of which nobody asks. */
export const notListed: Differentiating = () => [];

/** Lists text by text. */
export function differentiatedTexts(): {
  readonly listed: Differentiating;
  readonly texts: readonly DifferentiatedText[];
} {
  const texts: DifferentiatedText[] = [];
  const listed: Differentiating = (of, text) => {
    const differentiated: Differentiated[] = [];
    texts.push({ of, text, differentiated });
    return differentiated;
  };
  return { listed, texts };
}
