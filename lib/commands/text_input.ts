/**
 * Text from standard input.
 *
 * @module
 */

/** Reads what there is, up to `most` bytes and one more, by which it is found to be too long. */
export async function textInput(most: number): Promise<string> {
  const bytes = new Uint8Array(most + 1);
  let length = 0;
  while (length < bytes.length) {
    const count = await Deno.stdin.read(bytes.subarray(length));
    if (!count) break;
    length += count;
  }
  return new TextDecoder().decode(bytes.subarray(0, length));
}
