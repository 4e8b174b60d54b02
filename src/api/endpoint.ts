import type { z } from 'zod';
import type { ProblemCode } from '../contract/problem';
import type { InFlightLimits, KindOfWork } from './in-flight-limit';
import type { ApiMetrics } from './metrics';
import type { RequestRules } from './payment-request';
import type { PaymentStore } from './payment-store';
import type { PaymentTokens } from './payment-tokens';
import type { RefundStore } from './refund-store';
import type { TemporalCalls } from './temporal-calls';

/** What the endpoints of `/v1` work with. */
export interface Services {
  store: PaymentStore;
  refunds: RefundStore;
  calls: TemporalCalls;
  limits: InFlightLimits;
  tokens: PaymentTokens;
  metrics: ApiMetrics;
  rules: RequestRules;
}

/** Names of the `{parameters}` of a path. */
type ParameterOf<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? Name | ParameterOf<Rest>
  : never;

/** A request whose caller is known and whose every part was checked by the endpoint's schemas. */
export interface Call<Path extends string, Query, Body, Key> {
  /** Name of the API key. */
  caller: string;
  parameters: Readonly<Record<ParameterOf<Path>, string>>;
  query: Query;
  body: Body;
  /** The `Idempotency-Key` header. */
  idempotencyKey: Key;
  /** Aborted when the caller leaves or the process stops: an answer that is held is then given at once. */
  gone: () => AbortSignal;
}

export interface Reply<Answer> {
  body: Answer;
  headers?: Readonly<Record<string, string>>;
}

interface Described<Path extends string, Query, Body, Answer, Idempotent> {
  /** Unique; names of methods in generated clients are made of it. */
  operationId: string;
  tag: 'Payments' | 'Refunds';
  summary: string;
  /** Whether there is a newer name for the same. */
  deprecated?: boolean;
  method: 'get' | 'post';
  /** As OpenAPI writes it: `/v1/payments/{id}`. */
  path: Path;
  query?: Query;
  /** Without one, a `post` takes no body or an empty object. */
  body?: Body;
  /** For OpenAPI: whether something has to be sent. */
  bodyRequired?: boolean;
  /** Whether no body at all is read as `{}`, so that the refusal names every missing field. True unless it is set. */
  noBodyIsEmptyObject?: boolean;
  answer: Answer;
  answerText: string;
  /** 200 unless it is set. */
  status?: 201;
  /** Whether it needs the header `Idempotency-Key`. */
  idempotent?: Idempotent;
  /** What it may refuse besides what every call may be refused for. */
  refusals: readonly ProblemCode[];
  /** What must have room before the body is read, let alone checked: being refused must cost little. */
  roomIn?: KindOfWork;
  /** Told of a call that was refused, with the body as it came. */
  onRefused?: (services: Services, body: unknown, error: unknown) => void;
}

/** One endpoint of `/v1`: what the router routes, OpenAPI describes and the caller is answered. */
export interface Endpoint extends Described<
  string,
  z.ZodObject | undefined,
  z.ZodType | undefined,
  z.ZodType,
  boolean
> {
  handle(
    services: Services,
    call: Call<string, unknown, unknown, string | undefined>,
  ): Promise<Reply<unknown>>;
}

type OutputOf<Schema> = Schema extends z.ZodType ? z.output<Schema> : undefined;

/** Takes an endpoint down, with its handler typed by its path and schemas. */
export function endpoint<
  const Path extends string,
  Answer extends z.ZodType,
  Query extends z.ZodObject | undefined = undefined,
  Body extends z.ZodType | undefined = undefined,
  const Idempotent extends boolean = false,
>(
  described: Described<Path, Query, Body, Answer, Idempotent> & {
    handle(
      services: Services,
      call: Call<Path, OutputOf<Query>, OutputOf<Body>, Idempotent extends true ? string : undefined>,
    ): Promise<Reply<z.output<Answer>>>;
  },
): Endpoint {
  return described;
}
