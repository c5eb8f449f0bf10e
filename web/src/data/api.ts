import type {
  Alarm,
  CliffMapAnswer,
  CompareAnswer,
  CurriculumAnswer,
  EvalPoint,
  GroupDetail,
  MetricsAnswer,
  ReadyQuery,
  RolloutsAnswer,
  RunDetail,
  RunSummary,
  SqlAnswer,
  StorySentence,
  TokensAnswer,
  TrainerAnswer,
} from "../../../src/server/answers.ts";
import { readFault, unreachable } from "./api-fault.ts";

/** Query parameters; those without a value are left out. */
export type Parameters = Readonly<Record<string, string | number | null | undefined>>;

async function ask<Answer>(path: string, init: RequestInit): Promise<Answer> {
  const response = await fetch(path, { ...init, headers: { accept: "application/json", ...init.headers } }).catch(
    (cause: unknown) => {
      if (init.signal?.aborted === true) throw cause;
      throw unreachable(cause);
    },
  );
  if (!response.ok) throw await readFault(response);
  return (await response.json()) as Answer;
}

function get<Answer>(path: string, parameters: Parameters, signal: AbortSignal | undefined): Promise<Answer> {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters))
    if (value !== null && value !== undefined && value !== "") search.set(name, String(value));
  return ask<Answer>(search.size === 0 ? path : `${path}?${search.toString()}`, { ...(signal && { signal }) });
}

/** The server's routes. Each throws {@link ApiFault} when it is refused or the server is gone. */
export const api = {
  runs: (signal?: AbortSignal) => get<RunSummary[]>("/api/runs", {}, signal),
  run: (run: number, signal?: AbortSignal) => get<RunDetail>(`/api/runs/${run}`, {}, signal),
  story: (run: number, signal?: AbortSignal) => get<StorySentence[]>(`/api/runs/${run}/story`, {}, signal),
  metrics: (run: number, parameters: Parameters, signal?: AbortSignal) =>
    get<MetricsAnswer>(`/api/runs/${run}/metrics`, parameters, signal),
  evals: (run: number, signal?: AbortSignal) => get<EvalPoint[]>(`/api/runs/${run}/evals`, {}, signal),
  alarms: (run: number, signal?: AbortSignal) => get<Alarm[]>(`/api/runs/${run}/alarms`, {}, signal),
  curriculum: (run: number, parameters: Parameters, signal?: AbortSignal) =>
    get<CurriculumAnswer>(`/api/runs/${run}/curriculum`, parameters, signal),
  cliffMap: (run: number, parameters: Parameters, signal?: AbortSignal) =>
    get<CliffMapAnswer>(`/api/runs/${run}/cliff-map`, parameters, signal),
  rollouts: (run: number, parameters: Parameters, signal?: AbortSignal) =>
    get<RolloutsAnswer>(`/api/runs/${run}/rollouts`, parameters, signal),
  group: (group: number, signal?: AbortSignal) => get<GroupDetail>(`/api/groups/${group}`, {}, signal),
  tokens: (rollout: number, signal?: AbortSignal) => get<TokensAnswer>(`/api/rollouts/${rollout}/tokens`, {}, signal),
  trainer: (run: number, signal?: AbortSignal) => get<TrainerAnswer>(`/api/runs/${run}/trainer`, {}, signal),
  compare: (parameters: Parameters, signal?: AbortSignal) => get<CompareAnswer>("/api/compare", parameters, signal),
  queries: (signal?: AbortSignal) => get<ReadyQuery[]>("/api/queries", {}, signal),
  sql: (sql: string, signal?: AbortSignal) =>
    ask<SqlAnswer>("/api/sql", {
      method: "POST",
      body: JSON.stringify({ sql }),
      headers: { "content-type": "application/json" },
      ...(signal && { signal }),
    }),
};
