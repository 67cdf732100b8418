/**
 * Places at which equations are not regular: jumps of what is differentiated, and zeros of divisors and of leading
 * coefficients. A text takes derivatives branch by branch, so that a jump, whose derivative is a source on a surface,
 * is lost, and with it that fluxes agree there.
 */
import { DomainError } from "../../engine/errors.ts";
import { rng } from "../../engine/random/rng.ts";
import { significant } from "../../engine/text/number.ts";
import { type Domain, domainOf } from "../domain/domain.ts";
import { type Algebra, columnsAt, type Expression, evaluate } from "../expression/expression.ts";
import { turnOf } from "../expression/kinks.ts";
import { toText } from "../expression/print.ts";
import { unrolled } from "../expression/quadrature.ts";
import { spaceAxes } from "../expression/scope.ts";
import { cut } from "../expression/syntax-error.ts";
import { nodesOf } from "../expression/tree.ts";
import { highestOrders } from "./derivatives.ts";
import type { DifferentiatedText } from "./equations.ts";
import { isSlanted, unknownOfFlux } from "./jumping-flux.ts";
import { atState, isSymbolic, type LinearForm, linearForms } from "./linear-form.ts";
import { fieldsOf } from "./names.ts";
import { descended, mostAxes, type Probe } from "./probe.ts";
import type { JumpingFlux, Problem, ProblemWarning } from "./problem.ts";

/** Distances on either side, over the width of the domain. */
const [far, near] = [1e-6, 1e-9];
/** Distance, over the width of the domain, from a place where a formula is 0 to where it has the other sign. */
const aside = 1e-5;
/** A jump over the larger of both limits that passes for rounding, and what a limit may still move, over the jump. */
const [slight, moving] = [1e-6, 0.1];

/**
 * Compares the limits of what is differentiated on both sides of the surfaces where a condition of an `if`, or the
 * argument of a `sign`, changes its sign.
 *
 * @returns warnings where the place depends on an unknown or a constant to be found, and fluxes that jump where elements
 *   keep them: across an axis, and at round and slanted surfaces
 * @throws DomainError that names what is differentiated, a point and both limits
 */
export function checkJumps(
  problem: Problem,
  probe: Probe,
  texts: readonly DifferentiatedText[],
): { readonly warnings: ProblemWarning[]; readonly fluxes: readonly JumpingFlux[] } {
  const warnings: ProblemWarning[] = [];
  const fluxes: JumpingFlux[] = [];
  if (problem.text.allow?.includes("lost-flux")) return { warnings, fluxes };
  checkInterfaces(problem, probe);
  const found: { readonly flux: JumpingFlux; readonly jumps: readonly Jump[]; readonly words: string }[] = [];
  const known = new Map<string, Expression>();
  /** The turn of the same text that was met first. */
  const sameOf = (turn: Expression): Expression => {
    const text = toText(turn, problem);
    if (!known.has(text)) known.set(text, turn);
    return known.get(text)!;
  };
  const equations = texts.filter(({ of }) => of === "equation");
  for (const written of texts) {
    const { of, text, differentiated } = written;
    const what = `${of === "equation" ? "" : `the ${of} `}"${cut(text)}"`;
    for (const { of: term, axis } of differentiated) {
      const words = ({ turn, isOpen, place, limits }: Jump) => {
        const where = isOpen ? `where ${cut(toText(turn, problem))} changes its sign` : `at ${place}`;
        const [left, right] = limits.map((v) => significant(v, 4));
        return `what ${what} differentiates along ${problem.axes[axis]} jumps ${where}: ${cut(toText(term, problem))} goes from ${left} to ${right}. ${way}`;
      };
      const formula = unrolled(term);
      const jumps = jumpsOf(formula, axis, problem, probe);
      const open = jumps.find(({ isOpen }) => isOpen);
      if (open) {
        warnings.push({ kind: "flux", text: words(open), where: open.turn });
        break;
      }
      if (jumps.length === 0) continue;
      const flux = {
        equation: equations.length === problem.equations.length ? equations.indexOf(written) : -1,
        axis,
        flux: term,
        turns: jumps.map(({ turn }) => sameOf(turn)),
      };
      const isAlone = fluxes.every((one) => one.equation !== flux.equation || one.axis !== axis);
      const turns = new Set([...nodesOf(formula)].map(turnOf));
      const isOfTurns = jumps.every(({ turn }) => turns.has(turn));
      if (!(isAlone && isOfTurns && isKept(problem, flux) && jumps.every((jump) => isWhole(problem, flux, jump))))
        throw new DomainError(`pde: ${words(jumps[0]!)}`, jumps[0]!.limits);
      fluxes.push(flux);
      found.push({ flux, jumps: jumps.map((jump) => ({ ...jump, turn: sameOf(jump.turn) })), words: words(jumps[0]!) });
    }
  }
  // Blocks that end at all surfaces keep normal fluxes.
  if (fluxes.some(isSlanted))
    for (const { flux, jumps, words } of found)
      if (!jumps.every((jump) => isNormal(problem, flux, fluxes, jump)))
        throw new DomainError(`pde: ${words}`, jumps[0]!.limits);
  return { warnings, fluxes };
}

/**
 * True where elements can keep a flux continuous that jumps across an axis of space: on two axes, and on more in boxes
 * where it is made of slopes alone.
 */
const isKept = (problem: Problem, flux: JumpingFlux): boolean =>
  flux.equation >= 0 &&
  flux.axis !== problem.time &&
  (problem.axes.length <= 2 || isSlanted(flux) || isOfSlopes(problem, flux)) &&
  problem.source === undefined &&
  problem.parameters === undefined &&
  Object.keys(fieldsOf(problem.text)).length === 0 &&
  problem.conditions.every(({ kind }) => kind !== "interface") &&
  problem.equations.every(isSymbolic) &&
  unknownOfFlux(problem, flux) !== undefined;

/** True for sums of slopes by factors of the coordinates. */
function isOfSlopes(problem: Problem, { flux }: JumpingFlux): boolean {
  if (!isSymbolic(flux)) return false;
  const [form] = linearForms(problem, [flux], { ...problem.constants, ...problem.trainable });
  const { terms, residual, linear } = form!;
  const points = domainOf(problem.domain).interior(pairs, rng(0).split("slopes"));
  const left = atState(residual, form!, points, problem.axes.length, 0);
  return linear && terms.every(({ order }) => order.reduce((a, b) => a + b) === 1) && left.every((v) => v === 0);
}

/** Values of all derivatives of the unknowns at which forms are compared. */
const states = [0.5, 1.3];

/**
 * True where a jump at a surface of any form leaves the normal slope by its factor continuous, and no other condition:
 * equations whose second derivatives have one factor, of fluxes along all axes on which the surface depends; those
 * of other equations do not jump there.
 */
function isNormal(
  problem: Problem,
  flux: JumpingFlux,
  fluxes: readonly JumpingFlux[],
  { turn, beside }: Jump,
): boolean {
  const d = problem.axes.length;
  const space = spaceAxes(problem);
  if (space.length < 2 || space.length > 3) return false;
  const inSpace = (order: readonly number[]) => space.reduce((sum, axis) => sum + order[axis]!, 0);
  const own = fluxes.filter(({ equation, turns }) => equation === flux.equation && turns.includes(turn));
  const isOfPlace = (axis: number) => [...nodesOf(turn)].some((e) => e.kind === "coordinate" && e.axis === axis);
  if (problem.axes.some((_, axis) => isOfPlace(axis) && own.every((one) => one.axis !== axis))) return false;
  const unknown = unknownOfFlux(problem, flux)!;
  const held = { ...problem.constants, ...problem.trainable };
  const [ofFlux, ...forms] = linearForms(problem, [flux.flux, ...problem.equations], held);
  const isNear = (a: number, b: number) => Math.abs(a - b) <= rounded * Math.max(Math.abs(a), Math.abs(b));
  const slope = ofFlux!.terms.find(
    (one) => one.unknown === unknown && one.order.every((o, k) => o === Number(k === flux.axis)),
  );
  if (!slope) return false;
  return states.every((value) => {
    const at = (e: Expression, form: LinearForm) => atState(e, form, beside, d, value);
    const [whole, factor] = [at(ofFlux!.residual, ofFlux!), at(slope.factor, ofFlux!)];
    if (!whole.every((v, i) => isNear(v, factor[i]! * value))) return false;
    return forms.every((form, equation) => {
      const second = form.terms.filter(({ order }) => inSpace(order) === 2);
      const factors = second.map((term) => at(term.factor, form));
      if (factors.every(([left, right]) => isNear(left!, right!))) return true;
      if (equation !== flux.equation)
        return fluxes.some((one) => one.equation === equation && one.turns.includes(turn));
      const isPlain = second.every(
        ({ order, unknown: of }, k) => (of === unknown && order.includes(2)) || factors[k]!.every((v) => v === 0),
      );
      const plain = factors.filter((_, k) => second[k]!.unknown === unknown && second[k]!.order.includes(2));
      return (
        isPlain && plain.length === space.length && plain.every((one) => one.every((v, i) => isNear(v, plain[0]![i]!)))
      );
    });
  });
}

/** Change of a ratio across a jump that passes for rounding. */
const rounded = 1e-6;

/** True where the highest derivative comes of the flux alone: their factors have a ratio that does not jump. */
function isWhole(problem: Problem, flux: JumpingFlux, { beside }: Jump): boolean {
  const d = problem.axes.length;
  const unknown = unknownOfFlux(problem, flux)!;
  const held = { ...problem.constants, ...problem.trainable };
  const [whole, part] = linearForms(problem, [problem.equations[flux.equation]!, flux.flux], held).map((form) => {
    const own = form.terms.filter(
      (one) => one.unknown === unknown && one.order.every((o, k) => k === flux.axis || o === 0),
    );
    const most = Math.max(...own.map(({ order }) => order[flux.axis]!));
    const top = own.find(({ order }) => order[flux.axis] === most)!;
    return atState(top.factor, form, beside, d, 0.5);
  }) as [Float64Array, Float64Array];
  const [left, right] = [0, 1].map((i) => whole[i]! / part[i]!) as [number, number];
  return Math.abs(left - right) <= rounded * Math.abs(left);
}

const way =
  'Derivatives are taken on each side alone, so that the jump of the flux would be lost there, but for jumps of one coordinate each in boxes, and those of one factor of all slopes at surfaces that rest; give each side an unknown and an equation of its own, and a condition of type "interface" ("Coefficients that jump" in docs/how-to/solve-an-equation.md), or take a smooth step, such as (1 + tanh(s/w))/2, or allow: ["lost-flux"] where that is meant';

/** @throws DomainError where a coefficient jumps on the interface on which its condition holds */
function checkInterfaces(problem: Problem, probe: Probe): void {
  const d = problem.axes.length;
  const values = valuesWith(problem, probe);
  for (const c of problem.conditions) {
    if (c.kind !== "interface" || turnsOf(unrolled(c.residual)).length === 0) continue;
    const { points, normals } = probe.on(c.on);
    for (let i = 0; i < points.length; i += d) {
      const at = (h: number) =>
        values(unrolled(c.residual), [...points.slice(i, i + d).map((v, k) => v + h * normals[i + k]!), 7.5]);
      const limits = [at(-near), at(near)] as const;
      if (!(Math.abs(limits[1] - limits[0]) > slight * Math.max(...limits.map(Math.abs)))) continue;
      const words = `"${cut(c.text)}" jumps at ${probe.show(points, i / d)}, just where it holds`;
      throw new DomainError(
        `pde: ${words}; write for each side the value that it has there, as in a_n = 20*b_n`,
        limits,
      );
    }
  }
}

interface Jump {
  readonly place: string;
  readonly limits: readonly [number, number];
  /** The formula that changes its sign. */
  readonly turn: Expression;
  /** True where that depends on more than coordinates. */
  readonly isOpen: boolean;
  /** Points on both sides, [2, axes]. */
  readonly beside: Float64Array;
}

/** A jump at each formula that changes its sign where there is one. */
const jumpsOf = (formula: Expression, axis: number, problem: Problem, probe: Probe): Jump[] =>
  turnsOf(formula).flatMap((turn) => jumpAt(turn, formula, axis, problem, probe) ?? []);

function jumpAt(turn: Expression, formula: Expression, axis: number, problem: Problem, probe: Probe): Jump | undefined {
  const d = problem.axes.length;
  const domain = domainOf(problem.domain);
  const width = domain.high[axis]! - domain.low[axis]!;
  const points = domain.interior(pointsOfStates, rng(0).split("jumps"));
  const isOpen = [...nodesOf(turn)].some(
    (e) => unknownKinds.includes(e.kind) || (e.kind === "constant" && Object.hasOwn(problem.trainable, e.name)),
  );
  const values = valuesWith(problem, probe);
  // A state is a point, then a number that all unknowns are made of.
  const states = Array.from({ length: pointsOfStates }, (_, i) => [
    ...points.subarray(i * d, (i + 1) * d),
    i - pointsOfStates / 2 + 0.5,
  ]);
  const turned = (state: readonly number[]) => values(turn, state);
  const seen = isOpen ? states : [...states, ...nearestTurn(turned, states, domain)];
  for (const [low, high] of crossings(turned, seen)) {
    const middle = high.map((v, k) => (v + low[k]!) / 2);
    const along = isOpen ? middle.map((_, k) => (k === d ? 1 : 0)) : middle.map((_, k) => (k === axis ? width : 0));
    if (!isOpen && !(domain.signedDistance(Float64Array.from(middle.slice(0, d)))[0]! < -2 * far * width)) continue;
    for (const seed of isOpen ? [middle[d]!] : [middle[d]!, 7.5]) {
      const from = [...middle.slice(0, d), seed];
      const at = (h: number) =>
        values(
          formula,
          from.map((v, k) => v + h * along[k]!),
        );
      const [farLeft, left, right, farRight] = [at(-far), at(-near), at(near), at(far)] as const;
      const jump = Math.abs(right - left);
      const isJump =
        jump > slight * Math.max(Math.abs(left), Math.abs(right)) &&
        Math.abs(left - farLeft) <= moving * jump &&
        Math.abs(right - farRight) <= moving * jump;
      if (!(isJump && Number.isFinite(jump))) continue;
      const place = probe.show(
        Float64Array.from(middle.slice(0, d), (v) => Number(v.toFixed(9)) + 0),
        0,
      );
      const beside = Float64Array.from([-near, near].flatMap((h) => from.slice(0, d).map((v, k) => v + h * along[k]!)));
      return { place, limits: [left, right], turn, isOpen, beside };
    }
  }
  return undefined;
}

/** States beside the place where a formula that has one sign at all of others is nearest to 0. */
function nearestTurn(
  value: (state: readonly number[]) => number,
  states: readonly (readonly number[])[],
  { low, high, dimension }: Domain,
): readonly (readonly number[])[] {
  const sizes = states.map(value);
  if (dimension > mostAxes || sizes.some((v) => v > 0) === sizes.some((v) => !(v > 0))) return [];
  const start = sizes.reduce((best, v, i) => (Math.abs(v) < Math.abs(sizes[best]!) ? i : best), 0);
  const place = descended(
    (points) => Float64Array.of(value([...points, 0])),
    Float64Array.from(states[start]!.slice(0, dimension)),
    { low, high },
  );
  return [...place.keys()].flatMap((k) =>
    [-aside, aside].map((h) => [...place.map((v, i) => (i === k ? v + h * (high[k]! - low[k]!) : v)), 0]),
  );
}

/** Formulas at whose changes of sign others may jump. */
function turnsOf(formula: Expression): readonly Expression[] {
  const found = [...nodesOf(formula)].flatMap((e) => {
    if (e.kind !== "call") return [];
    if (e.name === "if" || e.name === "sign" || e.name === "atan2") return [e.args[0]!];
    return e.name === "div" && ![...nodesOf(e.args[1]!)].some(({ kind }) => unknownKinds.includes(kind))
      ? [e.args[1]!]
      : [];
  });
  return [...new Set(found)].slice(0, 32);
}

/** Size of a coefficient at a zero, beside its largest, and distance of a zero from the ends, over the width. */
const [zero, inside] = [1e-9, 1e-6];

/**
 * Warnings of divisors of the coordinates that change their sign inside of the domain, of those that are 0 there and
 * irregular, and of a zero of the leading coefficient of an ordinary equation.
 *
 * A place at distance ρ where a divisor is 0 without a change of sign is irregular (Fuchs' criterion) where the
 * coefficient of a derivative of order k grows faster than ρ^(k−m) beside that of the highest order m, or where a
 * source grows as fast as ρ^(−m) and no term in u itself does. So u_r/r, u/r² and what is removable, as sin(r)/r, are
 * regular.
 */
export function checkSingular(problem: Problem, probe: Probe): ProblemWarning[] {
  for (const [i, equation] of problem.equations.entries()) {
    const found = zeroOfDivisor(equation, problem, probe) ?? zeroOfLeading(equation, problem, probe);
    if (!found) continue;
    const place = probe.show(
      found.point.map((v) => Number(v.toFixed(9)) + 0),
      0,
    );
    const text = `equation ${i + 1} is singular at ${place}, inside of the domain, where ${found.what} is 0; solve on either side, or leave a neighbourhood out of the domain`;
    // A start says nothing beyond a moment at which its equation is singular, however smooth one continuation is.
    return [{ kind: found.isMoment ? "undetermined" : "singular", text }];
  }
  return [];
}

interface Zero {
  readonly point: Float64Array;
  readonly what: string;
  readonly isMoment: boolean;
}

function zeroOfDivisor(equation: Expression, problem: Problem, probe: Probe): Zero | undefined {
  const d = problem.axes.length;
  const domain = domainOf(problem.domain);
  const values = valuesWith(problem, probe);
  const divisors = [...nodesOf(equation)].flatMap((e) => (e.kind === "call" && e.name === "div" ? [e.args[1]!] : []));
  for (const divisor of new Set(divisors)) {
    const kinds = new Set([...nodesOf(divisor)].map(({ kind }) => kind));
    if (!kinds.has("coordinate") || kinds.has("abscissa") || unknownKinds.some((kind) => kinds.has(kind))) continue;
    const points = domain.interior(pointsOfStates, rng(0).split("jumps"));
    const states = Array.from({ length: pointsOfStates }, (_, k) => [...points.subarray(k * d, (k + 1) * d), 0]);
    const [crossed] = crossings((state) => values(divisor, state), states);
    const found = crossed ? crossed[0] : irregularZero(equation, divisor, states, problem, probe);
    if (!found || !(Math.abs(values(divisor, found)) < 1e-6)) continue;
    const isMoment = [...nodesOf(divisor)].every((node) => node.kind !== "coordinate" || node.axis === problem.time);
    return { point: Float64Array.from(found.slice(0, d)), what: cut(toText(divisor, problem)), isMoment };
  }
  return undefined;
}

/**
 * Distance over the width at which growth is seen, the share of it at the nearer place, and what exponents may be off
 * by.
 */
const [away, nearer, unsure] = [1e-2, 0.1, 0.25];

/** A zero inside at which a divisor does not change its sign, and the equation is irregular. */
function irregularZero(
  equation: Expression,
  divisor: Expression,
  states: readonly (readonly number[])[],
  problem: Problem,
  probe: Probe,
): readonly number[] | undefined {
  if (!isSymbolic(equation)) return undefined;
  const domain = domainOf(problem.domain);
  const d = problem.axes.length;
  const sizesAt = (points: Float64Array) => probe.values(divisor, points).map(Math.abs);
  const points = Float64Array.from(states.flatMap((state) => state.slice(0, d)));
  const sizes = sizesAt(points);
  const start = sizes.indexOf(sizes.reduce((a, b) => Math.min(a, b))) * d;
  const place = descended(sizesAt, points.slice(start, start + d), domain);
  const widths = domain.high.map((high, k) => high - domain.low[k]!);
  const isInside = domain.signedDistance(place)[0]! < -2 * away * Math.max(...widths);
  if (!(isInside && sizesAt(place)[0]! <= zero * sizes.reduce((a, b) => Math.max(a, b)))) return undefined;
  const along = rng(0).split("irregular").uniform(d);
  const form = linearForms(problem, [equation], probe.constants)[0]!;
  const orderOf = (order: readonly number[]) => order.reduce((a, b) => a + b);
  /** Exponent with which the coefficient of an order, or without one what holds no unknown, grows towards the place. */
  const growth = (order?: number): number => {
    const parts = order === undefined ? [form.residual] : factorsOf(order);
    const state = order === undefined ? 0 : 0.5;
    const [far, close] = [away, away * nearer].map((h) => {
      const at = place.map((v, k) => v + h * widths[k]! * (0.3 + along[k]!));
      return Math.abs(parts.reduce((sum, part) => sum + atState(part, form, at, d, state)[0]!, 0));
    }) as [number, number];
    return far > 0 ? Math.log(close / far) / Math.log(1 / nearer) : Number.NEGATIVE_INFINITY;
  };
  const factorsOf = (order: number) =>
    form.terms.flatMap((term) => (orderOf(term.order) === order ? [term.factor] : []));
  const most = Math.max(...highestOrders([equation], problem).flat());
  const limit = most + growth(most);
  const isIrregular = Array.from({ length: most }, (_, k) => k + growth(k)).some((order) => order > limit + unsure);
  const ofSource = growth();
  return isIrregular || (ofSource > limit - unsure && ofSource > growth(0) + unsure) ? [...place, 0] : undefined;
}

/**
 * A zero of the coefficient of the highest derivative, where there is one axis and one unknown and the coefficient
 * depends on the place alone.
 */
function zeroOfLeading(equation: Expression, problem: Problem, probe: Probe): Zero | undefined {
  if (problem.axes.length > 1 || problem.unknowns.length > 1) return undefined;
  if (!isSymbolic(equation)) return undefined;
  const domain = domainOf(problem.domain);
  const order = highestOrders(problem.equations, problem)[0]![0]!;
  const [form] = linearForms(problem, [equation], probe.constants);
  const leading = form!.terms.find((term) => term.order[0] === order);
  // A coefficient that depends on the unknown has no places of its own.
  if (!leading || [...nodesOf(leading.factor)].some(({ kind }) => kind === "data")) return undefined;
  const coefficient = (at: Float64Array) => probe.values(leading.factor, at);
  const points = domain.interior(pointsOfStates, rng(0).split("singular"));
  const sizes = coefficient(points).map(Math.abs);
  const largest = sizes.reduce((a, b) => Math.max(a, b));
  const least = sizes.indexOf(sizes.reduce((a, b) => Math.min(a, b)));
  if (!(largest > 0 && order > 0)) return undefined;
  const point = descended(coefficient, points.slice(least, least + 1), domain);
  const margin = inside * (domain.high[0]! - domain.low[0]!);
  const isInside = point[0]! > domain.low[0]! + margin && point[0]! < domain.high[0]! - margin;
  if (!(isInside && Math.abs(coefficient(point)[0]!) <= zero * largest)) return undefined;
  return { point, what: "the coefficient of its highest derivative", isMoment: problem.time === 0 };
}

/** Points among which a change of sign is looked for, and pairs of them between which it is found. */
const pointsOfStates = 512;
const pairs = 12;

/** Kinds of expressions that depend on unknowns. */
const unknownKinds: readonly Expression["kind"][] = ["derivative", "laplacian", "elsewhere", "data", "function"];

/**
 * Values at a state: unknowns, their derivatives and constants to be found are smooth functions of its last number,
 * each another one.
 */
function valuesWith({ trainable, axes }: Problem, { constants }: Probe) {
  const d = axes.length;
  const drawn = new Map<string, Float64Array>();
  return (e: Expression, state: readonly number[]): number => {
    const s = state[d]!;
    const leaf = (key: string) => {
      const own = drawn.get(key) ?? rng(0).split(`jumps ${key}`).uniform(2);
      drawn.set(key, own);
      return Float64Array.of((0.2 + own[0]!) * s * 0.02 + own[1]!);
    };
    const known = columnsAt(Float64Array.from(state.slice(0, d)), d, { constants });
    const algebra: Algebra<Float64Array> = {
      ...known,
      constant: (name) =>
        Object.hasOwn(trainable, name)
          ? Float64Array.of(trainable[name]! * (1 + 0.1 * leaf(`constant ${name}`)[0]!))
          : known.constant(name),
      data: (name) => leaf(name),
      derivative: (unknown, order) => leaf(`${unknown} ${order}`),
      laplacian: (unknown, of) => leaf(`${unknown} laplacian ${of}`),
      elsewhere: (unknown, _order, at) =>
        Float64Array.of(leaf(`${unknown}`)[0]! + Math.sin(at.reduce((sum, a, k) => sum + (k + 1) * a[0]!, 0))),
    };
    return evaluate(e, algebra)[0]!;
  };
}

/** Neighbours of different sign between states, by bisection. */
function crossings(f: (state: readonly number[]) => number, states: readonly (readonly number[])[]) {
  const isAbove = states.map((state) => f(state) > 0);
  const [above, below] = [true, false].map((sign) => states.filter((_, i) => isAbove[i] === sign)) as [
    (readonly number[])[],
    (readonly number[])[],
  ];
  if (above.length === 0 || below.length === 0) return [];
  return Array.from({ length: Math.min(pairs, states.length) }, (_, k) => {
    let high = above[Math.floor((k * above.length) / pairs)]!;
    let low = below[Math.floor((k * below.length) / pairs)]!;
    for (let step = 0; step < 60; step++) {
      const middle = high.map((v, i) => (v + low[i]!) / 2);
      if (f(middle) > 0) high = middle;
      else low = middle;
    }
    return [low, high] as const;
  });
}
