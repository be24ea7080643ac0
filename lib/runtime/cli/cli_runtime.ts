/**
 * A runtime that is a container engine on this host, reached through its command line.
 *
 * @module
 */

import type { BoxSpec } from "../../spec/box_spec.ts";
import type { Io } from "../io.ts";
import type { Mailbox } from "../mailbox.ts";
import type {
  BoxInfo,
  BoxRuntime,
  Capabilities,
  Exec,
  ExecCall,
  MailboxOptions,
  Meter,
  NewLimits,
  RuntimeDescription,
  RuntimePlace,
  SharedPlace,
  Started,
  StartOptions,
} from "../runtime.ts";
import type { CliEngine } from "./cli_engine.ts";
import { execInBox } from "./exec.ts";
import { HostMailbox } from "./mailbox.ts";
import { startBox } from "./start.ts";

/** Boxes on one engine. */
export class CliRuntime implements BoxRuntime {
  readonly kind: string;
  readonly place: RuntimePlace;
  readonly can: Capabilities;
  /** The engine; for what else is on this host only: its images. */
  readonly engine: CliEngine;
  readonly removeTreeAsBoxUser?: (path: string) => Promise<void>;
  readonly ownAsBoxUser?: (path: string, below: boolean) => Promise<void>;

  readonly sharedImages?: () => Promise<readonly SharedPlace[]>;

  /** Calls no engine. */
  constructor(engine: CliEngine) {
    this.engine = engine;
    this.kind = engine.name;
    this.place = { binary: engine.binary, ...engine.variables };
    this.can = engine.can;
    const remove = engine.removeTreeAsBoxUser;
    if (remove) this.removeTreeAsBoxUser = (path) => remove.call(engine, path);
    const share = engine.sharedImages;
    if (share) this.sharedImages = () => share.call(engine);
    const own = engine.ownAsBoxUser;
    if (own) this.ownAsBoxUser = (path, below) => own.call(engine, path, below);
  }

  check(spec: BoxSpec): void {
    this.engine.runCommand({
      ...spec,
      mounts: spec.mounts.filter(({ type }) => type !== "files" && type !== "mailbox"),
    });
  }

  prepareMailbox(spec: BoxSpec, folder: string, options?: MailboxOptions): Promise<Mailbox> {
    return HostMailbox.prepare(spec, folder, options);
  }

  openMailbox(folder: string): Promise<Mailbox> {
    return Promise.resolve(HostMailbox.open(folder));
  }

  async start(spec: BoxSpec, io: Io, options: StartOptions): Promise<Started> {
    await this.engine.prepare(spec);
    return await startBox(this.engine, spec, io, options);
  }

  exec(call: ExecCall, io: Io): Exec {
    return execInBox(this.engine, call, io);
  }

  find(labels: Readonly<Record<string, string | undefined>>): Promise<BoxInfo[]> {
    return this.engine.list(labels);
  }

  inspect(box: string): Promise<BoxInfo | undefined> {
    return this.engine.inspect(box);
  }

  stop(box: string, graceMs: number): Promise<void> {
    return this.engine.stop(box, Math.ceil(graceMs / 1000));
  }

  pause(box: string): Promise<void> {
    return this.engine.pause(box);
  }

  resume(box: string): Promise<void> {
    return this.engine.resume(box);
  }

  limit(box: string, limits: NewLimits): Promise<void> {
    return this.engine.limit(box, limits);
  }

  remove(box: string): Promise<void> {
    return this.engine.remove(box);
  }

  meter(box: string): Promise<Meter | undefined> {
    return this.engine.meter(box);
  }

  describe(): Promise<RuntimeDescription> {
    return this.engine.describe();
  }
}
