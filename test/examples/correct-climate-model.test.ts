import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rng } from "../../engine/index.ts";
import { readField, writeField } from "../../io/index.ts";
import { days, fieldOf, steps } from "../generative/fields-for-tests.ts";
import { assert, test } from "../harness.ts";
import { runScript } from "../script.ts";

const [count, side] = [24, 12];

test("the example corrects a climate model that rains too much, and keeps its change", async () => {
  const folder = mkdtempSync(join(tmpdir(), "monge-correct-"));
  const at = (name: string) => join(folder, name);
  const noise = rng(1).normal(count * side * side);
  const shared = { time: days(count), standardName: "lwe_thickness_of_precipitation_amount", units: "mm" };
  const wave = (t: number, y: number) => 4 * Math.sin(1.7 * t + y / 3) + 5;
  const square = { lat: steps(40, 0.5, side), lon: steps(0, 0.5, side) };
  const fine = fieldOf({
    ...shared,
    ...square,
    name: "rr",
    value: (t, y, x) =>
      Math.max(0, wave(t, y) + noise[(t * side + Math.round(2 * (y - 40))) * side + Math.round(2 * x)]!),
  });
  const climate = (factor: number) =>
    fieldOf({
      ...shared,
      name: "pr",
      lat: steps(38.5, 1.5, 7),
      lon: steps(-1, 1.5, 7),
      value: (t, y) => factor * wave(t + 1, y),
    });
  try {
    await writeField(at("fine.nc"), fine);
    await writeField(at("past.nc"), climate(1.6));
    await writeField(at("future.nc"), climate(2));
    const files = ["fine", "past", "future", "out"].flatMap((name) => [`--${name}`, at(`${name}.nc`)]);
    const small = ["--steps", "60", "--channels", "8", "--evaluations", "6"];
    const { status, stdout, stderr } = await runScript("examples/correct-climate-model.ts", [...files, ...small]);
    assert.is(status, 0, stderr);
    const { change, observed, corrected } = JSON.parse(stdout);
    // The climate model itself is 60 % too wet. Measured: 1.252 and 1.000.
    assert.ok(Math.abs(change.model - 1.25) < 1e-4, stdout);
    assert.ok(Math.abs(change.result - 1.25) < 0.05, stdout);
    assert.ok(Math.abs(corrected / observed - 1) < 0.05, stdout);
    const { shape, units } = await readField(at("out.nc"));
    assert.equal([shape, units], [[count, 2, side, side], "mm"]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test.run();
