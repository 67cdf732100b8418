/** A flow in time: evaluated, laid down as plain data, and made of it again. */

import { list, real, record, whole } from "../../engine/checks.ts";
import { damaged, type Pieces, type Problem } from "../../equations/problem/index.ts";
import { numbersOfMoments, storedMoments } from "../evolution/stored-moments.ts";
import { planeBlocks } from "./blocks.ts";
import { nodesOf, PlaneGrid } from "./grid.ts";
import { around } from "./moments.ts";
import { Finder, interpolated, isPlace, type LocalPoint } from "./pieces.ts";
import { Quads } from "./quads.ts";

/** Name of the kind. */
export const flowMarchKind = "mixed elements in time";

/** States of a flow at moments on one mesh: values at nodes of all unknowns but the pressure, and its functions. */
export interface FlowHistory {
  readonly mesh: Quads;
  readonly grid: PlaneGrid;
  readonly pressure: number;
  readonly times: readonly number[];
  /** Number of the first moment after a layer at the start. */
  readonly smooth: number;
  readonly values: readonly Float64Array[];
}

/** The functions of a flow in time. */
export function flowMarchPieces(problem: Problem, history: FlowHistory): Pieces {
  const { mesh, grid, pressure, times, smooth, values } = history;
  let finder: Finder | undefined;
  const evaluator = evaluatorOf(problem, history);
  return {
    kind: flowMarchKind,
    words: `${times.length} moments on ${mesh.all.length} quadrilaterals, velocities of degree ${grid.degree}, pressure of ${grid.degree - 2}`,
    get coefficients() {
      return numbersOfMoments(times, values, values[0]!.length);
    },
    layout: {
      ...{ degree: grid.degree, pressure, moments: times.length, smooth, corners: mesh.corners },
      places: mesh.all.map(({ block, u, v, corners }) => [block, ...u, ...v, ...corners]),
    } satisfies Layout,
    at(points) {
      finder ??= new Finder(grid);
      return evaluator(finder, points);
    },
  };
}

/** Points of one quadrilateral at one time. */
interface Group {
  readonly quad: number;
  readonly time: number;
  readonly points: (readonly [number, LocalPoint])[];
}

function evaluatorOf({ axes, time, unknowns }: Problem, { mesh, grid, pressure, times, smooth, values }: FlowHistory) {
  const { nodeOf, nodes } = nodesOf(mesh, grid.degree);
  const { each, jumping } = grid;
  const continuous = unknowns.map((_, k) => k).filter((k) => k !== pressure);
  /** Values of an unknown at the points of a quadrilateral, by factors of moments. */
  const valuesOn = (unknown: number, { quad, time: t }: Group, inTime: number): Float64Array => {
    const out = new Float64Array(each);
    const { first, factors } = around(times, smooth, t, inTime);
    const isPressure = unknown === pressure;
    const from = isPressure ? continuous.length * nodes + quad * jumping.count : continuous.indexOf(unknown) * nodes;
    const own = isPressure ? new Float64Array(jumping.count) : out;
    for (const [j, factor] of factors.entries()) {
      const vector = values[first + j]!;
      if (isPressure) for (let k = 0; k < own.length; k++) own[k]! += factor * vector[from + k]!;
      else for (let i = 0, at = quad * each; i < each; i++, at++) out[i]! += factor * vector[from + nodeOf[at]!]!;
    }
    if (isPressure)
      for (let i = 0, at = 0; i < each; i++)
        for (let k = 0; k < own.length; k++, at++) out[i]! += jumping.values[at]! * own[k]!;
    return out;
  };
  return (finder: Finder, points: Float64Array) => {
    const d = axes.length;
    const count = points.length / d;
    const groups = new Map<string, Group>();
    for (let i = 0; i < count; i++) {
      const [x, y, t] = points.subarray(i * d, (i + 1) * d) as unknown as [number, number, number];
      const found = t <= times.at(-1)! ? finder.at(x, y) : undefined;
      if (!found) continue;
      const quad = found.start / each;
      const key = `${quad}:${t}`;
      const group = groups.get(key) ?? { quad, time: t, points: [] };
      groups.set(key, group);
      group.points.push([i, { ...found, start: 0 }]);
    }
    return (unknown: number, order: readonly number[]) => {
      const out = new Float64Array(count).fill(Number.NaN);
      for (const group of groups.values()) {
        let field = valuesOn(unknown, group, order[time!]!);
        for (const axis of [0, 1] as const)
          for (let m = 0; m < order[axis]!; m++) field = grid.deriveOn(group.quad, field, axis);
        for (const [i, point] of group.points) out[i] = interpolated(field, point);
      }
      return out;
    };
  };
}

/** The plain data of which, with its numbers, a flow in time is made again: places as block, u, v, and corners. */
interface Layout {
  readonly degree: number;
  readonly pressure: number;
  readonly moments: number;
  readonly smooth: number;
  readonly corners: number;
  readonly places: readonly (readonly number[])[];
}

const layoutCheck = record({
  ...{ degree: whole(2), pressure: whole(0), moments: whole(1), smooth: whole(0), corners: whole(4) },
  places: list(list(real())),
});

/**
 * The functions that {@link flowMarchPieces} stored.
 *
 * @throws FormatError where they do not belong to the problem, or numbers lack
 */
export function readFlowMarchPieces(path: string, problem: Problem, layout: unknown, numbers: Float64Array): Pieces {
  const fail = damaged(path);
  const complaint = layoutCheck(layout, "the quadrilaterals");
  if (complaint !== undefined || problem.time === undefined) return fail(complaint ?? "its problem has no time");
  const blocks = planeBlocks(problem);
  if (typeof blocks === "string") return fail(`its problem has no quadrilaterals: ${blocks}`);
  const { degree, pressure, moments, smooth, corners, places } = layout as Layout;
  const isCorner = (k: number) => Number.isInteger(k) && k >= 0 && k < corners;
  if (!places.every((place) => place.length === 9 && isPlace(place, blocks) && place.slice(5).every(isCorner)))
    return fail("its quadrilaterals lie in no block");
  const all = places.map(([block, a, b, c, d, ...own]) => ({
    ...{ block: block!, u: [a!, b!] as const, v: [c!, d!] as const, from: block! },
    corners: own as unknown as readonly [number, number, number, number],
  }));
  const mesh = new Quads(blocks, all, corners);
  const grid = new PlaneGrid(blocks, all, degree);
  const length = (problem.unknowns.length - 1) * nodesOf(mesh, degree).nodes + all.length * grid.jumping.count;
  if (numbers.length !== moments * (1 + length)) fail("it has another number of values than its mesh and moments");
  const { times, vectors: values } = storedMoments(numbers, moments, length);
  return flowMarchPieces(problem, { mesh, grid, pressure, times, smooth, values });
}
