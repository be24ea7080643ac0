/**
 * The kinds of texts that a declaration is made of. Each is checked here, so that no path leads out and no word ends a line.
 *
 * @module
 */

import * as z from "zod/mini";

/** A schema with its meaning, which the published form and its documentation repeat. */
export function meaning<T extends z.ZodMiniType>(schema: T, description: string): T {
  z.globalRegistry.add(schema, { description });
  return schema;
}

/** An id, as in settings and paths. */
export const ID = /^[a-z][a-z0-9_-]{0,31}$/;
/** A name or a path below something: no way up, no hidden end of a line. */
const RELATIVE = /^(?!.*(?:^|\/)\.{1,2}(?:\/|$))(?!\/)[\w.@{}+-]+(?:\/[\w.@{}+-]+)*\/?$/;
/** A path from the top. */
export const ABSOLUTE = /^(?!.*\/\.{1,2}(?:\/|$))(?:\/[\w.@+-]+)+$/;
/** A path below a folder, or with ~/ below the home. */
export const FOLDER = /^(?!.*(?:^|\/)\.{1,2}(?:\/|$))(?!\/)(?:~\/)?[\w.@{}+-]+(?:\/[\w.@{}+-]+)*$/;
/** Its first name is plain, so that nothing else of the folder is walked. */
export const PATTERN = /^(?!.*(?:^|\/)\.{1,2}(?:\/|$))[\w.-]+(?:\/[\w.*-]+)+$/;
const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]*$/;
/** As `claudeAiOauth.expiresAt`: names from the top. `*`: each of its entries. */
export const KEY_PATH = /^[\w*-]+(?:\.[\w*-]+)*$/;

/** One line of text. */
export const word = (most = 200) =>
  z.string().check(
    z.minLength(1),
    z.maxLength(most),
    z.regex(/^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]*$/u, "expected one line of text"),
  );
/** The words of a command line. */
export const words = z.array(word(2000)).check(z.maxLength(64));
/** A path below something. */
export const relative = z.string().check(
  z.maxLength(400),
  z.regex(RELATIVE, "expected a relative path without .."),
);
/** Names of which `*` stands for any part. */
export const pattern = z.string().check(
  z.maxLength(400),
  z.regex(/^(?!.*(?:^|\/)\.{1,2}(?:\/|$))[\w.@+*-]+(?:\/[\w.@+*-]+)*\/?$/, "expected names, * and /"),
);
/** The name of a variable. */
export const variable = z.string().check(z.regex(VARIABLE, "expected the name of a variable"));
/** A place in a document. */
export const keyPath = z.string().check(z.maxLength(200), z.regex(KEY_PATH, "expected names joined by dots"));
/** A host, or with `*.` all below one, and perhaps its ports. */
export const host = z.string().check(
  z.maxLength(260),
  z.regex(
    /^(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)*\.[a-z][a-z0-9-]*(:[0-9,-]+)?$/,
    "expected a host name such as api.example.com",
  ),
);
/** A host and a path of it. */
export const hostPath = z.string().check(
  z.maxLength(200),
  z.regex(/^[a-z0-9.-]+\/[\w/.-]+$/, "expected HOST/PATH"),
);
/** A path of this machine, or with `~/` of the home. */
export const place = z.string().check(
  z.maxLength(400),
  z.regex(/^(~|\/)(?!.*(?:^|\/)\.\.(?:\/|$))[\w.@+\/-]*$/, "expected a path that begins with ~/ or /"),
);
/** What may be left out. */
export const optional = z.optional;
/** The name of a program, without a folder. */
export const program = z.string().check(
  z.maxLength(64),
  z.regex(/^[A-Za-z0-9_][\w.+-]*$/, "expected the name of a program"),
);
/** The name of an npm package. */
export const npmName = z.string().check(
  z.maxLength(214),
  z.regex(/^(@[a-z0-9][\w.-]*\/)?[a-z0-9][\w.{}-]*$/, "expected the name of an npm package"),
);
