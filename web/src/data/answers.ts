import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, type ApiQueries } from "./api.ts";

/** What does not change once it is written: the live stream leaves it alone. */
const STILL = { isStill: true };

/** How each answer is fetched and kept. The first part of a key is its route, the second its run where it has one. */
export const answers = {
  runs: () => queryOptions({ queryKey: ["runs"], queryFn: ({ signal }) => api.runs(signal) }),
  run: (run: number) => queryOptions({ queryKey: ["run", run], queryFn: ({ signal }) => api.run(run, signal) }),
  recipe: (run: number) =>
    queryOptions({ queryKey: ["recipe", run], queryFn: ({ signal }) => api.recipe(run, signal) }),
  story: (run: number) => queryOptions({ queryKey: ["story", run], queryFn: ({ signal }) => api.story(run, signal) }),
  metrics: (run: number, query: ApiQueries["metrics"]) =>
    queryOptions({
      queryKey: ["metrics", run, query],
      queryFn: ({ signal }) => api.metrics(run, query, signal),
      placeholderData: keepPreviousData,
      enabled: query.names !== "",
    }),
  evals: (run: number) => queryOptions({ queryKey: ["evals", run], queryFn: ({ signal }) => api.evals(run, signal) }),
  alarms: (run: number) =>
    queryOptions({ queryKey: ["alarms", run], queryFn: ({ signal }) => api.alarms(run, signal) }),
  curriculum: (run: number, query: ApiQueries["curriculum"]) =>
    queryOptions({
      queryKey: ["curriculum", run, query],
      queryFn: ({ signal }) => api.curriculum(run, query, signal),
      placeholderData: keepPreviousData,
    }),
  cliffMap: (run: number, query: ApiQueries["cliffMap"]) =>
    queryOptions({
      queryKey: ["cliff-map", run, query],
      queryFn: ({ signal }) => api.cliffMap(run, query, signal),
      placeholderData: keepPreviousData,
    }),
  pipeline: (run: number, query: ApiQueries["pipeline"]) =>
    queryOptions({
      queryKey: ["pipeline", run, query],
      queryFn: ({ signal }) => api.pipeline(run, query, signal),
      placeholderData: keepPreviousData,
    }),
  group: (group: number) =>
    queryOptions({ queryKey: ["group", group], queryFn: ({ signal }) => api.group(group, signal) }),
  tokens: (rollout: number, isWanted: boolean) =>
    queryOptions({
      queryKey: ["tokens", rollout],
      queryFn: ({ signal }) => api.tokens(rollout, signal),
      enabled: isWanted,
    }),
  /** By the prompt's id, so that it is fetched once for all rollouts that were sampled under it. */
  prompt: (prompt: number, rollout: number) =>
    queryOptions({
      queryKey: ["prompt", prompt],
      queryFn: ({ signal }) => api.prompt(rollout, signal),
      staleTime: Number.POSITIVE_INFINITY,
      meta: STILL,
    }),
  trainer: (run: number) =>
    queryOptions({
      queryKey: ["trainer", run],
      queryFn: ({ signal }) => api.trainer(run, signal),
      // Heartbeats are files: the database does not tell of them.
      refetchInterval: 5000,
    }),
  compare: (runs: readonly number[], metrics: readonly string[]) =>
    queryOptions({
      queryKey: ["compare", runs, metrics],
      queryFn: ({ signal }) => api.compare({ runs: runs.join(","), metrics: metrics.join(","), points: "300" }, signal),
      placeholderData: keepPreviousData,
    }),
  /** Finished evaluations do not change. */
  compareEvaluations: (query: ApiQueries["compareEvaluations"]) =>
    queryOptions({
      queryKey: ["compare-evaluations", query],
      queryFn: ({ signal }) => api.compareEvaluations(query, signal),
      staleTime: Number.POSITIVE_INFINITY,
      meta: STILL,
    }),
  comparedProblems: (runs: readonly number[], offset: number, limit: number) =>
    queryOptions({
      queryKey: ["compared-problems", runs, offset, limit],
      queryFn: ({ signal }) =>
        api.comparedProblems({ runs: runs.join(","), offset: String(offset), limit: String(limit) }, signal),
      placeholderData: keepPreviousData,
      // A walk over all groups of the runs: not for each step of one that works.
      meta: STILL,
    }),
  comparedVisits: (runs: readonly number[], visited: { readonly problem: string } | { readonly arm: string }) =>
    queryOptions({
      queryKey: ["compared-visits", runs, visited],
      queryFn: ({ signal }) => api.comparedVisits({ runs: runs.join(","), ...visited }, signal),
      placeholderData: keepPreviousData,
    }),
  queries: () =>
    queryOptions({
      queryKey: ["queries"],
      queryFn: ({ signal }) => api.queries(signal),
      staleTime: Number.POSITIVE_INFINITY,
      meta: STILL,
    }),
};
