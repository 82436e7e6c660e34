import { QueryClient } from '@tanstack/react-query';
import { ApiProblem } from '../api/client';

const freshMs = 10_000;
const retries = 2;

/** The stream keeps data fresh; a refusal is an answer and is not asked for again, a broken connection is. */
export function newQueries(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: freshMs,
        retry: (failures, error) =>
          failures < retries && !(error instanceof ApiProblem && (error.damaged || (error.status >= 400 && error.status < 500))),
        throwOnError: false,
      },
    },
  });
}
