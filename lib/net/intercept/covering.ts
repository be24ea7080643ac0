/**
 * What in the answers on one connection gives values away that went out on it: the host may say them again at any time.
 *
 * @module
 */

import { LEAST_COVERED } from "../../secret/origin.ts";
import { type Replacement, StreamReplacer } from "./replace.ts";
import { asBytes, bytesOf } from "./source.ts";
import { replacedOnce } from "./whole.ts";

/** A box can have a value go out in any number of texts; each answer is searched for all of them. */
const MANY = 64;

/** The values of one connection. */
export class Covering {
  /** Values, and texts in which they do not show. */
  readonly #texts = new Set<string>();
  /** What covers them; `undefined`: there is more to cover than before. */
  #masks: readonly Replacement[] | undefined = [];

  /** Whether there is anything to cover. */
  get isNeeded(): boolean {
    return this.#texts.size > 0;
  }

  /** Whether there is so much to cover that no more should come to it. */
  get isFull(): boolean {
    return this.#texts.size >= MANY;
  }

  /** Keeps that a value goes out, or a text in which one does not show. */
  add(text: string): void {
    if (this.#texts.has(text)) return;
    this.#texts.add(text);
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
    return this.#masks ??= masks([...this.#texts]);
  }
}

/** What in an answer gives a value away is covered, at the same length. Short ones are left: they are in any text. */
function masks(values: readonly string[]): readonly Replacement[] {
  const forms = values.flatMap(formsOf).map(asBytes);
  return [...new Set(forms)].filter(({ length }) => length >= LEAST_COVERED)
    .map((form) => ({ find: bytesOf(form), by: bytesOf("*".repeat(form.length)) }));
}

/** A value as texts have it: as it is, in JSON of whichever writer, and in addresses. */
function formsOf(value: string): readonly string[] {
  const json = JSON.stringify(value).slice(1, -1);
  const address = encodeURIComponent(value);
  return [
    value,
    json,
    json.replaceAll("/", "\\/"),
    json.replace(/[<>&]/g, (character) => `\\u00${character.charCodeAt(0).toString(16)}`),
    address,
    address.replace(/%../g, (escape) => escape.toLowerCase()),
  ];
}

/** A text with these values in it covered. */
export function coveredText(text: string, values: readonly string[]): string {
  return new TextDecoder().decode(replacedOnce(masks(values), new TextEncoder().encode(text)));
}
