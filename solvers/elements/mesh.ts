/** Cells: a box that is cut in two, again and again. What of a cell lies inside of the region is an element. */
import type { Region, Stretch } from "./region.ts";
import { partsWhere } from "./region.ts";

/** A cell of the tree; a leaf that is not empty is an element. */
export interface Cell {
  readonly id: number;
  /** Box of the tree. */
  readonly low: readonly number[];
  readonly high: readonly number[];
  /** Box around what lies inside of the region: where the polynomials live. */
  readonly box: { readonly low: readonly number[]; readonly high: readonly number[] };
  /** True where a part of its box lies outside. */
  readonly cut: boolean;
  readonly empty: boolean;
  readonly stretches: readonly Stretch[];
  readonly level: number;
  /** Its cut. */
  split: { readonly axis: number; readonly at: number; readonly children: readonly [Cell, Cell] } | undefined;
  /** Of polynomials along every axis, where it is an element. */
  degree: number;
  /** [unknowns, (degree + 1)^d]; those of the zero function where there are none. */
  coefficients: Float64Array | undefined;
}

/** Common boundary of two elements: a point, an interval or a rectangle. */
export interface Face {
  readonly id: number;
  readonly axis: number;
  /** Its two elements, the one that lies lower along the axis first; of a periodic axis the higher one. */
  readonly cells: readonly [Cell, Cell];
  /** Its place, as seen from either element. */
  readonly at: readonly [number, number];
  /** Along the other axes, in order. */
  readonly low: readonly number[];
  readonly high: readonly number[];
  readonly periodic: boolean;
}

/** Share of a cell's width within which a cut goes through the end of a stretch of the boundary, and lengths of rounding. */
const [nearEnd, ofRounding] = [1e-3, 4];
/** Share of the width of an element's box by which a curved boundary may go beyond it. */
const mostAround = 1e-2;

/**
 * Directions in which the region is looked for beside a point, more of them where it ends in a narrow angle, and
 * lengths of rounding to go there.
 */
const [few, many, aside] = [32, 1024, 30];

/** Places in an interval. */
const shares = [0.5, 0.3819, 0.6437];

/** The cells of a region. */
export class Mesh {
  readonly region: Region;
  readonly root: Cell;
  #next = 0;
  #nextFace = 0;
  readonly #faces = new Map<string, Face>();
  /** A length of rounding size. */
  readonly #slack: number;

  constructor(region: Region, degree: number) {
    this.region = region;
    this.#slack = 1e-9 * Math.hypot(...region.low.map((l, k) => region.high[k]! - l));
    const stretches = region.shape?.stretches ?? [];
    this.root = this.#cell([...region.low], [...region.high], stretches, 0, degree);
  }

  /** Elements, in the order of the tree. */
  elements(): Cell[] {
    const found: Cell[] = [];
    const visit = (cell: Cell): void => {
      if (cell.split) for (const child of cell.split.children) visit(child);
      else if (!cell.empty) found.push(cell);
    };
    visit(this.root);
    return found;
  }

  /**
   * A mesh with the same cuts.
   *
   * @param visit - called with each element and the one that stands for it
   * @param place - where a cut lies in the copy
   */
  copy(degree: number, visit: (from: Cell, to: Cell) => void, place = (at: number): number => at): Mesh {
    const copy = new Mesh(this.region, degree);
    const follow = (from: Cell, to: Cell): void => {
      if (!from.split) {
        if (!from.empty) visit(from, to);
        return;
      }
      copy.split(to, from.split.axis, place(from.split.at));
      for (const [k, child] of from.split.children.entries()) follow(child, to.split!.children[k]!);
    };
    follow(this.root, copy.root);
    return copy;
  }

  /**
   * Cuts an element across an axis, through a corner of the boundary where one is near; its polynomials go over to the
   * parts.
   */
  split(cell: Cell, axis: number, place: number): void {
    const { shape } = this.region;
    const at = this.#nearestEnd(cell, axis, place);
    const sides: [Stretch[], Stretch[]] = [[], []];
    if (shape) {
      const [point, normal] = [new Float64Array(2), new Float64Array(2)];
      for (const stretch of cell.stretches) {
        const { measure } = shape.pieces[stretch.piece]!;
        const past = (t: number) => {
          shape.place(stretch.piece, t, point, normal);
          // A little inwards, so that a wall between two cells belongs to the one inside.
          return point[axis]! - shape.slack * normal[axis]! - at;
        };
        const asked = {
          holds: (t: number) => past(t) > 0,
          reach: (t: number) => Math.abs(past(t)) / measure,
          inset: (ofRounding * shape.slack) / measure,
          looks: 64,
        };
        for (const { stretch: part, kept } of partsWhere(stretch, asked)) sides[kept ? 1 : 0].push(part);
      }
    }
    const ends = (of: readonly number[], k: number) => of.map((v, i) => (i === axis ? [at, at][k]! : v));
    const low = this.#cell([...cell.low], ends(cell.high, 0), sides[0], cell.level + 1, cell.degree);
    const high = this.#cell(ends(cell.low, 1), [...cell.high], sides[1], cell.level + 1, cell.degree);
    cell.split = { axis, at, children: [low, high] };
  }

  /** A place along an axis, or that of a near end of a stretch inside of the cell. */
  #nearestEnd({ low, high, stretches }: Cell, axis: number, place: number): number {
    const { shape } = this.region;
    const width = high[axis]! - low[axis]!;
    const [point, normal] = [new Float64Array(2), new Float64Array(2)];
    let [found, least] = [place, nearEnd * width];
    for (const { piece, from, to } of stretches) {
      for (const t of [from, to]) {
        shape!.place(piece, t, point, normal);
        const away = Math.abs(point[axis]! - place);
        const isInside = Math.min(point[axis]! - low[axis]!, high[axis]! - point[axis]!) > nearEnd * width;
        if (away < least && isInside) [found, least] = [point[axis]!, away];
      }
    }
    return found;
  }

  /** Faces between elements, by the cell of the tree at whose cut they lie; those of periodic axes at the root. */
  faces(periodic: readonly number[]): Map<Cell, Face[]> {
    const found = new Map<Cell, Face[]>();
    const visit = (cell: Cell): void => {
      if (!cell.split) return;
      const { axis, at, children } = cell.split;
      found.set(cell, this.#between(children[0], children[1], axis, [at, at], false));
      for (const child of children) visit(child);
    };
    visit(this.root);
    const around = periodic.flatMap((axis) =>
      this.#between(this.root, this.root, axis, [this.region.high[axis]!, this.region.low[axis]!], true),
    );
    found.set(this.root, [...(found.get(this.root) ?? []), ...around]);
    return found;
  }

  /**
   * The element at a point; undefined where the point is outside of all. On a cut it is one that has a part of the
   * region beside the point: the other side may be empty, or end elsewhere.
   */
  elementAt(points: ArrayLike<number>, at: number): Cell | undefined {
    const touching: Cell[] = [];
    this.#touching(this.root, points, at, touching);
    const near = touching.filter((cell) => this.#beyond(cell, points, at) <= mostAround);
    if (near.length === 1) return near[0];
    // Where a neighbour has the end of a stretch of the outline, boxes end before the region does.
    const some = near.length > 0 ? near : touching.filter(({ cut }) => cut);
    const open = (directions: number) => some.find((cell) => this.#isOpenBeside(cell, points, at, directions));
    if (near.length === 0) return open(few);
    return open(few) ?? open(many) ?? near[0];
  }

  /** Elements whose box of the tree has a point, or ends so near to it that rounding may have moved it. */
  #touching(cell: Cell, points: ArrayLike<number>, at: number, found: Cell[]): void {
    if (!cell.split) {
      if (!cell.empty) found.push(cell);
      return;
    }
    const { axis, at: cut, children } = cell.split;
    const past = points[at + axis]! - cut;
    if (past <= this.#slack) this.#touching(children[0], points, at, found);
    if (past >= -this.#slack) this.#touching(children[1], points, at, found);
  }

  /** Distance of a point from the box of an element's polynomials beyond rounding, beside the box's width. */
  #beyond({ box: { low, high } }: Cell, points: ArrayLike<number>, at: number): number {
    let most = 0;
    for (let k = 0; k < low.length; k++) {
      const x = points[at + k]!;
      const past = Math.max(low[k]! - x, x - high[k]!) - this.#slack;
      if (past > 0) most = Math.max(most, past / (high[k]! - low[k]!));
    }
    return most;
  }

  /** True where the region is on the cell's side of a point. */
  #isOpenBeside({ cut, low, high }: Cell, points: ArrayLike<number>, at: number, directions: number): boolean {
    const { shape } = this.region;
    if (!cut || !shape) return true;
    const [x, y, step] = [points[at]!, points[at + 1]!, aside * this.#slack];
    for (let k = 0; k < directions; k++) {
      const angle = (2 * Math.PI * (k + 0.5)) / directions;
      const [p, q] = [x + step * Math.cos(angle), y + step * Math.sin(angle)];
      if (p > low[0]! && p < high[0]! && q > low[1]! && q < high[1]! && shape.inside(p, q)) return true;
    }
    return false;
  }

  #cell(low: number[], high: number[], stretches: readonly Stretch[], level: number, degree: number): Cell {
    const { box, cut, empty } = this.#inside(low, high, stretches);
    const id = this.#next++;
    return { id, low, high, box, cut, empty, stretches, level, degree, split: undefined, coefficients: undefined };
  }

  /** The part of a box inside of the region. */
  #inside(low: number[], high: number[], stretches: readonly Stretch[]): Pick<Cell, "box" | "cut" | "empty"> {
    const { shape } = this.region;
    const whole = { box: { low, high }, cut: false, empty: false };
    if (!shape) return whole;
    const middle = [(low[0]! + high[0]!) / 2, (low[1]! + high[1]!) / 2] as const;
    const onFaces = stretches.every(({ piece }) => {
      const flat = shape.pieces[piece]!.flat;
      return flat && [low, high].some((side) => Math.abs(side[flat.axis]! - flat.value) <= shape.slack);
    });
    if (onFaces) return { ...whole, empty: !this.#isInside(low, high) };
    const box = {
      low: [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY],
      high: [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY],
    };
    const add = (x: number, y: number) => {
      for (const [k, v] of [x, y].entries()) {
        const held = Math.min(high[k]!, Math.max(low[k]!, v));
        box.low[k] = Math.min(box.low[k]!, held);
        box.high[k] = Math.max(box.high[k]!, held);
      }
    };
    const [point, normal] = [new Float64Array(2), new Float64Array(2)];
    for (const { piece, from, to } of stretches) {
      for (let k = 0; k <= 16; k++) {
        shape.place(piece, from + ((to - from) * k) / 16, point, normal);
        add(point[0]!, point[1]!);
      }
    }
    for (const x of [low[0]!, high[0]!]) {
      for (const y of [low[1]!, high[1]!]) {
        const near = (v: number, m: number) => v + 1e-7 * (m - v);
        if (shape.inside(near(x, middle[0]), near(y, middle[1]))) add(x, y);
      }
    }
    const thin = box.low.some((l, k) => box.high[k]! - l <= shape.slack);
    return { box: thin ? { low, high } : box, cut: true, empty: thin };
  }

  /**
   * True where the inside of a box is in the region, all of it or nothing: some of a few places, since edges that parts
   * of a combination have in common count as outside.
   */
  #isInside(low: readonly number[], high: readonly number[]): boolean {
    const at = (k: number, share: number) => low[k]! + share * (high[k]! - low[k]!);
    return shares.some((share, k) => this.region.shape!.inside(at(0, share), at(1, shares.at(k - 1)!)));
  }

  #between(a: Cell, b: Cell, axis: number, at: readonly [number, number], periodic: boolean): Face[] {
    if (a.split) {
      const next = a.split.axis === axis ? [a.split.children[1]] : a.split.children;
      return next.flatMap((child) => this.#between(child, b, axis, at, periodic));
    }
    if (b.split) {
      const next = b.split.axis === axis ? [b.split.children[0]] : b.split.children;
      return next.flatMap((child) => this.#between(a, child, axis, at, periodic));
    }
    if (a.empty || b.empty) return [];
    const others = a.low.map((_, k) => k).filter((k) => k !== axis);
    const low = others.map((k) => Math.max(a.low[k]!, b.low[k]!));
    const high = others.map((k) => Math.min(a.high[k]!, b.high[k]!));
    if (low.some((l, k) => !(l < high[k]!))) return [];
    const parts = a.cut || b.cut ? this.#openParts(a, b, axis, at[0], low[0]!, high[0]!) : [[low, high] as const];
    return parts.map(([from, to], k) => {
      const key = `${a.id}:${b.id}:${axis}:${periodic}:${k}`;
      const known = this.#faces.get(key);
      if (known) return known;
      const face: Face = { id: this.#nextFace++, axis, cells: [a, b], at, low: from, high: to, periodic };
      this.#faces.set(key, face);
      return face;
    });
  }

  /** Of an interval between two cells that the boundary crosses: what lies inside. */
  #openParts(a: Cell, b: Cell, axis: number, at: number, low: number, high: number) {
    const shape = this.region.shape!;
    const along = 1 - axis;
    const [point, normal] = [new Float64Array(2), new Float64Array(2)];
    const ends = [low, high];
    for (const { piece, from, to } of [...a.stretches, ...b.stretches]) {
      for (const t of [from, to]) {
        shape.place(piece, t, point, normal);
        const near = Math.abs(point[axis]! - at) <= 10 * shape.slack;
        if (near && point[along]! > low && point[along]! < high) ends.push(point[along]!);
      }
    }
    ends.sort((p, q) => p - q);
    const parts: (readonly [number[], number[]])[] = [];
    for (let k = 1; k < ends.length; k++) {
      const [from, to] = [ends[k - 1]!, ends[k]!];
      if (to - from <= 10 * shape.slack) continue;
      const isOpen = [-1, 1].every((side) => {
        const across = at + side * 2 * shape.slack;
        // Beside the middle as well: it may lie on an edge that parts have in common.
        const middle = (from + to) / 2;
        return [middle, middle + 1e-3 * (to - from)].some((x) =>
          axis === 0 ? shape.inside(across, x) : shape.inside(x, across),
        );
      });
      if (isOpen) parts.push([[from], [to]]);
    }
    return parts;
  }
}
