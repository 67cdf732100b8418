/** Formulas as text: their values, their derivatives, their printing, and what is said about wrong ones. */
import fc from "fast-check";
import { evaluate as oracle } from "mathjs";
import { FormatError, OptionsError, rng } from "../../../engine/index.ts";
import type { Scope } from "../../../equations/expression/index.ts";
import {
  type Algebra,
  arity,
  call,
  collapseLaplacians,
  columns,
  coordinate,
  differentiate,
  type Expression,
  evaluate,
  evaluateAt,
  expressionToLatex,
  type FunctionName,
  nodesOf,
  number,
  numbers,
  parseEquation,
  parseExpression,
  parsePredicate,
  partial,
  share,
  toText,
  toUnicode,
} from "../../../equations/expression/index.ts";
import { assert, test, throws } from "../../harness.ts";

const plane: Scope = { axes: ["x", "y", "t"], time: 2, unknowns: ["u", "v"], constants: ["nu", "c_0"] };
const constants = { nu: 0.37, c_0: -1.25 };
const cube = (d: number): Scope => ({
  ...{ axes: Array.from({ length: d }, (_, k) => `x${k + 1}`), time: undefined, unknowns: ["u"] },
  constants: [],
});
const read = (text: string, scope: Scope = plane) => parseExpression(text, scope, { unknowns: true });
const given = (text: string, scope: Scope = plane) => parseExpression(text, scope, { unknowns: false });
const valueAt = (e: Expression, coordinates: readonly number[]) => evaluate(e, numbers({ coordinates, constants }));
const at = (e: Expression, bindings: Parameters<typeof numbers>[0]) => evaluate(e, numbers(bindings));
const near = (actual: number, expected: number, tolerance: number, what: string) =>
  assert.ok(
    Math.abs(actual - expected) <= tolerance * Math.max(1, Math.abs(expected)),
    `${what}: ${actual} instead of ${expected}`,
  );

/** Formulas in the syntax that mathjs shares. */
const formulas = [
  "x + 2*y - t/3",
  "-x^2 + 3*x*y - (x - y)^3",
  "2^-x + (2 + x)^2^0.5",
  "sin(pi*x)*cos(2*pi*y)*exp(-nu*t)",
  "exp(-10*((x - 0.5)^2 + (y + 0.25)^2))",
  "tanh(x - y)/(1 + x^2) - sinh(x/2)*cosh(y/2)",
  "atan(x*y) + tan(x/3) + log(2 + x*x)",
  "sqrt(2 + x*y) + abs(x - y) + min(x, y)*max(x, t) + sign(x - 0.1)",
  "c_0*e^(x)/(x^2 + 1.5e-1) + pi*nu",
  "2 x y + 3(x + 1)(y - 1)",
  "-(x - (y - (t - 1)))/((2/x)/y)",
  "pow(2 + x, y) + square(x - t)",
  "x - -y - +t",
  "erf(2*x*y) + erf(y/9)",
];

test("a formula has the value that mathjs gives it", () => {
  const random = rng(11);
  for (const text of formulas) {
    const e = given(text);
    for (let i = 0; i < 20; i++) {
      const [x, y, t] = random.uniform(3).map((v) => 2 * v - 1) as unknown as [number, number, number];
      const scope = { x, y, t, ...constants, square: (a: number) => a * a };
      near(valueAt(e, [x, y, t]), oracle(text, scope) as number, 1e-13, `${text} at ${x}, ${y}, ${t}`);
    }
  }
});

test("columns of points have the values of the points one by one", () => {
  const points = rng(5).uniform(3 * 17);
  for (const text of formulas) {
    const e = given(text);
    const values = evaluateAt(e, points, 3, constants);
    for (let i = 0; i < 17; i++) assert.is(values[i], valueAt(e, Array.from(points.subarray(3 * i, 3 * i + 3))), text);
  }
});

test("a subtree that occurs many times is computed once", () => {
  const [e] = share([read("sin(x*y) + sin(x*y)^2 + exp(sin(x*y))")]);
  const calls: string[] = [];
  const inner = numbers({ coordinates: [0.3, 0.7, 0], constants });
  const counting: Algebra<number> = {
    ...inner,
    call: (name, args) => {
      calls.push(name);
      return inner.call(name, args);
    },
  };
  const s = Math.sin(0.3 * 0.7);
  near(evaluate(e!, counting), s + s * s + Math.exp(s), 1e-15, "value");
  assert.is(calls.filter((name) => name === "sin").length, 1);
  assert.is(calls.filter((name) => name === "mul").length, 1);
});

test("what is not bound is an error that names it", () => {
  throws(() => evaluate(read("nu*x"), numbers({ coordinates: [1, 1, 1] })), OptionsError, /"nu"/);
  throws(() => evaluate(read("u_x"), numbers({ coordinates: [1, 1, 1] })), OptionsError, /derivative/);
  throws(() => evaluate(read("x"), columns(1, {})), OptionsError, /axis 0/);
});

test("symbolic derivatives are limits of central differences: the error falls sixteenfold when h is divided by four", () => {
  const random = rng(3);
  const smooth = formulas.filter((text) => !/abs|sign/.test(text));
  for (const text of smooth) {
    const e = given(text);
    for (const axis of [0, 1, 2]) {
      const derivative = differentiate(e, { axis }, 3);
      const at = Array.from(random.uniform(3), (v) => 0.3 + 0.4 * v);
      const exact = valueAt(derivative, at);
      const difference = (h: number) => {
        const moved = (s: number) =>
          valueAt(
            e,
            at.map((v, k) => (k === axis ? v + s * h : v)),
          );
        return (moved(1) - moved(-1)) / (2 * h);
      };
      const [coarse, fine] = [Math.abs(difference(1e-2) - exact), Math.abs(difference(2.5e-3) - exact)];
      const scale = Math.max(1, Math.abs(exact));
      // Rounding of the quotient is near 1e-16/2.5e-3 of the value.
      assert.ok(
        fine < 1e-11 * scale || Math.abs(coarse / fine - 16) < 1.5,
        `${text} along ${axis}: ${coarse}, ${fine}`,
      );
      assert.ok(fine < 1e-2 * scale, `${text} along ${axis}: ${exact} against ${difference(2.5e-3)}`);
    }
  }
});

test("every function has its derivative", () => {
  for (const name of Object.keys(arity) as FunctionName[]) {
    const args = [given("0.7 + 0.3*x"), given("1.9 - 0.6*x"), given("x^2")];
    const e = call(name, ...args.slice(0, arity[name]));
    for (const x of [0.1, 0.9]) {
      const h = 1e-5;
      const difference = (valueAt(e, [x + h, 0, 0]) - valueAt(e, [x - h, 0, 0])) / (2 * h);
      near(valueAt(differentiate(e, { axis: 0 }, 3), [x, 0, 0]), difference, 1e-9, `${name} at ${x}`);
    }
  }
});

test("derivatives of random expressions agree with differences", () => {
  fc.assert(
    fc.property(givenExpression(2).filter(isReadable), fc.double({ min: -0.9, max: 0.9, noNaN: true }), (e, x) => {
      const h = 1e-4;
      const f = (s: number) => valueAt(e, [x + s * h, 0.4, 0.2]);
      const exact = valueAt(differentiate(e, { axis: 0 }, 3), [x, 0.4, 0.2]);
      // What overflows on the way, as in 1/(x/5e-324), has a value and no derivative.
      const parts = new Map<Expression, number>();
      evaluate(e, numbers({ coordinates: [x, 0.4, 0.2], constants }), parts);
      fc.pre([...parts.values()].every(Number.isFinite));
      // Five-point formula: error h⁴ f⁗/30; the two step sizes must agree for the difference to mean anything.
      const difference = (8 * (f(1) - f(-1)) - (f(2) - f(-2))) / (12 * h);
      const wide = (8 * (f(2) - f(-2)) - (f(4) - f(-4))) / (24 * h);
      // A pole at the point itself is no reason to forgive differences beside it.
      const scale = Math.max(1, Math.abs(difference), Math.abs(f(1)), Math.abs(f(-1)));
      const kink = !(Math.abs(f(1) - 2 * f(0) + f(-1)) <= 1e-6 * scale);
      fc.pre(Math.abs(x) > 1e-3 && Number.isFinite(difference) && !kink && Math.abs(difference - wide) < 1e-8 * scale);
      assert.ok(Math.abs(exact - difference) <= 1e-6 * scale, `${toText(e, plane)}: ${exact} against ${difference}`);
    }),
    { seed: 7, numRuns: 500 },
  );
});

test("derivatives are read in all spellings", () => {
  const u = (...order: number[]) => partial(0, order);
  const same = (text: string, e: Expression) => assert.equal(read(text), e, text);
  same("u", u(0, 0, 0));
  same("u_t", u(0, 0, 1));
  same("u_xxt", u(2, 0, 1));
  same("u_yxy", u(1, 2, 0));
  same("du/dx", u(1, 0, 0));
  same("dx(u)", u(1, 0, 0));
  same("dxxy(u)", u(2, 1, 0));
  same("diff(u, x, t)", u(1, 0, 1));
  same("diff(u_x, x, x, x)", u(4, 0, 0));
  same("nu*du/dt", call("mul", { kind: "constant", name: "nu" }, u(0, 0, 1)));
  same("-du/dt", call("neg", u(0, 0, 1)));
  same("lap(u)", { kind: "laplacian", unknown: 0, axes: [0, 1] });
  same("dot([x, y], grad(u))", read("x*u_x + y*u_y"));
  same("div(x*u, y*u)", read("(u + x*u_x) + (u + y*u_y)"));
  same("lap(u*v)", read("div(grad(u*v))"));
  assert.equal(read("u_xx", { axes: ["x"], time: undefined, unknowns: ["u"], constants: [] }), partial(0, [2]));
  assert.equal(read("lap(u)", { axes: ["x", "t"], time: 1, unknowns: ["u"], constants: [] }), partial(0, [2, 0]));
  const many = cube(12);
  const order = (text: string) => {
    const e = read(text, many);
    return e.kind === "derivative" ? e.order.flatMap((o, k) => Array.from({ length: o }, () => k + 1)) : [];
  };
  assert.equal(order("u_x1x12"), [1, 12]);
  assert.equal(order("u_x11"), [11]);
  assert.equal(order("u_x1x1"), [1, 1]);
});

test("vectors make ten dimensions one line", () => {
  const ten = cube(10);
  const points = rng(1).uniform(30);
  const check = (text: string, f: (x: readonly number[]) => number) => {
    const values = evaluateAt(given(text, ten), points, 10);
    for (let i = 0; i < 3; i++) near(values[i]!, f(Array.from(points.subarray(10 * i, 10 * i + 10))), 1e-14, text);
  };
  const sum = (v: readonly number[]) => v.reduce((a, b) => a + b, 0);
  check("exp(-10*normsq(x))", (x) => Math.exp(-10 * sum(x.map((v) => v * v))));
  check("sum(cos(pi*x))", (x) => sum(x.map((v) => Math.cos(Math.PI * v))));
  check("prod(sin(x))", (x) => x.reduce((p, v) => p * Math.sin(v), 1));
  check("norm(x - 1/2)", (x) => Math.hypot(...x.map((v) => v - 0.5)));
  check("dot(x[1:5], x[6:10]) + x[3]*x10", (x) => sum([0, 1, 2, 3, 4].map((k) => x[k]! * x[k + 5]!)) + x[2]! * x[9]!);
  assert.equal(read("normsq(grad(u))", cube(2)), read("u_x1^2 + u_x2^2", cube(2)));
});

test("the sum of pure second derivatives is a Laplacian, where none of them is needed alone", () => {
  const kinds = (texts: readonly string[], elsewhere: readonly string[] = []) => {
    const collapsed = collapseLaplacians(
      texts.map((t) => read(t)),
      [0, 1],
      elsewhere.map((t) => read(t)),
    );
    return collapsed.map((e) => toText(e, plane));
  };
  assert.equal(kinds(["u_t - u_xx - u_yy"]), ["u_t - lap(u)"]);
  assert.equal(kinds(["u_t - nu*(u_xx + u_yy) - sin(u)"]), ["u_t - nu*lap(u) - sin(u)"]);
  assert.equal(kinds(["u_t - nu*u_xx + u^2 - nu*u_yy"]), ["u_t - nu*lap(u) + u^2"]);
  assert.equal(kinds(["u_xx/nu + v_xx + u_yy/nu + v_yy"]), ["lap(u)/nu + lap(v)"]);
  assert.equal(kinds(["u_xx + 2*u_yy"]), ["u_xx + 2*u_yy"], "unequal factors stay");
  assert.equal(kinds(["u_xx - u_yy"]), ["u_xx - u_yy"], "unequal signs stay");
  assert.equal(kinds(["u_xx + u_yy + u_xx*u"]), ["u_xx + u_yy + u_xx*u"], "needed alone in the same equation");
  assert.equal(kinds(["u_xx + u_yy", "v_xx + v_yy - u_yy"]), ["u_xx + u_yy", "lap(v) - u_yy"], "in another equation");
  assert.equal(kinds(["u_xx + u_yy"], ["u_xx"]), ["u_xx + u_yy"], "in a condition");
});

test("collapsing changes no value", () => {
  const random = rng(21);
  const texts = [
    "u_t - nu*u_xx*x - x*nu*u_yy",
    "u_xx + u_yy + u_xy - nu*(v_xx + v_yy)/x",
    "exp(u_xx + u_yy)*2 - v*u_xx - v*u_yy",
  ];
  const table = new Map<string, number>();
  const derivative = (unknown: number, order: readonly number[]) => {
    const key = `${unknown} ${order}`;
    if (!table.has(key)) table.set(key, random.uniform());
    return table.get(key)!;
  };
  const bindings = { coordinates: [0.3, 0.6, 0.9], constants, derivative };
  for (const text of texts) {
    const e = read(text);
    const [collapsed] = collapseLaplacians([e], [0, 1]);
    assert.ok(
      [...nodesOf(collapsed!)].some((n) => n.kind === "laplacian"),
      text,
    );
    near(evaluate(collapsed!, numbers(bindings)), evaluate(e, numbers(bindings)), 1e-14, text);
  }
});

test("a condition on points is positive exactly where it holds", () => {
  const holds = (text: string, x: number, y: number) => valueAt(parsePredicate(text, plane), [x, y, 0]) > 0;
  assert.ok(holds("x < 0.5", 0.4, 0) && !holds("x < 0.5", 0.6, 0));
  assert.ok(holds("x < 0.5 and y > 0", 0.4, 0.1) && !holds("x < 0.5 and y > 0", 0.4, -0.1));
  assert.ok(holds("x > 2 or y > 0", 0, 0.1) && !holds("x > 2 or y > 0", 0, -0.1));
  assert.ok(holds("0 < x < 1", 0.5, 0) && !holds("0 < x < 1", -0.5, 0) && !holds("0 < x < 1", 1.5, 0));
});

/** Random expressions by the constructors that the parser uses; `depth` levels of calls. */
function expression(depth: number, leaves: fc.Arbitrary<Expression>): fc.Arbitrary<Expression> {
  if (depth === 0) return leaves;
  const inner = expression(depth - 1, leaves);
  const names = Object.keys(arity) as FunctionName[];
  const made = fc.tuple(fc.constantFrom(...names), inner, inner, inner);
  return fc.oneof(
    inner,
    made.map(([name, ...args]) => call(name, ...args.slice(0, arity[name]))),
  );
}
function givenExpression(depth: number): fc.Arbitrary<Expression> {
  const value = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.double({ min: -4, max: 4, noNaN: true }));
  const leaf = fc.oneof(
    value.map((v) => number(v)),
    fc.constantFrom(number(Math.PI), coordinate(0), coordinate(1), coordinate(2), given("nu"), given("c_0")),
  );
  return expression(depth, leaf);
}
const withUnknowns = fc.oneof(
  givenExpression(0),
  fc
    .tuple(fc.integer({ min: 0, max: 1 }), fc.constantFrom([0, 0, 0], [1, 0, 0], [0, 1, 1], [2, 2, 0], [0, 0, 4]))
    .map(([u, o]) => partial(u, o)),
  fc.constant<Expression>({ kind: "laplacian", unknown: 1, axes: [0, 1] }),
);

/** Functions of numbers are numbers, unless they are not finite; such formulas are refused, and so is what is divided by 0. */
const isReadable = (e: Expression) =>
  ![...nodesOf(e)].some(
    (n) =>
      n.kind === "call" &&
      (n.args.every((a) => a.kind === "number") ||
        (n.name === "div" && n.args[1]!.kind === "number" && n.args[1].value === 0)),
  );

test("an expression printed and read again is the same, number for number", () => {
  fc.assert(
    fc.property(expression(4, withUnknowns).filter(isReadable), (e) => {
      const text = toText(e, plane);
      assert.equal(JSON.stringify(read(text)), JSON.stringify(e), text);
    }),
    { seed: 1, numRuns: 2000 },
  );
});

test("printing for the eye", () => {
  const [left, right] = parseEquation("u_t + u*u_x = nu*lap(u) - 6*u^2*du/dy/(1 + u_xxy)", plane, { unknowns: true });
  assert.is(toUnicode(left, plane), "∂u/∂t + u ∂u/∂x");
  assert.is(toUnicode(right, plane), "ν Δu − 6 u² ∂u/∂y/(1 + ∂³u/∂x²∂y)");
  assert.is(
    expressionToLatex(left, plane),
    "\\frac{\\partial u}{\\partial t} + u \\, \\frac{\\partial u}{\\partial x}",
  );
  assert.is(toUnicode(given("-3*sin(2*pi*x/3)*c_0 + 1e-7*x^-2"), plane), "−3 sin(2π x/3) c₀ + 10⁻⁷ x⁻²");
  assert.is(toUnicode(given("2*e^x"), plane), "2 e^x");
  assert.is(expressionToLatex(given("sqrt(x)/exp(-y)"), plane), "\\frac{\\sqrt{x}}{\\exp(-y)}");
});

/** Text, the part of it the caret must stand under (its first occurrence), and what must be said. */
const wrong: readonly (readonly [text: string, under: string, message: RegExp])[] = [
  ["u_t + mu*u_xx", "mu", /"mu" is unknown; did you mean nu\?/],
  ["u_t + nuu*u_xx", "nuu", /did you mean nu\?/],
  ["x + w", "w", /"w" is unknown; known are x, y, t, nu, c_0, u, v, pi, e|did you mean/],
  ["1e3*x + 2*e*x + q1", "q1", /"q1" is unknown/],
  ["u_z", "u_z", /along an unknown axis; the axes are x, y, t/],
  ["u_ + 1", "u_", /along an unknown axis/],
  ["u_xxxxx", "u_xxxxx", /order 5, above 4/],
  ["lap(lap(u_x))", "lap", /order 5/],
  ["sine(x)", "sine", /no function "sine"; did you mean sin\?/],
  ["sin(x, y)", "sin", /takes 1 argument, not 2/],
  ["min(x)", "min", /takes 2 arguments, not 1/],
  ["x*sin", "sin", /sin is a function; write sin/],
  ["u(x - 1)", "u", /u is not a function; write u\*/],
  ["2*x/3y", "3", /in two ways/],
  ["grad(u)", "grad", /vector of 2 where a number is needed/],
  ["dot([1, 2, 3], grad(u))", "dot", /3 and 2 do not match/],
  ["div(u, u, u)", "div", /needs 2 components, one for each space axis, not 3/],
  ["diff(u, w)", "w", /no axis/],
  ["u_n", "u_n", /normal derivative has no meaning here/],
  ["source + x", "source", /manufactured/],
  ["∂²u/∂x", "∂", /orders of this derivative differ/],
  ["u'", "u'", /derivative along x/],
  ["x; y", ";", /";" has no meaning/],
  ["x mod 2", "mod", /reserved/],
  ["x < 1", "x", /comparison/],
  ["true", "true", /reserved/],
  ["x == 1", "==", /"=" has no meaning/],
  ["5 % 2", "%", /no meaning/],
  ["x[1]", "x", /no vector/],
];

test("errors show the text and point at the character", () => {
  for (const [text, under, message] of wrong) {
    const error = throws(() => read(text), FormatError, message);
    const lines = error.message.split("\n");
    assert.is(lines.at(-2), `  ${text}`, text);
    assert.is(lines.at(-1)!.indexOf("^") - 2, text.indexOf(under), `${text}:\n${lines.slice(-2).join("\n")}`);
  }
});

test("syntax errors point at the place where reading stopped", () => {
  for (const [text, at] of [
    ["sin(x", 5],
    ["u_t +", 5],
    ["x + * y", 4],
    ["(x + y))", 7],
    ["", 0],
    ["3 +- ", 5],
  ] as const) {
    const error = throws(() => read(text), FormatError, /pde: /);
    const caret = error.message.split("\n").at(-1)!.indexOf("^") - 2;
    assert.ok(Math.abs(caret - at) <= 1, `${JSON.stringify(text)}: ${caret} instead of ${at}`);
  }
  throws(() => parseEquation("u_t + u", plane, { unknowns: true }), FormatError, /no = here/);
  throws(() => parseEquation("u = v = 1", plane, { unknowns: true }), FormatError, /second =/);
  throws(() => given("u + x"), FormatError, /unknown u has no place here/);
});

test("constants that are not finite are refused by name, also where a product with 0 would hide them", () => {
  for (const [text, what] of [
    ["0/0", /0\/0 is NaN/],
    ["x + 1/0", /1\/0 is Infinity/],
    ["0*(1/0)", /1\/0 is Infinity/],
    ["log(-1)*u", /log\(-1\) is NaN/],
    ["sqrt(2 - 3)", /sqrt\(-1\) is NaN/],
    ["exp(1e3)", /exp\(1000\) is Infinity/],
    ["1e999*x", /1e999 is beyond the largest number/],
    ["sum([0, 1/0])", /1\/0 is Infinity/],
  ] as const)
    throws(() => read(text), FormatError, what);
  // What turns out to be none only with the values of constants and coordinates is kept as written.
  for (const text of ["0/nu", "0*log(nu)", "0/(x - x)", "log(nu)*0", "0*(1/nu + x)"])
    assert.ok(Number.isNaN(at(given(text), { coordinates: [1, 1, 1], constants: { nu: 0, c_0: 1 } })), text);
});

test("a number before a name is their product, but for what other languages read as one number", () => {
  const axes: Scope = { axes: ["x1", "b1", "o7", "e5", "E"], time: undefined, unknowns: ["u"], constants: ["i", "_k"] };
  const value = (text: string) =>
    at(parseExpression(text, axes, { unknowns: false }), {
      coordinates: [3, 5, 7, 11, 13],
      constants: { i: 2, _k: 4 },
    });
  // biome-ignore format: a table
  const rows = [
    ["10x1", 30], ["00x1", 0], ["1e2x1", 300], ["2pi", 2 * Math.PI], ["2*e", 2 * Math.E], ["e", Math.E], ["2e5", 2e5],
    ["2 e5", 22], ["2E", 26], ["2E b1", 130], ["3i", 6], ["2.x1", 6], [".5x1^2", 4.5], ["x1 2", 6], ["(x1)2(b1)", 30],
    ["-x1^2", -9], ["2^-x1^2", 2 ** -9], ["2^3^2", 512], ["-2x1^2b1", -90], ["x1 - -b1", 8],
  ] as const;
  for (const [text, expected] of rows) assert.is(value(text), expected, text);
  for (const [text, what] of [
    ["0x1", /"0x1" is a number of another base for some and a product for others; .*0\*x1/],
    ["0b1", /"0b1"/],
    ["0o7", /"0o7"/],
    ["0XFF", /"0XFF"/],
    ["1 + 0x1F*x1", /"0x1F"/],
    ["1_000", /"1_000" is no number/],
    ["1.2.3", /"1.2.3" is no number/],
    ["2e+x1", /"2e\+" lacks the digits/],
    ["2e", /"2e" may lack the digits of its exponent; write 2e-3 with them, or 2\*e for the product/],
    ["x1*1e(b1)", /"1e" may lack the digits/],
    ["2 3", /"3" is not expected/],
    ["import(x1)", /no function "import"/],
    ["createUnit(x1)", /no function "createUnit"/],
    ["evaluate(x1)", /no function "evaluate"/],
    ["constructor(x1)", /no function "constructor"/],
    ["toString", /"toString" is unknown/],
    ["__proto__", /"__proto__" is unknown/],
    ["x1.constructor", /no meaning/],
    ["5 mm", /"mm" is unknown/],
  ] as const)
    throws(() => value(text), FormatError, what);
});

test("sums and products of thousands of terms are read, evaluated, differentiated and printed; deep nesting has a limit", () => {
  const n = 20_000;
  const where = { coordinates: [0.5, 2, 3], constants: { nu: 1, c_0: 1 } };
  const terms = Array.from({ length: n }, (_, k) => (k % 3 === 0 ? `- ${k}*x` : `+ ${k}*x^2`));
  const sum = given(terms.join(" "));
  const [odd, even] = [n, 0].map((_, kind) =>
    Array.from({ length: n }, (_, k) => k).filter((k) => (k % 3 === 0) === (kind === 1)),
  );
  const [a, b] = [odd, even].map((list) => list!.reduce((s, k) => s + k, 0)) as [number, number];
  near(at(sum, where), a * 0.25 - b * 0.5, 1e-12, "sum");
  near(at(differentiate(sum, { axis: 0 }, 3), where), a - b, 1e-12, "its derivative");
  assert.is(at(given(toText(sum, plane)), where), at(sum, where));
  const quotient = given(`x${Array.from({ length: n }, (_, k) => (k % 2 ? "*y" : "/y")).join("")}`);
  near(at(quotient, where), 0.5, 1e-12, "quotient");
  near(
    at(read(`lap(${Array.from({ length: 2000 }, (_, k) => `x^${(k % 3) + 1}*y`).join(" + ")})`), where),
    667 * 2 * 2 + 666 * 6 * 0.5 * 2,
    1e-12,
    "lap",
  );
  for (const one of [
    `${"(".repeat(150)}x${")".repeat(150)}`,
    `${"sin(".repeat(150)}x${")".repeat(150)}`,
    `${"-".repeat(150)}x`,
    `${"x^".repeat(150)}1`,
    `dx(${"sin(".repeat(100)}x${")".repeat(100)})`,
    `diff(${"tanh(x*".repeat(60)}x${")".repeat(60)}, x, x, x, x)`,
  ])
    assert.ok(Number.isFinite(at(given(one), where)), one.slice(0, 20));
  for (const deep of [
    ...["(", "sin(", "[", "-", "2^", "x+(", "lap(", "x^-(", "u_x*sin(1+"].map((open) => open.repeat(3000)),
    `${"sin(".repeat(3000)}x${")".repeat(3000)}`,
    `x${"[1]".repeat(3000)}`,
    `${"(1+".repeat(190)}x${`${"+1".repeat(30)})`.repeat(190)}`,
    `${"1 + 2*(".repeat(1e5)}x${")".repeat(1e5)}`,
  ])
    throws(() => read(deep), FormatError, /nested more than 200 deep/);
});

test("formulas of a megabyte are read or refused quickly, and errors show the place alone", () => {
  const blanks = " ".repeat(1e5);
  assert.is(at(given(`x${blanks}+${blanks}1`), { coordinates: [1, 1, 1] }), 2);
  const error = throws(() => read(`${"x + ".repeat(1e5)}w`), FormatError, /"w" is unknown/);
  assert.ok(error.message.length < 500, `${error.message.length} characters`);
  const [shown, caret] = error.message.split("\n").slice(-2);
  assert.is(shown![caret!.indexOf("^")], "w");
  throws(() => read("x".repeat(2e6)), FormatError, /2000000 characters, above 1000000/);
  throws(() => read("q".repeat(1e5)), FormatError, /is unknown/);
  const doubled: Scope = { axes: ["x", "xx"], time: undefined, unknowns: ["u"], constants: [] };
  throws(() => parseExpression(`u_${"x".repeat(300)}w`, doubled, { unknowns: true }), FormatError, /unknown axis/);
});

test("any row of tokens is read, or refused by a FormatError", () => {
  const words =
    "x y t u u_x u_xxxx v nu pi e sin min lap div grad dx diff sum [ ] ( ) , + - * / ^ < <= and = 2 0.5 1e3 .5 : ' ; % ! \" in".split(
      " ",
    );
  let readable = 0;
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...words), { minLength: 1, maxLength: 8 }), fc.boolean(), (tokens, spaced) => {
      const text = tokens.join(spaced ? " " : "");
      try {
        read(text);
        readable++;
      } catch (error) {
        assert.ok(error instanceof FormatError, `${text}: ${String(error)}`);
        const [, shown, caret] = error.message.split("\n");
        assert.is(shown, `  ${text}`);
        assert.ok(caret!.length - 3 <= text.length, text);
      }
    }),
    { seed: 2, numRuns: 5000 },
  );
  assert.ok(readable > 100, `only ${readable} were formulas`);
});

test.run();
