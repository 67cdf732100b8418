/** Options of writing GeoTIFF, and their checks. */
import { among, anything, flag, kind, list, type OptionChecks, real, text, whole } from "../../../engine/checks.ts";
import type { AtomicOptions } from "../../../engine/files/atomic-file.ts";
import { provenanceChecks } from "../../field/provenance.ts";
import type { Storage } from "../format.ts";
import { GEOTIFF_TYPES } from "./pack.ts";

/** Options of `writeGeotiff`. */
export type GeotiffOptions = AtomicOptions & Storage<typeof storage>;

const storage = {
  ...{
    ...provenanceChecks,
    dtype: among(...GEOTIFF_TYPES),
    compression: whole(0, 9),
    overviews: among("average", "nearest", "none"),
  },
  epsg: anything,
  scale: kind<number>("a finite number other than 0", (value) => real()(value, "") === undefined && value !== 0),
  ...{ offset: real(), fillValue: anything, bands: list(text), bigTiff: flag },
  tile: kind<number>(
    "a multiple of 16 from 16 to 8192",
    (v) => whole(16, 8192)(v, "") === undefined && Number(v) % 16 === 0,
  ),
};

/** Checks of {@link GeotiffOptions}. */
export const geotiffChecks: OptionChecks<GeotiffOptions> = { ...storage, overwrite: flag };
