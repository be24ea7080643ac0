/**
 * Which kinds of sockets there are for a box: those of its own network, and none of those that know no networks. A socket
 * to the machine below a virtual one (vsock) leads out of a box without a network, too; the others open much of the kernel.
 *
 * @module
 */

import { allow, compared, EINVAL, refuse, type Rule } from "./rules.ts";

/** Local ones, both internets, and raw packets, which need a capability. Source: socket(2), <bits/socket.h>. */
const FAMILIES = [1, 2, 10, 17];
const AF_NETLINK = 16;
const NETLINK_AUDIT = 9;
/** No engine refuses with it by default: runc leaves out rules that say the same as the default, and this one must stay. */
const EAFNOSUPPORT = 97;

/** All calls that the rules are about. */
export const SOCKET_CALLS: readonly string[] = ["socket", "socketcall"];

/**
 * The rules. Other families get the default action: libseccomp takes no rule of another error beside these, as it makes each of
 * them one for `socketcall` too. The rule for that has to come after them.
 */
export function ordinarySockets(): Rule[] {
  return [
    ...FAMILIES.map((family) => allow(["socket"], compared(0, "EQ", family))),
    allow(["socket"], compared(0, "EQ", AF_NETLINK), compared(2, "NE", NETLINK_AUDIT)),
    // What programs expect of a system where nobody may write to the audit log.
    refuse(["socket"], EINVAL, compared(0, "EQ", AF_NETLINK), compared(2, "EQ", NETLINK_AUDIT)),
    // The older way of 32-bit programs: all its arguments are behind a pointer.
    refuse(["socketcall"], EAFNOSUPPORT),
  ];
}
