/** Domains given by comparisons of formulas, such as `x^2/4 + y^2 < 1 and y > -0.5`. */
import { DomainError, FormatError, OptionsError } from "../../engine/errors.ts";
import { type Expression, functionOfPoint } from "../expression/expression.ts";
import { parsePredicate } from "../expression/parse.ts";
import { toText } from "../expression/print.ts";
import type { Named, Shape } from "./spec.ts";
import { checkAxes, checkInterval, checkKeys, show } from "./spec-checks.ts";
import { gridOf } from "./tracing.ts";

/** More axes would need too large a grid to find the outline. */
const mostAxes = 3;

/**
 * The points of a box where comparisons hold: each of them a formula, combined by "and" and "or"; cut by the box where
 * they hold on its faces.
 *
 * @throws OptionsError for comparisons that cannot be read, and invalid boxes
 * @throws DomainError where they hold nowhere in the box
 */
export function parseInside(record: Readonly<Record<string, unknown>>, where: string): Named {
  checkKeys(record, ["inside", "within"], where);
  const { inside, within, axes: renamed } = record;
  if (renamed !== undefined)
    throw new OptionsError(`domainOf: ${where}.axes is not needed; "within" names them`, "axes", renamed);
  if (typeof within !== "object" || within === null || Array.isArray(within)) {
    const way = 'give a box around it, such as { "x": [-1, 1], "y": [-1, 1] }';
    throw new OptionsError(`domainOf: ${where}.within is ${show(within)}; ${way}`, "within", within);
  }
  const axes = Object.keys(within);
  checkAxes(axes, `${where}.within`);
  if (axes.length === 0 || axes.length > mostAxes) {
    const way = `give one to ${mostAxes}`;
    throw new OptionsError(`domainOf: ${where}.within has ${axes.length} axes; ${way}`, "within", within);
  }
  const intervals = axes.map((axis) =>
    checkInterval((within as Readonly<Record<string, unknown>>)[axis], `${where}.within.${axis}`),
  );
  const [low, high] = [intervals.map(([l]) => l), intervals.map(([, h]) => h)];
  const value = readComparisons(String(inside), axes, where);
  const { some, open } = gridOf(low, high, functionOfPoint(value));
  if (!some) {
    const way = "widen the box, turn the comparison round, or give a smaller box around what is small";
    throw new DomainError(`domainOf: ${where}.inside: "${inside}" holds nowhere in the box; ${way}`, inside);
  }
  const shape = shapeOf(value, axes, { low, high });
  return {
    axes,
    given: true,
    shape: open ? { kind: "intersection", parts: [{ kind: "box", low, high }, shape] } : shape,
  };
}

function readComparisons(text: string, axes: readonly string[], where: string): Expression {
  try {
    return parsePredicate(text, { axes, time: undefined, unknowns: [], constants: [] });
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    throw new OptionsError(`domainOf: ${where}.inside cannot be read: ${error.message}`, "inside", text);
  }
}

/** "and" is a minimum, "or" a maximum of what is positive inside. */
function shapeOf(
  e: Expression,
  axes: readonly string[],
  box: { readonly low: readonly number[]; readonly high: readonly number[] },
): Shape {
  if (e.kind === "call" && (e.name === "min" || e.name === "max")) {
    const parts = e.args.map((part) => shapeOf(part, axes, box));
    return { kind: e.name === "min" ? "intersection" : "union", parts };
  }
  return { kind: "level", value: e, text: `${toText(e, { axes, unknowns: [] })} > 0`, ...box };
}
