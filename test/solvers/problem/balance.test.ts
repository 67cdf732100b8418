/** Slopes on a whole boundary have to balance what an equation produces inside: problems for which they do not have no solution. */
import { test } from "uvu";
import { dirichlet, initial, neumann, periodic } from "../../../solvers/problem/conditions.ts";
import { pde } from "../../../solvers/problem/pde.ts";
import type { ProblemSpec } from "../../../solvers/problem/problem.ts";
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

test("slopes must balance the source of div(a grad u) as well, where a varies in space", () => {
  const closed = { ...square, domain: { x: [0, 1], y: [0, 1] }, integrals: ["u = 0"] } as const;
  const still = [neumann("u_n = 0")];
  const wrong: readonly ProblemSpec[] = [
    { ...closed, equations: "div((1 + x^2)*grad(u)) = 1", conditions: still },
    { ...closed, equations: "dx((1 + x*y)*u_x) + dy(exp(y)*u_y) = x", conditions: still },
    { ...closed, equations: "div((1 + x^2)*grad(u)) = 0", conditions: [neumann("(1+x^2)*u_n = 1")] },
    { ...closed, equations: "2*u_xx + 3*u_yy = 1", conditions: still },
    { ...closed, domain: { x: [0, 1] }, equations: "x*u_xx + u_x = 1", conditions: still },
    {
      ...{ ...closed, domain: { shape: "disk", center: [0, 0], radius: 1 } },
      ...{ equations: "div((2 + x)*grad(u)) = 1", conditions: [neumann("u_n = 1")] },
    },
  ];
  for (const spec of wrong) refused(spec, /no solution: the integral of div\(a\*grad\(u\)\) over the domain is/);
  const taken: readonly ProblemSpec[] = [
    {
      ...{ ...closed, equations: "div((1 + x^2)*grad(u)) = source", manufactured: "x^2*y - 1/6" },
      conditions: [neumann("exact")],
    },
    { ...closed, equations: "dx((1 + x*y)*u_x) + dy(exp(y)*u_y) = x - 1/2", conditions: still },
    { ...closed, equations: "div((1 + x^2)*grad(u)) = 4/3", conditions: [neumann("(1+x^2)*u_n = 1/3")] },
    // Not of this kind: nothing is known.
    { ...closed, equations: "(1+x^2)*lap(u) + u_x = 1", conditions: still },
    { ...closed, equations: "(x-0.5)*lap(u) = 1", conditions: still },
    { ...closed, equations: "div(if(x<0.5,1,2)*grad(u)) = 1", conditions: still, allow: ["lost-flux"] },
    { ...closed, equations: "div((1+u^2)*grad(u)) = 1", conditions: still },
    { ...closed, equations: "div((1+x)*grad(u)) - u = 1", conditions: still },
    { ...closed, domain: { x: [0, 1] }, equations: "u_xx = integral(u(s), s, 0, 1) - 1", conditions: still },
  ];
  for (const spec of taken) pde(spec);
});

const curved: Readonly<Record<string, ProblemSpec["domain"]>> = {
  disk: { shape: "ball", center: [0.1, 0], radius: 1 },
  ellipse: { shape: "ellipse", center: [0, 0], radii: [2, 1], angle: 0.3 },
  polygon: {
    ...{
      shape: "polygon",
      vertices: [
        [0, 0],
        [2, 0],
        [2, 1],
        [1, 1],
        [1, 2],
        [0, 2],
      ],
    }, // prettier-ignore
    holes: [
      [
        [0.2, 0.2],
        [0.2, 0.5],
        [0.5, 0.5],
      ],
    ], // prettier-ignore
  },
  spline: {
    shape: "spline",
    points: [
      [1, 0],
      [0, 1],
      [-1, 0.2],
      [0, -1],
    ],
  }, // prettier-ignore
  formula: { inside: "x^2/4 + y^2 < 1 and y > -0.5", within: { x: [-2.1, 2.1], y: [-0.6, 1.1] } },
  geojson: {
    shape: "geojson",
    geojson: {
      type: "Polygon",
      coordinates: [
        [
          [0, 0],
          [2, 0.1],
          [1.5, 1],
          [0.3, 1.2],
          [0, 0],
        ],
      ],
    }, // prettier-ignore
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

test("with a full tensor it is the conormal slope that balances the source; a slope in another direction tells nothing", () => {
  const tensor = "2*u_xx + u_xy + 3*u_yy";
  const conormal = (data: string) => [neumann(`nx*(2*u_x + 0.5*u_y) + ny*(0.5*u_x + 3*u_y) = ${data}`)];
  const varying = "dx((2 + sin(x))*u_x + 0.3*x*y*u_y) + dy(0.3*x*y*u_x + exp(y)*u_y)";
  const across = (data: string) => [
    neumann(`nx*((2 + sin(x))*u_x + 0.3*x*y*u_y) + ny*(0.3*x*y*u_x + exp(y)*u_y) = ${data}`),
  ];
  for (const domain of [{ x: [0, 1], y: [0, 2] } as const, curved["ellipse"]!]) {
    const closed = { name: "closed", domain, integrals: ["u = 0"] };
    // u = (x² + y²)/2 + x
    const sound: readonly ProblemSpec[] = [
      { ...closed, equations: `${tensor} = 5`, conditions: conormal("nx*(2*x + 2 + 0.5*y) + ny*(0.5*x + 0.5 + 3*y)") },
      { ...closed, equations: `${tensor} = x^2 - y`, conditions: [neumann("u_n = 0")] },
      { ...closed, equations: `${tensor} = 0`, conditions: conormal("nx - 2*ny") },
      {
        ...closed,
        equations: `(2 + x)*(${tensor}) = 5*(2 + x)`,
        conditions: conormal("2*nx*x + 3*ny*y + 0.5*(ny*x + nx*y)"),
      },
      {
        ...closed,
        equations: `${varying} = source`,
        manufactured: "x",
        conditions: across("nx*(2 + sin(x)) + ny*0.3*x*y"),
      },
    ];
    for (const spec of sound) pde(spec);
    const wrong: readonly ProblemSpec[] = [
      { ...closed, equations: `${tensor} = 1`, conditions: conormal("0") },
      {
        ...closed,
        equations: `-(${tensor}) = 5`,
        conditions: conormal("nx*(2*x + 2 + 0.5*y) + ny*(0.5*x + 0.5 + 3*y)"),
      },
      { ...closed, equations: `${varying} = 1`, conditions: across("0") },
      // A condition of the kind "robin" without u in it.
      { ...closed, equations: `${tensor} = 1`, conditions: [{ ...conormal("0")[0]!, type: "robin" } as never] },
    ];
    for (const spec of wrong)
      refused(spec, /no solution: the integral of (div\(a\*grad\(u\)\)|lap\(u\)) over the domain/);
  }
  // A slope that hangs on the unknown at another point is none that is known.
  pde({ ...square, conditions: [neumann("u_n = u(0, 0)")], integrals: ["u = 0"] });
});

test("balanced Neumann data, and problems in which a value or time takes up the difference, are taken", () => {
  const closed = { ...square, integrals: ["u = 0"] };
  const taken: readonly ProblemSpec[] = [
    { ...closed, conditions: [neumann("u_n = 1")], equations: "lap(u) = 2" },
    { ...closed, conditions: [neumann("u_n = 0")], equations: "lap(u) = x*exp(y)" },
    { ...closed, conditions: [neumann("u_n = 0")], equations: "lap(u) - u = 1" },
    { ...closed, conditions: [neumann("u_n = 0")], equations: "lap(u) + u_x = 1" },
    {
      ...closed,
      equations: "lap(u) = source",
      manufactured: "cos(pi*x)*y^2 - 1/3*cos(pi*x)",
      conditions: [neumann("exact")],
    },
    { ...closed, integrals: [], conditions: [neumann("u_n = 0", { on: "x" }), dirichlet("u = 0", { on: "y" })] },
    {
      name: "heat",
      domain: { x: [0, 1], t: [0, 1] },
      equations: "u_t = u_xx + 1",
      conditions: [initial("u = 0"), neumann("u_n = 0", { on: "x" })],
    },
  ].map((spec) => spec as ProblemSpec);
  for (const spec of taken) pde(spec);
});

test.run();
