/**
 * Galerkin's equations of flows on quadrilaterals, with the quadrature rule at Gauss's and Lobatto's points: velocities,
 * and whatever else diffuses, are continuous of degree k; the pressure has degree k − 2 and may jump (Maday and Patera
 * 1989). The pressure's equation, as that of continuity, is tested with the pressure's functions.
 */
import { type AssembledFactors, type AssembledPlan, assembledFronts } from "../../engine/numerics/assembled-fronts.ts";
import { ColumnProgram } from "../../equations/expression/index.ts";
import { SkewConvection } from "./convection.ts";
import { nodesOf, PlaneGrid } from "./grid.ts";
import type { Quads } from "./quads.ts";
import { columnsOf, type FlowForm, firstMoment, SideRows } from "./sides.ts";

/** Factors of each unknown's value and derivatives in a row: 1, x, y, xx, xy, yy. */
class Factors {
  readonly of: readonly Float64Array[];
  readonly isUsed: Uint8Array;
  readonly #rate: number;

  /** @param rate - factor of the value in a derivative in time */
  constructor(unknowns: number, rate = 0) {
    this.of = Array.from({ length: unknowns }, () => new Float64Array(6));
    this.isUsed = new Uint8Array(unknowns);
    this.#rate = rate;
  }

  add({ unknown, inSpace, inTime }: FlowForm["leaves"][number], factor: number): void {
    const [i, j] = inSpace as [number, number];
    const order = i + j;
    this.of[unknown]![order === 0 ? 0 : order === 1 ? 1 + j : 3 + j]! += inTime > 0 ? this.#rate * factor : factor;
    this.isUsed[unknown] = 1;
  }
}

export class FlowRows {
  readonly form: FlowForm;
  readonly grid: PlaneGrid;
  readonly mesh: Quads;
  readonly size: number;
  /** Continuous unknowns. */
  readonly smooth: readonly number[];
  readonly nodes: number;
  /** True where the pressure counts by its slopes alone: one of its values is arbitrary. */
  readonly isFloating: boolean;
  /** Share of what is nonlinear that counts. */
  share = 1;
  /** Of what is evaluated. */
  time: number;
  /** Factor of an unknown in the derivatives of its derivative in time, which itself is evaluated as 0. */
  rate = 0;
  readonly plan: AssembledPlan;
  readonly #nodeOf: Int32Array;
  readonly #program: ColumnProgram;
  readonly #atZero: readonly Float64Array[];
  /** Outputs of the program where derivatives are taken. */
  readonly #kept: readonly Float64Array[];
  readonly #firstSlope: readonly number[];
  readonly #moving: readonly Float64Array[];
  readonly #sides: SideRows;
  readonly #convection: SkewConvection;
  readonly #unknownsOf: readonly Int32Array[];
  /** True where factors of fluxes or conditions change with the unknowns. */
  readonly #sidesChange: boolean;
  /** Of each quadrilateral: derivatives of rows that do not change with the unknowns. */
  #fixed: (Float64Array | undefined)[] = [];
  #fixedRate = Number.NaN;

  constructor(form: FlowForm, mesh: Quads, degree: number) {
    const { inside, leaves, problem } = form;
    this.time = firstMoment(form);
    [this.form, this.mesh, this.isFloating] = [form, mesh, form.floating.includes(form.pressure)];
    const grid = new PlaneGrid(mesh.blocks, mesh.all, degree);
    this.grid = grid;
    const { nodeOf, nodes } = nodesOf(mesh, degree);
    [this.#nodeOf, this.nodes] = [nodeOf, nodes];
    this.smooth = [...inside.keys()].filter((k) => k !== form.pressure);
    const m = grid.jumping.count;
    this.size = this.smooth.length * nodes + mesh.all.length * m;
    const expressions = inside.map(({ residual }) => residual);
    this.#firstSlope = inside.map(({ slopes }) => {
      const first = expressions.length;
      expressions.push(...slopes.map(({ slope }) => slope));
      return first;
    });
    this.#moving = leaves.map(() => new Float64Array(grid.count));
    this.#convection = new SkewConvection(form, grid, this.smooth, this.#moving);
    this.#program = new ColumnProgram(expressions, {
      ...{ count: grid.count, space: columnsOf(form, grid), time: form.time ?? -1 },
      ...{ fixed: {}, constants: problem.constants },
      moving: Object.fromEntries(leaves.map(({ name }, k) => [name, this.#moving[k]!])),
    });
    this.#program.run(this.time);
    this.#atZero = this.#program.outputs.map((column) => column.slice());
    this.#kept = this.#atZero.map((column) => column.slice());
    this.#unknownsOf = mesh.all.map((_, q) =>
      Int32Array.from({ length: this.smooth.length * grid.each + m }, (__, i) => {
        const s = Math.floor(i / grid.each);
        return s < this.smooth.length
          ? s * nodes + nodeOf[q * grid.each + (i % grid.each)]!
          : this.smooth.length * nodes + q * m + i - s * grid.each;
      }),
    );
    this.#sides = new SideRows({
      ...{ form, mesh, grid, smooth: this.smooth, nodeOf, nodes, firstSlope: this.#firstSlope },
      slope: (output, point) => this.#slope(output, point),
    });
    this.#sidesChange =
      this.#sides.ofFlux.flat().some(({ output }) => this.#program.changes[output]) ||
      this.#sides.faces.some(({ program }) => program.changes.slice(1).includes(true));
    const centres = Float64Array.from({ length: 2 * mesh.all.length }, (_, i) => {
      const column = grid.columns[i % 2]!.subarray(Math.floor(i / 2) * grid.each, (Math.floor(i / 2) + 1) * grid.each);
      return column.reduce((a, b) => a + b, 0) / grid.each;
    });
    this.plan = assembledFronts(this.#unknownsOf, this.size, centres);
  }

  /** Values of an unknown at all points. */
  valuesAt(values: Float64Array, unknown: number): Float64Array {
    const { grid, form } = this;
    const s = this.smooth.indexOf(unknown);
    if (unknown !== form.pressure) {
      const out = new Float64Array(grid.count);
      for (let i = 0, from = s * this.nodes; i < out.length; i++) out[i] = values[from + this.#nodeOf[i]!]!;
      return out;
    }
    return this.#jumping(values, grid.jumping.values);
  }

  /** Unknowns that have given values at points, as nearly as they can. */
  unknownsFrom(columns: readonly Float64Array[]): Float64Array {
    const { grid, smooth, nodes, form } = this;
    const out = new Float64Array(this.size);
    for (const [s, unknown] of smooth.entries())
      for (let i = 0; i < grid.count; i++) out[s * nodes + this.#nodeOf[i]!] = columns[unknown]![i]!;
    const { count: m, values } = grid.jumping;
    const w = grid.functions.weights;
    const n = w.length;
    const p = columns[form.pressure]!;
    for (let q = 0; q < this.mesh.all.length; q++)
      for (let i = 0; i < grid.each; i++) {
        const weight = (w[Math.floor(i / n)]! * w[i % n]! * p[q * grid.each + i]!) / 4;
        for (let k = 0; k < m; k++) out[smooth.length * nodes + q * m + k]! += weight * values[i * m + k]!;
      }
    return out;
  }

  /** Areas of the quadrilaterals. */
  areas(): Float64Array {
    const { weights, each } = this.grid;
    return Float64Array.from(this.mesh.all, (_, q) =>
      weights.subarray(q * each, (q + 1) * each).reduce((a, b) => a + b, 0),
    );
  }

  /** Weights of the squares of all unknowns in the squares of their functions. */
  squareWeights(): Float64Array {
    const { grid, smooth, nodes } = this;
    const out = new Float64Array(this.size);
    for (let i = 0; i < grid.count; i++)
      for (let s = 0; s < smooth.length; s++) out[s * nodes + this.#nodeOf[i]!]! += grid.weights[i]!;
    for (const [q, area] of this.areas().entries()) {
      const from = smooth.length * nodes + q * grid.jumping.count;
      out.fill(area, from, from + grid.jumping.count);
    }
    return out;
  }

  /** Residuals of all rows. */
  evaluate(values: Float64Array): Float64Array {
    const { form, grid, mesh, smooth } = this;
    this.#fill(values);
    const { count: m, values: tests } = grid.jumping;
    const out = new Float64Array(this.size);
    const residuals = form.inside.map((_, k) => this.#residual(k));
    const skew = this.#convection.rows(this.share);
    for (let q = 0; q < mesh.all.length; q++) {
      const local = new Float64Array(smooth.length * grid.each + m);
      for (const [k, rows] of skew)
        local.set(rows.subarray(q * grid.each, (q + 1) * grid.each), smooth.indexOf(k) * grid.each);
      for (let i = 0; i < grid.each; i++) {
        const point = q * grid.each + i;
        const w = grid.weights[point]!;
        for (const [s, k] of smooth.entries()) local[s * grid.each + i]! += w * residuals[k]![point]!;
        const r = w * residuals[form.pressure]![point]!;
        for (let j = 0; j < m; j++) local[smooth.length * grid.each + j]! += r * tests[i * m + j]!;
      }
      for (const flux of this.#sides.fluxes[q]!) {
        const { unknown, local: i, weight, normal, conditions } = flux;
        let sum = 0;
        if (conditions)
          for (const { face, index, share } of conditions)
            sum += share * this.#sides.faces[face]!.program.outputs[0]![index]!;
        else
          for (const { output, axis, leaf, part } of this.#sides.ofFlux[unknown]!) {
            const point = q * grid.each + i;
            sum += part * normal[axis]! * this.#slope(output, point) * this.#moving[leaf]![point]!;
          }
        local[smooth.indexOf(unknown) * grid.each + i]! -=
          weight * (sum - this.#convection.carriedOut(flux, q, this.share));
      }
      for (const { unknown, local: i, face, index } of this.#sides.held[q]!)
        local[smooth.indexOf(unknown) * grid.each + i] =
          face === undefined ? 0 : this.#sides.faces[face]!.program.outputs[0]![index]!;
      if (q === 0 && this.isFloating) local[smooth.length * grid.each] = 0;
      const own = this.#unknownsOf[q]!;
      for (let i = 0; i < own.length; i++) out[own[i]!]! += local[i]!;
    }
    return out;
  }

  /** Keeps the slopes of what was evaluated last, for {@link missedRate}. */
  remember(): void {
    for (const [k, column] of this.#program.outputs.entries()) this.#kept[k]!.set(column);
  }

  /**
   * Fastest rate of what the slopes that are kept miss of rows that were evaluated last: the speed with which an unknown is
   * carried by the frequency of polynomials between nodes, and factors of its value.
   */
  missedRate(): number {
    const { grid, form, smooth } = this;
    const [ux, uy, vx, vy] = grid.slopes as [Float64Array, Float64Array, Float64Array, Float64Array];
    const frequency = frequencyOf(grid.degree);
    let most = 0;
    for (const k of smooth) {
      const output = (inSpace: string, inTime: number) => {
        const isOwn = ({ leaf }: { readonly leaf: number }) => {
          const own = form.leaves[leaf]!;
          return own.unknown === k && own.inTime === inTime && String(own.inSpace) === inSpace;
        };
        const j = form.inside[k]!.slopes.findIndex(isOwn);
        return j < 0 ? undefined : this.#firstSlope[k]! + j;
      };
      const mass = output("0,0", 1);
      if (mass === undefined) continue;
      const numbers = [output("1,0", 0), output("0,1", 0), output("0,0", 0)];
      const missed = (own: number | undefined, i: number) =>
        own === undefined ? 0 : this.#program.outputs[own]![i]! - this.#kept[own]![i]!;
      for (let i = 0; i < grid.count; i++) {
        const [x, y, value] = [missed(numbers[0], i), missed(numbers[1], i), missed(numbers[2], i)];
        const crossings = Math.abs(x * ux[i]! + y * uy[i]!) + Math.abs(x * vx[i]! + y * vy[i]!);
        most = Math.max(most, (frequency * crossings + Math.abs(value)) / Math.abs(this.#atZero[mass]![i]!));
      }
    }
    return most;
  }

  /** Factors of derivatives in time: of the unknown of a row at its node, 0 where a condition holds. */
  mass(): Float64Array {
    const { form, grid, smooth, nodes } = this;
    const out = new Float64Array(this.size);
    for (const [s, k] of smooth.entries())
      for (const [j, { leaf }] of form.inside[k]!.slopes.entries()) {
        if (form.leaves[leaf]!.inTime === 0) continue;
        const slope = this.#atZero[this.#firstSlope[k]! + j]!;
        for (let i = 0; i < grid.count; i++) out[s * nodes + this.#nodeOf[i]!]! += grid.weights[i]! * slope[i]!;
      }
    for (const [q, held] of this.#sides.held.entries())
      for (const { unknown, local } of held)
        out[smooth.indexOf(unknown) * nodes + this.#nodeOf[q * grid.each + local]!] = 0;
    return out;
  }

  /** Parts of conditions in all rows, where the unknowns are 0. */
  boundaryAt(time: number): Float64Array {
    const { grid, smooth } = this;
    const { faces, held, fluxes } = this.#sides;
    this.#sides.runAtZero(time);
    const out = new Float64Array(this.size);
    const misfit = (face: number, index: number) => faces[face]!.program.outputs[0]![index]!;
    for (const [q, own] of this.#unknownsOf.entries()) {
      for (const { unknown, local, weight, conditions } of fluxes[q]!)
        for (const { face, index, share } of conditions ?? [])
          out[own[smooth.indexOf(unknown) * grid.each + local]!]! -= weight * share * misfit(face, index);
      for (const { unknown, local, face, index } of held[q]!)
        if (face !== undefined) out[own[smooth.indexOf(unknown) * grid.each + local]!] = misfit(face, index);
    }
    return out;
  }

  /** Factors of the rows' derivatives at what was evaluated last. */
  linearise(): AssembledFactors {
    if (this.#sidesChange || this.rate !== this.#fixedRate) this.#fixed = [];
    this.#fixedRate = this.rate;
    return this.plan.factor((q) => this.#matrix(q));
  }

  #jumping(values: Float64Array, table: Float64Array): Float64Array {
    const { grid, smooth, nodes } = this;
    const m = grid.jumping.count;
    const out = new Float64Array(grid.count);
    for (let start = 0, from = smooth.length * nodes; start < grid.count; start += grid.each, from += m)
      for (let i = 0, at = 0; i < grid.each; i++) {
        let sum = 0;
        for (let k = 0; k < m; k++, at++) sum += table[at]! * values[from + k]!;
        out[start + i] = sum;
      }
    return out;
  }

  /** Derivatives of the unknowns at all points, and all programs on them. */
  #fill(values: Float64Array): void {
    const { form, grid } = this;
    const derived = form.inside.map((_, unknown) => {
      const value = this.valuesAt(values, unknown);
      if (unknown !== form.pressure) {
        const first = grid.derive(value);
        let second: readonly (readonly [Float64Array, Float64Array])[] | undefined;
        return (order: readonly number[]) => {
          const axes = order.flatMap((count, k) => Array<number>(count).fill(k));
          if (axes.length === 0) return value;
          if (axes.length === 1) return first[axes[0]!]!;
          second ??= first.map((column) => grid.derive(column));
          return second[axes[0]!]![axes[1]!]!;
        };
      }
      const own = grid.jumping.first.map((table) => this.#jumping(values, table));
      return (order: readonly number[]) => {
        const axis = order.indexOf(1);
        return axis < 0 ? value : grid.along(axis as 0 | 1, own[0]!, own[1]!);
      };
    });
    for (const [k, { unknown, inSpace, inTime }] of form.leaves.entries())
      if (inTime === 0) this.#moving[k]!.set(derived[unknown]!(inSpace));
    this.#program.run(this.time);
    this.#sides.run(this.#moving, this.time);
  }

  #residual(k: number): Float64Array {
    const { share, form } = this;
    const { outputs } = this.#program;
    if (share === 1) return outputs[k]!;
    const out = Float64Array.from(outputs[k]!, (v, i) => share * v + (1 - share) * this.#atZero[k]![i]!);
    for (const [j, { leaf }] of form.inside[k]!.slopes.entries()) {
      const slope = this.#atZero[this.#firstSlope[k]! + j]!;
      const column = this.#moving[leaf]!;
      for (let i = 0; i < out.length; i++) out[i]! += (1 - share) * slope[i]! * column[i]!;
    }
    return out;
  }

  /** An output of the program at a point, with the share that counts. */
  #slope(output: number, point: number): number {
    const whole = this.#program.outputs[output]![point]!;
    return this.share === 1 ? whole : this.share * whole + (1 - this.share) * this.#atZero[output]![point]!;
  }

  /** Derivatives of a quadrilateral's rows by its unknowns. */
  #matrix(q: number): Float64Array {
    this.#fixed[q] ??= this.#madeMatrix(q);
    const out = this.#fixed[q].slice();
    this.#addInside(q, true, out);
    this.#convection.addDerivatives(q, this.share, { held: this.#sides.held[q]!, fluxes: this.#sides.fluxes[q]! }, out);
    return out;
  }

  /** Forgets what is kept for further steps. */
  release(): void {
    this.#fixed = [];
  }

  #madeMatrix(q: number): Float64Array {
    const { grid, smooth } = this;
    const { each } = grid;
    const width = smooth.length * each + grid.jumping.count;
    const out = new Float64Array(width * width);
    this.#addInside(q, false, out);
    const factors = new Factors(this.form.inside.length, this.rate);
    for (const { unknown, local, weight, normal, conditions } of this.#sides.fluxes[q]!) {
      const to = (smooth.indexOf(unknown) * each + local) * width;
      const point = q * each + local;
      if (conditions)
        for (const { face, index, share } of conditions) this.#addCondition(face, index, -weight * share, factors);
      else
        for (const { output, axis, leaf, part } of this.#sides.ofFlux[unknown]!)
          factors.add(this.form.leaves[leaf]!, -weight * part * normal[axis]! * this.#slope(output, point));
      this.#addRow(point, factors, out.subarray(to, to + width));
    }
    for (const { unknown, local, face, index } of this.#sides.held[q]!) {
      const to = (smooth.indexOf(unknown) * each + local) * width;
      const own = out.subarray(to, to + width).fill(0);
      if (face === undefined) continue;
      this.#addCondition(face, index, 1, factors);
      this.#addRow(q * each + local, factors, own);
    }
    if (q === 0 && this.isFloating) {
      // The integral of this row is that of all others.
      const at = smooth.length * each;
      out.fill(0, at * width, (at + 1) * width);
      out[at * (width + 1)] = 1;
    }
    return out;
  }

  /** Adds what equations have inside that changes with the unknowns, or what does not. */
  #addInside(q: number, changes: boolean, out: Float64Array): void {
    const { form, grid, smooth } = this;
    const { each } = grid;
    const { count: m, values: tests } = grid.jumping;
    const width = smooth.length * each + m;
    const factors = new Factors(form.inside.length, this.rate);
    const row = new Float64Array(width);
    for (const [k, { slopes }] of form.inside.entries()) {
      const first = this.#firstSlope[k]!;
      const own = slopes.flatMap(({ leaf }, j) =>
        this.#program.changes[first + j] === changes ? [{ leaf: form.leaves[leaf]!, output: first + j }] : [],
      );
      if (own.length === 0) continue;
      const isHeld = new Set(
        changes ? this.#sides.held[q]!.flatMap((one) => (one.unknown === k ? [one.local] : [])) : [],
      );
      for (let i = 0; i < each; i++) {
        if (isHeld.has(i)) continue;
        const point = q * each + i;
        const w = grid.weights[point]!;
        for (const { leaf, output } of own) factors.add(leaf, w * this.#slope(output, point));
        if (k !== form.pressure) {
          const to = (smooth.indexOf(k) * each + i) * width;
          this.#addRow(point, factors, out.subarray(to, to + width));
          continue;
        }
        this.#addRow(point, factors, row.fill(0));
        for (let c = 0; c < smooth.length * each; c++) {
          const v = row[c]!;
          if (v !== 0)
            for (let j = 0, at = smooth.length * each * width + c; j < m; j++, at += width)
              out[at]! += tests[i * m + j]! * v;
        }
      }
    }
  }

  #addCondition(face: number, index: number, factor: number, factors: Factors): void {
    for (const [j, { leaf }] of this.form.faces[face]!.slopes.entries())
      factors.add(this.form.leaves[leaf]!, factor * this.#sides.faces[face]!.program.outputs[1 + j]![index]!);
  }

  /** Adds derivatives at a point to a row over the unknowns of its quadrilateral, and empties the factors. */
  #addRow(point: number, { of, isUsed }: Factors, out: Float64Array): void {
    const { grid, smooth, form } = this;
    const { each, slopes, degree, jumping } = grid;
    const { first } = grid.functions;
    const n = degree + 1;
    const local = point % each;
    const [ux, uy, vx, vy] = slopes as [Float64Array, Float64Array, Float64Array, Float64Array];
    for (let unknown = 0; unknown < of.length; unknown++) {
      if (!isUsed[unknown]) continue;
      isUsed[unknown] = 0;
      const own = of[unknown]!;
      const [value, x, y, xx, xy, yy] = own as unknown as [number, number, number, number, number, number];
      own.fill(0);
      const [u, v] = [x * ux[point]! + y * uy[point]!, x * vx[point]! + y * vy[point]!];
      if (unknown === form.pressure) {
        const m = jumping.count;
        const from = smooth.length * each;
        const [p, q] = jumping.first as [Float64Array, Float64Array];
        for (let j = 0, at = local * m; j < m; j++, at++)
          out[from + j]! += value * jumping.values[at]! + u * p[at]! + v * q[at]!;
        continue;
      }
      const from = smooth.indexOf(unknown) * each;
      const [i, j] = [Math.floor(local / n), local % n];
      out[from + local]! += value;
      const along = (at: number, alongU: number, alongV: number) => {
        const [a, b] = [Math.floor(at / n), at % n];
        if (alongU !== 0) for (let k = 0; k < n; k++) out[from + k * n + b]! += alongU * first[a * n + k]!;
        if (alongV !== 0) for (let k = 0; k < n; k++) out[from + a * n + k]! += alongV * first[b * n + k]!;
      };
      along(local, u, v);
      if (xx === 0 && xy === 0 && yy === 0) continue;
      // Second derivatives are slopes of slopes along both lines through the point.
      for (const axis of [0, 1]) {
        const [sx, sy] = axis === 0 ? [ux[point]!, uy[point]!] : [vx[point]!, vy[point]!];
        const [cx, cy] = [xx * sx + (xy * sy) / 2, (xy * sx) / 2 + yy * sy];
        if (cx === 0 && cy === 0) continue;
        for (let k = 0; k < n; k++) {
          const d = first[(axis === 0 ? i : j) * n + k]!;
          const at = axis === 0 ? k * n + j : i * n + k;
          const other = point - local + at;
          along(at, d * (cx * ux[other]! + cy * uy[other]!), d * (cx * vx[other]! + cy * vy[other]!));
        }
      }
    }
  }
}

/** Largest eigenvalue of derivatives of continuous polynomials by their own coordinate, about. */
const frequencyOf = (degree: number): number => 0.19 * degree ** 2 + 0.8;
