/** Line after line in time: u + e solves the rows of a problem, by implicit differences for e and exact derivatives of u. */
import { solveBanded } from "../../engine/numerics/banded.ts";
import { columns, type Expression, evaluate } from "../expression/expression.ts";
import type { Problem } from "../problem/problem.ts";
import { type Evolution, inSpace, jet, jetName, type Row } from "./evolution.ts";

/** Steps of Newton's method on a line at most, and share of e below which one is the last. */
const [mostSteps, settled] = [8, 1e-3];

/** Derivatives of each unknown, in the order of {@link jet}, one column [nodes] each. */
export type Jets = readonly Float64Array[];

/** Where lines are, and what is known there. */
export interface Lines {
  /** Nodes in space, evenly; without the last one where the two faces are one. */
  readonly x: Float64Array;
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

/** A node, from another one or of its own, and its weight in a difference. */
type Term = readonly [node: number, weight: number];

/** Central differences of orders 0 to 4, times hᵏ, by their weights from the outermost node on; those of u_x and u_xx are of the fourth order in h. */
const central = [[1], [1, -8, 0, 8, -1], [-1, 16, -30, 16, -1], [-0.5, 1, 0, -1, 0.5], [1, -4, 6, -4, 1]].map(
  (weights, order) => weights.map((weight) => (order === 1 || order === 2 ? weight / 12 : weight)),
);
/** Beside a face: of the second order. */
const shorter = [[1], [-0.5, 0, 0.5], [1, -2, 1]];
/** u_x on a face: (−3e₀ + 4e₁ − e₂)/2h, or its mirror image. */
const oneSided = [-1.5, 2, -0.5];

/** What becomes of e at every node, for each order in space; on a face nothing for more than u_x, which no condition needs. */
function differences(nodes: number, h: number, around: boolean): readonly (readonly (readonly Term[])[])[] {
  return central.map((long, order) =>
    Array.from({ length: nodes }, (_, i): readonly Term[] => {
      const inside = around ? nodes : Math.min(i, nodes - 1 - i);
      if (inside === 0 && order > 0) {
        const by = i === 0 ? 1 : -1;
        return order === 1 ? oneSided.map((weight, k) => [i + k * by, (by * weight) / h] as const) : [];
      }
      const weights = inside > 1 ? long : (shorter[order] ?? long);
      const first = i - (weights.length - 1) / 2;
      return weights.map((weight, k) => [(first + k + nodes) % nodes, weight / h ** order] as const);
    }),
  );
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
  { x, t, base, jumps = [] }: Lines,
): readonly Jets[] | undefined {
  const { inside, faces, starts } = evolution;
  const [n, nodes] = [problem.unknowns.length, x.length];
  const terms = differences(nodes, x[1]! - x[0]!, faces === undefined);
  // Around a circle nodes are numbered 0, N − 1, 1, N − 2, …, so that neighbours are two places apart at most, and theirs four.
  const place = (i: number) => (faces ? i : 2 * i < nodes ? 2 * i : 2 * (nodes - i) - 1);
  const diagonals = ((faces ? 2 : 4) + 1) * n - 1;
  const width = 2 * diagonals + 1;
  const dt = t[1]! - t[0]!;
  const missing = (u: number, kind: number, start: Expression | undefined) => {
    const prescribed = start && rowsAt(problem, x, t[0]!)(base[0]!, 0)(start);
    return x.map((_, i) => (prescribed ? prescribed[i]! - base[0]![u * jet.length + kind]![i]! : 0));
  };
  const velocity = starts.map(({ slope }, u) => missing(u, inSpace, slope));
  const zeros = new Float64Array(nodes);
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
        x.map((_y, i) => {
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
    const at = rowsAt(problem, x, t[j]!);
    for (let k = 0, last = Number.POSITIVE_INFINITY; k < mostSteps; k++) {
      const change = jets();
      const sum = base[j]!.map((v, c) => v.map((w, i) => w + change[c]![i]!));
      const matrix = new Float64Array(nodes * n * width);
      const right = new Float64Array(nodes * n);
      const put = (rows: readonly Row[], normal: number, some: readonly number[]) => {
        const value = at(sum, normal);
        rows.forEach(({ residual, slopes }, q) => {
          const r = value(residual);
          for (const i of some) right[place(i) * n + q] = -r[i]!;
          for (const { unknown, kind, slope } of slopes) {
            const c = value(slope);
            for (const i of some) {
              const row = place(i) * n + q;
              const own: readonly Term[] = kind < inSpace ? terms[kind]![i]! : [[i, weights[kind - inSpace]![0]!]];
              for (const [node, weight] of own)
                matrix[row * width + diagonals + place(node) * n + unknown - row]! += c[i]! * weight;
            }
          }
        });
      };
      const all = [...x.keys()];
      put(inside, 0, faces ? all.slice(1, -1) : all);
      if (faces) {
        put(faces.low, -1, [0]);
        put(faces.high, 1, [nodes - 1]);
      }
      solveBanded(matrix, right, diagonals);
      e.forEach((v, u) => {
        for (let i = 0; i < nodes; i++) v[i]! += right[place(i) * n + u]!;
      });
      const moved = Math.hypot(...right);
      if (!Number.isFinite(moved)) return undefined;
      if (moved <= settled * Math.hypot(...e.map((v) => Math.hypot(...v))) || moved >= last) break;
      last = moved;
    }
    lines.push(jets());
    known.unshift(e);
    known.length = Math.min(known.length, 3);
  }
  return lines;
}

/** Values on a line of what is written in data of the unknowns' derivatives there (one column each, [nodes]) and of the outward normal. */
export function rowsAt({ constants, source = [] }: Problem, x: Float64Array, t: number) {
  const coordinates = [x, new Float64Array(x.length).fill(t)];
  const at = columns(x.length, { coordinates, constants });
  const sources = Object.fromEntries(source.map((s, k) => [`source${k}`, evaluate(s, at)]));
  return (jets: readonly Float64Array[], normal: number) => {
    const named = jets.map((v, c) => [jetName(Math.floor(c / jet.length), c % jet.length), v] as const);
    const data = { ...sources, ...Object.fromEntries(named), normal0: new Float64Array(x.length).fill(normal) };
    const [algebra, memo] = [columns(x.length, { coordinates, constants, data }), new Map<Expression, Float64Array>()];
    return (e: Expression): Float64Array => evaluate(e, algebra, memo);
  };
}
