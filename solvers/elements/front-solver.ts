/**
 * The normal equations RᵀR·x = w of an elimination, solved again and again for vectors of all elements and faces. Without
 * integrals and constants to be found.
 */
import type { Front } from "./elimination.ts";
import { solvedOf, startOf } from "./fronts.ts";
import type { Cell, Face } from "./mesh.ts";

/** A pivot of rounding size, beside the largest of its front. */
const singularPivot = 1e-14;

/** Columns of a front as places of a vector: those that are eliminated, then the others. */
interface Part {
  readonly places: Int32Array;
  readonly pivots: number;
  readonly columns: number;
  readonly triangle: Float64Array;
  readonly inverses: Float64Array;
}

/** An element's columns as places of a vector: its coefficients, then its faces. */
export interface ElementPlaces {
  readonly faces: readonly Face[];
  readonly places: Int32Array;
}

/** Triangular solves of an elimination. */
export class FrontSolver {
  readonly elements = new Map<Cell, ElementPlaces>();
  readonly #parts: Part[] = [];
  readonly #scratch: Float64Array;

  /**
   * @param root - of the elimination
   * @param ofCell - first place and number of an element's coefficients
   * @param ofFace - the same of a face's values
   */
  constructor(
    root: Front,
    ofCell: (cell: Cell) => readonly [from: number, size: number],
    ofFace: (face: Face) => readonly [from: number, size: number],
  ) {
    const range = ([from, size]: readonly [number, number]) => Array.from({ length: size }, (_, k) => from + k);
    const visit = (front: Front): void => {
      front.children.forEach(visit);
      const { pivots, columns, triangle } = solvedOf(front.numbers!);
      const isElement = front.children.length === 0;
      const faces = [...front.faces, ...front.kept].flatMap((face) => range(ofFace(face)));
      const places = Int32Array.from(isElement ? [...range(ofCell(front.cell)), ...faces] : faces);
      if (isElement) this.elements.set(front.cell, { faces: front.kept, places });
      const diagonal = Float64Array.from({ length: pivots }, (_, i) => triangle[startOf(i, columns)]!);
      const least = singularPivot * diagonal.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
      const inverses = diagonal.map((v) => (Math.abs(v) > least ? 1 / v : 0));
      this.#parts.push({ places, pivots, columns, triangle, inverses });
    };
    visit(root);
    this.#scratch = new Float64Array(Math.max(...this.#parts.map(({ columns }) => columns)));
  }

  /** Solves in place. */
  solve(w: Float64Array): void {
    const x = this.#scratch;
    for (const { places, pivots, columns, triangle, inverses } of this.#parts) {
      const count = places.length;
      for (let k = 0; k < count; k++) x[k] = w[places[k]!]!;
      for (let i = 0; i < pivots; i++) {
        const from = startOf(i, columns) - i;
        const v = x[i]! * inverses[i]!;
        x[i] = v;
        if (v !== 0) for (let k = i + 1; k < count; k++) x[k]! -= triangle[from + k]! * v;
      }
      for (let k = 0; k < count; k++) w[places[k]!] = x[k]!;
    }
    for (let p = this.#parts.length - 1; p >= 0; p--) {
      const { places, pivots, columns, triangle, inverses } = this.#parts[p]!;
      const count = places.length;
      for (let k = 0; k < count; k++) x[k] = w[places[k]!]!;
      for (let i = pivots - 1; i >= 0; i--) {
        const from = startOf(i, columns) - i;
        let sum = x[i]!;
        for (let k = i + 1; k < count; k++) sum -= triangle[from + k]! * x[k]!;
        x[i] = sum * inverses[i]!;
        w[places[i]!] = x[i]!;
      }
    }
  }
}
