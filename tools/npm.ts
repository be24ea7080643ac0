/**
 * Makes `dist/npm`, the package that `npx kanibako` runs: the bundled program, and a few lines of shell that start it. The runtime is a
 * package of its own, which npm chooses by the machine.
 *
 *     deno run -A tools/npm.ts [--output FOLDER]
 *
 * @module
 */

import manifest from "../deno.json" with { type: "json" };
import { finishFolder, RUN_FLAGS } from "../lib/host/bundle.ts";
import { writeChunks } from "./build/chunks.ts";
import { GROUPS } from "./build/groups.ts";
import { manPage } from "./man.ts";

const root = decodeURIComponent(new URL("..", import.meta.url).pathname);

/** Fills an empty folder. */
export async function writePackage(folder: string): Promise<void> {
  const { version, license } = manifest;
  const runtime = Deno.version.deno;
  const described = {
    name: "kanibako",
    version,
    description: "Safe, persistent boxes for AI coding agents",
    license,
    type: "module",
    bin: { kanibako: "bin/kanibako" },
    man: ["man/kanibako.1"],
    files: ["bin", "program", "man"],
    os: ["linux"],
    cpu: ["x64", "arm64"],
    optionalDependencies: {
      "@deno/linux-x64-glibc": runtime,
      "@deno/linux-arm64-glibc": runtime,
    },
    ...repository(),
  };
  await Deno.mkdir(`${folder}/bin`, { recursive: true });
  await Deno.mkdir(`${folder}/program`);
  await Deno.mkdir(`${folder}/man`);
  await Deno.writeTextFile(`${folder}/package.json`, JSON.stringify(described, null, 2) + "\n");
  const launcher = await Deno.readTextFile(new URL("build/npm_launcher.sh", import.meta.url));
  await Deno.writeTextFile(`${folder}/bin/kanibako`, launcher.replace("@RUN_FLAGS@", RUN_FLAGS.join(" ")), {
    mode: 0o755,
  });
  await writeChunks(root, `${folder}/program`, GROUPS);
  await finishFolder(`${folder}/program`);
  // In a box the runtime is mounted over it.
  await Deno.writeTextFile(`${folder}/program/deno`, "");
  await Deno.writeTextFile(`${folder}/man/kanibako.1`, manPage());
  for (const name of ["README.md", "LICENSE"]) await Deno.copyFile(`${root}${name}`, `${folder}/${name}`);
}

/** Where it was published from, which npm compares with who publishes it. */
function repository(): Record<string, unknown> {
  const name = Deno.env.get("GITHUB_REPOSITORY");
  if (!name) return {};
  return { repository: { type: "git", url: `git+https://github.com/${name}.git` } };
}

if (import.meta.main) {
  const [word, value] = Deno.args;
  if (word !== undefined && (word !== "--output" || value === undefined)) {
    console.error("Usage: deno run -A tools/npm.ts [--output FOLDER]");
    Deno.exit(2);
  }
  const folder = value === undefined ? `${root}dist/npm` : new URL(value, `file://${Deno.cwd()}/`).pathname;
  await Deno.remove(folder, { recursive: true }).catch(() => {});
  await writePackage(folder);
  console.log(folder);
}
