/** What formulas can say beyond sums and products: choices, functions of one's own, integrals, unknowns elsewhere, complex numbers. */
import { FormatError } from "../../../engine/index.ts";
import {
  evaluate,
  nodesOf,
  number,
  numbers,
  parseEquations,
  parseExpression,
  parseParts,
  parseSyntax,
  type Scope,
  toText,
  type UserFunction,
} from "../../../equations/expression/index.ts";
import { substitution } from "../../../equations/problem/index.ts";
import { jetAlgebra, numberRing, slotSet } from "../../../solvers/jet/index.ts";
import { assert, equalBy, test, throws } from "../../harness.ts";

const scope: Scope = { axes: ["x", "t"], time: 1, unknowns: ["u"], constants: ["k"] };
const read = (text: string, more: Partial<Scope> = {}, options = {}) =>
  parseExpression(text, { ...scope, ...more }, { unknowns: true, ...options });
const value = (text: string, x: number, t = 0, more: Partial<Scope> = {}) =>
  evaluate(read(text, more), numbers({ coordinates: [x, t], constants: { k: 2 } }));
const near = (actual: number, expected: number, tolerance = 1e-14) =>
  assert.ok(Math.abs(actual - expected) <= tolerance * Math.max(1, Math.abs(expected)), `${actual}, ${expected}`);
const refuses = (run: () => unknown, message: RegExp) => throws(run, FormatError, message);

test("erf and erfc have the values of Abramowitz and Stegun's table 7.1", () => {
  for (const [x, erf] of [
    [0.02, 0.0225645747],
    [0.5, 0.5204998778],
    [1, 0.8427007929],
    [2, 0.995322265],
  ] as const) {
    near(value("erf(x)", x), erf, 1e-10);
    near(value("erf(-x)", x), -erf, 1e-10);
    near(value("erfc(x)", x), 1 - erf, 1e-10);
  }
  near(value("dx(erf(k*x))", 0.3), (4 / Math.sqrt(Math.PI)) * Math.exp(-0.36));
});

test("if takes the branch whose comparison holds, heaviside and relu are 0 below 0, and ** is a power", () => {
  assert.is(value("if(x < 0.5 and t > 1, 3, x)", 0.2, 2), 3);
  assert.is(value("if(x < 0.5 and t > 1, 3, x)", 0.2, 0), 0.2);
  assert.is(value("dx(if(x < 0.5, x^2, 7*x))", 0.25), 0.5);
  assert.is(value("dx(if(x < 0.5, x^2, 7*x))", 0.75), 7);
  equalBy([-1, 0, 1], (x) => value("heaviside(x)", x), [0, 0.5, 1]);
  equalBy([-1, 2], (x) => value("relu(x)", x), [0, 2]);
  assert.is(value("-x**2**k", 3), -81);
  // What is not taken need not be finite.
  assert.is(value("if(x > 0, log(x), 0)", -1), 0);
  refuses(() => read("if(x, 1, 2)"), /not a comparison/);
  refuses(() => read("if(x < 1, 2)"), /takes 3 arguments, not 2/);
  const text = "if(x - 0.5 > 0, u_x, erf(u))";
  assert.is(toText(read(text), scope), text);
});

test("atan2 is the angle in (−π, π], and its slope that of the point that turns", () => {
  // biome-ignore format: a table
  const rows = [
    [1, 2], [1, -2], [-1, -2], [-1, 2], [3, 0], [-3, 0], [0, -1], [1e-9, -1],
  ] as const;
  for (const [y, x] of rows) {
    near(value(`atan2(${y}*(x + 1), ${x})`, 0), Math.atan2(y, x));
    near(value(`dx(atan2(${y} + x, ${x} - k*x))`, 0), (x + 2 * y) / (x * x + y * y));
    const [angle] = jetAlgebra(numberRing, slotSet(1, [])).call("atan2", [[y], [x]]);
    near(angle!, Math.atan2(y, x));
  }
  near(value("atan2(-0*x, -1)", 1), Math.PI);
  assert.is(toText(read("atan2(u_x, 1 + x)"), scope), "atan2(u_x, 1 + x)");
});

test("secants, cotangents, real cube roots and inverse sines have their values and slopes on both sides of 0", () => {
  // biome-ignore format: a table
  const rows = [
    ["sec(x)", (x: number) => 1 / Math.cos(x)], ["csc(x)", (x: number) => 1 / Math.sin(x)],
    ["cot(x)", (x: number) => 1 / Math.tan(x)], ["coth(x)", (x: number) => 1 / Math.tanh(x)], ["cbrt(x)", Math.cbrt],
    ["asin(x)", Math.asin], ["arcsin(x)", Math.asin], ["acos(x)", Math.acos], ["arccos(x)", Math.acos],
  ] as const;
  for (const [text, f] of rows) {
    for (const x of [-0.7, 0.3]) {
      near(value(text, x), f(x), 1e-14);
      const h = 1e-5;
      near(value(`dx(${text})`, x), (f(x + h) - f(x - h)) / (2 * h), 1e-7);
    }
  }
  near(value("asin(x)", 1), Math.PI / 2);
  near(value("acos(x)", -1), Math.PI);
});

test("what is written as elsewhere is read, or refused with what to write here", () => {
  const plane: Scope = { axes: ["x", "y"], time: undefined, unknowns: ["u", "v"], constants: [] };
  const laplacian = { kind: "laplacian", unknown: 0, axes: [0, 1] };
  assert.equal(read("Δu", plane), laplacian);
  assert.equal(read("Δ(u)", plane), laplacian);
  assert.equal(read("diff(u, x, 2, y)", plane), read("u_xxy", plane));
  assert.equal(read("d^3 u/dx^2dy", plane), read("u_xxy", plane));
  for (const [text, way] of [
    ["uxx + u_yy", /"uxx" is unknown; write u_xx/],
    ["vy", /"vy" is unknown; write v_y/],
    ["d2u/dy2", /"d2u" is unknown; write u_yy/],
    ["d^2*u", /"d" is unknown; write u_xx/],
    ["d^2u/dx^3", /orders of this derivative differ/],
    ["Δ u", /write lap\(u\)/],
    ["laplacian(u)", /no function "laplacian"; write lap\(u\)/],
    ["floor(x)", /no function "floor"; write jumps as if/],
    ["x mod 2", /"mod" is a reserved word; write what is periodic with sin/],
    ["if(not x < 1, 1, 2)", /turn the comparison round/],
    ["sin^2(x)", /sin is a function; write sin\(…\), and sin\(…\)\^2/],
    ["if(x < 1 || x > 2, 1, 2)", /write or between/],
    ["if(x < 1 && y < 1, 1, 2)", /write and/],
    ["x < 1 ? 1 : 2", /write if/],
    ["u/0", /u\/0 is a division by 0/],
    ["u_x/(2 - 2)", /division by 0/],
    ["diff(u, 2)", /no axis/],
  ] as const)
    refuses(() => read(text, plane), way);
  refuses(() => parseEquations("u_x == 1", plane, { unknowns: true }), /"==" has no meaning here; write one =/);
});

test("functions of one's own are formulas with their arguments put in: derivatives go through them", () => {
  const own = (parameters: string[], text: string, before = new Map<string, UserFunction>()): UserFunction => ({
    ...{ parameters, text, before },
    body: parseSyntax(text),
  });
  const g = own(["s"], "exp(-s^2/k)");
  const functions = new Map([
    ["g", g],
    ["flux", own([], "g(x)*u_x", new Map([["g", g]]))],
    ["mean", own(["a", "b"], "(a + b)/2")],
  ]);
  near(value("dx(g(3*x))", 0.2, 0, { functions }), -9 * 0.2 * Math.exp(-0.18));
  assert.is(value("mean(x, g(0))", 0.5, 0, { functions }), 0.75);
  assert.is(toText(read("flux", { functions }), scope), toText(read("exp(-x^2/k)*u_x"), scope));
  assert.is(toText(read("dx(flux)", { functions }), scope), toText(read("dx(exp(-x^2/k)*u_x)"), scope));
  refuses(() => read("g(x, t)", { functions }), /g takes 1 argument, not 2/);
  refuses(() => read("f", { functions: new Map([["f", own([], "f + 1")]]) }), /in f, "f" is unknown/);
  refuses(() => read("h(x)", { functions }), /no function "h".*"functions"/);
});

test("an integral is Gauss and Legendre's sum, exact for polynomials, with its variable in unknowns as well", () => {
  near(value("integral(s^7*x, s, 0, 2)", 3), 96);
  near(value("integral(exp(s - x), s, 0, x)", 1.5), 1 - Math.exp(-1.5));
  near(value("integral(integral(r*s, r, 0, s), s, 0, 1)", 0), 1 / 8);
  near(value("integral(sin(40*s), s, 0, 1, 64)", 0), (1 - Math.cos(40)) / 40);
  // ∫₀ˣ u(s, t) ds of u = s² t; its derivative along x is u(x, t).
  const exact = [read("x^2*t")];
  const at = (text: string, x: number, t: number) =>
    evaluate(substitution(exact, 2)(read(text)), numbers({ coordinates: [x, t], constants: { k: 2 } }));
  near(at("integral(u(s, t), s, 0, x)", 2, 5), 40 / 3);
  near(at("dx(integral(u(s, t), s, 0, x))", 2, 5), 20, 1e-13);
  near(at("integral(u_x(s, t)*u(x, s), s, 0, 1)", 2, 5), 40 / 3);
  refuses(() => read("integral(s, x, 0, 1)"), /x has a meaning already/);
  refuses(() => read("integral(s, s, 0, 1, 1000)"), /from 2 to 128/);
});

test("an integral is cut where its integrand has a kink or a jump along a line: piecewise polynomials stay exact", () => {
  const cases: readonly (readonly [text: string, exact: (x: number, t: number) => number])[] = [
    ["integral(abs(x - s), s, 0, 1)", (x) => (x ** 2 + (1 - x) ** 2) / 2],
    ["integral(abs((s - x)/k)*s, s, 0, 1)", (x) => (x ** 3 / 3 - x / 2 + 1 / 3) / 2],
    ["integral(max(x, 2*s), s, 0, 1)", (x) => x ** 2 / 4 + 1],
    ["integral(if(s < x, s*(1 - x), x*(1 - s)), s, 0, 1)", (x) => (x * (1 - x)) / 2],
    ["integral(heaviside(s - x), s, 0, 1)", (x) => 1 - x],
    ["integral(abs(s - 0.3), s, 1, 0)", () => -(0.09 + 0.49) / 2],
    [
      "integral(relu(s - x)*abs(t - s), s, 0, 1)",
      (x, t) => {
        // The antiderivative of (s − x)(s − t), which changes its sign at t.
        const f = (s: number) => s ** 3 / 3 - ((x + t) * s ** 2) / 2 + x * t * s;
        const cut = Math.min(1, Math.max(x, t));
        return f(1) - f(cut) - (f(cut) - f(x));
      },
    ],
    ["integral(integral(abs(s - r), r, 0, 1), s, 0, x)", (x) => (x ** 3 - (1 - x) ** 3 + 1) / 6],
  ];
  for (const [text, exact] of cases)
    for (const [x, t] of [
      [0.37, 0.8],
      [0.6, 0.2],
      [0, 1],
    ] as const) {
      near(value(text, x, t), exact(x, t));
      assert.is(toText(read(toText(read(text), scope)), scope), toText(read(text), scope));
    }
  // Outside of the interval, and at its end, there is nothing to cut.
  near(value("integral(abs(x - s), s, 0, 1)", 3), 2.5);
  near(value("integral(abs(x - s), s, 0, x)", 3), 4.5);
  near(value("dx(integral(abs(x - s), s, 0, 1))", 0.3), -0.4);
  const pieces = (text: string) => [...nodesOf(read(text))].filter(({ kind }) => kind === "quadrature").length;
  assert.equal(
    ["abs(x - s)", "abs(u(s, t) - s)", "abs(s^2 - x)", "abs(x)", "s"].map((f) =>
      pieces(`integral(${f}*u(s, t), s, 0, 1)`),
    ),
    [2, 1, 1, 1, 1],
  );
  assert.is(pieces("integral(abs(x - s)*u(s, t), s, 0, x)"), 1);
});

test("an unknown elsewhere is read, printed and differentiated; what may be a product without its sign is refused", () => {
  const text = "u_x(x - 1, k*t) + u(0, t)";
  assert.is(toText(read(text), scope), text);
  assert.is(toText(read("dt(u(x - 1, k*t))"), scope), "u_t(x - 1, k*t)*k");
  refuses(() => read("u(1 - u, t)"), /u is not a function; write u\*/);
  refuses(() => read("u(x)"), /u\(x, t\) for its value at another point/);
});

test("the normal is nx, ny in conditions, and no name elsewhere", () => {
  const e = read("nx*u_x", {}, { normal: true });
  assert.equal(
    [...nodesOf(e)].flatMap((n) => (n.kind === "data" ? [n.name] : [])),
    ["normal0"],
  );
  refuses(() => read("nx*u_x"), /belongs into conditions/);
  refuses(() => read("nt*u_x", {}, { normal: true }), /"nt" is unknown/);
});

test("even powers of |p| have no root, so that their slopes are finite where p is 0", () => {
  const waves: Scope = { ...scope, unknowns: ["pRe", "pIm"], complex: new Map([["p", [0, 1] as const]]) };
  for (const [text, power] of [
    ["abs(p)^2", 1],
    ["abs(p)**4", 2],
    ["square(abs(p))", 1],
  ] as const) {
    const e = parseExpression(text, waves, { unknowns: true });
    assert.not(
      [...nodesOf(e)].some((n) => n.kind === "call" && n.name === "sqrt"),
      text,
    );
    // |3 - 4i|² = 25.
    const value = evaluate(substitution([number(3), number(-4)], 2)(e), numbers({ coordinates: [0, 0] }));
    near(value, 25 ** power);
  }
  // Odd powers keep theirs.
  near(
    evaluate(
      substitution([number(3), number(-4)], 2)(parseExpression("abs(p)^3", waves, { unknowns: true })),
      numbers({ coordinates: [0, 0] }),
    ),
    125,
  );
});

test("equations between complex numbers are two between real ones, with the values that complex arithmetic gives", () => {
  const complex = new Map([["p", [0, 1] as const]]);
  const waves: Scope = { ...scope, unknowns: ["pRe", "pIm"], complex };
  const pairs = parseEquations("i*p_t + p_xx/2 + abs(p)^2*p = 0", waves, { unknowns: true });
  assert.is(pairs.length, 2);
  // The soliton sech(x)·exp(it/2): both parts of the residual vanish.
  const [re, im] = parseParts("sech(x)*exp(i*t/2)", waves, { unknowns: false });
  for (const [left] of pairs)
    near(evaluate(substitution([re, im], 2)(left), numbers({ coordinates: [0.7, 1.3] })), 0, 1e-15);
  const both = (text: string) =>
    parseParts(text, waves, { unknowns: false }).map((e) => evaluate(e, numbers({ coordinates: [0.5, 2] })));
  const check = (text: string, a: number, b: number) => {
    const [p, q] = both(text);
    near(p!, a);
    near(q!, b);
  };
  check("(1 + 2*i)/(3 - i)", 0.1, 0.7);
  check("(x + i*t)^3", 0.125 - 6, 1.5 - 8);
  check("conj(exp(i*t))*re(3 + i) + im(5*i)", 3 * Math.cos(2) + 5, -3 * Math.sin(2));
  check("cos(i*t)", Math.cosh(2), 0);
  check("abs(3 + 4*i)", 5, 0);
  refuses(() => parseEquations("abs(p) = tanh(p)", waves, { unknowns: true }), /tanh of a complex number/);
  refuses(() => parseExpression("x + i", waves, { unknowns: false }), /complex number where a real one/);
  refuses(() => read("i*u"), /"complex": \["psi"\]/);
});

test.run();
