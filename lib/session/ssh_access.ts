/**
 * Which keys of the user's ssh agent a box may use, and where: what the settings and options name is looked up before the start, so that
 * what cannot work is known then.
 *
 * @module
 */

import { expand } from "../config/expression.ts";
import { readHostLogin } from "../crab/host_login.ts";
import { KanibakoError } from "../host/error.ts";
import { after } from "../host/timer.ts";
import { connectTo } from "../host/unix_socket.ts";
import { shellQuote } from "../host/ui/text.ts";
import { shareContext } from "../plan/declared_binds.ts";
import type { SshAccess } from "../plan/parts/part.ts";
import { fromFlag, type Source, sourceText } from "../spec/source.ts";
import { type NamedKey, parseSshFlag, parseSshHost, parseSshKeys } from "../ssh/grant.ts";
import { agentKeys } from "../ssh/guarded_agent.ts";
import { hostKeys, hostText } from "../ssh/host_keys.ts";
import { fingerprint, keyInLine } from "../ssh/public_key.ts";
import { targetHost } from "../../targets/discover.ts";
import { closeQuietly } from "../wire/relay.ts";
import type { Session } from "./gather.ts";

/** Most bytes of a public key's file. */
const MAX_BYTES = 16 * 1024;
/** How long the user's agent has to list its keys. */
const PATIENCE_MS = 5000;

interface Wanted {
  readonly host: string;
  readonly keys: string;
  readonly from: Source;
}

/**
 * What a box may use; `undefined`: nothing, as usual. `known`: the lines by which the box knows hosts. Throws `bad-ssh` and
 * `no-ssh-agent`.
 */
export async function sshAccess(session: Session, known: string): Promise<SshAccess | undefined> {
  const wanted = wantedOf(session);
  const [first] = wanted;
  if (!first) return undefined;
  const agent = Deno.env.get("SSH_AUTH_SOCK");
  const there = await keysOf(agent, first.from);
  const grants: SshAccess["grants"][number][] = [];
  for (const { host, keys, from } of wanted) {
    const place = parseSshHost(host);
    const name = hostText(place);
    const knownKeys = await hostKeys(known, place);
    if (knownKeys.length === 0) {
      throw new KanibakoError(
        "bad-ssh",
        `Cannot let the box use your ssh agent for ${name} (${
          sourceText(from)
        }): no key of this host is known.`,
        {
          hint: `Connect once, and compare the key with the one that is published: ssh ${
            shellQuote(place.host)
          }`,
        },
      );
    }
    const named = await Promise.all(parseSshKeys(keys).map((key) => fingerprintOf(session, key)));
    const missing = named.find(({ key }) => !there.includes(key));
    if (missing) {
      throw new KanibakoError("no-ssh-agent", `Your ssh agent does not have the key ${missing.text}.`, {
        hint: "To add it: ssh-add. To see which there are: ssh-add -l",
      });
    }
    grants.push({ host: name, hostKeys: knownKeys, keys: named.map(({ key }) => key) });
  }
  return { agent: agent!, grants, from: first.from };
}

function wantedOf({ settings, request }: Session): readonly Wanted[] {
  const wanted = new Map<string, Wanted>();
  for (const [host, { value, from }] of Object.entries(settings.ssh)) {
    if (parseSshKeys(value).length > 0) wanted.set(hostText(parseSshHost(host)), { host, keys: value, from });
  }
  const from = fromFlag("--ssh");
  const given = new Map<string, Wanted>();
  for (const word of request.flags.ssh ?? []) {
    const { host, keys } = parseSshFlag(word);
    const name = hostText(parseSshHost(host));
    const before = given.get(name);
    given.set(name, { host, keys: before ? `${before.keys},${keys}` : keys, from });
  }
  return [...new Map([...wanted, ...given]).values()];
}

/** Fingerprints of the keys that the user's agent has. */
async function keysOf(agent: string | undefined, from: Source): Promise<readonly string[]> {
  const none = (why: string) =>
    new KanibakoError(
      "no-ssh-agent",
      `Cannot let the box use your ssh agent (${sourceText(from)}): ${why}.`,
      {
        hint: 'To start one, and add your key: eval "$(ssh-agent)" && ssh-add',
      },
    );
  if (agent === undefined || agent === "") throw none("there is none, as SSH_AUTH_SOCK is not set");
  const conn = await connectTo(agent).catch(() => undefined);
  if (!conn) throw none(`nothing answers at ${agent} (SSH_AUTH_SOCK)`);
  const cancel = after(PATIENCE_MS, () => closeQuietly(conn));
  const keys = await agentKeys(conn).catch(() => undefined);
  cancel();
  closeQuietly(conn);
  if (!keys) throw none(`${agent} (SSH_AUTH_SOCK) does not answer as an agent does`);
  return await Promise.all(keys.map(({ key }) => fingerprint(key)));
}

/** A file of a public key is read like a login: what a box can put something else in the place of would give it another key. */
async function fingerprintOf(
  session: Session,
  named: NamedKey,
): Promise<{ readonly text: string; readonly key: string }> {
  if ("fingerprint" in named) return { text: named.fingerprint, key: named.fingerprint };
  const { host } = session;
  const expanded = expand(named.file, "host", shareContext(session).expressions);
  const path = expanded.endsWith(".pub") ? expanded : `${expanded}.pub`;
  const place = {
    home: host.dirs.home,
    path,
    boxFolders: async () => (await import("../plan/box_folders.ts")).boxFolders(host),
  };
  const { readText } = targetHost(host.dirs.home);
  const key = keyInLine(await readHostLogin(place, MAX_BYTES, readText) ?? "");
  if (key) return { text: path, key: await fingerprint(key) };
  throw new KanibakoError("bad-ssh", `Cannot read a public key of ssh from ${shellQuote(path)}.`, {
    hint: "Name the file that ends with .pub, or the fingerprint: ssh-add -l",
  });
}
