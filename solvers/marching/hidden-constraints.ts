/**
 * Constraints that equations without space hide: what they say of the start once they are differentiated in time (the
 * derivative array of Campbell, as in Brenan, Campbell and Petzold, Numerical Solution of Initial-Value Problems in
 * Differential-Algebraic Equations, 2.5).
 */
import { cholesky } from "../../engine/numerics/cholesky.ts";
import { dotInOrder } from "../../engine/numerics/vectors.ts";
import { rng } from "../../engine/random/rng.ts";
import { numberText } from "../../engine/text/number.ts";
import { columnsAt, differentiate, type Expression, evaluate, evaluateAt } from "../../equations/expression/index.ts";
import { linearForms, type Problem } from "../../equations/problem/index.ts";
import type { EvolutionForm } from "./evolution-form.ts";

/** Highest order of a derivative, which bounds how often equations are differentiated, and the most times. */
const [highestOrder, mostTimes] = [4, 3];
/**
 * Gauss–Newton's steps, first guesses, and residuals beside their terms that count as nothing, and as a contradiction.
 */
const [steps, guesses, holding, contradicting] = [40, 4, 1e-9, 1e-5] as const;
/** Ridge beside the trace of J·Jᵀ, and the part of a residual that no step lowers where it is stationary. */
const [ridge, stationary] = [1e-10, 1e-5];

/** A derivative of an unknown at the start. */
interface Part {
  readonly unknown: number;
  readonly order: number;
  readonly column: Float64Array;
  /** As conditions say it. */
  readonly given: number | undefined;
}

/**
 * The start that equations contradict once they are differentiated, in words; undefined where they do not, or nothing
 * shows it.
 */
export function hiddenContradiction(problem: Problem, form: EvolutionForm): string | undefined {
  const most = Math.min(mostTimes, highestOrder - Math.max(...form.inTime));
  for (let times = 1; times <= most; times++) {
    const array = new DerivativeArray(problem, form, times);
    const outcome = array.solve(() => false);
    if (outcome === "holds") continue;
    if (outcome === "open") return undefined;
    const t = `${problem.axes[form.time]} = ${problem.bounds[form.time]![0]}`;
    const often = times === 1 ? "once" : times === 2 ? "twice" : `${times} times`;
    const hidden = `differentiated ${often} in time the equations have a constraint that is hidden in them`;
    // The one value that can be changed so that it holds.
    const isDetermined = ({ unknown, order }: Part) => order >= form.inTime[unknown]!;
    const wrong = [...array.parts]
      .sort((a, b) => Number(isDetermined(b)) - Number(isDetermined(a)))
      .find((part) => part.given !== undefined && array.solve((other) => other === part) === "holds");
    if (!wrong) return `${hidden}, and the start does not satisfy it at ${t}; give a start that does`;
    array.solve((other) => other === wrong);
    const name = `${problem.unknowns[wrong.unknown]}${"'".repeat(wrong.order)}`;
    const [is, by] = [wrong.given!, wrong.column[0]!];
    const allowed = Math.abs(by) < contradicting * Math.abs(is) ? "0" : numberText(by, 5);
    return `${hidden}, which contradicts ${name} = ${numberText(is, 6)} at ${t}: with the other values it allows ${allowed}; give a start that satisfies it`;
  }
  return undefined;
}

/**
 * The start that conditions and equations, differentiated so many times, have together: derivatives in time of unknowns
 * by order. What conditions say is moved within the rounding of numbers as people write them.
 *
 * @returns undefined where there is none, or where several are found
 */
export function consistentStart(
  problem: Problem,
  form: EvolutionForm,
  times: number,
): ((unknown: number, order: number) => number | undefined) | undefined {
  const array = new DerivativeArray(problem, form, times);
  let outcome = array.solve(() => false);
  if (outcome === "open") outcome = array.solve(() => true);
  if (outcome !== "holds") return undefined;
  const found = array.parts.map(({ column }) => column[0]!);
  const isFar = (a: number, b: number) => Math.abs(a - b) > contradicting * Math.max(1, Math.abs(a), Math.abs(b));
  if (array.parts.some(({ given }, i) => given !== undefined && isFar(found[i]!, given))) return undefined;
  const isOther = array.solve(() => false, 1) === "holds" || array.solve(() => true, 1) === "holds";
  const isOpen = array.parts.map(({ column }, i) => isOther && isFar(found[i]!, column[0]!));
  return (unknown, order) => {
    const at = array.parts.findIndex((part) => part.unknown === unknown && part.order === order);
    return isOpen[at] ? undefined : found[at];
  };
}

/** Equations and their derivatives in time at the start. */
class DerivativeArray {
  readonly parts: readonly Part[];
  readonly #rows: readonly Expression[];
  readonly #terms: readonly (readonly { readonly part: number; readonly slope: Expression }[])[];
  readonly #algebra: ReturnType<typeof columnsAt>;

  constructor(problem: Problem, form: EvolutionForm, times: number) {
    const { constants, bounds } = problem;
    const { time, starts, stated, inTime } = form;
    const all = [...problem.equations];
    for (let k = 0; k < times * problem.equations.length; k++) all.push(differentiate(all[k]!, { axis: time }, 1));
    const forms = linearForms(problem, all, constants);
    const now = Float64Array.of(bounds[time]![0]);
    const parts = new Map<string, Part>();
    const data: Record<string, Float64Array> = {};
    for (const { name, unknown, order } of forms.flatMap(({ terms }) => terms)) {
      if (parts.has(name)) continue;
      const j = order[time]!;
      const formula =
        j < inTime[unknown]!
          ? starts[unknown]![j]
          : stated.find((one) => one.unknown === unknown && one.order === j)?.value;
      const given = formula && evaluateAt(formula, now, 1, constants)[0]!;
      data[name] = new Float64Array(1);
      parts.set(name, { unknown, order: j, column: data[name], given });
    }
    const names = [...parts.keys()];
    this.parts = [...parts.values()];
    this.#rows = forms.map(({ residual }) => residual);
    this.#terms = forms.map(({ terms }) =>
      terms.map(({ name, factor }) => ({ part: names.indexOf(name), slope: factor })),
    );
    this.#algebra = columnsAt(now, 1, { constants, data });
  }

  /**
   * Looks for values of what is not given, or free, with which all rows hold: by Gauss–Newton steps of least length
   * from several guesses, the first of them first.
   */
  solve(isFree: (part: Part) => boolean, first = 0): "holds" | "contradicts" | "open" {
    const random = rng(0).split("derivative array");
    let outcome: "contradicts" | "open" = "contradicts";
    for (let k = first; k < guesses; k++) {
      const drawn = random.split(k).normal(this.parts.length);
      const moving = this.parts.flatMap((part, i) => {
        part.column[0] = part.given ?? 1 + 0.5 * k * drawn[i]!;
        return part.given === undefined || isFree(part) ? [i] : [];
      });
      const found = this.#descend(moving);
      if (found === "holds") return found;
      if (found === "open") outcome = found;
    }
    return outcome;
  }

  #descend(moving: readonly number[]): "holds" | "contradicts" | "open" {
    const m = this.#rows.length;
    const { sizes } = this.#linearised(moving);
    for (let step = 0; ; step++) {
      const now = this.#linearised(moving);
      const largest = Math.max(...now.residuals.map((v, r) => Math.abs(v) / (Math.max(now.sizes[r]!, sizes[r]!) || 1)));
      if (!Number.isFinite(largest)) return "open";
      if (largest <= holding) return "holds";
      const residuals = now.residuals.map((v, r) => v / (sizes[r] || 1));
      const jacobian = now.slopes.map((row, r) => row.map((v) => v / (sizes[r] || 1)));
      const size = Math.hypot(...residuals);
      const square = Float64Array.from({ length: m * m }, (_, at) =>
        dotInOrder(jacobian[Math.floor(at / m)]!, jacobian[at % m]!),
      );
      let trace = 0;
      for (let i = 0; i < m; i++) trace += square[i * (m + 1)]!;
      for (let i = 0; i < m; i++) square[i * (m + 1)]! += ridge * (trace || 1);
      const multipliers = cholesky(square, m)?.solve(residuals);
      if (!multipliers) return "open";
      const move = moving.map((_, c) => jacobian.reduce((sum, row, i) => sum + row[c]! * multipliers[i]!, 0));
      // What the step would take away of the residuals, to first order.
      const away = Math.hypot(...jacobian.map((row) => dotInOrder(row, move)));
      if (away <= stationary * size) return largest > contradicting ? "contradicts" : "open";
      if (step === steps) return "open";
      for (const [c, i] of moving.entries()) this.parts[i]!.column[0]! -= move[c]!;
    }
  }

  /** Rows, the sums of their terms, and their slopes by the parts that move. */
  #linearised(moving: readonly number[]) {
    const memo = new Map<Expression, Float64Array>();
    const value = (e: Expression) => evaluate(e, this.#algebra, memo)[0]!;
    const residuals = Float64Array.from(this.#rows, value);
    const sizes = residuals.map(Math.abs);
    const slopes = this.#terms.map((terms, r) => {
      const own = new Map(terms.map(({ part, slope }) => [part, value(slope)]));
      for (const [part, slope] of own) sizes[r]! += Math.abs(slope * this.parts[part]!.column[0]!);
      return moving.map((part) => own.get(part) ?? 0);
    });
    return { residuals, sizes, slopes };
  }
}
