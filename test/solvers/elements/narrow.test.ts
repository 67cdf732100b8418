/** Steps and peaks of functions that lie between the points of elements. */
import { solveByElements } from "../../../solvers/elements/index.ts";
import { dirichlet, type ProblemSpec, pde, solve } from "../../../solvers/index.ts";
import { assert, test } from "../../harness.ts";

const disk = { shape: "disk", center: [0, 0], radius: 1 } as const;
const conduction = {
  ...{ name: "conduction", domain: disk, equations: "-div(k*grad(u)) = 1" },
  conditions: [dirichlet("u = 0")],
};
/** Problems of which every point of a coarse mesh sees another solution, which it solves well. */
const unseen: Readonly<Record<string, ProblemSpec>> = {
  "a step along a circle": { ...conduction, functions: { k: "1 + 13*(1 + tanh((sqrt(x^2 + y^2) - 0.55)/1e-5))/2" } },
  "a step along a line that is no axis": {
    ...{ ...conduction, domain: { x: [-1, 1], y: [-1, 1] } },
    functions: { k: "1 + 13*(1 + tanh((x + 2*y - 0.1)/1e-6))/2" },
  },
  "a thin wall": { ...conduction, functions: { k: "1/(1 + 1e4*exp(-((sqrt(x^2 + y^2) - 0.5)/1e-4)^2))" } },
  "a source along a line": {
    ...{
      ...conduction,
      domain: {
        shape: "polygon",
        vertices: [
          [-1, -1],
          [1, -1],
          [0.2, 1],
        ],
      },
    },
    equations: "-lap(u) = exp(-((x - y - 0.05)/1e-5)^2)/1e-5",
  },
  "a reaction along a circle of a nonlinear equation": {
    ...{ ...conduction },
    equations: "-lap(u) + 1e5*exp(-((x^2 + y^2 - 0.3)/1e-5)^2)*u + u^3 = 1",
  },
};

const onFirstMesh = (spec: ProblemSpec) =>
  solveByElements(pde(spec), { tolerance: 1e-6, seconds: Number.POSITIVE_INFINITY, meshes: 1, clock: () => 0 })!;

for (const [name, spec] of Object.entries(unseen))
  test(`what lies between the points of elements is seen with its width: ${name}`, () => {
    const { imbalance, narrow, error } = onFirstMesh(spec);
    assert.ok(imbalance > 0.03 && !(error < imbalance), `${imbalance}`);
    assert.ok(narrow!.length < 2e-4 && narrow!.element > 0.1, JSON.stringify(narrow));
  });

test("a narrow step that hardly changes a coefficient leaves nothing unbalanced", () => {
  const { imbalance } = onFirstMesh({
    ...{ ...conduction },
    functions: { k: "1 + 1e-5*tanh((sqrt(x^2 + y^2) - 0.5)/1e-5)" },
  });
  assert.ok(imbalance < 1e-3, `${imbalance}`);
});

test("the advice names the place and the width of what is missed", async () => {
  const { report } = await solve(pde(unseen["a step along a circle"]!), { budget: { steps: 2 } });
  assert.match(report.estimate!.advice!, /changes within 0\.0000\d+ near x = .*, y = .*, where elements are .* wide/);
});

test("a peak that no point of even elements sees is met, however its text writes it: Green's function of a disk", () => {
  const [a, b, width] = [0.3, -0.2, 1e-4];
  const points = Float64Array.of(0.31, -0.2, 0, 0, 0.3, 0.5, -0.7, -0.4);
  const mirror = a ** 2 + b ** 2;
  for (const power of [
    `-((x - ${a})^2 + (y + ${-b})^2)/${width}^2`,
    `-((x - ${a})/${width})^2 - ((y + ${-b})/${width})^2`,
  ]) {
    const source = `-lap(u) = exp(${power})/(pi*${width}^2)`;
    const values = onFirstMesh({ ...conduction, equations: source }).pieces.at(points)(0, [0, 0]);
    values.forEach((value, i) => {
      const [x, y] = [points[2 * i]!, points[2 * i + 1]!];
      const image = Math.hypot(x - a / mirror, y - b / mirror) * Math.sqrt(mirror);
      const truth = Math.log(image / Math.hypot(x - a, y - b)) / (2 * Math.PI);
      assert.ok(Math.abs(value / truth - 1) < 0.1, `${value} at ${x}, ${y} in the place of ${truth}`);
    });
  }
});

test.run();
