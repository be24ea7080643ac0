/**
 * A registry of features on this machine's loopback, with the token protocol, for tests.
 *
 * @module
 */

import { END, join, member, type RawMember } from "../archive/support.ts";
import { sha256 } from "../../lib/host/sha256.ts";

/** What a registry was asked for, and what it has. */
export class FeatureRegistry implements AsyncDisposable {
  /** Methods and paths, in order. */
  readonly asked: string[] = [];
  /** Puts other bytes in the place of some path's answer. */
  readonly instead = new Map<string, Uint8Array<ArrayBuffer>>();
  readonly #content = new Map<string, Uint8Array<ArrayBuffer>>();
  readonly #server: Deno.HttpServer<Deno.NetAddr>;

  constructor() {
    this.#server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen: () => {} },
      (request) => this.#answer(request),
    );
  }

  /** Host and port. */
  get host(): string {
    return `127.0.0.1:${this.#server.addr.port}`;
  }

  /** Publishes a feature; the digest of its manifest. `more`: members beside its two files. */
  async publish(
    name: string,
    tag: string,
    says: Readonly<Record<string, unknown>>,
    more: readonly RawMember[] = [],
  ): Promise<string> {
    const archive = new Uint8Array(join(
      ...more.map(member),
      member({
        path: "./devcontainer-feature.json",
        body: JSON.stringify({ id: name.split("/").at(-1), ...says }),
      }),
      member({ path: "./install.sh", mode: 0o755, body: "#!/bin/sh\ntrue\n" }),
      END,
    ));
    const layer = `sha256:${await sha256(archive)}`;
    const manifest = new TextEncoder().encode(JSON.stringify({
      schemaVersion: 2,
      layers: [{
        mediaType: "application/vnd.devcontainers.layer.v1+tar",
        digest: layer,
        size: archive.length,
      }],
    }));
    const digest = `sha256:${await sha256(manifest)}`;
    this.#content.set(`/v2/${name}/blobs/${layer}`, archive);
    for (const reference of [tag, digest]) this.#content.set(`/v2/${name}/manifests/${reference}`, manifest);
    return digest;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }

  #answer(request: Request): Response {
    const { pathname, searchParams } = new URL(request.url);
    if (pathname === "/token") return Response.json({ token: `for-${searchParams.get("scope")}` });
    const scope = `repository:${pathname.split("/").slice(2, -2).join("/")}:pull`;
    if (request.headers.get("authorization") !== `Bearer for-${scope}`) {
      const challenge = `Bearer realm="http://${this.host}/token",service="test",scope="${scope}"`;
      return new Response("", { status: 401, headers: { "www-authenticate": challenge } });
    }
    this.asked.push(pathname);
    const content = this.instead.get(pathname) ?? this.#content.get(pathname);
    return content ? new Response(content) : new Response("", { status: 404 });
  }
}
