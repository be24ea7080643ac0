/**
 * For which hosts a box may use which keys of the user's, as it is written: `ssh.github.com = "~/.ssh/id_ed25519.pub"`.
 *
 * @module
 */

import { KanibakoError } from "../host/error.ts";
import { shellQuote } from "../host/ui/text.ts";
import { writtenHostName } from "../wire/host_name.ts";
import type { SshHost } from "./host_keys.ts";

/** A key as it is named: by its fingerprint, or by the file of its public half. */
export type NamedKey = { readonly fingerprint: string } | { readonly file: string };

const SSH_PORT = 22;
const FINGERPRINT = /^SHA256:[A-Za-z0-9+/]{43}$/;

/** Reads the name of a host: `HOST[:PORT]`. Throws `bad-ssh`. */
export function parseSshHost(text: string): SshHost {
  const [, inBrackets, plain = "", digits] = /^(?:\[([^[\]:]+)\]|([^[\]:]+))(?::(\d{1,5}))?$/.exec(text) ??
    [];
  const host = writtenHostName(inBrackets ?? plain);
  const port = digits === undefined ? SSH_PORT : Number(digits);
  if (host === undefined || port < 1 || port > 65535) {
    throw wrong(`${shellQuote(text)} is no host`, "Write HOST[:PORT], as in github.com");
  }
  return { host, port };
}

/** Reads the keys for a host, between commas. Empty: none. Throws `bad-ssh`. */
export function parseSshKeys(text: string): readonly NamedKey[] {
  return text.split(",").map((part) => part.trim()).filter((part) => part !== "").map((part) => {
    if (FINGERPRINT.test(part)) return { fingerprint: part };
    if (/^[~/$@]/.test(part)) return { file: part };
    throw wrong(
      `${shellQuote(part)} names no key`,
      "Name the file of its public half, or its fingerprint: ssh-add -l",
    );
  });
}

/** Reads what `--ssh` takes: `HOST[:PORT]=KEY`. Throws `bad-ssh`. */
export function parseSshFlag(text: string): { readonly host: string; readonly keys: string } {
  const equals = text.indexOf("=");
  const [host, keys] = [text.slice(0, Math.max(equals, 0)), text.slice(equals + 1)];
  if (equals < 0 || parseSshKeys(keys).length === 0) {
    throw wrong(`${shellQuote(text)} names no key`, "Write HOST=KEY, as in github.com=~/.ssh/id_ed25519.pub");
  }
  parseSshHost(host);
  return { host, keys };
}

function wrong(why: string, hint: string): KanibakoError {
  return new KanibakoError("bad-ssh", `Cannot let a box use your ssh agent: ${why}.`, { exitCode: 2, hint });
}
