/** Attacks by kind on files that were saved: each must be refused by a typed error that names the file, or read as what it was. */
import { readFile, writeFile } from "node:fs/promises";
import { basename } from "node:path";
import { isMongeError, rng } from "../../../engine/index.ts";
import { assert } from "../../harness.ts";
import { joined, parted, withoutSeal, withTensor } from "../../seals.ts";

/** Numbers from 0 to 1 that decide an attack. */
export type Draw = readonly [number, number, number];
/** A damaged copy; undefined where the file has nothing to damage in this way. */
export type Damage = (bytes: Buffer, draw: Draw) => Uint8Array | undefined;

const one = <T>(list: readonly T[], draw: number): T => list[Math.floor(draw * list.length)]!;
const flipped = (bytes: Buffer, from: number, to: number, [a, b]: Draw) => {
  const out = Buffer.from(bytes);
  out[from + Math.floor(a * (to - from))]! ^= 1 << Math.floor(8 * b);
  return out;
};
const headerEnd = (bytes: Buffer) => 8 + Number(bytes.readBigUInt64LE(0));
const namesOf = (bytes: Buffer) => Object.keys(parted(bytes).header).filter((name) => name !== "__metadata__");

/** Of any file. */
const plain: Readonly<Record<string, Damage>> = {
  empty: () => Buffer.alloc(0),
  "cut short": (bytes, [a]) => bytes.subarray(0, Math.floor(a * bytes.length)),
  "one bit": (bytes, draw) => flipped(bytes, 0, bytes.length, draw),
  "all zeros": (bytes) => Buffer.alloc(bytes.length),
  "something else": () => Buffer.from("<html>404</html>\n"),
};

/** Of safetensors. */
export const tensorDamages: Readonly<Record<string, Damage>> = {
  ...plain,
  "one bit of the header": (bytes, draw) => flipped(bytes, 0, headerEnd(bytes), draw),
  "more behind it": (bytes, [a]) => Buffer.concat([bytes, Buffer.alloc(1 + Math.floor(9 * a))]),
  "a header of another length": (bytes, [a]) => {
    const out = Buffer.from(bytes);
    out.writeBigUInt64LE(BigInt(Math.floor(a * 2 ** 53)) + 1n, 0);
    return out;
  },
  "two tensors exchanged": (bytes, [a, b]) => {
    const names = namesOf(bytes);
    const { header, data } = parted(bytes);
    const [first, second] = [one(names, a), one(names, b)];
    if (first === second) return undefined;
    return joined({ ...header, [first]: header[second], [second]: header[first] }, data);
  },
  "a tensor twice": (bytes, [a]) => {
    const name = one(namesOf(bytes), a);
    const { header, data } = parted(withoutSeal(bytes));
    const text = JSON.stringify(header);
    return joined(`${text.slice(0, -1)},${JSON.stringify(name)}:${JSON.stringify(header[name])}}`, data);
  },
  "a tensor left out": (bytes, [a]) => {
    const { header, data } = parted(withoutSeal(bytes));
    const { [one(namesOf(bytes), a)]: _, ...rest } = header;
    return joined(rest, data);
  },
  "a tensor of another name": (bytes, [a]) => {
    const name = one(namesOf(bytes), a);
    const { header, data } = parted(withoutSeal(bytes));
    const { [name]: entry, ...rest } = header;
    return joined({ ...rest, [`${name}x`]: entry }, data);
  },
  "a tensor of another type": (bytes, [a, b]) => {
    const name = one(namesOf(bytes), a);
    const { header, data } = parted(withoutSeal(bytes));
    const entry = header[name]!;
    return joined(
      { ...header, [name]: { ...entry, dtype: entry.dtype === "F32" ? "I32" : one(["I64", "U64"], b) } },
      data,
    );
  },
  "a value that is not finite": (bytes, [a, b]) => {
    const name = one(
      namesOf(bytes).filter((n) => /^F(32|64)$/.test(parted(bytes).header[n]!.dtype) && !n.endsWith("report")),
      a,
    );
    return withTensor(bytes, name, one([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY], b));
  },
  "metadata that is no record": (bytes, [a]) =>
    withoutSeal(bytes, () => one(["null", "[]", "1", '"x"', "{", '{"__proto__":{}}', "{}"], a)),
  "a field of the metadata twice": (bytes, [a]) => {
    const key = one([...JSON.stringify(parted(bytes).header["__metadata__"]).matchAll(/\\"(\w+)\\":/g)], a);
    if (key === undefined) return undefined;
    return withoutSeal(bytes, (text) => text.replace(`"${key[1]}":`, `"${key[1]}":0,"${key[1]}":`));
  },
};

/** Of JSON with a checksum. */
export const jsonDamages: Readonly<Record<string, Damage>> = {
  ...plain,
  "a field twice": (bytes, [a]) => {
    const text = bytes.toString();
    const key = one([...text.matchAll(/"(\w+)": /g)], a);
    return Buffer.from(`${text.slice(0, key.index)}"${key[1]}": 0, ${text.slice(key.index)}`);
  },
  "a number changed": (bytes, [a, b]) => {
    const text = bytes.toString();
    const found = one([...text.matchAll(/(?<=: |\s)-?\d[\d.e+-]*(?=,?\n)/g)], a);
    if (found === undefined) return undefined;
    const value = one(["-1", "1e999", "null", '"x"', "[]", "0.123"], b);
    return Buffer.from(text.slice(0, found.index) + value + text.slice(found.index + found[0].length));
  },
  "a line left out": (bytes, [a]) => {
    const lines = bytes.toString().split("\n");
    lines.splice(Math.floor(a * (lines.length - 1)), 1);
    return Buffer.from(lines.join("\n"));
  },
  "two lines exchanged": (bytes, [a, b]) => {
    const lines = bytes.toString().split("\n");
    const [i, j] = [Math.floor(a * (lines.length - 1)), Math.floor(b * (lines.length - 1))];
    if (lines[i] === lines[j]) return undefined;
    [lines[i], lines[j]] = [lines[j]!, lines[i]!];
    return Buffer.from(lines.join("\n"));
  },
  "not a record": (_, [a]) => Buffer.from(one(["null", "[]", "1", '"x"', "{}", "true"], a)),
};

/** Something that was saved. */
export interface Target {
  readonly name: string;
  readonly paths: readonly string[];
  readonly damages: Readonly<Record<string, Damage>>;
  /** What is read; deeply equal where it is the same. */
  readonly read: () => Promise<unknown>;
}

/** Damages each target `count` times. @returns how often it was refused, and how often it was the same */
export async function attack(target: Target, count: number, seed: number): Promise<{ refused: number; same: number }> {
  const whole = await target.read();
  const kinds = Object.entries(target.damages);
  const tell = { refused: 0, same: 0 };
  const random = rng(seed).split(target.name);
  for (let i = 0; tell.refused + tell.same < count; i++) {
    const draw = [...random.split(i).uniform(3)] as unknown as Draw;
    const path = target.paths[i % target.paths.length]!;
    const [kind, damage] = kinds[Math.floor(i / target.paths.length) % kinds.length]!;
    const bytes = await readFile(path);
    const damaged = damage(bytes, draw);
    if (damaged === undefined) continue;
    const where = `${target.name}, ${basename(path)}, ${kind}, number ${i}`;
    await writeFile(path, damaged);
    try {
      const found = await target.read();
      assert.equal(found, whole, where);
      tell.same++;
    } catch (error) {
      assert.ok(isMongeError(error), `${where}: ${error}`);
      assert.ok(error.message.includes(path), `${where} does not name the file: ${error.message}`);
      tell.refused++;
    } finally {
      await writeFile(path, bytes);
    }
  }
  return tell;
}
