/**
 * The calls of formulas: functions of numbers, derivatives, vectors, functions of the user's, integrals, unknowns
 * elsewhere.
 */
import { type FormatError, isMongeError } from "../../engine/errors.ts";
import { balanced, call, coordinate, elsewhere, laplacian, number, one, table, unit } from "./build.ts";
import { complex, isComplex, parts, type Scalar } from "./complex.ts";
import { maxOrder } from "./differentiate.ts";
import type { Expression } from "./expression.ts";
import { arity, type FunctionName } from "./functions.ts";
import { graded, gradingOf, partsBetween } from "./kinks.ts";
import { abscissa, quadrature } from "./quadrature.ts";
import type { Reader, Value } from "./reader.ts";
import {
  axesOfSuffix,
  calledOtherwise,
  functions,
  isPosition,
  operations,
  type Scope,
  spaceAxes,
  splitDerivative,
  synonyms,
} from "./scope.ts";
import type { Syntax } from "./syntax.ts";
import { suggest } from "./syntax-error.ts";
import { Table } from "./table.ts";
import { nodesOf } from "./tree.ts";

type Call = Extract<Syntax, { kind: "call" }>;

/** All names that can be called. */
export const functionNames = ({ axes, functions: own }: Scope): readonly string[] => [
  ...functions,
  ...synonyms,
  ...operations,
  ...axes.map((a) => `d${a}`),
  ...(own?.keys() ?? []),
];

const isVector = (value: Value): value is readonly Scalar[] => Array.isArray(value);

/** The value of a call. @throws FormatError for names that are not known, and arguments that do not fit */
export function callOf(r: Reader, s: Call): Value {
  const { name, args } = s;
  const { axes, constants, functions: own } = r.scope;
  const user = own?.get(name);
  if (user) return userCall(r, s);
  if (name === "if") {
    count(r, s, 3);
    return r.each(s, "if", [r.condition(args[0]!), r.value(args[1]!), r.value(args[2]!)]);
  }
  if ((functions as readonly string[]).includes(name)) {
    count(r, s, arity[name as FunctionName]);
    return r.each(
      s,
      name as FunctionName,
      args.map((a) => r.value(a)),
    );
  }
  if ((synonyms as readonly string[]).includes(name)) {
    count(r, s, 1);
    return synonym(r, s, r.value(args[0]!));
  }
  if ((operations as readonly string[]).includes(name)) return operation(r, s);
  if (name.startsWith("'")) return primed(r, s);
  const along = name.length > 1 && name.startsWith("d") ? axesOfSuffix(name.slice(1), axes) : undefined;
  if (along) {
    count(r, s, 1);
    return r.along(s, r.number(args[0]!), along);
  }
  const [head] = splitDerivative(name);
  if (name === "Δ") return callOf(r, { ...s, name: "lap" });
  if (r.unknown(head) !== undefined) return unknownElsewhere(r, s);
  if ([...axes, ...constants, "pi", "e"].includes(name) || isPosition(name, r.scope) || r.locals.has(name))
    throw r.error(s, `${name} is not a function`, `write ${name}*(…) for a product`);
  const otherwise = calledOtherwise.get(name);
  if (otherwise !== undefined) throw r.error(s, `there is no function "${name}"`, `write ${otherwise}`);
  const way = 'one of your own goes into "functions"';
  const close = suggest(name, functionNames(r.scope));
  throw r.error(s, `there is no function "${name}"`, `${close}; ${way}`.replace("?;", "? Else"));
}

function count(r: Reader, s: Call, wanted: number): void {
  if (s.args.length === wanted) return;
  const many = `${wanted} argument${wanted === 1 ? "" : "s"}`;
  throw r.error(s, `${s.name} takes ${many}, not ${s.args.length}`, "correct it");
}

/** `(x^2*y')'`: the derivative of what is in brackets, where there is one axis. */
function primed(r: Reader, s: Call): Value {
  const { axes } = r.scope;
  const [of] = s.args;
  if (axes.length > 1)
    throw r.error(s, `"${s.name}" is a derivative along one of ${axes.join(", ")}`, `write d${axes[0]}(…) for one`);
  if (of!.kind === "call" && r.unknown(splitDerivative(of!.name)[0]) !== undefined)
    throw r.error(s, "the value at a point is a number", `write ${of!.name}'(…) for the derivative there`);
  return r.along(s, r.number(of!), Array<number>(s.name.length).fill(0));
}

function synonym(r: Reader, s: Call, value: Value): Value {
  const each = (name: FunctionName, ...args: Value[]) => r.each(s, name, args);
  switch (s.name as (typeof synonyms)[number]) {
    case "ln":
      return each("log", value);
    case "arctan":
      return each("atan", value);
    case "sech":
      return each("div", one, each("cosh", value));
    case "erfc":
      return each("sub", one, each("erf", value));
    case "heaviside":
      return each("mul", number(0.5), each("add", one, each("sign", value)));
    case "relu":
      return each("max", value, number(0));
    case "sec":
      return each("div", one, each("cos", value));
    case "csc":
      return each("div", one, each("sin", value));
    case "cot":
      return each("div", each("cos", value), each("sin", value));
    case "coth":
      return each("div", one, each("tanh", value));
    case "cbrt":
      // The real root of negative numbers, too.
      return each("mul", each("sign", value), each("pow", each("abs", value), number(1 / 3)));
    case "asin":
    case "arcsin":
      return each("atan2", value, each("sqrt", each("sub", one, each("square", value))));
    case "acos":
    case "arccos":
      return each("atan2", each("sqrt", each("sub", one, each("square", value))), value);
  }
}

/** A function of the user's: its formula with the arguments in the place of the parameters. */
function userCall(r: Reader, s: Call): Value {
  const own = r.scope.functions!.get(s.name)!;
  const { parameters, body } = own;
  if (body instanceof Table) return onGrid(r, s, body, parameters);
  count(r, s, parameters.length);
  const values = parameters.map((name, k) => [name, r.value(s.args[k]!)] as const);
  try {
    return r.reading(own, new Map(values)).value(body);
  } catch (error) {
    if (!isMongeError(error)) throw error;
    throw r.error(s, `in ${s.name}, ${error.message.replace(/^pde: /, "")}\nhere`, "see the place shown");
  }
}

/** A function on a grid, at the point or elsewhere. */
function onGrid(r: Reader, s: Call, of: Table, parameters: readonly string[]): Expression {
  const { axes } = r.scope;
  if (s.args.length === 0) {
    const stranger = parameters.find((name) => !axes.includes(name));
    if (stranger === undefined)
      return table(
        of,
        parameters.map((name) => coordinate(axes.indexOf(name))),
      );
    throw r.error(
      s,
      `${s.name} is a function of ${parameters.join(", ")}`,
      `write ${s.name}(…), with a value for ${stranger}`,
    );
  }
  count(r, s, parameters.length);
  const at = s.args.map((a) => r.scalar(a));
  // Axes of the problem in its order, whatever that of the grid is.
  const place = (name: string) => (axes.includes(name) ? axes.indexOf(name) : axes.length + parameters.indexOf(name));
  const called = parameters.toSorted((a, b) => place(a) - place(b));
  if (!at.some(speaksOfUnknowns))
    return table(
      of,
      parameters.map((name) => at[called.indexOf(name)]!),
    );
  throw r.error(
    s,
    `${s.name} is a function on a grid, and an unknown stands in its arguments`,
    "write it as a formula",
  );
}

/** `u(x - 1)`, `u_x(s, t)`: an unknown or a derivative of it at another point. */
function unknownElsewhere(r: Reader, s: Call): Value {
  const { axes } = r.scope;
  const [head, suffix] = splitDerivative(s.name);
  const wrong = (): FormatError => {
    const way = `write ${s.name}*(…) for a product, and ${s.name}(${axes.join(", ")}) for its value at another point`;
    return r.error(s, `${s.name} is not a function`, way);
  };
  if (s.args.length !== axes.length) throw wrong();
  if (!r.options.unknowns) throw r.error(s, `the unknown ${head} has no place here`, "give a formula in coordinates");
  const at = s.args.map((a) => r.scalar(a));
  // "u(1 - u)" is a product that lacks its sign, and "u(t - u)" a delay that depends on the unknown.
  const isDelay = (e: Expression) => axes.length === 1 && [...nodesOf(e)].some(({ kind }) => kind === "coordinate");
  if (at.some((e) => speaksOfUnknowns(e) && !isDelay(e))) throw wrong();
  const order = suffix === undefined ? unit(axes.length, -1) : r.orderOf(s, head, suffix);
  const pair = r.scope.complex?.get(head);
  if (pair) return complex(elsewhere(pair[0], order, at), elsewhere(pair[1], order, at));
  return elsewhere(r.scope.unknowns.indexOf(head), order, at);
}

/** Kinds of nodes that are values of unknowns. */
export const ofUnknowns: readonly Expression["kind"][] = ["derivative", "laplacian", "elsewhere"];

const speaksOfUnknowns = (e: Expression): boolean => [...nodesOf(e)].some(({ kind }) => ofUnknowns.includes(kind));

/** Gauss–Legendre nodes of an integral where nothing is said, and the most. */
const [usualNodes, mostNodes] = [16, 128];

/** `integral(f, s, a, b)`: by Gauss–Legendre's rule, on either side of kinks such as that of |x − s|. */
function integral(r: Reader, s: Call): Scalar {
  const [f, variable, low, high, nodes] = s.args;
  if (s.args.length < 4 || s.args.length > 5) count(r, s, 4);
  if (variable!.kind !== "symbol")
    throw r.error(variable!, "this is no name of a variable", "write integral(f(s), s, a, b)");
  const size = nodes === undefined ? usualNodes : nodes.kind === "number" ? nodes.value : Number.NaN;
  if (!(Number.isInteger(size) && size >= 2 && size <= mostNodes))
    throw r.error(nodes!, "this is no number of nodes", `give a whole number from 2 to ${mostNodes}`);
  const { name } = variable as Extract<Syntax, { kind: "symbol" }>;
  const { axes, constants } = r.scope;
  if (axes.includes(name) || constants.includes(name) || r.unknown(name))
    throw r.error(variable!, `${name} has a meaning already`, "take another name for the variable of the integral");
  const [a, b] = [r.scalar(low!), r.scalar(high!)];
  const rule = { size, depth: r.depth + 1 };
  const integrand = parts(r.inside(name, abscissa(rule)).number(f!));
  const ends = partsBetween(a, b, integrand, rule.depth);
  const order = gradingOf(a, b, integrand, rule.depth);
  const { place, slope } = graded(abscissa(rule), order);
  const between = ends.slice(1).map((end, k) => {
    const length = call("sub", end, ends[k]!);
    const at = call("add", ends[k]!, call("mul", place, length));
    const body = r.inside(name, at).number(f!);
    const [re, im] = parts(body).map((part) => call("mul", slope, part)) as [Expression, Expression];
    const mean = isComplex(body) ? complex(quadrature(rule, re), quadrature(rule, im)) : quadrature(rule, re);
    return r.apply(s, "mul", [length, mean]);
  });
  return r.total(s, between);
}

function operation(r: Reader, s: Call): Value {
  const space = spaceAxes(r.scope);
  const values = () => s.args.map((a) => r.value(a));
  if (s.args.length === 0) throw r.error(s, `${s.name} needs an argument`, "give one");
  // Vectors may be written as one vector or as numbers in a row.
  const entries = (): readonly Scalar[] => values().flat();
  const only = () => {
    count(r, s, 1);
    return r.number(s.args[0]!);
  };
  switch (s.name as (typeof operations)[number]) {
    case "sum":
      return r.total(s, entries());
    case "prod":
      return balanced(entries(), (a, b) => r.apply(s, "mul", [a, b]));
    case "normsq":
      return r.total(
        s,
        entries().map((e) => squareOf(r, s, e)),
      );
    case "norm":
      return r.apply(s, "sqrt", [
        r.total(
          s,
          entries().map((e) => squareOf(r, s, e)),
        ),
      ]);
    case "dot": {
      count(r, s, 2);
      const products = r.each(s, "mul", values());
      return isVector(products) ? r.total(s, products) : products;
    }
    case "grad": {
      const f = only();
      return space.map((k) => r.along(s, f, [k]));
    }
    case "div": {
      const v = entries();
      if (v.length !== space.length) {
        const wanted = `div needs ${space.length} components, one for each space axis, not ${v.length}`;
        throw r.error(s, wanted, "correct it");
      }
      return r.total(
        s,
        v.map((f, i) => r.along(s, f, [space[i]!])),
      );
    }
    case "lap":
      return laplacianOf(r, s, only());
    case "diff": {
      const [f, ...along] = s.args;
      const axes = along.flatMap((a, k) => {
        const axis = a.kind === "symbol" ? r.scope.axes.indexOf(a.name) : -1;
        if (axis >= 0) return [axis];
        // How often: diff(u, x, 2) is diff(u, x, x).
        const before = along[k - 1];
        const often = a.kind === "number" && before?.kind === "symbol" ? a.value : 0;
        if (!(Number.isInteger(often) && often >= 1 && often <= maxOrder))
          throw r.error(a, "this is no axis", `the axes are ${r.scope.axes.join(", ")}`);
        return Array<number>(often - 1).fill(r.scope.axes.indexOf((before as { name: string }).name));
      });
      if (axes.length === 0) throw r.error(s, "diff needs an axis", "write diff(f, x)");
      return r.along(s, r.number(f!), axes);
    }
    case "dn":
      return r.alongNormal(s, only());
    case "re":
      return parts(only())[0];
    case "im":
      return parts(only())[1];
    case "conj": {
      const [re, im] = parts(only());
      return complex(re, call("neg", im));
    }
    case "integral":
    case "int":
      return integral(r, s);
  }
}

/** |e|², without a root. */
function squareOf(r: Reader, s: Call, e: Scalar): Expression {
  const [re, im] = parts(e);
  return isComplex(e) ? call("add", call("square", re), call("square", im)) : (r.apply(s, "square", [e]) as Expression);
}

function laplacianOf(r: Reader, s: Call, f: Scalar): Scalar {
  const space = spaceAxes(r.scope);
  const of = (e: Expression): Expression =>
    e.kind === "derivative" && e.order.every((o) => o === 0)
      ? laplacian(e.unknown, space, e.order.length)
      : (r.total(
          s,
          space.map((k) => r.along(s, e, [k, k])),
        ) as Expression);
  return isComplex(f) ? complex(of(f.re), of(f.im)) : of(f);
}
