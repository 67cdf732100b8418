/** Reads where a condition holds, and hands it to the domain. */
import { DomainError, OptionsError } from "../../engine/errors.ts";
import type { BoundaryPart } from "../domain/boundary.ts";
import type { Shape } from "../domain/spec.ts";
import { evaluate, numbers } from "../expression/expression.ts";
import { parseEquation, parsePredicate } from "../expression/parse.ts";
import { toText } from "../expression/print.ts";
import type { Scope } from "../expression/scope.ts";
import { suggest } from "../expression/syntax-error.ts";
import type { Place, PlaceSpec, Problem } from "./problem.ts";

/** What places are resolved against. */
export interface PlaceContext {
  readonly scope: Scope;
  readonly shape: Shape;
  readonly bounds: Problem["bounds"];
  readonly constants: Readonly<Record<string, number>>;
}

/**
 * @throws OptionsError for a place that does not exist (an axis, a side, an edge)
 * @throws DomainError for "x = c" where no face lies
 * @throws FormatError for predicates that cannot be read
 */
export function parsePlace(spec: PlaceSpec, context: PlaceContext): Place {
  const { shape, constants } = context;
  const scope: Scope = { ...context.scope, constants: Object.keys(constants) };
  if (typeof spec !== "string") {
    if ("axis" in spec) return face(spec.axis, spec.side ?? "both", context);
    if ("where" in spec) return { where: parsePredicate(spec.where, scope) };
    const count = shape.kind === "polygon" ? shape.vertices.length : 0;
    if (!(Number.isInteger(spec.edge) && spec.edge >= 0 && spec.edge < count)) {
      const way = count > 0 ? `edges are counted from 0 to ${count - 1}` : "only polygons have edges";
      throw new OptionsError(`pde: there is no edge ${spec.edge}; ${way}`, "on", spec);
    }
    return { edge: spec.edge };
  }
  if (spec === "boundary") return "boundary";
  if (/[<>]/.test(spec)) return { where: parsePredicate(spec, scope) };
  return spec.includes("=") ? faceAt(spec, context) : face(spec.trim(), "both", context);
}

function face(name: string, side: "low" | "high" | "both", { scope, shape }: PlaceContext): Place {
  const axis = scope.axes.indexOf(name);
  if (axis < 0) {
    const known = ["boundary", ...scope.axes];
    const way = `${suggest(name, known)} A face is "${scope.axes[0]} = …", a part "${scope.axes[0]} < …"`;
    throw new OptionsError(`pde: conditions cannot be on "${name}"; ${way}`, "on", name);
  }
  if (shape.kind === "ball" && axis !== scope.time)
    throw new DomainError(`pde: the domain has no face along ${name}; use "boundary" or a predicate`, name);
  return { axis, side };
}

/** "x = -1": the face of the box that lies there. */
function faceAt(text: string, context: PlaceContext): Place {
  const { scope, bounds, constants } = context;
  const [left, right] = parseEquation(text, scope, { unknowns: false });
  if (left.kind !== "coordinate")
    throw new OptionsError(`pde: the place "${text}" is no face; write an axis = a number`, "on", text);
  const value = evaluate(right, numbers({ constants }));
  const [low, high] = bounds[left.axis]!;
  const near = (bound: number) => Math.abs(value - bound) <= 1e-12 * Math.max(1, high - low);
  const name = scope.axes[left.axis]!;
  if (near(low)) return face(name, "low", context);
  if (near(high)) return face(name, "high", context);
  throw new DomainError(`pde: no face lies at "${text}"; ${name} runs from ${low} to ${high}`, value);
}

const keys = new WeakMap<object, string>();

/** A text that equal places have in common. */
export function placeKey(place: Place): string {
  if (typeof place === "string") return place;
  const known = keys.get(place);
  if (known !== undefined) return known;
  const key = "where" in place ? `where ${toText(place.where, { axes: [], unknowns: [] })}` : JSON.stringify(place);
  keys.set(place, key);
  return key;
}

/** The same place as a part of the domain's boundary, for sampling points on it. */
export function boundaryPart(place: Place, problem: Pick<Problem, "constants">): BoundaryPart {
  if (place === "boundary" || !("where" in place)) return place;
  const { where } = place;
  const { constants } = problem;
  return { where: (point) => evaluate(where, numbers({ coordinates: point, constants })) > 0 };
}
