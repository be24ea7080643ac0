/**
 * What in the answers on one connection gives values away that went out on it: the host may say them again at any time.
 *
 * @module
 */

import { LEAST_COVERED } from "../../secret/origin.ts";
import { type Replacement, StreamReplacer } from "./replace.ts";
import { bytesOf, latin1 } from "./source.ts";
import { replacedOnce } from "./whole.ts";

/** The values of one connection. */
export class Covering {
  readonly #values = new Map<string, string>();
  /** Texts with values in them that do not show there. */
  readonly #packed = new Set<string>();
  /** What covers them; `undefined`: there is more to cover than before. */
  #masks: readonly Replacement[] | undefined = [];

  /** Whether there is anything to cover. */
  get isNeeded(): boolean {
    return this.#values.size > 0;
  }

  /** Keeps that the value of a secret goes out. */
  add(name: string, value: string): void {
    if (this.#values.get(name) === value) return;
    this.#values.set(name, value);
    this.#masks = undefined;
  }

  /** Keeps that a text goes out in which values do not show. */
  addPacked(text: string): void {
    if (this.#packed.has(text)) return;
    this.#packed.add(text);
    this.#masks = undefined;
  }

  /** Covers them in one stream; `undefined`: there is nothing to cover. */
  stream(): StreamReplacer | undefined {
    const masks = this.#current();
    return masks.length > 0 ? new StreamReplacer(masks) : undefined;
  }

  /** Bytes with them covered. */
  covered(bytes: Uint8Array): Uint8Array {
    const masks = this.#current();
    return masks.length > 0 ? replacedOnce(masks, bytes) : bytes;
  }

  #current(): readonly Replacement[] {
    return this.#masks ??= masks([...this.#values.values(), ...this.#packed]);
  }
}

/** What in an answer gives a value away is covered, at the same length. Short ones are left: they are in any text. */
function masks(values: readonly string[]): readonly Replacement[] {
  const forms = values.flatMap((value) => [value, JSON.stringify(value).slice(1, -1), encodeURIComponent(value)])
    .map((form) => latin1(new TextEncoder().encode(form)));
  return [...new Set(forms)].filter(({ length }) => length >= LEAST_COVERED)
    .map((form) => ({ find: bytesOf(form), by: bytesOf("*".repeat(form.length)) }));
}
