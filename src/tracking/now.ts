/** The time of day as rows store it: ISO 8601 in UTC. Times are for people; nothing is decided by them. */
export function now(): string {
  return new Date().toISOString();
}
