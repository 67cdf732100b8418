/** What is typed in the page that solves equations, as a problem. */
import { jsonText, problemJson, type Typed } from "../../web/solve/typed.ts";
import { assert, test } from "../harness.ts";

const typed: Typed = {
  ...{
    equations: "k*u'' = 1",
    domain: "x: 0, 1",
    conditions: "u = 0 on x",
    constants: "k = 1",
    unknowns: "",
    more: "",
  },
};

test("lines become the JSON of a problem", () =>
  assert.equal(problemJson({ ...typed, domain: "x in [0, pi]\ny: 0, 1\ninside: x^2 < y" }), {
    name: "problem",
    domain: { inside: "x^2 < y", within: { x: [0, "pi"], y: [0, 1] } },
    ...{ constants: { k: 1 }, equations: ["k*u'' = 1"], conditions: ["u = 0 on x"] },
  }));

test("a problem's text has short lists on one line, and is the same JSON", () => {
  const domain = { polygon: [0, 1].map((y) => [y, -1e-7]), within: { x: [0, "pi"], y: [0.5] } };
  const equations = ["u_t = Du*u_xx - u*v^2 + F*(1 - u)", 'u = "[ 1 ]"', "v = [\n1\n]"];
  const problem = { domain, unknowns: ["u", "v"], equations, none: [] };
  const text = jsonText(problem);
  assert.equal(JSON.parse(text), problem);
  assert.match(text, /\n {6}\[0, -1e-7\],\n {6}\[1, -1e-7\]\n/);
  assert.match(text, /"x": \[0, "pi"\],\n.*"y": \[0\.5\]/);
  assert.match(text, /"unknowns": \["u", "v"\],\n {2}"equations": \[\n/);
});

for (const [what, changed, message] of [
  ["an axis without a start", { domain: "x: [ , 1]" }, /"x: \[ , 1\]"; write a line for each axis/],
  ["an axis of two lines", { domain: "x: 0, 1\nx: 0, 2" }, /"x: 0, 2"; x has a line already/],
  ["a constant of two lines", { constants: "k = 1\nk = 2" }, /"k = 2"; k has a line already/],
  ["a further key with a field of its own", { more: '{ "conditions": [] }' }, /conditions has a field of its own/],
  ["further keys that are no object", { more: "[1]" }, /write an object/],
] as const)
  test(`${what} is named, not guessed`, () => assert.throws(() => problemJson({ ...typed, ...changed }), message));

test.run();
