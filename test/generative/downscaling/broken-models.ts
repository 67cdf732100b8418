/** Attacks by kind on a model file: each must be refused by a typed error that names the file, or be the same model. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { isMongeError } from "../../../engine/errors.ts";
import { rng } from "../../../engine/rng.ts";
import { unet } from "../../../generative/diffusion/unet.ts";
import { Downscaler } from "../../../generative/downscaling/downscaler.ts";
import { joined, parted, withoutSeal, withTensor } from "../../seals.ts";

const network = { baseChannels: 8, multipliers: [1, 2] };
const normalization = { factor: 4, sigmaData: 0.13, conditionMean: 0.3, conditionStd: 0.5 };
const odd = ["null", "-1", "1e9", '"x"', "[]", "{}", "true", "1e999", "-0.5"];

/** Breaks one saved model `count` times. @returns how many of each kind were refused, and how many were the same model */
export async function attackModel(count: number, seed: number): Promise<{ refused: number; same: number }> {
  const folder = await mkdtemp(join(tmpdir(), "monge-broken-"));
  const path = join(folder, "model.safetensors");
  const whole = new Downscaler({ network, normalization }, unet(network).initialize(rng(1)));
  await whole.save(path);
  const bytes = await readFile(path);
  const headerEnd = 8 + Number(bytes.readBigUInt64LE(0));
  const names = Object.keys(whole.parameters);
  const tell = { refused: 0, same: 0 };
  try {
    for (let i = 0; i < count; i++) {
      const [a, b] = rng(seed).split(i).uniform(2) as unknown as [number, number];
      const flip = (from: number, to: number) => {
        const out = Buffer.from(bytes);
        out[from + Math.floor(a * (to - from))]! ^= 1 << Math.floor(8 * b);
        return out;
      };
      const kinds: (() => Uint8Array)[] = [
        () => flip(0, headerEnd),
        () => flip(headerEnd, bytes.length),
        () => bytes.subarray(0, Math.floor(a * bytes.length)),
        () => Buffer.concat([bytes, Buffer.alloc(1 + Math.floor(9 * a))]),
        () => withTensor(bytes, names[Math.floor(a * names.length)]!, b < 0.5 ? Number.NaN : -Infinity),
        () => {
          const key = Object.keys(normalization)[Math.floor(4 * a)]!;
          const value = key === "conditionMean" ? '"x"' : odd[Math.floor(b * odd.length)]!;
          return withoutSeal(bytes, (text) => text.replace(new RegExp(`"${key}":[^,}]+`), `"${key}":${value}`));
        },
        () => {
          const { header, data } = parted(withoutSeal(bytes));
          const name = names[Math.floor(a * names.length)]!;
          const { [name]: entry, ...rest } = header;
          return joined(
            b < 0.5 ? { ...rest, [`${name}x`]: entry } : { ...header, [name]: { ...entry, dtype: "I32" } },
            data,
          );
        },
        () => {
          const out = Buffer.from(bytes);
          out.writeBigUInt64LE(BigInt(Math.floor(a * 2 ** 53)) + 1n, 0);
          return out;
        },
        () => withoutSeal(bytes, (text) => text.replace("{", '{"__proto__":{"network":{}},')),
        () => joined({ w: { dtype: "F32", shape: [1], data_offsets: [0, 4] } }, new Uint8Array(4)),
      ];
      const kind = i % kinds.length;
      await writeFile(path, kinds[kind]!());
      try {
        const loaded = await Downscaler.load(path);
        assert.equal(loaded.configuration, whole.configuration, `kind ${kind}, number ${i}`);
        assert.equal(loaded.parameters, whole.parameters, `kind ${kind}, number ${i}`);
        tell.same++;
      } catch (error) {
        assert.ok(isMongeError(error) && error.message.startsWith(path), `kind ${kind}, number ${i}: ${error}`);
        tell.refused++;
      }
    }
  } finally {
    await rm(folder, { recursive: true });
  }
  return tell;
}
