/**
 * The proxy that this machine has to go through, as the usual variables say: `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY`, `NO_PROXY`.
 *
 * A login in such an address stays out of every file and every log: files have the address without it, and whoever dials takes it
 * from its own environment.
 *
 * @module
 */

/** Where connections go, as it stands in a file: addresses without a login. Absent: straight out. */
export interface ProxyWords {
  /** For all ports but 80. */
  readonly url?: string;
  /** For port 80. */
  readonly http?: string;
  /** What goes straight out, as in `NO_PROXY`. */
  readonly except?: string;
}

/** A proxy to dial. */
export interface Proxy {
  readonly tls: boolean;
  readonly hostname: string;
  readonly port: number;
  /** `user:password`, decoded. */
  readonly login?: string;
}

/** Reads an environment variable. */
export type Variables = (name: string) => string | undefined;

/** Programs differ in which spelling they read; the lower case one wins where both are set, as with curl. */
function variable(env: Variables, name: string): string | undefined {
  return env(name.toLowerCase()) || env(name) || undefined;
}

/** What the environment says, without logins. */
export function proxyWords(env: Variables): ProxyWords {
  const all = variable(env, "ALL_PROXY");
  const url = variable(env, "HTTPS_PROXY") ?? all;
  const http = variable(env, "HTTP_PROXY") ?? all;
  const except = variable(env, "NO_PROXY");
  return {
    ...(url === undefined ? {} : { url: withoutLogin(url) }),
    ...(http === undefined ? {} : { http: withoutLogin(http) }),
    ...(except === undefined ? {} : { except }),
  };
}

/** The proxy's address without what stands before an `@`, also where it is no address at all. */
export function withoutLogin(url: string): string {
  const start = url.indexOf("://") < 0 ? 0 : url.indexOf("://") + 3;
  const slash = url.indexOf("/", start);
  const authority = url.slice(start, slash < 0 ? undefined : slash);
  // A password may have a slash in it that nobody encoded: everything up to the last @ goes.
  const at = url.lastIndexOf("@");
  return at < start ? url.slice(0, start) + authority : url.slice(0, start) + url.slice(at + 1);
}

/**
 * The proxy of a connection; `undefined`: it goes straight out. Throws for an address that cannot be used: going straight out
 * instead would pass by what the user has set. `env`: where a login is looked for.
 */
export function proxyFor(
  { url, http, except }: ProxyWords,
  target: { readonly host: string; readonly port: number },
  env: Variables,
): Proxy | undefined {
  const chosen = target.port === 80 ? http : url;
  if (!chosen || isExcepted(except ?? "", target.host, target.port)) return undefined;
  return parseProxy(chosen, loginFor(chosen, env));
}

/** What is wrong with the proxies, as a sentence; `undefined`: nothing. */
export function proxyProblem({ url, http }: ProxyWords): string | undefined {
  for (const one of [url, http]) {
    try {
      if (one !== undefined) parseProxy(one);
    } catch (error) {
      return `Nothing will be reachable through the filtered network: ${(error as Error).message}.`;
    }
  }
  return undefined;
}

/** Reads a proxy's address. Throws, without repeating it, for one that cannot be used. */
export function parseProxy(text: string, login?: string): Proxy {
  const whole = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  let url: URL;
  try {
    url = new URL(whole);
  } catch {
    throw new Error("the proxy that the environment names has no usable address");
  }
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    throw new Error(`a proxy of the kind ${url.protocol.slice(0, -1)} is not supported: use http or https`);
  }
  const tls = url.protocol === "https:";
  return {
    tls,
    hostname: url.hostname.replace(/^\[|\]$/g, ""),
    port: Number(url.port) || (tls ? 443 : 80),
    ...(login === undefined ? {} : { login }),
  };
}

/** The login that the environment has for the proxy at this address. */
function loginFor(url: string, env: Variables): string | undefined {
  for (const name of ["HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY"]) {
    const value = variable(env, name);
    if (value === undefined || withoutLogin(value) !== url) continue;
    const from = value.indexOf("://") < 0 ? 0 : value.indexOf("://") + 3;
    const at = value.lastIndexOf("@");
    if (at > from) return decoded(value.slice(from, at));
  }
  return undefined;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/**
 * Whether `NO_PROXY` names a host: `*`, or a name (with or without a dot before it, also for all names below it), which may have a port.
 * Addresses and ranges in it are about no host here: a box reaches names only.
 */
export function isExcepted(except: string, host: string, port: number): boolean {
  return except.split(/[\s,]+/).some((entry) => {
    const [, place, wanted] = /^(.*?)(?::(\d+))?$/.exec(entry.toLowerCase())!;
    if (wanted !== undefined && Number(wanted) !== port) return false;
    if (place === "*") return true;
    const name = place!.replace(/^\*?\./, "").replace(/\.$/, "");
    return name !== "" && (host === name || host.endsWith(`.${name}`));
  });
}
