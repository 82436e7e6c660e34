import { defineConfig } from '@playwright/test';

// The browser of the machine: CHROMIUM names its program where Playwright has not brought its own.
const executablePath = process.env.CHROMIUM;

export default defineConfig({
  testDir: 'e2e',
  // Those need no fake: playwright.real.config.ts.
  testIgnore: ['real/**', 'measure/**'],
  workers: 1,
  timeout: 180_000,
  expect: { timeout: 10_000 },
  reporter: 'list',
  use: {
    baseURL: 'http://127.0.0.1:7422',
    launchOptions: {
      ...(executablePath && { executablePath }),
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-sync',
      ],
    },
  },
  // The built page over the fake API, under the content rules of the server.
  webServer: { command: 'npm run fake:built', url: 'http://127.0.0.1:7422/ui/', reuseExistingServer: false },
});
