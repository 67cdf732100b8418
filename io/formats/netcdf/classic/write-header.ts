/**
 * Headers of the NetCDF classic formats, written from the grammar in the NetCDF Users Guide, "File Format
 * Specifications": CDF-1, CDF-2 (64-bit offsets) and CDF-5 (64-bit data).
 */
import { OptionsError, ShapeError } from "../../../../engine/errors.ts";
import { holds } from "../../../storage/attributes.ts";
import { elementSize, swapBytes } from "../../../storage/number-types.ts";
import { sizeOf } from "../../../storage/source.ts";
import { toStored } from "../layout/encode.ts";
import type { NetcdfFormat, StoredType } from "../layout/options.ts";
import type { NetcdfPlan, PlannedAttribute, PlannedVariable } from "../layout/plan.ts";
import { CLASSIC_FORMATS, CLASSIC_TYPES, type ClassicVersion } from "./header.ts";

/** Location of a variable. */
export interface VariablePlace {
  readonly variable: PlannedVariable;
  /** True if it has one part in every record. */
  readonly record: boolean;
  /** Sizes, without the record dimension. */
  readonly shape: readonly number[];
  /** Bytes of the variable, or of its part of a record, without padding. */
  readonly bytes: number;
  readonly begin: number;
}

/** A file laid out. */
export interface ClassicLayout {
  readonly version: ClassicVersion;
  readonly header: Buffer;
  readonly placed: readonly VariablePlace[];
  /** Distance from one record to the next. */
  readonly recordBytes: number;
  /** Offset of the first record: the end of all that is fixed. */
  readonly firstRecord: number;
}

const codeOf = (type: StoredType | "char"): number => CLASSIC_TYPES.indexOf(type);
const TAGS = { dimension: 10, variable: 11, attribute: 12 };
/** Most bytes of a variable, or of its part of a record; most positions of a dimension. */
const LARGEST = { 1: 2 ** 31 - 4, 2: 2 ** 32 - 4, 5: Number.MAX_SAFE_INTEGER };

/** Up to the next multiple of 4. */
export const padded = (bytes: number): number => Math.ceil(bytes / 4) * 4;

/** The type of CDF-1 and CDF-2 for an attribute: the next wider one that they have and that holds its numbers. */
function classicType(type: StoredType, values: readonly number[]): StoredType {
  if (codeOf(type) <= codeOf("float64")) return type;
  const wider = type === "uint8" ? "int16" : "int32";
  return values.every((v) => holds(wider, v)) ? wider : "float64";
}

/** The pieces of a header in one version of the format. */
class HeaderWriter {
  readonly #version: ClassicVersion;
  readonly #pieces: Buffer[] = [];

  constructor(version: ClassicVersion) {
    this.#version = version;
  }

  bytes(piece: Uint8Array): void {
    this.#pieces.push(Buffer.from(piece), Buffer.alloc(padded(piece.length) - piece.length));
  }

  u32(value: number): void {
    const piece = Buffer.alloc(4);
    piece.writeUInt32BE(value);
    this.#pieces.push(piece);
  }

  u64(value: number): void {
    const piece = Buffer.alloc(8);
    piece.writeBigUInt64BE(BigInt(value));
    this.#pieces.push(piece);
  }

  count(value: number): void {
    if (this.#version === 5) this.u64(value);
    else this.u32(value);
  }

  offset(value: number): void {
    if (this.#version === 1) this.u32(value);
    else this.u64(value);
  }

  name(text: string): void {
    const piece = Buffer.from(text.normalize("NFC"));
    this.count(piece.length);
    this.bytes(piece);
  }

  list<T>(tag: number, items: readonly T[], write: (item: T) => void): void {
    this.u32(items.length === 0 ? 0 : tag);
    this.count(items.length);
    for (const item of items) write(item);
  }

  attribute({ name, type, value }: PlannedAttribute): void {
    this.name(name);
    if (type === "char" || type === "string") {
      // The classic formats have no lists of texts; CF's own lists are words with blanks between them.
      const text = Buffer.from(typeof value === "string" ? value : value.join(" "));
      this.u32(codeOf("char"));
      this.count(text.length);
      this.bytes(text);
    } else {
      const held = this.#version === 5 ? type : classicType(type, value);
      const { buffer, byteOffset, byteLength } = toStored(held, value);
      this.u32(codeOf(held));
      this.count(value.length);
      this.bytes(swapBytes(new Uint8Array(buffer, byteOffset, byteLength).slice(), elementSize(held)));
    }
  }

  result(): Buffer {
    return Buffer.concat(this.#pieces);
  }
}

function headerOf(version: ClassicVersion, plan: NetcdfPlan, placed: readonly VariablePlace[]): Buffer {
  const out = new HeaderWriter(version);
  out.bytes(Uint8Array.of(0x43, 0x44, 0x46, version));
  out.count(0);
  out.list(TAGS.dimension, plan.dims, (d) => {
    out.name(d.name);
    out.count(d.grows ? 0 : d.size);
  });
  const attributes = (list: readonly PlannedAttribute[]) => out.list(TAGS.attribute, list, (a) => out.attribute(a));
  attributes(plan.attributes);
  out.list(TAGS.variable, placed, ({ variable, bytes, begin }) => {
    out.name(variable.name);
    out.count(variable.dims.length);
    for (const dim of variable.dims) out.count(plan.dims.findIndex((d) => d.name === dim));
    attributes(variable.attributes);
    out.u32(codeOf(variable.dtype));
    // Where it does not fit, the format says to write the largest number; readers work it out from the shape.
    out.count(version === 5 ? padded(bytes) : Math.min(padded(bytes), 2 ** 32 - 1));
    out.offset(begin);
  });
  return out.result();
}

function chooseVersion(
  where: string,
  plan: NetcdfPlan,
  placed: readonly VariablePlace[],
  format: NetcdfFormat,
): ClassicVersion {
  const fits = (version: ClassicVersion) =>
    placed.every((p) => padded(p.bytes) <= LARGEST[version]) &&
    plan.dims.every((d) => d.size < 2 ** 31 || version === 5);
  const asked = ([1, 2, 5] as const).find((version) => CLASSIC_FORMATS[version] === format);
  const version = asked ?? (fits(2) ? 2 : 5);
  if (!fits(version)) {
    const largest = placed.reduce((a, b) => (b.bytes > a.bytes ? b : a));
    const size = `${largest.bytes} bytes${largest.record ? " a record" : ""}`;
    throw new OptionsError(
      `${where}: format is ${format}, which holds ${LARGEST[version]} bytes of a variable; ${largest.variable.name} has ${size}; ` +
        'write `format: "netcdf4"`, or `format: "netcdf3"`, which takes CDF-5 where it must',
      "format",
      format,
    );
  }
  const newer = placed.find(({ variable }) => codeOf(variable.dtype) > codeOf("float64"));
  if (newer && version !== 5) {
    const { name, dtype } = newer.variable;
    throw new OptionsError(
      `${where}: dtype of ${name} is ${dtype}, which CDF-${version} does not have; expected int8, int16, int32, float32 ` +
        'or float64; or write `format: "netcdf4"` or `format: "netcdf3-64bit-data"`',
      "dtype",
      dtype,
    );
  }
  return version;
}

/**
 * Lays a classic file out: header, then fixed variables, then records of those along a growing time.
 *
 * @throws OptionsError if the format cannot hold it; ShapeError if a growing time is not a variable's first dimension.
 */
export function layOutClassic(where: string, plan: NetcdfPlan, format: NetcdfFormat): ClassicLayout {
  const growing = plan.dims.find((d) => d.grows)?.name;
  const sizes = plan.variables.map((variable) => {
    const at = growing === undefined ? -1 : variable.dims.indexOf(growing);
    if (at > 0) {
      throw new ShapeError(
        `${where}: dimensions of ${variable.name}`,
        `${growing} first, as a dimension that grows must be in NetCDF-3`,
        variable.dims.join(", "),
        'put it first, write `unlimitedTime: false`, or `format: "netcdf4"`',
      );
    }
    const record = at === 0;
    const dims = record ? variable.dims.slice(1) : variable.dims;
    const shape = dims.map((name) => plan.dims.find((d) => d.name === name)!.size);
    return { variable, record, shape, bytes: sizeOf(shape) * elementSize(variable.dtype), begin: 0 };
  });
  const version = chooseVersion(where, plan, sizes, format);
  const header = headerOf(version, plan, sizes).length;
  const records = sizes.filter((p) => p.record);
  // A single record variable is not padded: its records follow one another.
  const step = (bytes: number) => (records.length === 1 ? bytes : padded(bytes));
  const begins = new Map<(typeof sizes)[number], number>();
  let at = header;
  for (const one of sizes.filter((p) => !p.record)) {
    begins.set(one, at);
    at += padded(one.bytes);
  }
  const firstRecord = at;
  for (const one of records) {
    begins.set(one, at);
    at += step(one.bytes);
  }
  const placed = sizes.map((one) => ({ ...one, begin: begins.get(one)! }));
  const late = placed.find((p) => p.begin >= 2 ** 31);
  if (version === 1 && late) {
    const what = `${late.variable.name} would begin at byte ${late.begin}`;
    throw new OptionsError(
      `${where}: format is netcdf3-classic, whose variables begin in the first 2 GiB; ${what}; write \`format: "netcdf3"\``,
      "format",
      format,
    );
  }
  return { version, header: headerOf(version, plan, placed), placed, recordBytes: at - firstRecord, firstRecord };
}
