/**
 * The certificates that this machine trusts, for the build of a rig: many networks sit behind one of their own, which an image of
 * the distribution does not know. They are used while it is built, and trusted by nothing in a box.
 *
 * @module
 */

/** The file's name in the folder that a rig is built in. Empty: this machine has no such file. */
export const HOST_CERTIFICATES = "host-certificates.pem";

/** Where distributions have the certificates of all authorities that the machine trusts. */
const BUNDLES = [
  "/etc/ssl/certs/ca-certificates.crt",
  "/etc/pki/tls/certs/ca-bundle.crt",
  "/etc/ssl/ca-bundle.pem",
  "/etc/ssl/cert.pem",
];

/** The certificates as PEM, and nothing else that may stand in the file, such as a key; empty where there are none. */
export async function hostCertificates(
  files: readonly string[] = [Deno.env.get("SSL_CERT_FILE") ?? "", ...BUNDLES],
): Promise<string> {
  for (const file of files.filter((path) => path !== "")) {
    try {
      const text = await Deno.readTextFile(file);
      const found = text.match(/-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/g);
      if (found) return `${found.join("\n")}\n`;
    } catch { /* the next one */ }
  }
  return "";
}
