/** The instructions of a plan. */
import { append, code, fits, type, type WasmFunction } from "../numerics/wasm-code.ts";
import { hosted, type Item, type Items, NotInRows } from "./items.ts";
import { ahead, productFunction, rowsAtOnce, strideOf, tanh, until } from "./kernels.ts";
import type { Arena, MemorySlot, MemorySlots } from "./memory.ts";
import type { Plan, Step } from "./plan.ts";

/** Functions of the host, in the order in which modules import them. */
export const imported = Object.values(hosted);
const importedNames = Object.keys(hosted);

/** The functions of a module under construction. */
export class Functions {
  readonly all: WasmFunction[] = [];
  readonly #products = new Map<string, number>();

  /**
   * @returns its number in the module
   * @throws NotInRows where it is more than engines take
   */
  add(made: WasmFunction): number {
    if (!fits(made)) throw new NotInRows("instructions");
    this.all.push(made);
    return this.all.length - 1;
  }

  /** The number by which code calls the product of a shape. */
  product(shape: Parameters<typeof productFunction>[0]): number {
    const key = JSON.stringify(shape);
    const known = this.#products.get(key) ?? this.add(productFunction(shape));
    this.#products.set(key, known);
    return imported.length + known;
  }
}

/** Context that the code of a plan is written in. */
export interface CodeContext {
  readonly items: Items;
  readonly places: MemorySlots;
  readonly arena: Arena;
  readonly functions: Functions;
  /** Rows of a part; 1 for values without rows. */
  readonly part: number;
}

/** Local variables: first row of the part (the parameter), then places in bytes within arrays. */
const [row, at, whole, column, single, wholeSingle] = [0, 1, 2, 3, 4, 5];
const firstVector = 6;

/** A product that the machine's BLAS makes. */
export type LibraryProduct = Extract<Step, { kind: "product" }>;

/** Steps of a part, in order: code that takes its first row, or a product. */
export type Piece = WasmFunction | LibraryProduct;

/** Sides of matrices from which a call of the library is faster than a product in code. */
const leastSide = 4;

const isForLibrary = ({ item, left }: LibraryProduct): boolean =>
  item.rows && item.width >= leastSide && left.width >= leastSide;

/** The steps of a plan for a part. */
export function planPieces(plan: Plan, context: CodeContext): Piece[] {
  const pieces: Piece[] = [];
  let body: number[] = [];
  let vectors = 0;
  const finish = () => {
    const locals = [
      ...new Array<number>(firstVector - 1).fill(type.i32),
      ...new Array<number>(vectors).fill(type.v128),
    ];
    if (body.length > 0) pieces.push({ parameters: 1, locals, body });
    [body, vectors] = [[], 0];
  };
  const ahead: LibraryProduct[] = [];
  const later = () => {
    if (ahead.length === 0) return;
    finish();
    pieces.push(...ahead.splice(0));
  };
  for (const step of plan.steps) {
    if (step.kind === "product" && isForLibrary(step)) {
      if (step.bias) {
        // Not before what waits: the row may be written where that reads.
        later();
        append(body, biasRows(step.item, step.bias, context));
      }
      ahead.push(step);
      continue;
    }
    later();
    const made = step.kind === "loop" ? loop(step, plan, context) : { body: other(step, context), vectors: 0 };
    append(body, made.body);
    vectors = Math.max(vectors, made.vectors);
  }
  later();
  finish();
  return pieces;
}

/** Writes a row for all points, to which a product is added. */
function biasRows(item: Item, bias: Item, { places, part }: CodeContext): number[] {
  const { load, store } = code.pair;
  const [to, from] = [places.of(item), places.of(bias)];
  const stride = strideOf(item.width);
  const row = to.full ? whole : at;
  const body = [...code.get(row), ...code.get(column), ...load(from.address), ...store(to.address)];
  return around(body, { rows: true, stride, part, used: new Set([column, row]) });
}

/** The first row of the part in a full array, in bytes. */
const fromRow = (stride: number) => [...code.get(row), ...code.constant(stride * 8), ...code.times];

function loop(step: Extract<Step, { kind: "loop" }>, plan: Plan, context: CodeContext) {
  const { items, places, arena, part } = context;
  const { rows, width } = step;
  const stride = strideOf(width);
  const vectors = new Map<string, number>();
  let next = firstVector;
  const fresh = () => next++;
  const used = new Set<number>();
  const body: number[] = [];
  const index = (local: number) => {
    used.add(local);
    return code.get(local);
  };
  const { load, loadTwice, store } = code.pair;
  const number = (value: number) => [...code.constant(0), ...loadTwice(arena.number(value))];
  const address = (place: MemorySlot) => index(rows ? (place.full ? whole : at) : column);
  const read = (item: Item): number[] => {
    if (item.number !== undefined) return number(item.number);
    const place = places.of(item);
    if (!item.rows) {
      return item.width === 1
        ? [...code.constant(0), ...loadTwice(place.address)]
        : [...index(column), ...load(place.address)];
    }
    return item.width === width
      ? [...address(place), ...load(place.address)]
      : [...index(place.full ? wholeSingle : single), ...loadTwice(place.address)];
  };
  const operand = (item: Item): number => {
    const known = vectors.get(item.name);
    if (known !== undefined) return known;
    const local = fresh();
    append(body, read(item), code.set(local));
    vectors.set(item.name, local);
    return local;
  };
  const temporary = [fresh(), fresh(), fresh(), fresh()];
  for (const item of step.items) {
    const { operator } = item.node!;
    const operands = items.operands(item.node!).map(operand);
    const local = fresh();
    append(body, operation(operator, operands, temporary, number), code.set(local));
    vectors.set(item.name, local);
    if (plan.stored.has(item.name)) {
      const place = places.of(item);
      append(body, address(place), code.get(local), store(place.address));
    }
  }
  return { body: around(body, { rows, stride, part, used }), vectors: next - firstVector };
}

/** Loops around the code for two numbers. */
function around(
  body: readonly number[],
  { rows, stride, part, used }: { rows: boolean; stride: number; part: number; used: ReadonlySet<number> },
): number[] {
  if (!rows) {
    const width = stride + (stride % 2);
    return [
      ...[...code.constant(0), ...code.set(column)],
      ...code.repeat([...body, ...ahead(column, 16), ...until(column, width * 8)]),
    ];
  }
  const start = [
    ...[...code.constant(0), ...code.set(at)],
    ...(used.has(whole) ? [...fromRow(stride), ...code.set(whole)] : []),
  ];
  const on = [...ahead(at, 16), ...(used.has(whole) ? ahead(whole, 16) : [])];
  const end = until(at, part * stride * 8);
  if (![column, single, wholeSingle].some((local) => used.has(local))) {
    return [...start, ...code.repeat([...body, ...on, ...end])];
  }
  const inner = code.repeat([...body, ...on, ...ahead(column, 16), ...until(column, stride * 8)]);
  return [
    ...start,
    ...[...code.constant(0), ...code.set(single), ...fromRow(1), ...code.set(wholeSingle)],
    ...code.repeat([
      ...[...code.constant(0), ...code.set(column), ...inner],
      ...[...ahead(single, 8), ...ahead(wholeSingle, 8), ...end],
    ]),
  ];
}

/** An operator on local variables; leaves its result. */
function operation(
  operator: string,
  operands: readonly number[],
  temporary: readonly number[],
  number: (value: number) => number[],
): number[] {
  const { pair } = code;
  const [a = 0, b = 0, c = 0] = operands;
  const fold = (instruction: readonly number[]) =>
    operands.flatMap((local, k) => [...code.get(local), ...(k > 0 ? instruction : [])]);
  switch (operator) {
    case "Add":
    case "Sum":
      return fold(pair.add);
    case "Sub":
      return fold(pair.sub);
    case "Mul":
      return fold(pair.mul);
    case "Div":
      return fold(pair.div);
    case "Min":
      return fold(pair.min);
    case "Max":
      return fold(pair.max);
    case "Equal":
      return fold(pair.equal);
    case "Less":
      return fold(pair.less);
    case "Greater":
      return fold(pair.greater);
    case "LessOrEqual":
      return fold(pair.lessOrEqual);
    case "GreaterOrEqual":
      return fold(pair.greaterOrEqual);
    case "And":
      return fold(pair.and);
    case "Or":
      return fold(pair.or);
    case "Not":
      return [...code.get(a), ...pair.not];
    case "Neg":
      return [...code.get(a), ...pair.neg];
    case "Abs":
      return [...code.get(a), ...pair.abs];
    case "Sqrt":
      return [...code.get(a), ...pair.sqrt];
    case "Reciprocal":
      return [...number(1), ...code.get(a), ...pair.div];
    case "Relu":
      return [...code.get(a), ...number(0), ...pair.max];
    case "Tanh":
      return tanh(a, temporary, number);
    case "Cast":
      return [...code.get(a), ...number(1), ...pair.and];
    case "Where":
      return [...code.get(b), ...code.get(c), ...code.get(a), ...pair.choose];
    case "Expand":
    case "Tile":
      return code.get(a);
    default:
      throw new RangeError(`rows: no instructions for ${operator}`);
  }
}

function other(step: Exclude<Step, { kind: "loop" }>, context: CodeContext): number[] {
  const { places, arena, functions, part } = context;
  /** An address at the first row of the part. */
  const start = (place: MemorySlot) => [
    ...code.constant(place.address),
    ...(place.full ? [...fromRow(place.stride), ...code.add] : []),
  ];
  const { item } = step;
  const place = places.of(item);
  if (step.kind === "product") {
    const { left, right, transposed, bias } = step;
    const from = places.of(left);
    const rows = item.rows ? part : rowsAtOnce;
    const shape = { k: left.width, m: item.width, stride: from.stride, bias: bias !== undefined };
    const end = [...start(from), ...code.constant(rows * from.stride * 8), ...code.add];
    return [
      ...[...start(from), ...code.constant(transposed ? places.transposed(right) : places.of(right).address)],
      ...[...start(place), ...code.constant(bias ? places.of(bias).address : 0), ...end],
      ...code.call(functions.product(shape)),
    ];
  }
  /** The number of a row of another array, by the count of rows in `single`. */
  const rowOf = ({ address, full, stride }: MemorySlot, further: number, access: (offset: number) => number[]) => [
    ...[...code.get(full ? wholeSingle : single), ...code.constant(stride * 8), ...code.times],
    ...access(address + further * 8),
  ];
  const { scalar } = code;
  const each = Array.from({ length: item.width }, (_, k) => k).flatMap((k) => {
    let value: number[];
    if (step.kind === "move") {
      const source = step.columns[k];
      value = source ? rowOf(places.of(source[0]), source[1], scalar.load) : [...scalar.none];
    } else {
      const number = (one: number) => [...code.constant(0), ...scalar.load(arena.number(one))];
      const operands = step.operands.flatMap((one) =>
        one.number !== undefined ? number(one.number) : rowOf(places.of(one), k, scalar.load),
      );
      value = [...operands, ...code.call(importedNames.indexOf(item.node!.operator))];
    }
    return [...rowOf(place, k, () => []), ...value, ...scalar.store(place.address + k * 8)];
  });
  return [
    ...[...code.constant(0), ...code.set(single), ...code.get(row), ...code.set(wholeSingle)],
    ...code.repeat([...each, ...ahead(single, 1), ...ahead(wholeSingle, 1), ...until(single, part)]),
  ];
}
