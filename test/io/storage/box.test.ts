/** Boxes of arrays in memory and in files: any box with any strides, in few reads of bounded size. */
import fc from "fast-check";
import { asWords, copyBox, readBox, stridesOf } from "../../../io/storage/index.ts";
import { assert, test } from "../../harness.ts";
import { fillBytes } from "../oracle.ts";

/** A box inside a shape, with strides that leave gaps. */
const box = fc.array(fc.record({ n: fc.integer({ min: 1, max: 9 }), gap: fc.nat(2) }), { maxLength: 4 }).chain((axes) =>
  fc.record({
    shape: fc.constant(axes.map((a) => a.n)),
    gaps: fc.constant(axes.map((a) => a.gap)),
    from: fc.tuple(...axes.map((a) => fc.nat(a.n - 1))),
    to: fc.tuple(...axes.map((a) => fc.nat(a.n))),
    size: fc.constantFrom(1, 2, 4, 8),
    begin: fc.nat(20),
    /** Gaps in units that are read along, or skipped. */
    wide: fc.constantFrom(1, 3000),
  }),
);

/** Positions of a box, row-major. */
function* positions(start: readonly number[], count: readonly number[]): Generator<number[]> {
  const total = count.reduce((a, b) => a * b, 1);
  for (let k = 0; k < total; k++) {
    const at = new Array<number>(count.length);
    for (let axis = count.length - 1, rest = k; axis >= 0; axis--) {
      at[axis] = start[axis]! + (rest % count[axis]!);
      rest = Math.floor(rest / count[axis]!);
    }
    yield at;
  }
}

test("a box of a file reads as its elements one by one, whatever the strides", () => {
  fc.assert(
    fc.property(box, ({ shape, gaps, from, to, size, begin, wide }) => {
      const strides = new Array<number>(shape.length);
      let inner = size;
      for (let axis = shape.length - 1; axis >= 0; axis--) {
        strides[axis] = inner + gaps[axis]! * size * wide;
        inner = strides[axis]! * shape[axis]!;
        if (inner > 2e6) return;
      }
      const count = from.map((f, axis) => Math.max(0, Math.min(to[axis]!, shape[axis]! - f)));
      const file = fillBytes(begin + inner + size);
      const read = (target: Uint8Array, position: number) => {
        assert.ok(position >= begin && position + target.length <= file.length);
        target.set(file.subarray(position, position + target.length));
      };
      const got = readBox(read, { begin, strides, size }, from, count);
      const expected = [...positions(from, count)].flatMap((at) => {
        const place = at.reduce((sum, p, axis) => sum + p * strides[axis]!, begin);
        return [...file.subarray(place, place + size)];
      });
      assert.equal([...got], expected);
    }),
    { seed: 7, numRuns: 600 },
  );
});

test("a column of close rows takes few reads, one of far rows skips what lies between, and none is longer than 4 MiB", () => {
  for (const [row, most, bytes] of [
    [4000, 20, 5e7],
    [400_000, 10_000, 1e5],
  ] as const) {
    let [reads, sum] = [0, 0];
    const read = (target: Uint8Array) => {
      reads++;
      sum += target.length;
      assert.ok(target.length <= 4 * 2 ** 20);
      target.fill(0);
    };
    const got = readBox(read, { begin: 0, strides: [row, 4], size: 4 }, [0, 7], [10_000, 1]);
    assert.is(got.length, 40_000);
    assert.ok(reads <= most && sum <= bytes, `${reads} reads of ${sum} bytes`);
  }
  let reads = 0;
  readBox(() => reads++, { begin: 0, strides: [4000, 40, 4], size: 4 }, [0, 0, 0], [10_000, 100, 10]);
  assert.is(reads, 1, "what lies together is one read");
});

test("copying a box between arrays of different strides moves every element to its place and touches no other", () => {
  fc.assert(
    fc.property(box, fc.boolean(), ({ shape, gaps, from, to, size }, turned) => {
      const count = from.map((f, axis) => Math.max(0, Math.min(to[axis]!, shape[axis]! - f)));
      const loose = shape.map((n, axis) => n + gaps[axis]!);
      const width = size === 8 ? 2 : 1;
      const strides = stridesOf(loose).map((s) => s * width);
      // The target may run the other way round.
      const order = stridesOf(turned ? [...count].reverse() : count).map((s) => s * width);
      if (turned) order.reverse();
      const source = fillBytes(loose.reduce((a, b) => a * b, size));
      const target = new Uint8Array(count.reduce((a, b) => a * b, size) + size).fill(0xee);
      const offset = from.reduce((sum, f, axis) => sum + f * strides[axis]!, 0);
      const places = { words: asWords(source, size), offset, strides };
      copyBox(places, { words: asWords(target, size), offset: 0, strides: order }, count, width);
      const word = Math.min(size, 4);
      for (const at of positions(
        count.map(() => 0),
        count,
      )) {
        const a = (offset + at.reduce((sum, p, axis) => sum + p * strides[axis]!, 0)) * word;
        const b = at.reduce((sum, p, axis) => sum + p * order[axis]!, 0) * word;
        assert.equal([...target.subarray(b, b + size)], [...source.subarray(a, a + size)]);
      }
      assert.equal([...target.subarray(-size)], new Array(size).fill(0xee));
    }),
    { seed: 8, numRuns: 600 },
  );
});

test.run();
