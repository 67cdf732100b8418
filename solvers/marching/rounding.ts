/**
 * Rounding errors of a march: a perturbation that the linearised steps carry on, with what rounding adds after each of
 * them.
 */
import { type Rng, rng } from "../../engine/random/rng.ts";
import type { ImplicitSystem } from "./implicit-system.ts";
import {
  allFinite,
  coefficientsOf,
  combined,
  complexRight,
  type Factors,
  inverse,
  minus,
  movesOf,
  nodes,
  plus,
  type Stages,
  type Step,
  stagesOf,
} from "./radau-stages.ts";

/** Largest move, beside the sizes of components, by which slopes are measured. */
const small = 1e-6;
/** Share of the largest component that counts as a size of others. */
const floor = 1e-8;

/** An accepted step. */
interface Accepted {
  readonly t: number;
  readonly h: number;
  readonly y: readonly Float64Array[];
  readonly stages: Stages;
  /** Residuals at those stages. */
  readonly residuals: readonly Float64Array[];
  readonly factors: Factors;
  /** The time of the last stage. */
  readonly lastStage: number;
  readonly next: readonly Float64Array[];
}

/** Rounding errors in the order of steps: those of the start and of every step, as chance would have them. */
export class Rounding {
  /** The perturbation in every step: of its start, and of its polynomial. */
  readonly steps: Step[] = [];
  readonly #system: ImplicitSystem;
  readonly #random: Rng = rng(0).split("rounding");
  #drawn = 0;
  #state: readonly Float64Array[];

  constructor(system: ImplicitSystem, start: readonly Float64Array[]) {
    this.#system = system;
    this.#state = this.#added(
      start.map((level) => new Float64Array(level.length)),
      start,
    );
  }

  /** Carries the perturbation over a step, by one iteration with its factors. @returns operations */
  follow({ t, h, y, stages, residuals, factors, lastStage, next }: Accepted): number {
    const { work, size, past } = this.#system;
    const state = this.#state;
    const still = nodes.map(() => new Float64Array(size));
    const by = this.#factor(state, y);
    const moved = stagesOf(state, still, h);
    past?.disturb(by, this.steps);
    const slopes = nodes.map((node, i) => {
      const base = stages.one(i);
      const moves = moved.one(i);
      const near = base.map((level, j) => level.map((v, k) => v + by * moves[j]![k]!));
      const at = node === 1 ? lastStage : t + node * h;
      const change = minus(this.#system.evaluate(at, near), residuals[i]!);
      return change.map((v) => (by > 0 ? v / by : 0));
    });
    past?.disturb(0, []);
    const one = factors.one.solve(
      combined(
        slopes,
        inverse[0].map((v) => -v),
      ),
    );
    const both = factors.two.solve(complexRight(slopes));
    const parts = [0, 1].map((part) => Float64Array.from({ length: size }, (_, i) => both[2 * i + part]!));
    const after = stagesOf(state, movesOf([one, ...parts]), h);
    const end = after.levels.map((level) => level[2]!);
    this.steps.push({ t, h, start: state, coefficients: coefficientsOf(state, after) });
    this.#state = this.#added(end.every(allFinite) ? end : state, next);
    return 3 * work.evaluation + work.solution;
  }

  /** The state with new rounding errors of values. */
  #added(state: readonly Float64Array[], values: readonly Float64Array[]): readonly Float64Array[] {
    const { orders } = this.#system;
    return state.map((level, j) => {
      const sizes = this.#sizes(values[j]!);
      const drawn = this.#random.split(this.#drawn++).normal(level.length);
      return plus(
        level,
        sizes.map((size, i) => (orders[i]! > j ? Number.EPSILON * drawn[i]! * size : 0)),
      );
    });
  }

  /** Sizes of components by which they are rounded: their own, or the root mean square of their kind. */
  #sizes(level: Float64Array): Float64Array {
    const { alone, kinds } = this.#system;
    if (alone) return level.map(Math.abs);
    const count = kinds.reduce((most, k) => Math.max(most, k), 0) + 1;
    const [sums, counts] = [new Float64Array(count), new Float64Array(count)];
    level.forEach((v, i) => {
      sums[kinds[i]!]! += v * v;
      counts[kinds[i]!]!++;
    });
    return level.map((_, i) => Math.sqrt(sums[kinds[i]!]! / counts[kinds[i]!]!));
  }

  /** The factor with which a perturbation moves no component by much of its size; 0 of none. */
  #factor(state: readonly Float64Array[], y: readonly Float64Array[]): number {
    let most = 0;
    state.forEach((level, j) => {
      const sizes = this.#sizes(y[j]!);
      const largest = sizes.reduce((m, v) => Math.max(m, v), 0);
      level.forEach((v, i) => {
        if (v !== 0) most = Math.max(most, Math.abs(v) / Math.max(sizes[i]!, floor * largest, Number.MIN_VALUE));
      });
    });
    return most > 0 && most < Number.POSITIVE_INFINITY ? small / most : 0;
  }
}
