import { deepStrictEqual, match, rejects, strictEqual } from "node:assert/strict";
import { planSession } from "../../lib/app/project/plan.ts";
import { fitted } from "../../lib/session/fit.ts";
import { gather, type SessionRequest } from "../../lib/session/gather.ts";
import { AppWorld } from "./world.ts";

const IMAGE = "registry.example/o/image:1";

/** A world whose engine has one image, into which a look sees `lines`. */
async function withImage(...lines: string[]): Promise<AppWorld> {
  const world = await AppWorld.make();
  const podman = `${world.sandbox.root}/bin/podman`;
  const said = JSON.stringify([{ Id: "cd".repeat(32), Architecture: "amd64", Config: { Labels: null } }]);
  const answers = `case "$*" in
  "run "*) printf '%s\\n' 'kanibako-look 1' ${lines.map((line) => `'${line}'`).join(" ")} end; exit ;;
  "image inspect "*) echo '${said}'; exit ;;
esac
`;
  await Deno.writeTextFile(podman, (await Deno.readTextFile(podman)).replace("\n", `\n${answers}`));
  return world;
}

function request(world: AppWorld, cwd: string, changes: Partial<SessionRequest> = {}): SessionRequest {
  // A session of a program, as a shell's is not meant to stay.
  const flags = { image: IMAGE, ...changes.flags };
  return { host: world.host, cwd, kind: "agent", entrypoint: "/bin/sh", words: [], ...changes, flags };
}

Deno.test("a session that cannot stay in an image is one in the foreground, unless it was asked to stay", async () => {
  await using world = await withImage("has glibc", "has program");
  const cwd = await world.folder("app");
  const session = await gather(request(world, cwd));
  strictEqual(session.lifetime, "persistent");
  // Who only plans asks nobody.
  strictEqual((await fitted(session)).lifetime, "persistent");
  const fit = await fitted(session, "attached");
  strictEqual(fit.lifetime, "ephemeral");
  match(
    fit.unfit!.join(),
    /^The image registry\.example\/o\/image:1 has no tmux: this session is in the foreground/,
  );
  const asked = await gather(request(world, cwd, { flags: { persistence: "persistent" } }));
  await rejects(fitted(asked, "attached"), { code: "rig-unfit" });
  await rejects(fitted(session, "detached"), { code: "rig-unfit" });
  // By now it is known, also to a plan, which says it.
  const plan = await planSession(request(world, cwd));
  deepStrictEqual([plan.spec.lifetime, plan.warnings.includes(fit.unfit![0]!)], ["ephemeral", true]);
});

Deno.test("an image in which a session can stay changes nothing of it", async () => {
  await using world = await withImage("has tmux", "has glibc", "has program");
  const session = await gather(request(world, await world.folder("app")));
  const { facts, ...rest } = await fitted(session, "attached");
  deepStrictEqual([facts?.tmux, rest], [true, session]);
  strictEqual((await fitted(session, "detached")).lifetime, "persistent");
});

Deno.test("what needs this program in the box is refused where an image cannot run it, and no network needs none", async () => {
  await using world = await withImage("has tmux", "has musl");
  const cwd = await world.folder("app");
  const under = async (network: string) =>
    await fitted(await gather(request(world, cwd, { flags: { network } })), "attached");
  await rejects(under("filtered"), {
    code: "rig-unfit",
    message: /which a filtered network needs in the box/,
  });
  strictEqual((await under("none")).facts?.libc, "musl");
});
