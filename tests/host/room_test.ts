import assert from "node:assert/strict";
import { KanibakoError } from "../../lib/host/error.ts";
import { noRoom, type Room, roomAt } from "../../lib/host/room.ts";

const full = (more = "") => new Error(`No space left on device (os error 28)${more}`);
const room = (freeFiles: number | undefined): () => Room => () => ({
  freeBytes: 0,
  totalBytes: 1,
  freeFiles,
});
const shown = (error: unknown, freeFiles: number | undefined = 9) =>
  noRoom(error, room(freeFiles), () => "/disk")?.message;

Deno.test("C46: an error of a full disk names the disk, and whether it lacks space or inodes", () => {
  assert.equal(shown(full(": mkdir '/disk/a/b'")), "No space is left at /disk.");
  assert.equal(shown(full(": mkdir '/disk/a/b'"), 0), "No inodes are left at /disk.");
  // A file system without a number of them, such as btrfs.
  assert.equal(
    noRoom(
      full(": open '/disk/a'"),
      () => ({ freeBytes: 0, totalBytes: 1, freeFiles: undefined }),
      () => "/disk",
    )?.message,
    "No space is left at /disk.",
  );
  assert.equal(
    shown(new Error("Disk quota exceeded (os error 122): open '/disk/a'")),
    "The disk quota is used up at /disk.",
  );
  assert.equal(shown(full()), "No space is left on the device.");
});

Deno.test("C46: what could not be done stays said, with its exit code", () => {
  const error = new KanibakoError("cannot-lock", "Cannot lock /disk/x.lock: no space left", {
    cause: full(": open '/disk/x.lock'"),
    exitCode: 7,
  });
  assert.equal(shown(error, 0), "Cannot lock /disk/x.lock: no inodes are left at /disk");
  assert.equal(noRoom(error)?.exitCode, 7);
  assert.equal(
    shown(new KanibakoError("disk-full", "Cannot copy /disk/y: no space left")),
    "Cannot copy /disk/y: no space is left at /disk",
  );
});

Deno.test("C46: any other error stays what it is", () => {
  for (const error of [new Error("no such file"), new KanibakoError("x", "No."), undefined, "os error 28"]) {
    assert.equal(noRoom(error), undefined);
  }
});

Deno.test("C46: the room of a place is known, also of one that is not there yet", () => {
  const here = roomAt("/tmp")!;
  assert.ok(here.totalBytes > 0 && here.freeBytes > 0 && here.freeBytes <= here.totalBytes);
  assert.equal(roomAt("/tmp/no/such/place")!.totalBytes, here.totalBytes);
});
