import "./chunk-OMBEO662.js";
import {
  gaussNewton,
  lbfgs,
  optimizerKinds,
  optimizerNames,
  ssBroyden
} from "./chunk-E4UB2BUP.js";
import "./chunk-RDQ5FCHV.js";
import "./chunk-6RL6FTP2.js";
import "./chunk-JYSZMQVP.js";
import "./chunk-2JKOHZZA.js";
import "./chunk-JHNL2DBA.js";
import "./chunk-Y46VEHZ7.js";
export {
  gaussNewton,
  lbfgs,
  optimizerKinds,
  optimizerNames,
  ssBroyden
};
