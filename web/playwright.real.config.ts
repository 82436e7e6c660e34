// The operator's story in a browser over the real server: `npm run e2e:real`. Each test has a server, a home and a repository of its own.
import { defineConfig } from '@playwright/test';
import { artifacts } from './e2e/real/places';
import shared from './playwright.config';

export default defineConfig({
  testDir: 'e2e/real',
  workers: 1,
  retries: 0,
  timeout: 180_000,
  // A program that starts on a busy machine takes its time; nothing here waits longer than it must.
  expect: { timeout: 30_000 },
  reporter: 'list',
  globalSetup: './e2e/real/build.ts',
  outputDir: `${artifacts}/e2e-real`,
  use: {
    launchOptions: { ...shared.use?.launchOptions, executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium' },
    actionTimeout: 30_000,
    viewport: { width: 1440, height: 900 },
    trace: 'retain-on-failure',
    screenshot: 'only-on-failure',
  },
});
