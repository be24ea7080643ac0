import assert from "node:assert/strict";
import { planData } from "../../lib/plan/masked.ts";
import { planBox } from "../../lib/plan/plan.ts";
import type { BoxSpec } from "../../lib/spec/box_spec.ts";
import { planInput } from "../support/plan_input.ts";

const STEWARD = { argv: ["kanibako", "internal", "steward"], env: {} };

/** The services that have to do with ports. */
function services({ services }: BoxSpec): readonly string[] {
  return services.map(({ name }) => name).filter((name) => name === "calls" || name === "ports");
}

Deno.test("a plan names each port with its source, and the service that listens for it", async () => {
  const plan = planBox(await planInput({ steward: STEWARD }, { ports: ["8080:80", "[::1]:3000"] }));
  assert.deepEqual(planData(plan)["ports"], [
    { host: "localhost", port: 8080, boxPort: 80, from: "--publish flag" },
    { host: "::1", port: 3000, boxPort: 3000, from: "--publish flag" },
  ]);
  assert.deepEqual(services(plan), ["calls", "ports"]);
  assert.deepEqual(plan.services.find(({ name }) => name === "ports")!.options, {
    ports: ["8080:80", "[::1]:3000"],
  });
});

Deno.test("a box in the foreground has what publishing takes only where a port is published", async () => {
  assert.deepEqual(services(planBox(await planInput({ steward: STEWARD }))), []);
  const stays = planBox(await planInput({ steward: STEWARD, lifetime: "persistent", called: true }));
  assert.deepEqual(services(stays), ["calls", "ports"]);
});

Deno.test("ports that nobody could connect to are refused", async () => {
  const input = await planInput({}, { ports: ["3000"] });
  assert.throws(() => planBox(input), { code: "no-ports" });
});
