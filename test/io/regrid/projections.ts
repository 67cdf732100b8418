/** Grid mappings of CF and the same projections in PROJ's words, written by hand. */

const wgs84 = { semi_major_axis: 6378137, inverse_flattening: 298.257223563 };
const bessel = { semi_major_axis: 6377397.155, inverse_flattening: 299.1528128 };
const sphere = { earth_radius: 6371229 };
const swiss = {
  grid_mapping_name: "oblique_mercator",
  azimuth_of_central_line: 90,
  latitude_of_projection_origin: 46.95240555555556,
  longitude_of_projection_origin: 7.43958333333333,
  scale_factor_at_projection_origin: 1,
  false_easting: 600000,
  false_northing: 200000,
  ...bessel,
};
const at2 = (lat: number, lon: number) => ({ latitude_of_projection_origin: lat, longitude_of_projection_origin: lon });
const cone = (lat: number, lon: number) => ({ latitude_of_projection_origin: lat, longitude_of_central_meridian: lon });
export const polar = (lat: number, lon: number) => ({
  grid_mapping_name: "polar_stereographic",
  latitude_of_projection_origin: lat,
  straight_vertical_longitude_from_pole: lon,
});
const abridged = (method: string, ...values: readonly number[]) => {
  const names = ["X-axis translation", "Y-axis translation", "Z-axis translation"];
  const more = ["X-axis rotation", "Y-axis rotation", "Z-axis rotation", "Scale difference"];
  const listed = [...names, ...more].map((name, i) => `PARAMETER["${name}",${values[i]},ID["EPSG",${8605 + i}]]`);
  return `BOUNDCRS[SOURCECRS[],TARGETCRS[],ABRIDGEDTRANSFORMATION["t",METHOD["${method}"],${listed.join(",")}]]`;
};

/** Grid mappings, the same by hand in PROJ's words, and the reach of x and y in km. */
// biome-ignore format: a table
export const same: readonly (readonly [
  Readonly<Record<string, string | number | readonly number[]>>,
  string,
  number,
  number,
  number,
  number,
])[] = [
  [{ ...polar(90, 10), standard_parallel: 60, earth_radius: 6370040 },
    "+proj=stere +lat_0=90 +lon_0=10 +lat_ts=60 +R=6370040", -523, 377, -4659, -3759],
  [{ ...polar(90, 0), standard_parallel: 60, semi_major_axis: 6378137, semi_minor_axis: 6356752 },
    "+proj=stere +lat_0=90 +lat_ts=60 +a=6378137 +b=6356752", 0, 700, -4415, -3650],
  [{ ...polar(-90, 30), standard_parallel: -71, false_easting: 1000, ...wgs84 },
    "+proj=stere +lat_0=-90 +lon_0=30 +lat_ts=-71 +x_0=1000 +ellps=WGS84", -3000, 3000, -3000, 3000],
  [{ ...polar(90, 30), scale_factor_at_projection_origin: 0.97, ...wgs84 },
    "+proj=stere +lat_0=90 +lon_0=30 +k_0=0.97 +ellps=WGS84", -3000, 3000, -3000, 3000],
  [{ grid_mapping_name: "stereographic", ...at2(47, 5), scale_factor_at_projection_origin: 0.9999, ...wgs84 },
    "+proj=stere +lat_0=47 +lon_0=5 +k_0=0.9999 +ellps=WGS84", -1000, 1000, -1000, 1000],
  [
    {
      grid_mapping_name: "lambert_azimuthal_equal_area",
      ...at2(55, 10),
      false_easting: 1950000,
      false_northing: -2100000,
      ...wgs84,
    },
    "+proj=laea +lat_0=55 +lon_0=10 +x_0=1950000 +y_0=-2100000 +ellps=WGS84",
    0,
    3800,
    -4400,
    0,
  ],
  [{ grid_mapping_name: "lambert_conformal_conic", ...cone(46, 3), standard_parallel: [30, 60], ...wgs84 },
    "+proj=lcc +lat_1=30 +lat_2=60 +lat_0=46 +lon_0=3 +ellps=WGS84", -2000, 2000, -2000, 2000],
  [{ grid_mapping_name: "lambert_conformal_conic", ...cone(46.5, 3), standard_parallel: 46.5, ...sphere },
    "+proj=lcc +lat_1=46.5 +lat_0=46.5 +lon_0=3 +R=6371229", -2000, 2000, -2000, 2000],
  [{ grid_mapping_name: "lambert_conformal_conic", ...cone(10, 3), standard_parallel: [20, 0], ...wgs84 },
    "+proj=lcc +lat_1=20 +lat_2=0 +lat_0=10 +lon_0=3 +ellps=WGS84", -2000, 2000, -2000, 2000],
  [
    {
      grid_mapping_name: "albers_conical_equal_area",
      ...cone(-27.7178, 153.24),
      standard_parallel: [-26.2, -29.3],
      ...wgs84,
    },
    "+proj=aea +lat_1=-26.2 +lat_2=-29.3 +lat_0=-27.7178 +lon_0=153.24 +ellps=WGS84",
    -256,
    256,
    -256,
    256,
  ],
  [{ grid_mapping_name: "albers_conical_equal_area", ...cone(20, -96), standard_parallel: 30, ...sphere },
    "+proj=aea +lat_1=30 +lat_2=30 +lat_0=20 +lon_0=-96 +R=6371229", -3000, 3000, -1000, 3000],
  [
    {
      grid_mapping_name: "transverse_mercator",
      ...cone(49, -2),
      scale_factor_at_central_meridian: 0.9996,
      false_easting: 400000,
      false_northing: -100000,
      semi_major_axis: 6377563.396,
      semi_minor_axis: 6356256.909,
    },
    "+proj=tmerc +lat_0=49 +lon_0=-2 +k_0=0.9996 +x_0=400000 +y_0=-100000 +a=6377563.396 +b=6356256.909",
    0,
    700,
    0,
    1200,
  ],
  [{ grid_mapping_name: "transverse_mercator", ...cone(49, -2), ...sphere },
    "+proj=tmerc +lat_0=49 +lon_0=-2 +R=6371229", -900, 900, -900, 900],
  [{ grid_mapping_name: "mercator", longitude_of_projection_origin: 10, standard_parallel: 30, ...wgs84 },
    "+proj=merc +lon_0=10 +lat_ts=30 +ellps=WGS84", -9000, 9000, -5000, 5000],
  [
    {
      grid_mapping_name: "mercator",
      longitude_of_projection_origin: 10,
      scale_factor_at_projection_origin: 0.9,
      ...sphere,
    },
    "+proj=merc +lon_0=10 +k_0=0.9 +R=6371229",
    -9000,
    9000,
    -5000,
    5000,
  ],
  [swiss, "+proj=somerc +lat_0=46.95240555555556 +lon_0=7.43958333333333 +x_0=600000 +y_0=200000 +ellps=bessel", 255,
    965, -160, 480],
  [
    { ...swiss, towgs84: [674.374, 15.056, 405.346] },
    "+proj=somerc +lat_0=46.95240555555556 +lon_0=7.43958333333333 +x_0=600000 +y_0=200000 +ellps=bessel +towgs84=674.374,15.056,405.346",
    255,
    965,
    -160,
    480,
  ],
  [
    {
      ...swiss,
      crs_wkt: abridged(
        "Position Vector transformation (geog2D domain)",
        565.4,
        50.3,
        465.5,
        -0.4,
        0.34,
        -1.88,
        1.0000040725,
      ),
    },
    "+proj=somerc +lat_0=46.95240555555556 +lon_0=7.43958333333333 +x_0=600000 +y_0=200000 +ellps=bessel +towgs84=565.4,50.3,465.5,-0.4,0.34,-1.88,4.0725",
    255,
    965,
    -160,
    480,
  ],
  [
    {
      ...swiss,
      crs_wkt: abridged(
        "Coordinate Frame rotation (geog2D domain)",
        565.4,
        50.3,
        465.5,
        0.4,
        -0.34,
        1.88,
        1.0000040725,
      ),
    },
    "+proj=somerc +lat_0=46.95240555555556 +lon_0=7.43958333333333 +x_0=600000 +y_0=200000 +ellps=bessel +towgs84=565.4,50.3,465.5,-0.4,0.34,-1.88,4.0725",
    255,
    965,
    -160,
    480,
  ],
  [
    {
      ...swiss,
      crs_wkt: 'PROJCS["a",GEOGCS["b",DATUM["c",SPHEROID["Bessel",6377397.155,299.1528128],TOWGS84[0,0,0,0,0,0,0]]]]',
    },
    "+proj=somerc +lat_0=46.95240555555556 +lon_0=7.43958333333333 +x_0=600000 +y_0=200000 +ellps=bessel +towgs84=0,0,0",
    255,
    965,
    -160,
    480,
  ],
  [
    {
      grid_mapping_name: "oblique_mercator",
      ...at2(4, 102.25),
      azimuth_of_central_line: 53.3,
      scale_factor_at_projection_origin: 0.99984,
      false_easting: 804671,
      ...wgs84,
    },
    "+proj=omerc +lat_0=4 +lonc=102.25 +alpha=53.3 +k_0=0.99984 +x_0=804671 +ellps=WGS84",
    500,
    1000,
    -300,
    300,
  ],
  [{ grid_mapping_name: "azimuthal_equidistant", ...at2(47, 5), ...wgs84 },
    "+proj=aeqd +lat_0=47 +lon_0=5 +ellps=WGS84", -2000, 2000, -2000, 2000],
  [
    {
      grid_mapping_name: "lambert_cylindrical_equal_area",
      longitude_of_central_meridian: 5,
      standard_parallel: 30,
      ...wgs84,
    },
    "+proj=cea +lon_0=5 +lat_ts=30 +ellps=WGS84",
    -2000,
    2000,
    -2000,
    2000,
  ],
  [{ grid_mapping_name: "sinusoidal", longitude_of_projection_origin: 5, earth_radius: 6371007.181 },
    "+proj=sinu +lon_0=5 +R=6371007.181", -4000, 4000, -4000, 4000],
  [{ grid_mapping_name: "orthographic", ...at2(30, 5), ...sphere }, "+proj=ortho +lat_0=30 +lon_0=5 +R=6371229", -2000,
    2000, -2000, 2000],
  [
    {
      grid_mapping_name: "geostationary",
      ...at2(0, -75),
      perspective_point_height: 35786023,
      sweep_angle_axis: "x",
      ...wgs84,
    },
    "+proj=geos +h=35786023 +lon_0=-75 +sweep=x +ellps=WGS84",
    -3000,
    3000,
    -3000,
    3000,
  ],
  [
    {
      grid_mapping_name: "geostationary",
      ...at2(0, 0),
      perspective_point_height: 35785831,
      fixed_angle_axis: "x",
      ...wgs84,
    },
    "+proj=geos +h=35785831 +sweep=y +ellps=WGS84",
    -3000,
    3000,
    -3000,
    3000,
  ],
  [{ grid_mapping_name: "transverse_mercator", ...cone(0, 0), longitude_of_prime_meridian: 2.33722917, ...wgs84 },
    "+proj=tmerc +pm=2.33722917 +ellps=WGS84", -300, 300, 4000, 5000],
];
