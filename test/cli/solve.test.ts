import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import * as ort from "onnxruntime-node";
import { type ReferenceName, referenceProblem } from "../../bench/reference/catalogue.ts";
import { openDataset, readField } from "../../io/index.ts";
import { exampleProblems, loadSolution, pde } from "../../solvers/index.ts";
import { suggestedScale } from "../../solvers/solve/index.ts";
import { assert, suite, temporaryFolder } from "../harness.ts";
import { hasPython, python, skip, tool } from "../io/oracle.ts";
import { mongeDone, mongeHere, mongeRefused, oneLine, startMonge } from "./run.ts";

const test = suite("monge solve");
const { folder } = temporaryFolder(test);
const file = (name: string) => join(folder, name);

/** A network that is quick and, for a half wave of a sine, good to 1e-4 or better. */
const small = ["--width", "8", "--depth", "1", "--points", "200", "--sampler", "sobol"];

const sine = {
  name: "sine",
  domain: { x: [0, 1], t: [0, 1] },
  constants: { kappa: 0.1 },
  equations: ["u_t = kappa*u_xx"],
  exact: "exp(-kappa*pi^2*t)*sin(pi*x)",
  conditions: [
    { type: "initial", equation: "u = sin(pi*x)" },
    { type: "dirichlet", equation: "u = 0", on: "x" },
  ],
};
const written = (problem: object, name = "sine.json"): string => {
  writeFileSync(file(name), JSON.stringify(problem));
  return file(name);
};

/** A reference problem of the benchmarks, as a file. */
const reference = (name: ReferenceName) => written(referenceProblem(name).spec, `${name}.json`);

async function solved(...args: readonly string[]) {
  const said = await mongeDone("solve", ...args, "--json");
  return { ...said, json: JSON.parse(said.stdout) };
}

async function plan(...args: readonly string[]) {
  return (await solved(...args, "--dry-run")).json;
}

test("what is said before the work of hard and soft conditions is what the solution's report says of them", async () => {
  const around = {
    ...sine,
    conditions: [
      { type: "initial", equation: "u = sin(2*pi*x)" },
      { type: "periodic", on: "x" },
    ],
  };
  const { exact: _, ...text } = around;
  const path = written(text, "around.json");
  for (const how of [
    ["--conditions", "penalty"],
    ["--conditions", "exact"],
    ["--random-features", "40", "--conditions", "penalty"],
  ]) {
    const method = how[0] === "--random-features" ? [] : [...small, "--steps", "2"];
    const { stderr, json } = await solved(path, ...method, ...how);
    const listed = (label: string) => stderr.split("\n").flatMap((line) => line.match(`  ${label}: (.*?),`)?.[1] ?? []);
    assert.equal(listed("exact, by construction"), json.exactConditions, how.join(" "));
    assert.equal(listed("penalty, as rows"), json.penalizedConditions, how.join(" "));
  }
});

test("a problem file is printed as understood, solved, judged, and its numbers on the grid are the solution's", async () => {
  const [nc, onnx] = [file("sine.nc"), file("sine.onnx")];
  const outputs = ["-o", nc, "--grid", "x=11,t=5", "-o", onnx];
  const { json, stderr } = await solved(written(sine), ...small, "--steps", "40", "--seed", "3", ...outputs);
  assert.match(oneLine(stderr), "∂u/∂t = κ ∂²u/∂x²");
  assert.match(oneLine(stderr), "exact, by construction: u = sin(pi*x), initial at the start");
  assert.match(oneLine(stderr), "exact, by construction: u = 0, dirichlet on x, both sides");
  assert.match(oneLine(stderr), /solving 40\/40 steps, residual/);
  assert.is(json.status, "budget");
  assert.is(json.steps, 40);
  assert.is(json.seed, 3);
  assert.equal(json.constants, {});
  assert.equal(json.exactConditions, ["u = sin(pi*x)", "u = 0"]);
  // Measured 3e-6 … 4e-5 over five seeds.
  assert.ok(json.relativeL2 > 1e-13 && json.relativeL2 < 1e-3, json.relativeL2);
  assert.ok(json.maxError > json.relativeL2 / 100 && json.maxError < 1e-3);

  const field = await readField(nc);
  assert.equal(field.dims, ["x", "t"]);
  assert.is(field.units, "1");
  assert.equal([...field.coordinate("t")!.values], [0, 0.25, 0.5, 0.75, 1]);
  const truth = (i: number) =>
    Math.exp((-0.1 * Math.PI ** 2 * (i % 5)) / 4) * Math.sin((Math.PI * Math.floor(i / 5)) / 10);
  field.values.forEach((v, i) => {
    assert.ok(Math.abs(v - truth(i)) <= 2 * json.maxError + 1e-12, `cell ${i}: ${v} for ${truth(i)}`);
  });

  const session = await ort.InferenceSession.create(onnx);
  const points = new Float64Array(2048 * 2);
  for (let i = 0; i < 55; i++) points.set([Math.floor(i / 5) / 10, (i % 5) / 4], 2 * i);
  const input = { [session.inputNames[0]!]: new ort.Tensor("float64", points, [2048, 2]) };
  const values = (await session.run(input))[session.outputNames[0]!]!.data as Float64Array;
  // One program, other constants folded: rounding alone may differ.
  field.values.forEach((v, i) => {
    assert.ok(Math.abs(v - values[i]!) < 1e-12, `point ${i}`);
  });

  const header = tool("ncdump", "-h", nc);
  if (header === undefined) skip("no ncdump");
  else {
    assert.match(header, /double u\(x, t\)/);
    assert.match(header, /u:units = "1"/);
    assert.match(header, /:history = ".*monge .*seed 3\)"/);
  }
  if (!hasPython("xarray")) return skip("no xarray for /usr/bin/python3");
  const code = `import sys, json, xarray
d = xarray.open_dataset(sys.argv[1])
print(json.dumps([list(d.u.dims), d.u.attrs["units"], float(d.u.sel(x=0.5, t=0.25)), d.attrs["status"]]))`;
  const middle = field.values[5 * 5 + 1]!;
  assert.equal(python(code, nc), [["x", "t"], "1", middle, "budget"]);
});

test("the same seed and number of steps give the same digits, another seed others", async () => {
  const run = async (seed: string) => {
    const { json } = await solved(reference("poisson-2d"), ...small, "--steps", "15", "--seed", seed);
    return [json.relativeL2, json.maxError, json.residual];
  };
  const first = await run("1");
  assert.equal(await run("1"), first);
  assert.not.equal(await run("2"), first);
});

test("people get a table on standard output and everything else on standard error", async () => {
  const nc = file("constants.nc");
  const args = ["--steps", "12", "-o", nc, "--grid", "x=5,t=5"];
  const { stdout, stderr } = await mongeDone("solve", reference("inverse-burgers"), ...small, ...args);
  assert.match(stdout, /^status +budget: the budget is used up/);
  assert.match(stdout, /\nsteps +12 in \d+ rounds\nnu +-?[\d.e-]+ ± \d\.\d\de-?\d+ {2}\(truly 0\.0031831\)\n$/);
  assert.match(oneLine(stderr), "to be found, from this guess");
  const { attributes } = await openDataset(nc);
  assert.equal(
    [attributes["status"], typeof attributes["found_nu"], typeof attributes["found_nu_standard_deviation"]],
    ["budget", "number", "number"],
  );
});

test("of a system all unknowns are in one file, and cells outside a shape are missing", async () => {
  const args = ["--steps", "3", "-o", file("flow.nc"), "--grid", "x=5,y=7"];
  const { json } = await solved("example:kovasznay", ...small, ...args);
  assert.equal(Object.keys(json.perUnknown), ["u", "v", "p"]);
  for (const variable of ["u", "v", "p"]) {
    assert.equal((await readField(file("flow.nc"), { variable })).shape, [5, 7], variable);
  }
  // Values on x = −½ hold exactly: u = 1 − exp(−λ/2) cos(2πy) at y = −½.
  const lambda = 20 - Math.sqrt(400 + 4 * Math.PI ** 2);
  const u = await readField(file("flow.nc"), { variable: "u" });
  assert.ok(Math.abs(u.values[0]! - (1 + Math.exp(-lambda / 2))) < 1e-12);

  await solved(reference("l-shape"), ...small, "--steps", "1", "-o", file("l.nc"), "--grid", "x=5,y=5");
  const missing = Array.from((await readField(file("l.nc"))).values, (v) => (Number.isNaN(v) ? 1 : 0));
  const outside = (i: number) => (Math.floor(i / 5) > 2 && i % 5 < 2 ? 1 : 0);
  assert.equal(
    missing,
    Array.from({ length: 25 }, (_, i) => outside(i)),
  );
});

test("pictures show unknowns, error, residual with points, and how both fell", async () => {
  const pictures = ["--figure", file("map.svg"), "--curves", file("curves.png")];
  await solved(written(sine), ...small, "--steps", "20", ...pictures);
  const svg = readFileSync(file("map.svg"), "utf8");
  for (const title of [">u<", ">error of u<", ">residual, 200 points<"]) assert.match(svg, title);
  // The growth after 70 % of the budget has not come: 200 dots, each a path command of its own.
  assert.is(svg.match(/M[\d.]+ [\d.]+h0/g)!.length, 2 * 200);
  assert.ok(statSync(file("curves.png")).size > 5000);
  const line = { ...sine, name: "line", domain: { x: [0, 1] }, equations: ["-u_xx = pi^2*sin(pi*x)"] };
  const ode = { ...line, exact: "sin(pi*x)", conditions: [{ type: "dirichlet", equation: "u = 0" }] };
  await solved(written(ode, "line.json"), ...small, "--steps", "5", "--figure", file("line.svg"));
  assert.match(readFileSync(file("line.svg"), "utf8"), "u, true");
  await solved(reference("heat-4d"), ...small, "--steps", "1", "--figure", file("slice.svg"));
  assert.match(readFileSync(file("slice.svg"), "utf8"), "heat-4d at x3 = 0.5, x4 = 0.5, t = 1");
});

test("the first interrupt ends a run after its step; what there is is written, and the run goes on from there", async () => {
  const runs = file("runs");
  const run = join(runs, "00001-burgers");
  const args = ["example:burgers", ...small, "--steps", "100000", "--out", runs, "-o", file("burgers.nc")];
  const first = startMonge("solve", ...args, "--grid", "x=5,t=3");
  for (let waited = 0; !existsSync(join(run, "metrics.jsonl")); waited += 5) {
    if (waited > 60_000) throw new Error(`no round was recorded in ${run}`);
    await sleep(5);
  }
  first.child.kill("SIGINT");
  const stopped = await first.ended;
  assert.is(stopped.code, 130, stopped.stderr);
  assert.match(oneLine(stopped.stderr), `to go on: monge solve --resume ${run}`);
  assert.not.ok(existsSync(join(run, "result.json")));
  assert.equal((await readField(file("burgers.nc"))).shape, [5, 3]);
  const { steps, status } = (await loadSolution(run)).report;
  assert.is(status, "aborted");

  await mongeRefused("with its own --seed", "solve", "--resume", runs, "--seed", "4");
  const { json } = await solved("--resume", runs, "--steps", String(steps + 12));
  assert.is(json.status, "budget");
  assert.is(json.steps, steps + 12);
  assert.is(json.run, run);
  assert.is((await loadSolution(run)).report.steps, steps + 12);
  await mongeRefused("is finished", "solve", "--resume", run);
});

test("defaults are those of the help", async () => {
  const { stdout } = await mongeHere("solve", "--help");
  const help = stdout.replaceAll(/\s+/g, " ");
  const said = (option: string) => {
    const at = help.indexOf(` --${option} <`);
    const text = /\(default: ([^)]*)\)/.exec(help.slice(at))?.[1];
    assert.ok(text, option);
    return text!;
  };
  const plain = await plan(written(sine), "--network", "mlp");
  const { network, points, boundaryPoints, stepsPerRound, budget, seed, threads, growth } = plain;
  assert.equal([said("depth"), said("width")], [String(network.depth), String(network.width)]);
  assert.is(said("activation"), network.activation);
  assert.equal([said("points"), said("boundary-points")], [String(points), String(boundaryPoints)]);
  assert.match(help, "doubled after 70 % of the budget");
  assert.equal(growth, { after: 0.7, factor: 2 });
  assert.equal(budget, { seconds: 60 });
  assert.match(said("seconds"), "60");
  assert.equal([said("seed"), said("threads")], [String(seed), String(threads)]);
  assert.equal([said("optimizer"), plain.optimizer.kind], ["gauss-newton", "gauss-newton"]);
  assert.equal(
    [plain.sampler.kind, plain.sampler.regularizer, plain.sampler.form],
    ["adversarial", "chi-square", "exact"],
  );
  const { stepsPerRound: stepsOfAdam } = await plan(file("sine.json"), "--optimizer", "adam");
  assert.equal([stepsPerRound, stepsOfAdam], [10, 200]);
  assert.is(said("steps-per-round"), "10, adam 200");

  const wide = await plan("example:peak", "--features", "squares", "--cells", "64,64", "--residual", "1e-3");
  assert.equal([wide.network.squares, wide.sampler.shape], [true, [64, 64]]);
  assert.equal(wide.budget, { seconds: 60, residual: 1e-3 });
  const flow = await plan(reference("gaussian-10d"), "--sampler", "adversarial", "--sampler-options", "form=flow");
  assert.is(flow.sampler.form, "flow");
});

test("a file alone leaves the method open: the plan says so, and the result has an estimate", async () => {
  const { automatic, network, seed } = await plan(written(sine), "--processor-seconds", "9");
  assert.equal([automatic, network, seed], [true, undefined, 0]);
  assert.is((await plan(written(sine), "--points", "100")).automatic, false);
  assert.is((await plan("example:peak")).automatic, true);
  writeFileSync(file("config.json"), JSON.stringify({ seconds: 3 }));
  for (const more of [["--tolerance", "1e-3"], ["--allow-doubtful"], ["--config", file("config.json")]])
    assert.is((await plan(written(sine), ...more)).automatic, true, more[0]);
  const { json, stderr } = await solved(written(sine), "--steps", "4");
  assert.match(oneLine(stderr), "automatic method, until 4 steps, seed 0");
  assert.match(oneLine(stderr), /marched: \d+ cells, \d+ steps at 1e-8, changes by [\s\S]*taken: the march/);
  assert.ok(
    json.relativeL2 < 1e-6 && json.estimate.relativeL2 < 1e-5,
    `${json.relativeL2}, ${json.estimate.relativeL2}`,
  );
});

test("of several starts the best goes on, and the plan says so", async () => {
  const { json, stderr } = await solved(written(sine), ...small, "--starts", "2", "--steps", "130");
  assert.match(oneLine(stderr), "the best of 2 after 60 steps of each goes on");
  assert.is(json.steps, 130);
  assert.ok(json.relativeL2 > 1e-13 && json.relativeL2 < 1e-3, json.relativeL2);
  assert.equal((await plan(written(sine), "--starts", "2")).starts, { count: 2, steps: 60 });
});

test("a residual that is reached ends the run as converged", async () => {
  const { json } = await solved(written(sine), ...small, "--steps", "200", "--residual", "0.01");
  assert.is(json.status, "converged");
  assert.ok(json.residual <= 0.01 && json.steps < 200, `${json.residual} after ${json.steps}`);
});

test("the scale follows the share of the domain that the source fills", () => {
  // s = −Δ exp(−1000 r²): with ρ = 1000 r², ∫|s| ∝ ∫|1−ρ|e^−ρ dρ = 2/e and ∫s² ∝ ∫(1−ρ)²e^−2ρ dρ = 1/4, areas π dρ/1000.
  const share = (((2 / Math.E) ** 2 / 0.25) * Math.PI) / 1000 / 4;
  const peak = suggestedScale(pde(referenceProblem("peak").spec));
  // 16 384 even points put about 100 into the source.
  assert.ok(Math.abs(peak * Math.sqrt(share) - 1) < 0.1, `${peak} for ${1 / Math.sqrt(share)}`);
  const two = suggestedScale(pde(referenceProblem("two-peaks").spec));
  assert.ok(Math.abs((peak / two) ** 2 / 2 - 1) < 0.2, `${two} beside ${peak}`);
  assert.is(suggestedScale(pde(referenceProblem("poisson-2d").spec)), 2);
});

test("the scale sees what the lift leaves: initial data and boundary values, where there is no source", () => {
  const spec = (initial: string) => ({
    name: "heat",
    domain: { x: [-1, 1], t: [0, 1] } as const,
    equations: "u_t = u_xx",
    conditions: [
      { type: "initial", equation: `u = ${initial}` } as const,
      { type: "dirichlet", equation: "u = 0", on: "x" } as const,
    ],
  });
  // s = (e^(−a x²))″: ∫|s| = 4√(2a/e), ∫s² = 3 a^1.5 √(π/2), on an interval of length 2, for all times.
  const a = 1000;
  const share = (4 * Math.sqrt((2 * a) / Math.E)) ** 2 / (2 * 3 * a ** 1.5 * Math.sqrt(Math.PI / 2));
  const peak = pde(spec(`exp(-${a}*x^2)`));
  const found = suggestedScale(peak);
  assert.ok(Math.abs(found * Math.sqrt(share) - 1) < 0.05, `${found} for ${1 / Math.sqrt(share)}`);
  assert.is(suggestedScale(pde(spec("sin(pi*x)"))), 2, "a smooth start");
  assert.is(suggestedScale(peak, "penalty"), 2, "without a lift nothing is there to be seen");
});

test("--list names every example with its equations", async () => {
  const { stdout } = await mongeDone("solve", "--list");
  for (const name of Object.keys(exampleProblems)) assert.match(stdout, `example:${name}\n`);
  assert.match(stdout, "u_t + u*u_x = nu*u_xx");
  const { json } = await solved("--list");
  assert.equal(json, JSON.parse(JSON.stringify(Object.values(exampleProblems))));
});

test.run();
