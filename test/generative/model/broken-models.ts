/** Attacks by kind on a model file: each must be refused by a typed error that names the file, or be the same model. */

import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isMongeError, rng } from "../../../engine/index.ts";
import { Downscaler } from "../../../generative/index.ts";
import { assert } from "../../harness.ts";
import { joined, parted, withoutSeal, withTensor } from "../../seals.ts";
import { blockModel } from "../models.ts";

const noNumber = ["null", '"x"', "[]", "{}", "true", "1e999"];
const negative = [...noNumber, "-1", "-0.5"];
/** What may not stand in the place of any number, of a positive one, of one that is positive and not large. */
const wrong = { any: noNumber, positive: negative, small: [...negative, "1e9"] };

/** What is compared of a model. */
interface Model {
  readonly configuration: unknown;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly law?: Float32Array | undefined;
  save(path: string): Promise<void>;
  dispose(): Promise<void>;
}

/** A model to be attacked. */
export interface Attacked {
  readonly whole: Model;
  load(path: string): Promise<Model>;
  /** Names in the file's metadata whose values are numbers, and which numbers may stand there. */
  readonly numbers: Readonly<Record<string, keyof typeof wrong>>;
}

const downscaler = (): Attacked => ({
  whole: blockModel(),
  load: (path) => Downscaler.load(path),
  numbers: { factor: "small", sigmaData: "small", mean: "any", deviation: "positive" },
});

/** Breaks one saved model `count` times. @returns how many of each kind were refused, and how many were the same model */
export async function attackModel(
  count: number,
  seed: number,
  { whole, load, numbers }: Attacked = downscaler(),
): Promise<{ refused: number; same: number }> {
  const folder = await mkdtemp(join(tmpdir(), "monge-broken-"));
  const path = join(folder, "model.safetensors");
  await whole.save(path);
  const bytes = await readFile(path);
  const headerEnd = 8 + Number(bytes.readBigUInt64LE(0));
  const names = Object.keys(parted(bytes).header).filter((name) => name !== "__metadata__");
  const keys = Object.keys(numbers);
  const tell = { refused: 0, same: 0 };
  try {
    for (let i = 0; i < count; i++) {
      const [a, b, c] = rng(seed).split(i).uniform(3) as unknown as [number, number, number];
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
        () => {
          const name = names[Math.floor(a * names.length)]!;
          // Only a law may have gaps.
          return withTensor(bytes, name, b < 0.5 && name in whole.parameters ? Number.NaN : -Infinity);
        },
        () => {
          const key = keys[Math.floor(a * keys.length)]!;
          const values = wrong[numbers[key]!];
          return withoutSeal(bytes, (text) => {
            const places = [...text.matchAll(new RegExp(`"${key}":-?[0-9][^,}\\]]*`, "g"))];
            const { 0: old, index } = places[Math.floor(c * places.length)]!;
            const changed = `"${key}":${values[Math.floor(b * values.length)]}`;
            return text.slice(0, index) + changed + text.slice(index + old.length);
          });
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
      let loaded: Model;
      try {
        loaded = await load(path);
      } catch (error) {
        assert.ok(isMongeError(error) && error.message.startsWith(path), `kind ${kind}, number ${i}: ${error}`);
        tell.refused++;
        continue;
      }
      const parts = ({ configuration, parameters, law }: Model) => [configuration, parameters, law];
      assert.equal(parts(loaded), parts(whole), `kind ${kind}, number ${i}`);
      await loaded.dispose();
      tell.same++;
    }
  } finally {
    await whole.dispose();
    await rm(folder, { recursive: true });
  }
  return tell;
}
