/** Only this file imports fast-png: pictures to bytes and back. */
export { decode as decodePng, encode as encodePng } from "fast-png";
