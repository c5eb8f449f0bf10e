import { useEffect, useState } from "react";

/** How often texts such as "12 s ago" are written anew, in milliseconds. */
const EVERY_MS = 5000;

/** The time, which goes on while it is shown. */
export function useNow(): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = window.setInterval(() => setNow(Date.now()), EVERY_MS);
    return () => window.clearInterval(timer);
  }, []);
  return now;
}
