/** A headless Chromium that tests drive: its protocol of developers' tools over a pipe, no package needed. */
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { skip } from "./io/oracle.ts";

/** A page in the browser. */
export interface Tab {
  /** Opens an address and waits until it is loaded. */
  open(url: string): Promise<void>;
  /** The value of an expression, once its promise is kept. */
  evaluate<T>(expression: string): Promise<T>;
  /** Waits until an expression is true; tries for so many seconds. */
  until(expression: string, seconds?: number): Promise<void>;
  /** Gives a file to an input. */
  choose(selector: string, path: string): Promise<void>;
  width(pixels: number): Promise<void>;
  /** Whether the reader prefers dark pages. */
  dark(on: boolean): Promise<void>;
  /** Whether the page is shown as it is printed. */
  printed(on: boolean): Promise<void>;
  /** Whether scripts of the next page run. */
  scripts(on: boolean): Promise<void>;
  /** Moves the mouse to the middle of an element, or to shares of its width and height. */
  hover(selector: string, share?: readonly [number, number]): Promise<void>;
  /** A key such as ArrowRight, for what has the focus. */
  press(key: string): Promise<void>;
  /** A PNG of the whole page. */
  screenshot(): Promise<Buffer>;
  /** What went wrong on the console. */
  readonly complaints: readonly string[];
}

/** Name of the browser's command; undefined where none is installed. */
export const chromium = ["chromium", "chromium-browser", "google-chrome"].find(
  (name) => spawnSync(name, ["--version"]).status === 0,
);

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly result?: Readonly<Record<string, unknown>>;
  readonly error?: { readonly message: string };
}

/** A browser of its own. */
interface Browser {
  /** Runs something with a new tab. */
  withTab(use: (tab: Tab) => Promise<void>): Promise<void>;
  close(): Promise<void>;
}

/** For the tests of a file, which share a browser: runs something with a new tab, or says that there is no browser. */
export function tabsOf(test: { after(hook: () => Promise<void>): void }): Browser["withTab"] {
  let browser: Browser | undefined;
  test.after(async () => browser?.close());
  return async (use) => {
    if (chromium === undefined) return skip("no Chromium is installed");
    browser ??= start();
    return browser.withTab(use);
  };
}

function start(): Browser {
  const profile = mkdtempSync(join(tmpdir(), "monge-browser-"));
  const flags = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--remote-debugging-pipe"];
  const child = spawn(chromium!, [...flags, `--user-data-dir=${profile}`, "about:blank"], {
    stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"],
  });
  const [input, output] = [child.stdio[3] as Writable, child.stdio[4] as Readable];
  const waiting = new Map<number, (message: Message) => void>();
  const heard = new Set<(message: Message) => void>();
  let [rest, last] = ["", 0];
  output.setEncoding("utf8").on("data", (text: string) => {
    const parts = (rest + text).split("\0");
    rest = parts.pop()!;
    for (const part of parts) {
      const message = JSON.parse(part) as Message;
      if (message.id !== undefined) waiting.get(message.id)?.(message);
      for (const listener of heard) listener(message);
    }
  });
  const send = (method: string, params = {}, sessionId?: string) =>
    new Promise<Readonly<Record<string, unknown>>>((resolve, reject) => {
      const id = ++last;
      waiting.set(id, ({ result, error }) => {
        waiting.delete(id);
        if (error) reject(new Error(`${method}: ${error.message}`));
        else resolve(result!);
      });
      input.write(`${JSON.stringify({ id, method, params, ...(sessionId && { sessionId }) })}\0`);
    });
  const withTab = async (use: (tab: Tab) => Promise<void>) => {
    const complaints: string[] = [];
    const { targetId } = await send("Target.createTarget", { url: "about:blank" });
    const { sessionId } = await send("Target.attachToTarget", { targetId, flatten: true });
    const ask = (method: string, params = {}) => send(method, params, sessionId as string);
    const listen = ({ method, params }: Message) => {
      if (method === "Runtime.exceptionThrown") complaints.push(JSON.stringify(params));
      const entry = params?.["entry"] as { level: string; text: string; url?: string } | undefined;
      if (method === "Log.entryAdded" && entry?.level === "error") complaints.push(`${entry.text} ${entry.url ?? ""}`);
    };
    heard.add(listen);
    for (const domain of ["Page", "Runtime", "Log", "DOM"]) await ask(`${domain}.enable`);
    const evaluate = async <T>(expression: string): Promise<T> => {
      const asked = { expression, awaitPromise: true, returnByValue: true };
      const { result, exceptionDetails } = await ask("Runtime.evaluate", asked);
      if (exceptionDetails) throw new Error(JSON.stringify(exceptionDetails));
      return (result as { value: T }).value;
    };
    await use({
      complaints,
      evaluate,
      async open(url) {
        const loaded = new Promise<void>((resolve) => {
          const listener = ({ method }: Message) => {
            if (method !== "Page.loadEventFired") return;
            heard.delete(listener);
            resolve();
          };
          heard.add(listener);
        });
        await ask("Page.navigate", { url });
        await loaded;
      },
      async until(expression, seconds = 60) {
        const end = performance.now() + 1000 * seconds;
        while (!(await evaluate<boolean>(`Boolean(${expression})`))) {
          if (performance.now() > end) {
            const said = await evaluate<string>("document.body.innerText.slice(0, 600)");
            throw new Error(`in ${seconds} s it did not come true: ${expression}\n${said}`);
          }
          await new Promise((resolve) => setTimeout(resolve, 100));
        }
      },
      async choose(selector, path) {
        const { root } = await ask("DOM.getDocument");
        const { nodeId } = await ask("DOM.querySelector", { nodeId: (root as { nodeId: number }).nodeId, selector });
        await ask("DOM.setFileInputFiles", { nodeId, files: [path] });
      },
      async width(pixels) {
        await ask("Emulation.setDeviceMetricsOverride", {
          ...{ width: pixels, height: 900, deviceScaleFactor: 1, mobile: false },
        });
      },
      async dark(on) {
        await ask("Emulation.setEmulatedMedia", {
          features: [{ name: "prefers-color-scheme", value: on ? "dark" : "light" }],
        });
      },
      async printed(on) {
        await ask("Emulation.setEmulatedMedia", { media: on ? "print" : "" });
      },
      async scripts(on) {
        await ask("Emulation.setScriptExecutionDisabled", { value: !on });
      },
      async hover(selector, [across, down] = [0.5, 0.5]) {
        const place = `document.querySelector(${JSON.stringify(selector)})`;
        const { x, y } = await evaluate<{ x: number; y: number }>(
          `${place}.scrollIntoView({ block: "center" }), (({ left, top, width, height }) => ({ x: left + ${across} * width, y: top + ${down} * height }))(${place}.getBoundingClientRect())`,
        );
        await ask("Input.dispatchMouseEvent", { type: "mouseMoved", x, y });
      },
      async press(key) {
        const codes: Readonly<Record<string, number>> = { ArrowRight: 39, ArrowLeft: 37, Home: 36, End: 35, Tab: 9 };
        const event = { key, code: key, windowsVirtualKeyCode: codes[key] };
        await ask("Input.dispatchKeyEvent", { type: "keyDown", ...event });
        await ask("Input.dispatchKeyEvent", { type: "keyUp", ...event });
      },
      async screenshot() {
        const { data } = await ask("Page.captureScreenshot", { captureBeyondViewport: true });
        return Buffer.from(data as string, "base64");
      },
    });
    heard.delete(listen);
    await send("Target.closeTarget", { targetId });
  };
  const close = async () => {
    const gone = new Promise((resolve) => child.once("exit", resolve));
    child.kill();
    await gone;
    await removed(profile);
  };
  return { withTab, close };
}

/** Removes a folder that processes on their way out write to a little longer: retries of `rmSync` list a folder once and do not see what comes after. */
async function removed(folder: string): Promise<void> {
  for (let left = 50; ; left--) {
    try {
      return rmSync(folder, { recursive: true, force: true });
    } catch (error) {
      if (left === 0) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

/**
 * An expression for the page: texts whose contrast with what is behind them is too low by WCAG 2.2 (1.4.3): 4.5 to 1, or 3 to 1
 * where they are large. Relative luminance as defined there; what is see-through is blended with what is behind it. Disabled
 * controls are exempt there.
 */
export const faintTexts = `(() => {
  const parse = (text) => { const [r, g, b, a = 1] = text.match(/[\\d.]+/g).map(Number); return [r, g, b, a]; };
  const over = ([r, g, b, a], below) => [r, g, b].map((v, i) => a * v + (1 - a) * below[i]);
  const light = (c) => { const [r, g, b] = c.map((v) => v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const chain = (e) => e ? [...chain(e.parentElement), e] : [];
  const found = [];
  let count = 0;
  for (const e of document.querySelectorAll("body *")) {
    const own = [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim() !== "") || ["INPUT", "SELECT", "TEXTAREA"].includes(e.tagName);
    if (!own || !e.checkVisibility() || e.matches(":disabled, script, style, [type=range], [type=checkbox]")) continue;
    let back = matchMedia("(prefers-color-scheme: dark)").matches ? [0, 0, 0] : [255, 255, 255], seen = 1;
    for (const one of chain(e)) { const style = getComputedStyle(one); back = over(parse(style.backgroundColor), back); seen *= Number(style.opacity); }
    const style = getComputedStyle(e), ink = parse(style.color), size = parseFloat(style.fontSize);
    const [a, b] = [light(over([...ink.slice(0, 3), ink[3] * seen], back)), light(back)].sort((p, q) => q - p);
    const ratio = (a + 0.05) / (b + 0.05), least = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700) ? 3 : 4.5;
    count += 1;
    if (ratio < least) found.push(ratio.toFixed(2) + " " + e.tagName + " " + e.textContent.trim().slice(0, 30));
  }
  return { count, found, paper: getComputedStyle(document.body).backgroundColor, dimmed: [...document.querySelectorAll("figure img, figure canvas")].filter((e) => e.checkVisibility()).every((e) => getComputedStyle(e).filter !== "none") };
})()`;

/** What {@link faintTexts} gives. */
export interface FaintTexts {
  readonly count: number;
  readonly found: readonly string[];
  readonly paper: string;
  /** Whether all pictures, which are white, are dimmed. */
  readonly dimmed: boolean;
}
