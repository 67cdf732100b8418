/** Rain moved by transport as a score of fields: each time's maps, members one by one. */

import { callback, checkOptions, type OptionChecks } from "../../engine/checks.ts";
import { DomainError, OptionsError } from "../../engine/errors.ts";
import type { ProgressOptions } from "../../engine/progress.ts";
import { rng } from "../../engine/random/rng.ts";
import type { LazyField } from "../../io/dataset/index.ts";
import { cellSize, type Field } from "../../io/field/index.ts";
import { type Score, wholeMap } from "../scores/cases.ts";
import { type BlockBootstrap, blockLength, enough, intervalOf, redraws } from "../significance/blocks.ts";
import { sharedChecks, type VerifyOptions } from "../verify-options.ts";
import { type TransportScoreOptions, transportChecks, transportScore } from "./transport-score.ts";

/** A number of {@link TransportCases} and its percentile interval. */
export type TransportInterval = {
  /** Of all times. */
  readonly value: number;
  /** Lower end. */
  readonly low: number;
  /** Upper end. */
  readonly high: number;
};

const ratios = ["meanDisplacement", "movedShare", "surplusShare", "missingShare"] as const;

/** Rain, what is moved, its way, surplus and missing rain of a time. */
type Sums = readonly [rain: number, moved: number, way: number, surplus: number, missing: number];

const ratioOf = ([rain, moved, way, surplus, missing]: Sums): Readonly<Record<(typeof ratios)[number], number>> => ({
  meanDisplacement: moved > 0 ? way / moved : Number.NaN,
  movedShare: moved / rain,
  surplusShare: surplus / rain,
  missingShare: missing / rain,
});

/** Options of {@link transportCases}; its progress is of maps. */
export type TransportCasesOptions = TransportScoreOptions & Pick<VerifyOptions, "bootstrap"> & ProgressOptions;

const checks: OptionChecks<TransportCasesOptions> = {
  ...transportChecks,
  bootstrap: sharedChecks.bootstrap,
  onProgress: callback,
};

/** Rain of the members on the way to the observed rain; shares are of the observed rain of all times. */
export type TransportCases = {
  /** Mean way of the rain that has a partner within reach, in the unit of `spacing`; NaN where none has. */
  readonly meanDisplacement: number;
  readonly movedShare: number;
  /** Forecast rain without a partner. */
  readonly surplusShare: number;
  /** Observed rain without one. */
  readonly missingShare: number;
  /** Of the four above, by redraws of blocks of times; null without `bootstrap`, and for too few times. */
  readonly intervals: Readonly<Record<(typeof ratios)[number], TransportInterval>> | null;
  /** Transports that were not found to their tolerance. */
  readonly unconverged: number;
  /** The same for each time, its rain the sum over cells of the observed field. */
  readonly times: readonly {
    readonly time: string | null;
    readonly rain: number;
    readonly meanDisplacement: number;
    readonly surplusShare: number;
    readonly missingShare: number;
  }[];
};

/**
 * The score `transport`, to be handed to `verify` among `scores`: {@link transportScore} of every member at every time,
 * summed. Gaps are left out of both sides.
 *
 * ```ts
 * const { scores } = await verify(forecast, truth, { scores: [transportCases({ reach: 100, spacing: spacingOf(truth) })] });
 * ```
 *
 * @param options - `reach` and `spacing` in one unit of length
 * @throws OptionsError; when it is found, DomainError for fields without rows and columns
 */
export function transportCases(options: TransportCasesOptions): Score<TransportCases> {
  checkOptions("transportCases", options, checks);
  const { bootstrap, onProgress, ...moving } = options;
  return {
    name: "transport",
    of({ maps, members, shape }) {
      if (shape.length !== 2) {
        throw new DomainError("transport: maps have no rows and columns, which rain is moved along", shape);
      }
      const [height, width] = shape as [number, number];
      const all: Sums[] = [];
      let unconverged = 0;
      const times = maps.map(({ time, forecast, truth, positions }, t) => {
        const whole = (values: typeof truth) => wholeMap(values, positions, height * width, Number.NaN);
        let rain = 0;
        for (const v of truth) rain += v;
        const own = { moved: 0, way: 0, surplus: 0, missing: 0 };
        for (let m = 0; m < members; m++) {
          const member = whole(forecast.subarray(m * truth.length, (m + 1) * truth.length));
          const found = transportScore(member, whole(truth), height, width, moving);
          own.moved += found.moved / members;
          own.way += found.displacement / members;
          own.surplus += found.surplus / members;
          own.missing += found.missing / members;
          if (!found.converged) unconverged++;
        }
        onProgress?.({ done: t + 1, total: maps.length });
        all.push([rain, own.moved, own.way, own.surplus, own.missing]);
        return {
          time: time ?? null,
          rain,
          meanDisplacement: own.moved > 0 ? own.way / own.moved : Number.NaN,
          surplusShare: own.surplus / rain,
          missingShare: own.missing / rain,
        };
      });
      const intervals = bootstrap ? intervalsOf(all, bootstrap) : null;
      return {
        ...ratioOf(summed(all)),
        intervals,
        unconverged,
        times,
      };
    },
  };
}

/** Of times that count so often. */
function summed(all: readonly Sums[], weights?: ArrayLike<number>): Sums {
  const sums: [number, number, number, number, number] = [0, 0, 0, 0, 0];
  for (const [t, own] of all.entries()) for (let k = 0; k < 5; k++) sums[k]! += (weights?.[t] ?? 1) * own[k]!;
  return sums;
}

function intervalsOf(all: readonly Sums[], bootstrap: BlockBootstrap): TransportCases["intervals"] {
  const block = blockLength(bootstrap, all.length, undefined);
  if (!enough(all.length, block)) return null;
  const { seed, draws = 1000, coverage = 0.95 } = bootstrap;
  const drawn = Array.from(redraws(rng(seed).split("blocks"), all.length, block, draws), (weights) =>
    ratioOf(summed(all, weights)),
  );
  const whole = ratioOf(summed(all));
  const of = (name: (typeof ratios)[number]): TransportInterval => ({
    ...intervalOf(
      whole[name],
      Float64Array.from(drawn, (d) => d[name]),
      coverage,
    ),
  });
  return {
    meanDisplacement: of("meanDisplacement"),
    movedShare: of("movedShare"),
    surplusShare: of("surplusShare"),
    missingShare: of("missingShare"),
  };
}

/**
 * Distances of neighbouring cells down and across in km; longitudes by the cosine of the middle latitude.
 *
 * @throws OptionsError where coordinates or their units do not give it
 */
export function spacingOf(field: Field | LazyField): readonly [number, number] {
  const size = cellSize(field);
  if (size === undefined || (size.units === "degrees" && size.latitude === undefined)) {
    const why = "its coordinates do not give the size of a cell";
    throw new OptionsError(`transport: ${field.name}: ${why}; give spacing in km`, "spacing", undefined);
  }
  if (size.units === "m") return [size.y / 1000, size.x / 1000];
  const degree = 111.19492664455873; // of a great circle on a sphere of 6371 km
  return [size.y * degree, size.x * degree * Math.cos((size.latitude! * Math.PI) / 180)];
}
