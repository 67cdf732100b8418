/** Moment after moment: u + e solves the rows of a problem, by implicit differences for e and exact derivatives of u. A line is all nodes in space at one moment. */
import { dot } from "../../engine/numerics/vectors.ts";
import { columns, type Expression, evaluate } from "../expression/expression.ts";
import type { Problem } from "../problem/problem.ts";
import { type Evolution, type Jet, jetName } from "./evolution.ts";
import { type Axes, coordinatesOf, differences, nodeSets, systemOf, type Term } from "./space-differences.ts";

/** Steps of Newton's method on a line at most, and share of e below which one is the last. */
const [mostSteps, settled] = [8, 1e-3];

/** Derivatives of each unknown, in the order of {@link Jet}, one column [nodes] each. */
export type Jets = readonly Float64Array[];

/** Where lines are, and what is known there. */
export interface Lines {
  readonly axes: Axes;
  readonly t: Float64Array;
  /** Of u on each line. */
  readonly base: readonly Jets[];
  /** Where one window of time ends and the next one speaks. */
  readonly jumps?: readonly Jump[];
}

/** What the next window of time has over the one before it where they meet, of each unknown: of u and of u_t, [nodes]. */
export interface Jump {
  readonly t: number;
  readonly value: readonly Float64Array[];
  readonly slope: readonly Float64Array[];
}

/** Weights of e on a line and on those before it in Δt·e_t and Δt²·e_tt: backward differences (BDF2; Houbolt, doi:10.2514/8.1722), and shorter ones at first. */
const inTime = (j: number): readonly [readonly number[], readonly number[]] => [
  j > 1 ? [1.5, -2, 0.5] : [1, -1],
  j > 2 ? [2, -5, 4, -1] : j > 1 ? [1, -2, 1] : [2, -2],
];

/**
 * e and its derivatives on every line; those in time are 0 on the first.
 *
 * @returns undefined where they are not finite
 */
export function implicitLines(
  problem: Problem,
  evolution: Evolution,
  { axes, t, base, jumps = [] }: Lines,
): readonly Jets[] | undefined {
  const { jet, starts, faces } = evolution;
  const [n, kinds] = [problem.unknowns.length, jet.orders.length];
  const sets = nodeSets(axes, evolution);
  const terms = differences(evolution, axes);
  const nodes = terms[0]!.length;
  const space = coordinatesOf(axes);
  const dt = t[1]! - t[0]!;
  const zeros = new Float64Array(nodes);
  const inside = axes.map(() => 0);
  const first = rowsAt(problem, jet, space, t[0]!)(base[0]!, inside);
  const missing = (u: number, kind: number, start: Expression | undefined) => {
    const prescribed = start && first(start);
    return zeros.map((_, i) => (prescribed ? prescribed[i]! - base[0]![u * kinds + kind]![i]! : 0));
  };
  const velocity = starts.map(({ slope }, u) => missing(u, jet.inSpace, slope));
  const derivativesOf = (v: Float64Array, ...ofTime: readonly Float64Array[]) => [
    ...terms.map((at) => v.map((_, i) => at[i]!.reduce((sum, [k, weight]) => sum + weight * v[k]!, 0))),
    ...ofTime,
  ];
  /** Of e, the line before first. */
  const known = [starts.map(({ value }, u) => missing(u, 0, value))];
  const lines: Jets[] = [known[0]!.flatMap((v) => derivativesOf(v, zeros, zeros))];
  for (let j = 1; j < t.length; j++) {
    // u + e goes on as if the next window had spoken before.
    for (const jump of jumps.filter((one) => t[j - 1]! <= one.t && one.t < t[j]!)) {
      known.forEach((line, back) => {
        const since = t[j - 1 - back]! - jump.t;
        line.forEach((v, u) => {
          for (let i = 0; i < nodes; i++) v[i]! -= jump.value[u]![i]! + since * jump.slope[u]![i]!;
        });
      });
    }
    const weights = inTime(j).map((some, k) => some.map((w) => w / dt ** (k + 1)));
    const past = known[0]!.map((_, u) =>
      weights.map((some, k) =>
        zeros.map((_z, i) => {
          const before = known.reduce((sum, line, back) => sum + (some[back + 1] ?? 0) * line[u]![i]!, 0);
          return j === 1 && k === 1 ? before - (2 / dt) * velocity[u]![i]! : before;
        }),
      ),
    );
    const e = known[0]!.map((v) => v.slice());
    const jets = () =>
      e.flatMap((v, u) =>
        derivativesOf(v, ...past[u]!.map((before, k) => v.map((w, i) => weights[k]![0]! * w + before[i]!))),
      );
    const at = rowsAt(problem, jet, space, t[j]!);
    for (let k = 0, last = Number.POSITIVE_INFINITY; k < mostSteps; k++) {
      const change = jets();
      const sum = base[j]!.map((v, c) => v.map((w, i) => w + change[c]![i]!));
      const matrix = systemOf(axes, n, faces[0] === undefined);
      const right = new Float64Array(nodes * n);
      for (const set of sets) {
        const value = at(sum, set.normal);
        set.rows.forEach(({ residual, slopes }, q) => {
          const r = value(residual);
          for (const i of set.nodes) right[i * n + q] = -r[i]!;
          for (const { unknown, kind, slope } of slopes) {
            const c = value(slope);
            for (const i of set.nodes) {
              const inSpace = kind < jet.inSpace;
              const own: readonly Term[] = inSpace ? terms[kind]![i]! : [[i, weights[kind - jet.inSpace]![0]!]];
              for (const [node, weight] of own) matrix.add(i * n + q, node * n + unknown, c[i]! * weight);
            }
          }
        });
      }
      const step = matrix.solve(right);
      e.forEach((v, u) => {
        for (let i = 0; i < nodes; i++) v[i]! += step[i * n + u]!;
      });
      const moved = Math.sqrt(dot(step, step));
      if (!Number.isFinite(moved)) return undefined;
      if (moved <= settled * Math.sqrt(e.reduce((sum, v) => sum + dot(v, v), 0)) || moved >= last) break;
      last = moved;
    }
    lines.push(jets());
    known.unshift(e);
    known.length = Math.min(known.length, 3);
  }
  return lines;
}

/**
 * Values on a line of what is written in data of the unknowns' derivatives there (one column each, [nodes]) and of the outward normal.
 *
 * @param space - coordinates of the nodes, a column for each axis
 */
export function rowsAt({ constants, source = [] }: Problem, jet: Jet, space: readonly Float64Array[], t: number) {
  const nodes = space[0]!.length;
  const coordinates = [...space, new Float64Array(nodes).fill(t)];
  const at = columns(nodes, { coordinates, constants });
  const sources = Object.fromEntries(source.map((s, k) => [`source${k}`, evaluate(s, at)]));
  const kinds = jet.orders.length;
  return (jets: readonly Float64Array[], normal: readonly number[]) => {
    const named = jets.map((v, c) => [jetName(Math.floor(c / kinds), c % kinds), v] as const);
    const normals = normal.map((part, axis) => [`normal${axis}`, new Float64Array(nodes).fill(part)] as const);
    const data = { ...sources, ...Object.fromEntries([...named, ...normals]) };
    const [algebra, memo] = [columns(nodes, { coordinates, constants, data }), new Map<Expression, Float64Array>()];
    return (e: Expression): Float64Array => evaluate(e, algebra, memo);
  };
}
