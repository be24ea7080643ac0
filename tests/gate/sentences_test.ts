// What is only said: the pages have the sentence that a user in that situation looks for.

import assert from "node:assert/strict";
import { root } from "./sources.ts";

const SENTENCES: readonly (readonly [name: string, page: string, ...sentences: RegExp[]])[] = [
  [
    "C07: a renewed login reaches other boxes that run, and how soon",
    "docs/agents.md",
    /on the host, and in every other running box, within a minute/,
  ],
  ["C10: a command reads standard input", "docs/sessions.md", /reads your standard input, as with ssh.*`-n`/],
  ["C14: how a session is left within a tmux of one's own", "docs/sessions.md", /that is `Ctrl-b Ctrl-b d`/],
  [
    "C16, D16: what of one's own configuration a box has, and where seeds come from",
    "docs/agents.md",
    /By default a box has nothing of your own configuration/,
    /seeded resources.*`~\/\.local\/share\/kanibako\/shared\/global\/AGENT`/,
  ],
  [
    "C19: where logins are looked for",
    "docs/agents.md",
    /`CLAUDE_CONFIG_DIR`, `CODEX_HOME` and `QWEN_HOME` are followed/,
  ],
  [
    "C21: how a server in a box is reached, and a login that needs a browser",
    "docs/sessions.md",
    /reached from this machine once the port is published: `kanibako box open 3000`/,
    /A login that shows a code \(device login\) works as it is\. One that comes back to a port/,
  ],
  [
    "C36: the machine's name servers change while a box runs",
    "docs/troubleshooting.md",
    /a box with the open network keeps the name servers that it was started with\. Run `kanibako stop`, then start it again/,
  ],
  [
    "C45: conversations, paths and updates of an agent in a box",
    "docs/agents.md",
    /a conversation that you began on this machine is not continued in the box/,
    /An agent does not update itself in a box/,
  ],
  [
    "C51: what a project's folder gets, and what git passes over",
    "docs/projects.md",
    /The folder `vault` that a project gets is passed over by git/,
    /Patterns that you never commit \(`core\.excludesFile`\) are in effect in the box/,
  ],
  [
    "C55: what does not reach a session: pictures, editors, notices",
    "docs/sessions.md",
    /a picture cannot be pasted into an agent/,
    /does not see one in a box/,
    /The terminal's bell reaches you/,
  ],
  ["a headless run begins a new conversation", "docs/sessions.md", /A prompt begins a new conversation/],
  [
    "n1: an open network reaches this machine, and comes from it without root",
    "SECURITY.md",
    /reach your local network, and this machine: what listens there on all addresses/,
    /a rule that lets the machine in lets boxes in/,
  ],
  [
    "n3: how far a login's own time is believed",
    "SECURITY.md",
    /not when it claims to last longer than 400 days/,
  ],
];

for (const [name, page, ...sentences] of SENTENCES) {
  Deno.test(`${name}: ${page} says so`, async () => {
    const text = (await Deno.readTextFile(root + page)).replaceAll(/\s+/g, " ");
    for (const sentence of sentences) assert.match(text, sentence);
  });
}
