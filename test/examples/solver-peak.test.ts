import { comparePeak, drawPeak } from "../../examples/poisson-peak.ts";
import { assert, test } from "../harness.ts";

test("on one peak the adversary's points are worth a factor of thirty or more over even ones, and the picture shows both", async () => {
  const rows = await comparePeak({
    budget: { steps: 60 },
    seed: 1,
    arms: ["quasi-uniform points", "adversary of AAS"],
    points: 1000,
    width: 12,
  });
  const [even, adversary] = rows.map((row) => row.relativeL2) as [number, number];
  assert.ok(adversary < 0.01, `the adversary's error is ${adversary}`);
  assert.ok(even > 30 * adversary, `${even} with quasi-uniform points against ${adversary}`);
  // The disc of radius 0.2 is 3.1 % of the square.
  const near = rows.map(({ points }) => {
    let count = 0;
    for (let i = 0; i < points.length; i += 2) {
      if (Math.hypot(points[i]! - 0.5, points[i + 1]! - 0.5) < 0.2) count++;
    }
    return (2 * count) / points.length;
  });
  assert.ok(near[0]! < 0.05 && near[1]! > 0.2, `shares of points near the peak: ${near.join(", ")}`);
  const svg = await drawPeak(rows, 32, 200);
  // The set has doubled to 2000 by the end; both panels, each dot with its rim.
  assert.is((svg.match(/M[\d.]+ [\d.]+h0/g) ?? []).length, 2 * 2 * 200);
  assert.ok(svg.includes("quasi-uniform points") && svg.includes("adversary of AAS"), svg.slice(0, 400));
});

test.run();
