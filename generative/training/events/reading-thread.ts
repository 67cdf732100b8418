/** A thread that reads pieces of events and cuts their tiles, one after the other, as it is asked. */
import { parentPort, workerData } from "node:worker_threads";
import { type Preparation, type PreparedPiece, preparePiece } from "./prepare-tiles.ts";
import { eventReader, type PieceNumber } from "./training-data.ts";

const what = workerData as Preparation;
const reader = eventReader(what, undefined);
let last: Promise<void> = Promise.resolve();

parentPort!.on("message", (which: PieceNumber) => {
  last = last.then(async () => {
    // What fails here is tried again by whoever asked, which then has the error.
    const prepared: PreparedPiece | undefined = await preparePiece(reader, which, what.tile).catch(() => undefined);
    parentPort!.postMessage(prepared, prepared?.found ? [prepared.found.values.buffer] : []);
  });
});
