/** Parts of methods that `monge solve` is told, and tables of solutions. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as ort from "onnxruntime-node";
import { rng } from "../../engine/index.ts";
import { domainOf } from "../../equations/domain/index.ts";
import { readField } from "../../io/index.ts";
import { someOf } from "../../pages/solution-maps.ts";
import { quasiUniformPoints } from "../../solvers/index.ts";
import { assert, suite, temporaryFolder } from "../harness.ts";
import { line, mongeDone, mongeHere, mongeRefused, oneLine } from "./run.ts";

const test = suite("methods of monge solve");
const { folder } = temporaryFolder(test);
const file = (name: string) => join(folder, name);

const disk = file("disk.json");
writeFileSync(
  disk,
  JSON.stringify({
    name: "disk",
    domain: { shape: "ball", center: [0, 0], radius: 1 },
    equations: "-lap(u) = 4",
    exact: "1 - x^2 - y^2",
    conditions: "exact",
  }),
);
const plan = async (...args: readonly string[]) => {
  const said = await mongeDone("solve", ...args, "--json", "--dry-run");
  return JSON.parse(said.stdout);
};

test("--preset aas is the published method, and other options take the place of its parts", async () => {
  const aas = await plan("example:peak", "--preset", "aas");
  assert.equal(
    [aas.sampler.regularizer, aas.sampler.form, aas.term.norm, aas.term.weight],
    ["wasserstein", "exact", "dual-sobolev", 1],
  );
  assert.equal([aas.optimizer.kind, aas.optimizer.learningRate, aas.stepsPerRound], ["adam", 1e-4, 500]);
  assert.equal(
    [aas.conditions, aas.weights.conditions, aas.points, aas.budget],
    ["penalty", 100, 5000, { steps: 25_000 }],
  );
  assert.equal([aas.network.width, aas.network.depth, aas.precision], [32, 6, "float32"]);
  const published = await plan(
    ...line`example:peak --preset aas --term wasserstein:weight=0 --sampler-options form=flow,flow=krnet`,
  );
  assert.equal(
    [
      published.term.weight,
      published.sampler.flow,
      published.sampler.beta,
      published.sampler.weights,
      published.optimizer.kind,
    ],
    [0, "krnet", 5, "none", "adam"],
  );
  const other = await plan(
    ...line`example:peak --preset aas --sampler-options form=flow,flow=krnet,beta=10,learningRate=2e-4,steps=50 --term wasserstein:weight=2 --batch 1000 --precision float64`,
    ...["--optimizer-options", "learningRate=2e-3,beta1=0.8", "--weights", "conditions=7", "--conditions", "exact"],
    ...["--steps", "40", "--width", "20"],
  );
  assert.equal([other.sampler.beta, other.sampler.learningRate, other.sampler.steps], [10, 2e-4, 50]);
  assert.equal([other.term.norm, other.term.weight], ["sliced", 2]);
  assert.equal([other.optimizer.learningRate, other.optimizer.beta1, other.batch], [2e-3, 0.8, 1000]);
  assert.equal(
    [other.weights.conditions, other.conditions, other.budget.steps, other.network.width],
    [7, "exact", 40, 20],
  );
  assert.is(other.precision, "float64");
  const density = await plan(
    ...["example:peak", "--preset", "aas", "--sampler-options", "regularizer=entropy,kappa=0.1"],
  );
  assert.equal([density.sampler.regularizer, density.sampler.kappa, density.optimizer.kind], ["entropy", 0.1, "adam"]);
});

test("options of samplers and optimizers also go with the defaults", async () => {
  const own = await plan("example:peak", "--sampler-options", "kappa=0.03", "--optimizer-options", "damping=1");
  assert.equal([own.sampler.kind, own.sampler.kappa], ["adversarial", 0.03]);
  assert.equal([own.optimizer.kind, own.optimizer.damping], ["gauss-newton", 1]);
});

test("what is written, and how much is printed, leaves the method open", async () => {
  for (const args of [["--quiet"], ["-o", file("a.onnx")], ["--curves", file("a.svg")], ["-o", file("a.csv")]]) {
    assert.is((await plan(disk, ...args)).automatic, true, args.join(" "));
  }
  assert.is((await plan(disk, "--points", "1000")).automatic, false);
});

test("files of a solution whose method was chosen automatically: one ONNX model, and curves of what was tried", async () => {
  const problem = file("growth.json");
  const equations = ["u_t = v", "v_t = -4*sin(u)"];
  const start = ["u = 1", "v = 0"].map((equation) => ({ type: "initial", equation }));
  const text = { name: "growth", domain: { t: [0, 4] }, unknowns: ["u", "v"], equations, conditions: start };
  writeFileSync(problem, JSON.stringify(text));
  const [onnx, curves] = [file("growth.onnx"), file("growth.svg")];
  const said = await mongeDone("solve", problem, "--steps", "30", "-o", onnx, "--curves", curves, "--json");
  assert.match(JSON.parse(said.stdout).method.at(-1), /^taken: .* random features/);
  const { inputNames, outputNames } = await ort.InferenceSession.create(onnx);
  assert.equal([inputNames.length, outputNames.length], [1, 1]);
  const drawn = readFileSync(curves, "utf8");
  for (const name of ["residual of what was tried", "random features"]) assert.ok(drawn.includes(name), name);
});

test("a table has a row for each point of the grid, with the truth beside, and nothing outside the domain", async () => {
  const csv = file("disk.csv");
  const small = ["--width", "12", "--depth", "1", "--points", "100", "--sampler", "sobol", "--steps", "60"];
  const said = await mongeDone("solve", disk, ...small, "-o", csv, "--grid", "x=5,y=3", "--json");
  assert.is(JSON.parse(said.stdout).files.csv, csv);
  const [header, ...rows] = readFileSync(csv, "utf8").trim().split("\r\n");
  assert.is(header, "x,y,u,u_true");
  assert.is(rows.length, 15);
  const cells = rows.map((row) => row.split(","));
  assert.equal(cells[0], ["-1", "-1", "", ""]);
  const middle = cells.find(([x, y]) => x === "0" && y === "0")!;
  assert.ok(Math.abs(Number(middle[2]) - 1) < 0.01 && middle[3] === "1", middle.join());
});

test("--at takes points from a file, and a table then has a row for each of them", async () => {
  const [csv, at] = [file("at.csv"), file("points.csv")];
  writeFileSync(at, "y;x\n0;0\n0.5;-0.5\n3;0\n");
  const few = ["--random-features", "60", "-o", csv, "--json"];
  await mongeDone("solve", disk, ...few, "--at", at);
  const [header, ...rows] = readFileSync(csv, "utf8").trim().split("\r\n");
  assert.is(header, "x,y,u,u_true");
  const cells = rows.map((row) => row.split(","));
  assert.ok(Math.abs(Number(cells[0]![2]) - 1) < 1e-5 && Math.abs(Number(cells[1]![2]) - 0.5) < 1e-5, rows.join());
  assert.equal(cells[2], ["0", "3", "", ""], "outside of the disk");
  for (const [args, message] of [
    [["--at", at], /--at says where a table has its points/],
    [["--at", at, "-o", csv, "--overwrite", "--grid", "x=5,y=5"], /--at and --grid are both given/],
    [["--at", "0,0.5", "-o", csv, "--overwrite"], /a CSV file of points, with the columns x,y.*"here": "u\(0,0\.5\)"/s],
    [["--at", disk, "-o", csv, "--overwrite"], /quotes around whole cells/],
  ] as const) {
    const refused = await mongeHere("solve", disk, "--random-features", "60", ...args);
    assert.is(refused.status === 0, false);
    assert.match(oneLine(refused.stderr), message);
  }
});

test("what a problem asks for is a column, a field and a curve beside the unknown, and its estimate and error are printed", async () => {
  const bend = file("bend.json");
  const spec = {
    name: "bend",
    domain: { x: [-1, 1] },
    constants: { w: 0.001 },
    equations: "u_xx = source",
    conditions: "exact",
  };
  const quantities = { flux: "-u_x", curvature: "u_xx" };
  writeFileSync(bend, JSON.stringify({ ...spec, manufactured: "sqrt(x^2+w^2)", quantities }));
  const [csv, nc, figure] = ["bend.csv", "bend.nc", "bend.svg"].map(file) as [string, string, string];
  const said = await mongeHere("solve", bend, "--steps", "4", "-o", csv, "-o", nc, "--grid", "x=5", "--figure", figure);
  assert.is(said.status, 3, said.stderr);
  assert.match(said.stderr, /flux = −∂u\/∂x +asked for/);
  assert.match(said.stdout, /relative L2 .*\n {2}of flux +\S+\n {2}of curvature +1\.\d+e-1\n/);
  assert.match(
    said.stdout,
    /estimated .*\n {2}of flux +\S+\n {2}of curvature +1\.\d+e-1\n(?:left .*\n)+advice +its error is estimated at/,
  );
  const [header, first] = readFileSync(csv, "utf8").trim().split("\r\n");
  assert.is(header, "x,u,flux,curvature,u_true,flux_true,curvature_true");
  const [, , flux, , , trueFlux] = first!.split(",").map(Number);
  assert.ok(Math.abs(trueFlux! - 1 / Math.hypot(1, 0.001)) < 1e-14 && Math.abs(flux! - trueFlux!) < 0.1);
  const field = await readField(nc, { variable: "curvature" });
  assert.is(field.attributes["long_name"], "quantity curvature");
  assert.match(readFileSync(figure, "utf8"), /curvature, true/);
});

test("--random-features is one least-squares solve with the features, scales, weights and seed that are given", async () => {
  const asked = ["--random-features", "60", "--feature-scales", "1,3", "--weights", "conditions=50", "--seed", "4"];
  const { randomFeatures, automatic } = await plan(disk, ...asked);
  assert.equal(randomFeatures, { features: 60, scale: [1, 3], weights: { conditions: 50 }, seed: 4 });
  assert.is(automatic, false);
  const said = await mongeHere("solve", disk, ...asked, "--json");
  const { relativeL2, status, network } = JSON.parse(said.stdout);
  assert.equal([status, network.width, network.depth], ["converged", 60, 1]);
  assert.ok(relativeL2 < 1e-6, `${relativeL2}`);
  const few = await mongeHere("solve", "example:peak", "--random-features", "10", "--json");
  const { status: told, estimate } = JSON.parse(few.stdout);
  assert.is(told, "doubtful");
  assert.is(few.status, 3, "what should not be believed has an exit status of its own");
  const allowed = ["solve", "example:peak", "--random-features", "10", "--allow-doubtful", "--quiet"] as const;
  await mongeDone(...allowed);
  assert.match(estimate.advice, /it leaves \d+ % of the residual of u = 0; take more features/);
  for (const [args, message] of [
    [
      ["--random-features", "60", "--sampler", "sobol"],
      /with --random-features nothing is trained.*leave --sampler out/,
    ],
    [["--start-size", "2"], /--start-size is for --random-features/],
    [["--feature-scales", "2"], /--feature-scales is for --random-features/],
    [["--random-features", "60", "--feature-scales", "2,x"], /expected numbers above 0/],
  ] as const) {
    await mongeRefused(message, "solve", disk, ...args);
  }
});

test("a picture has three planes in three dimensions, and three moments of two dimensions in time", async () => {
  const titlesOf = async (name: string, domain: object, equations: string) => {
    const [problem, figure] = [file(`${name}.json`), file(`${name}.svg`)];
    writeFileSync(problem, JSON.stringify({ name, domain, equations, manufactured: "x + y^2", conditions: "exact" }));
    await mongeDone("solve", problem, "--random-features", "30", "--figure", figure);
    const texts = [...readFileSync(figure, "utf8").matchAll(/<text[^>]*bold[^>]*>([^<]*)</g)].map((m) => m[1]!);
    return texts.filter((t) => t.startsWith("u") || t.startsWith("error of u"));
  };
  const box = { x: [0, 2], y: [0, 1], z: [-1, 1] };
  const planes = ["z = 0", "y = 0.5", "x = 1"];
  const both = (held: readonly string[]) => ["u", "error of u"].flatMap((what) => held.map((h) => `${what}, ${h}`));
  assert.equal(await titlesOf("block", box, "lap(u) = source"), both(planes));
  const disc = { shape: "ball", center: [0, 0], radius: 1, t: [0, 2] };
  assert.equal(await titlesOf("heat", disc, "u_t - lap(u) = source"), both(["t = 0", "t = 1", "t = 2"]));
});

test("the points over a map are an even part of an even set, and have its parts in proportion", () => {
  const domain = domainOf({ x: [0, 1], y: [0, 1] });
  for (const count of [1500, 2000, 4000, 8000]) {
    const shown = someOf(quasiUniformPoints(domain, count, rng(count)));
    assert.is(shown.length, 2000);
    for (const parts of [2, 4]) {
      const cells = new Float64Array(parts * parts);
      for (let i = 0; i < 1000; i++)
        cells[parts * Math.floor(shown[2 * i]! * parts) + Math.floor(shown[2 * i + 1]! * parts)]!++;
      // A random part of as many points would have this share, give or take four deviations.
      const share = 1000 / parts ** 2;
      for (const n of cells)
        assert.ok(Math.abs(n - share) < 4 * Math.sqrt(share), `${n} of ${share} in a cell, of ${count}`);
    }
    const first = someOf(Float64Array.from({ length: 2 * count }, (_, i) => (i < count ? 0 : 1)));
    assert.ok(Math.abs(first.reduce((sum, v) => sum + v, 0) / 2000 - 0.5) < 0.01, "half of the set was the first half");
  }
});

test.run();
