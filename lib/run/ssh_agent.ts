/**
 * The service through which a box uses the user's ssh agent, for named keys and hosts. What comes of it is in the log of the network.
 *
 * @module
 */

import { networkLog } from "../config/box_state.ts";
import { debug } from "../host/log.ts";
import { connectTo } from "../host/unix_socket.ts";
import { Bucket } from "../net/bucket.ts";
import { sharedLog } from "../net/log.ts";
import { SSH_SOCKET } from "../spec/box_paths.ts";
import type { ServiceSpec } from "../spec/box_spec.ts";
import { serveAgent, type SshGrant, type SshUse } from "../ssh/guarded_agent.ts";
import { acceptAll } from "../wire/accept.ts";
import { closeQuietly } from "../wire/relay.ts";
import { networkEvents } from "./recorded_network.ts";
import type { Run } from "./run.ts";
import type { OpenService } from "./service.ts";

/** Most connections at once. */
const MOST = 32;
/** Most signatures a second, and at once: a program that logs in takes one. More wait for their turn. */
const A_SECOND = 5;
const AT_ONCE = 20;

/** Answers what asks in the box, as long as the run lasts. */
export function openSshAgent(run: Run, options: ServiceSpec["options"]): OpenService {
  if (!run.mailbox.listen) throw new Error("the box shares no sockets with this host");
  const log = sharedLog(networkLog(run.state), run.record.run, networkEvents(run));
  const listener = run.mailbox.listen(SSH_SOCKET);
  const bucket = new Bucket(A_SECOND, { burst: AT_ONCE });
  const report = (use: SshUse) => {
    log.write({ kind: "ssh", ...use });
    debug(() => `ssh: ${JSON.stringify(use)}`);
  };
  const grants = grantsIn(options);
  const connect = async () => {
    const agent = await connectTo(String(options.agent)).catch(() => undefined);
    if (agent) return agent;
    report({ host: "", why: `your agent does not answer any more at ${options.agent}` });
    throw new Error("the user's agent cannot be reached");
  };
  const open = new Set<Deno.Conn>();
  let closed = false;
  const serve = async (conn: Deno.Conn) => {
    if (open.size >= MOST) return closeQuietly(conn);
    open.add(conn);
    try {
      await serveAgent(conn, { grants, connect, report, turn: () => bucket.take(1) });
    } catch (error) {
      debug(() => `ssh: ${error}`);
    } finally {
      open.delete(conn);
      closeQuietly(conn);
    }
  };
  void acceptAll(listener, "ssh", () => closed, (conn) => void serve(conn));
  return {
    [Symbol.asyncDispose]: () => {
      closed = true;
      for (const one of [listener, ...open]) closeQuietly(one);
      bucket[Symbol.dispose]();
      log[Symbol.dispose]();
      return Promise.resolve();
    },
  };
}

function grantsIn(options: ServiceSpec["options"]): readonly SshGrant[] {
  const listOf = (name: string) => {
    const value = options[name];
    return Array.isArray(value) ? value as readonly string[] : [];
  };
  const [hostKeys, keys] = [listOf("hostKeys"), listOf("keys")];
  const words = (text = "") => text.split(" ").filter((word) => word !== "");
  return listOf("hosts").map((host, at) => ({ host, hostKeys: words(hostKeys[at]), keys: words(keys[at]) }));
}
