/** Quadrilaterals that meet at whole sides: a cut goes on through opposite sides until it meets the boundary or itself. */
import type { Block } from "./blocks.ts";

/** A part of a block, with the numbers of its corners. */
export interface Quad {
  readonly block: number;
  /** u and v in its block, from and to. */
  readonly u: readonly [number, number];
  readonly v: readonly [number, number];
  /** (low u, low v), (high u, low v), (low u, high v), (high u, high v) */
  readonly corners: readonly [number, number, number, number];
  /** The one of which it was cut. */
  readonly from: number;
}

/** Sides of a quadrilateral: at low v, high v, low u, high u, by their corners. */
export const sides = [
  [0, 1],
  [2, 3],
  [0, 2],
  [1, 3],
] as const;
export type Side = 0 | 1 | 2 | 3;

/** A side by the numbers of its corners. */
export const sideOf = ({ corners }: Quad, side: Side): string => {
  const [a, b] = sides[side].map((k) => corners[k]!) as [number, number];
  return a < b ? `${a},${b}` : `${b},${a}`;
};

const sidesOf = (quad: Quad): string[] => sides.map((_, side) => sideOf(quad, side as Side));

/** The quadrilaterals of blocks. */
export class Quads {
  readonly blocks: readonly Block[];
  readonly all: readonly Quad[];
  readonly corners: number;
  readonly #bySide = new Map<string, number[]>();

  constructor(blocks: readonly Block[], all: readonly Quad[], corners: number) {
    [this.blocks, this.all, this.corners] = [blocks, all, corners];
    for (const [q, quad] of all.entries())
      for (const key of sidesOf(quad)) this.#bySide.set(key, [...(this.#bySide.get(key) ?? []), q]);
  }

  /** One for each block; corners at one place are the same. */
  static of(blocks: readonly Block[]): Quads {
    const ends = blocks.flatMap(({ low, high }) => [low(0), low(1), high(0), high(1)]);
    const extents = ([0, 1] as const).map((k) => {
      const at = ends.map((end) => end[k]);
      return Math.max(...at) - Math.min(...at);
    });
    const near = 1e-9 * Math.hypot(...extents);
    const places: (readonly [number, number])[] = [];
    const number = (p: readonly [number, number]) => {
      const found = places.findIndex((q) => Math.hypot(p[0] - q[0], p[1] - q[1]) <= near);
      return found >= 0 ? found : places.push(p) - 1;
    };
    const all = blocks.map(
      ({ low, high }, block): Quad => ({
        ...{ block, u: [0, 1], v: [0, 1], from: block },
        corners: [number(low(0)), number(low(1)), number(high(0)), number(high(1))],
      }),
    );
    return new Quads(blocks, all, places.length);
  }

  /** Quadrilaterals at a side. */
  at(side: string): readonly number[] {
    return this.#bySide.get(side) ?? [];
  }

  /** Sides that a cut through one of them crosses, with the quadrilaterals and the sides through which it enters them. */
  chord(first: string): {
    readonly sides: ReadonlySet<string>;
    readonly through: readonly (readonly [number, Side])[];
  } {
    const found = new Set([first]);
    const open = [first];
    const through = new Map<string, readonly [number, Side]>();
    for (let side = open.pop(); side !== undefined; side = open.pop()) {
      for (const q of this.at(side)) {
        const quad = this.all[q]!;
        const own = sidesOf(quad).indexOf(side) as Side;
        through.set(`${q},${own >> 1}`, [q, own]);
        const other = sideOf(quad, (own ^ 1) as Side);
        if (found.has(other)) continue;
        found.add(other);
        open.push(other);
      }
    }
    return { sides: found, through: [...through.values()] };
  }

  /** Cuts all sides of chords in the middle. */
  cut(cuts: ReadonlySet<string>): Quads {
    let corners = this.corners;
    const middles = new Map<string, number>();
    for (const side of cuts) middles.set(side, corners++);
    const all = this.all.flatMap((quad, from): Quad[] => {
      const [bottom, top, left, right] = sidesOf(quad).map((side) => middles.get(side));
      const { block, u, v, corners: c } = quad;
      const [middleU, middleV] = [(u[0] + u[1]) / 2, (v[0] + v[1]) / 2];
      const us = bottom === undefined ? [u[0], u[1]] : [u[0], middleU, u[1]];
      const vs = left === undefined ? [v[0], v[1]] : [v[0], middleV, v[1]];
      const inside = bottom !== undefined && left !== undefined ? corners++ : -1;
      const row = (p: number, m: number | undefined, q: number) => (bottom === undefined ? [p, q] : [p, m!, q]);
      const grid = [
        row(c[0], bottom, c[1]),
        ...(left === undefined ? [] : [row(left, inside, right!)]),
        row(c[2], top, c[3]),
      ];
      return vs.slice(1).flatMap((to, j) =>
        us.slice(1).map((end, i) => ({
          ...{ block, from, u: [us[i]!, end] as const, v: [vs[j]!, to] as const },
          corners: [grid[j]![i]!, grid[j]![i + 1]!, grid[j + 1]![i]!, grid[j + 1]![i + 1]!] as const,
        })),
      );
    });
    return new Quads(this.blocks, all, corners);
  }
}
