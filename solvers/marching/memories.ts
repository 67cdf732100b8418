/**
 * Integrals over the past as unknowns of their own: I(t) = ∫ K(t, s, u(s)) ds, where K satisfies a linear differential
 * equation in t with constant coefficients, as exponentials, polynomials, sines and their products do. Then I and its
 * moments ∫ ∂ᵏK/∂tᵏ ds do so too, with K(t, t, u(t)) as a source.
 */
import { leastSquares } from "../../engine/numerics/householder.ts";
import { rng } from "../../engine/random/rng.ts";
import {
  call,
  coordinate,
  differentiate,
  type Expression,
  evaluate,
  nodesOf,
  number,
  numbers,
  partial,
  rewritten,
  total,
  zero,
} from "../../equations/expression/index.ts";
import type { Problem, ValueCondition } from "../../equations/problem/index.ts";

/** Highest order of a kernel's equation, moments and places at which it is looked at, and what it may leave. */
const [mostOrder, looks, holds] = [5, 40, 1e-10];
/** Names of the place and of an unknown there, in kernels. */
const placeName = "memory place";
const valueName = (order: readonly number[], unknown: number) => `memory value ${unknown} ${order}`;

type Quadrature = Extract<Expression, { kind: "quadrature" }>;

/** An integral from a fixed time to its own: a kernel in time, the place and the values there. */
interface Memory {
  readonly kernels: readonly Expression[];
  /** Factors of the kernels in the derivative of the last one. */
  readonly factors: readonly number[];
  readonly values: ReadonlyMap<string, Expression>;
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
      const source = rewritten(kernel, (e) =>
        e.kind !== "constant" ? undefined : e.name === placeName ? coordinate(0) : memory.values.get(e.name),
      );
      const rest =
        j + 1 < memory.kernels.length
          ? moment(j + 1)
          : total(memory.factors.map((factor, k) => call("mul", number(factor), moment(k))));
      added.push({
        equation: call("sub", partial(first + j, [1]), call("add", source, rest)),
        condition: {
          ...{ kind: "initial", residual: moment(j), on: { axis: 0, side: "low" }, weight: 1 },
          ...{ prescribes: { unknown: first + j, order: [0], value: zero }, text: "an integral over no time is 0" },
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
  if (!isForward) return undefined;
  const held: Expression = { kind: "constant", name: placeName };
  const values = new Map<string, Expression>();
  const own = isVariable ? held : call("sub", call("add", coordinate(0), number(begin)), held);
  const put = new Map<Expression, Expression>([[variable, own]]);
  if (!isVariable) put.set(place, held);
  for (const node of asked) {
    const name = valueName(node.order, node.unknown);
    values.set(name, partial(node.unknown, node.order));
    put.set(node, { kind: "constant", name });
  }
  const kernel = rewritten(body!, () => undefined, put);
  if ([...nodesOf(kernel)].some((e) => isAbscissa(e) || e.kind === "elsewhere" || e.kind === "function"))
    return undefined;
  return withEquation(problem, kernel, values);
}

/** The kernel with its derivatives by time, up to the one that is a combination of those before it. */
function withEquation(problem: Problem, kernel: Expression, values: Memory["values"]): Memory | undefined {
  const [begin, end] = problem.bounds[0]!;
  const random = rng(0).split("memory");
  const shares = random.split(0).uniform(2 * looks);
  const drawn = random.split(1).normal(looks * values.size);
  const samples = Array.from({ length: looks }, (_, i) => {
    const t = begin + shares[2 * i]! * (end - begin);
    const place = begin + shares[2 * i + 1]! * (t - begin);
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
    if (size === 0) return { kernels, factors: kernels.map(() => 0), values };
    const scales = columns.map((own) => Math.hypot(...own));
    const matrix = Float64Array.from(
      samples.flatMap((_, i) => [...columns.map((own, k) => own[i]! / scales[k]!), column[i]! / size]),
    );
    const factors = leastSquares(matrix, looks, m, 1).map((v, k) => (v * size) / scales[k]!);
    const left = Math.hypot(...column.map((v, i) => columns.reduce((sum, own, k) => sum - factors[k]! * own[i]!, v)));
    if (left <= holds * size) return { kernels, factors: [...factors], values };
    kernels.push(next);
    columns.push(column);
  }
  return undefined;
}
