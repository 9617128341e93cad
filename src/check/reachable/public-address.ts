import { BlockList, isIPv4, isIPv6 } from 'node:net';

/**
 * Networks that no page for customers lies in: IANA's special-purpose registries (RFC 6890), and the one public address
 * that is not the internet's: Azure's services for its own machines.
 */
const SPECIAL = new BlockList();
for (const network of [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '168.63.129.16/32',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/3',
]) {
  const [address = '', bits] = network.split('/');
  SPECIAL.addSubnet(address, Number(bits), 'ipv4');
}

/** Of IPv6 only this is public at all; IPv4 in disguise (mapped, translated, NAT64) lies outside of it. */
const PUBLIC_6 = new BlockList();
PUBLIC_6.addSubnet('2000::', 3, 'ipv6');
/** Inside of it: Teredo and other protocols, documentation, 6to4 with an IPv4 address of any kind in it. */
const SPECIAL_6 = new BlockList();
SPECIAL_6.addSubnet('2001::', 23, 'ipv6');
SPECIAL_6.addSubnet('2001:db8::', 32, 'ipv6');
SPECIAL_6.addSubnet('2002::', 16, 'ipv6');
SPECIAL_6.addSubnet('3fff::', 20, 'ipv6');

/** Whether a numeric address belongs to the open internet; anything in doubt does not. */
export function isPublicAddress(address: string): boolean {
  if (isIPv4(address)) return !SPECIAL.check(address, 'ipv4');
  if (!isIPv6(address) || address.includes('%')) return false;
  return PUBLIC_6.check(address, 'ipv6') && !SPECIAL_6.check(address, 'ipv6');
}
