/** Problems of the reach table, kind by kind: texts with parameters drawn by chance, and what a classical code needs to solve them. */
import { type Rng, rng } from "../../engine/random/rng.ts";
import type { ConditionSpec, ProblemSpec } from "../../equations/problem/index.ts";
import type { TestSet } from "../../solvers/solution/evaluation.ts";
import { referenceProblem } from "../reference/catalogue.ts";
import { kinds as steady } from "../solver-elements/problems.ts";
import { inverseProblem } from "../solver-suite/inverse.ts";

/** A problem as plain data for `bench/peers/reach.py`: the name of a code, and its parameters. */
export interface Peer {
  readonly code: string;
  readonly [parameter: string]: unknown;
}

/** A text that was drawn, and a classical code for it; the truth is the text's `exact`, or what the code finds. */
export interface Drawn {
  readonly spec: Omit<ProblemSpec, "name">;
  readonly peer?: Peer;
  /** Points, weights and values of the truth where even points miss it. */
  readonly test?: TestSet;
  /** True constants, where they are to be found: these are judged instead of the solution. */
  readonly constants?: Readonly<Record<string, number>>;
}

/** One problem of a kind. */
export interface ReachProblem {
  readonly name: string;
  /** Relative L², or for constants that are to be found the number of standard deviations. */
  readonly goal: number;
  /** @defaultValue 6 */
  readonly seconds?: number;
  readonly draw: (random: Rng) => Drawn;
}

/** Problems with one title in the table. */
export interface ReachKind {
  readonly title: string;
  readonly problems: readonly ReachProblem[];
}

const between = (random: Rng, low: number, high: number) => low + (high - low) * random.uniform();
const power = (random: Rng, low: number, high: number) => 10 ** between(random, low, high);
/** A number of a published problem, changed by up to a tenth. */
const near = (random: Rng, value: number) => Number((value * between(random, 0.9, 1.1)).toPrecision(6));
const periodic = (...on: readonly string[]): ConditionSpec => ({ type: "periodic", on });
const wall = (equation: string | readonly string[], on: string): ConditionSpec => ({ type: "dirichlet", equation, on });
const free = (equation: string | readonly string[], on: string): ConditionSpec => ({ type: "neumann", equation, on });
const start = (equation: readonly string[]): ConditionSpec => ({ type: "initial", equation });

/** A system of ordinary equations as text, and for an integrator in Python. */
function ordinary(rates: Readonly<Record<string, string>>, starts: readonly number[], end: number): Drawn {
  const unknowns = Object.keys(rates);
  return {
    spec: {
      ...{ domain: { t: [0, end] }, unknowns, equations: unknowns.map((u) => `${u}_t = ${rates[u]}`) },
      conditions: [start(unknowns.map((u, k) => `${u} = ${starts[k]}`))],
    },
    peer: { code: "ordinary", rates, starts, end },
  };
}

function pleiades(random: Rng): Drawn {
  const [xs, ys] = [
    [3, 3, -1, -3, 2, -2, 2],
    [3, -3, 2, 0, 0, -4, 4],
  ];
  const stars = [1, 2, 3, 4, 5, 6, 7];
  const pull = (i: number, axis: string) =>
    stars
      .filter((j) => j !== i)
      .map((j) => `${j}*(${axis}${j} - ${axis}${i})/((x${i} - x${j})^2 + (y${i} - y${j})^2)^1.5`)
      .join(" + ");
  const axes = ["x", "y"] as const;
  const at = (axis: "x" | "y", i: number) => near(random, (axis === "x" ? xs : ys)[i - 1]!);
  const speed = { x6: 1.75, x7: -1.5, y4: -1.25, y5: 1 } as Readonly<Record<string, number>>;
  const places = axes.flatMap((axis) => stars.map((i) => [`${axis}${i}`, `v${axis}${i}`, at(axis, i)] as const));
  return ordinary(
    Object.fromEntries([
      ...places.map(([x, v]) => [x, v] as const),
      ...axes.flatMap((axis) => stars.map((i) => [`v${axis}${i}`, pull(i, axis)] as const)),
    ]),
    [...places.map(([, , x]) => x), ...places.map(([x]) => speed[x] ?? 0)],
    3,
  );
}

const stiff: ReachKind = {
  title: "ordinary systems, stiff ones and others",
  problems: [
    {
      name: "robertson",
      goal: 1e-5,
      draw: (random) => {
        const [a, b, c] = [near(random, 0.04), near(random, 1e4), near(random, 3e7)];
        const rates = { a: `-${a}*a + ${b}*b*c`, b: `${a}*a - ${b}*b*c - ${c}*b^2`, c: `${c}*b^2` };
        return ordinary(rates, [1, 0, 0], 100);
      },
    },
    {
      name: "hires",
      goal: 1e-5,
      draw: (random) => {
        const k = near(random, 280);
        return ordinary(
          {
            ...{ a: "-1.71*a + 0.43*b + 8.32*c + 0.0007", b: "1.71*a - 8.75*b", c: "-10.03*c + 0.43*d + 0.035*p" },
            ...{ d: "8.32*b + 1.71*c - 1.12*d", p: "-1.745*p + 0.43*q + 0.43*r" },
            ...{ q: `-${k}*q*s + 0.69*d + 1.71*p - 0.43*q + 0.69*r`, r: `${k}*q*s - 1.81*r`, s: `-${k}*q*s + 1.81*r` },
          },
          [1, 0, 0, 0, 0, 0, 0, near(random, 0.0057)],
          321.8122,
        );
      },
    },
    {
      name: "van-der-pol",
      goal: 1e-5,
      draw: (random) => {
        const mu = Number(power(random, 3, 4).toPrecision(5));
        const u = near(random, 2);
        return {
          spec: {
            ...{ domain: { t: [0, 2 * mu] }, equations: `u_tt = ${mu}*(1 - u^2)*u_t - u` },
            conditions: [start([`u = ${u}`, "u_t = 0"])],
          },
          peer: {
            ...{ code: "ordinary", rates: { u: "v", v: `${mu}*(1 - u^2)*v - u` }, starts: [u, 0], end: 2 * mu },
            judged: 1,
          },
        };
      },
    },
    {
      name: "oregonator",
      goal: 1e-5,
      draw: (random) => {
        const [s, q, w] = [near(random, 77.27), near(random, 8.375e-6), near(random, 0.161)];
        const rates = { a: `${s}*(b + a*(1 - ${q}*a - b))`, b: `(c - (1 + a)*b)/${s}`, c: `${w}*(a - c)` };
        return ordinary(rates, [1, 2, 3], 360);
      },
    },
    { name: "pleiades", goal: 1e-5, draw: pleiades },
    {
      name: "lorenz",
      goal: 1e-3,
      draw: (random) =>
        ordinary({ a: "10*(b - a)", b: "a*(28 - c) - b", c: "a*b - 8/3*c" }, [near(random, 1), 1, near(random, 1)], 20),
    },
  ],
};

/** Exact by even continuation, for Fourier codes. */
const noFlux = (unknowns: readonly string[], axes: readonly string[]) =>
  axes.map((axis) =>
    free(
      unknowns.map((u) => `${u}_n = 0`),
      axis,
    ),
  );

const parabolic: ReachKind = {
  title: "parabolic systems",
  problems: [
    {
      name: "fitzhugh-nagumo",
      goal: 1e-4,
      draw: (random) => {
        const [d, e, a] = [near(random, 1), near(random, 0.02), near(random, 0.1)];
        const [u, end] = [`1/(1 + exp((x - ${near(random, 8)})/0.8))`, 30];
        return {
          spec: {
            ...{ domain: { x: [0, 40], t: [0, end] }, unknowns: ["u", "v"] },
            equations: [`u_t = ${d}*u_xx + u*(1 - u)*(u - ${a}) - v`, `v_t = ${e}*(0.5*u - v)`],
            conditions: [start([`u = ${u}`, "v = 0"]), ...noFlux(["u", "v"], ["x"])],
          },
          peer: {
            ...{ code: "fourier", axes: [[0, 40]], mirror: true, end, nodes: 64, steps: 4 },
            starts: { u, v: "0*x" },
            linear: { u: `-${d}*k2`, v: `-${e}` },
            terms: { u: [["1", `u*(1 - u)*(u - ${a}) - v`]], v: [[`${0.5 * e}`, "u"]] },
          },
        };
      },
    },
    {
      name: "gray-scott",
      goal: 1e-4,
      draw: (random) => {
        const [f, k] = [near(random, 0.04), near(random, 0.06)];
        const [p, q] = [between(random, 0.4, 0.6), between(random, 0.4, 0.6)];
        const bump = `exp(-12*((sin(pi*(x - ${p})))^2 + (sin(pi*(y - ${q})))^2))`;
        const starts = { u: `1 - 0.5*${bump}`, v: `0.25*${bump}` };
        return {
          spec: {
            ...{ domain: { x: [0, 1], y: [0, 1], t: [0, 100] }, unknowns: ["u", "v"] },
            equations: [`u_t = 2e-4*lap(u) - u*v^2 + ${f}*(1 - u)`, `v_t = 1e-4*lap(v) + u*v^2 - ${f + k}*v`],
            conditions: [start([`u = ${starts.u}`, `v = ${starts.v}`]), periodic("x", "y")],
          },
          peer: {
            ...{
              code: "fourier",
              axes: [
                [0, 1],
                [0, 1],
              ],
              end: 100,
              nodes: 16,
              steps: 1,
              starts,
            },
            linear: { u: `-2e-4*k2 - ${f}`, v: `-1e-4*k2 - ${f + k}` },
            terms: { u: [["1", `${f} - u*v^2`]], v: [["1", "u*v^2"]] },
          },
        };
      },
    },
    {
      name: "cahn-hilliard",
      goal: 1e-4,
      draw: (random) => {
        const [e, a] = [near(random, 0.02), near(random, 0.3)];
        const u = `${a}*cos(2*pi*x) + 0.2*cos(6*pi*x)`;
        return {
          spec: {
            ...{ domain: { x: [0, 1], t: [0, 0.05] }, equations: `u_t = dx(dx(u^3 - u - ${e}^2*u_xx))` },
            conditions: [start([`u = ${u}`]), periodic("x")],
          },
          peer: {
            ...{ code: "fourier", axes: [[0, 1]], end: 0.05, nodes: 32, steps: 8, starts: { u } },
            ...{ linear: { u: `k2 - ${e}^2*k2^2` }, terms: { u: [["-k2", "u^3"]] } },
          },
        };
      },
    },
    {
      name: "allen-cahn",
      goal: 1e-4,
      draw: (random) => {
        const [e, a] = [near(random, 0.05), near(random, 0.6)];
        const u = `${a}*sin(2*pi*x)*cos(2*pi*y) + 0.2*cos(2*pi*(x - y))`;
        return {
          spec: {
            ...{ domain: { x: [0, 1], y: [0, 1], t: [0, 5] }, equations: `u_t = ${e}^2*lap(u) + u - u^3` },
            conditions: [start([`u = ${u}`]), periodic("x", "y")],
          },
          peer: {
            ...{
              code: "fourier",
              axes: [
                [0, 1],
                [0, 1],
              ],
              end: 5,
              nodes: 16,
              steps: 1,
              starts: { u },
            },
            ...{ linear: { u: `1 - ${e}^2*k2` }, terms: { u: [["-1", "u^3"]] } },
          },
        };
      },
    },
    {
      name: "fisher",
      goal: 1e-4,
      draw: (random) => {
        const [d, r] = [near(random, 0.01), near(random, 10)];
        const u = `exp(-80*(x - ${between(random, 0.2, 0.5)})^2)`;
        return {
          spec: {
            ...{ domain: { x: [0, 1], t: [0, 1] }, equations: `u_t = ${d}*u_xx + ${r}*u*(1 - u)` },
            conditions: [start([`u = ${u}`]), ...noFlux(["u"], ["x"])],
            allow: ["corner-mismatch"],
          },
          peer: {
            ...{ code: "fourier", axes: [[0, 1]], mirror: true, end: 1, nodes: 32, steps: 4, starts: { u } },
            ...{ linear: { u: `${r} - ${d}*k2` }, terms: { u: [[`-${r}`, "u^2"]] } },
          },
        };
      },
    },
  ],
};

const waves: ReachKind = {
  title: "waves, acoustics, Maxwell",
  problems: [
    {
      name: "wave-mixed-walls",
      goal: 1e-4,
      draw: (random) => {
        const c = between(random, 1, 2);
        const modes = [0.5, 1.5, 3.5, 6.5].map((n) => ({ n, size: between(random, -1, 1) }));
        const u = (time: string) =>
          modes.map(({ n, size }) => `${size}*sin(${n}*pi*x)${time && `*cos(${n * c}*pi*t)`}`).join(" + ");
        return {
          spec: {
            ...{ domain: { x: [0, 1], t: [0, 3] }, equations: `u_tt = ${c}^2*u_xx`, exact: u("t") },
            conditions: [start([`u = ${u("")}`, "u_t = 0"]), wall("u = 0", "x = 0"), free("u_n = 0", "x = 1")],
          },
          peer: {
            ...{ code: "walls", axes: [[0, 1]], end: 3, starts: { u: u(""), w: "0*x" } },
            rates: { u: "w", w: `${c}^2*d(d(u,0),0)` },
            walls: [
              ["u", 0, 0, "value"],
              ["u", 0, 1, "slope"],
            ],
          },
        };
      },
    },
    {
      name: "acoustics",
      goal: 1e-4,
      draw: (random) => {
        const [stiffness, density] = [between(random, 1, 3), between(random, 0.5, 2)];
        const c = Math.sqrt(stiffness / density);
        const modes = [1, 2, 5, 8].map((n) => ({ n, size: between(random, -1, 1) }));
        const p = (time: string) =>
          modes.map(({ n, size }) => `${size}*cos(${n}*pi*x)${time && `*cos(${n * c}*pi*t)`}`).join(" + ");
        const v = modes.map(({ n, size }) => `${size / density / c}*sin(${n}*pi*x)*sin(${n * c}*pi*t)`).join(" + ");
        return {
          spec: {
            ...{ domain: { x: [0, 1], t: [0, 2] }, unknowns: ["p", "v"], exact: [p("t"), v] },
            equations: [`p_t = -${stiffness}*v_x`, `v_t = -p_x/${density}`],
            conditions: [start([`p = ${p("")}`, "v = 0"]), wall("v = 0", "x")],
          },
          peer: {
            ...{ code: "walls", axes: [[0, 1]], end: 2, starts: { p: p(""), v: "0*x" } },
            rates: { p: `-${stiffness}*d(v,0)`, v: `-d(p,0)/${density}` },
            walls: [
              ["v", 0, 0, "value"],
              ["v", 0, 1, "value"],
            ],
          },
        };
      },
    },
    {
      name: "maxwell",
      goal: 1e-4,
      draw: (random) => {
        const modes = [
          [1, 1],
          [1, 2],
          [3, 2],
        ].map(([m, n]) => ({ m: m!, n: n!, w: Math.PI * Math.hypot(m!, n!), size: between(random, -1, 1) }));
        const sum = (f: (mode: (typeof modes)[number]) => string) => modes.map(f).join(" + ");
        const e = (time: string) =>
          sum(({ m, n, w, size }) => `${size}*sin(${m}*pi*x)*sin(${n}*pi*y)${time && `*cos(${w}*t)`}`);
        return {
          spec: {
            ...{ domain: { x: [0, 1], y: [0, 1], t: [0, 1] }, unknowns: ["E", "P", "Q"] },
            equations: ["E_t = Q_x - P_y", "P_t = -E_y", "Q_t = E_x"],
            exact: [
              e("t"),
              sum(({ m, n, w, size }) => `${(-size * n * Math.PI) / w}*sin(${m}*pi*x)*cos(${n}*pi*y)*sin(${w}*t)`),
              sum(({ m, n, w, size }) => `${(size * m * Math.PI) / w}*cos(${m}*pi*x)*sin(${n}*pi*y)*sin(${w}*t)`),
            ],
            conditions: [start([`E = ${e("")}`, "P = 0", "Q = 0"]), { type: "dirichlet", equation: "E = 0" }],
          },
          peer: {
            ...{
              code: "walls",
              axes: [
                [0, 1],
                [0, 1],
              ],
              end: 1,
              starts: { E: e(""), P: "0*x*y", Q: "0*x*y" },
            },
            rates: { E: "d(Q,0) - d(P,1)", P: "-d(E,1)", Q: "d(E,0)" },
            walls: [0, 1].flatMap((axis) => [0, 1].map((side) => ["E", axis, side, "value"])),
          },
        };
      },
    },
    {
      name: "wave-variable-speed",
      goal: 1e-4,
      draw: (random) => {
        // s = 1 + bx: s^(−1/2) sin(κ log s) is an eigenfunction of (s² u′)′.
        const b = between(random, 0.5, 2);
        const modes = [1, 2, 4].map((n) => ({ k: (n * Math.PI) / Math.log1p(b), size: between(random, -1, 1) }));
        const u = (time: string) =>
          modes
            .map(({ k, size }) => `${size}*sin(${k}*log(1 + ${b}*x))${time && `*cos(${b * Math.hypot(k, 0.5)}*t)`}`)
            .join(" + ");
        const speed = `(1 + ${b}*x)`;
        return {
          spec: {
            ...{ domain: { x: [0, 1], t: [0, 2] }, equations: `u_tt = dx(${speed}^2*u_x)` },
            exact: `(${u("t")})/sqrt${speed}`,
            conditions: [start([`u = (${u("")})/sqrt${speed}`, "u_t = 0"]), wall("u = 0", "x")],
          },
          peer: {
            ...{ code: "walls", axes: [[0, 1]], end: 2, starts: { u: `(${u("")})/sqrt${speed}`, w: "0*x" } },
            rates: { u: "w", w: `d(${speed}^2*d(u,0),0)` },
            walls: [
              ["u", 0, 0, "value"],
              ["u", 0, 1, "value"],
            ],
          },
        };
      },
    },
  ],
};

const dispersive: ReachKind = {
  title: "dispersive equations",
  problems: [
    {
      name: "kdv-two-solitons",
      goal: 1e-3,
      draw: (random) => {
        // u = 2 (log F)_xx with F = 1 + e^p + e^q + ((k − l)/(k + l))² e^(p + q)
        const [k, l] = [between(random, 1.2, 1.6), between(random, 0.7, 0.95)];
        const c = ((k - l) / (k + l)) ** 2;
        const [p, q] = [`exp(${k}*(x + 8))`, `exp(${l}*(x + 1))`];
        const f = `(1 + ${p} + ${q} + ${c}*${p}*${q})`;
        const fx = `(${k}*${p} + ${l}*${q} + ${(k + l) * c}*${p}*${q})`;
        const fxx = `(${k * k}*${p} + ${l * l}*${q} + ${(k + l) ** 2 * c}*${p}*${q})`;
        const u = `2*(${fxx}/${f} - (${fx}/${f})^2)`;
        return {
          spec: {
            ...{ domain: { x: [-20, 20], t: [0, 5] }, equations: "u_t + 6*u*u_x + u_xxx = 0" },
            ...{ conditions: [start([`u = ${u}`]), periodic("x")], allow: ["corner-mismatch"] },
          },
          peer: {
            ...{ code: "fourier", axes: [[-20, 20]], end: 5, nodes: 128, steps: 8, starts: { u } },
            ...{ linear: { u: "-ik^3" }, terms: { u: [["-3*ik", "u^2"]] } },
          },
        };
      },
    },
    {
      name: "nls-two-solitons",
      goal: 1e-3,
      draw: (random) => {
        const soliton = () => ({ a: between(random, 1, 1.5), v: between(random, 0.8, 1.5) });
        const [left, right] = [soliton(), soliton()];
        const part = (f: string) =>
          `${left.a}/cosh(${left.a}*(x + 4))*${f}(${left.v}*x) + ${right.a}/cosh(${right.a}*(x - 4))*${f}(-${right.v}*x)`;
        const starts = { u: part("cos"), v: part("sin") };
        return {
          spec: {
            ...{ domain: { x: [-12, 12], t: [0, 5] }, unknowns: ["u", "v"] },
            equations: ["u_t = -0.5*v_xx - (u^2 + v^2)*v", "v_t = 0.5*u_xx + (u^2 + v^2)*u"],
            conditions: [start([`u = ${starts.u}`, `v = ${starts.v}`]), periodic("x")],
            allow: ["corner-mismatch"],
          },
          peer: {
            ...{ code: "fourier", axes: [[-12, 12]], end: 5, nodes: 64, steps: 8, complex: true },
            starts: { h: `${starts.u} + 1j*(${starts.v})` },
            ...{ linear: { h: "-0.5j*k2" }, terms: { h: [["1j", "abs(h)^2*h"]] } },
          },
        };
      },
    },
    {
      name: "kuramoto-sivashinsky",
      goal: 1e-3,
      draw: (random) => {
        const u = `cos(x/16)*(1 + ${near(random, 1)}*sin(x/16))`;
        return {
          spec: {
            ...{ domain: { x: [0, "32*pi"], t: [0, 40] }, equations: "u_t = -u*u_x - u_xx - u_xxxx" },
            conditions: [start([`u = ${u}`]), periodic("x")],
          },
          peer: {
            ...{ code: "fourier", axes: [[0, 32 * Math.PI]], end: 40, nodes: 64, steps: 2, starts: { u } },
            ...{ linear: { u: "k2 - k2^2" }, terms: { u: [["-0.5*ik", "u^2"]] } },
          },
        };
      },
    },
  ],
};

const navierStokes = (Re: string) => [
  `u*u_x + v*u_y + p_x = lap(u)/${Re}`,
  `u*v_x + v*v_y + p_y = lap(v)/${Re}`,
  "u_x + v_y = 0",
];

/** A kind of `bench/solver-elements.ts` with a goal of its own, and a classical code. */
function ofSteady(name: string, goal: number, peer?: (spec: Omit<ProblemSpec, "name">) => Peer): ReachProblem {
  const draw = (random: Rng) => {
    const spec = steady.find((kind) => kind.name === name)!.draw(random);
    return { spec, ...(peer && { peer: peer(spec) }) };
  };
  return { name, goal, draw };
}

const cavity = (Re: number): ReachProblem => ({
  ...{ name: `cavity-${Re}`, goal: 1e-2, seconds: 60 },
  draw: () => ({
    spec: {
      ...{ domain: { x: [0, 1], y: [0, 1] }, unknowns: ["u", "v", "p"], equations: navierStokes(`${Re}`) },
      conditions: [wall("u = 1", "y = 1"), wall("u = 0", "y = 0"), wall("u = 0", "x"), "v = 0"],
      ...{ integrals: ["p = 0"], allow: ["corner-mismatch"] },
    },
    peer: { code: "cavity", Re },
  }),
});

const flows: ReachKind = {
  title: "flows in velocities and pressure",
  problems: [
    {
      name: "taylor-green",
      goal: 1e-4,
      draw: (random) => {
        const nu = near(random, 0.05);
        const decay = `exp(-${2 * nu}*t)`;
        return {
          spec: {
            ...{ domain: { x: [0, "2*pi"], y: [0, "2*pi"], t: [0, 2] }, unknowns: ["u", "v", "p"] },
            equations: navierStokes(`${1 / nu}`).map((text, k) => (k < 2 ? `${"uv"[k]}_t + ${text}` : text)),
            exact: [
              ...[`cos(x)*sin(y)*${decay}`, `-sin(x)*cos(y)*${decay}`],
              `-(cos(2*x) + cos(2*y))/4*exp(-${4 * nu}*t)`,
            ],
            conditions: [start(["u = cos(x)*sin(y)", "v = -sin(x)*cos(y)"]), periodic("x", "y")],
            integrals: ["p = 0 at every t"],
          },
          peer: { code: "vortex", nu, end: 2 },
        };
      },
    },
    ofSteady("kovasznay", 1e-4, ({ constants }) => ({ code: "kovasznay", Re: constants!["Re"] })),
    ofSteady("stokes", 1e-3),
    ofSteady("obstacle", 1e-3),
    ...[100, 400, 1000].map(cavity),
  ],
};

const box = (...sides: readonly (readonly [number, number])[]) => sides;
const square = box([0, 1], [0, 1]);
/** −a Δu + b·∇u + c u = source as a Sylvester equation, by Chebyshev collocation. */
const sylvester = (a: string, b: readonly [string, string], c: string) => (spec: Omit<ProblemSpec, "name">) => ({
  ...{ code: "sylvester", axes: square, constants: spec.constants, functions: spec.functions ?? {} },
  ...{ exact: spec.manufactured ?? spec.exact, a, b, c },
});

const local: ReachKind = {
  title: "layers, corners, incompatible data",
  problems: [
    ofSteady("outflow", 1e-3, sylvester("e", ["a", "b"], "0")),
    ofSteady("outflow-thin", 1e-3, sylvester("e", ["a", "b"], "0")),
    ofSteady("reaction", 1e-3, sylvester("e^2", ["0", "0"], "1")),
    ofSteady("interior", 1e-3, sylvester("1", ["0", "0"], "0")),
    ofSteady("corner", 1e-3, ({ constants }) => ({ code: "corner", constants })),
    {
      name: "cold-wall",
      goal: 1e-3,
      draw: (random) => {
        const d = near(random, 0.05);
        return {
          spec: {
            ...{ domain: { x: [0, 1], t: [0, 1] }, equations: `u_t = ${d}*u_xx`, exact: `erf(x/sqrt(${4 * d}*t))` },
            conditions: [start(["u = 1"]), wall("u = 0", "x = 0"), wall(`u = erf(1/sqrt(${4 * d}*t))`, "x = 1")],
            allow: ["corner-mismatch"],
          },
          peer: { code: "cooling", d, dimension: 1 },
        };
      },
    },
    {
      name: "quadrant",
      goal: 1e-3,
      draw: (random) => {
        const d = near(random, 0.05);
        const part = (x: string) => `erf(${x}/sqrt(${4 * d}*t))`;
        const exact = `${part("x")}*${part("y")}`;
        return {
          spec: {
            ...{ domain: { x: [0, 1], y: [0, 1], t: [0, 1] }, equations: `u_t = ${d}*lap(u)`, exact },
            conditions: [
              ...[start(["u = 1"]), wall("u = 0", "x = 0"), wall("u = 0", "y = 0")],
              ...[wall(`u = ${part("1")}*${part("y")}`, "x = 1"), wall(`u = ${part("x")}*${part("1")}`, "y = 1")],
            ],
            allow: ["corner-mismatch"],
          },
          peer: { code: "cooling", d, dimension: 2 },
        };
      },
    },
  ],
};

const smooth: ReachKind = {
  title: "steady and smooth, nonlinear, eigenvalues, fourth order",
  problems: [
    ofSteady("smooth", 1e-6, sylvester("1", ["0", "0"], "0")),
    ofSteady("helmholtz", 1e-6, sylvester("-1", ["0", "0"], "k^2")),
    ofSteady("plate", 1e-6, ({ constants, manufactured }) => ({ code: "plate", constants, exact: manufactured })),
    ofSteady("bratu", 1e-6, ({ constants, manufactured }) => ({ code: "bratu", constants, exact: manufactured })),
    ofSteady("minimal", 1e-6, ({ domain, exact }) => ({
      code: "minimal",
      half: (domain as unknown as { x: number[] }).x[1],
      exact,
    })),
    {
      name: "eigenvalue",
      goal: 1e-6,
      draw: (random) => {
        const g = near(random, 0.1);
        return {
          spec: {
            ...{ domain: { x: [-5, 5] }, equations: `-u_xx + (x^2 + ${g}*x^4)*u = lambda*u`, conditions: "u = 0" },
            ...{ trainable: { lambda: 1 }, integrals: ["u^2 = 1"], constants: { g } },
          },
          peer: { code: "eigenvalue", g },
        };
      },
    },
  ],
};

const dimensions: ReachKind = {
  title: "five and ten dimensions",
  problems: [
    {
      name: "five-d",
      goal: 1e-4,
      draw: (random) => {
        const waves = [0, 1].map(() => [1, 2, 3, 4, 5].map((k) => `${between(random, -1.5, 1.5)}*x${k}`).join(" + "));
        return {
          spec: {
            ...{ domain: { "x1..x5": [0, 1] }, equations: "-lap(u) + u = source", conditions: "exact" },
            manufactured: `sin(${waves[0]}) + 0.5*cos(${waves[1]})`,
          },
        };
      },
    },
    {
      ...{ name: "ten-d", goal: 1e-3, seconds: 60 },
      draw: (random) => {
        const waves = [0, 1].map(() =>
          Array.from({ length: 10 }, (_, k) => `${between(random, -1, 1)}*x${k + 1}`).join(" + "),
        );
        return {
          spec: {
            ...{ domain: { "x1..x10": [0, 1] }, equations: "-lap(u) + u = source", conditions: "exact" },
            manufactured: `sin(${waves[0]}) + 0.5*cos(${waves[1]})`,
          },
        };
      },
    },
    {
      ...{ name: "gaussian-10d-off-centre", goal: 5e-4, seconds: 120 },
      // Of 4 000 even points in ten dimensions none lies in the bump.
      draw: () => {
        const { spec, testSet } = referenceProblem("gaussian-10d-off-centre");
        return { spec, test: testSet(rng(1)) };
      },
    },
  ],
};

const inverse: ReachKind = {
  title: "constants from noisy observations, in standard deviations",
  problems: [
    {
      name: "inverse-fisher",
      goal: 2,
      draw: (random) => {
        const [d, r, sigma] = [near(random, 0.015), near(random, 2.3), 0.01];
        const u = "0.1 + 0.4*(sin(pi*x))^2";
        return {
          spec: {
            ...{ domain: { x: [0, 1], t: [0, 1.5] }, equations: "u_t = D*u_xx + r*u*(1 - u)" },
            ...{ trainable: { D: 0.1, r: 1 } },
            conditions: [start([`u = ${u}`]), ...noFlux(["u"], ["x"])],
          },
          peer: {
            ...{ code: "fourier", axes: [[0, 1]], mirror: true, end: 1.5, nodes: 32, steps: 4, starts: { u } },
            ...{ linear: { u: `${r} - ${d}*k2` }, terms: { u: [[`-${r}`, "u^2"]] }, observed: sigma },
          },
          constants: { D: d, r },
        };
      },
    },
    ...[0, 1, 2].map(
      (k): ReachProblem => ({
        name: `inverse-drawn-${k}`,
        goal: 2,
        draw: (random) => {
          const { spec, constants } = inverseProblem(1000 + Math.floor(random.uniform() * 1e6));
          return { spec, constants };
        },
      }),
    ),
  ],
};

/** Kinds in the order of the table. */
export const reachKinds: readonly ReachKind[] = [
  ...[stiff, parabolic, waves, dispersive, flows, local, smooth, dimensions, inverse],
];

/** What is drawn of a problem: the table's numbers, or others to develop on. */
export const drawnFor = ({ draw, name }: ReachProblem, development?: string): Drawn =>
  draw(rng(0).split(development === undefined ? `reach ${name}` : `reach ${name}, development ${development}`));
