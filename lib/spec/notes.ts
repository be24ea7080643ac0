/**
 * Every note there is, by its code, with the values it carries. The words are in `lib/commands/notes.ts`.
 *
 * @module
 */

/** The values of each note. */
export interface Notes {
  /** The configuration file was moved from its old place. */
  readonly "config-moved": { readonly from: string; readonly to: string };
  /** A file or folder was moved from where older versions kept it. */
  readonly "moved": { readonly from: string; readonly to: string };
  /** One of several failed; the others go on. */
  readonly "failed": { readonly error: unknown };
  /** A bare name means the project of the workset around, not the one of the same name outside. */
  readonly "name-in-workset": { readonly name: string; readonly full: string };
  /** A setting or an option was accepted and does nothing. `why`: a clause. */
  readonly "no-effect": { readonly name: string; readonly why: string };

  // The vault.
  /** Another call is at work on this vault, and this one waits for it. */
  readonly "vault-busy": Record<never, never>;
  /** The key that marks snapshots cannot be read or made. */
  readonly "vault-key-unusable": { readonly file: string; readonly reason: string };
  /** What is of no more use could not be removed. `more`: failures beside the first. */
  readonly "leftovers-stay": { readonly message: string; readonly more: number };
  /** A restore was interrupted, and something else has taken the place of what it had set aside. */
  readonly "restore-interrupted": { readonly place: string };
}
