/**
 * Stand-ins of the services that agents use, on one port: each speaks the protocol of the real one, and behind all of them is the same
 * {@link think model}.
 *
 * It runs in Node, too, which a box has.
 *
 * @module
 */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { countTokens, messages } from "./anthropic.ts";
import { completions, models } from "./chat.ts";
import { type Answer, readRequest, type Request, send } from "./exchange.ts";
import { gemini } from "./gemini.ts";
import { responses } from "./responses.ts";
import { accounts, isExpired, renews, Tokens } from "./tokens.ts";

/** What was asked, as the log has it: a line of JSON each. */
export interface Logged {
  readonly method: string;
  readonly host: string;
  readonly path: string;
  /** What the request showed to be let in. Tests have no real ones. */
  readonly login: string;
  readonly status: number;
}

/** How they run. */
export interface ServicesOptions {
  /** The folder for files whose names are not whole paths [default: the workspace of a box]. */
  readonly folder?: string;
  /** Is given each request that was answered. */
  readonly log?: (line: Logged, body: string) => void;
}

/** Makes the services. Whoever calls listens, and closes them. */
export function services(options: ServicesOptions = {}): Server {
  return createServer(answering(options));
}

/** What answers requests. */
export function answering(
  { folder = "/home/agent/workspace", log = () => {} }: ServicesOptions,
): (request: IncomingMessage, response: ServerResponse) => void {
  const tokens = new Tokens();
  const serve = async (incoming: IncomingMessage, response: ServerResponse) => {
    const request = await readRequest(incoming);
    const answer = await answerTo(request, tokens, folder);
    const status = "json" in answer ? answer.status ?? 200 : 200;
    const { headers } = request;
    log({
      method: request.method,
      host: request.host,
      path: request.path,
      login: headers.authorization ?? headers["x-api-key"] ?? headers["x-goog-api-key"] ?? "",
      status,
    }, request.body);
    await send(response, answer);
  };
  return (request, response) => {
    serve(request, response).catch((error) => {
      if (!response.headersSent) response.writeHead(500, { "content-type": "text/plain" });
      response.end(`The stand-in failed: ${error}`);
    });
  };
}

async function answerTo(request: Request, tokens: Tokens, folder: string): Promise<Answer> {
  const { method, host, path } = request;
  if (method === "POST" && renews(path)) return tokens.renew(request.body, host !== "oauth2.googleapis.com");
  if (path.endsWith("/tokeninfo")) {
    return { json: { expires_in: 3600, scope: "openid", email: "someone@example.com" } };
  }
  if (isExpired(request.headers)) {
    const error = { type: "authentication_error", message: "The login has expired.", code: 401 };
    return { status: 401, json: { type: "error", error } };
  }
  const body = () => request.body === "" ? {} : JSON.parse(request.body);
  const google = /^\/(v1(?:beta\d?|alpha)?\/(?:[\w./-]+\/)?models\/[^/]+|v1internal):(\w+)$/.exec(path);
  if (google !== null) return await gemini(google[2]!, body(), google[1] === "v1internal", folder);
  if (method === "POST" && path.endsWith("/messages")) return await messages(body(), folder);
  if (method === "POST" && path.endsWith("/messages/count_tokens")) return countTokens();
  if (method === "POST" && path.endsWith("/responses")) return await responses(body(), folder);
  if (method === "POST" && path.endsWith("/chat/completions")) return await completions(body(), folder);
  if (method === "GET" && path.endsWith("/models")) return models();
  if (path.endsWith("/wham/accounts/check")) return { json: accounts() };
  return { status: 404, json: { error: { message: `There is no ${method} ${path} here.` } } };
}
