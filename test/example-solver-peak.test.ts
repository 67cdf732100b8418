import { test } from "uvu";
import * as assert from "uvu/assert";
import { comparePeak, drawPeak } from "../examples/poisson-peak.ts";

test("on one peak the adversary's points are worth a factor of thirty or more over even ones, and the picture shows both", async () => {
  const rows = await comparePeak({
    budget: { steps: 60 },
    seed: 1,
    arms: ["even points", "adversary (AAS)"],
    points: 1000,
    width: 12,
  });
  const [even, adversary] = rows.map((row) => row.relativeL2) as [number, number];
  assert.ok(adversary < 0.01, `the adversary's error is ${adversary}`);
  assert.ok(even > 30 * adversary, `${even} with even points against ${adversary}`);
  const svg = await drawPeak(rows, 32, 300);
  const dots = svg.match(/h0/g) ?? [];
  // Both panels, each dot with its rim.
  assert.is(dots.length, 2 * 2 * 300);
  assert.ok(svg.includes("even points") && svg.includes("adversary (AAS)"), svg.slice(0, 400));
});

test.run();
