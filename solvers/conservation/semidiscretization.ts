/**
 * Conservation laws on a grid of cells: d/dt of the cells' means by fluxes through their faces.
 *
 * States at faces are reconstructed along each axis from the unknowns as they are written, of third order where all is smooth and
 * with no new extremes (Koren 1993). The flux between two states is that of Harten, Lax and van Leer
 * (1983, doi:10.1137/1025002), with the wave speeds of both states and of those between them: (3.21) there.
 */
import {
  ColumnProgram,
  call,
  data,
  differentiate,
  type Expression,
  isZero,
  nodesOf,
  rewritten,
  spaceAxes,
  zero,
} from "../../equations/expression/index.ts";
import type { ConservationLaw, Problem } from "../../equations/problem/index.ts";
import type { Edges } from "./edges.ts";
import { centresOf, facesOf, type Grid, type Lines, linesOf } from "./grid.ts";
import { limitedTowards } from "./limited-slope.ts";
import { widen } from "./wave-speeds.ts";

/** Shares of the way from the left to the right state at which the speed of a single system is looked at: a flux may be steepest between. */
const shares = [0, 0.25, 0.5, 0.75, 1];

const valueName = (k: number) => `value ${k}`;
const conservedName = (k: number) => `conserved ${k}`;
const slopeName = (k: number) => `slope ${k}`;

/** Rates of change on one grid. */
export class Semidiscretization {
  readonly cells: number;
  /** Values of the conserved quantities, from those of the unknowns. */
  readonly #conserved: ColumnProgram;
  readonly #sources: ColumnProgram | undefined;
  readonly #axes: readonly Faces[];
  readonly #size: number;
  readonly #isPlain: boolean;
  /** Unknowns as formulas of conserved quantities, where each equation in turn has one more, as a factor. */
  readonly #solved: ColumnProgram | undefined;
  readonly #q: readonly Float64Array[];
  readonly #w: readonly Float64Array[];

  constructor(problem: Problem, system: ConservationLaw, { along }: Edges, grid: Grid) {
    const { evolving } = system;
    const time = problem.time!;
    const m = evolving.length;
    this.#size = m;
    this.cells = grid.cells;
    const open = opened(system, problem.axes.length);
    const space = spaceAxes(problem);
    const columns = (of: readonly Float64Array[]) => Object.fromEntries(space.map((axis, k) => [axis, of[k]!]));
    const bound = (at: readonly Float64Array[], moving: Readonly<Record<string, Float64Array>>) => ({
      ...{ count: at[0]!.length, space: columns(at), time, fixed: {}, moving, constants: problem.constants },
    });
    const centres = centresOf(grid);
    this.#w = fresh(m, grid.cells);
    this.#q = fresh(m, grid.cells);
    const state = named(this.#w, valueName);
    this.#isPlain = system.conserved.every(
      (e, k) => e.kind === "derivative" && e.unknown === evolving[k] && e.order.every((o) => o === 0),
    );
    const solved = solvedFor(open.conserved, open.byUnknown);
    if (solved && !this.#isPlain)
      this.#solved = new ColumnProgram(solved, bound(centres, named(this.#q, conservedName)));
    this.#conserved = new ColumnProgram([...open.conserved, ...open.byUnknown], bound(centres, state));
    if (!open.sources.every(isZero)) this.#sources = new ColumnProgram(open.sources, bound(centres, state));
    this.#axes = space.map((_, k) => {
      const at = facesOf(grid, k);
      const [edge, lines] = [along[k]!, linesOf(grid, k)];
      const ends = (side: "low" | "high") =>
        edge.kind === "values" ? edge[side].map((value) => value && open.put(value)) : evolving.map(() => undefined);
      const border = at.map((column) => ({
        low: Float64Array.from(lines.starts, (_s, line) => column[line * (lines.length + 1)]!),
        high: Float64Array.from(lines.starts, (_s, line) => column[line * (lines.length + 1) + lines.length]!),
      }));
      const speedsOn = (places: readonly Float64Array[]): Speeds => {
        const count = places[0]!.length;
        const columns = fresh(m, count);
        const program = new ColumnProgram(
          this.#isPlain ? open.fluxSlopes[k]! : [...open.fluxSlopes[k]!, ...open.byUnknown],
          bound(places, named(columns, valueName)),
        );
        return { program, columns, least: new Float64Array(count), most: new Float64Array(count) };
      };
      const borderOf = (side: "low" | "high"): Border => {
        const values = ends(side);
        const places = border.map((one) => one[side]);
        const formulas = values.map((value) => value ?? zero);
        return {
          program: new ColumnProgram(formulas, bound(places, {})),
          isGiven: values.map((value) => value !== undefined),
          isWhole: values.every((value) => value !== undefined),
          speeds: speedsOn(places),
        };
      };
      const [left, right, mean] = [fresh(m, at[0]!.length), fresh(m, at[0]!.length), fresh(m, at[0]!.length)];
      const slopes = fresh(m, at[0]!.length);
      const outputs = [...open.fluxes[k]!, ...open.conserved];
      const isDiffusive = open.diffusive[k]!.some((e) => !isZero(e));
      return {
        ...{ lines, isPeriodic: edge.kind === "periodic", low: borderOf("low"), high: borderOf("high") },
        ...{ left, right, mean, slopes },
        leftProgram: new ColumnProgram(outputs, bound(at, named(left, valueName))),
        rightProgram: new ColumnProgram(outputs, bound(at, named(right, valueName))),
        speeds: speedsOn(m === 1 ? at : centres),
        ...(isDiffusive && {
          diffusive: new ColumnProgram(
            [...open.diffusive[k]!, ...open.diffusivities[k]!, ...open.byUnknown],
            bound(at, { ...named(mean, valueName), ...named(slopes, slopeName) }),
          ),
        }),
        ...{ least: new Float64Array(at[0]!.length), most: new Float64Array(at[0]!.length) },
      };
    });
  }

  /** Conserved quantities of unknowns, [equations][cells]. */
  conserved(t: number, w: readonly Float64Array[], out: readonly Float64Array[]): void {
    this.#at(w);
    this.#conserved.run(t);
    for (const [k, column] of out.entries()) column.set(this.#conserved.outputs[k]!);
  }

  /**
   * Unknowns of conserved quantities: by formulas where there are, else by Newton's method from those that `w` holds.
   *
   * @returns whether it came to rest, with finite values
   */
  unknowns(t: number, q: readonly Float64Array[], w: readonly Float64Array[]): boolean {
    const m = this.#size;
    if (this.#isPlain) {
      for (const [k, column] of w.entries()) column.set(q[k]!);
      return w.every(isFiniteColumn);
    }
    if (this.#solved) {
      for (const [k, column] of q.entries()) this.#q[k]!.set(column);
      this.#solved.run(t);
      for (const [k, column] of w.entries()) column.set(this.#solved.outputs[k]!);
      return w.every(isFiniteColumn);
    }
    const rows = new Float64Array(m * (m + 1));
    for (let step = 0; step < 20; step++) {
      this.#at(w);
      this.#conserved.run(t);
      const outputs = this.#conserved.outputs;
      let moves = 0;
      for (let i = 0; i < this.cells; i++) {
        for (let a = 0; a < m; a++) {
          for (let b = 0; b < m; b++) rows[a * (m + 1) + b] = outputs[m + a * m + b]![i]!;
          rows[a * (m + 1) + m] = q[a]![i]! - outputs[a]![i]!;
        }
        solved(rows, m);
        for (let a = 0; a < m; a++) {
          const move = rows[a * (m + 1) + m]!;
          const column = w[a]!;
          column[i]! += move;
          moves = Math.max(moves, Math.abs(move) / (Math.abs(column[i]!) + 1e-3));
        }
      }
      if (Number.isNaN(moves)) return false;
      // The step after this one would be its square.
      if (moves < 1e-8) return w.every(isFiniteColumn);
    }
    return false;
  }

  #at(w: readonly Float64Array[]): void {
    for (const [k, column] of w.entries()) this.#w[k]!.set(column);
  }

  /**
   * Rates of change of the conserved quantities.
   *
   * @param isSteep - whether cells have slopes; else states are those of the cells, of first order
   * @param isFirst - whether it is the first stage of a step, whose wave speeds serve the others
   * @returns the largest sum over axes of wave speeds over cell widths, and of diffusivities over their squares
   */
  rates(
    t: number,
    w: readonly Float64Array[],
    out: readonly Float64Array[],
    isSteep: boolean,
    isFirst = true,
  ): StepLimit {
    const m = this.#size;
    for (const column of out) column.fill(0);
    if (this.#sources) {
      this.#at(w);
      this.#sources.run(t);
      for (const [k, column] of out.entries()) column.set(this.#sources.outputs[k]!);
    }
    const pace = { speed: 0, diffusion: 0, complex: 0 };
    for (const faces of this.#axes) {
      reconstruct(faces, t, w, isSteep);
      const { lines, leftProgram, rightProgram, least, most } = faces;
      leftProgram.run(t);
      rightProgram.run(t);
      pace.complex += isFirst ? this.#speeds(faces, t, w) : 0;
      let fastest = 0;
      for (let f = 0; f < least.length; f++) fastest = Math.max(fastest, most[f]!, -least[f]!);
      pace.speed += fastest / lines.width;
      pace.diffusion += this.#diffuse(faces, t, w);
      for (let k = 0; k < m; k++) {
        const [fl, fr] = [leftProgram.outputs[k]!, rightProgram.outputs[k]!];
        const [ql, qr] = [leftProgram.outputs[m + k]!, rightProgram.outputs[m + k]!];
        const more = faces.diffusive?.outputs[k];
        const [rate, { length, step, starts, width }] = [out[k]!, lines];
        for (let line = 0; line < starts.length; line++) {
          let before = 0;
          for (let i = 0, f = line * (length + 1), cell = starts[line]! - step; i <= length; i++, f++, cell += step) {
            const [s, r] = [least[f]!, most[f]!];
            let flux = fl[f]!;
            if (r > s) flux = (r * fl[f]! - s * fr[f]! + s * r * (qr[f]! - ql[f]!)) / (r - s);
            if (more) flux += more[f]!;
            if (i > 0) rate[cell]! -= (flux - before) / width;
            before = flux;
          }
        }
      }
    }
    return pace;
  }

  /**
   * Wave speeds at all faces of an axis: those of the cells on both sides, and of what an edge prescribes; of a single system
   * also those of the states at the face and between them. The number of places at which they are not real.
   */
  #speeds({ lines, left, right, speeds, least, most, low, high }: Faces, t: number, w: readonly Float64Array[]) {
    const m = this.#size;
    least.fill(0);
    most.fill(0);
    let complex = 0;
    const spread = ({ program, columns, least: below, most: above }: Speeds, of: readonly Float64Array[]) => {
      for (let k = 0; k < m; k++) columns[k]!.set(of[k]!);
      program.run(t);
      below.fill(0);
      above.fill(0);
      complex += widen(this.#slopes(program), program.outputs.slice(0, m * m), below, above);
    };
    if (m === 1) {
      const own = { ...speeds, least, most };
      const between = new Float64Array(least.length);
      for (const share of shares) {
        for (let f = 0; f < between.length; f++) between[f] = left[0]![f]! + share * (right[0]![f]! - left[0]![f]!);
        own.columns[0]!.set(between);
        own.program.run(t);
        complex += widen(this.#slopes(own.program), own.program.outputs.slice(0, 1), least, most);
      }
      return complex;
    }
    spread(speeds, w);
    for (const side of [low, high]) if (side.isWhole) spread(side.speeds, side.program.outputs);
    const { length, step, starts } = lines;
    for (let line = 0; line < starts.length; line++)
      for (let i = 0, f = line * (length + 1), cell = starts[line]!; i < length; i++, f++, cell += step) {
        const [a, b] = [speeds.least[cell]!, speeds.most[cell]!];
        // The cell at the other end is a neighbour where the axis is periodic, and does no harm elsewhere.
        for (const g of [f, f + 1, i === 0 ? f + length : f, i === length - 1 ? f + 1 - length : f]) {
          if (a < least[g]!) least[g] = a;
          if (b > most[g]!) most[g] = b;
        }
      }
    for (const [side, at] of [[low, 0] as const, [high, length] as const])
      for (let line = 0; side.isWhole && line < starts.length; line++) {
        const f = line * (length + 1) + at;
        least[f] = Math.min(least[f]!, side.speeds.least[line]!);
        most[f] = Math.max(most[f]!, side.speeds.most[line]!);
      }
    return complex;
  }

  /** ∂Q_i/∂w_j behind the slopes of fluxes; undefined where unknowns are conserved as they are. */
  #slopes({ outputs }: ColumnProgram): readonly Float64Array[] | undefined {
    return this.#isPlain ? undefined : outputs.slice(this.#size ** 2);
  }

  /** Diffusive fluxes of an axis, by slopes between the means of cells; the diffusivity over the square of the width. */
  #diffuse({ diffusive, lines, mean, slopes, left, right }: Faces, t: number, w: readonly Float64Array[]): number {
    if (!diffusive) return 0;
    const m = this.#size;
    const { length, step, starts, width } = lines;
    for (let k = 0; k < m; k++) {
      const [a, b, c, s, u] = [left[k]!, right[k]!, mean[k]!, slopes[k]!, w[k]!];
      for (let line = 0; line < starts.length; line++)
        for (let i = 0, f = line * (length + 1), cell = starts[line]!; i <= length; i++, f++, cell += step) {
          c[f] = (a[f]! + b[f]!) / 2;
          // At an end from the mean of the outermost cell to the value on the face.
          s[f] =
            i === 0
              ? (2 * (u[cell]! - a[f]!)) / width
              : i === length
                ? (2 * (b[f]! - u[cell - step]!)) / width
                : (u[cell]! - u[cell - step]!) / width;
        }
    }
    diffusive.run(t);
    let largest = 0;
    const { outputs } = diffusive;
    for (let k = m; k < m + m * m; k++) for (const d of outputs[k]!) largest = Math.max(largest, Math.abs(d));
    return largest / width ** 2;
  }
}

/** Limits of the length of a step. */
export interface StepLimit {
  readonly speed: number;
  readonly diffusion: number;
  /** Number of places at which wave speeds are not real. */
  readonly complex: number;
}

/** The values that a side of the box prescribes. */
interface Border {
  readonly program: ColumnProgram;
  readonly isGiven: readonly boolean[];
  /** All unknowns are prescribed. */
  readonly isWhole: boolean;
  readonly speeds: Speeds;
}

/** Slopes of fluxes and of conserved quantities by the unknowns, and the wave speeds that they make. */
interface Speeds {
  readonly program: ColumnProgram;
  /** Unknowns, [equations][places]. */
  readonly columns: readonly Float64Array[];
  readonly least: Float64Array;
  readonly most: Float64Array;
}

/** Faces along an axis. */
interface Faces {
  readonly lines: Lines;
  readonly isPeriodic: boolean;
  readonly low: Border;
  readonly high: Border;
  /** States on both sides of the faces, [equations][faces]. */
  readonly left: readonly Float64Array[];
  readonly right: readonly Float64Array[];
  readonly mean: readonly Float64Array[];
  readonly slopes: readonly Float64Array[];
  readonly leftProgram: ColumnProgram;
  readonly rightProgram: ColumnProgram;
  readonly speeds: Speeds;
  readonly diffusive?: ColumnProgram;
  readonly least: Float64Array;
  readonly most: Float64Array;
}

const fresh = (count: number, length: number) => Array.from({ length: count }, () => new Float64Array(length));
const named = (columns: readonly Float64Array[], name: (k: number) => string) =>
  Object.fromEntries(columns.map((column, k) => [name(k), column]));
const isFiniteColumn = (column: Float64Array) => column.every((v) => Number.isFinite(v));

/** Formulas of a system with unknowns and slopes as data leaves, and their derivatives by them, row by row. */
function opened({ evolving, conserved, fluxes, sources }: ConservationLaw, dimension: number) {
  const put = (e: Expression) =>
    rewritten(e, (n) => {
      if (n.kind !== "derivative") return undefined;
      const k = evolving.indexOf(n.unknown);
      return data(n.order.every((o) => o === 0) ? valueName(k) : slopeName(k));
    });
  const by = (list: readonly Expression[], name: (k: number) => string) =>
    list.flatMap((e) => evolving.map((_, k) => differentiate(e, { data: name(k) }, dimension)));
  const flat = (e: Expression) =>
    rewritten(e, (n) => (n.kind === "data" && n.name.startsWith("slope ") ? zero : undefined));
  const [own, all] = [conserved.map(put), fluxes.map((row) => row.map(put))];
  const carried = all.map((row) => row.map(flat));
  return {
    put,
    conserved: own,
    /** ∂Q_i/∂w_j */
    byUnknown: by(own, valueName),
    fluxes: carried,
    /** ∂F_i/∂w_j */
    fluxSlopes: carried.map((row) => by(row, valueName)),
    diffusive: all.map((row, a) => row.map((e, k) => (e === carried[a]![k] ? zero : call("sub", e, carried[a]![k]!)))),
    /** ∂F_i/∂(w_j)_x */
    diffusivities: all.map((row) => by(row, slopeName)),
    sources: sources.map(put),
  };
}

/**
 * Unknowns as formulas of conserved quantities: one quantity after the other in which one more unknown is linear, as momentum
 * gives speed once density is known. Undefined where none is left that does.
 */
function solvedFor(conserved: readonly Expression[], byUnknown: readonly Expression[]): Expression[] | undefined {
  const m = conserved.length;
  const has = (e: Expression, k: number) => [...nodesOf(e)].some((n) => n.kind === "data" && n.name === valueName(k));
  const found = new Map<number, Expression>();
  const open = new Set(conserved.keys());
  /** A formula with those unknowns put in that are found, and 0 for another. */
  const put = (e: Expression, absent: number) =>
    rewritten(e, (n) => {
      if (n.kind !== "data") return undefined;
      const k = conserved.findIndex((_, i) => n.name === valueName(i));
      return k === absent ? zero : found.get(k);
    });
  while (open.size > 0) {
    const next = [...open].flatMap((a) => {
      const missing = [...conserved.keys()].filter((k) => !found.has(k) && has(conserved[a]!, k));
      const [b, ...others] = missing;
      return b === undefined || others.length > 0 || has(byUnknown[a * m + b]!, b) ? [] : [{ a, b }];
    })[0];
    if (next === undefined) return undefined;
    const { a, b } = next;
    const rest = call("sub", data(conservedName(a)), put(conserved[a]!, b));
    found.set(b, call("div", rest, put(byUnknown[a * m + b]!, b)));
    open.delete(a);
  }
  return conserved.map((_, k) => found.get(k)!);
}

/** States on both sides of all faces of an axis. */
function reconstruct(faces: Faces, t: number, w: readonly Float64Array[], isSteep: boolean): void {
  const { lines, isPeriodic, low, high, left, right } = faces;
  const { length, step, starts } = lines;
  low.program.run(t);
  high.program.run(t);
  for (const [k, u] of w.entries()) {
    const [a, b] = [left[k]!, right[k]!];
    const [first, last] = [low.program.outputs[k]!, high.program.outputs[k]!];
    for (let line = 0; line < starts.length; line++) {
      const start = starts[line]!;
      const end = start + (length - 1) * step;
      const outside = ({ isGiven, isWhole }: Border, value: number, inside: number) =>
        isGiven[k] ? (isWhole ? value : 2 * value - inside) : inside;
      const before = isPeriodic ? u[end]! : outside(low, first[line]!, u[start]!);
      const after = isPeriodic ? u[start]! : outside(high, last[line]!, u[end]!);
      const face = line * (length + 1);
      let previous = before;
      let current = u[start]!;
      for (let i = 0, cell = start, f = face; i < length; i++, cell += step, f++) {
        const next = i === length - 1 ? after : u[cell + step]!;
        const [down, up] = [current - previous, next - current];
        b[f] = isSteep ? current - 0.5 * limitedTowards(up, down) : current;
        a[f + 1] = isSteep ? current + 0.5 * limitedTowards(down, up) : current;
        previous = current;
        current = next;
      }
      a[face] = isPeriodic ? a[face + length]! : before;
      b[face + length] = isPeriodic ? b[face]! : after;
    }
  }
}

function swap(values: Float64Array, i: number, k: number): void {
  const v = values[i]!;
  values[i] = values[k]!;
  values[k] = v;
}

/** Solves a small system [m, m + 1] in place: the last column becomes the solution. */
function solved(rows: Float64Array, m: number): void {
  const n = m + 1;
  for (let k = 0; k < m; k++) {
    let pivot = k;
    for (let i = k + 1; i < m; i++) if (Math.abs(rows[i * n + k]!) > Math.abs(rows[pivot * n + k]!)) pivot = i;
    if (pivot !== k) for (let j = 0; j < n; j++) swap(rows, k * n + j, pivot * n + j);
    for (let j = k + 1; j < n; j++) rows[k * n + j]! /= rows[k * n + k]!;
    rows[k * n + k] = 1;
    for (let i = 0; i < m; i++) {
      const factor = rows[i * n + k]!;
      if (i === k || factor === 0) continue;
      for (let j = k; j < n; j++) rows[i * n + j]! -= factor * rows[k * n + j]!;
    }
  }
}
