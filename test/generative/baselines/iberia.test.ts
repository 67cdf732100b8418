/** Baselines on real pairs: a reanalysis and a turned regional model against gridded gauges, fitted to 1996, judged after. */
import { quantile } from "../../../engine/numerics/index.ts";
import { type BaselineMethod, baselineDownscaler, downscale } from "../../../generative/index.ts";
import { selectTimes } from "../../../io/dataset/index.ts";
import { type Field, type LazyField, openDataset } from "../../../io/index.ts";
import { moreData } from "../../data.ts";
import { assert, test } from "../../harness.ts";

const before = (field: LazyField) => selectTimes(field, { dates: [null, "1996"] });
const after = (field: LazyField) => selectTimes(field, { dates: ["1997", null] });

interface Biases {
  readonly wet: number;
  readonly q99: number;
  /** Pixels that the truth has and the result lacks. */
  readonly lost: number;
}

function biases(fine: Field, truth: Field): Biases {
  const plane = truth.shape[1]! * truth.shape[2]!;
  const [ours, theirs]: [number[], number[]] = [[], []];
  const lost = new Set<number>();
  truth.values.forEach((v, i) => {
    if (Number.isNaN(v)) return;
    if (Number.isNaN(fine.values[i]!)) {
      lost.add(i % plane);
      return;
    }
    ours.push(fine.values[i]!);
    theirs.push(v);
  });
  const wet = (values: number[]) => values.filter((v) => v >= 0.1).length;
  return { wet: wet(ours) / wet(theirs) - 1, q99: quantile(ours, 0.99) / quantile(theirs, 0.99) - 1, lost: lost.size };
}

for (const [name, lost] of [
  ["ncep", 0],
  // Two pixels lie beyond its turned grid.
  ["cordex", 2],
] as const) {
  const [gauges, driving] = [moreData("pairs/eobs_iberia_pr.nc"), moreData(`pairs/${name}_iberia_pr.nc`)];
  if (gauges === undefined || driving === undefined) continue;

  test(`quantile mapping of ${name} onto gauges removes most of the excess of wet days in winters that it has not seen`, async () => {
    const [observed, model] = await Promise.all([gauges, driving].map(async (path) => openDataset(path)));
    try {
      const [fine, coarse] = [await observed!.variable("pr"), await model!.variable("pr")];
      const truth = await after(fine).load();
      const found = {} as Record<BaselineMethod, Biases>;
      for (const method of ["bilinear", "qm", "qdm"] as const) {
        const laws = method === "bilinear" ? {} : { coarse: before(coarse) };
        const drawn = await downscale(baselineDownscaler({ method, fine: before(fine), ...laws }), after(coarse));
        assert.equal([drawn.units, drawn.shape], ["mm", [510, 1, 19, 29]]);
        found[method] = biases(drawn, truth);
        assert.is(found[method].lost, lost);
      }
      for (const method of ["qm", "qdm"] as const) {
        assert.ok(found[method].wet < 0.35 * found.bilinear.wet, `${method}: ${JSON.stringify(found)}`);
        assert.ok(Math.abs(found[method].q99) < Math.abs(found.bilinear.q99), `${method}: ${JSON.stringify(found)}`);
      }
    } finally {
      observed!.close();
      model!.close();
    }
  });
}

test.run();
