/**
 * Columns and the factors of their derivatives at many points, and the rows that these make, in one pass: the points
 * are gone through in parts that stay in the cache, by WebAssembly with vector instructions. What a graph of ONNX
 * Runtime writes to memory between any two operators stays in registers here.
 */
import { ShapeError } from "../errors.ts";
import { OuterWriter } from "../numerics/outer-rows.ts";
import { code, memoryOf, page, wasmModule } from "../numerics/wasm-code.ts";
import type { SystemBlas } from "../system/system-blas.ts";
import { type CodeContext, Functions, imported, type LibraryProduct, type Piece, planPieces } from "./code.ts";
import { NotInRows } from "./items.ts";
import { rowsAtOnce, strideOf } from "./kernels.ts";
import { Arena, type Layout, type MemorySlot, MemorySlots } from "./memory.ts";
import type { Plan } from "./plan.ts";
import { prepare, type RowSet } from "./prepare.ts";

/** A compiled pass. */
export interface RowProgram {
  /** [rows, parameters]: row i is the derivative of number i of {@link values}; filled by {@link fill}. */
  readonly matrix: Float64Array;
  /** Replaces the inputs of a set, each [count, width]. @throws ShapeError where one is longer or shorter */
  setInputs(set: number, inputs: readonly Float64Array[]): void;
  /**
   * The columns of all equations, set by set, one after the other. @throws ShapeError where parameters or `into` are
   * more or fewer
   */
  values(parameters: Float64Array, into: Float64Array): void;
  /** The same, and the matrix. */
  fill(parameters: Float64Array, into: Float64Array): void;
}

/**
 * Compiles a pass.
 *
 * @param parameters - how many
 * @returns undefined where a graph has a node that such a pass cannot compute, or the memory is not to be had
 */
export function rowProgram(parameters: number, sets: readonly RowSet[], blas: SystemBlas): RowProgram | undefined {
  try {
    return build(parameters, sets, blas);
  } catch (error) {
    if (error instanceof NotInRows) return undefined;
    throw error;
  }
}

function build(parameters: number, sets: readonly RowSet[], blas: SystemBlas): RowProgram | undefined {
  const prepared = sets.map((set) => prepare(parameters, set));
  const arena = new Arena();
  // Numbers are read from the address 0 on.
  arena.take(2);
  const theta = arena.take(parameters);
  const shared = arena.bytes;
  arena.take(
    Math.max(
      ...prepared.flatMap(({ layouts, parts }) =>
        (["points", "whole", "values"] as const).map((plan) => layouts[plan].numbers * parts[plan]),
      ),
    ),
  );
  const rows = prepared.reduce((sum, { set, equations }) => sum + set.count * equations.length, 0);
  const functions = new Functions();
  const parts = prepared.map((one) => {
    const { items, plans, layouts, parts: partIn, padded, isFull, set } = one;
    const places = new MemorySlots(arena, theta);
    const inputs = set.widths.map((width) => ({
      address: arena.take(padded * strideOf(width)),
      stride: strideOf(width),
      width,
    }));
    for (const [i, { address, stride }] of inputs.entries()) {
      places.set(`in${i + 1}`, { address, stride, full: true });
    }
    const place = (plan: Plan, layout?: Layout, part = 1) => {
      for (const name of plan.stored.keys()) {
        const item = items.of(name);
        const stride = strideOf(item.width);
        if (!item.rows) places.set(name, { address: arena.take(rowsAtOnce * (stride + 1)), stride, full: false });
        else if (!isFull(item))
          places.set(name, { address: shared + layout!.starts.get(name)! * part * 8, stride, full: false });
        else if (!known.has(name)) {
          known.add(name);
          places.set(name, { address: arena.take(padded * stride), stride, full: true });
        }
      }
    };
    const known = new Set<string>();
    const context = (rowsOfPart: number): CodeContext => ({ items, places, arena, functions, part: rowsOfPart });
    place(plans.small);
    const added = (pieces: readonly Piece[]) => pieces.map((piece) => ("kind" in piece ? piece : functions.add(piece)));
    const small = added(planPieces(plans.small, context(1)));
    const made = (plan: "points" | "values" | "whole") => {
      place(plans[plan], layouts[plan], partIn[plan]);
      const pieces = added(planPieces(plans[plan], context(partIn[plan])));
      return merged(pieces.map((piece) => (typeof piece === "number" ? piece : whereOf(piece, places, partIn[plan]))));
    };
    const [points, values, whole] = [made("points"), made("values"), made("whole")];
    return { ...one, places, inputs, small: small.filter((piece) => typeof piece === "number"), points, values, whole };
  });
  const matrixAt = arena.take(rows * parameters);
  let first = 0;
  const passes = parts.map((one) => {
    const equations = one.equations.map((equation) => {
      const writer = new OuterWriter(2);
      const { factors, blocks } = equation;
      const of = (k: number) => one.places.of(factors[k]!);
      writer.group(
        { sum: false, blocks },
        {
          to: [...code.constant(matrixAt + first * parameters * 8), ...offset(parameters * 8)],
          columns: parameters,
          count: code.get(1),
          at: (k) => [...code.constant(of(k).address), ...(of(k).full ? offset(of(k).stride * 8) : [])],
          stride: (k) => of(k).stride,
        },
      );
      const start = first;
      first += one.set.count;
      return { start, write: functions.add(writer.made()), value: one.places.of(equation.value).address };
    });
    return { ...one, equations };
  });
  // Products of what has no rows go through four all the same: what they read beyond it is to be there.
  const beyond = prepared.flatMap(({ plans }) =>
    plans.small.steps.map((step) => (step.kind === "product" ? rowsAtOnce * step.left.width : 0)),
  );
  arena.take(beyond.reduce((most, numbers) => Math.max(most, numbers), 0));
  const memory = memoryOf(Math.ceil(arena.bytes / page));
  if (!memory) return undefined;
  arena.fill(memory.buffer as ArrayBuffer);
  const run = wasmModule(functions.all, memory, imported);
  const array = (address: number, length: number) => new Float64Array(memory.buffer, address, length);
  const given = array(theta, parameters);
  const begin = (at: Float64Array) => {
    checkLength("parameters", at, parameters);
    given.set(at);
    for (const { places } of passes) {
      for (const { from, to, height, width } of places.transposes()) {
        const [source, target] = [array(from, height * width), array(to, height * width)];
        for (let i = 0; i < height; i++)
          for (let k = 0; k < width; k++) target[k * height + i] = source[i * width + k]!;
      }
    }
  };
  /** Work of a part, by its first row. */
  const callsOf = (pieces: readonly (number | Where)[]): ((row: number) => void)[] =>
    pieces.map((piece) => {
      if (typeof piece === "number") return run[piece]!;
      const { left, right, to, rows: many, inner, columns, add } = piece;
      const made = new Map<number, () => void>();
      const from = (place: MemorySlot, row: number) =>
        array(place.address + (place.full ? row * place.stride * 8 : 0), many * place.stride);
      const fixed = !left.full && !to.full;
      return (row) => {
        const key = fixed ? 0 : row;
        let call = made.get(key);
        if (!call) {
          const arrays = { a: from(left, row), b: array(right, inner * columns), c: from(to, row), add };
          call = blas.product({ rows: many, inner, columns, strideA: left.stride, strideC: to.stride }, arrays);
          made.set(key, call);
        }
        call();
      };
    });
  const calls = passes.map(({ points, values, whole }) => ({
    points: callsOf(points),
    values: callsOf(values),
    whole: callsOf(whole),
  }));
  const pass = (at: Float64Array, into: Float64Array, plan: "values" | "whole") => {
    checkLength("values", into, rows);
    begin(at);
    for (const [k, { set, parts: partIn, equations, small }] of passes.entries()) {
      const part = partIn[plan];
      for (const piece of small) run[piece]!(0);
      for (let row = 0; row < set.count; row += part) {
        for (const call of calls[k]![plan]) call(row);
        const count = Math.min(part, set.count - row);
        if (plan === "whole") for (const { write } of equations) run[write]!(row, count);
      }
      for (const { start, value } of equations) into.set(array(value, set.count), start);
    }
  };
  return {
    matrix: array(matrixAt, rows * parameters),
    setInputs(k, arrays) {
      const { set, inputs, parts: partIn, padded, small } = passes[k]!;
      arrays.forEach((from, i) => {
        const { address, stride, width } = inputs[i]!;
        checkLength(`input ${i} of set ${k}`, from, set.count * width);
        const to = array(address, padded * stride);
        for (let row = 0; row < padded; row++) {
          // Rows beyond the last repeat the first.
          const source = row < set.count ? row : 0;
          for (let column = 0; column < width; column++) to[row * stride + column] = from[source * width + column]!;
        }
      });
      for (const piece of small) run[piece]!(0);
      for (let row = 0; row < set.count; row += partIn.points) {
        for (const call of calls[k]!.points) call(row);
      }
    },
    values: (at, into) => pass(at, into, "values"),
    fill: (at, into) => pass(at, into, "whole"),
  };
}

/** @throws ShapeError where an array is longer or shorter */
function checkLength(what: string, { length }: Float64Array, expected: number): void {
  if (length !== expected) throw new ShapeError(`rows, ${what}`, [expected], [length]);
}

/** So many bytes for each row before the part at hand. */
const offset = (bytes: number) => [...code.get(0), ...code.constant(bytes), ...code.times, ...code.add];

/** Addresses of the matrices of a product. */
interface Where {
  readonly left: MemorySlot;
  readonly right: number;
  readonly to: MemorySlot;
  readonly rows: number;
  readonly inner: number;
  readonly columns: number;
  readonly add: boolean;
}

/** The addresses of a product for so many rows. */
const whereOf = (
  { left, right, item, transposed, bias }: LibraryProduct,
  places: MemorySlots,
  rows: number,
): Where => ({
  rows,
  left: places.of(left),
  right: transposed ? places.transposed(right) : places.of(right).address,
  to: places.of(item),
  ...{ inner: left.width, columns: item.width, add: bias !== undefined },
});

/** Products of arrays side by side with the same right factor as one. */
export function merged(pieces: readonly (number | Where)[]): (number | Where)[] {
  const all: (number | Where)[] = [];
  for (const piece of pieces) {
    const before = all.at(-1);
    if (typeof piece === "object" && typeof before === "object" && isAfter(before, piece)) {
      all[all.length - 1] = { ...before, rows: before.rows + piece.rows };
    } else all.push(piece);
  }
  return all;
}

function isAfter(a: Where, b: Where): boolean {
  const adjoins = (one: MemorySlot, next: MemorySlot) =>
    !one.full && !next.full && one.stride === next.stride && next.address === one.address + a.rows * one.stride * 8;
  const alike = a.right === b.right && a.inner === b.inner && a.columns === b.columns && !a.add && !b.add;
  const share = (one: MemorySlot, other: MemorySlot) =>
    one.address < other.address + b.rows * other.stride * 8 && other.address < one.address + a.rows * one.stride * 8;
  // Neither reads what the other writes.
  return alike && adjoins(a.left, b.left) && adjoins(a.to, b.to) && !share(a.left, b.to) && !share(a.to, b.left);
}
