/** Zarr stores that take the place of what is there: nothing but a store goes, and links stay. */
import { lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { OptionsError } from "../../../engine/index.ts";
import { notAStore } from "../../../io/formats/index.ts";
import { readField, writeField, writeZarr } from "../../../io/index.ts";
import { assert, none, refuses, temporaryFolder, test } from "../../harness.ts";
import { days } from "../fields.ts";

const { folder, at } = temporaryFolder(test);

/** Files that no writer of Zarr makes, by where they lie in a store. */
const FOREIGN = {
  3: ["ch1.tex", "pr/ch1.tex", "pr/c/0/ch1.tex", "drafts/ch1.tex", "2020/0", ".monge/plan.json", ".hidden"],
  2: ["ch1.tex", "pr/ch1.tex", "drafts/ch1.tex", "2020/0", "7"],
} as const;

for (const version of [2, 3] as const) {
  test(`a store of version ${version} is replaced, and with any file in it that is no store's it is not`, async () => {
    const store = at(`store${version}.zarr`);
    await writeZarr(store, days(0, 4), { version, chunks: { time: 3 } });
    await writeField(store, days(0, 2), { overwrite: true, version });
    for (const name of FOREIGN[version]) {
      const path = join(store, name);
      mkdirSync(join(path, ".."), { recursive: true });
      writeFileSync(path, "ten years");
      const before = readdirSync(store, { recursive: true });
      await refuses(
        writeField(store, days(0, 4), { overwrite: true }),
        /would be lost, so it is not replaced/,
        OptionsError,
      );
      await refuses(writeZarr(store, days(0, 4), { overwrite: true }), /would be lost, so it is not replaced/);
      assert.equal([readFileSync(path, "utf8"), readdirSync(store, { recursive: true })], ["ten years", before], name);
      rmSync(join(store, name.split("/")[0] === "pr" ? name : name.split("/")[0]!), { recursive: true });
    }
    symlinkSync(at("."), join(store, "link"));
    assert.match(notAStore(store) ?? "", /^link in it/);
  });
}

test("a hierarchy of groups is one store, and a folder with a sign of Zarr alone is none", async () => {
  const store = at("groups.zarr");
  await writeZarr(store, days(0, 2));
  await writeZarr(join(store, "deeper"), days(0, 2));
  assert.is(notAStore(store), undefined);
  mkdirSync(at("thesis"));
  writeFileSync(at("thesis/.zgroup"), '{ "zarr_format": 2 }');
  writeFileSync(at("thesis/ch1.tex"), "ten years");
  assert.match(notAStore(at("thesis")) ?? "", /^ch1\.tex in it is no part of a Zarr store/);
});

test("a link to a store stays a link, and the store that it leads to is replaced", async () => {
  await writeZarr(at("real.zarr"), days(0, 2));
  symlinkSync(at("real.zarr"), at("link.zarr"));
  await writeField(at("link.zarr"), days(0, 4), { overwrite: true });
  assert.ok(lstatSync(at("link.zarr")).isSymbolicLink());
  assert.is((await readField(at("real.zarr"), { variable: "pr" })).shape[0], 4);
});

test("what comes to a store's place while it is filled stands", async () => {
  const slow = (name: string, meanwhile: () => void) => {
    return writeField(at(name), days(0, 4), { onProgress: meanwhile });
  };
  const other = () => {
    mkdirSync(at("late.zarr"));
    writeFileSync(at("late.zarr/mine"), "mine");
  };
  await refuses(slow("late.zarr", other), /it came there while this was written/);
  const file = slow("late.nc", () => writeFileSync(at("late.nc"), "mine"));
  await refuses(file, /it came there while this was written/);
  assert.is(readFileSync(at("late.nc"), "utf8"), "mine");
  assert.is(readFileSync(at("late.zarr/mine"), "utf8"), "mine");
  none(readdirSync(folder), (name) => /\.tmp$|\.old$/.test(name));
});

test.run();
