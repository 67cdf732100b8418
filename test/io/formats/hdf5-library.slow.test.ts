/** The HDF5 library under very many failures in one process. */

import { temporaryFolder, test } from "../../harness.ts";
import { damagedFiles, openMany } from "./hdf5-damage.ts";

const { folder } = temporaryFolder(test);

test("after 10 000 refused files a sound one is read", async () => {
  await openMany(await damagedFiles(folder), 10_000);
});

test.run();
