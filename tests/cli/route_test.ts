import assert from "node:assert/strict";
import { UsageError } from "../../lib/host/error.ts";
import { route } from "../../lib/commands/route.ts";

interface Vector {
  readonly argv: readonly string[];
  readonly path: string;
  readonly tokens?: readonly string[];
  readonly rest?: readonly string[];
  readonly verbose?: boolean;
  readonly help?: boolean;
  readonly version?: boolean;
  readonly implicit?: boolean;
}

const vectors: Vector[] = [
  // No command, options only, or a word that is no command: start.
  { argv: [], path: "start" },
  { argv: ["-N"], path: "start", tokens: ["-N"] },
  { argv: ["--image", "x"], path: "start", tokens: ["--image", "x"] },
  { argv: ["myproj"], path: "start", tokens: ["myproj"], implicit: true },
  { argv: ["./dir", "-N"], path: "start", tokens: ["./dir", "-N"], implicit: true },
  { argv: ["--", "x"], path: "start", rest: ["x"] },
  { argv: ["constructor"], path: "start", tokens: ["constructor"], implicit: true },
  // Commands and their groups.
  { argv: ["start", "myproj"], path: "start", tokens: ["myproj"] },
  { argv: ["box", "start", "p"], path: "box start", tokens: ["p"] },
  { argv: ["resume", "-S"], path: "start", tokens: ["--resume", "-S"] },
  { argv: ["box"], path: "box list" },
  { argv: ["box", "-q"], path: "box list", tokens: ["-q"] },
  { argv: ["rig"], path: "rig list" },
  { argv: ["crab", "--json"], path: "crab list", tokens: ["--json"] },
  { argv: ["system"], path: "system info" },
  // Groups in groups.
  { argv: ["box", "vault"], path: "box vault list" },
  { argv: ["box", "vault", "-q"], path: "box vault list", tokens: ["-q"] },
  { argv: ["box", "vault", "diff", "a", "b"], path: "box vault diff", tokens: ["a", "b"] },
  { argv: ["box", "vault", "--help"], path: "box vault", help: true },
  { argv: ["help", "box", "vault", "diff"], path: "box vault diff", help: true },
  // Groups about one thing, which may be named first.
  { argv: ["box", "network"], path: "box network show" },
  { argv: ["box", "net", "allow", "a", "b"], path: "box network allow", tokens: ["a", "b"] },
  { argv: ["box", "network", "api"], path: "box network show", tokens: ["api"] },
  { argv: ["box", "network", "api", "--json"], path: "box network show", tokens: ["api", "--json"] },
  {
    argv: ["box", "network", "api", "allow", "a"],
    path: "box network allow",
    tokens: ["--project", "api", "a"],
  },
  {
    argv: ["workset", "net", "client", "deny", "a"],
    path: "workset network deny",
    tokens: ["--name", "client", "a"],
  },
  { argv: ["crab", "helper", "api"], path: "crab helper list", tokens: ["--project", "api"] },
  { argv: ["system", "network", "--all"], path: "system network show", tokens: ["--all"] },
  { argv: ["approve", "a"], path: "approve", tokens: ["a"] },
  // Aliases, of the first word and of a group's commands.
  { argv: ["agent", "list"], path: "crab list" },
  { argv: ["image", "list"], path: "rig list" },
  { argv: ["container", "list"], path: "box list" },
  { argv: ["start", "agent"], path: "start", tokens: ["agent"] },
  { argv: ["ls"], path: "list" },
  { argv: ["box", "ls"], path: "box list" },
  { argv: ["box", "inspect", "x"], path: "box info", tokens: ["x"] },
  { argv: ["box", "delete", "x"], path: "box rm", tokens: ["x"] },
  { argv: ["rig", "prepare"], path: "rig prep" },
  { argv: ["image", "delete", "x"], path: "rig rm", tokens: ["x"] },
  // What stands behind -- reaches start and shell untouched, in both spellings.
  {
    argv: ["shell", "p", "--", "a b", "", "-v", "--", "'"],
    path: "shell",
    tokens: ["p"],
    rest: ["a b", "", "-v", "--", "'"],
  },
  { argv: ["box", "shell", "--", "-v"], path: "box shell", rest: ["-v"] },
  {
    argv: ["start", "-e", "A=1", "--", "--help"],
    path: "start",
    tokens: ["-e", "A=1"],
    rest: ["--help"],
  },
  { argv: ["box", "start", "--", "--version"], path: "box start", rest: ["--version"] },
  { argv: ["rm", "--", "-v"], path: "rm", tokens: ["--", "-v"] },
  // -v counts anywhere before --, and nowhere behind it.
  { argv: ["-v"], path: "start", verbose: true },
  { argv: ["list", "--verbose"], path: "list", verbose: true },
  { argv: ["-v", "box", "-v", "list"], path: "box list", verbose: true },
  { argv: ["shell", "-v", "--", "-v"], path: "shell", rest: ["-v"], verbose: true },
  // Help and version.
  { argv: ["--help"], path: "", help: true },
  { argv: ["-h"], path: "", help: true },
  { argv: ["-v", "--version"], path: "", verbose: true, version: true },
  { argv: ["box", "--help"], path: "box", help: true },
  { argv: ["image", "-h"], path: "rig", help: true },
  { argv: ["help"], path: "", help: true },
  { argv: ["help", "start"], path: "start", help: true },
  { argv: ["help", "agent", "ls"], path: "crab list", help: true },
  { argv: ["internal"], path: "internal", help: true },
];

for (const vector of vectors) {
  Deno.test(`route: kanibako ${vector.argv.join(" ")} means ${vector.path || "the program itself"}`, () => {
    const found = route(vector.argv);
    assert.deepEqual(
      {
        path: found.path.join(" "),
        tokens: found.tokens,
        rest: found.rest,
        verbose: found.verbose,
        help: found.help,
        version: found.version,
        implicit: found.implicit,
      },
      {
        path: vector.path,
        tokens: vector.tokens ?? [],
        rest: vector.rest ?? [],
        verbose: vector.verbose ?? false,
        help: vector.help ?? false,
        version: vector.version ?? false,
        implicit: vector.implicit ?? false,
      },
    );
  });
}

for (
  const [argv, hint] of [
    [["box", "strt"], "box start"],
    [["rig", "prepp"], "rig prep"],
    [["crab", "lst"], "crab list"],
    [["help", "shel"], "shell"],
    [["box", "zzzzzz"], "box --help"],
    [["help", "doctor"], "system diagnose"],
    [["help", "exec"], "shell"],
  ] as const
) {
  Deno.test(`route: kanibako ${argv.join(" ")} is refused and ${hint} suggested`, () => {
    assert.throws(() => route(argv), (error) => {
      assert.ok(error instanceof UsageError);
      assert.equal(error.exitCode, 2);
      assert.match(error.hints.join(), new RegExp(hint));
      return true;
    });
  });
}
