/**
 * Real ssh on this machine's loopback: servers with keys of their own, the user's agent with keys, and the box's way to it.
 *
 * @module
 */

import { openSshAgent } from "../../lib/run/ssh_agent.ts";
import type { Run } from "../../lib/run/run.ts";
import { networkLog } from "../../lib/config/box_state.ts";
import { hostKeys } from "../../lib/ssh/host_keys.ts";
import { fingerprint, keyInLine } from "../../lib/ssh/public_key.ts";
import { findExecutable } from "../../lib/host/process.ts";

/** Why it cannot be here; `undefined`: it can. */
export function whyNoSsh(): string | undefined {
  const missing = ["ssh", "ssh-agent", "ssh-add", "ssh-keygen"].find((name) => !findExecutable(name));
  if (missing !== undefined) return `${missing} is not on this machine`;
  return sshd() ? undefined : "sshd is not on this machine";
}

function sshd(): string | undefined {
  return findExecutable("sshd") ?? ["/usr/sbin/sshd"].find((path) => {
    try {
      return Deno.statSync(path).isFile;
    } catch {
      return false;
    }
  });
}

/** What a program printed, and how it ended. */
export interface Said {
  readonly code: number;
  readonly out: string;
}

/** Runs a program to its end. */
export async function say(argv: readonly string[], env: Record<string, string> = {}): Promise<Said> {
  const { code, stdout, stderr } = await new Deno.Command(argv[0]!, {
    args: argv.slice(1),
    env,
    stdin: "null",
  }).output();
  return { code, out: new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr) };
}

async function ok(argv: readonly string[], env: Record<string, string> = {}): Promise<string> {
  const { code, out } = await say(argv, env);
  if (code !== 0) throw new Error(`${argv.join(" ")}: ${out}`);
  return out;
}

/** The kinds of keys that a server of the tests has. */
export const HOST_KEYS = ["ed25519", "rsa:2048", "ecdsa:256", "ecdsa:384", "ecdsa:521"] as const;

/** A server. */
export interface Server {
  readonly port: number;
  /** Lines as in `known_hosts`. */
  readonly known: string;
}

/** Servers and an agent with the keys `one` and `two`, which every server accepts. */
export class SshWorld implements AsyncDisposable {
  readonly #children: Deno.ChildProcess[] = [];
  readonly #services: AsyncDisposable[] = [];

  private constructor(readonly folder: string) {}

  static async make(): Promise<SshWorld> {
    const world = new SshWorld(await Deno.makeTempDir({ prefix: "ssh-" }));
    try {
      await world.#startAgent();
      return world;
    } catch (error) {
      await world[Symbol.asyncDispose]();
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const service of this.#services) await service[Symbol.asyncDispose]();
    for (const child of this.#children) {
      try {
        child.kill("SIGTERM");
      } catch {
        // it has ended
      }
      await child.status;
    }
    await Deno.remove(this.folder, { recursive: true });
  }

  /** The user's own agent. */
  get agent(): string {
    return `${this.folder}/agent`;
  }

  #start(argv: readonly string[]): Deno.ChildProcess {
    const child = new Deno.Command(argv[0]!, {
      args: argv.slice(1),
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
    this.#children.push(child);
    return child;
  }

  async #startAgent(): Promise<void> {
    for (const name of ["one", "two"]) {
      await ok(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", `${this.folder}/${name}`]);
    }
    this.#start(["ssh-agent", "-D", "-a", this.agent]);
    await until(async () => (await say(["ssh-add", "-l"], { SSH_AUTH_SOCK: this.agent })).code === 1);
    await ok(["ssh-add", `${this.folder}/one`, `${this.folder}/two`], { SSH_AUTH_SOCK: this.agent });
    const keys = await Promise.all(
      ["one", "two"].map((name) => Deno.readTextFile(`${this.folder}/${name}.pub`)),
    );
    await Deno.writeTextFile(`${this.folder}/authorized`, keys.join(""), { mode: 0o600 });
  }

  /** The fingerprint of a key. */
  async keyOf(name: string): Promise<string> {
    return await fingerprint(keyInLine(await Deno.readTextFile(`${this.folder}/${name}.pub`))!);
  }

  /** Starts a server. It accepts both keys, and runs a command as whoever runs the tests. */
  async server(name: string, kinds: readonly string[] = ["ed25519"]): Promise<Server> {
    const keys: string[] = [];
    const known: string[] = [];
    const port = freePort();
    for (const kind of kinds) {
      const [type, bits] = kind.split(":");
      const file = `${this.folder}/host-${name}-${kind.replace(":", "")}`;
      const length = bits === undefined ? [] : ["-b", bits];
      await ok(["ssh-keygen", "-q", "-t", type!, ...length, "-N", "", "-C", "", "-f", file]);
      keys.push(file);
      known.push(`[127.0.0.1]:${port} ${(await Deno.readTextFile(`${file}.pub`)).trim()}\n`);
    }
    const config = `${this.folder}/sshd-${name}`;
    await Deno.writeTextFile(
      config,
      [
        "ListenAddress 127.0.0.1",
        `Port ${port}`,
        ...keys.map((file) => `HostKey ${file}`),
        `AuthorizedKeysFile ${this.folder}/authorized`,
        `PidFile none`,
        "StrictModes no",
        "UsePAM no",
        "PermitRootLogin yes",
        "PasswordAuthentication no",
        "KbdInteractiveAuthentication no",
        "AllowAgentForwarding yes",
      ].join("\n"),
    );
    // As root it wants a folder of the system's.
    if (Deno.uid() === 0) await Deno.mkdir("/run/sshd", { recursive: true, mode: 0o755 });
    this.#start([sshd()!, "-D", "-e", "-f", config]);
    await until(async () => {
      try {
        (await Deno.connect({ hostname: "127.0.0.1", port })).close();
        return true;
      } catch {
        return false;
      }
    });
    return { port, known: known.join("") };
  }

  /** What a box would have: a socket, and what is written about its use. */
  async box(grants: readonly { readonly server: Server; readonly keys: readonly string[] }[]) {
    const state = await Deno.makeTempDir({ dir: this.folder });
    const socket = `${state}/socket`;
    const listen = () => Deno.listen({ transport: "unix", path: socket });
    const run = { mailbox: { listen }, state, record: { run: "r1" } } as unknown as Run;
    const service = openSshAgent(run, {
      agent: this.agent,
      hosts: grants.map(({ server: { port } }) => `[127.0.0.1]:${port}`),
      hostKeys: await Promise.all(
        grants.map(async ({ server: { known, port } }) =>
          (await hostKeys(known, { host: "127.0.0.1", port })).join(" ")
        ),
      ),
      keys: await Promise.all(
        grants.map(async ({ keys }) => (await Promise.all(keys.map((name) => this.keyOf(name)))).join(" ")),
      ),
    });
    this.#services.push(service);
    return {
      socket,
      /** Lines of the log: what, where, and why not. */
      log: async () =>
        (await Deno.readTextFile(networkLog(state)).catch(() => "")).trim().split("\n")
          .filter((line) => line !== "").map((line) => JSON.parse(line)),
    };
  }

  /** Runs a command on a server, with an agent. */
  async ssh(socket: string, { port, known }: Server, ...more: readonly string[]): Promise<Said> {
    const file = await Deno.makeTempFile({ dir: this.folder });
    await Deno.writeTextFile(file, known);
    const options = [
      "BatchMode=yes",
      `UserKnownHostsFile=${file}`,
      "StrictHostKeyChecking=yes",
      "IdentityFile=none",
    ];
    return await say([
      "ssh",
      "-F",
      "none",
      ...options.flatMap((one) => ["-o", one]),
      "-p",
      String(port),
      ...more.slice(0, -1),
      "127.0.0.1",
      more.at(-1) ?? "true",
    ], { SSH_AUTH_SOCK: socket });
  }
}

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    if (await holds()) return;
    await new Promise((done) => setTimeout(done, 25));
  }
  throw new Error("it does not come to that");
}
