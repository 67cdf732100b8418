// downscaling-scores.json holds what numpy and scipy gave for the same fields (test/oracles/downscaling-scores.py).
import { readFileSync } from "node:fs";
import { bilinear } from "../../examples/array-baselines/index.ts";
import { type Scores, verifyTiles } from "../../examples/array-scores/verify-tiles.ts";
import { assert, close, test } from "../harness.ts";
import { blocks, rain, SIDE } from "../oracles/rain-by-congruence.ts";

interface PeerScores {
  readonly mae: number[];
  readonly bias: number[];
  readonly crps: number[];
  readonly crpsEcdf: number[];
  readonly quantiles: { truth: number[]; forecast: number[]; error: number[]; pooledBias: number }[];
  readonly wetForecast: number[];
  readonly wetTruth: number[];
  readonly blockRmse: number[];
  readonly rmse: number;
  readonly spreadSkill?: number;
  readonly rank?: number[];
  readonly ralsdLinear: number;
  readonly ralsdLog: number;
  readonly spectrumLinear: number[];
  readonly spectrumLog: number[];
}
interface Oracle {
  readonly scores: PeerScores;
  readonly events: [PeerScores, PeerScores];
  readonly single: PeerScores;
}
const oracle: Oracle = JSON.parse(readFileSync(new URL("../oracles/downscaling-scores.json", import.meta.url), "utf8"));

const [N, M] = [4, 5];
const truth = { values: rain(2, N), shape: [N, SIDE, SIDE] };
const ensemble = { values: rain(1, N * M), shape: [N, M, SIDE, SIDE] };
const coarse = { values: blocks(truth.values), shape: [N, SIDE / 4, SIDE / 4] };

/** The tolerance is rounding in float64 of sums of a few thousand numbers of size 50, unless given. */
function compare(ours: Scores, peer: PeerScores, tolerance = 1e-10): void {
  const mean = (v: readonly number[]) => v.reduce((a, b) => a + b, 0) / v.length;
  for (const name of ["crps", "crpsEcdf", "mae", "bias", "blockRmse"] as const) {
    close(ours[name], mean(peer[name]), tolerance, name);
  }
  close(ours.rmse, peer.rmse, tolerance, "rmse");
  close(ours.wetFractionBias, mean(peer.wetForecast) / mean(peer.wetTruth) - 1, tolerance, "wet");
  peer.quantiles.forEach((q, i) => {
    const mine = ours.quantiles[i]!;
    close(mine.pooledBias, q.pooledBias, tolerance, "pooled quantile bias");
    close(mine.mapBias, mean(q.forecast) / mean(q.truth) - 1, tolerance, "tile quantile bias");
    close(mine.mapError, mean(q.error), tolerance, "tile quantile error");
  });
  close(ours.ralsd.linear, peer.ralsdLinear, tolerance, "ralsd");
  close(ours.ralsd.log, peer.ralsdLog, tolerance, "ralsd of ln(1 + R)");
  peer.spectrumLinear.forEach((d, k) => {
    close(ours.spectrum.linear[k]!, d, tolerance, `dB at k = ${k + 1}`);
  });
  peer.spectrumLog.forEach((d, k) => {
    close(ours.spectrum.log[k]!, d, tolerance, `dB (log) at k = ${k + 1}`);
  });
  close(ours.fineScale.log, mean(peer.spectrumLog.slice(7)), tolerance, "dB (log) from k = 8");
  if (peer.spreadSkill !== undefined) close(ours.spreadSkill, peer.spreadSkill, tolerance, "spread–skill");
  peer.rank?.forEach((r, i) => {
    close(ours.rankHistogram[i]!, r, tolerance, `rank ${i}`);
  });
}

test("verifyTiles agrees with numpy on every score, pooled and per event, ties included", () => {
  const table = verifyTiles(ensemble, truth, coarse, { events: ["a", "b", "a", "b"] });
  compare(table.pooled, oracle.scores);
  compare(table.events.a!, oracle.events[0]);
  compare(table.events.b!, oracle.events[1]);
  assert.equal(Object.keys(table.events), ["a", "b"]);
  assert.is(table.pooled.tiles, 4);
  table.tiles.forEach((tile, n) => {
    close(tile.cells.crps / tile.cells.cells, oracle.scores.crps[n]!, 1e-10, `CRPS of tile ${n}`);
  });
});

test("an ensemble of one member is scored by its absolute error, without spread or ranks", () => {
  const one = bilinear(coarse, 4); // float32
  const { pooled } = verifyTiles(one, truth, coarse);
  compare(pooled, oracle.single, 2e-5);
  assert.is(pooled.crps, pooled.mae);
  assert.ok(Number.isNaN(pooled.spreadSkill));
  assert.equal(pooled.rankHistogram, []);
});

test("rain below the wet threshold counts as dry on both sides, in float32 too", () => {
  const field = (v: number) => ({ values: new Float32Array(16).fill(v), shape: [1, 4, 4] });
  const score = (e: number, t: number) =>
    verifyTiles({ ...field(e), shape: [1, 1, 4, 4] }, field(t), { values: Float32Array.of(t), shape: [1, 1, 1] })
      .pooled;
  assert.is(score(0.0999, 0.5).mae, 0.5);
  assert.is(score(0.5, 0.0999).mae, 0.5);
  assert.is(score(0.1, 0.5).wetFractionBias, 0, "a stored 0.1 is wet");
});

test.run();
