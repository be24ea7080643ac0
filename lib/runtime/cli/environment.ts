/**
 * What of this process's environment an engine gets. Nothing of it reaches a box.
 *
 * @module
 */

/** Where an engine's daemon and its boxes are. */
const PLACE = [
  "DOCKER_HOST",
  "DOCKER_CONTEXT",
  "DOCKER_CONFIG",
  "DOCKER_CERT_PATH",
  "DOCKER_TLS_VERIFY",
  "CONTAINERS_CONF",
  "CONTAINERS_STORAGE_CONF",
  "CONTAINER_HOST",
  "CONTAINER_CONNECTION",
];
/** What else an engine may be configured with. */
const CONFIGURING = ["CONTAINERS_REGISTRIES_CONF", "REGISTRY_AUTH_FILE", "SSL_CERT_FILE", "SSL_CERT_DIR"];
/** Needed to reach a registry or, for the door of a filtered network, anything outside; and for nothing else. They may hold a login. */
const PROXIES = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"].flatMap((
  name,
) => [name, name.toLowerCase()]);

/** Tells where the boxes of an engine are. */
export function placeVariables(): Record<string, string> {
  return passed(PLACE);
}

/** For every call of an engine, beside its place. */
export function configuringVariables(): Record<string, string> {
  return passed(CONFIGURING);
}

/** For calls that reach a registry. */
export function proxyVariables(): Record<string, string> {
  return passed(PROXIES);
}

/** What another process of this program needs to find the same engine and the same registries as this one. */
export function engineVariables(): Record<string, string> {
  return passed([...PLACE, ...CONFIGURING, ...PROXIES, "KANIBAKO_ENGINE", "KANIBAKO_DOCKER_CMD"]);
}

function passed(names: readonly string[]): Record<string, string> {
  const env: Record<string, string> = {};
  for (const name of names) {
    const value = Deno.env.get(name);
    if (value !== undefined) env[name] = value;
  }
  return env;
}
