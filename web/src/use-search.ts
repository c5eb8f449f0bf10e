import { useSearchParams } from "wouter";

/** Parameters of the address and the way to change some of them: an empty one is taken out. The history keeps one entry. */
export function useSearch(): [URLSearchParams, (changes: Readonly<Record<string, string>>) => void] {
  const [search, setSearch] = useSearchParams();
  return [
    search,
    (changes) =>
      setSearch(
        (previous) => {
          for (const [name, value] of Object.entries(changes))
            if (value === "") previous.delete(name);
            else previous.set(name, value);
          return previous;
        },
        { replace: true },
      ),
  ];
}
