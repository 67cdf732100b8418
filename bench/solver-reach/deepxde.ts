/** Problems of the reach table as `bench/peers/deepxde_texts.py` reads them: residuals as Python. */
import type { Expression } from "../../equations/expression/index.ts";
import { render, type Style } from "../../equations/expression/index.ts";
import type { Problem } from "../../equations/problem/index.ts";

/** DeepXDE's time to the error of our worst seed, or its error after all of its time. */
export interface DeepxdeTime {
  readonly problem: string;
  readonly seed: number;
  readonly target: number;
  /** null where it is not finite. */
  readonly error: number | null;
  readonly seconds: number;
}

const call = (name: string, args: readonly string[]) => ({ text: `${name}(${args.join(", ")})`, rank: 4 }) as const;
const python: Style = {
  number: (value) => ({ text: value < 0 ? `(${value})` : String(value), rank: 4 }),
  name: (name) => name,
  data: (name) => ({ text: name, rank: 4 }),
  derivative: (unknown, factors) =>
    call(
      "diff",
      [unknown, ...factors.flatMap(({ axis, order }) => Array<string>(order).fill(axis))].map((name) => `"${name}"`),
    ),
  laplacian: (unknown) => call("lap", [`"${unknown}"`]),
  product: (a, b) => `${a}*${b}`,
  quotient: (a, b) => ({ text: `(${a.text})/(${b.text})`, rank: 2 }),
  power: (base, exponent) => ({ text: `(${base.text})**(${exponent.text})`, rank: 3 }),
  negative: (a) => ({ text: `-(${a.text})`, rank: 1 }),
  function: (name, args) =>
    call(
      name === "if" ? "where" : name,
      args.map(({ text }) => text),
    ),
  integral: () => {
    throw new Error("no problem of the table has an integral in its equations");
  },
  plus: " + ",
  minus: " - ",
  fence: (text) => `(${text})`,
  associative: false,
};

/** The problem as data, or undefined where DeepXDE has no form of it: constants to be found, and integrals of squares. */
export function deepxdeProblem(problem: Problem): Record<string, unknown> | undefined {
  const { name, axes, time, bounds, domain, unknowns, constants, trainable, equations, source, conditions } = problem;
  if (Object.keys(trainable).length > 0 || problem.observations.length > 0) return undefined;
  const text = (e: Expression) => render(e, { axes, unknowns }, python).text;
  const pressure = unknowns.length === 3 ? unknowns.indexOf("p") : -1;
  return {
    ...{ name, axes, time: time ?? null, bounds, domain, unknowns, constants },
    equations: equations.map(text),
    sources: (source ?? []).map(text),
    conditions: conditions.flatMap((c) =>
      c.kind === "periodic" ? [] : [{ kind: c.kind, on: c.on, residual: text(c.residual) }],
    ),
    periodic: conditions.flatMap((c) =>
      c.kind === "periodic"
        ? [{ axis: c.on.axis, unknowns: c.unknowns, orders: c.matched.length / c.unknowns.length }]
        : [],
    ),
    gauge: pressure < 0 ? null : pressure,
  };
}
