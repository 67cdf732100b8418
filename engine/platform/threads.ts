/** Threads and their messages. */
export {
  isMainThread,
  MessageChannel,
  type MessagePort,
  parentPort,
  receiveMessageOnPort,
  Worker,
  type WorkerOptions,
  workerData,
} from "node:worker_threads";
