/** First messages of TLS, made for tests. */

/** What is in one. */
export interface HelloParts {
  /** The name of the server; absent: none. */
  readonly serverName?: string;
  /** Extensions before that of the name: their content. */
  readonly padding?: Uint8Array;
  /** Content of the server's name in the place of a right one. */
  readonly nameContent?: Uint8Array;
  /** The extension with the name twice. */
  readonly twice?: boolean;
}

/** The message, in as many records as there are lengths, the last one taking the rest. */
export function clientHello(
  { serverName, padding, nameContent, twice }: HelloParts,
  lengths: readonly number[] = [],
): Uint8Array {
  const name = nameContent ??
    (serverName === undefined ? undefined : sized(2, Uint8Array.of(0, ...sized(2, ascii(serverName)))));
  const ofName = name ? [0, 0, ...sized(2, name)] : [];
  const extensions = [
    ...padding ? [0, 21, ...sized(2, padding)] : [],
    ...ofName,
    ...twice ? ofName : [],
    ...[0, 43, ...sized(2, Uint8Array.of(2, 3, 4))],
  ];
  const body = [
    3,
    3,
    ...Array(32).fill(7),
    ...sized(1, new Uint8Array(32)),
    ...sized(2, Uint8Array.of(0x13, 1)),
    ...sized(1, Uint8Array.of(0)),
    ...sized(2, Uint8Array.from(extensions)),
  ];
  return records(Uint8Array.of(1, ...sized(3, Uint8Array.from(body))), lengths);
}

function records(message: Uint8Array, lengths: readonly number[]): Uint8Array {
  const out: number[] = [];
  let at = 0;
  for (const length of [...lengths, message.length]) {
    const part = message.subarray(at, at + length);
    if (part.length > 0) out.push(22, 3, 1, ...sized(2, part));
    at += part.length;
  }
  return Uint8Array.from(out);
}

function sized(bytes: number, content: Uint8Array): Uint8Array {
  const out = new Uint8Array(bytes + content.length);
  for (let at = 0; at < bytes; at++) out[at] = content.length >>> (8 * (bytes - 1 - at)) & 255;
  out.set(content, bytes);
  return out;
}

function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}
