// How fast the page is in a browser over the real server: `npm run measure`. No part of the tests: a busy machine is slow, not wrong.
import { defineConfig } from '@playwright/test';
import real from './playwright.real.config';

export default defineConfig(real, { testDir: 'e2e/measure', timeout: 600_000, use: { trace: 'off' } });
