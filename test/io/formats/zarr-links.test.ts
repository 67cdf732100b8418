/** Zarr stores with links out of them: nothing is written through a link, and nothing is taken in through one. */
import { createHash } from "node:crypto";
import { cpSync, readdirSync, readFileSync, renameSync, rmSync, statSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { appendZarr, openGrid, readField, writeZarr, writeZarrRegion } from "../../../io/index.ts";
import { assert, refuses, temporaryFolder, test } from "../../harness.ts";
import { days } from "../fields.ts";

const { folder } = temporaryFolder(test);

/** A sum over all files below a folder, or of one file. */
function content(at: string): string {
  const hash = createHash("sha256");
  const names = statSync(at).isFile() ? [""] : (readdirSync(at, { recursive: true }) as string[]).sort();
  for (const name of names) {
    hash.update(`${name}\n`);
    if (statSync(join(at, name)).isFile()) hash.update(readFileSync(join(at, name)));
  }
  return hash.digest("hex");
}

/** What a reader that follows links finds. */
async function seen(store: string): Promise<readonly number[]> {
  const source = await openGrid(store, { allowExternal: true });
  const values = [...(await source.read("pr")), ...(await source.read("time"))];
  assert.equal(source.notices?.(), []);
  source.close();
  return values;
}

let count = 0;
/** A store of four days of which one part really lies elsewhere. */
async function linked(part: string, version: 2 | 3): Promise<readonly [store: string, elsewhere: string]> {
  const store = join(folder, `store${++count}.zarr`);
  const elsewhere = join(folder, `elsewhere${count}`);
  await writeZarr(store, days(0, 4), { version, chunks: { time: 3 } });
  renameSync(join(store, part), elsewhere);
  symlinkSync(elsewhere, join(store, part));
  return [store, elsewhere];
}

const PARTS = {
  3: ["pr", "pr/c", "pr/c/1", "pr/c/1/0/0", "pr/zarr.json", "time", "time/c", "zarr.json"],
  2: ["pr", "pr/1.0.0", "pr/.zarray", "pr/.zattrs", "time", ".zmetadata"],
} as const;

for (const version of [2, 3] as const) {
  for (const part of PARTS[version]) {
    test(`appending and writing a region are refused where ${part} of version ${version} leads out of the store`, async () => {
      const [store, elsewhere] = await linked(part, version);
      const before = [content(elsewhere), await seen(store)];
      await refuses(appendZarr(store, days(4, 2)), /elsewhere\d+.*, which is not written through; copy the store/);
      assert.equal([content(elsewhere), await seen(store)], before, "appendZarr");
      if (/^(time|pr\/1|pr\/c\/1)/.test(part)) return;
      await refuses(writeZarrRegion(store, days(0, 3), { region: { time: [0, 3] } }), /which is not written through/);
      assert.equal([content(elsewhere), await seen(store)], before, "writeZarrRegion");
    });
  }
}

test("a store that is itself reached by a link, and links that stay inside, are written to as ever", async () => {
  const store = join(folder, "own.zarr");
  await writeZarr(store, days(0, 4), { chunks: { time: 3 } });
  cpSync(join(store, "pr", "c"), join(store, "pr", "kept"), { recursive: true });
  rmSync(join(store, "pr", "c"), { recursive: true });
  symlinkSync("kept", join(store, "pr", "c"));
  symlinkSync(store, join(folder, "link.zarr"));
  await appendZarr(join(folder, "link.zarr"), days(4, 2));
  const { values } = await readField(store, { variable: "pr" });
  assert.equal([...values], [...days(0, 6).values]);
});

test.run();
