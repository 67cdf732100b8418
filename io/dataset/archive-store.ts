/** One variable of one or many files, read by slabs along the joined time. */
import { FormatError } from "../../engine/errors.ts";
import type { FieldValues } from "../field/field.ts";
import { allocateValues } from "../storage/allocation-limit.ts";
import { place } from "../storage/block.ts";
import { decoderOf } from "../storage/decode.ts";
import { readDecoded } from "../storage/read-variable.ts";
import { type Slab, sizeOf, type VariableInfo } from "../storage/source.ts";
import type { Member } from "./archive.ts";
import type { FilePool } from "./archive-pool.ts";
import type { VariableStore } from "./lazy-field.ts";
import { distinct } from "./variable.ts";

/** Joining of the files of a dataset. */
export interface FileJoin {
  readonly members: readonly Member[];
  /** The dimension that is joined; undefined for a single file. */
  readonly dim: string | undefined;
  /** True if it is new: the files hold one time each, without a dimension for it. */
  readonly stacked: boolean;
}

const show = (dims: readonly string[], shape: readonly number[]): string =>
  dims.map((dim, i) => `${dim} ${shape[i]}`).join(", ") || "a single value";

/** The variable in every file, alike but for how it is packed. @throws FormatError naming both files. */
function findAll(name: string, { members, dim, stacked }: FileJoin, unitsStated: boolean): VariableInfo[] {
  const [first] = members as [Member];
  const model = first.variables.find((v) => v.name === name)!;
  return members.map(({ path, variables }) => {
    const own = variables.find((v) => v.name === name);
    const fail = (what: string, hint: string) => new FormatError(path, "archive", what, hint);
    if (own === undefined) {
      const has = `it has ${variables.map((v) => v.name).join(", ") || "none"}`;
      throw fail(`it has no variable ${name}, which ${first.path} has`, has);
    }
    const fits = own.shape.every((n, i) => (!stacked && own.dims[i] === dim) || n === model.shape[i]);
    if (String(own.dims) !== String(model.dims) || !fits) {
      const [here, there] = [show(own.dims, own.shape), show(model.dims, model.shape)];
      throw fail(
        `its variable ${name} runs over ${here}, that of ${first.path} over ${there}`,
        "join files of one grid, or regrid one first",
      );
    }
    if (!unitsStated && own.units?.trim() !== model.units?.trim()) {
      const what = `its variable ${name} is in ${own.units ?? "no units"}, that of ${first.path} in ${model.units ?? "no units"}`;
      throw fail(what, "convert one first (`monge convert --to-units`)");
    }
    return own;
  });
}

/**
 * The store of a variable.
 *
 * @param name - a variable of the first file
 * @throws FormatError naming both files where they do not hold the same variable over the same dimensions
 */
export function storeOf(name: string, joined: FileJoin, pool: FilePool, unitsStated = false): VariableStore {
  const { members, dim, stacked } = joined;
  const infos = findAll(name, joined, unitsStated);
  const [model] = infos as [VariableInfo];
  const axis = stacked || dim === undefined ? -1 : model.dims.indexOf(dim);
  const total = members.reduce((sum, { count }) => sum + count, 0);
  const wide = infos.some((info, i) => decoderOf(members[i]!.path, info).target === "float64");
  const paths = members.map(({ path }) => path);
  const make = (n: number): FieldValues => allocateValues(n, wide, paths, name);
  const single = (slab: Slab, i: number, out: FieldValues, offset = 0) =>
    pool.use(members[i]!.path, (source) => readDecoded(source, infos[i]!, slab, out, offset));
  const along = stacked ? 0 : axis;

  const read = async ({ start, count }: Slab): Promise<FieldValues> => {
    const out = make(sizeOf(count));
    if (along < 0) {
      await single({ start, count }, 0, out);
      return out;
    }
    const [from, to] = [start[along]!, start[along]! + count[along]!];
    for (const [i, member] of members.entries()) {
      const low = Math.max(from, member.offset);
      const high = Math.min(to, member.offset + member.count);
      if (low >= high) continue;
      const part = stacked
        ? { start: start.slice(1), count: count.slice(1) }
        : { start: start.with(along, low - member.offset), count: count.with(along, high - low) };
      // Along the slowest dimension the parts of the files follow each other.
      if (count.slice(0, along).every((n) => n === 1)) {
        await single(part, i, out, (low - from) * sizeOf(count.slice(along + 1)));
        continue;
      }
      const block = make(sizeOf(part.count));
      await single(part, i, block);
      place(block, part.count, out, count, count.map(() => 0).with(along, low - from));
    }
    return out;
  };
  return {
    dims: distinct(stacked ? [dim!, ...model.dims] : model.dims),
    shape: stacked ? [total, ...model.shape] : axis < 0 ? model.shape : model.shape.with(axis, total),
    chunks: model.chunks && (stacked ? [1, ...model.chunks] : model.chunks),
    target: wide ? "float64" : "float32",
    read,
    check: () => pool.check(),
  };
}
