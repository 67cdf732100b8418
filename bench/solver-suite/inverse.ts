/** Inverse problems drawn by chance: constants to be found from noisy observations, with conditions that may be left open; formulas as truths. */
import { type Rng, rng } from "../../engine/random/rng.ts";
import type { ConditionSpec, ProblemSpec } from "../../equations/problem/index.ts";
import { chance } from "./random.ts";
import { formula, type SuiteProblem } from "./suite-problem.ts";

/** What one kind draws: a text without observations, and its solution as a function of a point. */
interface Drawn {
  readonly kind: string;
  readonly spec: Pick<ProblemSpec, "domain" | "equations" | "trainable" | "conditions" | "manufactured">;
  readonly box: readonly (readonly [number, number])[];
  /** True values of those that are to be found. */
  readonly constants: Readonly<Record<string, number>>;
  readonly value: (point: Float64Array) => number;
}
type Chance = ReturnType<typeof chance>;

/** Σ a exp(−D k² t) sin(k (x − V t) + φ) solves u_t + V u_x = D u_xx. */
function transport({ among, between, scale }: Chance): Drawn {
  const [diffusion, speed] = [scale(3e-3, 0.05), between(-1, 1)];
  const waves = [0, 1, 2].map(() => ({ size: between(0.2, 1), k: between(2, 12), shift: between(0, 6) }));
  const text = (x: string, t: string) =>
    waves
      .map((w) => `${w.size}*exp(-${diffusion}*${w.k}^2*${t})*sin(${w.k}*(${x} - (${speed})*${t}) + ${w.shift})`)
      .join(" + ");
  const given = among([[], [], ["x = 0"], ["x = 1"], ["x = 0", "x = 1"]]);
  return {
    kind: "transport",
    constants: { D: diffusion, V: speed },
    spec: {
      ...{ domain: { x: [0, 1], t: [0, 1] }, equations: "u_t + V*u_x = D*u_xx", trainable: { D: 0.1, V: 0 } },
      conditions: [
        { type: "initial", equation: `u = ${text("x", "0")}` },
        ...given.map((on): ConditionSpec => ({ type: "dirichlet", on, equation: `u = ${text("x", "t")}` })),
      ],
    },
    box: [
      [0, 1],
      [0, 1],
    ],
    value: ([x, t]) =>
      waves.reduce(
        (sum, w) => sum + w.size * Math.exp(-diffusion * w.k ** 2 * t!) * Math.sin(w.k * (x! - speed * t!) + w.shift),
        0,
      ),
  };
}

/** exp(−c t/2) sin(ω t + φ) solves u″ + c u′ + k u = 0 with k = ω² + c²/4. */
function oscillator({ among, between }: Chance): Drawn {
  const [damping, omega, shift] = [between(0.05, 0.6), between(1, 4), between(0, 6)];
  const known = among([false, false, true]);
  return {
    kind: "oscillator",
    constants: { c: damping, k: omega ** 2 + damping ** 2 / 4 },
    spec: {
      ...{
        domain: { t: [0, 6] },
        equations: "u_tt + c*u_t + k*u = 0",
        trainable: { c: 0, k: Number((omega ** 2 * between(0.7, 1.3)).toFixed(3)) },
      },
      conditions: known ? [{ type: "initial", equation: `u = ${Math.sin(shift)}` }] : [],
    },
    box: [[0, 6]],
    value: ([t]) => Math.exp((-damping / 2) * t!) * Math.sin(omega * t! + shift),
  };
}

/** K/(1 + A e^{−r t}) solves u′ = r u (1 − u/K). */
function logistic({ between }: Chance): Drawn {
  const [rate, capacity, factor] = [between(0.6, 2), between(0.5, 2), between(2, 20)];
  return {
    kind: "logistic",
    constants: { r: rate, K: capacity },
    spec: {
      ...{ domain: { t: [0, 5] }, equations: "u_t = r*u*(1 - u/K)", trainable: { r: 1, K: 1 }, conditions: [] },
    },
    box: [[0, 5]],
    value: ([t]) => capacity / (1 + factor * Math.exp(-rate * t!)),
  };
}

/** −Δu + κ u = s in one and two axes, with ends or sides that are left open. */
function reaction({ among, between }: Chance, axes: readonly ["x"] | readonly ["x", "y"]): Drawn {
  const kappa = between(0.5, 8);
  const waves = [0, 1, 2].map(() => ({
    size: between(0.2, 1),
    k: axes.map(() => between(-6, 6)),
    shift: between(0, 6),
  }));
  const phase = (w: (typeof waves)[number]) => `${axes.map((a, i) => `(${w.k[i]})*${a}`).join(" + ")} + ${w.shift}`;
  const solution = waves.map((w) => `${w.size}*sin(${phase(w)})`).join(" + ");
  const source = waves
    .map((w) => `${w.size}*(${w.k.map((k) => `(${k})^2`).join(" + ")} + ${kappa})*sin(${phase(w)})`)
    .join(" + ");
  const sides = axes.flatMap((a) => [`${a} = 0`, `${a} = 1`]);
  const given = sides.slice(0, among(axes.length === 1 ? [0, 1, 2] : [1, 2, 3, 4]));
  return {
    kind: `reaction, ${axes.length}-D`,
    constants: { kappa },
    spec: {
      ...{ domain: Object.fromEntries(axes.map((a) => [a, [0, 1]])), trainable: { kappa: 1 } },
      equations: `-(${axes.map((a) => `u_${a}${a}`).join(" + ")}) + kappa*u = ${source}`,
      conditions: given.map((on): ConditionSpec => ({ type: "dirichlet", on, equation: `u = ${solution}` })),
    },
    box: axes.map(() => [0, 1]),
    value: (p) => waves.reduce((sum, w) => sum + w.size * Math.sin(w.k.reduce((s, k, i) => s + k * p[i]!, w.shift)), 0),
  };
}

/** Noisy values at places of the whole domain, or of some 60 % of it along each axis. */
function observed({ box, value }: Drawn, { among, between, scale }: Chance, random: Rng) {
  const [count, sigma] = [among([20, 60, 200]), scale(1e-3, 0.05)];
  const part = among([false, true]);
  const within = box.map(([low, high]) => {
    const from = part ? between(0, 0.4) : 0;
    return [low + from * (high - low), low + (part ? from + 0.6 : 1) * (high - low)] as const;
  });
  const points = Array.from({ length: count }, () =>
    within.map(([low, high]) => low + (high - low) * random.uniform()),
  );
  const noise = random.normal(count);
  return { points, values: points.map((p, i) => value(Float64Array.from(p)) + sigma * noise[i]!), sigma };
}

/** A problem with its kind, and the constants that are to be found. */
type InverseProblem = SuiteProblem & Pick<Drawn, "kind" | "constants">;

/** The same with guesses that are another 1/20 to 20 times as large; those of 0 stay. */
export function farProblem(number: number): InverseProblem {
  const problem = inverseProblem(number);
  const { scale } = chance(rng(number).split("far"));
  const guesses = Object.entries(problem.spec.trainable ?? {});
  const trainable = Object.fromEntries(guesses.map(([name, guess]) => [name, Number(guess) * scale(0.05, 20)]));
  return { ...problem, spec: { ...problem.spec, name: `far-${number}`, trainable } };
}

/** An inverse problem. */
export function inverseProblem(number: number): InverseProblem {
  const random = rng(number).split("inverse");
  const draw = chance(random);
  const kinds = [
    transport,
    transport,
    oscillator,
    logistic,
    (d: Chance) => reaction(d, ["x"]),
    (d: Chance) => reaction(d, ["x", "y"]),
  ];
  const drawn = draw.among(kinds)(draw);
  return {
    kind: drawn.kind,
    constants: drawn.constants,
    spec: {
      ...drawn.spec,
      ...{ name: `inverse-${number}`, allow: ["missing-condition"], observations: [observed(drawn, draw, random)] },
    },
    source: "drawn by chance; formula",
    truth: formula(
      drawn.box.map(([low]) => low),
      drawn.box.map(([, high]) => high),
      drawn.value,
    ),
  };
}
