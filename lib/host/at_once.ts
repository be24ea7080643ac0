/**
 * Several of the same at once, and no more than so many.
 *
 * @module
 */

/** Begins with the first ones, and with the next whenever one has ended. What came of each, in order; a failure is its own. */
export function atOnce<T, R>(
  most: number,
  items: readonly T[],
  act: (item: T) => Promise<R>,
): readonly Promise<R>[] {
  const ends = items.map(() => Promise.withResolvers<R>());
  // Whoever waits for it hears of a failure; until then it is none that nobody handles.
  for (const { promise } of ends) promise.catch(() => {});
  let next = 0;
  const work = async () => {
    while (next < items.length) {
      const at = next++;
      await act(items[at]!).then(ends[at]!.resolve, ends[at]!.reject);
    }
  };
  for (let worker = 0; worker < Math.min(most, items.length); worker++) void work();
  return ends.map(({ promise }) => promise);
}
