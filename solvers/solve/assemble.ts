/** From a problem and a network to a model, groups of residual rows, and the points that go with them. */

import { OptionsError } from "../../engine/errors.ts";
import type { Rng } from "../../engine/random/rng.ts";
import type { Domain } from "../../equations/domain/index.ts";
import { call, type Expression, evaluateAt, nodesOf, number } from "../../equations/expression/index.ts";
import type { Condition, Integral, Observation, Problem } from "../../equations/problem/index.ts";
import { boundaryPart, fieldsOf } from "../../equations/problem/index.ts";
import { type AnyNetwork, checkNetwork, networkProgram, periodicNetwork } from "../network/kinds.ts";
import { type Mlp, mlp } from "../network/mlp.ts";
import type { Box, NetworkProgram } from "../network/network.ts";
import { parallelProgram } from "../network/sum.ts";
import type { Model } from "../residual/model.ts";
import type { GroupPoints } from "../residual/program.ts";
import type { RowGroup } from "../residual/rows.ts";
import type { PointSet } from "../sampler/sampler.ts";
import type { Enforcement, GroupWeights } from "../solution/options.ts";
import { GivenColumns } from "./given-columns.ts";
import { construct } from "./lift.ts";
import { quadrature } from "./quadrature.ts";

/** Numbers of points. */
export interface GroupCounts {
  readonly interior: number;
  /** Of each condition that became rows. */
  readonly boundary: number;
}

/** Points of the groups after the interior one, drawn anew or fixed. */
export type DrawGroup = (rng: Rng) => GroupPoints;

/** A problem ready for a solver. */
export interface Assembly {
  readonly problem: Problem;
  readonly domain: Domain;
  readonly model: Model;
  /** Its functions on grids. */
  readonly given: GivenColumns;
  /** Expressions for tensors, with the names of their data columns, and these columns at points. */
  withData(expressions: readonly Expression[]): {
    readonly residuals: readonly Expression[];
    readonly names: readonly string[];
    readonly at: (points: Float64Array) => Float64Array;
  };
  readonly held: readonly Condition[];
  readonly rows: readonly Condition[];
  /** Equations divided by `scale`, at `count` points. */
  interior(count: number, scale: number): RowGroup;
  /** Data columns of the equations at points, [n, max(1, columns)]. */
  interiorData(points: Float64Array): Float64Array;
  /** Points of the interior group from a sampler's set. */
  interiorPoints(set: PointSet, weight: number): GroupPoints;
  /** Divisor that turns the squares of the observations' rows into those of (quantity − observed)/σ. */
  temperature(weight: number): number;
  /** The other groups, with `count` points each where that is free. */
  others(counts: GroupCounts, weights: GroupWeights): readonly { readonly group: RowGroup; readonly draw: DrawGroup }[];
}

/**
 * Assembles a problem on its domain.
 *
 * @param conditions - "exact": held by construction where that is possible; "penalty": all of them residual rows
 */
export function assemble(
  written: Problem,
  domain: Domain,
  network: AnyNetwork,
  conditions: Enforcement = "exact",
): Assembly {
  checkNetwork(network, domain.axes);
  const given = new GivenColumns(written);
  const problem = withColumns(written, given);
  const box = { low: domain.low, high: domain.high };
  const { ansatz, held, rows } =
    conditions === "penalty" ? { ansatz: [], held: [], rows: problem.conditions } : construct(problem, domain);
  const periodicAxes = problem.conditions.flatMap((c) => (c.kind === "periodic" ? [c.on.axis] : []));
  const features = periodicAxes.length > 0 && domain.isBox ? periodicNetwork(network, periodicAxes) : network;
  const all = problem.unknowns.length;
  const partial = problem.conditions.find((c) => c.kind === "periodic" && c.unknowns.length < all);
  if (partial) {
    const message = `solve: "${partial.text}" holds for some unknowns only, but a network is periodic in all of them or in none`;
    throw new OptionsError(message, "conditions", partial.text);
  }
  const heldByFeatures = (c: Condition) => c.kind === "periodic" && features !== network;
  const model: Model = {
    dimension: domain.dimension,
    network: programFor(problem, features, box),
    ansatz: problem.unknowns.map((_, i) => {
      const guess = problem.guesses?.[i];
      return { ...ansatz[i], ...(guess && { lift: guess }) };
    }),
    ...(features !== network && {
      around: periodicAxes.map((axis) => ({ axis, ends: problem.bounds[axis]! })),
    }),
    constants: problem.constants,
    trainable: Object.keys(problem.trainable),
  };
  const sources = dataNames(problem.equations);
  const columnsOf = (names: readonly string[], points: Float64Array) => {
    const columns = names.map((name) => {
      const column = given.at(name, points);
      if (column) return column;
      const source = problem.source?.[Number(name.slice("source".length))];
      if (source) return evaluateAt(source, points, domain.dimension, problem.constants);
      throw new OptionsError(`solve: the equations ask for "${name}", which nothing gives`, "source", name);
    });
    return interleave(columns, points.length / domain.dimension);
  };
  const interiorData = (points: Float64Array) => columnsOf(sources, points);
  const temperature = (weight: number) => {
    const seen = problem.observations.flatMap(({ values, sigma }) => [...values.map((v) => (v / sigma) ** 2)]);
    const squares = seen.reduce((sum, v) => sum + v, 0);
    return weight / (squares || Math.max(1, seen.length));
  };
  return {
    problem,
    domain,
    model,
    given,
    withData(expressions) {
      const residuals = expressions.map(given.put);
      const names = dataNames(residuals);
      return { residuals, names, at: (points) => columnsOf(names, points) };
    },
    held: [...held, ...rows.filter(heldByFeatures)],
    rows: rows.filter((c) => !heldByFeatures(c)),
    interior: (count, scale) => ({
      name: "equations",
      count,
      residuals: problem.equations.map((e) => call("mul", number(1 / scale), e)),
      data: sources,
    }),
    interiorData,
    interiorPoints: (set, weight) => ({
      points: set.points,
      rootWeights: set.weights.map((w) => Math.sqrt(weight * w)),
      data: interiorData(set.points),
    }),
    others: (counts, weights) => [
      ...rows
        .filter((c) => !heldByFeatures(c))
        .flatMap((c) => conditionGroups({ problem, domain, given }, c, counts.boundary, weights.conditions)),
      ...problem.integrals.map((i) =>
        integralGroup({ problem, domain, given }, i, counts.interior, weights.conditions),
      ),
      ...problem.observations.map((o) =>
        observationGroup({ domain, given }, o, Math.sqrt(temperature(weights.observations))),
      ),
    ],
    temperature,
  };
}

/**
 * The program of a network. Fields have a smaller one each, of their own; random features need none, since every
 * unknown has coefficients of its own among them.
 */
function programFor(problem: Problem, network: AnyNetwork, box: Box): NetworkProgram {
  const fields = Object.keys(fieldsOf(problem.text)).length;
  const all = problem.unknowns.length;
  if (fields === 0 || !isDeep(network)) return networkProgram(network, box, all);
  const { width, activation } = network;
  const own = mlp({ width: Math.max(8, Math.ceil(width / 2)), depth: 2, activation });
  const parts = Array.from({ length: fields }, () => networkProgram(own, box, 1));
  return parallelProgram([networkProgram(network, box, all - fields), ...parts]);
}

const isDeep = (network: AnyNetwork): network is Mlp => network.kind === "mlp" && (network as Mlp).depth > 1;

/** Names of the data columns that expressions read, in order of their names. */
const dataNames = (expressions: readonly Expression[]): string[] =>
  [...new Set([...nodesOf(expressions)].flatMap((node) => (node.kind === "data" ? [node.name] : [])))].sort();

function interleave(columns: readonly Float64Array[], count: number): Float64Array {
  const width = Math.max(1, columns.length);
  const out = new Float64Array(count * width);
  columns.forEach((column, j) => {
    for (let i = 0; i < count; i++) out[i * width + j] = column[i]!;
  });
  return out;
}

/** The problem with columns in the place of functions on grids; values that conditions prescribe stay formulas. */
const withColumns = (problem: Problem, { put }: GivenColumns): Problem => ({
  ...problem,
  equations: problem.equations.map(put),
  conditions: problem.conditions.map((c) => (c.kind === "periodic" ? c : { ...c, residual: put(c.residual) })),
  integrals: problem.integrals.map((one) => ({ ...one, integrand: put(one.integrand) })),
  observations: problem.observations.map((one) => ({ ...one, quantity: put(one.quantity) })),
});

/** Points of a condition: in one dimension its place is one point or two, and more rows would repeat them. */
function rowsAt(domain: Domain, on: Condition["on"], asked: number): number {
  if (domain.dimension > 1) return asked;
  return Math.min(asked, typeof on === "object" && "axis" in on && on.side !== "both" ? 1 : 2);
}

type Context = Pick<Assembly, "problem" | "domain" | "given">;

function conditionGroups({ problem, domain, given }: Context, condition: Condition, asked: number, weight: number) {
  const count = rowsAt(domain, condition.on, asked);
  const rootWeight = Math.sqrt(weight * condition.weight);
  if (condition.kind === "periodic")
    throw new OptionsError(
      `solve: the condition "${condition.text}" needs a box and a network that can be periodic; use \`mlp()\``,
      "conditions",
      condition.text,
    );
  const data = dataNames([condition.residual]);
  const part = boundaryPart(condition.on, problem);
  const group: RowGroup = { name: condition.text, count, residuals: [condition.residual], data };
  const draw: DrawGroup = (rng) => {
    const { points, normals, weights } = domain.boundary(count, rng, part);
    const columns = data.map((name) => {
      const axis = Number(name.slice("normal".length));
      const column = given.at(name, points);
      if (column) return column;
      return Float64Array.from({ length: count }, (_, i) => normals[i * domain.dimension + axis]!);
    });
    return { points, rootWeights: weights.map((w) => rootWeight * Math.sqrt(w)), data: interleave(columns, count) };
  };
  return [{ group, draw }];
}

/** One row: Σ w·integrand − value. */
function integralGroup({ problem, domain, given }: Context, integral: Integral, count: number, weight: number) {
  const { at } = integral;
  const { time } = problem;
  const moment = at === undefined || time === undefined ? undefined : { axis: time, at };
  const measure = moment ? domain.volume / (domain.high[moment.axis]! - domain.low[moment.axis]!) : domain.volume;
  const rule = quadrature(domain, count, moment);
  const data = dataNames([integral.integrand]);
  const group: RowGroup = {
    name: integral.text,
    count: rule.count,
    residuals: [call("sub", call("mul", number(measure), integral.integrand), integral.value)],
    data,
    sum: true,
  };
  const rootWeight = Math.sqrt(weight * integral.weight);
  const draw: DrawGroup = (rng) => {
    const { points, weights } = rule.draw(rng);
    return {
      points,
      rootWeights: weights.map((w) => rootWeight * w),
      data: interleave(
        data.map((name) => given.at(name, points)!),
        rule.count,
      ),
    };
  };
  return { group, draw };
}

function observationGroup({ domain, given }: Omit<Context, "problem">, observation: Observation, factor: number) {
  const { quantity, points, values, sigma, text } = observation;
  const count = points.length / domain.dimension;
  const own = dataNames([quantity]);
  const data = ["observed", ...own];
  const columns = [values, ...own.map((name) => given.at(name, points)!)];
  const group: RowGroup = {
    name: text,
    count,
    residuals: [call("sub", quantity, { kind: "data", name: "observed" })],
    data,
  };
  const rootWeights = new Float64Array(count).fill(factor / sigma);
  const draw: DrawGroup = () => ({ points, rootWeights, data: interleave(columns, count) });
  return { group, draw };
}
