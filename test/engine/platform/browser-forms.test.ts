/** What stands in a page for files, digests, deflate and bytes, held against Node's own. */
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as nodePath from "node:path";
import { isDeepStrictEqual } from "node:util";
import * as zlib from "node:zlib";
import fc from "fast-check";
import { Buffer as Bytes } from "../../../engine/platform/bytes.browser.ts";
import { adler32, crc32 } from "../../../engine/platform/checksums.ts";
import * as packing from "../../../engine/platform/compression.browser.ts";
import { inflateLent } from "../../../engine/platform/compression.ts";
import * as files from "../../../engine/platform/files.browser.ts";
import { createHash as hashOf, randomUUID } from "../../../engine/platform/hashing.browser.ts";
import * as paths from "../../../engine/platform/paths.browser.ts";
import { pipeline } from "../../../engine/platform/streams.browser.ts";
import { isDeepStrictEqual as isEqual } from "../../../engine/platform/values.browser.ts";
import { assert, temporaryFolder, test } from "../../harness.ts";

const { folder } = temporaryFolder(test);
const bytes = fc.uint8Array({ maxLength: 300 }).map((array) => Uint8Array.from(array));
const runs = { numRuns: 200, seed: 1 };

test("a module and its form for a browser have the same names", async () => {
  for (const name of [
    "bytes",
    "compression",
    "files",
    "hashing",
    "machine",
    "paths",
    "programs",
    "sources",
    "streams",
    "threads",
    "values",
  ]) {
    const [node, page] = await Promise.all([
      import(`../../../engine/platform/${name}.ts`),
      import(`../../../engine/platform/${name}.browser.ts`),
    ]);
    const lacking = Object.keys(node).filter((one) => !(one in page) && !/^[A-Z]\w+$/.test(one));
    assert.equal(lacking, [], name);
  }
});

test("SHA-256 is that of Node, of any bytes in any pieces", () => {
  fc.assert(
    fc.property(fc.array(bytes), (pieces) => {
      const [own, node] = [hashOf("sha256"), createHash("sha256")];
      for (const piece of pieces) {
        own.update(piece);
        node.update(piece);
      }
      assert.is(own.digest("hex"), node.digest("hex"));
    }),
    runs,
  );
  assert.throws(() => hashOf("md5"), /sha256/);
  assert.match(randomUUID(), /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});

test("checksums are those of zlib", () => {
  assert.is(adler32(Bytes.from("Wikipedia")), 0x11e60398);
  assert.is(crc32(Bytes.from("123456789")), 0xcbf43926);
  assert.is(crc32(Bytes.from("456789"), crc32(Bytes.from("123"))), 0xcbf43926);
});

test("what Node deflates is inflated, and the other way round", () => {
  fc.assert(
    fc.property(bytes, fc.nat({ max: 2000 }), (piece, times) => {
      const plain = Buffer.concat(Array.from({ length: 1 + (times % 40) }, () => piece));
      assert.ok(plain.equals(packing.inflateSync(zlib.deflateSync(plain))));
      assert.ok(plain.equals(packing.gunzipSync(zlib.gzipSync(plain))));
      assert.ok(plain.equals(zlib.inflateSync(packing.deflateSync(plain, { level: 4 }))));
      assert.ok(plain.equals(zlib.gunzipSync(packing.gzipSync(plain))));
    }),
    { ...runs, numRuns: 40 },
  );
});

test("members of a gzip file come out one after the other", () => {
  const parts = ["first ".repeat(500), "second ".repeat(70_000), "third"].map((text) => Buffer.from(text));
  const packed = Buffer.concat(parts.map((part) => zlib.gzipSync(part)));
  assert.ok(Buffer.concat(parts).equals(packing.gunzipSync(packed)));
});

test("damaged, cut and endless streams are refused as zlib refuses them", () => {
  const plain = Buffer.from("rain ".repeat(5000));
  const packed = zlib.deflateSync(plain);
  assert.throws(() => packing.inflateSync(packed.subarray(0, -20)));
  assert.throws(() => packing.inflateSync(plain), /header check/);
  assert.throws(() => packing.inflateSync(packed, { maxOutputLength: 100 }), /larger than 100/);
  const wrong = Buffer.from(packed);
  wrong.writeUInt8(wrong.at(-1)! ^ 1, wrong.length - 1);
  assert.throws(() => packing.inflateSync(wrong), /data check/);
  const member = zlib.gzipSync(plain);
  member.writeUInt8(member.at(-8)! ^ 1, member.length - 8);
  assert.throws(() => packing.gunzipSync(member), /data check/);
});

const lending = { Node: inflateLent, browser: packing.inflateLent };

for (const [where, inflate] of Object.entries(lending)) {
  test(`${where}: bytes inflated into lent memory are those that were deflated, many at once and of any sizes`, async () => {
    const plain = Array.from({ length: 40 }, (_, k) => Buffer.alloc(1 + ((k * 7919) % 90_000), `${k} mm of rain, `));
    const found = await Promise.all(
      plain.map((one) => inflate(zlib.deflateSync(one), one.length, (lent) => Uint8Array.from(lent))),
    );
    for (const [k, one] of found.entries()) assert.ok(plain[k]!.equals(one), `${k}`);
  });

  test(`${where}: what is damaged, cut or longer than it may be is refused, and what comes after it inflated`, async () => {
    const plain = Buffer.from("rain ".repeat(20_000));
    const packed = zlib.deflateSync(plain);
    const none = (): void => assert.unreachable();
    const wrong = Buffer.from(packed);
    wrong.writeUInt8(wrong.at(-1)! ^ 1, wrong.length - 1);
    const said = (bytes: Buffer<ArrayBuffer>, most = plain.length, take: () => void = none) =>
      inflate(bytes, most, take).then(
        () => "nothing",
        (error: Error) => error.message,
      );
    assert.match(await said(wrong), /data check/);
    assert.match(await said(plain), /header check/);
    assert.is.not(await said(packed.subarray(0, -20)), "nothing");
    assert.is.not(await said(packed.subarray(0, -4)), "nothing");
    assert.match(await said(packed, 100), /larger than 100/);
    const fails = () => {
      throw new RangeError("of no use");
    };
    assert.is(await said(packed, plain.length, fails), "of no use");
    assert.ok(await inflate(packed, plain.length, (lent) => plain.equals(lent)));
  });
}

test("bytes are read, written, sought and said as Node's Buffer does it", () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 24, maxLength: 64 }), fc.nat({ max: 15 }), (array, at) => {
      const [own, node] = [Bytes.from(array), Buffer.from(array)];
      for (const kind of ["UInt16", "Int16", "UInt32", "Int32", "Float", "Double", "BigInt64", "BigUInt64"])
        for (const ending of ["LE", "BE"]) {
          const read = `read${kind}${ending}` as "readUInt16LE";
          assert.equal(own[read](at), node[read](at), read);
          const write = read.replace("read", "write") as "writeUInt16LE";
          own[write](node[read](0), at);
          node[write](node[read](0), at);
        }
      for (let n = 1; n <= 6; n++) {
        assert.is(own.readUIntBE(at, n), node.readUIntBE(at, n));
        assert.is(own.readUIntLE(at, n), node.readUIntLE(at, n));
        assert.is(own.writeUIntLE(node.readUIntLE(0, n), at, n), node.writeUIntLE(node.readUIntLE(0, n), at, n));
        assert.equal([...own], [...node]);
      }
      for (const encoding of ["utf8", "latin1", "hex", "base64"] as const) {
        const text = node.toString(encoding, at);
        assert.is(own.toString(encoding, at), text, encoding);
        assert.equal([...Bytes.from(text, encoding)], [...Buffer.from(text, encoding)], encoding);
      }
      const part = node.subarray(at, at + 2);
      assert.is(own.indexOf(part), node.indexOf(part));
      assert.is(own.lastIndexOf(part), node.lastIndexOf(part));
      assert.is(own.compare(part), node.compare(part));
      assert.equal([...own.subarray(0, 16).swap32()], [...node.subarray(0, 16).swap32()]);
      assert.equal([...Bytes.concat([own, part])], [...Buffer.concat([node, part])]);
      assert.ok(own.subarray(1) instanceof Bytes);
    }),
    runs,
  );
});

test("paths with slashes are joined and taken apart as Node's are", () => {
  const part = fc.constantFrom("a", "b.nc", "..", ".", "", "/", "/c", "d/", "e.tar.gz", ".hidden", "x//y");
  fc.assert(
    fc.property(fc.array(part, { maxLength: 4 }), (parts) => {
      const text = nodePath.posix.normalize(parts.join("/"));
      assert.is(paths.join(...parts), nodePath.posix.join(...parts), JSON.stringify(parts));
      const all = ({ dirname, basename, extname, isAbsolute }: Omit<typeof paths, "posix" | "win32">) =>
        [dirname, basename, extname, isAbsolute].map((take) => take(text));
      assert.equal(all(paths), all(nodePath.posix as never), text);
      assert.is(paths.resolve("/r", ...parts), nodePath.posix.resolve("/r", ...parts));
    }),
    runs,
  );
});

test("values are compared as Node compares them", () => {
  const value = fc.jsonValue();
  fc.assert(
    fc.property(value, value, (a, b) => {
      assert.is(isEqual(a, b), isDeepStrictEqual(a, b));
      assert.ok(isEqual(a, structuredClone(a)));
    }),
    runs,
  );
});

/** What a deed gives or throws, without the paths that differ. */
function said(deed: () => unknown): unknown {
  try {
    return deed() ?? null;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? String(error);
  }
}

test("files in memory answer any sequence of deeds as a disk does", () => {
  const name = fc.constantFrom("a", "b", "d", "d/a", "d/e", "d/e/f");
  const deed = fc.record({
    what: fc.constantFrom("write", "append", "read", "mkdir", "rm", "rmdir", "rename", "link", "list", "stat", "wx"),
    from: name,
    to: name,
    text: fc.string({ maxLength: 5 }),
  });
  type Deed = { readonly what: string; readonly from: string; readonly to: string; readonly text: string };
  let count = 0;
  fc.assert(
    fc.property(fc.array(deed, { maxLength: 25 }), (deeds: readonly Deed[]) => {
      const on = (system: Pick<typeof fs, "mkdirSync">, root: string) => {
        const own = system as typeof fs;
        own.mkdirSync(root, { recursive: true });
        const at = (path: string) => `${root}/${path}`;
        return deeds.map(({ what, from, to, text }) =>
          said(() => {
            if (what === "write") return own.writeFileSync(at(from), text);
            if (what === "append") return own.appendFileSync(at(from), text);
            if (what === "read") return own.readFileSync(at(from), "utf8");
            if (what === "mkdir") return own.mkdirSync(at(from));
            if (what === "rm") return own.rmSync(at(from), { recursive: true, force: true });
            if (what === "rmdir") return own.rmdirSync(at(from));
            if (what === "rename")
              return from === to || to.startsWith(`${from}/`) ? null : own.renameSync(at(from), at(to));
            if (what === "link") return null;
            if (what === "list") return own.readdirSync(at(from)).sort();
            if (what === "wx") return own.writeFileSync(at(from), text, { flag: "wx" });
            const status = own.statSync(at(from));
            return [status.isDirectory(), status.isFile() && status.size];
          }),
        );
      };
      const disk = on(fs, nodePath.join(folder, String(++count)));
      assert.equal(on(files as never, `/files/${count}`), disk, JSON.stringify(deeds));
    }),
    { ...runs, numRuns: 60 },
  );
});

test("a file flows through steps into another", async () => {
  const plain = Buffer.from("rain ".repeat(5000));
  files.writeFileSync("/files/rain.gz", zlib.gzipSync(plain));
  const into = files.createWriteStream("/files/rain", { flags: "wx" });
  await pipeline(files.createReadStream("/files/rain.gz"), packing.createGunzip(), into);
  assert.ok(plain.equals(files.readFileSync("/files/rain")));
});

test.run();
