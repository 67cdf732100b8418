// Inside: a decision of the automatic choice by itself.
/** Causes of a poor solution that time does not mend: shocks, places with too few conditions, work that gains nothing. */

import { type Expression, evaluateAt } from "../../../equations/expression/index.ts";
import { substitution } from "../../../equations/problem/index.ts";
import { oddConditions } from "../../../solvers/automatic/odd-conditions.ts";
import { shockIn, steepens } from "../../../solvers/automatic/shocks.ts";
import { type ProblemSpec, pde, solve } from "../../../solvers/index.ts";
import { assert, test } from "../../harness.ts";

const strip = { name: "strip", domain: { x: [-1, 2], t: [0, 1] }, allow: ["missing-condition"] } as const;

/** A function as if it had been found as the solution of a problem. */
function found(spec: Partial<ProblemSpec>, text: string) {
  const problem = pde({ ...strip, conditions: [`u = ${text} on t = 0`], ...spec } as ProblemSpec);
  const { exact } = pde({ ...strip, equations: "u_t = source", manufactured: text, conditions: "exact" } as never);
  const put = substitution(exact!, 2);
  return {
    problem,
    expressions: async (list: readonly Expression[], points: Float64Array) => {
      const columns = list.map((e) => evaluateAt(put(e), points, 2));
      return Float64Array.from({ length: (list.length * points.length) / 2 }, (_, i) => {
        return columns[i % list.length]![Math.floor(i / list.length)]!;
      });
    },
  };
}

test("a smeared shock at the right speed leaves a share of its terms, however thin it is; what is smooth, or solves the equation but near a jump of the start, does not", async () => {
  const burgers = { equations: "u_t + dx(u^2/2) = 0" };
  const front = (width: number) => `0.5 - 0.5*tanh((x - t/2)/${width})`;
  for (const width of [0.2, 0.05, 0.02]) {
    const shock = await shockIn(found(burgers, front(width)));
    // The front (u − 1/2) u_x of terms u_x/2 and u u_x.
    assert.ok(shock!.share > 0.1 && shock!.share < 1, `${shock?.share}`);
    assert.match(
      shock!.words,
      /leaves \d+ % of its terms, as at a shock .* more time does not help: write it as a conservation law/,
    );
  }
  assert.is(await shockIn(found(burgers, "(x + 3)/(t + 2)")), undefined);
  assert.is(await shockIn(found({ equations: "u_t + u*u_x = 0.05*u_xx" }, front(0.2))), undefined);
});

test("equations steepen where they are of first order and speeds depend on what is carried: not linear ones, with a speed to be found or not, nor those with diffusion or without space", () => {
  const is = (spec: Partial<ProblemSpec>) =>
    steepens(pde({ ...strip, conditions: ["u = x on t = 0"], ...spec } as ProblemSpec));
  assert.ok(is({ equations: "u_t + u*u_x = 0" }));
  assert.ok(is({ equations: "u_t + u_x^2/2 = 0" }));
  assert.ok(
    is({
      unknowns: ["h", "w"],
      equations: ["h_t + dx(h*w) = 0", "w_t + w*w_x + h_x = 0"],
      conditions: ["h = 2 + x on t = 0", "w = 0 on t = 0"],
    }),
  );
  assert.not(is({ equations: "u_t + (1 + x)*u_x = u^2" }));
  assert.not(is({ equations: "u_t + u*u_x = u_xx/1000" }));
  assert.not(
    is({
      equations: "u_t + c*u_x = 0",
      trainable: { c: 1 },
      observations: [{ quantity: "u", points: [[0, 1]], values: [1] }],
    } as never),
  );
  assert.not(
    steepens(pde({ name: "pair", domain: { t: [0, 1] }, equations: "u_t = u^2", conditions: ["u = 1 on t = 0"] })),
  );
});

test("a jump that becomes a shock of equations that are no conservation law is doubted, with the cause", async () => {
  const solution = await solve(
    pde({
      ...strip,
      unknowns: ["u", "v"],
      // v u_x is no divergence.
      equations: ["u_t + v*u_x = 0", "v_t + u*v_x = 0"],
      conditions: ["u", "v"].flatMap((name) => [`${name} = if(x < 0, 1, 0) on t = 0`, `${name} = 1 on x = -1`]),
    } as ProblemSpec),
    { budget: { steps: 10 } },
  );
  assert.is(solution.status, "doubtful");
  assert.match(solution.report.estimate!.advice!, /as at a shock/);
  assert.not.match(solution.report.estimate!.advice!, /give it more time/);
  await solution.dispose();
});

const channel = (outlet: readonly string[]) =>
  pde({
    name: "channel",
    domain: {
      shape: "polygon",
      vertices: [
        [0, 0],
        [2, 0],
        [2, 1],
        [0, 1],
      ],
    },
    ...{ unknowns: ["u", "v", "p"], equations: ["lap(u) = p_x", "lap(v) = p_y", "u_x + v_y = 0"] },
    conditions: [
      { type: "dirichlet", equation: "u = y*(1-y)", on: { edge: 3 } },
      { type: "dirichlet", equation: "u = 0", on: [{ edge: 0 }, { edge: 2 }] },
      { type: "dirichlet", equation: "v = 0", on: [{ edge: 0 }, { edge: 2 }, { edge: 3 }] },
      ...outlet.map((equation) => ({ type: "dirichlet", equation, on: { edge: 1 } })),
    ],
  } as never);

test("an outlet of a flow with another number of conditions than two is named", () => {
  assert.is(oddConditions(channel(["p = 0", "v = 0"])), undefined);
  assert.match(
    oddConditions(channel(["p = 0"]))!,
    /^it has 1 condition near x = 2, .* ask for 2 .* add what is missing/,
  );
  assert.match(oddConditions(channel(["p = 0", "u = 1", "v = 0"]))!, /^it has 3 conditions near x = 2, .* leave out/);
});

test("plates with two conditions and membranes with one have as many as their orders ask for", () => {
  const square = { name: "square", domain: { x: [0, 1], y: [0, 1] } } as const;
  assert.is(
    oddConditions(pde({ ...square, equations: "lap(lap(u)) = 1", conditions: ["u = 0", "u_n = 0"] })),
    undefined,
  );
  assert.is(oddConditions(pde({ ...square, equations: "lap(u) = 1", conditions: ["u = 0"] })), undefined);
});

test.run();
