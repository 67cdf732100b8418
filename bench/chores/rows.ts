/** Daily chores by monge, by the names of the rows of bench/peers/chores.py: each returns a number by which both sides agree. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Runs a chore on the inputs in a folder. */
type Chore = () => number | Promise<number>;

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
async function read(folder: string, file: string, name: string, part: Record<string, number> = {}): Promise<Chore> {
  const { openDataset } = await import("../../io/index.ts");
  return async () => {
    const data = await openDataset(join(folder, file));
    const field = await (await data.variable(name)).isel(part).load();
    data.close();
    return sum(field.values);
  };
}

async function ensemble(folder: string) {
  const [cases, members, n] = [5, 20, 128];
  const drawn = { values: doubles(folder, "ensemble"), shape: [cases, members, n, n] };
  return { drawn, truth: { values: doubles(folder, "truth"), shape: [cases, n, n] }, n };
}

/** The first 1000 points of each cloud with their weights. */
function clouds(folder: string) {
  const [points, weights] = [doubles(folder, "clouds"), doubles(folder, "weights")];
  const cloud = (k: number) => ({
    ...{ points: points.slice(20_000 * k, 20_000 * k + 2000), count: 1000, dim: 2 },
    weights: weights.slice(1000 * k, 1000 * (k + 1)),
  });
  return [cloud(0), cloud(1)] as const;
}

/** A chore for its inputs. */
export const chores: Readonly<Record<string, (folder: string) => Promise<Chore>>> = {
  "read-packed": (folder) => read(folder, "packed.nc", "pr"),
  "read-classic": (folder) => read(folder, "classic.nc", "pr"),
  "read-map": (folder) => read(folder, "packed.nc", "pr", { time: 60 }),
  "read-pixel": (folder) => read(folder, "packed.nc", "pr", { lat: 150, lon: 151 }),
  "read-zarr": (folder) => read(folder, "rain.zarr", "pr"),
  "read-tiff": (folder) => read(folder, "big.tif", "band_data"),
  "read-bands": (folder) => read(folder, "bands.tif", "band_data"),
  "read-grib": async (folder) => {
    const { openDataset } = await import("../../io/index.ts");
    return async () => {
      const data = await openDataset(join(folder, "rain.grib2"));
      let total = 0;
      for (const name of data.dataVariables) total += sum((await (await data.variable(name)).load()).values);
      data.close();
      return total;
    };
  },
  "write-netcdf": async (folder) => {
    const { readField, writeNetcdf } = await import("../../io/index.ts");
    const field = await readField(join(folder, "packed.nc"), { variable: "pr" });
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
  polygons: async (folder) => {
    const { readField } = await import("../../io/index.ts");
    const { polygonAreas } = await import("../../verification/series/index.ts");
    const field = await readField(join(folder, "packed.nc"), { variable: "pr" });
    const document = JSON.parse(readFileSync(join(folder, "areas.json"), "utf8"));
    return () => {
      const { labels } = polygonAreas("areas", document, field);
      let count = 0;
      for (let k = 0; k < labels.length; k++) count += labels[k]! >= 0 ? 1 : 0;
      return count;
    };
  },
  crps: async (folder) => {
    const { crpsField } = await import("../../verification/scores/crps.ts");
    const { drawn, truth } = await ensemble(folder);
    return () => {
      const scores = crpsField(drawn, truth);
      return sum(scores) / scores.length;
    };
  },
  ranks: async (folder) => {
    const { rankHistogram } = await import("../../verification/index.ts");
    const { drawn, truth } = await ensemble(folder);
    return () => rankHistogram(drawn, truth)[3]!;
  },
  spread: async (folder) => {
    const { spreadSkill } = await import("../../verification/index.ts");
    const { drawn, truth } = await ensemble(folder);
    return () => spreadSkill(drawn, truth);
  },
  verify: async (folder) => {
    const { verify } = await import("../../verification/index.ts");
    const { Field } = await import("../../io/index.ts");
    const { drawn, truth } = await ensemble(folder);
    const fieldOf = ({ values, shape }: typeof truth) => {
      const dims = ["time", ...(shape.length === 4 ? ["realization"] : []), "y", "x"];
      const coordinates = dims.map((dim, k) => ({
        ...{ name: dim, dims: [dim], attributes: dim === "time" ? { units: "days since 2000-01-01" } : {} },
        values: Float64Array.from({ length: shape[k]! }, (_, i) => i),
      }));
      return new Field({ name: "wind", units: "m s-1", dims, shape, values, coordinates });
    };
    const [forecast, seen] = [fieldOf(drawn), fieldOf(truth)];
    return async () => {
      const { scores } = await verify(forecast, seen, { thresholds: [1, 5, 10] });
      const { crps, spreadSkill, mae, rmse, quantiles, events, tail, fss } = scores;
      const parts = [crps, spreadSkill, mae, rmse, ...quantiles.flatMap((q) => [q.pooledBias, q.mapError])];
      return sum([...parts, ...[events.map((e) => e.brier), tail.map((e) => e.crps), fss.map((e) => e.fss)].flat()]);
    };
  },
  indices: async (folder) => {
    const { yearlyIndices } = await import("../../verification/index.ts");
    const { Field } = await import("../../io/index.ts");
    const [days, places] = [3653, 1000];
    const axis = (name: string, values: Float64Array, attributes = {}) => ({ name, dims: [name], values, attributes });
    const time = axis(
      "time",
      Float64Array.from({ length: days }, (_, i) => i + 0.5),
      { units: "days since 2000-01-01", standard_name: "time" },
    );
    const bounds = Float64Array.from({ length: 2 * days }, (_, i) => (i >> 1) + (i % 2));
    const series = new Field({
      ...{ name: "pr", units: "mm", dims: ["time", "place"], shape: [days, places], values: doubles(folder, "daily") },
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
  spectra: async (folder) => {
    const { rapsd } = await import("../../verification/index.ts");
    const { drawn, n } = await ensemble(folder);
    return () => {
      const power = rapsd(drawn.values, n);
      return power[1]! / power[39]!;
    };
  },
  fss: async (folder) => {
    const { fss } = await import("../../verification/index.ts");
    const { drawn, truth, n } = await ensemble(folder);
    return () => {
      const maps = drawn.values.length / n / n;
      let total = 0;
      for (let k = 0; k < maps; k++) {
        const [map, seen] = [drawn.values, truth.values].map((values, i) =>
          values.subarray((i === 0 ? k : k % 5) * n * n, ((i === 0 ? k : k % 5) + 1) * n * n),
        );
        total += fss(map!, seen!, n, n, { threshold: 3, window: 9 });
      }
      return total / maps;
    };
  },
  line: async (folder) => {
    const { wasserstein1d } = await import("../../wasserstein/index.ts");
    const values = doubles(folder, "line");
    const [x, y] = [values.slice(0, 1e6), values.slice(1e6)];
    return () => wasserstein1d(x, y, { p: 2 }).value;
  },
  emd: async (folder) => {
    const { emd } = await import("../../wasserstein/index.ts");
    const [x, y] = clouds(folder);
    return () => emd(x, y, { normalize: true }).value;
  },
  sinkhorn: async (folder) => {
    const { sinkhorn } = await import("../../wasserstein/index.ts");
    const [x, y] = clouds(folder);
    return () => sinkhorn(x, y, { epsilon: 0.5, tolerance: 1e-9, normalize: true }).value;
  },
};
