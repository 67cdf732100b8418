/** Problems drawn by chance at which a solver may be wrong and not know it, with formulas as truths; some have no solution, or many. */
import { rng } from "../../engine/random/rng.ts";
import type { ProblemSpec } from "../../equations/problem/index.ts";
import type { TestSet } from "../../solvers/solution/evaluation.ts";
import { atPoints } from "../reference/reference-problem.ts";
import { chance } from "./random.ts";
import { formula } from "./suite-problem.ts";
import { fieldKinds } from "./treacherous-fields.ts";
import { type Chance, type Drawn, integralAcross, on, start } from "./treacherous-parts.ts";
import { shapeKinds } from "./treacherous-shapes.ts";

/** A problem, and its truth where it has exactly one. */
export interface TreacherousProblem {
  readonly kind: Kind;
  readonly spec: ProblemSpec;
  /** Undefined where there is no solution, or not one alone: no answer may be believed. */
  readonly truth?: () => TestSet;
}

/** Dawson's integral D(x) = e^(−x²) ∫₀ˣ e^(t²) dt, by 1 − 2 x D(x): its series, or its asymptotic one. */
function oneLessTwiceDawson(x: number): number {
  if (Math.abs(x) < 6) {
    // e^(x²) D(x) = Σ x^(2n+1)/(n! (2n+1)).
    let [term, sum] = [x, x];
    for (let n = 1; n < 300; n++) {
      term *= (x * x) / n;
      sum += term / (2 * n + 1);
    }
    return 1 - 2 * x * Math.exp(-x * x) * sum;
  }
  let [term, sum] = [1, 0];
  for (let n = 1; n < 25; n++) {
    term *= (2 * n - 1) / (2 * x * x);
    sum -= term;
  }
  return sum;
}

/** ε y″ + a(x) y′ + b y = source, y a wave with a layer at the ends or inside. */
function smallParameter({ among, between, scale }: Chance): Drawn {
  const eps = scale(1e-6, 1e-1);
  const [k, shift, size] = [between(0.5, 6), between(0, 3), between(0.3, 2)];
  const inner = among(["left", "inside", "none"]);
  const place = between(-0.6, 0.6);
  const width = inner === "left" ? eps : Math.sqrt(eps);
  const [text, value] =
    inner === "left"
      ? [`exp(-(x + 1)/${width})`, (x: number) => Math.exp(-(x + 1) / width)]
      : inner === "inside"
        ? [`tanh((x - (${place}))/${width})`, (x: number) => Math.tanh((x - place) / width)]
        : ["0", () => 0];
  const slope = among([`${between(0.5, 2)}`, `(x - (${place}))`, `-(x - (${place}))`, `(1 + x^2)`]);
  const reaction = among(["", ` - ${between(0.2, 4)}*y`]);
  return {
    spec: {
      ...{ domain: { x: [-1, 1] }, unknowns: ["y"], conditions: "exact" },
      equations: `${eps}*y_xx + ${slope}*y_x${reaction} = source`,
      manufactured: `${size}*sin(${k}*x + ${shift}) + ${text}`,
    },
    truth: formula([-1], [1], ([x]) => size * Math.sin(k * x! + shift) + value(x!)),
  };
}

/** ε y″ − k (x − s) (y′ − y/(x − s)) = 0, whose small solutions inside are all but free (Cash 35 and its kind). */
function turningResonance({ between, scale }: Chance): Drawn {
  const [eps, k, s] = [scale(1e-3, 0.3), between(0.5, 3), between(-0.2, 0.2)];
  const [a, b] = [between(-2, 2), between(-2, 2)];
  const [low, high] = [-1, 1];
  // With ξ = (x − s) √(k/ε): y₁ = ξ, y₂ = e^(ξ²/2) (1 − √2 ξ D(ξ/√2)).
  const xi = (x: number) => (x - s) * Math.sqrt(k / eps);
  const most = Math.max(xi(low) ** 2, xi(high) ** 2) / 2;
  const second = (x: number) => Math.exp(xi(x) ** 2 / 2 - most) * oneLessTwiceDawson(xi(x) / Math.SQRT2);
  const determinant = xi(low) * second(high) - xi(high) * second(low);
  const p = (a * second(high) - b * second(low)) / determinant;
  const q = (xi(low) * b - xi(high) * a) / determinant;
  return {
    spec: {
      ...{ domain: { x: [low, high] }, unknowns: ["y"] },
      equations: `${eps}*y_xx - ${k}*(x - (${s}))*y_x + ${k}*y = 0`,
      conditions: [on(`y = ${a}`, `x = ${low}`), on(`y = ${b}`, `x = ${high}`)],
    },
    truth: formula([low], [high], ([x]) => p * xi(x!) + q * second(x!)),
  };
}

/** u″ + λ u = f near an eigenvalue of its conditions, in one axis or two. */
function nearEigenvalue({ among, between, scale }: Chance): Drawn {
  const n = among([1, 2, 3, 5]);
  const away = among([-1, 1]) * scale(1e-5, 1e-1);
  if (among([true, false])) {
    const w = n * Math.PI * (1 + away);
    const [p, q] = [between(-1, 1), between(0.5, 2)];
    return {
      spec: {
        ...{ domain: { x: [0, 1] } },
        equations: `u_xx + (${n}*pi*(1 + (${away})))^2*u = 0`,
        conditions: [on(`u = ${p}`, "x = 0"), on(`u = ${q}`, "x = 1")],
      },
      truth: formula([0], [1], ([x]) => (p * Math.sin(w * (1 - x!)) + q * Math.sin(w * x!)) / Math.sin(w)),
    };
  }
  const c = between(0.5, 2);
  const size = c / (2 * Math.PI ** 2 * n ** 2 * ((1 + away) ** 2 - 1));
  return {
    spec: {
      ...{ domain: { x: [0, 1], y: [0, 1] } },
      equations: `lap(u) + 2*(${n}*pi*(1 + (${away})))^2*u = ${c}*sin(${n}*pi*x)*sin(${n}*pi*y)`,
      conditions: [{ type: "dirichlet", equation: "u = 0" }],
    },
    truth: formula([0, 0], [1, 1], ([x, y]) => size * Math.sin(n * Math.PI * x!) * Math.sin(n * Math.PI * y!)),
  };
}

/** Starts from which rounding grows: the decaying one of two exponentials, or a moving equilibrium that repels. */
function unstableStart({ among, between, scale }: Chance): Drawn {
  const growth = scale(2, 80);
  const end = among([1, 2, 3]);
  const [size, k] = [between(0.5, 2), between(0.5, 5)];
  const rate = Number(growth.toFixed(0));
  return among<() => Drawn>([
    () => ({
      spec: {
        ...{ domain: { t: [0, end] }, equations: `u_tt = ${rate ** 2}*u` },
        conditions: [start(`u = ${size}`, `u_t = -${rate}*${size}`)],
      },
      truth: formula([0], [end], ([t]) => size * Math.exp(-rate * t!)),
    }),
    () => ({
      spec: {
        ...{ domain: { t: [0, end] }, equations: `u_t = ${rate}*(u - sin(${k}*t)) + ${k}*cos(${k}*t)` },
        conditions: [start("u = 0")],
      },
      truth: formula([0], [end], ([t]) => Math.sin(k * t!)),
    }),
    () => ({
      spec: {
        ...{ domain: { t: [0, end] }, unknowns: ["u", "v"] },
        equations: [`u_t = ${rate - 1}*u + ${rate}*v`, `v_t = ${rate}*u + ${rate - 1}*v`],
        conditions: [start(`u = ${size}`, `v = -${size}`)],
      },
      truth: formula([0], [end], ([t]) => [size * Math.exp(-t!), -size * Math.exp(-t!)]),
    }),
  ])();
}

/** Fast decay onto a slow solution, linear and nonlinear, and waves of many periods. */
function stiffStart({ among, between, scale }: Chance): Drawn {
  const rate = scale(1e2, 1e7);
  const [k, size, end] = [between(0.5, 4), between(-2, 2), among([1, 3, 10])];
  return among<() => Drawn>([
    () => ({
      spec: {
        ...{ domain: { t: [0, end] }, equations: `u_t = -${rate}*(u - cos(${k}*t)) - ${k}*sin(${k}*t)` },
        conditions: [start(`u = 1 + (${size})`)],
      },
      truth: formula([0], [end], ([t]) => Math.cos(k * t!) + size * Math.exp(-rate * t!)),
    }),
    () => ({
      spec: {
        ...{ domain: { t: [0, end] }, equations: `u_t = -${rate}*(u^3 - cos(${k}*t)^3) - ${k}*sin(${k}*t)` },
        conditions: [start("u = 1")],
      },
      truth: formula([0], [end], ([t]) => Math.cos(k * t!)),
    }),
    () => {
      const w = Number((10 * k).toFixed(2));
      return {
        spec: {
          ...{ domain: { t: [0, end] }, equations: `u_tt = -${w}^2*u` },
          conditions: [start("u = 1", `u_t = ${size}`)],
        },
        truth: formula([0], [end], ([t]) => Math.cos(w * t!) + (size / w) * Math.sin(w * t!)),
      };
    },
  ])();
}

/** Differential-algebraic equations of index 1 and 2 with starts that fit. */
function algebraic({ among, between, scale }: Chance): Drawn {
  const [k, c, end] = [between(0.5, 4), between(0.3, 3), among([1, 2, 5])];
  const rate = scale(1, 1e4);
  return among<() => Drawn>([
    () => ({
      spec: {
        ...{ domain: { t: [0, end] }, unknowns: ["u", "v"] },
        equations: [`u_t = -${c}*u + v`, `v = sin(${k}*t) - u^2*0`],
        conditions: [start("u = 0")],
      },
      // u = (c sin kt − k cos kt + k e^(−ct))/(c² + k²).
      truth: formula([0], [end], ([t]) => {
        const s = Math.sin(k * t!);
        return [(c * s - k * Math.cos(k * t!) + k * Math.exp(-c * t!)) / (c * c + k * k), s];
      }),
    }),
    () => ({
      spec: {
        ...{ domain: { t: [0, end] }, unknowns: ["u", "v"] },
        equations: ["u_t = v", `u = ${c}*sin(${k}*t)`],
        conditions: [start("u = 0", `v = ${c}*${k}`)],
      },
      truth: formula([0], [end], ([t]) => [c * Math.sin(k * t!), c * k * Math.cos(k * t!)]),
    }),
    () => ({
      spec: {
        ...{ domain: { t: [0, end] }, unknowns: ["u", "v", "w"] },
        equations: [
          `u_t = -${c}*u`,
          `v_t = ${c}*u - ${rate}*v + ${rate}*sin(t) + cos(t) - ${c}*exp(-${c}*t)`,
          "u + v + w = 1",
        ],
        conditions: [start("u = 1", "v = 0")],
      },
      truth: formula([0], [end], ([t]) => {
        const [u, v] = [Math.exp(-c * t!), Math.sin(t!)];
        return [u, v, 1 - u - v];
      }),
    }),
  ])();
}

/** Starts that contradict the algebraic equations, and pencils that are singular. */
function wrongStart({ among, between }: Chance): Drawn {
  const [k, off, end] = [between(0.5, 4), among([-1, 1]) * between(0.05, 2), among([1, 2])];
  const domain = { t: [0, end] as const };
  return among<() => Drawn>([
    () => ({
      spec: {
        ...{ domain, unknowns: ["u", "v"], equations: ["u_t = v", `u = sin(${k}*t)`] },
        conditions: [start("u = 0", `v = ${k} + (${off})`)],
      },
    }),
    () => ({
      spec: {
        ...{ domain, unknowns: ["u", "v"], equations: ["u_t = v", `u = cos(${k}*t)`] },
        conditions: [start(`u = 1 + (${off})`)],
      },
    }),
    () => ({
      spec: {
        ...{ domain, unknowns: ["u", "v"], equations: [`u_t = -u + v`, `v = u + cos(${k}*t)`] },
        conditions: [start("u = 1", `v = 2 + (${off})`)],
      },
    }),
    () => ({
      spec: {
        ...{ domain, unknowns: ["u", "v"], equations: [`u_t + ${k}*v_t = ${k}`, `u + ${k}*v = ${k}*t`] },
        conditions: [start("u = 0", "v = 0")],
      },
    }),
    () => ({
      spec: {
        ...{ domain, unknowns: ["u", "v", "w"] },
        equations: [`u_t = ${k}*w`, `v_t = -w + cos(t)`, `u + ${k}*v = ${k}*sin(t)`],
        conditions: [start("u = 0", `v = ${off}`)],
      },
    }),
  ])();
}

/** Resonance, free constants, singular starts and right sides without a slope: many solutions, or none. */
function notOne({ among, between }: Chance): Drawn {
  const n = among([1, 2, 3]);
  const [c, p] = [between(0.3, 3), between(0.5, 2)];
  const line = { x: [0, 1] as const };
  return among<() => Drawn>([
    () => ({
      spec: {
        ...{ domain: line, equations: `u_xx + (${n}*pi)^2*u = 0` },
        conditions: [on(`u = ${p}`, "x = 0"), on(`u = ${n % 2 ? -p : p}`, "x = 1")],
      },
    }),
    () => ({
      spec: {
        ...{ domain: line, equations: `u_xx + (${n}*pi)^2*u = ${c}*sin(${n + 1}*pi*x)` },
        conditions: [on("u = 0", "x = 0"), on("u = 0", "x = 1")],
      },
    }),
    () => ({
      spec: {
        ...{ domain: line, equations: `u_xx + (${n}*pi)^2*u = ${c}*sin(${n}*pi*x)` },
        conditions: [on("u = 0", "x = 0"), on("u = 0", "x = 1")],
      },
    }),
    () => ({
      spec: {
        ...{
          domain: { x: [0, 1], y: [0, 1] },
          equations: `lap(u) + ${n ** 2 + 1}*pi^2*u = ${c}*sin(${n + 1}*pi*x)*sin(pi*y)`,
        },
        conditions: [{ type: "dirichlet", equation: "u = 0" }],
      },
    }),
    () => ({
      spec: {
        ...{ domain: line, allow: ["missing-condition"], conditions: [] },
        equations: `u = ${2 * n + 1}*integral((x*s)^${n}*u(s), s, 0, 1)`,
      },
    }),
    () => ({ spec: { domain: { t: [0, 1] }, equations: `t*u_t = ${n}*u`, conditions: [start("u = 0")] } }),
    () => ({ spec: { domain: { t: [0, 1] }, equations: `t*u_t = ${c} - u`, conditions: [start(`u = ${c + p}`)] } }),
    () => ({
      spec: {
        domain: { t: [0, 2] },
        equations: `u_t = ${c}*abs(u)^(${among(["1/2", "1/3", "2/3"])})`,
        conditions: [start("u = 0")],
      },
    }),
    () => ({ spec: { domain: { t: [0, 1] }, equations: "u = t*u_t + u_t^2", conditions: [start(`u = ${p}`)] } }),
  ])();
}

/** Heat and waves that begin with many half waves, on a line and in a plane. */
function fastStart({ among, between, scale }: Chance): Drawn {
  const [m, n] = [Math.round(scale(4, 32)), among([1, 2, 3])];
  const end = among([0.5, 1, 2]);
  const decay = between(0.1, 2);
  const a = decay / (m * Math.PI) ** 2;
  const kind = among(["heat", "heat in a plane", "heat in a plane", "wave"]);
  if (kind === "heat in a plane") {
    const b = between(0.05, 0.5) / (n * Math.PI) ** 2;
    const rate = decay + b * (n * Math.PI) ** 2;
    return {
      spec: {
        ...{ domain: { x: [0, 1], y: [0, 1], t: [0, end] } },
        equations: `u_t = ${a}*u_xx + ${b}*u_yy`,
        conditions: [start(`u = sin(${m}*pi*x)*sin(${n}*pi*y)`), on("u = 0", "x"), on("u = 0", "y")],
      },
      truth: formula(
        [0, 0, 0],
        [1, 1, end],
        ([x, y, t]) => Math.sin(m * Math.PI * x!) * Math.sin(n * Math.PI * y!) * Math.exp(-rate * t!),
      ),
    };
  }
  if (kind === "wave") {
    const c = between(0.2, 1);
    return {
      spec: {
        ...{ domain: { x: [0, 1], t: [0, end] }, equations: `u_tt = ${c}^2*u_xx` },
        conditions: [start(`u = sin(${m}*pi*x)`, "u_t = 0"), on("u = 0", "x")],
      },
      truth: formula([0, 0], [1, end], ([x, t]) => Math.sin(m * Math.PI * x!) * Math.cos(c * m * Math.PI * t!)),
    };
  }
  return {
    spec: {
      ...{ domain: { x: [0, 1], t: [0, end] }, equations: `u_t = ${a}*u_xx` },
      conditions: [start(`u = sin(${m}*pi*x) + sin(pi*x)`), on("u = 0", "x")],
    },
    truth: formula(
      [0, 0],
      [1, end],
      ([x, t]) =>
        Math.sin(m * Math.PI * x!) * Math.exp(-decay * t!) + Math.sin(Math.PI * x!) * Math.exp(-a * Math.PI ** 2 * t!),
    ),
  };
}

/** Polygons with re-entrant corners, asked on their edges and at their corners. */
function edges({ among, between }: Chance): Drawn {
  const [w, h, u, v] = [between(1, 4), between(1, 3), between(0.2, 0.8), between(0.2, 0.8)];
  const [x, y] = [Number((u * w).toFixed(3)), Number((v * h).toFixed(3))];
  const vertices: readonly (readonly [number, number])[] = among([
    [
      [0, 0],
      [w, 0],
      [w, h],
      [x, h],
      [x, y],
      [0, y],
    ],
    [
      [0, 0],
      [x, 0],
      [x, y],
      [w, y],
      [w, h],
      [0, h],
    ],
    [
      [0, 0],
      [w, 0],
      [w, h],
      [0, h],
      [0, y],
      [x, y],
    ],
    [
      [0, 0],
      [w, 0],
      [w, y],
      [x, h],
      [0, h],
    ],
    [
      [0, y],
      [x, 0],
      [w, y],
      [x, h],
    ],
  ] as const);
  const [k, c] = [between(0.5, 3), between(-1, 1)];
  const truth = (p: Float64Array) => Math.sin(k * p[0]!) * Math.exp((k * p[1]!) / 2) + c * p[0]! * p[1]!;
  const points = vertices.flatMap((from, i) => {
    const to = vertices[(i + 1) % vertices.length]!;
    return Array.from({ length: 40 }, (_, j) => [
      from[0] + ((to[0] - from[0]) * j) / 40,
      from[1] + ((to[1] - from[1]) * j) / 40,
    ]).flat();
  });
  const all = Float64Array.from(points);
  return {
    spec: {
      ...{ domain: { shape: "polygon", vertices } },
      equations: `lap(u) + ${among(["0", "u", "u_x"])} = source`,
      ...{ manufactured: `sin(${k}*x)*exp(${k}*y/2) + ${c}*x*y`, conditions: "exact" },
    },
    truth: () => ({ points: all, values: atPoints(2, truth)(all), unknowns: 1 }),
  };
}

/** −(k u′)′ = f with k that rises steeply, or f that is narrow. */
function steep({ among, between, scale }: Chance): Drawn {
  const [s, width] = [between(0.2, 0.8), scale(1e-6, 1e-1)];
  const ends = [on("u = 0", "x = 0"), on("u = 0", "x = 1")];
  const upTo = (f: (x: number) => number, end: number) => integralAcross(f, { place: s, width, from: 0, end });
  if (among([true, false])) {
    const high = scale(2, 30);
    const k = (x: number) => 1 + ((high - 1) * (1 + Math.tanh((x - s) / width))) / 2;
    const c = upTo((x) => x / k(x), 1) / upTo((x) => 1 / k(x), 1);
    return {
      spec: {
        ...{ domain: { x: [0, 1] }, functions: { k: `1 + ${high - 1}*(1 + tanh((x - ${s})/${width}))/2` } },
        ...{ equations: "-dx(k*u_x) = 1", conditions: ends },
      },
      truth: formula([0], [1], ([x]) => upTo((y) => (c - y) / k(y), x!)),
    };
  }
  // u = G − x G(1): −u″ = exp(−z²)/(width √π), z = (x − s)/width.
  const g = (x: number) =>
    upTo((y) => ((x - y) * Math.exp(-(((y - s) / width) ** 2))) / (width * Math.sqrt(Math.PI)), x);
  const whole = g(1);
  return {
    spec: {
      ...{ domain: { x: [0, 1] }, conditions: ends },
      equations: `-u_xx = exp(-((x - ${s})/${width})^2)/(${width}*sqrt(pi))`,
    },
    truth: formula([0], [1], ([x]) => x! * whole - g(x!)),
  };
}

const kinds = {
  ...{
    "small parameter": smallParameter,
    "turning-point resonance": turningResonance,
    "near an eigenvalue": nearEigenvalue,
  },
  ...{ "unstable start": unstableStart, "stiff start": stiffStart, "algebraic unknowns": algebraic },
  ...{ "start that contradicts": wrongStart, "many solutions or none": notOne, "many half waves": fastStart },
  ...{ "edges of a polygon": edges, "steep or narrow": steep },
};
type Kind = keyof typeof kinds | keyof typeof fieldKinds | keyof typeof shapeKinds;

/** The problem of a number, the same each time; kinds take turns: those above up to 3000, fields up to 5000, shapes above it. */
export function treacherousProblem(number: number): TreacherousProblem {
  const table = number > 5000 ? shapeKinds : number > 3000 ? fieldKinds : kinds;
  const names = Object.keys(table) as Kind[];
  const kind = names[number % names.length]!;
  const { spec, truth } = (table as Record<Kind, (by: Chance) => Drawn>)[kind](
    chance(rng(number).split("treacherous problem")),
  );
  return { kind, spec: { name: `treacherous-${number}`, ...spec }, ...(truth && { truth }) };
}
