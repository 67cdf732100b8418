#!/usr/bin/env bash
# Makes the files of this folder from the corpus that README.md describes: ./cut.sh CORPUS
# Needs NCO, netCDF's nccopy, GDAL and Python (Debian: nco netcdf-bin gdal-bin python3).
set -euo pipefail
from=$(realpath "${1:?usage: cut.sh CORPUS}")
cd "$(dirname "${BASH_SOURCE[0]}")"
mkdir -p coarse corpus/netcdf corpus/other corpus/tiff pairs radar

# Unchanged.
for name in coarse/bcsd_obs_1999.nc \
  corpus/netcdf/{stars_3B42_Daily.19991231.7.test,stars_lcc_km,stars_reduced,stars_sub}.nc \
  corpus/netcdf/{stars_test_adaptor.cams_regional_fc,stars_timeseries,stars_test_stageiv_xyt_borked}.nc \
  corpus/netcdf/{netcdfc_bad_cdf5_begin,netcdfc_ref_hdf5_compat2,netcdfc_ref_nccopy3_subset}.nc \
  corpus/netcdf/{netcdfc_ref_nctest_64bit_offset,netcdfc_ref_no_ncproperty,netcdfc_ref_null_byte_padding_test}.nc \
  corpus/netcdf/{netcdfc_ref_test_365_day_1900,netcdfc_ref_test_366_day_1900,netcdfc_ref_test_corrupt_magic}.nc \
  corpus/netcdf/{netcdfc_ref_tst_dims,netcdfc_ref_tst_irish_rover,netcdfc_ref_tst_interops4}.nc \
  corpus/netcdf/netcdfc_ref_{groups,szip}.h5 corpus/netcdf/nc4py_netcdf_dummy_file.nc \
  corpus/netcdf/rioxarray_{MODIS_ARRAY,PLANET_SCOPE_3D,nonstandard_dim,test_find_crs,unicode}.nc \
  corpus/netcdf/xarray_example_1.nc{,.gz} \
  corpus/other/{arpege_PRECIP_SE_20180501.grib,knmi_RAD_NL25_RAP_5min_201008260000.h5} \
  corpus/other/raa01-rw_10000-1408102050-dwd---bin.gz \
  corpus/tiff/earthkit_dgm50hs_col_32_368_5616_nw_bigtiff.tiff \
  corpus/tiff/rasterio_{RGBA.uint16,all-nodata,alpha,float,float_nan,rotated}.tif \
  corpus/tiff/rasterio_float_raster_with_{nodata,extra_nodata}.tif \
  corpus/tiff/riocogeo_{cog_band_tags,cog_no_offest,image_171px,image_with_offsets}.tif \
  corpus/tiff/stars_{lc,na,olinda_dem_utm25s}.tif; do
  cp --no-preserve=mode "$from/$name" "$name"
done

# Windows in space and time; values, packing and attributes stay.
window() {
  local out=$1 in=$2
  shift 2
  ncks -O -h -4 -L 9 "$@" "$from/$in" "$out"
}
window radar/fmi_20160928_cut.nc radar/fmi_20160928.nc -d time,12,23 -d y,64,319 -d x,384,639
window radar/fmi_20170509_cut.nc radar/fmi_20170509.nc -d time,24,35 -d y,64,319 -d x,256,511
window radar/knmi_20100826_cut.nc radar/knmi_20100826.nc -d time,24,35 -d y,320,575 -d x,192,447
window radar/mrms_conus_20190610_cut.nc radar/mrms_conus_20190610.nc -d time,0,11,3 -d lat,320,575 -d lon,896,1151
window radar/radolan_sf_5days_cut.nc radar/radolan_sf_5days.nc -d y,384,639 -d x,512,767
window radar/meteonet_rain_nw_201608_cut.nc radar/meteonet_rain_nw_201608.nc -d lat,0,127 -d lon,640,783
window pairs/arome_tp_nw_20180501_cut.nc pairs/arome_tp_nw_20180501.nc -d lat,76,155 -d lon,154,273
window pairs/arpege_tp_nw_20180501_cut.nc pairs/arpege_tp_nw_20180501.nc -d lat,19,38 -d lon,39,68
window pairs/ncep_iberia_pr_cut.nc pairs/ncep_iberia_pr.nc -d time,0,449
ncks -O -h -3 -d time,0,5 "$from/radar/stageiv_xyt.nc" radar/stageiv_xyt_cut.nc
ncks -O -h -5 -d time,6,7 "$from/radar/stageiv_xyt.nc" corpus/netcdf/stageiv_cut_as_cdf5.nc
ncks -O -h -6 -d time,8,9 "$from/radar/stageiv_xyt.nc" corpus/netcdf/stageiv_cut_as_cdf2.nc

# 90 of 243 daily bands; one of them as ESRI BIL in a zip.
chirps=coarse/valparaiso_CHIRPS5km_daily_cut.tif
gdal_translate -q $(printf -- '-b %d ' $(seq 1 90)) -co COMPRESS=LZW -co PREDICTOR=1 \
  "$from/coarse/valparaiso_CHIRPS5km_daily.tif" "$chirps"
work=$(mktemp -d)
trap 'rm -r "$work"' EXIT
gdal_translate -q -b 45 -of EHdr "$chirps" "$work/chirps_19830214_cut_bil.bil"
(cd "$work" && rm -f ./*.aux.xml && TZ=UTC touch -d 1983-02-14 ./* && TZ=UTC python3 -m zipfile -c chirps_19830214_cut_bil.zip chirps_19830214_cut_bil.*)
cp "$work/chirps_19830214_cut_bil.zip" corpus/other/
# A window of a GRIB2 file, packed as PNG like the original.
gdal_translate -q -of GRIB -co DATA_ENCODING=PNG -srcwin 896 320 256 256 \
  "$from/corpus/other/mrms_PrecipRate_20190610-000000.grib2" "$work/mrms.grib2"
cp "$work/mrms.grib2" corpus/other/mrms_PrecipRate_20190610-000000_cut.grib2
# The header and the first rows of a picture.
python3 - "$from" <<'END'
import gzip, sys
text = gzip.open(sys.argv[1] + "/corpus/other/fmi_201609281445.pgm.gz").read()[:4000]
open("corpus/other/fmi_201609281445_cut.pgm.gz", "wb").write(gzip.compress(text, mtime=0))
END
