/** Functionals beside exact integrals, fluxes, extremes and values at points; their errors are of the size that is estimated. */
import { DomainError, FormatError, OptionsError } from "../../../engine/index.ts";
import { type ProblemSpec, pde, problemToJson, type Solution, solve } from "../../../solvers/index.ts";
import { assert, refuses, test, throws } from "../../harness.ts";

const budget = { steps: 8 };
type Number_ = { readonly value: number; readonly error: number };
/** Each number is within three times its estimated error of the truth, and nearer than `least` relative to it. */
function near(solution: Solution, truth: Readonly<Record<string, number>>, least: number): void {
  for (const [name, wanted] of Object.entries(truth)) {
    const { value, error } = solution.report.functionals![name] as Number_;
    const off = Math.abs(value - wanted);
    assert.ok(
      off <= 3 * error + 1e-13 * Math.abs(wanted) && off <= least * Math.max(1, Math.abs(wanted)),
      `${name}: ${value} ± ${error}, not ${wanted}`,
    );
  }
}

test("mean, integral, flux through an edge, largest value and point value of sin πx sin πy", async () => {
  const solution = await solve(
    pde({
      ...{ name: "sine", domain: { x: [0, 1], y: [0, 1] }, conditions: "u = 0" },
      equations: "-lap(u) = 2*pi^2*sin(pi*x)*sin(pi*y)",
      functionals: {
        ...{
          average: "mean(u)",
          total: "integral(u)",
          whole: "integral(lap(u))",
          here: "u(0.25, 0.5) + 1",
          top: "max(u)",
        },
        ...{
          flux: "integral(u_n, x = 1)",
          out: "-integral(u_n, boundary)",
          half: "2*integral(ny*u_y, y = 0 and x < 0.5)",
        },
        ...{ lift: "(integral(u_x*nx, x = 0 or x = 1) - 3)^2", steep: "max(u_n, left)", low: "min(u_x)" },
      },
    }),
    { budget, seed: 1 },
  );
  const { PI: pi } = Math;
  near(
    solution,
    {
      ...{ average: 4 / pi ** 2, total: 4 / pi ** 2, whole: -8, here: Math.SQRT1_2 + 1, top: 1, flux: -2, out: 8 },
      ...{ half: -2, lift: 49, steep: 0, low: -pi },
    },
    1e-6,
  );
  const { value } = (await solution.functional("integral(x*u)")) as Number_;
  assert.ok(Math.abs(value - 2 / pi ** 2) < 1e-6);
});

test("on a disk with a hole areas, lengths and fluxes are those of circles", async () => {
  const problem: ProblemSpec = {
    ...{ name: "ring", equations: "lap(u) = 0" },
    domain: {
      difference: [
        { shape: "ball", center: [0, 0], radius: 2 },
        { shape: "ball", center: [0, 0], radius: 1 },
      ],
    },
    conditions: ["u = 0 on x^2 + y^2 = 1", "u = log(2) on x^2 + y^2 = 4"],
    functionals: {
      ...{ area: "integral(1 + 0*u)", inner: "integral(1 + 0*u, x^2 + y^2 = 1)", flux: "integral(u_n, x^2 + y^2 = 1)" },
      ...{ mean: "mean(u)", drag: "integral(nx*x, x^2 + y^2 = 4)", top: "max(u)" },
    },
  };
  const solution = await solve(pde(problem), { budget, seed: 1 });
  const { PI: pi, LN2 } = Math;
  near(solution, { area: 3 * pi, inner: 2 * pi, mean: (4 * LN2 - 1.5) / 3, drag: 4 * pi, top: LN2 }, 1e-4);
  // The slopes at a round hole are those of a second and a half.
  near(solution, { flux: -2 * pi }, 5e-3);
});

test("of an evolution functionals are at the end, at a time, at every one, or over all of time", async () => {
  const problem = pde({
    ...{ name: "rod", domain: { x: [0, 1], t: [0, 0.1] }, equations: "u_t = u_xx" },
    conditions: ["u = sin(pi*x) at t = 0", "u = 0 on x"],
    functionals: {
      ...{
        end: "integral(u)",
        early: "integral(u) at t = 0.02",
        all: "integral(u) over t",
        course: "mean(u) at every t",
        track: "u(0.5, t)*exp(t) at every t",
      },
      ...{
        flux: "integral(u_n, x = 0) at t = 0.02",
        point: "u(0.5, 0.05)",
        soon: "u(0.5, t) at t = 0.02",
        last: "u(0.5, t)",
        top: "max(u) over t",
      },
    },
  });
  const found = await solve(problem, { budget, seed: 1 });
  const { PI: pi, exp } = Math;
  const a = pi ** 2;
  near(
    found,
    {
      ...{ end: (2 / pi) * exp(-0.1 * a), early: (2 / pi) * exp(-0.02 * a), all: (2 / pi / a) * (1 - exp(-0.1 * a)) },
      ...{ flux: -pi * exp(-0.02 * a), point: exp(-0.05 * a), top: 1 },
      ...{ soon: exp(-0.02 * a), last: exp(-0.1 * a) },
    },
    1e-5,
  );
  const series: Readonly<Record<string, (t: number) => number>> = {
    course: (t) => (2 / pi) * exp(-a * t),
    track: (t) => exp(t - a * t),
  };
  for (const [name, truth] of Object.entries(series)) {
    const { times, values, errors } = found.report.functionals![name] as never as Record<string, readonly number[]>;
    assert.is(times!.length, 21);
    for (const [k, t] of times!.entries())
      assert.ok(
        Math.abs(values![k]! - truth(t)) <= 3 * errors![k]! + 1e-12,
        `${name} at ${t}: ${values![k]} ± ${errors![k]}`,
      );
  }
});

test("over time an integral of data that jump is the sum of their values times how long each holds", async () => {
  const values = [0, 3, 1, 4, 1, 5, 9, 2, 6, 5, 3];
  const rain = { axes: { t: values.map((_, k) => k / 10) }, values, interpolation: "nearest" } as const;
  const problem = pde({
    name: "tank",
    domain: { t: [0, 1] },
    functions: { rain },
    equations: "u_t = rain",
    conditions: "u = 0 at t = 0",
    functionals: { fallen: "integral(rain + 0*u) over t" },
  });
  const { report } = await solve(problem, { budget: { steps: 100 }, seed: 1 });
  const { value } = report.functionals!["fallen"] as { value: number };
  const sum = values.reduce((a, b) => a + b) / 10 - (values[0]! + values.at(-1)!) / 20;
  assert.ok(Math.abs(value - sum) < 1e-12, `${value} ${sum}`);
});

test("a functional of a solution of which nothing is known has no bound", async () => {
  const problem = pde({
    ...{ name: "none", domain: { x: [0, 1] }, equations: "-u'' = 20*exp(u)", conditions: "u = 0" },
    functionals: { mean: "mean(u)" },
  });
  const { report } = await solve(problem, { budget: { steps: 1 }, seed: 1 });
  assert.is(report.status, "doubtful");
  assert.is((report.functionals!["mean"] as Number_).error, Number.POSITIVE_INFINITY);
});

test("a functional without a value leaves the others and the solution", async () => {
  const problem = pde({
    ...{ name: "parabola", domain: { x: [0, 1] }, equations: "-u'' = 2", conditions: "u = 0" },
    functionals: { none: "1/(mean(u) - mean(u))", mean: "mean(u)" },
  });
  const { report } = await solve(problem, { budget: { steps: 2 }, seed: 1 });
  const { none, mean } = report.functionals as Record<string, Number_>;
  assert.equal(none, { value: Number.NaN, error: Number.POSITIVE_INFINITY });
  assert.ok(Math.abs(mean!.value - 1 / 6) < 1e-9);
  assert.ok(
    report.method!.some((line) => /functional: none is Infinity/.test(line)),
    report.method!.join(),
  );
});

test("a functional that is a function, names no place or no time is refused, with the text to write", () => {
  const of = (text: string, more: Partial<ProblemSpec> = {}): ProblemSpec => ({
    ...{ name: "f", domain: { x: [0, 1], y: [0, 1] }, equations: "lap(u) = 1", conditions: "u = 0" },
    ...{ functionals: { f: text }, ...more },
  });
  throws(() => pde(of("2*u")), FormatError, /has u itself.*mean\(u\)/s);
  throws(() => pde(of("integral(u, z = 1)")), FormatError, /z/);
  throws(() => pde(of("x*mean(u)")), FormatError, /has x itself/);
  throws(() => pde(of("u(x, 0.5)")), FormatError, /has x itself.*u\(0\.5, 0\.5\)/s);
  const rod = {
    domain: { x: [0, 1], t: [0, 1] },
    equations: "u_t = u_xx",
    conditions: ["u = 0 at t = 0", "u = 0 on x"],
  };
  throws(() => pde(of("u(0.5, t) over t", rod as never)), FormatError, /has t itself.*at every t/s);
  throws(() => pde(of("mean(u) at t = 1")), OptionsError, /the domain has none/);
  throws(() => pde(of("integral(nx*u)")), FormatError, /normal/);
  throws(() => pde(of("integral(u")), FormatError, /bracket/);
  assert.equal(problemToJson(pde(of("max(1, 0.5)*mean(u)"))).functionals, { f: "max(1, 0.5)*mean(u)" });
});

test("a functional at a moment that a solution does not reach is refused with the moment at which it ends", async () => {
  // u' = u² from 1 is 1/(1 − t).
  const solution = await solve(
    pde({ name: "blow-up", domain: { t: [0, 2] }, equations: "u' = u^2", conditions: "u(0) = 1" }),
    { budget },
  );
  const ends = /is NaN at this solution, which ends at t = 1; ask for a moment before, or solve with more time/;
  for (const text of ["integral(u) at t = 1.5", "max(u) at t = 1.5", "u(1.5)"])
    await refuses(solution.functional(text), ends, DomainError);
  const { value } = (await solution.functional("max(u) at t = 0.5")) as Number_;
  assert.ok(Math.abs(value - 2) < 1e-5);
});

test.run();
