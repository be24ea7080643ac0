/**
 * Starts the stand-ins: on this machine, or inside a box, which needs no network for it then.
 *
 * @module
 */

import { once } from "node:events";
import { rolldown } from "rolldown";
import { until, type User } from "../program.ts";
import { type Logged, services } from "./server.ts";

const main = decodeURIComponent(new URL("main.ts", import.meta.url).pathname);

/** The port on a box's loopback. */
export const PORT = 8700;

/** The name of the program and of its log in the workspace. */
const PROGRAM = ".services.mjs";
const LOG = ".services.log";

/** Services of this machine: `url` is theirs, `log` what they were asked. */
export interface HostServices extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  readonly log: readonly Logged[];
}

/** Starts them on this machine's loopback. `folder`: of files that agents are to write. */
export async function hostServices(folder: string): Promise<HostServices> {
  const log: Logged[] = [];
  const server = services({ folder, log: (line) => log.push(line) }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    log,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

let bundled: Promise<string> | undefined;

/** The stand-ins as one file for Node. */
export function servicesProgram(): Promise<string> {
  return bundled ??= bundle();
}

async function bundle(): Promise<string> {
  await using made = await rolldown({ input: main, platform: "node", tsconfig: false });
  return (await made.generate({ format: "esm" })).output[0].code;
}

/** Services in a box. */
export interface BoxServices {
  /** As the box reaches them. */
  readonly url: string;
  /** What they were asked until now. */
  log(): Promise<readonly Logged[]>;
}

/**
 * Starts them in the user's only box, as soon as it runs, with `cwd` as its workspace. They end with it. `pem`: a file of the workspace with
 * which they are a proxy, too.
 */
export async function boxServices(user: User, cwd: string, pem?: string): Promise<BoxServices> {
  const log = `${cwd}/${LOG}`;
  await Deno.writeTextFile(`${cwd}/${PROGRAM}`, await servicesProgram());
  await Deno.remove(log).catch(() => {});
  await until(
    () => starts(user, pem === undefined ? [] : [pem]),
    undefined,
    "the services could not be started in the box",
  );
  await until(() => Deno.stat(log).then(() => true, () => false), undefined, "the services do not listen");
  return { url: `http://127.0.0.1:${PORT}`, log: () => readLog(log) };
}

/** A container is listed before anything can be started in it. */
async function starts(user: User, more: readonly string[]): Promise<boolean> {
  const [container] = await user.containers();
  if (container === undefined) return false;
  const words = ["--detach", "--workdir", "/home/agent/workspace", container];
  const argv = ["node", PROGRAM, String(PORT), LOG, ...more];
  return await user.engine("exec", ...words, ...argv).then(() => true, () => false);
}

async function readLog(path: string): Promise<Logged[]> {
  const text = await Deno.readTextFile(path);
  return text.split("\n").filter((line) => line !== "").map((line) => JSON.parse(line));
}
