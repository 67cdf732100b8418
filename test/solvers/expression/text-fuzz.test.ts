/** Damaged texts of formulas, units, times and dates: read or refused by a typed error. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { isMongeError } from "../../../engine/errors.ts";
import { rng } from "../../../engine/rng.ts";
import { dateRange, parseTimeUnits, precipitationUnits } from "../../../io/index.ts";
import { parseExpression } from "../../../solvers/expression/parse.ts";

const scope = { axes: ["x", "y", "t"], time: 2, unknowns: ["u"], constants: ["k"] };
const readers: readonly (readonly [read: (text: string) => unknown, good: readonly string[]])[] = [
  [(s) => parseExpression(s, scope, { unknowns: true }), ["u_t + u*u_x", "sin(pi*x)^2/3", "diff(x^2*y, x, y)"]],
  [precipitationUnits, ["mm d-1", "kg m**-2 s^-1", "0.1 mm", "inch/hour"]],
  [(s) => parseTimeUnits(s), ["days since 2000-01-01 00:00:00 +01:00", "months since 1850-1-1"]],
  [(s) => dateRange(s, "standard"), ["2018-06-15T12:30", "2018-06", "-0500"]],
];
const pieces = [..."()[]^*/+-.,0159eExtu_ :−π²\n{}'\"", "__proto__", "constructor", " since "];

test("36 000 damaged texts are read, or refused by a typed error", () => {
  const random = rng(7);
  const of = <T>(list: readonly T[]): T =>
    list[Math.min(list.length - 1, Math.floor(random.uniform(1)[0]! * list.length))]!;
  let read = 0;
  for (let i = 0; i < 36_000; i++) {
    const [reader, good] = of(readers);
    const text = of(good);
    const at = of([...text].map((_, k) => k));
    const piece = of([...pieces, ...good, of(pieces).repeat(300), ""]);
    const damaged = text.slice(0, at) + piece + text.slice(at + of([0, 1]));
    try {
      reader(damaged);
      read++;
    } catch (error) {
      assert.ok(isMongeError(error), `${JSON.stringify(damaged)}: ${String(error)}`);
    }
  }
  assert.ok(read > 500, `${read} were read`);
});

test.run();
