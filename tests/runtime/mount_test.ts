import { fromPart } from "../../lib/spec/source.ts";
import assert from "node:assert/strict";
import fc from "fast-check";
import { mountValue } from "../../lib/runtime/cli/mount.ts";
import type { BindMount } from "../../lib/spec/box_spec.ts";

const bind = (source: string): BindMount => ({
  type: "bind",
  source,
  destination: "/home/agent/x",
  readOnly: true,
  from: fromPart("test"),
});

/** Reads one CSV record (RFC 4180), as the engines do. */
function readCsv(record: string): string[] {
  const fields: string[] = [];
  for (let at = 0; at <= record.length;) {
    if (record[at] === '"') {
      let field = "";
      for (at++; !(record[at] === '"' && record[at + 1] !== '"'); at++) {
        if (record[at] === '"') at++;
        field += record[at];
      }
      fields.push(field);
      at += 2;
    } else {
      const end = record.indexOf(",", at) === -1 ? record.length : record.indexOf(",", at);
      fields.push(record.slice(at, end));
      at = end + 1;
    }
  }
  return fields;
}

Deno.test("mountValue() gives the engine exactly the path, whatever printable characters it holds", () => {
  fc.assert(fc.property(fc.string({ unit: "grapheme-ascii", minLength: 1 }), (name) => {
    const fields = readCsv(mountValue(bind(`/data/${name}`), false));
    assert.deepEqual(fields, ["type=bind", `source=/data/${name}`, "destination=/home/agent/x", "ro"]);
  }));
});

Deno.test("mountValue() refuses paths that no engine can be given", () => {
  for (const path of ["relative", "/a\nb", "/a\0b", "/a\u001bb", "/a\ufffdb"]) {
    assert.throws(() => mountValue(bind(path), false), { code: "cannot-express" }, path);
  }
  assert.match(mountValue(bind("/a b:c,d=é"), false), /source=\/a b:c,d=é/);
});

Deno.test("mountValue() labels only where it is asked to", () => {
  const mount: BindMount = { ...bind("/a"), relabel: "private" };
  assert.match(mountValue(mount, true), /,relabel=private,/);
  assert.doesNotMatch(mountValue(mount, false), /relabel/);
});
