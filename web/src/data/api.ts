import { hc, type ClientResponse, type InferRequestType } from "hono/client";
import type {
  Alarm,
  CliffMapAnswer,
  CompareAnswer,
  ComparedEvaluations,
  ComparedProblems,
  ComparedVisits,
  CurriculumAnswer,
  EvalPoint,
  GroupDetail,
  MetricsAnswer,
  PipelineAnswer,
  PromptAnswer,
  ReadyQuery,
  RolloutsAnswer,
  RecipeAnswer,
  RunDetail,
  RunSummary,
  SqlAnswer,
  StorySentence,
  TokensAnswer,
  TrainerAnswer,
} from "../../../src/server/answers.ts";
import type { DashboardApi } from "../../../src/server/dashboard.ts";
import { readFault, unreachable } from "./api-fault.ts";

const routes = hc<DashboardApi>("/").api;
const ofRun = routes.runs[":run"];

/** Query parameters of the routes that take some, as the server's schemas want them. */
export interface ApiQueries {
  readonly metrics: InferRequestType<typeof ofRun.metrics.$get>["query"];
  readonly curriculum: InferRequestType<typeof ofRun.curriculum.$get>["query"];
  readonly cliffMap: InferRequestType<(typeof ofRun)["cliff-map"]["$get"]>["query"];
  readonly pipeline: InferRequestType<typeof ofRun.pipeline.$get>["query"];
  readonly rollouts: InferRequestType<typeof ofRun.rollouts.$get>["query"];
  readonly compare: InferRequestType<typeof routes.compare.$get>["query"];
  readonly compareEvaluations: InferRequestType<typeof routes.compare.evaluations.$get>["query"];
  readonly comparedProblems: InferRequestType<typeof routes.compare.problems.$get>["query"];
  readonly comparedVisits: InferRequestType<typeof routes.compare.visits.$get>["query"];
}

/** An answer's JSON, where its route gives that type. */
async function answer<Answer>(sent: Promise<ClientResponse<Answer>>, signal: AbortSignal | undefined): Promise<Answer> {
  const response = await sent.catch((cause: unknown) => {
    if (signal?.aborted === true) throw cause;
    throw unreachable(cause);
  });
  if (!response.ok) throw await readFault(response);
  return (await response.json()) as Answer;
}

function options(signal: AbortSignal | undefined): { readonly init?: RequestInit } {
  return signal === undefined ? {} : { init: { signal } };
}

const runOf = (run: number): { param: { run: string } } => ({ param: { run: String(run) } });
const idOf = (id: number): { param: { id: string } } => ({ param: { id: String(id) } });

/** The server's routes. Each throws an ApiFault when it is refused or the server is gone. */
export const api = {
  runs: (signal?: AbortSignal) => answer<RunSummary[]>(routes.runs.$get({}, options(signal)), signal),
  run: (run: number, signal?: AbortSignal) => answer<RunDetail>(ofRun.$get(runOf(run), options(signal)), signal),
  recipe: (run: number, signal?: AbortSignal) =>
    answer<RecipeAnswer>(ofRun.recipe.$get(runOf(run), options(signal)), signal),
  story: (run: number, signal?: AbortSignal) =>
    answer<StorySentence[]>(ofRun.story.$get(runOf(run), options(signal)), signal),
  metrics: (run: number, query: ApiQueries["metrics"], signal?: AbortSignal) =>
    answer<MetricsAnswer>(ofRun.metrics.$get({ ...runOf(run), query }, options(signal)), signal),
  evals: (run: number, signal?: AbortSignal) =>
    answer<EvalPoint[]>(ofRun.evals.$get(runOf(run), options(signal)), signal),
  alarms: (run: number, signal?: AbortSignal) =>
    answer<Alarm[]>(ofRun.alarms.$get(runOf(run), options(signal)), signal),
  curriculum: (run: number, query: ApiQueries["curriculum"], signal?: AbortSignal) =>
    answer<CurriculumAnswer>(ofRun.curriculum.$get({ ...runOf(run), query }, options(signal)), signal),
  cliffMap: (run: number, query: ApiQueries["cliffMap"], signal?: AbortSignal) =>
    answer<CliffMapAnswer>(ofRun["cliff-map"].$get({ ...runOf(run), query }, options(signal)), signal),
  rollouts: (run: number, query: ApiQueries["rollouts"], signal?: AbortSignal) =>
    answer<RolloutsAnswer>(ofRun.rollouts.$get({ ...runOf(run), query }, options(signal)), signal),
  pipeline: (run: number, query: ApiQueries["pipeline"], signal?: AbortSignal) =>
    answer<PipelineAnswer>(ofRun.pipeline.$get({ ...runOf(run), query }, options(signal)), signal),
  group: (group: number, signal?: AbortSignal) =>
    answer<GroupDetail>(routes.groups[":id"].$get(idOf(group), options(signal)), signal),
  tokens: (rollout: number, signal?: AbortSignal) =>
    answer<TokensAnswer>(routes.rollouts[":id"].tokens.$get(idOf(rollout), options(signal)), signal),
  prompt: (rollout: number, signal?: AbortSignal) =>
    answer<PromptAnswer>(routes.rollouts[":id"].prompt.$get(idOf(rollout), options(signal)), signal),
  trainer: (run: number, signal?: AbortSignal) =>
    answer<TrainerAnswer>(ofRun.trainer.$get(runOf(run), options(signal)), signal),
  compare: (query: ApiQueries["compare"], signal?: AbortSignal) =>
    answer<CompareAnswer>(routes.compare.$get({ query }, options(signal)), signal),
  compareEvaluations: (query: ApiQueries["compareEvaluations"], signal?: AbortSignal) =>
    answer<ComparedEvaluations>(routes.compare.evaluations.$get({ query }, options(signal)), signal),
  comparedProblems: (query: ApiQueries["comparedProblems"], signal?: AbortSignal) =>
    answer<ComparedProblems>(routes.compare.problems.$get({ query }, options(signal)), signal),
  comparedVisits: (query: ApiQueries["comparedVisits"], signal?: AbortSignal) =>
    answer<ComparedVisits>(routes.compare.visits.$get({ query }, options(signal)), signal),
  queries: (signal?: AbortSignal) => answer<ReadyQuery[]>(routes.queries.$get({}, options(signal)), signal),
  sql: (sql: string, signal?: AbortSignal) =>
    answer<SqlAnswer>(routes.sql.$post({ json: { sql } }, options(signal)), signal),
};
