/**
 * Stages of an evolution on hybrid discontinuous elements: elements know their neighbours by the values on faces alone,
 * so that a stage is solved on faces, and each element's polynomials follow.
 */
import type { MultifrontalFactors } from "../../engine/numerics/multifrontal.ts";
import type { Cell, Mesh } from "../elements/mesh.ts";
import { type HybridElement, productsFor } from "./hybrid-element.ts";
import { type ElementMemory, HybridRows, type Sides } from "./hybrid-rows.ts";
import { eliminate, Skeleton } from "./skeleton.ts";
import { beside, leastSize, type RowsLeft, type Stage, type StageTolerance } from "./stage-system.ts";
import type { WeakForm } from "./weak-form.ts";

/** Factorisations that are kept; steps of Newton's method in a stage, and ratio of lengths that asks for a new one. */
const [keptFactors, mostSteps, slow] = [3, 8, 0.4];
/** Ratio of lengths of steps that is thought of, to begin with; and factorisations in a stage at most. */
const [firstContraction, mostFactors] = [0.5, 3];

/** A factorisation for one rate. */
interface Factored {
  /** Eliminated matrices of elements. */
  readonly elements: readonly Float64Array[];
  readonly skeleton: MultifrontalFactors;
  contraction: number;
}

export class HybridSystem {
  readonly cells: readonly Cell[];
  readonly length: number;
  factorisations = 0;
  readonly #rows: HybridRows;
  readonly #skeleton: Skeleton;
  readonly #factors = new Map<number, Factored>();
  /** Values on faces, which begin the next stage. */
  readonly #faces: Float64Array;

  /** @throws NoHybrid where the mesh or the problem's factors do not suit */
  constructor(form: WeakForm, mesh: Mesh, known: ElementMemory = { insides: new Map(), elements: new Map() }) {
    const rows = new HybridRows(form, mesh, known);
    [this.#rows, this.length] = [rows, rows.length];
    this.cells = rows.elements.map(({ cell }) => cell);
    this.#faces = new Float64Array(rows.faceLength);
    this.#skeleton = new Skeleton([...rows.faces], rows.places, form.rows.length, mesh);
  }

  /** The start by least squares, and squares of what it misses on each element. */
  start(): ReturnType<HybridRows["start"]> {
    return this.#rows.start();
  }

  /** Solves a stage; false where Newton's method did not come to rest. */
  solve(stage: Stage, { most, sizes }: StageTolerance): boolean {
    const { guess, rate } = stage;
    const { isLinear } = this.#rows.form;
    for (let renewed = 0; ; renewed++) {
      let factored = this.#factors.get(rate);
      let before: number | undefined;
      for (let step = 0; step < mostSteps; step++) {
        const rest = this.#rest(stage);
        factored ??= this.#factorise(rate);
        const by = this.#eliminated(factored, rest);
        for (let i = 0; i < guess.length; i++) guess[i]! -= by.inside[i]!;
        for (let i = 0; i < this.#faces.length; i++) this.#faces[i]! -= by.faces[i]!;
        const length = this.beside(this.sizes(by.inside), sizes);
        if (!Number.isFinite(length)) return false;
        if (isLinear) return true;
        if (before !== undefined && before > 0) factored.contraction = length / before;
        const { contraction } = factored;
        if (contraction < 1 && (contraction / (1 - contraction)) * length <= most) return true;
        if (before !== undefined && contraction > slow) break;
        before = length;
      }
      this.#factors.delete(rate);
      if (renewed > mostFactors) return false;
    }
  }

  /** Remainders of the rows of a stage. */
  #rest({ guess, known, rate, time }: Stage): Sides {
    const { elements, starts, places, kept, form } = this.#rows;
    const load = this.#rows.loadAt(time);
    const [inside, faces] = [load.inside.slice(), load.faces.slice()];
    const levels = [guess];
    for (const [m, one] of known.entries()) levels.push(levels[m]!.map((v, i) => rate * (v - one[i]!)));
    if (!form.isLinear) this.#rows.addRestAt(time, levels, this.#faces, { inside, faces });
    for (const [e, { size }] of elements.entries()) {
      const { steady, masses } = kept[e]!;
      const [first, wide, own] = [starts[e]!, form.rows.length * size, places[e]!];
      const width = wide + own.length;
      const x = new Float64Array(width);
      x.set(guess.subarray(first, first + wide));
      for (let f = 0; f < own.length; f++) x[wide + f] = this.#faces[own[f]!]!;
      for (let a = 0; a < width; a++) {
        let sum = 0;
        for (let b = 0, at = a * width; b < width; b++, at++) sum += steady[at]! * x[b]!;
        if (a >= wide) faces[own[a - wide]!]! += sum;
        else inside[first + a]! += sum;
      }
      for (const [m, mass] of masses.entries())
        for (let a = 0; a < wide; a++) {
          let sum = 0;
          for (let b = 0, at = a * width; b < wide; b++, at++) sum += mass[at]! * levels[m + 1]![first + b]!;
          inside[first + a]! += sum;
        }
    }
    return { inside, faces };
  }

  #factorise(rate: number): Factored {
    const { form, elements, kept } = this.#rows;
    const { rows, isLinear } = form;
    const matrices = elements.map((element, e) => {
      const { size, faceSize } = element;
      const { steady, masses } = kept[e]!;
      const out = steady.slice();
      if (isLinear)
        for (const [m, mass] of masses.entries()) {
          const factor = rate ** (m + 1);
          for (let i = 0; i < out.length; i++) out[i]! += factor * mass[i]!;
        }
      else this.#rows.addRest(out, element, (order) => rate ** order, true);
      eliminate(out, rows.length * (size + faceSize), rows.length * size);
      return out;
    });
    const factored = { elements: matrices, skeleton: this.#skeleton.factor(matrices), contraction: firstContraction };
    this.#factors.set(rate, factored);
    for (const old of [...this.#factors.keys()].slice(0, -keptFactors)) this.#factors.delete(old);
    this.factorisations++;
    return factored;
  }

  /** Solves the rows of a factorisation, in place. */
  #eliminated({ elements, skeleton }: Factored, { inside, faces }: Sides): Sides {
    const { starts, places: placesOf, elements: own, form } = this.#rows;
    for (const [e, a] of elements.entries()) {
      const [first, wide, places] = [starts[e]!, form.rows.length * own[e]!.size, placesOf[e]!];
      const width = wide + places.length;
      for (let i = 1; i < width; i++) {
        let sum = 0;
        const most = Math.min(i, wide);
        for (let k = 0, at = i * width; k < most; k++, at++) sum += a[at]! * inside[first + k]!;
        if (i < wide) inside[first + i]! -= sum;
        else faces[places[i - wide]!]! -= sum;
      }
    }
    const solved = skeleton.solve(faces);
    for (const [e, a] of elements.entries()) {
      const [first, wide, places] = [starts[e]!, form.rows.length * own[e]!.size, placesOf[e]!];
      const width = wide + places.length;
      for (let i = wide - 1; i >= 0; i--) {
        let sum = inside[first + i]!;
        const row = i * width;
        for (let k = i + 1; k < wide; k++) sum -= a[row + k]! * inside[first + k]!;
        for (let f = 0; f < places.length; f++) sum -= a[row + wide + f]! * solved[places[f]!]!;
        inside[first + i] = sum / a[row + i]!;
      }
    }
    return { inside, faces: solved };
  }

  /** L² of each unknown. */
  sizes(vector: Float64Array): Float64Array {
    const sums = new Float64Array(this.#rows.form.rows.length);
    this.eachUnknown((k, from, to) => {
      for (let i = from; i < to; i++) sums[k]! += vector[i]! ** 2;
    });
    return sums.map(Math.sqrt);
  }

  /** Calls with each unknown and the part of vectors that an element has of it. */
  eachUnknown(visit: (unknown: number, from: number, to: number) => void): void {
    for (const [e, { size }] of this.#rows.elements.entries())
      for (const k of this.#rows.form.rows.keys())
        visit(k, this.#rows.starts[e]! + k * size, this.#rows.starts[e]! + (k + 1) * size);
  }

  readonly beside = beside;

  /** Squares of what polynomials of the next degree would add on each element, beside the sizes of the unknowns. */
  residuals({ guess }: Stage): RowsLeft {
    const sizes = this.sizes(guess);
    const largest = Math.max(...sizes) || 1;
    const squares = Float64Array.from(this.#rows.elements, ({ size, degrees, cell }, e) => {
      let sum = 0;
      for (const [k, own] of sizes.entries()) {
        let [last, before] = [0, 0];
        for (let a = 0; a < size; a++) {
          const square = guess[this.#rows.starts[e]! + k * size + a]! ** 2;
          if (degrees[a] === cell.degree) last += square;
          if (degrees[a] === cell.degree - 1) before += square;
        }
        sum += (last * Math.min(1, last / (before || 1))) / Math.max(own, leastSize * largest) ** 2;
      }
      return sum;
    });
    return { squares, ofZero: 1, share: Math.sqrt(squares.reduce((a, b) => a + b, 0)) };
  }

  /** Coefficients of products of Legendre polynomials on the boxes of elements, [unknowns, (degree + 1)²] of each. */
  field(vector: Float64Array): Float64Array {
    const parts: Float64Array[] = [];
    this.#eachPart(vector, (_, part) => parts.push(part));
    const out = new Float64Array(parts.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const part of parts) {
      out.set(part, at);
      at += part.length;
    }
    return out;
  }

  /** Gives each cell its polynomials. */
  put(vector: Float64Array): void {
    const { rows } = this.#rows.form;
    for (const { cell } of this.#rows.elements)
      cell.coefficients = new Float64Array(rows.length * (cell.degree + 1) ** 2);
    this.#eachPart(vector, ({ cell }, part, unknown) => cell.coefficients!.set(part, unknown * part.length));
  }

  #eachPart(vector: Float64Array, visit: (element: HybridElement, part: Float64Array, unknown: number) => void): void {
    for (const [e, element] of this.#rows.elements.entries())
      for (const k of this.#rows.form.rows.keys()) {
        const from = this.#rows.starts[e]! + k * element.size;
        visit(element, productsFor(element, vector.subarray(from, from + element.size)), k);
      }
  }
}
