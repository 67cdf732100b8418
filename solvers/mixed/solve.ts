/** Steady flows on meshes that are cut where polynomials fall least. */
import { norm } from "../../engine/numerics/vectors.ts";
import type { Block } from "./blocks.ts";
import { levelled } from "./gauge.ts";
import type { Quads } from "./quads.ts";
import { mostQuads, refined, startMesh } from "./refinement.ts";
import { FlowRows } from "./rows.ts";
import type { FlowForm } from "./sides.ts";
import { type Tail, tailsOf, worthOfCuts } from "./tails.ts";

/** A flow on one mesh. */
export interface FlowSolve {
  readonly rows: FlowRows;
  readonly values: Float64Array;
  /** Newton's steps. */
  readonly steps: number;
  /** Share of what is nonlinear that the mesh was solved for: 1 of a solution. */
  readonly share: number;
  readonly errors: FlowErrors | undefined;
}

/** Estimated errors, relative to the unknowns: of all together and of each. */
export interface FlowErrors {
  readonly unknowns: number;
  readonly each: readonly number[];
  /** Of each without the ten-thousandth of the domain that changed most, as about a corner where it is unbounded. */
  readonly elsewhere: readonly number[];
}

/** Limits of a solve. */
export interface FlowLimits {
  /** Share of a budget that is used, and the most. */
  readonly spent: () => number;
  readonly most: number;
  /** Meshes at most. */
  readonly meshes: number;
  /** Relative error that is enough. */
  readonly goal: number;
  readonly isAborted: () => boolean;
  readonly onMesh: (words: string, errors: FlowErrors | undefined) => void;
}

/** Degree of velocities, and quadrilaterals to begin with. */
export const degree = 7;
const fewest = 24;
/** Growth of their number from one mesh to the next, most and least. */
const [mostGrowth, leastGrowth] = [1.7, 1.2];
/** Newton's steps on the next mesh at most, as a rule; and what one takes longer than on the mesh before. */
const [usualSteps, longer] = [4, 1.2];

/** Solves on finer and finer meshes while the time lasts. */
export function solveFlow(form: FlowForm, blocks: readonly Block[], limits: FlowLimits): FlowSolve[] {
  const isOver = () => limits.isAborted() || limits.spent() > limits.most;
  const solves: FlowSolve[] = [];
  let mesh = startMesh(blocks, fewest);
  let before: Begin = { share: 0, growing: mostGrowing };
  for (;;) {
    const began = limits.spent();
    const rows = new FlowRows(form, mesh, degree);
    const last = solves.at(-1);
    const start = last && rows.unknownsFrom(broughtOn(last, mesh));
    const found = reached(rows, start, before, isOver);
    const { share, values, steps } = found;
    const isWhole = share === 1;
    const changes = start && before.share === 1 && isWhole ? changesOf(rows, start, values) : undefined;
    const errors = changes && errorsBy(rows, changes, tailsOf(rows, values, 0));
    solves.push({ rows, values, steps, share, errors });
    const ofNonlinear = isWhole ? "" : `, ${Math.round(100 * share)} % of what is nonlinear`;
    limits.onMesh(`${mesh.all.length} quadrilaterals, ${steps} Newton steps${ofNonlinear}`, errors);
    const took = ((limits.spent() - began) * Math.min(steps, usualSteps)) / steps;
    const growth = Math.min(mostGrowth, (limits.most - limits.spent()) / took / longer);
    const isLast = solves.length >= limits.meshes || mesh.all.length * leastGrowth > mostQuads;
    if (isOver() || isLast || growth < leastGrowth || (errors && errors.unknowns <= limits.goal)) return solves;
    before = found;
    mesh = refined(mesh, worthOfCuts(rows, values), rows.areas(), Math.min(mostQuads, growth * mesh.all.length));
  }
}

/** Newton's steps at most, the shortest part of one, and the size of a step at rest. */
const [mostSteps, shortest, atRest] = [9, 1 / 4, 1e-4];
/** Growth of the residual by the first step that is not for the linear part. */
const mostAtFirst = 10;

/** Newton's method, each step by elimination; undefined where it goes astray. */
function newton(rows: FlowRows, start: Float64Array, isOver: () => boolean) {
  const { isLinear } = rows.form;
  let values = start;
  let right = rows.evaluate(values);
  for (let step = 1; step <= mostSteps; step++) {
    const moves = rows.linearise().solve(right.map((v) => -v));
    const before = norm(right);
    let isSmall = false;
    for (let part = 1; ; part /= 2) {
      const next = values.map((v, i) => v + part * moves[i]!);
      right = rows.evaluate(next);
      isSmall = part === 1 && norm(moves) <= atRest * norm(next);
      const most = (step === 2 ? mostAtFirst : 1 - part / 4) * before;
      if (isLinear || step === 1 || isSmall || norm(right) < most) {
        values = next;
        break;
      }
      if (part <= shortest) return { values: undefined, steps: step };
    }
    if (isLinear || isSmall)
      return { values: values.every(Number.isFinite) ? levelled(rows, values) : undefined, steps: step };
    if (isOver()) return { values: undefined, steps: step };
  }
  return { values: undefined, steps: mostSteps };
}

/** Share of what is nonlinear that a mesh was solved for, and the factor by which it may grow. */
interface Begin {
  readonly share: number;
  readonly growing: number;
}

/** Shares with which it begins, and attempts that may fail on a mesh. */
const [beginnings, mostFailed] = [[1 / 4, 1 / 32, 1 / 256], 2];
/** Factors of the share at most and at least. */
const [mostGrowing, leastGrowing] = [2, 1.05];

/**
 * Goes from the linear part to the whole by larger and larger shares of what is nonlinear (the natural homotopy: Allgower
 * and Georg 2003, chapter 1), as far as a mesh allows.
 *
 * @param start - the solution on a coarser mesh, where there is one
 * @param before - as far as that mesh went
 */
function reached(rows: FlowRows, start: Float64Array | undefined, before: Begin, isOver: () => boolean) {
  const zero = new Float64Array(rows.size);
  let [share, values, steps]: [number, Float64Array, number] = [0, start ?? zero, 0];
  let last: { readonly share: number; readonly values: Float64Array } | undefined;
  const solves = (target: number, from: Float64Array): boolean => {
    rows.share = target;
    const found = newton(rows, from, isOver);
    steps += found.steps;
    if (!found.values) return false;
    if (share > 0) last = { share, values };
    [share, values] = [target, found.values];
    return true;
  };
  const isSolved = solves(before.share || 1, before.share > 0 ? values : zero);
  for (const first of isSolved ? [] : beginnings) if (isOver() || solves(first, zero)) break;
  let { growing } = before;
  for (let failed = 0; share > 0 && share < 1 && failed < mostFailed && !isOver(); ) {
    const target = Math.min(1, growing * share);
    const along = last ? (target - share) / (share - last.share) : 0;
    const from = last ? values.map((v, i) => v + along * (v - last!.values[i]!)) : values;
    const isFound = solves(target, from);
    growing = isFound ? Math.min(mostGrowing, growing ** 1.5) : Math.max(leastGrowing, Math.sqrt(growing));
    if (!isFound) failed++;
  }
  rows.share = share;
  rows.release();
  return { share, growing, values, steps };
}

/** Values of all unknowns at the points of a mesh that was cut of another. */
function broughtOn({ rows, values }: FlowSolve, mesh: Quads): Float64Array[] {
  const { grid, form } = rows;
  const n = grid.degree + 1;
  const { nodes, cardinals } = grid.functions;
  const row = new Float64Array(n);
  const tableOf = (own: readonly [number, number], old: readonly [number, number]) => {
    const table = new Float64Array(n * n);
    for (let i = 0; i < n; i++) {
      const at = own[0] + ((1 + nodes[i]!) / 2) * (own[1] - own[0]);
      cardinals((2 * (at - old[0])) / (old[1] - old[0]) - 1, row);
      table.set(row, i * n);
    }
    return table;
  };
  const tables = mesh.all.map(({ from, u, v }) => {
    const old = rows.mesh.all[from]!;
    return [tableOf(u, old.u), tableOf(v, old.v)] as const;
  });
  const line = new Float64Array(n);
  return form.inside.map((_, unknown) => {
    const field = rows.valuesAt(values, unknown);
    const out = new Float64Array(mesh.all.length * grid.each);
    for (const [q, { from }] of mesh.all.entries()) {
      const [tu, tv] = tables[q]!;
      for (let i = 0; i < n; i++) {
        line.fill(0);
        for (let k = 0; k < n; k++)
          for (let j = 0; j < n; j++) line[j]! += tu[i * n + k]! * field[from * grid.each + k * n + j]!;
        for (let j = 0; j < n; j++) {
          let sum = 0;
          for (let l = 0; l < n; l++) sum += tv[j * n + l]! * line[l]!;
          out[q * grid.each + i * n + j] = sum;
        }
      }
    }
    return out;
  });
}

/** Squares of a difference and of values: of the whole domain, and without the part that changed most. */
interface Part {
  readonly moved: number;
  readonly size: number;
  readonly elsewhere: number;
}

/** Differences of two solutions on one mesh, by unknown. */
function changesOf(rows: FlowRows, before: Float64Array, after: Float64Array): Part[] {
  const { form, grid } = rows;
  const whole = grid.weights.reduce((a, b) => a + b, 0);
  return form.inside.map((_, k) => {
    const [old, now] = [rows.valuesAt(before, k), rows.valuesAt(after, k)];
    const squares = now.map((v, i) => (v - old[i]!) ** 2);
    const order = Int32Array.from(squares.keys()).sort((a, b) => squares[b]! - squares[a]!);
    let [moved, size, elsewhere, out] = [0, 0, 0, 0];
    for (const i of order) {
      const w = grid.weights[i]!;
      moved += w * squares[i]!;
      size += w * now[i]! ** 2;
      if (out > leftOut * whole) elsewhere += w * squares[i]!;
      out += w;
    }
    return { moved, size, elsewhere };
  });
}

/** Share of the domain that is left out. */
const leftOut = 1e-4;

/**
 * Errors: what the last mesh changed, or what its last polynomials have where that is more, since a mesh is not cut
 * everywhere.
 */
function errorsBy({ form }: FlowRows, changes: readonly Part[], tails: readonly Tail[]): FlowErrors {
  const squares = changes.map(({ moved }, k) =>
    Math.max(
      moved,
      tails[k]!.of.reduce((sum, own) => sum + own.reduce((a, b) => a + b, 0), 0),
    ),
  );
  const total = (of: readonly number[]) => of.reduce((a, b) => a + b, 0);
  const share = (part: number, k: number) => Math.sqrt(part / (changes[k]!.size || 1));
  return {
    unknowns: Math.sqrt(total(squares) / (total(changes.map(({ size }) => size)) || 1)),
    each: form.inside.map((_, k) => share(squares[k]!, k)),
    elsewhere: changes.map(({ elsewhere }, k) => share(elsewhere, k)),
  };
}
