/**
 * Rows of a problem on a grid: Galerkin's equations with the quadrature rule at the points of Gauss and Lobatto.
 *
 * The rule integrates by parts exactly, so that a row is the residual of the text at its node by its weights, less what
 * the fluxes of second derivatives jump from element to element. On a face with a condition in slopes that condition
 * stands in the place of the flux. A condition without slopes is the row of its node.
 */
import { ColumnProgram } from "../../equations/expression/index.ts";
import type { FaceRow, SpectralForm } from "./form.ts";
import type { Grid } from "./grid.ts";

/** A condition at its points. */
interface Face {
  readonly row: FaceRow;
  readonly points: Int32Array;
  readonly program: ColumnProgram;
  /** Columns that the program reads, by leaf. */
  readonly moving: ReadonlyMap<number, Float64Array>;
}

/** A condition without slopes at a node, for the row of an unknown. */
interface Fixed {
  readonly node: number;
  readonly unknown: number;
  readonly face: number;
  readonly index: number;
}

/** Points of sides that have the same conditions in slopes, for the rows of the same unknowns. */
interface Natural {
  readonly axis: number;
  readonly faces: readonly number[];
  readonly unknowns: readonly number[];
  readonly points: number[];
  /** Row of each condition's program at each point. */
  readonly indices: number[][];
  /** Weight with the sign of the normal. */
  readonly weights: number[];
  /** Factors [points, unknowns, faces] that make fluxes of conditions, as they are now and as they are held. */
  shares: Float64Array;
  held: Float64Array;
}

/** Terms of an unknown in the equation of another. */
export type Terms = (equation: number, unknown: number) => boolean;

/** Takes a term: of an equation at a point, with its factor of a derivative of an unknown. */
export type TermVisitor = (
  equation: number,
  point: number,
  factor: number,
  unknown: number,
  inSpace: readonly number[],
) => void;

/** Number of derivatives of the unknowns in time, in the order 0, 1, …, each [unknowns, nodes]. */
export type Levels = readonly Float64Array[];

/** The rows, linearised about what they were evaluated at last. */
export class SpectralRows {
  readonly form: SpectralForm;
  readonly grid: Grid;
  readonly size: number;
  /** 1 where a condition without slopes is the row, [unknowns, nodes]. */
  readonly fixed: Uint8Array;
  /** Value of the last evaluation. */
  readonly residual: Float64Array;
  readonly #inside: ColumnProgram;
  readonly #moving: Float64Array[];
  readonly #scratch: Float64Array[];
  readonly #faces: Face[] = [];
  readonly #fixedRows: Fixed[] = [];
  readonly #naturals: Natural[] = [];
  /** Points of sides between elements by axis, with weights of the sign of the normal. */
  readonly #between: readonly { readonly points: Int32Array; readonly weights: Float64Array }[];
  /** First factor of each equation among the outputs of the program. */
  readonly #firstSlope: readonly number[];
  readonly #spread: Float64Array;
  /** Factors of the equations, and of each condition, by which directions are multiplied. */
  #slopes: readonly (readonly Float64Array[])[] = [];
  #faceSlopes: readonly (readonly Float64Array[])[] = [];
  #isKnown = false;
  #isHeld = false;

  /** @throws Mismatch where a face has another number of conditions than the equations ask for */
  constructor(form: SpectralForm, grid: Grid) {
    const { inside, leaves, problem } = form;
    [this.form, this.grid] = [form, grid];
    this.size = inside.length * grid.nodes;
    this.fixed = new Uint8Array(this.size);
    this.residual = new Float64Array(this.size);
    this.#spread = new Float64Array(grid.count);
    this.#moving = leaves.map(() => new Float64Array(grid.count));
    this.#scratch = leaves.map(() => new Float64Array(0));
    const expressions = inside.map(({ residual }) => residual);
    const firstSlope: number[] = [];
    for (const { slopes } of inside) {
      firstSlope.push(expressions.length);
      expressions.push(...slopes.map(({ slope }) => slope));
    }
    this.#firstSlope = firstSlope;
    this.#inside = new ColumnProgram(expressions, {
      ...{ count: grid.count, space: this.#space(), time: form.time ?? -1, fixed: {}, constants: problem.constants },
      moving: Object.fromEntries(leaves.map(({ name }, k) => [name, this.#moving[k]!])),
    });
    this.#between = grid.axes.map((_, axis) => {
      const sides = grid.sides.filter((side) => side.axis === axis && !side.outer);
      const points = Int32Array.from(sides.flatMap((side) => [...side.points]));
      const weights = sides.flatMap(({ end, weights: own }) => [...own].map((w) => (end === "low" ? -w : w)));
      return { points, weights: Float64Array.from(weights) };
    });
    this.#layFaces();
    this.#slopes = inside.map(({ slopes }, k) => slopes.map((_, j) => this.#slope(k, j)));
    this.#faceSlopes = this.#faces.map(({ program }) => program.outputs.slice(1));
  }

  /** True where the factors of derivatives never change. */
  get isFixed(): boolean {
    const isStill = ({ changes }: ColumnProgram, from: number) => !changes.slice(from).some(Boolean);
    return isStill(this.#inside, this.form.inside.length) && this.#faces.every(({ program }) => isStill(program, 1));
  }

  /** Keeps the factors of the last evaluation for directions, whatever is evaluated later. */
  hold(): void {
    if (this.isFixed) return;
    this.#isHeld = true;
    this.#slopes = this.form.inside.map(({ slopes }, k) => slopes.map((_, j) => this.#slope(k, j).slice()));
    this.#faceSlopes = this.#faces.map(({ program }) => program.outputs.slice(1).map((column) => column.slice()));
    for (const group of this.#naturals) group.held = group.shares;
  }

  /** Evaluates the rows and their derivatives. */
  evaluate(t: number, levels: Levels): Float64Array {
    const { form, residual } = this;
    this.#derive(levels, this.#moving);
    this.#inside.run(t);
    for (const { points, program, moving } of this.#faces) {
      for (const [leaf, column] of moving) this.#leafAt(leaf, levels, points, column);
      program.run(t);
    }
    this.#share();
    const { outputs } = this.#inside;
    this.#assemble(
      form.inside.map((_, k) => outputs[k]!),
      false,
      (axis, points, leaf, out) => this.#slopeAt(axis, points, levels[0]!, form.leaves[leaf]!.unknown, out),
      (face) => this.#faces[face]!.program.outputs[0]!,
      residual,
    );
    return residual;
  }

  /**
   * Derivatives of the rows by the unknowns' derivatives in time of one order, times a direction.
   *
   * @param isWanted - false for terms that are left out inside of the domain
   */
  apply(inTime: number, direction: Float64Array, out: Float64Array, isWanted: Terms = () => true): void {
    const { form, grid } = this;
    const { leaves } = form;
    const own = form.inside.map(
      ({ slopes }, k) =>
        new Set(
          slopes.flatMap(({ leaf }) => {
            const { unknown, inTime: order } = leaves[leaf]!;
            return order === inTime && isWanted(k, unknown) ? [leaf] : [];
          }),
        ),
    );
    const levels = [...Array.from({ length: inTime }, () => direction), direction];
    this.#derive(levels, this.#scratch, (leaf) => own.some((of) => of.has(leaf)));
    const columns = form.inside.map(({ slopes }, k) => {
      const column = new Float64Array(grid.count);
      for (const [j, { leaf }] of slopes.entries()) {
        if (!own[k]!.has(leaf)) continue;
        const factor = this.#slopes[k]![j]!;
        const values = this.#scratch[leaf]!;
        for (let i = 0; i < column.length; i++) column[i]! += factor[i]! * values[i]!;
      }
      return column;
    });
    this.#assemble(
      columns,
      true,
      inTime === 0
        ? (axis, points, leaf, to) => this.#slopeAt(axis, points, direction, leaves[leaf]!.unknown, to)
        : undefined,
      inTime === 0
        ? (face) => {
            const { row, points } = this.#faces[face]!;
            const [column, values] = [new Float64Array(points.length), new Float64Array(points.length)];
            for (const [j, { leaf }] of row.slopes.entries()) {
              this.#leafAt(leaf, [direction], points, values);
              const factor = this.#faceSlopes[face]![j]!;
              for (let i = 0; i < column.length; i++) column[i]! += factor[i]! * values[i]!;
            }
            return column;
          }
        : undefined,
      out,
    );
  }

  /** Visits the terms of directions without derivatives in time, each a factor of a derivative at a point, within its element. */
  forTerms(visit: TermVisitor): void {
    const { form, grid, fixed } = this;
    const { leaves } = form;
    const { nodeOf, nodes, weights, count } = grid;
    const isFree = (equation: number, point: number) => !fixed[equation * nodes + nodeOf[point]!];
    for (const [k, { slopes }] of form.inside.entries()) {
      for (const [j, { leaf }] of slopes.entries()) {
        const { unknown, inSpace, inTime } = leaves[leaf]!;
        if (inTime > 0) continue;
        const factor = this.#slopes[k]![j]!;
        for (let i = 0; i < count; i++)
          if (weights[i]! !== 0 && isFree(k, i)) visit(k, i, weights[i]! * factor[i]!, unknown, inSpace);
        const axis = inSpace.indexOf(2);
        if (axis < 0) continue;
        const first = inSpace.map((order) => order / 2);
        const { points, weights: own } = this.#between[axis]!;
        for (const [i, point] of points.entries())
          if (isFree(k, point)) visit(k, point, -own[i]! * factor[point]!, unknown, first);
      }
    }
    const ofFace = (face: number, index: number, share: number, equation: number) => {
      const { row, points } = this.#faces[face]!;
      for (const [j, { leaf }] of row.slopes.entries()) {
        const { unknown, inSpace } = leaves[leaf]!;
        visit(equation, points[index]!, share * this.#faceSlopes[face]![j]![index]!, unknown, inSpace);
      }
    };
    for (const { faces, unknowns, points, indices, weights: own, held } of this.#naturals) {
      const n = unknowns.length;
      for (const [i, point] of points.entries())
        for (const [r, equation] of unknowns.entries())
          if (isFree(equation, point))
            for (const [c, face] of faces.entries())
              ofFace(face, indices[c]![i]!, -Math.abs(own[i]!) * held[(i * n + r) * n + c]!, equation);
    }
    for (const { unknown, face, index } of this.#fixedRows) ofFace(face, index, 1, unknown);
  }

  /** Values that fixed rows have by themselves, for a right side. */
  fixedBy(right: Float64Array): Float64Array {
    const out = new Float64Array(this.size);
    const { leaves } = this.form;
    for (const { node, unknown, face, index } of this.#fixedRows) {
      const at = unknown * this.grid.nodes + node;
      if (right[at] === 0) continue;
      const j = this.#faces[face]!.row.slopes.findIndex(({ leaf }) => leaves[leaf]!.unknown === unknown);
      out[at] = right[at]! / this.#faceSlopes[face]![j]![index]!;
    }
    return out;
  }

  /** Sets values to what conditions without slopes, linear in one unknown each, prescribe at a time. */
  prescribe(t: number, values: Float64Array): void {
    for (const { row, points, program, moving } of this.#faces) {
      if (row.isNatural) continue;
      for (const [leaf, column] of moving) this.#leafAt(leaf, [values], points, column);
      program.run(t);
    }
    for (const { node, unknown, face, index } of this.#fixedRows) {
      const [rest, slope] = this.#faces[face]!.program.outputs as [Float64Array, Float64Array];
      values[unknown * this.grid.nodes + node]! -= rest[index]! / slope[index]!;
    }
  }

  /** Mean factor of a leaf in the equation of an unknown. */
  meanFactor(equation: number, matches: (leaf: SpectralForm["leaves"][number]) => boolean): number {
    const { weights } = this.grid;
    let [total, volume] = [0, 0];
    for (let i = 0; i < weights.length; i++) volume += weights[i]!;
    for (const [j, { leaf }] of this.form.inside[equation]!.slopes.entries()) {
      if (!matches(this.form.leaves[leaf]!)) continue;
      const factor = this.#slope(equation, j);
      for (let i = 0; i < weights.length; i++) if (weights[i]! > 0) total += weights[i]! * factor[i]!;
    }
    return total / volume;
  }

  /** Share of a condition's value in the flux, at each point of sides with such conditions. */
  forValues(unknown: number, visit: (point: number, axis: number, weight: number, share: number) => void): void {
    const { leaves } = this.form;
    for (const { faces, unknowns, points, indices, weights, shares, axis } of this.#naturals) {
      const r = unknowns.indexOf(unknown);
      if (r < 0) continue;
      const n = unknowns.length;
      for (let i = 0; i < points.length; i++) {
        let share = 0;
        for (const [c, face] of faces.entries()) {
          const { row, program } = this.#faces[face]!;
          for (const [j, { leaf }] of row.slopes.entries()) {
            const own = leaves[leaf]!;
            if (own.unknown === unknown && own.inSpace.every((o) => o === 0))
              share += shares[(i * n + r) * n + c]! * program.outputs[1 + j]![indices[c]![i]!]!;
          }
        }
        visit(points[i]!, axis, Math.abs(weights[i]!), share);
      }
    }
  }

  #slope(equation: number, j: number): Float64Array {
    return this.#inside.outputs[this.#firstSlope[equation]! + j]!;
  }

  #space(points?: Int32Array): Record<number, Float64Array> {
    const { problem, space } = this.form;
    const columns = problem.fluxes ? this.grid.columnsInside(points) : this.grid.columns(points);
    return Object.fromEntries(columns.map((column, k) => [space[k]!, column]));
  }

  /** Fills a column for each leaf with its values at all points. */
  #derive(levels: Levels, into: Float64Array[], isWanted: (leaf: number) => boolean = () => true): void {
    const { grid, form } = this;
    let buffer: Float64Array | undefined;
    for (const [k, { unknown, inSpace, inTime }] of form.leaves.entries()) {
      if (!isWanted(k)) continue;
      if (into[k]!.length === 0) into[k] = new Float64Array(grid.count);
      const along = inSpace.flatMap((order, axis) => (order > 0 ? [{ axis, order }] : []));
      const column = into[k]!;
      if (along.length === 0) {
        grid.spread(levels[inTime]!, unknown * grid.nodes, column);
        continue;
      }
      const values = this.#values(levels[inTime]!, unknown);
      if (along.length === 1) grid.derive(values, along[0]!.axis, along[0]!.order, column);
      else {
        buffer ??= new Float64Array(grid.count);
        grid.derive(values, along[0]!.axis, 1, buffer);
        grid.derive(buffer, along[1]!.axis, 1, column);
      }
    }
  }

  /** Values of an unknown at all points. */
  #values(level: Float64Array, unknown: number): Float64Array {
    this.grid.spread(level, unknown * this.grid.nodes, this.#spread);
    return this.#spread;
  }

  #slopeAt(axis: number, points: Int32Array, level: Float64Array, unknown: number, out: Float64Array): void {
    this.grid.deriveAt(this.#values(level, unknown), axis, points, out);
  }

  #leafAt(leaf: number, levels: Levels, points: Int32Array, out: Float64Array): void {
    const { unknown, inSpace } = this.form.leaves[leaf]!;
    const axis = inSpace.indexOf(1);
    const { nodeOf, nodes } = this.grid;
    if (axis >= 0) this.#slopeAt(axis, points, levels[0]!, unknown, out);
    else for (let i = 0; i < points.length; i++) out[i] = levels[0]![unknown * nodes + nodeOf[points[i]!]!]!;
  }

  #assemble(
    inside: readonly Float64Array[],
    isDirection: boolean,
    slopeAt: ((axis: number, points: Int32Array, leaf: number, out: Float64Array) => void) | undefined,
    ofFace: ((face: number) => Float64Array) | undefined,
    out: Float64Array,
  ): void {
    const { grid, form } = this;
    const { nodeOf, weights, nodes, count } = grid;
    out.fill(0);
    for (const [k, values] of inside.entries()) {
      const first = k * nodes;
      for (let i = 0; i < count; i++) {
        const w = weights[i]!;
        if (w !== 0) out[first + nodeOf[i]!]! += w * values[i]!;
      }
      if (slopeAt === undefined) continue;
      for (const [j, { leaf }] of form.inside[k]!.slopes.entries()) {
        const axis = form.leaves[leaf]!.inSpace.indexOf(2);
        if (axis < 0) continue;
        const { points, weights: own } = this.#between[axis]!;
        if (points.length === 0) continue;
        const slopes = new Float64Array(points.length);
        slopeAt(axis, points, leaf, slopes);
        const factor = isDirection ? this.#slopes[k]![j]! : this.#slope(k, j);
        for (let i = 0; i < points.length; i++)
          out[first + nodeOf[points[i]!]!]! -= own[i]! * factor[points[i]!]! * slopes[i]!;
      }
    }
    const faces = this.#faces.map((_, face) => ofFace?.(face));
    if (ofFace) {
      for (const { faces: conditions, unknowns, points, indices, weights: own, ...group } of this.#naturals) {
        const shares = isDirection ? group.held : group.shares;
        const n = unknowns.length;
        for (let i = 0; i < points.length; i++) {
          for (let r = 0; r < n; r++) {
            let flux = 0;
            for (let c = 0; c < n; c++) flux += shares[(i * n + r) * n + c]! * faces[conditions[c]!]![indices[c]![i]!]!;
            out[unknowns[r]! * nodes + nodeOf[points[i]!]!]! -= Math.abs(own[i]!) * flux;
          }
        }
      }
    }
    for (const { node, unknown, face, index } of this.#fixedRows)
      out[unknown * nodes + node] = faces[face]?.[index] ?? 0;
  }

  /** Conditions at the points of outer sides. */
  #layFaces(): void {
    const { form, grid } = this;
    const { problem, faces, inside, leaves, space } = form;
    const points: number[][] = faces.map(() => []);
    const normals: number[][][] = faces.map(() => grid.axes.map(() => []));
    const naturals = new Map<string, Natural>();
    const point = Float64Array.from(problem.bounds, ([low]) => low);
    const taken = new Set<number>();
    for (const { axis, end, outer, points: own, weights } of grid.sides) {
      if (!outer) continue;
      const sign = end === "low" ? -1 : 1;
      const coordinates = grid.columns(own);
      const { places } = grid.axes[axis]!;
      const at = coordinates[axis]![0]!;
      const side = at === places[0] || at === places.at(-1) ? end : undefined;
      for (let i = 0; i < own.length; i++) {
        for (const [k, column] of coordinates.entries()) point[space[k]!] = column[i]!;
        const here = faces.flatMap((face, f) => (face.holds(axis, side, point) ? [f] : []));
        const index = new Map<number, number>();
        for (const f of here) {
          index.set(f, points[f]!.push(own[i]!) - 1);
          for (const [k, column] of normals[f]!.entries()) column.push(k === axis ? sign : 0);
        }
        const free = new Set(inside.keys());
        const values = here.filter((f) => !faces[f]!.isNatural);
        const candidates = (f: number) => faces[f]!.slopes.map(({ leaf }) => leaves[leaf]!.unknown);
        for (const f of values.sort((a, b) => candidates(a).length - candidates(b).length)) {
          const unknown = candidates(f).find((k) => free.has(k));
          if (unknown === undefined) throw new Mismatch(`"${faces[f]!.text}" is one condition too many on its face`);
          free.delete(unknown);
          const key = unknown * grid.nodes + grid.nodeOf[own[i]!]!;
          if (taken.has(key)) continue;
          taken.add(key);
          this.fixed[key] = 1;
          this.#fixedRows.push({ node: grid.nodeOf[own[i]!]!, unknown, face: f, index: index.get(f)! });
        }
        const slopes = here.filter((f) => faces[f]!.isNatural);
        if (slopes.length !== free.size) {
          const name = `${problem.axes[space[axis]!]} = ${at}`;
          throw new Mismatch(`${here.length} conditions hold on ${name}, where elements ask for ${inside.length}`);
        }
        if (slopes.length === 0) continue;
        const unknowns = [...free].sort((a, b) => a - b);
        const key = `${axis} ${slopes} ${unknowns}`;
        const group = naturals.get(key) ?? {
          ...{ axis, faces: slopes, unknowns, points: [], indices: slopes.map(() => []), weights: [] },
          ...{ shares: new Float64Array(0), held: new Float64Array(0) },
        };
        naturals.set(key, group);
        group.points.push(own[i]!);
        group.weights.push(sign * weights[i]!);
        slopes.forEach((f, c) => {
          group.indices[c]!.push(index.get(f)!);
        });
      }
    }
    for (const [f, row] of faces.entries()) {
      const own = Int32Array.from(points[f]!);
      if (own.length === 0) throw new Mismatch(`"${row.text}" holds at no point of a grid`);
      const moving = new Map(row.slopes.map(({ leaf }) => [leaf, new Float64Array(own.length)]));
      const program = new ColumnProgram([row.residual, ...row.slopes.map(({ slope }) => slope)], {
        ...{ count: own.length, space: this.#space(own), time: form.time ?? -1, constants: problem.constants },
        fixed: Object.fromEntries(normals[f]!.map((column, k) => [`normal${k}`, Float64Array.from(column)])),
        moving: Object.fromEntries([...moving].map(([leaf, column]) => [leaves[leaf]!.name, column])),
      });
      this.#faces.push({ row, points: own, program, moving });
    }
    this.#naturals.push(...naturals.values());
  }

  /** Factors by which conditions in slopes stand for fluxes. */
  #share(): void {
    if (this.#isKnown && this.isFixed) return;
    this.#isKnown = true;
    const { form } = this;
    for (const group of this.#naturals) {
      const { axis, faces, unknowns, points, indices, weights } = group;
      const n = unknowns.length;
      group.shares = new Float64Array(points.length * n * n);
      if (!this.#isHeld) group.held = group.shares;
      const isSlope = (leaf: number, unknown: number, order: number) => {
        const own = form.leaves[leaf]!;
        return own.unknown === unknown && own.inSpace.every((o, k) => o === (k === axis ? order : 0));
      };
      const fluxes = unknowns.map((r) =>
        unknowns.map((l) => {
          const j = form.inside[r]!.slopes.findIndex(({ leaf }) => isSlope(leaf, l, 2));
          return j < 0 ? undefined : this.#slope(r, j);
        }),
      );
      const slopes = faces.map((f) =>
        unknowns.map((l) => {
          const { row, program } = this.#faces[f]!;
          const j = row.slopes.findIndex(({ leaf }) => isSlope(leaf, l, 1));
          return j < 0 ? undefined : program.outputs[1 + j]!;
        }),
      );
      const [a, b] = [new Float64Array(n * n), new Float64Array(n * n)];
      for (let i = 0; i < points.length; i++) {
        const sign = Math.sign(weights[i]!);
        // Sᵀ solves Nᵀ Sᵀ = n·Aᵀ.
        for (let r = 0; r < n; r++) {
          for (let l = 0; l < n; l++) {
            a[l * n + r] = slopes[r]![l]?.[indices[r]![i]!] ?? 0;
            b[l * n + r] = sign * (fluxes[r]![l]?.[points[i]!] ?? 0);
          }
        }
        if (!solveSmall(a, b, n)) throw new Mismatch(`"${form.faces[faces[0]!]!.text}" does not determine a flux`);
        for (let r = 0; r < n; r++) {
          let size = 0;
          for (let c = 0; c < n; c++) {
            group.shares[(i * n + r) * n + c] = b[c * n + r]!;
            size += Math.abs(b[c * n + r]!);
          }
          if (size === 0) throw new Mismatch(`"${form.faces[faces[0]!]!.text}" is in slopes where no flux is`);
        }
      }
    }
  }
}

/** A problem whose rows are not as many as its unknowns. */
export class Mismatch extends Error {}

/** Solves A X = B in place of B, both [n, n]; false where A is singular. */
export function solveSmall(a: Float64Array, b: Float64Array, n: number): boolean {
  for (let k = 0; k < n; k++) {
    let pivot = k;
    for (let i = k + 1; i < n; i++) if (Math.abs(a[i * n + k]!) > Math.abs(a[pivot * n + k]!)) pivot = i;
    if (!(Math.abs(a[pivot * n + k]!) > 0)) return false;
    for (let j = 0; j < n; j++) {
      [a[k * n + j], a[pivot * n + j]] = [a[pivot * n + j]!, a[k * n + j]!];
      [b[k * n + j], b[pivot * n + j]] = [b[pivot * n + j]!, b[k * n + j]!];
    }
    for (let i = 0; i < n; i++) {
      if (i === k) continue;
      const factor = a[i * n + k]! / a[k * n + k]!;
      if (factor === 0) continue;
      for (let j = 0; j < n; j++) {
        a[i * n + j]! -= factor * a[k * n + j]!;
        b[i * n + j]! -= factor * b[k * n + j]!;
      }
    }
  }
  for (let k = 0; k < n; k++) for (let j = 0; j < n; j++) b[k * n + j]! /= a[k * n + k]!;
  return true;
}
