/**
 * Says to the script that started this process whether it is at work: the box's command waits for that word.
 *
 * @module
 */

/** Where the word goes. Only the first time is anybody waiting there. */
const PLACE = "KANIBAKO_READY";

/** Waits for the work to be begun, and says so; or why it cannot, and rejects with it. */
export async function saysReady(work: Promise<unknown>): Promise<void> {
  const place = Deno.env.get(PLACE);
  // What this process starts later is not to see it.
  Deno.env.delete(PLACE);
  try {
    await work;
  } catch (error) {
    say(place, `no: ${error instanceof Error ? error.message : error}`);
    throw error;
  }
  say(place, "ready");
}

function say(place: string | undefined, word: string): void {
  if (!place) return;
  try {
    using fifo = Deno.openSync(place, { read: true, write: true });
    fifo.writeSync(new TextEncoder().encode(`${word.replaceAll("\n", " ")}\n`));
  } catch { /* nobody waits any more */ }
}
