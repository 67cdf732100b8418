/** What version 0.1.0 saved of a paired model that corrects, kept in `saved/paired/`: later versions load it and draw the same. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { Downscaler } from "../../../generative/model/downscaler.ts";
import { downscale } from "../../../generative/sampling/index.ts";
import { days, fieldOf, steps } from "../fields-for-tests.ts";

const saved = fileURLToPath(new URL("../../saved/paired/", import.meta.url));
const expected = JSON.parse(await readFile(join(saved, "expected.json"), "utf8"));

/** A climate model in its own units on its own grid. */
const climate = (change: number) =>
  fieldOf({
    ...{ name: "pr", units: "kg m-2 s-1", standardName: "precipitation_flux", time: days(12) },
    lat: steps(39, 1.5, 5),
    lon: steps(-1, 1.5, 5),
    value: (t, y, x) => (change * (5 * Math.sin(1.7 * t + y / 3 + x / 5) + 7)) / 86_400,
  });

test("a paired model that 0.1.0 saved is read whole, and draws what it drew", async () => {
  const model = await Downscaler.load(join(saved, "model.safetensors"));
  const { channels, targets, correction } = model.configuration;
  assert.equal(
    channels.map(({ role, name }) => `${role} ${name}`),
    expected.channels,
  );
  assert.equal(
    targets.map(({ name, units, transform }) => [name, units, transform.kind]),
    [["rr", "mm", "log"]],
  );
  assert.equal([correction?.quantiles, model.observedQuantiles?.length], [100, expected.law]);
  // Of 0.1.0; the default is another by now.
  const how = { members: 2, seed: 3, evaluations: 4, noiseRange: [10, 0.02] } as const;
  const drawn = await downscale(model, climate(1.2), { past: climate(1), ...how });
  assert.equal([drawn.name, drawn.units, drawn.shape], ["rr", "mm", expected.shape]);
  // The first day, and the corner of each day that observations always miss.
  const first = drawn.values.subarray(0, expected.first.length);
  for (const [i, v] of first.entries()) {
    const wanted = expected.first[i] ?? Number.NaN;
    assert.ok(Object.is(v, wanted) || Math.abs(v - wanted) < 1e-3 * (1 + wanted), `${i}: ${v} against ${wanted}`);
  }
  await model.dispose();
});

test.run();
