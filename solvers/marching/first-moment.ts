/** The first moment of a system without space: starts that equations contradict, leave open, or branch from. */
import { rng } from "../../engine/random/rng.ts";
import { numberText, significant } from "../../engine/text/number.ts";
import { evaluateAt, nodesOf } from "../../equations/expression/index.ts";
import type { Problem } from "../../equations/problem/index.ts";
import type { EvolutionForm } from "./evolution-form.ts";
import { hiddenContradiction } from "./hidden-constraints.ts";
import type { ImplicitSystem } from "./implicit-system.ts";
import { radau } from "./radau.ts";
import { nodes, type Step, stageAt } from "./radau-stages.ts";
import {
  bothSidesWords,
  hasInfiniteSlope,
  infiniteWords,
  pullsTogether,
  severalWords,
  singularRows,
  stillWords,
  type Trouble,
} from "./singular-start.ts";
import { rowsAt, StartPoints } from "./start-rows.ts";
import { leavesBothSides } from "./start-sides.ts";

/** Values of the unknowns and of their derivatives in time: [order][unknown]. */
type Levels = readonly (readonly number[])[];
type Matrix = readonly (readonly number[])[];

/** Shares of the time after which a state is looked at that has just left the start, from the longest on. */
const soon = [1e-6, 1e-8, 1e-10, 1e-12] as const;
/**
 * Difference from a start, beside the sizes of values, that contradicts it; of a rate; and share of a move over longer
 * times that stays over shorter ones.
 */
const [contradicting, contradictingRate, stays] = [1e-5, 1e-3, 0.3];
/** Weights of the stages in the slope of their polynomial at the start of a step. */
const slopeWeights = nodes.map((own, i) => {
  const [p, q] = nodes.filter((_, k) => k !== i) as [number, number];
  return -(p + q) / ((own - p) * (own - q));
});
/** Operations of a march over so short a time. */
const mostShort = 3e6;
/** Pivot of a scaled matrix that counts as nothing. */
const nothing = 1e-10;
/** Numbers λ of F_y + λ·F_y′ over the time. */
const pencils = [3.7, -11.3] as const;
/**
 * Begin of the decades in which perturbations are followed, as a share of the time, and growth in one that leaves
 * several solutions at the start.
 */
const [firstDecade, growing] = [1e-8, 10 ** 0.15];
/** Steps of a decade. */
const perDecade = 200;
/** Starts of Newton's method for slopes, its steps, and a distance of two of its roots, beside their size. */
const [tries, newtonSteps, distinct] = [24, 60, 1e-6] as const;
const tolerance = 1e-8;

/**
 * Values at the first moment that equations determine: by Newton's method where they do so at that moment, else the
 * limit of those that ever shorter steps have at their stages.
 *
 * @returns the state; as it was given where neither succeeds
 */
export function consistentState(
  problem: Problem,
  form: EvolutionForm,
  system: ImplicitSystem,
  start: readonly Float64Array[],
): readonly Float64Array[] {
  if (system.orders.every((order) => order > 0)) return start;
  const interval = problem.bounds[form.time]!;
  const tops = topsFrom(new Moment(problem, form), problem, form, start, guessOf(form, start));
  if (tops)
    return start.map((level, j) => (j > 0 ? level : level.map((v, i) => (system.orders[i] === 0 ? tops[i]! : v))));
  const found = soon.flatMap((share) => {
    const [first] = shortMarch(system, interval, start, share);
    return first ? [start.map((level, j) => level.map((_, i) => stageAt(first, j, i, 0)))] : [];
  });
  // Too long steps are not at the start yet, too short ones lose digits.
  const moves = found.slice(1).map((now, k) => distance(now[0]!, found[k]![0]!));
  const best = found[moves.indexOf(Math.min(...moves)) + 1] ?? found[0];
  if (!best) return start;
  return start.map((level, j) => (j > 0 ? level : level.map((v, i) => (system.orders[i] === 0 ? best[0]![i]! : v))));
}

/** Steps from the start over a share of the time. */
function shortMarch(
  system: ImplicitSystem,
  [begin, end]: readonly [number, number],
  start: readonly Float64Array[],
  share: number,
): readonly Step[] {
  const h = share * (end - begin);
  const { steps, reason } = radau(system, [begin, begin + h], start, {
    ...{ tolerance, longest: () => h, mostWork: mostShort, isOver: () => false, first: h },
  });
  return reason === undefined ? steps : [];
}

/** Largest difference of two vectors beside the larger of both, component by component. */
function distance(a: Float64Array, b: Float64Array): number {
  const sizes = a.map((v, i) => Math.max(Math.abs(v), Math.abs(b[i]!)));
  const largest = sizes.reduce((m, v) => Math.max(m, v), 0);
  return a.reduce((most, v, i) => {
    const size = Math.max(sizes[i]!, nothing * largest);
    return size > 0 ? Math.max(most, Math.abs(v - b[i]!) / size) : most;
  }, 0);
}

/** Rows of a system without space and their slopes at one moment. */
export class Moment {
  readonly #problem: Problem;
  readonly #form: EvolutionForm;

  constructor(problem: Problem, form: EvolutionForm) {
    this.#problem = problem;
    this.#form = form;
  }

  /** Residuals, and F_y^(j) by order j: [row][unknown]. */
  at(t: number, levels: Levels): { readonly residuals: readonly number[]; readonly matrices: readonly Matrix[] } {
    const { leaves, inTime } = this.#form;
    const columns = leaves.map(({ unknown, inTime: j }) => Float64Array.of(levels[j]![unknown]!));
    const rows = rowsAt(this.#problem, this.#form, Float64Array.of(t), columns);
    const n = inTime.length;
    const orders = Math.max(...inTime) + 1;
    const matrices = Array.from({ length: orders }, () => rows.map(() => Array.from({ length: n }, () => 0)));
    for (const [row, { slopes }] of rows.entries())
      for (const { leaf, values } of slopes)
        matrices[leaves[leaf]!.inTime]![row]![leaves[leaf]!.unknown]! += values[0]!;
    return { residuals: rows.map(({ residual }) => residual[0]!), matrices };
  }

  /** Slopes by the highest derivative of each unknown. */
  leading(matrices: readonly Matrix[]): Matrix {
    const { inTime } = this.#form;
    return matrices[0]!.map((_, row) => inTime.map((order, k) => matrices[order]![row]![k]!));
  }
}

/** Number of rows that are independent, with rows and columns scaled. */
function rank(matrix: Matrix): number {
  const scaled = (m: Matrix): number[][] =>
    m.map((row) => {
      const most = row.reduce((largest, v) => Math.max(largest, Math.abs(v)), 0);
      return row.map((v) => (most > 0 ? v / most : 0));
    });
  const turned = (m: Matrix): number[][] => m[0]!.map((_, k) => m.map((row) => row[k]!));
  const a = turned(scaled(turned(scaled(matrix))));
  const n = a.length;
  for (let k = 0; k < n; k++) {
    let [row, column] = [k, k];
    for (let i = k; i < n; i++)
      for (let j = k; j < n; j++) if (Math.abs(a[i]![j]!) > Math.abs(a[row]![column]!)) [row, column] = [i, j];
    if (!(Math.abs(a[row]![column]!) > nothing)) return k;
    [a[k], a[row]] = [a[row]!, a[k]!];
    for (const line of a) [line[k], line[column]] = [line[column]!, line[k]!];
    for (let i = k + 1; i < n; i++) {
      const by = a[i]![k]! / a[k]![k]!;
      for (let j = k; j < n; j++) a[i]![j]! -= by * a[k]![j]!;
    }
  }
  return n;
}

/**
 * Trouble at the first moment of a system without space.
 *
 * @param start - by order below the highest, as conditions say
 */
export function troubleAtStart(
  problem: Problem,
  form: EvolutionForm,
  system: ImplicitSystem,
  start: readonly Float64Array[],
): Trouble {
  const [begin, end] = problem.bounds[form.time]!;
  const { inTime } = form;
  const moment = new Moment(problem, form);
  const n = inTime.length;
  const orders = Math.max(...inTime) + 1;
  const random = rng(0).split("moment");
  /** Derivatives as the start has them, and others by chance; all by chance where nothing is given. */
  const byChance = (k: number, given?: readonly Float64Array[]): Levels => {
    const drawn = random.split(k).normal(orders * n);
    return Array.from({ length: orders }, (_, j) =>
      inTime.map((order, u) => (given && j < order ? given[j]![u]! : 1.5 + 0.3 * drawn[j * n + u]!)),
    );
  };
  const anywhere = [0, 1, 2].map((k) => moment.at(begin + (0.3 + 0.2 * k) * (end - begin), byChance(k)).matrices);
  const isSingular = anywhere.every((matrices) =>
    pencils.every((by) => rank(sumOf(matrices, (j) => (by / (end - begin)) ** j)) < n),
  );
  if (isSingular)
    return {
      warning:
        "its equations leave some unknowns open: these can change in a way that no equation sees; give as many independent equations as unknowns",
    };
  const stated = contradicted(problem, form, system, moment, start);
  if (stated !== undefined) return { contradiction: stated };
  const atStart = moment.at(begin, byChance(0, start)).matrices;
  const own = rank(moment.leading(atStart));
  const generic = Math.max(...anywhere.map((matrices) => rank(moment.leading(matrices))));
  const startPoints = new StartPoints(problem, form);
  const singular = own < generic ? singularRows(problem, form, startPoints) : [];
  const contradiction =
    own < n && !singular.some(({ isIntegrable }) => isIntegrable)
      ? ((isLinear(form) ? broken(problem, form, moment, byChance(0, start)) : undefined) ??
        (own === generic ? hiddenContradiction(problem, form) : undefined) ??
        leavesStart(problem, form, system, start))
      : undefined;
  const at = `${problem.axes[form.time]} = ${begin}`;
  if (contradiction !== undefined)
    return singular.some(({ isNonlinear }) => isNonlinear) ? { warning: infiniteWords(at) } : { contradiction };
  if (own < generic && spreads(problem, form, moment, start)) return { warning: severalWords(at) };
  if (hasInfiniteSlope(form, startPoints) || staysSteep(problem, form, moment, start)) return { warning: stillWords };
  if (leavesBothSides(system, [begin, end], start)) return { warning: bothSidesWords(at) };
  const several = severalSlopes(problem, form, moment, start);
  const hasHidden = own < n && own === generic;
  return { isSingular: singular.length > 0, hasHidden, ...(several !== undefined && { warning: several }) };
}

/** Σ_j by(j)·M_j. */
const sumOf = (matrices: readonly Matrix[], by: (j: number) => number): Matrix =>
  matrices[0]!.map((row, r) => row.map((_, k) => matrices.reduce((sum, m, j) => sum + by(j) * m[r]![k]!, 0)));

/** The first condition at the start that equations contradict, of an order that they determine, in words. */
function contradicted(
  problem: Problem,
  form: EvolutionForm,
  system: ImplicitSystem,
  moment: Moment,
  start: readonly Float64Array[],
): string | undefined {
  const { time, stated, inTime } = form;
  if (stated.length === 0) return undefined;
  const [begin, end] = problem.bounds[time]!;
  const tops = topsFrom(moment, problem, form, start, guessOf(form, start));
  const state = consistentState(problem, form, system, start);
  const [first] = tops ? [] : shortMarch(system, [begin, end], state, soon[1]);
  for (const { unknown, order, value, text } of stated) {
    if (order > inTime[unknown]! || !(tops ?? first)) continue;
    const isRate = order > 0;
    const rate = () =>
      nodes.reduce((sum, s, i) => sum + slopeWeights[i]! * stageAt(first!, order - 1, unknown, s), 0) / first!.h;
    const wanted = evaluateAt(value, Float64Array.of(begin), 1, problem.constants)[0]!;
    const found = tops ? tops[unknown]! : isRate ? rate() : state[0]![unknown]!;
    const size = Math.max(Math.abs(wanted), Math.abs(found));
    if (Math.abs(wanted - found) <= (isRate && !tops ? contradictingRate : contradicting) * size) continue;
    const shown = Math.abs(found) < contradicting * Math.abs(wanted) ? 0 : significant(found, 5);
    return `the equations contradict "${text}": by them it is ${shown}; leave it out, or correct one of them`;
  }
  return undefined;
}

/** The start that a solution leaves at once, in words. */
function leavesStart(
  problem: Problem,
  { inTime }: EvolutionForm,
  system: ImplicitSystem,
  start: readonly Float64Array[],
): string | undefined {
  const [begin, end] = problem.bounds[problem.time!]!;
  const lasts = soon.slice(0, 3).flatMap((share) => shortMarch(system, [begin, end], start, share).at(-1) ?? []);
  if (lasts.length < 3) return undefined;
  for (const [k, order] of inTime.entries()) {
    for (let j = 0; j < order; j++) {
      const from = start[j]![k]!;
      const moved = lasts.map((last) => Math.abs(stageAt(last, j, k, 1) - from));
      const size = Math.max(Math.abs(from), ...moved);
      if (!(Math.min(...moved) > contradicting * size && moved[2]! > stays * moved[0]!)) continue;
      const name = `${problem.unknowns[k]}${"'".repeat(j)}`;
      return `the equations contradict ${name} = ${numberText(from, 6)} at ${problem.axes[0]} = ${begin}: no solution begins there; give a start that they allow`;
    }
  }
  return undefined;
}

/** The equation that a start breaks whatever its highest derivatives are, in words. */
function broken(problem: Problem, { inTime }: EvolutionForm, moment: Moment, levels: Levels): string | undefined {
  const begin = problem.bounds[problem.time!]![0];
  const { residuals, matrices } = moment.at(begin, levels);
  const leading = moment.leading(matrices);
  const sizes = residuals.map((v, row) =>
    matrices.reduce(
      (sum, m, j) => sum + m[row]!.reduce((s, slope, k) => s + Math.abs(slope * levels[j]![k]!), 0),
      Math.abs(v),
    ),
  );
  // Combinations of rows from which the highest derivatives are eliminated.
  const a = leading.map((row, r) => [...row, residuals[r]!].map((v) => (sizes[r]! > 0 ? v / sizes[r]! : 0)));
  const free = new Set(a.keys());
  for (const k of inTime.keys()) {
    let pivot: number | undefined;
    for (const r of free) if (pivot === undefined || Math.abs(a[r]![k]!) > Math.abs(a[pivot]![k]!)) pivot = r;
    if (pivot === undefined || !(Math.abs(a[pivot]![k]!) > nothing)) continue;
    free.delete(pivot);
    for (const r of free) {
      const by = a[r]![k]! / a[pivot]![k]!;
      a[r] = a[r]!.map((v, c) => v - by * a[pivot]![c]!);
    }
  }
  const violated = [...free].find((r) => Math.abs(a[r]!.at(-1)!) > contradicting);
  if (violated === undefined) return undefined;
  const starts = inTime.flatMap((order, k) =>
    Array.from(
      { length: order },
      (_, j) => `${problem.unknowns[k]}${"'".repeat(j)} = ${numberText(levels[j]![k]!, 6)}`,
    ),
  );
  return `the equations contradict the start ${starts.join(", ")} at ${problem.axes[0]} = ${begin}, where one of them has no highest derivative and does not hold; give a start that it allows`;
}

/**
 * True where solutions spread from the start as powers of the time since then: perturbations along logarithms of it.
 */
function spreads(problem: Problem, { inTime }: EvolutionForm, moment: Moment, start: readonly Float64Array[]): boolean {
  const [begin, end] = problem.bounds[problem.time!]!;
  const span = end - begin;
  const orders = Math.max(...inTime) + 1;
  const parts = inTime.flatMap((order, k) => Array.from({ length: order }, (_, j) => ({ k, j })));
  /**
   * Rate of a perturbation by the logarithm of the time since the start; its parts are in units of powers of the whole.
   */
  const rate = (share: number, of: readonly number[]): number[] | undefined => {
    const levels = Array.from({ length: orders }, (_, j) =>
      inTime.map((order, k) => (j < order ? start[j]![k]! : (start[0]![k]! || 1) / span ** j)),
    );
    const { matrices } = moment.at(begin + share * span, levels);
    const right = matrices[0]!.map((_, row) =>
      parts.reduce((sum, { k, j }, at) => sum + (matrices[j]![row]![k]! * of[at]!) / span ** j, 0),
    );
    const tops = solveDense(moment.leading(matrices), right);
    return (
      tops &&
      parts.map(({ k, j }) => {
        const next = parts.findIndex((part) => part.k === k && part.j === j + 1);
        return share * (next >= 0 ? of[next]! : -tops[k]! * span ** (j + 1));
      })
    );
  };
  const grown = (share: number, of: readonly number[]): number[] | undefined => {
    const h = Math.log(10) / perDecade;
    let state = of;
    for (let step = 0; step < perDecade; step++) {
      const at = (by: number) => share * Math.exp((step + by) * h);
      const moved = (k: readonly number[], by: number) => state.map((v, i) => v + by * h * k[i]!);
      const a = rate(at(0), state);
      const b = a && rate(at(0.5), moved(a, 0.5));
      const c = b && rate(at(0.5), moved(b, 0.5));
      const d = c && rate(at(1), moved(c, 1));
      if (!d?.every(Number.isFinite)) return undefined;
      state = state.map((v, i) => v + (h / 6) * (a![i]! + 2 * b![i]! + 2 * c![i]! + d[i]!));
    }
    return [...state];
  };
  return parts.some((_, at) => {
    const unit = parts.map((_part, i) => (i === at ? 1 : 0));
    const one = grown(firstDecade, unit);
    const two = one && grown(10 * firstDecade, one);
    const three = two && grown(100 * firstDecade, two);
    if (!three) return false;
    const [p, q, r] = [one, two, three].map((v) => Math.hypot(...v)) as [number, number, number];
    return q > growing * p && r > growing * q;
  });
}

/** Share of the time over which a state moves, and product of a slope with it from which on the slope stays infinite. */
const [shortTime, steep] = [1e-6, 10];

/** True where a slope is infinite at the start and stays so while the state moves by its rates. */
function staysSteep(problem: Problem, form: EvolutionForm, moment: Moment, start: readonly Float64Array[]): boolean {
  const tops = topsFrom(moment, problem, form, start, guessOf(form, start));
  if (!tops) return false;
  const [begin, end] = problem.bounds[form.time]!;
  const levels = Array.from({ length: Math.max(...form.inTime) + 1 }, (_, j) =>
    form.inTime.map((order, k) => (order === j ? tops[k]! : (start[j]?.[k] ?? 0))),
  );
  const h = shortTime * (end - begin);
  const moved = levels.map((level, j) => level.map((v, k) => (j < form.inTime[k]! ? v + h * levels[j + 1]![k]! : v)));
  const [before, after] = [moment.at(begin, levels), moment.at(begin + h, moved)].map(({ matrices }) => matrices);
  const columns = form.leaves.map(({ unknown, inTime: j }) => Float64Array.of(levels[j]![unknown]!));
  const rowsOf = (of: readonly Float64Array[]) => rowsAt(problem, form, Float64Array.of(begin), of);
  return before!.some((matrix, j) =>
    matrix.some((row, r) =>
      row.some((slope, k) => {
        if (Number.isFinite(slope) || j >= form.inTime[k]!) return false;
        const later = after![j]![r]![k]!;
        if (Math.abs(later) * h ** (form.inTime[k]! - j) < steep) return false;
        const leaf = form.leaves.findIndex(({ unknown, inTime }) => unknown === k && inTime === j);
        return !pullsTogether(form, rowsOf, columns, r, leaf);
      }),
    ),
  );
}

/** True where highest derivatives stand in no slope of their own. */
function isLinear({ inside, leaves, inTime }: EvolutionForm): boolean {
  const isTop = ({ unknown, inTime: j }: EvolutionForm["leaves"][number]) => j === inTime[unknown];
  const tops = new Set(leaves.filter(isTop).map(({ name }) => name));
  return inside.every(({ slopes }) =>
    slopes.every(
      ({ leaf, slope }) =>
        !isTop(leaves[leaf]!) || ![...nodesOf(slope)].some((node) => node.kind === "data" && tops.has(node.name)),
    ),
  );
}

/** Guesses of the highest derivatives: what conditions say of unknowns without any, and 1 elsewhere. */
const guessOf = ({ inTime, stated }: EvolutionForm, start: readonly Float64Array[]): number[] =>
  inTime.map((order, k) => (order === 0 && stated.some(({ unknown }) => unknown === k) ? start[0]![k]! : 1));

/** Highest derivatives with which equations hold at the start, by Newton's method; undefined where it finds none. */
function topsFrom(
  moment: Moment,
  problem: Problem,
  { inTime }: EvolutionForm,
  start: readonly Float64Array[],
  guess: readonly number[],
): number[] | undefined {
  const begin = problem.bounds[problem.time!]![0];
  let v = [...guess];
  for (let step = 0; step < newtonSteps; step++) {
    const levels = Array.from({ length: Math.max(...inTime) + 1 }, (_, j) =>
      inTime.map((order, k) => (order === j ? v[k]! : (start[j]?.[k] ?? 0))),
    );
    const { residuals, matrices } = moment.at(begin, levels);
    const leading = moment.leading(matrices);
    if (rank(leading) < v.length) return undefined;
    const move = solveDense(leading, residuals);
    if (!move?.every(Number.isFinite)) return undefined;
    v = v.map((x, k) => x - move[k]!);
    if (Math.hypot(...move) <= distinct ** 2 * Math.max(distinct, Math.hypot(...v))) return v;
  }
  return undefined;
}

/** The slopes that a start has where equations have several, in words. */
function severalSlopes(
  problem: Problem,
  form: EvolutionForm,
  moment: Moment,
  start: readonly Float64Array[],
): string | undefined {
  if (isLinear(form)) return undefined;
  const { inTime, stated } = form;
  const isChosen = inTime.map((order, k) => order === 0 && stated.some(({ unknown }) => unknown === k));
  const random = rng(0).split("slopes");
  let first: readonly number[] | undefined;
  for (let k = 0; k < tries; k++) {
    const draw = random.split(k).normal(inTime.length);
    const spread = 10 ** ((k % 4) - 1);
    const guess = inTime.map((_, i) => (isChosen[i] ? start[0]![i]! : spread * draw[i]!));
    const other = topsFrom(moment, problem, form, start, guess);
    first ??= other;
    const i = other?.findIndex((v, c) => Math.abs(v - first![c]!) > distinct * Math.max(1, Math.abs(v))) ?? -1;
    if (i < 0 || isChosen[i]) continue;
    const name = `${problem.unknowns[i]}${"'".repeat(inTime[i]!)}`;
    const [a, b] = [first![i]!, other![i]!].map((v) => significant(v, 4));
    return `at ${problem.axes[0]} = ${problem.bounds[form.time]![0]} the equations hold with ${name} = ${a} and with ${name} = ${b}: there are several solutions; solve the equations for ${name}, so that there is one`;
  }
  return undefined;
}

/** The solution of a dense system; undefined where it is singular. */
function solveDense(matrix: Matrix, right: readonly number[]): number[] | undefined {
  const a = matrix.map((row, i) => [...row, right[i]!]);
  const n = a.length;
  for (let k = 0; k < n; k++) {
    let row = k;
    for (let i = k; i < n; i++) if (Math.abs(a[i]![k]!) > Math.abs(a[row]![k]!)) row = i;
    [a[k], a[row]] = [a[row]!, a[k]!];
    if (a[k]![k] === 0) return undefined;
    for (let i = 0; i < n; i++) {
      if (i === k) continue;
      const by = a[i]![k]! / a[k]![k]!;
      for (let j = k; j <= n; j++) a[i]![j]! -= by * a[k]![j]!;
    }
  }
  return a.map((row, k) => row[n]! / row[k]!);
}
