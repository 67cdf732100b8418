/**
 * Integrals over the past as unknowns of their own: I(t) = ∫ K(t, s, u(s)) ds, where K satisfies a linear differential
 * equation in t with constant coefficients, as exponentials, polynomials, sines and their products do. Then I and its
 * moments ∫ ∂ᵏK/∂tᵏ ds do so too, with K(t, t, u(t)) as a source, less K(t, t − τ, u(t − τ)) of a window from t − τ on.
 */
import { gaussLegendre } from "../../engine/numerics/gauss-legendre.ts";
import { leastSquares } from "../../engine/numerics/householder.ts";
import { rng } from "../../engine/random/rng.ts";
import {
  call,
  coordinate,
  differentiate,
  type Expression,
  elsewhere,
  evaluate,
  nodesOf,
  number,
  numbers,
  partial,
  rewritten,
  total,
} from "../../equations/expression/index.ts";
import type { Derivative, Problem, ValueCondition } from "../../equations/problem/index.ts";

/** Highest order of a kernel's equation, moments and places at which it is looked at, and what it may leave. */
const [mostOrder, looks, holds] = [5, 40, 1e-10];
/** Names of the place and of an unknown there, in kernels. */
const placeName = "memory place";
const valueName = (order: readonly number[], unknown: number) => `memory value ${unknown} ${order}`;

type Quadrature = Extract<Expression, { kind: "quadrature" }>;

/** An integral up to its own time: a kernel in time, the place and the values there. */
interface Memory {
  /** Length of a window; undefined where the integral begins with time. */
  readonly window: number | undefined;
  readonly kernels: readonly Expression[];
  /** Factors of the kernels in the derivative of the last one. */
  readonly factors: readonly number[];
  readonly values: ReadonlyMap<string, Derivative>;
  /** Values of the integral and its moments at the start. */
  readonly starts: readonly number[];
}

const known = new WeakMap<Problem, Problem>();

/** The problem with such integrals as further unknowns, behind the others; itself where there are none. */
export function withMemories(problem: Problem): Problem {
  const found = known.get(problem) ?? extended(problem);
  known.set(problem, found);
  return found;
}

function extended(problem: Problem): Problem {
  const { time, axes, unknowns } = problem;
  if (time === undefined || axes.length > 1) return problem;
  const integrals = [...nodesOf(problem.equations)].flatMap((node) => {
    if (node.kind !== "call" || node.name !== "mul" || node.args[1]!.kind !== "quadrature") return [];
    const memory = memoryOf(problem, node.args[0]!, node.args[1]);
    return memory ? [{ node, memory }] : [];
  });
  if (integrals.length === 0) return problem;
  const places = new Map<Expression, Expression>();
  const added: { readonly equation: Expression; readonly condition: ValueCondition }[] = [];
  for (const { node, memory } of integrals) {
    const first = unknowns.length + added.length;
    const moment = (j: number) => partial(first + j, [0]);
    places.set(node, moment(0));
    memory.kernels.forEach((kernel, j) => {
      const kernelAt = (place: Expression, value: (of: Derivative) => Expression) =>
        rewritten(kernel, (e) => {
          if (e.kind !== "constant") return undefined;
          const of = memory.values.get(e.name);
          return e.name === placeName ? place : of && value(of);
        });
      const upper = kernelAt(coordinate(0), ({ unknown, order }) => partial(unknown, order));
      const low = memory.window === undefined ? undefined : call("sub", coordinate(0), number(memory.window));
      const source = low
        ? call(
            "sub",
            upper,
            kernelAt(low, ({ unknown, order }) => elsewhere(unknown, order, [low])),
          )
        : upper;
      const rest =
        j + 1 < memory.kernels.length
          ? moment(j + 1)
          : total(memory.factors.map((factor, k) => call("mul", number(factor), moment(k))));
      added.push({
        equation: call("sub", partial(first + j, [1]), call("add", source, rest)),
        condition: {
          ...{ kind: "initial", on: { axis: 0, side: "low" }, weight: 1, text: "an integral at the start" },
          residual: call("sub", moment(j), number(memory.starts[j]!)),
          prescribes: { unknown: first + j, order: [0], value: number(memory.starts[j]!) },
        },
      });
    });
  }
  return {
    ...problem,
    unknowns: [...unknowns, ...added.map((_, k) => `memory ${k}`)],
    equations: [
      ...problem.equations.map((equation) => {
        // From the top, so that what is inside of an integral stays out.
        const memo = new Map(places);
        return rewritten(equation, () => undefined, memo);
      }),
      ...added.map(({ equation }) => equation),
    ],
    conditions: [...problem.conditions, ...added.map(({ condition }) => condition)],
  };
}

/** The memory that an integral is; undefined of others. */
function memoryOf(problem: Problem, length: Expression, { depth, args: [body] }: Quadrature): Memory | undefined {
  const nodes = [...nodesOf(body!)];
  const asked = nodes.flatMap((node) => (node.kind === "elsewhere" ? [node] : []));
  if (asked.length === 0 || nodes.some(({ kind }) => ["derivative", "laplacian", "quadrature"].includes(kind)))
    return undefined;
  // The place is a + x·(t − a), and the delay of a convolution t less that.
  const isAbscissa = (e: Expression) => e.kind === "abscissa" && e.depth === depth;
  const scaled = nodes.find((e) => e.kind === "call" && e.name === "mul" && e.args.some(isAbscissa));
  const shifted = nodes.find((e) => e.kind === "call" && e.name === "add" && e.args[1] === scaled);
  const variable = shifted ?? scaled;
  const place = asked[0]!.args[0]!;
  if (!variable || asked.some(({ args }) => args[0] !== place)) return undefined;
  const at = (e: Expression, x: number, t: number) => {
    const put = rewritten(e, (node) => (isAbscissa(node) ? number(x) : undefined));
    const isKnown = [...nodesOf(put)].every(({ kind }) => ["number", "constant", "call", "coordinate"].includes(kind));
    return isKnown ? evaluate(put, numbers({ coordinates: [t], constants: problem.constants })) : Number.NaN;
  };
  const [begin, end] = problem.bounds[0]!;
  const near = (a: number, b: number) => Math.abs(a - b) <= 1e-12 * Math.max(Math.abs(begin), Math.abs(end));
  const some = [0.21, 0.57, 0.93].map((share) => begin + share * (end - begin));
  const isVariable = place === variable;
  const isForward = some.every(
    (t) =>
      near(at(place, isVariable ? 0 : 1, t), begin) &&
      near(at(place, isVariable ? 1 : 0, t), t) &&
      near(at(length, 0, t), t - begin) &&
      near(at(variable, 0.5, t) + (isVariable ? 0 : at(place, 0.5, t)), isVariable ? (begin + t) / 2 : t + begin),
  );
  const window = some[0]! - at(place, 0, some[0]!);
  const isWindow =
    isVariable &&
    window > 0 &&
    some.every(
      (t) =>
        near(at(place, 0, t), t - window) &&
        near(at(place, 1, t), t) &&
        near(at(length, 0, t), window) &&
        near(at(place, 0.5, t), t - window / 2),
    );
  if (!isForward && !isWindow) return undefined;
  const held: Expression = { kind: "constant", name: placeName };
  const values = new Map<string, Derivative>();
  const own = isVariable ? held : call("sub", call("add", coordinate(0), number(begin)), held);
  const put = new Map<Expression, Expression>([[variable, own]]);
  if (!isVariable) put.set(place, held);
  for (const node of asked) {
    const name = valueName(node.order, node.unknown);
    values.set(name, node);
    put.set(node, { kind: "constant", name });
  }
  const kernel = rewritten(body!, () => undefined, put);
  if ([...nodesOf(kernel)].some((e) => isAbscissa(e) || e.kind === "elsewhere" || e.kind === "function"))
    return undefined;
  const found = withEquation(problem, kernel, values, isForward ? undefined : window);
  const starts = found?.kernels.map((own) => (isForward ? 0 : startOfWindow(problem, own, window)));
  return found && starts?.every(Number.isFinite) ? { ...found, starts } : undefined;
}

/** Panels of Gauss's rule over what was before the start, and what twice as many may change. */
const [panels, gauss, same] = [16, gaussLegendre(8), 1e-10];

/** A kernel's integral over the window before the start; NaN where a history does not say it. */
function startOfWindow({ bounds, constants }: Problem, kernel: Expression, window: number): number {
  const [begin] = bounds[0]!;
  const sumOf = (count: number) => {
    let [sum, size] = [0, 0];
    for (let k = 0; k < count; k++)
      gauss.nodes.forEach((x, i) => {
        const place = begin - (window * (k + x)) / count;
        const open = [...nodesOf(kernel)].flatMap((e) =>
          e.kind === "constant" ? [[e.name, Number.NaN] as const] : [],
        );
        const all = { ...Object.fromEntries(open), ...constants, [placeName]: place };
        const part =
          (evaluate(kernel, numbers({ coordinates: [begin], constants: all })) * gauss.weights[i]! * window) / count;
        sum += part;
        size += Math.abs(part);
      });
    return { sum, size };
  };
  const [coarse, fine] = [sumOf(panels), sumOf(2 * panels)];
  return Math.abs(fine.sum - coarse.sum) <= same * fine.size ? fine.sum : Number.NaN;
}

/** The kernel with its derivatives by time, up to the one that is a combination of those before it. */
function withEquation(
  problem: Problem,
  kernel: Expression,
  values: Memory["values"],
  window: number | undefined,
): Omit<Memory, "starts"> | undefined {
  const [begin, end] = problem.bounds[0]!;
  const random = rng(0).split("memory");
  const shares = random.split(0).uniform(2 * looks);
  const drawn = random.split(1).normal(looks * values.size);
  const samples = Array.from({ length: looks }, (_, i) => {
    const t = begin + shares[2 * i]! * (end - begin);
    const place = t - shares[2 * i + 1]! * (window ?? t - begin);
    const of = [...values.keys()].map((name, k) => [name, 0.5 + Math.abs(drawn[i * values.size + k]!)] as const);
    return numbers({
      coordinates: [t],
      constants: { ...problem.constants, ...Object.fromEntries(of), [placeName]: place },
    });
  });
  const kernels = [kernel];
  const columns = [samples.map((sample) => evaluate(kernel, sample))];
  for (let m = 1; m <= mostOrder; m++) {
    const next = differentiate(kernels.at(-1)!, { axis: 0 }, 1);
    const column = samples.map((sample) => evaluate(next, sample));
    if (![...column, ...columns[0]!].every(Number.isFinite)) return undefined;
    const size = Math.hypot(...column);
    if (size === 0) return { kernels, factors: kernels.map(() => 0), values, window };
    const scales = columns.map((own) => Math.hypot(...own));
    const matrix = Float64Array.from(
      samples.flatMap((_, i) => [...columns.map((own, k) => own[i]! / scales[k]!), column[i]! / size]),
    );
    const factors = leastSquares(matrix, looks, m, 1).map((v, k) => (v * size) / scales[k]!);
    const left = Math.hypot(...column.map((v, i) => columns.reduce((sum, own, k) => sum - factors[k]! * own[i]!, v)));
    if (left <= holds * size) return { kernels, factors: [...factors], values, window };
    kernels.push(next);
    columns.push(column);
  }
  return undefined;
}
