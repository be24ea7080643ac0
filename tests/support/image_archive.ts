/**
 * Archives of images for tests, sound and hostile, as plain tar files.
 *
 * @module
 */

/** A member: its content, or where it links to. */
export type TestMember =
  | string
  | { readonly link: string }
  | { readonly hardLink: string };

const encoder = new TextEncoder();

/** A tar archive of these members, in order; a name may stand twice. */
export function tar(
  members: readonly (readonly [path: string, member: TestMember])[],
): Uint8Array<ArrayBuffer> {
  const blocks: Uint8Array[] = [];
  for (const [path, member] of members) {
    const content = typeof member === "string" ? encoder.encode(member) : new Uint8Array();
    const target = typeof member === "string" ? "" : "link" in member ? member.link : member.hardLink;
    const type = typeof member === "string" ? "0" : "link" in member ? "2" : "1";
    blocks.push(header(path, content.length, type, target), padded(content));
  }
  blocks.push(new Uint8Array(1024));
  const whole = new Uint8Array(blocks.reduce((sum, block) => sum + block.length, 0));
  let at = 0;
  for (const block of blocks) {
    whole.set(block, at);
    at += block.length;
  }
  return whole;
}

function header(path: string, size: number, type: string, target: string): Uint8Array {
  const block = new Uint8Array(512);
  const put = (at: number, text: string) => block.set(encoder.encode(text), at);
  put(0, path);
  put(100, "0000644\0" + "0000000\0" + "0000000\0");
  put(124, `${size.toString(8).padStart(11, "0")}\0` + "00000000000\0" + "        " + type);
  put(157, target);
  put(257, "ustar\x0000");
  const sum = block.reduce((total, byte) => total + byte, 0);
  put(148, `${sum.toString(8).padStart(6, "0")}\0 `);
  return block;
}

function padded(content: Uint8Array): Uint8Array {
  const block = new Uint8Array(Math.ceil(content.length / 512) * 512);
  block.set(content);
  return block;
}

/** An image as docker and podman save it. `names`: what it is called in the archive. */
export function dockerImage(
  names: readonly string[],
  labels: Readonly<Record<string, string>> = {},
): [string, TestMember][] {
  return [
    ["manifest.json", JSON.stringify([{ Config: "c.json", RepoTags: names, Layers: ["l.tar"] }])],
    ["c.json", JSON.stringify({ config: { Labels: labels } })],
    ["l.tar", "layer"],
  ];
}

/** Text as a member can have it. */
export function tarText(members: readonly (readonly [path: string, member: TestMember])[]): string {
  return new TextDecoder().decode(tar(members));
}
