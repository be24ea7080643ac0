/**
 * JSON files of which only some keys run anything. Comments and commas too many are allowed, as editors do.
 *
 * @module
 */

import { parseLooseJson } from "../../host/loose_json.ts";

/** What npm writes into a new package. */
const NO_TEST = 'echo "Error: no test specified" && exit 1';
/** Tables of a package whose entries are got from somewhere. */
const DEPENDENCIES = [
  "dependencies",
  "devDependencies",
  "optionalDependencies",
  "peerDependencies",
  "overrides",
  "resolutions",
];
/** A version of a registry: not a URL, a path or a repository. */
const FROM_REGISTRY = /^(?:npm:|workspace:|catalog:|[~^<>=*|\s\w.+-])[^:/]*$|^npm:|^workspace:|^catalog:/;
/** Of these only what names a program. */
const PARTLY = new Set([
  "ava",
  "babel",
  "c8",
  "commitlint",
  "config",
  "eslintConfig",
  "jest",
  "mocha",
  "nodemonConfig",
  "nyc",
  "prettier",
  "release",
  "stylelint",
  "xo",
]);
/** Tables whose commands other tools run. */
const TOOLS = [
  "husky",
  "lint-staged",
  "simple-git-hooks",
  "pre-commit",
  "pre-push",
  "gitHooks",
  "nano-staged",
  ...PARTLY,
  "wireit",
  "nx",
  "allowScripts",
  "trustedDependencies",
  "pnpm",
  "packageManager",
  "devEngines",
  "binary",
  "gypfile",
];

/** Scripts, hooks of other tools, and what is not installed from a registry. */
export function packageKeys(text: string): Record<string, string> {
  const keys: Record<string, string> = {};
  const whole = parsed(text);
  for (const [name, value] of entriesOf(whole["scripts"])) {
    if (!(name === "test" && value === NO_TEST)) keys[`scripts.${name}`] = shown(value);
  }
  for (const name of TOOLS) {
    if (!(name in whole)) continue;
    const value = shown(whole[name]);
    if (!PARTLY.has(name) || /\.(?:[cm]?[jt]s|sh)\b|\.\.?\/|https?:|git\+/.test(value)) keys[name] = value;
  }
  const far = farWorkspaces(whole["workspaces"]);
  if (far.length > 0) keys["workspaces"] = shown(far);
  for (const table of DEPENDENCIES) addForeign(keys, table, whole[table]);
  return keys;
}

/** What is not from a registry; overrides may be tables in tables. */
function addForeign(keys: Record<string, string>, name: string, value: unknown, depth = 0): void {
  if (typeof value !== "string") {
    if (depth < 20) {
      for (const [inner, one] of entriesOf(value)) addForeign(keys, `${name}.${inner}`, one, depth + 1);
    } else keys[name] = shown(value);
  } else if (!FROM_REGISTRY.test(value) || /^\.|\.(?:tgz|tar|tar\.gz)$/i.test(value)) keys[name] = value;
}

/** Packages of the same project whose scripts run along, and that lie deeper than a look goes. */
function farWorkspaces(value: unknown): string[] {
  const list = Array.isArray(value) ? value : entriesOf(value).find(([name]) => name === "packages")?.[1];
  if (!Array.isArray(list)) return [];
  return list.filter((one) => typeof one === "string" && !one.startsWith("!")).filter((one: string) => {
    const names = one.split("/").filter((name) => name !== "" && name !== ".");
    return names.length > 2 || names.includes("**") || names.includes("..");
  });
}

/** Parts of a setting's name, or of one in it, that have to do with programs. */
const RUNS =
  /path|command|cmd|args|arguments|exec|shell|env|task|interpreter|server|hook|script|trust|automation|profile|binary|runtime|tool|allow|autorun|onsave|startup|mcp|plugin|proxy|url|sdk|home|root/i;
/** Settings that match and run nothing. */
const HARMLESS =
  /^(?:files\.(?:exclude|watcherExclude|associations)|search\.|editor\.(?:codeActionsOnSave|formatOnSave)|explorer\.|workbench\.colorCustomizations|json\.schemas|yaml\.schemas|cSpell\.)/;

/** Settings of an editor that name a program, what it is given, or where it comes from. */
export function editorKeys(text: string): Record<string, string> {
  const keys: Record<string, string> = {};
  for (const [name, value] of entriesOf(parsed(text))) {
    if (HARMLESS.test(name)) continue;
    if (RUNS.test(name) || typeof value === "object" && RUNS.test(shown(value))) keys[name] = shown(value);
  }
  return keys;
}

function entriesOf(value: unknown): [string, unknown][] {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? Object.entries(value) : [];
}

function shown(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value) ?? "";
}

function parsed(text: string): Record<string, unknown> {
  const value = parseLooseJson(text);
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new SyntaxError("not a table");
  }
  return value as Record<string, unknown>;
}
