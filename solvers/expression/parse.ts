/**
 * Text to Expression. Formulas are those of the papers: `u_t + u*u_x = nu*u_xx`, `lap(u)`, `u_xy`, `du/dx`, `du/dn`, with
 * `pi`, `e`, the constants of the problem and these functions:
 *
 * - of numbers: sin cos tan exp log (ln) sqrt abs tanh sinh cosh sech atan (arctan) min max sign square pow
 * - derivatives of anything: `dx(f)`, `dt(f)`, … one for each axis, `diff(f, x, y)`, `dn(f)` along the outward normal,
 *   `lap(f)`, `grad(f)` (a vector), `div(v)` or `div(f, g, …)`; `lap`, `grad` and `div` act in space, not in time
 * - vectors: `[a, b, …]`, `grad(f)`, and the position: axes x1 … xd make `x` the vector of them. Arithmetic and functions
 *   of vectors act entry by entry, as in `sum(cos(pi*x))`; `sum prod dot normsq norm` give numbers; `x[3]` and
 *   `x[1:5]` pick entries, counted from 1.
 */
import { DomainError, type FormatError } from "../../engine/errors.ts";
import { balanced, call, coordinate, data, laplacian, number, one, partial, total, unit } from "./build.ts";
import { derivativesOfExpression, differentiate, maxOrder } from "./differentiate.ts";
import { arity, type Expression, type FunctionName } from "./expression.ts";
import { finiteCall } from "./finite.ts";
import {
  axesOfSuffix,
  functions,
  isPosition,
  operations,
  type Scope,
  spaceAxes,
  splitDerivative,
  synonyms,
} from "./scope.ts";
import { parseSyntax, type Syntax } from "./syntax.ts";
import { suggest, textError } from "./syntax-error.ts";

/** What a formula may contain besides the names of its scope. */
export interface ParseOptions {
  /** Whether the unknowns may appear. */
  readonly unknowns: boolean;
  /** Whether derivatives along the outward normal may appear. */
  readonly normal?: boolean;
  /** Whether u_n stays one symbol, for printing. */
  readonly display?: boolean;
  /** Data name that `source` stands for. */
  readonly source?: string;
}

type Value = Expression | readonly Expression[];

/**
 * Reads an expression.
 * @throws FormatError that shows the text with a caret under what is wrong
 */
export function parseExpression(
  text: string,
  scope: Scope,
  options: ParseOptions,
  start = 0,
  end = text.length,
): Expression {
  return new Reader(text, scope, options).scalar(parseSyntax(text, start, end));
}

/**
 * Reads `left = right`.
 * @throws FormatError as parseExpression, and where there is not exactly one =
 */
export function parseEquation(
  text: string,
  scope: Scope,
  options: ParseOptions,
): [left: Expression, right: Expression] {
  const signs = [...text.matchAll(/(?<![<>=!])=(?!=)/g)].map((m) => m.index);
  const [cut, second] = signs;
  if (cut === undefined) throw textError(text, text.length, "there is no = here", "write left = right");
  if (second !== undefined) throw textError(text, second, "this is a second =", "write one equation at a time");
  return [parseExpression(text, scope, options, 0, cut), parseExpression(text, scope, options, cut + 1)];
}

/**
 * Reads a condition on points, such as `x < 0.5 and y > 0`: an expression that is positive where it holds.
 * @throws FormatError as parseExpression
 */
export function parsePredicate(text: string, scope: Scope): Expression {
  const reader = new Reader(text, scope, { unknowns: false });
  const read = (s: Syntax): Expression => {
    if (s.kind !== "operator") throw textError(text, s.at, "this is not a comparison", "write one with < or >");
    const [a, b] = s.args as [Syntax, Syntax];
    if (s.op === "and" || s.op === "or") return call(s.op === "and" ? "min" : "max", read(a), read(b));
    if (s.op === "<" || s.op === "<=") return call("sub", reader.scalar(b), reader.scalar(a));
    if (s.op === ">" || s.op === ">=") return call("sub", reader.scalar(a), reader.scalar(b));
    throw textError(text, s.at, "this is not a comparison", "write one with < or >");
  };
  return read(parseSyntax(text));
}

class Reader {
  readonly #text: string;
  readonly #scope: Scope;
  readonly #options: ParseOptions;

  constructor(text: string, scope: Scope, options: ParseOptions) {
    this.#text = text;
    this.#scope = scope;
    this.#options = options;
  }

  scalar(s: Syntax): Expression {
    const value = this.#value(s);
    if (!isVector(value)) return value;
    throw this.#error(s, `this is a vector of ${value.length} where a number is needed`, "reduce it, as in sum(…)");
  }

  #error(s: Syntax, message: string, hint: string): FormatError {
    return textError(this.#text, s.at, message, hint);
  }

  #value(s: Syntax): Value {
    switch (s.kind) {
      case "number":
        return number(s.value);
      case "symbol":
        return this.#symbol(s);
      case "list":
        return s.items.map((item) => this.scalar(item));
      case "index":
        return this.#index(s);
      case "operator":
        return this.#operator(s);
      case "call":
        return this.#call(s);
    }
  }

  #symbol(s: Extract<Syntax, { kind: "symbol" }>): Value {
    const { axes, constants } = this.#scope;
    const { name } = s;
    if (axes.includes(name)) return coordinate(axes.indexOf(name));
    if (constants.includes(name)) return Object.freeze({ kind: "constant", name });
    const unknown = this.#derivative(s);
    if (unknown) return unknown;
    if (name === "pi" || name === "π") return number(Math.PI);
    if (name === "e") return number(Math.E);
    if (isPosition(name, this.#scope)) return spaceAxes(this.#scope).map(coordinate);
    if (name === "source") {
      if (this.#options.source !== undefined) return data(this.#options.source);
      throw this.#error(s, "source has no meaning here", 'it is what `manufactured` derives; give "manufactured"');
    }
    throw this.#unknownName(s, name);
  }

  #unknownName(s: Syntax, name: string): FormatError {
    const { axes, constants, unknowns } = this.#scope;
    if ([...functions, ...synonyms, ...operations].some((one) => one === name))
      return this.#error(s, `${name} is a function`, `write ${name}(…)`);
    const known = [...axes, ...constants, ...(this.#options.unknowns ? unknowns : []), "pi", "e"];
    const way = "a function is written out in its place, a number goes into `constants`";
    return this.#error(s, `"${name}" is unknown`, `${suggest(name, known)}; ${way}`.replace("?;", "? Else"));
  }

  /** `u`, `u_xt`, `u_n`; undefined for other names. */
  #derivative(s: Extract<Syntax, { kind: "symbol" }>): Expression | undefined {
    const [head, suffix] = splitDerivative(s.name);
    const { axes, unknowns } = this.#scope;
    const unknown = unknowns.indexOf(head);
    if (unknown < 0) return undefined;
    if (!this.#options.unknowns)
      throw this.#error(s, `the unknown ${head} has no place here`, "give a formula in coordinates and constants");
    const none = unit(axes.length, -1);
    if (suffix === undefined) return partial(unknown, none);
    if (suffix === "n") return this.#alongNormal(s, partial(unknown, none));
    const along = axesOfSuffix(suffix, axes);
    if (!along || along.length === 0) {
      const names = axes.join(", ");
      throw this.#error(s, `"${s.name}" is a derivative of ${head} along an unknown axis`, `the axes are ${names}`);
    }
    if (along.length > maxOrder)
      throw this.#error(
        s,
        `"${s.name}" has order ${along.length}, above ${maxOrder}`,
        "write the equation as a system",
      );
    return partial(
      unknown,
      along.reduce((order, axis) => order.map((o, k) => (k === axis ? o + 1 : o)), none),
    );
  }

  #alongNormal(s: Syntax, f: Expression): Expression {
    if (!this.#options.normal)
      throw this.#error(s, "the normal derivative has no meaning here", "it belongs into conditions on the boundary");
    const plain =
      f.kind === "derivative" && f.order.every((o) => o === 0) ? this.#scope.unknowns[f.unknown] : undefined;
    if (this.#options.display && plain !== undefined) return data(`∂${plain}/∂n`);
    return total(spaceAxes(this.#scope).map((k) => call("mul", data(`normal${k}`), this.#along(s, f, [k]))));
  }

  #index(s: Extract<Syntax, { kind: "index" }>): Value {
    const of = this.#value(s.of);
    if (!isVector(of)) throw this.#error(s, "this is no vector, and has no entries", "leave the index out");
    const to = s.to ?? s.from;
    const valid = Number.isInteger(s.from) && Number.isInteger(to) && s.from >= 1 && to >= s.from && to <= of.length;
    if (!valid) throw this.#error(s, `no such entry of ${of.length}`, `count from 1 to ${of.length}`);
    return s.to === undefined ? of[s.from - 1]! : of.slice(s.from - 1, to);
  }

  #operator(s: Extract<Syntax, { kind: "operator" }>): Value {
    const names = { "+": "add", "-": "sub", "*": "mul", "/": "div", "^": "pow", negate: "neg" } as const;
    if (!(s.op in names)) throw this.#error(s, `a comparison (${s.op}) is no number`, "use it for `on` alone");
    const leibniz = s.op === "/" ? this.#leibniz(s.args[0]!, s.args[1]!) : undefined;
    if (leibniz) return leibniz;
    return this.#each(
      s,
      names[s.op as keyof typeof names],
      s.args.map((a) => this.#value(a)),
    );
  }

  /** `du/dx` and `a*du/dx`, which the grammar of division reads as (a*du)/dx. */
  #leibniz(over: Syntax, under: Syntax): Value | undefined {
    const { axes, constants, unknowns } = this.#scope;
    if (under.kind !== "symbol" || !under.name.startsWith("d") || constants.includes(under.name)) return undefined;
    const axis = under.name.slice(1);
    if (!axes.includes(axis) && axis !== "n") return undefined;
    const isUnknown = (name: string) =>
      name.startsWith("d") && unknowns.includes(name.slice(1)) && !constants.includes(name);
    if (over.kind === "symbol" && isUnknown(over.name))
      return this.#derivative({ kind: "symbol", name: `${over.name.slice(1)}_${axis}`, at: over.at });
    if (over.kind !== "operator") return undefined;
    const [a, b] = over.args as [Syntax, Syntax];
    const inner =
      over.op === "negate" ? this.#leibniz(a, under) : over.op === "*" ? this.#leibniz(b, under) : undefined;
    if (!inner) return undefined;
    return over.op === "negate" ? this.#each(over, "neg", [inner]) : this.#each(over, "mul", [this.#value(a), inner]);
  }

  /** A function applied entry by entry; numbers go with every entry. */
  #each(s: Syntax, name: FunctionName, args: readonly Value[]): Value {
    const lengths = new Set(args.filter(isVector).map((v) => v.length));
    if (lengths.size > 1)
      throw this.#error(s, `vectors of ${[...lengths].join(" and ")} do not match`, "use equal lengths");
    const [length] = lengths;
    const fail = (what: string) => this.#error(s, what, "give a formula that is finite");
    const at = (i: number) => args.map((a) => (isVector(a) ? a[i]! : a));
    const entry = (i: number) => finiteCall(name, at(i), this.#scope, fail);
    return length === undefined ? entry(0) : Array.from({ length }, (_, i) => entry(i));
  }

  #call(s: Extract<Syntax, { kind: "call" }>): Value {
    const { name, args } = s;
    const { axes, constants, unknowns } = this.#scope;
    const count = (wanted: number) => {
      if (args.length === wanted) return;
      throw this.#error(s, `${name} takes ${wanted} argument${wanted === 1 ? "" : "s"}, not ${args.length}`, "mend it");
    };
    if ((functions as readonly string[]).includes(name)) {
      count(arity[name as FunctionName]);
      const values = args.map((a) => this.#value(a));
      return this.#each(s, name as FunctionName, values);
    }
    if ((synonyms as readonly string[]).includes(name)) {
      count(1);
      const value = this.#value(args[0]!);
      if (name === "sech") return this.#each(s, "div", [one, this.#each(s, "cosh", [value])]);
      return this.#each(s, name === "ln" ? "log" : "atan", [value]);
    }
    if ((operations as readonly string[]).includes(name)) return this.#operation(s, count);
    if (name.startsWith("d") && axes.includes(name.slice(1))) {
      count(1);
      return this.#along(s, this.scalar(args[0]!), [axes.indexOf(name.slice(1))]);
    }
    const [head] = splitDerivative(name);
    if ([...axes, ...constants, "pi", "e"].includes(name) || unknowns.includes(head) || isPosition(name, this.#scope))
      throw this.#error(s, `${name} is not a function`, `write ${name}*(…) for a product`);
    const known = [...functions, ...synonyms, ...operations, ...axes.map((a) => `d${a}`)];
    const way = "one of your own is written out in its place";
    throw this.#error(s, `there is no function "${name}"`, `${suggest(name, known)}; ${way}`.replace("?;", "? Else"));
  }

  #operation(s: Extract<Syntax, { kind: "call" }>, count: (wanted: number) => void): Value {
    const space = spaceAxes(this.#scope);
    const values = () => s.args.map((a) => this.#value(a));
    if (s.args.length === 0) throw this.#error(s, `${s.name} needs an argument`, "give one");
    // Vectors may be written as one vector or as numbers in a row.
    const entries = (): readonly Expression[] => values().flat();
    switch (s.name as (typeof operations)[number]) {
      case "sum":
        return total(entries());
      case "prod":
        return balanced(entries(), (a, b) => call("mul", a, b));
      case "normsq":
        return total(entries().map((e) => call("square", e)));
      case "norm":
        return call("sqrt", total(entries().map((e) => call("square", e))));
      case "dot": {
        count(2);
        const products = this.#each(s, "mul", values());
        return isVector(products) ? total(products) : products;
      }
      case "grad": {
        count(1);
        const f = this.scalar(s.args[0]!);
        return space.map((k) => this.#along(s, f, [k]));
      }
      case "div": {
        const v = entries();
        if (v.length !== space.length)
          throw this.#error(
            s,
            `div needs ${space.length} components, one for each space axis, not ${v.length}`,
            "mend it",
          );
        return total(v.map((f, i) => this.#along(s, f, [space[i]!])));
      }
      case "lap": {
        count(1);
        const f = this.scalar(s.args[0]!);
        if (f.kind === "derivative" && f.order.every((o) => o === 0))
          return laplacian(f.unknown, space, f.order.length);
        return total(space.map((k) => this.#along(s, f, [k, k])));
      }
      case "diff": {
        const [f, ...along] = s.args;
        const axes = along.map((a) => {
          const axis = a.kind === "symbol" ? this.#scope.axes.indexOf(a.name) : -1;
          if (axis < 0) throw this.#error(a, "this is no axis", `the axes are ${this.#scope.axes.join(", ")}`);
          return axis;
        });
        if (axes.length === 0) throw this.#error(s, "diff needs an axis", "write diff(f, x)");
        return this.#along(s, this.scalar(f!), axes);
      }
      case "dn":
        count(1);
        return this.#alongNormal(s, this.scalar(s.args[0]!));
    }
  }

  /** The derivative of any expression along axes, one after the other. */
  #along(s: Syntax, f: Expression, axes: readonly number[]): Expression {
    try {
      const dimension = this.#scope.axes.length;
      const [first] = axes;
      if (axes.every((a) => a === first)) {
        return derivativesOfExpression(f, dimension)(unit(dimension, first!, axes.length));
      }
      return axes.reduce((e, axis) => differentiate(e, { axis }, dimension), f);
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      throw this.#error(s, error.message.replace(/^differentiate: /, ""), "see the place shown");
    }
  }
}

function isVector(value: Value): value is readonly Expression[] {
  return Array.isArray(value);
}
