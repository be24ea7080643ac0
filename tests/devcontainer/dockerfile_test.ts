import assert from "node:assert/strict";
import { checkDockerfile } from "../../lib/devcontainer/build/dockerfile.ts";
import { leadsOut } from "../../lib/devcontainer/build/context.ts";
import { ignoring } from "../../lib/devcontainer/build/ignore.ts";
import { patternMatcher } from "../../lib/devcontainer/build/pattern.ts";

const check = (text: string, args: Record<string, string> = {}, target?: string) =>
  checkDockerfile(text, { args, target });

const refused = (text: string, message: RegExp) =>
  assert.throws(() => check(text), (error: { code: string; message: string }) => {
    assert.equal(error.code, "bad-dockerfile");
    assert.match(error.message, message);
    return true;
  });

Deno.test("a Dockerfile is written again with an instruction on each line", () => {
  const { text } = check(`# syntax=docker/dockerfile:1
# a comment
FROM debian AS base
run echo a && \\
    # in between

    echo b
CMD ["a", "b"]
`);
  assert.equal(
    text,
    'FROM docker.io/library/debian:latest AS base\nRUN echo a &&     echo b\nCMD ["a", "b"]\n',
  );
});

Deno.test("a Dockerfile's here-documents stay as they are", () => {
  const text = 'FROM docker.io/library/a:1\nRUN <<EOF cat <<-"B"\nx # y\nEOF\n\tz\n\tB\nUSER me\n';
  assert.equal(check(text).text, text);
  refused("FROM a\nRUN <<EOF\nx", /the here-document EOF has no end/);
});

Deno.test("a Dockerfile's arguments are written into it, quoted", () => {
  const { text } = check('ARG V=1\nFROM a:$V\nARG V\nARG W="x y" Z\nRUN echo $V\n', { V: "2", Z: 'a"$b\\' });
  assert.equal(
    text,
    'ARG V="2"\nFROM docker.io/library/a:2\nARG V="2"\nARG W="x y" Z="a\\"\\$b\\\\"\nRUN echo $V\n',
  );
  assert.throws(() => check("FROM a\nARG V\n", { V: "1\nRUN x" }), { code: "bad-dockerfile" });
});

Deno.test("an image's name is found through the defaults of arguments", () => {
  const first = (text: string, args = {}) =>
    check(text, args).text.split("\n").find((line) => line.startsWith("FROM"));
  assert.equal(first("ARG I=ghcr.io/o/i\nARG T=${X:-9}\nFROM ${I}:${T}\n"), "FROM ghcr.io/o/i:9");
  assert.equal(first("ARG I\nFROM ${I:-b}${I:+x}\n", { I: "c" }), "FROM docker.io/library/cx:latest");
});

Deno.test("only the stages up to the wanted one are built", () => {
  const text = "FROM a:1 AS one\nFROM one AS Two\nRUN two\nFROM b:1 AS three\nCOPY . /\n";
  assert.equal(check(text, {}, "two").text, "FROM docker.io/library/a:1 AS one\nFROM one AS Two\nRUN two\n");
  assert.deepEqual(check(text, {}, "two").sources, []);
  assert.equal(check(text).sources, undefined);
  assert.throws(() => check(text, {}, "four"), { code: "bad-dockerfile" });
});

Deno.test("what a Dockerfile takes by name is known; with patterns, variables or all of it there is no telling", () => {
  const sources = (line: string) => check(`FROM a AS s\n${line}\n`).sources;
  assert.deepEqual(sources("COPY --chown=1:1 ./a b/../c /to/"), ["a", "c"]);
  assert.deepEqual(sources('COPY ["a", "d e", "/"]'), ["a", "d e"]);
  assert.deepEqual(sources(`ADD --checksum=sha256:${"0".repeat(64)} https://x.example/y.tgz /`), []);
  assert.deepEqual(sources("COPY --from=s /x /y"), []);
  assert.deepEqual(sources("RUN --mount=type=bind,source=req.txt,target=/r pip install -r /r"), ["req.txt"]);
  for (
    const line of [
      "COPY . /",
      "COPY a* /",
      "COPY $A /",
      'COPY "a" /',
      "COPY ../ /",
      "RUN --mount=target=/c x",
    ]
  ) {
    assert.equal(sources(line), undefined, line);
  }
});

Deno.test("a Dockerfile cannot name anything but images and its own stages as where files come from", () => {
  refused("FROM oci-archive:/home/me/image.tar\n", /is no image's name/);
  refused("FROM dir:/etc\n", /is no image's name/);
  refused("FROM a\nCOPY --from=docker-archive:/x /a /b\n", /is no image's name/);
  refused("FROM a\nCOPY --from=$X /a /b\n", /is no image's name/);
  refused("FROM a\nCOPY --from=localhost/kanibako-kept/one /a /b\n", /was made for one project or box/);
  refused("FROM localhost/kanibako-dev-other:1\n", /was made for one project or box/);
  const local = (name: string) => `localhost/${name}:latest`;
  assert.throws(() => checkDockerfile("FROM kanibako-kept/one\n", { args: {}, local }), /was made for one/);
  assert.match(check("FROM localhost/kanibako-min\n").text, /FROM localhost\/kanibako-min:latest/);
  assert.match(check("FROM a\nCOPY --from=b:2 /a /b\n").text, /COPY --from=docker\.io\/library\/b:2 \/a/);
});

Deno.test("RUN has no mounts of images, no privileges and no network of the host; caches are left out", () => {
  refused(
    "FROM a\nRUN --mount=type=bind,from=b,source=/,target=/m ls\n",
    /only what is in the build's context/,
  );
  refused("FROM a\nRUN --mount=type=bind,source=x,target=/m,bind-propagation=shared ls\n", /only what is in/);
  refused("FROM a\nRUN --security=insecure ls\n", /--security=insecure/);
  refused("FROM a\nRUN --network=host ls\n", /--network=host/);
  refused("FROM a\nONBUILD RUN --network=host ls\n", /--network=host/);
  refused('FROM a\nRUN --mount="type=bind",from=b ls\n', /cannot be read/);
  refused("FROM a\nRUN <<EOF\nRUN --network=host ls\nEOF\n", /in a here-document/);
  // Text in quotes is no here-document for engines, and a line may go on.
  refused('FROM a\nRUN echo "<<EOF"\nRU\\\nN --network=host ls; \\\nEOF\n', /in a here-document/);
  refused(
    'FROM a\nRUN echo "<<EOF"\nRUN \\\n# c\n\n --mount=type=bind,from=b ls; \\\nEOF\n',
    /here-document/,
  );
  refused("FROM a\nRUN <<EOF\nFROM docker-archive:x.tar\nEOF\n", /in a here-document/);
  // What engines take for a backslash at the end of a line is none that is dropped here with the blanks around it.
  for (const blank of ["\u00a0", "\f", "\r\r"]) {
    refused(`FROM a\nENV X=\\${blank}\nRUN cat <<EOF\nls\nEOF\n`, /line 2: nothing follows/);
  }
  check("FROM a\nRUN <<EOF\napt-get install \\\n  --yes x\nEOF\n");
  const { text } = check(
    "FROM a\nRUN --mount=type=cache,target=/c --network=none --mount=type=tmpfs,target=/t ls\n",
  );
  assert.match(text, /^RUN --network=none --mount=type=tmpfs,target=\/t ls$/m);
});

Deno.test("a Dockerfile that another program would read otherwise is refused", () => {
  refused("# escape=`\nFROM a\n", /another escape character/);
  refused("# syntax=evil/frontend\nFROM a\n", /only docker\/dockerfile is supported/);
  refused("RUN x\nFROM a\n", /does not begin with FROM/);
  refused("FROM a\nFETCH x\n", /there is no instruction FETCH/);
  refused("# nothing\n", /it has no FROM/);
  refused("FROM a b\n", /cannot be read/);
});

Deno.test("a link leads out when it is absolute, climbs above its tree, or climbs after going down", () => {
  assert.deepEqual(["b", "../b", "./x/y"].map((target) => leadsOut("d/a", target)), [false, false, false]);
  assert.deepEqual(
    ["/b", "../../b", "x/../../b", undefined].map((target) => leadsOut("d/a", target)),
    [true, true, true, true],
  );
  assert.equal(leadsOut("a", "../b"), true);
});

Deno.test("ignoring follows .dockerignore, and a folder is looked into where something in it comes back", () => {
  const ignores = ignoring("# comment\nnode_modules\n**/*.log\n");
  assert.deepEqual(
    ["node_modules", "node_modules/x", "a/b.log", "src/a.ts"].map((path) => ignores(path, "file")),
    [true, true, true, false],
  );
  const back = ignoring("secret\n!secret/kept\n");
  assert.deepEqual([back("secret", "folder"), back("secret/a", "file"), back("secret/kept", "file")], [
    false,
    true,
    false,
  ]);
  const fits = (pattern: string, ...paths: string[]) => paths.map((path) => ignoring(pattern)(path, "file"));
  assert.deepEqual(fits("*.log", "a.log", "d/a.log"), [true, false]);
  assert.deepEqual(fits("/d/./x", "d/x", "x"), [true, false]);
  assert.deepEqual(fits("**", "a", "d/.e"), [true, true]);
  assert.deepEqual(fits("d/**/x", "d/x", "d/e/f/x", "x"), [true, true, false]);
  assert.deepEqual(fits("*/t?mp*", "d/temp1", "temp1", "d/e/temp1"), [true, false, false]);
  assert.deepEqual(fits(".git", ".git", ".git/config", ".github"), [true, true, false]);
  assert.deepEqual(fits("{a,b}", "a", "{a,b}"), [false, true]);
  assert.deepEqual(fits("*\n!*.md\nREADME.md", "a.c", "b.md", "README.md"), [true, false, true]);
  assert.deepEqual(fits("d/**", "d", "d/x", "d/e/x"), [false, true, true]);
  assert.deepEqual(fits("[a-c][^x]\\*?", "ay*b", "dy*b", "ax*b", "ayzb"), [true, false, false, false]);
  assert.deepEqual(fits("a/**/b/x*c*d", "a/b/x/b/x1c2d", "a/b/x/b/x1c2"), [true, false]);
  assert.throws(() => ignoring("a".repeat(2000)), { code: "bad-dockerfile" });
});

Deno.test("ADD takes files of the context, and addresses only where their content is fixed", () => {
  const sum = `--checksum=sha256:${"0".repeat(64)}`;
  for (
    const source of [
      "http://127.0.0.1:8080/x",
      "https://example.org/x",
      `${sum} http://example.org/x`,
      `${sum} https://example.org/a.git`,
      `${sum} https://example.org/$X`,
      "git@example.org:a/b.git",
      "ssh://example.org/a",
      "--keep-git-dir=true a",
    ]
  ) refused(`FROM a\nADD ${source} /x\n`, /ADD (takes|has the option)/);
  refused('FROM a\nADD ["git://example.org/a", "/x"]\n', /ADD takes/);
  refused("FROM a\nONBUILD ADD https://example.org/x /x\n", /ADD takes/);
  refused("FROM a\nRUN <<EOF\nADD http://a/b c\nEOF\n", /in a here-document/);
  const added = (rest: string) => check(`FROM a\nADD ${rest}\n`).text.split("\n")[1];
  assert.equal(added(`${sum} https://example.org/x.tar /x`), `ADD ${sum} https://example.org/x.tar /x`);
  // What could become an address is a path.
  assert.equal(added('a $X "ht"tps://b/c /d/'), 'ADD ./a ./$X ./"ht"tps://b/c /d/');
  assert.equal(added('["$X", "/d/"]'), 'ADD ["./$X","/d/"]');
  assert.deepEqual(check("FROM a\nADD a/b c /d/\n").sources, ["a/b", "c"]);
});

Deno.test("no Dockerfile takes for ever, or all memory, to be looked at", () => {
  const tenfold = Array.from({ length: 7 }, (_, at) => `ARG A${at + 1}=${`$A${at}`.repeat(10)}`);
  refused(`ARG A0=0123456789\n${tenfold.join("\n")}\nFROM a\n`, /an argument is longer than/);
  refused(`ARG A0=${"x".repeat(4000)}\nFROM ${"$A0".repeat(1000)}\n`, /an argument is longer than/);
  const began = Date.now();
  assert.equal(check(`# a=${" ".repeat(60_000)}x\nFROM a\n`).sources?.length, 0);
  check(`FROM a\nRUN <<EOF\nFROM ${":".repeat(60_000)}\nEOF\n`);
  assert.ok(Date.now() - began < 2000);
  const many = Array.from({ length: 1001 }, (_, at) => `f${at}`).join(" ");
  assert.equal(check(`FROM a\nCOPY ${many} /\n`).sources, undefined);
});

Deno.test("no pattern of .dockerignore takes for ever", () => {
  const name = "a".repeat(255);
  const deep = Array(100).fill(name).join("/");
  const ignores = ignoring("*a*a*a*a*a*a*b\n**/a*/**/a*/**/a*/**/b\n");
  for (const path of [name, deep]) assert.equal(ignores(path, "file"), false);
  const work = { left: 1000, exhausted: () => new Error("too much") };
  assert.throws(() => patternMatcher(["**", "*a*a*b"], work)(deep.split("/")), /too much/);
});
