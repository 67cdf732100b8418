/** A page's own thread: the library starts no others there. */
export const isMainThread = true;
export const parentPort = null;
export const workerData = undefined;

const none = (): never => {
  throw new Error("threads of the library are Node's; in a page run it in a worker of your own");
};
export const MessageChannel = none;
export const Worker = none;
export const receiveMessageOnPort = none;
