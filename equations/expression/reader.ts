/** From syntax to expressions: names, operators, indices. What is called is in calls.ts. */
import { DomainError, type FormatError } from "../../engine/errors.ts";
import { call, coordinate, data, number, partial, total, unit } from "./build.ts";
import { callOf, functionNames, ofUnknowns } from "./calls.ts";
import { complex, complexCall, imaginary, isComplex, parts, powerOfRoot, type Scalar } from "./complex.ts";
import { derivativesOfExpression, maxOrder } from "./differentiate.ts";
import type { Expression } from "./expression.ts";
import { finiteCall } from "./finite.ts";
import type { FunctionName } from "./functions.ts";
import { spelled } from "./print.ts";
import { axesOfSuffix, isPosition, type Scope, spaceAxes, splitDerivative, type UserFunction } from "./scope.ts";
import type { Syntax } from "./syntax.ts";
import { suggest, textError } from "./syntax-error.ts";
import { Table } from "./table.ts";
import { nodesOf } from "./tree.ts";

/** An expression that a text differentiates, and the axis along which it does. */
export interface Differentiated {
  readonly of: Expression;
  readonly axis: number;
}

/** The contents of formulas that are allowed besides the names of their scope. */
export interface ParseOptions {
  /** The unknowns may appear. */
  readonly unknowns: boolean;
  /** The outward normal, and derivatives along it, may appear. */
  readonly normal?: boolean;
  /** u_n stays one symbol, for printing. */
  readonly display?: boolean;
  /** The largest distance of the sides of =, and those of <= and >= beyond it: > 0, in places alone. */
  readonly tolerance?: number;
  /** Data name that `source` stands for. */
  readonly source?: string;
  /** Takes what is differentiated; what is along the normal, which has no width there, is left out. */
  readonly differentiated?: Differentiated[];
  /** Derivatives of formulas with unknowns stay data leaves by {@link nameOfDerivative}, and are not worked out. */
  readonly divergences?: boolean;
}

/** Name of the data leaf of a derivative that stays as it is: the k-th of those that are differentiated. */
export const nameOfDerivative = (k: number): string => `derivative ${k}`;

/** The value of a part of a formula. */
export type Value = Scalar | readonly Scalar[];

export const isVector = (value: Value): value is readonly Scalar[] => Array.isArray(value);

/** The text to write for uxx, d2u/dx2, d^2u/dx^2 and Δ u; undefined for anything else. */
function otherDerivative(name: string, rest: string, { axes, unknowns, complex }: Scope): string | undefined {
  const all = [...(complex?.keys() ?? []), ...unknowns];
  const first = all[0]!;
  if (name === "Δ") return `lap(${first})`;
  for (const unknown of all) {
    const along = axesOfSuffix(name.slice(unknown.length), axes);
    if (name.startsWith(unknown) && along?.length) return `${unknown}_${name.slice(unknown.length)}`;
    const order = Number(name === `d2${unknown}` ? 2 : name === `d3${unknown}` ? 3 : name === `d4${unknown}` ? 4 : 0);
    const axis = axes.find((one) => new RegExp(`^\\s*/\\s*d${one}(?![\\p{L}])`, "u").test(rest)) ?? axes[0]!;
    if (order > 0) return `${unknown}_${axis.repeat(order)}`;
  }
  return name === "d" && /^\s*(?:\^|\*\*)/.test(rest) ? `${first}_${axes[0]!.repeat(2)}` : undefined;
}

/** Reads the syntax of one text. */
export class Reader {
  readonly text: string;
  readonly scope: Scope;
  readonly options: ParseOptions;
  /** Names that stand for values inside of a function or an integral. */
  readonly locals: ReadonlyMap<string, Value>;
  /** Number of integrals around what is read. */
  readonly depth: number;

  constructor(
    text: string,
    scope: Scope,
    options: ParseOptions,
    locals: ReadonlyMap<string, Value> = new Map(),
    depth = 0,
  ) {
    this.depth = depth;
    this.text = text;
    this.scope = scope;
    this.options = options;
    this.locals = locals;
  }

  /** The same text inside of an integral, with its variable. */
  inside(variable: string, at: Expression): Reader {
    const locals = new Map([...this.locals, [variable, at] as const]);
    return new Reader(this.text, this.scope, this.options, locals, this.depth + 1);
  }

  /** The text of a function, with its arguments. */
  reading({ text, before }: UserFunction, locals: ReadonlyMap<string, Value>): Reader {
    const { functions: _, ...scope } = this.scope;
    return new Reader(text, before ? { ...scope, functions: before } : scope, this.options, locals, this.depth);
  }

  /** A real number. */
  scalar(s: Syntax): Expression {
    const value = this.number(s);
    if (!isComplex(value)) return value;
    throw this.error(s, "this is a complex number where a real one is needed", "take re(…), im(…) or abs(…) of it");
  }

  /** A number, complex or not. */
  number(s: Syntax): Scalar {
    const value = this.value(s);
    if (!isVector(value)) return value;
    throw this.error(s, `this is a vector of ${value.length} where a number is needed`, "reduce it, as in sum(…)");
  }

  error(s: Syntax, message: string, hint: string): FormatError {
    return textError(this.text, s.at, message, hint);
  }

  value(s: Syntax): Value {
    switch (s.kind) {
      case "number":
        return number(s.value);
      case "symbol":
        return this.#symbol({ ...s, name: this.#written(s.name) });
      case "list":
        return s.items.map((item) => this.number(item));
      case "index":
        return this.#index(s);
      case "operator":
        return this.#operator(s);
      case "call":
        return callOf(this, { ...s, name: this.#written(s.name) });
    }
  }

  /**
   * A name as it is printed, such as ν, ψ_θ or c₁, as it was written: nu, psi_theta, c_1; u″ where there is one axis as
   * u_xx, ẏ as y_t.
   */
  #written(name: string): string {
    const { axes, constants, functions } = this.scope;
    const of = withoutPrimes(name);
    const primes = name.length - of.length;
    if (of !== "" && primes > 0 && axes.length === 1) return this.#written(`${of}_${axes[0]!.repeat(primes)}`);
    const isKnown = (one: string) => {
      if (this.locals.has(one) || axes.includes(one) || constants.includes(one) || functions?.has(one)) return true;
      const [head, suffix] = splitDerivative(one);
      return (
        this.unknown(head) !== undefined &&
        (suffix === undefined || suffix === "n" || axesOfSuffix(suffix, axes) !== undefined)
      );
    };
    if (isKnown(name)) return name;
    const [, moving, dots] = /^(\p{L}+)([\u0307\u0308])$/u.exec(name.normalize("NFD")) ?? [];
    const alongTime = axes[this.scope.time ?? 0]!;
    if (moving !== undefined && (this.scope.time !== undefined || axes.length === 1))
      return this.#written(`${moving}_${alongTime.repeat(dots === "\u0307" ? 1 : 2)}`);
    const [head, suffix] = splitDerivative(name);
    const under = suffix === undefined ? "" : `_${spelled(suffix)}`;
    const names = [spelled(name), `${head}${under}`, `${spelled(head)}_${suffix}`];
    return [...names, name.replace(/^\p{L}+(?=\d+(?:_|$))/u, "$&_")].find(isKnown) ?? name;
  }

  /** A comparison, or several: positive where it holds. */
  condition(s: Syntax): Expression {
    if (s.kind === "operator") {
      const [a, b] = s.args as [Syntax, Syntax];
      if (s.op === "and" || s.op === "or")
        return call(s.op === "and" ? "min" : "max", this.condition(a), this.condition(b));
      const slack = number(s.op.endsWith("=") ? (this.options.tolerance ?? 0) : 0);
      if (s.op === "=") return call("sub", slack, call("abs", call("sub", this.scalar(a), this.scalar(b))));
      if (s.op === "<" || s.op === "<=") return call("add", call("sub", this.scalar(b), this.scalar(a)), slack);
      if (s.op === ">" || s.op === ">=") return call("add", call("sub", this.scalar(a), this.scalar(b)), slack);
    }
    throw this.error(s, "this is not a comparison", "write one with < or >");
  }

  #symbol(s: Extract<Syntax, { kind: "symbol" }>): Value {
    const { axes, constants, functions } = this.scope;
    const { name } = s;
    const local = this.locals.get(name);
    if (local !== undefined) return local;
    if (axes.includes(name)) return coordinate(axes.indexOf(name));
    if (constants.includes(name)) return Object.freeze({ kind: "constant", name });
    const unknown = this.derivative(s);
    if (unknown) return unknown;
    const own = functions?.get(name);
    if (own && (own.parameters.length === 0 || own.body instanceof Table))
      return callOf(this, { ...s, kind: "call", args: [] });
    const slope = this.#slopeOnGrid(s);
    if (slope) return slope;
    // As it is printed.
    const under = name.startsWith("Δ") ? this.#written(name.slice(1)) : "";
    if (this.unknown(under)) {
      const of: Syntax = { kind: "symbol", name: under, at: s.at + 1 };
      return callOf(this, { kind: "call", name: "lap", args: [of], at: s.at });
    }
    if (name === "pi" || name === "π") return number(Math.PI);
    if (name === "e") return number(Math.E);
    if (name === "i" && this.scope.complex?.size) return imaginary;
    if (isPosition(name, this.scope)) return spaceAxes(this.scope).map(coordinate);
    const normal = this.#normal(s);
    if (normal) return normal;
    if (name === "source") {
      if (this.options.source !== undefined) return data(this.options.source);
      throw this.error(s, "source has no meaning here", 'it is what `manufactured` derives; give "manufactured"');
    }
    throw this.#unknownName(s, name);
  }

  /** `k_x` of a function on a grid. */
  #slopeOnGrid(s: Extract<Syntax, { kind: "symbol" }>): Scalar | undefined {
    const [head, suffix] = splitDerivative(s.name);
    if (suffix === undefined || !(this.scope.functions?.get(head)?.body instanceof Table)) return undefined;
    const along = this.orderOf(s, head, suffix).flatMap((n, axis) => Array<number>(n).fill(axis));
    return this.along(s, this.number({ ...s, name: head }), along);
  }

  /** `nx`, `ny`, …: components of the outward normal. */
  #normal(s: Extract<Syntax, { kind: "symbol" }>): Expression | undefined {
    const axis = s.name.startsWith("n") ? this.scope.axes.indexOf(s.name.slice(1)) : -1;
    if (axis < 0 || !spaceAxes(this.scope).includes(axis)) return undefined;
    if (this.options.normal) return data(`normal${axis}`);
    throw this.error(s, "the normal has no meaning here", "it belongs into conditions on the boundary");
  }

  #unknownName(s: Syntax, name: string): FormatError {
    const { axes, constants, unknowns } = this.scope;
    const rest = this.text.slice(s.at + name.length);
    if (functionNames(this.scope).includes(name)) {
      const power = /^\s*(?:\^|\*\*)\s*(\d+)/.exec(rest)?.[1] ?? { "²": "2", "³": "3" }[rest.trimStart()[0] ?? ""];
      const way = power === undefined ? "" : `, and ${name}(…)^${power} for a power of it`;
      return this.error(s, `${name} is a function`, `write ${name}(…)${way}`);
    }
    if (name.endsWith("'")) {
      const of = withoutPrimes(name);
      return this.error(
        s,
        `"${name}" is a derivative along one of ${axes.join(", ")}`,
        `write ${of}_${axes[0]} for a derivative along ${axes[0]}`,
      );
    }
    if (name.startsWith("_"))
      return this.error(s, `"${name}" is unknown`, `write d${name.slice(1)}(…) for the derivative of a formula`);
    const derivative = otherDerivative(name, rest, this.scope);
    if (derivative !== undefined) return this.error(s, `"${name}" is unknown`, `write ${derivative} for a derivative`);
    if (name === "i") {
      const way = 'name the unknowns that are complex: "complex": ["psi"]';
      return this.error(s, "i has no meaning where no unknown is complex", way);
    }
    const known = [...axes, ...constants, ...(this.options.unknowns ? unknowns : []), "pi", "e"];
    const way = "a function goes into `functions`, a number into `constants`, another unknown into `unknowns`";
    return this.error(s, `"${name}" is unknown`, `${suggest(name, known)}; ${way}`.replace("?;", "? Else"));
  }

  /** `u`, `u_xt`, `u_n`; undefined for other names. */
  derivative(s: Extract<Syntax, { kind: "symbol" }>): Scalar | undefined {
    const [head, suffix] = splitDerivative(s.name);
    const unknown = this.unknown(head);
    if (unknown === undefined) return undefined;
    if (!this.options.unknowns)
      throw this.error(s, `the unknown ${head} has no place here`, "give a formula in coordinates and constants");
    const none = unit(this.scope.axes.length, -1);
    if (suffix === "n") return this.alongNormal(s, unknown(none));
    return unknown(suffix === undefined ? none : this.orderOf(s, head, suffix));
  }

  /** Makes derivatives of an unknown, real or complex; undefined for other names. */
  unknown(name: string): ((order: readonly number[]) => Scalar) | undefined {
    const pair = this.scope.complex?.get(name);
    if (pair) return (order) => complex(partial(pair[0], order), partial(pair[1], order));
    const index = this.scope.unknowns.indexOf(name);
    return index < 0 ? undefined : (order) => partial(index, order);
  }

  /** The order of the derivative that a suffix such as "xxt" stands for. */
  orderOf(s: Syntax, head: string, suffix: string): number[] {
    const { axes } = this.scope;
    const name = `${head}_${suffix}`;
    const along = axesOfSuffix(suffix, axes);
    if (!along || along.length === 0) {
      const way = `the axes are ${axes.join(", ")}`;
      throw this.error(s, `"${name}" is a derivative of ${head} along an unknown axis`, way);
    }
    if (along.length > maxOrder)
      throw this.error(s, `"${name}" has order ${along.length}, above ${maxOrder}`, "write the equation as a system");
    return along.reduce((order, axis) => order.map((o, k) => (k === axis ? o + 1 : o)), unit(axes.length, -1));
  }

  alongNormal(s: Syntax, f: Scalar): Scalar {
    if (!this.options.normal)
      throw this.error(s, "the normal derivative has no meaning here", "it belongs into conditions on the boundary");
    if (isComplex(f)) return this.#parts(f, (part) => this.alongNormal(s, part) as Expression);
    const plain = f.kind === "derivative" && f.order.every((o) => o === 0) ? this.scope.unknowns[f.unknown] : undefined;
    if (this.options.display && plain !== undefined) return data(`∂${plain}/∂n`);
    return total(spaceAxes(this.scope).map((k) => call("mul", data(`normal${k}`), this.#realAlong(s, f, [k], []))));
  }

  #parts(f: Scalar, map: (part: Expression) => Expression): Scalar {
    const [re, im] = parts(f);
    return isComplex(f) ? complex(map(re), map(im)) : map(re);
  }

  #index(s: Extract<Syntax, { kind: "index" }>): Value {
    const of = this.value(s.of);
    if (!isVector(of)) throw this.error(s, "this is no vector, and has no entries", "leave the index out");
    const to = s.to ?? s.from;
    const valid = Number.isInteger(s.from) && Number.isInteger(to) && s.from >= 1 && to >= s.from && to <= of.length;
    if (!valid) throw this.error(s, `no such entry of ${of.length}`, `count from 1 to ${of.length}`);
    return s.to === undefined ? of[s.from - 1]! : of.slice(s.from - 1, to);
  }

  #operator(s: Extract<Syntax, { kind: "operator" }>): Value {
    const names = { "+": "add", "-": "sub", "*": "mul", "/": "div", "^": "pow", "^()": "pow", negate: "neg" } as const;
    const bracketed = s.op === "^()" ? this.#bracketedPower(s.args[0]!, s.args[1]!) : undefined;
    if (bracketed) return bracketed;
    if (!(s.op in names))
      throw this.error(s, `a comparison (${s.op}) is no number`, "use it for `on`, or as in if(x < 0, 1, 2)");
    const leibniz = s.op === "/" ? this.#leibniz(s.args[0]!, s.args[1]!) : undefined;
    if (leibniz) return leibniz;
    const args = s.args.map((a) => this.value(a));
    return this.each(s, names[s.op as keyof typeof names], args);
  }

  /**
   * `y^(4)`, a derivative where primes are written and there is one axis; undefined for other powers.
   *
   * @throws FormatError where it can be read in two ways
   */
  #bracketedPower(base: Syntax, exponent: Syntax): Value | undefined {
    const { axes, primes } = this.scope;
    const [name, order] = [(base as { name: string }).name, (exponent as { value: number }).value];
    if (axes.length > 1 || !this.unknown(name) || !Number.isInteger(order) || order < 1) return undefined;
    const derivative = `${name}_${axes[0]!.repeat(order)}`;
    if (primes && order > 3) return this.derivative({ kind: "symbol", name: derivative, at: base.at });
    const way = `write ${derivative} for the derivative, and ${name}^${order} for the power`;
    throw this.error(base, `${name}^(${order}) is a derivative for some and a power for others`, way);
  }

  /** `du/dx`, `d/dx(f)` and `a*du/dx`, which the grammar of division reads as (a*du)/dx. */
  #leibniz(over: Syntax, under: Syntax): Value | undefined {
    const { axes, constants } = this.scope;
    if ((under.kind !== "symbol" && under.kind !== "call") || !under.name.startsWith("d")) return undefined;
    const axis = under.name.slice(1);
    if (constants.includes(under.name) || (!axes.includes(axis) && axis !== "n")) return undefined;
    if (over.kind === "operator") {
      if (over.op !== "negate" && over.op !== "*") return undefined;
      const inner = this.#leibniz(over.args.at(-1)!, under);
      if (!inner) return undefined;
      return over.op === "negate"
        ? this.each(over, "neg", [inner])
        : this.each(over, "mul", [this.value(over.args[0]!), inner]);
    }
    if (over.kind !== "symbol" || !over.name.startsWith("d") || constants.includes(over.name)) return undefined;
    if (under.kind === "call") return over.name === "d" ? this.value(under) : undefined;
    const unknown = over.name.slice(1);
    if (!this.unknown(unknown)) return undefined;
    return this.derivative({ kind: "symbol", name: `${unknown}_${axis}`, at: over.at });
  }

  /** A function applied entry by entry; numbers go with every entry. */
  each(s: Syntax, name: FunctionName, args: readonly Value[]): Value {
    const lengths = new Set(args.filter(isVector).map((v) => v.length));
    if (lengths.size > 1)
      throw this.error(s, `vectors of ${[...lengths].join(" and ")} do not match`, "use equal lengths");
    const [length] = lengths;
    const entry = (i: number) =>
      this.apply(
        s,
        name,
        args.map((a) => (isVector(a) ? a[i]! : a)),
      );
    return length === undefined ? entry(0) : Array.from({ length }, (_, i) => entry(i));
  }

  /** A function of numbers. */
  apply(s: Syntax, name: FunctionName, args: readonly Scalar[]): Scalar {
    const fail = (what: string) => this.error(s, what, "give a formula that is finite");
    const real = (n: FunctionName, of: readonly Expression[]) => finiteCall(n, of, this.scope, fail);
    const rootless = this.scope.complex?.size ? powerOfRoot(name, args, real) : undefined;
    if (rootless) return rootless;
    if (!args.some(isComplex)) return real(name, args as readonly Expression[]);
    const result = complexCall(name, args, real);
    if (result) return result;
    throw this.error(s, `${name} of a complex number is not known`, "write it with re(…), im(…), abs(…), exp(…)");
  }

  /** The sum of numbers. */
  total(s: Syntax, terms: readonly Scalar[]): Scalar {
    if (!terms.some(isComplex)) return total(terms as readonly Expression[]);
    return terms.reduce((a, b) => this.apply(s, "add", [a, b]));
  }

  /** The derivative of any expression along axes, one after the other. */
  along(s: Syntax, f: Scalar, axes: readonly number[]): Scalar {
    return this.#parts(f, (part) => this.#realAlong(s, part, axes));
  }

  #realAlong(
    s: Syntax,
    f: Expression,
    axes: readonly number[],
    taken: Differentiated[] = this.options.differentiated ?? [],
  ): Expression {
    try {
      const dimension = this.scope.axes.length;
      // Those along one axis share their work.
      let [along, lower, memo] = [-1, 0, derivativesOfExpression(f, dimension)];
      return axes.reduce((of, axis, k) => {
        if (axis !== along) [along, lower, memo] = [axis, 0, derivativesOfExpression(of, dimension)];
        const count = taken.push({ of, axis });
        const isOpen = [...nodesOf(of)].some(({ kind }) => kind === "data" || ofUnknowns.includes(kind));
        if (this.options.divergences && k === axes.length - 1 && isOpen) return data(nameOfDerivative(count - 1));
        return memo(unit(dimension, axis, ++lower));
      }, f);
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      throw this.error(s, error.message.replace(/^differentiate: /, ""), "see the place shown");
    }
  }
}

/** `u` of `u''`. */
function withoutPrimes(name: string): string {
  let end = name.length;
  while (name[end - 1] === "'") end--;
  return name.slice(0, end);
}
