import assert from "node:assert/strict";
import { planData } from "../../lib/plan/masked.ts";
import { planBox } from "../../lib/plan/plan.ts";
import { fromPart } from "../../lib/spec/source.ts";
import { planInput } from "../support/plan_input.ts";

function brought(targets: readonly string[], inMemory: readonly string[] = []) {
  return planInput({
    devContainer: {
      volumes: targets.map((target, index) => ({ name: `v${index}`, target, readOnly: index > 0 })),
      inMemory,
      folder: "/state/volumes",
      from: fromPart(".devcontainer.json"),
    },
    place: "/workspaces/app",
  });
}

Deno.test("volumes of a devcontainer.json are mounted with their source, and move along with the workspace", async () => {
  const plan = planBox(await brought(["/home/agent/workspace/node_modules", "/data"], ["/scratch"]));
  const from = plan.mounts.filter((mount) =>
    mount.from.kind === "part" && mount.from.what === ".devcontainer.json"
  );
  assert.deepEqual(from.map(({ type, destination, readOnly }) => [type, destination, readOnly]), [
    ["bind", "/data", true],
    ["tmpfs", "/scratch", false],
    ["bind", "/workspaces/app/node_modules", false],
  ]);
  assert.equal(plan.workdir, "/workspaces/app");
  assert.match(JSON.stringify(planData(plan)), /"from":"\.devcontainer\.json"/);
});

Deno.test("a volume takes no place of the box's own", async () => {
  for (const target of ["/run/kanibako/in", "/home/agent/workspace", "/etc/passwd", "/home/agent"]) {
    const input = await brought([target]);
    assert.throws(() => planBox(input), { name: "KanibakoError" }, target);
  }
});
