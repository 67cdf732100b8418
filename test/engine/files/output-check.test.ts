/** Places that take no files are told before any work. */
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beginAtomically, checkFolder, checkOutputs, placeNew, writeAtomically } from "../../../engine/files/index.ts";
import { FormatError } from "../../../engine/index.ts";
import { assert, refuses, temporaryFolder, test, throws } from "../../harness.ts";
import { skip } from "../../io/oracle.ts";

const { folder: root } = temporaryFolder(test);

test("a folder of the system that takes no files is refused, though its permissions allow it", () => {
  if (!existsSync("/proc/self/stat")) return skip("there is no /proc here");
  const refused = /\/proc.*(takes no files|not permitted).*choose a folder that you may write in/s;
  throws(() => checkFolder("/proc/runs/new"), FormatError, refused);
  throws(() => checkOutputs([{ path: "/proc/field.nc" }], []), FormatError, refused);
});

test("checking a folder leaves nothing in it", () => {
  checkFolder(join(root, "runs", "new"));
  checkOutputs([{ path: join(root, "field.nc") }], []);
  assert.equal(readdirSync(root), []);
});

test("a file that comes while another is written stands, unless it may be replaced", async () => {
  const path = join(root, "scores.csv");
  const write = async (temporary: string) => {
    writeFileSync(temporary, "mine");
    writeFileSync(path, "another's");
  };
  await refuses(writeAtomically(path, write, { overwrite: false }), /it came there while this was written.*`overwrite/);
  assert.is(readFileSync(path, "utf8"), "another's");
  await writeAtomically(path, write);
  assert.equal([readFileSync(path, "utf8"), readdirSync(root)], ["mine", ["scores.csv"]]);
});

test("of ten that write one name at once exactly one has it", async () => {
  const path = join(root, "one.txt");
  const texts = Array.from({ length: 10 }, (_, i) => `text ${i}`);
  const ends = await Promise.allSettled(texts.map((text) => writeAtomically(path, text, { overwrite: false })));
  const won = texts.filter((_, i) => ends[i]!.status === "fulfilled");
  assert.equal([won.length, readFileSync(path, "utf8")], [1, won[0]]);
  const pending = await beginAtomically(join(root, "two.txt"));
  await refuses(pending.commit(path), /it came there while this was written/);
  assert.not.ok(placeNew(path, path), "a name that is there is not new");
  rmSync(path);
});

test.run();
