import { normalField } from "../../../engine/random/index.ts";
import {
  type CompiledDenoiser,
  drawResiduals,
  resolveDraw,
  type TileDenoiser,
} from "../../../generative/diffusion/index.ts";
import { edm } from "../../../generative/index.ts";
import { assert, test } from "../../harness.ts";

const compiled = (denoiser: TileDenoiser): CompiledDenoiser => ({
  forShape: async () => denoiser,
  dispose: async () => {},
});
const [height, width, outputs, members] = [8, 12, 2, 2];
const condition = new Float32Array(height * width);
const drawing = { process: edm, sigmaData: 1, height, width, outputs, condition };

test("pixels without values stay noise of the level's size at all levels, whatever the denoiser says of them", async () => {
  const valid = Uint8Array.from({ length: height * width }, (_, i) => i % 3);
  const states: { sigma: number; x: Float32Array }[] = [];
  const denoiser = compiled((x, _, sigma) => {
    states.push({ sigma, x: x.slice() });
    return new Float32Array(x.length).fill(5);
  });
  const draw = resolveDraw("test", { members, evaluations: 6, tiles: [64, 0], batch: members }, 4);
  const residual = await drawResiduals({ ...drawing, denoiser, valid }, draw);
  assert.is(states.length, 6);
  const [first] = states;
  for (let i = 0; i < residual.length; i++) {
    if (valid[Math.floor(i / outputs) % valid.length] !== 0) {
      assert.is(residual[i], 5);
      continue;
    }
    assert.is(residual[i], 0);
    for (const { sigma, x } of states) {
      const wanted = (first!.x[i]! * sigma) / first!.sigma;
      assert.ok(Math.abs(x[i]! - wanted) <= 1e-5 * Math.abs(wanted), `${x[i]} against ${wanted} at ${sigma}`);
    }
  }
});

test("of Gaussian data, the amplitude of the first noise is that of the spread", async () => {
  const denoiser = compiled((x, _, sigma) => x.map((v) => v / (1 + sigma ** 2)));
  const draw = (o: object) =>
    drawResiduals({ ...drawing, denoiser }, resolveDraw("test", { members, evaluations: 6, batch: members, ...o }, 4));
  const [whole, half] = [await draw({}), await draw({ amplitude: 0.5 })];
  assert.ok(whole.some((v) => Math.abs(v) > 0.5));
  assert.equal(
    half,
    whole.map((v) => v / 2),
  );
});

test("each output has the keyed noise of its number, the first that of a model of one output", async () => {
  const seen: Float32Array[] = [];
  const denoiser = compiled((x) => {
    seen.push(x.slice());
    return x;
  });
  const one = resolveDraw("test", { members: 1, seed: 3, frame: 7, origin: [5, -2], evaluations: 2, batch: 1 }, 4);
  await drawResiduals({ ...drawing, denoiser }, one);
  const unit = Math.hypot(40, 1);
  for (const output of [0, 1]) {
    const z = normalField({ seed: 3, channel: 7, step: output, top: 5, left: -2, height, width });
    const state = seen[0]!.filter((_, i) => i % outputs === output);
    assert.equal(
      state,
      z.map((v) => v * unit),
    );
  }
  await drawResiduals({ ...drawing, outputs: 1, denoiser }, one);
  assert.equal(
    seen[2],
    seen[0]!.filter((_, i) => i % outputs === 0),
  );
});

test.run();
