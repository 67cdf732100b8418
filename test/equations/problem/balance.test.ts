/** Slopes on a whole boundary have to balance what an equation produces inside: problems for which they do not have no solution. */

import { dirichlet, initial, neumann, type ProblemSpec, pde, periodic } from "../../../solvers/index.ts";
import { test } from "../../harness.ts";
import { vertices } from "../../solvers/vertices.ts";
import { line, refused, square } from "./refused.ts";

test("Neumann data that do not balance the source are refused with both sides", () => {
  const closed = { ...square, conditions: [neumann("u_n = 0")], integrals: ["u = 0"] };
  refused(closed, /no solution: the integral of lap\(u\) over the domain is 4.* the boundary .* 0/);
  refused({ ...closed, equations: "-3*lap(u) = x + 1" }, /no solution/);
  refused({ ...closed, equations: "lap(u) = 0", conditions: [neumann("2*u_n = 1")] }, /is 0.* 4/);
  const sides = [periodic({ on: "x" }), neumann("u_n = y", { on: "y" })];
  refused({ ...closed, equations: "lap(u) = 1", conditions: sides }, /no solution/);
  refused(
    { ...line, equations: "u_xx = 1", conditions: [neumann("u_n = 0")], integrals: ["u = 0"] },
    /no solution: .* 2.* 0/,
  );
});

const curved: Readonly<Record<string, ProblemSpec["domain"]>> = {
  disk: { shape: "ball", center: [0.1, 0], radius: 1 },
  ellipse: { shape: "ellipse", center: [0, 0], radii: [2, 1], angle: 0.3 },
  polygon: {
    ...{ shape: "polygon", vertices: vertices("0 0, 2 0, 2 1, 1 1, 1 2, 0 2") },
    holes: [vertices("0.2 0.2, 0.2 0.5, 0.5 0.5")],
  },
  formula: { inside: "x^2/4 + y^2 < 1 and y > -0.5", within: { x: [-2.1, 2.1], y: [-0.6, 1.1] } },
  geojson: {
    shape: "geojson",
    geojson: { type: "Polygon", coordinates: [vertices("0 0, 2 0.1, 1.5 1, 0.3 1.2, 0 0")] },
  },
  ring: {
    difference: [
      { shape: "ball", center: [0, 0], radius: 1 },
      { shape: "ball", center: [0.2, 0], radius: 0.4 },
    ],
  },
};

test("slopes on curved outlines must balance the source as well, to the error of both integrals", () => {
  for (const domain of Object.values(curved)) {
    const closed = { name: "closed", domain, integrals: ["u = 0"] };
    const exact = { ...closed, equations: "lap(u) = source", manufactured: "sin(x)*cos(2*y) + x*y" };
    pde({ ...exact, conditions: [neumann("exact")] });
    // A source that is narrow, and none of which goes through the outline.
    pde({ ...exact, manufactured: "exp(-3000*((x-0.7)^2+(y-0.1)^2))", conditions: [neumann("exact")] });
    pde({ ...closed, equations: "lap(u) = 2", conditions: [neumann("u_n = nx*x + ny*y")] });
    refused({ ...closed, equations: "lap(u) = 2", conditions: [neumann("u_n = 1.1*(nx*x + ny*y)")] }, /no solution/);
    refused(
      { ...closed, equations: "lap(u) = exp(x)", conditions: [neumann("u_n = 0")] },
      /lap\(u\) over .* make it 0/,
    );
  }
});

test("balanced Neumann data, and problems in which a value or time takes up the difference, are taken", () => {
  const closed = { ...square, integrals: ["u = 0"] };
  const taken: readonly ProblemSpec[] = [
    { ...closed, conditions: [neumann("u_n = 1")], equations: "lap(u) = 2" },
    { ...closed, conditions: [neumann("u_n = 0")], equations: "lap(u) = x*exp(y)" },
    { ...closed, conditions: [neumann("u_n = 0")], equations: "lap(u) - u = 1" },
    { ...closed, conditions: [neumann("u_n = 0")], equations: "lap(u) + u_x = 1" },
    // Of other operators nothing is known before the solve.
    { ...closed, conditions: [neumann("u_n = 0")], equations: "2*u_xx + 3*u_yy = 1" },
    { ...closed, conditions: [neumann("u_n = 0")], equations: "(x - 0.5)*lap(u) = 1" },
    { ...closed, conditions: [neumann("u_n = 0")], equations: "div((1 + u^2)*grad(u)) = 1" },
    // A slope that depends on the unknown at another point is not known.
    { ...closed, conditions: [neumann("u_n = u(0, 0)")], equations: "lap(u) = 1" },
    {
      ...closed,
      equations: "lap(u) = source",
      manufactured: "cos(pi*x)*y^2 - 1/3*cos(pi*x)",
      conditions: [neumann("exact")],
    },
    { ...closed, integrals: [], conditions: [neumann("u_n = 0", { on: "x" }), dirichlet("u = 0", { on: "y" })] },
    {
      ...{ name: "heat", domain: { x: [0, 1], t: [0, 1] }, equations: "u_t = u_xx + 1" },
      conditions: [initial("u = 0"), neumann("u_n = 0", { on: "x" })],
    },
  ].map((spec) => spec as ProblemSpec);
  for (const spec of taken) pde(spec);
});

test.run();
