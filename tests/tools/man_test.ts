import assert from "node:assert/strict";
import { allCommands, commands, isShown } from "../../lib/commands/registry.ts";
import { run } from "../../lib/host/process.ts";
import { manPage } from "../../tools/man.ts";

Deno.test("the manual page names every command and option that help shows, and a formatter finds no fault in it", async () => {
  const page = manPage();
  const shown = Object.entries(commands).filter(([, target]) => isShown(target))
    .flatMap(([name, target]) => [...allCommands(target, [name])]).filter(([, command]) => !command.hidden);
  assert.ok(shown.length > 50);
  for (const [path, command] of shown) {
    const top = Object.values(commands).includes(command) && path.length > 1;
    if (top) continue;
    assert.ok(page.includes(`.SS kanibako ${path.join(" ")}`.replaceAll("-", "\\-")), path.join(" "));
  }
  for (const line of page.split("\n")) {
    assert.doesNotMatch(line, /^\.(?!SH |SS |TP$|B |BR |PP$|TH |\\")|^'/, line);
  }
  const file = await Deno.makeTempFile({ suffix: ".1" });
  try {
    await Deno.writeTextFile(file, page);
    const result = await run(["groff", "-man", "-Tutf8", "-ww", "-z", file]).catch(() => undefined);
    if (!result) return console.log("groff is not here: the page was not formatted");
    assert.deepEqual([result.code, result.stderr], [0, ""]);
  } finally {
    await Deno.remove(file);
  }
});
