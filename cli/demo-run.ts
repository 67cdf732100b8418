import type { DemoOptions } from "./demo.ts";
export async function demo(_options: DemoOptions): Promise<void> {}
