/** Faces, parts of them and several of them, in the ways in which they are written. */

import { rng } from "../../../engine/index.ts";
import { domainOf } from "../../../equations/domain/index.ts";
import { boundaryPart } from "../../../equations/problem/index.ts";
import { type ProblemSpec, pde, printProblem, problemFromJson, problemToJson } from "../../../solvers/index.ts";
import { construct } from "../../../solvers/solve/index.ts";
import { assert, equalBy, test } from "../../harness.ts";
import { vertices } from "../../solvers/vertices.ts";

const box = { x: [-1, 1], y: [0, 1] } as const;
const spec = (on: unknown, domain: unknown = box): ProblemSpec =>
  JSON.parse(
    JSON.stringify({
      ...{ name: "", domain, equations: "lap(u) = 1", conditions: [{ type: "dirichlet", equation: "u = 0", on }] },
      allow: ["missing-condition"],
    }),
  ) as ProblemSpec;
const made = (on: unknown, domain?: unknown) => pde(spec(on, domain));
/** Points of the one place, as pairs. */
function pointsOn(on: unknown, domain?: unknown): number[][] {
  const problem = made(on, domain);
  const { points } = domainOf(problem.domain).boundary(50, rng(1), boundaryPart(problem.conditions[0]!.on, problem));
  return Array.from({ length: 50 }, (_, i) => [points[2 * i]!, points[2 * i + 1]!]);
}
const [low, high] = [
  { axis: 0, side: "low" },
  { axis: 0, side: "high" },
] as const;

test("a face and a comparison are a part of the face, and keep their words", () => {
  assert.ok(pointsOn("y = 0 and x < 0").every(([x, y]) => y === 0 && x! < 0));
  assert.ok(pointsOn({ where: "x > 0.5 and y == 1" }).every(([x, y]) => y === 1 && x! > 0.5));
  const either = pointsOn("(y = 0 and x < 0) or x = 1");
  assert.ok(either.every(([x, y]) => (y === 0 && x! < 0) || x === 1));
  assert.ok(either.some(([x]) => x === 1) && either.some(([x]) => x! < 0));
  assert.match(printProblem(made("y = 0 and x < 0")), /u = 0 +where y = 0 and x < 0/);
  assert.equal(
    made("y = 0 and x < 0").text.conditions,
    problemFromJson(problemToJson(made("y = 0 and x < 0"))).text.conditions,
  );
});

test("faces with or or commas between them, or in a list, are whole faces, on which values hold by construction", () => {
  for (const on of ["x = -1 or x = 1", "x = -1, 1 = x", ["x = -1", "x = 1"], ["x == -1 or x == 1"]]) {
    const problem = made(on);
    equalBy(problem.conditions, (c) => c.on, [low, high]);
    assert.is(construct(problem, domainOf(problem.domain)).held.length, 2);
  }
  assert.equal(made(["x", { where: "y < 0.5" }]).conditions.length, 2);
  assert.equal(made("x = sqrt(1)").conditions[0]!.on, high);
});

test("a curve or a line of which the boundary of a shape is made is a place, also inside of its bounds", () => {
  const outer = { shape: "polygon", vertices: vertices("-1 -1, 1 -1, 1 1, -1 1") };
  const ring = { difference: [outer, { shape: "ball", center: [0, 0], radius: 0.2 }] };
  assert.ok(pointsOn("x^2 + y^2 = 0.04", ring).every(([x, y]) => Math.abs(Math.hypot(x!, y!) - 0.2) < 1e-9));
  const corner = { shape: "polygon", vertices: vertices("-1 -1, 1 -1, 1 0, 0 0, 0 1, -1 1") };
  assert.ok(pointsOn("y = 0", corner).every(([x, y]) => y === 0 && x! >= 0));
  assert.ok(pointsOn("x <= -1", box).every(([x]) => x === -1));
});

test.run();
