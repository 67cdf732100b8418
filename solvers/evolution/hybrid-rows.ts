/**
 * The rows of an evolution on hybrid discontinuous elements: their matrices, and what sources and conditions give at a
 * time.
 */
import { ColumnProgram, type Expression } from "../../equations/expression/index.ts";
import { placeOf } from "../elements/discretisation.ts";
import type { Face, Mesh } from "../elements/mesh.ts";
import { outlines } from "./element-geometry.ts";
import {
  type ElementSide,
  type HybridElement,
  hybridElement,
  type Inside,
  insideOf,
  placeOfElement,
  traceSize,
  type Values,
} from "./hybrid-element.ts";
import { type HybridStart, hybridStart } from "./hybrid-start.ts";
import { NoHybrid } from "./no-hybrid.ts";
import { product } from "./product.ts";
import { type OnSides, SideConditions } from "./side-conditions.ts";
import type { WeakForm, WeakLeaf } from "./weak-form.ts";

/** Strength with which polynomials are held to the values on sides, beside A over the element's depth. */
const held = 1;
/** Rulers of the points of sides: the number of a condition, or one of these. */
const [free, between] = [-1, -2];

/** Matrices of an element that stay, of its polynomials and then of those of its faces, unknown by unknown. */
interface Matrices {
  /** The part that does not change with the rate: all but masses where rows are linear, else fluxes and sides. */
  readonly steady: Float64Array;
  /** Factors of derivatives in time, by order, where rows are linear. */
  readonly masses: readonly Float64Array[];
  /** Parts of values on the boundary: of slopes along either axis, [unknown][axis], [size, size + faceSize]. */
  readonly lifted: readonly (readonly Float64Array[])[];
}

/** Polynomials of the cells of meshes, and elements of the last one, by their places. */
export interface ElementMemory {
  readonly insides: Map<string, Inside>;
  elements: ReadonlyMap<string, { readonly element: HybridElement; readonly matrices: Matrices }>;
}

/** Values of elements' polynomials, and of faces. */
export interface Sides {
  readonly inside: Float64Array;
  readonly faces: Float64Array;
}

export class HybridRows {
  readonly form: WeakForm;
  readonly elements: readonly HybridElement[];
  /** Starts of the elements' polynomials in vectors, and length of vectors. */
  readonly starts: readonly number[];
  readonly length: number;
  /** Faces with the first of their values, and the number of all. */
  readonly faces = new Map<Face, number>();
  readonly faceLength: number;
  /** Places of each element's faces among them. */
  readonly places: readonly Int32Array[];
  readonly kept: readonly Matrices[];
  readonly #inside: ColumnProgram;
  readonly #beside: ColumnProgram;
  readonly #onBoundary: SideConditions;
  readonly #firstSlope: readonly number[];
  /** Columns of leaves inside and on sides, where rows are not linear. */
  readonly #moving: Readonly<Record<string, Float64Array>>;
  readonly #movingBeside: Readonly<Record<string, Float64Array>>;
  readonly #signs: readonly number[];
  readonly #onSides: readonly OnSides[];
  readonly #isMoved: boolean;
  #load: (Sides & { readonly time: number }) | undefined;

  /**
   * @param known - elements of meshes before: it is brought up to date
   * @throws NoHybrid where the mesh or the problem's factors do not suit
   */
  constructor(form: WeakForm, mesh: Mesh, known: ElementMemory) {
    const { rows, leaves, problem, periodic } = form;
    const unknowns = rows.length;
    this.form = form;
    const all = outlines(mesh, periodic);
    if (typeof all === "string") throw new NoHybrid(all);
    const from = { inside: 0, sides: 0 };
    const places = all.map(placeOfElement);
    this.elements = all.map((outline, e) => {
      const { low, high, degree } = outline.cell;
      const key = `${low} ${high} ${degree}`;
      const inside = known.insides.get(key) ?? insideOf(outline);
      known.insides.set(key, inside);
      if (!(inside.area > 0)) throw new NoHybrid(`an element at ${low} has no area`);
      const element = hybridElement(inside, known.elements.get(places[e]!)?.element, outline, from);
      from.inside += inside.weights.length;
      for (const { weights } of outline.sides) from.sides += weights.length;
      return element;
    });
    let at = 0;
    this.starts = this.elements.map(({ size }) => {
      at += unknowns * size;
      return at - unknowns * size;
    });
    this.length = at;
    at = 0;
    for (const { faces } of this.elements)
      for (const face of faces) {
        if (this.faces.has(face)) continue;
        this.faces.set(face, at);
        at += unknowns * traceSize(face);
      }
    this.faceLength = at;
    this.places = this.elements.map(({ faces }) =>
      Int32Array.from(
        rows.flatMap((_, k) =>
          faces.flatMap((face) => {
            const first = this.faces.get(face)! + k * traceSize(face);
            return Array.from({ length: traceSize(face) }, (_, f) => first + f);
          }),
        ),
      ),
    );
    const time = problem.time!;
    const { constants } = problem;
    const sides = this.elements.flatMap((element) => element.sides);
    const column = (pieces: readonly { readonly length: number; readonly [i: number]: number }[], k: number) => {
      const out = new Float64Array(pieces.reduce((sum, { length }) => sum + length / 2, 0));
      let to = 0;
      for (const piece of pieces) for (let i = k; i < piece.length; i += 2) out[to++] = piece[i]!;
      return out;
    };
    const blank = (names: readonly string[], count: number) =>
      Object.fromEntries(names.map((name) => [name, new Float64Array(count)]));
    const names = leaves.map(({ name }) => name);
    const expressions: Expression[] = rows.map(({ rest }) => rest);
    const firstSlope: number[] = [];
    for (const { slopes, flux } of rows) {
      firstSlope.push(expressions.length);
      expressions.push(...flux, ...slopes.map(({ slope }) => slope));
    }
    this.#firstSlope = firstSlope;
    const [moving, movingBeside] = [blank(names, from.inside), blank(names, from.sides)];
    [this.#moving, this.#movingBeside] = [moving, movingBeside];
    const inside = this.elements.map((element) => element.points);
    this.#inside = new ColumnProgram(expressions, {
      ...{ count: from.inside, space: { 0: column(inside, 0), 1: column(inside, 1) }, time, constants, moving },
      fixed: blank(form.second, from.inside),
    });
    const [beside, normals] = [sides.map((side) => side.points), sides.map((side) => side.normals)];
    const ofSides = { count: from.sides, space: { 0: column(beside, 0), 1: column(beside, 1) }, time, constants };
    const besides = blank(form.second, from.sides);
    this.#beside = new ColumnProgram(expressions, { ...ofSides, moving: movingBeside, fixed: besides });
    this.#onBoundary = new SideConditions(form, {
      ...ofSides,
      fixed: { ...blank(names, from.sides), normal0: column(normals, 0), normal1: column(normals, 1) },
    });
    this.#isMoved = !form.isLinear || this.#onBoundary.isMoved || rows.some((_, k) => this.#inside.changes[k]);
    for (const one of [this.#inside, this.#beside, this.#onBoundary]) one.run(problem.bounds[time]![0]);
    if (![this.#inside, this.#beside].every(({ outputs }) => outputs.every((own) => own.every(Number.isFinite))))
      throw new NoHybrid("its formulas have no values beside the domain");
    this.#signs = rows.map((_, k) => this.#signOf(k));
    this.#onSides = rows.map((_, k) => this.#sidesOf(k, from.sides));
    this.#carry();
    this.kept = this.elements.map((element, e) => known.elements.get(places[e]!)?.matrices ?? this.#matrices(element));
    known.elements = new Map(this.elements.map((element, e) => [places[e]!, { element, matrices: this.kept[e]! }]));
  }

  /** Sign with which the equation of an unknown has a flux that evens it out, and a derivative in time that is positive. */
  #signOf(unknown: number): number {
    const { slopes } = this.form.rows[unknown]!;
    const leading = slopes.findIndex(({ leaf }) => {
      const own = this.form.leaves[leaf]!;
      return own.unknown === unknown && own.inTime === this.form.inTime[unknown];
    });
    const mass = this.#inside.outputs[this.#firstSlope[unknown]! + 4 + leading]!;
    const sign = Math.sign(mass[0]!);
    if (!mass.every((v) => v * sign > 0)) throw new NoHybrid("a factor of a derivative in time changes its sign");
    for (const { outputs } of [this.#inside, this.#beside]) {
      const [xx, xy, yx, yy] = [0, 1, 2, 3].map((n) => outputs[this.#firstSlope[unknown]! + n]!);
      for (let i = 0; i < xx!.length; i++) {
        const isWell = sign * xx![i]! >= 0 && sign * yy![i]! >= 0 && xx![i]! * yy![i]! >= xy![i]! * yx![i]!;
        if (!isWell) throw new NoHybrid("its diffusion is negative somewhere");
      }
    }
    return sign;
  }

  #sidesOf(unknown: number, count: number): OnSides {
    const { conditions, problem } = this.form;
    const { outputs } = this.#beside;
    const rulers = new Int32Array(count).fill(free);
    const [flux, hold, speed] = [new Float64Array(2 * count), new Float64Array(count), new Float64Array(count)];
    const inSpace = { ...problem, axes: problem.axes.slice(0, problem.time), time: undefined };
    const own = conditions.flatMap((c, k) =>
      c.unknown === unknown ? [{ k, holdsAt: placeOf(c.condition, inSpace, undefined) }] : [],
    );
    const [first, sign] = [this.#firstSlope[unknown]!, this.#signs[unknown]!];
    for (const { sides, depth } of this.elements) {
      for (const { from, part, weights, normals } of sides) {
        for (let i = 0, at = from; i < weights.length; i++, at++) {
          const [x, y] = [normals[2 * i]!, normals[2 * i + 1]!];
          for (const axis of [0, 1])
            flux[2 * at + axis] =
              sign * (outputs[first + 2 * axis]![at]! * x + outputs[first + 2 * axis + 1]![at]! * y);
          const along = flux[2 * at]! * x + flux[2 * at + 1]! * y;
          hold[at] = (held * along) / depth;
          rulers[at] = part ? (own.find(({ holdsAt }) => holdsAt(part, i))?.k ?? free) : between;
          if (rulers[at] === free && along > 0) throw new NoHybrid("no condition holds on a part of the boundary");
        }
      }
    }
    return { rulers, flux, hold, speed };
  }

  /** Finds the speeds on sides by what the program beside has. */
  #carry(): void {
    for (const [unknown, { slopes }] of this.form.rows.entries()) {
      const { speed, rulers } = this.#onSides[unknown]!;
      const [first, sign] = [this.#firstSlope[unknown]! + 4, this.#signs[unknown]!];
      const carrying = slopes.flatMap(({ leaf }, s) => {
        const { axis } = this.form.leaves[leaf]!;
        return axis === undefined ? [] : [{ axis, column: this.#beside.outputs[first + s]! }];
      });
      for (const { sides } of this.elements)
        for (const { from, weights, normals } of sides)
          for (let i = 0, at = from; i < weights.length; i++, at++) {
            let sum = 0;
            for (const { axis, column } of carrying) sum += column[at]! * normals[2 * i + axis]!;
            speed[at] = sign * sum;
            if (rulers[at] === free && speed[at]! < 0)
              throw new NoHybrid("no condition holds where an unknown is carried in");
          }
    }
  }

  /** The points of a side that hold an unknown by its value, as its weights. */
  #holding({ rulers }: OnSides, { from, weights }: ElementSide): Float64Array {
    return weights.map((w, i) => {
      const ruler = rulers[from + i]!;
      return ruler === between || (ruler >= 0 && !this.form.conditions[ruler]!.isNatural) ? w : 0;
    });
  }

  #matrices(element: HybridElement): Matrices {
    const { size, faceSize, sides, weights, values, slopes, from } = element;
    const { rows, inTime, isLinear } = this.form;
    const own = size + faceSize;
    const width = rows.length * own;
    const steady = new Float64Array(width ** 2);
    const ones = new Float64Array(size).fill(1);
    const lifted = rows.map((_, unknown) => {
      const [sign, first, onSides] = [this.#signs[unknown]!, this.#firstSlope[unknown]!, this.#onSides[unknown]!];
      const out = { to: new Float64Array(own ** 2), stride: own };
      const held = sides.map((side) => this.#holding(onSides, side));
      const gradients = [0, 1].map((axis) => {
        const to = new Float64Array(size * own);
        product({ to, stride: own, at: 0 }, [values, size], [slopes[axis]!, size], weights);
        for (const [s, { normals, values: ofSide, traces, at, face }] of sides.entries()) {
          const by = held[s]!.map((w, i) => -w * normals[2 * i + axis]!);
          if (by.every((v) => v === 0)) continue;
          product({ to, stride: own, at: 0 }, [ofSide, size], [ofSide, size], by);
          if (!face) continue;
          const ofTraces = by.map((v) => -v);
          product({ to, stride: own, at: size + at }, [ofSide, size], [traces, traceSize(face)], ofTraces);
        }
        return to;
      });
      const fluxes = [0, 1].map((j) => {
        const to = new Float64Array(size * own);
        for (const i of [0, 1]) {
          const column = this.#inside.outputs[first + 2 * i + j]!.subarray(from, from + weights.length);
          if (column.every((v) => v === 0)) continue;
          const most = column.reduce((m, v) => Math.max(m, Math.abs(v)), 0);
          if (column.every((v) => Math.abs(v - column[0]!) <= 1e-14 * most)) {
            for (let n = 0; n < to.length; n++) to[n]! += sign * column[0]! * gradients[i]![n]!;
            continue;
          }
          const mass = new Float64Array(size * size);
          const by = weights.map((w, n) => sign * w * column[n]!);
          product({ to: mass, stride: size, at: 0 }, [values, size], [values, size], by);
          product({ to, stride: own, at: 0 }, [mass, size], [gradients[i]!, own], ones);
        }
        product({ ...out, at: 0 }, [to, own], [gradients[j]!, own], ones);
        return to;
      });
      const place = (b: number) => (b < size ? unknown * size + b : (rows.length - 1) * size + unknown * faceSize + b);
      for (let b = 0; b < own; b++)
        for (let c = 0; c < own; c++) steady[place(b) * width + place(c)]! += out.to[b * own + c]!;
      this.#addHeld(steady, element, unknown, (at) => [onSides.hold[at]!, onSides.hold[at]!]);
      this.#addNatural(steady, element, unknown);
      return fluxes;
    });
    const masses = isLinear
      ? Array.from({ length: Math.max(...inTime) }, (_, m) => {
          const out = new Float64Array(width ** 2);
          this.addRest(out, element, (order) => Number(order === m + 1), false);
          return out;
        })
      : [];
    if (isLinear) this.addRest(steady, element, (order) => Number(order === 0), true);
    return { steady, masses, lifted };
  }

  /** Adds what polynomials and values on faces are held together by at points of sides: in rows of the former, and of the latter. */
  #addHeld(
    to: Float64Array,
    element: HybridElement,
    unknown: number,
    strengthAt: (at: number) => readonly [inside: number, face: number],
  ): void {
    const { size, faceSize, sides } = element;
    const { rows } = this.form;
    const stride = rows.length * (size + faceSize);
    const own = unknown * size;
    for (const side of sides) {
      const { face, from, at, traces, values } = side;
      const weights = this.#holding(this.#onSides[unknown]!, side);
      const [inside, beside] = [weights.slice(), weights.slice()];
      for (let i = 0; i < weights.length; i++) {
        const [ofInside, ofFace] = strengthAt(from + i);
        inside[i]! *= ofInside;
        beside[i]! *= ofFace;
      }
      product({ to, stride, at: own * (stride + 1) }, [values, size], [values, size], inside);
      if (!face) continue;
      const [count, corner] = [traceSize(face), rows.length * size + unknown * faceSize + at];
      const less = inside.map((v) => -v);
      const weaker = beside.map((v) => -v);
      product({ to, stride, at: own * stride + corner }, [values, size], [traces, count], less);
      product({ to, stride, at: corner * stride + own }, [traces, count], [values, size], weaker);
      product({ to, stride, at: corner * (stride + 1) }, [traces, count], [traces, count], beside);
    }
  }

  /** Adds the slopes of what stands beside the fluxes, each with a factor by its order in time. @param isCarried - with what carries */
  addRest(out: Float64Array, element: HybridElement, factorOf: (inTime: number) => number, isCarried: boolean): void {
    const { size, faceSize, weights, values, slopes, from } = element;
    const { rows, leaves } = this.form;
    const width = rows.length * (size + faceSize);
    for (const [unknown, row] of rows.entries()) {
      const { speed } = this.#onSides[unknown]!;
      if (isCarried && speed.some((v) => v !== 0))
        this.#addHeld(out, element, unknown, (at) => [Math.abs(speed[at]!) - speed[at]!, Math.abs(speed[at]!)]);
      for (const [s, { leaf }] of row.slopes.entries()) {
        const { unknown: of, axis, inTime } = leaves[leaf]!;
        const factor = this.#signs[unknown]! * factorOf(inTime);
        const column = this.#inside.outputs[this.#firstSlope[unknown]! + 4 + s]!.subarray(from, from + weights.length);
        if (factor === 0 || column.every((v) => v === 0)) continue;
        const isMass = axis === undefined && column.every((v) => v === column[0]);
        if (isMass) {
          // Polynomials are orthonormal.
          for (let a = 0; a < size; a++) out[(unknown * size + a) * width + of * size + a]! += factor * column[0]!;
          continue;
        }
        const by = weights.map((w, i) => factor * w * column[i]!);
        const table = axis === undefined ? values : slopes[axis]!;
        product({ to: out, stride: width, at: unknown * size * width + of * size }, [values, size], [table, size], by);
      }
    }
  }

  /** Adds what conditions in slopes say of values. */
  #addNatural(to: Float64Array, { size, faceSize, sides }: HybridElement, unknown: number): void {
    const { rows, conditions, leaves } = this.form;
    const width = rows.length * (size + faceSize);
    const onSides = this.#onSides[unknown]!;
    for (const { from, weights, values } of sides) {
      for (const [ruler, { slopes, isNatural }] of conditions.entries()) {
        const isRuled = weights.map((_, i) => Number(isNatural && onSides.rulers[from + i] === ruler));
        if (!isRuled.some((v) => v > 0)) continue;
        for (const [s, { leaf }] of slopes.entries()) {
          const { axis, unknown: of } = leaves[leaf]!;
          if (axis !== undefined) continue;
          const by = weights.map((w, i) =>
            isRuled[i]! > 0
              ? (w * this.#onBoundary.slope(ruler, s, from + i)) / this.#onBoundary.ratio(ruler, onSides, from + i)
              : 0,
          );
          product({ to, stride: width, at: unknown * size * width + of * size }, [values, size], [values, size], by);
        }
      }
    }
  }

  /** Rows for unknowns that are 0: sources, where rows are linear, and values on the boundary. */
  loadAt(time: number): Sides {
    if (this.#load && (this.#load.time === time || !this.#isMoved)) return this.#load;
    const { rows, isLinear } = this.form;
    const [inside, faces] = [new Float64Array(this.length), new Float64Array(this.faceLength)];
    this.#onBoundary.run(time);
    if (isLinear) {
      this.#inside.run(time);
      this.#addSources(inside);
    }
    for (const [e, element] of this.elements.entries()) {
      const { size, faceSize, sides } = element;
      for (const unknown of rows.keys()) {
        const start = this.starts[e]! + unknown * size;
        const own = inside.subarray(start, start + size);
        const slopes = [new Float64Array(size), new Float64Array(size)] as const;
        let isHeld = false;
        for (const side of sides) if (!side.face && this.#addBoundary(own, slopes, side, unknown)) isHeld = true;
        if (!isHeld) continue;
        for (const axis of [0, 1] as const) {
          const lifted = this.kept[e]!.lifted[unknown]![axis]!;
          const width = size + faceSize;
          for (let b = 0; b < width; b++) {
            let sum = 0;
            for (let c = 0; c < size; c++) sum += lifted[c * width + b]! * slopes[axis][c]!;
            if (b < size) own[b]! += sum;
            else faces[this.places[e]![unknown * faceSize + b - size]!]! += sum;
          }
        }
      }
    }
    this.#load = { time, inside, faces };
    return this.#load;
  }

  /** Adds what conditions give at the points of a side. @returns true where they prescribe values */
  #addBoundary(
    own: Float64Array,
    slopes: readonly [Float64Array, Float64Array],
    { from, weights, normals, values }: ElementSide,
    unknown: number,
  ): boolean {
    const { conditions, isLinear } = this.form;
    const onSides = this.#onSides[unknown]!;
    let isHeld = false;
    for (let i = 0, at = from; i < weights.length; i++, at++) {
      const ruler = onSides.rulers[at]!;
      if (ruler < 0) continue;
      const residual = this.#onBoundary.residual(ruler, at);
      if (residual === 0) continue;
      if (conditions[ruler]!.isNatural) {
        addRow(own, values, i, (weights[i]! * residual) / this.#onBoundary.ratio(ruler, onSides, at));
        continue;
      }
      isHeld = true;
      const value = weights[i]! * this.#onBoundary.value(ruler, unknown, at);
      const speed = isLinear ? onSides.speed[at]! : 0;
      addRow(own, values, i, -value * (onSides.hold[at]! + Math.abs(speed) - speed));
      for (const axis of [0, 1] as const) addRow(slopes[axis], values, i, value * normals[2 * i + axis]!);
    }
    return isHeld;
  }

  /** Adds what equations leave at the points inside, by what the program has found. */
  #addSources(inside: Float64Array): void {
    for (const unknown of this.form.rows.keys()) {
      const [rest, sign] = [this.#inside.outputs[unknown]!, this.#signs[unknown]!];
      for (const [e, { size, weights, values, from }] of this.elements.entries()) {
        const start = this.starts[e]! + unknown * size;
        const own = inside.subarray(start, start + size);
        for (let i = 0; i < weights.length; i++) {
          const v = sign * weights[i]! * rest[from + i]!;
          if (v !== 0) addRow(own, values, i, v);
        }
      }
    }
  }

  /**
   * Adds what stands beside the fluxes about a state; where rows are not linear.
   *
   * @param levels - values and derivatives in time, order by order: vectors
   * @param faces - values on faces
   */
  addRestAt(time: number, levels: readonly Float64Array[], faces: Float64Array, to: Sides): void {
    const fill = (
      column: Float64Array,
      { unknown, axis, inTime }: WeakLeaf,
      e: number,
      at: Values & { from: number },
    ) => {
      const { size } = this.elements[e]!;
      const table = axis === undefined ? at.values : at.slopes[axis]!;
      const [vector, first, count] = [levels[inTime]!, this.starts[e]! + unknown * size, table.length / size];
      for (let i = 0; i < count; i++) {
        let sum = 0;
        for (let a = 0; a < size; a++) sum += table[i * size + a]! * vector[first + a]!;
        column[at.from + i] = sum;
      }
    };
    for (const leaf of this.form.leaves)
      for (const [e, element] of this.elements.entries()) {
        fill(this.#moving[leaf.name]!, leaf, e, element);
        if (leaf.inTime === 0) for (const side of element.sides) fill(this.#movingBeside[leaf.name]!, leaf, e, side);
      }
    this.#inside.run(time);
    this.#beside.run(time);
    this.#carry();
    this.#addSources(to.inside);
    for (const unknown of this.form.rows.keys())
      if (this.#onSides[unknown]!.speed.some((v) => v !== 0)) this.#addCarried(unknown, levels[0]!, faces, to);
  }

  /** Adds what carries an unknown over sides, against the stream. */
  #addCarried(unknown: number, vector: Float64Array, faces: Float64Array, to: Sides): void {
    const { speed, rulers } = this.#onSides[unknown]!;
    for (const [e, { size, faceSize, sides }] of this.elements.entries()) {
      const first = this.starts[e]! + unknown * size;
      const own = to.inside.subarray(first, first + size);
      for (const side of sides) {
        const { from, values, traces, face, at } = side;
        const weights = this.#holding(this.#onSides[unknown]!, side);
        const count = face ? traceSize(face) : 0;
        const places = this.places[e]!.subarray(unknown * faceSize + at, unknown * faceSize + at + count);
        for (let i = 0; i < weights.length; i++) {
          const carried = speed[from + i]!;
          if (weights[i] === 0 || carried === 0) continue;
          let jump = face ? 0 : -this.#onBoundary.value(rulers[from + i]!, unknown, from + i);
          for (let a = 0; a < size; a++) jump += values[i * size + a]! * vector[first + a]!;
          for (let f = 0; f < count; f++) jump -= traces[i * count + f]! * faces[places[f]!]!;
          jump *= weights[i]!;
          addRow(own, values, i, (Math.abs(carried) - carried) * jump);
          for (let f = 0; f < count; f++) to.faces[places[f]!]! -= Math.abs(carried) * jump * traces[i * count + f]!;
        }
      }
    }
  }

  /** The start, and whether conditions ask for another state at once. */
  start(): HybridStart & { readonly isContradicted: boolean } {
    const start = hybridStart(this.form, this.elements, this.starts, this.length);
    const begin = this.form.problem.bounds[this.form.problem.time!]![0];
    this.#onBoundary.run(begin);
    const isContradicted = this.#onBoundary.contradict(start.state[0]!, this.elements, this.starts, this.#onSides);
    return { ...start, isContradicted };
  }
}

/** Adds a multiple of row i of a table. */
function addRow(to: Float64Array, table: Float64Array, i: number, factor: number): void {
  for (let a = 0, at = i * to.length; a < to.length; a++, at++) to[a]! += factor * table[at]!;
}
