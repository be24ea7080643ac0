/**
 * What a helper gets: what its parent has, less what was asked to be less. Asking for more is an error that names all that was too much:
 * a helper that runs with less than it counts on fails in ways that nobody understands. Pure.
 *
 * @module
 */

import { KanibakoError } from "../host/error.ts";
import { formatBytes } from "../host/size.ts";
import { isWithin, UNLIMITED } from "./budget.ts";
import type { Grant, Helper } from "./record.ts";
import { bindingWithin, rulesWithin } from "./within.ts";
import type { SpawnRequest } from "./words.ts";

/** From the least to the most. */
const NETWORKS = ["none", "filtered", "open"] as const;
const LOGINS = ["none", "guarded", "shared"] as const;

/** What is asked for, with the agent that it is for. */
export type Asked = Omit<SpawnRequest, "crab"> & { readonly crab: string };

/**
 * The grant of a new helper. Throws `too-much`, which names each thing that its parent has less of, `no-depth` where the parent may have
 * no helpers at all, and `bad-rule` and `bad-secret` for what cannot be understood.
 */
export function grantFor(parent: Grant, asked: Asked): Grant {
  const over: string[] = [];
  const grant: Grant = {
    budget: budgetFor(parent, asked, over),
    image: imageFor(parent, asked, over),
    ...parent.images ? { images: parent.images } : {},
    ...networkFor(parent, asked, over),
    secrets: secretsFor(parent, asked, over),
    ...limitsFor(parent, asked, over),
    auth: authFor(parent, asked, over),
    logins: parent.logins,
  };
  if (over.length === 0) return grant;
  throw new KanibakoError("too-much", `A helper cannot have more than its parent: ${over.join("; ")}.`, {
    hint: "Ask for less. What the first box has is decided by its user: kanibako box config",
  });
}

/**
 * The grant of a helper that is started again: its own, as far as its parent still has that. Between its runs the user may have given the
 * first box less. Throws as {@link grantFor}.
 */
export function grantAgain(parent: Grant, { crab, grant }: Pick<Helper, "crab" | "grant">): Grant {
  const {
    budget: { depth, breadth },
    image,
    network,
    rules,
    secrets,
    memoryBytes,
    cpus,
    pids,
    timeMs,
    auth,
  } = grant;
  return grantFor(parent, {
    crab,
    depth: depth === UNLIMITED ? UNLIMITED : depth + 1,
    breadth,
    image,
    network,
    ...network === "filtered" ? { rules } : {},
    secrets,
    auth,
    ...memoryBytes === undefined ? {} : { memory_bytes: memoryBytes },
    ...cpus === undefined ? {} : { cpus },
    ...pids === undefined ? {} : { pids },
    // What is left of a time becomes less with time.
    ...timeMs === undefined ? {} : { time_ms: Math.min(timeMs, parent.timeMs ?? timeMs) },
  });
}

function budgetFor({ budget: { depth, breadth } }: Grant, asked: Asked, over: string[]): Grant["budget"] {
  if (depth === 0) throw noDepth();
  if (!isWithin(asked.depth, depth)) over.push(`depth ${asked.depth} (of ${depth})`);
  if (!isWithin(asked.breadth, breadth)) over.push(`breadth ${asked.breadth} (of ${breadth})`);
  const from = asked.depth ?? depth;
  if (from === 0) throw noDepth();
  return { depth: from === UNLIMITED ? UNLIMITED : from - 1, breadth: asked.breadth ?? breadth };
}

function noDepth(): KanibakoError {
  return new KanibakoError("no-depth", "Cannot spawn: the depth is exhausted (0 levels are left).", {
    hint: "spawn.depth says how many levels of helpers a box may have.",
  });
}

function imageFor(parent: Grant, { image }: Asked, over: string[]): string {
  if (image === undefined || image === parent.image) return parent.image;
  if (parent.images && !parent.images.includes(image)) over.push(`the rig ${image}`);
  return image;
}

function networkFor(parent: Grant, asked: Asked, over: string[]): Pick<Grant, "network" | "rules"> {
  // Who has all, and names rules, wants those.
  const network = asked.network ?? (parent.network === "open" && asked.rules ? "filtered" : parent.network);
  if (NETWORKS.indexOf(network) > NETWORKS.indexOf(parent.network)) {
    over.push(`the network ${network} (of ${parent.network})`);
  }
  if (!asked.rules) return { network, rules: parent.rules };
  if (network !== "filtered") {
    throw new KanibakoError("usage", `Network rules say nothing where the network is ${network}.`, {
      hint: "Ask for a filtered network.",
    });
  }
  const within = rulesWithin(parent.rules, asked.rules);
  // An open network allows whatever a rule may say.
  if (parent.network !== "open") over.push(...within.over.map((rule) => `the rule ${rule}`));
  return { network, rules: [...within.rules] };
}

function secretsFor(parent: Grant, { secrets }: Asked, over: string[]): Grant["secrets"] {
  if (!secrets) return parent.secrets;
  const granted: [string, string][] = [];
  for (const [name, where] of Object.entries(secrets)) {
    const had = Object.hasOwn(parent.secrets, name) ? parent.secrets[name]! : undefined;
    if (had === undefined) over.push(`the secret ${name}`);
    else if (where !== "" && !bindingWithin(name, had, where)) over.push(`the secret ${name} for ${where}`);
    else granted.push([name, where === "" ? had : where]);
  }
  return Object.fromEntries(granted);
}

function limitsFor(
  parent: Grant,
  asked: Asked,
  over: string[],
): Pick<Grant, "memoryBytes" | "cpus" | "pids" | "timeMs"> {
  const limits: { memoryBytes?: number; cpus?: number; pids?: number; timeMs?: number } = {};
  const limit = (
    name: keyof typeof limits,
    wanted: number | undefined,
    text: (value: number) => string,
    of = "",
  ) => {
    const had = parent[name];
    const value = wanted ?? had;
    if (value === undefined) return;
    if (had !== undefined && value > had) over.push(`${text(value)}${of} (of ${text(had)})`);
    limits[name] = value;
  };
  limit("memoryBytes", asked.memory_bytes, formatBytes, " of memory");
  limit("cpus", asked.cpus, String, " processors");
  limit("pids", asked.pids, String, " processes");
  limit("timeMs", asked.time_ms, (ms) => `${Math.ceil(ms / 1000)} s`);
  return limits;
}

function authFor(parent: Grant, { auth = parent.auth, crab }: Asked, over: string[]): Grant["auth"] {
  if (LOGINS.indexOf(auth) > LOGINS.indexOf(parent.auth)) {
    over.push(`a login that is ${auth} (of ${parent.auth})`);
  }
  // A shell has no login of its own to use, but may start the agent that it finds.
  if (auth !== "none" && crab !== "" && !parent.logins.includes(crab)) {
    over.push(`the login of ${crab} (of ${parent.logins.join(", ") || "none"})`);
  }
  return auth;
}
