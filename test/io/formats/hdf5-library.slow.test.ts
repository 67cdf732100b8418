/** The HDF5 library under very many failures in one process. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import { damagedFiles, openMany } from "./hdf5-damage.ts";

const folder = mkdtempSync(join(tmpdir(), "monge-library-"));
test.after(() => rmSync(folder, { recursive: true }));

test("after 10 000 refused files a sound one is read", async () => {
  await openMany(await damagedFiles(folder), 10_000);
});

test.run();
