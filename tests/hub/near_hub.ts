/** A hub with sockets in a folder of this machine, whose helpers' boxes are promises: they begin and end as a test says. */

import { Doors } from "../../lib/hub/doors.ts";
import { Hub, type HubParts } from "../../lib/hub/hub.ts";
import type { HelperEnd, HelperLauncher } from "../../lib/hub/launcher.ts";
import type { Helper } from "../../lib/hub/record.ts";
import { serverOf } from "../../lib/hub/server.ts";
import { readHelpers, writeHelpers } from "../../lib/hub/state.ts";
import { exists } from "../../lib/host/path.ts";
import { until } from "../../lib/host/wait.ts";
import { LineReader } from "../../lib/hub/line_reader.ts";
import { FRAME, FrameReader, FrameWriter } from "../../lib/wire/frame.ts";
import { aGrant } from "./example.ts";

export type Json = Record<string, unknown>;

/** Boxes that are none. */
export class Boxes implements HelperLauncher {
  /** What was done, in order: `start 1`, `stop 1`, `remove 1`. */
  readonly done: string[] = [];
  /** Rejects the next start with it. */
  failing: Error | undefined;
  /** Waited for by each start. */
  gate: Promise<void> = Promise.resolve();
  readonly #running = new Map<number, PromiseWithResolvers<HelperEnd>>();

  async start(helper: Helper, how: Parameters<HelperLauncher["start"]>[1]) {
    this.done.push(`${how.respawn ? "respawn" : "start"} ${helper.number}`);
    await this.gate;
    if (this.failing) throw this.failing;
    const run = `run-${helper.number}-${this.done.length}`;
    await how.prepared?.(run);
    this.#running.set(helper.number, Promise.withResolvers());
    return { container: `box-helper-${helper.number}`, run };
  }

  async ended({ number }: Helper, _run: string, signal: AbortSignal): Promise<HelperEnd> {
    const gone = new Promise<never>((_, reject) =>
      signal.addEventListener("abort", () => reject(signal.reason))
    );
    return await Promise.race([this.#running.get(number)?.promise ?? Promise.resolve({}), gone]);
  }

  stop({ number }: Helper): Promise<void> {
    this.done.push(`stop ${number}`);
    this.end(number, { code: 143 });
    return Promise.resolve();
  }

  remove({ number }: Helper): Promise<void> {
    this.done.push(`remove ${number}`);
    return Promise.resolve();
  }

  /** Lets one end. */
  end(number: number, end: HelperEnd): void {
    this.#running.get(number)?.resolve(end);
    this.#running.delete(number);
  }

  /** A box that runs from before. */
  runs(number: number): void {
    this.#running.set(number, Promise.withResolvers());
  }
}

export interface NearHub extends AsyncDisposable {
  readonly hub: Hub;
  readonly boxes: Boxes;
  readonly folder: string;
  /** The helpers as they are kept. */
  kept(): Promise<readonly Helper[]>;
  /** A connection of a box, in frames. */
  as(number: number): Promise<Client>;
  /** The same in lines. */
  lines(number: number): Promise<Client>;
  /** A connection that says nothing yet. */
  raw(number: number, face: "hub" | "lines"): Promise<Deno.UnixConn>;
  /** Another hub takes its place, as after a kill. */
  succeed(): Promise<NearHub>;
}

/** Opens one. The sockets of the helpers in `parts.helpers` and of all that begin are open. */
export async function nearHub(
  parts: Partial<HubParts> & { readonly folder?: string; readonly boxes?: Boxes } = {},
): Promise<NearHub> {
  const folder = parts.folder ?? await Deno.makeTempDir();
  const boxes = parts.boxes ?? new Boxes();
  const socket = (number: number, face: string) => `${folder}/${face}-${number}`;
  const opened = new Map<number, string | undefined>();
  const open = ({ number, run }: Pick<Helper, "number" | "run">) => {
    if (opened.has(number) && opened.get(number) === run) return;
    opened.set(number, run);
    doors.open(
      number,
      (["hub", "lines"] as const).map((face) => {
        const path = socket(number, face);
        try {
          Deno.removeSync(path);
        } catch { /* it is the first */ }
        return {
          listener: Deno.listen({ transport: "unix", path }),
          face: face === "hub" ? "frames" : "lines",
        };
      }),
    );
  };
  const hub = new Hub({
    helpers: await readHelpers(folder),
    grant: aGrant(),
    crab: "claude",
    launcher: boxes,
    work: {
      result: ({ status }) => Promise.resolve({ status, changes: [] }),
      diff: () => Promise.resolve({ changes: [{ path: "a", change: "added" }] }),
      land: (_helper, { plan }) => Promise.resolve({ changes: [], ...plan ? {} : { undo: "1" } }),
      fork: (name) => Promise.resolve({ path: `/work/p.${name}`, name }),
    },
    log: `${folder}/messages.jsonl`,
    save: (helpers) => writeHelpers(folder, helpers),
    begun: open,
    ended: ({ number }) => {
      doors.close(number);
      opened.delete(number);
    },
    ...parts,
  });
  const server = serverOf(hub);
  const doors = new Doors(() => Promise.resolve(server));
  open({ number: 0 });
  await hub.resume();
  const conns = new Set<Deno.Conn>();
  const dial = async (number: number, face: "hub" | "lines") => {
    const conn = await Deno.connect({ transport: "unix", path: socket(number, face) });
    conns.add(conn);
    return conn;
  };
  const close = async () => {
    for (const conn of conns) {
      try {
        conn.close();
      } catch { /* the test has closed it */ }
    }
    doors[Symbol.dispose]();
    await hub[Symbol.asyncDispose]();
  };
  return {
    hub,
    boxes,
    folder,
    kept: () => readHelpers(folder),
    raw: dial,
    as: async (number) => framesOn(await dial(number, "hub")),
    lines: async (number) => linesOn(await dial(number, "lines")),
    succeed: async () => {
      await close();
      // The runtime removes a socket some time after its listener was closed.
      await until(() => !exists(socket(0, "hub")), { everyMs: 5, forMs: 2000 });
      return await nearHub({ ...parts, folder, boxes });
    },
    async [Symbol.asyncDispose]() {
      await close();
      await Deno.remove(folder, { recursive: true });
    },
  };
}

/** One end of a connection. */
export interface Client extends Disposable {
  /** Asks, and takes the next answer. Events that come before it are kept for `event`. */
  ask(action: string, fields?: Json): Promise<Json>;
  say(text: Json): Promise<void>;
  next(): Promise<Json | undefined>;
  event(): Promise<Json | undefined>;
  readonly conn: Deno.UnixConn;
}

export function framesOn(conn: Deno.UnixConn): Client {
  const reader = new FrameReader(conn);
  const writer = new FrameWriter(conn);
  return clientOn(conn, (json) => writer.message(json), async () => {
    const frame = await reader.next();
    if (!frame) return undefined;
    if (frame.kind !== FRAME.message) throw new Error(`a frame of kind ${frame.kind}`);
    return new TextDecoder().decode(frame.content);
  });
}

export function linesOn(conn: Deno.UnixConn): Client {
  const reader = new LineReader(conn, 8 * 1024 * 1024);
  return clientOn(conn, async (json) => {
    const bytes = new TextEncoder().encode(`${JSON.stringify(json)}\n`);
    for (let at = 0; at < bytes.length;) at += await conn.write(bytes.subarray(at));
  }, async () => {
    const line = await reader.next();
    return line && new TextDecoder().decode(line);
  });
}

function clientOn(
  conn: Deno.UnixConn,
  say: (json: Json) => Promise<void>,
  read: () => Promise<string | undefined>,
): Client {
  const events: Json[] = [];
  const next = async (): Promise<Json | undefined> => {
    const text = await read();
    return text === undefined ? undefined : JSON.parse(text);
  };
  return {
    conn,
    say,
    next,
    ask: async (action, fields = {}) => {
      await say({ action, ...fields });
      for (;;) {
        const answer = await next();
        if (!answer) throw new Error("the hub has closed the connection");
        if (!("event" in answer)) return answer;
        events.push(answer);
      }
    },
    event: async () => events.shift() ?? await next(),
    [Symbol.dispose]: () => {
      try {
        conn.close();
      } catch { /* it is */ }
    },
  };
}
