/**
 * Certificates that the user trusts beside the usual ones: files of PEM.
 *
 * @module
 */

import { KanibakoError } from "../host/error.ts";
import { readText } from "../host/store.ts";
import { quotePath } from "../host/ui/quote_path.ts";

/** The content of the files. Throws `bad-value` for one that is not there or holds no certificate. */
export async function readCertificates(files: readonly string[]): Promise<readonly string[]> {
  return await Promise.all(files.map(async (file) => {
    const text = await readText(file);
    if (text?.includes("-----BEGIN CERTIFICATE-----")) return text;
    const why = text === undefined ? "the file does not exist" : "there is no certificate in it";
    throw new KanibakoError("bad-value", `Cannot use ${quotePath(file)} of network.ca: ${why}.`, {
      hint:
        "It takes files with certificates in PEM form. To see who named it: kanibako box config --effective",
    });
  }));
}
