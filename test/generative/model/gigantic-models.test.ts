/** Models and solutions that claim to be gigantic, with sound checksums: refused by name, before memory is given. */

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readSafetensors, writeSafetensors } from "../../../engine/files/index.ts";
import { FormatError, rng } from "../../../engine/index.ts";
import { unet } from "../../../generative/diffusion/index.ts";
import { Downscaler } from "../../../generative/index.ts";
import { fineGridCheck } from "../../../generative/model/index.ts";
import { assert, refuses, temporaryFolder, test } from "../../harness.ts";
import { joined, parted } from "../../seals.ts";

const { folder } = temporaryFolder(test);

const network = { inputChannels: 3, baseChannels: 4, multipliers: [1, 2], groups: 2, embedding: 8, frequencies: 8 };
const normalization = { factor: 4, sigmaData: 0.5, conditionMean: 0, conditionStd: 1 };
const nested = (depth: number) => `${"[".repeat(depth)}${"]".repeat(depth)}`;

/** A file with the parameters of a small model and other metadata. */
async function model(metadata: string): Promise<string> {
  const path = join(folder, "model.safetensors");
  const parameters = Object.entries(unet(network).initialize(rng(1)));
  const tensors = Object.fromEntries(parameters.map(([name, { shape, values }]) => [name, { shape, data: values }]));
  await writeSafetensors(path, tensors, { "monge-downscaler": metadata });
  return path;
}

/** Megabytes that the process had at most. */
const most = () => process.resourceUsage().maxRSS / 1024;

test("a small model is read, and one of the same file that claims to be gigantic is refused in little memory", async () => {
  const small = await Downscaler.load(await model(JSON.stringify({ network, normalization })));
  await small.dispose();
  const largest = {
    ...{ inputChannels: 64, outputChannels: 1, baseChannels: 4096, multipliers: Array(8).fill(64), blocks: 16 },
    ...{ groups: 1, embedding: 65_536, frequencies: 65_536 },
  };
  const archives = Array.from({ length: 61 }, (_, i) => `a${i}`);
  const before = most();
  for (const [configuration, words] of [
    [{ network: largest, normalization, archives }, /expected \[65536, 65536\], got \[8, 8\]/],
    [{ network: { ...network, baseChannels: 1e9 }, normalization }, /baseChannels is 1000000000, expected .* 4096/],
    [{ network: { ...network, inputChannels: 2 ** 40 }, normalization }, /inputChannels is 1099511627776/],
    [{ network: { ...network, multipliers: Array(1e5).fill(1) }, normalization }, /multipliers has 100000 entries/],
    [{ network: { ...network, multipliers: [1, 1e9] }, normalization }, /multipliers\[1\] is 1000000000/],
    [{ network: { ...network, blocks: 1e9 }, normalization }, /blocks is 1000000000/],
    [{ network: { ...network, frequencies: 1e9 }, normalization }, /frequencies is 1000000000/],
    [{ network, normalization: { ...normalization, factor: 1e9 } }, /factor is 1000000000, expected .* 256/],
    [{ network, normalization, archives: Array(1e5).fill("a") }, /archives has 100000 entries/],
  ] as const) {
    await refuses(Downscaler.load(await model(JSON.stringify(configuration))), words);
  }
  assert.ok(most() - before < 500, `${most() - before} MB`);
});

test("metadata nested a hundred thousand deep are refused before they end the stack", async () => {
  const text = JSON.stringify({ network, normalization, provenance: { a: 1 } }).replace(":1}}", `:${nested(1e5)}}}`);
  await refuses(Downscaler.load(await model(text)), /metadata "monge-downscaler" is nested hundreds deep/);
  const path = await model("{}");
  const { header, data } = parted(readFileSync(path));
  const json = JSON.stringify({ ...header, __metadata__: {} });
  writeFileSync(path, joined(json.replace(/"shape":\[[^\]]*\]/, `"shape":${nested(1e5)}`), data));
  await refuses(readSafetensors(path), /the header is nested hundreds deep/, FormatError);
});

test("a stored grid of 10¹⁰ pixels, which its axes of 10⁵ positions claim, is refused by their number", () => {
  const axis = (name: string, n: number) => ({
    ...{ name, dim: name, values: Array.from({ length: n }, (_, i) => i) },
    attributes: {},
  });
  const grid = (n: number) => ({ y: axis("y", n), x: axis("x", n), runs: [n * n] });
  assert.is(fineGridCheck(grid(1000), "grid"), undefined);
  assert.is(fineGridCheck(grid(1e5), "grid"), "grid has 10000000000 pixels, expected at most 268435456");
});

test.run();
