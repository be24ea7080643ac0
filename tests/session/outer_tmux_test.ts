import assert from "node:assert/strict";
import { takesPrefix } from "../../lib/session/outer_tmux.ts";

Deno.test("C14, D10: a tmux outside takes Ctrl-b for itself, unless its user has given it another key", async () => {
  const folder = await Deno.makeTempDir();
  const socket = `${folder}/socket`;
  const tmux = (...words: string[]) =>
    new Deno.Command("tmux", { args: ["-S", socket, "-f", "/dev/null", ...words], stdout: "null" }).output();
  const before = Deno.env.get("TMUX");
  try {
    Deno.env.delete("TMUX");
    assert.equal(await takesPrefix(), false);
    await tmux("new-session", "-d", "sleep 60");
    Deno.env.set("TMUX", `${socket},1,0`);
    assert.equal(await takesPrefix(), true);
    await tmux("set-option", "-g", "prefix", "C-a");
    assert.equal(await takesPrefix(), false);
    await tmux("set-option", "-g", "prefix2", "C-b");
    assert.equal(await takesPrefix(), true);
  } finally {
    if (before === undefined) Deno.env.delete("TMUX");
    else Deno.env.set("TMUX", before);
    await tmux("kill-server");
    await Deno.remove(folder, { recursive: true });
  }
});
