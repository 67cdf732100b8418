/** `monge verify --stations`: scores of each station, as a table and as a sheet. */
import { printedNumber, quantileName } from "../../engine/text/number.ts";
import type { Stations } from "../../io/stations/index.ts";
import type { Verification } from "../../verification/index.ts";
import type { PlaceScores } from "../../verification/series/index.ts";
import { table } from "../shell/terminal.ts";

/** Stations that the terminal shows. */
const most = 20;

const scoresOf = ({ scores }: Verification) =>
  new Map((scores["places"] as readonly PlaceScores[]).map((one) => [one.place, one]));

/** The stations that are scored, the first twenty of them. */
export function stationTable(found: Verification, { ids }: Stations): string {
  const scored = [...scoresOf(found).values()];
  const rows = scored
    .slice(0, most)
    .map(({ place, count, crps, bias, spreadSkill, wetShare, outside }) => [
      ...[ids[place]!, `${count}`],
      ...[crps, bias, spreadSkill, wetShare.truth, wetShare.forecast, outside.below, outside.above].map((v) =>
        printedNumber(v, 4),
      ),
    ]);
  const header = [
    "station",
    "times",
    "CRPS",
    "bias",
    "spread/skill",
    "wet share",
    "forecast",
    "below all",
    "above all",
  ];
  const more = scored.length > most ? [`and ${scored.length - most} more; --station-scores FILE has all`] : [];
  return [table(header, rows), ...more].join("\n");
}

/** Every station, one a row; without scores where nothing is scored. */
export function stationSheet(found: Verification, { ids, field }: Stations) {
  const known = scoresOf(found);
  const [latitude, longitude] = (["latitude", "longitude"] as const).map((name) => field.coordinate(name)!.values);
  const levels = [...known.values()][0]?.quantiles ?? [];
  const header = [
    ...[
      "id",
      "longitude",
      "latitude",
      "count",
      "crps",
      "mae",
      "bias",
      "rmse",
      "spread_skill",
      "mean_truth",
      "mean_forecast",
    ],
    ...["wet_share_truth", "wet_share_forecast", "below_all", "above_all"],
    ...levels.flatMap(({ q }) => ["truth", "forecast"].map((side) => `${quantileName(q)}_${side}`)),
  ];
  const rows = ids.map((id, k) => {
    const place = [id, longitude![k]!, latitude![k]!];
    const own = known.get(k);
    if (own === undefined) return [...place, 0, ...header.slice(4).map(() => undefined)];
    const { count, crps, mae, bias, rmse, spreadSkill, mean, wetShare, outside, quantiles } = own;
    return [
      ...[...place, count, crps, mae, bias, rmse, spreadSkill, mean.truth, mean.forecast],
      ...[wetShare.truth, wetShare.forecast, outside.below, outside.above],
      ...quantiles.flatMap(({ truth, forecast }) => [truth, forecast]),
    ];
  });
  return { header, rows };
}
