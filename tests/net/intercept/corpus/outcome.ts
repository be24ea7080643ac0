/**
 * What comes of bytes that a box or a host sends where its connection is looked into, as one line of text, and the files that keep such
 * bytes. `grow.ts` finds more of them.
 *
 * @module
 */

import { BodyReader } from "../../../../lib/net/intercept/body.ts";
import { BodyWriter, passBody } from "../../../../lib/net/intercept/body_writer.ts";
import {
  BadMessage,
  type Field,
  readRequest,
  readResponse,
  requestBytes,
  responseBytes,
} from "../../../../lib/net/intercept/head.ts";
import { StreamReplacer } from "../../../../lib/net/intercept/replace.ts";
import { bytesOf, latin1, Source } from "../../../../lib/net/intercept/source.ts";
import { readClientHello } from "../../../../lib/net/client_hello.ts";
import type { HostName } from "../../../../lib/wire/host_name.ts";

export const MEANT = { host: "api.test" as HostName, port: 443 };
export const MARK = `kanibako-secret-${"0a".repeat(16)}`;
export const VALUE = "kanibako-value-0123456789";

/** What came of some bytes. `again`: what is sent on; an own reader must make the same of it. */
export interface Outcome {
  readonly text: string;
  /** Which way was taken, whatever stood there. */
  readonly way: string;
  readonly again?: string;
}

/** Bytes, cut into pieces of these sizes, over and over; none: all at once. */
export function sourceOf(bytes: Uint8Array, sizes: readonly number[] = []): Source {
  let [at, turn] = [0, 0];
  return new Source({
    read: (into) => {
      if (at === bytes.length) return Promise.resolve(null);
      const size = Math.min(into.length, bytes.length - at, sizes[turn++ % sizes.length] ?? Infinity);
      into.set(bytes.subarray(at, at + size));
      at += size;
      return Promise.resolve(size);
    },
  });
}

const said = (fields: readonly Field[]) => fields.map(({ name, value }) => `${name}=${value}`).join("; ");

/** How many there are, as far as that matters. */
const few = (all: readonly unknown[]) => Math.min(all.length, 4);

async function left(source: Source): Promise<string> {
  let text = "";
  for (let piece = await source.some(100); piece; piece = await source.some(100)) text += latin1(piece);
  return text;
}

/** Reads bytes as one of the kinds does. What it throws beside {@link BadMessage} is a fault of this program. */
export const READERS: Readonly<
  Record<string, (source: () => Source, bytes: Uint8Array) => Promise<Outcome>>
> = {
  request: async (source) => {
    const from = source();
    const head = await readRequest(from, MEANT);
    if (!head) return { text: "nothing", way: "nothing" };
    const { method, path, query, fields, framing, upgrades, last } = head;
    const flags = `${upgrades ? " upgrades" : ""}${last ? " last" : ""}`;
    return {
      text: `${method} ${path}${query === undefined ? "" : ` ?${query}`} ${JSON.stringify(framing)}${flags} ${
        said(fields)
      } | ${await left(from)}`,
      way: `${framing.kind}${flags} ${few(fields)} ${query !== undefined} ${path[0]}`,
      again: latin1(requestBytes(head)),
    };
  },
  answer: async (source) => {
    const from = source();
    const head = await readResponse(from, "GET");
    const { status, fields, framing, last } = head;
    return {
      text: `${status} ${JSON.stringify(framing)}${last ? " last" : ""} ${said(fields)} | ${await left(
        from,
      )}`,
      way: `${framing.kind}${last} ${few(fields)} ${status < 200} ${status === 200}`,
      again: latin1(responseBytes(head)),
    };
  },
  chunked: async (source) => {
    const from = source();
    const body = await passed(from, []);
    const rest = await left(from);
    return { text: `${body} | ${rest}`, way: `${few(body.split(""))} ${rest !== ""}` };
  },
  substituted: async (source) => {
    const body = await passed(source(), [{ find: bytesOf(MARK), by: bytesOf(VALUE) }], "rest");
    const times = (what: string) => few(body.split(what));
    return { text: body, way: `${times(VALUE)} ${times(MARK.slice(0, 16))} ${body.startsWith(VALUE)}` };
  },
  hello: (_source, bytes) => {
    const hello = readClientHello(bytes);
    const name = hello.kind === "hello" ? hello.serverName : undefined;
    return Promise.resolve({
      text: hello.kind === "hello" ? `hello ${JSON.stringify(name ?? null)}` : hello.kind,
      way: `${hello.kind} ${name === undefined} ${bytes.length > 5}`,
    });
  },
};

async function passed(
  from: Source,
  replaced: ConstructorParameters<typeof StreamReplacer>[0],
  kind: "chunked" | "rest" = "chunked",
) {
  let [body, written] = ["", ""];
  const writer = new BodyWriter({ kind }, (bytes) => {
    written += latin1(bytes);
    return Promise.resolve();
  });
  const replacer = new StreamReplacer(replaced);
  await passBody(new BodyReader(from, { kind }), writer, { replacer, passed: () => {} });
  if (kind === "rest") body = written;
  else {
    const again = new BodyReader(sourceOf(bytesOf(written)), { kind });
    for (let piece = await again.next(); piece; piece = await again.next()) body += latin1(piece);
  }
  return body;
}

/** What comes of bytes. */
export async function outcomeOf(
  kind: string,
  bytes: Uint8Array,
  sizes?: readonly number[],
): Promise<Outcome> {
  try {
    return await READERS[kind]!(() => sourceOf(bytes, sizes), bytes);
  } catch (error) {
    if (!(error instanceof BadMessage)) throw error;
    const text = `refused ${error.status}: ${error.message}`;
    return { text, way: text.replace(/(its field|meant for) .*/s, "$1") };
  }
}

/** An input that is kept. */
export interface Kept {
  readonly bytes: Uint8Array;
  readonly outcome: string;
}

const fileOf = (kind: string) => new URL(`${kind}.jsonl`, import.meta.url);

/** The inputs of a kind: in each line the bytes, a character each, and what comes of them. */
export async function keptInputs(kind: string): Promise<readonly Kept[]> {
  const text = await Deno.readTextFile(fileOf(kind)).catch(() => "");
  return text.split("\n").filter((line) => line !== "").map((line) => {
    const [bytes, outcome] = JSON.parse(line) as [string, string];
    return { bytes: bytesOf(bytes), outcome };
  });
}

/** Writes the inputs of a kind. */
export async function keepInputs(kind: string, inputs: readonly Kept[]): Promise<void> {
  const escaped = (text: string) =>
    JSON.stringify(text).replace(/[\x7f-\xff]/g, (one) => `\\u00${one.charCodeAt(0).toString(16)}`);
  const lines = inputs.map(({ bytes, outcome }) => `[${escaped(latin1(bytes))},${escaped(outcome)}]\n`);
  await Deno.writeTextFile(fileOf(kind), lines.join(""));
}
