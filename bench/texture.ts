/**
 * Whether an input's texture is found unlike that of training: for archives of rain, means over FACTOR x FACTOR cells. Trained on
 * every other time, the first half, or all of an archive; asked of the other times, the later half, another event, another radar.
 *
 * `MONGE_DATA=DIR node --import tsx --conditions=source bench/texture.ts [FACTOR] [TIMES]`
 */
import { join } from "node:path";
import { coarseFrames } from "../generative/data/coarse-frames.ts";
import { evenly, seenTexture, type Texture, textureOff, texturesOf, WINDOW } from "../generative/model/texture.ts";
import { openDataset } from "../io/dataset/index.ts";

const folder = process.env["MONGE_DATA"];
if (folder === undefined) throw new Error("set MONGE_DATA to a folder of real files, with radar/ in it");
const [factor = 4, most = 24] = process.argv.slice(2).map(Number);

/** Seconds of a value; those of five minutes on about a kilometre are alike but for the radar and its weather. */
const archives = [
  ["fmi_20160928", 300, "FMI"],
  ["fmi_20170509", 300, "FMI"],
  ["knmi_20100826", 300, "KNMI"],
  ["mch_20150515", 300, "MCH"],
  ["mch_20160711", 300, "MCH"],
  ["meteonet_rain_nw_201608", 300, "MeteoNet"],
  ["mrms_conus_20190610", 300, "MRMS"],
  ["bom_brisbane_20201031", 600, "BoM"],
  ["opera_odyssey_20180824", 900, "OPERA"],
  ["radolan_sf_5days", 86_400, "RADOLAN"],
  ["prism_daily_conus_3days", 86_400, "PRISM"],
  ["stageiv_xyt", 3600, "Stage IV"],
] as const;

interface Window {
  readonly time: number;
  readonly texture: Texture;
}
interface Measured {
  readonly name: string;
  readonly radar: string;
  readonly near: boolean;
  readonly times: number;
  readonly windows: readonly Window[];
}

const options = (seconds: number) => {
  const wet = Math.min(0.1, (0.1 * 3600) / seconds);
  return { wet, unit: 2 * wet };
};

async function measured(name: string, seconds: number, radar: string): Promise<Measured> {
  const data = await openDataset(join(folder!, "radar", `${name}.nc`));
  const field = await data.variable(data.dataVariables[0]);
  const frames = coarseFrames(field, factor, {
    coarsen: true,
    missing: "propagate",
    clipNegative: true,
    interval: seconds,
  });
  const count = frames.field.shape[0]!;
  const windows: Window[] = [];
  for (const [time, place] of evenly(count, most).entries()) {
    const { coarse } = await frames.read([place]);
    const size = coarse.shape.slice(-2) as [number, number];
    for (const texture of texturesOf(coarse.values, size, WINDOW, options(seconds))) windows.push({ time, texture });
  }
  data.close();
  return { name, radar, near: seconds === 300, times: Math.min(count, most), windows };
}

const all: Measured[] = [];
for (const [name, seconds, radar] of archives) all.push(await measured(name, seconds, radar));

type Choice = (window: Window, one: Measured) => boolean;
const rows: (readonly [kind: string, text: string, said: readonly string[] | undefined])[] = [];
function ask(kind: string, from: Measured, to: Measured, learned: Choice, asked: Choice): void {
  const of = (one: Measured, choice: Choice) => one.windows.filter((w) => choice(w, one)).map(({ texture }) => texture);
  const seen = seenTexture(of(from, learned), options(300));
  rows.push([kind, from === to ? from.name : `${from.name} -> ${to.name}`, seen && textureOff(seen, of(to, asked))]);
}
for (const one of all) {
  ask(
    "other times",
    one,
    one,
    ({ time }) => time % 2 === 0,
    ({ time }) => time % 2 === 1,
  );
  ask(
    "later half",
    one,
    one,
    ({ time }, { times }) => time < times / 2,
    ({ time }, { times }) => time >= times / 2,
  );
}
for (const from of all) {
  for (const to of all) {
    if (from === to || !from.near || !to.near) continue;
    const kind = from.radar === to.radar ? "another event" : "another radar";
    ask(
      kind,
      from,
      to,
      () => true,
      () => true,
    );
  }
}
for (const [kind, text, said] of rows)
  console.log(`${kind}: ${text}: ${said === undefined ? "too few" : said.join("; ") || "-"}`);
for (const kind of new Set(rows.map(([one]) => one))) {
  const own = rows.filter(([one, , said]) => one === kind && said !== undefined);
  console.log(`${kind}: says something in ${own.filter(([, , said]) => said!.length > 0).length} of ${own.length}`);
}
