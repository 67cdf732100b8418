/** A problem as spectral elements see it: equations of second order on boxes that stand together, and conditions on their faces. */
import { type Geometry, geometryOf, parseDomain } from "../../equations/domain/index.ts";
import { type Expression, nodesOf, spaceAxes } from "../../equations/expression/index.ts";
import {
  boundaryPart,
  fieldsOf,
  type LinearForm,
  linearForms,
  type Problem,
  turnsAlong,
  type ValueCondition,
} from "../../equations/problem/index.ts";
import { floatingOf, type Gauge, gaugesOf, startsOf } from "../marching/evolution-form.ts";

/** A derivative of an unknown. */
export interface Leaf {
  readonly name: string;
  readonly unknown: number;
  /** Orders along the axes of space. */
  readonly inSpace: readonly number[];
  readonly inTime: number;
}

/** A residual with its derivatives by leaves. */
export interface Row {
  readonly residual: Expression;
  readonly slopes: readonly { readonly leaf: number; readonly slope: Expression }[];
}

/** A condition on faces. */
export interface FaceRow extends Row {
  readonly text: string;
  /** True where it holds on a face of the box around the domain, or inside of that box, at a point. */
  readonly holds: (axis: number, end: "low" | "high" | undefined, point: Float64Array) => boolean;
  /** True where slopes stand in it. */
  readonly isNatural: boolean;
}

/** A problem that spectral elements can solve. */
export interface SpectralForm extends Boxes {
  readonly problem: Problem;
  readonly space: readonly number[];
  readonly time: number | undefined;
  readonly leaves: readonly Leaf[];
  /** One for each unknown, by the unknown whose second derivatives stand in it. */
  readonly inside: readonly Row[];
  readonly faces: readonly FaceRow[];
  readonly periodic: readonly boolean[];
  /** Highest order in time of each unknown. */
  readonly inTime: readonly number[];
  readonly isLinear: boolean;
  /** Derivatives in time at the first moment [unknown][order]. */
  readonly starts: readonly (readonly Expression[])[];
  /** Unknowns of which only slopes count, and their integrals over space. */
  readonly floating: readonly number[];
  readonly gauges: readonly Gauge[];
}

/** A domain of boxes. */
interface Boxes {
  /** Ends of boxes along each axis, and what lies between them. */
  readonly cuts: readonly (readonly number[])[];
  readonly contains: (point: readonly number[]) => boolean;
}

/** The most unknowns. */
const mostUnknowns = 6;
const sum = (order: readonly number[]) => order.reduce((a, b) => a + b, 0);

/** A problem's rows, on whatever domain. */
export type RowsForm = Omit<SpectralForm, keyof Boxes>;

/** The form of a problem on boxes, or why it has none, in words. */
export function spectralForm(problem: Problem): SpectralForm | string {
  const rows = rowsForm(problem);
  if (typeof rows === "string") return rows;
  const found = boxesOf(problem, rows.space.length);
  if (found === undefined) return "its domain is not made of boxes";
  const boxes = problem.fluxes ? cutAtJumps(problem, rows.space, found) : found;
  if (boxes.cuts.some((own, k) => rows.periodic[k] && own.length > 2))
    return "it is periodic along an axis on which boxes end";
  return { ...rows, ...boxes };
}

/** The rows of a problem, or why it has none, in words. */
export function rowsForm(problem: Problem): RowsForm | string {
  const { time, unknowns, equations, conditions, observations, trainable, text } = problem;
  if (problem.parameters) return "its solution depends on parameters";
  if (Object.keys({ ...trainable, ...fieldsOf(text) }).length > 0) return "constants or coefficients are to be found";
  if (observations.length > 0) return "observations are to be met";
  if (equations.length !== unknowns.length || unknowns.length > mostUnknowns)
    return `it has ${equations.length} equations for ${unknowns.length} unknowns`;
  const values = conditions.filter((c): c is ValueCondition => c.kind !== "periodic" && c.kind !== "initial");
  const kinds = new Set([...nodesOf([...equations, ...values.map((c) => c.residual)])].map(({ kind }) => kind));
  if (kinds.has("elsewhere") || kinds.has("function")) return "its rows are no formulas of values at one point";
  const space = spaceAxes(problem);
  const leaves: Leaf[] = [];
  const leafOf = ({ name, unknown, order }: LinearForm["terms"][number]): number => {
    const at = leaves.findIndex((leaf) => leaf.name === name);
    if (at >= 0) return at;
    const inTime = time === undefined ? 0 : order[time]!;
    return leaves.push({ name, unknown, inSpace: space.map((axis) => order[axis]!), inTime }) - 1;
  };
  const rowsOf = (residuals: readonly Expression[]) =>
    linearForms(problem, residuals, problem.constants).map(({ residual, terms, linear }) => ({
      residual,
      linear,
      slopes: terms.map((term) => ({ leaf: leafOf(term), slope: term.factor })),
    }));
  const rows = rowsOf(equations);
  if (leaves.some(({ inSpace, inTime }) => sum(inSpace) > 2 || (inTime > 0 && sum(inSpace) > 0)))
    return "it has derivatives in space above the second, or of derivatives in time";
  const faces: FaceRow[] = [];
  const periodic = space.map(() => false);
  const ofFaces = rowsOf(values.map((c) => c.residual));
  for (const [k, c] of values.entries()) {
    const holds = placeOf(c, problem, space);
    if (holds === undefined) return `"${c.text}" holds on no face of boxes`;
    const own = ofFaces[k]!.slopes.map(({ leaf }) => leaves[leaf]!);
    if (own.some(({ inSpace, inTime }) => sum(inSpace) + inTime > 1 || inTime > 0))
      return `"${c.text}" has derivatives above the first, or in time`;
    faces.push({ ...ofFaces[k]!, holds, text: c.text, isNatural: own.some(({ inSpace }) => sum(inSpace) === 1) });
  }
  for (const c of conditions) {
    if (c.kind !== "periodic") continue;
    const axis = space.indexOf(c.on.axis);
    if (axis < 0 || c.unknowns.length < unknowns.length) return "it is periodic in time, or in a part of the unknowns";
    periodic[axis] = true;
  }
  const inTime = unknowns.map((_, k) => Math.max(0, ...leaves.flatMap((l) => (l.unknown === k ? [l.inTime] : []))));
  const starts = time === undefined ? [] : startsOf(problem, inTime);
  if (typeof starts === "string") return starts;
  const floating = floatingOf([...rows, ...ofFaces], leaves, inTime);
  const gauges = gaugesOf(problem, floating);
  if (typeof gauges === "string") return gauges;
  const inside = paired(rows, leaves, unknowns.length);
  return {
    ...{ problem, space, time, leaves, inside, faces, periodic, inTime, starts, floating, gauges },
    isLinear: [...rows, ...ofFaces].every(({ linear }) => linear),
  };
}

/** Rows in the order of unknowns: each has second derivatives of its own, as far as that can be. */
function paired<R extends Row>(rows: readonly R[], leaves: readonly Leaf[], unknowns: number): R[] {
  const worth = ({ slopes }: R, unknown: number) =>
    Math.max(
      0,
      ...slopes.flatMap(({ leaf }) => {
        const { unknown: own, inSpace, inTime } = leaves[leaf]!;
        if (own !== unknown) return [];
        return [inSpace.includes(2) ? 100 : inTime > 0 ? 10 : 1];
      }),
    );
  let best = { order: [...rows.keys()], worth: -1 };
  const visit = (order: readonly number[], total: number): void => {
    if (order.length === unknowns) {
      if (total > best.worth) best = { order: [...order], worth: total };
      return;
    }
    const unknown = order.length;
    const free = [...rows.keys()].filter((k) => !order.includes(k));
    for (const k of free.sort((a, b) => Number(b === unknown) - Number(a === unknown)))
      visit([...order, k], total + worth(rows[k]!, unknown));
  };
  visit([], 0);
  return best.order.map((k) => rows[k]!);
}

function placeOf({ on }: ValueCondition, problem: Problem, space: readonly number[]): FaceRow["holds"] | undefined {
  if (on === "boundary") return () => true;
  if ("axis" in on)
    return (axis, end) => space[axis] === on.axis && end !== undefined && (on.side === "both" || on.side === end);
  if ("edge" in on) {
    const { pieces } = geometryOf(parseDomain(problem.domain).shape);
    return (_axis, _end, point) => pieces.some((piece) => piece.edge === on.edge && liesOn(piece, point));
  }
  if ("group" in on) return onTriangles(problem, on.group, space);
  const part = boundaryPart(on, problem);
  if (typeof part !== "object" || !("where" in part)) return undefined;
  return (_axis, _end, point) => part.where(point);
}

/** True for a point of a straight piece in the plane. */
function liesOn({ place }: Geometry["pieces"][number], point: Float64Array): boolean {
  const [from, to, normal] = [new Float64Array(2), new Float64Array(2), new Float64Array(2)];
  place([0], 0, from, normal);
  place([1], 0, to, normal);
  const far = (a: Float64Array, b: Float64Array) => Math.hypot(a[0]! - b[0]!, a[1]! - b[1]!);
  return far(from, point) + far(point, to) <= (1 + 1e-12) * far(from, to);
}

/** Points of a mesh's named part on faces across an axis. */
function onTriangles({ domain }: Problem, group: string, space: readonly number[]): FaceRow["holds"] | undefined {
  const { shape } = parseDomain(domain);
  if (shape.kind !== "mesh" || space.length !== 3) return undefined;
  const triangles = (shape.groups[group] ?? []).map((k) => shape.facets[k]!.map((i) => shape.points[i]!));
  return (axis, _end, point) => {
    const [i, j] = [0, 1, 2].filter((k) => k !== axis) as [number, number];
    const [x, y, z] = [i, j, axis].map((k) => point[space[k]!]!) as [number, number, number];
    /** Twice the area of an edge and the point. */
    const area = (p: readonly number[], q: readonly number[]) =>
      (q[i]! - p[i]!) * (y - p[j]!) - (q[j]! - p[j]!) * (x - p[i]!);
    return triangles.some((corners) => {
      if (corners.some((corner) => corner[axis] !== z)) return false;
      const areas = corners.map((corner, k) => area(corner, corners[(k + 1) % 3]!));
      const slack = 1e-9 * Math.abs(areas[0]! + areas[1]! + areas[2]!);
      return areas.every((v) => v >= -slack) || areas.every((v) => v <= slack);
    });
  };
}

/** Boxes that end where coefficients jump. */
function cutAtJumps(problem: Problem, space: readonly number[], { cuts, contains }: Boxes): Boxes {
  const more = space.map((axis, k) => turnsAlong(problem, axis, [cuts[k]![0]!, cuts[k]!.at(-1)!]).map(({ at }) => at));
  return { cuts: cuts.map((own, k) => [...new Set([...own, ...more[k]!])].sort((a, b) => a - b)), contains };
}

/** A domain of boxes: a box, a mesh with faces across the axes, and unions, intersections and differences of them. */
function boxesOf({ domain }: Problem, dimension: number): Boxes | undefined {
  const cuts = Array.from({ length: dimension }, () => new Set<number>());
  const { shape: whole } = parseDomain(domain);
  const visit = (shape: typeof whole): boolean => {
    if (shape.kind === "union" || shape.kind === "intersection" || shape.kind === "difference")
      return shape.parts.every(visit);
    if (shape.kind === "mesh") {
      const { pieces } = geometryOf(shape);
      for (const { flat } of pieces) if (flat) cuts[flat.axis]!.add(flat.value);
      return dimension === 3 && pieces.every(({ flat }) => flat);
    }
    if (shape.kind !== "box") return false;
    for (const [k, own] of cuts.entries()) own.add(shape.low[k]!).add(shape.high[k]!);
    return true;
  };
  if (!visit(whole)) return undefined;
  const { distance, low, high } = geometryOf(whole);
  return {
    cuts: cuts.map((own, k) => [...own].filter((v) => v >= low[k]! && v <= high[k]!).sort((a, b) => a - b)),
    contains: (point) => distance(point, 0) < 0,
  };
}
