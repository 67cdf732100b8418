/**
 * Rows of a steady problem on curved blocks: Galerkin's equations with the quadrature rule at the points of Gauss and
 * Lobatto, each block's own part apart from those of its neighbours.
 *
 * A row is the residual of the text at its point by its weight, less the fluxes of second derivatives over the sides of
 * its block. Parts of one node in several blocks have unknown sources that sum to zero, so that each row knows one block
 * alone, and blocks can be eliminated one after the other.
 */
import { type MultifrontalFactors, type MultifrontalPlan, multifrontal } from "../../engine/numerics/multifrontal.ts";
import { ColumnProgram } from "../../equations/expression/index.ts";
import { Mismatch, type RowsForm, solveSmall } from "../spectral/index.ts";
import type { CurvedGrid, Side } from "./grid.ts";

/** A condition at its points. */
interface Face {
  readonly points: Int32Array;
  readonly normals: readonly Float64Array[];
  readonly program: ColumnProgram;
  readonly moving: ReadonlyMap<number, Float64Array>;
}

/** A point of a side with its conditions in slopes, for the rows of the same number of unknowns. */
interface Natural {
  readonly unknowns: readonly number[];
  readonly faces: readonly number[];
  readonly indices: readonly number[];
}

/** A part of a block's side: a point with normal and weight. */
interface Flux {
  readonly normal: readonly number[];
  readonly weight: number;
  /** Absent between blocks. */
  readonly natural: Natural | undefined;
}

/** A normal slope's part in the flux between blocks, in a row. */
interface TermBetween {
  readonly row: number;
  readonly unknown: number;
  readonly axis: number;
  readonly point: number;
  readonly factor: number;
}

/** A condition's part in the flux over an outer side, in a row. */
interface TermOfCondition {
  readonly row: number;
  readonly face: number;
  readonly index: number;
  readonly factor: number;
}

interface TermsOfSides {
  readonly between: readonly TermBetween[];
  readonly natural: readonly TermOfCondition[];
}

/** Factors of an unknown in a row: of its value, its slopes by axis, and its second derivatives at axes·k + m. */
interface Factors {
  value: number;
  readonly first: Float64Array;
  readonly second: Float64Array;
}

/** A stage of a step in time: derivatives in time are rate·(u − known). */
export interface StageOfRows {
  readonly time: number;
  readonly rate: number;
  /** [unknowns, nodes] */
  readonly known: Float64Array;
}

/** A solution of rows that were linearised. */
export interface Linearised {
  /** Moves of unknowns [unknowns, nodes] for right sides of rows. */
  solve(right: Float64Array): Float64Array;
  readonly factors: MultifrontalFactors;
}

export class CurvedRows {
  readonly form: RowsForm;
  readonly grid: CurvedGrid;
  /** Unknowns at nodes. */
  readonly size: number;
  /** Multiplications of one solution, about. */
  readonly operations: number;
  readonly #inside: ColumnProgram;
  readonly #firstSlope: readonly number[];
  readonly #moving: Float64Array[];
  readonly #faces: readonly Face[];
  /** Fluxes over the sides at points, by point. */
  readonly #fluxes = new Map<number, Flux[]>();
  /** The condition that is the row of [unknowns, points], as its number and the number of its point; −1 where none. */
  readonly #fixedFace: Int32Array;
  readonly #fixedIndex: Int32Array;
  /** Rows in order: equation and point. */
  readonly #rows: readonly (readonly [equation: number, point: number])[];
  /** Columns of sources of each row, and their signs. */
  readonly #sources: readonly (readonly (readonly [column: number, sign: number])[])[];
  /** Places of a block's values among those of a row, [blocks][unknowns, points of a block]. */
  readonly #places: readonly Int32Array[];
  readonly #starts: Int32Array;
  readonly #plan: MultifrontalPlan;
  /** Factor of the unknowns in their derivatives in time. */
  #rate = 0;
  #terms: TermsOfSides | undefined;
  #fixed: { readonly still: Float64Array; readonly withRate: Float64Array } | undefined;

  /** @throws Mismatch where a face has another number of conditions than the equations ask for */
  constructor(form: RowsForm, grid: CurvedGrid) {
    const { inside, leaves, problem } = form;
    [this.form, this.grid] = [form, grid];
    this.size = inside.length * grid.nodes;
    const firstSlope: number[] = [];
    const expressions = inside.map(({ residual }) => residual);
    for (const { slopes } of inside) {
      firstSlope.push(expressions.length);
      expressions.push(...slopes.map(({ slope }) => slope));
    }
    this.#firstSlope = firstSlope;
    this.#moving = leaves.map(() => new Float64Array(grid.count));
    this.#inside = new ColumnProgram(expressions, {
      ...{ count: grid.count, space: this.#space(), time: form.time ?? -1, fixed: {}, constants: problem.constants },
      moving: Object.fromEntries(leaves.map(({ name }, k) => [name, this.#moving[k]!])),
    });
    this.#fixedFace = new Int32Array(inside.length * grid.count).fill(-1);
    this.#fixedIndex = new Int32Array(inside.length * grid.count);
    const fixed = new Uint8Array(this.size);
    this.#faces = this.#layFaces(fixed);
    const plan = this.#layRows(fixed);
    [this.#rows, this.#sources, this.#places, this.#starts, this.#plan] = plan;
    this.operations = this.#plan.operations;
  }

  /** Evaluates the rows and their slopes, of equations with derivatives in time those of a stage. */
  evaluate(values: Float64Array, stage?: StageOfRows): Float64Array {
    const { form, grid } = this;
    this.#rate = stage?.rate ?? 0;
    const time = stage?.time ?? 0;
    const derivatives = form.inside.map(
      (_, unknown) => new Derivatives(grid, grid.spread(values, unknown * grid.nodes)),
    );
    for (const [k, { unknown, inSpace, inTime }] of form.leaves.entries()) {
      const column = this.#moving[k]!;
      column.set(derivatives[unknown]!.of(inSpace));
      if (inTime === 0) continue;
      for (const [i, node] of grid.nodeOf.entries())
        column[i] = this.#rate * (column[i]! - stage!.known[unknown * grid.nodes + node]!);
    }
    this.#inside.run(time);
    for (const { points, program, moving } of this.#faces) {
      for (const [leaf, column] of moving)
        for (const [i, point] of points.entries()) column[i] = this.#moving[leaf]![point]!;
      program.run(time);
    }
    const { between, natural } = this.#termsOfSides();
    const { count, weights } = grid;
    const out = Float64Array.from(this.#rows, ([k, point]) => {
      const face = this.#fixedFace[k * count + point]!;
      return face < 0
        ? weights[point]! * this.#inside.outputs[k]![point]!
        : this.#faces[face]!.program.outputs[0]![this.#fixedIndex[k * count + point]!]!;
    });
    const slopes = derivatives.map((own) => (between.length > 0 ? own.first : []));
    for (const { row, unknown, axis, point, factor } of between) out[row]! -= factor * slopes[unknown]![axis]![point]!;
    for (const { row, face, index, factor } of natural)
      out[row]! -= factor * this.#faces[face]!.program.outputs[0]![index]!;
    return out;
  }

  /** Terms of fluxes over sides in rows, with the slopes of what was evaluated last; found once where these are fixed. */
  #termsOfSides(): TermsOfSides {
    if (this.#terms) return this.#terms;
    const { form, grid } = this;
    const between: TermBetween[] = [];
    const natural: TermOfCondition[] = [];
    for (const [row, [k, point]] of this.#rows.entries()) {
      if (this.#fixedFace[k * grid.count + point]! >= 0) continue;
      for (const flux of this.#fluxes.get(point) ?? []) {
        if (flux.natural?.unknowns.includes(k)) {
          const { faces, indices } = flux.natural;
          for (const [c, share] of this.#shares(flux, flux.natural, k, point).entries())
            natural.push({ row, face: faces[c]!, index: indices[c]!, factor: flux.weight * share });
        } else if (!flux.natural) {
          for (let unknown = 0; unknown < form.inside.length; unknown++) {
            const own = flux.weight * this.#fluxFactor(k, unknown, point, flux.normal);
            if (own === 0) continue;
            for (const [axis, part] of flux.normal.entries())
              between.push({ row, unknown, axis, point, factor: own * part });
          }
        }
      }
    }
    const terms = { between, natural };
    if (this.#areSidesFixed) this.#terms = terms;
    return terms;
  }

  /** True where fluxes depend neither on time nor on the unknowns but by their slopes. */
  get #areSidesFixed(): boolean {
    const { inside, leaves } = this.form;
    const isFlux = (leaf: number) => leaves[leaf]!.inSpace.reduce((sum, order) => sum + order, 0) === 2;
    return (
      this.#faces.every(({ program }) => !program.changes.slice(1).some(Boolean)) &&
      inside.every(({ slopes }, k) =>
        slopes.every(({ leaf }, j) => !isFlux(leaf) || !this.#inside.changes[this.#firstSlope[k]! + j]),
      )
    );
  }

  /** Sums of rows at nodes, [unknowns, nodes]. */
  assembled(rows: Float64Array): Float64Array {
    const out = new Float64Array(this.size);
    for (const [row, [k, point]] of this.#rows.entries())
      out[k * this.grid.nodes + this.grid.nodeOf[point]!]! += rows[row]!;
    return out;
  }

  /** Right sides of rows by values at points of each equation, [unknowns][points], where no condition is the row. */
  rightOf(values: (equation: number) => Float64Array | undefined): Float64Array {
    const { count, weights } = this.grid;
    const columns = this.form.inside.map((_, k) => values(k));
    return Float64Array.from(this.#rows, ([k, point]) =>
      this.#fixedFace[k * count + point]! >= 0 ? 0 : weights[point]! * (columns[k]?.[point] ?? 0),
    );
  }

  /** The rows' slopes at what was evaluated last. */
  linearise(): Linearised {
    const factors = this.#plan.factor(this.#entries(), false);
    return { factors, solve: (right) => factors.solve(right).subarray(0, this.size) };
  }

  /** True where slopes depend neither on time nor on the unknowns. */
  get isFixed(): boolean {
    const isStill = ({ changes }: ColumnProgram, from: number) => !changes.slice(from).some(Boolean);
    return isStill(this.#inside, this.form.inside.length) && this.#faces.every(({ program }) => isStill(program, 1));
  }

  /** The largest residual of conditions without slopes at what was evaluated last. */
  get missed(): number {
    let most = 0;
    for (const [i, face] of this.#fixedFace.entries())
      if (face >= 0) most = Math.max(most, Math.abs(this.#faces[face]!.program.outputs[0]![this.#fixedIndex[i]!]!));
    return most;
  }

  /** Coordinates of points; of all those of blocks, which know their own side of a jump. */
  #space(points?: Int32Array): Record<number, Float64Array> {
    const columns = points || !this.form.problem.fluxes ? this.grid.columns : this.grid.within;
    return Object.fromEntries(
      columns.map((column, k) => [this.form.space[k]!, points ? Float64Array.from(points, (i) => column[i]!) : column]),
    );
  }

  #slope(equation: number, j: number): Float64Array {
    return this.#inside.outputs[this.#firstSlope[equation]! + j]!;
  }

  /** Factor of an unknown's normal slope in the flux of an equation. */
  #fluxFactor(equation: number, unknown: number, point: number, normal: readonly number[]): number {
    let sum = 0;
    for (const [j, { leaf }] of this.form.inside[equation]!.slopes.entries()) {
      const own = this.form.leaves[leaf]!;
      if (own.unknown !== unknown) continue;
      const axes = own.inSpace.flatMap((order, k) => Array<number>(order).fill(k));
      if (axes.length === 2) sum += this.#slope(equation, j)[point]! * normal[axes[0]!]! * normal[axes[1]!]!;
    }
    return sum;
  }

  /** Factors by which conditions in slopes stand for the flux of an equation. */
  #shares({ normal }: Flux, { unknowns, faces, indices }: Natural, equation: number, point: number): Float64Array {
    const n = unknowns.length;
    // Sᵀ solves Nᵀ Sᵀ = Fᵀ.
    const [a, b] = [new Float64Array(n * n), new Float64Array(n * n)];
    for (let c = 0; c < n; c++) {
      const { slopes } = this.form.faces[faces[c]!]!;
      for (const [j, { leaf }] of slopes.entries()) {
        const { unknown, inSpace } = this.form.leaves[leaf]!;
        const [l, axis] = [unknowns.indexOf(unknown), inSpace.indexOf(1)];
        if (l >= 0 && axis >= 0)
          a[l * n + c]! += normal[axis]! * this.#faces[faces[c]!]!.program.outputs[1 + j]![indices[c]!]!;
      }
      for (let l = 0; l < n; l++) b[l * n + c] = this.#fluxFactor(unknowns[c]!, unknowns[l]!, point, normal);
    }
    const text = this.form.faces[faces[0]!]!.text;
    if (!solveSmall(a, b, n)) throw new Mismatch(`"${text}" does not determine a flux`);
    const r = unknowns.indexOf(equation);
    const shares = Float64Array.from({ length: n }, (_, c) => b[c * n + r]!);
    if (shares.every((share) => share === 0)) throw new Mismatch(`"${text}" is in slopes where no flux is`);
    return shares;
  }

  /** Entries of the rows, in the order of the pattern: where they are fixed, sums of two that are found once. */
  #entries(): Float64Array {
    const rate = this.#rate;
    if (!this.isFixed) return this.#matrix(rate);
    this.#fixed ??= { still: this.#matrix(0), withRate: this.#matrix(1) };
    const { still, withRate } = this.#fixed;
    return still.map((v, i) => v + rate * (withRate[i]! - v));
  }

  /** The same for a factor in derivatives in time. */
  #matrix(rate: number): Float64Array {
    const { form, grid } = this;
    const unknowns = form.inside.length;
    const { each, count, dimension: d } = grid;
    const values = new Float64Array(this.#starts.at(-1)!);
    const line = new LineOfDerivatives(grid);
    const local = new Float64Array(unknowns * each);
    for (const [row, [k, point]] of this.#rows.entries()) {
      local.fill(0);
      const block = Math.floor(point / each);
      const factors = form.inside.map(
        (): Factors => ({ value: 0, first: new Float64Array(d), second: new Float64Array(d * d) }),
      );
      const face = this.#fixedFace[k * count + point]!;
      if (face >= 0) this.#addCondition(face, this.#fixedIndex[k * count + point]!, 1, rate, factors);
      else {
        const w = grid.weights[point]!;
        for (const [j, { leaf }] of form.inside[k]!.slopes.entries())
          this.#add(leaf, w * this.#slope(k, j)[point]!, rate, factors);
        for (const flux of this.#fluxes.get(point) ?? []) {
          if (flux.natural?.unknowns.includes(k)) {
            for (const [c, share] of this.#shares(flux, flux.natural, k, point).entries())
              this.#addCondition(flux.natural.faces[c]!, flux.natural.indices[c]!, -flux.weight * share, rate, factors);
          } else if (!flux.natural) {
            for (const [l, { first }] of factors.entries()) {
              const factor = flux.weight * this.#fluxFactor(k, l, point, flux.normal);
              for (let m = 0; m < d; m++) first[m]! -= factor * flux.normal[m]!;
            }
          }
        }
      }
      for (const [l, own] of factors.entries()) line.add(point, own, local, l * each);
      const places = this.#places[block]!;
      const start = this.#starts[row]!;
      for (let i = 0; i < local.length; i++) values[start + places[i]!] = local[i]!;
      for (const [i, [, sign]] of this.#sources[row]!.entries()) values[start + local.length + i] = sign;
    }
    return values;
  }

  #add(leaf: number, factor: number, rate: number, factors: readonly Factors[]): void {
    const { unknown, inSpace, inTime } = this.form.leaves[leaf]!;
    const own = factors[unknown]!;
    const axes = inSpace.flatMap((order, k) => Array<number>(order).fill(k));
    if (axes.length === 0) own.value += inTime === 0 ? factor : rate * factor;
    else if (axes.length === 1) own.first[axes[0]!]! += factor;
    else own.second[inSpace.length * axes[0]! + axes[1]!]! += factor;
  }

  #addCondition(face: number, index: number, factor: number, rate: number, factors: readonly Factors[]): void {
    const { slopes } = this.form.faces[face]!;
    for (const [j, { leaf }] of slopes.entries())
      this.#add(leaf, factor * this.#faces[face]!.program.outputs[1 + j]![index]!, rate, factors);
  }

  /** Conditions at the points of outer sides, and fluxes over all sides. */
  #layFaces(fixed: Uint8Array): Face[] {
    const { form, grid } = this;
    const { faces, leaves, problem } = form;
    const points: number[][] = faces.map(() => []);
    const normals: number[][][] = faces.map(() => grid.columns.map(() => []));
    for (const side of grid.sides) this.#laySide(side, points, normals, fixed);
    return faces.map((row, f) => {
      const own = Int32Array.from(points[f]!);
      if (own.length === 0) throw new Mismatch(`"${row.text}" holds at no point of a grid`);
      const columns = normals[f]!.map((column) => Float64Array.from(column));
      const moving = new Map(row.slopes.map(({ leaf }) => [leaf, new Float64Array(own.length)]));
      const program = new ColumnProgram([row.residual, ...row.slopes.map(({ slope }) => slope)], {
        ...{ count: own.length, space: this.#space(own), time: form.time ?? -1, constants: problem.constants },
        fixed: Object.fromEntries(columns.map((column, k) => [`normal${k}`, column])),
        moving: Object.fromEntries([...moving].map(([leaf, column]) => [leaves[leaf]!.name, column])),
      });
      return { points: own, normals: columns, program, moving };
    });
  }

  #laySide(
    { points, normals, weights, outer }: Side,
    faces: number[][],
    ofFaces: number[][][],
    fixed: Uint8Array,
  ): void {
    const { form, grid } = this;
    const { inside, leaves, problem, space } = form;
    const { count, columns, nodeOf, nodes } = grid;
    const place = Float64Array.from(problem.bounds, ([low]) => low);
    const flat = outer ? this.#flatSide(points) : undefined;
    let all: string | undefined;
    for (const [i, point] of points.entries()) {
      const own = this.#fluxes.get(point) ?? [];
      const flux = { normal: normals.map((column) => column[i]!), weight: weights[i]! };
      this.#fluxes.set(point, own);
      if (!outer) {
        own.push({ ...flux, natural: undefined });
        continue;
      }
      // Where sides meet, conditions of a side are those of its points inside.
      const inner = points[innerOf(i, grid)]!;
      for (const [k, column] of columns.entries()) place[space[k]!] = column[inner]!;
      const here = form.faces.flatMap((face, f) => (face.holds(flat?.axis ?? -1, flat?.end, place) ? [f] : []));
      all ??= String(here);
      if (all !== String(here)) throw new Mismatch("conditions change inside of a side of curved blocks");
      const index = new Map(here.map((f) => [f, faces[f]!.push(point) - 1]));
      for (const f of here) for (const [k, column] of ofFaces[f]!.entries()) column.push(flux.normal[k]!);
      const free = new Set(inside.keys());
      const candidates = (f: number) => form.faces[f]!.slopes.map(({ leaf }) => leaves[leaf]!.unknown);
      const values = here.filter((f) => !form.faces[f]!.isNatural);
      for (const f of values.sort((a, b) => candidates(a).length - candidates(b).length)) {
        const unknown = candidates(f).find((k) => free.has(k));
        if (unknown === undefined) throw new Mismatch(`"${form.faces[f]!.text}" is one condition too many on its face`);
        free.delete(unknown);
        const key = unknown * nodes + nodeOf[point]!;
        if (fixed[key]) continue;
        fixed[key] = 1;
        this.#fixedFace[unknown * count + point] = f;
        this.#fixedIndex[unknown * count + point] = index.get(f)!;
      }
      const slopes = here.filter((f) => form.faces[f]!.isNatural);
      if (slopes.length !== free.size) {
        const name = columns
          .map((column, k) => `${problem.axes[space[k]!]} = ${column[point]!.toPrecision(4)}`)
          .join(", ");
        throw new Mismatch(`${here.length} conditions hold at ${name}, where elements ask for ${inside.length}`);
      }
      const natural = {
        unknowns: [...free].sort((a, b) => a - b),
        ...{ faces: slopes, indices: slopes.map((f) => index.get(f)!) },
      };
      own.push({ ...flux, natural });
    }
  }

  /** The face of the domain's box in which a side lies. */
  #flatSide(points: Int32Array): { readonly axis: number; readonly end: "low" | "high" } | undefined {
    const { problem, space } = this.form;
    for (const [axis, column] of this.grid.columns.entries()) {
      const bounds = problem.bounds[space[axis]!]!;
      for (const [k, end] of (["low", "high"] as const).entries())
        if (points.every((i) => Math.abs(column[i]! - bounds[k]!) <= 1e-9 * (bounds[1] - bounds[0])))
          return { axis, end };
    }
    return undefined;
  }

  /** Rows, sources between blocks, and the elimination. */
  #layRows(fixed: Uint8Array) {
    const { form, grid } = this;
    const { nodeOf, nodes, each, count, blocks } = grid;
    const unknowns = form.inside.length;
    const sharing = new Int32Array(nodes);
    for (const node of nodeOf) sharing[node]!++;
    const met = new Int32Array(this.size);
    const sourcesOf = new Map<number, number[]>();
    let columns = this.size;
    const rows: [number, number][] = [];
    const sources: [number, number][][] = [];
    const cells: number[] = [];
    const extent = grid.columns.map((column) => {
      const low = column.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
      return [low, column.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY) - low] as const;
    });
    for (let b = 0; b < blocks.length; b++) {
      const middle = grid.columns.map(
        (column) => column.subarray(b * each, (b + 1) * each).reduce((s, v) => s + v, 0) / each,
      );
      const cell = middle.map((v, k) => Math.round((1e6 * (v - extent[k]![0])) / extent[k]![1]));
      for (let point = b * each; point < (b + 1) * each; point++) {
        for (let k = 0; k < unknowns; k++) {
          const at = k * nodes + nodeOf[point]!;
          if (fixed[at] && this.#fixedFace[k * count + point]! < 0) continue;
          rows.push([k, point]);
          cells.push(...cell);
          const own: [number, number][] = [];
          if (!fixed[at] && sharing[nodeOf[point]!]! > 1) {
            const known = sourcesOf.get(at) ?? [];
            sourcesOf.set(at, known);
            met[at]!++;
            if (met[at]! < sharing[nodeOf[point]!]!) known.push(columns++);
            if (met[at]! < sharing[nodeOf[point]!]!) own.push([known.at(-1)!, 1]);
            else own.push(...known.map((column): [number, number] => [column, -1]));
          }
          sources.push(own);
        }
      }
    }
    const places: Int32Array[] = [];
    const ordered: Int32Array[] = [];
    for (let b = 0; b < blocks.length; b++) {
      const own = Int32Array.from(
        { length: unknowns * each },
        (_, i) => Math.floor(i / each) * nodes + nodeOf[b * each + (i % each)]!,
      );
      const order = [...own.keys()].sort((i, j) => own[i]! - own[j]!);
      const place = new Int32Array(own.length);
      for (const [position, i] of order.entries()) place[i] = position;
      places.push(place);
      ordered.push(Int32Array.from(order, (i) => own[i]!));
    }
    const starts = new Int32Array(rows.length + 1);
    for (const [row, own] of sources.entries()) starts[row + 1] = starts[row]! + unknowns * each + own.length;
    const all = new Int32Array(starts.at(-1)!);
    for (const [row, [, point]] of rows.entries()) {
      const own = ordered[Math.floor(point / each)]!;
      all.set(own, starts[row]!);
      for (const [i, [column]] of sources[row]!.entries()) all[starts[row]! + own.length + i] = column;
    }
    const plan = multifrontal({ starts, columns: all, width: columns }, Int32Array.from(cells), grid.dimension);
    return [rows, sources, places, starts, plan] as const;
  }
}

/** Number of the point inside of a side that is nearest to one of its points. */
function innerOf(i: number, { degree, dimension }: CurvedGrid): number {
  const within = (at: number) => Math.min(degree - 1, Math.max(1, at));
  return dimension === 2 ? within(i) : within(Math.floor(i / (degree + 1))) * (degree + 1) + within(i % (degree + 1));
}

/** Derivatives of values at points, found once. */
class Derivatives {
  readonly #grid: CurvedGrid;
  readonly #values: Float64Array;
  #first: readonly Float64Array[] | undefined;
  readonly #second = new Map<number, readonly Float64Array[]>();

  constructor(grid: CurvedGrid, values: Float64Array) {
    [this.#grid, this.#values] = [grid, values];
  }

  /** Slopes, by axis. */
  get first(): readonly Float64Array[] {
    this.#first ??= this.#grid.derive(this.#values);
    return this.#first;
  }

  of(order: readonly number[]): Float64Array {
    const axes = order.flatMap((n, k) => Array<number>(n).fill(k));
    if (axes.length === 0) return this.#values;
    const one = this.first[axes[0]!]!;
    if (axes.length === 1) return one;
    const found = this.#second.get(axes[0]!) ?? this.#grid.derive(one);
    this.#second.set(axes[0]!, found);
    return found[axes[1]!]!;
  }
}

/** Derivatives at a point as sums over the points of its block. */
class LineOfDerivatives {
  readonly #grid: CurvedGrid;

  constructor(grid: CurvedGrid) {
    this.#grid = grid;
  }

  /** Adds factors of a block's values, from `to` on. */
  add(point: number, { value, first, second }: Factors, out: Float64Array, to: number): void {
    const { each, degree, slopes, functions, dimension: d } = this.#grid;
    const n = degree + 1;
    const start = point - (point % each);
    const local = point % each;
    out[to + local]! += value;
    this.#addFirst(point, first, out, to, 1);
    if (second.every((v) => v === 0)) return;
    const own = new Float64Array(d);
    for (let a = 0; a < d; a++) {
      // Second derivatives are slopes of slopes along lines of the block's own coordinate a.
      let size = 0;
      for (let m = 0; m < d; m++) {
        own[m] = 0;
        for (let k = 0; k < d; k++) own[m]! += second[d * k + m]! * slopes[d * a + k]![point]!;
        size += Math.abs(own[m]!);
      }
      if (size === 0) continue;
      const stride = n ** (d - 1 - a);
      const at = Math.floor(local / stride) % n;
      for (let i = 0; i < n; i++) {
        const factor = functions.first[at * n + i]!;
        if (factor !== 0) this.#addFirst(start + local + (i - at) * stride, own, out, to, factor);
      }
    }
  }

  #addFirst(point: number, first: Float64Array, out: Float64Array, to: number, by: number): void {
    const { each, degree, slopes, functions, dimension: d } = this.#grid;
    const n = degree + 1;
    const local = point % each;
    for (let a = 0; a < d; a++) {
      let factor = 0;
      for (let k = 0; k < d; k++) factor += first[k]! * slopes[d * a + k]![point]!;
      factor *= by;
      if (factor === 0) continue;
      const stride = n ** (d - 1 - a);
      const at = Math.floor(local / stride) % n;
      const from = to + local - at * stride;
      for (let i = 0; i < n; i++) out[from + i * stride]! += factor * functions.first[at * n + i]!;
    }
  }
}
