import { QueryClient } from "@tanstack/react-query";
import { ApiFault } from "./api-fault.ts";

/** Answers that are shown, kept and fetched again when the database changes. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      refetchOnWindowFocus: false,
      retry: (failures, error) => failures < 2 && !(error instanceof ApiFault && !error.retryable),
    },
  },
});
