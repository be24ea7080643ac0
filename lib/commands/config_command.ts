/**
 * The face that all `config` commands share: show, get, set and reset at one place.
 *
 * @module
 */

import { effectiveHere, readSetting, settingsHere } from "../app/config/read.ts";
import { type ConfigScope, namedSetting } from "../app/config/scope.ts";
import { shownValue } from "../config/read.ts";
import { isResource } from "../config/setting_name.ts";
import type { LoginChange } from "../app/config/login_change.ts";
import type { EditValue } from "../config/edit.ts";
import { KanibakoError, UsageError } from "../host/error.ts";
import { dim, json, note, out, table } from "../host/ui/terminal.ts";
import { enumerated } from "../host/ui/text.ts";
import { sourceText } from "../spec/source.ts";
import type { ConfigFlags } from "./config_flags.ts";

type Flags = Partial<ConfigFlags>;

/** Runs one call. `argument`: `KEY`, `KEY=VALUE` or nothing. Returns the exit code. */
export async function configure(scope: ConfigScope, flags: Flags, argument: string = ""): Promise<number> {
  const equals = argument.indexOf("=");
  const word = (equals < 0 ? argument : argument.slice(0, equals)).trim();
  const text = equals < 0 ? undefined : argument.slice(equals + 1).trim();
  checkFlags(flags, word, text);
  if (word === "" && argument !== "") throw new UsageError("There is no setting name before the =.");
  if (flags.schema) return await showSchema(scope);
  if (scope.missing && !flags.effective) throw scope.missing;
  if (flags.reset && flags.all) return await resetAll(scope, flags);
  if (word === "") return flags.effective ? await showEffective(scope, flags) : await show(scope, flags);
  if (flags.local) await requireResource(scope, word);
  if (flags.reset) return await resetOne(scope, flags, word);
  const value = text ?? (flags.local ? "project" : undefined);
  return value === undefined ? await getOne(scope, flags, word) : await setOne(scope, flags, word, value);
}

function checkFlags(flags: Partial<ConfigFlags>, word: string, text: string | undefined): void {
  const refuse = (message: string, hint?: string) => {
    throw new UsageError(message, hint === undefined ? {} : { hint });
  };
  if (text !== undefined && flags.reset) refuse("--reset takes a KEY without a value.");
  if (text !== undefined && flags.effective) {
    refuse("--effective only shows values; it cannot be used with KEY=VALUE.");
  }
  if (flags.reset && flags.effective) refuse("Options --reset and --effective cannot be used together.");
  if (flags.all && !flags.reset) {
    refuse("--all requires --reset.", "To see every effective value: --effective");
  }
  if (flags.reset && flags.all && word !== "") refuse("Use --reset with either a KEY or --all.");
  if (flags.reset && !flags.all && word === "") {
    throw new KanibakoError("reset-what", "--reset requires a KEY or --all.", {
      hint: "To remove every setting made here: --reset --all",
    });
  }
  if (flags.local && (word === "" || flags.reset)) throw notLocal(word === "" ? "everything" : word);
  if (flags.local && text !== undefined && text !== "project") {
    refuse(`--local means project, not ${JSON.stringify(text)}.`);
  }
}

function notLocal(name: string): KanibakoError {
  return new KanibakoError("not-local", `--local can only be used with resource.NAME, not with ${name}.`);
}

async function requireResource(scope: ConfigScope, word: string): Promise<void> {
  const { setting } = await namedSetting(scope, word);
  if (!isResource(setting)) throw notLocal(setting.name);
}

async function show(scope: ConfigScope, flags: Flags): Promise<number> {
  const rows = [...await settingsHere(scope)];
  if (flags.json) json(Object.fromEntries(rows));
  else if (flags.quiet) rows.forEach(([name]) => out(name));
  else if (rows.length === 0) out("  (no overrides)");
  else rows.forEach(([name, value]) => out(`  ${name} = ${printed(name, value)}`));
  return 0;
}

function printed(name: string, value: EditValue | undefined): string {
  return value === "" ? '""' : shownValue(name, value);
}

async function showEffective(scope: ConfigScope, flags: Flags): Promise<number> {
  const rows = await effectiveHere(scope);
  if (flags.json) {
    json(Object.fromEntries(rows.map(({ name, value, level, from }) => [
      name,
      { value: value ?? null, level, from: sourceText(from) },
    ])));
  } else if (flags.quiet) rows.forEach(({ name }) => out(name));
  else {
    table(
      ["KEY", "VALUE", "SOURCE"],
      rows.map(({ name, value, level, from }) => [
        name,
        value === undefined ? dim("(not set)") : printed(name, value),
        level === "default" ? dim(sourceText(from)) : sourceText(from),
      ]),
    );
  }
  return 0;
}

async function getOne(scope: ConfigScope, flags: Flags, word: string): Promise<number> {
  // Who asks for a secret by its name wants to see it.
  const { setting, value, from, default: usual } = await readSetting(scope, word, {
    effective: flags.effective ?? false,
    reveal: true,
  });
  const { name } = setting;
  if (flags.json) {
    json({ name, value: value ?? null, ...(from === undefined ? {} : { from: sourceText(from) }) });
  } else if (value !== undefined) out(shownValue(name, value));
  else {
    note("(not set)");
    if (usual !== undefined) note(`  Default: ${shownValue(name, usual)}`);
  }
  return value === undefined ? 1 : 0;
}

async function setOne(scope: ConfigScope, flags: Flags, word: string, text: string): Promise<number> {
  const { setHere } = await import("../app/config/change.ts");
  const { name, value, withdrawn } = await setHere(scope, word, text);
  if (flags.json) json({ name, value });
  else if (!flags.quiet) out(`Set ${name}=${shownValue(name, value)}`);
  showWithdrawn(withdrawn, flags);
  return 0;
}

async function resetOne(scope: ConfigScope, flags: Flags, word: string): Promise<number> {
  const { resetHere } = await import("../app/config/change.ts");
  const { name, reset, default: usual, withdrawn } = await resetHere(scope, word);
  if (flags.json) json({ name, reset });
  else if (!flags.quiet) {
    if (!reset) out(`No override for ${name}`);
    else {out(
        `Reset ${name}${
          usual === undefined || String(usual) === "" ? "" : ` (default: ${shownValue(name, usual)})`
        }`,
      );}
  }
  showWithdrawn(withdrawn, flags);
  return 0;
}

async function resetAll(scope: ConfigScope, flags: Flags): Promise<number> {
  const { resetAllHere } = await import("../app/config/change.ts");
  const { names, kept, withdrawn } = await resetAllHere(scope, flags.force);
  if (flags.json) json({ reset: names });
  else {
    for (const [name, value] of kept) {
      note(`Kept ${name}=${shownValue(name, value)}. To reset it, too: --reset ${name}`);
    }
    if (!flags.quiet) {
      out(names.length === 0 ? "Nothing to reset." : `Reset ${count(names.length)} of ${scope.place.title}.`);
    }
  }
  showWithdrawn(withdrawn, flags);
  return 0;
}

function count(settings: number): string {
  return settings === 1 ? "1 setting" : `${settings} settings`;
}

/** Beside JSON it is no part of the answer. */
function showWithdrawn({ logins, placeholders, later }: LoginChange, flags: Flags): void {
  const say = flags.json ? note : out;
  const projects = (number: number) => number === 1 ? "1 project" : `${number} projects`;
  if (logins > 0) say(`Deleted the host's login from ${projects(logins)}.`);
  if (placeholders > 0) say(`Deleted the placeholders of the host's login from ${projects(placeholders)}.`);
  if (later.length > 0) {
    note(
      `The running ${later.length === 1 ? "box" : "boxes"} ${enumerated(later)} ${
        later.length === 1 ? "has" : "have"
      } the change from the next start on.`,
    );
  }
}

async function showSchema({ place }: ConfigScope): Promise<number> {
  const { jsonSchema } = await import("../config/json_schema.ts");
  json(jsonSchema(place.level));
  return 0;
}
