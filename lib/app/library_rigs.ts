/**
 * Rigs from a script: `kanibako.rigs`.
 *
 * @module
 */

import type { Host } from "../config/system.ts";
import type { AddedRig } from "../rig/add/add.ts";
import type { ImportedRig } from "../rig/bundle/import.ts";
import type { HandMade } from "../rig/create/by_hand.ts";
import type { RigInfo } from "../rig/info.ts";
import type { RigListing } from "../rig/list.ts";
import type { PreparedRig } from "../rig/prepare.ts";
import type { Io } from "../runtime/io.ts";
import type { ExportedRig } from "./rig/carry.ts";

/** How a rig is made of another one by a script. */
export interface RigScript {
  /** The rig it stands on, or an image reference. [default: the configured rig] */
  readonly from?: string;
  /** Commands for `sh`, run as root in a container. The first that fails ends it, and no rig is made. */
  readonly script: string;
  /** Is given what the script writes. */
  readonly onOutput?: (text: string) => void;
  /** Replaces a rig of that name. */
  readonly replace?: boolean;
  /** The engine that has them [default: as configured]. */
  readonly engine?: string;
  /** Ends the work. */
  readonly signal?: AbortSignal;
}

/** What is the same for all that changes rigs. */
export interface RigCallOptions {
  /** Replaces what is there under that name. */
  readonly replace?: boolean;
  /** The engine that has them [default: as configured]. */
  readonly engine?: string;
  /** Ends the work. */
  readonly signal?: AbortSignal;
}

/** The container images of boxes. */
export class Rigs {
  readonly #host: Host;
  readonly #cwd: () => string;

  /** Use `kanibako.rigs`. `host`: a `Host`, whose type is no part of the library. */
  constructor(host: unknown, cwd: () => string) {
    this.#host = host as Host;
    this.#cwd = cwd;
  }

  /** The rigs there are and could be, and the one in use. */
  async list(engine?: string): Promise<RigListing> {
    return await (await import("./rig/show.ts")).listRigs(this.#host, engine);
  }

  /** What is known of a rig. Throws `no-rig`. */
  async info(name: string, engine?: string): Promise<RigInfo> {
    return await (await import("./rig/show.ts")).rigInfo(this.#host, name, engine);
  }

  /** Makes a rig ready, the configured one by default. Throws `no-rig`, `rig-failed`. */
  async prepare(
    name?: string,
    options: { readonly force?: boolean; readonly engine?: string } = {},
  ): Promise<PreparedRig> {
    return await (await import("./rig/prepare.ts")).prepareRig(this.#host, name, options);
  }

  /** Removes a rig's image, and what is remembered of it. Throws `no-rig`, `image-in-use`. */
  async remove(name: string, options: { readonly engine?: string } = {}): Promise<void> {
    await (await import("./rig/remove.ts")).removeRig(this.#host, name, { ...options, force: true });
  }

  /** Makes a rig by a script. Throws `bad-rig`, `rig-exists`, `not-committed` where the script fails. */
  async extend(name: string, { from, script, onOutput, replace, ...options }: RigScript): Promise<HandMade> {
    const [{ extendRig }, { configuredRig }] = await Promise.all([
      import("./rig/create.ts"),
      import("../rig/reference.ts"),
    ]);
    return await extendRig(this.#host, name, {
      ...options,
      from: from ?? configuredRig(this.#host),
      io: scriptIo(script, onOutput),
      afterError: "discard",
      force: replace ?? false,
    });
  }

  /** Builds a template under another name, and on another base where one is given. Throws `no-template`, `rig-exists`. */
  async createOfTemplate(
    name: string,
    template: string,
    { base, replace, ...options }: RigCallOptions & { readonly base?: string } = {},
  ): Promise<PreparedRig> {
    const { createOfTemplate } = await import("./rig/create.ts");
    return await createOfTemplate(this.#host, name, { ...options, template, base, force: replace ?? false });
  }

  /** Adds a rig by the reference of an image, the path of an image or a Containerfile, or the https address of one. */
  async add(
    source: string,
    { replace, ...options }: RigCallOptions & {
      readonly name?: string;
      readonly as?: "image" | "template";
      readonly sha256?: string;
    } = {},
  ): Promise<AddedRig> {
    const { addRig } = await import("./rig/add.ts");
    return await addRig(this.#host, source, { ...options, cwd: this.#cwd(), force: replace ?? false });
  }

  /** Writes a rig that was made by hand into a file, `NAME.rig.tgz` by default. Throws `not-exportable`, `exists`. */
  async exportBundle(
    name: string,
    { replace, ...options }: RigCallOptions & { readonly out?: string } = {},
  ): Promise<ExportedRig> {
    const { exportRig } = await import("./rig/carry.ts");
    return await exportRig(this.#host, name, { ...options, cwd: this.#cwd(), force: replace ?? false });
  }

  /** Takes a rig in that was exported. Throws `bad-archive`, `unsafe-archive`, `too-large`, `rig-exists`, `bad-rig`. */
  async importBundle(
    file: string,
    { replace, ...options }: RigCallOptions & { readonly name?: string } = {},
  ): Promise<ImportedRig> {
    const { importRig } = await import("./rig/carry.ts");
    return await importRig(this.#host, file, { ...options, cwd: this.#cwd(), force: replace ?? false });
  }
}

function scriptIo(script: string, onOutput: ((text: string) => void) | undefined): Io {
  const sink = () => {
    const decoder = new TextDecoder();
    return (bytes: Uint8Array) => onOutput?.(decoder.decode(bytes, { stream: true }));
  };
  return {
    kind: "streams",
    stdin: new Blob([script.endsWith("\n") ? script : `${script}\n`]).stream(),
    stdout: sink(),
    stderr: sink(),
  };
}
