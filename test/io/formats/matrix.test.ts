/**
 * Every real file of the repository by what is done with it: read, and written as each format and read again. The table
 * `matrix.txt` holds the outcomes: `same`, or the beginning of the refusal. `UPDATE=1` records it anew.
 */
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { isMongeError } from "../../../engine/index.ts";
import { type Field, openDataset, readField, writeField } from "../../../io/index.ts";
import { assert, temporaryFolder, test } from "../../harness.ts";

const { at } = temporaryFolder(test);
const root = fileURLToPath(new URL("../../data/", import.meta.url));
const record = new URL("matrix.txt", import.meta.url);

const targets = {
  netcdf4: ["out.nc", {}],
  packed: ["out.nc", { compression: 9, shuffle: true, significantDigits: 7 }],
  zarr3: ["out.zarr", { version: 3 }],
  zarr2: ["out.zarr", { version: 2 }],
  geotiff: ["out.tif", {}],
} as const;
const columns = ["read", ...Object.keys(targets)] as const;

/** Positions along a dimension that are taken at most. */
const most = 40;

const short = (message: string) =>
  message
    .replace(/^.*?(?:variable \S+|\.\w+): /, "")
    .replaceAll(root, "")
    .slice(0, 60);

/** The first variable that looks like data, or a part of it. */
async function partOf(path: string): Promise<Field> {
  const data = await openDataset(path);
  try {
    const whole = (await data.variable(data.dataVariables[0])).ungroup();
    const part = Object.fromEntries(whole.dims.map((dim) => [dim, [0, Math.min(most, whole.size(dim))] as const]));
    return await whole.isel(part).load();
  } finally {
    data.close();
  }
}

/** What differs between a field and what was read again, in rows from north to south too; undefined where nothing does. */
function difference(one: Field, other: Field, digits: number): string | undefined {
  // A GeoTIFF holds maps: leading dimensions of one position are none, others are bands.
  const sizes = (field: Field) => field.shape.filter((n) => n > 1).join(" x ");
  if (sizes(one) !== sizes(other)) return `shape ${sizes(other)}`;
  const [rows, wide] = one.shape.slice(-2) as [number, number];
  const rising = (field: Field) => {
    const y = field.coordinate(field.dims.at(-2) ?? "")?.values;
    return y !== undefined && y.length > 1 && y[1]! > y[0]!;
  };
  const turned = rising(one) !== rising(other);
  const off = one.values.findIndex((v, i) => {
    const row = Math.floor(i / wide) % rows;
    const own = other.values[turned ? i + (rows - 1 - 2 * row) * wide : i]!;
    return !(Math.abs(own - v) <= digits * Math.abs(v) || Object.is(own, v));
  });
  return off < 0 ? undefined : `another value at ${off}`;
}

async function outcome(work: () => Promise<string>): Promise<string> {
  try {
    return await work();
  } catch (error) {
    if (!isMongeError(error)) throw error;
    return `refused: ${short(error.message)}`;
  }
}

test("every real file is read, and comes back from each format with its numbers, or is refused in the words on record", async () => {
  const files = readdirSync(root, { recursive: true, encoding: "utf8" })
    .map((name) => name.replaceAll("\\", "/"))
    .filter((name) => name.includes("/") && statSync(join(root, name)).isFile())
    .sort();
  assert.ok(files.length > 50);
  const lines: string[] = [];
  for (const file of files) {
    let field: Field | undefined;
    const found = [
      await outcome(async () => {
        field = await partOf(join(root, file));
        return `${field.dims.join(", ")}: ${field.shape.join(" x ")}`;
      }),
    ];
    for (const [path, options] of Object.values(targets)) {
      if (field === undefined) break;
      const own = field;
      rmSync(at(path), { recursive: true, force: true });
      found.push(
        await outcome(async () => {
          await writeField(at(path), own, options);
          const digits = "significantDigits" in options ? 5e-7 : 2 ** -24;
          return difference(own, await readField(at(path), { allowEmpty: true }), digits) ?? "same";
        }),
      );
    }
    lines.push(`${file}\n${found.map((one, k) => `  ${columns[k]!.padEnd(8)} ${one}\n`).join("")}`);
  }
  const table = lines.join("");
  if (process.env["UPDATE"]) writeFileSync(record, table);
  assert.equal(table.split("\n"), readFileSync(record, "utf8").split("\n"));
});

test.run();
