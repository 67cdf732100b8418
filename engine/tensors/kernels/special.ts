/**
 * Lowering of transcendental functions. ONNX Runtime has them in float32 at most, and some of those lose digits near
 * zero, so both precisions share one composition of exp, log, sqrt and rational approximations.
 */
import { erfCoefficients } from "../../numerics/special.ts";
import type { Graph, Value } from "../graph.ts";
import { lower } from "../trace.ts";
import { bi, elementwise, expm1, log1p } from "./elementwise.ts";

const un = (g: Graph, operator: string, x: Value) => g.op(operator, [x], x.shape, x.type);
const add = (g: Graph, a: Value, b: Value | number) => bi(g, "Add", a, typeof b === "number" ? g.scalar(b) : b);
const mul = (g: Graph, a: Value, b: Value | number) => bi(g, "Mul", a, typeof b === "number" ? g.scalar(b) : b);
const less = (g: Graph, a: Value, b: number) => bi(g, "Less", a, g.scalar(b), "bool");
const choose = (g: Graph, condition: Value, a: Value, b: Value) =>
  g.op("Where", [condition, a, b], condition.shape, "float");

/** Σ cₖ xᵏ, highest coefficient first. */
function polynomial(g: Graph, x: Value, coefficients: readonly number[]): Value {
  const [first, second, ...rest] = coefficients as [number, number, ...number[]];
  return rest.reduce((sum, c) => add(g, mul(g, sum, x), c), add(g, mul(g, x, first), second));
}

/** f(|x|) with the sign of x. */
const odd = (g: Graph, x: Value, f: (magnitude: Value) => Value) => mul(g, f(un(g, "Abs", x)), un(g, "Sign", x));

/** atan of t ≥ 0, ∞ included: reciprocal above 1, two half angles, then the series, for |t| < tan(π/16) ≈ 0.199. */
function atanPositive(g: Graph, t: Value): Value {
  const large = bi(g, "Greater", t, g.scalar(1), "bool");
  const half = (v: Value) => bi(g, "Div", v, add(g, un(g, "Sqrt", add(g, mul(g, v, v), 1)), 1));
  const small = half(half(choose(g, large, un(g, "Reciprocal", t), t)));
  const terms = g.precision === "float64" ? 12 : 6;
  const series = Array.from({ length: terms }, (_, i) => {
    const k = terms - 1 - i;
    return (k % 2 === 0 ? 1 : -1) / (2 * k + 1);
  });
  const angle = mul(g, mul(g, small, polynomial(g, mul(g, small, small), series)), 4);
  return choose(g, large, bi(g, "Sub", g.scalar(Math.PI / 2), angle), angle);
}

const atan = (g: Graph, x: Value): Value => odd(g, x, (t) => atanPositive(g, t));

type Rational = readonly [p: readonly number[], q: readonly number[]];
const quotient = (g: Graph, x: Value, [p, q]: Rational) => bi(g, "Div", polynomial(g, x, p), polynomial(g, x, q));

function erf(g: Graph, x: Value): Value {
  if (g.precision === "float32") return un(g, "Erf", x);
  const y = un(g, "Abs", x);
  const near = mul(g, x, quotient(g, bi(g, "Min", mul(g, x, x), g.scalar(0.25)), erfCoefficients.near));
  // erfc(y) = exp(−y²) R(y); beyond 6 it is below half a unit in the last place of 1.
  const clamped = bi(g, "Min", y, g.scalar(6));
  const tail = mul(
    g,
    un(g, "Exp", un(g, "Neg", mul(g, clamped, clamped))),
    quotient(g, clamped, erfCoefficients.middle),
  );
  const far = mul(g, bi(g, "Sub", g.scalar(1), tail), un(g, "Sign", x));
  return choose(g, less(g, y, 0.46875), near, far);
}

/** asinh x = log1p(x + x²/(1 + √(1 + x²))) for x ≥ 0; log x + log 2 where x² would swamp the one. */
function asinhPositive(g: Graph, x: Value): Value {
  const big = bi(g, "Greater", x, g.scalar(g.precision === "float64" ? 1e9 : 1e5), "bool");
  const v = choose(g, big, g.scalar(1), x);
  const root = un(g, "Sqrt", add(g, mul(g, v, v), 1));
  const y = log1p(g, add(g, v, bi(g, "Div", mul(g, v, v), add(g, root, 1))));
  return choose(g, big, add(g, un(g, "Log", choose(g, big, x, g.scalar(1))), Math.LN2), y);
}

/** acosh x = log1p(t + √(t(t + 2))), t = x − 1. */
function acosh(g: Graph, x: Value): Value {
  const big = bi(g, "Greater", x, g.scalar(g.precision === "float64" ? 1e9 : 1e5), "bool");
  const t = add(g, choose(g, big, g.scalar(1), x), -1);
  const y = log1p(g, add(g, t, un(g, "Sqrt", mul(g, t, add(g, t, 2)))));
  return choose(g, big, add(g, un(g, "Log", choose(g, big, x, g.scalar(1))), Math.LN2), y);
}

/** sinh x = (E + E/(E + 1))/2 with E = expm1 x, below 1; half the difference of exponentials above. */
function sinhPositive(g: Graph, x: Value): Value {
  const e = expm1(g, bi(g, "Min", x, g.scalar(1)));
  const low = mul(g, add(g, e, bi(g, "Div", e, add(g, e, 1))), 0.5);
  const high = mul(g, bi(g, "Sub", un(g, "Exp", x), un(g, "Exp", un(g, "Neg", x))), 0.5);
  return choose(g, less(g, x, 1), low, high);
}

const seluScale = 1.0507009873554805;
const seluAlpha = 1.6732632423543772;

const emitters: Readonly<Record<string, (g: Graph, x: Value) => Value>> = {
  Erf: erf,
  Atan: atan,
  // asin x = 2 atan(x/(1 + √(1 − x²))) and acos x = 2 atan √((1 − x)/(1 + x)).
  Asin: (g, x) => {
    const root = un(g, "Sqrt", mul(g, bi(g, "Sub", g.scalar(1), x), add(g, x, 1)));
    return mul(g, atan(g, bi(g, "Div", x, add(g, root, 1))), 2);
  },
  Acos: (g, x) => mul(g, atanPositive(g, un(g, "Sqrt", bi(g, "Div", bi(g, "Sub", g.scalar(1), x), add(g, x, 1)))), 2),
  Sinh: (g, x) => odd(g, x, (t) => sinhPositive(g, t)),
  Asinh: (g, x) => odd(g, x, (t) => asinhPositive(g, t)),
  Acosh: acosh,
  Atanh: (g, x) => odd(g, x, (t) => mul(g, log1p(g, bi(g, "Div", mul(g, t, 2), bi(g, "Sub", g.scalar(1), t))), 0.5)),
  Selu: (g, x) =>
    choose(
      g,
      less(g, x, 0),
      mul(g, expm1(g, bi(g, "Min", x, g.scalar(0))), seluScale * seluAlpha),
      mul(g, x, seluScale),
    ),
};

export function registerSpecial(): void {
  for (const [kernel, emit] of Object.entries(emitters)) {
    lower(kernel, ({ graph, named }) => {
      const x = named["x"]!;
      return { ...x, value: emit(graph, x.value) };
    });
  }
  lower("Atan2", ({ graph: g, named }) =>
    elementwise(g, [named["a"]!, named["b"]!], ([y, x], shape) => {
      const zero = g.scalar(0);
      const [ay, ax] = [un(g, "Abs", y!), un(g, "Abs", x!)];
      const origin = bi(g, "Equal", bi(g, "Max", ay, ax), zero, "bool");
      const ratio = bi(g, "Div", ay, ax);
      const angle = atanPositive(g, g.op("Where", [origin, zero, ratio], shape, "float"));
      const turned = choose(g, less(g, x!, 0), bi(g, "Sub", g.scalar(Math.PI), angle), angle);
      return g.op("Where", [less(g, y!, 0), un(g, "Neg", turned), turned], shape, "float");
    }),
  );
}
