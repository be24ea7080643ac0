/**
 * Makes certificates: of a box's authority, and of hosts by it. Loaded where one is made, as the library takes its time.
 *
 * @module
 */

// The library asks for it before it is loaded itself.
import "reflect-metadata";
import * as x509 from "@peculiar/x509";

/** A certificate of a host, and its key. */
export interface HostCertificate {
  /** PEM. */
  readonly certificate: string;
  /** PEM, PKCS #8. */
  readonly key: string;
  /** Milliseconds since 1970. */
  readonly until: number;
}

/** From when until when a certificate is valid: milliseconds since 1970. */
export interface Validity {
  readonly from: number;
  readonly until: number;
}

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;
const SERVER = "1.3.6.1.5.5.7.3.1";
const PEM_LINE = 64;

/** An authority for the box of this name. It can make no other authority. */
export async function makeAuthority(
  box: string,
  { from, until }: Validity,
): Promise<{ readonly certificate: string; readonly key: string }> {
  const keys = await newKeys();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serial(),
    name: [{ CN: [`kanibako ${box}`] }, { O: ["kanibako"] }],
    notBefore: new Date(from),
    notAfter: new Date(until),
    signingAlgorithm: ALGORITHM,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { certificate: certificate.toString("pem"), key: await keyPem(keys.privateKey) };
}

/** The certificate of a host, or of a service with several names, by an authority. */
export async function makeLeaf(
  authority: { readonly certificate: string; readonly key: string },
  host: string | readonly string[],
  { from, until }: Validity,
): Promise<HostCertificate> {
  const issuer = new x509.X509Certificate(authority.certificate);
  const keys = await newKeys();
  const end = Math.min(until, issuer.notAfter.getTime());
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: serial(),
    // A name may be longer than a common name can be; clients read the other field.
    subject: [{ O: ["kanibako"] }],
    issuer: issuer.subject,
    notBefore: new Date(from),
    notAfter: new Date(end),
    signingAlgorithm: ALGORITHM,
    publicKey: keys.publicKey,
    signingKey: await signingKey(authority.key),
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([SERVER]),
      new x509.SubjectAlternativeNameExtension(
        [host].flat().map((value) => ({ type: "dns" as const, value })),
      ),
      await x509.AuthorityKeyIdentifierExtension.create(issuer),
    ],
  });
  return { certificate: certificate.toString("pem"), key: await keyPem(keys.privateKey), until: end };
}

async function newKeys(): Promise<CryptoKeyPair> {
  return await crypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
}

/** 20 bytes at most, and positive. */
function serial(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[0] = bytes[0]! & 0x7f | 0x40;
  return bytes.toHex();
}

async function keyPem(key: CryptoKey): Promise<string> {
  const der = new Uint8Array(await crypto.subtle.exportKey("pkcs8", key));
  const lines = btoa(String.fromCharCode(...der)).match(new RegExp(`.{1,${PEM_LINE}}`, "g"))!;
  return ["-----BEGIN PRIVATE KEY-----", ...lines, "-----END PRIVATE KEY-----", ""].join("\n");
}

async function signingKey(pem: string): Promise<CryptoKey> {
  const der = atob(pem.replace(/-----[^-]*-----|\s/g, ""));
  const bytes = Uint8Array.from(der, (character) => character.charCodeAt(0));
  return await crypto.subtle.importKey("pkcs8", bytes, ALGORITHM, false, ["sign"]);
}
