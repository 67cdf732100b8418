/** Warnings before any work: values that jump along a boundary. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { dirichlet, initial, neumann } from "../../../solvers/problem/conditions.ts";
import { pde } from "../../../solvers/problem/index.ts";
import type { ProblemSpec } from "../../../solvers/problem/problem.ts";

const square = { name: "square", domain: { x: [-1, 1], y: [-1, 1] }, conditions: [dirichlet("u = 0")] } as const;
const kinds = (spec: ProblemSpec) => (pde(spec).doubts ?? []).map(({ kind }) => kind);

test("values that differ where two parts of a boundary meet are said, and neither refused nor where they agree", () => {
  const triangle = {
    ...{ name: "triangle", equations: "lap(u) = 0" },
    domain: {
      shape: "polygon",
      vertices: [
        [0, 0],
        [1, 0],
        [0, 1],
      ],
    }, // prettier-ignore
  } as const;
  const edges = (...given: readonly string[]) => given.map((equation, edge) => dirichlet(equation, { on: { edge } }));
  const jumps = pde({ ...triangle, conditions: edges("u = 0", "u = 1", "u = 0") }).doubts!;
  assert.equal(
    jumps.map(({ kind }) => kind),
    ["jump", "jump"],
  ); // prettier-ignore
  assert.match(jumps[0]!.text, /u jumps from 0 \("u = 0"\) to 1 \("u = 1"\) near x = (1|0\.99), y = /);
  assert.equal(kinds({ ...triangle, conditions: edges("u = 0", "u = y", "u = y") }), []);
  assert.equal(kinds({ ...triangle, conditions: edges("u = x", "u = x - y", "u = x*y - y") }), []);
  const disk = { ...square, domain: { shape: "ball", center: [0, 0], radius: 1 }, equations: "lap(u) = 0" } as const;
  const halves = (low: string, high: string) => [dirichlet(low, { on: "y < 0" }), dirichlet(high, { on: "y > 0" })];
  assert.equal(kinds({ ...disk, conditions: halves("u = 0", "u = 1") }), ["jump"]);
  assert.equal(kinds({ ...disk, conditions: halves("u = 0", "u = y") }), []);
  const box = { ...square, domain: { x: [0, 1], y: [0, 1] }, equations: "lap(u) = 0" } as const;
  // They agree at x = 0 and differ at x = 1.
  const lid = [dirichlet("u = x", { on: "y" }), dirichlet("u = 0", { on: "x" })];
  assert.equal(kinds({ ...box, conditions: lid }), ["jump"]);
  assert.equal(kinds({ ...box, conditions: lid, allow: ["corner-mismatch"] }), []);
  assert.equal(kinds({ ...box, conditions: [neumann("u_n = 0", { on: "x" }), dirichlet("u = x", { on: "y" })] }), []);
});

test("an equation that is divided by what changes its sign inside is warned of with the place", () => {
  const line = { name: "line", domain: { x: [-1, 1] }, conditions: [dirichlet("u = 0")] } as const;
  const [warning] = pde({ ...line, equations: "u_xx + u/(x - 0.3) = 1" }).doubts!;
  assert.is(warning!.kind, "singular");
  assert.match(
    warning!.text,
    /equation 1 is singular at x = 0\.3, inside of the domain, where x - 0\.3 is 0; solve on either side/,
  );
  assert.equal(kinds({ ...line, equations: "u_xx + u/(x - 1.3) = 1" }), []);
  assert.equal(kinds({ ...line, equations: "-u_xx + u/abs(x) = 1" }), []);
});

test("a moment at which an equation in time is singular leaves open what comes after it, however smooth one continuation is", () => {
  const point = { name: "point", domain: { t: [0, 1] }, conditions: [initial("u = 1")] } as const;
  assert.equal(kinds({ ...point, equations: "u_t = 2*u/(t - 0.5)" }), ["undetermined"]);
  assert.equal(kinds({ ...point, equations: "u_t = 2*u/(t + 0.5)" }), []);
});

test("a start that is left out on purpose leaves several solutions", () => {
  const heat = {
    ...({ name: "heat", domain: { x: [0, 1], t: [0, 1] }, equations: "u_t = u_xx" } as const),
    conditions: [dirichlet("u = 0", { on: "x" })],
  } as const;
  assert.equal(kinds({ ...heat, allow: ["missing-condition"] }), ["undetermined"]);
});

test.run();
