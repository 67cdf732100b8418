/** Rows at the sides of quadrilaterals: conditions on the boundary, and fluxes between neighbours. */
import { ColumnProgram, nodesOf } from "../../equations/expression/index.ts";
import { Mismatch, type RowsForm, solveSmall } from "../spectral/index.ts";
import { type PlaneGrid, type Side, sidesOf } from "./grid.ts";
import type { Quads } from "./quads.ts";

/** A problem of flow: the unknown that may jump, by its number. */
export interface FlowForm extends RowsForm {
  readonly pressure: number;
}

/** The first moment; 0 of a steady flow. */
export const firstMoment = ({ problem, time }: FlowForm): number => (time === undefined ? 0 : problem.bounds[time]![0]);

/** True where conditions change with time. */
export const hasMovingConditions = ({ faces, time }: FlowForm): boolean =>
  [...nodesOf(faces.map(({ residual }) => residual))].some((e) => e.kind === "coordinate" && e.axis === time);

/** A condition at its points. */
interface Face {
  readonly points: Int32Array;
  readonly normals: readonly number[][];
  readonly program: ColumnProgram;
  readonly moving: ReadonlyMap<number, Float64Array>;
}

/** Part of a side in the row of an unknown at a point: its own flux, or conditions by their shares. */
export interface Flux {
  readonly unknown: number;
  readonly local: number;
  readonly weight: number;
  readonly normal: readonly [number, number];
  readonly conditions: readonly { readonly face: number; readonly index: number; readonly share: number }[] | undefined;
}

/** A part of an equation's flux through a side: a leaf, by a slope of the equation and the normal along an axis. */
interface FluxPart {
  readonly output: number;
  readonly axis: number;
  readonly leaf: number;
  readonly part: number;
}

/** Condition that is the row of a point. */
interface Condition {
  readonly unknown: number;
  readonly local: number;
  /** Undefined where another quadrilateral has the row. */
  readonly face: number | undefined;
  readonly index: number;
}

/** The nodes of a mesh, and the program of its equations. */
export interface SideContext {
  readonly form: FlowForm;
  readonly mesh: Quads;
  readonly grid: PlaneGrid;
  readonly smooth: readonly number[];
  readonly nodeOf: Int32Array;
  readonly nodes: number;
  /** First slope of each equation among the outputs of the program. */
  readonly firstSlope: readonly number[];
  /** An output of the program at a point. */
  readonly slope: (output: number, point: number) => number;
}

/** Columns of the coordinates of points. */
export const columnsOf = (
  { space }: FlowForm,
  { columns }: PlaneGrid,
  points?: Int32Array,
): Record<number, Float64Array> =>
  Object.fromEntries(
    columns.map((column, k) => [space[k]!, points ? Float64Array.from(points, (i) => column[i]!) : column]),
  );

/** Conditions and fluxes of all sides. */
export class SideRows {
  readonly faces: readonly Face[];
  /** By quadrilateral. */
  readonly fluxes: readonly Flux[][];
  readonly held: readonly Condition[][];
  /** Parts of each equation's flux. */
  readonly ofFlux: readonly (readonly FluxPart[])[];
  readonly #of: SideContext;

  constructor(of: SideContext) {
    this.#of = of;
    const { inside, leaves, pressure } = of.form;
    this.ofFlux = inside.map(({ slopes }, k) =>
      slopes.flatMap(({ leaf }, j): FluxPart[] => {
        const { unknown, inSpace } = leaves[leaf]!;
        const output = of.firstSlope[k]! + j;
        const order = inSpace[0]! + inSpace[1]!;
        if (k === pressure || order === 0 || (order === 1 && unknown !== pressure)) return [];
        return [0, 1].flatMap((axis) => {
          if (inSpace[axis] === 0) return [];
          const below = inSpace.with(axis, inSpace[axis]! - 1);
          const own = leaves.findIndex(
            (one) => one.unknown === unknown && one.inTime === 0 && String(one.inSpace) === String(below),
          );
          return [{ output, axis, leaf: own, part: inSpace[axis]! / order }];
        });
      }),
    );
    [this.faces, this.fluxes, this.held] = this.#laid(sidesOf(of.mesh, of.grid));
  }

  /** Runs the programs of conditions with the values of leaves at all points. */
  run(leaves: readonly Float64Array[], time: number): void {
    for (const { points, program, moving } of this.faces) {
      for (const [leaf, column] of moving) for (const [i, point] of points.entries()) column[i] = leaves[leaf]![point]!;
      program.run(time);
    }
  }

  /** The same with 0 for all leaves. */
  runAtZero(time: number): void {
    for (const { program, moving } of this.faces) {
      for (const column of moving.values()) column.fill(0);
      program.run(time);
    }
  }

  /** Conditions on outer sides, and fluxes through all sides. */
  #laid(all: readonly Side[]): [Face[], Flux[][], Condition[][]] {
    const { form, grid, mesh, smooth, nodeOf, nodes } = this.#of;
    const { faces, leaves, problem } = form;
    const points: number[][] = faces.map(() => []);
    const normals: number[][][] = faces.map(() => [[], []]);
    const fluxes: Flux[][] = mesh.all.map(() => []);
    const held: Condition[][] = mesh.all.map(() => []);
    const natural: {
      readonly side: Side;
      readonly i: number;
      readonly free: readonly number[];
      readonly here: readonly number[];
      readonly indices: readonly number[];
    }[] = [];
    const owner = new Map<number, { face: number; index: number; quad: number; across: number }>();
    const fixed = new Set<number>();
    for (const side of all.filter(({ outer }) => outer)) {
      const flat = this.#flatSide(side.points);
      const [here, ...others] = [...side.points.subarray(1, grid.degree)].map((point) => {
        const place = Float64Array.from(problem.bounds, ([low]) => low);
        for (const [k, column] of grid.columns.entries()) place[form.space[k]!] = column[point]!;
        return faces.flatMap((face, f) => (face.holds(flat?.axis ?? -1, flat?.end, place) ? [f] : []));
      }) as [number[], ...number[][]];
      if (others.some((own) => String(own) !== String(here)))
        throw new Mismatch("conditions change inside of a side of a quadrilateral");
      const unknownsOf = (f: number) => faces[f]!.slopes.map(({ leaf }) => leaves[leaf]!.unknown);
      const isHeld = (f: number) => !faces[f]!.isNatural && unknownsOf(f).some((k) => k !== form.pressure);
      const free = new Set(smooth);
      const byUnknown = here
        .filter(isHeld)
        .sort((a, b) => unknownsOf(a).length - unknownsOf(b).length)
        .map((f) => {
          const unknown = unknownsOf(f).find((k) => free.has(k));
          if (unknown === undefined) throw new Mismatch(`"${faces[f]!.text}" is one condition too many on its side`);
          free.delete(unknown);
          return [f, unknown] as const;
        });
      const rest = here.filter((f) => !isHeld(f));
      if (rest.length !== free.size)
        throw new Mismatch(`${here.length} conditions hold on a side, where velocities ask for ${smooth.length}`);
      for (const [i, point] of side.points.entries()) {
        const index = new Map(here.map((f) => [f, points[f]!.push(point) - 1]));
        for (const f of here) for (const k of [0, 1]) normals[f]![k]!.push(side.normals[k]![i]!);
        for (const [f, unknown] of byUnknown) {
          const key = unknown * nodes + nodeOf[point]!;
          // Where conditions of two sides meet, a velocity is that of the side which it crosses: no flow leaks there.
          const across = Math.abs(
            this.#flux(unknown, form.pressure, point, [side.normals[0]![i]!, side.normals[1]![i]!]),
          );
          const known = owner.get(key);
          if (!known || across > known.across + 1e-9)
            owner.set(key, { face: f, index: index.get(f)!, quad: side.quad, across });
          fixed.add(key);
        }
        const indices = rest.map((f) => index.get(f)!);
        natural.push({ side, i, free: [...free].sort((a, b) => a - b), here: rest, indices });
      }
    }
    for (let point = 0; point < grid.count; point++) {
      for (const unknown of smooth) {
        const key = unknown * nodes + nodeOf[point]!;
        const own = owner.get(key);
        if (!own) continue;
        const quad = Math.floor(point / grid.each);
        const has = own.quad === quad;
        held[quad]!.push({ unknown, local: point % grid.each, face: has ? own.face : undefined, index: own.index });
      }
    }
    const found = faces.map((row, f): Face => {
      const own = Int32Array.from(points[f]!);
      if (own.length === 0) throw new Mismatch(`"${row.text}" holds at no point of a grid`);
      const moving = new Map(row.slopes.map(({ leaf }) => [leaf, new Float64Array(own.length)]));
      const program = new ColumnProgram([row.residual, ...row.slopes.map(({ slope }) => slope)], {
        ...{ count: own.length, space: columnsOf(form, grid, own), time: form.time ?? -1 },
        constants: problem.constants,
        fixed: Object.fromEntries(normals[f]!.map((column, k) => [`normal${k}`, Float64Array.from(column)])),
        moving: Object.fromEntries([...moving].map(([leaf, column]) => [leaves[leaf]!.name, column])),
      });
      program.run(firstMoment(form));
      return { points: own, normals: normals[f]!, program, moving };
    });
    const isFixed = (unknown: number, point: number) => fixed.has(unknown * nodes + nodeOf[point]!);
    for (const side of all.filter(({ outer }) => !outer))
      for (const [i, point] of side.points.entries())
        for (const unknown of smooth)
          if (!isFixed(unknown, point))
            fluxes[side.quad]!.push({
              ...{ unknown, local: point % grid.each, weight: side.weights[i]!, conditions: undefined },
              normal: [side.normals[0]![i]!, side.normals[1]![i]!],
            });
    for (const { side, i, free, here, indices } of natural) {
      const point = side.points[i]!;
      const normal = [side.normals[0]![i]!, side.normals[1]![i]!] as const;
      const shares = this.#shares(point, normal, free, here, indices, found);
      for (const [r, unknown] of free.entries())
        if (!isFixed(unknown, point))
          fluxes[side.quad]!.push({
            ...{ unknown, local: point % grid.each, weight: side.weights[i]!, normal },
            conditions: here.map((face, c) => ({ face, index: indices[c]!, share: shares[r]![c]! })),
          });
    }
    return [found, fluxes, held];
  }

  /**
   * Factors by which conditions stand for fluxes, [unknowns][conditions]: those in slopes for what diffuses, those in
   * pressure alone for the pressure's part.
   */
  #shares(
    point: number,
    normal: readonly [number, number],
    free: readonly number[],
    here: readonly number[],
    indices: readonly number[],
    faces: readonly Face[],
  ): number[][] {
    const { leaves, pressure, faces: rows } = this.#of.form;
    const shares = free.map(() => here.map(() => 0));
    const flux = (equation: number, unknown: number) => this.#flux(equation, unknown, point, normal);
    const open = new Set(free);
    const inSlopes: number[] = [];
    for (const [c, f] of here.entries()) {
      if (rows[f]!.isNatural) {
        inSlopes.push(c);
        continue;
      }
      const unknown = [...open].reduce((a, b) => (Math.abs(flux(b, pressure)) > Math.abs(flux(a, pressure)) ? b : a));
      const most = Math.max(...this.#of.smooth.map((k) => Math.abs(flux(k, pressure))));
      if (!(Math.abs(flux(unknown, pressure)) > leastPart * most))
        throw new Mismatch(`"${rows[f]!.text}" stands where the velocity across the side is prescribed`);
      open.delete(unknown);
      shares[free.indexOf(unknown)]![c] = flux(unknown, pressure) / faces[f]!.program.outputs[1]![indices[c]!]!;
    }
    const left = [...open];
    const n = left.length;
    const [a, b] = [new Float64Array(n * n), new Float64Array(n * n)];
    for (const [k, c] of inSlopes.entries()) {
      const f = here[c]!;
      for (const [j, { leaf }] of rows[f]!.slopes.entries()) {
        const { unknown, inSpace } = leaves[leaf]!;
        const [l, axis] = [left.indexOf(unknown), inSpace.indexOf(1)];
        if (l >= 0 && axis >= 0) a[l * n + k]! += normal[axis]! * faces[f]!.program.outputs[1 + j]![indices[c]!]!;
      }
      for (let l = 0; l < n; l++) b[l * n + k] = flux(left[k]!, left[l]!);
    }
    if (!solveSmall(a, b, n)) throw new Mismatch(`"${rows[here[inSlopes[0]!]!]!.text}" does not determine a flux`);
    for (const [r, unknown] of left.entries())
      for (const [k, c] of inSlopes.entries()) shares[free.indexOf(unknown)]![c] = b[k * n + r]!;
    return shares;
  }

  /** Factor of an unknown in an equation's flux: of its normal slope, or of the pressure. */
  #flux(equation: number, unknown: number, point: number, normal: readonly [number, number]): number {
    let sum = 0;
    for (const { output, axis, leaf, part } of this.ofFlux[equation]!) {
      const { form, slope } = this.#of;
      const { unknown: own, inSpace } = form.leaves[leaf]!;
      const along = own === form.pressure ? 1 : normal[inSpace.indexOf(1)]!;
      if (own === unknown) sum += part * normal[axis]! * along * slope(output, point);
    }
    return sum;
  }

  /** The face of the domain's box in which a side lies. */
  #flatSide(points: Int32Array): { readonly axis: number; readonly end: "low" | "high" } | undefined {
    const { form, grid } = this.#of;
    const { problem, space } = form;
    for (const [axis, column] of grid.columns.entries()) {
      const bounds = problem.bounds[space[axis]!]!;
      for (const [k, end] of (["low", "high"] as const).entries())
        if (points.every((i) => Math.abs(column[i]! - bounds[k]!) <= 1e-9 * (bounds[1] - bounds[0])))
          return { axis, end };
    }
    return undefined;
  }
}

/** Share of the pressure in an equation's flux, beside the largest of all, where a condition on it may stand for it. */
const leastPart = 1e-3;
