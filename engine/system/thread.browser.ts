/** A page starts no threads of the library. */
export { Worker as startThread } from "../platform/threads.browser.ts";
