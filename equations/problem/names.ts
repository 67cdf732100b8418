/** The names that a problem's formulas may use: axes, unknowns, constants, functions. */
import { isMongeError, OptionsError } from "../../engine/errors.ts";
import { timeName } from "../domain/spec.ts";
import { checkNames, hasMeaning, type Scope, type UserFunction } from "../expression/scope.ts";
import { parseSyntax } from "../expression/syntax.ts";
import { suggest } from "../expression/syntax-error.ts";
import { type GridSpec, gridFunction } from "./grid-functions.ts";
import type { FieldSpec, Problem, ProblemSpec } from "./problem.ts";

/** Unknown functions as they were written: each with an equation, or fields without one. */
export const writtenUnknowns = ({ unknowns = ["u"] }: Pick<ProblemSpec, "unknowns">): readonly string[] => unknowns;

/** Fields by name. */
export const fieldsOf = ({ fields = {} }: Pick<ProblemSpec, "fields">): Readonly<Record<string, FieldSpec>> =>
  Object.fromEntries(
    Object.entries(fields).map(([name, field]) => [name, typeof field === "number" ? { smooth: field } : field]),
  );

/**
 * The names of a spec on axes that are known.
 *
 * @throws OptionsError for invalid names, and for names that mean two things
 */
export function readNames(spec: ProblemSpec, axes: readonly string[]): Scope {
  const written = writtenUnknowns(spec);
  const { complex: complexNames = [], parameters = {} } = spec;
  const stranger = complexNames.find((name) => !written.includes(name));
  if (stranger !== undefined)
    throw new OptionsError(
      `pde: "complex" has "${stranger}", which is no unknown; ${suggest(stranger, written)}`,
      "complex",
      stranger,
    );
  const complex = new Map<string, readonly [number, number]>();
  const unknowns: string[] = [];
  for (const name of written) {
    if (!complexNames.includes(name)) unknowns.push(name);
    else {
      complex.set(name, [unknowns.length, unknowns.length + 1]);
      unknowns.push(`${name}Re`, `${name}Im`);
    }
  }
  unknowns.push(...Object.keys(fieldsOf(spec)));
  const time = axes.indexOf(timeName);
  const indices = Object.keys(parameters).map((name) => axes.indexOf(name));
  const scope: Scope = {
    axes,
    time: time < 0 ? undefined : time,
    unknowns,
    constants: [...new Set([...Object.keys(spec.constants ?? {}), ...Object.keys(spec.trainable ?? {})])],
    ...(indices.length > 0 && { parameters: indices }),
    ...(complex.size > 0 && { complex }),
    ...(hasPrimes(spec) && { primes: true }),
  };
  checkNames(scope);
  const functions = readFunctions(spec, scope);
  return functions.size > 0 ? { ...scope, functions } : scope;
}

/** True where equations or conditions write derivatives with primes. */
const hasPrimes = ({ equations, conditions = [] }: ProblemSpec): boolean =>
  [equations, conditions].flat().some((one) => typeof one === "string" && /[\p{L}\p{Nd})]['′″]/u.test(one));

/** The names of a problem. */
export const scopeOf = ({ text, axes }: Problem): Scope => readNames(text, axes);

/** `{ "k(s)": "0.1 + s^2", "flux": "-k(x)*u_x" }`. */
function readFunctions({ functions = {} }: ProblemSpec, scope: Scope): Map<string, UserFunction> {
  const found = new Map<string, UserFunction>();
  for (const [head, text] of Object.entries(functions)) {
    const [, name, list = ""] = /^(\p{L}[\p{L}\p{Nd}]*(?:_\p{Nd}+)?)\s*(?:\(([^()]*)\))?$/u.exec(head.trim()) ?? [];
    const fail = (what: string, way: string): never => {
      throw new OptionsError(`pde: the function "${head}" ${what}; ${way}`, "functions", head);
    };
    if (name === undefined && head.includes("_"))
      return fail("has a _ in its name, which stands for a derivative", "use letters and digits, or k_1");
    if (name === undefined) return fail("has no name", 'write it as "k(s)", or "flux" for one without arguments');
    const parameters = list.split(",").map((p) => p.trim());
    if (list.trim() === "") parameters.length = 0;
    const bad = parameters.find(
      (p, k) => !/^\p{L}[\p{L}\p{Nd}]*(?:_\p{Nd}+)?$/u.test(p) || parameters.indexOf(p) !== k,
    );
    if (bad !== undefined) fail(`has the argument "${bad}"`, "give names of letters and digits, each once");
    if (hasMeaning(name)) fail("has a meaning of its own", "rename it");
    if ([...scope.axes, ...scope.unknowns, ...scope.constants].includes(name) || found.has(name))
      fail("is named as something else is", "rename one of them");
    if (typeof text !== "string") {
      if (list.trim() !== "")
        fail("is on a grid and has arguments", `write "${name}", the axes of the grid are its arguments`);
      const { table, parameters: own } = gridFunction(name, text as GridSpec);
      found.set(name, { parameters: own, body: table, text: name });
      continue;
    }
    // Those before it alone: no function can call itself.
    const body = syntaxOf(head, text);
    found.set(name, { parameters, body, text, before: new Map(found) });
  }
  return found;
}

function syntaxOf(head: string, text: string) {
  try {
    return parseSyntax(text);
  } catch (error) {
    if (!isMongeError(error)) throw error;
    throw new OptionsError(`pde: the function "${head}" cannot be read: ${error.message}`, "functions", text);
  }
}
