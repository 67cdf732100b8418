/** Files written stretch by stretch, as if they had been written at once. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { DomainError, OptionsError, ShapeError, UnitsError } from "../../../engine/index.ts";
import { createNetcdf, type Field, type NetcdfOptions, readField, writeNetcdf } from "../../../io/index.ts";
import { assert, refuses, temporaryFolder, test } from "../../harness.ts";
import { days, ensemble } from "../fields.ts";
import { hasPython, python, skip } from "../oracle.ts";

const { folder, at } = temporaryFolder(test);
const now = new Date(0);

/** Whether two fields hold the same numbers, coordinates and bounds. */
function same(a: Field, b: Field): void {
  assert.equal([a.dims, a.shape, a.units, a.attributes], [b.dims, b.shape, b.units, b.attributes]);
  assert.equal(Array.from(a.values), Array.from(b.values));
  for (const c of b.coordinates) assert.equal(a.coordinate(c.name), c);
}

test("stretches of any lengths, in chunks of any lengths, give the file that one write gives", async () => {
  const whole = days(0, 20);
  const cases: NetcdfOptions[] = [
    {},
    { chunks: { time: 1, lat: 2, lon: 2 } },
    { chunks: { time: 7, lat: 3, lon: 5 } },
    { chunks: { time: 6, lat: 2, lon: 4 }, compression: 0 },
    { chunks: { time: 64, lat: 3, lon: 5 }, unlimitedTime: false },
    { packing: { range: [0, 100] }, chunks: { time: 3, lat: 2, lon: 2 } },
  ];
  for (const options of cases) {
    await writeNetcdf(at("once.nc"), whole, { ...options, now });
    const once = await readField(at("once.nc"));
    if (!options.packing) same(once, whole);
    for (const lengths of [[1], [1, 2, 3, 4], [13, 7], [5]]) {
      const writer = await createNetcdf(at("parts.nc"), whole, { ...options, now });
      for (let from = 0, turn = 0; from < 20; turn++) {
        const to = Math.min(20, from + lengths[turn % lengths.length]!);
        await writer.append(whole.isel({ time: [from, to] }));
        from = to;
        assert.is(writer.steps, from);
      }
      await writer.close();
      same(await readField(at("parts.nc")), once);
    }
    // The cut into stretches leaves no trace where each chunk has one step.
    if ((options.chunks?.time ?? 1) === 1) {
      assert.ok(readFileSync(at("parts.nc")).equals(readFileSync(at("once.nc"))), JSON.stringify(options));
    }
  }
});

test("members before times: an ensemble streams along its second axis", async () => {
  const whole = ensemble();
  for (const options of [{}, { unlimitedTime: false }, { chunks: { realization: 2, time: 2, y: 3, x: 7 } }] as const) {
    const writer = await createNetcdf(at("members.nc"), whole, options);
    for (const range of [
      [0, 1],
      [1, 3],
    ] as const)
      await writer.append(whole.isel({ time: range }));
    await writer.close();
    same(await readField(at("members.nc")), whole);
  }
});

test("chunk indexes of one, two and three levels hold what netCDF-C reads and extends", async () => {
  if (!hasPython("netCDF4")) return skip("no netCDF4 for /usr/bin/python3");
  for (const n of [0, 1, 64, 65, 4097]) {
    const path = at(`levels${n}.nc`);
    const writer = await createNetcdf(path, days(0, 1), { chunks: { time: 1 } });
    for (let from = 0; from < n; from += 1000) await writer.append(days(from, Math.min(1000, n - from)));
    await writer.close();
    const extend = `
import sys, json, netCDF4, numpy as np
d = netCDF4.Dataset(sys.argv[1], "a"); d.set_auto_mask(False)
n = len(d["time"]); before = d["pr"][:].astype(float).tobytes().hex()
for t in range(n, n + 70): d["time"][t] = t + .5; d["pr"][t] = t
d["pr"][n + 80] = 1
d.close()
d = netCDF4.Dataset(sys.argv[1]); d.set_auto_mask(False)
print(json.dumps([n, d["pr"][:n].astype(float).tobytes().hex() == before, d["pr"][n:n + 70, 2, 4].tolist(),
  float(d["pr"][n + 75, 0, 0]), float(d["pr"][n + 80, 0, 0])]))
`;
    const [seen, kept, added, skipped, last] = python(extend, path) as [number, boolean, number[], number, number];
    assert.equal([seen, kept], [n, true]);
    assert.equal(
      added,
      Array.from({ length: 70 }, (_, i) => n + i),
    );
    // Steps that another program leaves out read as missing, not as no rain.
    assert.equal([Math.fround(skipped), last], [Math.fround(9.969209968386869e36), 1]);
    const back = await readField(path);
    const values = Float32Array.from({ length: 15 }, (_, i) => back.values[Math.max(0, n - 1) * 15 + i]!);
    if (n > 0) assert.equal(Array.from(values), Array.from(days(n - 1, 1).values));
  }
});

test("a writer refuses stretches that do not fit, goes on after them, and tells when it has ended", async () => {
  const path = at("strict.nc");
  const writer = await createNetcdf(path, days(0, 1), { also: [days(0, 1, { name: "other" })] });
  const pair = (from: number, n: number) => [days(from, n), days(from, n, { name: "other" })] as const;
  await writer.append(...pair(0, 2));
  await refuses(writer.append(days(2, 1)), /fields of one stretch: expected pr, other, got pr/, ShapeError);
  await refuses(writer.append(...pair(1, 1)), /begins at 1\.5; expected later than 1\.5/, DomainError);
  const [pr, other] = pair(2, 1);
  await refuses(writer.append(pr.with({ units: "mm" }), other), /units are mm; expected mm day-1/, UnitsError);
  await refuses(writer.append(pr.isel({ lat: [0, 2] }), other), /expected \[1, 3, 5\], got \[1, 2, 5\]/, ShapeError);
  await writer.append(pr, other.with({ coordinates: [] }));
  await writer.close();
  await refuses(writer.append(pr, other), /the writer has ended/, OptionsError);
  await writer.abort();
  same(await readField(path, { variable: "pr" }), days(0, 3));
  assert.equal(Array.from((await readField(path, { variable: "other" })).values), Array.from(days(0, 3).values));

  const short = await createNetcdf(at("short.nc"), days(0, 3), { unlimitedTime: false });
  await short.append(days(0, 2));
  await refuses(short.append(days(2, 2)), /expected 3 in all, got 4/, ShapeError);
  await refuses(short.close(), /2 of 3 steps were written/, OptionsError);
  assert.not.ok(readdirSync(folder).some((name) => name.includes("short.nc")));
});

test("giving up leaves the file that was there, and nothing else", async () => {
  const path = at("kept.nc");
  writeFileSync(path, "precious");
  const before = readdirSync(folder).length;
  const writer = await createNetcdf(path, days(0, 1));
  await writer.append(days(0, 1));
  await writer.abort();
  await writer.abort();
  assert.is(readFileSync(path, "utf8"), "precious");
  const failing = await createNetcdf(path, days(0, 1), { packing: { range: [0, 1] } });
  await refuses(failing.append(days(0, 1)), /pr has the value .*; expected values from 0 to 1/, DomainError);
  await refuses(failing.close(), /the writer has ended/, OptionsError);
  assert.is(readFileSync(path, "utf8"), "precious");
  assert.is(readdirSync(folder).length, before);
});

test.run();
