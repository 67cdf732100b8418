/** The similarity of boxes, against the values that its paper publishes. */
import { DomainError } from "../../../engine/index.ts";
import { gaussianOfBox, normalizedGaussianWasserstein } from "../../../examples/papers/box-similarity.ts";
import { assert, close, test, throws } from "../../harness.ts";

test("boxes: the published similarities", () => {
  const box = (x: number, y: number, width: number, height: number) => gaussianOfBox({ x, y, width, height });
  close(normalizedGaussianWasserstein(box(10, 10, 6, 6), box(11, 11, 6, 6), 12.8), 0.8953994, 1e-7);
  close(normalizedGaussianWasserstein(box(10, 10, 6, 6), box(10, 10, 12, 12), 12.8), 0.7178775, 1e-7);
  assert.is(normalizedGaussianWasserstein(box(1, 2, 3, 4), box(1, 2, 3, 4), 12.8), 1);
});

test("a box with a negative side, a number that is not finite, and a scale that is not positive are refused", () => {
  const box = { x: 0, y: 0, width: 1, height: 1 };
  throws(() => gaussianOfBox({ ...box, width: -1 }), DomainError, /width/);
  throws(() => gaussianOfBox({ ...box, height: Number.NaN }), DomainError, /height/);
  throws(() => gaussianOfBox({ ...box, x: Number.POSITIVE_INFINITY }), DomainError, /x is/);
  const unit = gaussianOfBox(box);
  for (const scale of [-1, 0, Number.NaN])
    throws(() => normalizedGaussianWasserstein(unit, unit, scale), DomainError, /scale/);
});

test.run();
