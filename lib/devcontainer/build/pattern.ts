/**
 * The patterns of `.dockerignore`, compared without going back more than one wildcard: as expressions, a few wildcards in a hostile one
 * take for ever.
 *
 * Source: Go documentation, "path/filepath", "Match"; Docker documentation, ".dockerignore files", for `**`.
 *
 * @module
 */

/** Ends what takes too long: counts down, and throws below zero. */
export interface Work {
  left: number;
  readonly exhausted: () => Error;
}

/** A character of a name, one of several, or any. */
type Token = string | ((character: string) => boolean) | typeof ANY;
const ANY = Symbol("any number");
/** A name as it is written, one with wildcards, or any number of folders. */
type Segment = string | readonly Token[] | typeof ANY;

/** What says whether a path, as its names, fits a pattern, as its names. `**` within a name is `*`. */
export function patternMatcher(pattern: readonly string[], work: Work): (path: readonly string[]) => boolean {
  // `a/**` is what is in the folder, and not the folder.
  const names = pattern.at(-1) === "**" ? [...pattern, "*"] : pattern;
  const segments = names.map((name): Segment => name === "**" ? ANY : segmentOf(name));
  return (path) =>
    fits(path, segments, (name, segment) => {
      if (typeof segment === "string") return name === segment;
      return fits([...name], segment, (character, token) =>
        typeof token === "string" ? character === token : token(character), work);
    }, work);
}

/** Whether items are what a list of wishes says, in which `ANY` is any number of them. */
function fits<T, Wish>(
  items: readonly T[],
  wishes: readonly (Wish | typeof ANY)[],
  isOne: (item: T, wish: Wish) => boolean,
  work: Work,
): boolean {
  let [at, wish] = [0, 0];
  // Where the last wildcard was, and where what it stands for ends. Those before it need no second look.
  let [any, end] = [-1, 0];
  while (at < items.length) {
    if (--work.left < 0) throw work.exhausted();
    const wanted = wishes[wish];
    if (wanted === ANY) [any, end, wish] = [wish, at, wish + 1];
    else if (wanted !== undefined && isOne(items[at]!, wanted)) [at, wish] = [at + 1, wish + 1];
    else if (any >= 0) [at, wish] = [++end, any + 1];
    else return false;
  }
  return wishes.slice(wish).every((left) => left === ANY);
}

function segmentOf(name: string): Segment {
  if (!/[*?[\\]/.test(name)) return name;
  const words = name.match(/\*+|\\.|\[\^?(?:\\.|[^\\\]])+\]|./gsu) ?? [];
  return words.map((word): Token => {
    if (word.startsWith("*")) return ANY;
    if (word === "?") return () => true;
    if (word.length > 1 && word.startsWith("[")) return oneOf(word.slice(1, -1));
    return word.length > 1 && word.startsWith("\\") ? word.slice(1) : word;
  });
}

/** What is between the brackets: characters, and ranges of them; `^` turns it round. */
function oneOf(text: string): (character: string) => boolean {
  const others = text.startsWith("^");
  const ranges = [...(others ? text.slice(1) : text).matchAll(/(\\.|.)(?:-(\\.|.))?/gsu)].map((
    [, from, to = from],
  ) => [plain(from!), plain(to!)] as const);
  return (character) => ranges.some(([from, to]) => from <= character && character <= to) !== others;
}

function plain(character: string): string {
  return character.startsWith("\\") && character.length > 1 ? character.slice(1) : character;
}
