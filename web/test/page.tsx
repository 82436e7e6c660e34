// Draws a page as the app does: theme, queries, address, keys.
import { MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { render } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import type { ReactNode } from 'react';
import { Router } from 'wouter';
import { onKeyDown } from '../src/keyboard/keys';

/** Shows `page` at `/ui` + `path`. The address bar is the real one, so that a test sees what a copied link would hold. */
export function show(path: string, page: ReactNode) {
  history.replaceState(null, '', `/ui${path}`);
  addEventListener('keydown', onKeyDown);
  const queries = new QueryClient({ defaultOptions: { queries: { retry: false, staleTime: Infinity } } });
  const view = render(
    <MantineProvider env="test">
      <QueryClientProvider client={queries}>
        <Router base="/ui">{page}</Router>
      </QueryClientProvider>
    </MantineProvider>,
  );
  return { ...view, queries, user: userEvent.setup() };
}
