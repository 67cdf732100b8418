/** Starts that equations contradict, leave open, or branch from. */
import { ConvergenceError, DomainError } from "../../../engine/index.ts";
import { type ProblemSpec, pde, solve } from "../../../solvers/index.ts";
import { derivativesAt, march, startTrouble } from "../../../solvers/marching/index.ts";
import { assert, refuses, test } from "../../harness.ts";

const inTime = (unknowns: string, equations: readonly string[], conditions: readonly string[], end = 1) =>
  pde({ name: "start", domain: { t: [0, end] }, unknowns: unknowns.split(" "), equations, conditions } as ProblemSpec);
const tried = (problem: ReturnType<typeof pde>) => march(problem, { tolerance: 1e-6, seconds: 1, isOver: () => false });

test("conditions that algebraic equations contradict are refused by name, and those that agree are not", async () => {
  const contradictory: readonly (readonly [ReturnType<typeof pde>, RegExp])[] = [
    [inTime("u v", ["u' = v", "u = sin(t)"], ["u(0) = 0", "v(0) = 3"]), /contradict "v = 3": by them it is 1/],
    [inTime("u v", ["u' = v", "u = cos(t)"], ["u(0) = 0.3"]), /contradict the start u = 0.3/],
    [inTime("u z", ["u' = -u + z", "z = 2*u"], ["u(0) = 1", "z(0) = 1"]), /contradict "z = 1": by them it is 2/],
    [inTime("u z", ["u' = z", "z^2 = 1 + t"], ["u(0) = 0", "z(0) = 3"]), /contradict "z = 3"/],
    [inTime("a b", ["a' + b' = -a", "a = 2*b"], ["a(0) = 1", "b(0) = 1"]), /contradict the start a = 1, b = 1/],
    [inTime("u", ["t*u' = 1 - u"], ["u(0) = 2"]), /contradict the start u = 2/],
  ];
  for (const [problem, words] of contradictory) {
    const found = tried(problem);
    assert.ok("refused" in found && found.isContradiction === true);
    assert.match((found as { refused: string }).refused, words);
  }
  await refuses(
    solve(contradictory[0]![0], { budget: { steps: 2 } }),
    /solve: the equations contradict "v = 3"/,
    DomainError,
  );
  for (const problem of [
    inTime("u v", ["u' = v", "u = sin(t)"], ["u(0) = 0", "v(0) = 1"]),
    inTime("u z", ["u' = -u + z", "z = u/2"], ["u(0) = 1", "z(0) = 0.5"]),
    inTime("a b", ["a' + b' = -a", "a = 2*b"], ["a(0) = 1", "b(0) = 0.5"]),
    inTime("u", ["t*u' = 3*cos(t) - t*sin(t) - 3*u"], ["u(0) = 1"]),
  ]) {
    const found = tried(problem);
    assert.ok(!("refused" in found) && found.warning === undefined);
  }
});

test("the start of an algebraic unknown chooses its branch, and is its value at that moment", () => {
  const found = tried(inTime("u z", ["u' = z", "z^2 = 1 + t"], ["u(0) = 0", "z(0) = -1"]));
  if ("refused" in found) throw new Error(found.refused);
  const at = derivativesAt(found.field, Float64Array.of(0, 1));
  assert.is(at(1, [0])[0], -1);
  assert.ok(Math.abs(at(1, [0])[1]! + Math.SQRT2) < 1e-6);
  // Robertson's reaction begins with a layer: what a step of 1e-7 of the time finds is 1e-5 off.
  const robertson = tried(
    inTime(
      "a b c",
      ["a' = -0.04*a + 1e4*b*c", "b' = 0.04*a - 1e4*b*c - 3e7*b^2", "a + b + c = 1"],
      ["a(0) = 1", "b(0) = 0"],
      1e5,
    ),
  );
  if ("refused" in robertson) throw new Error(robertson.refused);
  assert.is(derivativesAt(robertson.field, Float64Array.of(0))(2, [0])[0], 0);
});

test("several solutions of one start are a doubt with its cause: open equations, factors that are 0 at the start, slopes that are infinite, two slopes", async () => {
  const several: readonly (readonly [ReturnType<typeof pde>, RegExp])[] = [
    [inTime("u v", ["u' + v' = 1", "u + v = t"], ["u(0) = 0", "v(0) = 0"]), /leave some unknowns open/],
    [inTime("u", ["t*u' = 2*u"], ["u(0) = 0"]), /factor of a highest derivative is 0 at t = 0/],
    [inTime("u", ["t*u' = 3*u - t"], ["u(0) = 0"]), /several solutions leave this start/],
    [inTime("u", ["t*u'' = 3*u'"], ["u(0) = 1", "u'(0) = 0"]), /several solutions leave this start/],
    [inTime("u", ["u' = cbrt(u)"], ["u(0) = 0"], 2), /slope of its equations is infinite/],
    [inTime("u v", ["u' = sqrt(abs(u))", "v' = 1"], ["u(0) = 0", "v(0) = 0"]), /slope of its equations is infinite/],
    [inTime("u", ["u' = 1 + cbrt(u - t)"], ["u(0) = 0"]), /slope of its equations is infinite/],
    [inTime("u", ["u' = -sqrt(abs(u))"], ["u(0) = 0"]), /slope of its equations is infinite/],
    [inTime("u", ["u*u' = 1 + t"], ["u(0) = 0"]), /slopes are infinite there, and several solutions/],
    [inTime("u", ["u = t*u' + (u')^2"], ["u(0) = 1"]), /hold with u' = -1 and with u' = 1|hold with u' = 1 and/],
  ];
  for (const [problem, words] of several) assert.match(startTrouble(problem).warning!, words);
  for (const k of [1, 7]) {
    const { status, report } = await solve(several[k]![0], { budget: { steps: 4 }, seed: 1 });
    assert.is(status, "doubtful");
    assert.ok(report.estimate!.advice !== undefined);
  }
  for (const problem of [
    inTime("y", ["t*y' = -y + 2*t"], ["y(0) = 0"]),
    inTime("u", ["t*u'' + u' + t*u = 0"], ["u(0) = 1", "u'(0) = 0"], 8),
    inTime("u", ["t*u'' + 2*u' + t*u^5 = 0"], ["u(0) = 1", "u'(0) = 0"], 5),
    inTime("u", ["(u')^3 + u' = 2 + u - t"], ["u(0) = 0"]),
    inTime("u", ["u' = 1 + sqrt(u)"], ["u(0) = 0"]),
    inTime("u", ["u' = -1e8*u"], ["u(0) = 1"]),
    inTime("u v", ["u' = v", "u = sin(t)"], ["u(0) = 0"]),
    // Infinite slopes that pull solutions together leave one.
    inTime("u", ["u' = -cbrt(u)"], ["u(0) = 0"]),
    inTime("u", ["0 = u' - 1 + 2*cbrt(u - t)"], ["u(0) = 0"]),
    inTime("u v", ["-2*u' = cbrt(u) + v", "v' = u"], ["u(0) = 0", "v(0) = 0"]),
  ])
    assert.is(startTrouble(problem).warning, undefined);
});

test("a start on a jump that solutions leave to both sides is a doubt: sign(u), sign(u) twice over; one that they leave to one side, or slide along, is not", async () => {
  const fromZero = (unknowns: string, equations: readonly string[], start = "0") =>
    inTime(
      unknowns,
      equations,
      unknowns
        .split(" ")
        .flatMap((u) => [`${u}(0) = ${start}`, ...(equations[0]!.includes("''") ? ["u'(0) = 0"] : [])]),
    );
  const doubted = [
    fromZero("u", ["u' = sign(u)"]),
    fromZero("u", ["u' = if(u < 0, -1, 1)"]),
    fromZero("u", ["u' = if(u > 0, 1, 0)"]),
    fromZero("u", ["u' = 5*sign(u - 0.3)"], "0.1*3"),
    fromZero("u", ["u'' = sign(u)"]),
    fromZero("u v", ["u' = sign(v)", "v' = sign(u)"]),
  ];
  for (const problem of doubted) assert.match(startTrouble(problem).warning!, /jump at the start, t = 0/);
  const { status, report } = await solve(doubted[0]!, { seed: 1, budget: { steps: 4 } });
  assert.is(status, "doubtful");
  assert.match(report.estimate!.advice!, /to more than one side/);
  for (const problem of [
    fromZero("u", ["u' = sign(u) + 2"]),
    fromZero("u", ["u' = -sign(u)"]),
    fromZero("u", ["u' = abs(u)"]),
    fromZero("u", ["u' = max(u, 0) - 1"]),
    fromZero("u", ["u' = sign(u - 5)"]),
    fromZero("u", ["u' = sign(sin(t)) + abs(u - t)"]),
  ])
    assert.is(startTrouble(problem).warning, undefined);
});

test("an equation without values beside its start is refused with what is wrong there: u' = u^(2/3) from 0", () =>
  refuses(
    solve(inTime("u", ["u' = u^(2/3)"], ["u(0) = 0"]), { seed: 1, budget: { steps: 4 } }),
    /slope of its equations is infinite at the start/,
    ConvergenceError,
  ));

test("a flux in space whose start the equations contradict is a doubt", () => {
  const heat = (start: string) =>
    pde({
      ...{ name: "flux", domain: { x: [0, 1], t: [0, 1] }, unknowns: ["u", "q"] },
      equations: ["u_t = -q_x", "q = -u_x"],
      conditions: ["u(x,0) = cos(pi*x)", `q(x,0) = ${start}`, "q = 0 on x"],
    });
  const [wrong, right] = [tried(heat("3*sin(pi*x)*x")), tried(heat("pi*sin(pi*x)"))];
  assert.ok(!("refused" in wrong) && !("refused" in right));
  assert.match((wrong as { warning: string }).warning, /contradict "q/);
  assert.is((right as { warning?: string }).warning, undefined);
});

const onLine = (equations: string | readonly string[], start: readonly string[], walls: readonly string[]) =>
  pde({
    ...{ name: "line", domain: { x: [0, 1], t: [0, 1] }, unknowns: equations.length === 2 ? ["u", "v"] : ["u"] },
    ...{ equations, conditions: [...start, ...walls] },
  } as ProblemSpec);

test("a factor of u_t that is 0 at the start is looked at on a line: starts that miss the rest of the equation are refused, those that several solutions leave doubted, and others marched", async () => {
  for (const [equation, start, wall] of [
    ["t*u_t = u_xx/5", "u(x,0) = sin(pi*x)", "u = 0 on x"],
    ["t^2*u_t + 2*u_x = 0", "u(x,0) = 1 + x/2", "u = cos(t) on x = 0"],
  ] as const) {
    const refused = tried(onLine(equation, [start], [wall]));
    assert.ok("refused" in refused && refused.isContradiction === true, equation);
    assert.match((refused as { refused: string }).refused, /is 0 at t = 0, where the start misses the rest of it/);
  }
  for (const equation of ["t*u_t = 3*u + t*u_xx/9", "u*u_t = 1/3 + u*u_xx"]) {
    const found = onLine(equation, ["u(x,0) = 0"], equation.startsWith("t") ? ["u = 0 on x"] : ["u_x = 0 on x"]);
    assert.match(startTrouble(found).warning!, /several solutions/);
  }
  const wave = (rate: number) => (x: number, t: number) => Math.sin(Math.PI * x) * Math.exp(-rate * Math.sqrt(t));
  const right: readonly (readonly [string, string, (x: number, t: number) => number])[] = [
    ["sqrt(t)*u_t = u_xx/10", "sin(pi*x)", wave(Math.PI ** 2 / 5)],
    ["2*t*u_t = u_xx + sin(pi*x)*(pi^2*(1 + t) + 2*t)", "sin(pi*x)", (x, t) => Math.sin(Math.PI * x) * (1 + t)],
  ];
  for (const [equation, start, truth] of right) {
    const problem = onLine(equation, [`u(x,0) = ${start}`], ["u = 0 on x"]);
    const found = march(problem, { tolerance: 1e-6, seconds: 3, isOver: () => false });
    if ("refused" in found) throw new Error(found.refused);
    assert.is(found.warning, undefined);
    const points = [0.001, 0.1, 0.4, 0.9].flatMap((t) => [0.13, 0.5, 0.7].flatMap((x) => [x, t]));
    const values = derivativesAt(found.field, Float64Array.from(points))(0, [0, 0]);
    for (const [i, v] of values.entries()) {
      const wanted = truth(points[2 * i]!, points[2 * i + 1]!);
      assert.ok(Math.abs(v - wanted) < 1e-5, `${equation}: ${v} is not ${wanted}`);
    }
  }
});

test("without space a factor whose inverse has an integral needs no start that fits: sqrt(t)·u' = −u has exp(−2·sqrt(t))", () => {
  const found = march(inTime("u", ["sqrt(t)*u' = -u"], ["u(0) = 1"]), {
    ...{ tolerance: 1e-6, seconds: 2 },
    isOver: () => false,
  });
  if ("refused" in found) throw new Error(found.refused);
  const values = derivativesAt(found.field, Float64Array.of(0.01, 0.3, 1))(0, [0]);
  for (const [i, t] of [0.01, 0.3, 1].entries())
    assert.ok(Math.abs(values[i]! - Math.exp(-2 * Math.sqrt(t))) < 1e-5, `${t}`);
});

test("a start that breaks an equation without highest derivatives in space is a doubt that names it", () => {
  const equations = ["u_t = v + u_xx/10", "u = sin(pi*x)*cos(t)"];
  const found = (size: number) =>
    startTrouble(onLine(equations, [`u(x,0) = ${size}*sin(pi*x)`], ["u = 0 on x"])).warning;
  assert.match(found(1.4)!, /does not satisfy "u - sin\(pi\*x\)\*cos\(t\) = 0", which has to hold at every moment/);
  assert.is(found(1), undefined);
});

const rod = (condition: string, extra: readonly string[] = []) =>
  inTime(
    "x y u v s",
    ["x' = u", "y' = v", "u' = -s*x", "v' = -s*y - 1", "x^2 + y^2 = 4"],
    ["x(0) = 2", "y(0) = 0", "v(0) = 3", condition, ...extra],
  );

test("a start that breaks what equations say once they are differentiated is refused with the value they allow, at every index; one that fits is not", () => {
  const chain = (n: number, conditions: readonly string[]) => {
    const names = ["a", "b", "c", "d"].slice(0, n);
    return inTime(
      names.join(" "),
      [...names.slice(1).map((name, k) => `${names[k]}' = ${name}`), "a = exp(-2*t)"],
      conditions,
    );
  };
  const wrong: readonly (readonly [ReturnType<typeof pde>, RegExp])[] = [
    [chain(3, ["a(0) = 1", "b(0) = -1.5"]), /once .* contradicts b = -1.5 at t = 0: .* allows -2;/],
    [chain(4, ["a(0) = 1", "b(0) = -2", "c(0) = 3"]), /twice .* contradicts c = 3 at t = 0: .* allows 4;/],
    [rod("u(0) = 0.25"), /once .* contradicts u = 0.25 at t = 0: .* allows 0;/],
    [rod("u(0) = 0", ["s(0) = 1"]), /twice .* contradicts s = 1 at t = 0: .* allows 2.25;/],
    [
      inTime(
        "u v p",
        ["u'' = -u + p", "v'' = -p", "u - v = sin(t)"],
        ["u(0) = 0", "v(0) = 0", "u'(0) = 0", "v'(0) = 0.1"],
      ),
      /once .* hidden/,
    ],
  ];
  for (const [problem, words] of wrong) {
    const found = tried(problem);
    assert.ok("refused" in found && found.isContradiction === true);
    assert.match((found as { refused: string }).refused, words);
  }
  for (const problem of [
    chain(3, ["a(0) = 1", "b(0) = -2"]),
    chain(4, ["a(0) = 1", "b(0) = -2", "c(0) = 4"]),
    rod("u(0) = 0"),
    rod("u(0) = 0", ["s(0) = 2.25"]),
  ]) {
    const found = tried(problem);
    assert.ok(!("refused" in found) || found.isContradiction !== true, "refused" in found ? found.refused : "");
  }
});

test.run();
