/**
 * Evolutions on periodic rectangles, drawn by chance: reactions with diffusion, viscous flows of velocities, and a moving bump made to solve transport.
 *
 * `node --import tsx --conditions=source bench/periodic-in-time.ts [--numbers 9100-9119] [--seconds 6] [--tolerance 1e-4] [--truths FOLDER]`
 *
 * Truths are the bump, or Fourier modes with ETDRK4 (`bench/peers/reach.py`, whose finest two resolutions are compared, half a minute each; `--truths` keeps them). Prints the relative L² error, the estimate, and what was taken.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { rng } from "../engine/random/rng.ts";
import { domainOf } from "../equations/domain/index.ts";
import { evaluateAt } from "../equations/expression/index.ts";
import { type ConditionSpec, type Problem, type ProblemSpec, pde, solve } from "../solvers/index.ts";
import { peerEnvironment, python } from "./peer.ts";
import type { Peer } from "./solver-reach/problems.ts";

const { values } = parseArgs({
  options: {
    numbers: { type: "string", default: "9100-9119" },
    seconds: { type: "string", default: "6" },
    tolerance: { type: "string" },
    truths: { type: "string" },
  },
});

function drawn(number: number): { readonly spec: ProblemSpec; readonly peer?: Peer } {
  const shares = rng(number).uniform(10);
  const between = (i: number, low: number, high: number) => Number((low + (high - low) * shares[i]!).toPrecision(3));
  const power = (i: number, low: number, high: number) => Number((10 ** between(i, low, high)).toPrecision(3));
  const name = `number-${number}`;
  const periodic: ConditionSpec = { type: "periodic", on: ["x", "y"] };
  const end = between(0, 0.5, 3);
  const domain = { x: [0, 1], y: [0, 1], t: [0, end] } as const;
  const wave = (i: number) =>
    `(${between(i, 0.2, 0.9)}*sin(2*pi*(x - ${between(i + 1, 0, 1)}))*cos(2*pi*y) + 0.3*cos(2*pi*(x - ${1 + Math.round(shares[i]!)}*y)))`;
  const semilinear = (
    starts: Readonly<Record<string, string>>,
    equations: readonly string[],
    linear: Peer["linear"],
    terms: Peer["terms"],
  ) => {
    const start = Object.entries(starts).map(([u, text]) => `${u} = ${text}`);
    const axes = [domain.x, domain.y];
    return {
      spec: {
        ...{ name, domain, unknowns: Object.keys(starts), equations },
        conditions: [{ type: "initial", equation: start } as const, periodic],
      },
      peer: { ...{ name, code: "fourier", axes, end, nodes: 16, steps: 16, starts, linear, terms } },
    };
  };
  const [diffusion, rate] = [power(1, -3.3, -1.5), power(2, -0.5, 1.5)];
  if (number % 5 === 0)
    return semilinear(
      { u: wave(3) },
      [`u_t = ${diffusion}*lap(u) + ${rate}*(u - u^3)`],
      { u: `${rate} - ${diffusion}*k2` },
      { u: [[`${-rate}`, "u^3"]] },
    );
  if (number % 5 === 1) {
    // Schnakenberg's reaction.
    const [a, b, other] = [between(5, 0.05, 0.2), between(6, 0.7, 1), power(7, -2, -1)];
    return semilinear(
      { u: `${a + b} + 0.2*${wave(3)}`, v: `${b} + 0*x` },
      [`u_t = ${diffusion}*lap(u) + ${rate}*(${a} - u + u^2*v)`, `v_t = ${other}*lap(v) + ${rate}*(${b} - u^2*v)`],
      { u: `${-rate} - ${diffusion}*k2`, v: `-${other}*k2` },
      { u: [[`${rate}`, `${a} + u^2*v`]], v: [[`${rate}`, `${b} - u^2*v`]] },
    );
  }
  if (number % 5 === 2) {
    const viscosity = power(1, -2, -1);
    return semilinear(
      { u: wave(3), v: wave(5) },
      [`u_t + u*u_x + v*u_y = ${viscosity}*lap(u)`, `v_t + u*v_x + v*v_y = ${viscosity}*lap(v)`],
      { u: `-${viscosity}*k2`, v: `-${viscosity}*k2` },
      { u: [["-1", "u*dx(u) + v*dy(u)"]], v: [["-1", "u*dx(v) + v*dy(v)"]] },
    );
  }
  if (number % 5 === 3) {
    const own = power(7, -2, 0);
    return semilinear(
      { u: wave(3), v: `0.5*${wave(5)}` },
      [`u_t = ${diffusion}*lap(u) + ${rate}*(u - u^3 - v)`, `v_t = 0.1*${diffusion}*lap(v) + ${own}*(u - v)`],
      { u: `-${diffusion}*k2`, v: `-0.1*${diffusion}*k2` },
      { u: [[`${rate}`, "u - u^3 - v"]], v: [[`${own}`, "u - v"]] },
    );
  }
  const [c, d, sharp] = [between(3, -2, 2), between(4, -2, 2), between(5, 1, 8)];
  const bump = `exp(${sharp}*(cos(2*pi*(x - ${c}*t)) + cos(2*pi*(y - ${d}*t)) - 2))`;
  return {
    spec: {
      ...{ name, domain, equations: `u_t + ${c}*u_x + ${d}*u_y*(1 + 0.3*sin(2*pi*x)) = ${diffusion}*lap(u) + source` },
      ...{ manufactured: bump, conditions: [{ type: "initial", equation: "exact" }, periodic] },
    },
  };
}

const folder = values.truths ?? mkdtempSync(join(tmpdir(), "monge-periodic-"));

/** Points and values of all unknowns there, row by row. */
function truthOf(problem: Problem, peer: Peer | undefined) {
  const { exact, axes, constants, domain, name } = problem;
  if (exact) {
    const points = domainOf(domain).interior(2000, rng(7));
    return { points, values: Array.from(evaluateAt(exact[0]!, points, axes.length, constants)), difference: 0 };
  }
  const known = join(folder, `${name}.json`);
  if (!existsSync(known)) {
    const file = join(folder, `${name}-problem.json`);
    writeFileSync(file, JSON.stringify([peer]));
    const { status, stderr } = spawnSync(python, ["bench/peers/reach.py", "truths", file, folder], {
      ...{ encoding: "utf8", env: peerEnvironment(1) },
    });
    if (status !== 0) throw new Error(stderr);
  }
  const found = JSON.parse(readFileSync(known, "utf8"));
  return { ...found, points: Float64Array.from(found.points) };
}

const [first, last = first] = values.numbers.split("-").map(Number);
for (let number = first!; number <= last!; number++) {
  const { spec, peer } = drawn(number);
  const problem = pde(spec);
  const truth = truthOf(problem, peer);
  const tolerance = values.tolerance === undefined ? {} : { tolerance: Number(values.tolerance) };
  const budget = { processorSeconds: Number(values.seconds), ...tolerance };
  const solution = await solve(problem, { seed: 0, threads: 1, budget });
  const found = await solution.evaluate(truth.points);
  const size = Math.hypot(...truth.values);
  const error = Math.hypot(...truth.values.map((v: number, i: number) => found[i]! - v)) / size;
  const { status, estimate, processorSeconds, method } = solution.report;
  const [off, said, known] = [error, estimate!.relativeL2, truth.difference].map((v) => v.toExponential(1));
  console.log(
    `${number}: error ${off} (known to ${known}), estimate ${said}, ${status}, ${processorSeconds!.toFixed(2)} s, ${method!.at(-1)}`,
  );
  await solution.dispose();
}
if (!values.truths) rmSync(folder, { recursive: true });
