/** `host`, `host:port` or `[IPv6]:port`: what stands behind the colon, if anything does, is a port (1 to 65535). */
export function hasSoundPort(host: string): boolean {
  const port = /^(?:\[[^\]]*\]|[^:]*):(.*)$/s.exec(host)?.[1];
  return port === undefined || (/^\d{1,5}$/.test(port) && Number(port) > 0 && Number(port) < 65_536);
}
