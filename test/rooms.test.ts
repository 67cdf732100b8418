/** The rooms of the house: their order and their doors; each rule shown to fail on a planted violation. */

import { assert, test } from "./harness.ts";
import { aroundDoors, rooms, unlistedRooms, upwards } from "./room-rules.ts";
import { filesIn, libraryFolders, type Source, sourceAt } from "./structure-rules.ts";

const source = (path: string, text: string): Source => ({ path, text });
const library = [...libraryFolders, "examples"].flatMap((folder) => filesIn(folder)).map(sourceAt);

test("rooms of a floor import downwards only", () => {
  assert.equal(upwards(library), []);
  const planted = [
    source("io/field/a.ts", 'import { x } from "../formats/b.ts";'),
    source("wasserstein/line/a.ts", 'import type { X } from "../exact/emd.ts";'),
  ];
  assert.is(upwards(planted).length, planted.length);
  assert.equal(upwards([source("io/formats/a.ts", 'import { x } from "../field/b.ts";')]), []);
});

test("other floors come in by a door", () => {
  assert.equal(aroundDoors(library), []);
  const planted = [
    source("cli/a.ts", 'import { x } from "../io/field/axes.ts";'),
    source("solvers/sampler/a.ts", 'import { x } from "../../verification/scores/crps.ts";'),
    source("cli/b.ts", 'const { x } = await import("../solvers/solve/solve.ts");'),
  ];
  assert.is(aroundDoors(planted).length, planted.length);
  const fine = [
    source("cli/a.ts", 'import { x } from "../io/field/index.ts";\nimport { y } from "../io/index.ts";'),
    source("io/formats/a.ts", 'import { x } from "../field/axes.ts";'),
  ];
  assert.equal(aroundDoors(fine), []);
});

test("every folder of a floor is a room of the list, and every room of the list a folder", () => {
  const paths = Object.keys(rooms).flatMap((folder) => filesIn(folder));
  assert.equal(unlistedRooms(paths), []);
  assert.equal(unlistedRooms([...paths, "io/misc/a.ts"]), ["io/misc is no room of the list"]);
  assert.is(unlistedRooms(paths.filter((p) => !p.startsWith("io/regrid/"))).length, 1);
});

test.run();
