// Inside: a reader of text.
/** Texts that were read, against others who read them: JavaScript for formulas, udunits2 for units. */
import { spawnSync } from "node:child_process";
import { isMongeError, rng } from "../../../engine/index.ts";
import { evaluateAt, parseExpression } from "../../../equations/expression/index.ts";
import { parseUnit, UnitTextError } from "../../../io/field/unit-text.ts";
import { assert } from "../../harness.ts";
import { randomFormula } from "./random-formula.ts";

/** Random formulas at four random points each. @returns how many were compared, and how many refused as undefined everywhere */
export function againstJavaScript(count: number, seed: number): { compared: number; refused: number; values: number } {
  const scope = { axes: ["x", "y"], time: undefined, unknowns: [], constants: ["k"] };
  const told = { compared: 0, refused: 0, values: 0 };
  for (let i = 0; i < count; i++) {
    const random = rng(seed).split(i);
    const { text, javascript } = randomFormula(random);
    const points = random
      .split("points")
      .uniform(8)
      .map((p) => 0.2 + p);
    let found: Float64Array;
    try {
      found = evaluateAt(parseExpression(text, scope as never, { unknowns: false }), points, 2, { k: 0.7 });
    } catch (error) {
      assert.ok(isMongeError(error), `${text}: ${error}`);
      told.refused++;
      continue;
    }
    const value = new Function("x", "y", "k", `return ${javascript}`) as (x: number, y: number, k: number) => number;
    for (let p = 0; p < 4; p++) {
      const at = [points[2 * p]!, points[2 * p + 1]!, 0.7] as const;
      const wanted = value(...at);
      const tolerance = 1e-7 * Math.max(1, Math.abs(wanted));
      // Terms are gathered and constants folded: where the last digits of the arguments matter, no digit is certain.
      const [x, y, k] = at.map((v) => v * (1 + 1e-12)) as [number, number, number];
      const certain = Math.abs(value(x, y, k) - wanted) <= tolerance && Math.abs(wanted) < 1e8;
      const near = Math.abs(found[p]! - wanted) <= tolerance;
      assert.ok(near || !certain, `${text} is ${found[p]}, JavaScript gives ${wanted} for ${javascript}`);
      if (certain) told.values++;
    }
    told.compared++;
  }
  return told;
}

const parts = ["mm", "m", "cm", "kg", "g", "s", "min", "h", "d", "day", "hour", "inch", "week", "l", "um", "dm"];

/** Random products of units against the command udunits2. @returns undefined where it is not installed */
export function againstUdunits(count: number, seed: number): { compared: number; refused: number } | undefined {
  const random = rng(seed);
  const below = (n: number) => Math.min(n - 1, Math.floor(random.uniform(1)[0]! * n));
  const texts = Array.from({ length: count }, () => {
    let text = below(4) === 0 ? `${["0.1", "10", "1e-3", "24"][below(4)]} ` : "";
    for (let k = 0, n = 1 + below(3); k < n; k++) {
      const power = ["", "", "2", "-1", "-2", "^2", "^-1", "**-2"][below(8)]!;
      text += (k === 0 ? "" : [" ", ".", "/", "*"][below(4)]!) + parts[below(parts.length)]! + power;
    }
    return text;
  });
  // In base units that both know, one after another.
  const own = texts.map((text) => {
    try {
      return parseUnit(text);
    } catch (error) {
      assert.ok(error instanceof UnitTextError, `${text}: ${error}`);
      return undefined;
    }
  });
  const input = texts.flatMap((text, i) => {
    const unit = own[i];
    return unit ? [text, `mm^${unit.length} kg^${unit.mass} s^${unit.time}`] : [];
  });
  const { error, stdout, stderr } = spawnSync("udunits2", [], { input: `${input.join("\n")}\n`, encoding: "utf8" });
  if (error) return undefined;
  assert.is(stderr.trim(), "", "udunits2 reads what is read here as something else");
  const numbers = [...stdout.matchAll(/ = (\S+) \(mm\^\S+ kg\^\S+ s\^\S+\)$/gm)].map(([, factor]) => Number(factor));
  const read = own.flatMap((unit, i) => (unit ? [{ unit, text: texts[i]! }] : []));
  assert.is(numbers.length, read.length, stdout.slice(0, 2000));
  for (const [i, { unit, text }] of read.entries())
    assert.ok(
      Math.abs(numbers[i]! / unit.factor - 1) < 1e-5,
      `${text} is ${unit.factor}, udunits2 gives ${numbers[i]}`,
    );
  return { compared: read.length, refused: count - read.length };
}
