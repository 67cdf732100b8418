/**
 * A flow on one mesh as a system in time: what is linear where the flow is 0 is solved, by factors that are kept for each
 * length of step; the rest, as convection and forces, is explicit.
 */
import type { AssembledFactors } from "../../engine/numerics/assembled-fronts.ts";
import { gamma } from "../evolution/runge-kutta.ts";
import { beside } from "../evolution/stage-system.ts";
import { errorWeights, explicit, implicit, moments } from "./additive.ts";
import { levelled } from "./gauge.ts";
import type { FlowRows } from "./rows.ts";
import { hasMovingConditions } from "./sides.ts";

/** Factors that are kept. */
const keptFactors = 3;

/** A flow at a stage. */
interface FlowStage {
  readonly time: number;
  readonly values: Float64Array;
  /** Its rows without derivatives in time: the part that is solved, and the rest. */
  readonly solved: Float64Array;
  readonly rest: Float64Array;
}

/** A flow at a moment of a march. */
export interface FlowState extends FlowStage {
  /** Fastest rate of the rest. */
  readonly fastest: number;
}

export class FlowSystem {
  readonly rows: FlowRows;
  factorisations = 0;
  readonly #mass: Float64Array;
  readonly #weights: Float64Array;
  readonly #factors = new Map<number, AssembledFactors>();
  readonly #hasMoving: boolean;
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

  /** A step of Euler's method from values that need not meet the rows. */
  euler(values: Float64Array, time: number, step: number): FlowState {
    const rate = 1 / step;
    // The rest of the values before; what is solved is asked of the sum.
    const rest = this.#at(values, time, this.#part(values, time, 0)).rest;
    const solved = this.#part(values, time + step, 0);
    const right = solved.map((v, i) => (this.#mass[i] === 0 ? v : v + rest[i]!));
    const moves = this.#factorsFor(rate).solve(right);
    const next = levelled(
      this.rows,
      values.map((v, i) => v - moves[i]!),
    );
    return this.#at(next, time + step, this.#part(next, time + step, 0));
  }

  /**
   * Values with the pressure that they ask for at their moment: that of stages is of first order in the step. It is that of
   * the change in an instant of which the rows without derivatives in time, as continuity, ask no more than that their
   * conditions move: what the values leave in these rows would be divided by the instant.
   */
  withPressure(values: Float64Array, time: number, instant: number): Float64Array {
    const whole = this.#part(values, time, 1);
    const [old, now] = [this.rows.boundaryAt(time), this.rows.boundaryAt(time + instant)];
    const right = whole.map((v, i) => (this.#mass[i] === 0 ? now[i]! - old[i]! : v));
    const moves = this.#factorsFor(1 / instant).solve(right);
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
    const solved = last.solved.map((v, k) => v - apart[k]! + rate * mass[k]! * correction[k]!);
    const error = factors.solve(this.#sum(states, (j) => [errorWeights[j]! / gamma, errorWeights[j]! / gamma]));
    return { next: this.#at(levelled(this.rows, values), last.time, solved), error };
  }

  /**
   * A state with less of the highest degree, brought back to the rows without derivatives in time: on curved quadrilaterals
   * what is left has sources, which a pressure would have to take away in an instant. The state's pressure stays.
   */
  damped({ time, values }: FlowState, by: number, instant: number): FlowState {
    const less = this.rows.damped(values, by);
    const missed = this.#part(less, time, 0).map((v, i) => (this.#mass[i] === 0 ? v : 0));
    const moves = this.#factorsFor(1 / instant).solve(missed);
    const from = this.rows.smooth.length * this.rows.nodes;
    const brought = less.map((v, i) => (i < from ? v - moves[i]! : v));
    return this.#at(brought, time, this.#part(brought, time, 0));
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

  /** A stage with what its rows have. @param solved - the part that is solved, where rows have a derivative in time */
  #stage(values: Float64Array, time: number, solved: Float64Array): FlowStage {
    const whole = this.#part(values, time, 1);
    const isEvolved = (k: number) => this.#mass[k] !== 0;
    return {
      ...{ time, values },
      solved: whole.map((v, k) => (isEvolved(k) ? solved[k]! : v)),
      rest: whole.map((v, k) => (isEvolved(k) ? v - solved[k]! : 0)),
    };
  }

  /** The same with the fastest rate. */
  #at(values: Float64Array, time: number, solved: Float64Array): FlowState {
    return { ...this.#stage(values, time, solved), fastest: this.rows.explicitRate() };
  }

  /** Rows without derivatives in time. @param share - of what is not linear */
  #part(values: Float64Array, time: number, share: number): Float64Array {
    Object.assign(this.rows, { time, share });
    return this.rows.evaluate(values);
  }

  #boundaryAt(time: number): Float64Array {
    if (this.#hasMoving && time !== this.#boundary.time) this.#boundary = { time, values: this.rows.boundaryAt(time) };
    return this.#boundary.values;
  }

  #factorsFor(rate: number): AssembledFactors {
    const key = Number(rate.toPrecision(9));
    const known = this.#factors.get(key);
    if (!known) this.factorisations++;
    const made = known ?? Object.assign(this.rows, { rate, share: 0 }).linearise();
    // Those that were used last are kept.
    this.#factors.delete(key);
    this.#factors.set(key, made);
    for (const old of [...this.#factors.keys()].slice(0, -keptFactors)) this.#factors.delete(old);
    return made;
  }
}
