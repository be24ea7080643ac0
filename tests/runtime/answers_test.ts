import assert from "node:assert/strict";
import { baseDirs } from "../../lib/host/dirs.ts";
import type { CliEngine } from "../../lib/runtime/cli/cli_engine.ts";
import { Docker } from "../../lib/runtime/cli/docker.ts";
import { FactsFile } from "../../lib/runtime/cli/facts.ts";
import { Podman } from "../../lib/runtime/cli/podman.ts";
import { inFolder } from "../support/trees.ts";

/** Engines whose program prints what is in a file. */
async function printing(folder: string): Promise<CliEngine[]> {
  const program = `${folder}/engine`;
  await Deno.writeTextFile(program, `#!/bin/sh\ncat "${folder}/answer"\n`);
  await Deno.chmod(program, 0o755);
  const dirs = baseDirs((name) => name === "HOME" ? folder : undefined);
  const facts = await FactsFile.open(dirs, Deno.execPath());
  const options = { profile: "/profile.json" };
  return [new Podman(program, facts, options), new Docker(program, facts, options)];
}

Deno.test("an answer of an engine that cannot be read is an error of the engine, whatever was asked", () =>
  inFolder(async (folder) => {
    for (const answer of ['[{"Id":', "{", "<html>"]) {
      await Deno.writeTextFile(`${folder}/answer`, answer);
      for (const engine of await printing(folder)) {
        const refused = { code: "engine", message: /gave an answer that cannot be read/ };
        await assert.rejects(engine.inspect("x"), refused);
        await assert.rejects(engine.list({}), refused);
        await assert.rejects(engine.images(), refused);
      }
    }
  }));

Deno.test("labels of an image, however long, do not hide a box", () =>
  inFolder(async (folder) => {
    const box = { Id: "1", Names: ["app"], Image: "i", State: "running", ExitCode: 0, Created: 0 };
    const labels = { long: "x".repeat(6_000_000), "kanibako.box": "app" };
    await Deno.writeTextFile(`${folder}/answer`, JSON.stringify([{ ...box, Labels: labels }]));
    const [podman] = await printing(folder);
    assert.deepEqual((await podman!.list({})).map(({ name, labels }) => [name, labels["kanibako.box"]]), [
      ["app", "app"],
    ]);
  }));

Deno.test("images are listed although one is removed meanwhile, and what else is wrong is said at once", () =>
  inFolder(async (folder) => {
    await Deno.writeTextFile(
      `${folder}/answer`,
      JSON.stringify([{ Id: "1", Names: ["localhost/a:latest"] }]),
    );
    const [podman] = await printing(folder);
    const complaining = async (complaint: string, times: number) => {
      await Deno.writeTextFile(`${folder}/left`, "x".repeat(times));
      await Deno.writeTextFile(
        `${folder}/engine`,
        `#!/bin/sh\nleft=$(cat "${folder}/left")\ncase $left in x*) printf %s "\${left#x}" >"${folder}/left"\n` +
          `echo "${complaint}" >&2; exit 125 ;; esac\ncat "${folder}/answer"\n`,
      );
    };
    const gone = "Error: locating image with ID 1b58db: image not known";
    await complaining(gone, 2);
    assert.deepEqual((await podman!.images()).map(({ names }) => names), [["localhost/a:latest"]]);
    await complaining(gone, 9);
    await assert.rejects(podman!.images(), { code: "engine", message: /cannot list images/ });
    await complaining("Error: no space left on device", 1);
    await assert.rejects(podman!.images(), { code: "engine", message: /no space left/ });
  }));
