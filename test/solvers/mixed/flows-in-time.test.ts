/** Flows in time in a plane by mixed elements, beside exact flows. */
import { loadSolution, type ProblemSpec, pde, solve } from "../../../solvers/index.ts";
import { flowForm, marchFlow, planeBlocks } from "../../../solvers/mixed/index.ts";
import { assert, close, closeRelative, temporaryFolder, test } from "../../harness.ts";

const { at } = temporaryFolder(test);

const equations = ["u_t + u*u_x + v*u_y + p_x = lap(u)/R", "v_t + u*v_x + v*v_y + p_y = lap(v)/R", "u_x + v_y = 0"];
const box = { x: [0, 2] as const, y: [0, 1.5] as const };

/** Taylor and Green's vortices (1937), with a pressure whose mean is 0. */
const mean = (Math.sin(4) * 0.75 + Math.sin(3)) / 12;
const vortices = {
  u: "-cos(x)*sin(y)*exp(-2*t/R)",
  v: "sin(x)*cos(y)*exp(-2*t/R)",
  p: `(${mean} - (cos(2*x) + cos(2*y))/4)*exp(-4*t/R)`,
};
const decaying = {
  name: "vortices",
  domain: { ...box, t: [0, 1] },
  unknowns: ["u", "v", "p"],
  constants: { R: 100 },
  equations,
  exact: vortices,
  conditions: (["u", "v"] as const).flatMap((name) => [
    `${name} = ${vortices[name]} on x, y`,
    `${name} = ${vortices[name]} at t = 0`,
  ]),
  integrals: ["p = 0 at every t"],
} satisfies ProblemSpec;

test("Taylor's and Green's vortices decay with an error that the estimate bounds, and are loaded as they were saved", async () => {
  const solution = await solve(pde(decaying), { budget: { steps: 8 } });
  assert.match(solution.report.method!.at(-1)!, /moments on \d+ quadrilaterals/);
  const estimate = solution.report.estimate!;
  assert.is(estimate.advice, undefined);
  const { relativeL2 } = await solution.errors();
  assert.ok(relativeL2 < 1e-4, `${relativeL2}`);
  assert.ok(estimate.relativeL2 > 0.3 * relativeL2 && estimate.relativeL2 < 1e-3, `${estimate.relativeL2}`);
  await solution.save(at("vortices"));
  const points = Float64Array.of(0.9, 0.1, 0.4, 0.4, 0.31, 1, 2, 1.5, 0);
  assert.equal(await (await loadSolution(at("vortices"))).evaluate(points), await solution.evaluate(points));
});

test("a flow that a force drives, and heat that rises with it, have the accelerations of their exact solution", async () => {
  // Rest, with a temperature whose weight the pressure bears, and a channel's flow that grows with time beside it.
  const exact = { u: "t^2*y*(1.5-y)", v: "0", p: "0.5*(y - 0.75)", h: "0.5" };
  const problem = pde({
    name: "driven",
    domain: { ...box, t: [0, 1] },
    unknowns: ["u", "v", "p", "h"],
    constants: { R: 10 },
    equations: [
      "u_t + u*u_x + v*u_y + p_x = lap(u)/R + 2*t*y*(1.5-y) + 2*t^2/R",
      "v_t + u*v_x + v*v_y + p_y = lap(v)/R + h",
      "u_x + v_y = 0",
      "h_t + u*h_x + v*h_y = lap(h)/R",
    ],
    exact,
    conditions: Object.entries(exact)
      .filter(([name]) => name !== "p")
      .flatMap(([name, value]) => [`${name} = ${value} on x, y`, `${name} = ${value} at t = 0`]),
    integrals: ["p = 0 at every t"],
  });
  const solution = await solve(problem, { budget: { steps: 8 } });
  assert.match(solution.report.method!.at(-1)!, /moments on \d+ quadrilaterals/);
  assert.ok((await solution.errors()).relativeL2 < 1e-5);
});

test("slow vortices, which carry nothing along, decay as their formula does", async () => {
  const slow = {
    ...decaying,
    equations: ["u_t + p_x = lap(u)/R", "v_t + p_y = lap(v)/R", "u_x + v_y = 0"],
    exact: { ...vortices, p: "0" },
  };
  const solution = await solve(pde(slow), { budget: { steps: 8 } });
  assert.match(solution.report.method!.at(-1)!, /moments on \d+ quadrilaterals/);
  const { relativeL2 } = await solution.errors();
  assert.ok(relativeL2 < 1e-4, `${relativeL2}`);
});

test("the drag of a wall at a moment is the integral of its shear stress", async () => {
  const solution = await solve(pde(decaying), { budget: { steps: 8 } });
  const drag = await solution.functional("integral(u_y/R, y = 0) at t = 0.5");
  assert.ok("value" in drag);
  close(drag.value, (-Math.sin(2) * Math.exp(-1 / 100)) / 100, 1e-6);
});

test("the force of the pressure on a round hole at a moment is that of the exact flow, also where last polynomials are damped", async () => {
  // Vortices three times as narrow, which few quadrilaterals do not resolve: their pressure over a disk of radius r about
  // (a, b) drives it along an axis by −π/2·r·J₁(6r)·sin(6a), or sin(6b).
  const narrow = {
    u: "-cos(3*x)*sin(3*y)*exp(-18*t/R)",
    v: "sin(3*x)*cos(3*y)*exp(-18*t/R)",
    p: "-(cos(6*x) + cos(6*y))/4*exp(-36*t/R)",
  };
  const solution = await solve(
    pde({
      ...{ name: "hole", unknowns: ["u", "v", "p"], constants: { R: 100 }, equations, exact: narrow },
      domain: { difference: [box, { shape: "ball", center: [0.8, 0.7], radius: 0.2 }], t: [0, 1] },
      conditions: (["u", "v"] as const).flatMap((name) => [
        `${name} = ${narrow[name]} on boundary`,
        `${name} = ${narrow[name]} at t = 0`,
      ]),
      integrals: ["p = 0 at every t"],
    }),
    { budget: { steps: 1 } },
  );
  assert.match(solution.report.method!.at(-1)!, /moments on \d+ quadrilaterals/);
  const bessel = 0.498289057567215; // J₁(1.2), Abramowitz & Stegun 1964, table 9.1
  for (const t of [0.1, 0.33, 0.5]) {
    const size = (-Math.PI / 2) * 0.2 * bessel * Math.exp(-0.36 * t);
    for (const [n, sine] of [
      ["nx", Math.sin(4.8)],
      ["ny", Math.sin(4.2)],
    ] as const) {
      const force = await solution.functional(`integral(p*${n}, (x-0.8)^2+(y-0.7)^2=0.04) at t = ${t}`);
      assert.ok("value" in force);
      close(force.value, size * sine, 0.01 * Math.abs(size));
    }
  }
});

test("steps keep their tolerance, and moments their values, where a start has sources that a pressure takes away at once", async () => {
  const first = async (source: string) => {
    const { exact: _, ...open } = decaying;
    const conditions = decaying.conditions.with(1, `u = ${vortices.u} + ${source} at t = 0`);
    const problem = pde({ ...open, constants: { R: 0.2 }, conditions });
    const limits = { seconds: Number.POSITIVE_INFINITY, clock: () => 0, isAborted: () => false, meshes: 1 };
    const blocks = planeBlocks(problem);
    const form = flowForm(problem);
    assert.ok(typeof blocks !== "string" && typeof form !== "string");
    return (await marchFlow(form, blocks, limits, async () => false))[0]!;
  };
  const [without, beside] = [await first("0"), await first("0.01*sin(pi*x/2)*sin(2*pi*y/3)")];
  closeRelative(beside.error, without.error, 1e-2);
  const u = beside.pieces.at(Float64Array.of(0.7, 0.6, 0.31))(0, [0, 0, 0])[0]!;
  close(u, -Math.cos(0.7) * Math.sin(0.6) * Math.exp(-3.1), 0.05);
});

test("a viscosity that changes with time leaves a flow to other methods, in words", async () => {
  const changed = equations.map((one) => one.replace("/R", "*(1+t)/R"));
  const { exact: _, ...open } = decaying;
  const solution = await solve(pde({ ...open, equations: changed }), {
    budget: { processorSeconds: 1 },
  });
  assert.ok(solution.report.method!.some((line) => line.startsWith("no flow in time: its viscosity")));
});

test.run();
