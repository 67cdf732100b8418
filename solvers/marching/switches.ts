/**
 * Kinks and jumps of equations where a formula of the unknowns changes its sign, as of |u|, max(u, 0) and if(u > 1, …):
 * on which side each is stays fixed in a step, and steps end where a formula passes through 0.
 */
import { call, type Expression } from "../../equations/expression/index.ts";
import { componentAt, polynomialAt, type Step } from "./radau-stages.ts";

/** A formula at whose changes of sign equations turn. */
export interface Switch {
  /** In coordinates, the data of leaves, and the sides of switches before it. */
  readonly of: Expression;
  /** Name of its side among the data of rows: 1 or −1. */
  readonly name: string;
}

/** A call with the side of its switch in the place of a sign. */
export function onSide(node: Extract<Expression, { kind: "call" }>, args: readonly Expression[], side: Expression) {
  const [a, b, c] = args as [Expression, Expression, Expression];
  if (node.name === "sign") return side;
  if (node.name === "abs") return call("mul", side, a);
  if (node.name === "if") return call("if", side, b, c);
  return node.name === "max" ? call("if", side, a, b) : call("if", side, b, a);
}

/** Places in a step at which sides are looked at, and halvings that find a change between two. */
const [looks, halvings] = [8, 50];
/** Share of a step below which a change is at its start. */
const atStart = 1e-9;

/** A change of side. */
export interface Turn {
  readonly index: number;
  /** Place in the step. */
  readonly s: number;
}

/** Sides of the switches of a system, and the values of their formulas. */
export class Switches {
  readonly sides: Float64Array;
  readonly #values: (t: number, of: readonly Float64Array[]) => Float64Array;

  /** @param values - of the formulas, at the time and the unknowns' derivatives by order */
  constructor(sides: Float64Array, values: (t: number, of: readonly Float64Array[]) => Float64Array) {
    this.sides = sides;
    this.#values = values;
  }

  /** Takes the sides at a state. */
  begin(t: number, of: readonly Float64Array[]): void {
    // Those before a switch may be in its formula.
    for (const _ of this.sides)
      this.#values(t, of).forEach((v, k) => {
        this.sides[k] = v < 0 ? -1 : 1;
      });
  }

  flip({ index }: Turn): void {
    this.sides[index] = -this.sides[index]!;
  }

  /** The first change of side in a step; undefined where there is none. */
  turnIn(step: Step): Turn | undefined {
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
    const at = (s: number) => this.#values(step.t + s * step.h, stateAt(step, s))[index]!;
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
    const values = this.#values(step.t + s * step.h, stateAt(step, s));
    return [...values.keys()].filter((k) => values[k]! * this.sides[k]! < 0);
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
