/**
 * What goes on while a box runs. Each service is a file that offers this interface; whichever process hosts the run opens it.
 *
 * @module
 */

import type { Run } from "./run.ts";

/** Something that serves a box while it runs. */
export interface Service {
  /** For messages and records. */
  readonly name: string;
  /** Whether the box needs it from its first byte on: then the box is started only when it is open. */
  readonly first: boolean;
  /** Starts it. Rejects when it cannot be started. */
  open(run: Run): Promise<OpenService>;
}

/** A service at work. Closing it ends it. */
export interface OpenService extends AsyncDisposable {
  /** The box says that it has left something in its mailbox. */
  said?(): Promise<void>;
  /** Rejects when it failed while at work. Never resolves before it is closed. */
  readonly failed?: Promise<void>;
}
