import "./chunk-3KIGRSIF.js";
import {
  adversarial,
  das,
  evenPoints,
  gaussianMixture,
  latinHypercube,
  namedSampler,
  namesOnCells,
  r3,
  rad,
  rarD,
  residualDensity,
  rowWeights,
  samplerName,
  samplerNames,
  sobol,
  start,
  uniform,
  uniformPoints
} from "./chunk-M7QUBEK6.js";
import "./chunk-RDQ5FCHV.js";
import "./chunk-IHC7556Q.js";
import "./chunk-6RL6FTP2.js";
import "./chunk-TNAG3B54.js";
import "./chunk-JYSZMQVP.js";
import "./chunk-UT3GBMX3.js";
import "./chunk-MYHAFT5B.js";
import "./chunk-PHUSJ35S.js";
import "./chunk-2JKOHZZA.js";
import "./chunk-JHNL2DBA.js";
import "./chunk-O7EZDEUO.js";
import "./chunk-Y46VEHZ7.js";
export {
  adversarial,
  das,
  evenPoints,
  gaussianMixture,
  latinHypercube,
  namedSampler,
  namesOnCells,
  r3,
  rad,
  rarD,
  residualDensity,
  rowWeights,
  samplerName,
  samplerNames,
  sobol,
  start,
  uniform,
  uniformPoints
};
