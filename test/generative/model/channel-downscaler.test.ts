// Inside: parts of models that files hold.
import { writeFile } from "node:fs/promises";
import { inspect } from "node:util";
import { readSafetensors, writeSafetensors } from "../../../engine/files/safetensors.ts";
import { DomainError, FormatError, OptionsError, rng, ShapeError } from "../../../engine/index.ts";
import { unet } from "../../../generative/diffusion/index.ts";
import { Downscaler } from "../../../generative/index.ts";
import {
  type ModelConfiguration,
  type ModelDescription,
  networkEnds,
} from "../../../generative/model/configuration.ts";
import type { ChannelInput } from "../../../generative/model/images.ts";
import { metadataKey } from "../../../generative/model/model-file.ts";
import { backgroundOf } from "../../../generative/model/standardise.ts";
import { allClose, assert, refuses, temporaryFolder, test } from "../../harness.ts";
import { drawnParameters } from "../models.ts";
import { describe, network, toyArchive } from "../toy-images.ts";

const { at } = temporaryFolder(test);

/** A model of random parameters, or with `trained: false` of fresh ones, whose network is 0. */
function modelOf(description: ModelDescription, { masked = true, trained = true, depth = 2 } = {}): Downscaler {
  const sizes = { ...network, multipliers: [1, 2, 2].slice(0, depth) };
  const configuration: ModelConfiguration = {
    network: { ...sizes, ...networkEnds(description, masked) },
    ...description,
    masked,
  };
  const own = unet(configuration.network);
  return new Downscaler(configuration, trained ? drawnParameters(own, 2, 1) : own.initialize(rng(1)));
}

function inputOf(height: number, width: number, description: ModelDescription): ChannelInput {
  const side = Math.max(height, width);
  const condition = toyArchive(1, side, 5, 1).condition.slice(0, 3 * height * width);
  return { height, width, condition, background: backgroundOf(condition, description.channels, description.targets) };
}

const options = { members: 3, seed: 4, evaluations: 4, tiles: [16, 8] } as const;

test("an ensemble has the asked size whatever it is, follows from its seed, and a member from its number", async () => {
  const description = describe(2);
  const model = modelOf(description, { depth: 3 });
  for (const [height, width] of [
    [1, 1],
    [6, 19],
    [37, 22],
  ] as const) {
    const input = inputOf(height, width, description);
    const ensemble = await model.sample(input, options);
    assert.equal([ensemble.members, ensemble.height, ensemble.width, ensemble.outputs], [3, height, width, 2]);
    assert.is(ensemble.values.length, 3 * height * width * 2);
    assert.ok(ensemble.values.every(Number.isFinite));
    assert.equal((await model.sample(input, options)).values, ensemble.values);
    const first = await model.sample(input, { ...options, members: 1 });
    assert.equal(first.values, ensemble.values.slice(0, first.values.length));
    for (const other of [{ seed: 5 }, { frame: 1 }, { origin: [1, 0] as const }]) {
      assert.not.equal((await model.sample(input, { ...options, ...other })).values, ensemble.values);
    }
  }
  await model.dispose();
});

test("an untrained network gives independent Gaussian residuals of the measured deviation around each background", async () => {
  // F = 0: D = x/(1 + σ²), the exact denoiser of N(0, 1); 16 evaluations inflate it by the known 1.018.
  const description = describe(2);
  const model = modelOf(description, { trained: false });
  const input = inputOf(32, 32, description);
  const { values } = await model.sample(input, { members: 4 });
  await model.dispose();
  const z = [0, 1].map((k) =>
    Array.from({ length: 4096 }, (_, i) => {
      const pixel = i % 1024;
      return (values[2 * i + k]! - input.background[2 * pixel + k]!) / description.targets[k]!.deviation;
    }),
  ) as [number[], number[]];
  const mean = (x: readonly number[]) => x.reduce((a, b) => a + b, 0) / x.length;
  for (const own of z) {
    assert.ok(Math.abs(mean(own)) < 5 / 64, `mean ${mean(own)}`);
    assert.ok(Math.abs(Math.sqrt(mean(own.map((v) => v * v))) - 1.018) < 0.05);
  }
  assert.ok(Math.abs(mean(z[0].map((v, i) => v * z[1][i]!))) < 5 / 64, "both outputs have noise of their own");
});

test("a part of a grid drawn by itself has the noise of its place in the whole", async () => {
  const description = describe(2);
  const model = modelOf(description, { trained: false });
  const [height, width, top, left] = [24, 20, 8, 4];
  const whole = { height, width, condition: new Float32Array(3 * 480), background: new Float32Array(2 * 480) };
  const part = { height: 8, width: 12, condition: new Float32Array(3 * 96), background: new Float32Array(2 * 96) };
  const all = await model.sample(whole, options);
  const own = await model.sample(part, { ...options, origin: [top, left] });
  for (const [i, v] of own.values.entries()) {
    const [member, y, x] = [Math.floor(i / 192), Math.floor((i % 192) / 24), Math.floor((i % 24) / 2)];
    assert.is(v, all.values[((member * height + top + y) * width + left + x) * 2 + (i % 2)]);
  }
  await model.dispose();
});

test("pixels that are not to have a value are NaN, and the network is told which they are", async () => {
  const description = describe(2);
  const input = inputOf(12, 12, description);
  const valid = Uint8Array.from({ length: 144 }, (_, i) => (i % 12 < 5 ? 0 : 1));
  for (const masked of [true, false]) {
    const model = modelOf(description, { masked });
    const all = await model.sample(input, options);
    const some = await model.sample({ ...input, valid }, options);
    for (const [i, v] of some.values.entries()) {
      const wanted = valid[(i >> 1) % 144] === 1;
      assert.is(Number.isNaN(v), !wanted);
      if (!masked && wanted) assert.is(v, all.values[i]);
    }
    if (masked) assert.ok(some.values.some((v, i) => !Number.isNaN(v) && v !== all.values[i]));
    await model.dispose();
  }
});

const log = { kind: "log", unit: 0.5 } as const;
const amount = { units: "mm", transform: log, mean: 1 } as const;
const rain: ModelDescription = {
  channels: [{ ...amount, name: "pr", role: "coarse", deviation: 1, range: [0, 30] }],
  targets: [{ ...amount, name: "rr", background: "pr", deviation: 1.5, range: [0, 40], wetThreshold: 0.3 }],
};

test("rain is never negative, below the wet threshold 0, and at most the ceiling, by default ten times what training saw", async () => {
  const model = modelOf(rain, { masked: false, trained: false });
  const condition = new Float32Array(256);
  const background = backgroundOf(condition, rain.channels, rain.targets);
  assert.ok(background.every((v) => v === 1));
  const input = { height: 16, width: 16, condition, background };
  const { values } = await model.sample(input, { members: 4 });
  assert.ok(values.every((v) => v === 0 || (v >= 0.3 && v <= 400)));
  // t < ln(1 + 0.3/0.5) = 0.47, 0.347 deviations below the background: a share of 0.36.
  const dry = values.filter((v) => v === 0).length / values.length;
  assert.ok(Math.abs(dry - 0.36) < 0.05, `${dry}`);
  const ceiling = { ...rain, targets: rain.targets.map((target) => ({ ...target, ceiling: 2 })) };
  const lower = modelOf(ceiling, { masked: false, trained: false });
  allClose((await lower.sample(input, { members: 4 })).values, (i) => Math.min(values[i]!, 2), 0);
  await lower.dispose();
  await model.dispose();
});

test("an input that does not fit is refused by the name of what is wrong", async () => {
  const description = describe(1);
  const model = modelOf(description);
  const input = inputOf(8, 8, description);
  await refuses(model.sample({ ...input, height: 0 }), /height and a width/, ShapeError);
  await refuses(model.sample({ ...input, condition: input.background }), /condition.*64 values/, ShapeError);
  await refuses(model.sample({ ...input, background: input.condition }), /background/, ShapeError);
  await refuses(model.sample({ ...input, valid: new Uint8Array(3) }), /valid/, ShapeError);
  const condition = input.condition.with(7, Number.NaN);
  await refuses(model.sample({ ...input, condition }), /value 7 of the condition is NaN; gaps are 0/, DomainError);
  await refuses(model.sample(input, { members: 0 }), /Downscaler.sample: members is 0/, OptionsError);
  await refuses(model.sample(input, { tiles: [15, 8] }), /both multiples of 2/, OptionsError);
  await refuses(model.sample(input, { archive: "north" }), /archive is "north", but channels/, OptionsError);
  await model.dispose();
});

test("a saved model gives the same bits, says what it is, and is refused where it is another or damaged", async () => {
  const path = at("model.safetensors");
  const model = modelOf(describe(2));
  await model.save(path);
  const loaded = await Downscaler.load(path);
  assert.equal(loaded.configuration, model.configuration);
  const input = inputOf(9, 9, describe(2));
  assert.equal((await loaded.sample(input, options)).values, (await model.sample(input, options)).values);
  const printed = inspect(loaded);
  assert.match(printed, /^Downscaler\n {2}makes +fine \(K\), other \(K\)\n {2}coarse +t \(K\)\n {2}static +z \(m\)/);
  assert.ok(printed.split("\n").length < 10 && printed.includes(path));

  const { tensors } = await readSafetensors(path);
  const changed = async (place: string, value: unknown) => {
    const configuration = structuredClone(model.configuration);
    const keys = place.split(".");
    const parent = keys.slice(0, -1).reduce<object>((part, key) => Reflect.get(part, key), configuration);
    Reflect.set(parent, keys.at(-1)!, value);
    await writeSafetensors(path, tensors, { [metadataKey]: JSON.stringify(configuration) });
    return Downscaler.load(path);
  };
  for (const [place, value, pattern] of [
    ["channels.0.deviation", -1, /channels\[0\].deviation is -1/],
    ["channels.0.transform.kind", "cube", /channels\[0\].transform.kind is "cube"/],
    ["channels.2.of", "y", /channels\[2\].of is "y", expected the name of a channel/],
    ["channels.1.of", "t", /channels\[1\].of is "t", expected none/],
    ["channels.1.name", "t", /channels has "t" twice/],
    ["targets.0.background", "z", /targets\[0\].background is "z", expected the name of a coarse channel/],
    ["targets.0.transform", log, /which has another transform than the target/],
    ["targets", undefined, /configuration.targets is missing/],
    ["targets.length", 1, /network.inputChannels is 7, expected 5/],
    ["masked", false, /network.inputChannels is 7, expected 5/],
    ["surprise", 1, /"surprise", which means nothing here/],
    ["network.embedding", 32, /parameter embedding/],
  ] as const) {
    await refuses(changed(place, value), pattern);
    await refuses(changed(place, value), /train it again, or take another copy/);
  }
  await writeSafetensors(path, tensors, {});
  await refuses(Downscaler.load(path), /Downscaler.save/);
  await writeFile(path, "no tensors");
  await refuses(Downscaler.load(path), /model.safetensors/, FormatError);
  assert.throws(() => new Downscaler({ ...model.configuration, masked: false }, model.parameters), /inputChannels/);
  await model.dispose();
  await loaded.dispose();
});

test("a cut-off is refused by models of fields, which have no blocks", async () => {
  const model = modelOf(describe(1));
  const work = model.sample(inputOf(8, 8, describe(1)), { ...options, cutOff: 1 });
  await refuses(work, /a cut-off is of models of block means; leave it out/, OptionsError);
  await model.dispose();
});

test.run();
