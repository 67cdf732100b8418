/**
 * Downscales a summer out of an archive of many files, which is never held in memory: every time is read, drawn and written
 * before the next one.
 *
 *   node --import tsx examples/downscale-archive.ts [MODEL "era5_*.nc" [DATES] [OUT]]
 *
 * MODEL is a file, a run or a folder of runs of `monge train`, or "pretrained"; DATES such as 2018-06:2018-08; OUT ends in
 * .nc, .zarr or .tif. Without arguments: the package's model on hours of a weather model, of `test/data/pairs`.
 */
import { downscaleTo, loadDownscaler, pretrained } from "../generative/index.ts";
import { openDataset } from "../io/index.ts";

const hours = new URL("../test/data/pairs/arpege_*.nc", import.meta.url).pathname;
const [path = "pretrained", files = hours, dates = "", out = "fine.nc"] = process.argv.slice(2);

const data = await openDataset(files);
const model = path === "pretrained" ? await pretrained({ threads: 2 }) : await loadDownscaler(path, { threads: 2 });
const rain = await data.variable();
const [from = null, to = from] = dates === "" ? [] : dates.split(":");

const { shape, units } = await downscaleTo(out, model, dates === "" ? rain : rain.sel({ time: [from, to] }), {
  ...{ members: 4, evaluations: 8, seed: 1, interval: "time", whole: rain },
  ...{ attributes: data.attributes, inputs: data.paths, missing: "propagate", overwrite: true },
  onProgress: ({ done, total }) => console.error(`${done} of ${total} evaluations`),
});
console.log(JSON.stringify({ out, shape, units }));
await model.dispose();
data.close();
