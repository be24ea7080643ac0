import type { FilesMount, Mount } from "../../spec/box_spec.ts";
import type { Part } from "./part.ts";

const STORE = "/var/lib/shared-images";
const CONF = "/etc/containers/storage-shared.conf";

/** Replaces the rig's own: podman reads one file. Its own images stay in the home, where a box has them anyway. */
const STORAGE = `[storage]
driver = "overlay"

[storage.options]
additionalimagestores = ["${STORE}"]
`;

/** The images of this host, read-only, for containers in the box. */
export const images: Part = {
  name: "images",
  owns: [STORE, CONF],
  contribute: ({ images, settings: { shareImages: { from } } }) => {
    if (!images) return {};
    const conf: FilesMount = {
      type: "files",
      destination: CONF,
      readOnly: true,
      files: new Map([["", { content: STORAGE, mode: 0o644 }]]),
      from,
    };
    const mounts: Mount[] = [
      { type: "tmpfs", destination: STORE, readOnly: false, mode: 0o755, from },
      ...images.map(({ source, place }) => ({
        type: "bind",
        source,
        destination: `${STORE}/${place}`,
        readOnly: true,
        from,
      } as const)),
      conf,
    ];
    return { mounts, env: { CONTAINERS_STORAGE_CONF: { value: CONF, secret: false, from } } };
  },
};
