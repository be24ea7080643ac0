/**
 * What this machine offers to boxes: the checks shared by `setup` and the `diagnose` commands.
 *
 * @module
 */

import type { Host } from "../../config/system.ts";
import { imagesOf } from "../../runtime/open.ts";
import type { BoxRuntime } from "../../runtime/runtime.ts";
import { roomAt } from "../../host/room.ts";
import { settlesWithin } from "../../host/wait.ts";
import { silentUi } from "../../spec/ui.ts";
import { rigReference } from "../../rig/reference.ts";
import { proxyProblem, proxyWords, type Variables } from "../../net/proxy.ts";
import { type AgentState, agentStates } from "../crab/agents.ts";
import { bad, type Check, messageOf, none, ok } from "../check.ts";

const INSTALL_ENGINE = "install podman: https://podman.io/docs/installation";
const LOW_BYTES = 1e9;
const LOW_FILES = 1000;
/** An engine that is stuck starts nothing, and says nothing. */
const TRIAL_MS = 60_000;

/** The container engine: its path and version, and with `details` what decides how well boxes run on it. */
export async function engineChecks(
  runtime: BoxRuntime | undefined,
  { details = false }: { readonly details?: boolean } = {},
): Promise<[Check, ...Check[]]> {
  const label = "Container engine";
  if (!runtime) return [bad(label, `none found; ${INSTALL_ENGINE}`)];
  try {
    const { version, where, lines } = await runtime.describe();
    const shown = details ? lines : [];
    return [
      ok(label, `${runtime.kind} ${version} (${where})`),
      ...shown.map(({ label, value, attention }) =>
        attention === undefined ? ok(label, value) : bad(label, `${value}: ${attention}`)
      ),
    ];
  } catch (error) {
    return [bad(label, `${runtime.kind} does not work: ${messageOf(error)}`)];
  }
}

/** Whether the rig of a name is here. */
export async function rigCheck(
  host: Host,
  runtime: BoxRuntime,
  name: string | undefined,
): Promise<Check> {
  const label = "Rig";
  if (name === undefined) return none(label, "unknown, because the settings cannot be read");
  try {
    const reference = await rigReference(host, name);
    const images = imagesOf(runtime);
    if (await images.get(reference)) return ok(label, `${name} (${reference})`);
    return none(
      label,
      `${name} is not here yet; the first start pulls or builds it (or now: kanibako rig prep ${name})`,
    );
  } catch (error) {
    return bad(label, messageOf(error));
  }
}

/**
 * Every agent that is known: where it is, and whether it is logged in. With `cwd`, also those of the project there. `brief`: without its
 * path, which is long.
 */
export async function agentChecks(
  host: Host,
  { cwd, brief = false }: { readonly cwd?: string; readonly brief?: boolean } = {},
): Promise<Check[]> {
  const checks = (await agentStates(host, cwd)).map((state) => agentCheck(state, brief));
  if (checks.some(({ mark }) => mark !== "--")) return checks;
  return [...checks, bad("Agents", "none found; kanibako shell works without one")];
}

function agentCheck(
  { title, install, why, remedy, provisioned, login }: AgentState,
  brief: boolean,
): Check {
  const version = install?.version === undefined ? "" : ` ${install.version}`;
  const place = install ? `${install.method}${version}${brief ? "" : `, ${install.binary}`}` : provisioned;
  if (place === undefined) {
    const how = remedy === undefined ? "" : `. ${remedy}`;
    return why === undefined ? none(title, `not found${how}`) : bad(title, `cannot be used: ${why}${how}`);
  }
  if (login?.elsewhere) {
    return bad(title, `${place}; logged in by ${login.detail}. ${login.hint ?? ""}`.trimEnd());
  }
  if (!login || login.loggedIn) {
    return ok(title, `${place}; logged in${login?.detail ? ` (${login.detail})` : ""}`);
  }
  return bad(title, `${place}; not logged in: ${login.detail}${login.hint ? `. ${login.hint}` : ""}`);
}

/** Room for boxes and their homes, and for what is kept of them: space, and how many files there may be. */
export function storageChecks(host: Host): Check[] {
  const { data, state } = host.dirs;
  const checks = [data, state].map(storageCheck);
  // Mostly both are on one disk.
  return checks[0]!.detail.split(" at ")[0] === checks[1]!.detail.split(" at ")[0]
    ? checks.slice(0, 1)
    : checks;
}

function storageCheck(folder: string): Check {
  const label = "Storage";
  const room = roomAt(folder);
  if (!room) return none(label, `no figures for ${folder}`);
  const { freeBytes, totalBytes, freeFiles } = room;
  const few = freeFiles !== undefined && freeFiles < LOW_FILES;
  const files = few ? `, and room for ${freeFiles} more files,` : "";
  const detail = `${gigabytes(freeBytes)} free of ${gigabytes(totalBytes)}${files} at ${folder}`;
  return freeBytes < LOW_BYTES || few ? bad(label, detail) : ok(label, detail);
}

function gigabytes(bytes: number): string {
  return bytes < 1e8 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}

/**
 * Whether a box starts from a rig that is here: it is tried, in the way of any other box. An engine can say that it has an image whose
 * files are gone.
 */
export async function trialChecks(
  host: Host,
  runtime: BoxRuntime,
  rig: Check,
  name: string | undefined,
): Promise<Check[]> {
  if (rig.mark !== "ok" || name === undefined) return [];
  const label = "Trial";
  const began = Date.now();
  try {
    const { openScratchBox } = await import("../open_box.ts");
    const quiet = { ...host, ui: silentUi, events: () => {} };
    const opening = openScratchBox(quiet, "/", { image: name, network: "none", engine: runtime.kind });
    if (!await settlesWithin(opening, TRIAL_MS)) {
      return [bad(label, `a box from ${name} did not start within ${TRIAL_MS / 1000} s`)];
    }
    const box = await opening;
    try {
      const { code } = await box.exec(["true"]);
      if (code !== 0) {
        return [bad(label, `a box from ${name} starts, but cannot run a command (exit code ${code})`)];
      }
    } finally {
      await box.close();
    }
    return [ok(label, `a box from ${name} starts and ends (${((Date.now() - began) / 1000).toFixed(1)} s)`)];
  } catch (error) {
    return [bad(label, messageOf(error))];
  }
}

/** The proxy of this machine, and which boxes use it. `env`: reads a variable. Empty where there is none. */
export function proxyCheck(env: Variables): Check[] {
  const proxies = proxyWords(env);
  const { url, http } = proxies;
  if (url === undefined && http === undefined) return [];
  const label = "Proxy";
  const problem = proxyProblem(proxies);
  if (problem !== undefined) return [bad(label, problem)];
  const words = [...new Set([url, http].filter((one) => one !== undefined))].join(", ");
  return [
    none(
      label,
      `this machine uses ${words}. Boxes with a filtered network go through it (kanibako system config ` +
        "network=filtered); others get no proxy variables. To give them some: kanibako system config " +
        "env.HTTPS_PROXY=URL, with an address that a box reaches: 127.0.0.1 is the box itself there",
    ),
  ];
}

/** Devices a box's network and storage may need. */
export async function deviceChecks(runtime: BoxRuntime): Promise<Check[]> {
  if (!runtime.can.userNamespace) return [];
  return await Promise.all([
    subordinateIds(),
    device("/dev/net/tun", "rootless boxes have no network without it", bad),
    device("/dev/fuse", "only needed if the kernel's overlay file system cannot be used", none),
  ]);
}

/** Rootless boxes map their users to ids set aside for the user. */
async function subordinateIds(): Promise<Check> {
  const label = "Subordinate ids";
  const uid = String(Deno.uid());
  const text = (path: string) => Deno.readTextFile(path).catch(() => "");
  const [subuid, passwd] = await Promise.all([text("/etc/subuid"), text("/etc/passwd")]);
  const name = passwd.split("\n").map((line) => line.split(":")).find(([, , id]) => id === uid)?.[0];
  const entry = subuid.split("\n").find((line) =>
    line.startsWith(`${name ?? uid}:`) || line.startsWith(`${uid}:`)
  );
  if (entry !== undefined) return ok(label, entry);
  return bad(
    label,
    `none in /etc/subuid (sudo usermod --add-subuids 100000-165535 --add-subgids 100000-165535 ${
      name ?? uid
    })`,
  );
}

async function device(
  path: string,
  why: string,
  otherwise: (label: string, detail: string) => Check,
): Promise<Check> {
  try {
    (await Deno.open(path, { read: true, write: true })).close();
    return ok(path, "usable");
  } catch (error) {
    return error instanceof Deno.errors.NotFound
      ? otherwise(path, `not there; ${why}`)
      : otherwise(path, `not usable; ${why} (sudo chmod 666 ${path})`);
  }
}
