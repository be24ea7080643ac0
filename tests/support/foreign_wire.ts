/**
 * What is said between the foreign runtime and its machine.
 *
 * @module
 */

/** Starts a box. */
export interface StartRequest {
  readonly id: number;
  readonly op: "start";
  readonly run: string;
  readonly name: string;
  readonly image: string;
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly workdir: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly detached: boolean;
  readonly ephemeral: boolean;
  /** Whether its input comes in pieces; else it is empty. */
  readonly held: boolean;
}

/** What the machine is asked. Bytes are base64. */
export type Request =
  | StartRequest
  | {
    readonly id: number;
    readonly op: "mail" | "put";
    readonly run: string;
    readonly files: Readonly<Record<string, string>>;
  }
  | {
    readonly id: number;
    readonly op: "take";
    readonly run: string;
    readonly name: string;
    readonly maxBytes: number;
  }
  | {
    readonly id: number;
    readonly op: "exec";
    readonly box: string;
    readonly argv: readonly string[];
    readonly env: Readonly<Record<string, string>>;
    readonly workdir: string;
  }
  | { readonly id: number; readonly op: "input"; readonly of: number; readonly bytes: string | null }
  | { readonly id: number; readonly op: "signal"; readonly of: number; readonly signal: Deno.Signal }
  | { readonly id: number; readonly op: "stop"; readonly box: string; readonly graceMs: number }
  | { readonly id: number; readonly op: "remove"; readonly box: string }
  | { readonly id: number; readonly op: "list" };

/** A request as its caller knows it. */
export type Asked = Request extends infer R ? R extends Request ? Omit<R, "id"> : never : never;

/** What the machine answers. */
export type Answer =
  | { readonly id: number; readonly kind: "done"; readonly value: unknown }
  | { readonly id: number; readonly kind: "failed"; readonly message: string }
  | { readonly id: number; readonly kind: "begun" }
  | { readonly id: number; readonly kind: "stdout" | "stderr"; readonly bytes: string }
  | { readonly id: 0; readonly kind: "mail"; readonly run: string; readonly said: "said" | "silent" };

/** A box as the machine reports it. */
export interface BoxState {
  readonly id: string;
  readonly name: string;
  readonly image: string;
  readonly running: boolean;
  readonly state: string;
  readonly exitCode?: number;
  readonly labels: Readonly<Record<string, string>>;
}

/** Lines of a stream of bytes. */
export async function* readLines(stream: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let parts: string[] = [];
  for await (const bytes of stream) {
    const lines = decoder.decode(bytes, { stream: true }).split("\n");
    for (const line of lines.slice(0, -1)) {
      yield parts.join("") + line;
      parts = [];
    }
    parts.push(lines.at(-1)!);
  }
}

/** Bytes as text. */
export function encodeBase64(bytes: Uint8Array): string {
  return bytes.toBase64();
}

/** Text as bytes. */
export function decodeBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.fromBase64(text);
}
