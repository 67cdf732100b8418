/**
 * Jets: a value with the derivatives of a {@link SlotSet}, propagated forward through products and compositions (Taylor
 * mode, Griewank & Walther 2008, ch. 13; the Laplacian as one sum: the forward Laplacian, arXiv 2307.08214). Slots that
 * are zero by construction are absent and cost nothing.
 */
import type { Algebra, FunctionName } from "../../equations/expression/index.ts";
import { derivativesOf, powers } from "./functions.ts";
import { angle, type Ring, type UnaryName } from "./ring.ts";
import { compositionTerms, productTerms, type SlotSet } from "./slots.ts";

/** One entry per slot; absent means zero. The value is always there. */
export type Jet<T> = readonly (T | undefined)[];

/** Arithmetic on jets over a ring. */
export interface JetAlgebra<T> {
  /** Slots of all jets here. */
  readonly set: SlotSet;
  /** The jet of a constant. */
  number(value: number): Jet<T>;
  /** The jet of coordinate `axis`, whose values are `x`. */
  variable(axis: number, x: T): Jet<T>;
  /** a + b. */
  add(a: Jet<T>, b: Jet<T>): Jet<T>;
  /** a − b. */
  sub(a: Jet<T>, b: Jet<T>): Jet<T>;
  /** a · b, by Leibniz' rule. */
  mul(a: Jet<T>, b: Jet<T>): Jet<T>;
  /** factor · a. */
  scale(a: Jet<T>, factor: number): Jet<T>;
  /** φ(z) from the values φ(z₀), φ′(z₀), … up to the order of the set. */
  compose(z: Jet<T>, series: readonly T[]): Jet<T>;
  /** A function by its name in formulas, of as many arguments as it takes. */
  call(name: FunctionName, args: readonly Jet<T>[]): Jet<T>;
}

/** The arithmetic of jets with the slots of `set` over `ring`. */
export function jetAlgebra<T>(ring: Ring<T>, set: SlotSet): JetAlgebra<T> {
  const products = set.slots.map((slot) => productTerms(set, slot));
  const compositions = set.slots.map((slot, i) => (i === 0 ? [] : compositionTerms(set, slot)));
  const sum = (terms: readonly (T | undefined)[]): T | undefined =>
    terms.reduce((a, b) => (a === undefined ? b : b === undefined ? a : ring.add(a, b)), undefined);
  const times = (factor: number, x: T): T => (factor === 1 ? x : ring.mul(ring.number(factor), x));
  const merge = (a: Jet<T>, b: Jet<T>, both: (x: T, y: T) => T, right: (y: T) => T): Jet<T> =>
    set.slots.map((_, i) => {
      const [x, y] = [a[i], b[i]];
      if (x === undefined) return y === undefined ? undefined : right(y);
      return y === undefined ? x : both(x, y);
    });

  const add = (a: Jet<T>, b: Jet<T>) => merge(a, b, ring.add, (y) => y);
  const scale = (a: Jet<T>, factor: number) => a.map((x) => (x === undefined ? undefined : times(factor, x)));
  const sub = (a: Jet<T>, b: Jet<T>) => merge(a, b, ring.sub, (y) => times(-1, y));
  const isNumber = (a: Jet<T>) => a.every((x, i) => i === 0 || x === undefined);

  function mul(a: Jet<T>, b: Jet<T>): Jet<T> {
    if (isNumber(a)) return b.map((y) => (y === undefined ? undefined : ring.mul(a[0]!, y)));
    if (isNumber(b)) return a.map((x) => (x === undefined ? undefined : ring.mul(x, b[0]!)));
    return products.map((terms) =>
      sum(
        terms.map(({ factor, left, right }) => {
          const [x, y] = [a[left], b[right]];
          return x === undefined || y === undefined ? undefined : times(factor, ring.mul(x, y));
        }),
      ),
    );
  }

  function compose(z: Jet<T>, series: readonly T[]): Jet<T> {
    return compositions.map((terms, i) => {
      if (i === 0) return series[0];
      // Terms of equal order share the factor φ^(order).
      const byOrder = new Map<number, (T | undefined)[]>();
      for (const { factor, order, blocks } of terms) {
        if (blocks.some((block) => z[block] === undefined)) continue;
        const product = blocks.map((block) => z[block] as T).reduce((x, y) => ring.mul(x, y));
        byOrder.set(order, [...(byOrder.get(order) ?? []), times(factor, product)]);
      }
      return sum([...byOrder].map(([order, list]) => ring.mul(series[order]!, sum(list)!)));
    });
  }

  /**
   * tanh z with the common factor s = 1 − h² taken out: h, s·(z_α + Σ q_k(h) Π z_B), q₂ = −2h, q₃ = 6h² − 2, q₄ = h(16
   * − 24h²).
   */
  function tanh(z: Jet<T>): Jet<T> {
    const h = ring.unary("tanh", z[0]!);
    const square = ring.mul(h, h);
    const s = ring.sub(ring.number(1), square);
    const q = [
      () => times(-2, h),
      () => ring.sub(times(6, square), ring.number(2)),
      () => ring.mul(h, ring.sub(ring.number(16), times(24, square))),
    ];
    const series = [h, ring.number(1), ...q.slice(0, Math.max(0, set.order - 1)).map((f) => f())];
    return compose(z, series).map((x, i) => (i === 0 || x === undefined ? x : ring.mul(s, x)));
  }

  const number = (value: number): Jet<T> => set.slots.map((_, i) => (i === 0 ? ring.number(value) : undefined));
  const unary = (name: UnaryName, z: Jet<T>): Jet<T> =>
    name === "tanh" ? tanh(z) : compose(z, derivativesOf(ring, name, z[0]!, isNumber(z) ? 0 : set.order));
  const power = (z: Jet<T>, exponent: number): Jet<T> => {
    if (exponent === 1) return z;
    if (exponent === 2) return mul(z, z);
    return compose(z, powers(ring, z[0]!, exponent, isNumber(z) ? 0 : set.order));
  };
  /** The angle at a place, and from there the arctangent of how far a point turns: (y x₀ − x y₀)/(x x₀ + y y₀). */
  const turned = (y: Jet<T>, x: Jet<T>): Jet<T> => {
    const [y0, x0] = [y[0]!, x[0]!];
    const first = angle(ring, y0, x0);
    const by = (z: Jet<T>, factor: T): Jet<T> => z.map((v) => v && ring.mul(v, factor));
    if (isNumber(y) && isNumber(x)) return set.slots.map((_, i) => (i === 0 ? first : undefined));
    const [over, under] = [sub(by(y, x0), by(x, y0)), add(by(x, x0), by(y, y0))];
    const turn = unary("atan", mul(over, power(under, -1)));
    return turn.map((v, i) => (i === 0 ? first : v));
  };
  const choose = (condition: T, a: Jet<T>, b: Jet<T>): Jet<T> =>
    set.slots.map((_, i) =>
      a[i] === undefined && b[i] === undefined
        ? undefined
        : ring.where(condition, a[i] ?? ring.number(0), b[i] ?? ring.number(0)),
    );

  return {
    set,
    number,
    variable: (axis, x) => {
      const at = set.indexOf([axis]);
      return set.slots.map((_, i) => (i === 0 ? x : i === at ? ring.number(1) : undefined));
    },
    add,
    sub,
    mul,
    scale,
    compose,
    call(name, args) {
      const [a, b, c] = args as [Jet<T>, Jet<T>, Jet<T>];
      switch (name) {
        case "add":
          return add(a, b);
        case "sub":
          return sub(a, b);
        case "mul":
          return mul(a, b);
        case "div":
          return isNumber(b) ? a.map((x) => x && ring.div(x, b[0]!)) : mul(a, power(b, -1));
        case "neg":
          return scale(a, -1);
        case "square":
          return mul(a, a);
        case "pow": {
          const exponent = isNumber(b) ? ring.known(b[0]!) : undefined;
          if (exponent !== undefined) return power(a, exponent);
          return unary("exp", mul(b, unary("log", a)));
        }
        case "min":
          return choose(ring.sub(b[0]!, a[0]!), a, b);
        case "max":
          return choose(ring.sub(a[0]!, b[0]!), a, b);
        case "if":
          return choose(a[0]!, b, c);
        case "atan2":
          return turned(a, b);
        default:
          return unary(name, a);
      }
    },
  };
}

/**
 * Expressions of the coordinates evaluated over jets: what lifts conditions and manufactures solutions.
 *
 * @param x - values of the coordinates
 * @param constants - values by name; a missing one is an error of the caller
 */
export function coordinateAlgebra<T>(
  algebra: JetAlgebra<T>,
  x: readonly T[],
  constants: (name: string) => T,
): Algebra<Jet<T>> {
  const refuse = (): never => {
    throw new RangeError("an unknown cannot appear in an expression of the coordinates");
  };
  const wrap = (value: T): Jet<T> => algebra.set.slots.map((_, i) => (i === 0 ? value : undefined));
  return {
    number: algebra.number,
    coordinate: (axis) => algebra.variable(axis, x[axis]!),
    constant: (name) => wrap(constants(name)),
    data: (name) => {
      throw new RangeError(`no data "${name}" here`);
    },
    derivative: refuse,
    laplacian: refuse,
    call: (name, args) => algebra.call(name, args),
  };
}
