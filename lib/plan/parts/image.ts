import { BOX_IN } from "../../spec/box_paths.ts";
import { SHELL } from "../../spec/image_facts.ts";
import { fromPart } from "../../spec/source.ts";
import { bind, type Part } from "./part.ts";
import { ALL_CERTIFICATES } from "./secrets.ts";

/** The authorities of this host, as a name in what is handed in to a box whose image has none. */
export const AUTHORITIES_FILE = "authorities.pem";

/** What an image that is not ours lacks, and every box has: a shell where all look for it, and whom to trust. */
export const image: Part = {
  name: "image",
  owns: [SHELL],
  contribute: ({ facts, handIn, interception, settings }) => {
    const from = fromPart("the image");
    const { shellCopy } = facts ?? {};
    // Where connections are looked into, what is trusted is put together in the box, of these among others.
    const trusts = handIn.has(AUTHORITIES_FILE) && interception === undefined;
    const unset = ALL_CERTIFICATES.filter((name) => trusts && !Object.hasOwn(settings.env, name));
    return {
      mounts: shellCopy === undefined ? [] : [bind(shellCopy, SHELL, from, { readOnly: true })],
      env: Object.fromEntries(unset.map((name) => [
        name,
        { value: `${BOX_IN}/${AUTHORITIES_FILE}`, secret: false, via: "file", from } as const,
      ])),
    };
  },
};
