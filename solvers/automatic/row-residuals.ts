/**
 * Residuals of each equation, condition and integral by itself. One residual over all rows hides the ones that are
 * broken where others count ten thousand times as much, and where what is narrow fills little of the domain: so means
 * of sizes are compared, which the mass of a pulse has a part in and the height of a singularity has not.
 */
import { rng } from "../../engine/random/rng.ts";
import { domainOf } from "../../equations/domain/index.ts";
import type { Expression } from "../../equations/expression/index.ts";
import { call, cut, fewerPoints, number, partial, termsOf, toText, unit } from "../../equations/expression/index.ts";
import { fieldsOf } from "../../equations/problem/index.ts";
import { evaluator } from "../residual/evaluator.ts";
import { parameterCount } from "../residual/model.ts";
import type { NetworkSolution } from "../solution/solution.ts";
import { assemble } from "../solve/assemble.ts";
import type { RowResidual } from "./assessment.ts";
import { type NarrowPoints, narrowPoints } from "./missed-places.ts";

/** Points of the equations on one axis, two, and more, and of each condition. */
const [dense, onPlane, inSpace, onBoundary] = [2 ** 15, 2 ** 13, 2 ** 11, 256];
/** Points times parameters at most, on one axis and on more. */
const [mostOnLine, most] = [1e7, 4e6];
/** The narrow place where most of an equation is left, beside the sum of its terms over the domain. */
export interface MissedPlace extends Pick<NarrowPoints, "at" | "length"> {
  readonly share: number;
}

/**
 * The share that is left of every equation, of every condition that is a row, and of every integral; and the narrow
 * place of which most is left, if there are any.
 */
export async function rowResiduals(
  solution: NetworkSolution,
): Promise<{ readonly rows: readonly RowResidual[]; readonly missed: MissedPlace | undefined }> {
  const { rows, missed } = await sumsOf(solution);
  return { rows: rows.map(({ text, left, terms }) => ({ text, share: left > 0 ? left / terms : 0 })), missed };
}

async function sumsOf({ problem, trial, coefficients: theta, report }: NetworkSolution) {
  const domain = domainOf(problem.domain);
  const assembly = assemble(problem, domain, trial.network, report.conditions);
  const { model } = assembly;
  const d = domain.dimension;
  const wanted = d === 1 ? dense : d === 2 ? onPlane : inSpace;
  const affordable = (d === 1 ? mostOnLine : most) / parameterCount(model);
  const count = fewerPoints(Math.max(256, Math.ceil(Math.min(wanted, affordable))), problem.equations, 128);
  const draw = rng(0).split("rows");
  const points = domain.interior(count, draw.split("equations"));
  const ones = new Float64Array(count).fill(1);
  const equations = {
    group: assembly.interior(count, 1),
    at: assembly.interiorPoints({ points, weights: ones, density: ones }, 1),
  };
  const others = assembly
    .others(
      { interior: Math.min(count, inSpace), boundary: onBoundary },
      { equations: 1, conditions: 1, observations: 1 },
    )
    .map(({ group, draw: at }, i) => ({ group, at: at(draw.split(`other ${i}`)) }));
  // Missed observations are reported apart.
  const groups = [equations, ...others.slice(0, others.length - problem.observations.length)];
  const variation = await variationsOf(problem, evaluator(model, valuesOf(problem)), theta, points);
  const extents = domain.high.map((high, k) => high - domain.low[k]!);
  const own = problem.equations.length - Object.keys(fieldsOf(problem.text)).length * d;
  const rows: { text: string; left: number; terms: number }[] = [];
  let missed: MissedPlace | undefined;
  for (const { group, at } of groups) {
    const residuals = group === equations.group ? group.residuals.slice(0, own) : group.residuals;
    const sized = residuals.map((e) => termsOf(e, (leaf) => sizeOfLeaf(leaf, { variation, extents })));
    const program = evaluator(model, [...residuals, ...sized], group.data);
    const summed = async ({ points: places, data, rootWeights }: typeof at) => {
      const values = await program.evaluate(theta, places, data);
      const width = 2 * residuals.length;
      return residuals.map((_, k) => {
        let [left, terms] = [0, 0];
        for (const [i, root] of rootWeights.entries()) {
          const [r, t] = [values[i * width + k]!, values[i * width + residuals.length + k]!];
          // The weights of a sum are those of its quadrature.
          left += group.sum ? root * r : root * root * Math.abs(r);
          terms += group.sum ? root * t : root * root * t;
        }
        return { left, terms };
      });
    };
    const sums = await summed(at);
    for (const place of group === equations.group ? narrowPoints(problem, domain) : []) {
      const set = { points: place.points, weights: place.weights, density: place.weights };
      const near = await summed(assembly.interiorPoints(set, count / domain.volume));
      const share = Math.max(...near.map(({ left, terms }, k) => (left > 0 ? left / (terms + sums[k]!.terms) : 0)));
      if (share > (missed?.share ?? 0)) missed = { at: place.at, length: place.length, share };
    }
    await program.dispose();
    for (const [k, { left, terms }] of sums.entries()) {
      const text = group === equations.group ? cut(`${toText(problem.equations[k]!, problem)} = 0`) : group.name;
      rows.push({ text, left: Math.abs(left), terms });
    }
  }
  return { rows, missed };
}

const valuesOf = ({ unknowns, axes }: NetworkSolution["problem"]): Expression[] =>
  unknowns.map((_, k) => partial(k, unit(axes.length, -1)));

/** Mean distance of every unknown from its mean. */
async function variationsOf(
  { unknowns }: NetworkSolution["problem"],
  program: ReturnType<typeof evaluator>,
  theta: Float64Array,
  points: Float64Array,
): Promise<readonly number[]> {
  const values = await program.evaluate(theta, points);
  await program.dispose();
  const n = unknowns.length;
  return unknowns.map((_, k) => {
    const mine = values.filter((_v, i) => i % n === k);
    const mean = mine.reduce((sum, v) => sum + v, 0) / mine.length;
    return mine.reduce((sum, v) => sum + Math.abs(v - mean), 0) / mine.length;
  });
}

/** Variation of unknowns, and the lengths of axes. */
interface Sizes {
  readonly variation: readonly number[];
  readonly extents: readonly number[];
}

/**
 * The size of a derivative counts for no less than that of a function that varies as much once over the domain: where
 * it is to be zero and is nearly so, what is left is small beside that.
 */
function sizeOfLeaf(e: Expression, { variation, extents }: Sizes): Expression {
  const atLeast = (unknown: number, order: readonly number[]) =>
    number(order.reduce((size, n, k) => size / extents[k]! ** n, variation[unknown]!));
  const sized = (unknown: number, order: readonly number[]) =>
    call("add", call("abs", partial(unknown, order)), atLeast(unknown, order));
  if (e.kind === "derivative") return sized(e.unknown, e.order);
  if (e.kind === "laplacian")
    return e.axes.map((axis) => sized(e.unknown, unit(extents.length, axis, 2))).reduce((a, b) => call("add", a, b));
  return call("abs", e);
}
