import { z } from 'zod';
import { exactly } from '../exactly';
import { PROBLEM_STATUS, type ProblemBody, type ProblemCode } from '../problem';

/** RFC 9457 `application/problem+json`. */
export const problemSchema = exactly<ProblemBody>()(
  z
    .strictObject({
      type: z.string(),
      title: z.string(),
      status: z.int(),
      code: z.enum(Object.keys(PROBLEM_STATUS) as [ProblemCode, ...ProblemCode[]]),
      detail: z.string(),
      requestId: z.string(),
      errors: z.array(z.strictObject({ path: z.string(), message: z.string() })).optional(),
    })
    .meta({ id: 'Problem' }),
);
