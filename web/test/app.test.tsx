import { render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { fakeServer } from './fake/server';

const { server, world } = fakeServer();
beforeAll(() => server.listen({ onUnhandledRequest: 'error' }));
// The app looks at its link when it is loaded, and each test opens another one.
beforeEach(() => vi.resetModules());
afterEach(() => {
  world.signedIn = true;
  world.requests.length = 0;
});
afterAll(() => server.close());

async function openApp(path: string) {
  history.replaceState(null, '', path);
  const { App } = await import('../src/app/App');
  return { ...render(<App />), user: userEvent.setup() };
}

describe('the app', () => {
  test('the printed link signs in, and its code leaves the address at once', async () => {
    world.signedIn = false;
    await openApp('/ui/#code=let-me-in');
    expect(location.hash).toBe('');
    expect(await screen.findByRole('link', { name: 'fix-login' })).toBeTruthy();
    expect(location.pathname).toBe('/ui/jobs');
    expect(world.requests[0]).toMatchObject({ path: '/session', body: { code: 'let-me-in' } });
  });

  test('without a session the form asks for the token, says when it is wrong, and opens what was asked for', async () => {
    world.signedIn = false;
    const { user } = await openApp('/ui/jobs?q=export');
    await user.type(await screen.findByLabelText('Token'), 'wrong');
    await user.click(screen.getByRole('button', { name: 'Sign in' }));
    expect(await screen.findByText('That token is not the one of this server.')).toBeTruthy();
    await user.clear(screen.getByLabelText('Token'));
    await user.type(screen.getByLabelText('Token'), 'secret');
    await user.click(screen.getByRole('button', { name: 'Sign in' }));
    expect(await screen.findByRole('link', { name: 'add-export' })).toBeTruthy();
    expect(location.search).toBe('?q=export');
  });

  test('the title and the rail say how many things wait for a person', async () => {
    await openApp('/ui/jobs');
    await waitFor(() => expect(document.title).toBe('(4) Jobs · Runs Center'));
    expect(screen.getByRole('link', { name: /Needs you 4 waiting for you/ })).toBeTruthy();
  });

  test('the palette finds a job by part of its name and opens it by keyboard', async () => {
    const { user } = await openApp('/ui/jobs');
    await screen.findByRole('link', { name: 'fix-login' });
    await user.keyboard('{Control>}k{/Control}');
    await user.type(await screen.findByRole('combobox', { name: 'Go to' }), 'quarant');
    const option = await screen.findByRole('option', { name: /test-quarantine/ });
    await waitFor(() => expect(option.getAttribute('aria-selected')).toBe('true'));
    await waitFor(() => expect(screen.getAllByRole('option').length).toBe(1));
    await user.keyboard('{Enter}');
    await waitFor(() => expect(location.pathname).toBe('/ui/jobs/test-quarantine'));
  });

  test('g and a letter go to a place', async () => {
    const { user } = await openApp('/ui/jobs');
    await screen.findByRole('link', { name: 'fix-login' });
    await user.keyboard('gs');
    expect(await screen.findByRole('heading', { name: 'Settings' })).toBeTruthy();
    expect(location.pathname).toBe('/ui/settings');
  });
});
