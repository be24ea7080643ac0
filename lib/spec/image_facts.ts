/**
 * What is known of an image that somebody else has made. What it says is as suspect as all that is in it.
 *
 * @module
 */

/** An image, as far as a box in it depends on it. */
export interface ImageFacts {
  /** The engine's id of the image. */
  readonly id: string;
  /** Whether it is one of our rigs, or made from one: nothing else is looked at then, and the rest says that all is there. */
  readonly own: boolean;
  /** As images name it: `amd64`, `arm64`. */
  readonly architecture: string;
  /** Where its shell is; absent: it has none. */
  readonly shell?: string | undefined;
  /** The copy of that shell on this host, as an absolute path, for an image in which it is not where all look for it. */
  readonly shellCopy?: string | undefined;
  /** Programs that every box needs and this image has not. */
  readonly missing: readonly string[];
  readonly tmux: boolean;
  readonly bash: boolean;
  /** Whether it brings the authorities that programs trust. */
  readonly certificates: boolean;
  /** Whose C library its programs are made for; `other`: neither of these is in it. */
  readonly libc: "glibc" | "musl" | "other";
  /** Whether this very program runs in it. */
  readonly program: boolean;
  /** The version of its Node, such as `20.11.1`; absent: it has none. */
  readonly node?: string | undefined;
  /** Its accounts; absent where it has none. */
  readonly passwd?: string | undefined;
  readonly group?: string | undefined;
}

/** The path at which scripts of all kinds look for a shell. */
export const SHELL = "/bin/sh";
