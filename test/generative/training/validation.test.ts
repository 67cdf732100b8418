import { test } from "uvu";
import * as assert from "uvu/assert";
import { rng } from "../../../engine/random/rng.ts";
import { type Images, ImagesInMemory } from "../../../generative/data/images/images.ts";
import { heldImages } from "../../../generative/data/images/source.ts";
import { unet } from "../../../generative/diffusion/unet.ts";
import { type ModelDescription, networkEnds } from "../../../generative/model/configuration.ts";
import { Downscaler } from "../../../generative/model/downscaler.ts";
import { validate } from "../../../generative/training/validation.ts";
import { describe, network, toyArchive, withParts } from "../toy-images.ts";

/** Its members are Gaussian around the background with the targets' deviation, inflated by 1.018 at 16 evaluations. */
function untrained(description: ModelDescription): Downscaler {
  const own = { ...network, ...networkEnds(description, true) };
  return new Downscaler({ network: own, ...description, masked: true }, unet(own).initialize(rng(1)));
}

/** Scores on images. */
const scoresOn = async (model: Downscaler, archive: Images) =>
  (await validate(model, heldImages(archive, model.configuration), how)).scores;

const how = { seed: 2, images: 6, members: 4, evaluations: 16 };

test("of Gaussian members and truths of nearly the same law score and spread are those of the formula, gaps left out", async () => {
  const description = describe(2);
  const model = untrained(description);
  const archive = toyArchive(10, 16, 4, 2);
  const { score, targets } = await scoresOn(model, archive);
  // E|X − y| − ½E|X − X'| with X ~ N(0, s²), y ~ N(0, 1), in units of the deviation.
  const s = 1.018;
  const wanted = Math.sqrt(2 / Math.PI) * (Math.sqrt(1 + s * s) - s / Math.SQRT2);
  for (const [k, { name, crps, spreadSkill }] of targets.entries()) {
    const target = description.targets[k]!;
    assert.is(name, target.name);
    assert.ok(Math.abs(crps / target.deviation - wanted) < 0.06 * wanted, `${name}: ${crps / target.deviation}`);
    assert.ok(Math.abs(spreadSkill! - s) < 0.07, `${name}: ${spreadSkill}`);
  }
  // The truth's mean absolute deviation: that of the backgrounds (3 K, or none) and the residual together.
  const spread = [Math.hypot(3, description.targets[0]!.deviation), description.targets[1]!.deviation];
  const relative = targets.map(({ crps }, k) => crps / (spread[k]! * Math.sqrt(2 / Math.PI)));
  assert.ok(Math.abs(score - (relative[0]! + relative[1]!) / 2) < 0.05 * score, `${score} against ${relative}`);

  assert.equal(await scoresOn(model, archive), { score, targets });
  const clean = archive.clean.map((v, i) => (archive.valid[i] === 0 ? -1e9 : v));
  assert.equal(await scoresOn(model, withParts(archive, { clean })), { score, targets });
  await model.dispose();
});

test("scores are in the units of the target, and a dry truth below the wet threshold is 0", async () => {
  const transform = { kind: "log", unit: 0.5 } as const;
  const unit = { transform, mean: 0, deviation: 1, range: [0, 20] } as const;
  const description: ModelDescription = {
    channels: [{ name: "pr", role: "coarse", ...unit }],
    targets: [{ name: "rr", background: "pr", ...unit, deviation: 1e-4, wetThreshold: 0.1 }],
  };
  const model = untrained(description);
  const [height, width, pixels] = [8, 8, 64];
  // Coarse 4 mm, fine 7 mm: the members are at 4, so the score is 3; and where coarse is dry and fine is drizzle, 0.
  const archive = (coarse: number, fine: number) => {
    const t = (v: number) => Math.log1p(v / 0.5);
    const condition = new Float32Array(pixels).fill(t(coarse));
    const clean = new Float32Array(pixels).fill((t(fine) - condition[0]!) / 1e-4);
    return new ImagesInMemory({
      height,
      width,
      count: 1,
      channels: 1,
      outputs: 1,
      condition,
      clean,
      valid: new Uint8Array(pixels).fill(1),
    });
  };
  const wet = await scoresOn(model, archive(4, 7));
  assert.ok(Math.abs(wet.targets[0]!.crps - 3) < 0.01, `${wet.targets[0]!.crps}`);
  const dry = await scoresOn(model, archive(0, 0.05));
  assert.equal(dry.targets, [{ name: "rr", crps: 0, spreadSkill: null }]);
  await model.dispose();
});

test.run();
