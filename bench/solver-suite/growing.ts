/** Reactions, fronts and flows drawn by chance, in which errors may grow on the way; their truths are a program's of its own (`bench/peers/method_of_lines.py`). */
import { readFileSync } from "node:fs";
import { rng } from "../../engine/random/rng.ts";
import type { ConditionSpec, ProblemSpec } from "../../equations/problem/index.ts";
import { chance } from "./random.ts";
import type { SuiteProblem } from "./suite-problem.ts";

const kinds = ["saturating", "two states", "phases", "growth in places", "flow", "two species"] as const;

/** What is drawn: u_t = rate and a start of each unknown, with no flux through the faces, or around a circle. */
export interface Drawn {
  readonly axes: readonly string[];
  /** Of each axis. */
  readonly space: readonly [number, number];
  readonly end: number;
  readonly rates: Readonly<Record<string, string>>;
  readonly starts: Readonly<Record<string, string>>;
  readonly periodic: boolean;
}

function drawn(kind: (typeof kinds)[number], { among, between, scale }: ReturnType<typeof chance>): Drawn {
  const space = among([[-1, 1] as const, [0, 2] as const, [-5, 5] as const]);
  const extent = space[1] - space[0];
  const spread = Number((scale(3e-4, 1e-2) * extent ** 2).toPrecision(3));
  const bump = (size: number) =>
    `${size}*exp(-${scale(60, 300)}*((x - (${Number((space[0] + extent * between(0.35, 0.65)).toFixed(3))}))/${extent})^2)`;
  /** e-foldings of what grows, and its rate. */
  const [folds, rate] = [between(3, 12), scale(1, 10)];
  const end = Number((folds / rate).toFixed(3));
  const one = (term: string, start: string, periodic = false): Drawn => ({
    ...{ axes: ["x"], space, end, periodic },
    rates: { u: `${spread}*u_xx + ${term}` },
    starts: { u: start },
  });
  const wave = (m: number, size: number) => `${size}*cos(${m}*2*pi*(x - (${space[0]}))/${extent})`;
  switch (kind) {
    case "saturating":
      return one(`${rate}*u*(1 - u)`, among([bump(between(0.3, 1)), `${bump(0.5)} + ${bump(0.8)}`]));
    case "two states":
      return one(`${rate}*u*(1 - u)*(u - ${between(0.1, 0.45)})`, bump(1));
    case "phases":
      return one(`${rate}*(u - u^3)`, `${wave(1, between(0.2, 1))} + ${wave(among([2, 3]), between(-0.5, 0.5))}`, true);
    case "growth in places":
      return one(`${rate}*sin(${between(1, 4)}*x)*u - ${between(0, 1)}*u_x`, bump(1));
    case "flow":
      return one(`-${between(0.3, 1)}*u*u_x`, `${wave(1, 1)} + ${wave(2, between(-0.5, 0.5))}`, true);
    case "two species": {
      const [eats, dies] = [between(1, 3), between(0.2, 1)];
      return {
        ...{ axes: ["x"], space, end: between(2, 6), periodic: false },
        rates: {
          u: `${spread}*u_xx + u*(1 - u) - ${eats}*u*v/(1 + u)`,
          v: `${spread}*v_xx + ${eats}*u*v/(1 + u) - ${dies}*v`,
        },
        starts: { u: "1", v: bump(0.3) },
      };
    }
  }
}

/** A problem, and what a program needs that finds its truth. */
export type GrowingProblem = SuiteProblem & { readonly kind: string; readonly lines: object };

/** A problem of a number. */
export function growingProblem(number: number, truths?: string): GrowingProblem {
  const draw = chance(rng(number).split("growing problem"));
  const kind = draw.among(kinds);
  return drawnProblem(`growing-${number}`, kind, drawn(kind, draw), truths);
}

/** What is drawn as a text, with its truth from a folder. */
export function drawnProblem(name: string, kind: string, lines: Drawn, truths?: string): GrowingProblem {
  const { axes, space, end, rates, starts, periodic } = lines;
  const unknowns = Object.keys(rates);
  const faces = axes.map(
    (on): ConditionSpec =>
      periodic ? { type: "periodic", on } : { type: "neumann", on, equation: unknowns.map((u) => `${u}_n = 0`) },
  );
  const spec: ProblemSpec = {
    ...{ name, unknowns, domain: { ...Object.fromEntries(axes.map((axis) => [axis, space])), t: [0, end] } },
    equations: unknowns.map((u) => `${u}_t = ${rates[u]}`),
    conditions: [{ type: "initial", equation: unknowns.map((u) => `${u} = ${starts[u]}`) }, ...faces],
    allow: ["corner-mismatch"],
  };
  return {
    ...{ kind, spec, source: "drawn by chance; method of lines" },
    lines: { name, ...lines },
    truth() {
      if (truths === undefined) throw new Error("growing problems need --truths (bench/peers/method_of_lines.py)");
      const { points, values } = JSON.parse(readFileSync(`${truths}/${name}.json`, "utf8"));
      return { points: Float64Array.from(points), values: Float64Array.from(values), unknowns: unknowns.length };
    },
  };
}
