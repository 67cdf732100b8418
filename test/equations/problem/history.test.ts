/** Pasts of unknowns as conditions. */
import { DomainError, FormatError, OptionsError } from "../../../engine/index.ts";
import { toText } from "../../../equations/expression/index.ts";
import { type ProblemSpec, pde, printProblem } from "../../../solvers/index.ts";
import { assert, test } from "../../harness.ts";
import { throws } from "../../refuses.ts";

const delay = (conditions: ProblemSpec["conditions"], equations = "u' = -u(t - 1)") =>
  pde({ name: "delay", domain: { t: [0, 2] }, equations, ...(conditions !== undefined && { conditions }) });
const equationOf = (problem: ReturnType<typeof pde>) => toText(problem.equations[0]!, problem);

test("a past that is a condition is the same as one that is written into the equation", () => {
  const written = equationOf(delay("u(0) = 1", "u' = -if(0 - (t - 1) > 0, cos(t - 1), u(t - 1))"));
  for (const past of [
    "u = cos(t) for t < 0",
    "u(t) = cos(t) for t <= 0",
    "u(t) = cos(t), t ≤ 0",
    "u = cos(t) when -1 <= t <= 0",
  ])
    assert.is(equationOf(delay(past)), written);
});

test("derivatives of the past follow from it, and so does the start unless it is said", () => {
  const neutral = delay("u = sin(t) for t < 0", "u'' = -u'(t - 1)");
  assert.match(equationOf(neutral), /cos\(t - 1\)/);
  assert.equal(
    neutral.conditions.map((c) => c.kind === "initial" && toText(c.prescribes!.value, neutral)),
    ["sin(t)", "cos(t)"],
  );
  const jumping = delay(["u = 0 for t < 0", "u(0) = 1"]);
  assert.equal(
    jumping.conditions.map(({ text }) => text),
    ["u = 1"],
  );
});

test("pasts that end elsewhere, contradict the start or are no formulas are refused, and a missing one is named", () => {
  throws(() => delay("u = 1 for t < 0.5"), OptionsError, /before t = 0\.5, and time begins at 0; write "… for t < 0"/);
  throws(() => delay(["u = 1 for t <= 0", "u(0) = 2"]), DomainError, /contradict one another/);
  throws(() => delay("u^2 = 1 for t < 0"), FormatError, /no past of an unknown/);
  throws(() => delay("u(0) = 1"), DomainError, /as a condition, "u = … for t < 0"/);
});

test("the past of an unknown is printed with the problem", () => {
  assert.match(
    printProblem(delay("u = 0.5 + t for t < 0")),
    /u = 0\.5 \+ t +at t = 0\n {2}u = 0\.5 \+ t +before t = 0/,
  );
  assert.match(printProblem(delay(["u = 0 for t < 0", "u(0) = 1"])), /u = 0 +before t = 0/);
});

test.run();
