// Inside: a decision of the automatic choice by itself.
/** The assess by tables: evidence in, estimate, advice and status out. */
import { assess, type Evidence, type Sizes } from "../../../solvers/automatic/assessment.ts";
import { assert, test } from "../../harness.ts";

const problem = { unknowns: ["u", "v"], quantities: [{ name: "flux" }] } as unknown as Parameters<typeof assess>[0];
const sizes = (unknowns: number, each = [unknowns, unknowns], quantities = [unknowns]): Sizes => {
  return { unknowns, each, quantities };
};
const march = (error: Sizes) => ({ by: "a coarser march", error });
/** Sound evidence: an error of 1e-3 by a coarser march. */
const sound: Evidence = {
  ...{ compared: [march(sizes(1e-3))], warnings: {}, more: "give it more time" },
  ended: "converged",
};
const verdict = (more: Partial<Evidence>, asked: Parameters<typeof assess>[3] = {}, residual = 1e-4) =>
  assess(problem, { ...sound, ...more }, { residual }, asked);

test("an error is the largest that a comparison shows, at least that of noise, and at least every share that is known otherwise", () => {
  const noise = sizes(2e-3);
  const second = { by: "a second solution", error: sizes(5e-3) };
  const rows: readonly (readonly [Partial<Evidence>, number, string])[] = [
    [{}, 1e-3, "a coarser march"],
    [{ compared: [...sound.compared, second] }, 5e-3, "a second solution"],
    [{ compared: [march(sizes(Number.NaN)), second] }, 5e-3, "a second solution"],
    [{ noise }, 2e-3, "the noise of observations"],
    [{ noise: sizes(Number.NaN) }, 1e-3, "a coarser march"],
    [{ noise, compared: [] }, 2e-3, "the noise of observations"],
    [{ compared: [] }, Number.NaN, "nothing"],
    [{ residualRatio: 0.19 }, 1e-3, "a coarser march"],
    [{ residualRatio: 0.3 }, 0.3, "what its equations leave"],
    [{ residualRatio: 0.3, compared: [march(sizes(0.5))] }, 0.5, "a coarser march"],
    [{ known: [{ by: "a shock", share: 0.1 }] }, 0.1, "a shock"],
    [{ residualRatio: 0.3, compared: [] }, Number.NaN, "nothing"],
  ];
  for (const [more, error, by] of rows) {
    const { estimate } = verdict(more);
    assert.equal([estimate.relativeL2, estimate.by], [error, by], JSON.stringify(more));
  }
  const { unknowns, quantities, gradient } = verdict({ constants: { k: 0.02 }, noise: sizes(0, [0, 0.01]) }).estimate;
  assert.equal([unknowns, quantities, gradient], [{ u: 1e-3, v: 0.01 }, { flux: 1e-3, k: 0.02 }, undefined]);
});

test("the advice is that of the first warning, and causes come before what follows from them", () => {
  const rows: readonly (readonly [Partial<Evidence>, RegExp | undefined])[] = [
    [{}, undefined],
    [{ warnings: { stuck: "stuck", missed: "missed", illPosed: "ill-posed" } }, /^missed$/],
    [{ warnings: { stuck: "stuck", ended: "ended" }, residualRatio: 0.5 }, /^ended$/],
    [{ residualRatio: 0.5 }, /^it leaves 50 % of the residual of u = 0; give it more time$/],
    [{ residualRatio: 0.01 }, undefined],
    [{ residualRatio: 0.01, compared: [] }, /^nothing could be compared with it/],
    [{ residualRatio: 1e-4, compared: [] }, undefined],
    [{ rows: [{ text: "u = 0", share: 0.3 }] }, undefined],
    [
      { rows: ["a", "b"].map((text, k) => ({ text, share: 0.4 + k / 10 })), compared: [march(sizes(0.5))] },
      /^"b" is left broken by 50 % of its terms: .*; give it more time$/,
    ],
    [
      { rows: [{ text: "u = 0", share: 1 }], compared: [march(sizes(0.01, [0, 0.2]))] },
      /^the error of v is estimated at 20 %/,
    ],
    [{ compared: [march(sizes(0.5))] }, /^its error is estimated at 50 %; give it more time$/],
    [{ compared: [march(sizes(0.05))], most: 0.1, excused: [0, 1] }, /^the error of flux is estimated at 5 %/],
    [{ noise: sizes(0.5) }, /^the noise of its observations allows errors of 50 % of its size; give it more obs/],
    [{ noise: sizes(0.01, [0.01, 0.2]) }, /^the error of v is estimated at 20 %; give it more observations/],
    [{ compared: [march(sizes(0.01, [0.04, 0.2]))] }, /^the error of v is estimated at 20 %; give it more time$/],
    [{ compared: [march(sizes(0.01, [0.04, 0.2]))], excused: [1] }, /^the error of u is estimated at 4 %/],
    [{ compared: [march(sizes(0.01, [0, 0], [Number.NaN]))] }, /^flux is not finite everywhere/],
    [{ constants: { k: 0.5 } }, /^the error of k is estimated at 50 %/],
    [{ warnings: { another: "another" } }, /^another$/],
  ];
  for (const [more, advice] of rows) {
    const { estimate, status } = verdict(more);
    if (advice === undefined) assert.is(estimate.advice, undefined, JSON.stringify(more));
    else assert.match(estimate.advice!, advice);
    assert.is(status, advice === undefined ? "converged" : "doubtful");
  }
});

test("where nothing determines a solution its error is unknown, but for the last moment", () => {
  const error = { ...sizes(1e-3), gradient: 1e-3, end: 1e-3 };
  for (const warnings of [{ unseen: "words" }, { several: "words" }])
    assert.equal(verdict({ warnings, compared: [march(error)] }).estimate, {
      ...{ relativeL2: Number.NaN, end: 1e-3, by: "nothing" },
      advice: "words",
    });
});

test("a status is as the method ended, unless a warning, a residual or a tolerance says otherwise", () => {
  const rows: readonly (readonly [Partial<Evidence>, Parameters<typeof assess>[3], string])[] = [
    [{ ended: "stalled" }, {}, "stalled"],
    [{ ended: "diverged", warnings: { missed: "missed" } }, { tolerance: 1 }, "diverged"],
    [{ ended: "budget" }, { residual: 1e-3 }, "converged"],
    [{ ended: "budget" }, { residual: 1e-5 }, "budget"],
    [{ ended: "budget" }, { tolerance: 1e-2 }, "converged"],
    [{}, { tolerance: 1e-4 }, "budget"],
    [{ isUnresolved: true }, { tolerance: 1e-2 }, "budget"],
    [{ compared: [] }, { tolerance: 1e-2 }, "budget"],
  ];
  for (const [more, asked, status] of rows)
    assert.is(verdict(more, asked).status, status, JSON.stringify([more, asked]));
});

test.run();
