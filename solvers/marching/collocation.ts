/**
 * Rows at points of collocation: tensor products of splines in space, with the conditions of faces at points between
 * them.
 */
import {
  type MultifrontalFactors,
  type MultifrontalPlan,
  multifrontal,
  type SparsePattern,
} from "../../engine/numerics/multifrontal.ts";
import { ColumnProgram, type Expression, evaluateAt } from "../../equations/expression/index.ts";
import type { Problem } from "../../equations/problem/index.ts";
import { type EvolutionForm, type FaceRow, Mismatch, type Row } from "./evolution-form.ts";
import type { ImplicitSystem } from "./implicit-system.ts";
import { Past } from "./past.ts";
import { basisAt, cellOf, collocationPoints, columnOf, type SplineSpace, splineSpace } from "./spline-space.ts";
import { Switches } from "./switches.ts";

/** Cells along each axis of space, and Gauss points in each cell. */
export interface Mesh {
  readonly edges: readonly Float64Array[];
  readonly gauss: number;
}

/** Functions of one unknown: a space along each axis, and the first of its coefficients. */
export interface UnknownSpace {
  readonly along: readonly SplineSpace[];
  readonly first: number;
  /** Number of coefficients. */
  readonly size: number;
  /** Functions at a point: the product of those along the axes. */
  readonly local: number;
}

/** Points at which the same rows hold. */
interface Group {
  readonly rows: readonly Row[];
  readonly count: number;
  /** First row of the system; rows of one residual follow each other. */
  readonly first: number;
  /** By unknown that its leaves need: columns [count, local]. */
  readonly columns: ReadonlyMap<number, Int32Array>;
  /** By leaf: values of the basis [count, local], and the column that the program reads. */
  readonly leaves: ReadonlyMap<number, { readonly basis: Float64Array; readonly moving: Float64Array }>;
  /** Formulas of switches. */
  readonly turns: ColumnProgram;
  readonly residuals: ColumnProgram;
  readonly slopes: ColumnProgram;
  /** Values at other times: the column that the programs read, and the program of the time. */
  readonly past: readonly {
    readonly unknown: number;
    readonly order: number;
    readonly column: Float64Array;
    readonly at: ColumnProgram;
  }[];
  /** Of each row: entries before it in the pattern, and where the block of each unknown begins in it. */
  readonly blocks: readonly {
    readonly first: number;
    readonly width: number;
    readonly at: ReadonlyMap<number, number>;
  }[];
}

/** A system of as many rows as coefficients, at any time: F(t, y, y′, …) = 0. */
export interface Collocation {
  readonly spaces: readonly UnknownSpace[];
  /** Number of coefficients. */
  readonly size: number;
  /** True where the matrix is the same at all times and for all values. */
  readonly isFixed: boolean;
  /** True where moreover factors solve exactly. */
  readonly isSolved: boolean;
  /** Operations of an evaluation, of a real factorisation, and of a real and a complex solution by factors. */
  readonly work: ImplicitSystem["work"];
  /** F at the coefficients `of` and their derivatives in time, in order. */
  evaluate(t: number, of: readonly Float64Array[]): Float64Array;
  /** Takes derivatives of F where it was evaluated last. */
  linearise(t: number, of: readonly Float64Array[]): void;
  /** Factors of Σ_j λ^j ∂F/∂y^(j), with λ = re + i·im, as it was linearised; with rows scaled. */
  factor(re: number, im: number): Pick<MultifrontalFactors, "solve">;
  /** Unknowns at other times, where rows ask for them. */
  readonly past?: Past;
  /** Places at which rows turn with the unknowns. */
  readonly switches?: Switches;
  /** Rows of faces without derivatives in time, where the equations have such of the second order or higher. */
  readonly walls?: Walls;
}

/** Rows that bind the state at every moment, as a sparse matrix ∂F/∂y as it was linearised. */
export interface Walls {
  readonly rows: readonly number[];
  readonly pattern: SparsePattern;
  readonly values: Float64Array;
}

/**
 * Operations that a row takes beside its arithmetic in a factorisation and in a solution, and how much faster
 * arithmetic goes in sums, in dense products and in solutions.
 */
const [eachRow, eachSolved, fastSums, fastProducts, fastSolves] = [40, 8, 3, 16, 12];
/** Real solutions in a real and a complex one together. */
const solutions = 5;
/** Order of the splines on axes with one point in a cell. */
const smoothOrder = 10;

/** Places in space, with their cells. */
export interface Points {
  readonly coordinates: readonly number[][];
  readonly cells: readonly (readonly number[])[];
}

/**
 * Splines of each unknown; on periodic axes of even order, whose values at Gauss points determine them, and as smooth
 * as can be where cells have one point each.
 */
export function unknownSpaces(
  orders: EvolutionForm["orders"],
  periodic: EvolutionForm["periodic"],
  { edges, gauss }: Mesh,
): UnknownSpace[] {
  let next = 0;
  return orders.map((own) => {
    const along = own.map((order, a) =>
      splineSpace(edges[a]!, gauss, periodic[a] ? evenOrder(order, gauss) : order, periodic[a]!),
    );
    const first = next;
    const size = along.reduce((product, s) => product * s.size, 1);
    next += size;
    return { along, first, size, local: along.reduce((product, s) => product * s.local, 1) };
  });
}

const evenOrder = (order: number, gauss: number): number =>
  2 * Math.ceil(Math.max(order, gauss === 1 ? smoothOrder : 1) / 2);

/**
 * Lays out the rows of a problem on a mesh.
 *
 * @param blas - whether the machine's own BLAS may eliminate
 * @throws Mismatch where conditions are too few or too many
 */
export function collocation(problem: Problem, form: EvolutionForm, mesh: Mesh, blas = true): Collocation {
  const { space, orders, periodic, leaves } = form;
  const { edges, gauss } = mesh;
  const spaces = unknownSpaces(orders, periodic, mesh);
  const size = spaces.reduce((sum, one) => sum + one.size, 0);
  const gaussPoints = edges.map((e) => collocationPoints(e, gauss));
  const groups: Group[] = [];
  const switches = new Switches(form.switches.length, (t, of) => {
    const [inside] = groups as [Group];
    fill(inside, t, of);
    inside.turns.run(t);
    return Float64Array.from(inside.turns.outputs, ([v]) => v!);
  });
  const cells: (readonly number[])[] = [];
  let [rows, entries] = [0, 0];
  const add = (residuals: readonly Row[], at: Points, normal: readonly number[]) => {
    const count = at.coordinates.length;
    if (count === 0) return;
    const needed = [...new Set(residuals.flatMap(({ slopes }) => slopes.map(({ leaf }) => leaf)))];
    const unknowns = [...new Set(needed.map((leaf) => leaves[leaf]!.unknown))].sort((a, b) => a - b);
    const columns = new Map(unknowns.map((k) => [k, columnsOf(spaces[k]!, at)] as const));
    const bases = new Map(
      needed.map((leaf) => {
        const { unknown, inSpace } = leaves[leaf]!;
        return [leaf, { basis: basisOf(spaces[unknown]!, at, inSpace), moving: new Float64Array(count) }] as const;
      }),
    );
    const inputs = {
      count,
      space: Object.fromEntries(space.map((axis, a) => [axis, Float64Array.from(at.coordinates, (x) => x[a]!)])),
      time: form.time,
      fixed: Object.fromEntries(space.map((axis, a) => [`normal${axis}`, new Float64Array(count).fill(normal[a]!)])),
      moving: {
        ...Object.fromEntries([...bases].map(([leaf, { moving }]) => [leaves[leaf]!.name, moving])),
        ...Object.fromEntries(form.past.map(({ name }) => [name, new Float64Array(count)])),
        ...Object.fromEntries(
          form.switches.flatMap(({ side, steepness }, k) => [
            [side, switches.sides.subarray(k, k + 1)],
            [steepness, switches.steepness.subarray(k, k + 1)],
          ]),
        ),
      },
      constants: problem.constants,
    };
    const past = form.past.map(({ leaf, at, name }) => {
      const { unknown, inTime: order } = leaves[leaf]!;
      return { unknown, order, column: inputs.moving[name]!, at: new ColumnProgram([at], inputs) };
    });
    const blocks = residuals.map(({ slopes }) => {
      const own = [...new Set(slopes.map(({ leaf }) => leaves[leaf]!.unknown))];
      let width = 0;
      const starts = new Map<number, number>();
      for (const k of own) {
        starts.set(k, width);
        width += spaces[k]!.local;
      }
      const first = entries;
      entries += width * count;
      return { first, width, at: starts };
    });
    groups.push({
      ...{ rows: residuals, count, first: rows, columns, leaves: bases, past, blocks },
      turns: new ColumnProgram(
        form.switches.map(({ of }) => of),
        inputs,
      ),
      residuals: new ColumnProgram(
        residuals.map(({ residual }) => residual),
        inputs,
      ),
      slopes: new ColumnProgram(
        residuals.flatMap(({ slopes }) => slopes.map(({ slope }) => slope)),
        inputs,
      ),
    });
    rows += count * residuals.length;
    for (const _ of residuals) cells.push(...at.cells);
  };
  add(
    form.inside,
    tensor(gaussPoints, edges),
    space.map(() => 0),
  );
  for (const face of facePoints(problem, form, mesh, gaussPoints)) add([face.row], face, face.normal);
  if (rows !== size) throw new Mismatch(`it has ${rows} rows for ${size} coefficients`);
  const pattern = patternOf(groups, rows, entries, size, spaces);
  const dimension = space.length;
  let planned: MultifrontalPlan | undefined;
  const plan = () => {
    planned ??= multifrontal(pattern, Int32Array.from(cells.flat()), dimension, blas);
    return planned;
  };
  const scales = new Float64Array(rows);
  /** By order in time: ∂F/∂y^(j), as it was linearised. */
  const levels = leaves.reduce((most, { inTime }) => Math.max(most, inTime + 1), 1);
  const matrices = Array.from({ length: levels }, () => new Float64Array(entries));
  const past = form.past.length > 0 ? new Past() : undefined;
  const fill = (group: Group, t: number, of: readonly Float64Array[]) => {
    for (const [leaf, { basis, moving }] of group.leaves) {
      const { unknown, inTime } = leaves[leaf]!;
      times(basis, group.columns.get(unknown)!, of[inTime]!, moving);
    }
    for (const { unknown, order, column, at } of group.past) {
      at.run(t);
      column[0] = past!.value(unknown, order, at.outputs[0]![0]!, t);
    }
  };
  const bound = groups
    .slice(1)
    .filter((group) =>
      [...group.leaves.keys()].every((leaf) => leaves[leaf]!.inTime === 0 && form.inTime[leaves[leaf]!.unknown]! > 1),
    );
  const walls = bound.flatMap(({ first, count }) => Array.from({ length: count }, (_, i) => first + i));
  const isSwitched = form.switches.length > 0;
  const isFixed = !isSwitched && groups.every(({ slopes }) => slopes.changes.every((is) => !is));
  return {
    ...{ spaces, size },
    ...{ isFixed, isSolved: isFixed && !past },
    ...(past && { past }),
    ...(isSwitched && { switches }),
    ...(walls.length > 0 && { walls: { rows: walls, pattern, values: matrices[0]! } }),
    get work() {
      const sums = groups.reduce(
        (sum, g) => sum + [...g.leaves.values()].reduce((s, { basis }) => s + basis.length, 40 * g.count),
        0,
      );
      return {
        evaluation: sums / fastSums,
        factorisation: plan().operations / fastProducts + eachRow * size,
        solution: solutions * (plan().entries / fastSolves + eachSolved * size),
      };
    },
    evaluate(t, of) {
      const out = new Float64Array(rows);
      for (const group of groups) {
        fill(group, t, of);
        group.residuals.run(t);
        group.residuals.outputs.forEach((column, q) => {
          out.set(column, group.first + q * group.count);
        });
      }
      return out;
    },
    linearise(t, of) {
      for (const group of groups) {
        fill(group, t, of);
        group.slopes.run(t);
      }
      for (const matrix of matrices) matrix.fill(0);
      for (const group of groups) assemble(group, form, spaces, matrices);
    },
    factor(re, im) {
      const complex = im !== 0;
      const values = combined(matrices, powersOf(re, im), complex);
      for (const group of groups) scale(group, values, scales, complex);
      // Where a derivative is infinite, as that of √u at 0, no step is short enough.
      if (!scales.every((by) => by > 0)) return { solve: (b) => new Float64Array(b.length).fill(Number.NaN) };
      const factors = plan().factor(values, complex);
      const own = scales.slice();
      return {
        solve(b) {
          const scaled = new Float64Array(b.length);
          const half = complex ? 1 : 0;
          for (let i = 0; i < b.length; i++) scaled[i] = b[i]! * own[i >> half]!;
          return factors.solve(scaled);
        },
      };
    },
  };
}

function times(basis: Float64Array, columns: Int32Array, of: Float64Array, into: Float64Array): void {
  const local = basis.length / into.length;
  for (let i = 0, at = 0; i < into.length; i++) {
    let sum = 0;
    for (let q = 0; q < local; q++, at++) sum += basis[at]! * of[columns[at]!]!;
    into[i] = sum;
  }
}

/** 1, λ, λ², … up to the highest order in time. */
export function powersOf(re: number, im: number): readonly (readonly [number, number])[] {
  const powers: (readonly [number, number])[] = [[1, 0]];
  while (powers.length < 5) {
    const [p, q] = powers.at(-1)!;
    powers.push([p * re - q * im, p * im + q * re]);
  }
  return powers;
}

/** Adds the derivatives of a group's rows to the matrices of their orders in time. */
function assemble(
  { rows, count, leaves: bases, slopes: program, blocks }: Group,
  { leaves }: EvolutionForm,
  spaces: readonly UnknownSpace[],
  matrices: readonly Float64Array[],
): void {
  let output = 0;
  rows.forEach(({ slopes }, r) => {
    const { first, width, at } = blocks[r]!;
    for (const { leaf } of slopes) {
      const slope = program.outputs[output++]!;
      const { unknown, inTime } = leaves[leaf]!;
      const { basis } = bases.get(leaf)!;
      const { local } = spaces[unknown]!;
      const [start, matrix] = [first + at.get(unknown)!, matrices[inTime]!];
      for (let i = 0; i < count; i++) {
        const s = slope[i]!;
        if (s === 0) continue;
        const [from, to] = [i * local, start + i * width];
        for (let l = 0; l < local; l++) matrix[to + l] = matrix[to + l]! + s * basis[from + l]!;
      }
    }
  });
}

/** Σ_j λ^j M_j, of complex λ with real and imaginary parts in turn. */
function combined(
  matrices: readonly Float64Array[],
  powers: ReturnType<typeof powersOf>,
  complex: boolean,
): Float64Array {
  const parts = complex ? 2 : 1;
  const out = new Float64Array(matrices[0]!.length * parts);
  matrices.forEach((matrix, j) => {
    const [p, q] = powers[j]!;
    if (complex)
      for (let e = 0; e < matrix.length; e++) {
        out[2 * e] = out[2 * e]! + p * matrix[e]!;
        out[2 * e + 1] = out[2 * e + 1]! + q * matrix[e]!;
      }
    else for (let e = 0; e < matrix.length; e++) out[e] = out[e]! + p * matrix[e]!;
  });
  return out;
}

/** Divides rows by their largest entries; the scale of a row that is not finite is 0 or NaN. */
function scale({ count, first, blocks }: Group, values: Float64Array, scales: Float64Array, complex: boolean): void {
  const parts = complex ? 2 : 1;
  blocks.forEach(({ first: start, width }, r) => {
    for (let i = 0; i < count; i++) {
      const [from, to] = [(start + i * width) * parts, (start + (i + 1) * width) * parts];
      let most = 0;
      for (let k = from; k < to; k++) most = Math.max(most, Math.abs(values[k]!));
      const by = most === 0 ? 1 : 1 / most;
      scales[first + r * count + i] = by;
      for (let k = from; k < to; k++) values[k]! *= by;
    }
  });
}

function patternOf(
  groups: readonly Group[],
  rows: number,
  entries: number,
  width: number,
  spaces: readonly UnknownSpace[],
) {
  const starts = new Int32Array(rows + 1);
  const columns = new Int32Array(entries);
  for (const { blocks, count, first, columns: of } of groups) {
    blocks.forEach(({ first: start, width: wide, at }, r) => {
      for (let i = 0; i < count; i++) {
        starts[first + r * count + i + 1] = start + (i + 1) * wide;
        for (const [k, offset] of at) {
          const { local } = spaces[k]!;
          const own = of.get(k)!;
          for (let l = 0; l < local; l++) columns[start + i * wide + offset + l] = own[i * local + l]!;
        }
      }
    });
  }
  return { starts, columns, width };
}

/** All combinations of positions along the axes, with their cells. */
export function tensor(along: readonly Float64Array[], edges: readonly Float64Array[]): Points {
  let coordinates: number[][] = [[]];
  let cells: number[][] = [[]];
  along.forEach((points, a) => {
    const own = Array.from(points, (x) => cellOf({ edges: edges[a]! }, x));
    cells = cells.flatMap((before) => own.map((cell) => [...before, cell]));
    coordinates = coordinates.flatMap((before) => Array.from(points, (x) => [...before, x]));
  });
  return { coordinates, cells };
}

/** Columns [points, local] of the functions of an unknown. */
export function columnsOf({ along, first, local }: UnknownSpace, { cells }: Points): Int32Array {
  const out = new Int32Array(cells.length * local);
  cells.forEach((cell, i) => {
    for (let l = 0; l < local; l++) {
      let [rest, column, stride] = [l, 0, 1];
      for (let a = along.length - 1; a >= 0; a--) {
        const s = along[a]!;
        column += stride * columnOf(s, cell[a]!, rest % s.local);
        rest = Math.floor(rest / s.local);
        stride *= s.size;
      }
      out[i * local + l] = first + column;
    }
  });
  return out;
}

/** Derivatives [points, local] of the functions of an unknown. */
export function basisOf(
  { along, local }: UnknownSpace,
  { coordinates, cells }: Points,
  order: readonly number[],
): Float64Array {
  const out = new Float64Array(coordinates.length * local).fill(1);
  const tables = along.map((s, a) => {
    const table = new Map<string, Float64Array>();
    return (cell: number, x: number) => {
      const key = `${cell}:${x}`;
      const known = table.get(key);
      if (known) return known;
      const all = new Float64Array((order[a]! + 1) * s.local);
      basisAt(s, cell, x, order[a]!, all);
      const row = all.slice(order[a]! * s.local);
      table.set(key, row);
      return row;
    };
  });
  coordinates.forEach((x, i) => {
    let stride = local;
    along.forEach((s, a) => {
      stride /= s.local;
      const row = tables[a]!(cells[i]![a]!, x[a]!);
      for (let l = 0; l < local; l++) out[i * local + l]! *= row[Math.floor(l / stride) % s.local]!;
    });
  });
  return out;
}

interface Face extends Points {
  readonly row: Row;
  readonly normal: readonly number[];
}

/** The conditions at the points of the faces, so that there are as many rows as coefficients are left. */
function facePoints(
  problem: Problem,
  form: EvolutionForm,
  { edges }: Mesh,
  gaussPoints: readonly Float64Array[],
): Face[] {
  const { space, orders, periodic, faces, leaves } = form;
  const found: Face[] = [];
  space.forEach((_, axis) => {
    if (periodic[axis]) return;
    const need = orders.reduce((sum, own) => sum + own[axis]!, 0);
    if (need === 0) return;
    const conditions = faces.filter(({ on }) => on === "boundary" || on.axis === axis);
    const others = space.map((_s, a) => a).filter((a) => a !== axis);
    const [low, high] = [edges[axis]![0]!, edges[axis]!.at(-1)!];
    const sideOf = (side: "low" | "high") => (side === "low" ? low : high);
    const wanting = orders.map((own) => own[axis]!);
    /** Conditions on either side, each with an unknown whose order it serves. */
    const taken: { readonly row: FaceRow; readonly side: "low" | "high"; readonly unknown: number }[] = [];
    const candidates = (["low", "high"] as const).flatMap((side) =>
      conditions
        .filter(({ on }) => on === "boundary" || on.side === "both" || on.side === side)
        .map((row) => ({ row, side })),
    );
    const kept = candidates.filter(({ row }) =>
      row.slopes.some(({ leaf }) => orders[leaves[leaf]!.unknown]![axis]! > 0),
    );
    for (const { row, side } of kept) {
      const own = row.slopes.map(({ leaf }) => leaves[leaf]!.unknown);
      const unknown = own.find((k) => wanting[k]! > 0) ?? wanting.findIndex((n) => n > 0);
      if (unknown >= 0 && row.where === undefined) wanting[unknown]!--;
      taken.push({ row, side, unknown: unknown >= 0 ? unknown : own[0]! });
    }
    const placesOf = (a: number, order: number) => {
      const extra = a > axis && !periodic[a] ? extraPoints(gaussPoints[a]!, edges[a]!, order) : [];
      return Float64Array.from([...gaussPoints[a]!, ...extra]);
    };
    const byPoint = new Map<string, number>();
    const faceRows: Face[] = [];
    for (const { row, side, unknown } of taken) {
      const along = others.map((a) => placesOf(a, orders[unknown]![a]!));
      const { coordinates, cells } = tensor(
        along,
        others.map((a) => edges[a]!),
      );
      const whole = coordinates.map((x) => {
        const point: number[] = [];
        others.forEach((a, j) => {
          point[a] = x[j]!;
        });
        point[axis] = sideOf(side);
        return point;
      });
      const holds = row.where ? holdsAt(problem, row.where, whole, form) : undefined;
      const picked = whole.flatMap((_x, i) => (holds === undefined || holds[i]! > 0 ? [i] : []));
      for (const i of picked) {
        const key = coordinates[i]!.join();
        byPoint.set(key, (byPoint.get(key) ?? 0) + 1);
      }
      // Beside the Gauss points of its own unknowns a condition repeats itself: there the unknown whose order it serves
      // follows its equation.
      const mentioned = [...new Set(row.slopes.map(({ leaf }) => leaves[leaf]!.unknown))];
      const evolves = mentioned.includes(unknown) ? undefined : evolutionOf(form, unknown);
      const own = new Set(
        tensor(
          others.map((a) => placesOf(a, Math.max(...mentioned.map((k) => orders[k]![a]!)))),
          others.map((a) => edges[a]!),
        ).coordinates.map((x) => x.join()),
      );
      const isRepeated = (i: number) => evolves !== undefined && !own.has(coordinates[i]!.join());
      const faceWith = (row: Row, all: readonly number[]): Face => ({
        row,
        normal: space.map((_s, a) => (a === axis ? (side === "low" ? -1 : 1) : 0)),
        coordinates: all.map((i) => whole[i]!),
        cells: all.map((i) => {
          const cell: number[] = [];
          others.forEach((a, j) => {
            cell[a] = cells[i]![j]!;
          });
          cell[axis] = side === "low" ? 0 : edges[axis]!.length - 2;
          return cell;
        }),
      });
      faceRows.push(
        faceWith(
          row,
          picked.filter((i) => !isRepeated(i)),
        ),
      );
      if (evolves) faceRows.push(faceWith(evolves, picked.filter(isRepeated)));
    }
    // An unknown of a lower order along the other axes has fewer points there.
    const expected = new Map<string, number>();
    orders.forEach((own) => {
      if (own[axis] === 0) return;
      const { coordinates } = tensor(
        others.map((a) => placesOf(a, own[a]!)),
        others.map((a) => edges[a]!),
      );
      for (const x of coordinates) expected.set(x.join(), (expected.get(x.join()) ?? 0) + own[axis]!);
    });
    const wrong = [...new Set([...expected.keys(), ...byPoint.keys()])].find((x) => expected.get(x) !== byPoint.get(x));
    if (wrong !== undefined) {
      const [name, have] = [problem.axes[space[axis]!]!, byPoint.get(wrong) ?? 0];
      throw new Mismatch(
        `it has ${have} conditions along ${name} where its orders ask for ${expected.get(wrong) ?? 0}`,
      );
    }
    found.push(...faceRows);
  });
  return found;
}

/** The equation with the highest derivative in time of an unknown. */
const evolutionOf = ({ inside, inTime, leaves }: EvolutionForm, unknown: number): Row | undefined =>
  inside.find(({ slopes }) =>
    slopes.some(({ leaf }) => {
      const { unknown: k, inTime: n } = leaves[leaf]!;
      return k === unknown && n > 0 && n === inTime[unknown];
    }),
  );

/**
 * As many points beside the Gauss points as splines of an order have coefficients beside them: ends, then places
 * between.
 */
export function extraPoints(gauss: Float64Array, edges: Float64Array, order: number): number[] {
  const [low, high] = [edges[0]!, edges.at(-1)!];
  const near = [(low + gauss[0]!) / 2, (high + gauss.at(-1)!) / 2];
  return [low, high, ...near].slice(0, order);
}

function holdsAt(
  problem: Problem,
  where: Expression,
  points: readonly number[][],
  { space, time }: EvolutionForm,
): Float64Array {
  const d = problem.axes.length;
  const all = new Float64Array(points.length * d);
  points.forEach((x, i) => {
    space.forEach((axis, a) => {
      all[i * d + axis] = x[a]!;
    });
    all[i * d + time] = problem.bounds[time]![0];
  });
  return evaluateAt(where, all, d, problem.constants);
}
