/**
 * Sockets in folders of this host. A socket's address holds no more than 107 bytes, which a state folder easily has: it is reached
 * through a handle of its folder.
 *
 * @module
 */

import { openFolder } from "./tree/folder.ts";

const MAX_ADDRESS_BYTES = 107;

/** Listens at a path of ours, in the place of what was there. `mode`: who may connect, as permission bits. */
export function listenAt(path: string, mode: number): Deno.Listener {
  try {
    Deno.removeSync(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return reached(path, (address) => {
    const listener = Deno.listen({ transport: "unix", path: address });
    Deno.chmodSync(path, mode);
    return listener;
  });
}

/** Connects to a socket of ours. `undefined`: nobody listens there. */
export async function connectTo(path: string): Promise<Deno.UnixConn | undefined> {
  try {
    return await reached(path, (address) => Deno.connect({ transport: "unix", path: address }));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.ConnectionRefused) {
      return undefined;
    }
    throw error;
  }
}

/** Uses a path as the address of a socket. */
export function reached<T>(path: string, use: (address: string) => T): T {
  if (new TextEncoder().encode(path).length <= MAX_ADDRESS_BYTES) return use(path);
  const cut = path.lastIndexOf("/");
  const folder = openFolder(path.slice(0, cut));
  const close = () => folder[Symbol.dispose]();
  let result: T;
  try {
    result = use(`${folder.path}${path.slice(cut)}`);
  } catch (error) {
    close();
    throw error;
  }
  if (result instanceof Promise) result.then(close, close);
  else close();
  return result;
}
