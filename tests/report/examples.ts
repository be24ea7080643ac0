/**
 * For each kind of content what must be found, and a harmless twin in the same place that must not.
 *
 * @module
 */

import type { Counts } from "../../lib/report/entry.ts";

/** A content that counts, and one that does not. Absent where a file counts whatever is in it. */
export const CONTENTS: Readonly<
  Partial<Record<Counts, { readonly found: string; readonly harmless: string }>>
> = {
  "git-config": {
    found: "[core]\n\tpager = ./evil\n",
    harmless:
      '[core]\n\tbare = false\n\tfilemode = true\n[branch "main"]\n\tremote = origin\n[remote "origin"]\n\turl = https://example.org/a.git\n\tfetch = +refs/heads/*:refs/remotes/origin/*\n[user]\n\tname = A\n[filter "lfs"]\n\tclean = git-lfs clean -- %f\n',
  },
  "git-attributes": {
    found: "*.c filter=evil\n",
    harmless: "*.png binary\n*.ts text eol=lf\n*.rs diff=rust\n",
  },
  "git-modules": { found: '[submodule "a"]\n\tpath = a\n\turl = ../a\n', harmless: "# none\n" },
  "package-json": {
    found: '{"scripts":{"postinstall":"./evil"}}',
    harmless: '{"name":"a","version":"1.0.0","dependencies":{"b":"^1.2.3"},"type":"module"}',
  },
  "pyproject": {
    found: '[build-system]\nrequires = ["evil"]\n[tool.pytest.ini_options]\naddopts = "-p evil"\n',
    harmless: '[project]\nname = "a"\nversion = "1"\n[tool.black]\nline-length = 100\n',
  },
  "editor-settings": {
    found: '{\n  // comment\n  "python.defaultInterpreterPath": "./evil",\n}',
    harmless: '{"editor.formatOnSave": true, "files.exclude": {"**/path": true}, "editor.tabSize": 2}',
  },
  "git-common": { found: "../../../evil\n", harmless: "../..\n" },
  "git-todo": { found: "pick 1234 one\nexec ./evil\n", harmless: "pick 1234 one\n" },
  "git-pointer": { found: "gitdir: ../evil\n", harmless: "" },
};
