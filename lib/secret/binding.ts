/**
 * To which host a secret may go, and where in a request: `api.example.com`, `api.example.com:8443 x-api-key`,
 * `example.com authorization query`.
 *
 * @module
 */

import { KanibakoError } from "../host/error.ts";
import { shellQuote } from "../host/ui/text.ts";
import { type HostName, writtenHostName } from "../wire/host_name.ts";

/** One place to which a secret may go. */
export interface SecretPlace {
  readonly host: HostName;
  readonly port: number;
  /** Fields of a request, in small letters. */
  readonly fields: readonly string[];
  /** Whether it may stand in the part of the address after the `?`. */
  readonly query: boolean;
  /** Whether it may stand in the body: JSON, a form, or plain text. */
  readonly body: boolean;
}

/** The field that is meant where none is named. */
const USUAL_FIELD = "authorization";

const USUAL_PORT = 443;
const FIELD = /^[a-z0-9-]{1,64}$/;
/** A field of these decides where a request goes, or how it is read. */
const NEVER = new Set([
  "host",
  "connection",
  "content-length",
  "content-type",
  "transfer-encoding",
  "te",
  "trailer",
  "upgrade",
  "expect",
]);
/** A name that programs read as a variable, and a file can have. */
const NAME = /^[A-Za-z_][A-Za-z0-9_]{0,99}$/;

/** Checks the name of a secret. Throws `bad-secret`. */
export function checkSecretName(name: string): void {
  if (NAME.test(name)) return;
  throw new KanibakoError("bad-secret", `${shellQuote(name)} cannot be the name of a secret.`, {
    exitCode: 2,
    hint: "Use letters, digits and _, as for a variable: GITHUB_TOKEN",
  });
}

/** Reads a binding: places between commas. Empty: none. Throws `bad-secret`. */
export function parseBinding(name: string, text: string): readonly SecretPlace[] {
  checkSecretName(name);
  return text.split(",").map((part) => part.trim()).filter((part) => part !== "")
    .map((part) => parsePlace(name, part));
}

/** Reads what `--secret` takes: `NAME:HOST[:PORT][:FIELD]`. Throws `bad-secret`. */
export function parseSecretFlag(text: string): { readonly name: string; readonly binding: string } {
  const colon = text.indexOf(":");
  const name = colon < 0 ? text : text.slice(0, colon);
  if (name.includes("=")) {
    // It is not repeated: it has a value in it.
    throw new KanibakoError(
      "bad-secret",
      "Cannot use --secret with a value: other users see what a command line says.",
      {
        exitCode: 2,
        hint: `Store the value first: kanibako secret set ${name.split("=")[0]}`,
      },
    );
  }
  const [host, ...more] = colon < 0 ? [""] : text.slice(colon + 1).split(":");
  if (host === "") {
    throw wrong(name, text, "it names no host", "Write NAME:HOST, as in GITHUB_TOKEN:api.github.com");
  }
  const port = /^\d+$/.test(more[0] ?? "") ? `:${more.shift()}` : "";
  const binding = [host + port, ...more].join(" ");
  if (parseBinding(name, binding).length !== 1) throw wrong(name, text, "it is no place");
  return { name, binding };
}

/** A place in its one form. */
export function placeText({ host, port, fields, query, body }: SecretPlace): string {
  const isUsual = fields.length === 1 && fields[0] === USUAL_FIELD && !query && !body;
  return [
    port === USUAL_PORT ? host : `${host}:${port}`,
    ...isUsual ? [] : [...fields, ...query ? ["query"] : [], ...body ? ["body"] : []],
  ].join(" ");
}

function parsePlace(name: string, text: string): SecretPlace {
  const [where, ...words] = text.toLowerCase().split(/\s+/);
  if (/^[a-z][a-z0-9+.-]*:\/\//.test(where!)) {
    throw wrong(
      name,
      text,
      "it is a URL",
      `Name the host: ${where!.replace(/^[^:]*:\/\//, "").split("/")[0]}`,
    );
  }
  const match = /^(.+?)(?::(\d{1,5}))?$/.exec(where!)!;
  const host = writtenHostName(match[1]!);
  const port = match[2] === undefined ? USUAL_PORT : Number(match[2]);
  if (host === undefined || /^[\d.]+$/.test(match[1]!)) {
    throw wrong(name, text, `${shellQuote(match[1]!)} is no host name`);
  }
  if (port < 1 || port > 65535) throw wrong(name, text, "ports are 1 to 65535");
  if (port === 80) throw wrong(name, text, "port 80 is not encrypted", "Secrets go over TLS only.");
  const fields = words.filter((word) => word !== "query" && word !== "body");
  const strange = fields.find((field) => !FIELD.test(field) || NEVER.has(field));
  if (strange !== undefined) {
    throw wrong(name, text, `a secret cannot stand in the field ${shellQuote(strange)}`);
  }
  const query = words.includes("query");
  const body = words.includes("body");
  return { host, port, fields: fields.length > 0 || query || body ? fields : [USUAL_FIELD], query, body };
}

function wrong(name: string, text: string, why: string, hint?: string): KanibakoError {
  return new KanibakoError("bad-secret", `Cannot bind the secret ${name} to ${shellQuote(text)}: ${why}.`, {
    exitCode: 2,
    hint: hint ?? "A place is HOST[:PORT] [FIELD...] [query] [body], as in: api.example.com x-api-key",
  });
}
