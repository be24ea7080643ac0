/**
 * The spellings of the 0.x versions, as one table: what was typed then, and what is typed today. They are replaced before a
 * command is looked for. The few that have no equal today are commands of their own, in `legacy.ts`.
 *
 * @module
 */

import { KanibakoError } from "../../host/error.ts";

/** One old spelling. */
export interface OldWords {
  /** Small letters are literal, capitals stand for one argument, `...` for all options and arguments that are left. */
  readonly old: string;
  /** The words of today; `undefined` where the old ones are refused. */
  readonly today: string | undefined;
  /** The only form that works, for words that are refused. */
  readonly only?: string;
}

const becomes = (old: string, today: string): OldWords => ({ old, today });

/** Every old spelling, the more special one of two first. */
export const OLD_WORDS: readonly OldWords[] = [
  becomes("resume ...", "start --resume ..."),
  becomes("status ...", "box info ..."),
  becomes("vault ...", "box vault ..."),
  becomes("reauth ...", "crab reauth ..."),
  becomes("helper ...", "crab helper ..."),
  becomes("upgrade ...", "system upgrade ..."),
  becomes("init --local ...", "create --standalone --if-missing ..."),
  { old: "init ...", today: undefined, only: "init --local" },
  becomes("new --local PATH ...", "create --standalone PATH ..."),
  { old: "new ...", today: undefined, only: "new --local PATH" },
  becomes("config --unset KEY ...", "box config --reset KEY ..."),
  becomes("config --clear ...", "box config --reset --all ..."),
  becomes("config --show ...", "box config --effective ..."),
  becomes("config -s ...", "box config --effective ..."),
  becomes("config --reset ...", "box config --reset ..."),
  becomes("config --local ...", "box config --local ..."),
  becomes("config --effective ...", "box config --effective ..."),
  becomes("config KEY VALUE ...", "box config KEY=VALUE ..."),
  becomes("config KEY=VALUE ...", "box config KEY=VALUE ..."),
  becomes("config KEY ...", "box config --effective KEY ..."),
  becomes("config ...", "box config --effective ..."),
  becomes("env set --global NAME VALUE ...", "system config env.NAME=VALUE ..."),
  becomes("env set NAME VALUE ...", "box config env.NAME=VALUE ..."),
  becomes("env get NAME ...", "box config --effective env.NAME ..."),
  becomes("env unset --global NAME ...", "system config --reset env.NAME ..."),
  becomes("env unset NAME ...", "box config --reset env.NAME ..."),
  becomes("box set auth VALUE ...", "box config auth=VALUE ..."),
  becomes("box set vault_enabled VALUE ...", "box config vault.enabled=VALUE ..."),
  becomes("box set KEY VALUE ...", "box config KEY=VALUE ..."),
  becomes("box resource set PATH SCOPE ...", "box config resource.PATH=SCOPE ..."),
  becomes("box resource unset PATH ...", "box config --reset resource.PATH ..."),
  becomes("box resource list ...", "box config --effective ..."),
  becomes("box resource", "box config --effective"),
  becomes("box settings set KEY VALUE ...", "box config crab.KEY=VALUE ..."),
  becomes("box settings get KEY ...", "box config --effective crab.KEY ..."),
  becomes("box settings unset KEY ...", "box config --reset crab.KEY ..."),
  becomes("box settings list ...", "box config --effective ..."),
  becomes("box settings", "box config --effective"),
  becomes("box orphan ...", "list --orphan ..."),
  becomes("box restore PATH ARCHIVE ...", "box extract ARCHIVE PATH ..."),
  becomes("box restore ...", "box extract ..."),
];

/** Options of old commands that take a value, so that it is not counted as an argument. */
const WITH_VALUE: readonly string[] = ["-p", "--project", "--name", "--engine"];

/** The words of today for those that were typed. Throws `KanibakoError` where the old ones are refused. Pure. */
export function wordsToday(typed: readonly string[]): readonly string[] {
  for (const { old, today, only } of OLD_WORDS) {
    const match = matched(old.split(" "), typed);
    if (match === undefined) continue;
    if (today !== undefined) return today.split(" ").flatMap((word) => filled(word, match));
    throw new KanibakoError("old-spelling", `kanibako ${typed[0]} works only as kanibako ${only}.`, {
      hint: "To make a project that keeps its state in the data folder: kanibako create",
    });
  }
  return typed;
}

interface Match {
  /** What the capitals stand for. */
  readonly values: ReadonlyMap<string, string>;
  /** What `...` stands for. */
  readonly rest: readonly string[];
}

/** How words fit a pattern; `undefined` when they do not. */
function matched(pattern: readonly string[], typed: readonly string[]): Match | undefined {
  if (typed[0] !== pattern[0]) return undefined;
  const isOption = (word: string) => word.startsWith("-") && word !== "-";
  const options = new Set(pattern.filter(isOption));
  const names = pattern.filter((word) => !isOption(word) && word !== "...");
  const words = typed.flatMap((word) => {
    const [, name, value] = word.match(/^(--[^=]+)=([^]*)$/) ?? [];
    return name !== undefined && options.has(name) ? [name, value!] : [word];
  });
  const takesArguments = names.some((name) => /[A-Z]/.test(name));
  const values = new Map<string, string>();
  const rest: string[] = [];
  for (let at = 0, argument = 0; at < words.length || argument < names.length; at++) {
    const word = words[at];
    if (word === undefined) return undefined;
    if (options.delete(word)) continue;
    if (isOption(word)) {
      rest.push(word, ...(WITH_VALUE.includes(word) ? words.slice(++at, at + 1) : []));
    } else if (argument < names.length) {
      if (!fits(names[argument++]!, word, values)) return undefined;
    } else if (takesArguments) return undefined;
    else rest.push(word);
  }
  const all = options.size === 0 && (rest.length === 0 || pattern.includes("..."));
  return all ? { values, rest } : undefined;
}

function fits(name: string, word: string, values: Map<string, string>): boolean {
  if (!/[A-Z]/.test(name)) return name === word;
  const [, key, value] = word.match(/^([^=]*)=([^]*)$/) ?? [];
  if (name === "KEY=VALUE" && key !== undefined) values.set("KEY", key).set("VALUE", value!);
  // A name that is followed by its value is no name alone.
  else if (name.includes("=") || (["KEY", "NAME"].includes(name) && key !== undefined)) return false;
  else values.set(name, word);
  return true;
}

function filled(word: string, { values, rest }: Match): readonly string[] {
  return word === "..." ? rest : [word.replace(/[A-Z]+/g, (name) => values.get(name)!)];
}
