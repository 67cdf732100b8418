/**
 * A flow on one mesh as a system in time. What is solved in a stage is linear: the rows' derivatives at a state before, by
 * factors that are kept while they and the length of steps stay; the rest, which is what they miss, is explicit.
 */
import type { AssembledFactors } from "../../engine/numerics/assembled-fronts.ts";
import { gamma } from "../evolution/runge-kutta.ts";
import { beside } from "../evolution/stage-system.ts";
import { errorWeights, explicit, implicit, moments } from "./additive.ts";
import { levelled } from "./gauge.ts";
import type { FlowRows } from "./rows.ts";
import { hasMovingConditions } from "./sides.ts";

/** Factors that are kept. */
const keptFactors = 2;

/** A flow at a stage. */
interface FlowStage {
  readonly time: number;
  readonly values: Float64Array;
  /** Its rows without derivatives in time: the part that is solved, and the rest. */
  readonly solved: Float64Array;
  readonly rest: Float64Array;
}

/** A flow at a moment of a march: all of its rows count as solved. */
export interface FlowState extends FlowStage {
  /** Fastest rate of what the derivatives in use miss. */
  readonly fastest: number;
}

export class FlowSystem {
  readonly rows: FlowRows;
  factorisations = 0;
  readonly #mass: Float64Array;
  readonly #weights: Float64Array;
  /** By rate, of the derivatives in use. */
  #factors = new Map<number, AssembledFactors>();
  #ofInstant: { readonly instant: number; readonly factors: AssembledFactors } | undefined;
  readonly #hasMoving: boolean;
  /** State at which derivatives are taken. */
  #at: FlowStage | undefined;
  #boundary: { readonly time: number; readonly values: Float64Array };

  constructor(rows: FlowRows) {
    this.rows = rows;
    this.#mass = rows.mass();
    this.#weights = rows.squareWeights();
    this.#hasMoving = hasMovingConditions(rows.form);
    this.#boundary = { time: rows.time, values: rows.boundaryAt(rows.time) };
  }

  /** L² of each unknown. */
  sizes(vector: Float64Array): Float64Array {
    const { smooth, nodes, form } = this.rows;
    const of = (from: number, to: number) => {
      let sum = 0;
      for (let i = from; i < to; i++) sum += this.#weights[i]! * vector[i]! ** 2;
      return Math.sqrt(sum);
    };
    const out = new Float64Array(form.inside.length);
    for (const [s, k] of smooth.entries()) out[k] = of(s * nodes, (s + 1) * nodes);
    out[form.pressure] = of(smooth.length * nodes, vector.length);
    return out;
  }

  /**
   * Size of a difference beside those of the unknowns: of all but the pressure, which after an instant is as large as what
   * it took away.
   */
  beside(difference: Float64Array, sizes: Float64Array): number {
    const others = (all: Float64Array) => all.with(this.rows.form.pressure, 0);
    return beside(others(this.sizes(difference)), others(sizes));
  }

  /** The state with these values. */
  state(values: Float64Array, time: number): FlowState {
    return { ...this.#stage(values, time), fastest: this.rows.missedRate() };
  }

  /** Takes the derivatives at a state from now on. */
  linearise(state: FlowState): FlowState {
    this.#at = state;
    this.#factors = new Map();
    return { ...state, fastest: 0 };
  }

  /** A step of Euler's method, linearly implicit, from values that need not meet the rows. */
  euler(values: Float64Array, time: number, step: number): FlowState {
    const { solved } = this.#stage(values, time + step);
    const moves = this.#made(1 / step).solve(solved);
    const next = levelled(
      this.rows,
      values.map((v, i) => v - moves[i]!),
    );
    return this.state(next, time + step);
  }

  /**
   * Values with the pressure that they ask for at their moment: that of stages is of first order in the step. It is that of
   * the change in an instant of which the rows without derivatives in time, as continuity, ask no more than that their
   * conditions move: what the values leave in these rows would be divided by the instant.
   */
  withPressure(values: Float64Array, time: number, instant: number): Float64Array {
    const { solved } = this.#stage(values, time);
    const [old, now] = [this.rows.boundaryAt(time), this.rows.boundaryAt(time + instant)];
    const right = solved.map((v, i) => (this.#mass[i] === 0 ? now[i]! - old[i]! : v));
    // In an instant derivatives by the values do not count, wherever they are taken.
    if (this.#ofInstant?.instant !== instant) this.#ofInstant = { instant, factors: this.#made(1 / instant) };
    const moves = this.#ofInstant.factors.solve(right);
    const from = this.rows.smooth.length * this.rows.nodes;
    return levelled(
      this.rows,
      values.map((v, i) => (i < from ? v : v - moves[i]!)),
    );
  }

  /** A step, and the difference of two orders. */
  step(from: FlowState, step: number): { readonly next: FlowState; readonly error: Float64Array } {
    const mass = this.#mass;
    const rate = 1 / (gamma * step);
    const factors = this.#factorsFor(rate);
    const states: FlowStage[] = [from];
    for (let i = 1; i < moments.length; i++) {
      const before = states[i - 1]!;
      const time = from.time + moments[i]! * step;
      const known = this.#sum(states, (j) => [implicit[i]![j]! / gamma, explicit[i]![j]! / gamma]);
      const [old, now] = [this.#boundaryAt(before.time), this.#boundaryAt(time)];
      const right = known.map((v, k) => {
        const moved = before.solved[k]! + now[k]! - old[k]!;
        return mass[k] === 0 ? moved : moved + v + rate * mass[k]! * (before.values[k]! - from.values[k]!);
      });
      const moves = factors.solve(right);
      const values = before.values.map((v, k) => v - moves[k]!);
      // The part that is solved follows from the stage itself, which it meets.
      const solved = values.map((v, k) => (mass[k] === 0 ? 0 : -known[k]! - rate * mass[k]! * (v - from.values[k]!)));
      states.push(this.#stage(values, time, solved));
    }
    const last = states.at(-1)!;
    // The last stage has its own weights of the rest: what the method's are apart.
    const apart = this.#sum(states, (j) => [0, (implicit.at(-1)![j]! - (explicit.at(-1)![j] ?? 0)) / gamma]);
    const correction = factors.solve(apart);
    const values = last.values.map((v, k) => v - correction[k]!);
    const error = factors.solve(this.#sum(states, (j) => [errorWeights[j]! / gamma, errorWeights[j]! / gamma]));
    return { next: this.state(levelled(this.rows, values), last.time), error };
  }

  /** Sum of the parts of states by their factors, where rows have a derivative in time. */
  #sum(states: readonly FlowStage[], factorsOf: (j: number) => readonly [number, number]): Float64Array {
    const out = new Float64Array(this.rows.size);
    for (const [j, { solved, rest }] of states.entries()) {
      const [p, q] = factorsOf(j);
      if (p === 0 && q === 0) continue;
      for (let k = 0; k < out.length; k++) out[k]! += p * solved[k]! + q * rest[k]!;
    }
    for (let k = 0; k < out.length; k++) if (this.#mass[k] === 0) out[k] = 0;
    return out;
  }

  /** A stage with what its rows have. @param solved - the part that is solved; all without it */
  #stage(values: Float64Array, time: number, solved?: Float64Array): FlowStage {
    this.rows.time = time;
    const whole = this.rows.evaluate(values);
    const isEvolved = (k: number) => this.#mass[k] !== 0;
    return {
      ...{ time, values },
      solved: whole.map((v, k) => (solved && isEvolved(k) ? solved[k]! : v)),
      rest: whole.map((v, k) => (solved && isEvolved(k) ? v - solved[k]! : 0)),
    };
  }

  #boundaryAt(time: number): Float64Array {
    if (this.#hasMoving && time !== this.#boundary.time) this.#boundary = { time, values: this.rows.boundaryAt(time) };
    return this.#boundary.values;
  }

  #factorsFor(rate: number): AssembledFactors {
    const key = Number(rate.toPrecision(9));
    const known = this.#factors.get(key);
    if (!known) {
      this.rows.time = this.#at!.time;
      this.rows.evaluate(this.#at!.values);
      this.rows.remember();
    }
    const made = known ?? this.#made(rate);
    // Those that were used last are kept.
    this.#factors.delete(key);
    this.#factors.set(key, made);
    for (const old of [...this.#factors.keys()].slice(0, -keptFactors)) this.#factors.delete(old);
    return made;
  }

  /** Factors at the values that were evaluated last. */
  #made(rate: number): AssembledFactors {
    this.factorisations++;
    return Object.assign(this.rows, { rate }).linearise();
  }
}
