/**
 * Equations without highest derivatives in time at the first moment, or ever: starts that they contradict, and starts
 * that several solutions leave.
 */
import { rng } from "../../engine/random/rng.ts";
import { percentText } from "../../engine/text/number.ts";
import { cut, nodesOf, toText } from "../../equations/expression/index.ts";
import type { Problem } from "../../equations/problem/index.ts";
import type { EvolutionForm } from "./evolution-form.ts";
import type { ImplicitSystem } from "./implicit-system.ts";
import { type RowValues, StartPoints } from "./start-rows.ts";

/** Trouble at the first moment, in words. */
export interface Trouble {
  /** Conditions that the equations contradict. */
  readonly contradiction?: string;
  /** Why there may be no solution from the start, or several. */
  readonly warning?: string;
  /** True where the factor of a highest derivative is 0 at the start. */
  readonly isSingular?: boolean;
  /** True where equations without space hide constraints: their index is 2 or higher. */
  readonly hasHidden?: boolean;
}

/**
 * Residual beside its terms with which a start contradicts an equation that loses its highest derivatives there, and
 * one that never has any.
 */
const [contradicting, contradictingAlways] = [1e-3, 0.03];
/** Shares of the time, a decade apart, at which factors that are 0 at the start are compared. */
const [soon, later] = [1e-6, 1e-5];
/** Power of the time since the start below which the inverse of a factor can be integrated. */
const integrable = 0.95;
/**
 * Begin of the decades in which perturbations are followed, steps of a decade, and growth in one that leaves several
 * solutions at the start.
 */
const [firstDecade, perDecade, growing] = [1e-8, 24, 10 ** 0.15];

/** An equation in which the factors of all highest derivatives in time are 0 at the start. */
export interface SingularRow {
  readonly row: number;
  /** True where solutions may begin with an infinite slope: the start need not satisfy what the factors leave. */
  readonly isIntegrable: boolean;
  /** True where they depend on the unknowns. */
  readonly isNonlinear: boolean;
}

/** Equations that lose their highest derivatives at the start. */
export function singularRows(
  problem: Problem,
  form: EvolutionForm,
  start = new StartPoints(problem, form),
): SingularRow[] {
  const [now, one, two] = [0, soon, later].map((share) => start.rows(share));
  const names = new Set(form.leaves.map(({ name }) => name));
  return form.inside.flatMap(({ slopes }, row) => {
    const highest = slopes.filter(({ leaf }) => isHighest(form, leaf));
    if (highest.length === 0 || factorOf(form, now![row]!) > 0) return [];
    const power = Math.log10(factorOf(form, two![row]!) / factorOf(form, one![row]!));
    const isNonlinear = highest.some(({ slope }) =>
      [...nodesOf(slope)].some((node) => node.kind === "data" && names.has(node.name)),
    );
    return [{ row, isIntegrable: power < integrable, isNonlinear }];
  });
}

/** True for the highest derivative in time of an unknown that has one. */
const isHighest = ({ leaves, inTime }: EvolutionForm, leaf: number): boolean =>
  leaves[leaf]!.inTime > 0 && leaves[leaf]!.inTime === inTime[leaves[leaf]!.unknown];

/** Largest factor of a highest derivative in time at any point. */
const factorOf = (form: EvolutionForm, { slopes }: RowValues): number =>
  Math.max(0, ...slopes.flatMap(({ leaf, values }) => (isHighest(form, leaf) ? [...values].map(Math.abs) : [])));

/** Trouble at the start of a problem in space. @param discretised - on few cells, with its state at the start */
export function troubleInSpace(
  problem: Problem,
  form: EvolutionForm,
  discretised: () => { readonly system: ImplicitSystem; readonly state: readonly Float64Array[] },
): Trouble {
  const start = new StartPoints(problem, form);
  const at = `${problem.axes[form.time]} = ${problem.bounds[form.time]![0]}`;
  const values = start.rows();
  const singular = singularRows(problem, form, start);
  for (const [row, { slopes }] of form.inside.entries()) {
    const lost = singular.find((one) => one.row === row);
    const isState = (leaf: number) => form.leaves[leaf]!.inTime < form.inTime[form.leaves[leaf]!.unknown]!;
    // Others have unknowns in them that they determine.
    if (!slopes.every(({ leaf }) => isState(leaf) || (lost && (start.isGiven[leaf] || isHighest(form, leaf)))))
      continue;
    const share = missedShare(values[row]!, start.columns);
    const missed = `by ${percentText(share)} of its terms`;
    const text = cut(`${toText(problem.equations[row]!, problem)} = 0`);
    if (!lost && share > contradictingAlways)
      return {
        warning: `the start does not satisfy "${text}", which has to hold at every moment: it misses it ${missed}; correct one of them`,
      };
    if (!lost || share <= contradicting) continue;
    if (lost.isNonlinear) return { warning: infiniteWords(at) };
    if (!lost.isIntegrable)
      return {
        contradiction: `the factor of the highest derivative in time of "${text}" is 0 at ${at}, where the start misses the rest of it ${missed}: no solution begins there; give a start that it allows`,
      };
  }
  if (singular.some(({ isNonlinear }) => isNonlinear)) return { warning: severalWords(at) };
  if (singular.length > 0) {
    const { system, state } = discretised();
    if (grows(system, state, problem.bounds[form.time]!)) return { warning: severalWords(at) };
  }
  return { isSingular: singular.length > 0, ...(hasInfiniteSlope(form, start) && { warning: stillWords }) };
}

/** Words of a start from which solutions move with an infinite slope. */
export const infiniteWords = (at: string): string =>
  `the factor of a highest derivative in time is 0 at ${at}, where the rest of its equation is not: slopes are infinite there, and several solutions, or none, leave this start; begin with another value`;
/** Words of a start from which perturbations grow. */
export const severalWords = (at: string): string =>
  `the factor of a highest derivative is 0 at ${at}, and several solutions leave this start; begin later, or give a condition that only one of them meets`;
/** Words of a start at a jump of equations from which solutions leave to more than one side. */
export const bothSidesWords = (at: string): string =>
  `its equations jump at the start, ${at}, and solutions leave it to more than one side; begin with a value on one side of the jump`;
/** Words of a start from which nothing needs to move. */
export const stillWords =
  "a slope of its equations is infinite at the start, from which nothing needs to move: several solutions may leave it; begin with another value";

/** Root mean square of the residual over that of the sum of its terms. */
function missedShare({ residual, slopes }: RowValues, columns: readonly Float64Array[]): number {
  let [square, size] = [0, 0];
  residual.forEach((v, i) => {
    const terms = slopes.reduce(
      (sum, { leaf, values }) => sum + Math.abs(values[i]! * columns[leaf]![i]!),
      Math.abs(v),
    );
    if (!Number.isFinite(terms)) return;
    square += v * v;
    size += terms * terms;
  });
  return size > 0 ? Math.sqrt(square / size) : 0;
}

/** True where an equation has an infinite slope everywhere at a start from which nothing moves. */
export function hasInfiniteSlope(form: EvolutionForm, start: StartPoints): boolean {
  const still = start.columns.map((column, k) => (start.isGiven[k] ? column : column.map(() => 0)));
  const rowsOf = (columns: readonly Float64Array[]) => start.rows(0, columns);
  const rows = rowsOf(still);
  return (
    rows.every(({ residual }) => residual.every((v) => v === 0)) &&
    rows.some(({ slopes }, row) =>
      slopes.some(
        ({ leaf, values }) =>
          !isHighest(form, leaf) &&
          values.every((v) => !Number.isFinite(v)) &&
          !pullsTogether(form, rowsOf, still, row, leaf),
      ),
    )
  );
}

/** Distance beside a start, and beside its size, at which slopes that are infinite there are looked at. */
const beside = 1e-9;

/**
 * True where an equation of first order in time has a slope by its own unknown that draws solutions together on both
 * sides of a state, as u′ = −cbrt(u) does at 0: they meet, and do not part (one-sided Lipschitz condition; Hairer &
 * Wanner, Solving Ordinary Differential Equations II, IV.12).
 */
export function pullsTogether(
  form: EvolutionForm,
  rowsOf: (columns: readonly Float64Array[]) => readonly RowValues[],
  columns: readonly Float64Array[],
  row: number,
  leaf: number,
): boolean {
  const { unknown, inTime, inSpace } = form.leaves[leaf]!;
  if (form.inTime[unknown] !== 1 || inTime !== 0 || inSpace.some((order) => order > 0)) return false;
  return [-beside, beside].every((by) => {
    const moved = columns.with(
      leaf,
      columns[leaf]!.map((v) => v + by * (1 + Math.abs(v))),
    );
    const { slopes } = rowsOf(moved)[row]!;
    const tops = slopes.filter(({ leaf: one }) => isHighest(form, one));
    const own = slopes.find(({ leaf: one }) => one === leaf)!.values;
    return (
      tops.length === 1 &&
      form.leaves[tops[0]!.leaf]!.unknown === unknown &&
      own.every((slope, i) => slope * tops[0]!.values[i]! > 0)
    );
  });
}

/**
 * True where a perturbation of the start grows as a power of the time since then: followed along logarithms of it, by
 * implicit steps.
 */
function grows(
  system: ImplicitSystem,
  state: readonly Float64Array[],
  [begin, end]: readonly [number, number],
): boolean {
  const { size, orders } = system;
  const span = end - begin;
  const none = new Float64Array(size);
  const here = [...state, none];
  const drawn = rng(0)
    .split("perturbation")
    .normal(size * state.length);
  let moved: readonly Float64Array[] = state.map((_, j) =>
    none.map((_v, i) => (orders[i]! > j ? drawn[j * size + i]! / span ** j : 0)),
  );
  const ratio = 10 ** (1 / perDecade);
  const sizes = [0, 1, 2].map((decade) => {
    for (let step = 0; step < perDecade; step++) {
      const before = span * firstDecade * ratio ** (decade * perDecade + step);
      const t = begin + before * ratio;
      const by = 1 / (before * ratio - before);
      system.linearise(t, here);
      // Derivatives of a step of Euler's implicit method, but for what the new values add to them.
      const old: Float64Array[] = [none];
      for (const level of moved) old.push(old.at(-1)!.map((v, i) => by * (v - level[i]!)));
      const [with0, without] = [here.map((level, j) => level.map((v, i) => v + old[j]![i]!)), here].map((of) =>
        system.evaluate(t, of),
      );
      const values = system.factor(by, 0).solve(without!.map((v, i) => v - with0![i]!));
      const next: Float64Array[] = [values];
      for (const [j, level] of moved.slice(0, -1).entries()) next.push(next[j]!.map((v, i) => by * (v - level[i]!)));
      moved = next;
    }
    return Math.hypot(...moved.map((level, j) => Math.hypot(...level.filter((_, i) => orders[i]! > j)) * span ** j));
  });
  return sizes[1]! > growing * sizes[0]! && sizes[2]! > growing * sizes[1]!;
}
