// Every option of every command: where it acts, and that it is refused where it would not. A new option that is in no table fails.

import { deepStrictEqual, match, strictEqual } from "node:assert/strict";
import { optionName } from "../../lib/commands/command.ts";
import { allCommands, commands } from "../../lib/commands/registry.ts";
import { Sandbox } from "./program.ts";

/** What asks for a form of output, or for no question: it acts wherever it can be given. */
const EVERYWHERE = ["json", "quiet", "force", "engine"];

/**
 * The other options, by command. Those of `start` and `shell` are in `tests/session/running_options_test.ts`. Behind a `+` stands what
 * an option goes with; without that it is refused, as a test below shows.
 */
const OPTIONS: Readonly<Record<string, string>> = {
  stop: "all",
  create: "name image standalone no-vault distinct-auth allow-home+standalone if-missing",
  list: "active all orphan",
  ps: "all",
  rm: "purge plan",
  "box config": "effective reset all+reset local schema",
  "box archive":
    "all with-workspace with-vault with-credentials allow-uncommitted allow-unpushed as-local as-standalone xz zstd plan",
  "box extract": "name all without-workspace any-size approve plan",
  "box move": "plan",
  "box duplicate": "bare to workset name with-credentials plan",
  "box migrate": "to workset name in-place plan",
  "box fork": "project with-credentials plan",
  "box purge": "all plan",
  "box port add": "project",
  "box port rm": "project",
  "box port list": "box",
  "box open": "project",
  "box network show": "project all presets",
  "box network allow": "project",
  "box network deny": "project",
  "box network reset": "project all",
  "box network test": "project method",
  "box network log": "project follow refused lines",
  "box network pending": "project",
  "box network approve": "project once box workset system",
  "box network refuse": "project once box workset system",
  "workset network show": "name all presets",
  "workset network allow": "name",
  "workset network deny": "name",
  "workset network reset": "name all",
  "workset network test": "name method",
  "workset network log": "name follow refused lines",
  "workset network pending": "name",
  "workset network approve": "name once box workset system",
  "workset network refuse": "name once box workset system",
  "system network show": "all presets",
  "system network reset": "all",
  "system network test": "method",
  "system network log": "follow refused lines",
  "system network approve": "once box workset system",
  "system network refuse": "once box workset system",
  "approve": "project once box workset system",
  "box report": "diff since",
  "box stats": "watch",
  "box limits": "cpus keep memory once pids",
  "box logs": "follow lines",
  "box quarantine restore": "project all stop",
  "box quarantine rm": "project all",
  "box vault snapshot": "name note strategy xz home if-changed",
  "box vault diff": "project file content",
  "box vault restore": "project home stop",
  "box vault prune": "keep keep-daily keep-weekly all damaged dry-run",
  "box vault verify": "project",
  "box vault export": "project",
  "box vault import": "project name note any-size",
  "box get": "project",
  "crab reauth": "check no-browser",
  "crab helper spawn":
    "task task-file schema+task name workspace crab model image network allow secret no-secrets memory cpus time depth breadth keep project",
  "crab helper list": "project tree",
  "crab helper info": "project",
  "crab helper stop": "project",
  "crab helper respawn": "project",
  "crab helper cleanup": "project cascade",
  "crab helper send": "project",
  "crab helper broadcast": "project",
  "crab helper recv": "project wait timeout+wait from",
  "crab helper wait": "project any timeout",
  "crab helper result": "project",
  "crab helper diff": "project",
  "crab helper land": "project plan undo",
  "crab helper log": "project follow from tail",
  "crab helper attach": "project",
  mcp: "project",
  "comms send": "broadcast",
  "comms read": "broadcast clear lines",
  replay: "speed max-idle",
  "rig list": "all",
  "rig prep": "all",
  "rig prune": "plan",
  "rig create": "base template always-commit no-commit-on-error",
  "rig add": "name as sha256",
  "rig export": "as out",
  "rig import": "name",
  "rig extend": "from always-commit no-commit-on-error",
  "rig rebuild": "all local",
  "workset create": "name image standalone no-vault distinct-auth existing",
  "workset rm": "purge",
  "workset config": "effective reset all+reset local schema",
  "workset connect": "name link move copy plan",
  "workset disconnect": "name remove-files plan",
  completions: "install",
  run:
    "allow branch browser config cpus env explain image keep max-duration memory mount-project network no-network no-project no-stdin pids publish secret secret-file security share-images ssh template ttl",
  setup: "crab log-in rig prepare network own servers linger completions again check",
  "crab check": "schema",
  "crab config": "effective reset all+reset local schema",
  "crab list": "all",
  "record show": "since kind run lines",
  "record verify": "file key",
  "record export": "out",
  "secret set": "from command",
  "secret get": "reveal",
  "system config": "effective reset all+reset local schema",
  "system prune": "plan",
  "system upgrade": "check rollback",
  "system migrate": "from approve plan",
  "env list": "project",
  "shared init": "agent",
};

/** The commands under their own names. */
function declared(): [words: string, options: readonly string[]][] {
  const found = Object.entries(commands).flatMap(([name, target]) => [...allCommands(target, [name])]);
  const seen = new Set<unknown>();
  return found.filter(([, command]) => !seen.has(command) && seen.add(command)).map(([path, { flags }]) => [
    path.join(" "),
    Object.keys(flags).filter((flag) => !EVERYWHERE.includes(flag)).map(optionName),
  ]);
}

Deno.test("F1: no option of any command is without an entry in a table", () => {
  const others = declared().filter(([words, options]) =>
    options.length > 0 && !["start", "shell"].includes(words)
  );
  const table = others.map(([words, options]) => [words, options.toSorted()]);
  const known = Object.entries(OPTIONS).map(([words, options]) => [
    words,
    options.split(" ").map((option) => option.split("+")[0]!).toSorted(),
  ]);
  deepStrictEqual(Object.fromEntries(table), Object.fromEntries(known));
});

/** Calls in which an option would do nothing: each is refused, and says so. */
const REFUSED: readonly (readonly [words: string, message: RegExp])[] = [
  ["run", /CMD is missing/],
  ["run --no-network --network open true", /cannot be used together/],
  ["run --mount-project --no-project true", /cannot be used together/],
  ["run --profile stricter true", /"stricter" is not a valid value for --security/],
  ["run --ttl never true", /Cannot use --ttl "never"/],
  ["list --json --quiet", /--json and --quiet cannot be used together/],
  ["box vault snapshot --json -q", /--json and --quiet cannot be used together/],
  ["system migrate --approve", /--approve requires --from/],
  ["create --allow-home", /--allow-home requires --standalone/],
  ["shell --json", /--json requires --plan/],
  [
    "start --secure --entrypoint sh",
    /--entrypoint runs a program instead of an agent, and --secure is about an agent/,
  ],
  ["start --output json", /--output requires --prompt or --prompt-file/],
  ["start --timeout 3", /--timeout requires --prompt or --prompt-file/],
  ["start --json", /--json requires --plan or a prompt/],
  ["start --prompt a --prompt-file b", /--prompt and --prompt-file cannot be used together/],
  ["start - --prompt a", /- reads a prompt, and there is one already/],
  ["start --prompt a --json --output json", /--json and --output cannot be used together/],
  ["start --prompt a --timeout 3w", /Cannot use --timeout "3w"/],
  ["start --prompt a --persistent", /--persistent and a prompt cannot be used together/],
  ["start --prompt a --resume", /--resume and a prompt cannot be used together/],
  ["start --prompt a --entrypoint sh", /--entrypoint and a prompt cannot be used together/],
  ["start --prompt a --record f", /--record and a prompt cannot be used together/],
  ["start --prompt=", /The prompt from --prompt is empty/],
  ["start -c sh -M opus", /--model is about an agent/],
  ["start -c sh --new", /--new is about an agent/],
  ["start -c sh --crab codex", /--crab is about an agent/],
  ["box config --all", /--all requires --reset/],
  ["box vault prune --damaged --keep 3", /--damaged and --keep cannot be used together/],
  ["box vault prune --damaged --all", /--damaged and --all cannot be used together/],
  ["box vault diff --file a --json", /--file and --json cannot be used together/],
  ["box vault diff --file a --content", /--file and --content cannot be used together/],
  ["crab reauth --force --check", /--force and --check cannot be used together/],
  ["crab reauth --no-browser --check", /--no-browser and --check cannot be used together/],
  ["crab helper recv --timeout 3s", /--timeout goes with --wait/],
  ["crab helper spawn --schema f", /--schema needs a task/],
  ["crab helper spawn --task a --task-file b", /--task and --task-file cannot be used together/],
  ["crab helper spawn --network none --allow example.com", /--allow does nothing with --network none/],
  ["crab helper spawn --depth some", /Cannot use --depth "some"/],
  ["crab helper list --tree --json", /--tree and --json cannot be used together/],
  ["crab helper log --tail some", /Cannot use --tail "some"/],
  ["crab helper send 1", /There is no text to send/],
  ["box logs -n 0", /Cannot use --lines "0"/],
  ["comms read -n some", /Cannot use --lines "some"/],
  ["box network log --lines some", /Cannot use --lines "some"/],
  ["box port add", /PORT\[:BOXPORT\] is missing: Ports to publish/],
  ["box port rm", /PORT is missing: Ports as they are published/],
  ["box port add 3000 -q --json", /--json and --quiet cannot be used together/],
  ["box network allow", /RULE is missing: A host/],
  ["system network deny", /RULE is missing: A host/],
  ["box network reset", /Name a rule to remove, or use --all/],
  ["box open http", /"http" is no port/],
  ["shell --publish 3000-3010 -- true", /ranges are not supported/],
  ["rig prep oci --all", /either a rig's name or --all/],
  ["rig list --all -q", /--quiet.*--all|--all.*--quiet/],
  ["image prune --json", /--json needs --plan or --force/],
  ["rig rebuild oci --all", /either a rig's name or --all/],
  ["stop p --all", /either a project or --all/],
  ["box purge p --all", /either a project or --all/],
  ["box migrate --in-place", /new mode with --to/],
  ["workset create w --force", /--force requires --existing/],
  ["workset disconnect w p --name n --remove-files", /--name and --remove-files cannot be used together/],
];

Deno.test("F1: an option that would do nothing beside the others is refused as a mistake in the command line", async () => {
  await using sandbox = await Sandbox.make();
  for (const [words, message] of REFUSED) {
    const { code, stderr } = await sandbox.run(words.split(" "));
    match(stderr, message);
    strictEqual(code, 2, words);
  }
});

Deno.test("F1: create --if-missing of a project that is there refuses what it does not have, and takes what it has", async () => {
  await using sandbox = await Sandbox.make();
  const create = async (...words: string[]) => await sandbox.run(["create", "--if-missing", ...words]);
  strictEqual((await create("--name", "api", "--image", "min")).code, 0);
  for (const same of [[], ["--name", "api"], ["--image", "min"]]) {
    const { code, stdout } = await create(...same);
    deepStrictEqual([code, /Already a project/.test(stdout)], [0, true]);
  }
  for (
    const other of [["--image", "oci"], ["--name", "other"], ["--standalone"], ["--no-vault"], [
      "--distinct-auth",
    ]]
  ) {
    const { code, stderr } = await create(...other);
    strictEqual(code, 1, other[0]);
    match(stderr, new RegExp(`is a project already, and ${other[0]} would change nothing`));
  }
});
