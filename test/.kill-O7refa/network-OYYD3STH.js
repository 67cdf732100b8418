import "./chunk-RLX5QGJA.js";
import {
  activate,
  blockOf,
  columnAlgebra,
  columnsOf,
  describeNetwork,
  freeParameters,
  linear,
  mlp,
  networkChoices,
  networkKinds,
  networkNames,
  networkProgram,
  scaledCoordinates,
  separable,
  sum
} from "./chunk-REA3PM3L.js";
import "./chunk-RDQ5FCHV.js";
import "./chunk-O6FHBCA2.js";
import "./chunk-JYSZMQVP.js";
import "./chunk-2JKOHZZA.js";
import "./chunk-JHNL2DBA.js";
import "./chunk-Y46VEHZ7.js";
export {
  activate,
  blockOf,
  columnAlgebra,
  columnsOf,
  describeNetwork,
  freeParameters,
  linear,
  mlp,
  networkChoices,
  networkKinds,
  networkNames,
  networkProgram,
  scaledCoordinates,
  separable,
  sum
};
