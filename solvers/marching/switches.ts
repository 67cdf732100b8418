/**
 * Kinks and jumps of equations where a formula of the unknowns changes its sign, as of |u|, max(u, 0) and if(u > 1, …):
 * the side of each stays fixed in a step, and steps end where a formula passes through 0. Where both sides of a jump
 * lead back to it the solution slides along it (Filippov, Differential Equations with Discontinuous Righthand Sides).
 */
import { call, data, type Expression, number } from "../../equations/expression/index.ts";
import { componentAt, polynomialAt, type Step } from "./radau-stages.ts";

/** A formula at whose changes of sign equations turn. */
export interface Switch {
  /** In coordinates, the data of leaves, and those of switches before it. */
  readonly of: Expression;
  /** Names among the data of rows: of its side, 1 or −1, and of its steepness, which is 0 unless the solution slides. */
  readonly side: string;
  readonly steepness: string;
}

/** A call that turns as a formula on a fixed side; a jump along which the solution slides is a steep line. */
export function onSide({ name }: { readonly name: string }, args: readonly Expression[], at: Switch): Expression {
  const [a, b, c] = args as [Expression, Expression, Expression];
  const side = data(at.side);
  if (name === "abs") return call("mul", side, a);
  if (name === "max") return call("if", side, a, b);
  if (name === "min") return call("if", side, b, a);
  const steepness = data(at.steepness);
  const sliding = call("mul", steepness, at.of);
  if (name === "sign") return call("if", steepness, sliding, side);
  const half = number(0.5);
  const mean = call("mul", half, call("add", b, c));
  const between = call("add", mean, call("mul", sliding, call("mul", half, call("sub", b, c))));
  return call("if", steepness, between, call("if", side, b, c));
}

/** Places in a step at which sides are looked at, and halvings that find a change between two. */
const [looks, halvings] = [8, 50];
/** Width of a jump along which a solution slides, beside the largest value of its formula so far. */
const slidingWidth = 1e-10;
/** Share of a step below which a change is at its start. */
const atStart = 1e-9;
/** Relative change of a state by which its rounding is bounded. */
const relativeRounding = 1e-13;

/** A change of side. */
export interface Turn {
  readonly index: number;
  /** Place in the step. */
  readonly s: number;
}

/** Sides of the switches of a system, and the values of their formulas. */
export class Switches {
  /** By switch, as rows read them: the sides, and the steepness of those along which the solution slides. */
  readonly sides: Float64Array;
  readonly steepness: Float64Array;
  /** Values of the formulas, at the time and the unknowns' derivatives by order. */
  readonly values: (t: number, of: readonly Float64Array[]) => Float64Array;
  readonly #largest: Float64Array;

  constructor(count: number, values: (t: number, of: readonly Float64Array[]) => Float64Array) {
    this.sides = new Float64Array(count).fill(1);
    this.steepness = new Float64Array(count);
    this.#largest = new Float64Array(count);
    this.values = values;
  }

  /** Takes the sides at a state, but for those that are given. */
  begin(t: number, of: readonly Float64Array[], given?: ReadonlyMap<number, number>): void {
    this.steepness.fill(0);
    this.#largest.fill(0);
    // Those before a switch may be in its formula.
    for (const _ of this.sides)
      this.values(t, of).forEach((v, k) => {
        this.sides[k] = given?.get(k) ?? (v > 0 ? 1 : -1);
      });
  }

  /** The switches whose formulas are 0 at a state, but for rounding. */
  near(t: number, of: readonly Float64Array[]): number[] {
    const here = this.values(t, of);
    const rounding = here.map(() => 0);
    for (const level of of)
      for (const [i, v] of level.entries()) {
        level[i] = v * (1 + relativeRounding);
        this.values(t, of).forEach((moved, k) => {
          rounding[k]! += Math.abs(moved - here[k]!);
        });
        level[i] = v;
      }
    return [...here.keys()].filter((k) => Math.abs(here[k]!) <= rounding[k]!);
  }

  /** Values of the formulas at a place in a step. */
  valuesIn(step: Step, s: number): Float64Array {
    return this.values(step.t + s * step.h, stateAt(step, s));
  }

  /** Goes to the other side, or from sliding to the side where it ends: at the start of a step, or at its end. */
  turn({ index, s }: Turn, step: Step): void {
    if (this.steepness[index] === 0) this.sides[index] = -this.sides[index]!;
    else {
      const place = s === 0 ? 0 : 1;
      const value = this.valuesIn(step, place)[index]!;
      this.sides[index] = value > 0 ? 1 : -1;
      this.steepness[index] = 0;
    }
  }

  /** Slides along a jump from now on. */
  slide({ index }: Turn): void {
    this.steepness[index] = 1 / (slidingWidth * (this.#largest[index]! || 1));
  }

  /** The first change of side in a step; undefined where there is none. */
  turnIn(step: Step): Turn | undefined {
    this.valuesIn(step, 0).forEach((v, k) => {
      this.#largest[k] = Math.max(this.#largest[k]!, Math.abs(v));
    });
    let before = 0;
    for (let look = 1; look <= looks; look++) {
      const s = look / looks;
      const turned = this.#turnedAt(step, s);
      if (turned.length > 0) return this.#firstOf(step, turned, [before, s]);
      before = s;
    }
    return undefined;
  }

  /** Time from the end of a step to the zero of a formula, to first order. */
  missed(step: Step, { index }: Turn): number {
    const at = (s: number) => this.#marginsAt(step, s)[index]!;
    const [end, near] = [at(1), at(1 - slopeShare)];
    return (-end * slopeShare * step.h) / (end - near);
  }

  #firstOf(step: Step, turned: readonly number[], [low, high]: readonly [number, number]): Turn {
    let [a, b, index] = [low, high, turned[0]!];
    for (let k = 0; k < halvings && b > atStart; k++) {
      const middle = (a + b) / 2;
      const now = this.#turnedAt(step, middle);
      if (now.length === 0) a = middle;
      else [b, index] = [middle, now[0]!];
    }
    return { index, s: b > atStart ? b : 0 };
  }

  /** Switches that are on the other side at a place in a step. */
  #turnedAt(step: Step, s: number): number[] {
    const margins = this.#marginsAt(step, s);
    return [...margins.keys()].filter((k) => margins[k]! < 0);
  }

  /** Margins at a place in a step until each turns. */
  #marginsAt(step: Step, s: number): Float64Array {
    return this.valuesIn(step, s).map((v, k) =>
      this.steepness[k]! > 0 ? 1 - Math.abs(v * this.steepness[k]!) : v * this.sides[k]!,
    );
  }
}

/** Share of a step over which a slope is taken. */
const slopeShare = 1e-3;

/** Unknowns and all of their derivatives at a place in a step. */
function stateAt(step: Step, s: number): Float64Array[] {
  const top = step.start.length - 1;
  return [...step.start, step.start[top]!].map((level, j) =>
    level.map((_, i) =>
      j <= top ? polynomialAt(step, j, i, s) : componentAt(step, undefined, { unknown: i, level: top, order: 1 }, s),
    ),
  );
}
