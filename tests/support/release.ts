/** Somebody who publishes releases, over real HTTP. */

import { newSecretKey, type SigningKey, signingKey } from "../../tools/release/sign.ts";
import { ourPlatform } from "../../lib/app/system/upgrade/release.ts";
import { sha256 } from "../../lib/host/sha256.ts";

/** A server with what was published. */
export class Publisher implements AsyncDisposable {
  /** What is answered, by path. */
  readonly files = new Map<string, Uint8Array<ArrayBuffer>>();
  readonly asked: string[] = [];
  #stalled: { readonly begun: () => void; readonly end: Promise<void> } | undefined;
  readonly #server: Deno.HttpServer<Deno.NetAddr>;

  private constructor(readonly key: SigningKey) {
    this.#server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
      const path = new URL(request.url).pathname;
      this.asked.push(path);
      const found = this.files.get(path);
      if (!found) return new Response("", { status: 404 });
      const stalls = this.#stalled !== undefined && !path.includes("release.json");
      return stalls ? half(found, this.#stalled!) : new Response(found);
    });
  }

  static async make(): Promise<Publisher> {
    return new Publisher(await signingKey(await newSecretKey()));
  }

  get feed(): string {
    return `http://127.0.0.1:${this.#server.addr.port}/r/release.json`;
  }

  /** Settings that follow it. */
  get config(): string {
    return `[upgrade]\nfeed = "${this.feed}"\nkey = ["${this.key.publicKey}"]\n`;
  }

  /** Publishes a program that answers its version, or `content`. */
  async publish(
    version: string,
    options: { content?: string; form?: string; more?: Record<string, unknown>; key?: SigningKey } = {},
  ): Promise<Uint8Array<ArrayBuffer>> {
    const { content = program(version), form = "portable", more = {}, key = this.key } = options;
    const bytes = new TextEncoder().encode(content);
    const name = `kanibako-${version}-${ourPlatform()}-${form}`;
    this.files.set(`/r/${name}`, bytes);
    await this.announce({
      program: "kanibako",
      version,
      date: "2026-12-01",
      files: [{ name, platform: ourPlatform(), form, bytes: bytes.length, sha256: await sha256(bytes) }],
      ...more,
    }, key);
    return bytes;
  }

  /** Publishes the feed alone. */
  async announce(release: unknown, key: SigningKey = this.key): Promise<void> {
    const text = new TextEncoder().encode(typeof release === "string" ? release : JSON.stringify(release));
    this.files.set("/r/release.json", text);
    this.files.set(
      "/r/release.json.minisig",
      new TextEncoder().encode(await key.sign(text, "file:release.json")),
    );
  }

  /** From now on half a program comes, and the rest when `end` is called. */
  stall(): { readonly begun: Promise<void>; end(): void } {
    const begun = Promise.withResolvers<void>();
    const end = Promise.withResolvers<void>();
    this.#stalled = { begun: begun.resolve, end: end.promise };
    return {
      begun: begun.promise,
      end: () => {
        this.#stalled = undefined;
        end.resolve();
      },
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }
}

/** Half of it, and the rest later. */
function half(
  content: Uint8Array<ArrayBuffer>,
  { begun, end }: { begun: () => void; end: Promise<void> },
): Response {
  const middle = Math.ceil(content.length / 2);
  return new Response(
    new ReadableStream({
      start: async (controller) => {
        controller.enqueue(content.slice(0, middle));
        begun();
        await end;
        // Nobody may be there any more.
        try {
          controller.enqueue(content.slice(middle));
          controller.close();
        } catch { /* cancelled */ }
      },
    }),
  );
}

/** Where an upgrade keeps the program before. */
export function previousPlace(program: string): string {
  return program.replace(/([^/]+)$/, ".$1.previous");
}

/** A program that knows its version, and nothing else. */
export function program(version: string): string {
  return `#!/bin/sh\n# a program\necho 'kanibako ${version}'\n`;
}
