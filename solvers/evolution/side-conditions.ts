/** Conditions at the points of the sides of hybrid elements. */
import { ColumnProgram, type Expression } from "../../equations/expression/index.ts";
import type { HybridElement } from "./hybrid-element.ts";
import { NoHybrid } from "./no-hybrid.ts";
import type { WeakForm } from "./weak-form.ts";

/** Direction of slopes in a condition beside that of the flux. */
const oblique = 1e-8;
/** Share of the terms of conditions that a start may miss without a layer of its own. */
const contradicted = 0.02;

/** Numbers of an unknown at the points of all sides. */
export interface OnSides {
  readonly rulers: Int32Array;
  /** A·n, [points, 2]. */
  readonly flux: Float64Array;
  /** Strength with which diffusion holds it, and speed along the normal with which its equation carries it. */
  readonly hold: Float64Array;
  readonly speed: Float64Array;
}

/** Conditions, by their numbers, at the points of all sides, as of the time for which they were run. */
export class SideConditions {
  readonly #form: WeakForm;
  readonly #program: ColumnProgram;
  readonly #firstSlope: readonly number[];
  /** True where what they say changes with time. */
  readonly isMoved: boolean;

  /** @param at - the points with their normals */
  constructor(form: WeakForm, at: Omit<ConstructorParameters<typeof ColumnProgram>[1], "moving">) {
    const { conditions } = form;
    const expressions: Expression[] = conditions.map(({ residual }) => residual);
    const firstSlope: number[] = [];
    for (const { slopes } of conditions) {
      firstSlope.push(expressions.length);
      expressions.push(...slopes.map(({ slope }) => slope));
    }
    this.#form = form;
    this.#firstSlope = firstSlope;
    this.#program = new ColumnProgram(expressions, { ...at, moving: {} });
    this.isMoved = this.#program.changes.some(Boolean);
  }

  run(time: number): void {
    this.#program.run(time);
  }

  /** The rest of a condition at a point for unknowns that are 0. */
  residual(ruler: number, at: number): number {
    return this.#program.outputs[ruler]![at]!;
  }

  /** Factor of one of a condition's leaves. */
  slope(ruler: number, s: number, at: number): number {
    return this.#program.outputs[this.#firstSlope[ruler]! + s]![at]!;
  }

  /** Ratio of a condition's slopes to the flux at a point of a side. */
  ratio(ruler: number, { flux }: OnSides, at: number): number {
    const { slopes, text } = this.#form.conditions[ruler]!;
    const own: [number, number] = [0, 0];
    for (const [s, { leaf }] of slopes.entries()) {
      const { axis } = this.#form.leaves[leaf]!;
      if (axis !== undefined) own[axis]! += this.slope(ruler, s, at);
    }
    const [x, y, p, q] = [flux[2 * at]!, flux[2 * at + 1]!, ...own];
    const ratio = (p * x + q * y) / (x * x + y * y);
    if (!(Math.hypot(p - ratio * x, q - ratio * y) <= oblique * Math.hypot(p, q)))
      throw new NoHybrid(`"${text}" prescribes no flux`);
    return ratio;
  }

  /** The value that a condition prescribes. */
  value(ruler: number, unknown: number, at: number): number {
    const term = this.#form.conditions[ruler]!.slopes.findIndex(
      ({ leaf }) => this.#form.leaves[leaf]!.unknown === unknown,
    );
    return -this.residual(ruler, at) / this.slope(ruler, term, at);
  }

  /** True where they ask for another state at once. */
  contradict(
    state: Float64Array,
    elements: readonly HybridElement[],
    starts: readonly number[],
    onSides: readonly OnSides[],
  ): boolean {
    const { conditions, leaves } = this.#form;
    const [left, whole] = [conditions.map(() => 0), conditions.map(() => 0)];
    for (const [e, { sides, size }] of elements.entries())
      for (const side of sides)
        for (const { rulers } of onSides)
          for (const [i, w] of side.weights.entries()) {
            const ruler = rulers[side.from + i]!;
            if (ruler < 0) continue;
            let sum = this.residual(ruler, side.from + i);
            let terms = Math.abs(sum);
            for (const [s, { leaf }] of conditions[ruler]!.slopes.entries()) {
              const { unknown, axis } = leaves[leaf]!;
              const table = axis === undefined ? side.values : side.slopes[axis]!;
              let value = 0;
              for (let a = 0; a < size; a++) value += table[i * size + a]! * state[starts[e]! + unknown * size + a]!;
              value *= this.slope(ruler, s, side.from + i);
              sum += value;
              terms += Math.abs(value);
            }
            left[ruler]! += w * sum ** 2;
            whole[ruler]! += w * terms ** 2;
          }
    const most = Math.max(...whole, 0);
    return most > 0 && Math.sqrt(Math.max(...left) / most) > contradicted;
  }
}
