/** Points with values for all that is not known there: unknowns, their derivatives, constants to be found. */
import { type Rng, rng } from "../../../engine/rng.ts";
import { type Algebra, columns, type Expression, evaluate } from "../../expression/expression.ts";
import { nodesOf } from "../../expression/tree.ts";
import { descended, divisorsOf, type Region } from "../infinite.ts";
import type { Probe } from "../probe.ts";
import type { Problem } from "../problem.ts";

/** Pairs of points between which a surface is looked for, and points from which it is sought downhill. */
const [pairs, descents] = [12, 3];
/** Expressions that are looked at: an integral has as many as its rule has nodes. */
const mostSwitches = 32;
/** Random values beside those that are 1. */
const more = 2;
/** Values of unknowns from 10^−this to 10^this, of either sign. */
const decades = 4;

/** Expressions at whose changes of sign, or zeros, others may jump. */
export function switchesOf(formula: Expression): Expression[] {
  const found = new Set<Expression>(divisorsOf(formula));
  for (const node of nodesOf(formula))
    if (node.kind === "call" && (node.name === "if" || node.name === "sign" || node.name === "atan2"))
      found.add(node.args[0]!);
  return [...found].slice(0, mostSwitches);
}

const free: readonly Expression["kind"][] = ["derivative", "laplacian", "elsewhere", "data", "function"];

/** Points [n, axes + count]: coordinates, then a value of each leaf of a formula that is not known before a solve. */
export class States {
  readonly axes: number;
  /** Leaves that are not known. */
  readonly count: number;
  readonly #keys: readonly string[];
  readonly #elsewhere = new Map<Expression, string>();
  readonly #trainable: Problem["trainable"];
  readonly #constants: Probe["constants"];
  readonly #random: readonly Float64Array[];

  /** @param formula with its integrals written out */
  constructor({ axes, trainable }: Problem, { constants }: Probe, formula: Expression) {
    this.axes = axes.length;
    this.#trainable = trainable;
    this.#constants = constants;
    const keys = new Set<string>();
    for (const node of nodesOf(formula)) {
      if (node.kind === "elsewhere") this.#elsewhere.set(node, `elsewhere ${this.#elsewhere.size}`);
      const key = this.#keyOf(node);
      if (key !== undefined) keys.add(key);
    }
    this.#keys = [...keys];
    this.count = keys.size;
    this.#random = Array.from({ length: 1 + more }, (_, k) => rng(k).split("jumps, states").normal(keys.size));
  }

  #keyOf(node: Expression): string | undefined {
    switch (node.kind) {
      case "derivative":
        return `${node.unknown} ${node.order}`;
      case "laplacian":
        return `${node.unknown} laplacian ${node.axes}`;
      case "elsewhere":
        return this.#elsewhere.get(node);
      case "data":
        return `data ${node.name}`;
      case "constant":
        return Object.hasOwn(this.#trainable, node.name) ? `constant ${node.name}` : undefined;
      default:
        return undefined;
    }
  }

  /** Whether an expression hangs on what is not known. */
  hangsOnStates(e: Expression): boolean {
    return [...nodesOf(e)].some(
      (node) => free.includes(node.kind) || (node.kind === "constant" && Object.hasOwn(this.#trainable, node.name)),
    );
  }

  /** Values of an expression at states [n, axes + count]. */
  values(e: Expression, states: Float64Array): Float64Array {
    const size = this.axes + this.count;
    const count = states.length / size;
    const column = (k: number) => Float64Array.from({ length: count }, (_, i) => states[i * size + k]!);
    const leaf = (key: string) => column(this.axes + this.#keys.indexOf(key));
    const known = columns(count, {
      coordinates: Array.from({ length: this.axes }, (_, k) => column(k)),
      constants: this.#constants,
    });
    const algebra: Algebra<Float64Array> = {
      ...known,
      constant: (name) => (Object.hasOwn(this.#trainable, name) ? leaf(`constant ${name}`) : known.constant(name)),
      data: (name) => leaf(`data ${name}`),
      derivative: (unknown, order) => leaf(`${unknown} ${order}`),
      laplacian: (unknown, axes) => leaf(`${unknown} laplacian ${axes}`),
      // A smooth function of the other point.
      elsewhere: (_unknown, _order, at, node) =>
        leaf(this.#elsewhere.get(node)!).map(
          (v, i) => v + Math.sin(at.reduce((sum, a, k) => sum + (k + 1) * a[i]!, 0)),
        ),
    };
    return evaluate(e, algebra);
  }

  /** A point with all that is not known 1, and with random values; constants to be found about their first guesses. */
  draws(point: Float64Array): Float64Array[] {
    return this.#random.map((random, k) =>
      this.#joined(point.subarray(0, this.axes), (i, key) => {
        const guess = key.startsWith("constant ") ? this.#trainable[key.slice("constant ".length)]! : undefined;
        if (guess !== undefined) return guess + (0.1 + Math.abs(guess)) * 0.3 * random[i]!;
        return k === 0 ? 1 : random[i]!;
      }),
    );
  }

  #joined(point: Float64Array, value: (i: number, key: string) => number): Float64Array {
    return Float64Array.from([...point, ...this.#keys.map((key, i) => value(i, key))]);
  }

  /** Points where an expression of the coordinates changes its sign, or vanishes, with no direction. */
  places(s: Expression, points: Float64Array, region: Region | undefined): (readonly [Float64Array, Float64Array])[] {
    const rows = Array.from({ length: points.length / this.axes }, (_, i) => this.#ones(points, i));
    const found = this.#between(s, rows);
    if (found.length > 0 || !region) return found;
    // A thin layer, or a zero without a change of sign.
    const sizes = this.values(s, joined(rows)).map(Math.abs);
    const typical = sizes.slice().sort()[sizes.length >> 1]!;
    const order = Array.from(sizes.keys()).sort((a, b) => sizes[a]! - sizes[b]!);
    const f = (at: Float64Array) => this.values(s, this.#ones(at, 0));
    const least = order
      .slice(0, descents)
      .map((i) => this.#ones(descended(f, points.slice(i * this.axes, (i + 1) * this.axes), region), 0));
    const none = new Float64Array(this.axes + this.count);
    return least
      .filter((at) => this.values(s, at).every((v) => Math.abs(v) <= 1e-9 * typical))
      .map((at) => [at, none] as const);
  }

  /** A point of several with all that is not known 1. */
  #ones(points: Float64Array, i: number): Float64Array {
    return this.#joined(points.subarray(i * this.axes, (i + 1) * this.axes), () => 1);
  }

  /** States where an expression changes its sign, with the way that leads through them. */
  crossings(s: Expression, points: Float64Array): (readonly [Float64Array, Float64Array])[] {
    const d = this.axes;
    const random = rng(0).split("jumps, crossings");
    const rows = Array.from({ length: points.length / d }, (_, i) =>
      this.#joined(points.subarray(i * d, (i + 1) * d), (_, key) =>
        key.startsWith("constant ")
          ? this.#trainable[key.slice("constant ".length)]! * (1 + 0.3 * random.normal(1)[0]!)
          : wide(random),
      ),
    );
    return this.#between(s, rows);
  }

  #between(s: Expression, rows: readonly Float64Array[]): (readonly [Float64Array, Float64Array])[] {
    const signs = this.values(s, joined(rows)).map((v) => (v > 0 ? 1 : Number.isNaN(v) ? 0 : -1));
    const [above, below] = [1, -1].map((sign) => rows.filter((_, i) => signs[i] === sign)) as [
      Float64Array[],
      Float64Array[],
    ];
    if (above.length === 0 || below.length === 0) return [];
    const [few, others] = above.length < below.length ? [above, below] : [below, above];
    const some = Array.from({ length: pairs }, (_, k) => [
      few[Math.floor((k * few.length) / pairs)]!,
      others[Math.floor((k * others.length) / pairs)]!,
    ]);
    let from = some.map((pair) => pair[0]!);
    let to = some.map((pair) => pair[1]!);
    const ways = from.map((row, i) => row.map((v, k) => to[i]![k]! - v));
    const isAbove = few === above;
    for (let step = 0; step < 60; step++) {
      const middle = from.map((row, i) => row.map((v, k) => (v + to[i]![k]!) / 2));
      const values = this.values(s, joined(middle));
      const stays = middle.map((_, i) => values[i]! > 0 === isAbove);
      [from, to] = [
        from.map((row, i) => (stays[i] ? middle[i]! : row)),
        to.map((row, i) => (stays[i] ? row : middle[i]!)),
      ];
    }
    return from.map((row, i) => [row, ways[i]!] as const);
  }
}

const joined = (all: readonly Float64Array[]) => Float64Array.from(all.flatMap((row) => [...row]));

const wide = (random: Rng): number => {
  const [sign, size] = random.uniform(2);
  return (sign! < 0.5 ? -1 : 1) * 10 ** (decades * (2 * size! - 1));
};
