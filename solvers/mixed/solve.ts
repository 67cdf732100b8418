/** Steady flows on meshes that are cut where polynomials fall least. */
import { gauge } from "../spectral/gauge.ts";
import type { Block } from "./blocks.ts";
import { Quads, sideOf, sides } from "./quads.ts";
import { type FlowForm, FlowRows } from "./rows.ts";

/** A flow on one mesh. */
export interface FlowSolve {
  readonly rows: FlowRows;
  readonly values: Float64Array;
  readonly steps: number;
  readonly converged: boolean;
  /** Difference from the mesh before, relative to the values: of all unknowns together, and of each. */
  readonly change: { readonly unknowns: number; readonly each: readonly number[] } | undefined;
}

/** Limits of a solve. */
export interface FlowLimits {
  /** Seconds of the processor since it began. */
  readonly spent: () => number;
  readonly seconds: number;
  readonly goal: number;
  readonly isAborted: () => boolean;
  readonly onMesh: (words: string, error: number) => void;
}

/** Degree of velocities, and elements to begin with. */
const [degree, fewest] = [+(process.env.DEG ?? 7), +(process.env.FEW ?? 24)];
/** Newton's steps at most, the shortest part of one, and the size of a step at rest. */
const [mostSteps, shortest, atRest] = [+(process.env.MS??9), 1 / (+(process.env.SH??4)), 1e-4];
/** Share of the domain of an element that is not cut, as in a corner where a solution is unbounded. */
const tiny = 1e-4;
/** Newton's steps on the next mesh at most, as a rule. */
const usualSteps = 4;
/** Growth of the number of elements from one mesh to the next. */
const [growth, bulk] = [+(process.env.GROW ?? 1.7), 0.7];

/** Solves on finer and finer meshes while the time lasts. */
export function solveFlow(form: FlowForm, blocks: readonly Block[], limits: FlowLimits): FlowSolve[] {
  const { problem } = form;
  const extent = Math.hypot(...problem.bounds.map(([low, high]) => high - low));
  let mesh = startMesh(Quads.of(blocks, 1e-9 * extent));
  const solves: FlowSolve[] = [];
  let before: Pick<Reached, "share" | "growing"> = { share: 0, growing: mostGrowing };
  for (;;) {
    const began = limits.spent();
    const rows = new FlowRows(form, mesh, degree);
    const isOver = () => limits.isAborted() || limits.spent() > limits.seconds;
    const last = solves.at(-1);
    const first = last && rows.unknownsFrom(broughtOn(last, mesh));
    const found = reached(rows, first, before, isOver);
    const { share, values, steps } = found;
    const isWhole = share === 1;
    const change = first && before.share === 1 && isWhole ? changeBetween(rows, first, values) : undefined;
    solves.push({ rows, change, converged: isWhole, values, steps });
    const took = ((limits.spent() - began) * Math.min(steps, usualSteps)) / steps;
    limits.onMesh(
      `${mesh.all.length} quadrilaterals of degree ${degree}, ${steps} steps${isWhole ? "" : `, share ${share.toFixed(3)} of what is nonlinear`}`,
      change?.unknowns ?? 1,
    );
    if (isOver() || (change && change.unknowns <= limits.goal)) return solves;
    before = found;
    const most = Math.min(growth, (limits.seconds - limits.spent()) / took / 1.2);
    if (most < 1.2) return solves;
    mesh = refined(solves.at(-1)!, most * mesh.all.length);
  }
}

/** Chords are cut that have the longest sides. */
function startMesh(blocks: Quads): Quads {
  let mesh = blocks;
  for (;;) {
    if (mesh.all.length >= fewest) return mesh;
    const lengths = mesh.all.flatMap((quad) => {
      const { low, high } = mesh.blocks[quad.block]!;
      const at = (u: number, v: number) => {
        const [p, q] = [low(u), high(u)];
        return [(1 - v) * p[0] + v * q[0], (1 - v) * p[1] + v * q[1]] as const;
      };
      const ends = [quad.v, quad.u].map((own) => own);
      void ends;
      const corners = [at(quad.u[0], quad.v[0]), at(quad.u[1], quad.v[0]), at(quad.u[0], quad.v[1]), at(quad.u[1], quad.v[1])];
      return sides.map(([a, b], side) => ({
        side: sideOf(quad, side),
        length: Math.hypot(corners[a]![0] - corners[b]![0], corners[a]![1] - corners[b]![1]),
      }));
    });
    const longest = lengths.reduce((a, b) => (b.length > a.length * (1 + 1e-9) ? b : a));
    mesh = mesh.cut(mesh.chord(longest.side).sides);
  }
}

/** Cuts chords whose elements have most in their last polynomials, until there are so many elements. */
function refined({ rows, values }: FlowSolve, most: number): Quads {
  const { mesh, grid } = rows;
  const tails = mesh.all.map(() => [0, 0]);
  const n = grid.degree + 1;
  const { modes } = grid.functions;
  for (const unknown of rows.smooth) {
    const field = rows.valuesAt(values, unknown);
    let [size, whole] = [0, 0];
    for (const w of grid.weights) whole += w;
    for (let i = 0; i < grid.count; i++) size += grid.weights[i]! * field[i]! ** 2;
    if (size === 0) continue;
    for (const [q, own] of tails.entries()) {
      let area = 0;
      for (let i = 0; i < grid.each; i++) area += grid.weights[q * grid.each + i]!;
      if (area < tiny * whole) continue;
      for (const axis of [0, 1]) {
        const [step, stride] = axis === 0 ? [1, n] : [n, 1];
        for (let line = 0; line < n; line++) {
          const slope = Math.hypot(...[0, 1].map((k) => grid.slopes[2 * axis + k]![q * grid.each + (grid.each >> 1)]!));
          for (const k of [n - 1, n - 2]) {
            let sum = 0;
            for (let j = 0; j < n; j++) sum += modes[k * n + j]! * field[q * grid.each + line * step + j * stride]!;
            own[axis]! += (slope ** (+(process.env.POW ?? 1)) * area * grid.functions.weights[line]! * sum ** 2) / 2 / size;
          }
        }
      }
    }
  }
  if (process.env.DEBUG) console.log("tail", Math.sqrt(tails.flat().reduce((a, b) => a + b, 0)));
  const known = new Set<string>();
  const chords = mesh.all.flatMap((quad) =>
    [0, 2].flatMap((side) => {
      const first = sideOf(quad, side);
      if (known.has(first)) return [];
      const chord = mesh.chord(first);
      for (const one of chord.sides) known.add(one);
      const worth = chord.through.reduce((sum, [q, own]) => sum + tails[q]![own < 2 ? 0 : 1]!, 0);
      return [{ ...chord, worth, more: chord.through.length }];
    }),
  );
  chords.sort((a, b) => b.worth / b.more - a.worth / a.more);
  const whole = chords.reduce((sum, { worth }) => sum + worth, 0);
  const cuts = new Set<string>();
  let [count, done] = [mesh.all.length, 0];
  for (const { sides: own, worth, more } of chords) {
    if (cuts.size > 0 && (count + more > most || done > bulk * whole)) break;
    for (const side of own) cuts.add(side);
    [count, done] = [count + more, done + worth];
  }
  return mesh.cut(cuts);
}

/** Newton's method, each step by elimination. */
function newton(rows: FlowRows, start: Float64Array, isOver: () => boolean) {
  const { form } = rows;
  let values = start.slice();
  let right = rows.evaluate(values);
  for (let step = 1; step <= mostSteps; step++) {
    const moves = rows.linearise().solve(right.map((v) => -v));
    const before = norm(right);
    for (let part = 1; ; part /= 2) {
      const next = values.map((v, i) => v + part * moves[i]!);
      right = rows.evaluate(next);
      if (process.env.DEBUG) console.log("  step", step, "part", part, "res", before.toExponential(2), norm(right).toExponential(2), "move", (norm(moves) / norm(next)).toExponential(1));
      if (form.isLinear || step === 1 || norm(right) < (step === 2 ? 10 : 1 - part / 4) * before || (part === 1 && norm(moves) <= atRest * norm(next))) {
        values = next;
        break;
      }
      if (part <= shortest) return { values, steps: step, converged: false };
    }
    if (form.isLinear || norm(moves) <= atRest * norm(values))
      return { values: levelled(rows, values), steps: step, converged: values.every(Number.isFinite) };
    if (isOver()) return { values: levelled(rows, values), steps: step, converged: false };
  }
  return { values, steps: mostSteps, converged: false };
}

/** Largest share of what is nonlinear that a mesh was solved for, its solution, and the factor by which the share may grow. */
interface Reached {
  readonly share: number;
  readonly growing: number;
  readonly values: Float64Array;
  readonly steps: number;
}

/**
 * Goes from the linear part to the whole by larger and larger shares of what is nonlinear (the natural homotopy: Allgower
 * and Georg 2003, chapter 1), as far as a mesh allows.
 *
 * @param start - undefined on the first mesh
 * @param before - what the mesh before has reached
 */
function reached(
  rows: FlowRows,
  start: Float64Array | undefined,
  before: Pick<Reached, "share" | "growing">,
  isOver: () => boolean,
): Reached {
  const zero = new Float64Array(rows.size);
  let [share, values, steps]: [number, Float64Array, number] = [0, start ?? zero, 0];
  let last: Pick<Reached, "share" | "values"> | undefined;
  const solves = (target: number, from: Float64Array): boolean => {
    rows.share = target;
    const found = newton(rows, from, isOver);
    steps += found.steps;
    if (process.env.DEBUG) console.log("  share", target, found.converged, found.steps);
    if (!found.converged) return false;
    if (share > 0) last = { share, values };
    [share, values] = [target, found.values];
    return true;
  };
  const isSolved = (start && before.share > 0 && solves(before.share, start)) || (!start && solves(1, zero));
  if (!isSolved) for (const first of beginnings) if (isOver() || solves(first, zero)) break;
  let { growing } = before;
  for (let failed = 0; share > 0 && share < 1 && failed < mostFailed && !isOver(); ) {
    const target = Math.min(1, growing * share);
    const along = last ? (target - share) / (share - last.share) : 0;
    const from = last ? values.map((v, i) => v + along * (v - last!.values[i]!)) : values;
    if (solves(target, from)) {
      growing = Math.min(mostGrowing, growing ** 1.5);
      continue;
    }
    growing = Math.max(leastGrowing, Math.sqrt(growing));
    failed++;
  }
  rows.share = share;
  rows.release();
  return { share, growing, values, steps };
}

/** Shares with which it begins, and attempts that may fail on a mesh. */
const [beginnings, mostFailed] = [[1 / 4, 1 / 32, 1 / 256], +(process.env.MF ?? 2)];
/** Factors of the share at most and at least. */
const [mostGrowing, leastGrowing] = [2, 1.05];

const norm = (a: Float64Array): number => Math.sqrt(a.reduce((sum, v) => sum + v * v, 0));

/** Values with the pressure that is prescribed in the mean, where it counts by its slopes alone. */
function levelled(rows: FlowRows, values: Float64Array): Float64Array {
  const { form, grid } = rows;
  if (!form.floating.includes(form.pressure)) return values;
  const nodeOf = Int32Array.from({ length: grid.count }, (_, i) => i);
  const columns = form.inside.map((_, k) => (k === form.pressure ? rows.valuesAt(values, k) : new Float64Array(0)));
  const pressure = new Float64Array((form.pressure + 1) * grid.count);
  pressure.set(columns[form.pressure]!, form.pressure * grid.count);
  const before = pressure.at(-1)!;
  gauge(
    { ...form, floating: [form.pressure] },
    { weights: grid.weights, nodeOf, nodes: grid.count, active: new Uint8Array(grid.count).fill(1) },
    pressure,
  );
  const out = values.slice();
  const m = grid.jumping.count;
  for (let at = rows.smooth.length * rows.nodes; at < out.length; at += m) out[at]! += pressure.at(-1)! - before;
  return out;
}

/** Values at the points of a mesh that was cut of another. */
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
  return form.inside.map((_, unknown) => {
    const field = rows.valuesAt(values, unknown);
    const out = new Float64Array(mesh.all.length * grid.each);
    for (const [q, { from }] of mesh.all.entries()) {
      const [tu, tv] = tables[q]!;
      for (let i = 0; i < n; i++) {
        const line = new Float64Array(n);
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

/** Difference of two solutions on one mesh, relative to the later one. */
function changeBetween(rows: FlowRows, before: Float64Array, after: Float64Array) {
  const { form, grid } = rows;
  const parts = form.inside.map((_, k) => {
    const [old, now] = [rows.valuesAt(before, k), rows.valuesAt(after, k)];
    let [moved, size] = [0, 0];
    for (let i = 0; i < grid.count; i++) {
      moved += grid.weights[i]! * (now[i]! - old[i]!) ** 2;
      size += grid.weights[i]! * now[i]! ** 2;
    }
    return [moved, size] as const;
  });
  const total = (which: 0 | 1) => parts.reduce((sum, part) => sum + part[which], 0);
  const share = (a: number, b: number) => (b > 0 ? Math.sqrt(a / b) : Math.sqrt(a));
  return { unknowns: share(total(0), total(1)), each: parts.map(([moved, size]) => share(moved, size)) };
}
