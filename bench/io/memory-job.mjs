/** One job of `memory.ts`, on the built code: prints its peak of resident memory, seconds and MB loaded as JSON. */
import { readFileSync } from "node:fs";
import { openDataset, writeLazy } from "../../dist/io/index.js";

/** Linux: of this program alone. Elsewhere what the system counts, which may begin with the size of the parent. */
function highWater() {
  try {
    const status = readFileSync("/proc/self/status", "utf8");
    return Number(/VmHWM:\s+(\d+) kB/.exec(status)[1]) / 1024;
  } catch {
    return process.resourceUsage().maxRSS / 1024;
  }
}

async function work({ paths, kind }) {
  if (kind === "nothing") return 0;
  const data = await openDataset(paths);
  try {
    const pr = await data.variable("pr");
    if (kind === "pass") {
      let bytes = 0;
      for await (const slab of pr.slabs({ bytes: 32e6 })) bytes += slab.values.byteLength;
      return bytes;
    }
    if (kind === "copy") {
      await writeLazy(`${paths[0]}.copy.nc`, pr, { bytes: 32e6, compression: 1 });
      return pr.bytes;
    }
    const parts = {
      month: () => pr.sel({ time: "1990-02" }),
      point: () => pr.sel({ lat: 45, lon: 7 }, { method: "nearest" }),
      box: () => pr.sel({ lat: [45, 47], lon: [6, 9] }),
    };
    return (await parts[kind]().load()).values.byteLength;
  } finally {
    data.close();
  }
}

const began = performance.now();
const loaded = (await work(JSON.parse(process.argv[2]))) / 1e6;
process.stdout.write(JSON.stringify({ peak: highWater(), seconds: (performance.now() - began) / 1e3, loaded }));
