import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

const server = 'http://127.0.0.1:7420';

export default defineConfig({
  base: '/ui/',
  plugins: [react()],
  server: {
    host: '127.0.0.1',
    // Everything outside the page is the API. The server compares Origin with its own address, so the proxy speaks as that page.
    proxy: { '^/(?!ui(/|$))': { target: server, changeOrigin: true, headers: { origin: server } } },
  },
  build: { target: 'es2023', sourcemap: false, assetsInlineLimit: 0 },
  test: {
    environment: 'happy-dom',
    environmentOptions: { happyDOM: { url: 'http://localhost/ui/jobs', width: 1440, height: 900 } },
    include: ['test/**/*.test.{ts,tsx}'],
    setupFiles: ['test/setup.ts'],
    restoreMocks: true,
    testTimeout: 30_000,
  },
});
