import { isIP } from "node:net";

import ipaddr from "ipaddr.js";

import type { Config } from "../config.ts";

/** Which addresses the server may send webhooks to. Pure: decides on text, opens nothing. */

export type EgressConfig = Pick<Config, "egressAllow" | "allowLoopbackWebhooks">;
type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** Whether a connection to this address is allowed. Anything that is no plain IP address is refused. */
export function isAllowedAddress(config: EgressConfig, address: string): boolean {
  const judged = unwrapped(address);
  if (judged === null) return false;
  return isExempt(config, judged) || isPublic(judged);
}

/** Whether the operator named this address (`EGRESS_ALLOW`), or it is loopback while that is allowed. */
export function isExemptAddress(config: EgressConfig, address: string): boolean {
  const judged = unwrapped(address);
  return judged !== null && isExempt(config, judged);
}

/**
 * Whether a Production URL with this host may be http. A name cannot be judged before it is resolved: with an
 * `EGRESS_ALLOW` it is accepted here, and refused when connecting unless its address lies inside.
 */
export function mayUsePlainHttp(config: EgressConfig, hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, "");
  if (isIP(host) !== 0) return isExemptAddress(config, host);
  if (host === "localhost" && config.allowLoopbackWebhooks) return true;
  return config.egressAllow.length > 0;
}

function isExempt(config: EgressConfig, address: Address): boolean {
  if (config.allowLoopbackWebhooks && address.range() === "loopback") return true;
  return config.egressAllow.some((cidr) => {
    const [network, bits] = ipaddr.parseCIDR(cidr);
    return network.kind() === address.kind() && address.match(network, bits);
  });
}

/** Of IPv6 only this is given out to be reached from anywhere; what lies outside is special or nobody's yet. */
const GLOBAL_IPV6 = ipaddr.parseCIDR("2000::/3");
const NAT64 = ipaddr.parseCIDR("64:ff9b::/96");
/** A public address by its number, and the platform's own service on every virtual machine of one large cloud. */
const CLOUD_PLATFORM = "168.63.129.16";

/**
 * `unicast` is what is left after every special range: private, loopback, link-local (with the metadata address),
 * carrier-grade NAT, multicast, unspecified, documentation, benchmarking, 6to4, Teredo, unique local, …
 */
function isPublic(address: Address): boolean {
  if (address.range() !== "unicast") return false;
  return address instanceof ipaddr.IPv6 ? address.match(GLOBAL_IPV6) : address.toString() !== CLOUD_PLATFORM;
}

/**
 * IPv4 inside IPv6 (mapped, or the well-known prefix of NAT64) is judged as the IPv4 address it leads to. Networks' own
 * NAT64 prefixes (64:ff9b:1::/48) may hide it anywhere in the address and are refused as they are.
 */
function unwrapped(text: string): Address | null {
  if (isIP(text) === 0) return null;
  const address = ipaddr.parse(text);
  if (!(address instanceof ipaddr.IPv6)) return address;
  if (address.isIPv4MappedAddress()) return address.toIPv4Address();
  if (address.match(NAT64)) return new ipaddr.IPv4(address.toByteArray().slice(12));
  return address;
}
