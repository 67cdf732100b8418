/** From a plane to the earth and back. */
import { proj4 } from "./proj4.ts";

/** A map projection; latitudes and longitudes in degrees, on WGS 84 where the projection states a shift to it. */
export interface Projection {
  /** NaN where the plane has no place on the earth. */
  readonly toEarth: (y: number, x: number) => readonly [latitude: number, longitude: number];
  readonly fromEarth: (latitude: number, longitude: number) => readonly [y: number, x: number];
}

/** Parameters by PROJ's names: metres and degrees. */
export type ProjParameters = Readonly<Record<string, number | string | readonly number[]>>;

/** A projection in metres. @throws Error where proj4 does not know it */
export function projected(parameters: ProjParameters): Projection {
  const text = Object.entries(parameters)
    .map(([name, value]) => `+${name}=${value}`)
    .join(" ");
  const { forward, inverse } = proj4()(text);
  const none = [Number.NaN, Number.NaN] as const;
  return {
    toEarth(y, x) {
      const [lon, lat] = tried(() => inverse([x, y])) ?? none;
      // Where its search for a latitude fails, proj4 gives -9999.
      return Number.isFinite(lon) && Math.abs(lat!) <= 90 + 1e-9 ? [lat!, lon!] : none;
    },
    fromEarth(latitude, longitude) {
      const [x, y] = tried(() => forward([longitude, latitude])) ?? none;
      return Number.isFinite(x! + y!) ? [y!, x!] : none;
    },
  };
}

/** Some projections throw beyond their rim, some give nothing. */
function tried(find: () => number[] | undefined): number[] | undefined {
  try {
    return find();
  } catch {
    return undefined;
  }
}
