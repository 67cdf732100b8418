/** Daily chores by monge, by the names of the rows of bench/peers/chores.py: each returns a number by which both sides agree. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Runs a chore. */
type Chore = () => number | Promise<number>;

/** A folder, and so many of so many inputs. */
interface Inputs {
  readonly folder: string;
  readonly part: (count: number) => number;
}

/** Four sums at a time: what is read is timed, not waiting for each other. */
const sum = (values: ArrayLike<number>): number => {
  const whole = values.length - (values.length % 4);
  let [s, t, u, v] = [0, 0, 0, 0];
  for (let i = 0; i < whole; i += 4) {
    s += values[i]!;
    t += values[i + 1]!;
    u += values[i + 2]!;
    v += values[i + 3]!;
  }
  for (let i = whole; i < values.length; i++) s += values[i]!;
  return s + t + u + v;
};

const doubles = (folder: string, name: string): Float64Array => {
  const { buffer, byteOffset, byteLength } = readFileSync(join(folder, `${name}.bin`));
  return new Float64Array(buffer.slice(byteOffset, byteOffset + byteLength));
};

/** Every row loads what it needs alone, so that its memory is its own. */
async function read(
  { folder, part }: Inputs,
  file: string,
  name: string,
  where: Record<string, number> | undefined = undefined,
): Promise<Chore> {
  const { openDataset } = await import("../../io/index.ts");
  return async () => {
    const data = await openDataset(join(folder, file));
    const variable = await data.variable(name);
    const some = where ?? (variable.dims[0] === "time" ? { time: [0, part(120)] as const } : {});
    const field = await variable.isel(some).load();
    data.close();
    return sum(field.values);
  };
}

function ensemble({ folder, part }: Inputs) {
  const [cases, members, n] = [part(4), 20, 128];
  const some = (name: string, count: number) => doubles(folder, name).slice(0, count * n * n);
  const drawn = { values: some("ensemble", cases * members), shape: [cases, members, n, n] };
  return { drawn, truth: { values: some("truth", cases), shape: [cases, n, n] }, n };
}

/** The first points of each cloud, with their weights where they have some. */
function clouds({ folder }: Inputs, count: number, weighted = true) {
  const [points, weights] = [doubles(folder, "clouds"), doubles(folder, "weights")];
  const cloud = (k: number) => ({
    ...{ points: points.slice(20_000 * k, 20_000 * k + 2 * count), count, dim: 2 },
    ...(weighted && { weights: weights.slice(1000 * k, 1000 * k + count) }),
  });
  return [cloud(0), cloud(1)] as const;
}

/** Arrays as fields of wind over time, members where there are some, y and x. */
async function fieldsOf(...arrays: readonly { readonly values: Float64Array; readonly shape: readonly number[] }[]) {
  const { Field } = await import("../../io/index.ts");
  return arrays.map(({ values, shape }) => {
    const dims = ["time", ...(shape.length === 4 ? ["realization"] : []), "y", "x"];
    const coordinates = dims.map((dim, k) => ({
      ...{ name: dim, dims: [dim], attributes: dim === "time" ? { units: "days since 2000-01-01" } : {} },
      values: Float64Array.from({ length: shape[k]! }, (_, i) => i),
    }));
    return new Field({ name: "wind", units: "m s-1", dims, shape, values, coordinates });
  });
}

/** A solution to 1e-6 at a point. */
async function solved(
  domain: Readonly<Record<string, readonly [number, number]>>,
  equations: string,
  conditions: readonly string[],
  point: readonly number[],
): Promise<Chore> {
  const { pde, solve } = await import("../../solvers/index.ts");
  const problem = pde({ name: "problem", domain, equations, conditions });
  return async () => {
    const solution = await solve(problem, { budget: { processorSeconds: 10, tolerance: 1e-6 }, seed: 1 });
    const [value] = await solution.evaluate([[...point]]);
    return value!;
  };
}

/** A chore for its inputs. */
export const chores: Readonly<Record<string, (inputs: Inputs) => Promise<Chore>>> = {
  "read-packed": (inputs) => read(inputs, "packed.nc", "pr"),
  "read-classic": (inputs) => read(inputs, "classic.nc", "pr"),
  "read-map": (inputs) => read(inputs, "packed.nc", "pr", { time: 60 }),
  "read-pixel": (inputs) => read(inputs, "packed.nc", "pr", { lat: 150, lon: 151 }),
  "read-series": (inputs) => read(inputs, "chunked.nc", "pr", { lat: 150, lon: 151 }),
  "read-window": async ({ folder }) => {
    const { openDataset } = await import("../../io/index.ts");
    const image = await (await openDataset(join(folder, "big.tif"))).variable("band_data");
    return async () => sum((await image.isel({ latitude: [900, 1900], longitude: [700, 1700] }).load()).values);
  },
  "read-zarr": (inputs) => read(inputs, "rain.zarr", "pr"),
  "read-tiff": (inputs) => read(inputs, "big.tif", "band_data"),
  "read-bands": (inputs) => read(inputs, "bands.tif", "band_data"),
  "read-grib": async ({ folder }) => {
    const { openDataset } = await import("../../io/index.ts");
    return async () => {
      const data = await openDataset(join(folder, "rain.grib2"));
      let total = 0;
      for (const name of data.dataVariables) total += sum((await (await data.variable(name)).load()).values);
      data.close();
      return total;
    };
  },
  "write-netcdf": async ({ folder, part }) => {
    const { readField, writeNetcdf } = await import("../../io/index.ts");
    const whole = await readField(join(folder, "packed.nc"), { variable: "pr" });
    const field = whole.isel({ time: [0, part(120)] });
    const [, lat, lon] = field.shape as [number, number, number];
    return async () => {
      await writeNetcdf(join(folder, "ours.nc"), field, {
        overwrite: true,
        compression: 4,
        chunks: { time: 1, lat, lon },
      });
      return sum(field.values);
    };
  },
  "write-zarr": async ({ folder, part }) => {
    const { readField, writeField } = await import("../../io/index.ts");
    const whole = await readField(join(folder, "packed.nc"), { variable: "pr" });
    const field = whole.isel({ time: [0, part(120)] });
    const [, lat, lon] = field.shape as [number, number, number];
    return async () => {
      await writeField(join(folder, "ours.zarr"), field, {
        ...{ overwrite: true, version: 3, compressor: "zstd", compression: 3 },
        chunks: { time: 1, lat, lon },
      });
      return sum(field.values);
    };
  },
  polygons: async ({ folder, part }) => {
    const { readField } = await import("../../io/index.ts");
    const { polygonAreas } = await import("../../verification/series/index.ts");
    const field = await readField(join(folder, "packed.nc"), { variable: "pr" });
    const { features, ...all } = JSON.parse(readFileSync(join(folder, "areas.json"), "utf8"));
    const document = { ...all, features: features.slice(0, part(100)) };
    return () => {
      const { labels } = polygonAreas("areas", document, field);
      let count = 0;
      for (let k = 0; k < labels.length; k++) count += labels[k]! >= 0 ? 1 : 0;
      return count;
    };
  },
  crps: async (inputs) => {
    const { crpsField } = await import("../../verification/scores/crps.ts");
    const { drawn, truth } = ensemble(inputs);
    return () => {
      const scores = crpsField(drawn, truth);
      return sum(scores) / scores.length;
    };
  },
  ranks: async (inputs) => {
    const { rankHistogram } = await import("../../verification/index.ts");
    const { drawn, truth } = ensemble(inputs);
    return () => rankHistogram(drawn, truth)[3]!;
  },
  spread: async (inputs) => {
    const { spreadSkill } = await import("../../verification/index.ts");
    const { drawn, truth } = ensemble(inputs);
    return () => spreadSkill(drawn, truth);
  },
  verify: async (inputs) => {
    const { verify } = await import("../../verification/index.ts");
    const { drawn, truth } = ensemble(inputs);
    const [forecast, seen] = await fieldsOf(drawn, truth);
    return async () => {
      const { scores } = await verify(forecast!, seen!, { thresholds: [1, 5, 10] });
      const { crps, spreadSkill, mae, rmse, quantiles, events, tail, fss, energy, wasserstein } = scores;
      const { crpsReliability, rankHistogram } = scores;
      const more = [energy, wasserstein.pooled, wasserstein.cells, crpsReliability, rankHistogram[3]!];
      const parts = [...more, crps, spreadSkill, mae, rmse, ...quantiles.flatMap((q) => [q.pooledBias, q.mapError])];
      return sum([...parts, ...[events.map((e) => e.brier), tail.map((e) => e.crps), fss.map((e) => e.fss)].flat()]);
    };
  },
  indices: async ({ folder, part }) => {
    const { yearlyIndices } = await import("../../verification/index.ts");
    const { Field } = await import("../../io/index.ts");
    const [days, places] = [3653, part(1000)];
    const [all, values] = [doubles(folder, "daily"), new Float64Array(days * places)];
    for (let d = 0; d < days; d++) values.set(all.subarray(1000 * d, 1000 * d + places), places * d);
    const axis = (name: string, values: Float64Array, attributes = {}) => ({ name, dims: [name], values, attributes });
    const time = axis(
      "time",
      Float64Array.from({ length: days }, (_, i) => i + 0.5),
      { units: "days since 2000-01-01", standard_name: "time" },
    );
    const bounds = Float64Array.from({ length: 2 * days }, (_, i) => (i >> 1) + (i % 2));
    const series = new Field({
      ...{ name: "pr", units: "mm", dims: ["time", "place"], shape: [days, places], values },
      attributes: { cell_methods: "time: sum" },
      coordinates: [
        { ...time, bounds },
        axis(
          "place",
          Float64Array.from({ length: places }, (_, i) => i),
        ),
      ],
    });
    return () => yearlyIndices(series).reduce((total, { values }) => total + sum(values), 0);
  },
  spectra: async (inputs) => {
    const { rapsd } = await import("../../verification/index.ts");
    const { drawn, n } = ensemble(inputs);
    return () => {
      const power = rapsd(drawn.values, n);
      return power[1]! / power[39]!;
    };
  },
  fss: async (inputs) => {
    const { fss } = await import("../../verification/index.ts");
    const { drawn, n } = ensemble(inputs);
    const truth = doubles(inputs.folder, "truth");
    const map = (values: Float64Array, k: number) => values.subarray(k * n * n, (k + 1) * n * n);
    return () => {
      const maps = drawn.values.length / n / n;
      let total = 0;
      for (let k = 0; k < maps; k++) {
        total += fss(map(drawn.values, k), map(truth, k % 4), n, n, { threshold: 3, window: 9 });
      }
      return total / maps;
    };
  },
  bootstrap: async ({ folder, part }) => {
    const { verify } = await import("../../verification/index.ts");
    const [times, members, n] = [part(40), 20, 48];
    const some = (name: string, count: number) => doubles(folder, name).slice(0, count * n * n);
    const [forecast, seen] = await fieldsOf(
      { values: some("season", times * members), shape: [times, members, n, n] },
      { values: some("season-truth", times), shape: [times, n, n] },
    );
    return async () => {
      const bootstrap = { seed: 1, draws: 100, block: 1 };
      const { scores } = await verify(forecast!, seen!, { quantiles: [0.99], bootstrap });
      return scores.crps + scores.mae + scores.quantiles[0]!.pooledBias;
    };
  },
  line: async ({ folder, part }) => {
    const { wasserstein1d } = await import("../../wasserstein/index.ts");
    const values = doubles(folder, "line");
    const [x, y] = [values.slice(0, part(1e6)), values.slice(1e6, 1e6 + part(1e6))];
    return () => wasserstein1d(x, y, { p: 2 }).value;
  },
  emd: async (inputs) => {
    const { emd } = await import("../../wasserstein/index.ts");
    const [x, y] = clouds(inputs, inputs.part(1000));
    return () => emd(x, y, { normalize: true }).value;
  },
  sinkhorn: async (inputs) => {
    const { sinkhorn } = await import("../../wasserstein/index.ts");
    const [x, y] = clouds(inputs, inputs.part(1000));
    return () => sinkhorn(x, y, { epsilon: 0.5, tolerance: 1e-9, normalize: true }).value;
  },
  unbalanced: async (inputs) => {
    const { sinkhorn } = await import("../../wasserstein/index.ts");
    const [x, y] = clouds(inputs, inputs.part(1000));
    return () => sinkhorn(x, y, { epsilon: 0.5, tolerance: 1e-9, reach: 1, normalize: true }).linearCost;
  },
  "sinkhorn-4000": async (inputs) => {
    const { sinkhorn } = await import("../../wasserstein/index.ts");
    const [x, y] = clouds(inputs, inputs.part(4000), false);
    return () => sinkhorn(x, y, { epsilon: 0.5, tolerance: 1e-9 }).value;
  },
  ode: () => solved({ t: [0, 1] }, "u_t = -u", ["u = 1 at t = 0"], [1]),
  heat: () => {
    const conditions = ["u = sin(pi*x) at t = 0", "u = 0 on x"];
    return solved({ x: [0, 1], t: [0, 0.1] }, "u_t = u_xx", conditions, [0.5, 0.1]);
  },
};
