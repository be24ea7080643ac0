/**
 * The door of a box on this machine's loopback: the host's half as it is in use, with its files, and the box's half or just its socket.
 *
 * @module
 */

import { networkFile, networkLog, networkPending, networkRunFile } from "../../lib/config/box_state.ts";
import { readJson, writeJson } from "../../lib/host/store.ts";
import { authorityFor, keepAuthority } from "../../lib/net/intercept/authority.ts";
import { BoxDoor } from "../../lib/net/box_door.ts";
import type { DoorEvent } from "../../lib/net/door_event.ts";
import type { GuardedLogin } from "../../lib/net/intercept/renewal.ts";
import { NETWORK_PENDING, type NetworkFile } from "../../lib/net/network_file.ts";
import type { PendingName } from "../../lib/net/questions.ts";
import { attend, isAttended } from "../../lib/run/attended.ts";
import { Door } from "../../lib/steward/door.ts";
import { FRAME, FrameReader, FrameWriter } from "../../lib/wire/frame.ts";

/** What is usual in tests. */
export const USUAL: NetworkFile = {
  version: 1,
  rules: [],
  hosts: {},
  ca: [],
  proxy: {},
  limits: { connections: 2048, rate: 1000, bytesPerSecond: 0, bytes: 0 },
  ask: { when: "never", waitMs: 1000 },
};

/** Fields of the file; rules as text. */
export interface DoorFile extends Partial<Omit<NetworkFile, "version" | "rules">> {
  readonly rules?: readonly string[];
}

function whole({ rules = [], ...fields }: DoorFile): NetworkFile {
  return { ...USUAL, ...fields, rules: rules.map((text) => ({ text, from: "test" })) };
}

/** Opens one. */
export async function boxDoor(
  file: DoorFile,
  env: (name: string) => string | undefined = () => undefined,
  /** Of secrets; several are accounts, of which an empty one has no value. */
  values: Readonly<Record<string, string | readonly string[]>> = {},
  logins: readonly GuardedLogin[] = [],
) {
  const state = await Deno.makeTempDir();
  await keepAuthority(state, await authorityFor(state, "test"));
  const socket = `${state}/door`;
  await writeJson(networkFile(state), whole(file));
  const events: DoorEvent[] = [];
  const asked: PendingName[] = [];
  const unreadable: unknown[] = [];
  const host = await BoxDoor.open({
    state,
    run: "r1",
    listener: Deno.listen({ transport: "unix", path: socket }),
    env,
    accounts: (name) => {
      if (!Object.hasOwn(values, name)) {
        return Promise.reject(new Error(`The secret ${name} has no value.`));
      }
      const all = [values[name]!].flat();
      return Promise.resolve(all.map((value, at) => ({
        text: `account ${at + 1}`,
        read: () => value === "" ? Promise.reject(new Error("it is not there")) : Promise.resolve(value),
      })));
    },
    logins,
    attended: () => isAttended(state),
    changed: () => {},
    asked: (name) => asked.push(name),
    report: (event) => events.push(event),
    unreadable: (error) => unreadable.push(error),
  });
  let door: Door | undefined;
  let closed = false;
  return {
    state,
    socket,
    events,
    asked,
    unreadable,
    /** The box's half. */
    get door(): Door {
      return door ??= new Door({ socket, names: { hostname: "127.0.0.1", port: 0, own: "box" } });
    },
    attend: () => attend(state),
    write: (file: DoorFile) => writeJson(networkFile(state), whole(file)),
    writeRun: (rules: readonly string[], run = "r1") =>
      writeJson(networkRunFile(state), {
        version: 1,
        run,
        rules: rules.map((text) => ({ text, from: "test" })),
      }),
    pending: async () => (await readJson(networkPending(state), NETWORK_PENDING))?.names ?? [],
    log: () => Deno.readTextFile(networkLog(state)),
    /** Asks the host what a box's steward may ask, or anything else. */
    ask: (question: unknown) => asks(socket, question),
    /** The addresses of a name, as a program in the box finds them. */
    async lookUp(name: string): Promise<readonly string[]> {
      try {
        return await Deno.resolveDns(name, "A", {
          nameServer: { ipAddr: "127.0.0.1", port: this.door.port },
        });
      } catch (error) {
        if (error instanceof Deno.errors.NotFound) return [];
        throw error;
      }
    },
    async [Symbol.asyncDispose]() {
      if (closed) return;
      closed = true;
      door?.[Symbol.dispose]();
      await host[Symbol.asyncDispose]();
      await Deno.remove(state, { recursive: true });
    },
  };
}

/** An answer, and the connection it came on. */
export interface Asked extends Disposable {
  readonly answer: { readonly ports?: number[]; readonly connected?: 1; readonly not?: string } | undefined;
  readonly conn: Deno.UnixConn;
}

async function asks(socket: string, question: unknown): Promise<Asked> {
  const conn = await Deno.connect({ transport: "unix", path: socket });
  await new FrameWriter(conn).message(question);
  const frame = await new FrameReader(conn).next().catch(() => undefined);
  const answer = frame?.kind === FRAME.message
    ? JSON.parse(new TextDecoder().decode(frame.content))
    : undefined;
  return {
    conn,
    answer,
    [Symbol.dispose]: () => {
      try {
        conn.close();
      } catch { /* it was */ }
    },
  };
}
