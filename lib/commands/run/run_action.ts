import type { RunResult } from "../../app/run/run.ts";
import { UsageError } from "../../host/error.ts";
import { absolutePath } from "../../host/path.ts";
import { note } from "../../host/ui/terminal.ts";
import { flagSettings, type SessionFlags } from "../box/session/session_flags.ts";
import { approving } from "../box/session/session_request.ts";
import type { Context } from "../context.ts";
import { parseDuration } from "../duration.ts";
import type { RunFlags } from "./run.ts";

/** Runs one command in a box of its own. Its exit code. */
export default async function run(this: Context, flags: RunFlags): Promise<number> {
  const argv = this.rest;
  const { keep, branch } = flags;
  if (argv.length === 0 && !flags.explain) {
    throw new UsageError("CMD is missing: a command to run, with its arguments.", {
      hint: "For an agent or a shell: kanibako start, kanibako shell",
    });
  }
  if (argv[0] === "") throw new UsageError("The command is an empty word.");
  const ttlMs = flags.ttl === undefined ? undefined : parseDuration("--ttl", flags.ttl);
  if (flags.noStdin) (await import("../../host/no_input.ts")).takeNoInput();
  const host = await this.host();
  const { cwd } = this;
  const settings = flagSettings(flags as unknown as SessionFlags);
  const asked = {
    host,
    cwd,
    argv,
    flags: flags.noNetwork ? { ...settings, network: "none" } : settings,
    ...(flags.engine === undefined ? {} : { engine: flags.engine }),
    ...(flags.config === undefined ? {} : { config: absolutePath(flags.config, cwd) }),
    ...(flags.template === undefined
      ? {}
      : { template: isPath(flags.template) ? absolutePath(flags.template, cwd) : flags.template }),
    mounted: flags.noProject ? "none" : flags.mountProject ? "must" : "auto",
    ...(ttlMs === undefined ? {} : { ttlMs }),
  } as const;
  if (argv.length === 0) return await (await import("./explain.ts")).explainOnly(asked, flags.json);
  const [{ runCommand, runInKept }, kept] = await Promise.all([
    import("../../app/run/run.ts"),
    keep || branch ? import("../../app/run/keep.ts") : undefined,
  ]);
  const { keep: place, earlier } = !kept
    ? {}
    : branch
    ? await kept.branchKept(host, cwd, asked.mounted)
    : kept.newKept();
  const explaining = flags.explain ? (await import("./explain.ts")).explain : undefined;
  const isTerminal = !flags.json && Deno.stdin.isTerminal() && Deno.stdout.isTerminal();
  const captured = flags.json ? (await import("./captured.ts")).capture(flags.noStdin) : undefined;
  const startedMs = performance.now();
  const whole = {
    ...asked,
    ...(isTerminal ? { terminal: { type: Deno.env.get("TERM") || "xterm-256color" } } : {}),
    ...(place ? { keep: place } : {}),
    ...(explaining ? { choosing: explaining } : {}),
    ...(captured ? { output: captured.output, begun: captured.begun } : {}),
  };
  const result: Pick<RunResult, "code" | "image" | "kept"> & Partial<RunResult> = await approving(
    host,
    async () => earlier ? await runInKept(whole, earlier) : await runCommand(whole),
  );
  captured?.print(result, performance.now() - startedMs);
  if (result.kept !== undefined) {
    note(`Kept the box ${result.kept}. To look into it: kanibako shell ${result.kept}`);
    note(`To remove it: kanibako rm ${result.kept}`);
  }
  return result.code;
}

/** Whether a template is a file: a name has no slash and no ending. */
function isPath(template: string): boolean {
  return template.includes("/") || template.endsWith(".toml");
}
