/** Reads where a condition holds, and hands it to the domain. */
import { DomainError, OptionsError } from "../../engine/errors.ts";
import type { BoundaryPart } from "../domain/boundary.ts";
import type { Shape } from "../domain/spec.ts";
import type { Surface } from "../domain/surface.ts";
import { call, unit, zero } from "../expression/build.ts";
import { derivativesOfExpression } from "../expression/differentiate.ts";
import { type Expression, evaluate, evaluateAt, functionOfPoint, numbers } from "../expression/expression.ts";
import { parseEquation, parsePredicate } from "../expression/parse.ts";
import { toText } from "../expression/print.ts";
import { type Scope, spaceAxes } from "../expression/scope.ts";
import { suggest } from "../expression/syntax-error.ts";
import { nodesOf } from "../expression/tree.ts";
import type { Place, PlaceSpec, Problem } from "./problem.ts";

/** The names and the domain that places are resolved against. */
export interface PlaceContext {
  readonly scope: Scope;
  readonly shape: Shape;
  readonly bounds: Problem["bounds"];
  readonly constants: Readonly<Record<string, number>>;
}

/**
 * The places that a text stands for: one, but for lists, faces with `or` between them, and the boundary of a box with
 * parameters.
 *
 * @throws OptionsError for a place that does not exist (an axis, a side, an edge)
 * @throws DomainError for "x = c" where no face lies
 * @throws FormatError for predicates that cannot be read
 */
export function parsePlaces(spec: PlaceSpec | readonly PlaceSpec[], context: PlaceContext): readonly Place[] {
  return (isList(spec) ? spec : [spec])
    .flatMap((one) => alternatives(one, context))
    .map((one) => (one === "the boundary" || one === "∂Ω" ? "boundary" : one))
    .flatMap((one) => placesOf(one, context));
}

const groupNamed = (name: string, shape: Shape): boolean => shape.kind === "mesh" && Object.hasOwn(shape.groups, name);

const isList = (spec: PlaceSpec | readonly PlaceSpec[]): spec is readonly PlaceSpec[] => Array.isArray(spec);

/** Whole faces stay such where several are named in one text, so that values on them can hold by construction. */
function alternatives(spec: PlaceSpec, context: PlaceContext): readonly PlaceSpec[] {
  if (typeof spec !== "string" || groupNamed(spec, context.shape)) return [spec];
  const sides = sidesOf(spec, context);
  if (sides) return sides;
  return compared.test(spec) || spec.includes("(") ? [spec] : spec.split(/\bor\b|,/);
}

/** Sides of a box: the number of the axis, and the end. */
const sideNames: ReadonlyMap<string, readonly [number, "low" | "high"]> = new Map([
  ["left", [0, "low"]],
  ["right", [0, "high"]],
  ["bottom", [1, "low"]],
  ["top", [1, "high"]],
]);

/** The faces of "left", or of "top and bottom"; undefined for other texts, and where no axis of space is meant. */
function sidesOf(text: string, { scope, shape }: PlaceContext): readonly PlaceSpec[] | undefined {
  const space = spaceAxes(scope).map((k) => scope.axes[k]!);
  if (shape.kind !== "box" || space.length > 2) return undefined;
  const sides = text.split(/,|\bor\b|\band\b/).map((name) => sideNames.get(name.trim()));
  return sides.every((side) => side !== undefined && side[0] < space.length)
    ? sides.map((side) => ({ axis: space[side![0]]!, side: side![1] }))
    : undefined;
}

/** Texts that are more than a face, or several of them. */
const compared = /[<>]|\band\b|^[^(]*\(.*\bor\b/s;

function placesOf(spec: PlaceSpec, context: PlaceContext): readonly Place[] {
  const { scope, shape } = context;
  if (typeof spec === "string" && groupNamed(spec.trim(), shape)) return [{ group: spec.trim() }];
  if (!scope.parameters) return [parsePlace(spec, context)];
  // The faces of parameters are no boundary.
  if (spec === "boundary") return spaceAxes(scope).map((axis) => ({ axis, side: "both" }));
  const place = parsePlace(spec, context);
  const known = place !== "boundary" && "axis" in place && !scope.parameters.includes(place.axis);
  if (known) return [place];
  const way = "give a face of a space axis";
  throw new OptionsError(`pde: with parameters no condition can be on ${JSON.stringify(spec)}; ${way}`, "on", spec);
}

function parsePlace(spec: PlaceSpec, context: PlaceContext): Place {
  const { shape } = context;
  if (typeof spec !== "string") {
    if ("axis" in spec) return face(spec.axis, spec.side ?? "both", context);
    if ("where" in spec) return predicate(spec.where, context);
    if ("group" in spec) {
      if (groupNamed(spec.group, shape)) return { group: spec.group };
      const known = shape.kind === "mesh" ? Object.keys(shape.groups) : [];
      const way = known.length > 0 ? suggest(spec.group, known) : "only meshes with named parts have groups";
      throw new OptionsError(`pde: the mesh has no group "${spec.group}"; ${way}`, "on", spec);
    }
    const count = shape.kind === "polygon" ? shape.vertices.length : 0;
    if (!(Number.isInteger(spec.edge) && spec.edge >= 0 && spec.edge < count)) {
      const way = count > 0 ? `edges are counted from 0 to ${count - 1}` : "only polygons have edges";
      throw new OptionsError(`pde: there is no edge ${spec.edge}; ${way}`, "on", spec);
    }
    return { edge: spec.edge };
  }
  if (spec === "boundary") return "boundary";
  const edge = /^\s*edge\s+(\d+)\s*$/.exec(spec)?.[1];
  if (edge !== undefined) return parsePlace({ edge: Number(edge) }, context);
  if (compared.test(spec)) return predicate(spec, context);
  return spec.includes("=") ? faceAt(spec.trim().replace("==", "="), context) : face(spec.trim(), "both", context);
}

/**
 * Largest distance from an equation of boundary points that lie on it, over the extent of the domain: rounding and
 * Newton's method.
 */
const nearness = 1e-9;

function predicate(text: string, { scope, bounds, constants }: PlaceContext): Place {
  const extent = Math.max(...bounds.map(([low, high]) => high - low));
  const where = parsePredicate(text, { ...scope, constants: Object.keys(constants) }, nearness * extent);
  return text.includes("=") ? { where, text } : { where };
}

/** Shapes without flat faces. */
const round: ReadonlySet<Shape["kind"]> = new Set(["ball", "ellipse", "level"]);

function face(name: string, side: "low" | "high" | "both", { scope, shape }: PlaceContext): Place {
  const axis = scope.axes.indexOf(name);
  if (axis < 0) {
    const known = ["boundary", ...scope.axes, ...(shape.kind === "mesh" ? Object.keys(shape.groups) : [])];
    const [hint, first] = [suggest(name, known), scope.axes[0]];
    const way = `${hint}${hint.endsWith("?") ? "" : "."} A face is "${first} = …", a part "${first} < …"`;
    throw new OptionsError(`pde: conditions cannot be on "${name}"; ${way}`, "on", name);
  }
  if (round.has(shape.kind) && axis !== scope.time)
    throw new DomainError(`pde: the domain has no face along ${name}; use "boundary" or a predicate`, name);
  return { axis, side };
}

/**
 * "x^2 + y^2 = 0.25": where left − right vanishes, inside of the domain.
 *
 * @throws FormatError where it cannot be read
 */
export function parseSurface(text: string, { scope, constants }: PlaceContext): Place {
  const names: Scope = { ...scope, constants: Object.keys(constants) };
  const [left, right] = parseEquation(text, names, { unknowns: false });
  return { surface: call("sub", left, right) };
}

/** "x = -1": the face of the box that lies there; of other shapes also what lies inside of their bounds. */
function faceAt(text: string, context: PlaceContext): Place {
  const { scope, shape, bounds, constants } = context;
  const sides = parseEquation(text, scope, { unknowns: false });
  const [left, right] = sides[1].kind === "coordinate" ? [sides[1], sides[0]] : sides;
  const given = ![...nodesOf(right)].some(({ kind }) => kind === "coordinate");
  // A line, or a curve, of which a part of the boundary is made.
  if (left.kind !== "coordinate" || !given) return predicate(text, context);
  const value = evaluate(right, numbers({ constants }));
  const [low, high] = bounds[left.axis]!;
  const near = (bound: number) => Math.abs(value - bound) <= 1e-12 * Math.max(1, high - low);
  const name = scope.axes[left.axis]!;
  if (near(low)) return face(name, "low", context);
  if (near(high)) return face(name, "high", context);
  if (shape.kind !== "box" && left.axis !== scope.time && value > low && value < high) return predicate(text, context);
  throw new DomainError(`pde: no face lies at "${text}"; ${name} runs from ${low} to ${high}`, value);
}

const keys = new WeakMap<object, string>();

/** A text that equal places have in common. */
export function placeKey(place: Place): string {
  if (typeof place === "string") return place;
  const known = keys.get(place);
  if (known !== undefined) return known;
  const inText = (e: Expression) => toText(e, { axes: [], unknowns: [] });
  const key =
    "where" in place
      ? `where ${inText(place.where)}`
      : "surface" in place
        ? `surface ${inText(place.surface)}`
        : JSON.stringify(place);
  keys.set(place, key);
  return key;
}

/** The same place as a part of the domain's boundary, for sampling points on it. */
export function boundaryPart(place: Place, problem: Pick<Problem, "axes" | "time" | "constants">): BoundaryPart {
  const { axes, time, constants } = problem;
  if (place === "boundary") return place;
  if ("surface" in place) return { surface: surfaceOf(place.surface, problem) };
  if (!("where" in place)) return place;
  return wherePositive(place, problem);

  function surfaceOf(e: Expression, names: Pick<Problem, "axes">): Surface {
    const d = axes.length;
    const derivative = derivativesOfExpression(e, d);
    // Along time points stay where they are.
    const slopes = axes.map((_, k) => (k === time ? zero : derivative(unit(d, k))));
    return {
      text: `${toText(e, { ...names, unknowns: [] })} = 0`,
      values: (points) => evaluateAt(e, points, d, constants),
      slopes: (points) => slopes.map((slope) => evaluateAt(slope, points, d, constants)),
    };
  }
}

/**
 * Parts with a predicate, by the constants in it and its text: equal ones are one object, whose measure a domain has to
 * estimate once.
 */
const parts = new WeakMap<Problem["constants"], Map<string, BoundaryPart>>();

function wherePositive(
  place: Extract<Place, { readonly where: Expression }>,
  { axes, constants }: Pick<Problem, "axes" | "constants">,
): BoundaryPart {
  const known = parts.get(constants) ?? new Map<string, BoundaryPart>();
  parts.set(constants, known);
  const text = place.text ?? `${toText(place.where, { axes, unknowns: [] })} > 0`;
  const key = `${text}, ${placeKey(place)}`;
  const value = functionOfPoint(place.where, constants);
  const part = known.get(key) ?? { where: (point: Float64Array) => value(point) > 0, text };
  known.set(key, part);
  return part;
}
