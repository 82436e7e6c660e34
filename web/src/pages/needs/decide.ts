import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ApiProblem, post } from '../../api/client';
import { toast, toastProblem } from '../../shared/toasts';

interface Decision {
  path: string;
  body: object;
  etag?: string;
  /** What was done, for the toast; what was tried, when it was refused. */
  done: string;
  doing: string;
}

/** Sends one decision. A refusal because the input changed reads the list again, which disarms the button and says so. */
export function useDecide(onDone: () => void) {
  const queries = useQueryClient();
  const [busy, setBusy] = useState(false);
  const decide = async ({ path, body, etag, done, doing }: Decision) => {
    setBusy(true);
    try {
      await post(path, body, etag === undefined ? {} : { ifMatch: etag });
      toast('ok', done);
      onDone();
    } catch (error) {
      if (error instanceof ApiProblem && error.stale)
        toast('info', 'Changed since you looked', { detail: 'Nothing was decided.' });
      else toastProblem(doing, error);
    } finally {
      setBusy(false);
      void queries.invalidateQueries({ queryKey: ['needs'] });
    }
  };
  return { busy, decide };
}
