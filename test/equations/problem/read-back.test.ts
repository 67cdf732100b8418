/** Printed problems can be read: equations, conditions and integrals as `printProblem` shows them are the same problem. */
import { development } from "../../../bench/solver-suite/development.ts";
import { final } from "../../../bench/solver-suite/final.ts";
import { randomProblem } from "../../../bench/solver-suite/random.ts";
import { rng } from "../../../engine/index.ts";
import {
  type Expression,
  evaluate,
  hasQuadrature,
  numbers,
  parseExpression,
  toUnicode,
} from "../../../equations/expression/index.ts";
import { type Condition, placeKey } from "../../../equations/problem/index.ts";
import { exampleProblems, type Problem, type ProblemSpec, pde, printProblem } from "../../../solvers/index.ts";
import { assert, test } from "../../harness.ts";
import { vertices } from "../../solvers/vertices.ts";
import { randomFormula } from "../expression/random-formula.ts";

/** The value of a formula where coordinates, derivatives and data are numbers drawn by their names. */
function numberAt(e: Expression, { axes, bounds, constants, trainable }: Problem, draw: number): number {
  const named = (name: string) => rng(draw).split(name).uniform(1)[0]!;
  const derivative = (unknown: number, order: readonly number[]) => 0.5 + named(`${unknown} ${order}`);
  const data = new Proxy(
    {},
    {
      get: (_, name) => named(String(name)),
      getOwnPropertyDescriptor: (_, name) => ({ configurable: true, enumerable: true, value: named(String(name)) }),
    },
  );
  const coordinates = axes.map((axis, k) => bounds[k]![0] + named(axis) * (bounds[k]![1] - bounds[k]![0]));
  const leaves = numbers({ coordinates, constants: { ...constants, ...trainable }, derivative, data });
  return evaluate(e, {
    ...leaves,
    elsewhere: (unknown, order, at) => derivative(unknown, order) * at.reduce((sum, v) => sum + v, 1),
  });
}

/** Conditions with both faces of an axis as two. */
const eachFace = (conditions: readonly Condition[]): readonly Condition[] =>
  conditions.flatMap((c): readonly Condition[] => {
    if (c.kind === "periodic" || typeof c.on !== "object" || !("axis" in c.on) || c.on.side !== "both") return [c];
    const { axis } = c.on;
    return (["low", "high"] as const).map((side) => ({ ...c, on: { axis, side } }));
  });

/** As printed; formulas of more than 110 characters are cut, and are left as they were written. */
function readBack(spec: ProblemSpec, problem: Problem): { readonly again: Problem; readonly cut: number } {
  const lines = printProblem(problem)
    .split("\n")
    .slice(1)
    .map((line) => line.trim());
  const written = [spec.equations].flat();
  let cut = 0;
  const equations = written.map((text, i) => {
    if (!lines[i]!.endsWith("…")) return lines[i]!;
    cut++;
    return text as string;
  });
  const from = written.length;
  const conditions = lines.slice(from, from + problem.conditions.length);
  const isWhole = conditions.every((line) => !line.includes("…"));
  if (!isWhole) cut++;
  // Equations in six digits have no exact solution; that of the text gives values alone.
  const { exact, ...without } = spec;
  const needsExact = conditions.some((line) => line.includes("exact"));
  const again = pde({ ...(needsExact ? spec : without), equations, ...(isWhole && { conditions }) });
  return { again, cut };
}

function isSame(problem: Problem, again: Problem): void {
  const close = (a: Expression, b: Expression, what: string) => {
    for (let draw = 0; draw < 3; draw++) {
      const [one, other] = [numberAt(a, problem, draw), numberAt(b, again, draw)];
      // Numbers are printed in six digits.
      assert.ok(Math.abs(one - other) <= 1e-4 * Math.max(1, Math.abs(one)), `${what}: ${one} and ${other}`);
    }
  };
  for (const [i, equation] of problem.equations.entries())
    if (!hasQuadrature(equation)) close(equation, again.equations[i]!, `${problem.name}, equation ${i}`);
  const [before, after] = [eachFace(problem.conditions), eachFace(again.conditions)];
  assert.is(after.length, before.length, problem.name);
  for (const [i, c] of before.entries()) {
    const other = after[i]!;
    assert.is(placeKey(other.on), placeKey(c.on), problem.name);
    assert.is(other.kind === "periodic", c.kind === "periodic");
    if (c.kind === "periodic" || other.kind === "periodic") continue;
    assert.equal(other.prescribes?.order, c.prescribes?.order, `${problem.name}: ${c.text}`);
    close(c.residual, other.residual, `${problem.name}: ${c.text}`);
  }
}

test("every problem of the suite that is printed can be read, and its residuals are the same", () => {
  const specs = [
    ...Object.values(exampleProblems),
    ...[...development, ...final].map(({ spec }) => spec),
    ...Array.from({ length: 12 }, (_, k) => randomProblem(1 + 7 * k).spec),
  ];
  let [whole, all] = [0, 0];
  for (const spec of specs) {
    const problem = pde(spec);
    if (spec.complex) continue;
    const { again, cut } = readBack(spec, problem);
    isSame(problem, again);
    all++;
    if (cut === 0) whole++;
  }
  assert.ok(all > 40 && whole > 0.9 * all, `${whole} of ${all}`);
});

test("places, names and signs as they are printed: interfaces, edges, predicates, Greek letters, indices, absolute values", () => {
  const plane = { x: [0, 1], y: [0, 1] } as const;
  // biome-ignore format: a table
  const specs: ProblemSpec[] = [
    { name: "interface", domain: { x: [0, 1] }, unknowns: ["a", "b"], equations: ["a_xx + 1 = 0", "10*b_xx + 1 = 0"],
      conditions: ["a = 0 on x = 0", "b = 0 on x = 1",
        { type: "interface", equation: ["a = b", "a_n = 10*b_n"], on: "x = 0.5" }] },
    { name: "polygon", domain: { shape: "polygon", vertices: vertices("0 0, 1 0, 0 1") }, equations: "lap(u) = x",
      conditions: [{ type: "dirichlet", equation: "u = 0", on: [{ edge: 0 }, { edge: 1 }] },
        { type: "neumann", equation: "u_n = 1", on: { edge: 2 } }] },
    { name: "names", domain: { x1: [0, 1], x2: [0, 1] }, unknowns: ["psi", "u1"], constants: { nu: 0.1, c_1: 2 },
      equations: ["nu*lap(psi) + psi_x1x2 = c_1*abs(x1 - 0.5)*u1*(1 - u1)", "lap(u1) - psi/2*u1 = sqrt(x1 + 1)*1e-3"],
      conditions: ["psi = 0", "u1 = 0 on x1", "u1_n + u1 = 1 on x2 < 0.5 and x1 > 0"] },
    { name: "parts", domain: plane, equations: "lap(u) = 1",
      conditions: ["u = 0 on x = 0", "u_n = 0 on y", "u_n = 0 on x = 1 and y < 0.5", "u = 1 on x = 1 and y > 0.5"] },
  ];
  for (const spec of specs) {
    const problem = pde({ ...spec, allow: ["corner-mismatch", "missing-condition"] });
    isSame(problem, readBack({ ...spec, allow: ["corner-mismatch", "missing-condition"] }, problem).again);
  }
});

test("what printing makes of random formulas is read as the same value", () => {
  const scope = { axes: ["x", "y"], time: undefined, unknowns: ["u"], constants: ["k"] };
  const random = rng(3);
  for (let i = 0; i < 200; i++) {
    const { text } = randomFormula(random.split(i));
    let e: Expression;
    try {
      e = parseExpression(text, scope, { unknowns: false });
    } catch {
      continue;
    }
    const printed = toUnicode(e, scope);
    const again = parseExpression(printed, scope, { unknowns: false });
    const at = (of: Expression) => evaluate(of, numbers({ coordinates: [0.7, 1.3], constants: { k: 0.4 } }));
    const [one, other] = [at(e), at(again)];
    // Larger ones magnify that numbers are printed in six digits.
    if (!(Math.abs(one) < 100)) continue;
    const isClose = Math.abs(one - other) <= 1e-3 * Math.max(1, Math.abs(one));
    assert.ok(isClose, `${text} is printed as ${printed}: ${one} and ${other}`);
  }
});

test("an integral is read as it is printed, over the domain and at a time", () => {
  const spec = {
    domain: { x: [0, 1], t: [0, 1] },
    ...{ name: "p", equations: "u_t = u_xx", conditions: ["u = 1 at t = 0", "u_n = 0 on x"] },
  } as const;
  const [over] = pde({ ...spec, integrals: ["∫ u² dΩ = 1"] }).integrals;
  assert.equal([over!.at, over!.text], [undefined, "u² = 1"]);
  const [then] = pde({ ...spec, integrals: ["∫ u dΩ = 1  at t = 0"] }).integrals;
  assert.equal([then!.at, then!.text], [0, "u = 1"]);
});

test.run();
