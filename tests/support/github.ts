/**
 * A stand-in of GitHub on this machine, behind TLS and a proxy that knows where it is: repositories are served by git's own program for
 * HTTP, and of the API there is what `gh` asks for.
 *
 * @module
 */

import type { ServerResponse } from "node:http";
import { bytesOf } from "../../lib/net/intercept/source.ts";
import { connectProxy } from "./connect_proxy.ts";
import { git } from "./git.ts";
import { type Seen, tlsService } from "./tls_service.ts";

/** It runs until it is disposed of. */
export interface GitHub extends AsyncDisposable {
  /** What says where it is: variables of whoever starts a box. */
  readonly env: Readonly<Record<string, string>>;
  /** The file of the authority of its certificate. */
  readonly ca: string;
  /** What it was asked. */
  readonly seen: readonly Seen[];
  /** The newest commit of a branch of a repository, `OWNER/NAME`; empty: there is none. */
  head(repository: string, branch?: string): Promise<string>;
}

/** Starts it, with empty repositories. Who shows the token may read and write all of them, and nobody else may do anything. */
export async function github(repositories: readonly string[], token: string): Promise<GitHub> {
  const folder = await Deno.makeTempDir();
  for (const name of repositories) {
    await Deno.mkdir(`${folder}/${name}.git`, { recursive: true });
    await git(`${folder}/${name}.git`, "init", "--quiet", "--bare", "--initial-branch=main");
    await git(`${folder}/${name}.git`, "config", "http.receivepack", "true");
  }
  const service = await tlsService(["github.com", "api.github.com"], (seen, response) => {
    const serve = seen.headers.host === "api.github.com"
      ? api
      : (seen: Seen, response: ServerResponse) => repository(folder, seen, response);
    if (!showsToken(seen, token)) {
      response.writeHead(401, { "WWW-Authenticate": 'Basic realm="GitHub"' });
      return void response.end('{"message":"Bad credentials"}');
    }
    Promise.resolve(serve(seen, response)).catch((error) => response.writeHead(500).end(String(error)));
  });
  const proxy = connectProxy({
    table: { "github.com:443": service.port, "api.github.com:443": service.port },
  });
  return {
    env: { HTTPS_PROXY: `http://127.0.0.1:${proxy.port}` },
    ca: service.ca,
    seen: service.seen,
    head: async (name, branch = "main") =>
      (await git(`${folder}/${name}.git`, "for-each-ref", "--format=%(objectname)", `refs/heads/${branch}`))
        .trim(),
    async [Symbol.asyncDispose]() {
      proxy[Symbol.dispose]();
      await service[Symbol.asyncDispose]();
      await Deno.remove(folder, { recursive: true });
    },
  };
}

function showsToken({ headers }: Seen, token: string): boolean {
  const text = String(headers.authorization ?? "");
  return text === `token ${token}` || text === `Bearer ${token}` ||
    text === `Basic ${btoa(`x-access-token:${token}`)}`;
}

function api({ method, url }: Seen, response: ServerResponse): void {
  const [, owner, name, more] = /^\/repos\/([^/]+)\/([^/]+)(\/.*)?$/.exec(url) ?? [];
  const answer = url === "/user"
    ? { login: "me" }
    : url === "/graphql"
    ? { data: { viewer: { login: "me" }, repository: { id: "R_1", name: "project" } } }
    : owner && more === undefined
    ? { full_name: `${owner}/${name}` }
    : owner && more === "/issues" && method === "POST"
    ? { number: 1, html_url: `https://github.com/${owner}/${name}/issues/1` }
    : undefined;
  response.writeHead(answer ? 200 : 404, { "Content-Type": "application/json", "X-OAuth-Scopes": "repo" });
  response.end(JSON.stringify(answer ?? { message: "Not Found" }));
}

/** Lets git answer, as a web server does (RFC 3875). */
async function repository(
  root: string,
  { method, url, headers, body }: Seen,
  response: ServerResponse,
): Promise<void> {
  const [path, query = ""] = url.split("?");
  const name = /^\/[^/]+\/[^/]+?(?=\.git\/|\/)/.exec(path!)?.[0] ?? "";
  const child = new Deno.Command("git", {
    args: ["http-backend"],
    clearEnv: true,
    env: {
      PATH: Deno.env.get("PATH") ?? "",
      GIT_PROJECT_ROOT: root,
      GIT_HTTP_EXPORT_ALL: "1",
      // Whoever serves them may be another than who owns them.
      GIT_CONFIG_COUNT: "1",
      GIT_CONFIG_KEY_0: "safe.directory",
      GIT_CONFIG_VALUE_0: "*",
      REMOTE_USER: "me",
      REQUEST_METHOD: method,
      PATH_INFO: `${name}.git${path!.slice(name.length).replace(/^\.git/, "")}`,
      QUERY_STRING: query,
      CONTENT_TYPE: String(headers["content-type"] ?? ""),
      CONTENT_LENGTH: String(body.length),
      HTTP_CONTENT_ENCODING: String(headers["content-encoding"] ?? ""),
      GIT_PROTOCOL: String(headers["git-protocol"] ?? ""),
    },
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const writer = child.stdin.getWriter();
  const fed = writer.write(bytesOf(body)).then(() => writer.close()).catch(() => {});
  const { stdout } = await child.output();
  await fed;
  const text = new TextDecoder("latin1").decode(stdout.subarray(0, 4096));
  const end = text.indexOf("\r\n\r\n");
  let status = 200;
  const fields: Record<string, string> = {};
  for (const line of text.slice(0, end).split("\r\n")) {
    const colon = line.indexOf(":");
    const [field, value] = [line.slice(0, colon), line.slice(colon + 1).trim()];
    if (field.toLowerCase() === "status") status = Number(value.split(" ")[0]);
    else fields[field] = value;
  }
  response.writeHead(status, fields);
  response.end(stdout.subarray(end + 4));
}
