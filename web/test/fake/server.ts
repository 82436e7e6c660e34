import { setupServer } from 'msw/node';
import { FakeWorld, handlersOf } from './handlers';

/** The fake API for component tests, at a fixed moment. Call it once per test file. */
export function fakeServer(now = new Date('2026-11-20T12:00:00Z')) {
  const world = new FakeWorld(now);
  const server = setupServer(...handlersOf(world));
  return { world, server };
}
